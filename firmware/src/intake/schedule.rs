//! When the server is asked again: regularly, never all kiosks at once, and not more often when it does not answer.

use std::time::Duration;

use super::error::UNREACHABLE;

/// The first wait after a line that broke off: what was read is kept, so going on soon costs little.
const SOON: Duration = Duration::from_secs(60);
/// The wait while each try brings something: a line that drops every minute is to be used in most of its minutes.
const ONWARD: Duration = Duration::from_secs(10);
/// How far a wait is moved, in hundredths, up or down.
const JITTER: u64 = 20;

/// Waits between two passes over a server.
#[derive(Debug, Clone)]
pub struct Schedule {
    every: Duration,
    broken_off: u32,
}

impl Schedule {
    /// A pass about every `every`.
    pub fn new(every: Duration) -> Self {
        Self { every, broken_off: 0 }
    }

    /// How long to wait after the machine started: anywhere within one period, so that a hall whose power came back
    /// does not ask all at once. `chance` is any number.
    pub fn first(&self, chance: u64) -> Duration {
        self.every * (chance % 100) as u32 / 100
    }

    /// How long to wait after a pass with that exit code. A line that breaks off is tried again after 1, 2, 4 … minutes,
    /// never later than usual, and after 10 seconds while each try brings something; anything else waits its turn.
    pub fn next(&mut self, exit_code: u8, brought: bool, chance: u64) -> Duration {
        let wait = if exit_code == UNREACHABLE {
            let soon = SOON.saturating_mul(2_u32.saturating_pow(self.broken_off.min(16)));
            self.broken_off = if brought { 0 } else { self.broken_off + 1 };
            if brought { ONWARD } else { soon.min(self.every) }
        } else {
            self.broken_off = 0;
            self.every
        };
        wait * (100 - JITTER + chance % (2 * JITTER + 1)) as u32 / 100
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn waits_are_spread_and_stay_within_a_fifth_of_what_was_asked() {
        let mut schedule = Schedule::new(HOUR);
        let waits: Vec<Duration> = (0..1_000).map(|chance| schedule.next(0, false, chance * 7)).collect();
        assert!(waits.iter().all(|wait| (HOUR * 4 / 5..=HOUR * 6 / 5).contains(wait)));
        let distinct: std::collections::BTreeSet<_> = waits.into_iter().collect();
        assert!(distinct.len() > 30, "{distinct:?}");
        assert!((0..200).all(|chance| schedule.first(chance) <= HOUR));
    }

    #[test]
    fn a_line_that_breaks_off_is_tried_again_soon_then_ever_later_and_never_later_than_usual() {
        let mut schedule = Schedule::new(HOUR);
        let waits: Vec<u64> = (0..100).map(|_| schedule.next(UNREACHABLE, false, 20).as_secs()).collect();
        assert_eq!(waits[..7], [60, 120, 240, 480, 960, 1_920, 3_600]);
        assert!(waits[7..].iter().all(|wait| *wait == 3_600));
        assert_eq!(schedule.next(0, false, 20), HOUR);
        assert_eq!(schedule.next(UNREACHABLE, false, 20).as_secs(), 60, "a good pass begins anew");
        for _ in 0..30 {
            assert_eq!(schedule.next(UNREACHABLE, true, 20).as_secs(), 10, "each try brings something");
        }
    }
}
