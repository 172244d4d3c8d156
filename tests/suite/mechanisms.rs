//! The built program signs in at a real Dovecot by every mechanism, and is refused by every mechanism, once.

use std::fs;

use super::support::dovecot::{Dovecot, PASSWORD};
use super::support::generate;
use super::support::not_run::not_run;
use super::support::profile::{Profile, Ran};

/// `auth` in the config, and what Dovecot logs as the method.
const BY_PASSWORD: [(&str, &str); 8] = [
    ("plain", "PLAIN"),
    ("login", "LOGIN"),
    ("user", "PLAIN"),
    ("cram-md5", "CRAM-MD5"),
    ("scram-sha-1", "SCRAM-SHA-1"),
    ("scram-sha-256", "SCRAM-SHA-256"),
    ("apop", "APOP"),
    ("auto", "SCRAM-SHA-256"),
];

const BY_TOKEN: [(&str, &str); 3] = [
    ("xoauth2", "XOAUTH2"),
    ("oauthbearer", "OAUTHBEARER"),
    ("auto", "OAUTHBEARER"),
];

fn account(server: &Dovecot, auth: &str, secret: &str) -> String {
    format!(
        "[accounts.alice]\naddress = \"alice@example.org\"\nhost = \"localhost\"\nport = {}\nuser = \"alice\"\n\
         ca-file = \"{}\"\nauth = \"{auth}\"\n{secret}\n",
        server.tls_port,
        server.ca_file().display()
    )
}

fn password(password: &str) -> String {
    format!("password = \"{password}\"")
}

/// What the server logged of the last log-in.
fn logged_in(server: &Dovecot) -> String {
    let log = server.log();
    let last = log
        .lines()
        .rfind(|line| line.contains("Login: user=<alice>"));
    last.unwrap_or_else(|| panic!("nobody signed in:\n{log}"))
        .to_owned()
}

/// What the server logged of the log-ins that it refused, from this octet of its log on.
fn refusals(server: &Dovecot, from: usize) -> Vec<String> {
    let log = server.log();
    let lines = log[from..]
        .lines()
        .filter(|line| line.contains("auth failed"));
    lines.map(str::to_owned).collect()
}

fn fetched(ran: &Ran, auth: &str) {
    assert_eq!(ran.code, Some(0), "{auth}: {}", ran.stderr);
    assert_eq!(ran.number("new"), 2, "{auth}");
}

fn refused(ran: &Ran, auth: &str) {
    assert_eq!(ran.code, Some(77), "{auth}: {}", ran.stderr);
    assert_eq!(ran.value("error_kind"), "auth", "{auth}: {}", ran.stderr);
}

#[test]
fn every_mechanism_signs_in_with_the_right_password_and_is_refused_once_with_a_wrong_one() {
    let mails = generate::mails(11, 2);
    let server = Dovecot::start_with_all_mechanisms(&[("alice", &mails)]);
    for (auth, method) in BY_PASSWORD {
        let ran = Profile::new(&account(&server, auth, &password(PASSWORD))).fetch();
        fetched(&ran, auth);
        let line = logged_in(&server);
        assert!(
            line.contains(&format!("method={method},")),
            "{auth}: {line}"
        );
        assert!(line.contains("TLS"), "{auth}: {line}");
    }
    for (auth, _) in BY_PASSWORD {
        let before = server.log().len();
        let ran = Profile::new(&account(&server, auth, &password("wrong-hunter2"))).fetch();
        refused(&ran, auth);
        assert!(!ran.stderr.contains("hunter2"), "{auth}: {}", ran.stderr);
        let told = refusals(&server, before);
        assert!(
            matches!(&told[..], [one] if one.contains("1 attempts")),
            "{auth}: {told:?}"
        );
    }
}

#[test]
fn where_only_hashes_are_kept_a_check_says_that_plain_may_do_and_it_does() {
    let server = Dovecot::start_with_all_mechanisms(&[("alice", &generate::mails(14, 2))]);
    server.keep_hashes_only();
    let last = |auth: &str| {
        let profile = Profile::new(&account(&server, auth, &password(PASSWORD)));
        let ran = profile.run(&["check", "--json"]);
        (ran.code, ran.objects.last().expect("a step").clone())
    };
    let (code, step) = last("auto");
    assert_eq!((code, &step["step"]), (Some(77), &"login".into()));
    let advice = step["advice"].as_str().expect("advice");
    assert!(advice.contains("auth = \"plain\" may do"), "{advice}");
    assert_eq!(last("plain").0, Some(0));
}

#[test]
fn every_token_mechanism_signs_in_and_tells_in_words_why_it_does_not() {
    let mails = generate::mails(12, 2);
    let server = Dovecot::start_with_all_mechanisms(&[("alice", &mails)]);
    let Some(token) = Dovecot::token("alice") else {
        return not_run("tokens: this Dovecot is none of 2.3, and the tests cannot set it up");
    };
    for (auth, method) in BY_TOKEN {
        let good = format!("token-command = \"echo {token}\"");
        fetched(&Profile::new(&account(&server, auth, &good)).fetch(), auth);
        let line = logged_in(&server);
        assert!(
            line.contains(&format!("method={method},")),
            "{auth}: {line}"
        );

        let bad = "token-command = \"echo bad.hunter2.token\"";
        let before = server.log().len();
        let ran = Profile::new(&account(&server, auth, bad)).fetch();
        refused(&ran, auth);
        for words in ["(status ", "printed the same one"] {
            assert!(ran.error().contains(words), "{auth}: {}", ran.error());
        }
        assert!(!ran.stderr.contains("hunter2"), "{auth}: {}", ran.stderr);
        assert_eq!(refusals(&server, before).len(), 1, "{auth}");
    }
}

#[test]
fn a_token_that_is_refused_is_asked_for_anew_once() {
    let mails = generate::mails(13, 2);
    let server = Dovecot::start_with_all_mechanisms(&[("alice", &mails)]);
    let Some(token) = Dovecot::token("alice") else {
        return not_run("tokens: this Dovecot is none of 2.3, and the tests cannot set it up");
    };
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("token");
    // Prints another token each time: `bad1`, and then what the test says.
    let fetch = |then: &str| {
        let runs = dir.path().join("runs");
        let _ = fs::remove_file(&runs);
        let text = format!(
            "echo run >> \"{0}\"\nif [ $(wc -l < \"{0}\") = 1 ]; then echo bad1; else echo {then}; fi\n",
            runs.display()
        );
        fs::write(&script, text).unwrap();
        let command = format!("token-command = \"sh {}\"", script.display());
        let ran = Profile::new(&account(&server, "auto", &command)).fetch();
        (ran, fs::read_to_string(&runs).unwrap().lines().count())
    };
    let (ran, runs) = fetch(&token);
    fetched(&ran, "refreshed");
    assert_eq!(runs, 2);

    let before = server.log().len();
    let (ran, runs) = fetch("bad2");
    refused(&ran, "refreshed in vain");
    assert_eq!(runs, 2);
    assert!(ran.error().contains("printed after it"), "{}", ran.error());
    assert_eq!(refusals(&server, before).len(), 2);
}
