//! Opening hours in the three forms that publishers use: ranges per day, OpenStreetMap's syntax, a sentence.
//!
//! A week is shown only where the source surely means that week. Everything else stays a text, word for word: a day
//! that would look closed though it is not sends somebody away for nothing.

use opening_hours_syntax::rules::day::{HolidayKind, WeekDayRange, Weekday as OsmDay};
use opening_hours_syntax::rules::time::{Time, TimeSpan};
use opening_hours_syntax::rules::{RuleOperator, RuleSequence};
use opening_hours_syntax::{RuleKind, parse};

use super::report::{Doubt, Findings, Repair};
use crate::place::{OpeningHours, TimeRange, Weekday};
use crate::plain;

/// Longest text of hours, in characters. The longest remark of the France services list has 499.
const TEXT_CHARS_MAX: usize = 1_000;
/// Most cells of one day before doubles are dropped.
const CELLS_MAX: usize = 24;

const DAYS: [&str; 7] = ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche"];

type Week = [Vec<TimeRange>; 7];

/// A text as hours: a week if it is OpenStreetMap's syntax and a week can say it, else the text itself.
pub(super) fn from_text(text: &str, findings: &mut Findings) -> OpeningHours {
    let text = one_line(text, findings);
    if text.is_empty() {
        return OpeningHours::default();
    }
    if let Some(hours) = osm(&text) {
        return hours;
    }
    let code = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"];
    let looks_like_osm = code
        .iter()
        .any(|day| text.strip_prefix(day).is_some_and(|rest| rest.starts_with([' ', '-', ',', '['])));
    if looks_like_osm {
        findings.doubt(Doubt::Hours, &*text);
    }
    only_text(&text, findings)
}

/// Cells of the days, Monday first, as `09:00 - 12:00 / 13:30 - 17:00`.
pub(super) fn from_days(
    cells: &[Option<String>; 7],
    note: Option<&str>,
    findings: &mut Findings,
) -> OpeningHours {
    let note = note.map(|note| one_line(note, findings)).filter(|note| !note.is_empty());
    let mut week: Week = Week::default();
    let mut repairs = 0;
    let read = week.iter_mut().zip(cells).all(|(day, cell)| {
        let Some(ranges) = cell.as_deref().map_or(Some(Vec::new()), |cell| ranges(cell, &mut repairs)) else {
            return false;
        };
        *day = ranges;
        true
    });
    if read && let Some(hours) = OpeningHours::new(week, note.clone().map(|note| shortened(&note, findings)))
    {
        (0..repairs).for_each(|_| findings.repaired(Repair::Hours));
        return hours;
    }
    let days = DAYS.iter().zip(cells);
    let said = days.filter_map(|(day, cell)| Some(format!("{day} : {}", plain::line(cell.as_deref()?))));
    let said: Vec<String> = said.chain(note).collect();
    let said = said.join(" ; ");
    findings.doubt(Doubt::Hours, &*said);
    only_text(&said, findings)
}

/// The ranges of one cell; `None` if it says something else. A range of no minute is what forms send for "none".
fn ranges(cell: &str, repairs: &mut usize) -> Option<Vec<TimeRange>> {
    let mut ranges = Vec::new();
    for part in cell.split('/').map(str::trim).filter(|part| !part.is_empty()).take(CELLS_MAX) {
        let (from, to) = part.split_once('-')?;
        if from.trim() == to.trim() {
            *repairs += 1;
            continue;
        }
        let range = TimeRange::parse(part)?;
        if ranges.contains(&range) {
            *repairs += 1;
        } else {
            ranges.push(range);
        }
    }
    Some(ranges)
}

fn one_line(text: &str, findings: &mut Findings) -> String {
    if text.contains('\n') {
        findings.repaired(Repair::LineBreak);
    }
    plain::line(text)
}

fn only_text(text: &str, findings: &mut Findings) -> OpeningHours {
    // No range at all cannot overlap.
    OpeningHours::new(Week::default(), Some(shortened(text, findings))).unwrap_or_default()
}

fn shortened(text: &str, findings: &mut Findings) -> String {
    let short = plain::shorten(text, TEXT_CHARS_MAX);
    if short != text {
        findings.repaired(Repair::Shortened);
    }
    short
}

