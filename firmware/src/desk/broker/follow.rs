//! What is believed of the halls elsewhere. Pure: messages and time go in, what staff may be shown comes out.
//!
//! A hall is known while it is heard *live*: a message that the broker sends on as it comes, newer than all before. What
//! the broker had kept is shown as such. What comes twice, late, or from a run that has ended is passed over, and is no
//! sign of life.

use std::collections::VecDeque;
use std::time::Duration;

use super::document::{Document, DocumentCall};
use crate::protocol::{FollowedCall, FollowedHall, News, Presence};

/// Runs of a hall that are remembered: a late message of an older one would be believed.
const RUNS_MAX: usize = 8;

/// Calls of one hall that pages are told, at most: what another hall says must not fill the line to this hall's pages.
const TOLD_MAX: usize = 8;

/// The halls elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Following {
    halls: Vec<Followed>,
    silent: Duration,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is what is believed now.
    News,
    /// It came twice, late, or from a run that has ended.
    Old,
    /// Nobody follows that hall.
    Unfollowed,
}

/// One hall.
#[derive(Clone, Debug)]
struct Followed {
    id: String,
    shown: Option<Shown>,
    /// Runs that were heard of, the one heard last at the end.
    runs: VecDeque<Run>,
    /// When it was last heard live.
    heard: Option<Duration>,
    /// It was heard live since the broker was last reached.
    confirmed: bool,
}

#[derive(Clone, Debug)]
struct Shown {
    document: Document,
    since: Duration,
    live: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    number: u64,
    /// The newest document of it.
    sequence: u64,
    /// Heard live, or only kept by the broker; or another was heard live after it.
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Kept,
    Live,
    Ended,
}

impl Following {
    /// Follows halls, by their names in topics. One that is silent for longer than `silent` is not known any more.
    pub fn new(halls: &[String], silent: Duration) -> Self {
        let followed = |id: &String| Followed {
            id: id.clone(),
            shown: None,
            runs: VecDeque::new(),
            heard: None,
            confirmed: false,
        };
        Self { halls: halls.iter().map(followed).collect(), silent }
    }

    /// The broker is not reached any more: nothing is known until a hall is heard again.
    pub fn lose(&mut self) {
        self.halls.iter_mut().for_each(|hall| hall.confirmed = false);
    }

    /// A document came; `retained`: the broker had kept it.
    pub fn hear(&mut self, hall: &str, document: Document, retained: bool, now: Duration) -> Heard {
        match self.halls.iter_mut().find(|followed| followed.id == hall) {
            Some(followed) if retained => followed.hear_kept(document, now),
            Some(followed) => followed.hear_live(document, now),
            None => Heard::Unfollowed,
        }
    }

    /// Which halls are known now, in the order in which they were named.
    pub fn known(&self, now: Duration) -> Vec<bool> {
        self.halls.iter().map(|hall| hall.news(self.silent, now) == News::Fresh).collect()
    }

    /// What staff are shown.
    pub fn view(&self, now: Duration) -> Vec<FollowedHall> {
        self.halls.iter().map(|hall| hall.view(self.silent, now)).collect()
    }
}

impl Followed {
    fn hear_live(&mut self, document: Document, now: Duration) -> Heard {
        if !self.is_new(&document) {
            return Heard::Old;
        }
        let number = document.run;
        for run in self.runs.iter_mut().filter(|run| run.number != number && run.stage == Stage::Live) {
            run.stage = Stage::Ended;
        }
        self.note(Run { number, sequence: document.sequence, stage: Stage::Live });
        self.heard = Some(now);
        self.confirmed = true;
        self.shown = Some(Shown { document, since: now, live: true });
        Heard::News
    }

    /// What a broker kept may be of any time: it is shown where nothing better is known, and it ends no run.
    fn hear_kept(&mut self, document: Document, now: Duration) -> Heard {
        if self.confirmed || !self.is_new(&document) {
            return Heard::Old;
        }
        let number = document.run;
        let was_live = self.runs.iter().any(|run| run.number == number && run.stage == Stage::Live);
        let stage = if was_live { Stage::Live } else { Stage::Kept };
        self.note(Run { number, sequence: document.sequence, stage });
        self.shown = Some(Shown { document, since: now, live: false });
        Heard::News
    }

    /// Newer than anything of its run, and its run has not ended.
    fn is_new(&self, document: &Document) -> bool {
        let known = self.runs.iter().find(|run| run.number == document.run);
        known.is_none_or(|run| run.stage != Stage::Ended && document.sequence > run.sequence)
    }

