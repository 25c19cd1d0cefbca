//! Stock servers on loopback: each has a folder of its own, and ends by its number.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use parvis::clock::since_start;
use tokio::net::TcpSocket;

/// A stock program that listens.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// What it has written down.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// An address at which nobody listens, and nobody can while this is held: its port is taken.
pub struct Nobody {
    pub address: SocketAddr,
    _socket: TcpSocket,
}

pub fn nobody() -> Nobody {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    Nobody { address: socket.local_addr().unwrap(), _socket: socket }
}

/// Starts `command` with the path of a file in which `configuration` stands; it is given its folder and its port.
/// `None`, and a word on the output, when there is no such program. On a build machine there must be one.
fn started(command: &mut Command, configuration: impl Fn(&Path, u16) -> String) -> Option<Server> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("configuration");
    command.arg("-c").arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
    // Another test may take the port first: then the program ends, and is given another one.
    for _ in 0..5 {
        let port = free_port();
        std::fs::write(&file, configuration(folder.path(), port)).unwrap();
        let mut process = match command.spawn() {
            Ok(process) => process,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                assert!(std::env::var_os("CI").is_none(), "{command:?} is not installed");
                println!("skipped: {command:?} is not installed");
                return None;
            }
            Err(error) => panic!("{command:?}: {error}"),
        };
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if listens(&mut process, address) {
            return Some(Server { process, address, folder });
        }
    }
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
    panic!("{command:?} does not listen: {log}");
}

/// Waits until `process` listens. `false` when it has ended, or does nothing for long.
fn listens(process: &mut Child, address: SocketAddr) -> bool {
    let started = since_start();
    while since_start().saturating_sub(started).as_secs() < 20 {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        if TcpStream::connect(address).is_ok() {
            return true;
        }
        std::thread::yield_now();
    }
    let _ = process.kill();
    let _ = process.wait();
    false
}

/// Debian's nginx, serving a repository as it is.
pub fn nginx(repository: &Path) -> Option<Server> {
    serving(repository, "", "")
}

/// The same over TLS, with that certificate and key.
pub fn nginx_with_tls(repository: &Path, (certificate, key): &(PathBuf, PathBuf)) -> Option<Server> {
    let (certificate, key) = (certificate.display(), key.display());
    serving(repository, " ssl", &format!("ssl_certificate {certificate}; ssl_certificate_key {key};"))
}

fn serving(repository: &Path, listen: &str, more: &str) -> Option<Server> {
    started(&mut Command::new("nginx"), |folder, port| {
        let (base, root) = (folder.display(), repository.display());
        format!(
            "daemon off; master_process off; pid {base}/pid; error_log {base}/error.log;\n\
             events {{}}\n\
             http {{ access_log {base}/log; client_body_temp_path {base}/body; proxy_temp_path {base}/proxy;\n\
             fastcgi_temp_path {base}/fastcgi; uwsgi_temp_path {base}/uwsgi; scgi_temp_path {base}/scgi;\n\
             server {{ listen 127.0.0.1:{port}{listen}; root {root}; {more} }} }}\n"
        )
    })
}

/// Debian's tinyproxy, with `more` lines of configuration.
pub fn tinyproxy(more: &str) -> Option<Server> {
    started(Command::new("tinyproxy").arg("-d"), |folder, port| {
        let log = folder.join("log");
        format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nLogLevel Connect\nLogFile \"{}\"\n{more}\n",
            log.display()
        )
    })
}
