//! What the hall tells: to staff pages everything, to a kiosk its own call and how the desk is.

use super::Hall;
use crate::clock::Moment;
use crate::desk::broker::elsewhere::Elsewhere;
use crate::desk::call::Call;
use crate::desk::measures::{self, Totals};
use crate::desk::yesterday::Yesterday;
use crate::protocol::{CallState, EndedCall, StaffCall, StaffKiosk, ToKiosk, ToStaff};

/// Seconds of a day.
const DAY_S: u64 = 86_400;

/// Calls in the history of a page, at most.
const ENDED_MAX: usize = 50;
/// The usual time to an answer is of calls that were made so long ago at most, in seconds,
const USUAL_OF: u64 = 4 * 3600;
/// and of at least so many of them.
const USUAL_MIN: usize = 3;

impl Hall {
    /// What a staff page shows.
    pub fn for_staff(&self) -> ToStaff {
        let now = (self.clock)();
        let (relay, elsewhere) = self.elsewhere.view(now.since_start);
        let inner = self.lock();
        let calls = inner.book.open_calls().map(|call| {
            let reason = inner.reasons.get(&(call.kiosk.clone(), call.key)).cloned();
            staff_call(call, reason, now)
        });
        let kiosks = inner.kiosks.iter().map(|(name, kiosk)| StaffKiosk {
            name: name.clone(),
            alive: kiosk.connected,
            printer: kiosk.printer.clone(),
            keypad: kiosk.keypad.clone(),
        });
        ToStaff::Hall {
            calls: calls.collect(),
            kiosks: kiosks.collect(),
            presence: inner.presence.presence.clone(),
            ended: inner.book.ended_calls().take(ENDED_MAX).filter_map(ended_call).collect(),
            late_s: self.ladder.late.as_secs(),
            elsewhere,
            relay,
        }
    }

    /// What a page of the first or the `second` desk shows: the second one is a rung of the ladder.
    pub fn for_desk(&self, second: bool) -> ToStaff {
        let mut hall = self.for_staff();
        if let ToStaff::Hall { calls, .. } = &mut hall
            && second
        {
            calls.retain(|call| call.late || !call.state.is_waiting());
        }
        hall
    }

    /// Whether everything is written down.
    pub fn is_saved(&self) -> bool {
        self.lock().is_saved()
    }

    /// How call `key` of `kiosk` stands, once it is safe to say.
    pub fn for_kiosk(&self, kiosk: &str, key: u64) -> Option<ToKiosk> {
        let inner = self.lock();
        let call = inner.book.by_key(kiosk, key)?;
        let kept = inner.saved.book.by_key(kiosk, key).filter(|kept| kept.number == call.number);
        // "Written down" and "over" are not said before they are: after a power cut the call would be back.
        let saved = kept.is_some_and(|kept| (kept.round, &kept.state) == (call.round, &call.state));
        // A number that a power cut could give to another call is not said, unless the disk keeps nothing at all.
        let seen = call.state == CallState::Delivered || call.state.by().is_some();
        let told = saved || (seen && (kept.is_some() || inner.saved.fails));
        told.then(|| ToKiosk::Call {
            key,
            number: call.number,
            round: call.round,
            state: call.state.clone(),
            // The kiosk forgets a call that is left: not before the desk can not.
            left: kept.is_some_and(|kept| kept.left),
        })
    }

    /// Whether a call of `kiosk` waits for somebody to come.
    pub fn waits(&self, kiosk: &str) -> bool {
        self.lock().book.open_calls().any(|call| call.kiosk == kiosk && call.state.is_waiting())
    }

    /// The newest open call of `kiosk` whose visitor has not left: a kiosk that starts shows it again.
    pub fn open_key(&self, kiosk: &str) -> Option<u64> {
        let inner = self.lock();
        let theirs = |call: &&Call| call.kiosk == kiosk && !call.left;
        inner.book.open_calls().filter(theirs).last().map(|call| call.key)
    }

    /// How the desk is, for every kiosk.
    pub fn for_kiosks(&self) -> ToKiosk {
        let inner = self.lock();
        let now = (self.clock)();
        let recent = |call: &&Call| now.unix.saturating_sub(call.made_at) <= USUAL_OF;
        let calls = inner.book.ended_calls().chain(inner.book.open_calls()).filter(recent);
        let mut answers: Vec<u64> = calls.filter_map(|call| call.answered_s).collect();
        answers.sort_unstable();
        let usual_s = answers.get(answers.len() / 2).copied().filter(|_| answers.len() >= USUAL_MIN);
        ToKiosk::Desk { presence: inner.presence.presence.clone(), watched: inner.pages > 0, usual_s }
    }

    /// What is known of halls elsewhere.
    pub fn elsewhere(&self) -> &Elsewhere {
        &self.elsewhere
    }

    /// Something new is known of a hall elsewhere: pages are told.
    pub(in crate::desk) fn news_from_elsewhere(&self) {
        self.changed.send_modify(|version| *version += 1);
    }

    /// This moment, by the hall's clocks.
    pub(in crate::desk) fn now(&self) -> Moment {
        (self.clock)()
    }

    /// Staff pages that are connected.
    pub fn pages(&self) -> usize {
        self.lock().pages
    }

    /// Counts since the first call.
    pub fn totals(&self) -> Totals {
        self.lock().measures.totals()
    }

    /// Yesterday's calls, where the hall is.
    pub fn yesterday(&self) -> Yesterday {
        let day = measures::local_day((self.clock)().unix.saturating_sub(DAY_S), &self.zone);
        self.lock().measures.told(&day)
    }

    /// Counts without identities, as CSV: of days, of hours, of reasons.
    pub fn measures_csv(&self, table: &str) -> Option<String> {
        let inner = self.lock();
        match table {
            "days" => Some(inner.measures.days_csv()),
            "hours" => Some(inner.measures.hours_csv()),
            "reasons" => Some(inner.measures.reasons_csv()),
            _ => None,
        }
    }
}

fn staff_call(call: &Call, reason: Option<String>, now: Moment) -> StaffCall {
    StaffCall {
        number: call.number,
        kiosk: call.kiosk.clone(),
        seconds: call.seconds(now),
        state: call.state.clone(),
        left: call.left,
        lang: call.lang.clone(),
        reason,
        late: call.late,
        again: call.again.clone(),
    }
}

fn ended_call(call: &Call) -> Option<EndedCall> {
    let end = match &call.state {
        CallState::Closed => "closed",
        CallState::Cancelled => "cancelled",
        CallState::Expired => "expired",
        CallState::Requested
        | CallState::Delivered
        | CallState::Acknowledged { .. }
        | CallState::Arrived { .. } => return None,
    };
    Some(EndedCall {
        number: call.number,
        kiosk: call.kiosk.clone(),
        made_at: call.made_at,
        answered_s: call.answered_s,
        end: end.to_owned(),
    })
}
