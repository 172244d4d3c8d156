//! What lies on the servers, as the screen "On the server" shows it.

use rusqlite::{Connection, OptionalExtension, Row};

use super::beyond::is_row_beyond_proof;
use super::deletion::deletion;
use super::lists::shown;
use super::maildrop::completeness;
use super::{Grounds, Reader, Result, Writer, due};
use crate::config::Keep;
use crate::mail::{AccountId, Completeness, LedgerId, LedgerRow, MessageId};

/// How much of a mail is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// All, or less.
    pub completeness: Completeness,
    /// Octets of the whole, as LIST told.
    pub on_server: Option<u64>,
}

impl Reader {
    /// What is on an account's server, as far as is known, the largest first: what was confirmed to be deleted is
    /// not, nor is what the last listing did not name.
    pub fn ledger(&self, account: AccountId, keep: Keep, now: i64) -> Result<Vec<LedgerRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT maildrop.id, maildrop.message, message.sender, message.subject,
                    coalesce(maildrop.listed_size, message.size, 0) AS octets, maildrop.stored, maildrop.deletion,
                    maildrop.asked, maildrop.completeness, maildrop.uid, maildrop.listed_size
             FROM maildrop INDEXED BY maildrop_account LEFT JOIN message ON message.id = maildrop.message
             WHERE maildrop.account = ?1 AND maildrop.deletion <> 'done' AND maildrop.absent_since IS NULL
             ORDER BY octets DESC, maildrop.id DESC",
        )?;
        let rows = statement.query_map([account.0], |row| {
            let text = |column| -> rusqlite::Result<_> {
                Ok(shown(
                    row.get_ref(column)?.as_str_or_null()?.unwrap_or_default(),
                ))
            };
            let grounds = Grounds {
                deletion: deletion(row, 6)?,
                asked: row.get(7)?,
                message: row.get::<_, Option<i64>>(1)?.map(MessageId),
                stored: row.get(5)?,
            };
            Ok(LedgerRow {
                id: LedgerId(row.get(0)?),
                account,
                message: grounds.message,
                from: text(2)?,
                subject: text(3)?,
                size: row.get::<_, i64>(4)?.unsigned_abs(),
                stored: grounds.stored,
                due: due(keep, &grounds, now),
                completeness: completeness(row, 8)?,
                can_be_proven: row.get::<_, Option<i64>>(10)?.is_some_and(|size| size > 0)
                    && !is_row_beyond_proof(row, [8, 9, 10, 1])?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How much of a mail is here, and its octets as LIST told; `None` if it is not here at all.
    pub fn extent(&self, id: MessageId) -> Result<Option<Extent>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT message.completeness, maildrop.listed_size
             FROM message LEFT JOIN maildrop ON maildrop.message = message.id WHERE message.id = ?1",
        )?;
        let extent = |row: &Row<'_>| {
            Ok(Extent {
                completeness: completeness(row, 0)?,
                on_server: row.get::<_, Option<i64>>(1)?.map(i64::unsigned_abs),
            })
        };
        Ok(statement.query_row([id.0], extent).optional()?)
    }

    /// What decides about the deletion of a mail: for mails without unique-ids, which [`Reader::maildrop`] leaves out.
    pub fn grounds(&self, id: LedgerId) -> Result<Option<Grounds>> {
        Ok(grounds(&self.connection, id)?)
    }
}

impl Writer {
    /// [`Reader::grounds`] of each of these, as they are before the next write.
    pub fn grounds(&self, mails: &[LedgerId]) -> Result<Vec<Option<Grounds>>> {
        // Read one by one, each would cost the locks of a transaction of its own.
        let _snapshot = self.connection.unchecked_transaction()?;
        let grounds = mails.iter().map(|id| Ok(grounds(&self.connection, *id)?));
        grounds.collect()
    }
}

fn grounds(connection: &Connection, id: LedgerId) -> rusqlite::Result<Option<Grounds>> {
    let mut statement = connection
        .prepare_cached("SELECT message, deletion, stored, asked FROM maildrop WHERE id = ?1")?;
    let grounds = statement.query_row([id.0], |row| {
        Ok(Grounds {
            message: row.get::<_, Option<i64>>(0)?.map(MessageId),
            deletion: deletion(row, 1)?,
            stored: row.get(2)?,
            asked: row.get(3)?,
        })
    });
    grounds.optional()
}

#[cfg(test)]
mod tests {
    use crate::config::Keep;
    use crate::mail::{Change, Completeness, Destination, Due, MessageId};
    use crate::store::testing::{Home, account, uid};
    use crate::store::{Deletion, NewMail};

    #[test]
    fn what_is_on_the_server_is_told_by_size_with_what_is_due() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mail = |name: &str, size: u64| NewMail {
            uid: Some(uid(name)),
            listed_size: Some(size),
            ..home.mail(name)
        };
        let mut mails = vec![
            mail("small", 10),
            mail("deleted", 20),
            mail("gone", 30),
            mail("expunged", 40),
            mail("asked", 50),
            mail("large", 60),
        ];
        mails[5].completeness = Completeness::Head;
        let added = writer.add(account, &mails).expect("writes");
        let ledger = |at: usize| [added[at].ledger];
        for step in [Deletion::Sent, Deletion::Done] {
            writer.advance(&ledger(1), step).expect("writes");
        }
        writer.ask(&ledger(4), true).expect("writes");
        let to_trash = Change::Move {
            ids: vec![MessageId(4)],
            to: Destination::New("Trash".to_owned()),
        };
        writer.apply(&to_trash, 0).expect("writes");
        writer.expunge(&[MessageId(4)]).expect("writes");
        let listed = ["small", "expunged", "asked", "large"].map(uid);
        writer.listed(account, &listed, 0).expect("writes");
        writer.copies(added[0].ledger, 2).expect("writes");

        let reader = home.reader();
        let rows = reader
            .ledger(account, Keep::UntilDeleted, 0)
            .expect("reads");
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.subject.as_str(), row.message, row.size, row.due))
            .collect();
        assert_eq!(
            told,
            [
                ("large", added[5].id, 60, Due::Unsure),
                ("asked", added[4].id, 50, Due::Asked),
                ("", None, 40, Due::Next),
                ("small", added[0].id, 10, Due::Kept),
            ]
        );
    }

    #[test]
    fn a_mail_without_a_unique_id_has_grounds_too() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mail = NewMail {
            uid: None,
            ..home.mail("nameless")
        };
        let added = writer
            .add(account, std::slice::from_ref(&mail))
            .expect("writes")[0];
        let grounds = home.reader().grounds(added.ledger).expect("reads");
        let grounds = grounds.expect("is there");
        assert_eq!(
            (grounds.message, grounds.deletion, grounds.stored),
            (added.id, Deletion::Allowed, mail.arrived)
        );
    }
}
