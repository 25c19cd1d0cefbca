//! What the desk refused, by kind: counted for Prometheus, and said in the log without letting a flood fill it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A kind is said at once, then again after that long at the earliest, with how many there were.
pub const SAID_EVERY: Duration = Duration::from_secs(60);

/// Why somebody was refused. Never who.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No token, or none that counts.
    Token,
    /// A token for other things.
    Role,
    /// Another site in the same browser asked.
    Origin,
    /// A code for pairing that is wrong, or came too fast, or when no window was open.
    Code,
    /// TLS was not spoken, or our certificate was not believed.
    Handshake,
    /// A head or a body that is too large.
    Large,
    /// A handshake, a head or a body that did not come in time.
    Slow,
    /// Bytes that are no HTTP.
    Http,
    /// More connections than there are places.
    Crowd,
    /// A message that the desk does not understand.
    Message,
    /// More messages than anybody needs to send.
    Flood,
    /// A kiosk under the name of one that lives.
    Name,
}

impl Kind {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 12] = [
        Self::Token,
        Self::Role,
        Self::Origin,
        Self::Code,
        Self::Handshake,
        Self::Large,
        Self::Slow,
        Self::Http,
        Self::Crowd,
        Self::Message,
        Self::Flood,
        Self::Name,
    ];

    /// What logs and metrics call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Role => "role",
            Self::Origin => "origin",
            Self::Code => "code",
            Self::Handshake => "handshake",
            Self::Large => "large",
            Self::Slow => "slow",
            Self::Http => "http",
            Self::Crowd => "crowd",
            Self::Message => "message",
            Self::Flood => "flood",
            Self::Name => "name",
        }
    }
}

/// The counts.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<[Count; Kind::ALL.len()]>);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    total: u64,
    said: u64,
    said_at: Option<Duration>,
}

impl Refusals {
    /// Somebody was refused, at `now` since the start.
    pub fn add(&self, kind: Kind, now: Duration) {
        let mut counts = self.lock();
        let count = &mut counts[kind as usize];
        count.total = count.total.saturating_add(1);
        say(kind, count, now);
    }

    /// Says what has not been said for a while, at `now` since the start.
    pub fn tick(&self, now: Duration) {
        let mut counts = self.lock();
        for (kind, count) in Kind::ALL.into_iter().zip(counts.iter_mut()) {
            say(kind, count, now);
        }
    }

    /// How many there were of each kind since the start.
    pub fn totals(&self) -> [(Kind, u64); Kind::ALL.len()] {
        let counts = self.lock();
        Kind::ALL.map(|kind| (kind, counts[kind as usize].total))
    }

    fn lock(&self) -> MutexGuard<'_, [Count; Kind::ALL.len()]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn say(kind: Kind, count: &mut Count, now: Duration) {
    let due = count.said_at.is_none_or(|at| now.saturating_sub(at) >= SAID_EVERY);
    if due && count.total > count.said {
        let (kind, times) = (kind.name(), count.total - count.said);
        tracing::warn!(kind, times, "entry.refused");
        (count.said, count.said_at) = (count.total, Some(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(refusals: &Refusals, kind: Kind) -> u64 {
        refusals.lock()[kind as usize].said
    }

    #[test]
    fn kinds_stand_in_the_order_of_their_declaration() {
        assert!(Kind::ALL.iter().enumerate().all(|(at, kind)| *kind as usize == at));
    }

    #[test]
    fn a_flood_is_said_once_a_minute_with_its_count() {
        let refusals = Refusals::default();
        for millis in 0..10_000 {
            refusals.add(Kind::Token, Duration::from_millis(millis));
        }
        assert_eq!(said(&refusals, Kind::Token), 1);
        refusals.tick(Duration::from_secs(59));
        assert_eq!(said(&refusals, Kind::Token), 1);
        refusals.tick(SAID_EVERY);
        assert_eq!(said(&refusals, Kind::Token), 10_000);
        assert_eq!(refusals.totals()[Kind::Token as usize], (Kind::Token, 10_000));
        assert_eq!(said(&refusals, Kind::Role), 0);
    }
}
