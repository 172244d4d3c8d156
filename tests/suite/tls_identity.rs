//! Who is who over TLS: one pinned certificate and no other, a certificate of our own, and no TLS older than 1.2.

use std::path::{Path, PathBuf};
use std::time::Duration;

use poptui::config::{Account, ClientCertificate, Keep, Security};
use poptui::fetch::{Error, ErrorKind, Network, Report};
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::maildrop::mail;
use crate::support::server::Server;
use crate::support::tls::{acceptor, choosy_acceptor, identity, issuer, listen, self_signed};
use crate::support::world::World;

async fn fetch(port: u16, change: impl FnOnce(&mut Account)) -> Report {
    let mut world = World::new(Keep::Forever);
    world.account.port = port;
    world.account.security = Security::Tls;
    world.account.timeout = Duration::from_secs(2);
    change(&mut world.account);
    world.fetch(&Network).await
}

fn told(report: &Report) -> Option<&str> {
    report.error.as_ref().map(|error| error.sentence.as_str())
}

#[tokio::test]
async fn a_pinned_certificate_is_accepted_whatever_its_issuer_name_and_dates() {
    for pinned in [
        self_signed("somebody.else.example"),
        identity("localhost", (2020, 2021)),
        identity("pop.example.org", (2110, 2120)),
    ] {
        let server = Server::new(vec![mail("a")]);
        let port = listen(server, acceptor(&pinned), Security::Tls).await;
        let report = fetch(port, |account| {
            account.fingerprint = Some(pinned.fingerprint());
        })
        .await;
        assert_eq!((told(&report), report.new), (None, 1));
    }
}

#[tokio::test]
async fn any_other_certificate_than_the_pinned_one_is_refused_with_its_fingerprint() {
    let (pinned, other) = (
        self_signed("localhost"),
        identity("localhost", (2020, 2120)),
    );
    let server = Server::new(vec![mail("a")]);
    let port = listen(server.clone(), acceptor(&other), Security::Tls).await;
    let root = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(root.path(), &other.root).expect("written");
    // Not even one that the roots would trust.
    let report = fetch(port, |account| {
        account.fingerprint = Some(pinned.fingerprint());
        account.ca_file = Some(root.path().to_owned());
    })
    .await;
    let error = report.error.expect("another certificate");
    assert_eq!(error.kind, ErrorKind::Tls);
    let shown = other.fingerprint_text();
    assert!(error.sentence.contains(&shown), "{error}");
    assert!(
        error.sentence.contains("issued by \"Test Root\""),
        "{error}"
    );
    assert_eq!(server.heard(""), 0, "nothing was said to an unknown server");
}

#[tokio::test]
async fn a_pinned_certificate_that_somebody_copied_without_its_key_is_refused() {
    let pinned = identity("localhost", (2020, 2120));
    let thief = pinned.with_key_of(&self_signed("thief.example"));
    let server = Server::new(vec![mail("a")]);
    let port = listen(server.clone(), acceptor(&thief), Security::Tls).await;
    let report = fetch(port, |account| {
        account.fingerprint = Some(pinned.fingerprint());
    })
    .await;
    assert_eq!(report.error.map(|error| error.kind), Some(ErrorKind::Tls));
    assert_eq!(server.heard(""), 0);
}

/// Our own certificate in files, and a server that asks for it.
struct Choosy {
    port: u16,
    dir: tempfile::TempDir,
    fingerprint: [u8; 32],
}

