//! Where the kiosk's desk is, and a line to it: the Unix socket of this machine, or TLS to another machine.

use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;
use tokio_tungstenite::tungstenite::Error as SocketError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::StatusCode;

use super::remote_desk::{Far, RemoteDesk};
use crate::session::call::LinkTrouble;

/// Where the desk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskPlace {
    /// The Unix socket of a desk on this machine.
    pub socket: PathBuf,
    /// What is known of a desk on another machine, which comes first; `None`: there never is one.
    pub remote: Option<RemoteDesk>,
}

impl From<PathBuf> for DeskPlace {
    /// On this machine and nowhere else.
    fn from(socket: PathBuf) -> Self {
        Self { socket, remote: None }
    }
}

impl DeskPlace {
    /// Whether the kiosk calls a desk on another machine, or would if it could.
    pub fn is_far(&self) -> bool {
        !matches!(self.way(), Ok(Way::Here))
    }

    /// A line to the desk, and what is asked on it first. The way is looked up each time: a technician may have just
    /// joined the kiosk to another desk.
    pub(super) async fn line(&self) -> Result<(BoxedLine, Request), Unlinked> {
        match self.way()? {
            Way::Here => {
                let line = UnixStream::connect(&self.socket).await.map_err(|_| Unlinked::Silent)?;
                let request = "ws://desk/api/kiosk".into_client_request().map_err(|_| Unlinked::Silent)?;
                Ok((Box::new(line), request))
            }
            Way::Far(far) => far.line().await,
        }
    }

    fn way(&self) -> Result<Way, LinkTrouble> {
        let Some(remote) = &self.remote else { return Ok(Way::Here) };
        Ok(remote.far()?.map_or(Way::Here, Way::Far))
    }
}

enum Way {
    Here,
    Far(Far),
}

/// Any stream that carries the link.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

/// A line of whatever kind: the link is the same on each.
pub(super) type BoxedLine = Box<dyn Line>;

/// Why there is no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unlinked {
    /// Nobody answers, or not in time.
    Silent,
    /// Somebody must do something about it.
    Trouble(LinkTrouble),
}

impl From<LinkTrouble> for Unlinked {
    fn from(trouble: LinkTrouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<SocketError> for Unlinked {
    /// Why the desk did not let the kiosk in.
    fn from(error: SocketError) -> Self {
        let SocketError::Http(answer) = error else { return Self::Silent };
        let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status());
        if refused { LinkTrouble::NotPaired.into() } else { Self::Silent }
    }
}
