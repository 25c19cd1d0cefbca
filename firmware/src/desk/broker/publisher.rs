//! When this hall is published: at each change that others may know of, and at each beat. Pure but for the hall it asks.

use std::time::Duration;

use super::document::Document;
use super::{BrokerConfig, Times};
use crate::desk::hall::Hall;

/// One run of this desk, as others hear it.
pub(super) struct Publisher {
    run: u64,
    sequence: u64,
    /// What was published last, and when.
    last: Option<(Document, Duration)>,
}

impl Publisher {
    /// A new run.
    pub fn new(run: u64) -> Self {
        Self { run, sequence: 0, last: None }
    }

    /// The broker may have forgotten everything: the hall is published again.
    pub fn forget_last(&mut self) {
        self.last = None;
    }

    /// Whether the hall is to be published though nothing has changed.
    pub fn is_due(&self, times: &Times, now: Duration) -> bool {
        self.last.as_ref().is_none_or(|(_, at)| now.saturating_sub(*at) >= times.beat)
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
