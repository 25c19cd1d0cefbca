//! When lamp and buzzer are on: a pure function of the state and the time since it began.

use std::time::Duration;

use super::LightState;

/// How long the buzzer sounds when a call becomes late (DESIGN.md section 5).
pub const BUZZ_FIRST: Duration = Duration::from_secs(3);
/// From then on it pulses that often, until somebody answers.
pub const BUZZ_EVERY: Duration = Duration::from_secs(10);
/// For so long each time.
pub const BUZZ_PULSE: Duration = Duration::from_millis(500);
/// Nothing changes later than this: the longest that a light rests between two looks at its rhythm.
pub const REST_MAX: Duration = Duration::from_secs(1);

/// What is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lit {
    /// The lamp.
    pub lamp: bool,
    /// The buzzer.
    pub buzzer: bool,
}

/// How fast a lamp blinks: the lit half of each turn, which is as long as the dark one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    calling: Duration,
    late: Duration,
}

impl Rhythm {
    /// A lamp on a line: once a second while somebody calls; late, just below three times, since more than three flashes
    /// a second may start a fit (WCAG 2.3.1).
    pub const LAMP: Self = Self { calling: Duration::from_millis(500), late: Duration::from_millis(170) };
    /// A relay with contacts, which wear out and click: every four seconds, late every second.
    pub const RELAY: Self = Self { calling: Duration::from_secs(2), late: Duration::from_millis(500) };

    /// What is on, `since` the state began.
    pub fn at(&self, state: LightState, since: Duration) -> Lit {
        match state {
            LightState::Off => Lit::default(),
            LightState::Calling => Lit { lamp: first_half(self.calling, since), buzzer: false },
            LightState::Late => Lit { lamp: first_half(self.late, since), buzzer: buzzes(since) },
            LightState::Acknowledged => Lit { lamp: true, buzzer: false },
        }
    }

    /// How long nothing of that changes, at most [`REST_MAX`]; never zero.
    pub fn rest(&self, state: LightState, since: Duration) -> Duration {
        let rest = match state {
            LightState::Off | LightState::Acknowledged => REST_MAX,
            LightState::Calling => left(self.calling, since),
            LightState::Late => left(self.late, since).min(buzzer_rest(since)),
        };
        rest.min(REST_MAX)
    }
}

fn first_half(half: Duration, since: Duration) -> bool {
    (since.as_nanos() / half.as_nanos()).is_multiple_of(2)
}

/// What is left of a turn.
fn left(turn: Duration, since: Duration) -> Duration {
    turn.saturating_sub(past(turn, since))
}

fn past(turn: Duration, since: Duration) -> Duration {
    // A remainder of a division by a few seconds fits.
    Duration::from_nanos((since.as_nanos() % turn.as_nanos()) as u64)
}

fn buzzes(since: Duration) -> bool {
    since < BUZZ_FIRST || (since >= BUZZ_EVERY && past(BUZZ_EVERY, since) < BUZZ_PULSE)
}

fn buzzer_rest(since: Duration) -> Duration {
    let end = if since < BUZZ_EVERY { BUZZ_FIRST } else { BUZZ_PULSE };
    end.checked_sub(past(BUZZ_EVERY, since))
        .filter(|rest| !rest.is_zero())
        .unwrap_or_else(|| left(BUZZ_EVERY, since))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const STATES: [LightState; 4] =
        [LightState::Off, LightState::Calling, LightState::Late, LightState::Acknowledged];

    /// What is on in every millisecond of so many.
    fn watched(rhythm: Rhythm, state: LightState, ms: u32) -> Vec<Lit> {
        (0..ms).map(|at| rhythm.at(state, MS * at)).collect()
    }

    fn flashes(lit: &[Lit]) -> usize {
        lit.windows(2).filter(|pair| !pair[0].lamp && pair[1].lamp).count()
    }

    #[test]
    fn a_call_blinks_once_a_second_and_a_late_one_nearly_three_times() {
        assert_eq!(flashes(&watched(Rhythm::LAMP, LightState::Calling, 60_001)), 60);
        let late = watched(Rhythm::LAMP, LightState::Late, 60_001);
        assert!((170..180).contains(&flashes(&late)), "{}", flashes(&late));
        assert!(late.windows(1_000).all(|second| flashes(second) <= 3), "a faster light may start a fit");
    }

    #[test]
    fn whoever_is_on_the_way_is_a_steady_light_and_nobody_is_none() {
        assert!(
            watched(Rhythm::LAMP, LightState::Acknowledged, 5_000).iter().all(|lit| lit.lamp && !lit.buzzer)
        );
        assert!(watched(Rhythm::LAMP, LightState::Off, 5_000).iter().all(|lit| *lit == Lit::default()));
    }

    #[test]
    fn the_buzzer_sounds_three_seconds_and_then_every_ten_seconds_until_somebody_answers() {
        let late = watched(Rhythm::LAMP, LightState::Late, 3_600_000);
        let sounds = |from: usize, to: usize| late[from..to].iter().filter(|lit| lit.buzzer).count();
        assert_eq!(sounds(0, 3_000), 3_000);
        assert_eq!(sounds(3_000, 10_000), 0);
        for pulse in 1..360 {
            assert_eq!(sounds(10_000 * pulse, 10_000 * pulse + 500), 500);
            assert_eq!(sounds(10_000 * pulse + 500, 10_000 * (pulse + 1)), 0);
        }
        assert!(watched(Rhythm::LAMP, LightState::Calling, 60_000).iter().all(|lit| !lit.buzzer));
    }

    #[test]
    fn who_rests_as_long_as_told_misses_no_change() {
        for rhythm in [Rhythm::LAMP, Rhythm::RELAY] {
            for state in STATES {
                let mut at = Duration::ZERO;
                let mut wakings = 0;
                while at < MS * 65_000 {
                    let rest = rhythm.rest(state, at);
                    assert!(!rest.is_zero() && rest <= REST_MAX, "{state:?} at {at:?}");
                    let lit = rhythm.at(state, at);
                    let whole_ms = rest.as_millis() as u32;
                    assert!(
                        (0..whole_ms).all(|ms| rhythm.at(state, at + MS * ms) == lit),
                        "{state:?} at {at:?}"
                    );
                    at += rest;
                    wakings += 1;
                }
                assert!(wakings < 500, "{state:?}: {wakings} wakings in a minute");
            }
        }
    }

    #[test]
    fn a_relay_clicks_at_most_every_half_second() {
        let turns = |state| {
            let lit = watched(Rhythm::RELAY, state, 60_000);
            lit.windows(2).filter(|pair| pair[0].lamp != pair[1].lamp).count()
        };
        assert_eq!((turns(LightState::Calling), turns(LightState::Late)), (29, 119));
    }
}
