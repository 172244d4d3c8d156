//! Accounts that setup adds: what is there stays, and what is added is read back as it was meant.

use std::path::Path;

use proptest::prelude::*;

use super::ALICE;
use crate::config::{Config, Keep, NewAccount, Password, Secret, Security, add_account};

const PATH: &str = "/etc/poptui.toml";

fn bob() -> NewAccount {
    NewAccount {
        name: "bob".into(),
        address: "bob@example.net".into(),
        host: "pop.example.net".into(),
        port: 995,
        security: Security::Tls,
        allow_cleartext: false,
        user: "bob@example.net".into(),
        secret: Secret::Command("pass show mail/bob".into()),
        ca_file: None,
        fingerprint: None,
        proxy: None,
        keep_on_server: None,
    }
}

fn added(text: &str, new: &NewAccount) -> Result<String, String> {
    add_account(text, new, Path::new(PATH), None).map_err(|error| error.to_string())
}

#[test]
fn the_lines_say_what_has_to_be_said_and_no_more() {
    assert_eq!(
        bob().lines(),
        "[accounts.bob]\naddress = \"bob@example.net\"\nhost = \"pop.example.net\"\nsecurity = \"tls\"\n\
         password-command = \"pass show mail/bob\"\n"
    );
    let more = NewAccount {
        port: 1110,
        security: Security::Stls,
        user: "b".into(),
        secret: Secret::Token("oama access b".into()),
        ca_file: Some("/ca.pem".into()),
        fingerprint: Some(format!("sha256:{}", "AB:".repeat(31) + "AB")),
        proxy: Some("socks5://[::1]:9050".into()),
        keep_on_server: Some("14 days".into()),
        ..bob()
    };
    let account = more.check(Path::new(PATH), None).unwrap();
    assert_eq!((account.port, account.security), (1110, Security::Stls));
    assert_eq!(
        (account.user.as_str(), account.ca_file.as_deref()),
        ("b", Some(Path::new("/ca.pem")))
    );
    assert!(matches!(account.password, Password::None) && account.token_command.is_some());
    assert!(matches!(account.keep_on_server, Keep::For(_)));
    assert_eq!(account.fingerprint, Some([0xab; 32]));
    let written = format!("fingerprint = \"sha256:{}\"", "ab".repeat(32));
    assert!(more.lines().contains(&written), "{}", more.lines());
    assert_eq!(
        account.proxy.map(|proxy| (proxy.host, proxy.port)),
        Some(("::1".into(), 9050))
    );
}

#[test]
fn the_keyring_is_named_and_no_password_is_written() {
    let kept = NewAccount {
        secret: Secret::Keyring,
        ..bob()
    };
    assert!(
        kept.lines()
            .ends_with("security = \"tls\"\nkeyring = true\n")
    );
    let account = kept.check(Path::new(PATH), None).unwrap();
    assert!(matches!(account.password, Password::Keyring));
}

#[test]
fn a_value_that_cannot_be_is_refused_before_anything_is_written() {
    let clear = NewAccount {
        security: Security::None,
        port: 110,
        ..bob()
    };
    let sentence = clear
        .check(Path::new("the new account"), None)
        .unwrap_err()
        .to_string();
    assert!(
        sentence.starts_with("the new account, line 4: security must not be \"none\""),
        "{sentence}"
    );
}

#[test]
fn everything_that_is_there_stays_and_line_ends_are_kept() {
    for (before, between) in [("", ""), ("# x", "\n\n"), ("# x\n", "\n"), (ALICE, "\n")] {
        let after = added(before, &bob()).unwrap();
        assert_eq!(after, format!("{before}{between}{}", bob().lines()));
    }
    let dos = ALICE.replace('\n', "\r\n");
    let after = added(&dos, &bob()).unwrap();
    assert!(after.starts_with(&dos) && !after.replace("\r\n", "").contains('\n'));
}

#[test]
fn a_name_that_is_taken_and_a_file_that_cannot_grow_are_refused() {
    let twice = added(&added(ALICE, &bob()).unwrap(), &bob()).unwrap_err();
    assert!(
        twice.contains("/etc/poptui.toml has an account bob already"),
        "{twice}"
    );
    let inline =
        "accounts = { alice = { address = \"a@b.c\", host = \"h.c\", password = \"x\" } }\n";
    assert!(Config::parse(inline, Path::new(PATH), None).is_ok());
    let refused = added(inline, &bob()).unwrap_err();
    assert!(refused.contains("line 3"), "{refused}");
}

#[test]
fn a_blank_user_is_refused_before_anything_is_written() {
    let blank = NewAccount {
        user: " ".to_owned(),
        ..bob()
    };
    let refused = added(ALICE, &blank).unwrap_err();
    assert!(refused.contains("user must not be empty"), "{refused}");
}

proptest! {
    #[test]
    fn whatever_was_typed_is_read_back_as_it_was_typed(
        name in "[^\\p{C}]{0,8}[\\p{L}.\"'\\]#= ]",
        user in "\\PC{1,12}",
        file in "/\\PC{1,12}",
    ) {
        prop_assume!(!name.trim().is_empty() && !user.trim().is_empty());
        let new = NewAccount { name: name.clone(), user: user.clone(), secret: Secret::File(file.clone()), ..bob() };
        let text = added(ALICE, &new).unwrap();
        let config = Config::parse(&text, Path::new(PATH), None).unwrap();
        let account = &config.accounts[1];
        prop_assert_eq!((&account.name, &account.user), (&name, &user));
        prop_assert!(matches!(&account.password, Password::File(path) if path.to_str() == Some(&file)));
    }
}
