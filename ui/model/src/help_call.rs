//! A help call as the visitor sees it. Never shown as more than it is.
//!
//! ```text
//! Idle ──press──▶ Asking ──desk wrote it down──▶ Requested ──a staff page shows it──▶ Delivered ──"J'arrive"──▶ Acknowledged
//!                   │ 5 s                            │ 5 s                                                          │
//!                   └───────────▶ Unreachable ◀──────┘         Closed ◀── staff press "Terminé" ────────────────────┘
//! ```
//!
//! Unreachable is a sentence, not an end: the call goes on behind it, and the desk's next word is shown.
//! Acknowledged becomes Arrived when somebody says that the person is there, and `CalledAnew` when nobody did in time.

use std::time::Duration;

/// The times of a call at the kiosk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelpTimes {
    /// Not shown on a staff page after that long: the visitor is told (DESIGN.md section 5, t = 5 s).
    pub undelivered: Duration,
    /// Not answered after that long: phone, hours and a slip are offered again (row A4).
    pub another_way: Duration,
}

impl Default for HelpTimes {
    fn default() -> Self {
        Self { undelivered: Duration::from_secs(5), another_way: Duration::from_secs(180) }
    }
}

/// The call of this session, if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HelpCall {
    /// Nobody was called.
    #[default]
    Idle,
    /// The button was pressed; the desk has not written the call down yet.
    Asking {
        /// When it was pressed.
        since: Duration,
    },
    /// The desk has written the call down.
    Requested {
        /// The call's number of the day.
        number: u32,
        /// When it was pressed.
        since: Duration,
    },
    /// A staff page shows the call.
    Delivered {
        /// The call's number of the day.
        number: u32,
        /// When it was pressed.
        since: Duration,
    },
    /// A person pressed "J'arrive".
    Acknowledged {
        /// The call's number of the day.
        number: u32,
        /// Who: a first name or a desk.
        by: String,
        /// The round of the call that they answered.
        round: u32,
    },
    /// Somebody had said that they come, and nobody came: staff are called anew.
    CalledAnew {
        /// The call's number of the day.
        number: u32,
        /// Since when.
        since: Duration,
        /// The round.
        round: u32,
    },
    /// The person is with the visitor.
    Arrived {
        /// The call's number of the day.
        number: u32,
        /// Who.
        by: String,
    },
    /// Nobody could be alerted so far.
    Unreachable {
        /// When it was pressed.
        since: Duration,
        /// The number, when the desk has written the call down.
        number: Option<u32>,
    },
    /// Staff have closed the call.
    Closed,
}

/// What the desk says of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskWord {
    /// Written down.
    Requested,
    /// Shown on a staff page.
    Delivered,
    /// Somebody comes.
    Acknowledged {
        /// Who: a first name or a desk.
        by: String,
    },
    /// The person is with the visitor.
    Arrived {
        /// Who.
        by: String,
    },
    /// Over, by staff or by time.
    Closed,
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpEvent {
    /// The visitor pressed the button.
    Pressed,
    /// The visitor takes the call back.
    Cancelled,
    /// The session ended; the call stays with staff.
    SessionEnded,
    /// The desk says something about call `number`.
    Desk {
        /// The call's number of the day.
        number: u32,
        /// 1, and one more each time that staff are called anew.
        round: u32,
        /// What it says.
        word: DeskWord,
    },
    /// The visitor says that the person is there.
    PersonIsHere,
    /// The desk has no such call any more.
    Forgotten,
    /// Time went by.
    Tick,
}

/// What the caller must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpEffect {
    /// Nothing.
    None,
    /// Ask the desk for a person; keep asking until it has written the call down.
    Ask,
    /// Tell the desk that the visitor took the call back.
    Cancel,
    /// Tell the desk that the person is with the visitor.
    Arrived,
    /// Tell the desk that the visitor has perhaps left.
    Leave,
}

impl HelpCall {
    /// The next state, and what to do.
    pub fn on(self, event: HelpEvent, times: &HelpTimes, now: Duration) -> (Self, HelpEffect) {
        match event {
            HelpEvent::Pressed if self.is_open() => (self, HelpEffect::None),
            HelpEvent::Pressed => (Self::Asking { since: now }, HelpEffect::Ask),
            HelpEvent::Cancelled if self.is_open() => (Self::Idle, HelpEffect::Cancel),
            HelpEvent::SessionEnded if self.is_open() => (Self::Idle, HelpEffect::Leave),
            HelpEvent::Cancelled | HelpEvent::SessionEnded => (Self::Idle, HelpEffect::None),
            HelpEvent::PersonIsHere => self.person_is_here(),
            HelpEvent::Desk { number, round, word } => {
                (self.heard(number, round, word, now), HelpEffect::None)
            }
            HelpEvent::Forgotten if self.is_open() => (Self::Closed, HelpEffect::None),
            HelpEvent::Forgotten => (self, HelpEffect::None),
            HelpEvent::Tick => (self.aged(times, now), HelpEffect::None),
        }
    }

