//! A repository behind any web server or CDN.
//!
//! One pool of connections; a file is asked for from the byte where the last answer broke off; what drips in too
//! slowly is given up, to be gone on with in the next pass.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use parvis_bundle::{Body, Source, SourceError};
use reqwest::header::{CONTENT_RANGE, ETAG, IF_NONE_MATCH, RANGE};
use reqwest::{Certificate, Client, Proxy, Response, StatusCode, Url, redirect};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(15);
/// How long nothing may come.
const SILENCE: Duration = Duration::from_secs(30);
/// Least mean rate after [`PATIENCE`], in bytes a second: a fortieth of a 64 kbit/s line.
const RATE_MIN: u64 = 200;
/// How long a slow start is borne with.
const PATIENCE: Duration = Duration::from_secs(60);
/// Most redirects followed, never from HTTPS to HTTP.
const REDIRECTS_MAX: usize = 3;
/// Pieces that may wait between the network and the disk.
const PIECES_MAX: usize = 8;

/// How a server is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// An HTTP proxy, instead of the one that the environment names.
    pub proxy: Option<String>,
    /// A certification authority of one's own, as PEM, beside those of the system.
    pub authority: Option<Vec<u8>>,
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
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
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
        Ok(Self { client: builder.build().map_err(setup)?, base })
    }

    /// Asks whether the file is still the one called `etag`. Returns its name now; `None` when nothing has changed.
    pub async fn changed(&self, path: &str, etag: Option<&str>) -> Result<Option<String>, SourceError> {
        let mut request = self.client.head(self.address(path)?);
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let answer = request.send().await.map_err(|error| interrupted(path, &error))?;
        if answer.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        skip(path, 0, &answer)?;
        let name =
            answer.headers().get(ETAG).and_then(|name| name.to_str().ok()).unwrap_or_default().to_owned();
        Ok(Some(name).filter(|name| name.is_empty() || Some(name.as_str()) != etag))
    }

    fn address(&self, path: &str) -> Result<Url, SourceError> {
        self.base.join(path).map_err(|error| refused(path, &error.to_string()))
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
    // The cause says more than "error sending request".
    let mut reason = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        reason = deeper.to_string();
        cause = deeper.source();
    }
    SourceError::Interrupted { path: path.to_owned(), reason }
}

/// How many bytes of an answer are to be thrown away before byte `from` comes.
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
        let answer = request.send().await.map_err(|error| interrupted(path, &error))?;
        let skip = skip(path, from, &answer)?;
        let (pieces, received) = mpsc::channel(PIECES_MAX);
        tokio::spawn(pump(answer, skip, path.to_owned(), pieces));
        Ok(Box::pin(stream::unfold(received, |mut received| async move {
            received.recv().await.map(|piece| (piece, received))
        })))
    }
}

type Piece = Result<parvis_bundle::Bytes, SourceError>;

/// So few bytes in so long a time are no line but somebody who wants to hold the kiosk.
fn is_drip(bytes: u64, elapsed: Duration) -> bool {
    bytes < elapsed.saturating_sub(PATIENCE).as_secs() * RATE_MIN
}

/// Hands an answer on, piece by piece, until it ends, fails, is too slow, or nobody listens any more.
async fn pump(answer: Response, mut skip: u64, path: String, pieces: mpsc::Sender<Piece>) {
    let started = Instant::now();
    let mut total = 0_u64;
    let mut body = answer.bytes_stream();
    loop {
        let piece = match timeout(SILENCE, body.next()).await {
            Err(_) => Err(SourceError::TooSlow(path.clone())),
            Ok(None) => return,
            Ok(Some(Err(error))) => Err(interrupted(&path, &error)),
            Ok(Some(Ok(bytes))) => {
                total += bytes.len() as u64;
                if is_drip(total, started.elapsed()) {
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
        for time in [1, 5, 30].map(minutes) {
            assert!(!is_drip(line_of_64_kbit(time), time), "{time:?}");
        }
        assert!(!is_drip(0, minutes(1)), "a slow start");
        assert!(is_drip(minutes(3).as_secs(), minutes(3)), "a byte a second");
    }
}
