//! A desk on another machine of the hall: where it is ([`DeskAddress`]), what it must prove ([`Trust`]), and what
//! `parvis join-desk` ([`join`]) leaves for the kiosk ([`Joined`]).

pub mod join;
mod kept;
mod trust;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;

use super::desk_place::{BoxedLine, Unlinked};
use crate::desk::door::credentials::Token;
use crate::session::call::LinkTrouble;
pub use kept::{Joined, KeptError};
pub use trust::{Trust, TrustError};

/// Where a desk on another machine is: a name or an address, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskAddress {
    host: String,
    port: u16,
}

impl DeskAddress {
    /// Reads `192.168.1.20:8443`, `[fd00::1]:8443` or `accueil.local:8443`, also as it stands in a browser.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("https://").unwrap_or(text).trim_end_matches('/');
        let (host, port) = text.rsplit_once(':')?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if bare.is_none() && host.contains(':') {
            return None;
        }
        let host = bare.unwrap_or(host).to_owned();
        ServerName::try_from(host.as_str()).ok()?;
        let port = port.parse().ok().filter(|port| *port != 0)?;
        Some(Self { host, port })
    }

    /// A connection to whoever answers there, before anything was said.
    async fn connect(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        // Small messages must not wait for each other; a connection without that works too.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }

    /// The same over TLS, with whoever proves what `tls` wants.
    async fn enter(&self, tls: rustls::ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(self.host.clone()).map_err(std::io::Error::other)?;
        TlsConnector::from(Arc::new(tls)).connect(name, self.connect().await?).await
    }
}

impl fmt::Display for DeskAddress {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(to, "[{}]:{}", self.host, self.port)
        } else {
            write!(to, "{}:{}", self.host, self.port)
        }
    }
}

/// What the configuration says of a desk on another machine; what it does not say, `parvis join-desk` has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteDesk {
    /// Where it is.
    pub address: Option<DeskAddress>,
    /// What it must prove.
    pub trust: Option<Trust>,
    /// What `parvis join-desk` leaves.
    pub file: PathBuf,
}

impl RemoteDesk {
    /// What a technician reads of it; `None` where there is none.
    pub fn spoken(&self) -> Option<String> {
        match self.far() {
            Ok(far) => far.map(|far| format!("sur une autre machine, {}", far.address)),
            Err(trouble) => Some(trouble.for_staff().to_owned()),
        }
    }

    /// The desk on another machine; `None` where neither the configuration nor a technician names one.
    pub(super) fn far(&self) -> Result<Option<Far>, LinkTrouble> {
        match Joined::read(&self.file) {
            Ok(None) if self.address.is_none() => Ok(None),
            Ok(None) => Err(LinkTrouble::NotPaired),
            // A file that is damaged is not an absent one: the kiosk does not turn to another desk.
            Err(_) => Err(LinkTrouble::Unreadable),
            Ok(Some(joined)) => {
                let kept = joined.fingerprint.map(Trust::Fingerprint);
                let trust = self.trust.clone().or(kept).ok_or(LinkTrouble::Unreadable)?;
                let address = self.address.clone().unwrap_or(joined.desk);
                Ok(Some(Far { address, trust, token: joined.token }))
            }
        }
    }
}

/// A desk on another machine that this kiosk is paired with.
pub(super) struct Far {
    address: DeskAddress,
    trust: Trust,
    token: Token,
}

impl Far {
    /// A line to it. The token is shown only to who has proved to be the desk: it is part of the request that is given
    /// back, which is sent on that line.
    pub(super) async fn line(&self) -> Result<(BoxedLine, Request), Unlinked> {
        let tls = self.trust.tls().map_err(|_| LinkTrouble::Unreadable)?;
        let stream = self.address.enter(tls).await.map_err(|error| {
            if trust::distrusts(&error) { LinkTrouble::OtherCertificate.into() } else { Unlinked::Silent }
        })?;
        let mut request = format!("ws://{}/api/kiosk", self.address).into_client_request()?;
        let mut token = HeaderValue::from_str(&format!("Bearer {}", self.token.reveal()))
            .map_err(|_| LinkTrouble::Unreadable)?;
        token.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, token);
        Ok((Box::new(stream), request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_technicians_write_it_and_said_as_it_is_read() {
        for (written, said) in [
            ("192.168.1.20:8443", "192.168.1.20:8443"),
            (" https://192.168.1.20:8443/ ", "192.168.1.20:8443"),
            ("accueil.local:8443", "accueil.local:8443"),
            ("[fd00::1]:8443", "[fd00::1]:8443"),
        ] {
            assert_eq!(DeskAddress::parse(written).unwrap().to_string(), said);
        }
        for wrong in
            ["", "accueil", "accueil:", "accueil:0", "accueil:99999", ":8443", "fd00::1:8443", "a b:1"]
        {
            assert_eq!(DeskAddress::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_desk_elsewhere_is_where_a_technician_joined_it_unless_the_configuration_says_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk-token");
        let named = DeskAddress::parse("192.0.2.7:8443");
        let here = RemoteDesk { address: None, trust: None, file: file.clone() };
        let there = RemoteDesk { address: named.clone(), ..here.clone() };
        assert!(here.far().unwrap().is_none());
        assert_eq!(there.far().err(), Some(LinkTrouble::NotPaired));

        let joined = Joined {
            desk: DeskAddress::parse("192.0.2.9:8443").unwrap(),
            fingerprint: Some(parvis_bundle::Digest::of(b"certificate")),
            token: Token::random(),
        };
        joined.write(&file).unwrap();
        assert_eq!(here.far().unwrap().map(|far| far.address), Some(joined.desk));
        assert_eq!(there.far().unwrap().map(|far| far.address), named);
        std::fs::write(&file, b"{").unwrap();
        for remote in [here, there] {
            assert_eq!(remote.far().err(), Some(LinkTrouble::Unreadable));
        }
    }
}
