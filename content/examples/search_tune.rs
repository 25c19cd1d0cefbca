//! Tunes the weights of the search on graded queries, cross-validated.
//!
//! `cargo run --release -p parvis-content --example search_tune -- SOURCE QUERIES.jsonl… [--climb ROUNDS] [--plain] [--misses]`
//! Without `--climb` it prints the quality of the weights as they are. With it, it changes one weight after the other
//! as long as the mean nDCG@10 rises. `--plain` leaves the lexicon out.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use parvis_content::search::{Corpus, Lexicon, Weights};
use parvis_content::{Lang, SearchIndex, source};

struct Query {
    text: String,
    kind: String,
    fold: usize,
    grades: Vec<(String, i32)>,
}

struct Quality {
    ndcg: f64,
    first: Option<usize>,
}

/// One number that may be changed: its name, where it is, and whether the blob must be built again.
type Knob = (String, fn(&mut Weights, usize) -> &mut f32, usize, bool);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| arguments.iter().position(|a| a == name);
    let rounds: usize = flag("--climb").and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(0);
    let files: Vec<&String> = arguments.iter().filter(|a| a.ends_with(".jsonl")).collect();
    let source = arguments.first().ok_or("usage: search_tune SOURCE QUERIES.jsonl…")?;
    let mut library = source::read(Path::new(source))?.library;
    if flag("--plain").is_some() {
        library.lexicon = Lexicon::words_only();
    }
    let corpus = Corpus::read(&library, &Lang::french())?;
    drop(library);
    let mut queries = Vec::new();
    for (at, file) in files.iter().enumerate() {
        queries.extend(read(Path::new(file), at)?);
    }
    let weights = Weights::CHOSEN;
    report(&corpus, &queries, &weights, files.len(), flag("--misses").is_some());
    if rounds > 0 {
        let best = climb(&corpus, &queries, &weights, rounds);
        println!("{best:#?}");
        report(&corpus, &queries, &best, files.len(), false);
    }
    Ok(())
}

fn read(path: &Path, fold: usize) -> Result<Vec<Query>, Box<dyn Error>> {
    let mut queries = Vec::new();
    for line in std::fs::read_to_string(path)?.lines().filter(|line| !line.trim().is_empty()) {
        let query: serde_json::Value = serde_json::from_str(line)?;
        let grades = query["expect"].as_array().into_iter().flatten();
        queries.push(Query {
            text: query["q"].as_str().unwrap_or_default().to_owned(),
            kind: query["kind"].as_str().unwrap_or_default().to_owned(),
            fold,
            grades: grades
                .map(|e| (e["id"].as_str().unwrap_or_default().to_owned(), e["grade"].as_i64().unwrap_or(0) as i32))
                .collect(),
        });
    }
    Ok(queries)
}

fn open(corpus: &Corpus, weights: &Weights) -> Option<SearchIndex> {
    SearchIndex::open(corpus.blob(weights).into()).ok()
}

fn quality(index: &SearchIndex, weights: &Weights, query: &Query) -> Quality {
    let results = index.search_with(weights, &query.text, 20);
    let ids: Vec<&str> = results.hits.iter().map(|hit| hit.target.id()).collect();
    let grade = |id: &str| query.grades.iter().find(|(other, _)| other == id).map_or(0, |(_, grade)| *grade);
    let gain = |grade: i32, at: usize| (2_f64.powi(grade) - 1.0) / (at as f64 + 2.0).log2();
    let found: f64 = ids.iter().take(10).enumerate().map(|(at, id)| gain(grade(id), at)).sum();
    let mut best: Vec<i32> = query.grades.iter().map(|(_, grade)| *grade).collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let ideal: f64 = best.iter().take(10).enumerate().map(|(at, grade)| gain(*grade, at)).sum();
    Quality { ndcg: found / ideal, first: ids.iter().position(|id| grade(id) >= 2) }
}

fn report(corpus: &Corpus, queries: &[Query], weights: &Weights, folds: usize, misses: bool) {
    let Some(index) = open(corpus, weights) else { return };
    let mut rows: BTreeMap<(usize, String), Vec<Quality>> = BTreeMap::new();
    for query in queries.iter().filter(|query| !query.grades.is_empty()) {
        let one = quality(&index, weights, query);
        if misses && one.first.is_none_or(|first| first > 0) {
            let results = index.search_with(weights, &query.text, 4);
            let got: Vec<String> =
                results.hits.iter().map(|hit| format!("{} {}", hit.target.id(), hit.title)).collect();
            println!(
                "[{}] {:?} first={:?} ndcg={:.2} want={:?} corrected={:?}\n     {}",
                query.kind, query.text, one.first, one.ndcg, query.grades.iter().take(3).collect::<Vec<_>>(),
                results.corrected, got.join(" / ")
            );
        }
        for kind in [query.kind.clone(), "ALL".to_owned()] {
            let copy = Quality { ndcg: one.ndcg, first: one.first };
            rows.entry((query.fold, kind.clone())).or_default().push(copy);
            rows.entry((folds, kind)).or_default().push(Quality { ndcg: one.ndcg, first: one.first });
        }
    }
    println!("fold kind          n  nDCG   s@1   s@3   s@5");
    for ((fold, kind), qualities) in &rows {
        let n = qualities.len() as f64;
        let share = |most: usize| qualities.iter().filter(|q| q.first.is_some_and(|f| f < most)).count() as f64 / n;
        println!(
            "{fold:>4} {kind:10} {:>4} {:.3} {:.3} {:.3} {:.3}",
            qualities.len(),
            qualities.iter().map(|q| q.ndcg).sum::<f64>() / n,
            share(1),
            share(3),
            share(5)
        );
    }
}

