//! Takes in mail that comes from files: without an account, and only what is not here already.

use std::collections::HashSet;

use rusqlite::Transaction;

use super::{NewMail, Reader, Result, Writer};
use super::{content, folders};
use crate::mail::mbox::Marks;

/// The largest mail that can be stored, in octets: SQLite's limit of a row, and some room.
pub const LARGEST_MAIL: usize = 999_000_000;

/// A mail from a file.
#[derive(Debug, Clone)]
pub struct FromFile {
    /// The mail. Its unique-id and listed size mean nothing.
    pub mail: NewMail,
    /// Where it goes.
    pub shelf: Shelf,
    /// What its mailbox said of it.
    pub marks: Marks,
}

/// Where a mail from a file goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// Among the new mail.
    Inbox,
    /// It was deleted where it came from.
    Trash,
    /// The folder of this name, in any case; it is made if need be.
    Folder(String),
}

/// Which contents are in the store. Half of each hash is kept: that two mails agree in so many bits does not happen, and
/// a million of them take 20 to 40 MB instead of 80.
#[derive(Debug, Default)]
pub struct Contents(HashSet<u128>);

impl Contents {
    /// Notes a content; `false` if it is here already.
    pub fn add(&mut self, sha256: &[u8; 32]) -> bool {
        let (half, _) = sha256.split_at(16);
        let half = half
            .iter()
            .fold(0, |number, octet| number << 8 | u128::from(*octet));
        self.0.insert(half)
    }
}

impl Reader {
    /// The contents of all mails that are here, whatever account they came from.
    pub fn contents(&self) -> Result<Contents> {
        let mut contents = Contents::default();
        let mut statement = self.connection.prepare("SELECT sha256 FROM head")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            contents.add(&row.get(0)?);
        }
        Ok(contents)
    }
}

impl Writer {
    /// Stores a batch in one durable transaction. That none of it is here already is for the caller to see, with
    /// [`Contents`].
    ///
    /// # Errors
    ///
    /// [`super::Error::FolderName`] where a folder would have to be made and no folder can be called so.
    pub fn import(&mut self, mails: &[FromFile]) -> Result<()> {
        let transaction = self.begin()?;
        for FromFile { mail, shelf, marks } in mails {
            let folder = folder(&transaction, shelf)?;
            let id = content::insert(&transaction, folder, None, mail)?;
            if marks.read || marks.flagged || marks.answered {
                transaction
                    .prepare_cached(
                        "UPDATE message SET unread = unread AND NOT ?2, flagged = ?3, answered = ?4 WHERE id = ?1",
                    )?
                    .execute((id.0, marks.read, marks.flagged, marks.answered))?;
            }
        }
        Ok(transaction.commit()?)
    }
}

fn folder(transaction: &Transaction<'_>, shelf: &Shelf) -> Result<i64> {
    let role = match shelf {
        Shelf::Inbox => "inbox",
        Shelf::Trash => "trash",
        Shelf::Folder(name) => {
            let found = folders::find(transaction, name.trim())?;
            return Ok(match found {
                Some(found) => found.0,
                None => folders::make(transaction, None, name)?.0,
            });
        }
    };
    let sql = "SELECT id FROM folder WHERE role = ?1";
    Ok(transaction
        .prepare_cached(sql)?
        .query_row([role], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::{FromFile, Marks, Shelf};
    use crate::mail::MessageId;
    use crate::store::Error;
    use crate::store::testing::Home;

    fn from_file(home: &Home, subject: &str, shelf: Shelf, marks: Marks) -> FromFile {
        let mail = home.mail(subject);
        FromFile { mail, shelf, marks }
    }

    #[test]
    fn mail_from_files_has_no_account_and_the_state_and_folder_it_had() {
        let home = Home::new();
        let mut writer = home.writer();
        let all = Marks {
            read: true,
            flagged: true,
            answered: true,
            deleted: false,
        };
        let old = || Shelf::Folder("Old/Lists".to_owned());
        let mails = [
            from_file(&home, "a", Shelf::Inbox, Marks::default()),
            from_file(&home, "b", old(), all),
            from_file(
                &home,
                "c",
                Shelf::Folder("old/lists ".to_owned()),
                Marks::default(),
            ),
            from_file(&home, "d", Shelf::Trash, Marks::default()),
        ];
        writer.import(&mails).expect("writes");
        let reader = home.reader();
        let told = (1..=4).map(|id| {
            let mail = reader
                .summary(MessageId(id))
                .expect("reads")
                .expect("is there");
            assert_eq!(
                (mail.account, mail.uid, mail.on_server),
                (None, None, false)
            );
            (mail.folder, mail.unread, mail.flagged, mail.answered)
        });
        let told: Vec<_> = told.collect();
        let expected = [
            ("Inbox", true, false, false),
            ("Old/Lists", false, true, true),
            ("Old/Lists", true, false, false),
            ("Trash", true, false, false),
        ];
        let expected = expected.map(|(folder, a, b, c)| (folder.to_owned(), a, b, c));
        assert_eq!(told, expected);
        let unread: Vec<_> = reader.folders().expect("reads");
        let unread: Vec<_> = unread.iter().map(|folder| folder.counts.unread).collect();
        assert_eq!(unread, [1, 0, 1, 1]);
    }

    #[test]
    fn what_is_here_is_known_by_its_content_from_wherever_it_came() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 2);
        let other = from_file(&home, "other", Shelf::Inbox, Marks::default());
        let hashes: Vec<_> = (1..=2)
            .map(|id| home.reader().summary(MessageId(id)).expect("reads"))
            .map(|mail| mail.expect("is there").sha256)
            .collect();
        let mut contents = home.reader().contents().expect("reads");
        assert!(hashes.iter().all(|hash| !contents.add(hash)));
        assert!(contents.add(&other.mail.sha256));
        assert!(!contents.add(&other.mail.sha256));
    }

    #[test]
    fn a_batch_with_a_name_that_no_folder_has_is_refused_as_a_whole() {
        let home = Home::new();
        let mut writer = home.writer();
        let mails = ["Good", "a\nb"].map(|name| {
            let shelf = Shelf::Folder(name.to_owned());
            from_file(&home, name, shelf, Marks::default())
        });
        assert!(matches!(writer.import(&mails), Err(Error::FolderName)));
        assert_eq!(home.reader().total().expect("reads"), 0);
    }
}
