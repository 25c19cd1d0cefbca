//! When nobody touches the kiosk any more.
//!
//! Rows G1 to G3 of the accessibility bar: 120 s before any warning, 30 s of warning, extended by
//! any single action, as often as one wants; the clock is stopped by a call or a print, for at
//! most ten minutes, so that a forgotten call does not leave the next visitor the last one's page.

use std::time::Duration;

/// The times, from the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleTimes {
    /// Without a touch for that long, the warning comes.
    pub warn_after: Duration,
    /// The warning stays for that long, then the session ends.
    pub warning_for: Duration,
    /// A call or a print stops the clock for that long at the most.
    pub pause_at_most: Duration,
}

impl Default for IdleTimes {
    fn default() -> Self {
        Self {
            warn_after: Duration::from_secs(120),
            warning_for: Duration::from_secs(30),
            pause_at_most: Duration::from_secs(600),
        }
    }
}

/// What the clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleState {
    /// Somebody is there.
    Active,
    /// The warning is shown; the session ends in so many whole seconds.
    Warning {
        /// Seconds left, at least 1.
        seconds_left: u32,
    },
    /// The session is over.
    Over,
}

/// The idle clock of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleClock {
    times: IdleTimes,
    /// The last touch, or the end of the last pause.
    since: Duration,
    paused_since: Option<Duration>,
}

impl IdleClock {
    /// A clock that starts at `now`.
    pub fn new(times: IdleTimes, now: Duration) -> Self {
        Self { times, since: now, paused_since: None }
    }

    /// A touch or a key: somebody is there.
    pub fn touch(&mut self, now: Duration) {
        self.since = now;
        if self.paused_since.is_some() {
            self.paused_since = Some(now);
        }
    }

    /// A call or a print began or ended.
    pub fn set_paused(&mut self, paused: bool, now: Duration) {
        match (paused, self.paused_since) {
            (true, None) => self.paused_since = Some(now),
            (false, Some(_)) => {
                self.paused_since = None;
                self.since = now;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// What the clock says at `now`.
    pub fn state(&self, now: Duration) -> IdleState {
        let since = match self.paused_since {
            Some(start) if now.saturating_sub(start) < self.times.pause_at_most => return IdleState::Active,
            Some(start) => start + self.times.pause_at_most,
            None => self.since,
        };
        let idle = now.saturating_sub(since);
        if idle < self.times.warn_after {
            return IdleState::Active;
        }
        let end = self.times.warn_after + self.times.warning_for;
        match end.checked_sub(idle) {
            Some(left) if !left.is_zero() => {
                IdleState::Warning { seconds_left: left.as_secs_f32().ceil() as u32 }
            }
            _ => IdleState::Over,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_warning_comes_at_120_s_and_the_end_at_150_s() {
        let clock = IdleClock::new(IdleTimes::default(), at(10));
        assert_eq!(clock.state(at(129)), IdleState::Active);
        assert_eq!(clock.state(at(130)), IdleState::Warning { seconds_left: 30 });
        assert_eq!(clock.state(at(159)), IdleState::Warning { seconds_left: 1 });
        assert_eq!(clock.state(at(160)), IdleState::Over);
    }

    #[test]
    fn any_touch_extends_the_session_without_limit() {
        let mut clock = IdleClock::new(IdleTimes::default(), at(0));
        for turn in 1..50 {
            clock.touch(at(turn * 149));
            assert_eq!(clock.state(at(turn * 149 + 119)), IdleState::Active);
        }
    }

    #[test]
    fn a_call_stops_the_clock_for_ten_minutes_at_the_most() {
        let mut clock = IdleClock::new(IdleTimes::default(), at(0));
        clock.set_paused(true, at(100));
        assert_eq!(clock.state(at(699)), IdleState::Active);
        assert_eq!(clock.state(at(700 + 120)), IdleState::Warning { seconds_left: 30 });
        assert_eq!(clock.state(at(700 + 150)), IdleState::Over);
    }

    #[test]
    fn after_a_pause_the_visitor_has_the_whole_time_again() {
        let mut clock = IdleClock::new(IdleTimes::default(), at(0));
        clock.set_paused(true, at(100));
        clock.set_paused(false, at(400));
        assert_eq!(clock.state(at(519)), IdleState::Active);
    }
}
