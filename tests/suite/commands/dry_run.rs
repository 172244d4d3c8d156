//! `poptui fetch --dry-run`: what it says, and that it does nothing.

use std::time::Duration;

use poptui::demo::Maildrop;

use super::profile::Profile;
use crate::support::slow_server::{PASSWORD, SlowServer, USER};

#[test]
fn a_dry_run_counts_heads_apart_and_knows_an_account_that_was_renamed() {
    let maildrop = Maildrop::new();
    let large = [b"Subject: large\r\n\r\n", &[b'x'; 4_000][..], b"\r\n"].concat();
    maildrop.deliver("one", b"Subject: one\r\n\r\n1\r\n");
    maildrop.deliver("large", &large);
    let server = SlowServer::start(maildrop, 64 * 1024, Duration::ZERO);
    let config = |name: &str| {
        format!(
            "[accounts.{name}]\naddress='alice@example.org'\nhost='127.0.0.1'\nsecurity='none'\nport={}\n\
             user='{USER}'\npassword='{PASSWORD}'\npartial-above='1 KB'",
            server.address.port()
        )
    };
    let rest = "delete nothing on the server (keep-on-server = \"forever\")\n";
    let profile = Profile::with_config(&config("alice"));
    assert_eq!(
        profile.run(&["fetch", "--dry-run"]).results(),
        format!("alice: would download 1 mail (19 B) and the head of 1 large mail, and {rest}")
    );
    let json = profile.run(&["fetch", "--dry-run", "--json"]).results();
    let object: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mails = serde_json::json!([
        {"uid": "one", "size": 19},
        {"uid": "large", "size": large.len(), "partial": true}
    ]);
    assert_eq!(object["would_download"], mails);

    profile.run(&["fetch"]).results();
    std::fs::write(profile.config(), config("bob")).unwrap();
    assert_eq!(
        profile.run(&["fetch", "--dry-run"]).results(),
        format!("bob: would download nothing, and {rest}")
    );
}

#[test]
fn a_dry_run_says_what_would_be_done_and_leaves_no_trace() {
    let maildrop = Maildrop::new();
    maildrop.deliver("one", b"Subject: one\r\n\r\n1\r\n");
    maildrop.deliver("two", b"Subject: two\r\n\r\n2\r\n");
    let server = SlowServer::start(maildrop, 64 * 1024, Duration::ZERO);
    let profile = Profile::with_config(&format!(
        "[accounts.alice]\naddress='alice@example.org'\nhost='127.0.0.1'\nsecurity='none'\nport={}\n\
         user='{USER}'\npassword='{PASSWORD}'\nkeep-on-server='never'",
        server.address.port()
    ));
    let told = "alice: would download 2 mails (38 B), and delete 2 mails (38 B) on the server \
                (keep-on-server = \"never\")\n";
    assert_eq!(profile.run(&["fetch", "--dry-run"]).results(), told);
    assert!(!profile.data().join("mail.sqlite").exists());

    let json = profile.run(&["fetch", "--dry-run", "--json"]).results();
    let object: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mails = serde_json::json!([{"uid": "one", "size": 19}, {"uid": "two", "size": 19}]);
    assert_eq!(
        (&object["would_download"], &object["would_delete"]),
        (&mails, &mails)
    );
    assert_eq!((&object["new"], &object["kept"]), (&0.into(), &2.into()));
    assert_eq!(server.maildrop.len(), 2);

    // Beside a poptui that is running, and without a change to its store.
    profile.open_store().close();
    let open = profile.open_store();
    assert_eq!(profile.run(&["fetch", "--dry-run"]).results(), told);
    open.close();

    profile.run(&["fetch"]).results();
    assert_eq!(server.maildrop.len(), 0);
    assert_eq!(
        profile.run(&["fetch", "--dry-run"]).results(),
        "alice: would download nothing, and delete nothing on the server (keep-on-server = \"never\")\n"
    );
}
