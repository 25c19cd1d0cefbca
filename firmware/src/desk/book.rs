//! The book of calls: pure. What is durable is number, kiosk, language, times and state; never a reason.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::call::{Aged, Call, CallError};
use super::ladder::Ladder;
use crate::clock::Moment;
use crate::protocol::clean_name;

/// Calls kept, the oldest closed ones are forgotten first.
pub const CALLS_MAX: usize = 200;
/// Calls that may be open at once.
pub const OPEN_MAX: usize = 64;
/// Calls of one kiosk that may be open at once: one visitor stands there, the others have perhaps left.
pub const OPEN_OF_KIOSK_MAX: usize = 16;
/// Numbers go from 1 to this, then begin again.
pub const NUMBER_MAX: u32 = 999;
/// Calls that are over stay in the history for that long, in seconds.
const HISTORY: u64 = 24 * 3600;

/// Too many calls are open, and none of this kiosk's may give way: it is told nothing, and says that nobody can be
/// alerted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{OPEN_MAX} calls are open, or {OPEN_OF_KIOSK_MAX} of one kiosk")]
pub struct Full;

/// What came of asking for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The call's number.
    pub number: u32,
    /// It was not there before.
    pub new: bool,
    /// The key of the call that gave way to it, and is over now.
    pub gave_way: Option<u64>,
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

    /// The calls of the last day that are over, newest first.
    pub fn ended_calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().rev().filter(|call| !call.state.is_open())
    }

    /// The call that `kiosk` knows as `key`.
    pub fn by_key(&self, kiosk: &str, key: u64) -> Option<&Call> {
        self.calls.iter().rev().find(|call| call.kiosk == kiosk && call.key == key)
    }

    /// A person is wanted at `kiosk`. Asked again with the same key, it is the same call.
    ///
    /// Where there is no room, the oldest call of this kiosk whose visitor has left gives way: who stands there now is
    /// certain, who left is perhaps gone. No kiosk takes a call from another, and none fills the book alone.
    pub fn ask(&mut self, kiosk: &str, key: u64, lang: &str, now: Moment) -> Result<Asked, Full> {
        if let Some(call) = self.by_key(kiosk, key) {
            return Ok(Asked { number: call.number, new: false, gave_way: None });
        }
        let theirs = self.open_calls().filter(|call| call.kiosk == kiosk).count();
        let room = theirs < OPEN_OF_KIOSK_MAX && self.open_calls().count() < OPEN_MAX;
        let gave_way = if room { None } else { Some(self.make_way(kiosk).ok_or(Full)?) };
        self.forget_old(now);
        let number = self.next_number();
        self.calls.push_back(Call::new(number, kiosk.to_owned(), key, lang.to_owned(), now));
        Ok(Asked { number, new: true, gave_way })
    }

    /// Ends the oldest open call of `kiosk` whose visitor has left; its key.
    fn make_way(&mut self, kiosk: &str) -> Option<u64> {
        let left = |call: &&mut Call| call.kiosk == kiosk && call.state.is_open() && call.left;
        let call = self.calls.iter_mut().find(left)?;
        call.give_way();
        Some(call.key)
    }

    /// Does something with the open call `number`.
    pub fn with<T>(
        &mut self,
        number: u32,
        deed: impl FnOnce(&mut Call) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let open = |call: &&mut Call| call.number == number && call.state.is_open();
        deed(self.calls.iter_mut().rev().find(open).ok_or(CallError::NotOpen)?)
    }

    /// Does something with the call that `kiosk` knows as `key`.
    pub fn with_key<T>(
        &mut self,
        kiosk: &str,
        key: u64,
        deed: impl FnOnce(&mut Call) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let theirs = |call: &&mut Call| call.kiosk == kiosk && call.key == key;
        deed(self.calls.iter_mut().rev().find(theirs).ok_or(CallError::NotOpen)?)
    }

    /// Time went by: what it did, with the numbers of the calls.
    pub fn age(&mut self, ladder: &Ladder, now: Moment) -> Vec<(u32, Aged)> {
        self.calls.retain(|call| !is_old(call, now));
        self.calls.iter_mut().filter_map(|call| Some((call.number, call.age(ladder, now)?))).collect()
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

    fn forget_old(&mut self, now: Moment) {
        self.calls.retain(|call| !is_old(call, now));
        while self.calls.len() >= CALLS_MAX {
            match self.calls.iter().position(|call| !call.state.is_open()) {
                Some(oldest) => drop(self.calls.remove(oldest)),
                None => return,
            }
        }
    }
}

