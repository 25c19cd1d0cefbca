//! The table, the ratios and the JSON object.

use anyhow::{Context as _, Result};

use crate::measure::Measured;

/// What was printed so far, by the names of the JSON object.
#[derive(Default)]
pub struct Report(Vec<(String, f64)>);

type Value = fn(&Measured) -> f64;
/// What is compared, its name in the JSON object, and where it stands.
const RATIOS: [(&str, &str, Value); 5] = [
    ("nDCG@10", "ndcg", |m| m.figures.ndcg),
    ("keystroke p50", "keystroke_p50", |m| m.keystroke[0]),
    ("keystroke p95", "keystroke_p95", |m| m.keystroke[1]),
    ("keystroke p99", "keystroke_p99", |m| m.keystroke[2]),
    ("index", "index", |m| m.index_mb),
];

impl Report {
    fn add(&mut self, name: impl Into<String>, value: f64) {
        self.0.push((name.into(), value));
    }

    /// One row each, then ours over each peer's.
    pub fn add_comparison(&mut self, measured: &[Measured]) -> Result<()> {
        println!(
            "\n{:18} {:>8} {:>6} {:>6} {:>8} {:>8} {:>8} {:>9} {:>8}",
            "engine", "nDCG@10", "s@1", "s@5", "p50 ms", "p95 ms", "p99 ms", "index MB", "open µs"
        );
        for one in measured {
            self.add_row(one);
        }
        println!();
        let of =
            |key: &str| measured.iter().find(|m| m.key == key).with_context(|| format!("{key} is not there"));
        let (ours, tantivy, fts5) = (of("ours")?, of("tantivy")?, of("fts5")?);
        for (what, name, value) in RATIOS {
            let [to_tantivy, to_fts5] = [tantivy, fts5].map(|peer| value(ours) / value(peer));
            println!("{what}: {to_tantivy:.2} × tantivy, {to_fts5:.2} × FTS5");
            self.add(format!("{name}_over_tantivy"), to_tantivy);
            self.add(format!("{name}_over_fts5"), to_fts5);
        }
        Ok(())
    }

    fn add_row(&mut self, measured: &Measured) {
        let Measured { key, name, figures, keystroke: [p50, p95, p99], index_mb, open_us } = measured;
        let [s1, _, s5] = figures.success;
        println!(
            "{name:18} {:>8.3} {s1:>6.3} {s5:>6.3} {p50:>8.3} {p95:>8.3} {p99:>8.3} {index_mb:>9.2} {open_us:>8.1}",
            figures.ndcg
        );
        let values = [
            ("ndcg", figures.ndcg),
            ("success_1", s1),
            ("success_5", s5),
            ("keystroke_p50_ms", *p50),
            ("keystroke_p95_ms", *p95),
            ("keystroke_p99_ms", *p99),
            ("index_mb", *index_mb),
            ("open_us", *open_us),
        ];
        for (what, value) in values {
            self.add(format!("{key}_{what}"), value);
        }
    }

    /// Memory that an index takes, in megabytes.
    pub fn add_memory(&mut self, mb: f64) {
        println!("\nRSS growth, index open and 1,000 searches done: {mb:.1} MB");
        self.add("ours_rss_growth_mb", mb);
    }

    /// The plain corpus, then the larger one.
    pub fn add_times_ten(&mut self, measured: &[Measured; 2]) {
        println!("\n{:18} {:>8} {:>8} {:>9} {:>8}", "ours", "p50 ms", "p99 ms", "index MB", "open µs");
        for one in measured {
            let [p50, _, p99] = one.keystroke;
            println!("{:18} {p50:>8.3} {p99:>8.3} {:>9.2} {:>8.1}", one.name, one.index_mb, one.open_us);
            self.add(format!("{}_keystroke_p50_ms", one.key), p50);
            self.add(format!("{}_keystroke_p99_ms", one.key), p99);
            self.add(format!("{}_index_mb", one.key), one.index_mb);
        }
        let [plain, larger] = measured;
        let [p50, _, p99] = [0, 1, 2].map(|at| larger.keystroke[at] / plain.keystroke[at]);
        println!("\nkeystroke p50: {p50:.2} × plain, p99: {p99:.2} × plain");
        self.add("times_ten_p50_over_plain", p50);
        self.add("times_ten_p99_over_plain", p99);
    }

    /// Every figure by its name.
    pub fn to_json(&self) -> Result<String> {
        let rounded = |value: f64| serde_json::json!((value * 1000.0).round() / 1000.0);
        let map: serde_json::Map<String, serde_json::Value> =
            self.0.iter().map(|(name, value)| (name.clone(), rounded(*value))).collect();
        Ok(serde_json::to_string_pretty(&map)?)
    }
}
