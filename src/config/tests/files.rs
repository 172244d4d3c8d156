//! Whole config files: what is in them beside accounts, how they are read, and nonsense.

use std::path::Path;

use proptest::prelude::*;

use super::{ALICE, alice, parse, refused};
use crate::config::{Binding, Config};

#[test]
fn an_empty_file_is_a_config_without_accounts() {
    let config = parse("# nothing yet\n").unwrap();
    assert!(config.accounts.is_empty() && config.warnings.is_empty());
    assert_eq!(config.path.as_deref(), Some(Path::new("/etc/poptui.toml")));
}

#[test]
fn accounts_keep_the_order_of_the_file() {
    let second = ALICE.replace("alice]", "aaron]");
    let names: Vec<_> = parse(&format!("{ALICE}{second}"))
        .unwrap()
        .accounts
        .into_iter()
        .map(|a| a.name)
        .collect();
    assert_eq!(names, ["alice", "aaron"]);
}

#[test]
fn an_unknown_key_is_refused_with_file_line_key_and_the_nearest_name() {
    refused(
        alice("pasword-file = 'x'"),
        &[
            "/etc/poptui.toml, line 6",
            "pasword-file",
            "did you mean password-file?",
        ],
    );
    refused(
        alice("colour = 'x'"),
        &["line 6", "colour", "it can have: address, host"],
    );
    refused(
        parse("[acounts.alice]\n"),
        &["line 1", "acounts", "did you mean accounts?"],
    );
    refused(
        parse("\n[ui]\nthene = 'x'\n"),
        &["line 3", "thene", "did you mean theme?"],
    );
}

#[test]
fn a_wrong_type_is_refused_with_what_it_should_be() {
    refused(
        alice("port = '995'"),
        &["line 6", "port", "a number", "not text"],
    );
    refused(
        alice("user = 5"),
        &["line 6", "user", "text in quotes", "not a number"],
    );
    refused(
        alice("timeout = 30"),
        &["line 6", "timeout", "30 s", "not a number"],
    );
    refused(
        alice("allow-cleartext = 'yes'"),
        &["line 6", "true or false"],
    );
    refused(
        parse("accounts = 3"),
        &["line 1", "accounts", "a table", "not a number"],
    );
    refused(
        parse("[accounts]\nalice = 'x'"),
        &["line 2", "alice", "a table"],
    );
    refused(
        parse("[[accounts]]\n"),
        &["line 1", "accounts", "a list of tables"],
    );
}

#[test]
fn key_bindings_come_with_scope_and_line() {
    let config =
        parse("[keys]\nquit = ['q', 'Q']\nhelp = '?'\n[keys.reader]\nback = []\n").unwrap();
    let binding = |scope: Option<&str>, action: &str, keys: &[&str], line| Binding {
        scope: scope.map(str::to_owned),
        action: action.to_owned(),
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        line,
    };
    assert_eq!(
        config.keys,
        [
            binding(None, "quit", &["q", "Q"], 2),
            binding(None, "help", &["?"], 3),
            binding(Some("reader"), "back", &[], 5),
        ]
    );
    refused(
        parse("[keys]\nquit = 5"),
        &["line 2", "quit", "a list of texts"],
    );
    refused(
        parse("[keys.reader.deeper]\nquit = ['q']"),
        &["line 1", "deeper", "a list of texts"],
    );
}

#[test]
fn a_file_that_is_not_there_says_where_it_was_looked_for() {
    let error = Config::load(Path::new("/nowhere/config.toml"), None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no config file /nowhere/config.toml"
    );
}

#[cfg(unix)]
#[test]
fn a_password_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(
        &path,
        "[accounts.a]\naddress='a@b'\nhost='h'\npassword='x'\n",
    )
    .unwrap();
    for (mode, warnings) in [(0o600, 0), (0o640, 1), (0o604, 1)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let config = Config::load(&path, None).unwrap();
        assert_eq!(
            config.warnings.len(),
            warnings,
            "{mode:o}: {:?}",
            config.warnings
        );
    }
}

#[cfg(unix)]
#[test]
fn a_key_and_a_password_file_that_others_can_read_are_warned_about_by_their_own_paths() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    let text = "[accounts.a]\naddress='a@b'\nhost='h'\npassword-file='secret'\nclient-cert='own.pem'\nclient-key='own.key'\n";
    std::fs::write(&path, text).unwrap();
    for name in ["secret", "own.pem", "own.key"] {
        let path = dir.path().join(name);
        std::fs::write(&path, "x").unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    let warnings = Config::load(&path, None).unwrap().warnings;
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(
        warnings[0].contains("/secret holds a password"),
        "{warnings:?}"
    );
    assert!(warnings[1].contains("/own.key holds a key"), "{warnings:?}");
    assert!(warnings[1].ends_with("own.key'"), "{warnings:?}");
}

#[test]
fn a_file_that_is_not_utf8_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, b"# caf\xe9\n").unwrap();
    assert!(
        Config::load(&path, None)
            .unwrap_err()
            .to_string()
            .contains("UTF-8")
    );
}

proptest! {
    #[test]
    fn no_text_at_all_makes_the_reader_panic(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn no_damage_to_a_good_file_makes_the_reader_panic(at in 0..ALICE.len(), len in 0..12_usize, put in ".{0,6}") {
        let end = (at + len).min(ALICE.len());
        let _ = parse(&format!("{}{put}{}", &ALICE[..at], &ALICE[end..]));
    }

    #[test]
    fn whatever_is_refused_is_refused_in_one_line(key in any::<String>(), value in "[^'\n\r]{0,10}") {
        let key = serde_json::to_string(&key).unwrap();
        if let Err(sentence) = alice(&format!("{key} = '{value}'")) {
            prop_assert!(!sentence.contains(char::is_control), "{sentence:?}");
        }
    }
}
