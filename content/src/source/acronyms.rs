//! Acronyms spelled out on first use, in the order in which a visitor reads a sheet (accessibility bar H9).
//!
//! Cases of one choice do not see each other: whoever reads one has not read the others.

use std::collections::BTreeSet;

use crate::facts::Fact;
use crate::glossary::Glossary;
use crate::sheet::{Block, Sheet};

/// Spells out every acronym of `glossary` where `sheet` first uses it. Titles stay as they are.
pub(super) fn spell_out(sheet: &mut Sheet, glossary: &Glossary) {
    let mut speller = Speller { glossary, said: BTreeSet::new() };
    for text in &mut sheet.summary {
        speller.text(text);
    }
    let facts = &mut sheet.facts;
    for list in [&mut facts.place, &mut facts.when, &mut facts.bring] {
        if let Fact::Stated(lines) = list {
            for text in lines {
                speller.text(text);
            }
        }
    }
    if let Fact::Stated(list) = &mut facts.digital {
        for requirement in list {
            speller.text(&mut requirement.text);
        }
    }
    if let Fact::Stated(human) = &mut facts.human {
        speller.text(&mut human.text);
    }
    for section in &mut sheet.sections {
        speller.blocks(&mut section.blocks);
    }
}

struct Speller<'a> {
    glossary: &'a Glossary,
    said: BTreeSet<&'a str>,
}

impl Speller<'_> {
    fn text(&mut self, text: &mut String) {
        for (acronym, expansion) in self.glossary.iter() {
            if self.said.contains(acronym) {
                continue;
            }
            let Some(end) = whole_word(text, acronym) else { continue };
            self.said.insert(acronym);
            if !text.to_lowercase().contains(&expansion.to_lowercase()) {
                text.insert_str(end, &format!(" ({expansion})"));
            }
        }
    }

    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(text) => self.text(text),
                Block::List { items, .. } => items.iter_mut().for_each(|item| self.blocks(item)),
                Block::Table { header, rows, .. } => {
                    header.iter_mut().chain(rows.iter_mut().flatten()).for_each(|cell| self.text(cell));
                }
                Block::Note { blocks, .. }
                | Block::SubSection { blocks, .. }
                | Block::Contact { blocks, .. } => {
                    self.blocks(blocks);
                }
                Block::Choices { cases, .. } => {
                    for case in cases {
                        let before = self.said.clone();
                        self.blocks(&mut case.blocks);
                        self.said = before;
                    }
                }
                Block::Link { .. } => {}
            }
        }
    }
}

/// Where the first `word` that stands alone ends.
fn whole_word(text: &str, word: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find(word) {
        let (start, end) = (from + found, from + found + word.len());
        let before = text.get(..start)?.chars().next_back();
        let after = text.get(end..)?.chars().next();
        if !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric) {
            return Some(end);
        }
        from = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acronym_is_spelled_out_once_and_only_as_a_word() {
        let mut glossary = Glossary::default();
        glossary.insert("CAF", "caisse d'allocations familiales");
        let mut speller = Speller { glossary: &glossary, said: BTreeSet::new() };
        let mut texts = ["CAFÉ".to_owned(), "À la CAF.".to_owned(), "La CAF répond.".to_owned()];
        for text in &mut texts {
            speller.text(text);
        }
        assert_eq!(texts, ["CAFÉ", "À la CAF (caisse d'allocations familiales).", "La CAF répond."]);
    }

    #[test]
    fn cases_do_not_count_for_each_other() {
        let mut glossary = Glossary::default();
        glossary.insert("RSA", "revenu de solidarité active");
        let case =
            || crate::sheet::Case { title: "cas".into(), blocks: vec![Block::Paragraph("Le RSA".into())] };
        let mut blocks = vec![Block::Choices { question: None, cases: vec![case(), case()] }];
        Speller { glossary: &glossary, said: BTreeSet::new() }.blocks(&mut blocks);
        let Block::Choices { cases, .. } = &blocks[0] else { panic!("still a choice") };
        for case in cases {
            assert_eq!(case.blocks[0], Block::Paragraph("Le RSA (revenu de solidarité active)".into()));
        }
    }
}
