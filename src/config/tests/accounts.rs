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
        fetch-every = '5 min'
        partial-above = '5 MiB'
        keyring = false
        fingerprint = 'sha256:AB:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:cd:ef'
        client-cert = 'me.pem'
        client-key = 'me.key'
        proxy = 'socks5://[::1]:9050/'
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
    assert_eq!(account.fetch_every, Some(Duration::from_mins(5)));
    assert_eq!(account.partial_above, Some(5 << 20));
    let print = account.fingerprint.unwrap();
    assert_eq!((print[0], print[1], print[31]), (0xab, 0xcd, 0xef));
    let mine = account.client_certificate.as_ref().unwrap();
    assert_eq!(mine.certificate, Path::new("/etc/me.pem"));
    assert_eq!(mine.key, Path::new("/etc/me.key"));
    let proxy = account.proxy.as_ref().unwrap();
    assert_eq!((proxy.host.as_str(), proxy.port), ("::1", 9050));
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
    // Behind a proxy, this machine is the proxy's.
    let through = |proxy| parse(&format!("{local}security = 'none'\nproxy = '{proxy}'"));
    assert!(through("socks5://127.0.0.1:1080").is_ok());
    refused(through("socks5://192.0.2.1:1080"), &["line 6", "security"]);
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
fn the_words_of_keep_on_server_and_auth_mean_what_the_contract_says() {
    for (word, keep) in [
        ("forever", Keep::Forever),
        ("14 days", Keep::For(Duration::from_hours(14 * 24))),
        ("2 weeks", Keep::For(Duration::from_hours(14 * 24))),
        ("until-deleted", Keep::UntilDeleted),
        ("never", Keep::Never),
    ] {
        let config = alice(&format!("keep-on-server = '{word}'")).unwrap();
        assert_eq!(config.accounts[0].keep_on_server, keep, "{word}");
    }
    for (word, auth) in [
        ("login", Auth::Login),
        ("scram-sha-256", Auth::ScramSha256),
        ("scram-sha-1", Auth::ScramSha1),
        ("cram-md5", Auth::CramMd5),
        ("apop", Auth::Apop),
        ("user", Auth::User),
    ] {
        let config = alice(&format!("auth = '{word}'")).unwrap();
        assert_eq!(config.accounts[0].auth, auth, "{word}");
    }
    refused(alice("keep-on-server = '0 days'"), &["line 6", "never"]);
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
fn a_token_stands_in_for_the_password_and_needs_a_mechanism_of_its_own() {
    let password = "password-command = \"pass show 'mail alice'\"";
    let token = |more: &str| {
        parse(&ALICE.replace(
            password,
            &format!("token-command = 'oama access a'\n{more}"),
        ))
    };
    for auth in [
        "",
        "auth = 'auto'",
        "auth = 'xoauth2'",
        "auth = 'oauthbearer'",
    ] {
        let config = token(auth).unwrap();
        assert!(
            matches!(config.accounts[0].password, Password::None),
            "{auth}"
        );
        assert!(config.accounts[0].token_command.is_some(), "{auth}");
    }
    refused(
        token("auth = 'plain'"),
        &["line 6", "auth", "token-command"],
    );
    refused(
        token("password = 'x'"),
        &["line 5", "token-command", "do not go together"],
    );
    refused(
        alice("auth = 'xoauth2'"),
        &["line 6", "auth", "token-command"],
    );
}

#[test]
fn what_is_half_written_or_strange_is_refused_with_an_example() {
    refused(
        alice("fingerprint = 'sha256:ab'"),
        &["line 6", "fingerprint", "64"],
    );
    refused(
        alice(&format!("fingerprint = 'sha256:{}'", "zz".repeat(32))),
        &["line 6", "64"],
    );
    refused(
        alice("client-cert = 'me.pem'"),
        &["line 6", "client-cert", "client-key"],
    );
    refused(
        alice("client-key = 'me.key'"),
        &["line 6", "client-key", "client-cert"],
    );
    for proxy in [
        "127.0.0.1:9050",
        "http://x:1",
        "socks5://x",
        "socks5://:1",
        "socks5://u:p@x:1",
        "socks5://x:0",
    ] {
        refused(
            alice(&format!("proxy = '{proxy}'")),
            &["line 6", "proxy", "socks5://127.0.0.1:9050"],
        );
    }
    refused(
        alice("fetch-every = '1 s'"),
        &["line 6", "fetch-every", "10 s"],
    );
    refused(
        alice("[[rules]]\nmatch = 'x'"),
        &["line 6", "does not do yet"],
    );
}

#[test]
fn what_can_wait_is_accepted_with_a_warning_that_names_its_line() {
    for (line, place) in [
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
