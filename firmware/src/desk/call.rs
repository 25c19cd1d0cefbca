//! One call: what may happen to it, and what it then is. Pure; never more than is true.
//!
//! ```text
//! Requested ──a page in sight shows it──▶ Delivered ──"J'arrive"──▶ Acknowledged ──with the visitor──▶ Arrived
//!     ▲                                       │                          │                               │
//!     └────────────── not closed in time: a fresh round ─────────────────┘        Closed ◀──"Terminé"────┘
//! ```
//!
//! The visitor may cancel an open call at any time; staff close only what somebody answered; time ends the rest.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ladder::Ladder;
use crate::clock::Moment;
use crate::protocol::CallState;

/// One call. Its clocks are those of this run of the program, and not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What staff and visitor call it.
    pub number: u32,
    /// Which kiosk, by its name.
    pub kiosk: String,
    /// The kiosk's own number of it.
    pub key: u64,
    /// The language of the visit.
    pub lang: String,
    /// When, in seconds since 1970.
    pub made_at: u64,
    /// How it stands.
    #[serde(flatten)]
    pub state: CallState,
    /// The visitor has perhaps left.
    pub left: bool,
    /// 1, and one more each time that staff are called anew.
    pub round: u32,
    /// Nobody answered this round in time.
    pub late: bool,
    /// Who answered an earlier round, without closing it.
    pub again: Option<String>,
    /// Seconds from the press to the first answer.
    pub answered_s: Option<u64>,
    /// Its visitor said what for, and it was counted.
    pub explained: bool,
    #[serde(skip)]
    clocks: Clocks,
}

/// By the clock that never jumps: when the call was made, when this round began, when somebody answered it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Clocks {
    made: Duration,
    round: Duration,
    answered: Duration,
    /// What it had waited before this start of the program, as far as the ladder counts it.
    before: Duration,
}

/// So much of what a call waited before a start of the program counts on the ladder: enough for every rung, and never
/// enough to end it, since the machine's clock may have jumped.
const BEFORE_MAX: Duration = Duration::from_secs(30 * 60);
/// After so long a break the visitor has perhaps left.
const BREAK_MAX: Duration = Duration::from_secs(3600);

/// Why something cannot be done with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// It is not open.
    #[error("the call is not open")]
    NotOpen,
    /// Somebody else said first that they come.
    #[error("somebody already answers the call")]
    Taken,
    /// Staff cannot close, nor be at, what nobody answered.
    #[error("nobody has answered the call yet")]
    NotAnswered,
    /// A name is needed to answer.
    #[error("a name is needed to answer the call")]
    NoName,
}

/// What time did to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aged {
    /// Nobody answered in time: the next rung.
    Late,
    /// Somebody answered and did not close: called anew.
    Again,
    /// It is over.
    Expired,
}

impl Call {
    /// A call that is made now.
    pub fn new(number: u32, kiosk: String, key: u64, lang: String, now: Moment) -> Self {
        let since = now.since_start;
        Self {
            number,
            kiosk,
            key,
            lang,
            made_at: now.unix,
            state: CallState::Requested,
            left: false,
            round: 1,
            late: false,
            again: None,
            answered_s: None,
            explained: false,
            clocks: Clocks { made: since, round: since, answered: since, before: Duration::ZERO },
        }
    }

    /// The same after a start of the program, which knows only by the machine's clock how long ago it was.
    pub fn restarted(mut self, now: Moment) -> Self {
        let ago = Duration::from_secs(now.unix.saturating_sub(self.made_at));
        let since = now.since_start;
        self.clocks = Clocks { made: since, round: since, answered: since, before: ago.min(BEFORE_MAX) };
        self.left |= self.state.is_open() && ago > BREAK_MAX;
        self
    }

    /// Seconds since it was made.
    pub fn seconds(&self, now: Moment) -> u64 {
        (now.since_start.saturating_sub(self.clocks.made) + self.clocks.before).as_secs()
    }

    /// How long staff have let this round wait.
    fn waited(&self, now: Moment) -> Duration {
        let before = if self.round == 1 { self.clocks.before } else { Duration::ZERO };
        now.since_start.saturating_sub(self.clocks.round) + before
    }

