//! Undo and redo: a straight line of the user's changes, each with the values before it, on disk.
//!
//! A step that was taken back stays in the journal, marked, until another change is made: that one drops
//! all marked steps. A folder that was made by a move goes when the move is taken back, unless mail came
//! into it meanwhile; redoing makes it again under its old number.

use rusqlite::{Connection, OptionalExtension, Row};

use super::changes::{Kind, Step, set};
use super::folders;
use super::{Result, Writer};
use crate::mail::{FolderId, MessageId, SafeText, Undone, What};

impl Writer {
    /// Takes back the latest change that is not taken back yet.
    pub fn undo(&mut self, now: i64) -> Result<Option<Undone>> {
        let transaction = self.begin()?;
        let latest = "SELECT id, kind, folder, made FROM journal
                      WHERE undone = 0 AND kind <> 'opened' ORDER BY id DESC LIMIT 1";
        let Some(entry) = transaction.query_row(latest, [], Entry::read).optional()? else {
            return Ok(None);
        };
        let undone = entry.told(&transaction)?;
        for (message, before) in entry.befores(&transaction)? {
            set(&transaction, entry.kind.column(), message, before)?;
        }
        if let (Some(folder), Some(_)) = (entry.folder, &entry.made) {
            folders::remove_if_empty(&transaction, folder)?;
        }
        entry.mark(&transaction, Mark::Undone, now)?;
        transaction.commit()?;
        Ok(Some(undone))
    }

    /// Does again what was taken back last, unless another change came between.
    pub fn redo(&mut self, now: i64) -> Result<Option<Undone>> {
        let transaction = self.begin()?;
        let earliest = "SELECT id, kind, folder, made FROM journal
                        WHERE undone = 1 AND kind <> 'opened' ORDER BY id LIMIT 1";
        let Some(mut entry) = transaction
            .query_row(earliest, [], Entry::read)
            .optional()?
        else {
            return Ok(None);
        };
        entry.remake_folder(&transaction)?;
        for (message, _) in entry.befores(&transaction)? {
            // A mail may have been opened since: what is there now is what undoing gives back.
            let before = set(&transaction, entry.kind.column(), message, entry.after())?;
            entry.note_before(&transaction, message, before.unwrap_or(entry.after()))?;
        }
        let undone = entry.told(&transaction)?;
        entry.mark(&transaction, Mark::Done, now)?;
        transaction.commit()?;
        Ok(Some(undone))
    }
}

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
struct Entry {
    id: i64,
    kind: Kind,
    /// Where a move went.
    folder: Option<FolderId>,
    /// The name of the folder that the move made.
    made: Option<String>,
}

#[derive(Clone, Copy)]
enum Mark {
    Done,
    Undone,
}

