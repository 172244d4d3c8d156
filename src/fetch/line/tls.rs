//! TLS over an open line: the handshake, and why it failed. Nothing older than TLS 1.2.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::BufReader;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{
    self, AlertDescription, ClientConfig, ClientConnection, PeerIncompatible, ProtocolVersion,
};

use crate::config::Account;
use crate::mail::SafeText;
use crate::pop3::{ChannelBinding, Waiting};

use crate::fetch::line::certificate;
use crate::fetch::line::certificate::Doubt;
use crate::fetch::line::connect::Stream;
use crate::fetch::line::identity;
use crate::fetch::line::trust::Trust;
use crate::fetch::tell::trouble::Trouble;

/// Octets read from the line at once: rustls by itself asks for 4 KiB, which costs more than what it does with them.
const READ: usize = 64 << 10;

/// How TLS is done with one account's server. One for each fetch, never shared between accounts.
pub(in crate::fetch) struct Tls {
    config: Arc<ClientConfig>,
    trust: Arc<Trust>,
    agreed: Mutex<Option<Agreed>>,
    host: String,
    name: ServerName<'static>,
    server: String,
    limit: Duration,
}

/// What both sides agreed on.
#[derive(Debug, Clone)]
pub(in crate::fetch) struct Agreed {
    /// `TLS 1.3`
    version: &'static str,
    /// `TLS13_AES_256_GCM_SHA384`
    suite: String,
}

impl fmt::Display for Agreed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.version, self.suite)
    }
}

impl Tls {
    /// Reads the roots and the account's own files from disk.
    pub(in crate::fetch) async fn new(account: &Account) -> Result<Self, Trouble> {
        let host = account.host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Trouble::BadHost {
            host: host.to_owned(),
        })?;
        let owned = account.clone();
        let read = tokio::task::spawn_blocking(move || {
            let trust = Arc::new(Trust::new(&owned)?);
            Ok::<_, Trouble>((config(&owned, &trust)?, trust))
        });
        let (config, trust) = read
            .await
            .map_err(|error| Trouble::NoTls(error.to_string()))??;
        Ok(Self {
            config,
            trust,
            agreed: Mutex::default(),
            host: host.to_owned(),
            name,
            server: format!("{host} port {}", account.port),
            limit: account.timeout,
        })
    }

    /// Does the handshake and hands back the protected line, and what it is known by at both its ends.
    pub(in crate::fetch) async fn handshake(
        &self,
        stream: Box<dyn Stream>,
    ) -> Result<(Box<dyn Stream>, Option<ChannelBinding>), Trouble> {
        let connector = TlsConnector::from(self.config.clone());
        let stream = BufReader::with_capacity(READ, stream);
        let handshake = connector.connect(self.name.clone(), stream);
        match tokio::time::timeout(self.limit, handshake).await {
            Ok(Ok(stream)) => {
                let (agreed, binding) = {
                    let connection = stream.get_ref().1;
                    (agreed(connection), channel_binding(connection))
                };
                *self.agreed.lock().unwrap_or_else(PoisonError::into_inner) = agreed;
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

    /// What the last handshake agreed on; `None` before the first.
    pub(in crate::fetch) fn agreed(&self) -> Option<Agreed> {
        let agreed = self.agreed.lock();
        agreed.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The certificate that the server showed, in DER, whether it was believed or not.
    pub(in crate::fetch) fn presented(&self) -> Option<Vec<u8>> {
        self.trust.presented()
    }

    fn explain(&self, error: &io::Error) -> Trouble {
        let inner = rustls_error(error);
        if let Some(rustls::Error::InvalidCertificate(reason)) = inner {
            let leaf = self.trust.presented();
            let (doubt, sentence) = if self.trust.is_pinned() {
                let sentence = certificate::explain_other(leaf.as_deref(), &self.host);
                (Doubt::Pin, sentence)
            } else {
                certificate::explain(reason, leaf.as_deref(), &self.host)
            };
            return Trouble::Certificate { doubt, sentence };
        }
        if let Some(refused) = refused_identity(error) {
            return refused;
        }
        let server = self.server.clone();
        let reason = match inner {
            Some(rustls::Error::InvalidMessage(_)) => return Trouble::NotTls { server },
            Some(
                rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
                | rustls::Error::PeerIncompatible(
                    PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
                    | PeerIncompatible::ServerDoesNotSupportTls12Or13,
                ),
            ) => "it knows no TLS newer than 1.1, which protects nothing any more".to_owned(),
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

/// A server that wants a certificate of ours says so behind the handshake only (TLS 1.3), as an error of the line.
pub(in crate::fetch) fn refused_identity(error: &io::Error) -> Option<Trouble> {
    let Some(rustls::Error::AlertReceived(alert)) = rustls_error(error) else {
        return None;
    };
    match alert {
        AlertDescription::CertificateRequired => Some(Trouble::Identity(
            "the server wants a certificate of yours; set client-cert and client-key",
        )),
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => Some(Trouble::Identity(
            "the server does not accept your certificate; check client-cert and client-key",
        )),
        _ => None,
    }
}

fn rustls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn agreed(connection: &ClientConnection) -> Option<Agreed> {
    let version = match connection.protocol_version()? {
        ProtocolVersion::TLSv1_2 => "TLS 1.2",
        ProtocolVersion::TLSv1_3 => "TLS 1.3",
        _ => "TLS",
    };
    let suite = connection.negotiated_cipher_suite()?.suite();
    Some(Agreed {
        version,
        suite: suite
            .as_str()
            .unwrap_or("a suite without a name")
            .to_owned(),
    })
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

fn config(account: &Account, trust: &Arc<Trust>) -> Result<Arc<ClientConfig>, Trouble> {
    // rustls has nothing older than TLS 1.2.
    let builder = ClientConfig::builder_with_provider(trust.provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| Trouble::NoTls(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(trust.clone());
    identity::finish(builder, account.client_certificate.as_ref()).map(Arc::new)
}
