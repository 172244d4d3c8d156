//! What is known of the mails on the servers: their names there, and where their deletion stands.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::Row;

use super::{Reader, Result, Writer, stored_uid};
use crate::mail::{AccountId, MessageId};
use crate::pop3::UniqueId;

/// What the store knows about a mail on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The server's name for it, in the form of [`stored_uid`].
    pub uid: UniqueId,
    /// Its size as LIST told when it was fetched.
    pub listed_size: Option<u64>,
    /// The stored mail.
    pub message: MessageId,
    /// Where its deletion on the server stands.
    pub deletion: Deletion,
}

/// Where a deletion on the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// Stays there: what was received and what LIST told do not agree.
    None,
    /// Stored and checked here; may be deleted.
    Allowed,
    /// DELE was sent, QUIT was not confirmed: to be tried again.
    Sent,
    /// Confirmed by QUIT.
    Done,
}

impl Reader {
    /// What is known of an account's maildrop, in no order; mails that came without a unique-id are left out.
    pub fn maildrop(&self, account: AccountId) -> Result<Vec<Known>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT uid, listed_size, message, deletion FROM maildrop
             WHERE account = ?1 AND uid IS NOT NULL",
        )?;
        let known = statement.query_map([account.0], |row| {
            Ok(Known {
                uid: UniqueId(row.get::<_, Vec<u8>>(0)?.into()),
                listed_size: row.get::<_, Option<i64>>(1)?.map(i64::unsigned_abs),
                message: MessageId(row.get(2)?),
                deletion: deletion(row, 3)?,
            })
        })?;
        Ok(known.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer {
    /// Notes durably that DELE is about to be sent for these, or that QUIT confirmed it. By message: one unique-id can
    /// be two mails'.
    pub fn advance_deletion(&mut self, messages: &[MessageId], to: Deletion) -> Result<()> {
        let transaction = self.begin()?;
        for message in messages {
            transaction
                .prepare_cached(
                    "UPDATE maildrop SET deletion = ?2
                     WHERE message = ?1 AND deletion IN ('allowed', 'sent')",
                )?
                .execute((message.0, word(to)))?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes which unique-ids a complete UIDL named: mails it no longer names are no longer on the server,
    /// so that their octets under another unique-id are known as the same mail; mails it names again are back.
    /// Tells how many mails changed in this respect.
    pub fn listed(&mut self, account: AccountId, uids: &[UniqueId]) -> Result<usize> {
        let uids: HashSet<Arc<[u8]>> = uids.iter().map(|uid| stored_uid(uid).0).collect();
        let transaction = self.begin()?;
        let mut changed = Vec::new();
        {
            let mut statement = transaction.prepare_cached(
                "SELECT message, uid, listed FROM maildrop WHERE account = ?1 AND uid IS NOT NULL",
            )?;
            let mut rows = statement.query([account.0])?;
            while let Some(row) = rows.next()? {
                let listed = uids.contains(row.get_ref(1)?.as_blob()?);
                if listed != row.get::<_, bool>(2)? {
                    changed.push((row.get::<_, i64>(0)?, listed));
                }
            }
        }
        for change in &changed {
            transaction
                .prepare_cached("UPDATE maildrop SET listed = ?2 WHERE message = ?1")?
                .execute(*change)?;
        }
        transaction.commit()?;
        Ok(changed.len())
    }
}

pub(super) fn word(deletion: Deletion) -> &'static str {
    match deletion {
        Deletion::None => "none",
        Deletion::Allowed => "allowed",
        Deletion::Sent => "sent",
        Deletion::Done => "done",
    }
}

/// The schema admits these four words only.
fn deletion(row: &Row<'_>, column: usize) -> rusqlite::Result<Deletion> {
    Ok(match row.get_ref(column)?.as_str()? {
        "allowed" => Deletion::Allowed,
        "sent" => Deletion::Sent,
        "done" => Deletion::Done,
        _ => Deletion::None,
    })
}

#[cfg(test)]
mod tests {
    use super::Deletion;
    use crate::store::NewMail;
    use crate::store::testing::{Home, account, uid};

    fn states(home: &Home, account: crate::mail::AccountId) -> Vec<(Vec<u8>, Deletion)> {
        let mut known = home.reader().maildrop(account).expect("reads");
        known.sort_by_key(|known| known.message);
        known
            .into_iter()
            .map(|known| (known.uid.0.to_vec(), known.deletion))
            .collect()
    }

    #[test]
    fn a_deletion_goes_from_allowed_to_sent_to_done() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let sure = NewMail {
            uid: Some(uid("sure")),
            ..home.mail("sure")
        };
        let unsure = NewMail {
            uid: Some(uid("unsure")),
            size_agrees: false,
            ..home.mail("unsure")
        };
        let ids = writer.add(account, &[sure, unsure]).expect("writes");
        let both = [ids[0].id, ids[1].id];
        assert_eq!(
            states(&home, account),
            [
                (b"sure".to_vec(), Deletion::Allowed),
                (b"unsure".to_vec(), Deletion::None)
            ]
        );

        writer
            .advance_deletion(&both, Deletion::Sent)
            .expect("writes");
        assert_eq!(
            states(&home, account),
            [
                (b"sure".to_vec(), Deletion::Sent),
                (b"unsure".to_vec(), Deletion::None)
            ]
        );

        writer
            .advance_deletion(&both, Deletion::Done)
            .expect("writes");
        assert_eq!(
            states(&home, account),
            [
                (b"sure".to_vec(), Deletion::Done),
                (b"unsure".to_vec(), Deletion::None)
            ]
        );
        assert!(
            !home
                .reader()
                .summary(ids[0].id)
                .expect("reads")
                .expect("is there")
                .on_server
        );
        assert!(
            home.reader()
                .summary(ids[1].id)
                .expect("reads")
                .expect("is there")
                .on_server
        );
    }
}
