//! TLS on loopback: good certificates, bad ones, STLS and those who meddle with it; each error is its own sentence.

use std::path::PathBuf;
use std::time::Duration;

use poptui::config::{Account, Keep, Security};
use poptui::fetch::{ErrorKind, Network, Report};
use tokio::net::TcpListener;

use crate::support::maildrop::mail;
use crate::support::server::{Fault, Server};
use crate::support::tls::{Identity, acceptor, identity, issuer, listen, self_signed};
use crate::support::world::World;

/// A world whose account points at this port, trusting this root.
pub(crate) struct Client {
    pub(crate) world: World,
    _root: tempfile::NamedTempFile,
}

impl Client {
    pub(crate) fn new(port: u16, security: Security, root: &str) -> Self {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), root).expect("written");
        let mut world = World::new(Keep::Never);
        world.account = Account {
            port,
            security,
            ca_file: Some(PathBuf::from(file.path())),
            timeout: Duration::from_secs(2),
            ..world.account
        };
        Self { world, _root: file }
    }

    pub(crate) async fn fetch(&self) -> Report {
        self.world.fetch(&Network).await
    }
}

async fn refused(identity: &Identity, root: &str) -> String {
    let server = Server::new(vec![mail("a")]);
    let port = listen(server.clone(), acceptor(identity), Security::Tls).await;
    let report = Client::new(port, Security::Tls, root).fetch().await;
    let error = report.error.expect("a refused certificate");
    assert_eq!(error.kind, ErrorKind::Tls, "{error}");
    assert_eq!(server.heard(""), 0, "nothing was said to an unknown server");
    error.sentence
}

#[tokio::test]
async fn a_certificate_of_the_accounts_own_root_is_trusted() {
    let identity = identity("localhost", (2020, 2120));
    let server = Server::new(vec![mail("a")]);
    let port = listen(server.clone(), acceptor(&identity), Security::Tls).await;
    let client = Client::new(port, Security::Tls, &identity.root);
    let report = client.fetch().await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!((report.new, report.deleted), (1, 1));
    client.world.holds_exactly(&[mail("a")]);
}

#[tokio::test]
async fn a_self_signed_certificate_that_stands_in_ca_file_is_trusted_for_its_names_only() {
    for (name, trusted) in [("localhost", true), ("pop.example.org", false)] {
        let identity = self_signed(name);
        let server = Server::new(vec![mail("a")]);
        let port = listen(server, acceptor(&identity), Security::Tls).await;
        let report = Client::new(port, Security::Tls, &identity.root)
            .fetch()
            .await;
        assert_eq!(report.new, u64::from(trusted), "{:?}", report.error);
    }
}

#[tokio::test]
async fn a_wrong_name_is_told_with_the_names_the_certificate_has() {
    let identity = identity("pop.example.org", (2020, 2120));
    let told = refused(&identity, &identity.root).await;
    assert!(
        told.contains("not for localhost but for pop.example.org"),
        "{told}"
    );
}

#[tokio::test]
async fn an_expired_certificate_is_told_with_its_dates() {
    let identity = identity("localhost", (2020, 2021));
    let told = refused(&identity, &identity.root).await;
    assert!(
        told.contains("the certificate of localhost has expired"),
        "{told}"
    );
    assert!(
        told.contains("from 2020-01-01 until 2021-01-01, and now it is 2"),
        "{told}"
    );
}

#[tokio::test]
async fn a_certificate_of_the_future_is_told_with_its_dates() {
    let identity = identity("localhost", (2110, 2120));
    let told = refused(&identity, &identity.root).await;
    assert!(
        told.contains("is not valid yet: it is valid from 2110-01-01"),
        "{told}"
    );
}

#[tokio::test]
async fn an_unknown_issuer_is_told_by_name() {
    let told = refused(&identity("localhost", (2020, 2120)), &issuer("Other").pem()).await;
    assert!(
        told.contains("issued by \"Test Root\", which this computer does not trust"),
        "{told}"
    );
    assert!(told.contains("set ca-file"), "{told}");
}

