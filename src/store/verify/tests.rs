//! Damage of every kind is found, told, and mended where it can be.

use super::{Findings, Harm};
use crate::mail::{Change, Envelope, MessageId, SafeText};
use crate::store::testing::{Home, account};
use crate::store::{Error, NewMail, Reader, Writer};

/// Mails that their own octets tell of, in threads, some large enough for pages of their own.
fn filled(home: &Home) -> Writer {
    let mut writer = home.writer();
    let account = account(&mut writer);
    let mails = (1..=30).map(|number: usize| {
        let octets = format!(
            "From: Ada {number} <ada{number}@example.org>\r\nTo: bob@example.org\r\nSubject: mail {number}\r\n\
             Date: Mon, 23 Nov 2026 14:{number:02}:03 +0000\r\nMessage-ID: <{number}@x>\r\n\
             References: <{}@x>\r\n\r\n{}\r\n",
            number / 2,
            format!("text {number} ").repeat(number * 20)
        );
        let octets = octets.into_bytes();
        let hash = ring::digest::digest(&ring::digest::SHA256, &octets);
        NewMail {
            envelope: Envelope::read(&octets),
            listed_size: Some(octets.len() as u64),
            sha256: hash.as_ref().try_into().expect("32 octets"),
            octets,
            ..home.mail(&number.to_string())
        }
    });
    let mails: Vec<_> = mails.collect();
    writer.add(account, &mails).expect("writes");
    let read = Change::Read {
        ids: vec![MessageId(1), MessageId(2)],
        read: true,
    };
    writer.apply(&read, 0).expect("writes");
    writer
}

fn verified(reader: &Reader) -> Findings {
    reader.verify(&mut |_, _| {}).expect("reads")
}

/// What is found after this was done to a sound store, and what is found after the repair.
fn found_and_left(sql: &str) -> (Findings, Findings) {
    let home = Home::new();
    let mut writer = filled(&home);
    assert_eq!(
        verified(&home.reader()),
        Findings {
            mails: 30,
            ..Findings::default()
        }
    );
    writer
        .connection
        .pragma_update(None, "foreign_keys", false)
        .expect("is set");
    writer.connection.execute_batch(sql).expect("is SQL");
    writer
        .connection
        .pragma_update(None, "foreign_keys", true)
        .expect("is set");
    let found = verified(&home.reader());
    assert!(!found.is_clean(), "{sql}");
    writer.repair(&found).expect("writes");
    (found, verified(&home.reader()))
}

#[test]
fn what_is_told_wrong_of_a_mail_is_found_and_told_anew() {
    for sql in [
        "UPDATE message SET subject = 'other' WHERE id = 7",
        "UPDATE message SET sender = 'other' WHERE id = 7",
        "UPDATE message SET date = 5 WHERE id = 7",
        "UPDATE message SET size = 5 WHERE id = 7",
        "UPDATE message SET attachment = 1 WHERE id = 7",
        "UPDATE search SET text = 'other' WHERE message = 7",
        "DELETE FROM search WHERE message = 7",
        "UPDATE head SET addresses = '[]' WHERE message = 7",
        "UPDATE head SET message_id = NULL WHERE message = 7",
        // The ledger knows the hash, too.
        "UPDATE head SET sha256 = zeroblob(32) WHERE message = 7",
        "DELETE FROM head WHERE message = 7",
    ] {
        let (found, left) = found_and_left(sql);
        assert_eq!(found.stale, [MessageId(7)], "{sql}");
        assert!(found.damaged.is_empty(), "{sql}");
        assert!(left.is_clean(), "{sql}: {left:?}");
    }
}

#[test]
fn counters_and_threads_are_found_wrong_and_made_anew() {
    for sql in [
        "UPDATE counter SET unread = 3",
        "DELETE FROM counter",
        "UPDATE counter SET total = 31",
    ] {
        let (found, left) = found_and_left(sql);
        assert!(found.counters && left.is_clean(), "{sql}: {left:?}");
    }
    for sql in [
        "UPDATE message SET thread = 9 WHERE id = 7",
        "DELETE FROM thread_link WHERE message_id = '7@x'",
        "UPDATE thread_link SET thread = 9 WHERE message_id = '7@x'",
    ] {
        let (found, left) = found_and_left(sql);
        assert!(found.threads && left.is_clean(), "{sql}: {left:?}");
    }
}

