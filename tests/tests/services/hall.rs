//! A folder with a configuration, and the services that run in it. Every process is ended by its number.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use parvis_tests::staff::PATIENCE;
use tempfile::TempDir;

/// The kiosk's name, as staff read it.
pub const NAME: &str = "Borne de l’entrée";
/// What the kiosk says before the address of its bench page, and the desk before that of its staff page.
pub const BENCH: &str = "banc d’essai";
pub const DESK: &str = "accueil";

/// A hall on disk.
pub struct Hall {
    pub folder: TempDir,
}

/// A running service; it ends when this is dropped.
pub struct Service {
    child: Child,
    lines: Receiver<String>,
}

impl Hall {
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("parvis-hall-").unwrap();
        for name in ["logs", "home", "tmp", "state"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let config = format!(
            "[kiosk]\nname = \"{NAME}\"\ndisplay = \"bench\"\n[content]\nfile = \"content.parvis\"\n\
             [desk]\nsocket = \"state/desk.sock\"\nstaff-address = \"127.0.0.1:0\"\ncalls-file = \"state/calls.json\"\n\
             [bench]\naddress = \"127.0.0.1:0\"\n"
        );
        std::fs::write(folder.path().join("parvis.toml"), config).unwrap();
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The demonstration content, put in place by `parvis intake`.
    pub fn take_in_content(&self) {
        let content = parvis_tests::content::demonstration();
        let status = self.command("intake", "intake").arg(content).status().unwrap();
        assert!(status.success(), "parvis intake: {}", self.log("intake"));
    }

    /// From now on the staff page is at this address, as it is in a hall; before, at any that is free.
    pub fn fix_staff_address(&self, address: SocketAddr) {
        let config = std::fs::read_to_string(self.path("parvis.toml")).unwrap();
        let fixed =
            config.replace("staff-address = \"127.0.0.1:0\"", &format!("staff-address = \"{address}\""));
        std::fs::write(self.path("parvis.toml"), fixed).unwrap();
    }

    /// Starts `parvis WHAT`; its log is kept under the name `log`. A desk lets in whoever is on this machine: what
    /// happens at a guarded door has tests of its own.
    pub fn start(&self, what: &str, log: &str) -> Service {
        let mut command = self.command(what, log);
        if what == "desk" {
            command.arg("--unguarded");
        }
        Service::start(&mut command)
    }

    /// `parvis WHAT`, in this folder and with nowhere else to write.
    pub fn command(&self, what: &str, log: &str) -> Command {
        let log = File::options().create(true).append(true).open(self.log_path(log)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_parvis-under-test"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.path("tmp"))
            .env("RUST_LOG", "debug")
            .args(["--config", "parvis.toml", what])
            .stdin(Stdio::null())
            .stderr(log);
        command
    }

    pub fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.log_path(name)).unwrap_or_default()
    }

    fn log_path(&self, name: &str) -> PathBuf {
        self.folder.path().join("logs").join(name)
    }
}

impl Service {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let (line, lines) = channel();
        std::thread::spawn(move || {
            for text in BufReader::new(out).lines().map_while(Result::ok) {
                if line.send(text).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// The address that the service says on its standard output, as `accueil : http://127.0.0.1:4321/`.
    pub fn address(&mut self, what: &str) -> SocketAddr {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap_or_else(|_| {
                panic!("no address of {what}; the service is {:?}", self.child.try_wait())
            });
            if let Some(url) = line.strip_prefix(what).and_then(|rest| rest.strip_prefix(" : http://")) {
                return url.trim_end_matches('/').parse().unwrap();
            }
        }
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it runs.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Ends it as a power cut does: nothing is said, nothing is finished.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // Fails only when it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end();
    }
}

/// Files that a process holds open for writing, outside of `/dev` and `/proc`.
pub fn written_files(process: u32) -> Vec<PathBuf> {
    let folder = PathBuf::from(format!("/proc/{process}/fd"));
    let writes = |number: &str| {
        let info = std::fs::read_to_string(format!("/proc/{process}/fdinfo/{number}")).unwrap_or_default();
        let flags =
            info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap_or_default().trim().to_owned();
        // The last two bits of the flags: 0 reads only.
        flags.ends_with(['1', '2', '5', '6'])
    };
    let mut written = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let Ok(target) = std::fs::read_link(entry.path()) else { continue };
        if target.is_absolute() && !is_device(&target) && writes(&entry.file_name().to_string_lossy()) {
            written.push(target);
        }
    }
    written
}

fn is_device(path: &Path) -> bool {
    path.starts_with("/dev") || path.starts_with("/proc") || path.starts_with("/memfd:")
}