    /// A staff page in sight shows it. Says whether it is the first to do so.
    pub fn shown(&mut self) -> Result<bool, CallError> {
        self.must_be_open()?;
        let first = self.state == CallState::Requested;
        if first {
            self.state = CallState::Delivered;
        }
        Ok(first)
    }

    /// Somebody comes. The first to say so is the one; saying it twice changes nothing.
    pub fn come(&mut self, by: &str, now: Moment) -> Result<bool, CallError> {
        self.must_be_open()?;
        if by.is_empty() {
            return Err(CallError::NoName);
        }
        if let Some(other) = self.state.by() {
            return if other == by { Ok(false) } else { Err(CallError::Taken) };
        }
        self.answered_s = self.answered_s.or(Some(self.seconds(now)));
        self.clocks.answered = now.since_start;
        self.state = CallState::Acknowledged { by: by.to_owned() };
        Ok(true)
    }

    /// The person is with the visitor: staff say so, or the visitor.
    pub fn arrived(&mut self) -> Result<bool, CallError> {
        match &self.state {
            CallState::Acknowledged { by } => self.state = CallState::Arrived { by: by.clone() },
            CallState::Arrived { .. } => return Ok(false),
            CallState::Requested | CallState::Delivered => return Err(CallError::NotAnswered),
            CallState::Closed | CallState::Cancelled | CallState::Expired => {
                return Err(CallError::NotOpen);
            }
        }
        Ok(true)
    }

    /// It is done. Only after somebody came.
    pub fn done(&mut self) -> Result<bool, CallError> {
        self.must_be_open()?;
        self.state.by().ok_or(CallError::NotAnswered)?;
        self.end(CallState::Closed);
        Ok(true)
    }

    /// The visitor takes it back.
    pub fn cancel(&mut self) -> Result<bool, CallError> {
        self.must_be_open()?;
        self.end(CallState::Cancelled);
        Ok(true)
    }

    /// The visitor says what for. Says whether it is the first time: after a break it is said again.
    pub fn explain(&mut self) -> Result<bool, CallError> {
        self.must_be_open()?;
        Ok(!std::mem::replace(&mut self.explained, true))
    }

    /// The visitor has perhaps left; the call stays.
    pub fn leave(&mut self) -> Result<bool, CallError> {
        self.must_be_open()?;
        Ok(!std::mem::replace(&mut self.left, true))
    }

    /// Time went by.
    pub fn age(&mut self, ladder: &Ladder, now: Moment) -> Option<Aged> {
        if !self.state.is_open() {
            return None;
        }
        if self.seconds(now) >= ladder.forget.as_secs() {
            self.end(CallState::Expired);
            return Some(Aged::Expired);
        }
        if let CallState::Acknowledged { by } = &self.state
            && now.since_start.saturating_sub(self.clocks.answered) >= ladder.again
        {
            self.again = Some(by.clone());
            self.state = CallState::Requested;
            self.late = false;
            self.round = self.round.saturating_add(1);
            self.clocks.round = now.since_start;
            return Some(Aged::Again);
        }
        if self.state.is_waiting() && !self.late && self.waited(now) >= ladder.late {
            self.late = true;
            return Some(Aged::Late);
        }
        None
    }

    /// Its visitor has left, and there is no room for another of its kiosk: it ends as by time, answered or not.
    pub fn give_way(&mut self) {
        self.end(CallState::Expired);
    }

    /// Names go with the end.
    fn end(&mut self, state: CallState) {
        self.state = state;
        self.again = None;
    }

