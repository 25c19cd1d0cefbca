//! What the hall may count of calls, without identities: per day and hour, time to answer, what for by theme.
//!
//! A theme is told only from [`TOLD_FROM`] calls a month on: fewer could be one person.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::yesterday::Yesterday;
use crate::protocol::{CallState, clean_name};

/// Days kept: a year and some.
const DAYS_MAX: usize = 400;
/// Answers of one day whose times are kept; more count, without their times.
const ANSWERS_MAX: usize = 1_000;
/// Themes of one month.
const THEMES_MAX: usize = 64;
/// Months kept.
const MONTHS_MAX: usize = 14;
/// Fewer calls for a theme in a month are not told.
pub const TOLD_FROM: u32 = 5;

/// All counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    days: BTreeMap<String, Day>,
    #[serde(default)]
    totals: Totals,
    themes: BTreeMap<String, BTreeMap<String, u32>>,
}

/// Since the first call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Calls made.
    pub made: u64,
    /// Calls that somebody answered.
    pub answered: u64,
    /// Calls taken back before anybody answered.
    pub abandoned: u64,
    /// Calls that nobody answered.
    pub unanswered: u64,
}

/// One day, of the hall's own time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Day {
    /// Calls made, by hour.
    hours: [u32; 24],
    /// Seconds to the first answer.
    answers_s: Vec<u32>,
    /// Taken back before anybody answered.
    abandoned: u32,
    /// Never answered.
    unanswered: u32,
}

impl Measures {
    /// Counts since the first call.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// A call was made.
    pub fn made(&mut self, call: &Call, zone: &TimeZone) {
        self.totals.made += 1;
        let (day, hour) = local(call.made_at, zone);
        if let Some(count) = self.day(day).hours.get_mut(hour) {
            *count = count.saturating_add(1);
        }
    }

    /// A call is over.
    pub fn ended(&mut self, call: &Call, zone: &TimeZone) {
        match (call.answered_s, &call.state) {
            (Some(_), _) => self.totals.answered += 1,
            (None, CallState::Cancelled) => self.totals.abandoned += 1,
            (None, _) => self.totals.unanswered += 1,
        }
        let day = self.day(local(call.made_at, zone).0);
        match (call.answered_s, &call.state) {
            (Some(seconds), _) if day.answers_s.len() < ANSWERS_MAX => {
                day.answers_s.push(u32::try_from(seconds).unwrap_or(u32::MAX));
            }
            (None, CallState::Cancelled) => day.abandoned = day.abandoned.saturating_add(1),
            (None, CallState::Expired) => day.unanswered = day.unanswered.saturating_add(1),
            _ => {}
        }
    }

    /// The visitor of a call chose to say what for.
    pub fn reason(&mut self, theme: &str, made_at: u64, zone: &TimeZone) {
        let (mut month, _) = local(made_at, zone);
        month.truncate("2026-11".len());
        let themes = self.themes.entry(month).or_default();
        let theme = clean_name(theme);
        if themes.len() < THEMES_MAX || themes.contains_key(&theme) {
            let count = themes.entry(theme).or_default();
            *count = count.saturating_add(1);
        }
        while self.themes.len() > MONTHS_MAX {
            self.themes.pop_first();
        }
    }

    fn day(&mut self, day: String) -> &mut Day {
        while self.days.len() >= DAYS_MAX && !self.days.contains_key(&day) {
            self.days.pop_first();
        }
        self.days.entry(day).or_default()
    }

    /// One day in numbers; of a day without calls, none.
    pub fn told(&self, day: &str) -> Yesterday {
        let Some(day) = self.days.get(day) else { return Yesterday::default() };
        let mut answers = day.answers_s.clone();
        answers.sort_unstable();
        Yesterday {
            made: day.hours.iter().sum(),
            answered: u32::try_from(answers.len()).unwrap_or(u32::MAX),
            median_s: answers.get(answers.len() / 2).copied(),
            longest_s: answers.last().copied(),
            abandoned: day.abandoned,
            unanswered: day.unanswered,
        }
    }

    /// One line a day: calls, answers, seconds to answer, abandoned, never answered.
    pub fn days_csv(&self) -> String {
        let header = ["day", "calls", "answered", "median_s", "p90_s", "abandoned", "unanswered"];
        let rows = self.days.iter().map(|(name, day)| {
            let mut answers = day.answers_s.clone();
            answers.sort_unstable();
            let at = |part: usize| {
                let index = (answers.len() * part / 100).min(answers.len().saturating_sub(1));
                answers.get(index).map(ToString::to_string).unwrap_or_default()
            };
            let calls: u32 = day.hours.iter().sum();
            vec![
                name.clone(),
                calls.to_string(),
                answers.len().to_string(),
                at(50),
                at(90),
                day.abandoned.to_string(),
                day.unanswered.to_string(),
            ]
        });
        table(&header, rows)
    }

