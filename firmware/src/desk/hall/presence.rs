//! Who holds the desk, as staff said it, and until when that is believed: never beyond the day it was said.

use serde::{Deserialize, Serialize};

use crate::clock::HallTime;
use crate::protocol::Presence;

/// What was said, and on which day of the hall.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Said {
    pub presence: Presence,
    day: String,
}

impl Said {
    pub(super) fn on(day: String, presence: Presence) -> Self {
        Self { presence, day }
    }

    /// Nobody believes it any more: on another day, and once the time of the return has come by a certain clock.
    pub(super) fn is_over(&self, day: &str, now: Option<HallTime>) -> bool {
        if self.presence == Presence::Unknown {
            return false;
        }
        let Presence::Back { at } = self.presence else { return self.day != day };
        let back = now.is_some_and(|now| now.minute >= at);
        back || self.day != day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parvis_content::Weekday;

    #[test]
    fn what_was_said_yesterday_is_not_said_today_and_a_return_ends_when_its_time_has_come() {
        let away = Said::on("2026-11-02".into(), Presence::Back { at: 840 });
        let at = |minute| Some(HallTime { day: Weekday::Monday, minute });
        assert!(!away.is_over("2026-11-02", at(839)) && away.is_over("2026-11-02", at(840)));
        assert!(!away.is_over("2026-11-02", None), "by a clock that is not certain no time has come");
        assert!(away.is_over("2026-11-03", None));
        let closed = Said::on("2026-11-02".into(), Presence::Closed);
        assert!(!closed.is_over("2026-11-02", at(1_000)) && closed.is_over("2026-11-03", None));
        assert!(!Said::default().is_over("2026-11-03", None), "nothing was said");
    }
}
