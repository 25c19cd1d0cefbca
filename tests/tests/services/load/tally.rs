//! What became of every press.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use parvis::clock;
use parvis_tests::staff::PATIENCE;
use tokio::time::interval;

/// One press.
struct Press {
    kiosk: String,
    at: Duration,
    /// How long until each page had the call.
    shown: Vec<Duration>,
    /// The kiosk was told that staff see it, or come,
    seen: bool,
    /// and that it is over.
    closed: bool,
}

#[derive(Default)]
struct Inner {
    presses: Vec<Press>,
    /// The last press of each kiosk.
    last: BTreeMap<String, usize>,
    linked: usize,
    pages: usize,
}

/// All presses.
#[derive(Default)]
pub struct Tally(Mutex<Inner>);

impl Tally {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }

    fn last(&self, kiosk: &str, change: impl FnOnce(&mut Press)) {
        let inner = &mut *self.lock();
        if let Some(at) = inner.last.get(kiosk) {
            change(&mut inner.presses[*at]);
        }
    }

    pub fn linked(&self) {
        self.lock().linked += 1;
    }

    pub fn page(&self) {
        self.lock().pages += 1;
    }

    /// Waits until so many kiosks and pages have heard of the desk.
    pub async fn until_there(&self, kiosks: usize, pages: usize) {
        let mut look = interval(Duration::from_millis(20));
        let there = async {
            while self.lock().linked < kiosks || self.lock().pages < pages {
                look.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, there).await.unwrap();
    }

    /// A visitor presses the button of this kiosk now.
    pub fn pressed(&self, kiosk: &str) {
        let mut inner = self.lock();
        let press = Press {
            kiosk: kiosk.to_owned(),
            at: clock::since_start(),
            shown: Vec::new(),
            seen: false,
            closed: false,
        };
        let at = inner.presses.len();
        inner.presses.push(press);
        inner.last.insert(kiosk.to_owned(), at);
    }

    /// A page has the call now.
    pub fn shown(&self, kiosk: &str) {
        let now = clock::since_start();
        self.last(kiosk, |press| press.shown.push(now.saturating_sub(press.at)));
    }

    pub fn seen(&self, kiosk: &str) {
        self.last(kiosk, |press| press.seen = true);
    }

    pub fn closed(&self, kiosk: &str) {
        self.last(kiosk, |press| press.closed = true);
    }

    /// Presses that not every page has shown, or whose kiosk does not know how they ended.
    pub fn unsettled(&self, pages: usize) -> usize {
        self.lock().presses.iter().filter(|press| !press.is_settled(pages)).count()
    }

    pub fn lost(&self, pages: usize) -> String {
        let inner = self.lock();
        let lost = inner.presses.iter().filter(|press| !press.is_settled(pages));
        let said = lost.map(|press| {
            let Press { kiosk, shown, seen, closed, .. } = press;
            format!("{kiosk}: on {} pages, seen {seen}, closed {closed}", shown.len())
        });
        said.collect::<Vec<_>>().join("\n")
    }

    pub fn spoken(&self, pages: usize) -> String {
        let lost = self.unsettled(pages);
        let mut times: Vec<Duration> =
            self.lock().presses.iter().flat_map(|press| press.shown.clone()).collect();
        times.sort_unstable();
        let share = |percent: usize| {
            let at = times.len().saturating_sub(1) * percent / 100;
            times.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
        };
        format!(
            "press to shown p50 {:.1} ms, p99 {:.1} ms (≤ 300), worst {:.1} ms, lost {lost} (0)",
            share(50),
            share(99),
            share(100)
        )
    }
}

impl Press {
    fn is_settled(&self, pages: usize) -> bool {
        self.shown.len() == pages && self.seen && self.closed
    }
}
