//! The store from outside: opened, locked, damaged, upgraded, closed and opened again.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::ZonedDateTime;
use poptui::mail::{
    AccountId, Anchor, Change, Completeness, Destination, Envelope, FolderRole, MessageId, View,
};
use poptui::pop3::UniqueId;
use poptui::query::Query;
use poptui::store::{Error, NewMail, Reader, Store};

const NOW: i64 = 1_800_000_000;

pub(crate) fn mail(number: i64, date: Option<i64>) -> NewMail {
    let octets = format!("Subject: mail {number}\r\n\r\nText.\r\n").into_bytes();
    let mut sha256 = [0; 32];
    sha256[..8].copy_from_slice(&number.to_be_bytes());
    NewMail {
        uid: Some(UniqueId(format!("uid-{number}").into_bytes().into())),
        listed_size: Some(octets.len() as u64),
        octets,
        sha256,
        envelope: Envelope {
            subject: format!("mail {number}"),
            date,
            ..Envelope::default()
        },
        arrived: NOW,
        completeness: Completeness::Whole,
    }
}

/// Mails `1` to `count`, the first one the oldest, into Inbox.
fn fill(store: &Store, count: i64) -> AccountId {
    let add = move |writer: &mut poptui::store::Writer| {
        let account = writer.account("alice", "alice@example.org")?;
        let mails: Vec<_> = (1..=count)
            .map(|number| mail(number, Some(1_000 * number)))
            .collect();
        writer.add(account, &mails)?;
        Ok(account)
    };
    store.write_now(add).expect("writes")
}

pub(crate) fn inbox(store: &Store) -> View {
    let folders = store.read_now(Reader::folders).expect("reads");
    let inbox = folders
        .iter()
        .find(|folder| folder.role == FolderRole::Inbox);
    View {
        folder: inbox.expect("always there").id,
        account: None,
    }
}

fn apply(store: &Store, change: Change) {
    store
        .write_now(move |writer| writer.apply(&change, NOW))
        .expect("writes");
}

fn ids(numbers: impl IntoIterator<Item = i64>) -> Vec<MessageId> {
    numbers.into_iter().map(MessageId).collect()
}

fn count(store: &Store, query: &str) -> u64 {
    let query = Query::parse(query, &ZonedDateTime::default());
    store
        .read_now(move |reader| reader.count(&query))
        .expect("reads")
}

/// Every file of a directory with its octets.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = dir.read_dir().expect("readable").map(|file| {
        let file = file.expect("readable");
        let octets = std::fs::read(file.path()).expect("readable");
        (file.file_name().to_string_lossy().into_owned(), octets)
    });
    files.filter(|(name, _)| name != "poptui.lock").collect()
}

#[test]
fn what_was_stored_is_there_after_a_restart() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).expect("opens");
    fill(&store, 3);
    store.close();
    assert_eq!(
        files(dir.path()).keys().collect::<Vec<_>>(),
        ["mail.sqlite"],
        "the log was carried over"
    );

    let store = Store::open(dir.path()).expect("opens again");
    assert_eq!(count(&store, ""), 3);
    let octets = store
        .read_now(|reader| reader.octets(MessageId(2)))
        .expect("reads");
    assert_eq!(octets, Some(mail(2, None).octets));
}

#[test]
fn a_second_poptui_is_told_who_is_first_and_can_read_what_that_one_writes() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let first = Store::open(dir.path()).expect("opens");
    fill(&first, 1);
    let refused = Store::open(dir.path())
        .err()
        .expect("the first one holds the lock");
    assert!(
        refused
            .to_string()
            .contains(&format!("process {}", std::process::id())),
        "{refused}"
    );

    let second = Store::open_read_only(dir.path()).expect("opens");
    assert_eq!(
        (first.read_only(), second.read_only()),
        (None, Some(std::process::id()))
    );
    assert_eq!(count(&second, ""), 1);
    fill(&first, 5);
    assert_eq!(count(&second, ""), 5);
    let refused = second.write_now(|writer| writer.remember("a", "b"));
    assert!(matches!(refused, Err(Error::ReadOnly { pid }) if pid == std::process::id()));

    first.close();
    assert_eq!(
        count(&second, ""),
        5,
        "reading goes on without the first one"
    );
    Store::open(dir.path()).expect("the lock is free");
}

