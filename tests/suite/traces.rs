//! The protocol trace: every word of a session, no secret, no mail, and nothing that a terminal could obey.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poptui::config::{Auth, Keep, Password, Security};
use poptui::fetch::{Network, Trace, Traced};

use crate::support::golden::assert_golden;
use crate::support::maildrop::{Mail, letter, mail};
use crate::support::server::{Fault, Server};
use crate::support::tls::{acceptor, identity, listen};
use crate::support::world::World;

/// A world and where its trace goes.
struct Lab {
    world: World,
    dir: tempfile::TempDir,
}

impl Lab {
    fn new(keep: Keep) -> Self {
        Self {
            world: World::new(keep),
            dir: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    fn trace(&self) -> Trace {
        Trace::append_to(&self.dir.path().join("trace")).expect("a trace")
    }

    async fn fetch(&self, server: &Server) -> String {
        let traced = Traced::new(server.clone(), Some(self.trace()));
        self.world.fetch(&traced).await;
        self.text()
    }

    /// The trace, without its times.
    fn text(&self) -> String {
        let text = std::fs::read_to_string(self.dir.path().join("trace")).expect("a trace");
        let line = |line: &str| {
            let (time, rest) = line.split_once(' ').expect("a time");
            assert!(
                time.len() == "2026-11-23T14:02:03.123Z".len() && time.ends_with('Z'),
                "{line}"
            );
            format!("{rest}\n")
        };
        text.lines().map(line).collect()
    }
}

#[tokio::test]
async fn a_trace_reads_like_the_session() {
    let server = Server::new(vec![mail("a"), mail("b")]);
    let text = Lab::new(Keep::Never).fetch(&server).await;
    assert_golden("traces/fetch.txt", &text);
}

#[tokio::test]
async fn a_refused_password_is_in_the_trace_in_no_form_even_if_the_server_repeats_it() {
    let short = "battery-staple!";
    for (auth, password) in [
        (Auth::Auto, short),
        (Auth::Plain, short),
        (Auth::User, short),
    ] {
        let mut lab = Lab::new(Keep::Forever);
        lab.world.account.auth = auth;
        lab.world.account.password = Password::Literal(password.to_owned().into());
        let server = Server::new(vec![mail("a")]);
        server.always(Fault::Login("-ERR [AUTH] no: $ \x1b[1m"));
        let text = lab.fetch(&server).await;
        assert!(
            text.contains("S: -ERR [AUTH] no: ********"),
            "{auth:?}: {text}"
        );
        let plain = STANDARD.encode(format!("\0alice\0{password}"));
        for secret in [
            password,
            &STANDARD.encode(password),
            &plain,
            &plain[..8],
            "staple",
        ] {
            assert!(!text.contains(secret), "{auth:?}: {secret} in {text}");
        }
        assert!(!text.contains('\x1b'), "{text}");
    }
}

#[tokio::test]
async fn what_a_mechanism_asks_and_is_answered_is_never_in_the_trace() {
    let mut lab = Lab::new(Keep::Forever);
    // Too long for an initial response, so that it goes as an answer to a challenge.
    let password = "battery-staple".repeat(20);
    lab.world.account.password = Password::Literal(password.into());
    let server = Server::new(Vec::new());
    server.always(Fault::Login("+ c2FsdA=="));
    let text = lab.fetch(&server).await;
    let talk = "C: AUTH PLAIN\nwork S: + ********\nwork C: ********\nwork S: -ERR what?\n";
    assert!(text.contains(talk), "{text}");
    assert!(!text.contains("c2FsdA"), "{text}");
}

#[tokio::test]
async fn no_text_of_a_mail_is_in_the_trace() {
    let secret = letter("a", b"Subject: raise\r\n\r\nyou get 100,000\r\n".repeat(50));
    let text = Lab::new(Keep::Forever)
        .fetch(&Server::new(vec![secret]))
        .await;
    assert!(text.contains("S: [1,750 octets of mail]"), "{text}");
    assert!(
        !text.contains("raise") && !text.contains("100,000"),
        "{text}"
    );
}

#[tokio::test]
async fn a_mail_that_breaks_off_is_told_by_its_octets_alone() {
    let server = Server::new(vec![letter(
        "a",
        b"Subject: raise\r\n\r\nhello\r\n".repeat(9),
    )]);
    server.always(Fault::LockStep);
    let whole = Lab::new(Keep::Forever).fetch(&server).await;
    let lines = whole.lines().filter(|line| line.contains(" S: ")).count();
    server.always(Fault::HangUp(lines + 3));
    let text = Lab::new(Keep::Forever).fetch(&server).await;
    assert!(text.contains("octets of mail without an end]"), "{text}");
    assert!(
        text.contains("-- the server closed the line in mid-session"),
        "{text}"
    );
    assert!(!text.contains("raise"), "{text}");
}

#[tokio::test]
async fn a_long_listing_is_cut_and_counted() {
    let mails: Vec<Mail> = (0..2_500)
        .map(|n| letter(&format!("u{n}"), b"x\r\n".to_vec()))
        .collect();
    let text = Lab::new(Keep::Forever).fetch(&Server::new(mails)).await;
    let cut = text.matches("S: [and 1,500 more lines]\n").count();
    assert_eq!(cut, 2, "UIDL and LIST");
    assert!(text.contains("S: 1000 u999\n") && !text.contains("S: 1001 u1000\n"));
}

#[tokio::test]
async fn what_is_not_pop3_is_shown_harmless() {
    let server = Server::new(Vec::new());
    server.always(Fault::Greeting("HTTP/1.1 \x1b]0;pwned\x07 400"));
    let text = Lab::new(Keep::Forever).fetch(&server).await;
    assert!(text.contains("S: HTTP/1.1 ␛]0;pwned␇ 400"), "{text}");
    assert!(text.contains("octets that are no whole answer]"), "{text}");
    assert!(
        text.contains("-- the server does not keep to POP3"),
        "{text}"
    );
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n'),
        "{text:?}"
    );
}

#[tokio::test]
async fn the_handshake_stands_where_it_took_place() {
    let identity = identity("localhost", (2020, 2120));
    let server = Server::new(vec![mail("a")]);
    server.always(Fault::OffersStls);
    let port = listen(server, acceptor(&identity), Security::Stls).await;
    let mut lab = Lab::new(Keep::Forever);
    lab.world.account.port = port;
    lab.world.account.security = Security::Stls;
    lab.world.account.fingerprint = Some(identity.fingerprint());
    lab.world.account.timeout = std::time::Duration::from_secs(2);
    lab.world
        .fetch(&Traced::new(Network, Some(lab.trace())))
        .await;
    let text = lab.text();
    let at = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("{words} in {text}"))
    };
    assert!(at("C: STLS") < at("-- TLS 1.3, TLS13_"), "{text}");
    assert!(
        at("-- TLS 1.3, TLS13_") < at("C: AUTH PLAIN ********"),
        "{text}"
    );

    lab.world.account.fingerprint = Some([0; 32]);
    lab.world
        .fetch(&Traced::new(Network, Some(lab.trace())))
        .await;
    assert!(
        lab.text()
            .contains("-- the certificate of localhost is not the one"),
        "{}",
        lab.text()
    );
}
