//! Where a repository is read from: a folder, or a web server.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::{Stream, StreamExt as _};
use tough::{Bytes, Transport, TransportError, TransportErrorKind, TransportStream};
use url::Url;

/// The bytes of a file, as they come.
pub type Body = Pin<Box<dyn Stream<Item = Result<Bytes, SourceError>> + Send + Sync>>;

/// Why a file of a repository could not be read.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceError {
    /// It is not there.
    #[error("{0} is missing")]
    NotFound(String),
    /// It is no regular file inside the repository: a link, a pipe, a device, a folder.
    #[error("{0} is not a plain file")]
    NotAFile(String),
    /// Reading stopped: the stick was pulled, the line dropped, the server answered with an error.
    #[error("{path}: {reason}")]
    Interrupted {
        /// Which file.
        path: String,
        /// What the system or the server said.
        reason: String,
    },
    /// Nothing, or next to nothing, came within the time allowed.
    #[error("{0} comes too slowly")]
    TooSlow(String),
    /// The proxy is not there, or lets nothing through.
    #[error("through the proxy {proxy}: {reason}")]
    Proxy {
        /// Which, without the password that may stand in its address.
        proxy: String,
        /// What the system or the proxy said.
        reason: String,
    },
    /// The server cannot prove that it is who it says.
    #[error("the certificate of {server} is not accepted: {reason}")]
    Certificate {
        /// Which server.
        server: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server sends something else than was asked, in a way that no retry mends.
    #[error("{path}: {reason}")]
    Refused {
        /// Which file.
        path: String,
        /// What the server said.
        reason: String,
    },
}

/// A repository to read. Paths are those of [`names`](crate::names).
#[async_trait]
pub trait Source: Debug + Send + Sync {
    /// Opens a file from its byte `from` on.
    async fn open(&self, path: &str, from: u64) -> Result<Body, SourceError>;
}

/// What tough reads through. It hears only "not found" and "other"; what really happened is kept here.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    source: Arc<dyn Source>,
    trouble: Arc<Mutex<Option<SourceError>>>,
}

impl Reader {
    pub(crate) fn new(source: Arc<dyn Source>) -> Self {
        Self { source, trouble: Arc::default() }
    }

    /// Something else than a missing file. tough takes any failure to read the next root for "there is none": a
    /// line that drops at the right moment would keep a kiosk on revoked keys.
    pub(crate) fn trouble(&self) -> Option<SourceError> {
        self.trouble.lock().ok().and_then(|trouble| trouble.clone())
    }

    fn failed(&self, error: SourceError, url: &Url) -> TransportError {
        let kind = match error {
            SourceError::NotFound(_) => TransportErrorKind::FileNotFound,
            SourceError::NotAFile(_)
            | SourceError::Interrupted { .. }
            | SourceError::TooSlow(_)
            | SourceError::Proxy { .. }
            | SourceError::Certificate { .. }
            | SourceError::Refused { .. } => {
                if let Ok(mut trouble) = self.trouble.lock() {
                    trouble.get_or_insert(error.clone());
                }
                TransportErrorKind::Other
            }
        };
        TransportError::new_with_cause(kind, url, error)
    }
}

#[async_trait]
impl Transport for Reader {
    async fn fetch(&self, url: Url) -> Result<TransportStream, TransportError> {
        let path = url.path().trim_start_matches('/').to_owned();
        let body = self.source.open(&path, 0).await.map_err(|error| self.failed(error, &url))?;
        let reader = self.clone();
        Ok(Box::pin(body.map(move |chunk| chunk.map_err(|error| reader.failed(error, &url)))))
    }
}
