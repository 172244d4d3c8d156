//! What lies on the servers, as the screen "On the server" shows it.

use rusqlite::OptionalExtension;

use super::deletion::deletion;
use super::lists::shown;
use super::{Grounds, Reader, Result, due};
use crate::config::Keep;
use crate::mail::{AccountId, Counted, LedgerId, LedgerRow, MessageId};

impl Reader {
    /// What is on an account's server, as far as is known, the largest first: what was confirmed to be deleted is
    /// not, nor is what the last listing did not name.
    pub fn ledger(&self, account: AccountId, keep: Keep, now: i64) -> Result<Vec<LedgerRow>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT maildrop.id, maildrop.message, message.sender, message.subject,
                    coalesce(maildrop.listed_size, message.size, 0) AS octets, maildrop.stored, maildrop.deletion
             FROM maildrop LEFT JOIN message ON message.id = maildrop.message
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
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How much is on an account's server, as far as is known.
    pub fn on_server(&self, account: AccountId) -> Result<Counted> {
        let mut statement = self.connection.prepare_cached(
            "SELECT ifnull(sum(copies), 0),
                    ifnull(sum(copies * coalesce(maildrop.listed_size, message.size, 0)), 0)
             FROM maildrop LEFT JOIN message ON message.id = maildrop.message
             WHERE maildrop.account = ?1 AND maildrop.deletion <> 'done' AND maildrop.absent_since IS NULL",
        )?;
        Ok(statement.query_row([account.0], |row| {
            Ok(Counted {
                mails: row.get::<_, i64>(0)?.unsigned_abs(),
                octets: row.get::<_, i64>(1)?.unsigned_abs(),
            })
        })?)
    }

    /// What decides about the deletion of a mail: for mails without unique-ids, which [`Reader::maildrop`] leaves out.
    pub fn grounds(&self, id: LedgerId) -> Result<Option<Grounds>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT message, deletion, stored FROM maildrop WHERE id = ?1")?;
        let grounds = statement.query_row([id.0], |row| {
            Ok(Grounds {
                message: row.get::<_, Option<i64>>(0)?.map(MessageId),
                deletion: deletion(row, 1)?,
                stored: row.get(2)?,
            })
        });
        Ok(grounds.optional()?)
    }
}