    fn note(&mut self, run: Run) {
        self.runs.retain(|known| known.number != run.number);
        if self.runs.len() >= RUNS_MAX {
            // The run that lives is not forgotten for others that the broker had kept.
            let oldest = self.runs.iter().position(|known| known.stage != Stage::Live);
            self.runs.remove(oldest.unwrap_or_default());
        }
        self.runs.push_back(run);
    }

    fn news(&self, silent: Duration, now: Duration) -> News {
        match (self.heard, &self.shown) {
            (Some(heard), _) => {
                let ago = now.saturating_sub(heard);
                if self.confirmed && ago < silent {
                    News::Fresh
                } else {
                    News::Silent { seconds: ago.as_secs() }
                }
            }
            (None, Some(_)) => News::Unconfirmed,
            (None, None) => News::Never,
        }
    }

    fn view(&self, silent: Duration, now: Duration) -> FollowedHall {
        let mut hall = FollowedHall {
            id: self.id.clone(),
            name: self.id.clone(),
            news: self.news(silent, now),
            waiting: 0,
            late: 0,
            calls: Vec::new(),
            presence: Presence::Unknown,
            watched: false,
            troubled: 0,
        };
        if let Some(shown) = &self.shown {
            shown.tell(&mut hall, now);
        }
        hall
    }
}

impl Shown {
    fn tell(&self, hall: &mut FollowedHall, now: Duration) {
        let Self { document, since, live } = self;
        // How old a document is that the broker had kept, nobody knows.
        let passed = if *live { now.saturating_sub(*since).as_secs() } else { 0 };
        let mut calls: Vec<FollowedCall> = document.calls.iter().map(|call| followed(call, passed)).collect();
        calls.sort_by_key(|call| (!call.waits, !call.late));
        let waiting = || calls.iter().filter(|call| call.waits);
        hall.waiting = waiting().count();
        hall.late = waiting().filter(|call| call.late).count();
        calls.truncate(TOLD_MAX);
        hall.calls = calls;
        hall.presence = document.presence.clone();
        hall.watched = document.pages > 0;
        hall.troubled =
            document.kiosks.iter().filter(|kiosk| !kiosk.alive || !kiosk.printer.is_empty()).count();
        if let Some(name) = &document.hall.name {
            hall.name.clone_from(name);
        }
    }
}