#[test]
fn a_reader_sees_mail_that_a_killed_writer_left_in_the_log() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).expect("opens");
    fill(&store, 4);
    // What a process leaves that dies without closing: database and log as they are.
    let left = tempfile::tempdir().expect("temporary directory");
    for name in ["mail.sqlite", "mail.sqlite-wal"] {
        std::fs::copy(dir.path().join(name), left.path().join(name)).expect("copies");
    }
    assert_eq!(
        count(&Store::open_read_only(left.path()).expect("opens"), ""),
        4
    );
    assert_eq!(count(&Store::open(left.path()).expect("opens"), ""), 4);
}

#[test]
fn there_is_nothing_to_read_before_the_first_fetch() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let absent = Store::open_read_only(dir.path())
        .err()
        .expect("nothing there");
    assert!(matches!(&absent, Error::Absent { .. }));
    assert!(absent.to_string().contains("poptui fetch"), "{absent}");
    assert!(files(dir.path()).is_empty(), "reading makes no files");
    // An empty file: a first start that was killed before it made its tables.
    std::fs::write(dir.path().join("mail.sqlite"), "").expect("writable");
    assert!(matches!(
        Store::open_read_only(dir.path()),
        Err(Error::Absent { .. })
    ));
}

#[cfg(unix)]
#[test]
fn directory_and_files_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().expect("temporary directory");
    let dir = home.path().join("poptui");
    let store = Store::open(&dir).expect("opens");
    fill(&store, 1);
    let mode = |path: &Path| path.metadata().expect("exists").permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for name in [
        "mail.sqlite",
        "mail.sqlite-wal",
        "mail.sqlite-shm",
        "poptui.lock",
    ] {
        assert_eq!(mode(&dir.join(name)), 0o600, "{name}");
    }
}

#[test]
fn a_newer_store_is_refused_and_not_one_octet_changes() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).expect("opens");
    fill(&store, 2);
    store.close();
    let file = dir.path().join("mail.sqlite");
    let newer = rusqlite::Connection::open(&file).expect("opens");
    newer
        .pragma_update(None, "user_version", 99)
        .expect("writes");
    drop(newer);

    let before = files(dir.path());
    for refused in [
        Store::open(dir.path()).err(),
        Store::open_read_only(dir.path()).err(),
    ] {
        let refused = refused.expect("is newer");
        assert!(
            matches!(refused, Error::Newer { found: 99, .. }),
            "{refused}"
        );
    }
    assert_eq!(files(dir.path()), before);
}

#[test]
fn a_newer_version_that_still_is_in_the_log_is_refused_too() {
    let dir = tempfile::tempdir().expect("temporary directory");
    Store::open(dir.path()).expect("opens").close();
    let newer = rusqlite::Connection::open(dir.path().join("mail.sqlite")).expect("opens");
    newer
        .pragma_update(None, "user_version", 99)
        .expect("writes");
    let left = tempfile::tempdir().expect("temporary directory");
    for name in ["mail.sqlite", "mail.sqlite-wal"] {
        std::fs::copy(dir.path().join(name), left.path().join(name)).expect("copies");
    }
    let database = |dir: &Path| std::fs::read(dir.join("mail.sqlite")).expect("readable");
    let before = database(left.path());
    assert!(matches!(Store::open(left.path()), Err(Error::Newer { .. })));
    assert_eq!(database(left.path()), before);
    assert!(
        left.path().join("mail.sqlite-wal").exists(),
        "the newer one's log is kept"
    );
}

#[test]
fn damage_is_told_and_nothing_is_repaired_or_deleted() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let file = dir.path().join("mail.sqlite");
    let store = Store::open(dir.path()).expect("opens");
    fill(&store, 50);
    store.close();
    let sound = std::fs::read(&file).expect("readable");
    let damage = |from: usize, to: usize| {
        let mut octets = sound.clone();
        octets[from..to].fill(0xa5);
        octets
    };
    for damaged in [
        damage(0, 16),
        damage(16, 24),
        damage(100, 4_000),
        b"From alice Mon Jan  1 00:00:00 2024\n".to_vec(),
    ] {
        std::fs::write(&file, &damaged).expect("writable");
        let told = Store::open(dir.path()).err().expect("is damaged");
        assert!(matches!(told, Error::Corrupt { .. }), "{told}");
        assert!(told.to_string().contains("restore a backup"), "{told}");
        assert_eq!(std::fs::read(&file).expect("readable"), damaged);
    }
}

