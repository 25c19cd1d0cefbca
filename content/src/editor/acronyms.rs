//! Acronyms that a visitor meets without an explanation (accessibility bar H9).

use std::collections::BTreeSet;

use crate::facts::Fact;
use crate::glossary::Glossary;
use crate::sheet::{Block, Sheet};

/// Letters and digits of an acronym.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=8;
/// Words in capitals that nobody needs explained, or that stand in addresses.
const PLAIN: [&str; 13] =
    ["BP", "CB", "CD", "CEDEX", "CS", "DVD", "MP3", "OK", "PDF", "SOS", "TV", "USB", "WC"];

/// The words that a glossary explains.
#[derive(Debug, Default)]
pub struct Known<'a>(BTreeSet<&'a str>);

impl<'a> Known<'a> {
    /// Every word of every entry: "QR code" explains "QR".
    pub fn new(glossary: &'a Glossary) -> Self {
        Self(glossary.iter().flat_map(|(acronym, _)| words(acronym)).chain(PLAIN).collect())
    }
}

/// The acronyms of `sheet` that neither the glossary nor the sheet itself explains, in reading order, each once.
///
/// A sheet explains one by `CAF (caisse…)` or `caisse… (CAF)`.
pub fn unexplained<'a>(sheet: &'a Sheet, known: &Known<'_>) -> Vec<&'a str> {
    let texts = texts(sheet);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for word in texts.iter().flat_map(|text| words(text)) {
        if is_acronym(word)
            && !known.0.contains(word)
            && seen.insert(word)
            && !texts.iter().any(|text| explains(text, word))
        {
            found.push(word);
        }
    }
    found
}

/// The line, from 1, of the first whole word `acronym` in a file's text.
pub fn line_of(text: &str, acronym: &str) -> Option<usize> {
    text.lines().position(|line| words(line).any(|word| word == acronym)).map(|at| at + 1)
}

/// The words of a text; numbers such as "AB-123-CD" are none.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|run| !(run.contains('-') && run.contains(|c: char| c.is_ascii_digit())))
        .flat_map(|run| run.split('-'))
        .filter(|word| !word.is_empty())
}

/// Capitals and digits, at least two capitals, no Roman number.
fn is_acronym(word: &str) -> bool {
    let (mut letters, mut length) = (0, 0);
    for c in word.chars() {
        length += 1;
        if c.is_uppercase() {
            letters += 1;
        } else if !c.is_ascii_digit() {
            return false;
        }
    }
    let roman = word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
    letters >= 2 && LENGTHS.contains(&length) && !word.starts_with(|c: char| c.is_ascii_digit()) && !roman
}

fn explains(text: &str, acronym: &str) -> bool {
    text.match_indices(acronym).any(|(at, _)| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + acronym.len()..));
        let after = after.unwrap_or_default();
        let whole = !before.ends_with(char::is_alphanumeric);
        let explained_after = after.starts_with(" (") || after.starts_with("\u{a0}(");
        let explained_before = before.ends_with('(') && after.starts_with(')') && before.len() > 1;
        whole && (explained_after || explained_before)
    })
}

/// Every text of a sheet, as a visitor reads it.
fn texts(sheet: &Sheet) -> Vec<&str> {
    let mut out = vec![sheet.title.as_str()];
    out.extend(sheet.summary.iter().map(String::as_str));
    let facts = &sheet.facts;
    for list in [&facts.place, &facts.when, &facts.bring] {
        out.extend(list.stated().into_iter().flatten().map(String::as_str));
    }
    if let Fact::Stated(list) = &facts.digital {
        out.extend(list.iter().map(|requirement| requirement.text.as_str()));
    }
    out.extend(facts.human.stated().map(|human| human.text.as_str()));
    for section in &sheet.sections {
        out.push(&section.title);
        block_texts(&section.blocks, &mut out);
    }
    out
}

fn block_texts<'a>(blocks: &'a [Block], out: &mut Vec<&'a str>) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => out.push(text),
            Block::List { items, .. } => {
                for item in items {
                    block_texts(item, out);
                }
            }
            Block::Table { caption, header, rows } => {
                let cells = header.iter().chain(rows.iter().flatten());
                out.extend(caption.iter().chain(cells).map(String::as_str));
            }
            Block::Note { title, blocks, .. } => {
                out.extend(title.as_deref());
                block_texts(blocks, out);
            }
            Block::Choices { question, cases } => {
                out.extend(question.as_deref());
                for case in cases {
                    out.push(&case.title);
                    block_texts(&case.blocks, out);
                }
            }
            Block::SubSection { title, blocks } | Block::Contact { title, blocks, .. } => {
                out.push(title);
                block_texts(blocks, out);
            }
            Block::Link { label, .. } => out.push(label),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_acronyms_but_not_numbers_names_or_roman_figures() {
        for yes in ["CAF", "C2S", "ÉPCI", "RQTH", "URSSAF"] {
            assert!(is_acronym(yes), "{yes}");
        }
        for no in ["A", "B1", "XIX", "Caf", "FranceConnect", "2026", "3DS", "ABCDEFGHI", ""] {
            assert!(!is_acronym(no), "{no}");
        }
    }

    #[test]
    fn a_text_explains_an_acronym_before_or_after_it() {
        assert!(explains("La CAF (caisse d'allocations familiales) verse.", "CAF"));
        assert!(explains("la caisse d'allocations familiales (CAF)", "CAF"));
        for no in ["La CAF verse.", "(CAF)", "LACAF (non)", "(la CAF)", ""] {
            assert!(!explains(no, "CAF"), "{no}");
        }
    }

    #[test]
    fn an_acronym_is_found_on_its_line_as_a_whole_word() {
        assert_eq!(line_of("a\nCAFÉ\nla CAF.\n", "CAF"), Some(3));
        assert_eq!(line_of("a\n", "CAF"), None);
        assert_eq!(line_of("AB-123-CD\nAGIRC-ARRCO", "AB"), None, "a number plate has no words");
        assert_eq!(line_of("AB-123-CD\nAGIRC-ARRCO", "ARRCO"), Some(2));
    }
}
