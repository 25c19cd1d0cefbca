//! The editor's tool: from what editors write to the content file of a kiosk. Reads the command, hands it on.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks through its terminal"
)]

mod cli;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use parvis_content::Date;

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
    /// Crée un dossier de rédaction pour commencer : il se construit tel quel.
    New {
        /// Dossier à créer, ou vide.
        folder: PathBuf,
        /// Jour de vérification des exemples (AAAA-MM-JJ) ; le jour de l'ordinateur sinon.
        #[arg(long, value_parser = cli::day)]
        today: Option<Date>,
    },
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
    /// Vérifie une source sans rien écrire : chaque faute avec le fichier, la ligne et ce qu'il faut faire.
    Check {
        /// Dossier ou archive.
        source: PathBuf,
        /// Aujourd'hui, pour les fiches trop anciennes (AAAA-MM-JJ) ; le jour de l'ordinateur sinon.
        #[arg(long, value_parser = cli::day)]
        today: Option<Date>,
        /// Montre tout ce qui est à savoir, et non les cinq premiers exemples de chaque règle.
        #[arg(long)]
        all: bool,
        /// Pour une machine : un objet JSON.
        #[arg(long)]
        json: bool,
    },
    /// Ouvre la borne simulée sur un dossier de rédaction ou un fichier de contenu, sans rien garder.
    Preview {
        /// Dossier, archive ou fichier de contenu.
        source: PathBuf,
        /// Port de la page du banc ; 0 pour un port libre.
        #[arg(long)]
        port: Option<u16>,
    },
    /// Dit ce que les visiteurs verront changer d'un contenu à l'autre.
    Diff {
        /// Contenu d'avant : fichier de contenu, dossier de rédaction ou archive.
        old: PathBuf,
        /// Contenu d'après.
        new: PathBuf,
        /// Nombre de changements montrés en détail, par sorte.
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// Pour une machine : un objet JSON.
        #[arg(long)]
        json: bool,
    },
    /// Crée, montre et change les clés qui signent.
    #[command(subcommand)]
    Keys(cli::keys::Keys),
    /// Ajoute une publication signée à un dépôt, que tout serveur web ou toute clé USB transporte tel quel.
    Publish {
        /// Fichier de contenu ; sans lui, la publication en place est signée à nouveau, pour plus longtemps.
        file: Option<PathBuf>,
        /// Dossier du dépôt.
        #[arg(long)]
        repository: PathBuf,
        /// Clé de publication.
        #[arg(long)]
        key: PathBuf,
        /// Jours pendant lesquels une borne y croit.
        #[arg(long, default_value_t = 180, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        days: u32,
    },
    /// Copie un dépôt sur une clé USB montée, et vérifie ce que la clé a gardé.
    Stick {
        /// Dossier du dépôt.
        repository: PathBuf,
        /// Dossier où la clé est montée.
        mounted: PathBuf,
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
        Command::New { folder, today } => cli::new::run(&folder, today),
        Command::Build { source, output, without_lexicon } => {
            cli::build::run(&source, &output, without_lexicon)
        }
        Command::Check { source, today, all, json } => cli::check::run(&source, today, all, json),
        Command::Preview { source, port } => cli::preview::run(&source, port),
        Command::Diff { old, new, limit, json } => cli::diff::run(&old, &new, limit, json),
        Command::Keys(command) => cli::keys::run(command),
        Command::Publish { file: Some(file), repository, key, days } => {
            cli::publish::run(&file, &repository, &key, days)
        }
        Command::Publish { file: None, repository, key, days } => {
            cli::publish::refresh(&repository, &key, days)
        }
        Command::Stick { repository, mounted } => cli::publish::stick(&repository, &mounted),
        Command::Search { file, query, limit, explain } => cli::search::run(&file, &query, limit, explain),
        Command::Evaluate { file, queries, results } => {
            cli::evaluate::run(&file, &queries, results.as_deref())
        }
        Command::Show { file, id, lang } => cli::show::run(&file, &id, &lang),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => ExitCode::from(code),
    }
}
