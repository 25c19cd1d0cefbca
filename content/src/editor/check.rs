//! The check of a whole source: every rule, for editors' sheets one by one, for imported sheets counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::acronyms::{self, Known};
use super::finding::{Finding, Findings, Severity};
use super::words::{Words, fill};
use crate::date::Date;
use crate::id::{Lang, SheetId};
use crate::import::Tally;
use crate::plain;
use crate::sheet::Sheet;
use crate::source::{
    self, FILE_BYTES_MAX, Import, Rule, SENTENCE_WORDS_MAX, Source, SourceError, Survey, Written,
};

/// Longest beginning of a sentence that is quoted, in characters.
const QUOTE_CHARS: usize = 60;

/// How to check.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    /// Today, to tell what is past its date; `None` to leave such rules out: the same source then always passes.
    pub today: Option<Date>,
    /// Most warnings shown of each rule; the others are counted.
    pub examples: usize,
    /// The language of what is found. Faults of imports and of the lexicon are told in French.
    pub words: &'a Words,
}

/// What a check leaves.
#[derive(Debug)]
pub struct Checked {
    /// What was found.
    pub findings: Findings,
    /// The source, where the form of its files has no fault.
    pub source: Option<Source>,
}

/// Whether a sheet that was last checked on `checked` is past its date: that was more than twelve months ago.
pub fn is_past(checked: Date, today: Date) -> bool {
    (checked.year() + 1, checked.month(), checked.day()) < (today.year(), today.month(), today.day())
}

