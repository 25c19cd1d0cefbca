//! The pairing window: a code of six figures that lets one device in, for ten minutes. Pure: time is an argument.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::credentials::random_bytes;

/// The window closes by itself after that long.
pub const WINDOW: Duration = Duration::from_secs(10 * 60);
/// Wrong codes in one window, from anywhere; the last one closes it. One chance in a hundred thousand to guess right.
pub const WRONG_MAX: usize = 10;
/// A code from the same address is looked at once in that long.
pub const TRY_EVERY: Duration = Duration::from_secs(1);
/// Figures of a code.
pub const CODE_DIGITS: usize = 6;
/// How many codes there are.
const CODES: u32 = 1_000_000;

/// A code, to be read from the kiosk's screen by staff.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// A new one, each as likely as any other.
    pub fn random() -> Self {
        loop {
            let number = u32::from_le_bytes(random_bytes());
            // The last numbers would make the first codes likelier.
            if number < u32::MAX - u32::MAX % CODES {
                return Self(format!("{:06}", number % CODES));
            }
        }
    }

    /// The six figures.
    pub fn figures(&self) -> &str {
        &self.0
    }

    /// Whether `typed` is this code; spaces do not count.
    fn is(&self, typed: &str) -> bool {
        let typed: Vec<u8> = typed.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        verify_slices_are_equal(self.0.as_bytes(), &typed).is_ok()
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Code(…)")
    }
}

/// Why a window closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Its code was used.
    Used,
    /// Its ten minutes are over.
    Time,
    /// Too many wrong codes.
    Tries,
    /// Staff closed it, or opened another.
    Staff,
}

/// What came of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It is right. The window is closed now.
    Right,
    /// It is wrong.
    Wrong,
    /// It was not looked at: the last one from this address was less than [`TRY_EVERY`] ago.
    TooSoon,
    /// No window is open.
    Closed,
}

/// The window, open or not.
#[derive(Debug, Default)]
pub struct Pairing {
    window: Option<Window>,
}

#[derive(Debug)]
struct Window {
    code: Code,
    until: Duration,
    /// The wrong codes: from where and when. At most [`WRONG_MAX`].
    wrong: Vec<(IpAddr, Duration)>,
}

impl Pairing {
    /// Opens a window; one that was open is closed, and its code is void.
    pub fn open(&mut self, code: Code, now: Duration) {
        self.close(Closed::Staff);
        self.window = Some(Window { code, until: now + WINDOW, wrong: Vec::new() });
        tracing::info!("pairing.opened");
    }

    /// Closes the window, if one is open.
    pub fn close(&mut self, because: Closed) {
        if self.window.take().is_some() {
            tracing::info!(?because, "pairing.closed");
        }
    }

    /// How long it stays open; `None` when it is closed.
    pub fn left(&self, now: Duration) -> Option<Duration> {
        let left = self.window.as_ref()?.until.checked_sub(now)?;
        (!left.is_zero()).then_some(left)
    }

    /// Whether a window is open. One whose time is over counts until [`tick`](Self::tick) has closed it.
    pub fn is_open(&self) -> bool {
        self.window.is_some()
    }

    /// Closes a window whose time is over.
    pub fn tick(&mut self, now: Duration) {
        if self.left(now).is_none() {
            self.close(Closed::Time);
        }
    }

    /// Tries a code that came from `from`.
    pub fn answer(&mut self, typed: &str, from: IpAddr, now: Duration) -> Attempt {
        self.tick(now);
        let Some(window) = &mut self.window else { return Attempt::Closed };
        let too_soon =
            |&(address, at): &(IpAddr, Duration)| address == from && now.saturating_sub(at) < TRY_EVERY;
        if window.wrong.iter().any(too_soon) {
            return Attempt::TooSoon;
        }
        if window.code.is(typed) {
            self.close(Closed::Used);
            return Attempt::Right;
        }
        window.wrong.push((from, now));
        if window.wrong.len() >= WRONG_MAX {
            self.close(Closed::Tries);
        }
        Attempt::Wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::Ipv4Addr;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))
    }

    fn opened() -> Pairing {
        let mut pairing = Pairing::default();
        pairing.open(Code("305172".into()), at(0));
        pairing
    }

    #[test]
    fn a_code_has_six_figures_and_is_not_shown_by_accident() {
        let codes: Vec<Code> = (0..50).map(|_| Code::random()).collect();
        assert!(codes.iter().all(|code| code.figures().len() == CODE_DIGITS));
        assert!(codes.iter().all(|code| code.figures().bytes().all(|byte| byte.is_ascii_digit())));
        assert!(codes.windows(2).any(|two| two[0] != two[1]));
        assert!(!format!("{:?}", opened()).contains("305172"));
    }

    #[test]
    fn a_code_lets_one_device_in_and_no_second() {
        let mut pairing = opened();
        assert_eq!(pairing.answer("305 172", address(1), at(5)), Attempt::Right);
        assert_eq!(pairing.answer("305172", address(2), at(6)), Attempt::Closed);
    }

    #[test]
    fn a_code_is_void_after_ten_minutes() {
        let mut pairing = opened();
        assert_eq!(pairing.left(at(599)), Some(at(1)));
        assert_eq!(pairing.left(at(600)), None);
        assert_eq!(pairing.answer("305172", address(1), at(600)), Attempt::Closed);
        // A clock that went back opens nothing.
        assert_eq!(pairing.answer("305172", address(1), at(10)), Attempt::Closed);
    }

    #[test]
    fn the_tenth_wrong_code_closes_the_window_wherever_the_codes_came_from() {
        let mut pairing = opened();
        for one in 1..=10 {
            assert_eq!(pairing.answer("000000", address(one), at(1)), Attempt::Wrong);
        }
        assert_eq!(pairing.answer("305172", address(11), at(2)), Attempt::Closed);
    }

    #[test]
    fn one_address_is_heard_once_a_second_and_others_are_not_held_up() {
        let mut pairing = opened();
        assert_eq!(pairing.answer("000000", address(1), at(1)), Attempt::Wrong);
        assert_eq!(
            pairing.answer("305172", address(1), at(1) + Duration::from_millis(999)),
            Attempt::TooSoon
        );
        assert_eq!(pairing.answer("000000", address(2), at(1)), Attempt::Wrong);
        assert_eq!(pairing.answer("305172", address(1), at(2)), Attempt::Right);
    }

    #[test]
    fn opening_again_makes_the_code_before_void_and_staff_can_close() {
        let mut pairing = opened();
        pairing.open(Code("111112".into()), at(10));
        assert_eq!(pairing.answer("305172", address(1), at(11)), Attempt::Wrong);
        pairing.close(Closed::Staff);
        assert_eq!(pairing.answer("111112", address(2), at(12)), Attempt::Closed);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_only_the_code_enters_and_at_most_ten_wrong_ones_are_heard(
            tries in prop::collection::vec(("[0-9]{0,7}|.{0,8}", 0_u8..4, 0_u64..700_000), 0..60),
        ) {
            let mut pairing = opened();
            let mut wrong = 0;
            for (typed, from, millis) in tries {
                let right = typed.split_ascii_whitespace().collect::<String>() == "305172";
                match pairing.answer(&typed, address(from), Duration::from_millis(millis)) {
                    Attempt::Right => prop_assert!(right),
                    Attempt::Wrong => wrong += 1,
                    Attempt::TooSoon | Attempt::Closed => {}
                }
            }
            prop_assert!(wrong <= WRONG_MAX);
        }
    }
}
