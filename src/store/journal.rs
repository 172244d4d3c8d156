//! The journal of the user's changes: each step with the value that every message had before.

use rusqlite::{Connection, OptionalExtension, Row};

use super::Result;
use super::changes::{Kind, Step};
use super::folders;
use crate::mail::{FolderId, MessageId, SafeText, Undone, What};

/// Writes a step into the journal, with the value that each message had before.
pub(super) fn record(
    connection: &Connection,
    step: &Step<'_>,
    befores: &[(MessageId, i64)],
    now: i64,
) -> rusqlite::Result<()> {
    if step.kind != Kind::Opened {
        connection.execute("DELETE FROM journal WHERE undone = 1", [])?;
    }
    let folder = (step.kind == Kind::Moved).then_some(step.after);
    connection
        .prepare_cached("INSERT INTO journal (at, kind, folder, made) VALUES (?1, ?2, ?3, ?4)")?
        .execute((now, word(step.kind), folder, step.made))?;
    let id = connection.last_insert_rowid();
    for (message, before) in befores {
        connection
            .prepare_cached(
                "INSERT INTO journal_entry (journal, message, before) VALUES (?1, ?2, ?3)",
            )?
            .execute((id, message.0, before))?;
    }
    Ok(())
}

/// A step as the journal keeps it.
pub(super) struct Entry {
    id: i64,
    pub(super) kind: Kind,
    /// Where a move went.
    pub(super) folder: Option<FolderId>,
    /// The name of the folder that the move made.
    pub(super) made: Option<String>,
}

#[derive(Clone, Copy)]
pub(super) enum Mark {
    Done,
    Undone,
}

impl Entry {
    /// The step to take back next.
    pub(super) fn last_done(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT id, kind, folder, made FROM journal
                   WHERE undone = 0 AND kind <> 'opened' ORDER BY id DESC LIMIT 1";
        connection.query_row(sql, [], Self::read).optional()
    }

    /// The step to do again next.
    pub(super) fn first_undone(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT id, kind, folder, made FROM journal
                   WHERE undone = 1 AND kind <> 'opened' ORDER BY id LIMIT 1";
        connection.query_row(sql, [], Self::read).optional()
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: kind(row.get_ref(1)?.as_str()?),
            folder: row.get::<_, Option<i64>>(2)?.map(FolderId),
            made: row.get(3)?,
        })
    }

    /// The value that the step gives.
    pub(super) fn after(&self) -> i64 {
        match self.kind {
            Kind::Unread | Kind::Flagged => 1,
            Kind::Read | Kind::Unflagged | Kind::Opened => 0,
            Kind::Moved => self.folder.map_or(0, |folder| folder.0),
        }
    }

    pub(super) fn befores(
        &self,
        connection: &Connection,
    ) -> rusqlite::Result<Vec<(MessageId, i64)>> {
        let mut statement = connection
            .prepare_cached("SELECT message, before FROM journal_entry WHERE journal = ?1")?;
        let befores =
            statement.query_map([self.id], |row| Ok((MessageId(row.get(0)?), row.get(1)?)))?;
        befores.collect()
    }

    pub(super) fn note_before(
        &self,
        connection: &Connection,
        message: MessageId,
        before: i64,
    ) -> rusqlite::Result<()> {
        connection
            .prepare_cached("UPDATE journal_entry SET before = ?3 WHERE journal = ?1 AND message = ?2 AND before <> ?3")?
            .execute((self.id, message.0, before))?;
        Ok(())
    }

    pub(super) fn mark(
        &self,
        connection: &Connection,
        mark: Mark,
        now: i64,
    ) -> rusqlite::Result<()> {
        let undone = matches!(mark, Mark::Undone);
        connection
            .prepare_cached("UPDATE journal SET undone = ?2, at = ?3 WHERE id = ?1")?
            .execute((self.id, undone, now))?;
        Ok(())
    }

    /// What the message row says of the step.
    pub(super) fn told(&self, connection: &Connection) -> Result<Undone> {
        let what = match (self.kind, self.folder) {
            (Kind::Read | Kind::Opened, _) => What::Read,
            (Kind::Unread, _) => What::Unread,
            (Kind::Flagged, _) => What::Flagged,
            (Kind::Unflagged, _) => What::Unflagged,
            (Kind::Moved, folder) => {
                let name = folder
                    .map(|folder| folders::name(connection, folder))
                    .transpose()?;
                What::Moved(SafeText::new(&name.unwrap_or_default()))
            }
        };
        let (count, message): (i64, Option<i64>) = connection
            .prepare_cached(
                "SELECT count(*), (SELECT id FROM message JOIN journal_entry ON journal_entry.message = message.id
                                   WHERE journal = ?1 ORDER BY date DESC, id DESC LIMIT 1)
                 FROM journal_entry WHERE journal = ?1",
            )?
            .query_row([self.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Undone {
            what,
            count: usize::try_from(count).unwrap_or_default(),
            message: message.map(MessageId),
        })
    }

    /// Makes the folder again that undoing took away. Where the user has made one of that name since,
    /// that one takes its place in the whole journal.
    pub(super) fn remake_folder(&mut self, connection: &Connection) -> Result<()> {
        let (Some(old), Some(name)) = (self.folder, &self.made) else {
            return Ok(());
        };
        match folders::find(connection, name)? {
            Some(folder) if folder == old => {}
            None => drop(folders::make(connection, Some(old), name)?),
            Some(other) => {
                connection.execute(
                    "UPDATE journal SET folder = ?2 WHERE folder = ?1",
                    (old.0, other.0),
                )?;
                connection.execute(
                    "UPDATE journal_entry SET before = ?2 WHERE before = ?1
                     AND journal IN (SELECT id FROM journal WHERE kind = 'moved')",
                    (old.0, other.0),
                )?;
                self.folder = Some(other);
            }
        }
        Ok(())
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Read => "read",
        Kind::Unread => "unread",
        Kind::Flagged => "flagged",
        Kind::Unflagged => "unflagged",
        Kind::Moved => "moved",
        Kind::Opened => "opened",
    }
}

/// The schema admits these six words only.
fn kind(word: &str) -> Kind {
    match word {
        "read" => Kind::Read,
        "unread" => Kind::Unread,
        "flagged" => Kind::Flagged,
        "unflagged" => Kind::Unflagged,
        "moved" => Kind::Moved,
        _ => Kind::Opened,
    }
}
