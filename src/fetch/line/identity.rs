//! `client-cert` and `client-key`: who we are, for servers that ask for a certificate.

use std::path::Path;

use tokio_rustls::rustls;
use tokio_rustls::rustls::client::{ClientConfig, WantsClientCert};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use zeroize::Zeroizing;

use crate::config::ClientCertificate;

use crate::fetch::tell::trouble::Trouble;

/// Finishes a TLS configuration: with the account's certificate, or with none.
pub(in crate::fetch) fn finish(
    builder: rustls::ConfigBuilder<ClientConfig, WantsClientCert>,
    files: Option<&ClientCertificate>,
) -> Result<ClientConfig, Trouble> {
    let Some(files) = files else {
        return Ok(builder.with_no_client_auth());
    };
    let chain = read_certificate(&files.certificate)?;
    let key = read_key(&files.key)?;
    builder
        .with_client_auth_cert(chain, key)
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => Trouble::UnusableFile {
                key: "client-key",
                path: files.key.clone(),
                reason: format!(
                    "is not the key of the certificate in client-cert {}; name the two that belong together",
                    files.certificate.display()
                ),
            },
            error => bad_key(&files.key, &error.to_string()),
        })
}

fn read_certificate(path: &Path) -> Result<Vec<CertificateDer<'static>>, Trouble> {
    let bad = |reason: &str| Trouble::UnusableFile {
        key: "client-cert",
        path: path.to_owned(),
        reason: format!(
            "cannot be used ({reason}); it must hold your certificate in PEM form, those of its issuers behind it"
        ),
    };
    let octets = std::fs::read(path).map_err(|error| bad(&error.to_string()))?;
    let chain = CertificateDer::pem_slice_iter(&octets).collect::<Result<Vec<_>, _>>();
    match chain {
        Ok(chain) if chain.is_empty() => Err(bad("it holds no certificate")),
        Ok(chain) => Ok(chain),
        Err(error) => Err(bad(&error.to_string())),
    }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, Trouble> {
    let octets = std::fs::read(path).map(Zeroizing::new);
    let octets = octets.map_err(|error| bad_key(path, &error.to_string()))?;
    PrivateKeyDer::from_pem_slice(&octets).map_err(|error| match error {
        pem::Error::NoItemsFound if is_encrypted(&octets) => bad_key(
            path,
            "it is locked with a passphrase, which nobody is there to type",
        ),
        pem::Error::NoItemsFound => bad_key(path, "it holds no key"),
        error => bad_key(path, &error.to_string()),
    })
}

fn is_encrypted(octets: &[u8]) -> bool {
    memchr::memmem::find(octets, b"BEGIN ENCRYPTED PRIVATE KEY").is_some()
}

fn bad_key(path: &Path, reason: &str) -> Trouble {
    Trouble::UnusableFile {
        key: "client-key",
        path: path.to_owned(),
        reason: format!(
            "cannot be used ({reason}); it must hold the certificate's key in PEM form, without a passphrase"
        ),
    }
}
