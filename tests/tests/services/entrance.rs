//! The ways into a guarded desk, spoken by hand: TLS that checks the fingerprint, requests written out, sockets.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::{SinkExt as _, StreamExt as _};
use parvis::desk::door::ask::Offer;
use parvis::protocol::{FromKiosk, ToStaff};
use parvis_bundle::Digest;
use parvis_tests::staff::PATIENCE;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpSocket, TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

/// Any stream.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A stream of any kind, as one type.
pub struct Any(Box<dyn Stream>);

/// A port of the desk.
#[derive(Clone, Debug)]
pub struct Entrance {
    pub address: SocketAddr,
    /// What staff would compare with the kiosk's screen; `None` on loopback, which is not TLS.
    pub fingerprint: Option<String>,
    /// Where connections come from.
    pub from: IpAddr,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Entrance {
    /// Loopback, without TLS.
    pub fn loopback(address: SocketAddr) -> Self {
        Self { address, fingerprint: None, from: Ipv4Addr::LOCALHOST.into() }
    }

    /// The port on the network that the desk offers.
    pub fn offered(offer: &Offer) -> Self {
        let address = offer.addresses[0].strip_prefix("https://").unwrap().trim_end_matches('/');
        let fingerprint = Some(offer.fingerprint.clone());
        Self { address: address.parse().unwrap(), fingerprint, from: Ipv4Addr::LOCALHOST.into() }
    }

    /// The same, from another machine: loopback has many addresses.
    pub fn from(&self, last: u8) -> Self {
        Self { from: Ipv4Addr::new(127, 0, 1, last).into(), ..self.clone() }
    }

    /// The origin of the desk's own pages.
    pub fn origin(&self) -> String {
        let scheme = if self.fingerprint.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// A connection that has said nothing yet.
    pub async fn connect(&self) -> std::io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(self.from, 0))?;
        socket.connect(self.address).await
    }

    /// A connection after the TLS handshake, if there is one.
    pub async fn enter(&self) -> std::io::Result<Any> {
        let stream = self.connect().await?;
        let Some(fingerprint) = &self.fingerprint else { return Ok(Any(Box::new(stream))) };
        let name = ServerName::IpAddress(self.address.ip().into());
        let stream = connector(fingerprint).connect(name, stream).await?;
        Ok(Any(Box::new(stream)))
    }

    /// Sends a request: `GET /path`, further lines of the head, and a body.
    pub async fn ask(&self, request: &str, lines: &[String], body: &str) -> Answer {
        let host = format!("{request} HTTP/1.1\r\nHost: {}", self.address);
        let length = format!("Connection: close\r\nContent-Length: {}", body.len());
        let head = [&[host], lines, &[length]].concat().join("\r\n");
        self.raw(format!("{head}\r\n\r\n{body}").as_bytes()).await
    }

