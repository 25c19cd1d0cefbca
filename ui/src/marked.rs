//! Words with marks, as Slint's styled text. It is made from markdown alone, so that every sign that markdown would take
//! for its own is escaped.

use std::ops::Range;

use slint::StyledText;

/// `text` with `marks`, ranges of bytes, in bold. Without marks, or where they do not fit the text, it is plain.
pub(crate) fn styled(text: &str, marks: &[Range<usize>]) -> StyledText {
    if marks.is_empty() {
        return StyledText::from_plain_text(text);
    }
    let marked = markdown(text, marks).and_then(|markdown| StyledText::from_markdown(&markdown).ok());
    marked.unwrap_or_else(|| StyledText::from_plain_text(text))
}

fn markdown(text: &str, marks: &[Range<usize>]) -> Option<String> {
    let mut out = String::with_capacity(2 * text.len());
    let mut end = 0;
    for mark in marks {
        escape(&mut out, text.get(end..mark.start)?);
        out.push_str("**");
        escape(&mut out, text.get(mark.clone())?);
        out.push_str("**");
        end = mark.end;
    }
    escape(&mut out, text.get(end..)?);
    Some(out)
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "a list of one range of marks is meant")]
mod tests {
    use super::*;

    /// What a styled text says and what is bold in it, as far as Slint tells: by its debug form.
    fn seen(text: &str, mark: Range<usize>) -> String {
        format!("{:?}", with_mark(text, mark))
    }

    fn with_mark(text: &str, mark: Range<usize>) -> StyledText {
        styled(text, std::slice::from_ref(&mark))
    }

    #[test]
    fn a_title_is_shown_as_it_is_whatever_signs_it_holds() {
        let hostile = "1. *Carte* _grise_ <b>x</b> & [lien](http://x) `code` # ~fin~ {0} \\ l’été !";
        let told = seen(hostile, 4..9);
        assert!(told.contains(&format!("text: {hostile:?}")), "{told}");
        assert!(told.contains("range: 4..9, style: Strong") && told.matches("style:").count() == 1, "{told}");
        for beginning in ["- a", "+ a", "# a", "> a", "10) a", "*** a", "    a", "| a |"] {
            let told = seen(beginning, beginning.len() - 1..beginning.len());
            assert!(told.contains(&format!("text: {beginning:?}")), "{told}");
        }
    }

    #[test]
    fn marks_that_do_not_fit_the_text_leave_it_plain() {
        for mark in [1..2, 3..9, 5..9] {
            assert_eq!(with_mark("été", mark), StyledText::from_plain_text("été"));
        }
        assert_ne!(with_mark("été", 0..5), StyledText::from_plain_text("été"));
    }
}
