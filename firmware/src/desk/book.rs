//! The book of calls: pure. What is durable is number, kiosk, times and state; never a reason.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::protocol::CallState;

/// Calls kept, the oldest closed ones are forgotten first.
pub const CALLS_MAX: usize = 200;
/// Calls that may be open at once; one more is refused, and its kiosk says that nobody can be alerted.
pub const OPEN_MAX: usize = 64;
/// Numbers go from 1 to this, then begin again.
pub const NUMBER_MAX: u32 = 999;

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What staff and visitor call it.
    pub number: u32,
    /// Which kiosk, by its name.
    pub kiosk: String,
    /// The kiosk's own number of it.
    pub key: u64,
    /// When, in seconds since 1970.
    pub made_at: u64,
    /// How it stands.
    pub state: CallState,
    /// The visitor has perhaps left.
    pub left: bool,
}

/// Why something cannot be done with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// There is no such open call.
    #[error("call {0} is not open")]
    NotOpen(u32),
    /// Somebody else said first that they come.
    #[error("somebody already answers call {0}")]
    Taken(u32),
    /// Staff cannot close what nobody answered.
    #[error("nobody has answered call {0} yet")]
    NotAnswered(u32),
    /// A name is needed to answer.
    #[error("a name is needed to answer call {0}")]
    NoName(u32),
    /// Too many open calls.
    #[error("more than {OPEN_MAX} calls are open")]
    Full,
}

/// All calls, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    calls: VecDeque<Call>,
    last_number: u32,
}

impl Book {
    /// The open calls, oldest first.
    pub fn open_calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.state.is_open())
    }

    /// The call that `kiosk` knows as `key`.
    pub fn by_key(&self, kiosk: &str, key: u64) -> Option<&Call> {
        self.calls.iter().rev().find(|call| call.kiosk == kiosk && call.key == key)
    }

    /// A person is wanted at `kiosk`. Asked again with the same key, it is the same call.
    pub fn ask(&mut self, kiosk: &str, key: u64, now: u64) -> Result<u32, BookError> {
        if let Some(call) = self.by_key(kiosk, key) {
            return Ok(call.number);
        }
        if self.open_calls().count() >= OPEN_MAX {
            return Err(BookError::Full);
        }
        self.forget_old();
        let number = self.next_number();
        let kiosk = kiosk.to_owned();
        self.calls.push_back(Call {
            number,
            kiosk,
            key,
            made_at: now,
            state: CallState::Requested,
            left: false,
        });
        Ok(number)
    }

    /// A staff page in sight shows the call.
    pub fn shown(&mut self, number: u32) -> Result<bool, BookError> {
        let call = self.open_call(number)?;
        let first = call.state == CallState::Requested;
        if first {
            call.state = CallState::Delivered;
        }
        Ok(first)
    }

    /// Somebody comes. The first to say so is the one.
    pub fn come(&mut self, number: u32, by: &str) -> Result<(), BookError> {
        let call = self.open_call(number)?;
        if by.is_empty() {
            return Err(BookError::NoName(number));
        }
        if matches!(&call.state, CallState::Acknowledged { by: other } if other != by) {
            return Err(BookError::Taken(number));
        }
        call.state = CallState::Acknowledged { by: by.to_owned() };
        Ok(())
    }

    /// It is done. Only after somebody came.
    pub fn done(&mut self, number: u32) -> Result<(), BookError> {
        let call = self.open_call(number)?;
        let CallState::Acknowledged { by } = &call.state else {
            return Err(BookError::NotAnswered(number));
        };
        call.state = CallState::Closed { by: by.clone() };
        Ok(())
    }

    /// The visitor takes the call back. False when there was none open.
    pub fn cancel(&mut self, kiosk: &str, key: u64) -> bool {
        self.change(kiosk, key, |call| call.state = CallState::Cancelled)
    }

    /// The visitor has perhaps left; the call stays. False when there was none open.
    pub fn left(&mut self, kiosk: &str, key: u64) -> bool {
        self.change(kiosk, key, |call| call.left = true)
    }

    fn change(&mut self, kiosk: &str, key: u64, change: impl FnOnce(&mut Call)) -> bool {
        let found = self.calls.iter_mut().rev().find(|call| call.kiosk == kiosk && call.key == key);
        match found.filter(|call| call.state.is_open()) {
            Some(call) => {
                change(call);
                true
            }
            None => false,
        }
    }

    fn open_call(&mut self, number: u32) -> Result<&mut Call, BookError> {
        let open = |call: &&mut Call| call.number == number && call.state.is_open();
        self.calls.iter_mut().rev().find(open).ok_or(BookError::NotOpen(number))
    }

    /// The next number that no open call has.
    fn next_number(&mut self) -> u32 {
        loop {
            self.last_number = self.last_number % NUMBER_MAX + 1;
            let number = self.last_number;
            if self.open_calls().all(|call| call.number != number) {
                return number;
            }
        }
    }

    fn forget_old(&mut self) {
        while self.calls.len() >= CALLS_MAX {
            match self.calls.iter().position(|call| !call.state.is_open()) {
                Some(oldest) => drop(self.calls.remove(oldest)),
                None => return,
            }
        }
    }
}

