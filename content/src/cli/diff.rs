//! `parvis-content diff`: what visitors will see change.

use std::path::Path;

use parvis_content::ContentFile;
use parvis_content::editor::diff::{Bounds, Counts, Fate, Item, Kind, diff};
use parvis_content::editor::parts::{Change, Part};
use parvis_content::editor::words::fill;
use parvis_content::editor::{Summary, Words};
use tempfile::TempDir;

use super::progress::Progress;
use super::{build, failed, refused, words};

/// Titles in the summary of `--json`.
const TITLES: usize = 20;
/// Most items of one kind: a content file holds no more sheets.
const ITEMS_MAX: usize = 200_000;

pub fn run(old: &Path, new: &Path, limit: usize, json: bool) -> Result<(), u8> {
    let words = words();
    // Files built from folders are gone when the comparison is done.
    let folder = TempDir::new().map_err(failed)?;
    let old = open(old, &folder.path().join("old.parvis"), words)?;
    let new = open(new, &folder.path().join("new.parvis"), words)?;
    let bounds = Bounds { titles: TITLES, items: limit.min(ITEMS_MAX) };
    let progress = Progress::new(words.comparing);
    let diff = diff(&old, &new, bounds).map_err(refused)?;
    drop(progress);
    if json {
        println!("{}", serde_json::to_string(&diff).map_err(failed)?);
        return Ok(());
    }
    println!("{}", summary(&diff.summary, words));
    for item in &diff.items {
        print_item(item, words);
    }
    if diff.more > 0 {
        println!("{}", fill(words.more_items, &[("n", &diff.more.to_string())]));
    }
    Ok(())
}

/// A content file as it is, or built from a source.
fn open(path: &Path, built: &Path, words: &Words) -> Result<ContentFile, u8> {
    if !build::is_source(path) {
        return ContentFile::open(path).map_err(refused);
    }
    build::write(&build::source(path, words)?.library, built, words)?;
    ContentFile::open(built).map_err(refused)
}

fn summary(summary: &Summary, words: &Words) -> String {
    if summary.is_empty() {
        return words.same.to_owned();
    }
    let Summary { sheets, redated, guides, places, themes, redirects, acronyms, hall, home, .. } = summary;
    let mut said = Vec::new();
    let mut count = |kind: &str, counts: &Counts| {
        if !counts.is_zero() {
            let [added, removed, changed] =
                [counts.added, counts.removed, counts.changed].map(|count| count.to_string());
            let values = [("kind", kind), ("added", &*added), ("removed", &*removed), ("changed", &*changed)];
            said.push(fill(words.count, &values));
        }
    };
    count(words.kind_sheets, sheets);
    count(words.kind_guides, guides);
    count(words.kind_places, places);
    count(words.kind_themes, themes);
    count(words.kind_redirects, redirects);
    count(words.kind_acronyms, acronyms);
    if *redated > 0 {
        said.push(fill(words.redated, &[("n", &redated.to_string())]));
    }
    said.extend(hall.then(|| words.kind_hall.to_owned()));
    said.extend(home.then(|| words.kind_home.to_owned()));
    fill(words.changes, &[("counts", &said.join(" ; "))])
}

fn print_item(item: &Item, words: &Words) {
    let kind = match item.kind {
        Kind::Hall => words.kind_hall,
        Kind::Home => words.kind_home,
        Kind::Sheet => words.kind_sheet,
        Kind::Guide => words.kind_guide,
        Kind::Place => words.kind_place,
        Kind::Theme => words.kind_theme,
        Kind::Redirect => words.kind_redirect,
        Kind::Acronym => words.kind_acronym,
    };
    let sign = match item.fate {
        Fate::Added => '+',
        Fate::Removed => '-',
        Fate::Changed => '~',
    };
    let id = if item.lang.is_empty() { item.id.clone() } else { format!("{}, {}", item.id, item.lang) };
    println!("{sign} {}", fill(words.item, &[("kind", kind), ("title", &item.title), ("id", &id)]));
    if item.fate == Fate::Changed {
        for change in &item.changes {
            print_change(change, words);
        }
    }
}

fn print_change(change: &Change, words: &Words) {
    let part = match change.part {
        Part::Title => words.part_title,
        Part::Where => words.part_where,
        Part::When => words.part_when,
        Part::Bring => words.part_bring,
        Part::Digital => words.part_digital,
        Part::HumanWay => words.part_human_way,
        Part::Short => words.part_short,
        Part::Text => words.part_text,
        Part::Source => words.part_source,
        Part::Date => words.part_date,
        Part::Way => words.part_way,
    };
    println!("    {part}");
    for line in &change.before {
        println!("      - {line}");
    }
    for line in &change.after {
        println!("      + {line}");
    }
    if change.before.is_empty() && change.after.is_empty() {
        println!("      {}", words.other_order);
    }
    if change.more > 0 {
        println!("      {}", fill(words.more_lines, &[("n", &change.more.to_string())]));
    }
}