/// The week that an expression describes, or `None` where a week cannot say all of it.
fn osm(text: &str) -> Option<OpeningHours> {
    if text.len() > TEXT_CHARS_MAX {
        return None;
    }
    let mut week: Week = Week::default();
    let mut notes: Vec<String> = Vec::new();
    for rule in parse(text).ok()?.rules {
        if let Some(said) = holidays(&rule) {
            notes.push(said.to_owned());
        } else {
            apply(&rule, &mut week)?;
        }
        if !rule.comment.is_empty() {
            notes.push(plain::line(&rule.comment));
        }
    }
    notes.dedup();
    let note = Some(notes.join(" ; ")).filter(|note| !note.is_empty());
    OpeningHours::new(week, note).filter(|hours| !hours.is_unknown())
}

/// "PH off", "SH off": the one thing about holidays that needs no calendar.
fn holidays(rule: &RuleSequence) -> Option<&'static str> {
    let selector = &rule.day_selector;
    let dated = !(selector.year.is_empty() && selector.monthday.is_empty() && selector.week.is_empty());
    let [WeekDayRange::Holiday { kind, offset: 0 }] = selector.weekday.as_slice() else { return None };
    match (kind, rule.kind) {
        (HolidayKind::Public, RuleKind::Closed) if !dated => Some("Fermé les jours fériés"),
        (HolidayKind::School, RuleKind::Closed) if !dated => Some("Fermé pendant les vacances scolaires"),
        (HolidayKind::Public | HolidayKind::School, _) => None,
    }
}

/// Applies one rule as OpenStreetMap does: a normal rule replaces the days it names, an additional one adds to them.
fn apply(rule: &RuleSequence, week: &mut Week) -> Option<()> {
    let selector = &rule.day_selector;
    if !(selector.year.is_empty() && selector.monthday.is_empty() && selector.week.is_empty()) {
        return None;
    }
    let days = if selector.weekday.is_empty() { Weekday::ALL.to_vec() } else { weekdays(&selector.weekday)? };
    let ranges: Vec<TimeRange> = match rule.kind {
        RuleKind::Open => rule.time_selector.spans.iter().map(range).collect::<Option<_>>()?,
        RuleKind::Closed => Vec::new(),
        RuleKind::Unknown => return None,
    };
    for day in days {
        let day = &mut week[day as usize];
        match rule.operator {
            RuleOperator::Normal => day.clone_from(&ranges),
            RuleOperator::Additional => day.extend(&ranges),
            RuleOperator::Fallback => return None,
        }
    }
    Some(())
}

fn weekdays(ranges: &[WeekDayRange]) -> Option<Vec<Weekday>> {
    let mut days = Vec::new();
    for range in ranges {
        let WeekDayRange::Fixed { range, offset: 0, nth_from_start, nth_from_end } = range else {
            return None;
        };
        // "The second Saturday" is no usual week.
        if !nth_from_start.iter().chain(nth_from_end).all(|nth| *nth) {
            return None;
        }
        let mut day = *range.start();
        for _ in 0..7 {
            days.push(ours(day));
            if day == *range.end() {
                break;
            }
            day = day.succ();
        }
    }
    Some(days)
}

fn ours(day: OsmDay) -> Weekday {
    Weekday::ALL[day.num_days_from_monday() as usize]
}