/// It has been over for a day.
fn is_old(call: &Call, now: Moment) -> bool {
    !call.state.is_open() && now.unix.saturating_sub(call.made_at) > HISTORY
}

/// The book on disk, version 2.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredBook {
    version: u32,
    last_number: u32,
    calls: VecDeque<Call>,
}

/// Version of the format.
const VERSION: u32 = 2;

/// Why a stored book was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoredError {
    /// It is not what we write.
    #[error("not a book of calls: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Another program wrote it.
    #[error("book of calls has version {0}, this program reads {VERSION}")]
    Version(u32),
    /// Something we would never write.
    #[error("book of calls has {0}")]
    Bounds(&'static str),
}

impl Book {
    /// The bytes to keep.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoredError> {
        let stored =
            StoredBook { version: VERSION, last_number: self.last_number, calls: self.calls.clone() };
        Ok(serde_json::to_vec(&stored)?)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, at a start of the program.
    pub fn from_bytes(bytes: &[u8], now: Moment) -> Result<Self, StoredError> {
        let stored: StoredBook = serde_json::from_slice(bytes)?;
        if stored.version != VERSION {
            return Err(StoredError::Version(stored.version));
        }
        if stored.calls.len() > CALLS_MAX || stored.last_number > NUMBER_MAX {
            return Err(StoredError::Bounds("more calls or higher numbers than are ever kept"));
        }
        let calls = stored.calls.into_iter().map(|mut call| {
            (call.kiosk, call.lang) = (clean_name(&call.kiosk), clean_name(&call.lang));
            call.restarted(now)
        });
        Ok(Self { calls: calls.collect(), last_number: stored.last_number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::CallState;
    use proptest::prelude::*;
    use std::time::Duration;

    fn at(seconds: u64) -> Moment {
        Moment { unix: 1_800_000_000 + seconds, since_start: Duration::from_secs(seconds) }
    }

    #[test]
    fn the_same_key_is_the_same_call() {
        let mut book = Book::default();
        let mut asked = |kiosk: &str, seconds| {
            let asked = book.ask(kiosk, 5, "fr", at(seconds)).unwrap();
            (asked.number, asked.new)
        };
        assert_eq!(asked("Borne", 0), (1, true));
        assert_eq!(asked("Borne", 9), (1, false));
        assert_eq!(asked("Autre", 9), (2, true));
    }

    #[test]
    fn one_kiosk_cannot_fill_the_book_and_no_visitor_who_is_there_loses_a_call() {
        let mut book = Book::default();
        let most = OPEN_OF_KIOSK_MAX as u64;
        for key in 0..most {
            book.ask("Borne", key, "fr", at(key)).unwrap();
        }
        assert_eq!(book.ask("Borne", most, "fr", at(99)), Err(Full), "nobody has left");
        for key in [5, 3] {
            book.with_key("Borne", key, Call::leave).unwrap();
        }
        assert_eq!(book.ask("Borne", most, "fr", at(99)).unwrap().gave_way, Some(3));
        assert_eq!(book.by_key("Borne", 3).unwrap().state, CallState::Expired);
        assert_eq!(
            book.ask("Borne", most, "fr", at(99)).unwrap().gave_way,
            None,
            "asked again, it is the same"
        );
        assert_eq!(book.ask("Autre", 1, "fr", at(99)).unwrap().gave_way, None);
    }

    #[test]
    fn a_full_book_takes_a_call_of_a_kiosk_only_for_one_of_its_own_whose_visitor_has_left() {
        let mut book = Book::default();
        for key in 0..OPEN_MAX as u64 {
            book.ask(&format!("Borne {}", key % 8), key, "fr", at(key)).unwrap();
        }
        book.with_key("Borne 1", 9, Call::leave).unwrap();
        assert_eq!(book.ask("Borne 2", 100, "fr", at(99)), Err(Full));
        assert_eq!(book.ask("Autre", 100, "fr", at(99)), Err(Full));
        assert_eq!(book.ask("Borne 1", 100, "fr", at(99)).unwrap().gave_way, Some(9));
        assert_eq!(book.open_calls().count(), OPEN_MAX);
    }

    #[test]
    fn a_visitor_who_left_leaves_the_call_and_one_who_cancels_ends_it() {
        let mut book = Book::default();
        book.ask("Borne", 1, "fr", at(0)).unwrap();
        assert_eq!(book.with_key("Borne", 1, Call::leave), Ok(true));
        assert!(book.open_calls().next().unwrap().left);
        assert_eq!(book.with_key("Borne", 1, Call::cancel), Ok(true));
        assert_eq!(book.with_key("Borne", 1, Call::cancel), Err(CallError::NotOpen));
        assert_eq!(book.open_calls().count(), 0);
        assert_eq!(book.ended_calls().count(), 1);
    }

    #[test]
    fn yesterdays_calls_go_with_the_first_call_of_the_day_and_open_ones_stay() {
        let mut book = Book::default();
        book.ask("Borne", 1, "fr", at(0)).unwrap();
        book.ask("Borne", 2, "fr", at(0)).unwrap();
        book.with_key("Borne", 1, Call::cancel).unwrap();
        book.ask("Borne", 3, "fr", at(HISTORY + 1)).unwrap();
        assert_eq!((book.ended_calls().count(), book.open_calls().count()), (0, 2));
    }

    #[test]
    fn broken_books_are_refused() {
        let later = b"{\"version\":9,\"last_number\":1,\"calls\":[]}";
        for bytes in [&b""[..], b"{}", b"[1]", later, b"\xff\xfe"] {
            assert!(Book::from_bytes(bytes, at(0)).is_err());
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Ask(u64),
        Shown(u32),
        Come(u32, bool),
        With(u32),
        Done(u32),
        Cancel(u64),
        Left(u64),
        Wait(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0..300_u64).prop_map(Step::Ask),
            2 => (1..300_u32).prop_map(Step::Shown),
            2 => (1..300_u32, any::<bool>()).prop_map(|(number, marie)| Step::Come(number, marie)),
            1 => (1..300_u32).prop_map(Step::With),
            1 => (1..300_u32).prop_map(Step::Done),
            1 => (0..300_u64).prop_map(Step::Cancel),
            1 => (0..300_u64).prop_map(Step::Left),
            1 => (0..40_000_u64).prop_map(Step::Wait),
        ]
    }

    proptest! {
        #[test]
        fn whatever_happens_the_book_stays_bounded_true_and_readable(steps in proptest::collection::vec(step(), 0..600)) {
            let (mut book, mut now, mut came) = (Book::default(), 0, Vec::new());
            for step in steps {
                match step {
                    Step::Ask(key) => { let _ = book.ask("Borne", key, "fr", at(now)); }
                    Step::Shown(number) => { let _ = book.with(number, Call::shown); }
                    Step::Come(number, marie) => {
                        let by = if marie { "Marie" } else { "Paul" };
                        if book.with(number, |call| call.come(by, at(now))).is_ok() {
                            came.push((number, by.to_owned()));
                        }
                    }
                    Step::With(number) => { let _ = book.with(number, Call::arrived); }
                    Step::Done(number) => { let _ = book.with(number, Call::done); }
                    Step::Cancel(key) => { let _ = book.with_key("Borne", key, Call::cancel); }
                    Step::Left(key) => { let _ = book.with_key("Borne", key, Call::leave); }
                    Step::Wait(seconds) => { now += seconds; book.age(&Ladder::default(), at(now)); }
                }
                prop_assert!(book.calls.len() <= CALLS_MAX && book.open_calls().count() <= OPEN_MAX);
                let mut numbers: Vec<u32> = book.open_calls().map(|call| call.number).collect();
                numbers.sort_unstable();
                numbers.dedup();
                prop_assert_eq!(numbers.len(), book.open_calls().count(), "two open calls have one number");
                for call in &book.calls {
                    if let Some(by) = call.state.by() {
                        prop_assert!(came.contains(&(call.number, by.to_owned())), "nobody said that they come");
                    }
                }
            }
            // By a clock that went back, no break is long.
            let kept = Book::from_bytes(&book.to_bytes().unwrap(), Moment::default()).unwrap();
            let plain = |book: &Book| serde_json::from_slice::<serde_json::Value>(&book.to_bytes().unwrap()).unwrap();
            prop_assert_eq!(plain(&kept), plain(&book));
            // Time alone ends every call.
            book.age(&Ladder::default(), at(now + 13 * 3_600));
            prop_assert_eq!(book.open_calls().count(), 0);
        }
    }
}