fn followed(call: &DocumentCall, passed: u64) -> FollowedCall {
    FollowedCall {
        number: call.number,
        kiosk: call.kiosk.clone(),
        seconds: call.seconds.saturating_add(passed),
        waits: call.waits(),
        late: call.late,
        left: call.left,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::document::tests::document;
    use super::*;

    const SILENT: Duration = Duration::from_secs(75);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn following() -> Following {
        Following::new(&["b".to_owned()], SILENT)
    }

    fn live(following: &mut Following, run: u64, sequence: u64, now: u64) -> Heard {
        following.hear("b", document(run, sequence), false, at(now))
    }

    fn kept(following: &mut Following, run: u64, sequence: u64, now: u64) -> Heard {
        following.hear("b", document(run, sequence), true, at(now))
    }

    fn news(following: &Following, now: u64) -> News {
        following.view(at(now))[0].news
    }

    #[test]
    fn a_hall_is_known_from_what_is_heard_live_alone_and_for_75_seconds() {
        let mut halls = following();
        assert_eq!(news(&halls, 0), News::Never);
        assert_eq!(kept(&mut halls, 1, 5, 1), Heard::News);
        assert_eq!(news(&halls, 1), News::Unconfirmed);
        assert_eq!(halls.view(at(40))[0].calls[0].seconds, 9, "nobody knows how old it is");
        assert_eq!(live(&mut halls, 1, 6, 2), Heard::News);
        assert_eq!((news(&halls, 76), news(&halls, 77)), (News::Fresh, News::Silent { seconds: 75 }));
        assert_eq!(halls.view(at(40))[0].calls[0].seconds, 9 + 38);
        assert_eq!(halls.hear("c", document(1, 9), false, at(3)), Heard::Unfollowed);
    }

    #[test]
    fn of_many_calls_the_late_ones_are_told_first_and_all_are_counted() {
        let mut halls = following();
        let mut crowded = document(1, 1);
        let first = crowded.calls[0].clone();
        crowded.calls =
            (1..=20).map(|number| DocumentCall { number, late: number > 17, ..first.clone() }).collect();
        halls.hear("b", crowded, false, at(0));
        let hall = &halls.view(at(0))[0];
        assert_eq!((hall.waiting, hall.late), (20, 3));
        assert_eq!(
            hall.calls.iter().map(|call| call.number).collect::<Vec<_>>(),
            [18, 19, 20, 1, 2, 3, 4, 5]
        );
    }

    #[test]
    fn what_comes_twice_or_late_is_passed_over_and_is_no_sign_of_life() {
        let mut halls = following();
        live(&mut halls, 1, 6, 0);
        for (run, sequence) in [(1, 6), (1, 5), (1, 0)] {
            assert_eq!(live(&mut halls, run, sequence, 70), Heard::Old);
            assert_eq!(kept(&mut halls, run, sequence, 70), Heard::Old);
        }
        assert_eq!(news(&halls, 75), News::Silent { seconds: 75 });
        // The hall starts anew; what is late of its earlier run comes after that.
        assert_eq!(live(&mut halls, 9, 1, 80), Heard::News);
        assert_eq!(live(&mut halls, 1, 7, 81), Heard::Old);
        assert_eq!(kept(&mut halls, 1, 8, 82), Heard::Old);
        assert_eq!(news(&halls, 155), News::Silent { seconds: 75 });
    }

    #[test]
    fn a_lost_broker_makes_every_hall_unknown_at_once_until_it_is_heard_again() {
        let mut halls = following();
        live(&mut halls, 1, 6, 0);
        halls.lose();
        assert_eq!(news(&halls, 4), News::Silent { seconds: 4 });
        assert_eq!(kept(&mut halls, 1, 6, 5), Heard::Old);
        assert_eq!(kept(&mut halls, 1, 7, 5), Heard::News);
        assert_eq!(news(&halls, 6), News::Silent { seconds: 6 }, "kept is not heard");
        assert_eq!(live(&mut halls, 1, 7, 7), Heard::Old, "the same again is not life");
        assert_eq!(live(&mut halls, 1, 8, 8), Heard::News);
        assert_eq!(news(&halls, 8), News::Fresh);
    }

    #[test]
    fn an_old_document_that_a_broker_had_kept_ends_no_run() {
        let mut halls = following();
        live(&mut halls, 2, 6, 0);
        halls.lose();
        // A broker that was restored from yesterday's disk.
        assert_eq!(kept(&mut halls, 1, 99, 1), Heard::News);
        assert_eq!(live(&mut halls, 2, 7, 2), Heard::News);
        assert_eq!(news(&halls, 2), News::Fresh);
        assert_eq!(kept(&mut halls, 1, 100, 3), Heard::Old, "what is known is not hidden by what was kept");
    }

    proptest! {
        #[test]
        fn whatever_comes_nothing_older_is_believed_after_something_newer_of_its_run_and_memory_is_bounded(
            messages in proptest::collection::vec((0_u64..6, 0_u64..12, any::<bool>(), any::<bool>()), 0..60),
        ) {
            let mut halls = following();
            let mut believed: BTreeMap<u64, u64> = BTreeMap::new();
            let mut live_runs: Vec<u64> = Vec::new();
            for (now, (run, sequence, retained, lost)) in messages.into_iter().enumerate() {
                if lost {
                    halls.lose();
                }
                let heard = halls.hear("b", document(run, sequence), retained, at(now as u64));
                if heard == Heard::News {
                    prop_assert!(believed.get(&run).is_none_or(|newest| sequence > *newest));
                    believed.insert(run, sequence);
                    let ended = live_runs.iter().rev().skip_while(|live| **live == run).any(|live| *live == run);
                    prop_assert!(!ended, "run {} had ended", run);
                    let shown = halls.halls[0].shown.as_ref().unwrap();
                    prop_assert_eq!((shown.document.run, shown.document.sequence), (run, sequence));
                    if !retained {
                        live_runs.push(run);
                        prop_assert_eq!(news(&halls, now as u64), News::Fresh);
                    }
                }
                prop_assert!(halls.halls[0].runs.len() <= RUNS_MAX);
            }
        }

        #[test]
        fn a_flood_of_runs_is_bounded_and_the_run_that_lives_is_not_forgotten(runs in proptest::collection::vec(2_u64..9_999, 0..200)) {
            let mut halls = following();
            live(&mut halls, 1, 6, 0);
            halls.lose();
            for run in runs {
                kept(&mut halls, run, 1, 1);
                prop_assert!(halls.halls[0].runs.len() <= RUNS_MAX);
            }
            prop_assert_eq!(live(&mut halls, 1, 6, 2), Heard::Old);
            prop_assert_eq!(live(&mut halls, 1, 7, 2), Heard::News);
        }
    }
}
