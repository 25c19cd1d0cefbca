//! The `parvis` binary: one subcommand a service.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use parvis::config::{Config, Display, EXAMPLE};
use parvis::desk::door::certificate::parse_fingerprint;
use parvis::intake::Step;
use parvis::intake::command::Once;
use parvis::kiosk::remote_desk::DeskAddress;
use parvis::slip_file::{SlipFiles, SlipOf};
use parvis::staff::{PinFiles, ask_pin, set_pin};
use parvis::{clock, doctor, intake, logging, simulate, slip_file, words};
use parvis_content::Lang;

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
    /// The desk: help calls and the staff page, for devices that are paired.
    Desk {
        /// Anybody on this machine may enter, and nobody from elsewhere: for development.
        #[arg(long)]
        unguarded: bool,
    },
    /// The devices that are paired with the desk of this machine.
    Devices {
        /// The device of this number may not enter any more.
        #[arg(long, value_name = "ID")]
        revoke: Option<u64>,
    },
    /// Asks the desk that runs here for a code that pairs one device with it.
    PairingCode,
    /// Pairs this kiosk with the desk of another machine, which it calls from then on.
    JoinDesk(JoinArguments),
    /// New content, signed, from a stick or a server; a running kiosk takes it between two visitors.
    ///
    /// Exit codes: 0 done or nothing new, 2 wrong command, 3 the source broke off (try again), 4 not believed,
    /// 5 genuine but does not work here, 6 this machine failed.
    Intake(IntakeArguments),
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
    /// A slip of any kind, to files.
    Slip(SlipArguments),
    /// Chooses the six figures that open the staff's space at the kiosk; asked for twice, or read from a script.
    StaffPin,
    /// What works on this machine.
    Doctor {
        /// One part alone, tried out.
        #[command(subcommand)]
        part: Option<DoctorPart>,
    },
    /// Prints the documented configuration.
    ExampleConfig,
}

#[derive(Subcommand)]
enum DoctorPart {
    /// Prints a test slip and says what came of it.
    Printer,
}

#[derive(clap::Args)]
struct SlipArguments {
    /// The content file; without it, the configuration's. The test slip needs none.
    #[arg(long)]
    content: Option<PathBuf>,
    #[command(flatten)]
    of: SlipKind,
    /// With --receipt: the content file before, to say what changed.
    #[arg(long, requires = "receipt", value_name = "FILE")]
    before: Option<PathBuf>,
    /// The language of who reads it (ar, en, es, pt, or one of the content's): in it and in French.
    #[arg(long, default_value = "fr")]
    lang: String,
    /// In large type.
    #[arg(long)]
    large: bool,
    /// Dots across the paper; without it, those of the configuration's printer.
    #[arg(long)]
    dots: Option<u32>,
    /// Where the printer's bytes go.
    #[arg(long)]
    escpos: Option<PathBuf>,
    /// Where the picture goes.
    #[arg(long)]
    png: Option<PathBuf>,
}

/// Which slip: one of them.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct SlipKind {
    /// A sheet's identifier.
    #[arg(long)]
    sheet: Option<String>,
    /// A place's identifier; the way to it is from the kiosk that the configuration names.
    #[arg(long)]
    place: Option<String>,
    /// Where a visitor is sent: the sheet that they came for, and the place.
    #[arg(long, value_name = "SHEET:PLACE")]
    orientation: Option<String>,
    /// The number of a call.
    #[arg(long)]
    call: Option<u32>,
    /// How this kiosk is, for staff who open the hall.
    #[arg(long)]
    morning: bool,
    /// What is in this release, and what it changed.
    #[arg(long)]
    receipt: bool,
    /// The test slip of the printer.
    #[arg(long)]
    test: bool,
}

#[derive(clap::Args)]
struct JoinArguments {
    /// Where the desk is, as it says itself: 192.168.1.20:8443.
    #[arg(value_name = "HOST:PORT")]
    desk: String,
    /// The six figures that the desk shows.
    #[arg(long)]
    code: String,
    /// What staff read when this kiosk calls; without it, the configuration's name.
    #[arg(long)]
    name: Option<String>,
    /// The SHA-256 of the desk's certificate, as the desk shows it; without it, it is asked for.
    #[arg(long, value_name = "HEX")]
    fingerprint: Option<String>,
}

#[derive(clap::Args)]
struct IntakeArguments {
    /// A content file that a technician puts in place by hand, without signatures.
    #[arg(conflicts_with_all = ["once", "roll_back"])]
    file: Option<PathBuf>,
    /// One pass over one source.
    #[arg(long, requires_all = ["from", "state", "content"])]
    once: bool,
    /// The release before the one that is shown is shown again.
    #[arg(long, requires_all = ["state", "content"], conflicts_with = "once")]
    roll_back: bool,
    /// A folder, or the http or https address of a repository.
    #[arg(long)]
    from: Option<String>,
    /// The folder of what intake remembers.
    #[arg(long)]
    state: Option<PathBuf>,
    /// The folder of releases; the kiosk opens `current` in it.
    #[arg(long)]
    content: Option<PathBuf>,
    /// The root of the editor: needed while nothing is remembered, unused after.
    #[arg(long)]
    root: Option<PathBuf>,
    /// An HTTP proxy, instead of the one that the configuration or the environment names.
    #[arg(long)]
    proxy: Option<String>,
    /// A certification authority of one's own, as PEM, instead of the one that the configuration names.
    #[arg(long)]
    authority: Option<PathBuf>,
    /// One JSON object a step.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    logging::start();
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            say_error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = config(cli.config.as_deref())?;
    if let Command::Intake(arguments) = cli.command {
        return take_in(arguments, &config);
    }
    serve(cli.command, config).map(|()| ExitCode::SUCCESS)
}

