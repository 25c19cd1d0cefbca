//! Keeps a connection to the broker, for as long as the desk runs: tries again, ever more slowly, and tells what is so.
//!
//! Each connection is a task of its own: whatever happens in it, the desk goes on.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rumqttc::ConnectReturnCode;
use rumqttc::mqttbytes::v4::Login;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::publisher::Publisher;
use super::session::Session;
use super::{BrokerConfig, Times, wire};
use crate::chance;
use crate::desk::hall::Hall;
use crate::desk::stopped;
use crate::durable::{self, DurableError};

/// Bytes of the file of a password, at most.
const PASSWORD_BYTES_MAX: u64 = 1024;
/// Tries after which the wait does not grow any more.
const DOUBLINGS_MAX: u32 = 10;

/// Why there is no connection to the broker. Never with a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// It cannot be reached, or its certificate is not believed.
    #[error("the broker is not reached: {0}")]
    Line(std::io::Error),
    /// TLS cannot be set up on this machine.
    #[error("TLS cannot be set up: {0}")]
    Tls(rustls::Error),
    /// The broker's name cannot be in a certificate.
    #[error("the broker's name cannot be in a certificate")]
    Name,
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] DurableError),
    /// There is no authority in its file.
    #[error("no certificate in {}", .0.display())]
    Authority(PathBuf),
    /// There is no password in its file.
    #[error("no password in {}", .0.display())]
    Password(PathBuf),
    /// The broker does not want this desk.
    #[error("the broker refuses: {0:?}")]
    Refused(ConnectReturnCode),
    /// It says what it must not.
    #[error("the broker does not speak MQTT 3.1.1")]
    Strange,
    /// What it says is not MQTT, or the line broke.
    #[error("the line to the broker broke: {0}")]
    Broken(#[from] rumqttc::mqttbytes::Error),
    /// It closed the line.
    #[error("the broker closed the line")]
    Closed,
    /// It says nothing.
    #[error("the broker does not answer")]
    Silent,
    /// A fault of ours.
    #[error("the link ended by itself")]
    Ended,
}

/// Keeps the link until `stop`; without a broker, does nothing.
pub(in crate::desk) async fn keep(
    hall: Arc<Hall>,
    config: Option<BrokerConfig>,
    stop: watch::Receiver<bool>,
) {
    let Some(config) = config else { return };
    let config = Arc::new(config);
    if let Some(path) = &config.password_file
        && is_open_to_others(path)
    {
        tracing::warn!(path = %path.display(), "broker.password_open");
    }
    hall.elsewhere().begin(&config);
    hall.news_from_elsewhere();
    let mut publisher = Publisher::new(chance::number());
    let mut tries = 0;
    let mut said = String::new();
    loop {
        let began = hall.now().since_start;
        let one = once(Arc::clone(&hall), Arc::clone(&config), publisher, stop.clone());
        let (given_back, ended) = match tokio::spawn(one).await {
            Ok(outcome) => outcome,
            // Another run: what was said last is not known.
            Err(_) => (Publisher::new(chance::number()), Err(LinkError::Ended)),
        };
        publisher = given_back;
        let was_reached = hall.elsewhere().figures().is_some_and(|(reached, _)| reached);
        hall.elsewhere().lose();
        hall.news_from_elsewhere();
        let Err(error) = ended else { return };
        // Said once, and again when it is another reason.
        let why = error.to_string();
        if was_reached || why != said {
            tracing::warn!(error = why, "broker.lost");
            said = why;
        }
        let lasted = hall.now().since_start.saturating_sub(began);
        tries =
            if was_reached && lasted >= config.times.retry_most { 0 } else { (tries + 1).min(DOUBLINGS_MAX) };
        tokio::select! {
            () = sleep(wait(&config.times, tries, chance::number())) => {}
            () = stopped(stop.clone()) => return,
        }
    }
}

/// One connection, to its end. Gives the publisher back, whose numbers go on.
async fn once(
    hall: Arc<Hall>,
    config: Arc<BrokerConfig>,
    mut publisher: Publisher,
    stop: watch::Receiver<bool>,
) -> (Publisher, Result<(), LinkError>) {
    let opening = async {
        let login = login(&config)?;
        let stream = wire::connect(&config).await?;
        Session::open(&hall, &config, stream, login).await
    };
    let opened = tokio::select! {
        opened = timeout(config.times.answer, opening) => opened.unwrap_or(Err(LinkError::Silent)),
        () = stopped(stop.clone()) => return (publisher, Ok(())),
    };
    let ended = match opened {
        Ok(session) => {
            hall.elsewhere().reach();
            hall.news_from_elsewhere();
            tracing::info!("broker.reached");
            session.run(&mut publisher, stop).await
        }
        Err(error) => Err(error),
    };
    (publisher, ended)
}

/// Between half and all of a time that doubles: desks that lost the same broker do not all come back at once.
fn wait(times: &Times, tries: u32, chance: u64) -> Duration {
    let longest = times.retry_first.saturating_mul(1 << tries.saturating_sub(1)).min(times.retry_most);
    longest.mul_f64(0.5 + (chance % 1024) as f64 / 2048.0)
}

fn login(config: &BrokerConfig) -> Result<Option<Login>, LinkError> {
    let Some(user) = &config.user else { return Ok(None) };
    let password = match &config.password_file {
        Some(path) => password(path)?,
        None => String::new(),
    };
    Ok(Some(Login::new(user.clone(), password)))
}

/// The first line of the file.
fn password(path: &Path) -> Result<String, LinkError> {
    let none = || LinkError::Password(path.to_owned());
    let bytes = durable::read(path, PASSWORD_BYTES_MAX)?.ok_or_else(none)?;
    let text = String::from_utf8(bytes).map_err(|_| none())?;
    let first = text.lines().next().unwrap_or_default().trim_end_matches('\r');
    if first.is_empty() { Err(none()) } else { Ok(first.to_owned()) }
}

fn is_open_to_others(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_bound_and_are_never_the_same_for_all() {
        let times = Times::default();
        for tries in 1..=40_u32 {
            let shortest = wait(&times, tries.min(DOUBLINGS_MAX), 0);
            let longest = wait(&times, tries.min(DOUBLINGS_MAX), 1023);
            assert!(shortest >= times.retry_first / 2 && longest <= times.retry_most);
            assert!(longest > shortest.mul_f64(1.9));
        }
    }

    #[test]
    fn a_password_is_the_first_line_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        for (text, read) in
            [("secret\n", Some("secret")), ("a b \r\nmore", Some("a b ")), ("\n", None), ("", None)]
        {
            std::fs::write(&path, text).unwrap();
            assert_eq!(password(&path).ok().as_deref(), read, "{text:?}");
        }
        assert!(password(&folder.path().join("none")).is_err());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(is_open_to_others(&path));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(!is_open_to_others(&path));
    }
}
