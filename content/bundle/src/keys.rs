//! Signing keys: ed25519, kept in files that a passphrase opens.
//!
//! The files are PKCS #8 (RFC 5958) in PEM, encrypted with scrypt and AES-256 (PBES2, RFC 8018 and 7914): `openssl pkey`
//! opens them, should this program be gone one day.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::encoding::{AsBigEndian as _, AsDer as _, Curve25519SeedBin, Pkcs8V1Der};
use aws_lc_rs::rand::{SecureRandom, SystemRandom, fill};
use aws_lc_rs::signature::Ed25519KeyPair;
use pkcs8::pkcs5::pbes2;
use pkcs8::pkcs5::scrypt::Params;
use pkcs8::{EncryptedPrivateKeyInfo, LineEnding, PrivateKeyInfo};
use tough::key_source::KeySource;
pub use tough::schema::key::Key;
use tough::sign::Sign;

/// scrypt with N = 2^14, r = 8, p = 1: 17 MB for each passphrase tried, the most that openssl opens without asking.
const SCRYPT_LOG_N: u8 = 14;
/// Shortest passphrase, in characters.
pub const PASSPHRASE_CHARS_MIN: usize = 12;
/// Bytes of a seed.
pub const SEED_BYTES: usize = 32;
/// Longest key file, in bytes.
pub const KEY_FILE_BYTES_MAX: u64 = 4096;

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file is no encrypted ed25519 key.
    #[error("it is no key file of Parvis")]
    NotAKey,
    /// The passphrase does not open it.
    #[error("the passphrase is wrong")]
    Passphrase,
    /// The passphrase is too short.
    #[error("the passphrase has fewer than {PASSPHRASE_CHARS_MIN} characters")]
    TooShort,
    /// The system gave no random numbers, or no memory.
    #[error("the system could not make a key")]
    System,
}

/// A key that signs.
#[derive(Clone)]
pub struct SigningKey(Arc<Ed25519KeyPair>);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&self.short_id()).finish()
    }
}

impl SigningKey {
    /// A new key.
    pub fn generate() -> Result<Self, KeyError> {
        Ok(Self(Arc::new(Ed25519KeyPair::generate().map_err(|_| KeyError::System)?)))
    }

    /// The key with this seed, as a recovery sheet gives it.
    pub fn from_seed(seed: &[u8]) -> Result<Self, KeyError> {
        Ok(Self(Arc::new(Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::NotAKey)?)))
    }

    /// The seed, to be printed once on a recovery sheet.
    pub fn seed(&self) -> Result<[u8; SEED_BYTES], KeyError> {
        let seed = self.0.seed().map_err(|_| KeyError::System)?;
        let bytes: Curve25519SeedBin<'_> = seed.as_be_bytes().map_err(|_| KeyError::System)?;
        bytes.as_ref().try_into().map_err(|_| KeyError::System)
    }

    /// The public half.
    pub fn public(&self) -> Key {
        self.0.tuf_key()
    }

    /// The first 16 digits of the key's identifier; what a technician compares by eye.
    pub fn short_id(&self) -> String {
        short_id(&self.public())
    }

    /// The key file that `passphrase` opens.
    pub fn seal(&self, passphrase: &str) -> Result<String, KeyError> {
        if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
            return Err(KeyError::TooShort);
        }
        let der: Pkcs8V1Der<'_> = self.0.as_der().map_err(|_| KeyError::System)?;
        let key = PrivateKeyInfo::try_from(der.as_ref()).map_err(|_| KeyError::System)?;
        let (mut salt, mut vector) = ([0; 16], [0; 16]);
        fill(&mut salt).and_then(|()| fill(&mut vector)).map_err(|_| KeyError::System)?;
        let cost = Params::new(SCRYPT_LOG_N, 8, 1, 32).map_err(|_| KeyError::System)?;
        let parameters =
            pbes2::Parameters::scrypt_aes256cbc(cost, &salt, &vector).map_err(|_| KeyError::System)?;
        let sealed = key.encrypt_with_params(parameters, passphrase).map_err(|_| KeyError::System)?;
        let pem = sealed.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).map_err(|_| KeyError::System)?;
        Ok(pem.to_string())
    }

    /// Opens a key file.
    pub fn open(pem: &str, passphrase: &str) -> Result<Self, KeyError> {
        let (label, sealed) = pkcs8::SecretDocument::from_pem(pem).map_err(|_| KeyError::NotAKey)?;
        if label != "ENCRYPTED PRIVATE KEY" {
            return Err(KeyError::NotAKey);
        }
        let sealed = EncryptedPrivateKeyInfo::try_from(sealed.as_bytes()).map_err(|_| KeyError::NotAKey)?;
        let opened = sealed.decrypt(passphrase).map_err(|_| KeyError::Passphrase)?;
        let pair = Ed25519KeyPair::from_pkcs8(opened.as_bytes()).map_err(|_| KeyError::NotAKey)?;
        Ok(Self(Arc::new(pair)))
    }

    /// What tough signs with.
    pub fn source(&self) -> Box<dyn KeySource> {
        Box::new(self.clone())
    }
}

/// The first 16 digits of a key's identifier.
pub fn short_id(key: &Key) -> String {
    key.key_id().map(|id| hex::encode(&*id).chars().take(16).collect()).unwrap_or_default()
}

#[async_trait]
impl Sign for SigningKey {
    fn tuf_key(&self) -> Key {
        self.public()
    }

    async fn sign(
        &self,
        message: &[u8],
        _random: &(dyn SecureRandom + Sync),
    ) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

#[async_trait]
impl KeySource for SigningKey {
    async fn as_sign(&self) -> Result<Box<dyn Sign>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Box::new(self.clone()))
    }

    async fn write(&self, _: &str, _: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err("keys are written by `SigningKey::seal` only".into())
    }
}

/// Where signatures take their random numbers from.
pub(crate) fn random() -> SystemRandom {
    SystemRandom::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_file_and_from_its_seed() {
        let key = SigningKey::generate().unwrap();
        let file = key.seal("une phrase de passe").unwrap();
        assert!(file.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        assert_eq!(SigningKey::open(&file, "une phrase de passe").unwrap().public(), key.public());
        assert_eq!(SigningKey::from_seed(&key.seed().unwrap()).unwrap().public(), key.public());
    }

    #[test]
    fn a_wrong_passphrase_a_short_one_and_a_file_that_is_no_key_are_told_apart() {
        let key = SigningKey::generate().unwrap();
        let file = key.seal("une phrase de passe").unwrap();
        assert_eq!(SigningKey::open(&file, "une autre phrase").unwrap_err(), KeyError::Passphrase);
        assert_eq!(key.seal("trop court").unwrap_err(), KeyError::TooShort);
        let half: String = file.chars().take(file.len() / 2).collect();
        for bad in ["", "-----BEGIN", "hello", &half] {
            assert_eq!(SigningKey::open(bad, "une phrase de passe").unwrap_err(), KeyError::NotAKey);
        }
    }
}
