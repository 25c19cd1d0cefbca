//! Tables on narrow paper: columns as wide as their words need, or rows told as pairs when they cannot be.

use super::blocks::Blocks;
use super::ink::Ink;
use super::typeset::Role;

type Block = (Vec<Ink>, u32);

impl Blocks<'_> {
    /// One block a row, so that a long table can be cut between rows. The first row is the head.
    pub(crate) fn table(&mut self, rows: &[Vec<String>]) -> Vec<Block> {
        match self.column_widths(rows) {
            Some(widths) => {
                let mut blocks: Vec<Block> =
                    rows.iter().enumerate().map(|(index, row)| self.row(row, &widths, index == 0)).collect();
                if let Some(head) = blocks.first_mut() {
                    self.underline(head);
                }
                blocks
            }
            None => self.pairs(rows),
        }
    }

    fn column_gap(&self) -> u32 {
        self.frame.paper.at_least(30)
    }

    /// Widths that hold every word whole, the rest of the room shared by need; `None` if no such widths exist.
    fn column_widths(&mut self, rows: &[Vec<String>]) -> Option<Vec<u32>> {
        let columns = rows.first().map_or(0, Vec::len);
        let mut natural = vec![0_u32; columns];
        let mut least = vec![0_u32; columns];
        for (index, row) in rows.iter().enumerate() {
            let style = self.style(Role::Body, index == 0);
            for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let (line, word) = self.types.widths(cell, style);
                // One dot more: widths are sums of fractions and must not wrap on a rounding.
                natural[column] = natural[column].max(line + 1);
                least[column] = least[column].max(word + 1);
            }
        }
        let room = self.frame.width.checked_sub(self.column_gap() * columns.saturating_sub(1) as u32)?;
        let unused = room.checked_sub(least.iter().sum())?;
        let wanted: u32 = natural.iter().zip(&least).map(|(natural, least)| natural - least).sum();
        let widened = |natural: u32, least: u32| match unused.min(wanted) * (natural - least) {
            0 => least,
            part => least + part / wanted,
        };
        Some(natural.iter().zip(&least).map(|(natural, least)| widened(*natural, *least)).collect())
    }

    fn row(&mut self, row: &[String], widths: &[u32], head: bool) -> Block {
        let style = self.style(Role::Body, head);
        let gap = self.column_gap();
        let (mut ink, mut height, mut start) = (Vec::new(), 0, 0);
        for (cell, width) in row.iter().zip(widths) {
            if !cell.is_empty() {
                let (words, cell_height) = self.column(cell, style, start, *width);
                ink.extend(words);
                height = height.max(cell_height);
            }
            start += width + gap;
        }
        (ink, height.max(style.line()))
    }

    fn underline(&self, (ink, height): &mut Block) {
        let thickness = self.hairline();
        // Below the marks that some scripts hang deep under the line.
        *height += self.frame.paper.at_least(6);
        let y = *height as i32;
        ink.push(Ink::Box { x: self.frame.margin as i32, y, width: self.frame.width, height: thickness });
        *height += thickness;
    }

    /// "Lundi" in bold, then "Matin : 9 h – 12 h" a line: every cell keeps the name of its column.
    fn pairs(&mut self, rows: &[Vec<String>]) -> Vec<Block> {
        let Some((head, rows)) = rows.split_first() else { return Vec::new() };
        if rows.is_empty() {
            return vec![self.lines(&head.join("\n"), "")];
        }
        let told = |row: &Vec<String>| {
            let pair = |(name, cell): (&String, &String)| {
                if name.is_empty() { cell.clone() } else { format!("{name}\u{a0}: {cell}") }
            };
            let filled = head.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty());
            filled.map(pair).collect::<Vec<_>>().join("\n")
        };
        rows.iter().map(|row| self.lines(row.first().map_or("", String::as_str), &told(row))).collect()
    }

    fn lines(&mut self, bold: &str, plain: &str) -> Block {
        let (mut ink, mut height) = (Vec::new(), 0);
        for (text, weight) in [(bold, true), (plain, false)] {
            if !text.is_empty() {
                let style = self.style(Role::Body, weight);
                let (words, lines) = self.column(text, style, 0, self.frame.width);
                ink.extend(words.into_iter().map(|ink| ink.moved(0, height as i32)));
                height += lines;
            }
        }
        (ink, height)
    }
}
