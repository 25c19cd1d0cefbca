//! `parvis-content preview`: the simulated kiosk on a source; what it needs is built into a folder that goes away.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use parvis_content::editor::Words;
use parvis_content::editor::words::fill;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};
use tokio::{runtime, select, time};

use super::{FAILED, build, failed, words};

/// The simulator's program.
const PROGRAM: &str = "parvis";
/// How long the simulator may take to end after Ctrl-C, which the terminal sends to both programs.
const GRACE: Duration = Duration::from_secs(5);

pub fn run(source: &Path, port: Option<u16>) -> Result<(), u8> {
    let words = words();
    let program = program().ok_or_else(|| failed(words.no_parvis))?;
    let folder = TempDir::new().map_err(failed)?;
    let content = content(source, folder.path(), words)?;
    let state = folder.path().join("state");
    let mut command = Command::new(program);
    command.arg("simulate").arg("--content").arg(content).arg("--state").arg(state);
    if let Some(port) = port {
        command.arg("--port").arg(port.to_string());
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    println!("{}", words.previewing);
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let ended = runtime.block_on(until_stopped(&mut command)).map_err(failed)?;
    match ended {
        Some(status) if !status.success() => {
            eprintln!("{}", fill(words.preview_failed, &[("status", &status.to_string())]));
            Err(FAILED)
        }
        _ => Ok(()),
    }
}

/// The content file to show: the source itself if it is one, otherwise built into `folder`.
fn content(source: &Path, folder: &Path, words: &Words) -> Result<PathBuf, u8> {
    if !build::is_source(source) {
        return source.canonicalize().map_err(|error| failed(format!("{} : {error}", source.display())));
    }
    let path = folder.join("preview.parvis");
    build::write(&build::source(source, words)?.library, &path, words)?;
    Ok(path)
}

/// `parvis` beside this program, then in the PATH.
fn program() -> Option<PathBuf> {
    let name = format!("{PROGRAM}{}", env::consts::EXE_SUFFIX);
    let own = env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let paths = env::var_os("PATH").unwrap_or_default();
    let mut folders = beside.into_iter().chain(env::split_paths(&paths));
    folders.find_map(|folder| Some(folder.join(&name)).filter(|path| path.is_file()))
}

/// Waits for the simulator's own end, or ends it when this program is told to stop: then there is no status.
async fn until_stopped(command: &mut Command) -> io::Result<Option<ExitStatus>> {
    // Heard from before the simulator starts: from then on there is something to end.
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut simulator = command.spawn()?;
    select! {
        status = simulator.wait() => return status.map(Some),
        _ = interrupted.recv() => {
            // The simulator's end by the same Ctrl-C is no error of anybody's.
            if time::timeout(GRACE, simulator.wait()).await.is_ok() {
                return Ok(None);
            }
        }
        _ = terminated.recv() => {}
    }
    simulator.kill().await?;
    Ok(None)
}
