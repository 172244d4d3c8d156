//! An account that gets another name in the config: its mail stays its mail.

use std::time::Duration;

use poptui::demo::Maildrop;

use super::profile::Profile;
use crate::support::slow_server::{PASSWORD, SlowServer, USER};

/// Accounts of these names with one maildrop.
fn config(server: &SlowServer, names: &[&str]) -> String {
    let account = |name: &&str| {
        format!(
            "[accounts.{name}]\naddress='alice@example.org'\nhost='127.0.0.1'\nsecurity='none'\nport={}\n\
             user='{USER}'\npassword='{PASSWORD}'\n",
            server.address.port()
        )
    };
    names.iter().map(account).collect()
}

fn two_mails() -> SlowServer {
    let maildrop = Maildrop::new();
    maildrop.deliver("one", b"Subject: one\r\n\r\n1\r\n");
    maildrop.deliver("two", b"Subject: two\r\n\r\n2\r\n");
    SlowServer::start(maildrop, 64 * 1024, Duration::ZERO)
}

/// How many mails a fetch of this account brings.
fn fetched(profile: &Profile, server: &SlowServer, name: &str) -> u64 {
    server.wait_until_free();
    let line = profile.run(&["fetch", "--json", name]).results();
    let object: serde_json::Value = serde_json::from_str(&line).unwrap();
    object["new"].as_u64().unwrap()
}

#[test]
fn a_renamed_account_keeps_its_mail_and_fetches_none_again() {
    let server = two_mails();
    let profile = Profile::with_config(&config(&server, &["alice"]));
    assert_eq!(fetched(&profile, &server, "alice"), 2);
    std::fs::write(profile.config(), config(&server, &["bob"])).unwrap();
    assert_eq!(fetched(&profile, &server, "bob"), 0);
    assert_eq!(profile.run(&["count", "in:any"]).results(), "2\n");
    assert_eq!(profile.run(&["count", "account:bob"]).results(), "2\n");
}

#[test]
fn an_account_beside_another_one_of_the_same_maildrop_takes_nothing_from_it() {
    let server = two_mails();
    let profile = Profile::with_config(&config(&server, &["alice"]));
    assert_eq!(fetched(&profile, &server, "alice"), 2);
    std::fs::write(profile.config(), config(&server, &["alice", "bob"])).unwrap();
    assert_eq!(fetched(&profile, &server, "bob"), 2);
    assert_eq!(fetched(&profile, &server, "alice"), 0);
}