impl Check<'_> {
    /// Checks the source at `path`, a folder or an archive. An archive that cannot be read at all is an error.
    pub fn run(&self, path: &Path) -> Result<Checked, SourceError> {
        self.run_cached(path, None)
    }

    /// The same, converting only what changed in archives since the last time with this `cache`.
    pub fn run_cached(&self, path: &Path, cache: Option<&Path>) -> Result<Checked, SourceError> {
        let survey = source::survey_cached(path, cache)?;
        let mut findings = Findings { more: survey.faults.more, ..Findings::default() };
        for fault in &survey.faults.list {
            let (what, to_do) = fault.parts(self.words.is_french());
            let file = fault.file.display().to_string();
            let line = Some(fault.line);
            let (what, to_do) = (what.to_owned(), to_do.to_owned());
            let red = Finding { severity: Severity::Red, file, line, rule: fault.rule, what, to_do };
            findings.add(red, self.examples);
        }
        self.written(&survey, &mut findings);
        if let Some(source) = &survey.source {
            self.imported(source, &survey.written, &mut findings);
        }
        findings.red.sort_by(|a, b| (&a.file, a.line, a.rule).cmp(&(&b.file, b.line, b.rule)));
        Ok(Checked { findings, source: survey.source })
    }

    fn written(&self, survey: &Survey, findings: &mut Findings) {
        let known = Known::new(&survey.glossary);
        for written in &survey.written {
            let mut found = |severity, line, rule, what: String, to_do: &str| {
                let file = written.path.display().to_string();
                let to_do = to_do.to_owned();
                findings.add(Finding { severity, file, line: Some(line), rule, what, to_do }, self.examples);
            };
            if let Some((rule, what, to_do)) = self.date(written.sheet.checked) {
                found(Severity::Red, written.checked_line, rule, what, to_do);
            }
            // The glossary is French: only French sheets are spelled out.
            if written.sheet.lang == Lang::french() {
                for acronym in acronyms::unexplained(&written.sheet, &known) {
                    let line = line_of(&written.path, acronym);
                    let what = fill(self.words.acronym, &[("acronym", acronym)]);
                    found(Severity::Red, line, Rule::Acronym, what, self.words.acronym_do);
                }
            }
        }
        self.translations(&survey.written, findings);
    }

    /// A day that is too long ago, or still to come.
    fn date(&self, checked: Option<Date>) -> Option<(Rule, String, &str)> {
        let (checked, today) = (checked?, self.today?);
        let values = [("date", &*checked.to_string()), ("today", &*today.to_string())];
        if is_past(checked, today) {
            Some((Rule::Expired, fill(self.words.expired, &values), self.words.expired_do))
        } else if checked > today && Some(checked) != today.next() {
            // One day of grace: the clock counts in UTC, the editor may live ahead of it.
            Some((Rule::Date, fill(self.words.future, &values), self.words.future_do))
        } else {
            None
        }
    }

    /// Sheets that a language of the bundle lacks, or has in an older state than French.
    fn translations(&self, written: &[Written], findings: &mut Findings) {
        let french = Lang::french();
        let languages: BTreeSet<&Lang> =
            written.iter().map(|written| &written.sheet.lang).filter(|lang| **lang != french).collect();
        let dates: BTreeMap<(&SheetId, &Lang), Option<Date>> = written
            .iter()
            .map(|written| ((&written.sheet.id, &written.sheet.lang), written.sheet.checked))
            .collect();
        let mut found = |written: &Written, line, what, to_do| {
            let file = written.path.display().to_string();
            let (severity, rule) = (Severity::Warning, Rule::Translation);
            findings.add(Finding { severity, file, line: Some(line), rule, what, to_do }, self.examples);
        };
        for one in written {
            let Sheet { id, lang, checked, .. } = &one.sheet;
            if *lang == french {
                for lang in languages.iter().filter(|lang| !dates.contains_key(&(id, **lang))) {
                    let values = [("lang", lang.as_str()), ("id", id.as_str())];
                    let what = fill(self.words.untranslated, &values);
                    found(one, 1, what, fill(self.words.untranslated_do, &values));
                }
            } else if let (Some(date), Some(Some(newer))) = (checked, dates.get(&(id, &french)))
                && date < newer
            {
                let values = [("date", &*date.to_string()), ("french", &*newer.to_string())];
                let what = fill(self.words.old_translation, &values);
                found(one, one.checked_line, what, self.words.old_translation_do.to_owned());
            }
        }
    }

    fn imported(&self, source: &Source, written: &[Written], findings: &mut Findings) {
        let own: BTreeSet<(&SheetId, &Lang)> =
            written.iter().map(|written| (&written.sheet.id, &written.sheet.lang)).collect();
        let known = Known::new(&source.library.glossary);
        for sheet in source.library.sheets.iter().filter(|sheet| !own.contains(&(&sheet.id, &sheet.lang))) {
            for (rule, what) in self.imported_sheet(sheet, &known) {
                let file = sheet.id.to_string();
                let to_do = self.words.import_do.to_owned();
                let warning = Finding { severity: Severity::Warning, file, line: None, rule, what, to_do };
                findings.add(warning, self.examples);
            }
        }
        for Import { path, report } in &source.imports {
            findings.add_counted(Rule::Link, report.dead_links);
            for (name, reason) in &report.refused {
                let file = format!("{} {name}", path.display());
                let (what, to_do) = (reason.to_string(), self.words.import_do.to_owned());
                let (severity, rule) = (Severity::Warning, Rule::Import);
                findings.add(Finding { severity, file, line: None, rule, what, to_do }, self.examples);
            }
        }
        for (path, report) in &source.lists {
            let refused = report.refused.iter().map(|(refusal, tally)| (refusal.said(), tally));
            let doubtful = report.doubtful.iter().map(|(doubt, tally)| (doubt.said(), tally));
            for (said, tally) in refused.chain(doubtful) {
                self.records(path, said, tally, findings);
            }
        }
    }

    /// Records of an imported list that were left out or look wrong, for one reason.
    fn records(&self, path: &Path, said: &str, tally: &Tally, findings: &mut Findings) {
        for (at, text) in &tally.examples {
            let (severity, rule) = (Severity::Warning, Rule::Import);
            let file = path.display().to_string();
            let line = at.line.and_then(|line| usize::try_from(line).ok());
            let record = if line.is_none() { format!(" ({at})") } else { String::new() };
            let (what, to_do) = (format!("{said} : {text}{record}"), self.words.record_do.to_owned());
            findings.add(Finding { severity, file, line, rule, what, to_do }, self.examples);
        }
        findings.add_counted(Rule::Import, tally.count - tally.examples.len());
    }

    /// The rules that an imported sheet breaks, each once.
    fn imported_sheet(&self, sheet: &Sheet, known: &Known<'_>) -> Vec<(Rule, String)> {
        let words = self.words;
        let mut found = Vec::new();
        let facts = &sheet.facts;
        if sheet.kind.owes_facts() {
            let stated = [
                (facts.place.stated().is_some(), words.fact_where),
                (facts.when.stated().is_some(), words.fact_when),
                (facts.bring.stated().is_some(), words.fact_bring),
                (facts.digital.stated().is_some(), words.fact_digital),
            ];
            let missing: Vec<&str> =
                stated.iter().filter(|(stated, _)| !stated).map(|(_, name)| *name).collect();
            if !missing.is_empty() {
                found.push((Rule::Fact, fill(words.no_fact, &[("facts", &missing.join(", "))])));
            }
            if facts.human.stated().is_none() {
                found.push((Rule::HumanWay, words.no_human_way.to_owned()));
            }
        }
        if sheet.source.publisher.is_empty() {
            found.push((Rule::Source, words.no_source.to_owned()));
        }
        if sheet.checked.is_none() {
            found.push((Rule::Date, words.no_date.to_owned()));
        }
        found.extend(self.date(sheet.checked).map(|(rule, what, _)| (rule, what)));
        found.extend(self.long_sentence(sheet).map(|what| (Rule::Sentence, what)));
        let acronyms = acronyms::unexplained(sheet, known).join(", ");
        if !acronyms.is_empty() {
            found.push((Rule::Acronym, fill(words.acronym, &[("acronym", &acronyms)])));
        }
        found
    }

    /// The first sentence of the short version that is too long.
    fn long_sentence(&self, sheet: &Sheet) -> Option<String> {
        let mut sentences = sheet.summary.iter().flat_map(|text| source::sentences(text));
        let long = sentences.find(|sentence| source::words(sentence) > SENTENCE_WORDS_MAX)?;
        let start = plain::shorten(long, QUOTE_CHARS);
        let count = source::words(long).to_string();
        Some(fill(self.words.long_sentence, &[("n", &count), ("start", &start)]))
    }
}

/// Where `acronym` first stands in a file; 1 where the file cannot be read again.
fn line_of(file: &Path, acronym: &str) -> usize {
    let mut text = String::new();
    let read = fs::File::open(file).and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text));
    read.ok().and_then(|_| acronyms::line_of(&text, acronym)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_past_its_date_after_twelve_months() {
        let day = |text| Date::parse(text).unwrap();
        assert!(!is_past(day("2025-11-22"), day("2026-11-22")));
        assert!(is_past(day("2025-11-21"), day("2026-11-22")));
        assert!(!is_past(day("2024-02-29"), day("2025-02-28")));
        assert!(is_past(day("2024-02-29"), day("2025-03-01")));
        assert!(!is_past(day("2026-12-01"), day("2026-11-22")), "a day to come is not past");
    }
}
