//! The built program against a real Dovecot: whole mailboxes, octet for octet, and every refusal by its own name.

use std::net::TcpListener;

use super::support::dovecot::{Dovecot, PASSWORD};
use super::support::generate;
use super::support::profile::{Profile, Ran, contents_of};

/// The account `alice`, with `more` lines of config.
fn alice(host: &str, port: u16, security: &str, more: &str) -> String {
    format!(
        "[accounts.alice]\naddress = \"alice@example.org\"\nhost = \"{host}\"\nport = {port}\nsecurity = \"{security}\"\n\
         user = \"alice\"\npassword = \"{PASSWORD}\"\n{more}\n"
    )
}

fn trusting(server: &Dovecot) -> String {
    format!("ca-file = \"{}\"", server.ca_file().display())
}

fn a_thousand_mails_arrive(config: impl Fn(&Dovecot) -> String) {
    let mails = generate::mails(2026, 1000);
    let server = Dovecot::start(&[("alice", &mails)]);
    let profile = Profile::new(&config(&server));

    let first = profile.fetch();
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    assert_eq!((first.number("new"), first.number("kept")), (1000, 1000));
    assert_eq!(
        first.number("octets"),
        mails.iter().map(|mail| mail.len() as u64).sum::<u64>()
    );
    assert_eq!(profile.contents(), contents_of(&mails));

    let second = profile.fetch();
    assert_eq!(second.code, Some(0), "{}", second.stderr);
    assert_eq!((second.number("new"), second.number("kept")), (0, 1000));
    assert_eq!(profile.contents(), contents_of(&mails));
    assert_eq!(server.count("alice"), 1000, "nothing is deleted unasked");
}

#[test]
fn a_thousand_mails_arrive_octet_for_octet_over_tls() {
    a_thousand_mails_arrive(|server| alice("localhost", server.tls_port, "tls", &trusting(server)));
}

#[test]
fn a_thousand_mails_arrive_octet_for_octet_over_stls() {
    a_thousand_mails_arrive(|server| alice("localhost", server.port, "stls", &trusting(server)));
}

#[test]
fn a_thousand_mails_arrive_octet_for_octet_in_clear_on_loopback() {
    a_thousand_mails_arrive(|server| alice("127.0.0.1", server.port, "none", ""));
}

#[test]
fn delete_mode_leaves_the_maildrop_empty_and_every_mail_here() {
    let mails = generate::mails(7, 120);
    let server = Dovecot::start(&[("alice", &mails)]);
    let more = format!("{}\nkeep-on-server = \"never\"", trusting(&server));
    let profile = Profile::new(&alice("localhost", server.tls_port, "tls", &more));

    let ran = profile.fetch();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        (ran.number("new"), ran.number("deleted"), ran.number("kept")),
        (120, 120, 0)
    );
    assert_eq!(server.count("alice"), 0);
    assert_eq!(profile.contents(), contents_of(&mails));

    let again = profile.fetch();
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert_eq!((again.number("new"), again.number("deleted")), (0, 0));
}

/// The kind, exit code and sentence of a fetch that must fail.
fn refusal(ran: &Ran) -> (String, i32, String) {
    assert_eq!(ran.number("new"), 0);
    let kind = ran
        .value("error_kind")
        .as_str()
        .expect("an error_kind")
        .to_owned();
    (
        kind,
        ran.code.expect("an exit code"),
        ran.error().to_owned(),
    )
}

#[test]
fn every_way_to_be_refused_has_its_own_sentence_and_the_right_exit_code() {
    let server = Dovecot::start(&[("alice", &[])]);
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_port = silent.local_addr().unwrap().port();

    let trust = trusting(&server);
    let wrong_password =
        alice("localhost", server.tls_port, "tls", &trust).replace(PASSWORD, "Secret");
    let other_root = format!("ca-file = \"{}\"", server.other_ca_file().display());
    let configs = [
        ("wrong password", wrong_password, "auth", 77),
        (
            "wrong name",
            alice("127.0.0.1", server.tls_port, "tls", &trust),
            "tls",
            77,
        ),
        (
            "unknown CA",
            alice("localhost", server.tls_port, "tls", &other_root),
            "tls",
            77,
        ),
        (
            "closed port",
            alice("127.0.0.1", closed, "none", ""),
            "connect",
            69,
        ),
        (
            "silent server",
            alice("127.0.0.1", silent_port, "none", "timeout = \"1 s\""),
            "temporary",
            75,
        ),
    ];
    let mut sentences = Vec::new();
    for (what, config, kind, code) in configs {
        let ran = Profile::new(&config).fetch();
        let (told_kind, told_code, sentence) = refusal(&ran);
        assert_eq!((&*told_kind, told_code), (kind, code), "{what}: {sentence}");
        assert!(
            ran.stderr.contains(&sentence),
            "{what}: stderr tells it, too: {}",
            ran.stderr
        );
        assert!(!sentence.contains('\n'), "{what}: one sentence: {sentence}");
        sentences.push(sentence);
    }
    assert!(
        sentences[1].contains("127.0.0.1"),
        "names the name that was asked for: {}",
        sentences[1]
    );
    assert!(
        sentences[2].contains("poptui test root"),
        "names the issuer: {}",
        sentences[2]
    );
    for (index, sentence) in sentences.iter().enumerate() {
        assert!(
            !sentence.is_empty() && !sentences[..index].contains(sentence),
            "told apart: {sentence}"
        );
        assert!(
            !sentence.to_lowercase().contains("secret"),
            "the password is not told: {sentence}"
        );
    }
    drop(silent);
}

#[test]
fn stls_to_a_server_that_nobody_vouches_for_ends_before_the_log_in() {
    let server = Dovecot::start(&[("alice", &[])]);
    let other_root = format!("ca-file = \"{}\"", server.other_ca_file().display());
    let ran = Profile::new(&alice("localhost", server.port, "stls", &other_root)).fetch();
    let (kind, code, sentence) = refusal(&ran);
    assert_eq!((&*kind, code), ("tls", 77), "{sentence}");
    assert!(
        !server.log().contains("alice"),
        "the server learnt who it was"
    );
}

#[test]
fn check_goes_all_the_way_and_fetches_nothing() {
    let mails = generate::mails(5, 3);
    let server = Dovecot::start(&[("alice", &mails)]);
    let profile = Profile::new(&alice(
        "localhost",
        server.tls_port,
        "tls",
        &trusting(&server),
    ));
    let ran = profile.run(&["check", "--json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let step = |object: &serde_json::Value| {
        assert_eq!(object["ok"], true, "{object}");
        object["step"].as_str().expect("a step").to_owned()
    };
    let steps: Vec<String> = ran.objects.iter().map(step).collect();
    let way = [
        "name",
        "tcp",
        "tls",
        "certificate",
        "capabilities",
        "login",
        "mails",
    ];
    assert_eq!(steps, way);
    let last = &ran.objects[6]["detail"];
    let told = last.as_str().expect("a detail");
    assert!(
        told.starts_with("3 mails, ") && told.ends_with("each with a unique-id of its own"),
        "{told}"
    );
    assert!(!profile.data().exists(), "a check leaves nothing behind");
    assert!(!server.log().contains("retr=1"), "{}", server.log());
}
