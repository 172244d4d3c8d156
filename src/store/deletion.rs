//! Where the deletion of a mail on the server stands, and the steps that it takes: durable before each is taken there.

use rusqlite::Row;

use super::{Result, Writer};
use crate::mail::LedgerId;

/// Where a deletion on the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deletion {
    /// Must not be deleted: it is not here whole, or what was received and what LIST told do not agree.
    None,
    /// Stored and checked here; may be deleted.
    Allowed,
    /// The user asked for it.
    Asked,
    /// DELE was sent, QUIT was not confirmed: to be tried again.
    Sent,
    /// Confirmed by QUIT.
    Done,
    /// Confirmed by QUIT, and listed again, too often: the server does not delete it.
    GivenUp,
}

/// After so many confirmed deletions that the server did not carry out, nobody asks it again.
pub(super) const ATTEMPTS: u32 = 3;

impl Writer {
    /// Notes durably that DELE is about to be sent for these, or that QUIT confirmed it, or that it may not come to
    /// that. Rows from which there is no such step stay as they are: nothing is done that was not sent, and nothing
    /// is sent that was not allowed.
    pub fn advance(&mut self, mails: &[LedgerId], to: Deletion) -> Result<()> {
        let transaction = self.begin()?;
        let sql = match to {
            Deletion::None => {
                "UPDATE maildrop SET deletion = 'none' WHERE id = ?1 AND deletion <> 'done'"
            }
            Deletion::Allowed => {
                "UPDATE maildrop SET deletion = 'allowed'
                 WHERE id = ?1 AND completeness = 0 AND deletion IN ('none', 'asked', 'sent')"
            }
            Deletion::Asked => {
                "UPDATE maildrop SET deletion = 'asked' WHERE id = ?1 AND deletion = 'allowed'"
            }
            Deletion::Sent => {
                "UPDATE maildrop SET deletion = 'sent' WHERE id = ?1 AND deletion IN ('allowed', 'asked')"
            }
            Deletion::Done => {
                "UPDATE maildrop SET deletion = 'done' WHERE id = ?1 AND deletion = 'sent'"
            }
            Deletion::GivenUp => {
                "UPDATE maildrop SET deletion = 'given-up'
                 WHERE id = ?1 AND deletion IN ('allowed', 'asked', 'sent')"
            }
        };
        for id in mails {
            transaction.prepare_cached(sql)?.execute([id.0])?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes the user's wish that these be deleted on the server, or takes it back, as far as that is open. Tells for
    /// how many it was.
    pub fn ask(&mut self, mails: &[LedgerId], asked: bool) -> Result<usize> {
        let (from, to) = match asked {
            true => (Deletion::Allowed, Deletion::Asked),
            false => (Deletion::Asked, Deletion::Allowed),
        };
        let transaction = self.begin()?;
        let mut changed = 0;
        for id in mails {
            changed += transaction
                .prepare_cached(
                    "UPDATE maildrop SET deletion = ?3 WHERE id = ?1 AND deletion = ?2",
                )?
                .execute((id.0, word(from), word(to)))?;
        }
        transaction.commit()?;
        Ok(changed)
    }

    /// Notes that these, whose deletion QUIT had confirmed, are listed again and were known by their octets: they may
    /// be deleted once more, or are given up. [`Writer::add`] does the same for a mail that it knows again.
    pub fn relisted(&mut self, mails: &[LedgerId]) -> Result<()> {
        let transaction = self.begin()?;
        for id in mails {
            transaction
                .prepare_cached(
                    "UPDATE maildrop SET attempts = attempts + 1, absent_since = NULL,
                            deletion = CASE WHEN attempts + 1 >= ?2 THEN 'given-up' ELSE 'allowed' END
                     WHERE id = ?1 AND deletion = 'done'",
                )?
                .execute((id.0, ATTEMPTS))?;
        }
        Ok(transaction.commit()?)
    }
}

pub(super) fn word(deletion: Deletion) -> &'static str {
    match deletion {
        Deletion::None => "none",
        Deletion::Allowed => "allowed",
        Deletion::Asked => "asked",
        Deletion::Sent => "sent",
        Deletion::Done => "done",
        Deletion::GivenUp => "given-up",
    }
}

/// The schema admits these six words only.
pub(super) fn deletion(row: &Row<'_>, column: usize) -> rusqlite::Result<Deletion> {
    Ok(match row.get_ref(column)?.as_str()? {
        "allowed" => Deletion::Allowed,
        "asked" => Deletion::Asked,
        "sent" => Deletion::Sent,
        "done" => Deletion::Done,
        "given-up" => Deletion::GivenUp,
        _ => Deletion::None,
    })
}