impl Choosy {
    async fn start() -> Self {
        let clients = issuer("Client Root");
        let key = KeyPair::generate().expect("a key");
        let own = CertificateParams::new(vec!["alice".to_owned()]).expect("a name");
        let own = own.signed_by(&key, &clients).expect("a certificate");
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(dir.path().join("own.pem"), own.pem()).expect("written");
        std::fs::write(dir.path().join("own.key"), key.serialize_pem()).expect("written");
        let server = self_signed("localhost");
        let acceptor = choosy_acceptor(&server, &clients);
        let port = listen(Server::new(vec![mail("a")]), acceptor, Security::Tls).await;
        Self {
            port,
            dir,
            fingerprint: server.fingerprint(),
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    async fn fetch(&self, certificate: &Path, key: &Path) -> Report {
        self.fetch_as(Some(ClientCertificate {
            certificate: self.dir.path().join(certificate),
            key: self.dir.path().join(key),
        }))
        .await
    }

    async fn fetch_as(&self, files: Option<ClientCertificate>) -> Report {
        fetch(self.port, |account| {
            account.fingerprint = Some(self.fingerprint);
            account.client_certificate = files;
        })
        .await
    }
}

#[tokio::test]
async fn a_server_that_asks_who_we_are_gets_our_certificate() {
    let choosy = Choosy::start().await;
    let report = choosy
        .fetch(Path::new("own.pem"), Path::new("own.key"))
        .await;
    assert_eq!((told(&report), report.new), (None, 1));
}

#[tokio::test]
async fn a_server_that_asks_who_we_are_and_hears_nothing_is_told_as_such() {
    let choosy = Choosy::start().await;
    let error = choosy.fetch_as(None).await.error.expect("no certificate");
    assert_eq!(error.kind, ErrorKind::Tls);
    assert!(
        error
            .sentence
            .contains("wants a certificate of yours; set client-cert and client-key"),
        "{error}"
    );
    let key = KeyPair::generate().expect("a key");
    let stranger = CertificateParams::new(vec!["eve".to_owned()]).expect("a name");
    let stranger = stranger.self_signed(&key).expect("a certificate");
    let (pem, key) = (
        choosy.write("eve.pem", &stranger.pem()),
        choosy.write("eve.key", &key.serialize_pem()),
    );
    let error = choosy.fetch(&pem, &key).await.error.expect("a stranger");
    assert_eq!(error.kind, ErrorKind::Tls);
    assert!(
        error.sentence.contains("does not accept your certificate"),
        "{error}"
    );
}

#[tokio::test]
async fn each_fault_of_the_two_files_is_told_by_its_key_and_path() {
    let choosy = Choosy::start().await;
    let foreign = KeyPair::generate().expect("a key").serialize_pem();
    let locked =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let (empty, foreign, locked) = (
        choosy.write("empty", ""),
        choosy.write("foreign.key", &foreign),
        choosy.write("locked.key", locked),
    );
    let (own, key) = (Path::new("own.pem"), Path::new("own.key"));
    for (certificate, key, words) in [
        (Path::new("absent"), key, ["client-cert /", "No such file"]),
        (&empty, key, ["client-cert /", "holds no certificate"]),
        (own, Path::new("absent"), ["client-key /", "No such file"]),
        (own, &empty, ["client-key /", "holds no key"]),
        (own, &locked, ["client-key /", "locked with a passphrase"]),
        (
            own,
            &foreign,
            [
                "client-key /",
                "is not the key of the certificate in client-cert /",
            ],
        ),
    ] {
        let error = choosy.fetch(certificate, key).await.error.expect(words[1]);
        assert_eq!(error.kind, ErrorKind::Config, "{error}");
        for word in words {
            assert!(error.sentence.contains(word), "{error}");
        }
    }
}

/// What a server of old answers to our ClientHello.
async fn old_server(answer: &'static [u8]) -> Error {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut hello = [0; 2048];
            let _ = stream.read(&mut hello).await;
            let _ = stream.write_all(answer).await;
            let _ = stream.read(&mut hello).await;
        }
    });
    let report = fetch(port, |account| account.fingerprint = Some([0; 32])).await;
    report.error.expect("no TLS of today")
}

#[tokio::test]
async fn tls_1_1_is_refused_whichever_side_says_so() {
    // A ServerHello of TLS 1.1 with ECDHE_RSA_AES_128_CBC_SHA, and the alert protocol_version.
    const HELLO: &[u8] =
        b"\x16\x03\x02\0\x2a\x02\0\0\x26\x03\x020123456789abcdef0123456789abcdef\0\xc0\x13\0";
    const ALERT: &[u8] = b"\x15\x03\x02\0\x02\x02\x46";
    for answer in [HELLO, ALERT] {
        let error = old_server(answer).await;
        assert_eq!(error.kind, ErrorKind::Tls);
        assert!(
            error.sentence.contains("knows no TLS newer than 1.1"),
            "{error}"
        );
    }
}
