//! The editor's tool: builds a content file, searches it, shows a sheet as text.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks through its terminal"
)]

mod evaluation;
mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use parvis_content::file::{self, Written};
use parvis_content::search::Lexicon;
use parvis_content::source::{self, Source};
use parvis_content::{ContentFile, Lang, Library, SheetId, Target};

/// Faults in the source: correct them and build again.
const FAULTS: u8 = 1;
/// The system, or a damaged file.
const FAILED: u8 = 3;

/// Prépare le contenu d'une borne Parvis.
#[derive(Parser)]
#[command(
    name = "parvis-content",
    version,
    after_help = "Codes de sortie : 0 réussi, 1 fautes dans la source, 2 commande mal écrite, 3 fichier illisible ou système."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Construit un fichier de contenu depuis un dossier de rédaction ou une archive de la DILA.
    Build {
        /// Dossier (voir SOURCE-FORMAT.md) ou archive zip telle que publiée.
        source: PathBuf,
        /// Fichier à écrire.
        #[arg(short, long)]
        output: PathBuf,
        /// Sans les formulations courantes et étrangères fournies avec Parvis, pour mesurer ce que la recherche vaut par elle-même.
        #[arg(long)]
        without_lexicon: bool,
    },
    /// Vérifie une source sans rien écrire.
    Check {
        /// Dossier ou archive.
        source: PathBuf,
    },
    /// Cherche dans un fichier de contenu.
    Search {
        /// Fichier de contenu.
        file: PathBuf,
        /// Ce que taperait un visiteur.
        query: String,
        /// Nombre de réponses.
        #[arg(long, default_value_t = 10)]
        limit: usize,
        /// Montre pourquoi : mots compris, lexique, confiance, calcul de chaque réponse.
        #[arg(long)]
        explain: bool,
    },
    /// Mesure la recherche sur des requêtes notées.
    Evaluate {
        /// Fichier de contenu.
        file: PathBuf,
        /// Une requête par ligne : {"qid", "q", "kind", "expect": [{"id", "grade"}]}.
        queries: PathBuf,
        /// Écrit les réponses, une ligne JSON par requête.
        #[arg(long)]
        results: Option<PathBuf>,
    },
    /// Montre une fiche, un dossier, un parcours ou un lieu.
    Show {
        /// Fichier de contenu.
        file: PathBuf,
        /// Identifiant ; un ancien identifiant suit sa redirection.
        id: String,
        /// Langue.
        #[arg(long, default_value = "fr")]
        lang: String,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Build { source, output, without_lexicon } => build(&source, &output, without_lexicon),
        Command::Check { source } => read(&source).map(|_| ()),
        Command::Search { file, query, limit, explain } => search(&file, &query, limit, explain),
        Command::Evaluate { file, queries, results } => evaluation::run(&file, &queries, results.as_deref()),
        Command::Show { file, id, lang } => show(&file, &id, &lang),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => ExitCode::from(code),
    }
}

fn failed(error: impl std::fmt::Display) -> u8 {
    eprintln!("Erreur : {error}");
    FAILED
}

fn build(source: &Path, output: &Path, without_lexicon: bool) -> Result<(), u8> {
    let mut library = read(source)?;
    if without_lexicon {
        library.lexicon = Lexicon::words_only();
    }
    let written = file::write(&library, output).map_err(failed)?;
    print_written(&library, &written, output);
    Ok(())
}

/// Reads the source and reports; faults are printed all at once.
fn read(source: &Path) -> Result<Library, u8> {
    match source::read(source) {
        Ok(Source { library, imports }) => {
            for import in &imports {
                println!("{}", text::import_report(import));
            }
            Ok(library)
        }
        Err(source::SourceError::Faults(faults)) => {
            for fault in &faults.list {
                eprintln!("{fault}");
            }
            eprintln!("{}", text::fault_count(&faults));
            Err(FAULTS)
        }
        Err(error) => Err(failed(error)),
    }
}

fn print_written(library: &Library, written: &Written, output: &Path) {
    let info = &written.info;
    println!(
        "{} : {} fiches, {} parcours, {} lieux, {} rubriques, {} sigles, {} redirections",
        info.title,
        info.sheets,
        info.guides,
        info.places,
        library.nodes.len(),
        library.glossary.len(),
        library.redirects.len()
    );
    println!(
        "{} écrit : {:.1} Mo, dont {:.1} Mo pour la recherche",
        output.display(),
        written.bytes as f64 / 1e6,
        written.search_bytes as f64 / 1e6
    );
}

fn search(file: &Path, query: &str, limit: usize, explain: bool) -> Result<(), u8> {
    let content = ContentFile::open(file).map_err(failed)?;
    let index = content.search_index(&Lang::french()).map_err(failed)?;
    if explain {
        print!("{}", text::explanation(&index.explain(query, limit)));
    } else {
        print!("{}", text::results(&index.search(query, limit)));
    }
    Ok(())
}

fn show(file: &Path, id: &str, lang: &str) -> Result<(), u8> {
    let content = ContentFile::open(file).map_err(failed)?;
    let lang = Lang::new(lang).map_err(failed)?;
    let target = match content.resolve(id).map_err(failed)? {
        Some(target) => Some(target),
        None => content.redirect(id).map_err(failed)?,
    };
    let shown = match target {
        Some(Target::Sheet(id)) => sheet(&content, &id, &lang)?,
        Some(Target::Node(id)) => content.node(&id).map_err(failed)?.map(|node| text::node(&node)),
        Some(Target::Guide(id)) => {
            content.guide(&id, &lang).map_err(failed)?.map(|guide| text::guide(&guide))
        }
        Some(Target::Place(id)) => content.place(&id).map_err(failed)?.map(|place| text::place(&place)),
        None => None,
    };
    let shown = shown.ok_or_else(|| failed(format!("« {id} » n'existe pas dans {}", file.display())))?;
    print!("{shown}");
    Ok(())
}

fn sheet(content: &ContentFile, id: &SheetId, lang: &Lang) -> Result<Option<String>, u8> {
    Ok(content.sheet(id, lang).map_err(failed)?.map(|sheet| text::sheet(&sheet, &content.info().hall)))
}
