//! The `parvis` binary: one subcommand a service.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use parvis::config::{Config, Display, EXAMPLE};
use parvis::slip_file::SlipFiles;
use parvis::{doctor, intake, logging, simulate, slip_file};

/// Borne d'accueil en libre-service : écran, tickets, appel d'une personne.
#[derive(Parser)]
#[command(name = "parvis", version)]
struct Cli {
    /// Configuration file; without it, the documented defaults.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The kiosk: screen, session, search, printer.
    Kiosk,
    /// The desk: help calls and the staff page.
    Desk,
    /// Puts a content file in place; a running kiosk takes it between two visitors.
    Intake {
        /// The new content file.
        file: PathBuf,
    },
    /// Kiosk and desk in one process, on simulated hardware, with a bench page.
    Simulate {
        /// The content file to show, instead of the configuration's.
        #[arg(long)]
        content: Option<PathBuf>,
        /// The folder for calls and the socket, instead of the configuration's.
        #[arg(long)]
        state: Option<PathBuf>,
        /// The kiosk in a native window too (needs a build with the feature `window`).
        #[arg(long)]
        window: bool,
        /// The bench page's port, 0 for any.
        #[arg(long)]
        port: Option<u16>,
    },
    /// The slip of a sheet, to files.
    Slip {
        /// The content file.
        #[arg(long)]
        content: PathBuf,
        /// The sheet's identifier.
        #[arg(long)]
        sheet: String,
        /// In large type.
        #[arg(long)]
        large: bool,
        /// Dots across the paper.
        #[arg(long, default_value_t = 576)]
        dots: u32,
        /// Where the printer's bytes go.
        #[arg(long)]
        escpos: Option<PathBuf>,
        /// Where the picture goes.
        #[arg(long)]
        png: Option<PathBuf>,
    },
    /// What works on this machine.
    Doctor,
    /// Prints the documented configuration.
    ExampleConfig,
}

fn main() -> ExitCode {
    logging::start();
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let mut config = config(cli.config.as_deref())?;
    match cli.command {
        Command::Kiosk => simulate::kiosk(&config),
        Command::Desk => simulate::desk(&config),
        Command::Intake { file } => {
            let sheets = intake::by_hand::activate(&file, &config.content)?;
            say(&format!("{sheets} fiches en place dans {}", config.content.display()));
            Ok(())
        }
        Command::Simulate { content, state, window, port } => {
            if let Some(content) = content {
                config.content = content;
            }
            if let Some(state) = state {
                std::fs::create_dir_all(&state).with_context(|| state.display().to_string())?;
                config.calls_file = state.join("calls.json");
                config.desk_socket = state.join("desk.sock");
            }
            if let Some(port) = port {
                config.bench_address.set_port(port);
                config.staff_address.set_port(if port == 0 { 0 } else { config.staff_address.port() });
            }
            config.display = Display::Bench;
            if window {
                config.display = Display::Window;
                config.panel = config.panel.halved();
            }
            simulate::simulate(&config)
        }
        Command::Slip { content, sheet, large, dots, escpos, png } => slip_file::write(&SlipFiles {
            content: &content,
            sheet: &sheet,
            large,
            dots,
            escpos: escpos.as_deref(),
            png: png.as_deref(),
        }),
        Command::Doctor => {
            say(doctor::report(&config).trim_end());
            Ok(())
        }
        Command::ExampleConfig => {
            say(EXAMPLE.trim_end());
            Ok(())
        }
    }
}

fn config(path: Option<&Path>) -> anyhow::Result<Config> {
    match path {
        Some(path) => Ok(Config::read(path)?),
        None => Ok(Config::parse("", Path::new("(defaults)"))?),
    }
}

#[allow(clippy::print_stdout, reason = "the answer of a command goes to whoever typed it")]
fn say(text: &str) {
    println!("{text}");
}

#[allow(clippy::print_stderr, reason = "so does its error")]
fn say_error(error: &anyhow::Error) {
    // Our errors name their cause already: what was said is not said again.
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string).filter(|cause| !cause.is_empty()) {
        if !said.contains(&cause) {
            said = if said.is_empty() { cause } else { format!("{said}: {cause}") };
        }
    }
    eprintln!("parvis : {said}");
}