/// The book on disk, version 1.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredBook {
    version: u32,
    last_number: u32,
    calls: Vec<StoredCall>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredCall {
    number: u32,
    kiosk: String,
    key: u64,
    made_at: u64,
    left: bool,
    #[serde(flatten)]
    state: CallState,
}

/// Why a stored book was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoredError {
    /// It is not what we write.
    #[error("not a book of calls: {0}")]
    Syntax(#[from] serde_json::Error),
    /// A later program wrote it.
    #[error("book of calls has version {0}, this program reads 1")]
    Version(u32),
    /// Something we would never write.
    #[error("book of calls has {0}")]
    Bounds(&'static str),
}

impl Book {
    /// The bytes to keep.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoredError> {
        let calls = self.calls.iter().cloned().map(|call| StoredCall {
            number: call.number,
            kiosk: call.kiosk,
            key: call.key,
            made_at: call.made_at,
            left: call.left,
            state: call.state,
        });
        let stored = StoredBook { version: 1, last_number: self.last_number, calls: calls.collect() };
        Ok(serde_json::to_vec(&stored)?)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredError> {
        let stored: StoredBook = serde_json::from_slice(bytes)?;
        if stored.version != 1 {
            return Err(StoredError::Version(stored.version));
        }
        if stored.calls.len() > CALLS_MAX || stored.last_number > NUMBER_MAX {
            return Err(StoredError::Bounds("more calls or higher numbers than are ever kept"));
        }
        let calls = stored.calls.into_iter().map(|call| Call {
            number: call.number,
            kiosk: crate::protocol::clean_name(&call.kiosk),
            key: call.key,
            made_at: call.made_at,
            state: call.state,
            left: call.left,
        });
        Ok(Self { calls: calls.collect(), last_number: stored.last_number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_key_is_the_same_call() {
        let mut book = Book::default();
        assert_eq!(book.ask("Borne", 5, 0), Ok(1));
        assert_eq!(book.ask("Borne", 5, 9), Ok(1));
        assert_eq!(book.ask("Autre", 5, 9), Ok(2));
    }

    #[test]
    fn nobody_closes_a_call_that_nobody_answered() {
        let mut book = Book::default();
        let number = book.ask("Borne", 1, 0).unwrap();
        assert_eq!(book.done(number), Err(BookError::NotAnswered(number)));
        assert_eq!(book.come(number, ""), Err(BookError::NoName(number)));
        book.come(number, "Marie").unwrap();
        assert_eq!(book.come(number, "Paul"), Err(BookError::Taken(number)));
        book.done(number).unwrap();
        assert_eq!(book.done(number), Err(BookError::NotOpen(number)));
    }

    #[test]
    fn shown_late_does_not_take_back_an_answer() {
        let mut book = Book::default();
        let number = book.ask("Borne", 1, 0).unwrap();
        book.come(number, "Marie").unwrap();
        assert_eq!(book.shown(number), Ok(false));
        assert_eq!(book.by_key("Borne", 1).unwrap().state, CallState::Acknowledged { by: "Marie".into() });
    }

    #[test]
    fn a_visitor_who_left_leaves_the_call_and_one_who_cancels_ends_it() {
        let mut book = Book::default();
        book.ask("Borne", 1, 0).unwrap();
        assert!(book.left("Borne", 1));
        assert!(book.open_calls().next().unwrap().left);
        assert!(book.cancel("Borne", 1));
        assert!(!book.cancel("Borne", 1));
        assert_eq!(book.open_calls().count(), 0);
    }

    #[test]
    fn broken_books_are_refused() {
        for bytes in [&b""[..], b"{}", b"[1]", b"{\"version\":9,\"last_number\":1,\"calls\":[]}", b"\xff\xfe"]
        {
            assert!(Book::from_bytes(bytes).is_err());
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Ask(u64),
        Shown(u32),
        Come(u32),
        Done(u32),
        Cancel(u64),
        Left(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..300_u64).prop_map(Step::Ask),
            (1..300_u32).prop_map(Step::Shown),
            (1..300_u32).prop_map(Step::Come),
            (1..300_u32).prop_map(Step::Done),
            (0..300_u64).prop_map(Step::Cancel),
            (0..300_u64).prop_map(Step::Left),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_the_book_stays_bounded_true_and_readable(steps in proptest::collection::vec(step(), 0..600)) {
            let mut book = Book::default();
            for step in steps {
                match step {
                    Step::Ask(key) => { let _ = book.ask("Borne", key, 0); }
                    Step::Shown(number) => { let _ = book.shown(number); }
                    Step::Come(number) => { let _ = book.come(number, "Marie"); }
                    Step::Done(number) => { let _ = book.done(number); }
                    Step::Cancel(key) => { book.cancel("Borne", key); }
                    Step::Left(key) => { book.left("Borne", key); }
                }
                prop_assert!(book.calls.len() <= CALLS_MAX && book.open_calls().count() <= OPEN_MAX);
                let mut numbers: Vec<u32> = book.open_calls().map(|call| call.number).collect();
                numbers.sort_unstable();
                numbers.dedup();
                prop_assert_eq!(numbers.len(), book.open_calls().count(), "two open calls have one number");
            }
            prop_assert_eq!(Book::from_bytes(&book.to_bytes().unwrap()).unwrap(), book);
        }
    }
}