    /// `GET path` with a cookie.
    pub async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let lines: Vec<String> = token.into_iter().map(cookie).collect();
        self.ask(&format!("GET {path}"), &lines, "").await
    }

    /// Sends bytes and reads all that comes.
    pub async fn raw(&self, bytes: &[u8]) -> Answer {
        let talk = async {
            let mut stream = self.enter().await.unwrap();
            // A desk that has heard enough closes the connection: that is its good right.
            let _ = stream.write_all(bytes).await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            Answer::parse(&String::from_utf8_lossy(&answer))
        };
        tokio::time::timeout(PATIENCE, talk).await.unwrap()
    }

    /// Sends the form of the pair page, as a page of `origin`.
    pub async fn send_form(&self, code: &str, name: &str, origin: Option<&str>) -> Answer {
        let mut lines = vec!["Content-Type: application/x-www-form-urlencoded".to_owned()];
        lines.extend(origin.map(|origin| format!("Origin: {origin}")));
        self.ask("POST /pair", &lines, &format!("code={code}&name={name}")).await
    }

    /// Pairs a staff page and gives its token.
    pub async fn pair(&self, code: &str, name: &str) -> String {
        let answer = self.send_form(code, name, Some(&self.origin())).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        assert_eq!(answer.line("location"), Some("/"));
        let cookie = answer.line("set-cookie").unwrap();
        let (token, rest) = cookie.strip_prefix("parvis-device=").unwrap().split_once(';').unwrap();
        assert!(rest.contains("HttpOnly") && rest.contains("SameSite=Strict"), "{rest}");
        assert_eq!(rest.contains("Secure"), self.fingerprint.is_some(), "{rest}");
        token.to_owned()
    }

    /// Pairs another kiosk and gives its token.
    pub async fn pair_kiosk(&self, code: &str, name: &str) -> String {
        let body = serde_json::json!({ "code": code, "name": name }).to_string();
        let answer =
            self.ask("POST /api/kiosk-pair", &["Content-Type: application/json".into()], &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        json["token"].as_str().unwrap().to_owned()
    }

    /// Opens the WebSocket at `path` with further lines in the head: `("Origin", …)`.
    pub async fn socket(
        &self,
        path: &str,
        lines: &[(&'static str, String)],
    ) -> Result<WebSocketStream<Any>, SocketError> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request()?;
        for (name, value) in lines {
            request.headers_mut().insert(*name, HeaderValue::from_str(value)?);
        }
        Ok(tokio_tungstenite::client_async(request, self.enter().await?).await?.0)
    }

    /// The WebSocket of a paired staff page.
    pub async fn page(&self, token: &str) -> WebSocketStream<Any> {
        self.socket("/api/staff", &self.page_lines(token)).await.unwrap()
    }

    /// What a paired staff page says in its head.
    pub fn page_lines(&self, token: &str) -> [(&'static str, String); 2] {
        [("Origin", self.origin()), ("Cookie", format!("parvis-device={token}"))]
    }

    /// The status that refuses a WebSocket.
    pub async fn refusal(&self, path: &str, lines: &[(&'static str, String)]) -> u16 {
        match self.socket(path, lines).await {
            Err(SocketError::Http(answer)) => answer.status().as_u16(),
            other => panic!("{path} opened: {}", other.is_ok()),
        }
    }

    /// Waits until nobody listens here.
    pub async fn until_closed(&self) {
        let mut again = tokio::time::interval(std::time::Duration::from_millis(20));
        let closing = async {
            while self.connect().await.is_ok() {
                again.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, closing).await.unwrap();
    }
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// The line of that name in the head.
    pub fn line(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The line of a head that shows a token as staff pages do.
pub fn cookie(token: &str) -> String {
    format!("Cookie: other=1; parvis-device={token}")
}

/// `GET` or `POST` on the desk's Unix socket.
pub async fn local(socket: &Path, request: &str) -> Answer {
    let mut stream = UnixStream::connect(socket).await.unwrap();
    let text = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    Answer::parse(&answer)
}

/// Opens a window at the desk, as the kiosk's screen does.
pub async fn offer(socket: &Path) -> Offer {
    serde_json::from_str(&local(socket, "GET /api/door/open").await.body).unwrap()
}

/// The kiosk of this machine calls for a person; the call lives as long as the socket that is given back.
pub async fn call(socket: &Path, kiosk: &str) -> WebSocketStream<UnixStream> {
    let stream = UnixStream::connect(socket).await.unwrap();
    let mut socket = tokio_tungstenite::client_async("ws://localhost/api/kiosk", stream).await.unwrap().0;
    for message in [FromKiosk::Hello { kiosk: kiosk.into() }, FromKiosk::Ask { key: 7, lang: "fr".into() }] {
        say(&mut socket, &message).await;
    }
    socket
}

/// Says something in a WebSocket.
pub async fn say<S: Stream>(socket: &mut WebSocketStream<S>, message: &FromKiosk) {
    socket.send(Message::text(serde_json::to_string(message).unwrap())).await.unwrap();
}

/// Listens to a staff page until it shows what `holds` wants: calls and kiosks, by name.
pub async fn until(socket: &mut WebSocketStream<Any>, holds: impl Fn(&[String], &[String]) -> bool) {
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message.unwrap() else { continue };
        if let Ok(ToStaff::Hall { calls, kiosks, .. }) = serde_json::from_str(&text) {
            let calls: Vec<String> = calls.into_iter().map(|call| call.kiosk).collect();
            let kiosks: Vec<String> = kiosks.into_iter().map(|kiosk| kiosk.name).collect();
            if holds(&calls, &kiosks) {
                return;
            }
        }
    }
    panic!("the desk closed the page");
}

/// Waits until the desk closes the socket.
pub async fn until_cut_off(socket: &mut WebSocketStream<Any>) {
    let closing = async { while let Some(Ok(_)) = socket.next().await {} };
    tokio::time::timeout(PATIENCE, closing).await.unwrap();
}

fn connector(fingerprint: &str) -> TlsConnector {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Arc::new(Fingerprint(fingerprint.replace(' ', "").to_lowercase(), Arc::clone(&provider)));
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Believes one certificate: the one that staff compared with the kiosk's screen.
#[derive(Debug)]
struct Fingerprint(String, Arc<CryptoProvider>);

impl ServerCertVerifier for Fingerprint {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if Digest::of(shown).to_string() == self.0 {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::Error::General("another fingerprint".into()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.1.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.1.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.1.signature_verification_algorithms.supported_schemes()
    }
}

impl AsyncRead for Any {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut *self.0).poll_read(context, bytes)
    }
}

impl AsyncWrite for Any {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(context)
    }
}
