//! Checks the file as such: its pages and indexes, its schema, what its tables say of one another, and the counters.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::{Findings, is_damage, words};
use crate::mail::SafeText;
use crate::store::{Result, migrate};

/// Sentences of SQLite beyond which more tell nothing new.
const MOST: u32 = 100;

/// What is counted, by folder and account.
pub(super) const COUNTED: &str =
    "SELECT folder, ifnull(account, 0), count(*), sum(unread) FROM message GROUP BY 1, 2";

/// Checks everything but the mails.
pub(super) fn check(connection: &Connection, findings: &mut Findings) -> Result<()> {
    let checks: [Check; 4] = [integrity, references, schema, sequence];
    for check in checks {
        match check(connection) {
            Ok(said) => findings.structure.extend(said),
            Err(error) if is_damage(&error) => findings.structure.push(words(&error)),
            Err(error) => return Err(error.into()),
        }
    }
    match is_counted_right(connection) {
        Ok(is_right) => findings.counters = !is_right,
        Err(error) if is_damage(&error) => findings.counters = true,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

type Check = fn(&Connection) -> rusqlite::Result<Vec<SafeText>>;

fn integrity(connection: &Connection) -> rusqlite::Result<Vec<SafeText>> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let said = statement.query_map([], |row| row.get::<_, String>(0))?;
    let said = said.collect::<rusqlite::Result<Vec<_>>>()?;
    let said = said.iter().filter(|said| *said != "ok");
    Ok(said.map(|said| SafeText::new(said)).collect())
}

/// Rows that point at rows that are not there.
fn references(connection: &Connection) -> rusqlite::Result<Vec<SafeText>> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let said = statement.query_map([], |row| {
        let (table, id): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        let id = id.map_or_else(String::new, |id| format!(" {id}"));
        let parent: String = row.get(2)?;
        Ok(SafeText::new(&format!(
            "row{id} of {table} belongs to a row of {parent} that is not there"
        )))
    })?;
    said.take(MOST as usize).collect()
}

/// Whether the tables, indexes and triggers are those of this version.
fn schema(connection: &Connection) -> rusqlite::Result<Vec<SafeText>> {
    let fresh = Connection::open_in_memory()?;
    if migrate::run(&fresh, Path::new("")).is_err() {
        return Err(rusqlite::Error::InvalidQuery);
    }
    let (wanted, found) = (objects(&fresh)?, objects(connection)?);
    let differ = wanted.symmetric_difference(&found);
    let names: BTreeSet<_> = differ.map(|(name, _)| name).collect();
    let said = names.into_iter().map(|name| {
        SafeText::new(&format!(
            "{name} is not made as this version of poptui makes it"
        ))
    });
    Ok(said.collect())
}

fn objects(connection: &Connection) -> rusqlite::Result<BTreeSet<(String, Option<String>)>> {
    let sql = "SELECT type || ' ' || name || ' of ' || tbl_name, sql FROM sqlite_schema
               WHERE name NOT LIKE 'sqlite_stat%'";
    let mut statement = connection.prepare(sql)?;
    let objects = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    objects.collect()
}

/// Whether the next mail gets a number of its own.
fn sequence(connection: &Connection) -> rusqlite::Result<Vec<SafeText>> {
    let behind: Option<i64> = connection
        .query_row(
            "SELECT max(id) FROM message
             HAVING max(id) > ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'message'), 0)",
            [],
            |row| row.get(0),
        )
        .optional()?;
    let said = behind.map(|id| SafeText::new(&format!("the last number given is below {id}")));
    Ok(said.into_iter().collect())
}

/// Counters of nothing are left where a folder has become empty.
fn is_counted_right(connection: &Connection) -> rusqlite::Result<bool> {
    let differ = format!(
        "SELECT count(*) FROM (
             SELECT * FROM ({COUNTED}) EXCEPT SELECT folder, account, total, unread FROM counter
             UNION ALL
             SELECT * FROM (SELECT folder, account, total, unread FROM counter WHERE total > 0 EXCEPT {COUNTED}))"
    );
    connection.query_row(&differ, [], |row| Ok(row.get::<_, i64>(0)? == 0))
}
