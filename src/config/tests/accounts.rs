//! `[accounts.NAME]`: right ones and wrong ones, as people write them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{ALICE, alice, parse, refused};
use crate::config::{Auth, Keep, Password, Security};

#[test]
fn three_keys_make_an_account_and_the_defaults_are_safe() {
    let config = parse(ALICE).unwrap();
    let [account] = &config.accounts[..] else {
        panic!("one account")
    };
    assert_eq!(
        (account.name.as_str(), account.user.as_str()),
        ("alice", "alice@example.org")
    );
    assert_eq!((account.port, account.security), (995, Security::Tls));
    assert_eq!(
        (account.auth, account.keep_on_server),
        (Auth::Auto, Keep::Forever)
    );
    assert_eq!(account.timeout, Duration::from_secs(30));
    assert!(account.ca_file.is_none() && !account.allow_cleartext);
    let Password::Command(words) = &account.password else {
        panic!("a command")
    };
    assert_eq!(words, &["pass", "show", "mail alice"]);
}

#[test]
fn every_key_that_is_built_is_obeyed() {
    let config = parse(
        "[accounts.a]
        address = 'a@b'
        host = '[::1]'
        security = 'none'
        user = 'me'
        password-file = '~/pw'
        auth = 'plain'
        ca-file = 'ca.pem'
        keep-on-server = 'never'
        timeout = '2 min'
        fetch-every = 'manual'
        partial-above = 'never'
        keyring = false
        [ui]
        downloads = '~/Downloads'",
    )
    .unwrap();
    let account = &config.accounts[0];
    assert_eq!((account.host.as_str(), account.port), ("::1", 110));
    assert_eq!((account.user.as_str(), account.auth), ("me", Auth::Plain));
    assert_eq!(account.ca_file, Some(PathBuf::from("/etc/ca.pem")));
    assert_eq!(account.keep_on_server, Keep::Never);
    assert_eq!(account.timeout, Duration::from_mins(2));
    assert!(matches!(&account.password, Password::File(path) if path == Path::new("/home/ada/pw")));
    assert_eq!(
        config.ui.downloads,
        Some(PathBuf::from("/home/ada/Downloads"))
    );
    assert_eq!(config.warnings, Vec::<String>::new());
}

#[test]
fn an_impossible_value_is_refused_with_what_would_be_possible() {
    refused(alice("port = 0"), &["line 6", "port", "65535"]);
    refused(alice("port = 70000"), &["line 6", "65535"]);
    refused(
        alice("security = 'slts'"),
        &[
            "line 6",
            "\"tls\", \"stls\", \"none\"",
            "did you mean \"stls\"?",
        ],
    );
    refused(alice("timeout = '0 s'"), &["line 6", "timeout"]);
    refused(alice("timeout = '2 days'"), &["line 6", "1 h"]);
    refused(
        alice("fetch-every = 'sometimes'"),
        &["line 6", "fetch-every", "5 min"],
    );
    refused(
        alice("partial-above = 'huge'"),
        &["line 6", "partial-above", "5 MiB"],
    );
    refused(alice("user = \"a\\nb\""), &["line 6", "user", "control"]);
    refused(
        alice("ca-file = '~bob/ca.pem'"),
        &["line 6", "ca-file", "another user"],
    );
    for (host, word) in [
        ("pop3://x", "URL"),
        ("x:995", "port"),
        ("a b", "name"),
        ("", "empty"),
    ] {
        refused(
            parse(&ALICE.replace("pop.example.org", host)),
            &["line 4", "host", word],
        );
    }
    refused(
        parse(&ALICE.replace("'mail alice'", "'mail")),
        &["line 5", "password-command", "quote"],
    );
}

#[test]
fn in_clear_only_on_this_machine_or_by_these_very_words() {
    refused(
        alice("security = 'none'"),
        &[
            "line 6",
            "security",
            "pop.example.org",
            "allow-cleartext = true",
        ],
    );
    assert!(alice("security = 'none'\nallow-cleartext = true").is_ok());
    assert!(alice("allow-cleartext = true\nsecurity = 'none'").is_ok());
    let local = ALICE.replace("pop.example.org", "localhost");
    assert!(parse(&format!("{local}security = 'none'")).is_ok());
}

#[test]
fn an_account_without_address_host_or_password_is_refused_by_name() {
    for key in ["address", "host", "password-command"] {
        let text: Vec<_> = ALICE
            .lines()
            .filter(|line| !line.starts_with(key))
            .collect();
        refused(
            parse(&text.join("\n")),
            &["line 2", "alice", &format!("has no {key}")],
        );
    }
}

#[test]
fn two_passwords_are_one_too_many() {
    refused(
        alice("password-file = 'x'"),
        &["line 6", "alice", "both password-command and password-file"],
    );
}

#[test]
fn what_must_not_be_ignored_is_refused_until_it_is_built() {
    for line in [
        "fingerprint = 'sha256:ab'",
        "proxy = 'socks5://127.0.0.1:9050'",
        "token-command = 'oama'",
        "keyring = true",
        "auth = 'cram-md5'",
        "keep-on-server = '14 days'",
        "keep-on-server = 'until-deleted'",
        "[[rules]]\nmatch = 'x'",
    ] {
        refused(alice(line), &["line 6", "does not do yet"]);
    }
    refused(
        alice("auth = 'scram-sha256'"),
        &["did you mean \"scram-sha-256\"?"],
    );
    refused(
        alice("keep-on-server = 'for ever'"),
        &["did you mean \"forever\"?"],
    );
}

#[test]
fn what_can_wait_is_accepted_with_a_warning_that_names_its_line() {
    for (line, place) in [
        ("fetch-every = '5 min'", "line 6: fetch-every"),
        ("partial-above = '5 MiB'", "line 6: partial-above"),
        ("[ui]\ntheme = 'dark'", "line 7: theme"),
        ("[ui]\nmouse = true", "line 7: mouse"),
    ] {
        let warnings = alice(line).unwrap().warnings;
        assert!(
            matches!(&warnings[..], [one] if one.contains(place)),
            "{line}: {warnings:?}"
        );
    }
}

#[test]
fn no_password_is_ever_quoted_or_printed() {
    let secret = "hunter2hunter2";
    let config = parse(&ALICE.replace(
        "password-command = \"pass show 'mail alice'\"",
        &format!("password = '{secret}'"),
    ));
    assert!(!format!("{:?}", config.unwrap()).contains(secret));
    for line in [
        format!("password = {secret}"),
        format!("password = ['{secret}']"),
        format!("password = '{secret}"),
    ] {
        let text = format!("[accounts.a]\n{line}\n");
        let sentence = parse(&text).unwrap_err();
        assert!(
            sentence.contains("line 2") && !sentence.contains(secret),
            "{sentence}"
        );
    }
}
