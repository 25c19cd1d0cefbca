//! Lists of choices, cut into pages that fit.

use std::ops::Range;

use crate::geometry::{GAP_MM, Layout, TextRole};
use crate::measure::{Measure, height_mm, marked_height_mm};

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
    /// Which bytes of the words are marked, from the first to the last.
    pub marks: Vec<Range<usize>>,
    /// A second line, or empty.
    pub note: String,
    /// Height to draw it with, in millimetres.
    pub height_mm: f32,
}

/// Inner margins of a row, and the room of its pictogram, in millimetres.
const PADDING_MM: f32 = 4.0;
/// Room at the side for the pictogram and the arrow, in millimetres.
const SIDES_MM: f32 = 34.0;

/// Height of a choice `width` wide, its `marks` in bold: never under the 20 mm of a target.
pub fn row_height_mm(
    measure: &dyn Measure,
    layout: &Layout,
    label: &str,
    marks: &[Range<usize>],
    note: &str,
    width: f32,
) -> f32 {
    let text = width - SIDES_MM;
    let mut height = marked_height_mm(measure, layout, TextRole::Body, label, marks, text) + 2.0 * PADDING_MM;
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
            let height_mm = row_height_mm(measure, layout, &row.label, &row.marks, &row.note, width);
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

/// Between what a row is and why it is there, in its second line.
pub const BESIDE: &str = " · ";

/// The first rows that fit in `height`, where there is no room for more than a glimpse of the list. Where not even one
/// fits, less is said beside the titles: what they are, then nothing.
pub fn glimpse(
    measure: &dyn Measure,
    layout: &Layout,
    mut rows: Vec<Row>,
    width: f32,
    height: f32,
) -> Vec<Row> {
    let what_it_is = |note: &str| note.split(BESIDE).next().unwrap_or_default().to_owned();
    let nothing = |_: &str| String::new();
    let shorter: [&dyn Fn(&str) -> String; 2] = [&what_it_is, &nothing];
    for shorten in shorter {
        if fitting(&rows, height) > 0 {
            break;
        }
        for row in &mut rows {
            row.note = shorten(&row.note);
        }
        rows = measured(measure, layout, rows, width);
    }
    rows.truncate(fitting(&rows, height));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Panel, TextSize};
    use crate::measure::tests::HalfEm;

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

    #[test]
    fn a_glimpse_says_less_beside_a_title_rather_than_nothing_at_all() {
        let layout = Layout::new(Panel::LANDSCAPE_10, TextSize::Normal);
        let row = Row {
            label: "Passeport".into(),
            note: "Démarche · passeport perdu ".repeat(4),
            ..Row::default()
        };
        let width = layout.page.w;
        let rows = measured(&HalfEm, &layout, vec![row; 3], width);
        let notes = |height: f32| -> Vec<String> {
            glimpse(&HalfEm, &layout, rows.clone(), width, height).into_iter().map(|row| row.note).collect()
        };
        assert_eq!(notes(rows[0].height_mm), [rows[0].note.clone()]);
        assert_eq!(notes(rows[0].height_mm - 0.1), ["Démarche"]);
        assert_eq!(notes(21.0), [""]);
        assert_eq!(notes(20.0), Vec::<String>::new());
    }
}
