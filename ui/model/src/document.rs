//! What is read: blocks, cut into pages that fit without scrolling.

use std::sync::Arc;

use crate::geometry::{GAP_MM, Layout, TextRole};
use crate::list::{CHOICES_MAX, row_height_mm};
use crate::measure::{Measure, height_mm, split_at_lines};

/// A picture in colours, pixel for pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Three bytes a pixel, row by row.
    pub rgb: Vec<u8>,
}

/// A piece of a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A picture, with what it shows in words.
    Picture {
        /// The picture.
        drawn: Arc<Drawn>,
        /// What it shows.
        label: String,
        /// Its height, in millimetres; as wide as it is then.
        height_mm: f32,
    },
    /// The name of a part.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// An item of a list, with its mark ("•", "1.").
    Item {
        /// The mark before it.
        mark: String,
        /// The text.
        text: String,
    },
    /// A question that everybody has, and its answer: where, when, what to bring…
    Fact {
        /// Name of the pictogram.
        icon: String,
        /// The question.
        label: String,
        /// The answer.
        text: String,
        /// Whether the source says it; otherwise the text says that it does not.
        stated: bool,
    },
    /// A remark set apart.
    Note(String),
    /// The date and the source.
    Small(String),
    /// Something to touch.
    Choice {
        /// Its number among the choices of the whole document, from 0.
        index: usize,
        /// Name of the pictogram, or empty.
        icon: String,
        /// The words.
        label: String,
        /// Height to draw it with, in millimetres.
        height_mm: f32,
    },
}

/// Indent of items and facts, in millimetres.
pub const INDENT_MM: f32 = 9.0;
/// Room of a fact's pictogram, in millimetres.
pub const FACT_ICON_MM: f32 = 16.0;
/// Inner margin of notes, in millimetres.
pub const NOTE_PADDING_MM: f32 = 4.0;

/// A document has at most so many pages; what comes after is not shown.
pub const PAGES_MAX: usize = 400;

/// Cuts `blocks` into pages of `height` by `width` millimetres. A text longer than a page goes on
/// on the next one; a heading never stands alone at the foot of a page.
pub fn pages(
    measure: &dyn Measure,
    layout: &Layout,
    blocks: Vec<Block>,
    width: f32,
    height: f32,
) -> Vec<Vec<Block>> {
    let mut pages = Cutter { measure, layout, width, height, pages: Vec::new(), page: Vec::new(), used: 0.0 };
    for block in blocks {
        pages.add(block);
    }
    pages.finish()
}

/// Height of a block in a column of `width`, in millimetres.
pub fn block_height_mm(measure: &dyn Measure, layout: &Layout, block: &Block, width: f32) -> f32 {
    let of = |role, text: &str, width| height_mm(measure, layout, role, text, width);
    match block {
        Block::Picture { height_mm, .. } => *height_mm,
        Block::Heading(text) => of(TextRole::Heading, text, width),
        Block::Text(text) => of(TextRole::Reading, text, width),
        Block::Item { text, .. } => of(TextRole::Reading, text, width - INDENT_MM),
        Block::Fact { label, text, .. } => {
            let width = width - FACT_ICON_MM;
            of(TextRole::Heading, label, width) + of(TextRole::Reading, text, width)
        }
        Block::Note(text) => {
            of(TextRole::Reading, text, width - 3.0 * NOTE_PADDING_MM) + 2.0 * NOTE_PADDING_MM
        }
        Block::Small(text) => of(TextRole::Note, text, width),
        Block::Choice { label, .. } => row_height_mm(measure, layout, label, &[], "", width),
    }
}

/// Space above a block that is not the first of its page, in millimetres.
pub fn space_above_mm(layout: &Layout, block: &Block) -> f32 {
    match block {
        Block::Picture { .. } | Block::Heading(_) | Block::Fact { .. } | Block::Note(_) | Block::Small(_) => {
            layout.spacing_mm()
        }
        Block::Text(_) | Block::Item { .. } => layout.spacing_mm() / 2.0,
        Block::Choice { .. } => GAP_MM,
    }
}

struct Cutter<'a> {
    measure: &'a dyn Measure,
    layout: &'a Layout,
    width: f32,
    height: f32,
    pages: Vec<Vec<Block>>,
    page: Vec<Block>,
    used: f32,
}

