//! What a desk on another machine must prove before it is told anything: that it has the key of one certificate, or of
//! one that the site's authority signed.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use parvis_bundle::Digest;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::clock;
use crate::durable::{self, DurableError};

/// Bytes of an authority's file, at most.
const AUTHORITY_BYTES_MAX: u64 = 256 * 1024;

/// What a desk must prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// That it has the key of the one certificate with this SHA-256. Neither names nor dates count.
    Fingerprint(Digest),
    /// That an authority in this PEM file signed a certificate for the desk's name or address.
    Authority(PathBuf),
}

/// Why nothing can be proved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The authority's file cannot be read.
    #[error(transparent)]
    Read(#[from] DurableError),
    /// It holds no certificate.
    #[error("desk.remote-authority: {} is no certificate in PEM", .0.display())]
    NotPem(PathBuf),
    /// TLS cannot use it.
    #[error("desk.remote-authority: {0}")]
    Unusable(#[from] rustls::Error),
    /// TLS cannot use it.
    #[error("desk.remote-authority: {0}")]
    Verifier(#[from] rustls::client::VerifierBuilderError),
}

impl Trust {
    /// What a TLS connection needs.
    pub(super) fn tls(&self) -> Result<ClientConfig, TrustError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        match self {
            Self::Fingerprint(digest) => {
                let pinned = Pinned { expected: *digest, provider: Arc::clone(&provider) };
                Ok(client(provider, Arc::new(pinned))?)
            }
            Self::Authority(file) => {
                let roots = Arc::new(authorities(file)?);
                let verifier =
                    WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build()?;
                Ok(client(provider, verifier)?)
            }
        }
    }
}

fn client(
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_details(provider, Arc::new(OurClock));
    let builder = builder.with_safe_default_protocol_versions()?.dangerous();
    Ok(builder.with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn authorities(file: &Path) -> Result<RootCertStore, TrustError> {
    let not_pem = || TrustError::NotPem(file.to_owned());
    let pem = durable::read(file, AUTHORITY_BYTES_MAX)?.ok_or_else(not_pem)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate.map_err(|_| not_pem())?)?;
    }
    if roots.is_empty() { Err(not_pem()) } else { Ok(roots) }
}

/// The machine's clock, which is never before this program was written: a kiosk may have no clock of its own.
#[derive(Debug)]
struct OurClock;

impl TimeProvider for OurClock {
    fn current_time(&self) -> Option<UnixTime> {
        let now = clock::unix_seconds().max(clock::BUILT_AFTER.unsigned_abs());
        Some(UnixTime::since_unix_epoch(Duration::from_secs(now)))
    }
}

/// Whether a connection failed because of what the other side showed to prove who it is.
pub(super) fn distrusts(error: &(dyn Error + 'static)) -> bool {
    let of_certificate = |cause: &(dyn Error + 'static)| {
        matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
    };
    std::iter::successors(Some(error), |cause| source(*cause)).any(of_certificate)
}

/// What is behind an error: what one of the system wraps is not among its sources.
pub(super) fn source<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref().and_then(std::io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// Believes one certificate.
#[derive(Debug)]
struct Pinned {
    expected: Digest,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if Digest::of(shown) == self.expected {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    // A certificate is public: who shows it must sign with its key.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Looks at a certificate and believes none: the connection ends before anything is said on it.
#[derive(Debug, Default)]
pub(super) struct Look {
    seen: Mutex<Option<Digest>>,
}

impl Look {
    /// What a TLS connection needs that only looks.
    pub(super) fn tls(self: &Arc<Self>) -> Result<ClientConfig, rustls::Error> {
        let verifier: Arc<Self> = Arc::clone(self);
        client(Arc::new(aws_lc_rs::default_provider()), verifier)
    }

    /// The SHA-256 of the certificate that was shown.
    pub(super) fn seen(&self) -> Option<Digest> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCertVerifier for Look {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Digest::of(shown));
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::door::certificate::{Certificate, CertificateFrom};
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use rustls::server::{ClientHello, ResolvesServerCert};
    use rustls::sign::CertifiedKey;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio_rustls::{TlsAcceptor, TlsConnector};

    /// A certificate with its key, as the desk makes it.
    fn made(folder: &Path, name: &str) -> (Arc<ServerConfig>, Vec<u8>) {
        let folder = folder.join(name);
        let from = CertificateFrom::Own(folder.clone());
        let certificate = Certificate::load(&from, "borne", &[], clock::unix_seconds()).unwrap();
        (certificate.tls, std::fs::read(folder.join("desk.pem")).unwrap())
    }

    fn first(pem: &[u8]) -> CertificateDer<'static> {
        CertificateDer::pem_slice_iter(pem).next().unwrap().unwrap()
    }

    /// Whether a kiosk that trusts so speaks with this server; what the server heard when it does.
    async fn spoken(trust: &ClientConfig, server: &Arc<ServerConfig>) -> Result<Vec<u8>, std::io::Error> {
        let (here, there) = tokio::io::duplex(64 * 1024);
        let name = ServerName::try_from("localhost").unwrap();
        let kiosk = async {
            let mut line = TlsConnector::from(Arc::new(trust.clone())).connect(name, here).await?;
            line.write_all(b"token").await?;
            line.shutdown().await?;
            // Kept until the desk has heard all.
            Ok::<_, std::io::Error>(line)
        };
        let desk = async {
            let mut line = TlsAcceptor::from(Arc::clone(server)).accept(there).await?;
            let mut heard = Vec::new();
            line.read_to_end(&mut heard).await?;
            Ok::<_, std::io::Error>(heard)
        };
        let (said, heard) = tokio::join!(kiosk, desk);
        let _line = said?;
        heard
    }

    #[tokio::test]
    async fn only_the_certificate_with_that_fingerprint_is_spoken_to() {
        let folder = tempfile::tempdir().unwrap();
        let (desk, pem) = made(folder.path(), "desk");
        let (other, _) = made(folder.path(), "other");
        let trust = Trust::Fingerprint(Digest::of(&first(&pem))).tls().unwrap();
        assert_eq!(spoken(&trust, &desk).await.unwrap(), b"token");
        assert!(distrusts(&spoken(&trust, &other).await.unwrap_err()));
    }

    /// Shows a certificate without having its key, as whoever has seen it once can.
    #[derive(Debug)]
    struct Copy(Arc<CertifiedKey>);

    impl ResolvesServerCert for Copy {
        fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }

    #[tokio::test]
    async fn a_copy_of_the_certificate_without_its_key_gets_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (_, pem) = made(folder.path(), "desk");
        let (_, foreign) = made(folder.path(), "other");
        let key = PrivateKeyDer::from_pem_slice(&foreign).unwrap();
        let provider = aws_lc_rs::default_provider();
        let key = provider.key_provider.load_private_key(key).unwrap();
        let copy = Copy(Arc::new(CertifiedKey::new(vec![first(&pem)], key)));
        for versions in [&[&rustls::version::TLS13][..], &[&rustls::version::TLS12]] {
            let builder = ServerConfig::builder_with_provider(Arc::new(provider.clone()));
            let builder = builder.with_protocol_versions(versions).unwrap().with_no_client_auth();
            let server = builder.with_cert_resolver(Arc::new(Copy(Arc::clone(&copy.0))));
            let trust = Trust::Fingerprint(Digest::of(&first(&pem))).tls().unwrap();
            assert!(distrusts(&spoken(&trust, &Arc::new(server)).await.unwrap_err()));
        }
    }

    #[tokio::test]
    async fn an_authority_vouches_for_its_own_certificates_and_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let root = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        std::fs::write(path("root.pem"), params.self_signed(&root).unwrap().pem()).unwrap();
        let issuer = rcgen::Issuer::new(params, root);
        let trust = Trust::Authority(path("root.pem")).tls().unwrap();
        for (name, believed) in [("localhost", true), ("autre.example", false)] {
            let key = rcgen::KeyPair::generate().unwrap();
            let certificate = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
            let certificate = certificate.signed_by(&key, &issuer).unwrap();
            std::fs::write(path("site.pem"), certificate.pem()).unwrap();
            std::fs::write(path("site.key"), key.serialize_pem()).unwrap();
            let from = CertificateFrom::Site { certificate: path("site.pem"), key: path("site.key") };
            let server = Certificate::load(&from, "borne", &[], 0).unwrap().tls;
            let outcome = spoken(&trust, &server).await;
            assert_eq!(outcome.is_ok(), believed, "{name}");
            assert!(believed || distrusts(&outcome.unwrap_err()));
        }
        let (own, _) = made(folder.path(), "desk");
        assert!(distrusts(&spoken(&trust, &own).await.unwrap_err()));
        std::fs::write(path("root.pem"), b"rien").unwrap();
        assert!(matches!(Trust::Authority(path("root.pem")).tls(), Err(TrustError::NotPem(_))));
    }

    #[tokio::test]
    async fn looking_at_a_certificate_tells_its_fingerprint_and_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (desk, pem) = made(folder.path(), "desk");
        let look = Arc::new(Look::default());
        assert!(spoken(&look.tls().unwrap(), &desk).await.is_err());
        assert_eq!(look.seen(), Some(Digest::of(&first(&pem))));
    }
}
