//! Runs graded queries against a content file and writes what `eval.py` reads: one JSON object a line.
//!
//! `cargo run --release -p parvis-content --example search_eval -- FILE QUERIES.jsonl > results.jsonl`
//! Times are per keystroke: every growing prefix of a query is searched, the slowest 1 % stands on the last line of
//! the standard error.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use parvis_content::{ContentFile, Lang};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(queries)) = (arguments.next(), arguments.next()) else {
        return Err("usage: search_eval FILE QUERIES.jsonl".into());
    };
    let start = Instant::now();
    let content = ContentFile::open(Path::new(&file))?;
    let opened = start.elapsed();
    let index = content.search_index(&Lang::french())?;
    eprintln!(
        "open {:.2} ms, index {:.2} ms",
        opened.as_secs_f64() * 1e3,
        start.elapsed().as_secs_f64() * 1e3
    );
    let mut times: Vec<f64> = Vec::new();
    for line in std::fs::read_to_string(queries)?.lines().filter(|line| !line.trim().is_empty()) {
        let query: serde_json::Value = serde_json::from_str(line)?;
        let text = query["q"].as_str().unwrap_or_default();
        let mut last = 0.0;
        for (end, c) in text.char_indices() {
            let typed = text.get(..end + c.len_utf8()).unwrap_or_default();
            let start = Instant::now();
            std::hint::black_box(index.search(typed, 20));
            last = start.elapsed().as_secs_f64() * 1e3;
            times.push(last);
        }
        let results = index.search(text, 20);
        let ids: Vec<&str> = results.hits.iter().map(|hit| hit.target.id()).collect();
        println!("{}", serde_json::json!({ "qid": query["qid"], "results": ids, "ms": last }));
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    eprintln!(
        "{} keystrokes: p50 {:.3} ms, p99 {:.3} ms, max {:.3} ms",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0 - 1e-9)
    );
    Ok(())
}