impl Entry {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: kind(row.get_ref(1)?.as_str()?),
            folder: row.get::<_, Option<i64>>(2)?.map(FolderId),
            made: row.get(3)?,
        })
    }

    /// The value that the step gives.
    fn after(&self) -> i64 {
        match self.kind {
            Kind::Unread | Kind::Flagged => 1,
            Kind::Read | Kind::Unflagged | Kind::Opened => 0,
            Kind::Moved => self.folder.map_or(0, |folder| folder.0),
        }
    }

    fn befores(&self, connection: &Connection) -> rusqlite::Result<Vec<(MessageId, i64)>> {
        let mut statement = connection
            .prepare_cached("SELECT message, before FROM journal_entry WHERE journal = ?1")?;
        let befores =
            statement.query_map([self.id], |row| Ok((MessageId(row.get(0)?), row.get(1)?)))?;
        befores.collect()
    }

    fn note_before(
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

    fn mark(&self, connection: &Connection, mark: Mark, now: i64) -> rusqlite::Result<()> {
        let undone = matches!(mark, Mark::Undone);
        connection
            .prepare_cached("UPDATE journal SET undone = ?2, at = ?3 WHERE id = ?1")?
            .execute((self.id, undone, now))?;
        Ok(())
    }

    /// What the message row says of the step.
    fn told(&self, connection: &Connection) -> Result<Undone> {
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
    fn remake_folder(&mut self, connection: &Connection) -> Result<()> {
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

#[cfg(test)]
mod tests {
    use crate::mail::{Change, Destination, MessageId, SafeText, Undone, What};
    use crate::store::Writer;
    use crate::store::testing::Home;

    fn ids(numbers: &[i64]) -> Vec<MessageId> {
        numbers.iter().copied().map(MessageId).collect()
    }

    fn move_to(writer: &mut Writer, numbers: &[i64], name: &str) {
        let to = Destination::New(name.to_owned());
        let change = Change::Move {
            ids: ids(numbers),
            to,
        };
        writer.apply(&change, 0).expect("writes");
    }

    fn mark_read(writer: &mut Writer, numbers: &[i64], read: bool) {
        let change = Change::Read {
            ids: ids(numbers),
            read,
        };
        writer.apply(&change, 0).expect("writes");
    }

    fn folder(home: &Home, number: i64) -> String {
        let told = home.reader().summary(MessageId(number)).expect("reads");
        told.expect("is there").folder
    }

    fn unread(home: &Home, number: i64) -> bool {
        home.reader().rows(&ids(&[number])).expect("reads")[0].unread
    }

    fn folders(home: &Home) -> usize {
        home.reader().folders().expect("reads").len()
    }

    #[test]
    fn undoing_a_move_puts_each_mail_back_to_where_it_came_from() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 3);
        move_to(&mut writer, &[1], "Archive");
        move_to(&mut writer, &[2], "Lists");
        move_to(&mut writer, &[1, 2, 3], "Trash");

        let undone = writer.undo(5).expect("writes");
        let moved = What::Moved(SafeText::new("Trash"));
        assert_eq!(
            undone,
            Some(Undone {
                what: moved,
                count: 3,
                message: Some(MessageId(3))
            })
        );
        assert_eq!(
            [1, 2, 3].map(|id| folder(&home, id)),
            ["Archive", "Lists", "Inbox"]
        );
        writer.redo(6).expect("writes");
        assert_eq!(
            [1, 2, 3].map(|id| folder(&home, id)),
            ["Trash", "Trash", "Trash"]
        );
    }

    #[test]
    fn steps_are_taken_back_in_a_line_and_done_again_in_the_same_line() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        mark_read(&mut writer, &[1], true);
        mark_read(&mut writer, &[1, 2], true);
        mark_read(&mut writer, &[1], false);
        let states = |home: &Home| (unread(home, 1), unread(home, 2));

        let mut back = Vec::new();
        while let Some(undone) = writer.undo(0).expect("writes") {
            back.push((undone.what, undone.count, states(&home)));
        }
        assert_eq!(
            back,
            [
                (What::Unread, 1, (false, false)),
                // The first mail was read already: not touched then, not touched now.
                (What::Read, 1, (false, true)),
                (What::Read, 1, (true, true)),
            ]
        );
        let mut again = Vec::new();
        while let Some(redone) = writer.redo(0).expect("writes") {
            again.push((redone.what, states(&home)));
        }
        assert_eq!(
            again,
            [
                (What::Read, (false, true)),
                (What::Read, (false, false)),
                (What::Unread, (true, false))
            ]
        );
    }

    #[test]
    fn another_change_drops_what_could_be_redone() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        move_to(&mut writer, &[1], "Trash");
        writer.undo(0).expect("writes");
        mark_read(&mut writer, &[2], true);
        assert_eq!(writer.redo(0).expect("writes"), None);
        assert_eq!(folder(&home, 1), "Inbox");
    }

    #[test]
    fn opening_a_mail_is_no_step_and_keeps_what_could_be_redone() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        move_to(&mut writer, &[1], "Trash");
        writer
            .apply(&Change::Opened { id: MessageId(2) }, 0)
            .expect("writes");
        assert_eq!(
            writer.undo(0).expect("writes").map(|undone| undone.what),
            Some(What::Moved(SafeText::new("Trash")))
        );
        assert!(!unread(&home, 2));
        assert_eq!(writer.undo(0).expect("writes"), None);
        writer
            .apply(&Change::Opened { id: MessageId(1) }, 0)
            .expect("writes");
        assert!(writer.redo(0).expect("writes").is_some());
        assert_eq!(folder(&home, 1), "Trash");
    }

    #[test]
    fn a_mail_opened_between_undo_and_redo_stays_read_when_undone_again() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 1);
        mark_read(&mut writer, &[1], true);
        writer.undo(0).expect("writes");
        writer
            .apply(&Change::Opened { id: MessageId(1) }, 0)
            .expect("writes");
        writer.redo(0).expect("writes");
        writer.undo(0).expect("writes");
        assert!(!unread(&home, 1));
    }

    #[test]
    fn a_folder_made_by_a_move_goes_and_comes_with_it() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        move_to(&mut writer, &[1], "Typo");
        let made = home.reader().folder_named("Typo").expect("reads");
        move_to(&mut writer, &[2], "typo");
        writer.undo(0).expect("writes");
        assert_eq!(folders(&home), 4);
        writer.undo(0).expect("writes");
        assert_eq!(folders(&home), 3);
        writer.redo(0).expect("writes");
        writer.redo(0).expect("writes");
        assert_eq!(home.reader().folder_named("Typo").expect("reads"), made);
        assert_eq!([1, 2].map(|id| folder(&home, id)), ["Typo", "Typo"]);
    }

    #[test]
    fn a_folder_of_the_same_name_made_meanwhile_takes_its_place() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        move_to(&mut writer, &[1], "Lists");
        move_to(&mut writer, &[1], "Trash");
        writer.undo(0).expect("writes");
        writer.undo(0).expect("writes");
        writer.folder("LISTS").expect("writes");
        writer.redo(0).expect("writes");
        assert_eq!(folder(&home, 1), "LISTS");
        writer.redo(0).expect("writes");
        writer.undo(0).expect("writes");
        assert_eq!(folder(&home, 1), "LISTS");
    }

    #[test]
    fn a_folder_that_was_there_before_stays_when_a_move_is_taken_back() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 1);
        writer.folder("Lists").expect("writes");
        move_to(&mut writer, &[1], "lists");
        writer.undo(0).expect("writes");
        assert_eq!(folders(&home), 4);
    }
}
