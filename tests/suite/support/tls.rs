//! The test server behind TLS, with certificates good and bad.

use std::fmt::Write as _;
use std::sync::Arc;

use poptui::config::Security;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use ring::digest::{SHA256, digest};
use rustls::RootCertStore;
use rustls::crypto::ring as provider;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, ServerConfig, SupportedProtocolVersion};

use super::server::{Server, Start};

/// A certificate, its key, and what must stand in `ca-file` for it to be trusted.
pub(crate) struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    pub(crate) root: String,
}

pub(crate) fn issuer(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(params, key).expect("a root certificate")
}

/// A certificate for this name, issued by "Test Root", valid in these years.
pub(crate) fn identity(name: &str, years: (i32, i32)) -> Identity {
    let root = issuer("Test Root");
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
    let key = KeyPair::generate().expect("a key");
    let leaf = params.signed_by(&key, &root).expect("a certificate");
    Identity {
        chain: vec![leaf.der().clone()],
        key: secret(&key),
        root: root.pem(),
    }
}

/// A certificate for this name that is its own authority, as `openssl req -x509` makes them.
pub(crate) fn self_signed(name: &str) -> Identity {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let own = params.self_signed(&key).expect("a certificate");
    Identity {
        chain: vec![own.der().clone()],
        key: secret(&key),
        root: own.pem(),
    }
}

fn secret(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(key.serialize_der()).into()
}

impl Identity {
    /// As it is written into a config.
    pub(crate) fn fingerprint_text(&self) -> String {
        let mut text = "sha256:".to_owned();
        for octet in self.fingerprint() {
            write!(text, "{octet:02x}").expect("a string takes all");
        }
        text
    }

    /// As a config is read.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        digest(&SHA256, &self.chain[0])
            .as_ref()
            .try_into()
            .expect("32 octets")
    }

    /// Shows the certificate, whether the key belongs to it or not.
    fn resolver(&self) -> Arc<SingleCertAndKey> {
        let key = any_supported_type(&self.key).expect("a key of a known kind");
        Arc::new(CertifiedKey::new(self.chain.clone(), key).into())
    }

    /// The same certificate in the hands of somebody who has another key only.
    pub(crate) fn with_key_of(&self, other: &Self) -> Self {
        Self {
            chain: self.chain.clone(),
            key: other.key.clone_key(),
            root: self.root.clone(),
        }
    }
}

/// For a server that asks nobody who he is.
pub(crate) fn acceptor(identity: &Identity) -> TlsAcceptor {
    let config = builder()
        .with_no_client_auth()
        .with_cert_resolver(identity.resolver());
    TlsAcceptor::from(Arc::new(config))
}

/// For a server that speaks these versions of TLS alone.
pub(crate) fn acceptor_of(
    identity: &Identity,
    versions: &[&'static SupportedProtocolVersion],
) -> TlsAcceptor {
    let config = ServerConfig::builder_with_provider(Arc::new(provider::default_provider()))
        .with_protocol_versions(versions)
        .expect("versions")
        .with_no_client_auth()
        .with_cert_resolver(identity.resolver());
    TlsAcceptor::from(Arc::new(config))
}

/// For a server that serves only those with a certificate of this issuer.
pub(crate) fn choosy_acceptor(
    identity: &Identity,
    of: &CertifiedIssuer<'static, KeyPair>,
) -> TlsAcceptor {
    let mut roots = RootCertStore::empty();
    roots.add(of.der().clone()).expect("a root");
    let ring = Arc::new(provider::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), ring).build();
    let config = builder()
        .with_client_cert_verifier(verifier.expect("a verifier"))
        .with_cert_resolver(identity.resolver());
    TlsAcceptor::from(Arc::new(config))
}

fn builder() -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    ServerConfig::builder_with_provider(Arc::new(provider::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
}

/// The server on a port of its own: TLS at once, or after STLS.
pub(crate) async fn listen(server: Server, acceptor: TlsAcceptor, security: Security) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (server, acceptor) = (server.clone(), acceptor.clone());
            tokio::spawn(async move { converse(stream, &server, &acceptor, security).await });
        }
    });
    port
}

async fn converse(stream: TcpStream, server: &Server, acceptor: &TlsAcceptor, security: Security) {
    let (stream, start) = match security {
        Security::Tls => (stream, Start::Greeting),
        _ => match server.serve(stream, Start::Greeting).await {
            Some(stream) => (stream, Start::AfterStls),
            None => return,
        },
    };
    if let Ok(stream) = acceptor.accept(stream).await {
        server.serve(stream, start).await;
    }
}
