//! TLS over an open line: the system's roots, the account's `ca-file`, nothing older than TLS 1.2.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls_platform_verifier::Verifier;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    self, ClientConfig, ClientConnection, DigitallySignedStruct, ProtocolVersion, SignatureScheme,
};

use crate::config::Account;
use crate::mail::SafeText;
use crate::pop3::{ChannelBinding, Waiting};

use super::certificate;
use super::connect::Stream;
use super::trouble::Trouble;

/// How TLS is done with one account's server. One for each fetch, never shared between accounts.
pub(super) struct Tls {
    config: Arc<ClientConfig>,
    examiner: Arc<Examiner>,
    host: String,
    name: ServerName<'static>,
    server: String,
    limit: Duration,
}

impl Tls {
    /// Reads the roots from disk.
    pub(super) async fn new(account: &Account) -> Result<Self, Trouble> {
        let host = account.host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Trouble::BadHost {
            host: host.to_owned(),
        })?;
        let ca_file = account.ca_file.clone();
        let examiner = tokio::task::spawn_blocking(move || Examiner::new(ca_file.as_deref()))
            .await
            .map_err(|error| Trouble::Certificate(error.to_string()))??;
        let examiner = Arc::new(examiner);
        Ok(Self {
            config: config(&examiner)?,
            examiner,
            host: host.to_owned(),
            name,
            server: format!("{host} port {}", account.port),
            limit: account.timeout,
        })
    }

    /// Does the handshake and hands back the protected line, and what it is known by at both its ends.
    pub(super) async fn handshake(
        &self,
        stream: Box<dyn Stream>,
    ) -> Result<(Box<dyn Stream>, Option<ChannelBinding>), Trouble> {
        let connector = TlsConnector::from(self.config.clone());
        let handshake = connector.connect(self.name.clone(), stream);
        match tokio::time::timeout(self.limit, handshake).await {
            Ok(Ok(stream)) => {
                let binding = channel_binding(stream.get_ref().1);
                Ok((Box::new(stream), binding))
            }
            Ok(Err(error)) => Err(self.explain(&error)),
            Err(_elapsed) => Err(Trouble::Silent {
                server: self.server.clone(),
                what: Waiting::Handshake,
                waited: self.limit,
            }),
        }
    }

    fn explain(&self, error: &std::io::Error) -> Trouble {
        let inner = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(rustls::Error::InvalidCertificate(reason)) = inner {
            let leaf = self.examiner.take_refused();
            return Trouble::Certificate(certificate::explain(reason, leaf.as_deref(), &self.host));
        }
        let server = self.server.clone();
        let reason = match inner {
            // What comes from a server that does not speak TLS at all.
            Some(rustls::Error::InvalidMessage(_)) => "what it says is not TLS".to_owned(),
            Some(inner) => inner.to_string(),
            None => {
                let reason = error.to_string();
                return Trouble::HandshakeCut { server, reason };
            }
        };
        Trouble::Handshake {
            server,
            reason: SafeText::new(&reason),
        }
    }
}

/// RFC 9266, section 3: before TLS 1.3 the exporter does not say for sure who is at the other end.
fn channel_binding(connection: &ClientConnection) -> Option<ChannelBinding> {
    if connection.protocol_version() != Some(ProtocolVersion::TLSv1_3) {
        return None;
    }
    let label = b"EXPORTER-Channel-Binding";
    let octets = connection.export_keying_material([0; 32], label, None);
    octets.ok().map(ChannelBinding::TlsExporter)
}

fn config(examiner: &Arc<Examiner>) -> Result<Arc<ClientConfig>, Trouble> {
    // rustls has nothing older than TLS 1.2.
    let config = ClientConfig::builder_with_provider(examiner.provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| Trouble::Certificate(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(examiner.clone())
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The platform's verifier, with two additions: the refused leaf is kept for the error sentence, and a certificate
/// that stands in `ca-file` itself is trusted as the server's own, which webpki refuses for CA certificates (the
/// usual self-signed one is one). Its name and dates are checked all the same.
#[derive(Debug)]
struct Examiner {
    provider: Arc<CryptoProvider>,
    platform: Verifier,
    own: Vec<CertificateDer<'static>>,
    refused: Mutex<Option<Vec<u8>>>,
}

impl Examiner {
    fn new(ca_file: Option<&Path>) -> Result<Self, Trouble> {
        let own = ca_file.map(read_ca_file).transpose()?.unwrap_or_default();
        let provider = Arc::new(ring::default_provider());
        let platform = Verifier::new_with_extra_roots(own.clone(), provider.clone());
        let platform = platform.map_err(|error| match ca_file {
            Some(path) => unusable(path, &error.to_string()),
            None => Trouble::Certificate(format!(
                "no certificate can be checked, since this system has no trusted roots ({error}); \
                 install its package ca-certificates, or set ca-file in the config"
            )),
        })?;
        Ok(Self {
            provider,
            platform,
            own,
            refused: Mutex::default(),
        })
    }

    fn take_refused(&self) -> Option<Vec<u8>> {
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn is_own(&self, leaf: &CertificateDer<'_>) -> bool {
        self.own.iter().any(|own| own == leaf)
    }
}

impl ServerCertVerifier for Examiner {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = if self.is_own(leaf) {
            verify_own(leaf, name, now)
        } else {
            self.platform
                .verify_server_cert(leaf, intermediates, name, ocsp, now)
        };
        if verdict.is_err() {
            let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            *refused = Some(leaf.to_vec());
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.platform.verify_tls12_signature(message, leaf, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.platform.verify_tls13_signature(message, leaf, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.platform.supported_verify_schemes()
    }
}

/// The user trusts this very certificate: what is left to check are its dates and names.
fn verify_own(
    leaf: &CertificateDer<'_>,
    name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, rustls::Error> {
    certificate::check_dates(leaf, now)?;
    verify_server_name(&ParsedCertificate::try_from(leaf)?, name)?;
    Ok(ServerCertVerified::assertion())
}

fn read_ca_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, Trouble> {
    let read = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(path, &error.to_string()))?;
    if read.is_empty() {
        return Err(unusable(path, "it holds no certificate in PEM form"));
    }
    Ok(read)
}

fn unusable(path: &Path, reason: &str) -> Trouble {
    Trouble::CaFile {
        path: path.to_owned(),
        reason: format!(
            "cannot be used ({reason}); it must hold the server's root certificate in PEM form"
        ),
    }
}