impl Cutter<'_> {
    fn add(&mut self, block: Block) {
        let mut rest = Some(self.with_height(block));
        while let Some(block) = rest.take() {
            if self.pages.len() >= PAGES_MAX {
                return;
            }
            let above = if self.page.is_empty() { 0.0 } else { space_above_mm(self.layout, &block) };
            let own = block_height_mm(self.measure, self.layout, &block, self.width);
            let full = matches!(block, Block::Choice { .. }) && self.choices() == CHOICES_MAX;
            if self.used + above + own <= self.height && !full {
                self.used += above + own;
                self.page.push(block);
            } else if let Some((head, tail)) = self.split(&block, self.height - self.used - above) {
                self.page.push(head);
                self.turn();
                rest = Some(tail);
            } else if self.page.is_empty() {
                // Nothing smaller can be made of it: it has a page of its own.
                self.page.push(block);
                self.turn();
            } else {
                self.turn();
                rest = Some(block);
            }
        }
    }

    fn with_height(&self, mut block: Block) -> Block {
        if let Block::Choice { label, height_mm, .. } = &mut block {
            *height_mm = row_height_mm(self.measure, self.layout, label, &[], "", self.width);
        }
        block
    }

    fn choices(&self) -> usize {
        self.page.iter().filter(|block| matches!(block, Block::Choice { .. })).count()
    }

    /// The part of a long text that fits in `room`, and the rest. Only when at least two lines fit,
    /// so that no page ends with a lonely line.
    fn split(&self, block: &Block, room: f32) -> Option<(Block, Block)> {
        let line = self.layout.line_mm(TextRole::Reading) * 1.03;
        let cut = |text: &str, width: f32, room: f32| {
            let fits = (room / line).floor() as usize;
            let at_least = if self.page.is_empty() { 1 } else { 2 };
            if fits < at_least {
                return None;
            }
            let (head, tail) =
                split_at_lines(self.measure, self.layout, TextRole::Reading, text, width, fits);
            (!head.is_empty() && !tail.is_empty()).then(|| (head.to_owned(), tail.to_owned()))
        };
        match block {
            Block::Text(text) => {
                cut(text, self.width, room).map(|(head, tail)| (Block::Text(head), Block::Text(tail)))
            }
            Block::Note(text) => cut(text, self.width - 3.0 * NOTE_PADDING_MM, room - 2.0 * NOTE_PADDING_MM)
                .map(|(head, tail)| (Block::Note(head), Block::Note(tail))),
            Block::Item { mark, text } => cut(text, self.width - INDENT_MM, room).map(|(head, tail)| {
                (
                    Block::Item { mark: mark.clone(), text: head },
                    Block::Item { mark: String::new(), text: tail },
                )
            }),
            Block::Fact { icon, label, text, stated } => {
                let width = self.width - FACT_ICON_MM;
                let label_mm = height_mm(self.measure, self.layout, TextRole::Heading, label, width);
                cut(text, width, room - label_mm).map(|(head, tail)| {
                    let head =
                        Block::Fact { icon: icon.clone(), label: label.clone(), text: head, stated: *stated };
                    (head, Block::Text(tail))
                })
            }
            Block::Picture { .. } | Block::Heading(_) | Block::Small(_) | Block::Choice { .. } => None,
        }
    }

    /// Begins a new page; a heading left alone at the foot goes with it.
    fn turn(&mut self) {
        let orphan = match self.page.last() {
            Some(Block::Heading(_)) if self.page.len() > 1 => self.page.pop(),
            _ => None,
        };
        self.pages.push(std::mem::take(&mut self.page));
        self.used = 0.0;
        if let Some(heading) = orphan {
            self.used = block_height_mm(self.measure, self.layout, &heading, self.width);
            self.page.push(heading);
        }
    }

    fn finish(mut self) -> Vec<Vec<Block>> {
        if !self.page.is_empty() || self.pages.is_empty() {
            self.pages.push(self.page);
        }
        self.pages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Panel, TextSize};
    use crate::measure::tests::HalfEm;

    fn cut(blocks: Vec<Block>, height: f32) -> Vec<Vec<Block>> {
        let layout = Layout::new(Panel::PORTRAIT_21, TextSize::Normal);
        pages(&HalfEm, &layout, blocks, 200.0, height)
    }

    fn words(pages: &[Vec<Block>]) -> usize {
        let count = |block: &Block| match block {
            Block::Text(text) | Block::Note(text) | Block::Heading(text) | Block::Small(text) => {
                text.split_whitespace().count()
            }
            Block::Item { text, .. } | Block::Fact { text, .. } => text.split_whitespace().count(),
            Block::Picture { label, .. } | Block::Choice { label, .. } => label.split_whitespace().count(),
        };
        pages.iter().flatten().map(count).sum()
    }

    #[test]
    fn a_long_text_goes_on_on_the_next_page_without_losing_a_word() {
        let text = "mot ".repeat(2000).trim().to_owned();
        let pages = cut(vec![Block::Text(text)], 100.0);
        assert!(pages.len() > 5);
        assert_eq!(words(&pages), 2000);
    }

    #[test]
    fn no_page_is_higher_than_it_may_be() {
        let layout = Layout::new(Panel::PORTRAIT_21, TextSize::Normal);
        let text = "mot ".repeat(300);
        let blocks = vec![Block::Heading("Titre".into()), Block::Text(text.clone()), Block::Note(text)];
        for page in cut(blocks, 120.0) {
            let used: f32 = page
                .iter()
                .enumerate()
                .map(|(at, block)| {
                    let above = if at == 0 { 0.0 } else { space_above_mm(&layout, block) };
                    above + block_height_mm(&HalfEm, &layout, block, 200.0)
                })
                .sum();
            assert!(used <= 120.0, "{used}");
        }
    }

    #[test]
    fn a_heading_goes_with_what_it_announces() {
        let pages = cut(
            vec![Block::Text("mot ".repeat(300)), Block::Heading("Suite".into()), Block::Text("fin".into())],
            97.0,
        );
        for page in &pages {
            assert!(!matches!(page.last(), Some(Block::Heading(_))), "{page:?}");
        }
    }

    #[test]
    fn a_page_has_at_most_seven_choices() {
        let choice =
            |index| Block::Choice { index, icon: String::new(), label: "Oui".into(), height_mm: 0.0 };
        let pages = cut((0..20).map(choice).collect(), 10_000.0);
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7, 6]);
    }
}