fn take_in(arguments: IntakeArguments, config: &Config) -> anyhow::Result<ExitCode> {
    let IntakeArguments { file, once, roll_back, from, state, content, root, proxy, authority, json } =
        arguments;
    if let Some(file) = file {
        let sheets = intake::by_hand::activate(&file, &config.content)?;
        say(&format!("{sheets} fiches en place dans {}", config.content.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let (Some(state), Some(content)) = (state, content) else {
        return simulate::intake(config).map(|()| ExitCode::SUCCESS);
    };
    if roll_back {
        let outcome = intake::command::roll_back(&state, &content);
        let (step, code) = match &outcome {
            Ok(release) => (Step::RolledBack { release: *release, because: "staff" }, 0),
            Err(error) => (Step::refused(error), error.exit_code()),
        };
        say(&intake::command::spoken(&step, json));
        return Ok(ExitCode::from(code));
    }
    anyhow::ensure!(once, "one of --once and --roll-back goes with --state and --content");
    // What the service needs to reach the server, a technician's pass on the same machine needs too.
    let proxy = proxy.or_else(|| config.intake.proxy.clone());
    let authority = authority.or_else(|| config.intake.authority.clone());
    let asked = Once { from: from.unwrap_or_default(), state, content, root, proxy, authority };
    Ok(ExitCode::from(intake::command::once(&asked, |step| say(&intake::command::spoken(&step, json)))))
}

fn serve(command: Command, mut config: Config) -> anyhow::Result<()> {
    match command {
        Command::Kiosk => simulate::kiosk(&config),
        Command::Desk { unguarded } => simulate::desk(&config, unguarded),
        Command::Devices { revoke } => {
            say(&simulate::devices(&config, revoke)?);
            Ok(())
        }
        Command::PairingCode => {
            say(&simulate::pairing_code(&config)?);
            Ok(())
        }
        Command::JoinDesk(arguments) => join_desk(&config, &arguments),
        Command::Intake(_) => Ok(()),
        Command::Simulate { content, state, window, port } => {
            if let Some(content) = content {
                config.content = content;
            }
            if let Some(state) = state {
                std::fs::create_dir_all(&state).with_context(|| state.display().to_string())?;
                config.calls_file = state.join("calls.json");
                config.desk_socket = state.join("desk.sock");
                config.roll.file = state.join("roll.json");
                config.pin = PinFiles { pin: state.join("staff-pin"), tries: state.join("staff-tries.json") };
            }
            // A code that everybody knows is never that of a kiosk.
            config.pin.pin.set_extension("simulated");
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
        Command::Slip(arguments) => write_slip(&arguments, &config),
        Command::StaffPin => choose_pin(&config),
        Command::Doctor { part: None } => {
            say(doctor::report(&config).trim_end());
            Ok(())
        }
        Command::Doctor { part: Some(DoctorPart::Printer) } => {
            let date = words::day(clock::unix_seconds() as i64);
            say(doctor::printer::report(&config, &date)?.trim_end());
            Ok(())
        }
        Command::ExampleConfig => {
            say(EXAMPLE.trim_end());
            Ok(())
        }
    }
}

fn write_slip(arguments: &SlipArguments, config: &Config) -> anyhow::Result<()> {
    let SlipArguments { content, of, before, lang, large, dots, escpos, png } = arguments;
    let of = match of {
        SlipKind { sheet: Some(id), .. } => SlipOf::Sheet(id),
        SlipKind { place: Some(id), .. } => SlipOf::Place(id),
        SlipKind { orientation: Some(both), .. } => SlipOf::Orientation(both),
        SlipKind { call: Some(number), .. } => SlipOf::Call(*number),
        SlipKind { morning: true, .. } => SlipOf::Morning,
        SlipKind { receipt: true, .. } => SlipOf::Receipt(before.as_deref()),
        SlipKind { .. } => SlipOf::Test,
    };
    let files = SlipFiles {
        content: content.as_ref().unwrap_or(&config.content),
        of,
        lang: Lang::new(lang).context("--lang is a tag such as fr, ar or pt-br")?,
        large: *large,
        dots: *dots,
        escpos: escpos.as_deref(),
        png: png.as_deref(),
    };
    slip_file::write(&files, config)
}

fn join_desk(config: &Config, arguments: &JoinArguments) -> anyhow::Result<()> {
    let JoinArguments { desk, code, name, fingerprint } = arguments;
    let desk = DeskAddress::parse(desk)
        .context("l’adresse de l’accueil s’écrit avec son port, comme 192.168.1.20:8443")?;
    let fingerprint = match fingerprint {
        Some(text) => {
            Some(parse_fingerprint(text).context("une empreinte SHA-256 a 64 chiffres hexadécimaux")?)
        }
        None => None,
    };
    say(&simulate::join_desk(config, &desk, code, name.as_deref(), fingerprint, says_yes)?);
    Ok(())
}

/// Asks a person. Nobody there is no yes.
fn says_yes(question: &str) -> anyhow::Result<bool> {
    say(question);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("pas de réponse")?;
    Ok(["o", "oui"].contains(&line.trim().to_lowercase().as_str()))
}

/// Typed twice by a person; one line from a script.
fn choose_pin(config: &Config) -> anyhow::Result<()> {
    set_pin(&config.pin, ask_pin()?.trim())?;
    say("Code du personnel choisi.");
    Ok(())
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
