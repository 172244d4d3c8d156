//! One small file over HTTPS, within limits. The only HTTP of the program, and never for mail.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::{Sources, StandIn};

/// The largest file that is read.
const LARGEST: u64 = 256 * 1024;
/// Each may lead to another host, but never away from TLS.
const REDIRECTS: u32 = 3;

/// Reads what lies at an `https://` address; `None` where there is nothing. The error is a few words, and foreign.
pub(super) async fn read(url: String, sources: &Sources) -> Result<Option<Vec<u8>>, String> {
    let sources = sources.clone();
    // The client blocks, but no longer than its limit.
    tokio::task::spawn_blocking(move || read_blocking(&url, &sources))
        .await
        .map_err(|error| error.to_string())?
}

fn read_blocking(url: &str, sources: &Sources) -> Result<Option<Vec<u8>>, String> {
    let answer = agent(sources)?.get(url).call();
    let mut answer = match answer {
        Ok(answer) => answer,
        Err(Error::HostNotFound) => return Ok(None),
        Err(error) => return Err(words(&error)),
    };
    match answer.status().as_u16() {
        200 => {}
        404 | 410 => return Ok(None),
        status => return Err(format!("it answers with status {status}")),
    }
    let body = answer.body_mut().with_config().limit(LARGEST).read_to_vec();
    body.map(Some).map_err(|error| words(&error))
}

fn agent(sources: &Sources) -> Result<Agent, String> {
    let roots = match &sources.https {
        None => RootCerts::PlatformVerifier,
        Some(stand_in) => only(stand_in)?,
    };
    let tls = TlsConfig::builder()
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build();
    let config = Agent::config_builder()
        .https_only(true)
        .max_redirects(REDIRECTS)
        .http_status_as_error(false)
        .timeout_global(Some(sources.limits.each))
        .user_agent("poptui")
        // As for mail: a proxy is used where the config names one, not because of the environment.
        .proxy(None)
        .tls_config(tls)
        .build();
    Ok(match &sources.https {
        None => config.new_agent(),
        Some(stand_in) => {
            Agent::with_parts(config, DefaultConnector::default(), At(stand_in.address))
        }
    })
}

fn only(stand_in: &StandIn) -> Result<RootCerts, String> {
    let pem = std::fs::read(&stand_in.root).map_err(|error| error.to_string())?;
    let certificates = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    Ok(RootCerts::from(certificates))
}

/// Every host is here.
#[derive(Debug)]
struct At(SocketAddr);

impl Resolver for At {
    fn resolve(
        &self,
        _: &Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let mut found = self.empty();
        found.push(self.0);
        Ok(found)
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::Timeout(_) => "it does not answer in time".to_owned(),
        Error::BodyExceedsLimit(_) => format!("it sends more than {} KiB", LARGEST / 1024),
        Error::TooManyRedirects => format!("it redirects more than {REDIRECTS} times"),
        Error::RequireHttpsOnly(_) => "it redirects to a page without TLS".to_owned(),
        Error::Io(error) => io_words(error),
        other => other.to_string(),
    }
}

/// The standard library gives name lookups no kind of their own, only words in front.
fn io_words(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.strip_prefix("failed to lookup address information: ") {
        Some(reason) => format!("its name is not found ({reason})"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

    use super::*;

    #[tokio::test]
    async fn the_roots_of_the_system_are_asked_and_do_not_know_a_certificate_made_here() {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.into())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = acceptor.accept(stream).await;
            }
        });
        let read = read(format!("https://localhost:{port}/x"), &Sources::default()).await;
        let refused = read.unwrap_err();
        assert!(refused.contains("certificate"), "{refused}");
    }
}
