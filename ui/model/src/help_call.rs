//! A help call as the visitor sees it. Never shown as more than it is.
//!
//! ```text
//! Idle ──press──▶ Asking ──desk wrote it down──▶ Requested ──a staff page shows it──▶ Delivered ──"J'arrive"──▶ Acknowledged
//!                   │ 5 s                            │ 5 s                                                          │
//!                   └───────────▶ Unreachable ◀──────┘         Closed ◀── staff press "Terminé" ────────────────────┘
//! ```
//!
//! Unreachable is a sentence, not an end: the call goes on behind it, and the desk's next word is shown.

use std::time::Duration;

/// Not shown on a staff page after that long: the visitor is told (DESIGN.md section 5, t = 5 s).
pub const DELIVERY_LIMIT: Duration = Duration::from_secs(5);
/// Not acknowledged after that long: phone, hours and a slip are offered again (row A4).
pub const ANSWER_LIMIT: Duration = Duration::from_secs(180);

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
    /// Over, by staff.
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
        /// What it says.
        word: DeskWord,
    },
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
    /// Tell the desk that the visitor has perhaps left.
    Leave,
}

impl HelpCall {
    /// The next state, and what to do.
    pub fn on(self, event: HelpEvent, now: Duration) -> (Self, HelpEffect) {
        match event {
            HelpEvent::Pressed if self.is_open() => (self, HelpEffect::None),
            HelpEvent::Pressed => (Self::Asking { since: now }, HelpEffect::Ask),
            HelpEvent::Cancelled if self.is_open() => (Self::Idle, HelpEffect::Cancel),
            HelpEvent::SessionEnded if self.is_open() => (Self::Idle, HelpEffect::Leave),
            HelpEvent::Cancelled | HelpEvent::SessionEnded => (Self::Idle, HelpEffect::None),
            HelpEvent::Desk { number, word } => (self.heard(number, word), HelpEffect::None),
            HelpEvent::Forgotten if self.is_open() => (Self::Closed, HelpEffect::None),
            HelpEvent::Forgotten => (self, HelpEffect::None),
            HelpEvent::Tick => (self.aged(now), HelpEffect::None),
        }
    }

    /// Whether a person is being called or coming.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Idle | Self::Closed)
    }

    /// Whether the visitor has waited so long that another way is offered.
    pub fn offers_another_way(&self, now: Duration) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Requested { since, .. } | Self::Delivered { since, .. } | Self::Asking { since } => {
                now.saturating_sub(*since) >= ANSWER_LIMIT
            }
            Self::Idle | Self::Acknowledged { .. } | Self::Closed => false,
        }
    }

    fn heard(self, number: u32, word: DeskWord) -> Self {
        let since = match &self {
            Self::Idle | Self::Closed => return self,
            Self::Asking { since }
            | Self::Requested { since, .. }
            | Self::Delivered { since, .. }
            | Self::Unreachable { since, .. } => *since,
            Self::Acknowledged { .. } => Duration::ZERO,
        };
        match (word, self) {
            (DeskWord::Acknowledged { by }, _) => Self::Acknowledged { number, by },
            (DeskWord::Closed, _) => Self::Closed,
            // A late or repeated message never takes back a person who said "J'arrive".
            (DeskWord::Requested | DeskWord::Delivered, coming @ Self::Acknowledged { .. }) => coming,
            (DeskWord::Delivered, _) => Self::Delivered { number, since },
            (DeskWord::Requested, shown @ Self::Delivered { .. }) => shown,
            (DeskWord::Requested, Self::Unreachable { .. }) => {
                Self::Unreachable { since, number: Some(number) }
            }
            (DeskWord::Requested, _) => Self::Requested { number, since },
        }
    }

    fn aged(self, now: Duration) -> Self {
        match self {
            Self::Asking { since } if now.saturating_sub(since) >= DELIVERY_LIMIT => {
                Self::Unreachable { since, number: None }
            }
            Self::Requested { number, since } if now.saturating_sub(since) >= DELIVERY_LIMIT => {
                Self::Unreachable { since, number: Some(number) }
            }
            Self::Idle
            | Self::Asking { .. }
            | Self::Requested { .. }
            | Self::Delivered { .. }
            | Self::Acknowledged { .. }
            | Self::Unreachable { .. }
            | Self::Closed => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn run(events: &[(u64, HelpEvent)]) -> HelpCall {
        events.iter().fold(HelpCall::Idle, |call, (when, event)| call.on(event.clone(), at(*when)).0)
    }

    fn desk(word: DeskWord) -> HelpEvent {
        HelpEvent::Desk { number: 7, word }
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
        assert!(call.offers_another_way(at(180)) && !call.offers_another_way(at(179)));
    }

    #[test]
    fn a_call_that_no_page_shows_is_said_so_after_five_seconds_and_goes_on() {
        let silent = run(&[(0, HelpEvent::Pressed), (4, HelpEvent::Tick)]);
        assert_eq!(silent, HelpCall::Asking { since: at(0) });
        let silent = silent.on(HelpEvent::Tick, at(5)).0;
        assert_eq!(silent, HelpCall::Unreachable { since: at(0), number: None });
        let heard = silent.on(desk(DeskWord::Requested), at(6)).0;
        assert_eq!(heard, HelpCall::Unreachable { since: at(0), number: Some(7) });
        assert_eq!(
            heard.on(desk(DeskWord::Delivered), at(7)).0,
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
        assert_eq!(call, HelpCall::Acknowledged { number: 7, by: "Marie".into() });
    }

    #[test]
    fn pressing_again_does_not_call_twice_and_a_closed_call_can_be_made_again() {
        let (call, effect) = run(&[(0, HelpEvent::Pressed)]).on(HelpEvent::Pressed, at(1));
        assert_eq!((call.clone(), effect), (HelpCall::Asking { since: at(0) }, HelpEffect::None));
        let closed = call.on(desk(DeskWord::Closed), at(2)).0;
        assert_eq!(
            closed.on(HelpEvent::Pressed, at(3)),
            (HelpCall::Asking { since: at(3) }, HelpEffect::Ask)
        );
    }

    #[test]
    fn the_visitor_may_cancel_at_any_time_and_leaving_keeps_the_call_with_staff() {
        for events in [1, 2, 3] {
            let all =
                [(0, HelpEvent::Pressed), (1, desk(DeskWord::Requested)), (2, desk(DeskWord::Delivered))];
            let call = run(&all[..events]);
            assert_eq!(call.clone().on(HelpEvent::Cancelled, at(9)), (HelpCall::Idle, HelpEffect::Cancel));
            assert_eq!(call.on(HelpEvent::SessionEnded, at(9)), (HelpCall::Idle, HelpEffect::Leave));
        }
    }
}