#[tokio::test]
async fn a_self_signed_certificate_nobody_vouched_for_is_told_as_such() {
    let told = refused(&self_signed("localhost"), &issuer("Other").pem()).await;
    assert!(
        told.contains("issued by itself, which this computer does not trust"),
        "{told}"
    );
}

#[tokio::test]
async fn a_ca_file_that_cannot_be_used_is_a_fault_of_the_config() {
    for content in ["", "no certificate at all\n"] {
        let report = Client::new(1, Security::Tls, content).fetch().await;
        let error = report.error.expect("an unusable ca-file");
        assert_eq!(error.kind, ErrorKind::Config);
        assert!(error.sentence.contains("ca-file /"), "{error}");
    }
}

#[tokio::test]
async fn a_server_in_clear_where_tls_is_wanted_hears_nothing() {
    let identity = identity("localhost", (2020, 2120));
    let server = Server::new(vec![mail("a")]);
    // It speaks first, in clear: STLS is its only way to TLS.
    let port = listen(server.clone(), acceptor(&identity), Security::Stls).await;
    let report = Client::new(port, Security::Tls, &identity.root)
        .fetch()
        .await;
    let error = report.error.expect("no TLS there");
    assert_eq!(error.kind, ErrorKind::Tls);
    assert!(
        error
            .sentence
            .contains("what it says is not TLS; check port and security"),
        "{error}"
    );
    assert_eq!(server.heard("USER") + server.heard("AUTH"), 0);
}

#[tokio::test]
async fn stls_is_used_before_anything_is_said_about_the_user() {
    let identity = identity("localhost", (2020, 2120));
    let server = Server::new(vec![mail("a")]);
    server.always(Fault::OffersStls);
    let port = listen(server.clone(), acceptor(&identity), Security::Stls).await;
    let report = Client::new(port, Security::Stls, &identity.root)
        .fetch()
        .await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!(
        (report.new, server.heard("STLS"), server.heard("CAPA")),
        (1, 1, 3)
    );
}

#[tokio::test]
async fn stripped_and_injected_stls_end_the_session_without_a_password() {
    for (faults, told) in [
        (vec![], "does not offer STLS"),
        (
            vec![Fault::OffersStls, Fault::InjectsAfterStls],
            "behind the answer to STLS",
        ),
    ] {
        let identity = identity("localhost", (2020, 2120));
        let server = Server::new(vec![mail("a")]);
        for fault in faults {
            server.always(fault);
        }
        let port = listen(server.clone(), acceptor(&identity), Security::Stls).await;
        let report = Client::new(port, Security::Stls, &identity.root)
            .fetch()
            .await;
        let error = report.error.expect("no TLS, no session");
        assert_eq!(error.kind, ErrorKind::Tls);
        assert!(error.sentence.contains(told), "{error}");
        assert_eq!(
            server.heard("USER") + server.heard("AUTH") + server.heard("PASS"),
            0
        );
    }
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_name_and_a_silent_server_are_three_different_errors() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let closed = Client::new(port, Security::None, "").fetch().await;
    let error = closed.error.expect("nobody there");
    assert_eq!(error.kind, ErrorKind::Connect);
    assert!(error.sentence.contains("connection refused"), "{error}");

    let mut nowhere = Client::new(port, Security::None, "");
    nowhere.world.account.host = "no-such-host.invalid".to_owned();
    nowhere.world.account.allow_cleartext = true;
    let error = nowhere.fetch().await.error.expect("no such name");
    assert_eq!(error.kind, ErrorKind::Connect);
    assert!(error.sentence.contains("no-such-host.invalid"), "{error}");

    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    for security in [Security::None, Security::Tls] {
        let root = issuer("Test Root").pem();
        let mut silent = Client::new(port, security, &root);
        silent.world.account.timeout = Duration::from_millis(200);
        let error = silent.fetch().await.error.expect("no word");
        assert_eq!(error.kind, ErrorKind::Temporary);
        assert!(error.sentence.contains("was silent for"), "{error}");
    }
}