    fn must_be_open(&self) -> Result<(), CallError> {
        if self.state.is_open() { Ok(()) } else { Err(CallError::NotOpen) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment { unix: 1_800_000_000 + seconds, since_start: Duration::from_secs(100 + seconds) }
    }

    fn call() -> Call {
        Call::new(7, "Borne".into(), 1, "fr".into(), at(0))
    }

    const LADDER: fn() -> Ladder = Ladder::default;

    #[test]
    fn the_first_to_come_is_the_one_and_only_an_answered_call_is_closed() {
        let mut call = call();
        assert_eq!(call.done(), Err(CallError::NotAnswered));
        assert_eq!(call.arrived(), Err(CallError::NotAnswered));
        assert_eq!(call.come("", at(1)), Err(CallError::NoName));
        assert_eq!(call.come("Marie", at(9)), Ok(true));
        assert_eq!(call.come("Marie", at(10)), Ok(false));
        assert_eq!(call.come("Paul", at(10)), Err(CallError::Taken));
        assert_eq!(call.answered_s, Some(9));
        assert_eq!(call.arrived(), Ok(true));
        assert_eq!(call.done(), Ok(true));
        assert_eq!(call.state, CallState::Closed);
        for late in
            [call.clone().come("Paul", at(11)), call.clone().done(), call.clone().cancel(), call.shown()]
        {
            assert_eq!(late, Err(CallError::NotOpen));
        }
    }

    #[test]
    fn a_page_that_shows_it_late_takes_nothing_back() {
        let mut call = call();
        assert_eq!(call.shown(), Ok(true));
        assert_eq!(call.shown(), Ok(false));
        call.come("Marie", at(2)).unwrap();
        assert_eq!(call.shown(), Ok(false));
        assert_eq!(call.state, CallState::Acknowledged { by: "Marie".into() });
    }

    #[test]
    fn unanswered_it_is_late_once_at_a_minute_shown_or_not() {
        for shown in [false, true] {
            let mut call = call();
            if shown {
                call.shown().unwrap();
            }
            assert_eq!(call.age(&LADDER(), at(59)), None);
            assert_eq!(call.age(&LADDER(), at(60)), Some(Aged::Late));
            assert_eq!(call.age(&LADDER(), at(61)), None);
            assert!(call.late && call.state.is_waiting());
        }
    }

    #[test]
    fn answered_and_not_closed_it_is_called_anew_unless_the_person_is_there() {
        let mut call = call();
        call.come("Marie", at(10)).unwrap();
        let mut with = call.clone();
        assert_eq!(call.age(&LADDER(), at(189)), None);
        assert_eq!(call.age(&LADDER(), at(190)), Some(Aged::Again));
        assert_eq!(
            (call.round, call.again.as_deref(), &call.state),
            (2, Some("Marie"), &CallState::Requested)
        );
        assert_eq!(call.age(&LADDER(), at(250)), Some(Aged::Late));
        assert_eq!(call.come("Paul", at(251)), Ok(true));
        assert_eq!(call.answered_s, Some(10), "the first answer counts");
        with.arrived().unwrap();
        assert_eq!(with.age(&LADDER(), at(4_000)), None);
        assert_eq!(with.age(&LADDER(), at(12 * 3_600)), Some(Aged::Expired));
    }

    #[test]
    fn a_clock_that_jumps_changes_nothing_and_a_start_loses_no_waiting() {
        let mut call = call();
        let jumped = Moment { unix: 5, ..at(30) };
        assert_eq!((call.age(&LADDER(), jumped), call.seconds(jumped)), (None, 30));
        let started =
            |seconds: u64| Moment { unix: 1_800_000_000 + seconds, since_start: Duration::from_secs(1) };
        let mut again = call.clone().restarted(started(45));
        assert_eq!(again.seconds(started(45)), 45);
        let later = |seconds| Moment { unix: 0, since_start: Duration::from_secs(seconds) };
        assert_eq!(
            (again.age(&LADDER(), later(15)), again.age(&LADDER(), later(16))),
            (None, Some(Aged::Late))
        );
        // The clock went back: nobody knows how long it was off, so it waits from now.
        let mut back = call.clone().restarted(Moment { unix: 7, since_start: Duration::from_secs(2) });
        assert_eq!(
            (back.age(&LADDER(), later(61)), back.age(&LADDER(), later(62))),
            (None, Some(Aged::Late))
        );
        // A weekend, or a clock that was set: late at once, with a visitor who has perhaps left, and never over.
        let mut weekend = call.restarted(started(2 * 24 * 3_600));
        assert_eq!(weekend.age(&LADDER(), later(1)), Some(Aged::Late));
        assert!(weekend.left && weekend.age(&LADDER(), later(11 * 3_600)).is_none());
        assert_eq!(weekend.age(&LADDER(), later(12 * 3_600)), Some(Aged::Expired));
    }
}
