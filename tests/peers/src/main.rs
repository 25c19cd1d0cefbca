//! `./dev bench search`: our search beside tantivy and SQLite FTS5, on the same documents and queries, in one run on
//! one thread.
//!
//! The peers get what the publisher wrote: titles, short versions, headings and bodies. Ours has its lexicon, its
//! glossary, the links between sheets and their kinds besides; the row "ours, no lexicon" says what is left without
//! the first. The peers' settings were chosen on the queries that measure them, which favours them.
//!
//! With `--times-ten`, ours on ten times as many sheets, and the memory that an open index takes.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a bench measures time and prints"
)]

mod corpus;
mod engine;
mod fts5;
mod measure;
mod report;
mod system;
mod tantivy_peer;
mod times_ten;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use parvis_content::Library;
use parvis_content::evaluate::GradedQuery;
use parvis_content::search::Lexicon;

use engine::Ours;
use fts5::Fts5;
use measure::Contestant;
use report::Report;
use tantivy_peer::Tantivy;

const USAGE: &str = "usage: ./dev bench search [--json FILE] [--times-ten]";
/// Exit status of a wrong command, or of one that lacks its data.
const REFUSED: u8 = 2;

/// What was asked for.
#[derive(Default)]
struct Arguments {
    json: Option<PathBuf>,
    times_ten: bool,
    /// The program calls itself so: measures what an index of this content file takes.
    rss: Option<PathBuf>,
}

fn arguments() -> Option<Arguments> {
    let mut arguments = Arguments::default();
    let mut rest = std::env::args().skip(1);
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--json" => arguments.json = Some(rest.next()?.into()),
            "--times-ten" => arguments.times_ten = true,
            "--rss" => arguments.rss = Some(rest.next()?.into()),
            _ => return None,
        }
    }
    Some(arguments)
}

fn main() -> ExitCode {
    let Some(arguments) = arguments() else {
        eprintln!("{USAGE}");
        return REFUSED.into();
    };
    let Some(data) = std::env::var_os("PARVIS_DATA").filter(|data| !data.is_empty()) else {
        eprintln!("PARVIS_DATA is not set: engines are compared on real data only");
        return REFUSED.into();
    };
    match run(&arguments, Path::new(&data)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments, data: &Path) -> Result<()> {
    let queries = corpus::queries(data)?;
    if let Some(content) = &arguments.rss {
        println!("{}", system::growth(content, &queries)?);
        return Ok(());
    }
    let mut report = Report::default();
    let library = corpus::library(data)?;
    compare(&library, &queries, &mut report)?;
    if arguments.times_ten {
        report.add_memory(system::growth_in_child(&library)?);
        let measured = times_ten::measure(library, &queries)?;
        report.add_times_ten(&measured);
    }
    if let Some(file) = &arguments.json {
        std::fs::write(file, report.to_json()?).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

fn compare(library: &Library, queries: &[GradedQuery], report: &mut Report) -> Result<()> {
    let documents = corpus::documents(library);
    let answerable = queries.iter().filter(|query| !query.expect.is_empty()).count();
    println!("{} documents, {} queries, {answerable} of them with an answer", documents.len(), queries.len());
    let mut bare = library.clone();
    bare.lexicon = Lexicon::default();
    let mut contestants = [
        Contestant::new("ours", "ours", Ours::build(library)?),
        Contestant::new("ours_no_lexicon", "ours, no lexicon", Ours::build(&bare)?),
        Contestant::new("tantivy", "tantivy", Tantivy::build(&documents)?),
        Contestant::new("fts5", "FTS5", Fts5::build(&documents)?),
    ];
    drop((bare, documents));
    println!("{}; SQLite {}", tantivy::version_string(), rusqlite::version());
    report.add_comparison(&measure::run(&mut contestants, queries)?)
}
