//! Tunes the weights of the search on graded queries.
//!
//! `cargo run --release -p parvis-content --example search_tune -- SOURCE QUERIES.jsonl… [--climb ROUNDS] [--cross ROUNDS]
//! [--without-lexicon] [--misses]`
//!
//! Prints the quality of the weights as they are; `--misses` also each query that is not answered first. `--climb`
//! changes one weight after the other as long as the goal rises, and prints what it found. `--cross` tunes on all
//! files but one and measures on that one: what tuning is worth on queries that it did not see.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use parvis_content::evaluate::{self, Figures, GradedQuery, Quality, figures};
use parvis_content::search::{Corpus, Lexicon, Weights};
use parvis_content::{Lang, SearchIndex, source};

/// Results asked for.
const RESULTS: usize = 20;
/// What a weight is multiplied with, one after the other.
const STEPS: [f32; 6] = [0.5, 0.75, 0.9, 1.1, 1.33, 2.0];

type Queries = Vec<Vec<GradedQuery>>;
type Knob = fn(&mut Weights) -> &mut f32;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let rounds = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<usize>().ok()
    };
    let source = arguments.first().ok_or("usage: search_tune SOURCE QUERIES.jsonl…")?;
    let mut library = source::read(Path::new(source))?.library;
    if has("--without-lexicon") {
        library.lexicon = Lexicon::words_only();
    }
    let corpus = Corpus::read(&library, &Lang::french())?;
    drop(library);
    let is_queries =
        |argument: &&String| Path::new(argument).extension().is_some_and(|ending| ending == "jsonl");
    let files = arguments.iter().filter(is_queries);
    let queries: Queries = files
        .map(|file| Ok(evaluate::read(&std::fs::read_to_string(file)?)?))
        .collect::<Result<_, Box<dyn Error>>>()?;
    report(&corpus, &queries, &Weights::CHOSEN, has("--misses"));
    if let Some(rounds) = rounds("--climb") {
        let best = climb(&corpus, &queries, rounds);
        println!("{best:#?}");
        report(&corpus, &queries, &best, false);
    }
    if let Some(rounds) = rounds("--cross") {
        cross(&corpus, &queries, rounds);
    }
    Ok(())
}

fn open(corpus: &Corpus, weights: &Weights) -> Option<SearchIndex> {
    SearchIndex::open(corpus.blob(weights).into()).ok()
}

fn quality(index: &SearchIndex, weights: &Weights, query: &GradedQuery) -> Option<Quality> {
    let results = index.search_with(weights, &query.q, RESULTS);
    query.quality(results.hits.iter().map(|hit| hit.target.id()))
}

fn report(corpus: &Corpus, queries: &[Vec<GradedQuery>], weights: &Weights, misses: bool) {
    let Some(index) = open(corpus, weights) else { return };
    let mut kinds: BTreeMap<&str, Vec<Quality>> = BTreeMap::new();
    for query in queries.iter().flatten() {
        let Some(quality) = quality(&index, weights, query) else { continue };
        if misses && quality.first != Some(0) {
            print_miss(&index, query, quality);
        }
        kinds.entry(&query.kind).or_default().push(quality);
        kinds.entry("(all)").or_default().push(quality);
    }
    println!("kind          n  nDCG   s@1   s@3   s@5   MRR");
    for (kind, qualities) in kinds {
        let Figures { count, ndcg, success: [s1, s3, s5], mrr } = figures(&qualities);
        println!("{kind:10} {count:>4} {ndcg:.3} {s1:.3} {s3:.3} {s5:.3} {mrr:.3}");
    }
}

fn print_miss(index: &SearchIndex, query: &GradedQuery, quality: Quality) {
    let wanted: Vec<&str> = query.expect.iter().filter(|e| e.grade > 1).map(|e| e.id.as_str()).collect();
    println!(
        "[{}] {:?} first {:?} nDCG {:.2} wants {wanted:?}",
        query.kind, query.q, quality.first, quality.ndcg
    );
    for hit in index.search(&query.q, 4).hits {
        println!("    {} {}", hit.target.id(), hit.title);
    }
}

/// What is raised: mean nDCG, and a little for a good answer first and among the first five.
fn goal(index: &SearchIndex, weights: &Weights, queries: &[Vec<GradedQuery>]) -> f64 {
    let qualities: Vec<Quality> =
        queries.iter().flatten().filter_map(|query| quality(index, weights, query)).collect();
    let Figures { ndcg, success: [first, _, five], .. } = figures(&qualities);
    ndcg + 0.15 * first + 0.25 * five
}

/// Weights that are rounded into the blob.
const BUILT: [Knob; 21] = [
    |w| &mut w.fields[0].weight,
    |w| &mut w.fields[0].length,
    |w| &mut w.fields[1].weight,
    |w| &mut w.fields[1].length,
    |w| &mut w.fields[2].weight,
    |w| &mut w.fields[2].length,
    |w| &mut w.fields[3].weight,
    |w| &mut w.fields[3].length,
    |w| &mut w.fields[4].weight,
    |w| &mut w.fields[4].length,
    |w| &mut w.fields[5].weight,
    |w| &mut w.fields[5].length,
    |w| &mut w.saturation,
    |w| &mut w.procedure,
    |w| &mut w.question,
    |w| &mut w.online,
    |w| &mut w.form,
    |w| &mut w.folder,
    |w| &mut w.guide,
    |w| &mut w.links,
    |w| &mut w.idf,
];

/// Weights that act when a query is answered.
const ASKED: [Knob; 18] = [
    |w| &mut w.prefix_known,
    |w| &mut w.prefix,
    |w| &mut w.coverage,
    |w| &mut w.title,
    |w| &mut w.in_title,
    |w| &mut w.wording,
    |w| &mut w.lend_service,
    |w| &mut w.lend_folder,
    |w| &mut w.lend_sheet,
    |w| &mut w.lend_new,
    |w| &mut w.same_sound,
    |w| &mut w.edit,
    |w| &mut w.first_letter,
    |w| &mut w.rare,
    |w| &mut w.beside_lexicon,
    |w| &mut w.line,
    |w| &mut w.line_phrase,
    |w| &mut w.line_unknown,
];

fn climb(corpus: &Corpus, queries: &[Vec<GradedQuery>], rounds: usize) -> Weights {
    let mut best = Weights::CHOSEN;
    let Some(mut index) = open(corpus, &best) else { return best };
    let mut highest = goal(&index, &best, queries);
    let knobs = BUILT.iter().map(|knob| (knob, true)).chain(ASKED.iter().map(|knob| (knob, false)));
    for _ in 0..rounds {
        let before = highest;
        for (knob, built) in knobs.clone() {
            for factor in STEPS {
                let mut weights = best.clone();
                *knob(&mut weights) *= factor;
                let other = if built { open(corpus, &weights) } else { None };
                let reached = goal(other.as_ref().unwrap_or(&index), &weights, queries);
                if reached > highest + 1e-5 {
                    (highest, best) = (reached, weights);
                    index = other.unwrap_or(index);
                    break;
                }
            }
        }
        println!("goal {highest:.4}");
        if highest <= before + 1e-4 {
            break;
        }
    }
    best
}

/// Tunes on all files but one, for each file.
fn cross(corpus: &Corpus, queries: &Queries, rounds: usize) {
    for held in 0..queries.len() {
        let mut others = queries.clone();
        let held = others.remove(held);
        let best = climb(corpus, &others, rounds);
        println!("held out: {} queries", held.len());
        report(corpus, &[held], &best, false);
    }
}
