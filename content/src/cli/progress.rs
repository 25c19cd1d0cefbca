//! What long work is at, on the terminal's error side; nothing where that is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often the sign of life moves.
const TICK: Duration = Duration::from_millis(120);

/// A line that says what is done and since when. It goes away with this value, before anything else is printed.
pub struct Progress(ProgressBar);

impl Progress {
    /// The work begins.
    pub fn new(what: &'static str) -> Self {
        let bar = ProgressBar::new_spinner().with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {prefix}{elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// `percent` of the work is done.
    pub fn set(&self, percent: u8) {
        self.0.set_prefix(format!("{percent} % "));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