/// What is raised: mean nDCG, and a little for a good answer among the first five.
fn goal(index: &SearchIndex, weights: &Weights, queries: &[Query]) -> f64 {
    let mut sum = 0.0;
    let mut count = 0.0;
    for query in queries.iter().filter(|query| !query.grades.is_empty()) {
        let one = quality(index, weights, query);
        let share = |most: usize| if one.first.is_some_and(|first| first < most) { 1.0 } else { 0.0 };
        sum += one.ndcg + 0.25 * share(5) + 0.15 * share(1);
        count += 1.0;
    }
    sum / count
}

fn knobs() -> Vec<Knob> {
    let mut knobs: Vec<Knob> = Vec::new();
    for field in 0..6 {
        knobs.push((format!("field {field} weight"), |w, f| &mut w.fields[f].weight, field, true));
        knobs.push((format!("field {field} length"), |w, f| &mut w.fields[f].length, field, true));
    }
    let built: [(&str, fn(&mut Weights, usize) -> &mut f32); 9] = [
        ("saturation", |w, _| &mut w.saturation),
        ("procedure", |w, _| &mut w.procedure),
        ("question", |w, _| &mut w.question),
        ("online", |w, _| &mut w.online),
        ("form", |w, _| &mut w.form),
        ("folder", |w, _| &mut w.folder),
        ("guide", |w, _| &mut w.guide),
        ("links", |w, _| &mut w.links),
        ("idf", |w, _| &mut w.idf),
    ];
    knobs.extend(built.map(|(name, knob)| (name.to_owned(), knob, 0, true)));
    let asked: [(&str, fn(&mut Weights, usize) -> &mut f32); 18] = [
        ("lend_service", |w, _| &mut w.lend_service),
        ("lend_folder", |w, _| &mut w.lend_folder),
        ("lend_sheet", |w, _| &mut w.lend_sheet),
        ("lend_new", |w, _| &mut w.lend_new),
        ("wording", |w, _| &mut w.wording),
        ("line_unknown", |w, _| &mut w.line_unknown),
        ("prefix_known", |w, _| &mut w.prefix_known),
        ("prefix", |w, _| &mut w.prefix),
        ("coverage", |w, _| &mut w.coverage),
        ("title", |w, _| &mut w.title),
        ("in_title", |w, _| &mut w.in_title),
        ("same_sound", |w, _| &mut w.same_sound),
        ("edit", |w, _| &mut w.edit),
        ("first_letter", |w, _| &mut w.first_letter),
        ("rare", |w, _| &mut w.rare),
        ("beside_lexicon", |w, _| &mut w.beside_lexicon),
        ("line", |w, _| &mut w.line),
        ("line_phrase", |w, _| &mut w.line_phrase),
    ];
    knobs.extend(asked.map(|(name, knob)| (name.to_owned(), knob, 0, false)));
    knobs
}

fn climb(corpus: &Corpus, queries: &[Query], start: &Weights, rounds: usize) -> Weights {
    let mut best = start.clone();
    let Some(mut index) = open(corpus, &best) else { return best };
    let mut highest = goal(&index, &best, queries);
    for round in 0..rounds {
        let before = highest;
        for (name, knob, at, built) in knobs() {
            for factor in [0.5_f32, 0.75, 0.9, 1.1, 1.33, 2.0] {
                let mut weights = best.clone();
                let value = knob(&mut weights, at);
                *value = if *value == 0.0 { 0.1 * factor } else { *value * factor };
                let changed = *value;
                let other = if built { open(corpus, &weights) } else { None };
                let reached = goal(other.as_ref().unwrap_or(&index), &weights, queries);
                if reached > highest + 1e-5 {
                    println!("round {round} {name} = {changed:.3}: {reached:.4}");
                    highest = reached;
                    best = weights;
                    index = other.unwrap_or(index);
                    break;
                }
            }
        }
        if highest <= before + 1e-4 {
            break;
        }
    }
    best
}
