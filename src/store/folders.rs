//! Folders with their counters, and the making of new ones.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use unicode_normalization::UnicodeNormalization;

#[cfg(test)]
use super::Writer;
use super::{Error, Reader, Result};
use crate::mail::{AccountId, Counts, Folder, FolderId, FolderRole, SafeText};
use crate::query::fold_case;

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

impl Reader {
    /// All folders with their counters: Inbox, Archive, Trash, then the user's by name.
    pub fn folders(&self) -> Result<Vec<Folder>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT folder.id, folder.name, folder.role, counter.account, counter.total, counter.unread
             FROM folder LEFT JOIN counter ON counter.folder = folder.id AND counter.total > 0
             ORDER BY CASE folder.role WHEN 'inbox' THEN 0 WHEN 'archive' THEN 1 WHEN 'trash' THEN 2 ELSE 3 END,
                      folder.folded, counter.account",
        )?;
        let mut rows = statement.query([])?;
        let mut folders: Vec<Folder> = Vec::new();
        while let Some(row) = rows.next()? {
            let id = FolderId(row.get(0)?);
            if folders.last().is_none_or(|last| last.id != id) {
                folders.push(Folder {
                    id,
                    name: SafeText::new(row.get_ref(1)?.as_str()?),
                    role: role(row.get_ref(2)?)?,
                    counts: Counts::default(),
                    by_account: Vec::new(),
                });
            }
            if let Some(folder) = folders.last_mut() {
                count(folder, row)?;
            }
        }
        Ok(folders)
    }

    /// The folder of this name, whatever its case.
    pub fn folder_named(&self, name: &str) -> Result<Option<FolderId>> {
        Ok(find(&self.connection, name)?)
    }

    /// How many messages are stored in all.
    pub fn total(&self) -> Result<u64> {
        let sql = "SELECT ifnull(sum(total), 0) FROM counter";
        let total: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(total.unsigned_abs())
    }
}

#[cfg(test)]
impl Writer {
    /// A folder of the user's, made if need be. The name of a folder that is there, in any case, is that folder.
    pub(super) fn folder(&mut self, name: &str) -> Result<FolderId> {
        let transaction = self.begin()?;
        let id = match find(&transaction, name)? {
            Some(id) => id,
            None => make(&transaction, None, name)?,
        };
        transaction.commit()?;
        Ok(id)
    }
}

pub(super) fn find(connection: &Connection, name: &str) -> rusqlite::Result<Option<FolderId>> {
    connection
        .prepare_cached("SELECT id FROM folder WHERE folded = ?1")?
        .query_row([fold_case(name)], |row| row.get(0).map(FolderId))
        .optional()
}

/// Makes a folder of the user's; with an id, the one that had this id before.
pub(super) fn make(connection: &Connection, id: Option<FolderId>, name: &str) -> Result<FolderId> {
    let name: String = name.trim().nfc().collect();
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Error::FolderName);
    }
    connection.execute(
        "INSERT INTO folder (id, role, name, folded) VALUES (?1, 'own', ?2, ?3)",
        (id.map(|id| id.0), &name, fold_case(&name)),
    )?;
    Ok(FolderId(connection.last_insert_rowid()))
}

/// Takes a folder of the user's away if no mail lies in it.
pub(super) fn remove_if_empty(connection: &Connection, id: FolderId) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM folder WHERE id = ?1 AND role = 'own'
         AND NOT EXISTS (SELECT 1 FROM message WHERE message.folder = folder.id)",
        [id.0],
    )?;
    Ok(())
}

/// The name of a folder that exists.
pub(super) fn name(connection: &Connection, id: FolderId) -> Result<String> {
    connection
        .prepare_cached("SELECT name FROM folder WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?
        .ok_or(Error::NoFolder)
}

fn count(folder: &mut Folder, row: &Row<'_>) -> rusqlite::Result<()> {
    let Some(account) = row.get::<_, Option<i64>>(3)? else {
        return Ok(());
    };
    let counts = Counts {
        total: row.get::<_, i64>(4)?.unsigned_abs(),
        unread: row.get::<_, i64>(5)?.unsigned_abs(),
    };
    folder.counts.total += counts.total;
    folder.counts.unread += counts.unread;
    if account != 0 {
        folder.by_account.push((AccountId(account), counts));
    }
    Ok(())
}

/// The schema admits these four words only.
fn role(word: ValueRef<'_>) -> rusqlite::Result<FolderRole> {
    Ok(match word.as_str()? {
        "inbox" => FolderRole::Inbox,
        "archive" => FolderRole::Archive,
        "trash" => FolderRole::Trash,
        _ => FolderRole::Own,
    })
}

#[cfg(test)]
mod tests {
    use crate::mail::{Counts, FolderRole};
    use crate::store::Error;
    use crate::store::testing::Home;

    #[test]
    fn a_new_store_has_inbox_archive_and_trash() {
        let home = Home::new();
        let folders = home.reader().folders().expect("reads");
        let shown: Vec<_> = folders
            .iter()
            .map(|folder| (folder.name.as_str(), folder.role))
            .collect();
        assert_eq!(
            shown,
            [
                ("Inbox", FolderRole::Inbox),
                ("Archive", FolderRole::Archive),
                ("Trash", FolderRole::Trash)
            ]
        );
    }

    #[test]
    fn own_folders_come_by_name_and_case_does_not_make_another() {
        let home = Home::new();
        let mut writer = home.writer();
        let zoo = writer.folder("Zoo").expect("writes");
        let cafe = writer.folder(" Café ").expect("writes");
        assert_eq!(writer.folder("CAFE\u{301}").expect("writes"), cafe);
        assert_ne!(writer.folder("cafe").expect("writes"), cafe);
        assert_eq!(writer.folder("zOO").expect("writes"), zoo);
        let inbox = home
            .reader()
            .folder_named("INBOX")
            .expect("reads")
            .expect("is there");
        assert_eq!(writer.folder("inbox").expect("writes"), inbox);
        let folders = home.reader().folders().expect("reads");
        let own: Vec<_> = folders
            .iter()
            .skip(3)
            .map(|folder| folder.name.as_str())
            .collect();
        assert_eq!(own, ["cafe", "Café", "Zoo"]);
    }

    #[test]
    fn names_nobody_can_read_or_type_are_refused() {
        let home = Home::new();
        let mut writer = home.writer();
        for name in ["", "  ", "a\nb", "\u{1b}[2J", &"x".repeat(201)] {
            assert!(
                matches!(writer.folder(name), Err(Error::FolderName)),
                "{name:?}"
            );
        }
    }

    #[test]
    fn counters_are_told_in_all_and_by_account() {
        let home = Home::new();
        let mut writer = home.writer();
        let alice = writer.account("alice", "").expect("writes");
        let bob = writer.account("bob", "").expect("writes");
        writer
            .add(alice, &[home.mail("a"), home.mail("b")])
            .expect("writes");
        writer.add(bob, &[home.mail("c")]).expect("writes");
        let inbox = home.reader().folders().expect("reads").remove(0);
        assert_eq!(
            inbox.counts,
            Counts {
                total: 3,
                unread: 3
            }
        );
        let two = Counts {
            total: 2,
            unread: 2,
        };
        let one = Counts {
            total: 1,
            unread: 1,
        };
        assert_eq!(inbox.by_account, [(alice, two), (bob, one)]);
        assert_eq!(home.reader().total().expect("reads"), 3);
    }
}
