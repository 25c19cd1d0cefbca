//! What of a record changed, as the words that a visitor sees.

use std::collections::BTreeMap;

use serde::Serialize;

use super::text;
use crate::facts::Fact;
use crate::guide::Guide;
use crate::place::Place;
use crate::plain;
use crate::sheet::Sheet;

/// Most lines told of one change, before and after.
pub const LINES_MAX: usize = 20;
/// Longest line told, in characters.
const LINE_CHARS_MAX: usize = 300;

/// A part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The title or name.
    Title,
    /// Where to go.
    Where,
    /// When.
    When,
    /// What to bring.
    Bring,
    /// Digital requirements.
    Digital,
    /// The way that needs no internet.
    HumanWay,
    /// The short version.
    Short,
    /// The text, the questions and answers, the entries, or the lines of a place.
    Text,
    /// Who says so.
    Source,
    /// The day of the last check.
    Date,
    /// The way there from home.
    Way,
}

/// One part that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The part.
    pub part: Part,
    /// Lines that are gone, at most [`LINES_MAX`].
    pub before: Vec<String>,
    /// Lines that are new, at most [`LINES_MAX`]. Both are empty where only the order changed.
    pub after: Vec<String>,
    /// Lines beyond the bound, before and after together.
    pub more: usize,
}

/// The parts of two sheets that differ.
pub(super) fn sheet(old: &Sheet, new: &Sheet) -> Vec<Change> {
    let mut parts = Parts(Vec::new());
    parts.one(Part::Title, &old.title, &new.title);
    let (was, is) = (&old.facts, &new.facts);
    parts.many(Part::Where, &text::listed(&was.place, ""), &text::listed(&is.place, ""));
    parts.many(Part::When, &text::listed(&was.when, ""), &text::listed(&is.when, ""));
    let bring = [&was.bring, &is.bring].map(|fact| text::listed(fact, text::NOTHING_TO_BRING));
    parts.many(Part::Bring, &bring[0], &bring[1]);
    parts.many(Part::Digital, &text::digital(&was.digital), &text::digital(&is.digital));
    let human = [&was.human, &is.human].map(|fact| match fact {
        Fact::Stated(way) => text::human(way),
        Fact::Unspecified => text::UNSPECIFIED.to_owned(),
    });
    parts.one(Part::HumanWay, &human[0], &human[1]);
    parts.many(Part::Short, &old.summary, &new.summary);
    if old.sections != new.sections {
        parts.lines(Part::Text, &text::sections(&old.sections), &text::sections(&new.sections));
    }
    parts.one(Part::Source, &text::source(old), &text::source(new));
    parts.one(Part::Date, &text::date(old), &text::date(new));
    let way = [old, new]
        .map(|sheet| sheet.trail.iter().map(|crumb| crumb.title.as_str()).collect::<Vec<_>>().join(" › "));
    parts.one(Part::Way, &way[0], &way[1]);
    parts.0
}

/// The parts of two guides that differ.
pub(super) fn guide(old: &Guide, new: &Guide) -> Vec<Change> {
    let mut parts = Parts(Vec::new());
    parts.one(Part::Title, &old.title, &new.title);
    parts.lines(Part::Text, &text::guide(old), &text::guide(new));
    parts.0
}

/// The parts of two places that differ.
pub(super) fn place(old: &Place, new: &Place) -> Vec<Change> {
    let mut parts = Parts(Vec::new());
    parts.one(Part::Title, &old.name, &new.name);
    parts.lines(Part::Text, &text::place(old), &text::place(new));
    parts.0
}

/// Two texts that differ, line by line.
pub(super) fn lines(old: &str, new: &str) -> Vec<Change> {
    let mut parts = Parts(Vec::new());
    parts.lines(Part::Text, old, new);
    parts.0
}

struct Parts(Vec<Change>);

impl Parts {
    fn one(&mut self, part: Part, old: &str, new: &str) {
        self.many(part, &[old.to_owned()], &[new.to_owned()]);
    }

    fn lines(&mut self, part: Part, old: &str, new: &str) {
        let [old, new] = [old, new].map(|text| {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        });
        self.many(part, &old, &new);
    }

    fn many(&mut self, part: Part, old: &[String], new: &[String]) {
        if old == new {
            return;
        }
        let (before, gone) = only(old, new);
        let (after, come) = only(new, old);
        self.0.push(Change { part, before, after, more: gone + come });
    }
}

/// The lines of `lines` that `others` have not, or have less often; and how many are not told.
fn only(lines: &[String], others: &[String]) -> (Vec<String>, usize) {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for line in others {
        *left.entry(line).or_default() += 1;
    }
    let (mut told, mut more) = (Vec::new(), 0);
    for line in lines {
        match left.get_mut(line.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ if told.len() < LINES_MAX => told.push(plain::shorten(line, LINE_CHARS_MAX)),
            _ => more += 1,
        }
    }
    (told, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_gone_and_new_are_told_and_the_rest_is_not() {
        let changes = lines("a\nb\nb\nc", "a\nb\nd\nc");
        assert_eq!(
            changes,
            [Change { part: Part::Text, before: vec!["b".into()], after: vec!["d".into()], more: 0 }]
        );
        assert!(lines("a\n\n b", "a\nb").is_empty(), "spaces are no words");
    }

    #[test]
    fn another_order_is_a_change_without_lines() {
        let changes = lines("a\nb", "b\na");
        assert_eq!(changes, [Change { part: Part::Text, before: vec![], after: vec![], more: 0 }]);
    }

    #[test]
    fn a_long_change_is_cut() {
        let new: Vec<String> = (0..LINES_MAX + 5).map(|n| n.to_string()).collect();
        let changes = lines("", &new.join("\n"));
        assert_eq!((changes[0].after.len(), changes[0].more), (LINES_MAX, 5));
    }
}
