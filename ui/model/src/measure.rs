//! How much room a text takes: what lets pages be cut without drawing them.

use std::ops::Range;

use crate::geometry::{Layout, TextRole};

/// Knows the widths of the font's characters.
pub trait Measure {
    /// Width of `text` on one line, in em. `bold` for titles and headings.
    fn width_em(&self, text: &str, bold: bool) -> f32;
}

/// Room added to every line, so that a page cut here never overflows when drawn: the renderer
/// may break a line a little earlier than the sum of widths says.
const SAFETY: f32 = 1.03;

/// Number of lines that `text` takes in `width_mm`.
pub fn lines(measure: &dyn Measure, layout: &Layout, role: TextRole, text: &str, width_mm: f32) -> usize {
    text.split('\n').map(|line| lines_of_paragraph(measure, layout, role, line, width_mm)).sum()
}

/// Height of `text` in `width_mm`, in millimetres.
pub fn height_mm(measure: &dyn Measure, layout: &Layout, role: TextRole, text: &str, width_mm: f32) -> f32 {
    lines(measure, layout, role, text, width_mm) as f32 * layout.line_mm(role) * SAFETY
}

/// Height of `text` with its `marks` (ranges of bytes) in bold, in millimetres.
pub fn marked_height_mm(
    measure: &dyn Measure,
    layout: &Layout,
    role: TextRole,
    text: &str,
    marks: &[Range<usize>],
    width_mm: f32,
) -> f32 {
    let (space, available) = (measure.width_em(" ", false), available_em(layout, role, width_mm));
    let mut start = 0;
    let mut lines = 0;
    for paragraph in text.split('\n') {
        let words = paragraph.split(' ').map(|word| {
            let end = start + word.len();
            let marked = marks.iter().any(|mark| mark.start < end && start < mark.end);
            start = end + 1;
            measure.width_em(word, marked)
        });
        lines += lines_of_words(words, space, available);
    }
    lines as f32 * layout.line_mm(role) * SAFETY
}

/// The longest beginning of `text` that fits in `max_lines`, cut between two words, and the rest.
/// At least one word is taken.
pub fn split_at_lines<'t>(
    measure: &dyn Measure,
    layout: &Layout,
    role: TextRole,
    text: &'t str,
    width_mm: f32,
    max_lines: usize,
) -> (&'t str, &'t str) {
    let mut end = 0;
    for (at, _) in text.match_indices(' ').chain([(text.len(), "")]) {
        let head = text.get(..at).unwrap_or(text);
        if end > 0 && lines(measure, layout, role, head, width_mm) > max_lines {
            break;
        }
        end = at;
    }
    let (head, tail) = text.split_at_checked(end).unwrap_or((text, ""));
    (head.trim_end(), tail.trim_start())
}

fn lines_of_paragraph(
    measure: &dyn Measure,
    layout: &Layout,
    role: TextRole,
    text: &str,
    width_mm: f32,
) -> usize {
    let bold = matches!(role, TextRole::Title | TextRole::Heading);
    let words = text.split(' ').map(|word| measure.width_em(word, bold));
    lines_of_words(words, measure.width_em(" ", bold), available_em(layout, role, width_mm))
}

fn available_em(layout: &Layout, role: TextRole, width_mm: f32) -> f32 {
    width_mm / layout.em_mm(role) / SAFETY
}

/// Lines that words of these widths take, parted by spaces. What stands between two spaces has no width and is no word.
fn lines_of_words(words: impl Iterator<Item = f32>, space: f32, available: f32) -> usize {
    let (mut lines, mut used) = (1, 0.0_f32);
    for width in words.filter(|width| *width > 0.0) {
        let with_space = if used > 0.0 { used + space + width } else { width };
        if with_space <= available {
            used = with_space;
            continue;
        }
        lines += usize::from(used > 0.0);
        // A word wider than the line is broken by the renderer wherever it must.
        lines += ((width / available).ceil() as usize).saturating_sub(1);
        used = width % available.max(0.01);
    }
    lines
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::geometry::{Panel, TextSize};

    /// Every character is half an em wide, a bold one a tenth more.
    pub(crate) struct HalfEm;

    impl Measure for HalfEm {
        fn width_em(&self, text: &str, bold: bool) -> f32 {
            text.chars().count() as f32 * if bold { 0.55 } else { 0.5 }
        }
    }

    #[test]
    fn a_text_is_counted_in_lines_and_cut_between_words() {
        let layout = Layout::new(Panel::PORTRAIT_21, TextSize::Normal);
        let ten_letters = 10.0 * 0.5 * layout.em_mm(TextRole::Body) * SAFETY + 0.01;
        let text = "aaaa bbbb cccc dddd";
        assert_eq!(lines(&HalfEm, &layout, TextRole::Body, text, ten_letters), 2);
        assert_eq!(
            split_at_lines(&HalfEm, &layout, TextRole::Body, text, ten_letters, 1),
            ("aaaa bbbb", "cccc dddd")
        );
    }

    #[test]
    fn a_word_longer_than_the_line_takes_several_lines_and_is_never_lost() {
        let layout = Layout::new(Panel::PORTRAIT_21, TextSize::Normal);
        let ten_letters = 10.0 * 0.5 * layout.em_mm(TextRole::Body) * SAFETY + 0.01;
        let long = "a".repeat(25);
        assert_eq!(lines(&HalfEm, &layout, TextRole::Body, &long, ten_letters), 3);
        assert_eq!(
            split_at_lines(&HalfEm, &layout, TextRole::Body, &long, ten_letters, 1),
            (long.as_str(), "")
        );
    }

    #[test]
    fn a_marked_word_takes_the_room_of_bold_letters() {
        let layout = Layout::new(Panel::PORTRAIT_21, TextSize::Normal);
        let nine_letters = 9.0 * 0.5 * layout.em_mm(TextRole::Body) * SAFETY + 0.01;
        let lines_with = |mark: Range<usize>| {
            let marks = std::slice::from_ref(&mark);
            let height = marked_height_mm(&HalfEm, &layout, TextRole::Body, "aaaa bbbb", marks, nine_letters);
            (height / (layout.line_mm(TextRole::Body) * SAFETY)).round() as usize
        };
        assert_eq!(lines_with(0..0), lines(&HalfEm, &layout, TextRole::Body, "aaaa bbbb", nine_letters));
        assert_eq!((lines_with(0..0), lines_with(5..9)), (1, 2));
    }
}
