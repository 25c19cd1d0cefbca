//! Acronyms that a visitor meets without an explanation (accessibility bar H9).

use std::collections::BTreeSet;

use crate::facts::Fact;
use crate::glossary::Glossary;
use crate::sheet::{Block, Sheet};

/// Letters and digits of an acronym.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=8;
/// Most acronyms told of one sheet.
const ACRONYMS_MAX: usize = 20;
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
    let explained: BTreeSet<&str> = texts.iter().flat_map(|text| explained(text)).collect();
    let mut seen = BTreeSet::new();
    let unexplained = texts.iter().flat_map(|text| words(text)).filter(|word| {
        is_acronym(word) && !known.0.contains(word) && !explained.contains(word) && seen.insert(*word)
    });
    unexplained.take(ACRONYMS_MAX).collect()
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

/// The words that a text explains: before a parenthesis, or alone in one that does not begin the text.
fn explained(text: &str) -> impl Iterator<Item = &str> {
    let no_word = |c: char| !c.is_alphanumeric();
    text.match_indices('(').flat_map(move |(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let inside = text.get(at + 1..).unwrap_or_default();
        let first = before.strip_suffix([' ', '\u{a0}']).and_then(|before| before.rsplit(no_word).next());
        let word = inside.split(no_word).next().unwrap_or_default();
        let alone = at > 0 && inside.get(word.len()..).is_some_and(|rest| rest.starts_with(')'));
        first.into_iter().chain(alone.then_some(word))
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
        let explains = |text| explained(text).any(|word| word == "CAF");
        assert!(explains("La CAF (caisse d'allocations familiales) verse."));
        assert!(explains("la caisse d'allocations familiales (CAF)"));
        for no in ["La CAF verse.", "(CAF)", "LACAF (non)", "(la CAF)", "CAF(non)", "x (CAF", ""] {
            assert!(!explains(no), "{no}");
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
