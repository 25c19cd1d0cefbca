//! When this hall is published: at each change that others may know of, and at each beat. Pure but for the hall it asks.
//!
//! After the broker was reached, beats are shorter for a while: who reaches it a moment later, as after its restart, finds
//! only what it has kept, and knows nothing before the next beat.

use std::time::Duration;

use super::document::Document;
use super::{BrokerConfig, Times};
use crate::desk::hall::Hall;

/// So many short beats make a usual one, and last as long.
const SHORT_BEATS: u32 = 6;

/// One run of this desk, as others hear it.
pub(super) struct Publisher {
    run: u64,
    sequence: u64,
    /// What was published last, and when.
    last: Option<(Document, Duration)>,
    /// When the broker was reached.
    reached: Duration,
}

impl Publisher {
    /// A new run.
    pub fn new(run: u64) -> Self {
        Self { run, sequence: 0, last: None, reached: Duration::ZERO }
    }

    /// The broker is reached, and may have forgotten everything: the hall is published again.
    pub fn reach(&mut self, now: Duration) {
        self.last = None;
        self.reached = now;
    }

    /// Whether the hall is to be published though nothing has changed.
    pub fn is_due(&self, times: &Times, now: Duration) -> bool {
        let is_early = now.saturating_sub(self.reached) < times.beat;
        let beat = if is_early { times.beat / SHORT_BEATS } else { times.beat };
        self.last.as_ref().is_none_or(|(_, at)| now.saturating_sub(*at) >= beat)
    }

    /// The hall, if it is to be published now. Each document has a number of its own, also one that is lost on its way.
    pub fn next(&mut self, hall: &Hall, config: &BrokerConfig, now: Duration) -> Option<Vec<u8>> {
        let document = Document::of(hall, config, self.run, self.sequence + 1)?;
        let same = self.last.as_ref().is_some_and(|(last, _)| document.says_the_same_as(last));
        if same && !self.is_due(&config.times, now) {
            return None;
        }
        self.sequence += 1;
        let bytes = document.to_bytes();
        self.last = Some((document, now));
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::broker::document::tests::document;

    #[test]
    fn beats_are_short_for_one_usual_beat_after_the_broker_was_reached() {
        let times = Times::default();
        let at = Duration::from_secs;
        let mut publisher = Publisher::new(1);
        publisher.reach(at(100));
        assert!(publisher.is_due(&times, at(100)));
        for (said, due) in [(100, 105), (124, 129), (131, 161)] {
            publisher.last = Some((document(1, 1), at(said)));
            assert!(!publisher.is_due(&times, at(due - 1)) && publisher.is_due(&times, at(due)), "{said}");
        }
    }
}
