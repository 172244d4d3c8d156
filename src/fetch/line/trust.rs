//! Which server is believed to be the right one: by the system's roots and `ca-file`, or by `fingerprint` alone.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ring::digest::{SHA256, digest};
use rustls_platform_verifier::Verifier;
use tokio_rustls::rustls;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::{
    CryptoProvider, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};

use crate::config::Account;

use crate::fetch::line::certificate;
use crate::fetch::tell::trouble::Trouble;

/// The verifier of one account. It keeps what the server showed, for sentences.
#[derive(Debug)]
pub(in crate::fetch) struct Trust {
    pub(in crate::fetch) provider: Arc<CryptoProvider>,
    rule: Rule,
    presented: Mutex<Option<Vec<u8>>>,
}

#[derive(Debug)]
enum Rule {
    /// The platform's verifier, with one addition: a certificate that stands in `ca-file` itself is trusted as the
    /// server's own, which webpki refuses for CA certificates (the usual self-signed one is one). Its name and dates
    /// are checked all the same.
    Roots {
        platform: Verifier,
        own: Vec<CertificateDer<'static>>,
    },
    /// The certificate with this SHA-256, whoever issued it, whatever its name and dates. That the server holds its
    /// key is checked all the same: by the signature of the handshake.
    Exactly([u8; 32]),
}

impl Trust {
    /// Reads the roots from disk, unless they do not matter.
    pub(in crate::fetch) fn new(account: &Account) -> Result<Self, Trouble> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let rule = match account.fingerprint {
            Some(fingerprint) => Rule::Exactly(fingerprint),
            None => roots(account.ca_file.as_deref(), &provider)?,
        };
        Ok(Self {
            provider,
            rule,
            presented: Mutex::default(),
        })
    }

    /// The certificate that the server showed last, in DER.
    pub(in crate::fetch) fn presented(&self) -> Option<Vec<u8>> {
        let presented = self.presented.lock();
        presented.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether one certificate is pinned.
    pub(in crate::fetch) fn is_pinned(&self) -> bool {
        matches!(self.rule, Rule::Exactly(_))
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let presented = self.presented.lock();
        *presented.unwrap_or_else(PoisonError::into_inner) = Some(leaf.to_vec());
        match &self.rule {
            Rule::Exactly(fingerprint) if digest(&SHA256, leaf).as_ref() == fingerprint => {
                Ok(ServerCertVerified::assertion())
            }
            Rule::Exactly(_) => Err(CertificateError::ApplicationVerificationFailure.into()),
            Rule::Roots { own, .. } if own.iter().any(|own| own == leaf) => {
                verify_own(leaf, name, now)
            }
            Rule::Roots { platform, .. } => {
                platform.verify_server_cert(leaf, intermediates, name, ocsp, now)
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, leaf, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, leaf, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn roots(ca_file: Option<&Path>, provider: &Arc<CryptoProvider>) -> Result<Rule, Trouble> {
    let own = ca_file.map(read_ca_file).transpose()?.unwrap_or_default();
    let platform = Verifier::new_with_extra_roots(own.clone(), provider.clone());
    let platform = platform.map_err(|error| match ca_file {
        Some(path) => unusable(path, &error.to_string()),
        None => Trouble::NoTls(format!(
            "no certificate can be checked, since this system has no trusted roots ({error}); \
             install its package ca-certificates, or set ca-file in the config"
        )),
    })?;
    Ok(Rule::Roots { platform, own })
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
    Trouble::UnusableFile {
        key: "ca-file",
        path: path.to_owned(),
        reason: format!(
            "cannot be used ({reason}); it must hold the server's root certificate in PEM form"
        ),
    }
}
