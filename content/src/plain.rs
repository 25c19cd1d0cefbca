//! Plain text that the shipped fonts can show.
//!
//! Publishers' texts hold characters that no font of ours has, or that are no words: each becomes something that reads
//! the same. Everything else stays, composed (NFC). The list comes from the DILA dump of March 2024, whose 69
//! non-ASCII characters were compared with the fonts in `fonts/`.
//!
//! | found | becomes |
//! | --- | --- |
//! | U+200B, U+200C, U+200D, U+200E, U+200F, U+2060, U+FEFF, U+00AD | nothing |
//! | U+2028, U+2029, tabs, line breaks, other control characters | a space |
//! | U+202F, U+2002–U+200A | a no-break space |
//! | U+2010, U+2011 | a hyphen |
//! | `□` `☐` | `[ ]` |
//! | `→` `⇒` `►` | `>`; `←` `<` |
//! | `⩽` `⩾` | `≤` `≥` |
//! | `⅓` `⅔`, and subscript digits | `1/3` `2/3`, the digit |
//! | private-use characters | nothing |

use unicode_normalization::UnicodeNormalization as _;

/// Appends `text` to `out`, every character shown by the fonts; spaces are kept as they are, see [`tidy`].
pub fn push(out: &mut String, text: &str) {
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) {
        out.push_str(text);
        return;
    }
    for c in text.nfc() {
        match c {
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{e000}'..='\u{f8ff}' => {}
            '\u{2028}' | '\u{2029}' => out.push(' '),
            '\u{202f}' | '\u{2002}'..='\u{200a}' => out.push('\u{a0}'),
            '\u{2010}' | '\u{2011}' => out.push('-'),
            '□' | '☐' => out.push_str("[ ]"),
            '→' | '⇒' | '►' => out.push('>'),
            '←' => out.push('<'),
            '⩽' => out.push('≤'),
            '⩾' => out.push('≥'),
            '⅓' => out.push_str("1/3"),
            '⅔' => out.push_str("2/3"),
            '₀'..='₉' => out.push(char::from(b'0' + (c as u32 - '₀' as u32) as u8)),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
}

/// One line: runs of spaces become one, none at the ends.
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split([' ', '\n', '\t', '\r']).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// One tidy line of readable characters.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text);
    tidy(&out)
}

/// `text` cut after at most `max` characters, at a word where possible, with an ellipsis.
pub fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(max.saturating_sub(1)).collect();
    let kept = cut.rsplit_once(' ').map_or(cut.as_str(), |(kept, _)| kept);
    format!("{}…", kept.trim_end_matches([',', ';', ':', ' ']))
}

/// The first French phone number in `text`, as it is dialled, with spaces: ten digits, or four that begin with 1 or 3
/// and stand alone in the text ("39 39").
pub fn phone(text: &str) -> Option<String> {
    let bytes: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_digit());
        if starts {
            let (digits, end) = run(&bytes, at);
            let alone = !text.chars().any(char::is_alphabetic);
            let four = digits.len() == 4 && alone && digits.starts_with(['1', '3']);
            if (digits.len() == 10 && digits.starts_with('0')) || four {
                let shown: String = bytes[at..end].iter().collect();
                return Some(tidy(&shown.replace(['\u{a0}', '.', '-'], " ")));
            }
            at = end.max(at + 1);
        } else {
            at += 1;
        }
    }
    None
}

/// The digits of a run of digits and single separators, and where it ends.
fn run(text: &[char], start: usize) -> (String, usize) {
    let mut digits = String::new();
    let mut end = start;
    let mut at = start;
    while at < text.len() && digits.len() <= 10 {
        match text[at] {
            c if c.is_ascii_digit() => {
                digits.push(c);
                end = at + 1;
            }
            ' ' | '.' | '-' | '\u{a0}' if at == end => {}
            _ => break,
        }
        at += 1;
    }
    (digits, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_without_a_glyph_become_readable() {
        assert_eq!(line("a\u{200b}b\u{2028}c  d"), "ab c d");
        assert_eq!(line("□ oui ⩾ 3"), "[ ] oui ≥ 3");
        assert_eq!(line("1\u{202f}500 €"), "1\u{a0}500 €");
        assert_eq!(line("e\u{301}te\u{301} CO₂ ⅓ → suite"), "été CO2 1/3 > suite");
    }

    #[test]
    fn phone_numbers_are_found_as_they_are_dialled() {
        assert_eq!(phone("0809 401 401 (gratuit)").as_deref(), Some("0809 401 401"));
        assert_eq!(phone("Appelez le 01.99.00.12.34 le matin").as_deref(), Some("01 99 00 12 34"));
        assert_eq!(phone("39 39").as_deref(), Some("39 39"));
        assert_eq!(phone("en 2024, 3 939 personnes"), None);
        assert_eq!(phone("Article 15646"), None);
        assert_eq!(phone("Cerfa 0123456789012"), None);
    }

    #[test]
    fn long_titles_are_cut_at_a_word() {
        assert_eq!(shorten("un deux trois", 9), "un deux…");
        assert_eq!(shorten("un deux trois", 7), "un…");
        assert_eq!(shorten("un deux", 9), "un deux");
    }
}
