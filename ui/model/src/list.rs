//! Lists of choices, cut into pages that fit.

use std::ops::Range;

use crate::geometry::{GAP_MM, Layout, TextRole};
use crate::measure::{Measure, height_mm};

/// At most so many choices on a screen (row H1).
pub const CHOICES_MAX: usize = 7;
/// Tiles on the first screen: with the search, seven choices.
pub const TILES_MAX: usize = 6;

/// One choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its number in the whole list, from 0.
    pub index: usize,
    /// Name of its pictogram, or empty.
    pub icon: String,
    /// The words.
    pub label: String,
    /// A second line, or empty.
    pub note: String,
    /// Height to draw it with, in millimetres.
    pub height_mm: f32,
}

/// Inner margins of a row, and the room of its pictogram, in millimetres.
const PADDING_MM: f32 = 4.0;
/// Room at the side for the pictogram and the arrow, in millimetres.
const SIDES_MM: f32 = 34.0;

/// Height of a row `width` wide: never under the 20 mm of a target.
pub fn row_height_mm(measure: &dyn Measure, layout: &Layout, label: &str, note: &str, width: f32) -> f32 {
    let text = width - SIDES_MM;
    let mut height = height_mm(measure, layout, TextRole::Body, label, text) + 2.0 * PADDING_MM;
    if !note.is_empty() {
        height += height_mm(measure, layout, TextRole::Note, note, text);
    }
    height.max(20.5)
}

/// Gives every row its number and its height in a column of `width`.
pub fn measured(measure: &dyn Measure, layout: &Layout, rows: Vec<Row>, width: f32) -> Vec<Row> {
    rows.into_iter()
        .enumerate()
        .map(|(index, row)| {
            let height_mm = row_height_mm(measure, layout, &row.label, &row.note, width);
            Row { index, height_mm, ..row }
        })
        .collect()
}

/// The pages of `rows` in a column of `height`: each page is full, none has more than seven choices.
/// A row higher than the page has a page of its own.
pub fn pages(rows: &[Row], height: f32) -> Vec<Range<usize>> {
    let mut pages = Vec::new();
    let (mut start, mut used) = (0, 0.0);
    for (at, row) in rows.iter().enumerate() {
        let needed = if at == start { row.height_mm } else { used + GAP_MM + row.height_mm };
        if at > start && (needed > height || at - start == CHOICES_MAX) {
            pages.push(start..at);
            (start, used) = (at, row.height_mm);
        } else {
            used = needed;
        }
    }
    if start < rows.len() || pages.is_empty() {
        pages.push(start..rows.len());
    }
    pages
}

/// How many of the first rows fit in a column of `height`: at most seven, perhaps none.
pub fn fitting(rows: &[Row], height: f32) -> usize {
    match pages(rows, height).first() {
        Some(first) if rows.first().is_some_and(|row| row.height_mm <= height) => first.end,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(heights: &[f32]) -> Vec<Row> {
        heights.iter().map(|height| Row { height_mm: *height, ..Row::default() }).collect()
    }

    #[test]
    fn every_row_is_on_exactly_one_page_and_no_page_has_more_than_seven() {
        let rows = rows(&[20.0; 20]);
        let pages = pages(&rows, 1000.0);
        assert_eq!(pages, vec![0..7, 7..14, 14..20]);
    }

    #[test]
    fn a_page_holds_what_its_height_allows_and_a_giant_row_stands_alone() {
        assert_eq!(pages(&rows(&[20.0, 20.0, 500.0, 20.0]), 45.0), vec![0..2, 2..3, 3..4]);
    }

    #[test]
    fn a_row_that_does_not_fit_is_not_shown_in_part() {
        assert_eq!(fitting(&rows(&[30.0, 20.0]), 25.0), 0);
        assert_eq!(fitting(&rows(&[20.0, 20.0, 20.0]), 45.0), 2);
    }

    #[test]
    fn an_empty_list_has_one_empty_page() {
        assert_eq!(pages(&[], 100.0), vec![0..0]);
    }
}
