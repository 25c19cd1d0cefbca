//! What `parvis join-desk` leaves for the kiosk: where the desk is, its certificate's fingerprint, and the token. One
//! file that only this user reads.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::DeskAddress;
use crate::desk::door::certificate::{parse_fingerprint, spoken_fingerprint};
use crate::desk::door::credentials::Token;
use crate::durable::{self, DurableError};
use parvis_bundle::Digest;

/// Bytes of the file, at most.
const BYTES_MAX: u64 = 4 * 1024;
/// The file's format.
const FORMAT: u32 = 1;

/// Why the file was not written or not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeptError {
    /// The disk.
    #[error(transparent)]
    Durable(#[from] DurableError),
    /// Not what we wrote.
    #[error("{0} is damaged: join the desk again")]
    Damaged(String),
}

/// A desk that this kiosk was joined to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Where it is.
    pub desk: DeskAddress,
    /// The SHA-256 of its certificate; `None` where an authority of the configuration vouches for it.
    pub fingerprint: Option<Digest>,
    /// What the kiosk shows.
    pub token: Token,
}

/// The file, as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: u32,
    desk: String,
    fingerprint: Option<String>,
    token: String,
}

impl Joined {
    /// Reads the file; `None` when there is none.
    pub fn read(file: &Path) -> Result<Option<Self>, KeptError> {
        let Some(bytes) = durable::read(file, BYTES_MAX)? else { return Ok(None) };
        Self::parse(&bytes).map(Some).ok_or_else(|| KeptError::Damaged(file.display().to_string()))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let stored: Stored =
            serde_json::from_slice(bytes).ok().filter(|stored: &Stored| stored.format == FORMAT)?;
        let fingerprint = match stored.fingerprint {
            Some(text) => Some(parse_fingerprint(&text)?),
            None => None,
        };
        Some(Self {
            desk: DeskAddress::parse(&stored.desk)?,
            fingerprint,
            token: Token::parse(&stored.token)?,
        })
    }

    /// Writes it, for this user alone.
    pub fn write(&self, file: &Path) -> Result<(), KeptError> {
        let stored = Stored {
            format: FORMAT,
            desk: self.desk.to_string(),
            fingerprint: self.fingerprint.as_ref().map(spoken_fingerprint),
            token: self.token.reveal(),
        };
        let bytes = serde_json::to_vec(&stored).map_err(|error| KeptError::Damaged(error.to_string()))?;
        Ok(durable::write_secret(file, &bytes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_was_joined_is_read_back_and_only_its_user_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk-token");
        assert!(Joined::read(&file).unwrap().is_none());
        for fingerprint in [Some(Digest::of(b"certificate")), None] {
            let joined = Joined {
                desk: DeskAddress::parse("192.0.2.7:8443").unwrap(),
                fingerprint,
                token: Token::random(),
            };
            joined.write(&file).unwrap();
            assert_eq!(Joined::read(&file).unwrap(), Some(joined));
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_file_is_refused_and_not_taken_for_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk-token");
        for bytes in [&b""[..], b"{}", b"\xff", br#"{"format":2,"desk":"a:1","fingerprint":null,"token":""}"#]
        {
            std::fs::write(&file, bytes).unwrap();
            assert!(matches!(Joined::read(&file), Err(KeptError::Damaged(_))));
        }
    }
}
