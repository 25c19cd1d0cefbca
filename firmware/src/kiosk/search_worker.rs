//! Searches beside the window: only the newest question is answered.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use parvis_content::{HitKind, SearchIndex, Target};

use super::EventSender;
use crate::present;
use crate::session::{Answer, Event};
use crate::words;

/// Answers asked for: three pages of seven.
pub const ANSWERS_MAX: usize = 21;

#[derive(Default)]
struct Desk {
    index: Option<SearchIndex>,
    question: Option<(u64, String)>,
    over: bool,
}

#[derive(Default)]
struct Shared {
    desk: Mutex<Desk>,
    wake: Condvar,
}

/// The worker; it ends when this is dropped.
pub struct SearchWorker(Arc<Shared>);

impl SearchWorker {
    /// Starts the worker.
    pub fn start(events: EventSender) -> Self {
        let shared = Arc::<Shared>::default();
        let mine = Arc::clone(&shared);
        std::thread::spawn(move || work(&mine, &events));
        Self(shared)
    }

    /// Searches in this index from now on.
    pub fn use_index(&self, index: SearchIndex) {
        self.change(|desk| desk.index = Some(index));
    }

    /// Looks for `query`; an older question that was not begun is forgotten.
    pub fn ask(&self, ticket: u64, query: String) {
        self.change(|desk| desk.question = Some((ticket, query)));
    }

    /// Forgets a question that was not begun.
    pub fn forget(&self) {
        self.change(|desk| desk.question = None);
    }

    fn change(&self, change: impl FnOnce(&mut Desk)) {
        change(&mut lock(&self.0));
        self.0.wake.notify_one();
    }
}

impl Drop for SearchWorker {
    fn drop(&mut self) {
        self.change(|desk| desk.over = true);
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, Desk> {
    shared.desk.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(shared: &Shared, events: &EventSender) {
    loop {
        let idle = |desk: &mut Desk| !desk.over && (desk.question.is_none() || desk.index.is_none());
        let mut desk = shared.wake.wait_while(lock(shared), idle).unwrap_or_else(PoisonError::into_inner);
        if desk.over {
            return;
        }
        let (Some((ticket, query)), Some(index)) = (desk.question.take(), desk.index.clone()) else {
            continue;
        };
        drop(desk);
        events.send(Event::Found { ticket, answers: answers(&index, &query) });
    }
}

/// What the index answers, as rows.
pub fn answers(index: &SearchIndex, query: &str) -> Vec<Answer> {
    let results = index.search(query, ANSWERS_MAX);
    let answer = |hit: parvis_content::Hit| Answer {
        goal: present::spot_of(&hit.target),
        icon: icon(hit.kind, &hit.target).to_owned(),
        kind: words::hit_kind(hit.kind).to_owned(),
        title: hit.title,
    };
    results.hits.into_iter().map(answer).collect()
}

fn icon(kind: HitKind, target: &Target) -> &'static str {
    match kind {
        HitKind::Sheet(parvis_content::SheetKind::OnlineService) => "screen",
        HitKind::Sheet(parvis_content::SheetKind::LifeEvent) => "event",
        HitKind::Sheet(_) | HitKind::Folder | HitKind::Guide | HitKind::Place => present::icon_of(target),
    }
}
