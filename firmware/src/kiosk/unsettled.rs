//! What the kiosk has told the desk and what is not settled yet: pure, and said again after every break of the link.

use std::collections::VecDeque;
use std::time::Duration;

use parvis_ui_model::help_call::DeskWord;

use super::desk_link::{LinkCommand, WAITING_MAX};
use crate::protocol::{CallState, FromKiosk, ToKiosk};
use crate::session::Event;
use crate::session::call::{DeskNews, Reason};

/// What is not settled, and said again after a break.
#[derive(Clone, Debug, Default)]
pub struct Unsettled {
    /// The call that is open.
    open: Option<u64>,
    /// The desk has said how it stands.
    known: bool,
    /// Cancelled and left calls that the desk may not have heard of.
    ended: VecDeque<FromKiosk>,
    /// What the visitor said of the open call: said again with it.
    about: Vec<FromKiosk>,
    printer: String,
    keypad: String,
}

/// The language of visits: the screens are French only so far.
fn asked(key: u64) -> FromKiosk {
    FromKiosk::Ask { key, lang: "fr".to_owned() }
}

impl Unsettled {
    /// The kiosk wants something said: the message for it.
    pub fn take(&mut self, command: LinkCommand) -> FromKiosk {
        match command {
            LinkCommand::Ask(key) => {
                self.open = Some(key);
                self.known = false;
                self.about.clear();
                asked(key)
            }
            LinkCommand::Arrived(key) => self.about(FromKiosk::Arrived { key }),
            LinkCommand::Reason(key, Reason { title, theme }) => {
                self.about(FromKiosk::Reason { key, title, theme })
            }
            LinkCommand::Cancel(key) => self.end(FromKiosk::Cancel { key }),
            LinkCommand::Left(key) => self.end(FromKiosk::Left { key }),
            LinkCommand::Printer(gesture) => {
                self.printer.clone_from(&gesture);
                FromKiosk::Printer { gesture }
            }
            LinkCommand::Keypad(gesture) => {
                self.keypad.clone_from(&gesture);
                FromKiosk::Keypad { gesture }
            }
        }
    }

    fn about(&mut self, message: FromKiosk) -> FromKiosk {
        if self.open.is_some() && self.about.len() < WAITING_MAX {
            self.about.push(message.clone());
        }
        message
    }

    fn end(&mut self, message: FromKiosk) -> FromKiosk {
        // A call that the desk never heard of is asked for first, so that it is not lost with its visitor.
        if let Some(key) = self.open.take() {
            self.ended.push_back(asked(key));
        }
        self.about.clear();
        self.ended.push_back(message.clone());
        while self.ended.len() > WAITING_MAX {
            self.ended.pop_front();
        }
        message
    }

    /// What is said first of all on a new connection.
    pub fn greeting(&self, name: &str) -> Vec<FromKiosk> {
        let hello = FromKiosk::Hello { kiosk: name.to_owned() };
        let printer = FromKiosk::Printer { gesture: self.printer.clone() };
        let keypad = FromKiosk::Keypad { gesture: self.keypad.clone() };
        let mut said = vec![hello, printer, keypad];
        said.extend(self.ended.iter().cloned());
        if let Some(key) = self.open {
            said.push(asked(key));
            said.extend(self.about.iter().cloned());
        }
        said
    }

    /// What is said again while the desk says nothing of the open call: it may have had no room for it.
    pub fn again(&self) -> Option<FromKiosk> {
        self.open.filter(|_| !self.known).map(asked)
    }

    /// The desk says something: what it means to the kiosk.
    pub fn hear(&mut self, message: ToKiosk) -> Option<Event> {
        match message {
            ToKiosk::Call { key, number, round, state, left } => {
                self.known |= self.open == Some(key);
                self.settle(key, !state.is_open(), left);
                Some(Event::Desk { key, number, round, left, word: self.word(key, state) })
            }
            ToKiosk::Desk { presence, watched, usual_s } => {
                let usual = usual_s.map(Duration::from_secs);
                Some(Event::DeskNews(DeskNews { linked: true, watched, presence, usual, trouble: None }))
            }
            ToKiosk::Pong => None,
        }
    }

    /// What the desk knows of an ended call need not be told again. Being sent is not being heard.
    fn settle(&mut self, key: u64, over: bool, left: bool) {
        let knows = |message: &FromKiosk| over || (left && matches!(message, FromKiosk::Left { .. }));
        self.ended.retain(|message| message.key() != Some(key) || !knows(message));
        let end =
            |message: &FromKiosk| !matches!(message, FromKiosk::Ask { .. }) && message.key() == Some(key);
        if !self.ended.iter().any(end) {
            self.ended.retain(|message| message.key() != Some(key));
        }
    }

    fn word(&mut self, key: u64, state: CallState) -> DeskWord {
        match state {
            CallState::Requested => DeskWord::Requested,
            CallState::Delivered => DeskWord::Delivered,
            CallState::Acknowledged { by } => DeskWord::Acknowledged { by },
            CallState::Arrived { by } => DeskWord::Arrived { by },
            CallState::Closed | CallState::Cancelled | CallState::Expired => {
                if self.open == Some(key) {
                    self.open = None;
                    self.about.clear();
                }
                DeskWord::Closed
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(key: u64, state: CallState, left: bool) -> ToKiosk {
        ToKiosk::Call { key, number: 1, round: 1, state, left }
    }

    fn said(unsettled: &Unsettled) -> Vec<FromKiosk> {
        unsettled.greeting("Borne").into_iter().filter(|message| message.key().is_some()).collect()
    }

    #[test]
    fn a_call_is_asked_for_again_until_it_is_over() {
        let mut unsettled = Unsettled::default();
        assert_eq!(unsettled.take(LinkCommand::Ask(7)), asked(7));
        assert_eq!(unsettled.again(), Some(asked(7)));
        unsettled.hear(told(7, CallState::Delivered, false));
        assert_eq!(unsettled.again(), None, "the desk has it");
        assert_eq!(said(&unsettled), [asked(7)]);
        unsettled.hear(told(7, CallState::Expired, false));
        assert_eq!(said(&unsettled), []);
    }

    #[test]
    fn a_call_that_was_taken_back_is_said_so_until_the_desk_knows_also_when_its_visitor_has_left() {
        let mut unsettled = Unsettled::default();
        unsettled.take(LinkCommand::Ask(7));
        unsettled.take(LinkCommand::Cancel(7));
        let both = [asked(7), FromKiosk::Cancel { key: 7 }];
        assert_eq!(said(&unsettled), both);
        // Found by a simulated day: "left" settled the cancellation.
        unsettled.hear(told(7, CallState::Requested, true));
        assert_eq!(said(&unsettled), both);
        unsettled.hear(told(7, CallState::Cancelled, true));
        assert_eq!(said(&unsettled), []);
    }

    #[test]
    fn a_visitor_who_left_is_said_so_until_the_desk_knows() {
        let mut unsettled = Unsettled::default();
        unsettled.take(LinkCommand::Ask(7));
        unsettled.take(LinkCommand::Left(7));
        unsettled.hear(told(7, CallState::Delivered, false));
        assert_eq!(said(&unsettled).len(), 2);
        unsettled.hear(told(7, CallState::Delivered, true));
        assert_eq!(said(&unsettled), []);
    }
}
