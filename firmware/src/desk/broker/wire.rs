//! The line to the broker: TCP, and TLS with the site's authority or those of this machine.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::BrokerConfig;
use super::link::LinkError;
use crate::durable;

/// Bytes of the file of an authority, at most.
const AUTHORITY_BYTES_MAX: u64 = 256 * 1024;

/// Any stream.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection on which nothing was said yet.
pub(super) async fn connect(config: &BrokerConfig) -> Result<Box<dyn Stream>, LinkError> {
    // Files first: what is wrong with them is wrong at every try.
    let tls = if config.tls { Some(connector(config.authority.as_deref())?) } else { None };
    let stream = TcpStream::connect((config.host.as_str(), config.port)).await.map_err(LinkError::Line)?;
    // Small messages, each at once; a system that cannot do that is only slower.
    let _ = stream.set_nodelay(true);
    let Some(connector) = tls else { return Ok(Box::new(stream)) };
    let name = ServerName::try_from(config.host.clone()).map_err(|_| LinkError::Name)?;
    Ok(Box::new(connector.connect(name, stream).await.map_err(LinkError::Line)?))
}

fn connector(authority: Option<&Path>) -> Result<TlsConnector, LinkError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(LinkError::Tls)?;
    let config = match authority {
        Some(path) => builder.with_root_certificates(roots(path)?),
        None => builder.with_platform_verifier().map_err(LinkError::Tls)?,
    };
    Ok(TlsConnector::from(Arc::new(config.with_no_client_auth())))
}

/// The site's authority, and no other.
fn roots(path: &Path) -> Result<RootCertStore, LinkError> {
    let not_pem = || LinkError::Authority(path.to_owned());
    let pem = durable::read(path, AUTHORITY_BYTES_MAX)?.ok_or_else(not_pem)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let mut roots = RootCertStore::empty();
    let (good, _) = roots.add_parsable_certificates(certificates.map_err(|_| not_pem())?);
    if good == 0 { Err(not_pem()) } else { Ok(roots) }
}