/// A span of fixed times inside one day.
fn range(span: &TimeSpan) -> Option<TimeRange> {
    let TimeSpan { range, open_end: false, repeats: None } = span else { return None };
    let (Time::Fixed(from), Time::Fixed(to)) = (range.start, range.end) else { return None };
    TimeRange::new(from.mins_from_midnight(), to.mins_from_midnight())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(hours: &OpeningHours) -> String {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let day = |day: Weekday| {
            let ranges: Vec<String> = hours
                .on(day)
                .iter()
                .map(|range| format!("{}-{}", clock(range.from()), clock(range.to())))
                .collect();
            (!ranges.is_empty()).then(|| format!("{} {}", day.key(), ranges.join(",")))
        };
        Weekday::ALL.into_iter().filter_map(day).collect::<Vec<_>>().join("; ")
    }

    fn text(text: &str) -> (String, Option<String>, Findings) {
        let mut findings = Findings::default();
        let hours = from_text(text, &mut findings);
        (shown(&hours), hours.note, findings)
    }

    #[test]
    fn later_rules_of_openstreetmap_replace_earlier_ones_on_the_days_they_name() {
        let (week, note, findings) = text("Mo-We 09:00-12:00,14:00-17:00; We 10:00-11:00; Tu off; PH off");
        assert_eq!(week, "mon 09:00-12:00,14:00-17:00; wed 10:00-11:00");
        assert_eq!(note.as_deref(), Some("Fermé les jours fériés"));
        assert_eq!(findings, Findings::default());
        assert_eq!(text("Sa-Mo 10:00-12:00").0, "mon 10:00-12:00; sat 10:00-12:00; sun 10:00-12:00");
        assert!(text("24/7").0.starts_with("mon 00:00-24:00; tue"));
    }

    #[test]
    fn what_no_week_can_say_stays_text_and_is_doubtful() {
        for odd in [
            "Mo 18:00",
            "Mo 08:30-12:00-14:00",
            "Mo 08:00-12:00,10:00-14:00",
            "Mo-Fr 22:00-02:00",
            "Sa[2] 09:00-12:00",
            "Mo-Fr 09:00-12:00; week 1-53/2 Sa 09:00-12:00",
            "Mo sunrise-12:00",
            "Mo-Fr 09:00+",
        ] {
            let (week, note, findings) = text(odd);
            assert_eq!((week.as_str(), note.as_deref()), ("", Some(odd)));
            assert_eq!(findings.doubts, [(Doubt::Hours, odd.to_owned())]);
        }
    }

    #[test]
    fn a_sentence_stays_as_it_was_written_and_is_no_doubt() {
        let said = "Lundi : 8h30-12h ; Mardi à Vendredi : 8h30-12h/14h-17h";
        assert_eq!(text(said), (String::new(), Some(said.to_owned()), Findings::default()));
    }

    #[test]
    fn cells_of_days_become_a_week_without_empty_and_double_ranges() {
        let mut findings = Findings::default();
        let mut cells: [Option<String>; 7] = Default::default();
        cells[0] = Some("00:00 - 00:00 / 13:30 - 17:00 / 09:00 - 12:00 / 09:00 - 12:00".to_owned());
        cells[5] =
            Some("09:00 - 10:00 / 10:00 - 11:00 / 11:30 - 12:00 / 14:00 - 15:00 / 16:00 - 17:00".to_owned());
        let hours = from_days(&cells, Some("Fermé\nle 2"), &mut findings);
        assert_eq!(
            shown(&hours),
            "mon 09:00-12:00,13:30-17:00; sat 09:00-10:00,10:00-11:00,11:30-12:00,14:00-15:00,16:00-17:00"
        );
        assert_eq!(hours.note.as_deref(), Some("Fermé le 2"));
        assert_eq!(findings.repairs, [Repair::LineBreak, Repair::Hours, Repair::Hours]);
    }

    #[test]
    fn one_contradictory_day_keeps_the_whole_week_as_text() {
        let mut findings = Findings::default();
        let mut cells: [Option<String>; 7] = Default::default();
        cells[0] = Some("09:00 - 12:00".to_owned());
        cells[3] = Some("08:30 - 12:00 / 08:30 - 16:00".to_owned());
        let hours = from_days(&cells, None, &mut findings);
        assert!(hours.is_unknown());
        assert_eq!(
            hours.note.as_deref(),
            Some("Lundi : 09:00 - 12:00 ; Jeudi : 08:30 - 12:00 / 08:30 - 16:00")
        );
        assert_eq!(findings.doubts.len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_makes_hours_panic_or_vanish(text in "[MoTuWeThFrSaSuPH0-9:,;/ \\-+off\"a-zé\\[\\]]{0,80}") {
            let hours = from_text(&text, &mut Findings::default());
            prop_assert!(plain::line(&text).is_empty() || !hours.is_unknown() || hours.note.is_some());
        }
    }
}
