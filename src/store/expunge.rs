//! Deletes mails here for good: what lies in Trash, nothing else.

use std::collections::BTreeSet;

use rusqlite::Transaction;

use super::{Result, Writer};
use crate::mail::MessageId;

impl Writer {
    /// Deletes mails here for good, octets and all, as far as they lie in Trash; tells how many. Their rows in the
    /// ledger stay, so that they are not fetched again, and are deleted on the server where that is the user's policy.
    ///
    /// Nothing brings them back: they leave the journal, and with them each step that touched no other mail, so that
    /// undo never takes back nothing. The file keeps its size; its free pages are used for the mails that come next.
    pub fn expunge(&mut self, ids: &[MessageId]) -> Result<usize> {
        let transaction = self.begin()?;
        let mut steps = BTreeSet::new();
        let mut gone = 0;
        for &id in ids {
            steps.extend(self::steps(&transaction, id)?);
            gone += transaction
                .prepare_cached(
                    "DELETE FROM message WHERE id = ?1 AND folder = (SELECT id FROM folder WHERE role = 'trash')",
                )?
                .execute([id.0])?;
        }
        for step in steps {
            transaction
                .prepare_cached(
                    "DELETE FROM journal WHERE id = ?1
                     AND NOT EXISTS (SELECT 1 FROM journal_entry WHERE journal = ?1)",
                )?
                .execute([step])?;
        }
        transaction.commit()?;
        Ok(gone)
    }
}

/// The steps of the journal that touched a mail.
fn steps(transaction: &Transaction<'_>, id: MessageId) -> rusqlite::Result<Vec<i64>> {
    let mut statement =
        transaction.prepare_cached("SELECT journal FROM journal_entry WHERE message = ?1")?;
    let steps = statement.query_map([id.0], |row| row.get(0))?;
    steps.collect()
}

#[cfg(test)]
mod tests {
    use crate::mail::{AccountId, Change, Destination, MessageId, SafeText, What};
    use crate::store::testing::{Home, account};
    use crate::store::{Deletion, NewMail, Outcome, Writer};

    fn trash(writer: &mut Writer, ids: &[i64]) {
        let change = Change::Move {
            ids: ids.iter().copied().map(MessageId).collect(),
            to: Destination::New("Trash".to_owned()),
        };
        writer.apply(&change, 0).expect("writes");
    }

    fn rows(home: &Home, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        let reader = home.reader();
        let rows = reader.connection.query_row(&sql, [], |row| row.get(0));
        rows.expect("reads")
    }

    /// Three mails, the first two in Trash.
    fn three(home: &Home) -> (Writer, AccountId, Vec<NewMail>) {
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mails = ["one", "two", "three"].map(|subject| home.mail(subject));
        writer.add(account, &mails).expect("writes");
        trash(&mut writer, &[1, 2]);
        (writer, account, mails.to_vec())
    }

    #[test]
    fn what_lies_in_trash_goes_with_all_that_was_told_of_it_and_nothing_else_does() {
        let home = Home::new();
        let (mut writer, _, _) = three(&home);
        let ids = [1, 3, 99].map(MessageId);
        assert_eq!(writer.expunge(&ids).expect("writes"), 1);
        assert_eq!(writer.expunge(&ids).expect("writes"), 0);
        for table in ["message", "octets", "head", "search"] {
            assert_eq!(rows(&home, table), 2, "{table}");
        }
        let folders = home.reader().folders().expect("reads");
        let totals: Vec<_> = folders.iter().map(|folder| folder.counts.total).collect();
        assert_eq!(totals.iter().sum::<u64>(), 2, "{totals:?}");
    }

    #[test]
    fn a_mail_deleted_here_for_good_is_known_when_it_comes_again_but_another_one_is_new() {
        let home = Home::new();
        let (mut writer, account, mails) = three(&home);
        writer.expunge(&[MessageId(1)]).expect("writes");
        let known = home.reader().maildrop(account).expect("reads");
        let known = known.iter().find(|known| known.message.is_none());
        let known = known.expect("its row stays");
        assert_eq!(known.deletion, Deletion::Allowed);

        let reused = NewMail {
            uid: mails[0].uid.clone(),
            ..home.mail("eno")
        };
        assert_eq!(reused.listed_size, mails[0].listed_size);
        let added = writer
            .add(account, &[mails[0].clone(), reused])
            .expect("writes");
        assert_eq!((added[0].id, added[0].outcome), (None, Outcome::Known));
        assert_eq!(added[0].ledger, known.id);
        assert_eq!(added[1].outcome, Outcome::New);
        assert_ne!(added[1].ledger, known.id);
    }

    #[test]
    fn undo_goes_on_with_the_mails_that_are_left() {
        let home = Home::new();
        let (mut writer, _, _) = three(&home);
        trash(&mut writer, &[3]);
        writer
            .expunge(&[MessageId(3), MessageId(1)])
            .expect("writes");
        let undone = writer.undo(0).expect("writes").expect("a step is left");
        assert_eq!(undone.what, What::Moved(SafeText::new("Trash")));
        assert_eq!((undone.count, undone.message), (1, Some(MessageId(2))));
        assert_eq!(writer.undo(0).expect("writes"), None, "no step of no mail");
        assert!(writer.redo(0).expect("writes").is_some());
    }

    #[test]
    fn the_room_of_mails_that_went_is_used_again() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let large = |name: &str| NewMail {
            octets: vec![b'x'; 3 << 20],
            ..home.mail(name)
        };
        writer.add(account, &[large("one")]).expect("writes");
        let pages = |writer: &Writer| -> i64 {
            let pages = writer
                .connection
                .query_row("PRAGMA page_count", [], |row| row.get(0));
            pages.expect("reads")
        };
        let before = pages(&writer);
        trash(&mut writer, &[1]);
        writer.expunge(&[MessageId(1)]).expect("writes");
        writer.add(account, &[large("two")]).expect("writes");
        assert!(pages(&writer) <= before + 2, "{before} pages and no more");
    }
}
