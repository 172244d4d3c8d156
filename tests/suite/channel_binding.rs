//! SCRAM bound to its TLS line (RFC 9266), against a server that sees the other end of the same line.

use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poptui::config::Security;
use poptui::fetch::Report;
use ring::{digest, hmac, pbkdf2};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::SupportedProtocolVersion;
use tokio_rustls::rustls::version::{TLS12, TLS13};

use crate::support::maildrop::mail;
use crate::support::server::{Server, Start};
use crate::support::tls::{acceptor_of, identity};
use crate::support::world::PASSWORD;
use crate::tls::Client;

/// What the server takes the line to be known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sees {
    /// What its own end of the line says.
    ThisLine,
    /// What another line says: somebody sits between the two ends.
    AnotherLine,
}

async fn fetch_over(
    version: &'static SupportedProtocolVersion,
    security: Security,
    sees: Sees,
) -> (Report, String) {
    let identity = identity("localhost", (2020, 2120));
    let acceptor = acceptor_of(&identity, &[version]);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        serve(stream, &acceptor, security, sees).await
    });
    let client = Client::new(port, security, &identity.root);
    let report = client.fetch().await;
    (report, heard.await.expect("the server does not panic"))
}

/// Serves one session; gives the mechanism that was asked for.
async fn serve(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    security: Security,
    sees: Sees,
) -> String {
    let mut clear = Talk(BufReader::new(stream));
    if security == Security::Stls {
        clear.say("+OK ready").await;
        assert_eq!(clear.hear().await, "CAPA");
        clear.say("+OK\r\nSTLS\r\n.").await;
        assert_eq!(clear.hear().await, "STLS");
        clear.say("+OK").await;
    }
    let stream = acceptor.accept(clear.0.into_inner()).await;
    let stream = stream.expect("a handshake");
    let label = b"EXPORTER-Channel-Binding";
    let exported = stream
        .get_ref()
        .1
        .export_keying_material([0; 32], label, None);
    let mut line = exported.expect("an exporter").to_vec();
    if sees == Sees::AnotherLine {
        line[0] ^= 1;
    }
    let mut talk = Talk(BufReader::new(stream));
    if security == Security::Tls {
        talk.say("+OK ready").await;
    }
    assert_eq!(talk.hear().await, "CAPA");
    talk.say("+OK\r\nSASL PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS\r\n.")
        .await;
    let command = talk.hear().await;
    let mut words = command.split(' ').skip(1);
    let mechanism = words.next().expect("a mechanism").to_owned();
    if talk
        .scram(words.next().expect("a first message"), &line)
        .await
    {
        let server = Server::new(vec![mail("a")]);
        server.serve(talk.0.into_inner(), Start::AfterStls).await;
    }
    mechanism
}

struct Talk<S>(BufReader<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    async fn hear(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).await.expect("a line");
        line.trim_end().to_owned()
    }

    async fn say(&mut self, line: &str) {
        let line = format!("{line}\r\n");
        self.0
            .write_all(line.as_bytes())
            .await
            .expect("an open line");
        self.0.flush().await.expect("an open line");
    }

    /// The server's side of SCRAM-SHA-256: compares what a client that sees this line must say with what was said.
    async fn scram(&mut self, first: &str, line: &[u8]) -> bool {
        let first = decode(first);
        let (header, bare) = first.split_at(first.find("n=alice").expect("the name"));
        let bound = if header.starts_with("p=") { line } else { &[] };
        let nonce = bare.split("r=").nth(1).expect("a nonce");
        let challenge = format!("r={nonce}server,s={},i=16", STANDARD.encode("salt"));
        self.say(&format!("+ {}", STANDARD.encode(&challenge)))
            .await;

        let binding = STANDARD.encode([header.as_bytes(), bound].concat());
        let unproven = format!("c={binding},r={nonce}server");
        let signed = format!("{bare},{challenge},{unproven}");
        let mut salted = [0; 32];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            NonZeroU32::new(16).expect("not zero"),
            b"salt",
            PASSWORD.as_bytes(),
            &mut salted,
        );
        let key = sign(&salted, "Client Key");
        let stored = digest::digest(&digest::SHA256, &key);
        let signature = sign(stored.as_ref(), &signed);
        let proof: Vec<u8> = key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let wanted = format!("{unproven},p={}", STANDARD.encode(proof));
        if decode(&self.hear().await) != wanted {
            self.say("-ERR [AUTH] no").await;
            return false;
        }
        let signature = sign(&sign(&salted, "Server Key"), &signed);
        let last = format!("v={}", STANDARD.encode(signature));
        self.say(&format!("+ {}", STANDARD.encode(last))).await;
        assert_eq!(self.hear().await, "");
        self.say("+OK").await;
        true
    }
}

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn decode(line: &str) -> String {
    let octets = STANDARD.decode(line).expect("base64");
    String::from_utf8_lossy(&octets).into_owned()
}

#[tokio::test]
async fn a_line_of_tls_1_3_is_known_at_both_its_ends() {
    for security in [Security::Tls, Security::Stls] {
        let (report, mechanism) = fetch_over(&TLS13, security, Sees::ThisLine).await;
        assert_eq!(report.error.map(|error| error.sentence), None);
        assert_eq!((report.new, &*mechanism), (1, "SCRAM-SHA-256-PLUS"));
    }
}

#[tokio::test]
async fn one_who_sits_between_two_lines_is_found_out() {
    let (report, mechanism) = fetch_over(&TLS13, Security::Tls, Sees::AnotherLine).await;
    assert_eq!((report.new, &*mechanism), (0, "SCRAM-SHA-256-PLUS"));
    assert!(report.error.is_some());
}

#[tokio::test]
async fn a_line_of_tls_1_2_is_not_bound() {
    let (report, mechanism) = fetch_over(&TLS12, Security::Tls, Sees::ThisLine).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!((report.new, &*mechanism), (1, "SCRAM-SHA-256"));
}
