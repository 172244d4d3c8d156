//! What is known of the mails on the servers: their names there, and what stands in the ledger about them.

use rusqlite::Row;
use rusqlite::types::FromSqlError;

use super::deletion::deletion;
use super::{Deletion, Grounds, Reader, Result, Writer, stored_uid};
use crate::mail::{AccountId, Completeness, LedgerId, MessageId};
use crate::pop3::UniqueId;

/// What the store knows about a mail on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its row in the ledger.
    pub id: LedgerId,
    /// The server's name for it, in the form of [`stored_uid`].
    pub uid: UniqueId,
    /// Its size as LIST told when it was fetched.
    pub listed_size: Option<u64>,
    /// The stored mail; `None` when it was deleted here for good.
    pub message: Option<MessageId>,
    /// Where its deletion on the server stands.
    pub deletion: Deletion,
    /// How much of it is here, or was when it was deleted here.
    pub completeness: Completeness,
    /// When it was stored here, in seconds since 1970: the start of a time for which it is kept on the server.
    pub stored: i64,
    /// Since when no listing has named it, in seconds since 1970. Read it before [`Writer::listed`], which clears it:
    /// a name that was gone for long may be another mail's by now.
    pub absent_since: Option<i64>,
    /// How often QUIT confirmed its deletion, and yet it was listed again.
    pub attempts: u32,
    /// How many listed mails are this very mail, by name, size and octets.
    pub copies: u32,
    /// By what it was known last.
    pub proof: Proof,
}

/// By what a mail on the server is known to be the one that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof {
    /// Its octets have been read under this name.
    Octets,
    /// Only its head and size: before it is deleted there, it must be read again.
    Head,
}

/// A mail that is whole here and that the server no longer lists: it may have got another name there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Gone {
    /// Its row in the ledger.
    pub id: LedgerId,
    /// The mail; [`Reader::head`] has its head.
    pub message: MessageId,
    /// Its size as LIST told.
    pub listed_size: Option<u64>,
}

impl Known {
    /// What decides about its deletion.
    pub fn grounds(&self) -> Grounds {
        Grounds {
            deletion: self.deletion,
            message: self.message,
            stored: self.stored,
        }
    }
}

impl Reader {
    /// What is known of an account's maildrop, in no order; mails that came without a unique-id are left out.
    pub fn maildrop(&self, account: AccountId) -> Result<Vec<Known>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, uid, listed_size, message, deletion, completeness, stored, absent_since, attempts, copies, proof
             FROM maildrop WHERE account = ?1 AND uid IS NOT NULL",
        )?;
        let known = statement.query_map([account.0], |row| {
            Ok(Known {
                id: LedgerId(row.get(0)?),
                uid: UniqueId(row.get_ref(1)?.as_blob()?.into()),
                listed_size: size(row, 2)?,
                message: row.get::<_, Option<i64>>(3)?.map(MessageId),
                deletion: deletion(row, 4)?,
                completeness: completeness(row, 5)?,
                stored: row.get(6)?,
                absent_since: row.get(7)?,
                attempts: row.get(8)?,
                copies: row.get(9)?,
                proof: match row.get_ref(10)?.as_str()? {
                    "head" => Proof::Head,
                    _ => Proof::Octets,
                },
            })
        })?;
        Ok(known.collect::<rusqlite::Result<_>>()?)
    }

    /// The mails that are whole here and not in the last listing: what a server that gave all its mails new names
    /// may list under them. Mails that it deleted when it was told to are left out.
    pub fn gone(&self, account: AccountId) -> Result<Vec<Gone>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, message, listed_size FROM maildrop
             WHERE account = ?1 AND absent_since IS NOT NULL AND (deletion <> 'done' OR proof = 'head')
                   AND message IS NOT NULL AND completeness = 0 ORDER BY id",
        )?;
        let gone = statement.query_map([account.0], |row| {
            Ok(Gone {
                id: LedgerId(row.get(0)?),
                message: MessageId(row.get(1)?),
                listed_size: size(row, 2)?,
            })
        })?;
        Ok(gone.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer {
    /// Notes the new names of mails that were known by head and size under them. They are listed; before one is
    /// deleted there, its octets must be read.
    pub fn rebind(&mut self, names: &[(LedgerId, UniqueId, Option<u64>)]) -> Result<()> {
        let transaction = self.begin()?;
        for (id, uid, listed_size) in names {
            transaction
                .prepare_cached(
                    "UPDATE maildrop SET uid = ?2, listed_size = ?3, absent_since = NULL, copies = 1, proof = 'head',
                            deletion = CASE deletion WHEN 'done' THEN 'allowed' WHEN 'sent' THEN 'allowed' ELSE deletion END
                     WHERE id = ?1",
                )?
                .execute((id.0, &*stored_uid(uid).0, listed_size.map(to_sql)))?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes that so many listed mails are this very one: same name, size and octets.
    pub fn copies(&mut self, id: LedgerId, copies: u32) -> Result<()> {
        self.connection.execute(
            "UPDATE maildrop SET copies = ?2 WHERE id = ?1",
            (id.0, copies.max(1)),
        )?;
        Ok(())
    }
}

/// SQLite counts in 63 bits; no mail is longer.
pub(super) fn to_sql(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn size(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(i64::unsigned_abs))
}

/// The number that stands for it in the schema.
pub(super) fn number(completeness: Completeness) -> i64 {
    match completeness {
        Completeness::Whole => 0,
        Completeness::Head => 1,
        Completeness::Doubtful => 2,
    }
}

/// The schema admits these three numbers only.
pub(super) fn completeness(row: &Row<'_>, column: usize) -> rusqlite::Result<Completeness> {
    match row.get(column)? {
        0 => Ok(Completeness::Whole),
        1 => Ok(Completeness::Head),
        2 => Ok(Completeness::Doubtful),
        other => Err(FromSqlError::OutOfRange(other).into()),
    }
}
