//! `parvis-content check`: what is wrong with a source; nothing is written but the report.

use std::path::Path;

use parvis_content::Date;
use parvis_content::editor::check::Checked;
use parvis_content::editor::words::fill;
use parvis_content::editor::{Check, Counted, Finding, Findings, Words};
use parvis_content::source::Rule;

use super::progress::Progress;
use super::{FAULTS, failed, refused, today, words};

/// Warnings shown of each rule.
const EXAMPLES: usize = 5;
/// With `--all`: as many as a content file may hold sheets.
const EXAMPLES_MAX: usize = 200_000;

pub fn run(source: &Path, day: Option<Date>, all: bool, json: bool) -> Result<(), u8> {
    let words = words();
    let examples = if all { EXAMPLES_MAX } else { EXAMPLES };
    let check = Check { today: day.or_else(today), examples, words };
    let progress = Progress::new(words.reading);
    let Checked { findings, source } = check.run(source).map_err(refused)?;
    drop(progress);
    if json {
        println!("{}", serde_json::to_string(&findings).map_err(failed)?);
    } else {
        print_faults(&findings, words);
        for counted in &findings.warnings {
            print_counted(counted, words);
        }
    }
    let warnings = findings.warning_count().to_string();
    if findings.faults() > 0 {
        let values = [("n", &*findings.faults().to_string()), ("warnings", &warnings)];
        eprintln!("{}", fill(words.check_failed, &values));
        return Err(FAULTS);
    }
    let sheets = source.map_or(0, |source| source.library.sheets.len()).to_string();
    eprintln!("{}", fill(words.check_passed, &[("warnings", &warnings), ("sheets", &sheets)]));
    Ok(())
}

/// Faults, one a line, as an editor program can jump to them: `file:line : what : what to do`.
pub fn print_faults(findings: &Findings, words: &Words) {
    for finding in &findings.red {
        println!("{}", line(finding));
    }
    if findings.more > 0 {
        println!("{}", fill(words.more_faults, &[("n", &findings.more.to_string())]));
    }
}

fn print_counted(counted: &Counted, words: &Words) {
    let heading = match counted.rule {
        Rule::Format => words.counted_format,
        Rule::Fact => words.counted_fact,
        Rule::HumanWay => words.counted_human_way,
        Rule::Source => words.counted_source,
        Rule::Date => words.counted_date,
        Rule::Expired => words.counted_expired,
        Rule::Sentence => words.counted_sentence,
        Rule::Acronym => words.counted_acronym,
        Rule::Link => words.counted_link,
        Rule::Translation => words.counted_translation,
        Rule::Picture => words.counted_picture,
        Rule::Import => words.counted_import,
    };
    let heading = fill(heading, &[("n", &counted.count.to_string())]);
    println!("{}", fill(words.to_know, &[("what", &heading)]));
    for example in &counted.examples {
        // What was imported waits for its publisher: only an editor's own file is worth a line on what to do.
        let shown = if example.rule == Rule::Translation { line(example) } else { said(example, "") };
        println!("    {shown}");
    }
    let hidden = counted.count - counted.examples.len();
    if hidden > 0 && !counted.examples.is_empty() {
        println!("    {}", fill(words.more_examples, &[("n", &hidden.to_string())]));
    }
}

fn line(finding: &Finding) -> String {
    said(finding, &finding.to_do)
}

fn said(finding: &Finding, to_do: &str) -> String {
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let to_do = if to_do.is_empty() { String::new() } else { format!(" : {to_do}") };
    format!("{}{line} : {}{to_do}", finding.file, finding.what)
}