    /// One line an hour of each day with calls.
    pub fn hours_csv(&self) -> String {
        let rows = self.days.iter().flat_map(|(name, day)| {
            let calls = day.hours.iter().enumerate().filter(|(_, calls)| **calls > 0);
            calls.map(|(hour, calls)| vec![name.clone(), hour.to_string(), calls.to_string()])
        });
        table(&["day", "hour", "calls"], rows)
    }

    /// One line a theme of each month, from [`TOLD_FROM`] calls on; the others together, from as many on.
    pub fn reasons_csv(&self) -> String {
        let rows = self.themes.iter().flat_map(|(month, themes)| {
            let (told, few): (Vec<_>, Vec<_>) = themes.iter().partition(|(_, count)| **count >= TOLD_FROM);
            let others: u32 = few.iter().map(|(_, count)| **count).sum();
            let mut rows: Vec<Vec<String>> = Vec::new();
            for (theme, count) in told {
                rows.push(vec![month.clone(), theme.clone(), count.to_string()]);
            }
            // The others are told only where several themes hide in them.
            if others >= TOLD_FROM && few.len() > 1 {
                rows.push(vec![month.clone(), "autres".to_owned(), others.to_string()]);
            }
            rows
        });
        table(&["month", "theme", "calls"], rows)
    }
}

/// The day, where the hall is.
pub fn local_day(unix: u64, zone: &TimeZone) -> String {
    local(unix, zone).0
}

/// The day and the hour, where the hall is.
fn local(unix: u64, zone: &TimeZone) -> (String, usize) {
    let instant = i64::try_from(unix).ok().and_then(|unix| Timestamp::from_second(unix).ok());
    let here = instant.unwrap_or_default().to_zoned(zone.clone());
    (here.date().to_string(), usize::try_from(here.hour()).unwrap_or_default())
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer
        .write_record(header)
        .and_then(|()| rows.into_iter().try_for_each(|row| writer.write_record(row)));
    // Memory does not refuse to be written to.
    written
        .ok()
        .and_then(|()| writer.into_inner().ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;

    /// 2026-11-02 08:30 UTC.
    const MORNING: u64 = 1_793_608_200;

    fn call(minutes: u64, state: CallState, answered_s: Option<u64>) -> Call {
        let now = Moment { unix: MORNING + 60 * minutes, ..Moment::default() };
        let mut call = Call::new(1, "Borne".into(), 1, "fr".into(), now);
        (call.state, call.answered_s) = (state, answered_s);
        call
    }

    #[test]
    fn days_and_hours_are_those_of_the_hall_and_name_nobody() {
        let (mut measures, zone) = (Measures::default(), TimeZone::fixed(jiff::tz::offset(1)));
        let closed = CallState::Closed;
        for (minutes, state, answered) in [
            (0, closed.clone(), Some(20)),
            (1, closed.clone(), Some(40)),
            (2, closed, Some(300)),
            (40, CallState::Cancelled, None),
            (41, CallState::Expired, None),
        ] {
            let call = call(minutes, state, answered);
            measures.made(&call, &zone);
            measures.ended(&call, &zone);
        }
        assert_eq!(
            measures.days_csv(),
            "day,calls,answered,median_s,p90_s,abandoned,unanswered\n2026-11-02,5,3,40,300,1,1\n"
        );
        let told = measures.told("2026-11-02");
        assert_eq!((told.made, told.answered, told.abandoned, told.unanswered), (5, 3, 1, 1));
        assert_eq!((told.median_s, told.longest_s), (Some(40), Some(300)));
        assert_eq!(measures.told("2026-11-01"), Yesterday::default());
        assert_eq!(measures.hours_csv(), "day,hour,calls\n2026-11-02,9,3\n2026-11-02,10,2\n");
        assert!(!serde_json::to_string(&measures).unwrap().contains("Marie"));
    }

    #[test]
    fn a_theme_is_told_from_five_calls_a_month_on() {
        let (mut measures, zone) = (Measures::default(), TimeZone::UTC);
        for (theme, calls) in [("Papiers", 5), ("Santé", 4), ("Logement", 1)] {
            for _ in 0..calls {
                measures.reason(theme, MORNING, &zone);
            }
        }
        assert_eq!(measures.reasons_csv(), "month,theme,calls\n2026-11,Papiers,5\n2026-11,autres,5\n");
        let mut one = Measures::default();
        for _ in 0..4 {
            one.reason("Santé", MORNING, &zone);
        }
        assert_eq!(one.reasons_csv(), "month,theme,calls\n");
    }

    #[test]
    fn counts_are_bounded() {
        let (mut measures, zone) = (Measures::default(), TimeZone::UTC);
        for day in 0..500 {
            measures.made(&call(day * 1_440, CallState::Requested, None), &zone);
            measures.reason(&format!("thème {day}"), MORNING + day * 86_400, &zone);
        }
        assert!(measures.days.len() <= DAYS_MAX && measures.themes.len() <= MONTHS_MAX);
        assert!(measures.themes.values().all(|themes| themes.len() <= THEMES_MAX));
    }
}