    /// Whether a person is being called or coming.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Idle | Self::Closed)
    }

    /// Whether the visitor has waited so long that another way is offered.
    pub fn offers_another_way(&self, times: &HelpTimes, now: Duration) -> bool {
        match self {
            Self::Unreachable { .. } | Self::CalledAnew { .. } => true,
            Self::Requested { since, .. } | Self::Delivered { since, .. } | Self::Asking { since } => {
                now.saturating_sub(*since) >= times.another_way
            }
            Self::Idle | Self::Acknowledged { .. } | Self::Arrived { .. } | Self::Closed => false,
        }
    }

    fn person_is_here(self) -> (Self, HelpEffect) {
        if let Self::Acknowledged { number, by, .. } = self {
            (Self::Arrived { number, by }, HelpEffect::Arrived)
        } else {
            (self, HelpEffect::None)
        }
    }

    fn heard(self, number: u32, said_in: u32, word: DeskWord, now: Duration) -> Self {
        let since = match &self {
            Self::Idle | Self::Closed => return self,
            Self::Asking { since }
            | Self::Requested { since, .. }
            | Self::Delivered { since, .. }
            | Self::CalledAnew { since, .. }
            | Self::Unreachable { since, .. } => *since,
            Self::Acknowledged { .. } | Self::Arrived { .. } => now,
        };
        match (word, self) {
            (DeskWord::Closed, _) => Self::Closed,
            // What is said of an earlier round is old.
            (DeskWord::Acknowledged { .. }, anew @ Self::CalledAnew { round, .. }) if said_in < round => anew,
            (DeskWord::Acknowledged { .. }, arrived @ Self::Arrived { .. }) => arrived,
            (DeskWord::Acknowledged { by }, _) => Self::Acknowledged { number, by, round: said_in },
            (DeskWord::Arrived { by }, _) => Self::Arrived { number, by },
            // Nor does a late or repeated message take back a person who said "J'arrive".
            (DeskWord::Requested | DeskWord::Delivered, Self::Acknowledged { round, .. })
                if said_in > round =>
            {
                Self::CalledAnew { number, since: now, round: said_in }
            }
            (
                DeskWord::Requested | DeskWord::Delivered,
                stays @ (Self::Acknowledged { .. } | Self::Arrived { .. } | Self::CalledAnew { .. }),
            ) => stays,
            (DeskWord::Delivered, _) => Self::Delivered { number, since },
            (DeskWord::Requested, shown @ Self::Delivered { .. }) => shown,
            (DeskWord::Requested, Self::Unreachable { .. }) => {
                Self::Unreachable { since, number: Some(number) }
            }
            (DeskWord::Requested, _) => Self::Requested { number, since },
        }
    }

    fn aged(self, times: &HelpTimes, now: Duration) -> Self {
        match self {
            Self::Asking { since } if now.saturating_sub(since) >= times.undelivered => {
                Self::Unreachable { since, number: None }
            }
            Self::Requested { number, since } if now.saturating_sub(since) >= times.undelivered => {
                Self::Unreachable { since, number: Some(number) }
            }
            Self::Idle
            | Self::Asking { .. }
            | Self::Requested { .. }
            | Self::Delivered { .. }
            | Self::Acknowledged { .. }
            | Self::CalledAnew { .. }
            | Self::Arrived { .. }
            | Self::Unreachable { .. }
            | Self::Closed => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: HelpTimes =
        HelpTimes { undelivered: Duration::from_secs(5), another_way: Duration::from_secs(180) };

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn run(events: &[(u64, HelpEvent)]) -> HelpCall {
        events.iter().fold(HelpCall::Idle, |call, (when, event)| call.on(event.clone(), &TIMES, at(*when)).0)
    }

    fn desk(word: DeskWord) -> HelpEvent {
        HelpEvent::Desk { number: 7, round: 1, word }
    }

    #[test]
    fn nobody_is_said_to_come_before_a_person_said_so() {
        let call = run(&[
            (0, HelpEvent::Pressed),
            (1, desk(DeskWord::Requested)),
            (1, desk(DeskWord::Delivered)),
            (500, HelpEvent::Tick),
        ]);
        assert_eq!(call, HelpCall::Delivered { number: 7, since: at(0) });
        assert!(call.offers_another_way(&TIMES, at(180)) && !call.offers_another_way(&TIMES, at(179)));
    }

    #[test]
    fn a_call_that_no_page_shows_is_said_so_after_five_seconds_and_goes_on() {
        let silent = run(&[(0, HelpEvent::Pressed), (4, HelpEvent::Tick)]);
        assert_eq!(silent, HelpCall::Asking { since: at(0) });
        let silent = silent.on(HelpEvent::Tick, &TIMES, at(5)).0;
        assert_eq!(silent, HelpCall::Unreachable { since: at(0), number: None });
        let heard = silent.on(desk(DeskWord::Requested), &TIMES, at(6)).0;
        assert_eq!(heard, HelpCall::Unreachable { since: at(0), number: Some(7) });
        assert_eq!(
            heard.on(desk(DeskWord::Delivered), &TIMES, at(7)).0,
            HelpCall::Delivered { number: 7, since: at(0) }
        );
    }

    #[test]
    fn late_and_repeated_messages_never_take_back_an_answer() {
        let call = run(&[
            (0, HelpEvent::Pressed),
            (1, desk(DeskWord::Acknowledged { by: "Marie".into() })),
            (2, desk(DeskWord::Delivered)),
            (3, desk(DeskWord::Requested)),
        ]);
        assert_eq!(call, HelpCall::Acknowledged { number: 7, by: "Marie".into(), round: 1 });
    }

    #[test]
    fn pressing_again_does_not_call_twice_and_a_closed_call_can_be_made_again() {
        let (call, effect) = run(&[(0, HelpEvent::Pressed)]).on(HelpEvent::Pressed, &TIMES, at(1));
        assert_eq!((call.clone(), effect), (HelpCall::Asking { since: at(0) }, HelpEffect::None));
        let closed = call.on(desk(DeskWord::Closed), &TIMES, at(2)).0;
        assert_eq!(
            closed.on(HelpEvent::Pressed, &TIMES, at(3)),
            (HelpCall::Asking { since: at(3) }, HelpEffect::Ask)
        );
    }

    #[test]
    fn the_visitor_may_cancel_at_any_time_and_leaving_keeps_the_call_with_staff() {
        for events in [1, 2, 3] {
            let all =
                [(0, HelpEvent::Pressed), (1, desk(DeskWord::Requested)), (2, desk(DeskWord::Delivered))];
            let call = run(&all[..events]);
            assert_eq!(
                call.clone().on(HelpEvent::Cancelled, &TIMES, at(9)),
                (HelpCall::Idle, HelpEffect::Cancel)
            );
            assert_eq!(call.on(HelpEvent::SessionEnded, &TIMES, at(9)), (HelpCall::Idle, HelpEffect::Leave));
        }
    }
    #[test]
    fn a_person_who_said_they_come_and_did_not_is_no_longer_promised_and_old_words_change_nothing() {
        let coming =
            |round| HelpEvent::Desk { number: 7, round, word: DeskWord::Acknowledged { by: "Marie".into() } };
        let anew = HelpEvent::Desk { number: 7, round: 2, word: DeskWord::Requested };
        let call = run(&[(0, HelpEvent::Pressed), (1, coming(1)), (181, anew)]);
        assert_eq!(call, HelpCall::CalledAnew { number: 7, since: at(181), round: 2 });
        assert!(call.offers_another_way(&TIMES, at(181)));
        assert_eq!(call.clone().on(coming(1), &TIMES, at(182)).0, call, "late, from the first round");
        let again = call.on(coming(2), &TIMES, at(190)).0;
        assert_eq!(again, HelpCall::Acknowledged { number: 7, by: "Marie".into(), round: 2 });
    }

    #[test]
    fn the_visitor_says_that_the_person_is_there_only_when_somebody_comes() {
        let waiting = run(&[(0, HelpEvent::Pressed)]);
        assert_eq!(waiting.clone().on(HelpEvent::PersonIsHere, &TIMES, at(1)), (waiting, HelpEffect::None));
        let call = run(&[(0, HelpEvent::Pressed), (1, desk(DeskWord::Acknowledged { by: "Marie".into() }))]);
        let (call, effect) = call.on(HelpEvent::PersonIsHere, &TIMES, at(9));
        assert_eq!(
            (call.clone(), effect),
            (HelpCall::Arrived { number: 7, by: "Marie".into() }, HelpEffect::Arrived)
        );
        assert_eq!(
            call.on(desk(DeskWord::Delivered), &TIMES, at(10)).0,
            HelpCall::Arrived { number: 7, by: "Marie".into() }
        );
    }
}
