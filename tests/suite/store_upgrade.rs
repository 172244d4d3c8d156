//! A store of version 1, as the first poptui wrote it, is brought up to date with every mail and all that is known of it.

use std::path::Path;

use jiff::ZonedDateTime;
use poptui::config::Keep;
use poptui::mail::{AccountId, Completeness, Due, MessageId};
use poptui::query::Query;
use poptui::store::{Deletion, Error, Known, Lessons, Proof, Reader, Store};
use rusqlite::Connection;

use Completeness::{Doubtful, Whole};

/// What version 1 knew of a mail on a server: name, size as listed, deletion, whether it was listed.
type Old = (Option<&'static str>, Option<i64>, &'static str, bool);

/// A row of each kind.
const OLD: [Old; 8] = [
    (Some("allowed"), Some(100), "allowed", true),
    (Some("size differed"), Some(999), "none", true),
    (Some("no size"), None, "none", true),
    (Some("size of 0"), Some(0), "none", true),
    (Some("sent"), Some(100), "sent", true),
    (Some("done"), Some(100), "done", false),
    (Some("gone"), Some(100), "allowed", false),
    (None, Some(100), "allowed", true),
];

/// When the mail of this number was stored.
fn arrived(number: i64) -> i64 {
    1_700_000_000 + number
}

fn octets(number: i64) -> Vec<u8> {
    format!("Subject: mail {number}\r\n\r\nText.\r\n").into_bytes()
}

/// A store as version 1 left it: mails of each kind, one that came without an account, and a step of the journal.
fn old_store(dir: &Path) {
    let old = Connection::open(dir.join("mail.sqlite")).expect("opens");
    old.pragma_update(None, "journal_mode", "wal")
        .expect("is set");
    let first = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sql/0001_first.sql");
    let first = std::fs::read_to_string(first).expect("is there");
    old.execute_batch(&first).expect("is SQL");
    old.execute_batch("INSERT INTO account VALUES (1, 'alice', 'alice@example.org', 'alice@pop')")
        .expect("writes");
    for number in 1..=9 {
        let account = (number < 9).then_some(1);
        let subject = format!("mail {number}");
        let values = (number, account, 1_000 * number, &subject);
        let sql = "INSERT INTO message VALUES (?1, 1, ?2, ?3, 1, 0, 0, 0, 30, ?1, 'bob', ?4)";
        old.execute(sql, values).expect("writes");
        old.execute(
            "INSERT INTO octets VALUES (?1, ?2)",
            (number, octets(number)),
        )
        .expect("writes");
        let sql = "INSERT INTO head VALUES (?1, zeroblob(32), ?2, NULL, NULL, '[[],[],[]]', '[]')";
        old.execute(sql, (number, arrived(number))).expect("writes");
        old.execute("INSERT INTO search VALUES (?1, ' mail ')", [number])
            .expect("writes");
    }
    for (number, (uid, size, deletion, listed)) in (1_i64..).zip(OLD) {
        let sql = "INSERT INTO maildrop VALUES (?1, 1, ?2, ?3, zeroblob(32), ?4, ?5)";
        let uid = uid.map(str::as_bytes);
        old.execute(sql, (number, uid, size, deletion, listed))
            .expect("writes");
    }
    old.execute_batch(
        "INSERT INTO journal VALUES (1, 0, 'flagged', NULL, NULL, 0);
         INSERT INTO journal_entry VALUES (1, 1, 0);
         UPDATE message SET flagged = 1 WHERE id = 1;
         PRAGMA application_id = 0x706f7074;
         PRAGMA user_version = 1;",
    )
    .expect("writes");
}

fn known(store: &Store) -> Vec<Known> {
    let known = store.read_now(|reader| reader.maildrop(AccountId(1)));
    let mut known = known.expect("reads");
    known.sort_by_key(|known| known.id);
    known
}

