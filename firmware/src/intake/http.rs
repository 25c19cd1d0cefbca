//! A repository behind any web server or CDN.
//!
//! One pool of connections; a file is asked for from the byte where the last answer broke off; what drips in too
//! slowly is given up, to be gone on with in the next pass.

use std::error::Error as StdError;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use parvis_bundle::{Body, Source, SourceError, names};
use reqwest::header::{CONTENT_RANGE, ETAG, IF_NONE_MATCH, RANGE};
use reqwest::{Certificate, Client, Proxy, RequestBuilder, Response, StatusCode, Url, redirect};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

/// Most redirects followed, never from HTTPS to HTTP.
const REDIRECTS_MAX: usize = 3;
/// Pieces that may wait between the network and the disk.
const PIECES_MAX: usize = 8;

/// How long a server is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a connection may take to come about.
    pub connect: Duration,
    /// How long nothing may come.
    pub silence: Duration,
    /// How long a slow start is borne with.
    pub patience: Duration,
    /// Least mean rate after that, in bytes a second.
    pub rate_min: u64,
}

impl Default for Limits {
    /// For a 64 kbit/s line: the least rate is a fortieth of it.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            silence: Duration::from_secs(30),
            patience: Duration::from_secs(60),
            rate_min: 200,
        }
    }
}

impl Limits {
    /// So few bytes in so long a time are no line but somebody who wants to hold the kiosk.
    fn is_drip(&self, bytes: u64, elapsed: Duration) -> bool {
        let due = elapsed.saturating_sub(self.patience).as_millis() * u128::from(self.rate_min);
        u128::from(bytes) * 1_000 < due
    }
}

/// How a server is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// An HTTP proxy, instead of the one that the environment names.
    pub proxy: Option<String>,
    /// A certification authority of one's own, as PEM, beside those of the system.
    pub authority: Option<Vec<u8>>,
    /// How long it is waited for.
    pub limits: Limits,
}

/// Why a server cannot even be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// The address is none.
    #[error("{0} is no http or https address")]
    Address(String),
    /// Proxy or certificate cannot be used.
    #[error("the proxy or the certificate cannot be used: {0}")]
    Setup(String),
}

/// A repository behind a web server.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
    base: Url,
    /// The proxy that was asked for, as it may be told.
    proxy: Option<String>,
    limits: Limits,
}

