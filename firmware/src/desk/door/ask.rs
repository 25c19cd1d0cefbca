//! `parvis pairing-code`: asks the desk that runs on this machine for a code, and says it in French.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;

pub use super::local::{Listed, Offer};

/// The desk answers within that time or not at all.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Why there is no code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// The desk does not run, or this user may not speak to it.
    #[error("l’accueil ne répond pas sur {} (parvis desk est-il lancé, et par cet utilisateur ?) : {source}", socket.display())]
    NotReached {
        /// The Unix socket.
        socket: PathBuf,
        /// What happened.
        source: reqwest::Error,
    },
    /// The desk has no door.
    #[error("cet accueil n’est pas gardé (parvis desk --unguarded) : il n’y a rien à relier")]
    Unguarded,
    /// It says something else.
    #[error("l’accueil n’a pas donné de code : {0}")]
    Answer(String),
}

/// Asks the desk behind `socket`.
async fn at_desk(socket: &Path, method: Method, path: &str) -> Result<(StatusCode, String), AskError> {
    let not_reached = |source| AskError::NotReached { socket: socket.to_owned(), source };
    let client = reqwest::Client::builder().unix_socket(socket).no_proxy().timeout(ANSWER_MAX).build();
    let asked = client.map_err(not_reached)?.request(method, format!("http://localhost{path}")).send().await;
    let answer = asked.map_err(not_reached)?;
    let status = answer.status();
    Ok((status, answer.text().await.map_err(not_reached)?))
}

pub(in crate::desk) async fn read<T: DeserializeOwned>(socket: &Path, path: &str) -> Result<T, AskError> {
    let (status, text) = at_desk(socket, Method::GET, path).await?;
    if status == StatusCode::NOT_FOUND {
        return Err(AskError::Unguarded);
    }
    serde_json::from_str(&text).map_err(|error| AskError::Answer(format!("{status}, {error}")))
}

/// Opens a window at the desk behind `socket`.
pub async fn ask(socket: &Path) -> Result<Offer, AskError> {
    read(socket, "/api/door/open").await
}

/// Closes it.
pub async fn close(socket: &Path) -> Result<(), AskError> {
    at_desk(socket, Method::POST, "/api/door/close").await.map(|_| ())
}

/// The paired devices.
pub async fn devices(socket: &Path) -> Result<Vec<Listed>, AskError> {
    read(socket, "/api/door/devices").await
}

/// Device `id` may not enter any more. False when there is none of that number.
pub async fn revoke(socket: &Path, id: u64) -> Result<bool, AskError> {
    let (status, _) = at_desk(socket, Method::POST, &format!("/api/door/revoke/{id}")).await?;
    Ok(status.is_success())
}

/// The paired devices, as a technician reads them.
pub fn listed(devices: &[Listed]) -> String {
    if devices.is_empty() {
        return "Aucun appareil n’est relié.".to_owned();
    }
    let line = |device: &Listed| {
        let there = if device.connected { "là" } else { "absent" };
        let day = crate::words::day(i64::try_from(device.last_used).unwrap_or_default());
        format!("{} · {} · {there} · utilisé le {day}", device.id, device.name)
    };
    devices.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl AskError {
    /// What staff read at the kiosk.
    pub fn for_staff(&self) -> &'static str {
        match self {
            Self::NotReached { .. } | Self::Answer(_) => {
                "L’accueil ne répond pas. Attendez une minute et réessayez ; sinon, prévenez le technicien."
            }
            Self::Unguarded => {
                "Cet accueil n’a pas besoin de code : sa page s’ouvre sur cette machine seulement."
            }
        }
    }
}

/// What a technician reads.
pub fn spoken(offer: &Offer) -> String {
    let (first, last) = offer.code.split_at_checked(3).unwrap_or((&offer.code, ""));
    let mut lines =
        vec![format!("Code : {first} {last} (pour un seul appareil, pendant {} s)", offer.seconds)];
    if offer.addresses.is_empty() {
        lines.push("Le port du réseau ne s’ouvre pas : voyez desk.lan-address et le journal.".to_owned());
    } else {
        lines.push("Sur l’appareil à relier, ouvrez l’une de ces adresses :".to_owned());
        lines.extend(offer.addresses.iter().map(|address| format!("  {address}")));
    }
    lines.push(
        "Le navigateur avertit d’un certificat inconnu ? Acceptez-le si son empreinte SHA-256 est :"
            .to_owned(),
    );
    let groups: Vec<&str> = offer.fingerprint.split(' ').collect();
    lines.extend(groups.chunks(8).map(|groups| format!("  {}", groups.join(" "))));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(addresses: &[&str]) -> Offer {
        Offer {
            code: "305172".into(),
            seconds: 600,
            addresses: addresses.iter().map(ToString::to_string).collect(),
            fingerprint: ["AB12"; 16].join(" "),
        }
    }

    #[test]
    fn a_technician_reads_code_addresses_and_fingerprint() {
        let said = spoken(&offer(&["https://192.0.2.7:8443/"]));
        assert!(said.contains("305 172") && said.contains("  https://192.0.2.7:8443/\n"), "{said}");
        assert_eq!(said.matches("AB12").count(), 16);
        assert!(spoken(&offer(&[])).contains("desk.lan-address"));
    }
    #[test]
    fn devices_are_listed_with_the_number_that_revokes_them() {
        let device = Listed { id: 3, name: "Accueil 2".into(), last_used: 1_793_608_200, connected: true };
        assert_eq!(listed(&[device]), "3 · Accueil 2 · là · utilisé le 2\u{a0}novembre 2026");
        assert_eq!(listed(&[]), "Aucun appareil n’est relié.");
    }
}
