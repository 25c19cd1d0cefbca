//! Debian's Mosquitto on loopback, in a folder of its own; it ends by its number. And its own clients beside it.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test says what is wrong by panicking")]
#![allow(clippy::panic, clippy::print_stdout, reason = "and what was skipped, where tests are read")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use parvis::clock::since_start;

use tempfile::TempDir;

use crate::staff::PATIENCE;

/// A broker that finds its port taken is given another one, so often at most.
const STARTS_MAX: usize = 5;
/// Lines that a witness keeps, at most.
const LINES_MAX: usize = 10_000;

/// A broker.
pub struct Mosquitto {
    process: Ended,
    /// Where it listens, on loopback.
    pub port: u16,
    /// Its folder.
    pub folder: TempDir,
    configuration: String,
}

/// Ends a process by its number, however the test ends.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A broker with `more` lines of configuration, in which `{folder}` is its folder. `None`, and a word on the output,
/// when there is none on this machine. On a build machine there must be one.
pub fn start(more: &str) -> Option<Mosquitto> {
    start_in(TempDir::with_prefix("parvis-broker-").unwrap(), more)
}

/// The same, in a folder in which there are files for it.
pub fn start_in(folder: TempDir, more: &str) -> Option<Mosquitto> {
    let base = folder.path().display().to_string();
    // Its own user could not read what root made.
    let configuration = format!("user root\nlog_dest file {base}/log\n{}\n", more.replace("{folder}", &base));
    for _ in 0..STARTS_MAX {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let configuration = configuration.replace("{listener}", &format!("listener {port} 127.0.0.1"));
        std::fs::write(folder.path().join("configuration"), &configuration).unwrap();
        let Some(process) = spawn(folder.path()) else {
            assert!(std::env::var_os("CI").is_none(), "mosquitto is not installed");
            println!("skipped: mosquitto is not installed");
            return None;
        };
        let mut process = Ended(process);
        // Another test may take the port first.
        if listens(&mut process.0, port) {
            return Some(Mosquitto { process, port, folder, configuration });
        }
    }
    panic!("mosquitto does not listen: {:?}", std::fs::read_to_string(folder.path().join("log")));
}

/// The usual broker of these tests: anybody may come in, nothing is kept on a disk.
pub fn open() -> Option<Mosquitto> {
    start("{listener}\nallow_anonymous true\npersistence false")
}

fn program(name: &str) -> Command {
    // Debian keeps servers where only root looks for programs.
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("env");
    command.arg(format!("PATH={path}:/usr/sbin")).arg(name);
    command
}

fn spawn(folder: &std::path::Path) -> Option<Child> {
    let mut there = program("sh");
    there.args(["-c", "command -v mosquitto && command -v mosquitto_sub"]);
    if !there.stdout(Stdio::null()).status().unwrap().success() {
        return None;
    }
    let mut command = program("mosquitto");
    command.arg("-c").arg(folder.join("configuration")).stdout(Stdio::null()).stderr(Stdio::null());
    Some(command.spawn().unwrap())
}

/// Waits until the broker listens; `false` when it has ended, or does nothing for long.
fn listens(process: &mut Child, port: u16) -> bool {
    let started = since_start();
    while since_start().saturating_sub(started) < PATIENCE {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        if TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).is_ok() {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

impl Mosquitto {
    /// A file in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What it has written down.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        self.process.0.kill().unwrap();
        self.process.0.wait().unwrap();
    }

    /// Starts it again, at the same port.
    pub fn start_again(&mut self) {
        std::fs::write(self.path("configuration"), &self.configuration).unwrap();
        self.process = Ended(spawn(self.folder.path()).unwrap());
        assert!(listens(&mut self.process.0, self.port), "mosquitto does not listen again: {}", self.log());
    }

    /// Stops it as it stands, without a word: lines stay open, and nobody answers.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Asks it to write its memory to its disk.
    pub fn keep_all(&self) {
        self.signal("-USR1");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.process.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Publishes with Mosquitto's own client; `how`: further arguments of it.
    pub fn publish(&self, topic: &str, payload: &[u8], how: &[&str]) {
        let mut client = program("mosquitto_pub");
        client
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-q", "1", "-t", topic, "-s"])
            .args(how);
        let mut client = Ended(client.stdin(Stdio::piped()).spawn().unwrap());
        client.0.stdin.take().unwrap().write_all(payload).unwrap();
        assert!(client.0.wait().unwrap().success(), "mosquitto_pub {topic}");
    }

    /// Somebody who hears everything that the broker lets through; `how`: further arguments of `mosquitto_sub`.
    pub fn witness(&self, how: &[&str]) -> Witness {
        let mut client = program("mosquitto_sub");
        client
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-t", "#", "-F", "%r\t%t\t%p"])
            .args(how);
        let mut client = Ended(client.stdout(Stdio::piped()).spawn().unwrap());
        let out = client.0.stdout.take().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&lines);
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let mut heard = heard.lock().unwrap();
                if heard.len() < LINES_MAX {
                    heard.push(line);
                }
            }
        });
        Witness { _client: client, lines }
    }
}

/// Who hears everything.
pub struct Witness {
    _client: Ended,
    lines: Arc<Mutex<Vec<String>>>,
}

/// A message that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The broker had kept it.
    pub retained: bool,
    /// Where.
    pub topic: String,
    /// What.
    pub payload: String,
}

impl Witness {
    /// Everything that was heard.
    pub fn heard(&self) -> Vec<Said> {
        let read = |line: &String| {
            let mut parts = line.splitn(3, '\t').map(str::to_owned);
            let retained = parts.next()? == "1";
            Some(Said { retained, topic: parts.next()?, payload: parts.next()? })
        };
        self.lines.lock().unwrap().iter().filter_map(read).collect()
    }

    /// What was said at `topic`.
    pub fn at(&self, topic: &str) -> Vec<Said> {
        self.heard().into_iter().filter(|said| said.topic == topic).collect()
    }

    /// Waits until something is true of what was said at `topic`.
    pub async fn until(&self, what: &str, topic: &str, holds: impl Fn(&[Said]) -> bool) {
        let waiting = async {
            while !holds(&self.at(topic)) {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        let heard = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(heard.is_ok(), "waited for {what} at {topic}; heard {:?}", self.heard());
    }
}
