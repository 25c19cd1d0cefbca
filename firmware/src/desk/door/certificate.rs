//! The desk's certificate: made on the kiosk at its first start, or the site's own.

use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parvis_bundle::Digest;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::durable::{self, DurableError};

/// How long a made certificate is valid: ten years of 365 days.
const VALID: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
/// Bytes of any file of a certificate, at most.
const BYTES_MAX: u64 = 64 * 1024;
/// The file of the made certificate and its key, in its folder. One file: a power cut leaves both or neither.
pub const FILE: &str = "desk.pem";
/// The first word of that file; the digest of what follows stands behind it. OpenSSL passes the line over.
const SEAL: &str = "parvis-sha256 ";

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A file of the site cannot be read.
    #[error(transparent)]
    Read(#[from] DurableError),
    /// A file of the site is not there.
    #[error("{key}: there is no file {}", path.display())]
    Missing {
        /// The key of the configuration.
        key: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A file of the site holds something else.
    #[error("{key}: {} is not {expected} in PEM", path.display())]
    NotPem {
        /// The key of the configuration.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// Certificate and key do not work, or not together.
    #[error("the certificate and its key cannot be used together: {0}")]
    Unusable(#[from] rustls::Error),
    /// A certificate cannot be made.
    #[error("cannot make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// The folder of the made certificate cannot be used.
    #[error("cannot keep a certificate in {}: {source}", path.display())]
    Folder {
        /// The folder or the file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFrom {
    /// Made by the kiosk and kept in this folder.
    Own(PathBuf),
    /// The site's, as PEM files.
    Site {
        /// The certificate, then those between it and the authority.
        certificate: PathBuf,
        /// Its key: PKCS#8, SEC1 or PKCS#1.
        key: PathBuf,
    },
}

/// A certificate that works, with its key.
pub struct Certificate {
    /// What TLS connections need.
    pub tls: Arc<ServerConfig>,
    fingerprint: Digest,
}

impl Certificate {
    /// Reads the certificate, or makes one for `host` and `addresses` at `now` (seconds since 1970).
    pub fn load(
        from: &CertificateFrom,
        host: &str,
        addresses: &[IpAddr],
        now: u64,
    ) -> Result<Self, CertificateError> {
        match from {
            CertificateFrom::Site { certificate, key } => of_site(certificate, key),
            CertificateFrom::Own(folder) => own(folder, host, addresses, now),
        }
    }

    /// The SHA-256 of the certificate, as browsers show it: in capitals, here in sixteen groups of four.
    pub fn fingerprint(&self) -> String {
        spoken_fingerprint(&self.fingerprint)
    }

    fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, CertificateError> {
        let fingerprint = Digest::of(chain.first().map_or(&[], AsRef::as_ref));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut tls = builder.with_no_client_auth().with_single_cert(chain, key)?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { tls: Arc::new(tls), fingerprint })
    }
}

/// A certificate's SHA-256 as people compare it: sixteen groups of four, in capitals.
pub fn spoken_fingerprint(fingerprint: &Digest) -> String {
    let digits = fingerprint.to_string().to_uppercase();
    let groups = digits.as_bytes().chunks(4).map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(" ")
}

/// Reads a fingerprint as people copy it: spaces and colons do not count, nor do capitals.
pub fn parse_fingerprint(text: &str) -> Option<Digest> {
    Digest::parse(&text.chars().filter(|c| !c.is_whitespace() && *c != ':').collect::<String>())
}

fn of_site(certificate: &Path, key: &Path) -> Result<Certificate, CertificateError> {
    let read = |name, path: &Path| {
        durable::read(path, BYTES_MAX)?
            .ok_or_else(|| CertificateError::Missing { key: name, path: path.to_owned() })
    };
    let not_pem =
        |name, path: &Path, expected| CertificateError::NotPem { key: name, path: path.to_owned(), expected };
    let chain = chain(&read("desk.certificate", certificate)?)
        .ok_or_else(|| not_pem("desk.certificate", certificate, "a certificate"))?;
    let secret = PrivateKeyDer::from_pem_slice(&read("desk.key", key)?)
        .map_err(|_| not_pem("desk.key", key, "a private key without password"))?;
    Certificate::new(chain, secret)
}

/// All certificates of a PEM file; `None` when there is none or one is broken.
fn chain(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    chain.ok().filter(|chain| !chain.is_empty())
}

fn own(folder: &Path, host: &str, addresses: &[IpAddr], now: u64) -> Result<Certificate, CertificateError> {
    let file = folder.join(FILE);
    match durable::read(&file, BYTES_MAX) {
        Ok(Some(bytes)) => {
            if let Some(certificate) = unseal(&bytes) {
                return Ok(certificate);
            }
            // Pages that were paired will have to accept the new one: technicians should know why.
            tracing::error!("certificate.damaged");
        }
        Ok(None) => {}
        Err(DurableError::TooLarge { .. }) => tracing::error!("certificate.damaged"),
        Err(error) => tracing::error!(%error, "certificate.unreadable"),
    }
    let pem = make(host, addresses, now)?;
    match keep(folder, &file, &pem) {
        Ok(()) => tracing::info!("certificate.made"),
        // A full disk must not keep the desk shut: calls go on, and the next start makes another certificate.
        Err(error) => tracing::error!(%error, "certificate.not_saved"),
    }
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes());
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes());
    match (certificate, key) {
        (Ok(certificate), Ok(key)) => Certificate::new(vec![certificate], key),
        _ => Err(rcgen::Error::CouldNotParseCertificate.into()),
    }
}

fn unseal(bytes: &[u8]) -> Option<Certificate> {
    let (seal, pem) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
    if Digest::parse(seal.strip_prefix(SEAL)?)? != Digest::of(pem.as_bytes()) {
        return None;
    }
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()?;
    Certificate::new(chain(pem.as_bytes())?, key).ok()
}

/// The PEM of a new certificate and of its key.
fn make(host: &str, addresses: &[IpAddr], now: u64) -> Result<String, CertificateError> {
    let local = [IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let mut names = vec![host.to_owned(), format!("{host}.local"), "localhost".to_owned()];
    names.extend(addresses.iter().chain(&local).map(ToString::to_string));
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, host);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // A kiosk without a clock may be behind: the certificate is valid since before this program was written.
    params.not_before = rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(built_after());
    params.not_after = rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(now.max(built_after())) + VALID;
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let certificate = params.self_signed(&key)?;
    Ok(certificate.pem() + &key.serialize_pem())
}

fn built_after() -> u64 {
    crate::clock::BUILT_AFTER.unsigned_abs()
}

fn keep(folder: &Path, file: &Path, pem: &str) -> Result<(), CertificateError> {
    let refused = |source| CertificateError::Folder { path: folder.to_owned(), source };
    // Nobody else may even look into the folder: the key is never readable, not while it is written either.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(refused)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(refused)?;
    Ok(durable::write_secret(file, format!("{SEAL}{}\n{pem}", Digest::of(pem.as_bytes())).as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn load(folder: &Path) -> Certificate {
        let addresses = ["192.0.2.7".parse().unwrap(), "2001:db8::7".parse().unwrap()];
        Certificate::load(&CertificateFrom::Own(folder.to_owned()), "borne", &addresses, NOW).unwrap()
    }

    #[test]
    fn a_certificate_is_made_once_and_its_key_is_for_the_desk_alone() {
        let folder = tempfile::tempdir().unwrap();
        let tls = folder.path().join("var/tls");
        let first = load(&tls).fingerprint();
        assert_eq!(load(&tls).fingerprint(), first);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&tls), mode(&tls.join(FILE))), (0o700, 0o600));
        assert_eq!(first.split(' ').count(), 16);
        assert!(first.chars().all(|c| c == ' ' || c.is_ascii_digit() || c.is_ascii_uppercase()));
    }

    #[test]
    fn a_fingerprint_is_read_however_it_is_copied() {
        let digest = Digest::of(b"certificate");
        let spoken = spoken_fingerprint(&digest);
        for text in [spoken.clone(), spoken.replace(' ', ":"), digest.to_string(), format!(" {spoken}\n")] {
            assert_eq!(parse_fingerprint(&text), Some(digest), "{text}");
        }
        for text in ["", "AB12", &spoken.replacen('A', "G", 1), &format!("{spoken} 00")] {
            assert!(parse_fingerprint(text).is_none_or(|other| other == digest), "{text}");
        }
        assert_eq!(parse_fingerprint(&format!("{spoken} 00")), None);
    }

    #[test]
    fn it_names_the_host_and_its_addresses() {
        let pem = make("borne", &["192.0.2.7".parse().unwrap()], 0).unwrap();
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        for name in [&b"borne.local"[..], b"localhost", &[192, 0, 2, 7], &[127, 0, 0, 1]] {
            assert!(der.windows(name.len()).any(|part| part == name), "{name:?}");
        }
    }

    #[test]
    fn a_damaged_one_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let whole = load(folder.path()).fingerprint();
        let file = folder.path().join(FILE);
        let bytes = std::fs::read(&file).unwrap();
        for at in [0, 20, 100, 300, bytes.len() - 60] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            std::fs::write(&file, &changed).unwrap();
            assert_ne!(load(folder.path()).fingerprint(), whole, "byte {at}");
            std::fs::write(&file, &bytes).unwrap();
            assert_eq!(load(folder.path()).fingerprint(), whole);
        }
        std::fs::write(&file, b"").unwrap();
        load(folder.path());
    }

    #[test]
    fn one_that_cannot_be_kept_works_until_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let in_the_way = folder.path().join("tls");
        std::fs::write(&in_the_way, b"").unwrap();
        assert_ne!(load(&in_the_way).fingerprint(), load(&in_the_way).fingerprint());
    }

    #[test]
    fn the_sites_own_pair_works_and_a_wrong_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["one", "two"] {
            let pem = make("borne", &[], NOW).unwrap();
            let key = pem.find("-----BEGIN PRIVATE").unwrap();
            std::fs::write(path(name), pem.get(..key).unwrap()).unwrap();
            std::fs::write(path(&format!("{name}.key")), pem.get(key..).unwrap()).unwrap();
        }
        std::fs::write(path("junk"), b"-----BEGIN CERTIFICATE-----\n!!\n").unwrap();
        let site = |certificate: &str, key: &str| {
            let from = CertificateFrom::Site { certificate: path(certificate), key: path(key) };
            Certificate::load(&from, "borne", &[], NOW).map_err(|error| error.to_string())
        };
        assert!(site("one", "one.key").is_ok());
        for (certificate, key, said) in [
            ("none", "one.key", "desk.certificate"),
            ("one", "none", "desk.key"),
            ("junk", "one.key", "desk.certificate"),
            ("one", "one", "desk.key"),
            ("one", "two.key", "together"),
        ] {
            let error = site(certificate, key).err().unwrap();
            assert!(error.contains(said), "{error}");
        }
    }
}
