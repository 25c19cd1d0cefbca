//! The search under seeded random questions, typed letter by letter, on a sound index and on damaged ones: never a
//! panic, never more than was asked for, and always the same answer. `./dev soak search` runs it for long.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a helper that fails is a test that fails")]

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use parvis_content::{Lang, SearchIndex, search, source};

/// Seeds in an ordinary test run.
const SEEDS: u64 = 60;
/// What a question may be made of beside random characters.
const PIECES: [&str; 24] = [
    "carte",
    "didentité",
    "perdu",
    "kaf",
    "jé",
    "près d'ici",
    "l'",
    "qu'",
    "RSA",
    "météo",
    " ",
    "  ",
    "-",
    "\u{202e}",
    "\u{200f}",
    "\u{0}",
    "\u{301}",
    "🙂",
    "👩‍👧",
    "جواز السفر",
    "паспорт",
    "çocuk",
    "c'hoar",
    "9999999999",
];
const LIMIT: usize = 20;

/// `SplitMix64`: a small generator with a published reference; enough for tests.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

fn blob() -> &'static [u8] {
    static BLOB: OnceLock<Vec<u8>> = OnceLock::new();
    BLOB.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("demonstration");
        search::build(&source::read(&folder).unwrap().library, &Lang::french()).unwrap()
    })
}

fn question(chance: &mut Chance) -> String {
    let mut text = String::new();
    for _ in 0..chance.below(12) {
        match chance.below(4) {
            0 => text.extend(char::from_u32(chance.below(0x11_0000) as u32)),
            1 => text.push(char::from(b'a' + chance.below(26) as u8)),
            2 => text.push(' '),
            _ => text.push_str(PIECES[chance.below(PIECES.len())]),
        }
    }
    text
}

fn check(index: &SearchIndex, typed: &str) {
    let results = index.search(typed, LIMIT);
    assert!(results.hits.len() <= LIMIT, "{typed:?}");
    assert!(results.hits.iter().all(|hit| hit.score.is_finite()), "{typed:?} {results:?}");
    assert_eq!(results, index.search(typed, LIMIT), "{typed:?}");
}

fn try_seed(seed: u64, sound: &SearchIndex) {
    let mut chance = Chance(seed);
    let question = question(&mut chance);
    for (end, c) in question.char_indices() {
        check(sound, question.get(..end + c.len_utf8()).unwrap());
    }
    let mut damaged = blob().to_vec();
    for _ in 0..=chance.below(40) {
        let at = chance.below(damaged.len());
        damaged[at] = chance.next() as u8;
    }
    if let Ok(index) = SearchIndex::open(damaged.into()) {
        for typed in [question.as_str(), "carte didentité perdu", "mairie près d'ici"] {
            // Scores may be nonsense here; panics and endless loops may not be.
            assert!(index.search(typed, LIMIT).hits.len() <= LIMIT);
            index.explain(typed, LIMIT);
        }
    }
}

#[test]
fn seeded_questions_and_damaged_indexes_never_panic() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let sound = SearchIndex::open(blob().into()).unwrap();
    let from = number("PARVIS_SOAK_FROM").unwrap_or(0);
    let count = number("PARVIS_SOAK_SEARCH").unwrap_or(SEEDS);
    let minutes = number("PARVIS_SOAK_MINUTES").unwrap_or(u64::MAX / 60);
    let start = soak_clock();
    let mut seed = from;
    while seed < from + count && start.elapsed() < Duration::from_secs(minutes * 60) {
        try_seed(seed, &sound);
        seed += 1;
    }
    if let Some(out) = std::env::var_os("PARVIS_SOAK_OUT") {
        let line = format!("search: seeds {from} to {seed}, no fault; next seed {seed}\n");
        std::fs::write(out, line).unwrap();
    }
}

/// A soak ends by the clock; nothing else here reads it.
#[allow(clippy::disallowed_methods, reason = "a soak ends after so many minutes")]
fn soak_clock() -> Instant {
    Instant::now()
}

#[test]
fn a_question_is_cut_where_its_bound_is() {
    let index = SearchIndex::open(blob().into()).unwrap();
    for piece in ["carte ", "é", "🙂 ", "\u{202e}x", "جواز ", "\u{1}"] {
        let long = piece.repeat(10_000);
        let short = long.get(..long.floor_char_boundary(search::QUERY_BYTES_MAX)).unwrap();
        assert_eq!(index.search(&long, LIMIT), index.search(short, LIMIT), "{piece:?}");
    }
    assert!(index.search("", LIMIT).hits.is_empty());
}
