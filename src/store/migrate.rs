//! Brings a database to the latest schema, in one transaction, and refuses what it does not know.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{Error, Result};
use crate::mail::SafeText;

/// Each script takes a database from the version of its index to the next one.
const MIGRATIONS: [&str; 6] = [
    include_str!("../../assets/sql/0001_first.sql"),
    include_str!("../../assets/sql/0002_ledger.sql"),
    include_str!("../../assets/sql/0003_refusals.sql"),
    include_str!("../../assets/sql/0004_by_hand.sql"),
    include_str!("../../assets/sql/0005_search.sql"),
    include_str!("../../assets/sql/0006_threads.sql"),
];

/// The version this program reads and writes.
#[expect(clippy::cast_possible_wrap, reason = "a handful of scripts")]
pub(super) const LATEST: i64 = MIGRATIONS.len() as i64;

/// `popt` in ASCII: says whose database a file is.
const APPLICATION: i64 = 0x706f_7074;

/// Refuses a file that is no database, or one of a newer poptui, by its first 100 octets
/// (<https://www.sqlite.org/fileformat.html>, section 1.3). An empty file is a new store.
pub(super) fn check_header(header: &[u8], file: &Path) -> Result<()> {
    if header.is_empty() {
        return Ok(());
    }
    if !header.starts_with(b"SQLite format 3\0") || header.len() < 100 {
        return Err(Error::Corrupt {
            file: file.into(),
            detail: SafeText::new("its first octets are not those of a database"),
        });
    }
    let version = big_endian(header, 60);
    let application = big_endian(header, 68);
    if application == APPLICATION && version > LATEST {
        return Err(newer(file, version));
    }
    Ok(())
}

/// The version of an open database; 0 if nothing was made in it yet. Changes nothing.
pub(super) fn check(connection: &Connection, file: &Path) -> Result<i64> {
    let version = number(connection, "SELECT user_version FROM pragma_user_version")?;
    let application = number(
        connection,
        "SELECT application_id FROM pragma_application_id",
    )?;
    let objects = number(connection, "SELECT count(*) FROM sqlite_schema")?;
    if application != APPLICATION && (objects > 0 || version != 0) {
        return Err(Error::Foreign { file: file.into() });
    }
    if version > LATEST {
        return Err(newer(file, version));
    }
    Ok(version)
}

/// Runs the scripts that are missing: all of them or, after a crash or an error, none.
pub(super) fn run(connection: &Connection, file: &Path) -> Result<()> {
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let version = check(&transaction, file)?;
    if version == LATEST {
        return Ok(());
    }
    for script in MIGRATIONS
        .iter()
        .skip(usize::try_from(version).unwrap_or_default())
    {
        transaction.execute_batch(script)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", LATEST)?;
    Ok(transaction.commit()?)
}

fn newer(file: &Path, found: i64) -> Error {
    Error::Newer {
        file: file.into(),
        found,
        known: LATEST,
    }
}

fn number(connection: &Connection, sql: &str) -> rusqlite::Result<i64> {
    connection.query_row(sql, [], |row| row.get(0))
}

fn big_endian(header: &[u8], at: usize) -> i64 {
    header
        .iter()
        .skip(at)
        .take(4)
        .fold(0, |number, &octet| (number << 8) | i64::from(octet))
}

#[cfg(test)]
mod tests {
    use super::{APPLICATION, LATEST, check_header};
    use crate::store::testing::Home;
    use crate::store::{Error, Reader, Store};
    use std::path::Path;

    #[test]
    fn a_header_tells_new_known_newer_and_none() {
        let file = Path::new("mail.sqlite");
        let header = |version: u8| {
            let mut header = [0; 100];
            header[..16].copy_from_slice(b"SQLite format 3\0");
            header[63] = version;
            header[68..72].copy_from_slice(b"popt");
            header
        };
        assert_eq!(APPLICATION.to_be_bytes()[4..], *b"popt");
        assert!(check_header(&[], file).is_ok());
        assert!(check_header(&header(1), file).is_ok());
        assert!(matches!(
            check_header(&header(9), file),
            Err(Error::Newer {
                found: 9,
                known: LATEST,
                ..
            })
        ));
        assert!(matches!(
            check_header(b"From alice", file),
            Err(Error::Corrupt { .. })
        ));
        assert!(matches!(
            check_header(b"SQLite format 3\0", file),
            Err(Error::Corrupt { .. })
        ));
    }

    #[test]
    fn a_crash_between_making_the_file_and_its_tables_leaves_a_new_store() {
        let home = Home::new();
        std::fs::write(home.database(), "").expect("writable");
        let store = Store::open(home.path()).expect("an empty file is a new store");
        assert_eq!(store.read_now(Reader::total).expect("reads"), 0);
    }

    #[test]
    fn an_upgrade_that_fails_half_way_leaves_the_older_version_as_it_was() {
        let home = Home::new();
        let connection = rusqlite::Connection::open(home.database()).expect("opens");
        connection
            .execute_batch(super::MIGRATIONS[0])
            .expect("is SQL");
        connection
            .execute_batch(
                "INSERT INTO account VALUES (1, 'alice', '', NULL);
                 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
                 INSERT INTO message SELECT i, 1, 1, i, 1, 0, 0, 0, 9, i, '', '' FROM n;
                 INSERT INTO maildrop SELECT id, 1, CAST(id AS BLOB), 9, randomblob(32), 'allowed', 1 FROM message;",
            )
            .expect("writes");
        connection
            .pragma_update(None, "application_id", APPLICATION)
            .expect("writes");
        connection
            .pragma_update(None, "user_version", 1)
            .expect("writes");
        let number = |sql: &str| super::number(&connection, sql).expect("reads");
        let pages = number("PRAGMA page_count");
        // The disk is full, some pages on.
        for room in [1, 8, 32] {
            connection
                .pragma_update(None, "max_page_count", pages + room)
                .expect("is set");
            super::run(&connection, &home.database()).expect_err("there is no room");
            assert_eq!(number("PRAGMA user_version"), 1);
            assert_eq!(number("SELECT sum(listed) FROM maildrop"), 2_000);
        }
        connection
            .pragma_update(None, "max_page_count", pages * 9)
            .expect("is set");
        super::run(&connection, &home.database()).expect("there is room");
        assert_eq!(number("SELECT count(message) FROM maildrop"), 2_000);
    }

    #[test]
    fn a_database_of_another_program_is_refused_and_not_changed() {
        let home = Home::new();
        let other = rusqlite::Connection::open(home.database()).expect("opens");
        other
            .execute_batch("CREATE TABLE bookmark (url)")
            .expect("writes");
        drop(other);
        let before = std::fs::read(home.database()).expect("readable");
        assert!(matches!(
            Store::open(home.path()),
            Err(Error::Foreign { .. })
        ));
        assert_eq!(std::fs::read(home.database()).expect("readable"), before);
    }
}