#[test]
fn any_damaged_page_gives_an_error_or_sound_mail_and_never_a_panic() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let file = dir.path().join("mail.sqlite");
    let store = Store::open(dir.path()).expect("opens");
    fill(&store, 50);
    store.close();
    let sound = std::fs::read(&file).expect("readable");
    let mut told = 0;
    for page in (8_192..sound.len()).step_by(8_192) {
        let mut damaged = sound.clone();
        damaged[page..page + 64].fill(0xff);
        std::fs::write(&file, &damaged).expect("writable");
        let Ok(store) = Store::open_read_only(dir.path()) else {
            told += 1;
            continue;
        };
        let view = |reader: &Reader| {
            let folder = reader.folder_named("inbox")?.ok_or(Error::NoFolder)?;
            reader.page(
                View {
                    folder,
                    account: None,
                },
                Anchor::Top,
                100,
            )?;
            reader.find(&Query::parse("mail", &ZonedDateTime::default()), None)
        };
        match store.read_now(view) {
            Ok(_) => {}
            Err(Error::Panicked) => panic!("page at {page} panics"),
            Err(_) => told += 1,
        }
    }
    assert!(told > 5, "{told} pages");
}

#[test]
fn a_job_that_panics_is_an_error_and_the_store_goes_on() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).expect("opens");
    let account = fill(&store, 1);
    let torn = store.write_now(move |writer| -> Result<(), Error> {
        writer.add(account, &[mail(2, None)])?;
        std::panic::panic_any("on purpose");
    });
    assert!(matches!(torn, Err(Error::Panicked)));
    for _ in 0..4 {
        let torn = store.read_now(|_| -> Result<(), Error> { std::panic::panic_any("on purpose") });
        assert!(matches!(torn, Err(Error::Panicked)));
    }
    assert_eq!(
        count(&store, ""),
        2,
        "what was committed before the panic stays"
    );
    fill(&store, 3);
    assert_eq!(count(&store, ""), 3);
}

#[tokio::test]
async fn a_reading_begins_when_it_is_asked_for_not_when_it_is_waited_for() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).expect("opens");
    let (sender, begun) = std::sync::mpsc::channel();
    let reading = store.begin_read(move |_| {
        sender.send(()).expect("is waited for");
        Ok(7)
    });
    begun
        .recv()
        .expect("begins though nobody waits for the answer");
    assert_eq!(reading.await.expect("reads"), 7);
}

#[tokio::test]
async fn a_write_is_done_even_if_nobody_waits_for_it_and_a_closed_store_says_so() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).expect("opens");
    let waiting = store.write(|writer| writer.remember("a", "b"));
    // Polled once, then dropped, as when a task is cancelled.
    let _ = tokio::time::timeout(std::time::Duration::ZERO, waiting).await;
    let batch = store.write_batch(|writer| writer.remember("c", "d")).await;
    batch.expect("writes");
    let remembered = store.read(|reader| reader.remembered("a")).await;
    assert_eq!(remembered.expect("reads").as_deref(), Some("b"));

    let other = store.clone();
    store.close();
    let late = other.write(|writer| writer.remember("a", "c")).await;
    assert!(matches!(late, Err(Error::Closed)));
    let late = other.read(|reader| reader.remembered("a")).await;
    assert!(matches!(late, Err(Error::Closed)));
    Store::open(dir.path()).expect("the lock is free although a handle is left");
}

#[test]
fn undo_and_redo_go_on_after_a_restart() {
    let dir = tempfile::tempdir().expect("temporary directory");
    let store = Store::open(dir.path()).expect("opens");
    fill(&store, 300);
    let to = Destination::New("Lists".to_owned());
    apply(
        &store,
        Change::Move {
            ids: ids(1..=300),
            to,
        },
    );
    apply(
        &store,
        Change::Flag {
            ids: ids(1..=2),
            flagged: true,
        },
    );
    store.close();

    let store = Store::open(dir.path()).expect("opens");
    assert_eq!(count(&store, "in:lists"), 300);
    for flagged_and_listed in [(0, 300), (0, 0)] {
        store
            .write_now(|writer| writer.undo(NOW))
            .expect("writes")
            .expect("a step");
        assert_eq!(
            (count(&store, "is:flagged"), count(&store, "in:lists")),
            flagged_and_listed
        );
    }
    assert_eq!(count(&store, "in:inbox"), 300);
    store.close();

    let store = Store::open(dir.path()).expect("opens");
    let redone = store
        .write_now(|writer| writer.redo(NOW))
        .expect("writes")
        .expect("a step");
    assert_eq!((redone.count, count(&store, "in:lists")), (300, 300));
}