#[test]
fn every_mail_of_an_older_store_is_kept_with_all_that_was_known_of_it() {
    let dir = tempfile::tempdir().expect("temporary directory");
    old_store(dir.path());
    let store = Store::open(dir.path()).expect("is brought up to date");

    for number in 1..=9 {
        let kept = store.read_now(move |reader| reader.octets(MessageId(number)));
        assert_eq!(kept.expect("reads"), Some(octets(number)));
    }
    let count = |typed: &str| {
        let query = Query::parse(typed, &ZonedDateTime::default());
        store
            .read_now(move |reader| reader.count(&query))
            .expect("reads")
    };
    assert_eq!(
        (count(""), count("is:partial"), count("is:flagged")),
        (9, 0, 1)
    );
    store
        .write_now(|writer| writer.undo(0))
        .expect("writes")
        .expect("the journal goes on");
    assert_eq!(count("is:flagged"), 0);

    let told: Vec<_> = known(&store)
        .iter()
        .map(|known| {
            let absent = known.absent_since.is_some();
            (known.deletion, known.completeness, absent)
        })
        .collect();
    assert_eq!(
        told,
        [
            (Deletion::Allowed, Whole, false),
            (Deletion::None, Doubtful, false),
            (Deletion::None, Whole, false),
            (Deletion::None, Whole, false),
            (Deletion::Sent, Whole, false),
            (Deletion::Done, Whole, true),
            (Deletion::Allowed, Whole, true),
        ]
    );
    for (number, known) in (1..).zip(known(&store)) {
        assert_eq!(known.message, Some(MessageId(number)));
        assert_eq!(known.stored, arrived(number));
        assert_eq!((known.attempts, known.copies), (0, 1));
        assert_eq!(known.proof, Proof::Octets);
    }
    let doubtful = store.read_now(|reader| reader.rows(&[MessageId(2)]));
    assert_eq!(doubtful.expect("reads")[0].completeness, Doubtful);
}

#[test]
fn what_an_older_store_knew_to_be_on_the_server_is_still_known_to_be() {
    let dir = tempfile::tempdir().expect("temporary directory");
    old_store(dir.path());
    let store = Store::open(dir.path()).expect("is brought up to date");
    let rows = store.read_now(|reader| reader.ledger(AccountId(1), Keep::Never, 0));
    let rows = rows.expect("reads");
    let octets: u64 = rows.iter().map(|row| row.size).sum();
    assert_eq!((rows.len(), octets), (6, 100 + 999 + 30 + 100 + 100));
    let due: Vec<_> = rows.iter().map(|row| row.due).collect();
    let count = |wanted| due.iter().filter(|&&due| due == wanted).count();
    assert_eq!(
        (count(Due::Unsure), count(Due::Next), count(Due::Sent)),
        (3, 2, 1)
    );
}

#[test]
fn an_older_store_that_is_only_to_be_read_is_brought_up_to_date_too() {
    let dir = tempfile::tempdir().expect("temporary directory");
    old_store(dir.path());
    let store = Store::open_read_only(dir.path()).expect("is brought up to date");
    assert_eq!(store.read_now(Reader::total).expect("reads"), 9);
    Store::open(dir.path()).expect("the lock is free again");
}

#[test]
fn an_older_store_that_is_open_elsewhere_is_left_alone() {
    let dir = tempfile::tempdir().expect("temporary directory");
    old_store(dir.path());
    // The lock of the poptui that has it open.
    let elsewhere = tempfile::tempdir().expect("temporary directory");
    let other = Store::open(elsewhere.path()).expect("opens");
    std::fs::remove_file(dir.path().join("poptui.lock")).ok();
    std::fs::hard_link(
        elsewhere.path().join("poptui.lock"),
        dir.path().join("poptui.lock"),
    )
    .expect("links");
    let told = Store::open_read_only(dir.path()).err().expect("is locked");
    assert!(matches!(told, Error::Locked { .. }), "{told}");
    drop(other);
    Store::open_read_only(dir.path()).expect("is free");
}

/// A store as version 2 left it, with what was learned of one server.
fn second_store(dir: &Path) {
    let old = Connection::open(dir.join("mail.sqlite")).expect("opens");
    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/store_v2.sql");
    let snapshot = std::fs::read_to_string(snapshot).expect("is there");
    old.execute_batch(&snapshot).expect("is SQL");
    old.execute_batch(
        "INSERT INTO account (id, name, address) VALUES (1, 'alice', 'alice@example.org');
         INSERT INTO server VALUES (1, 1700000000, 2, 1700000001, 1700000002, 300);
         PRAGMA application_id = 0x706f7074;
         PRAGMA user_version = 2;",
    )
    .expect("writes");
}

#[test]
fn what_version_2_learned_of_a_server_is_kept_and_no_refused_login_is_held_against_it() {
    let dir = tempfile::tempdir().expect("temporary directory");
    second_store(dir.path());
    let store = Store::open(dir.path()).expect("is brought up to date");
    let lessons = store.read_now(|reader| reader.lessons(AccountId(1)));
    let expected = Lessons {
        lock_step_since: Some(1_700_000_000),
        without_capa: 2,
        without_capa_since: Some(1_700_000_001),
        last_login: Some(1_700_000_002),
        login_delay: Some(300),
        refusals: 0,
        refused_as: None,
    };
    assert_eq!(lessons.expect("reads"), expected);
}