#[test]
fn a_mail_that_is_not_as_it_came_is_named_and_never_repaired() {
    let changed = "UPDATE octets SET octets = CAST(replace(octets, 'text', 'test') AS BLOB) WHERE message = 7";
    for (sql, harm) in [
        (changed, Harm::Changed),
        ("DELETE FROM octets WHERE message = 7", Harm::NoOctets),
        (
            "DELETE FROM head WHERE message = 7; DELETE FROM maildrop WHERE message = 7",
            Harm::NoHash,
        ),
    ] {
        let (found, left) = found_and_left(sql);
        assert_eq!(found.damaged.len(), 1, "{sql}");
        let mail = &found.damaged[0];
        assert_eq!((mail.id, &mail.harm), (MessageId(7), &harm), "{sql}");
        assert_eq!(mail.subject.as_ref().map(SafeText::as_str), Some("mail 7"));
        assert_eq!(mail.folder.as_ref().map(SafeText::as_str), Some("Inbox"));
        assert_eq!(left.damaged, found.damaged, "{sql}");
    }
}

#[test]
fn rows_that_point_nowhere_other_schemas_and_low_numbers_are_found() {
    for sql in [
        "UPDATE message SET folder = 99 WHERE id = 7",
        "DELETE FROM message WHERE id = 7",
        "CREATE INDEX other ON message (subject)",
        "DROP TRIGGER message_added",
        "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'message'",
    ] {
        let (found, _) = found_and_left(sql);
        assert!(!found.structure.is_empty(), "{sql}: {found:?}");
    }
    let (_, left) = found_and_left("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'message'");
    assert!(left.is_clean(), "{left:?}");
}

/// All that can be asked of a store about its mails.
type Told = Option<(String, Vec<u8>, String, i64)>;

fn content(reader: &Reader) -> Result<Vec<Told>, Error> {
    let mail = |id| {
        let told = reader
            .summary(MessageId(id))?
            .zip(reader.octets(MessageId(id))?);
        Ok(told.map(|(mail, octets)| (mail.subject, octets, mail.folder, mail.thread)))
    };
    (1..=30).map(mail).collect()
}

#[test]
fn a_flipped_bit_anywhere_is_found_or_harms_no_mail() {
    let home = Home::new();
    let mut writer = filled(&home);
    writer.finish();
    drop(writer);
    let sound = std::fs::read(home.database()).expect("reads");
    let wanted = content(&home.reader()).expect("reads");
    let (mut found, mut harmless, mut refused) = (0, 0, 0);
    // Every 1,501st octet, each another bit: every page, and all parts of pages.
    for at in (0..sound.len()).step_by(1_501) {
        let mut flipped = sound.clone();
        flipped[at] ^= 1 << (at % 8);
        for name in ["mail.sqlite-wal", "mail.sqlite-shm"] {
            let _ = std::fs::remove_file(home.path().join(name));
        }
        std::fs::write(home.database(), &flipped).expect("writes");
        let Ok(reader) = Reader::open(&home.database()) else {
            refused += 1;
            continue;
        };
        let findings = match reader.verify(&mut |_, _| {}) {
            Ok(findings) => findings,
            Err(error) => panic!("octet {at}: {error}"),
        };
        let is_same = content(&reader).is_ok_and(|content| content == wanted);
        if findings.is_clean() {
            assert!(is_same, "octet {at}: mails differ, and nothing was found");
            harmless += 1;
        } else {
            found += 1;
        }
        for id in 1..=30 {
            let octets = reader.octets(MessageId(id));
            let is_whole = octets.is_ok_and(|octets| {
                let wanted = wanted[usize::try_from(id - 1).expect("small")].as_ref();
                octets.as_ref() == wanted.map(|(_, octets, ..)| octets)
            });
            let is_named = findings.damaged.iter().any(|mail| mail.id.0 == id);
            assert!(
                is_whole || is_named,
                "octet {at}: mail {id} is damaged and not named"
            );
        }
    }
    assert!(
        found > 30,
        "found {found}, harmless {harmless}, refused {refused}"
    );
}