impl Http {
    /// The repository at `address`, the folder that holds `metadata/` and `targets/`.
    pub fn new(address: &str, line: &Line) -> Result<Self, LineError> {
        let wrong = || LineError::Address(address.to_owned());
        let mut base = Url::parse(address).map_err(|_| wrong())?;
        if !["http", "https"].contains(&base.scheme()) {
            return Err(wrong());
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let setup = |error: reqwest::Error| LineError::Setup(error.to_string());
        let mut builder = Client::builder()
            .connect_timeout(line.limits.connect)
            .read_timeout(line.limits.silence)
            .user_agent(concat!("parvis/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::custom(follow));
        if let Some(proxy) = &line.proxy {
            builder = builder.proxy(Proxy::all(proxy).map_err(setup)?);
        }
        if let Some(pem) = &line.authority {
            let certificates = Certificate::from_pem_bundle(pem).map_err(setup)?;
            if certificates.is_empty() {
                return Err(LineError::Setup("no certificate in the file".to_owned()));
            }
            for certificate in certificates {
                builder = builder.add_root_certificate(certificate);
            }
        }
        // Nobody is told the password that may stand before the @.
        let proxy = line.proxy.as_deref().and_then(|proxy| proxy.rsplit('@').next()).map(str::to_owned);
        Ok(Self { client: builder.build().map_err(setup)?, base, proxy, limits: line.limits })
    }

    /// Asks whether the file is still the one called `etag`. Returns its name now; `None` when nothing has changed.
    pub async fn changed(&self, path: &str, etag: Option<&str>) -> Result<Option<String>, SourceError> {
        let mut request = self.client.head(self.address(path)?);
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let answer = self.ask(path, request).await?;
        if answer.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        self.skip(path, 0, &answer)?;
        let name =
            answer.headers().get(ETAG).and_then(|name| name.to_str().ok()).unwrap_or_default().to_owned();
        Ok(Some(name).filter(|name| name.is_empty() || Some(name.as_str()) != etag))
    }

    fn address(&self, path: &str) -> Result<Url, SourceError> {
        self.base.join(path).map_err(|error| refused(path, &error.to_string()))
    }

    /// Asks; and once more when the line broke before an answer came: a connection that was kept from the question
    /// before may just have been closed at the other end. Some proxies close each, and do not say so.
    async fn ask(&self, path: &str, request: RequestBuilder) -> Result<Response, SourceError> {
        let again = request.try_clone();
        let broke = |error: &reqwest::Error| error.is_request() && !error.is_connect() && !error.is_timeout();
        let answer = match (request.send().await, again) {
            (Err(error), Some(again)) if broke(&error) => again.send().await,
            (answer, _) => answer,
        };
        answer.map_err(|error| self.unreached(path, &error))
    }

    /// Why no answer came.
    fn unreached(&self, path: &str, error: &reqwest::Error) -> SourceError {
        if let Some(reason) = bad_certificate(error) {
            let server = self.base.host_str().unwrap_or_default().to_owned();
            return SourceError::Certificate { server, reason };
        }
        match &self.proxy {
            Some(proxy) if error.is_connect() => {
                SourceError::Proxy { proxy: proxy.clone(), reason: deepest(error) }
            }
            _ => interrupted(path, error),
        }
    }

    /// How many bytes of an answer are to be thrown away before byte `from` comes.
    fn skip(&self, path: &str, from: u64, answer: &Response) -> Result<u64, SourceError> {
        let status = answer.status();
        // A repository that is there has a timestamp: whoever forbids it is the proxy, or the server behind it. Some
        // proxies say 401 to a wrong password.
        let by_proxy = self.proxy.is_some() && self.base.scheme() == "http" && path == names::TIMESTAMP;
        let forbidden = [StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&status);
        if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED || (by_proxy && forbidden) {
            let proxy = self.proxy.clone().unwrap_or_else(|| "of the environment".to_owned());
            return Err(SourceError::Proxy { proxy, reason: status.to_string() });
        }
        skip(path, from, answer)
    }
}

fn follow(attempt: redirect::Attempt<'_>) -> redirect::Action {
    let was_safe = attempt.previous().first().is_some_and(|first| first.scheme() == "https");
    if attempt.previous().len() > REDIRECTS_MAX || (was_safe && attempt.url().scheme() != "https") {
        return attempt.stop();
    }
    attempt.follow()
}

fn refused(path: &str, reason: &str) -> SourceError {
    SourceError::Refused { path: path.to_owned(), reason: reason.to_owned() }
}

fn interrupted(path: &str, error: &reqwest::Error) -> SourceError {
    if error.is_timeout() {
        return SourceError::TooSlow(path.to_owned());
    }
    SourceError::Interrupted { path: path.to_owned(), reason: deepest(error) }
}

/// What lies under an error, and under that.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

/// The cause says more than "error sending request".
fn deepest(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// What is wrong with the server's certificate, if that is it.
fn bad_certificate(error: &reqwest::Error) -> Option<String> {
    use rustls::Error::{InvalidCertificate, NoCertificatesPresented};
    let tls = causes(error).find_map(tls_error)?;
    matches!(tls, InvalidCertificate(_) | NoCertificatesPresented).then(|| tls.to_string())
}

/// An I/O error passes over what it wraps when it is asked for its cause: it is unwrapped here.
fn tls_error<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let within = || tls_error(cause.downcast_ref::<std::io::Error>()?.get_ref()?);
    cause.downcast_ref::<rustls::Error>().or_else(within)
}

fn skip(path: &str, from: u64, answer: &Response) -> Result<u64, SourceError> {
    match answer.status() {
        StatusCode::OK => Ok(from),
        StatusCode::PARTIAL_CONTENT => {
            let start = answer.headers().get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
            let start =
                start.and_then(|range| range.strip_prefix("bytes ")?.split('-').next()?.parse::<u64>().ok());
            if start == Some(from) { Ok(0) } else { Err(refused(path, "another range than was asked")) }
        }
        // Stores that do not let their folders be listed answer "forbidden" for what is not there.
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::FORBIDDEN => {
            Err(SourceError::NotFound(path.to_owned()))
        }
        status if status.is_server_error() || [408, 425, 429].contains(&status.as_u16()) => {
            Err(SourceError::Interrupted { path: path.to_owned(), reason: status.to_string() })
        }
        status => Err(refused(path, status.as_str())),
    }
}

#[async_trait]
impl Source for Http {
    async fn open(&self, path: &str, from: u64) -> Result<Body, SourceError> {
        let mut request = self.client.get(self.address(path)?);
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        let answer = self.ask(path, request).await?;
        let skip = self.skip(path, from, &answer)?;
        let (pieces, received) = mpsc::channel(PIECES_MAX);
        tokio::spawn(pump(answer, skip, path.to_owned(), self.limits, pieces));
        Ok(Box::pin(stream::unfold(received, |mut received| async move {
            received.recv().await.map(|piece| (piece, received))
        })))
    }
}

type Piece = Result<parvis_bundle::Bytes, SourceError>;

/// Hands an answer on, piece by piece, until it ends, fails, is too slow, or nobody listens any more.
async fn pump(answer: Response, mut skip: u64, path: String, limits: Limits, pieces: mpsc::Sender<Piece>) {
    let started = Instant::now();
    let mut total = 0_u64;
    let mut body = answer.bytes_stream();
    loop {
        let piece = match timeout(limits.silence, body.next()).await {
            Err(_) => Err(SourceError::TooSlow(path.clone())),
            Ok(None) => return,
            Ok(Some(Err(error))) => Err(interrupted(&path, &error)),
            Ok(Some(Ok(bytes))) => {
                total += bytes.len() as u64;
                if limits.is_drip(total, started.elapsed()) {
                    Err(SourceError::TooSlow(path.clone()))
                } else {
                    Ok(bytes)
                }
            }
        };
        let last = piece.is_err();
        let piece = piece.map(|mut bytes| {
            let over = skip.min(bytes.len() as u64);
            skip -= over;
            bytes.split_off(over as usize)
        });
        if pieces.send(piece).await.is_err() || last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_line_is_borne_with_and_a_drip_is_not() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let line_of_64_kbit = |time: Duration| time.as_secs() * 8_000;
        let is_drip = |bytes, time| Limits::default().is_drip(bytes, time);
        for time in [1, 5, 30].map(minutes) {
            assert!(!is_drip(line_of_64_kbit(time), time), "{time:?}");
        }
        assert!(!is_drip(0, minutes(1)), "a slow start");
        assert!(is_drip(minutes(3).as_secs(), minutes(3)), "a byte a second");
    }
}
