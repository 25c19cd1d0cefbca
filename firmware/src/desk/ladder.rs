//! The ladder of a call: after how long it is signalled again, and to whom else. DESIGN.md section 5 says the usual times;
//! they come from nurse-call practice (DIN VDE 0834), which this is not.

use std::time::Duration;

/// The times of a call at the desk. The kiosk's own are in [`HelpTimes`](parvis_ui_model::help_call::HelpTimes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// Not answered: second alert, and the next rung is called (late pages, second desk, buzzer, broker).
    pub late: Duration,
    /// Answered but neither with the visitor nor closed: signalled as a fresh call.
    pub again: Duration,
    /// Open for that long: over. A call always ends, also where nobody is there to end it.
    pub forget: Duration,
}

impl Default for Ladder {
    fn default() -> Self {
        Self {
            late: Duration::from_secs(60),
            again: Duration::from_secs(180),
            forget: Duration::from_secs(12 * 3600),
        }
    }
}
