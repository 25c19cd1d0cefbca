//! The words of a query as they were typed, each looked up once.

use super::blob::{Blob, ELSEWHERE, SILENT};
use super::words::{fold, is_empty_word, words};
use super::{QUERY_BYTES_MAX, QUERY_WORDS_MAX};

/// Words by which people ask for what is near here.
const NEAR_HERE: [&str; 8] =
    ["pres", "proche", "proches", "autour", "alentours", "environs", "ici", "proximite"];
/// Shortest word that two typed words are joined to, in bytes.
const JOINED_BYTES_MIN: usize = 7;

/// One word.
#[derive(Debug)]
pub(super) struct Typed {
    /// Folded.
    pub(super) text: String,
    /// Its stem, if it is known as it is.
    pub(super) stem: Option<u32>,
    /// It carries nothing.
    pub(super) silent: bool,
    /// It asks for what no sheet answers.
    pub(super) elsewhere: bool,
    /// It asks for what is near here.
    pub(super) near: bool,
}

impl Typed {
    fn new(blob: &Blob, text: String) -> Self {
        let form = blob.form_of(&text);
        let marked = |mark: u32| form.is_some_and(|form| blob.is_marked(form, mark));
        let near = NEAR_HERE.contains(&text.as_str());
        Self {
            stem: form.map(|form| blob.form_stem(form)),
            silent: near || is_empty_word(&text) || marked(SILENT),
            elsewhere: marked(ELSEWHERE),
            near,
            text,
        }
    }
}

/// The words of at most [`QUERY_BYTES_MAX`] bytes of `query`, at most [`QUERY_WORDS_MAX`] of them, and whether the last
/// one may still be typed.
pub(super) fn typed(blob: &Blob, query: &str) -> (Vec<Typed>, bool) {
    let query = query.get(..query.floor_char_boundary(QUERY_BYTES_MAX)).unwrap_or_default();
    let unfinished = query.chars().next_back().is_some_and(char::is_alphanumeric);
    let mut all = words(query);
    if all.is_empty() && unfinished {
        // The first letter of all is no elided article yet: answers appear from there on.
        all.extend(fold(query).split_whitespace().next_back().map(str::to_owned));
    }
    let all = all.into_iter().take(QUERY_WORDS_MAX).map(|text| Typed::new(blob, text));
    (joined(blob, all), unfinished)
}

/// Joins neighbours that are one word together: "loca pass", "parcour sup".
fn joined(blob: &Blob, all: impl Iterator<Item = Typed>) -> Vec<Typed> {
    let mut out: Vec<Typed> = Vec::new();
    for word in all {
        if let Some(before) = out.last_mut() {
            let known = before.stem.is_some() && word.stem.is_some();
            let empty = is_empty_word(&before.text) || is_empty_word(&word.text);
            if !known && !empty && before.text.len() + word.text.len() >= JOINED_BYTES_MIN {
                let together = Typed::new(blob, format!("{}{}", before.text, word.text));
                if together.stem.is_some() {
                    *before = together;
                    continue;
                }
            }
        }
        out.push(word);
    }
    out
}
