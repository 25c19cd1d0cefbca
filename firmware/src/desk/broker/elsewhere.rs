//! What this desk knows of halls elsewhere, and of the way to them: shared by the link, the staff pages and the figures.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::BrokerConfig;
use super::document::Document;
use super::follow::{Following, Heard};
use crate::protocol::{FollowedHall, Relay};

/// Halls elsewhere. Without a broker it stays empty.
#[derive(Debug, Default)]
pub struct Elsewhere(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    relay: Relay,
    following: Following,
    figures: Figures,
}

/// The link in figures, since the desk started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Documents of this hall that the broker took.
    pub published: u64,
    /// Documents of other halls that were news.
    pub received: u64,
    /// Those that came twice, late, or from a run that has ended.
    pub old: u64,
    /// Those that were not believed.
    pub refused: u64,
}

impl Elsewhere {
    /// The relay, and the halls that are followed.
    pub fn view(&self, now: Duration) -> (Relay, Vec<FollowedHall>) {
        let inner = self.lock();
        (inner.relay, inner.following.view(now))
    }

    /// Whether the broker answers, and the figures; nothing without a broker.
    pub fn figures(&self) -> Option<(bool, Figures)> {
        let inner = self.lock();
        match inner.relay {
            Relay::None => None,
            Relay::Reached => Some((true, inner.figures)),
            Relay::Lost => Some((false, inner.figures)),
        }
    }

    /// There is a broker; it was not reached yet.
    pub(super) fn begin(&self, config: &BrokerConfig) {
        let mut inner = self.lock();
        inner.relay = Relay::Lost;
        inner.following = Following::new(&config.follow, config.times.silent);
    }

    pub(super) fn reach(&self) {
        self.lock().relay = Relay::Reached;
    }

    /// Nothing is known of any hall until it is heard again.
    pub(super) fn lose(&self) {
        let mut inner = self.lock();
        inner.relay = Relay::Lost;
        inner.following.lose();
    }

    pub(super) fn hear(&self, hall: &str, document: Document, retained: bool, now: Duration) -> Heard {
        let mut inner = self.lock();
        let heard = inner.following.hear(hall, document, retained, now);
        match heard {
            Heard::News => inner.figures.received += 1,
            Heard::Old => inner.figures.old += 1,
            Heard::Unfollowed => inner.figures.refused += 1,
        }
        heard
    }

    pub(super) fn refuse(&self) {
        self.lock().figures.refused += 1;
    }

    pub(super) fn published(&self) {
        self.lock().figures.published += 1;
    }

    /// Which halls are known now.
    pub(super) fn known(&self, now: Duration) -> Vec<bool> {
        self.lock().following.known(now)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
