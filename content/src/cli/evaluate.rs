//! `parvis-content evaluate`: quality and speed of the search, as a table.
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

use parvis_content::evaluate::{self, Answered, Figures, GradedQuery, Quality, figures, percentile};
use parvis_content::{ContentFile, Lang, SearchIndex};

use super::{failed, refused};

/// Answers asked for: what eval programs need, and what the kiosk asks for.
const RESULTS: usize = 21;

/// What was measured.
#[derive(Default)]
struct Run {
    answered: Vec<Answered>,
    qualities: Vec<(String, Quality)>,
    queries_ms: Vec<f64>,
    keystrokes_ms: Vec<f64>,
    /// Answerable queries that were not confident; queries without answer that were; of how many.
    doubted: usize,
    trusted: usize,
    without_answer: usize,
}

pub fn run(file: &Path, queries: &Path, results: Option<&Path>) -> Result<(), u8> {
    let queries = read(queries)?;
    let content = ContentFile::open(file).map_err(refused)?;
    let start = Instant::now();
    let index = content.search_index(&Lang::french()).map_err(refused)?;
    let indexed = start.elapsed();
    let mut run = Run::default();
    for query in &queries {
        run.ask(&index, query);
    }
    println!("Index : {} documents, ouvert en {:.1} ms", index.documents(), indexed.as_secs_f64() * 1e3);
    run.print();
    results.map_or(Ok(()), |path| write(path, &run.answered))
}

fn read(path: &Path) -> Result<Vec<GradedQuery>, u8> {
    let bytes =
        std::fs::metadata(path).map_err(|error| failed(format!("{} : {error}", path.display())))?.len();
    if bytes > evaluate::QUERIES_BYTES_MAX {
        return Err(failed(format!("{} : plus de 64 Mo", path.display())));
    }
    let text =
        std::fs::read_to_string(path).map_err(|error| failed(format!("{} : {error}", path.display())))?;
    evaluate::read(&text).map_err(|fault| failed(format!("{} : {fault}", path.display())))
}

fn write(path: &Path, answered: &[Answered]) -> Result<(), u8> {
    let wrong = |error: std::io::Error| failed(format!("{} : {error}", path.display()));
    let mut out = BufWriter::new(std::fs::File::create(path).map_err(wrong)?);
    for answered in answered {
        serde_json::to_writer(&mut out, answered).map_err(failed)?;
        out.write_all(b"\n").map_err(wrong)?;
    }
    out.flush().map_err(wrong)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64() * 1e3)
}

impl Run {
    fn ask(&mut self, index: &SearchIndex, query: &GradedQuery) {
        for (end, c) in query.q.char_indices() {
            let typed = query.q.get(..end + c.len_utf8()).unwrap_or_default();
            let (_, ms) = timed(|| std::hint::black_box(index.search(typed, RESULTS)));
            self.keystrokes_ms.push(ms);
        }
        let (results, ms) = timed(|| index.search(&query.q, RESULTS));
        self.queries_ms.push(ms);
        let ids: Vec<String> = results.hits.iter().map(|hit| hit.target.id().to_owned()).collect();
        if let Some(quality) = query.quality(ids.iter().map(String::as_str)) {
            self.qualities.push((query.kind.clone(), quality));
            self.doubted += usize::from(!results.confident);
        } else {
            self.without_answer += 1;
            self.trusted += usize::from(results.confident);
        }
        let confident = results.confident;
        self.answered.push(Answered { qid: query.qid.clone(), results: ids, ms, confident });
    }

    fn print(&mut self) {
        let mut kinds: BTreeMap<&str, Vec<Quality>> = BTreeMap::new();
        for (kind, quality) in &self.qualities {
            kinds.entry(kind).or_default().push(*quality);
        }
        let all: Vec<Quality> = self.qualities.iter().map(|(_, quality)| *quality).collect();
        println!(
            "{:10} {:>5} {:>7} {:>6} {:>6} {:>6} {:>6}",
            "sorte", "n", "nDCG@10", "s@1", "s@3", "s@5", "MRR"
        );
        print_row("toutes", figures(&all));
        for (kind, qualities) in kinds {
            print_row(kind, figures(&qualities));
        }
        println!(
            "Sans réponse : {} sur {} signalées « pas sûr » ; avec réponse : {} sur {} signalées à tort",
            self.without_answer - self.trusted,
            self.without_answer,
            self.doubted,
            self.qualities.len()
        );
        print_times("requête", &mut self.queries_ms);
        print_times("frappe", &mut self.keystrokes_ms);
    }
}

fn print_row(kind: &str, figures: Figures) {
    let Figures { count, ndcg, success: [s1, s3, s5], mrr } = figures;
    println!("{kind:10} {count:>5} {ndcg:>7.3} {s1:>6.3} {s3:>6.3} {s5:>6.3} {mrr:>6.3}");
}

fn print_times(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|share| percentile(times, share));
    println!("Temps par {what} ({}) : p50 {p50:.3} ms, p95 {p95:.3} ms, p99 {p99:.3} ms", times.len());
}
