//! What is known of the mails on the servers: their names there, and where their deletion stands.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::{OptionalExtension, Row, Transaction};

use super::{Reader, Result, Writer};
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

/// Longer unique-ids are kept as their hash. RFC 1939 allows 70 octets; servers do not always obey.
const LONGEST_UID: usize = 512;

/// The form in which a unique-id is kept and compared: itself up to 512 octets, else NUL, `sha256:` and
/// the 32 octets of its SHA-256. Names that begin with NUL themselves are hashed too, so that no two
/// names share a form. Bringing a stored form into the stored form changes nothing.
pub fn stored_uid(uid: &UniqueId) -> UniqueId {
    const PREFIX: &[u8] = b"\0sha256:";
    let octets = &*uid.0;
    let stored_already = octets.starts_with(PREFIX) && octets.len() == PREFIX.len() + 32;
    if stored_already || (octets.len() <= LONGEST_UID && !octets.starts_with(b"\0")) {
        return uid.clone();
    }
    let hash = ring::digest::digest(&ring::digest::SHA256, octets);
    UniqueId([PREFIX, hash.as_ref()].concat().into())
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
    /// Notes that DELE is about to be sent for these, durably. Mails whose deletion is not allowed stay as they are.
    pub fn deletion_sent(&mut self, account: AccountId, uids: &[UniqueId]) -> Result<()> {
        self.advance_by_uid(account, uids, Deletion::Sent)
    }

    /// Notes that QUIT confirmed these deletions, durably.
    pub fn deletion_done(&mut self, account: AccountId, uids: &[UniqueId]) -> Result<()> {
        self.advance_by_uid(account, uids, Deletion::Done)
    }

    /// [`Writer::deletion_sent`] and [`Writer::deletion_done`] by message: exact where a server gave one
    /// unique-id to two mails, and the only way where it gives none.
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

    fn advance_by_uid(
        &mut self,
        account: AccountId,
        uids: &[UniqueId],
        to: Deletion,
    ) -> Result<()> {
        let transaction = self.begin()?;
        for uid in uids {
            transaction
                .prepare_cached(
                    "UPDATE maildrop SET deletion = ?3
                     WHERE account = ?1 AND uid = ?2 AND deletion IN ('allowed', 'sent')",
                )?
                .execute((account.0, &*stored_uid(uid).0, word(to)))?;
        }
        Ok(transaction.commit()?)
    }
}

/// A mail's place on its server: by this it is known again.
pub(super) struct Place {
    pub(super) account: AccountId,
    /// In the form of [`stored_uid`].
    pub(super) uid: Option<UniqueId>,
    pub(super) listed_size: Option<u64>,
    pub(super) sha256: [u8; 32],
    pub(super) size_agrees: bool,
}

impl Place {
    fn uid(&self) -> Option<&[u8]> {
        self.uid.as_ref().map(|uid| &*uid.0)
    }

    fn listed_size(&self) -> Option<i64> {
        self.listed_size
            .map(|size| i64::try_from(size).unwrap_or(i64::MAX))
    }

    fn deletion(&self) -> &'static str {
        word(if self.size_agrees {
            Deletion::Allowed
        } else {
            Deletion::None
        })
    }
}

/// The mail that has this place, if it is stored already; gives it its new name if the server renamed it.
pub(super) fn find(
    transaction: &Transaction<'_>,
    place: &Place,
) -> rusqlite::Result<Option<MessageId>> {
    let same_place: Option<i64> = transaction
        .prepare_cached(
            "SELECT message FROM maildrop
             WHERE account = ?1 AND sha256 = ?4 AND uid IS ?2 AND (uid IS NULL OR listed_size IS ?3)",
        )?
        .query_row((place.account.0, place.uid(), place.listed_size(), place.sha256), |row| row.get(0))
        .optional()?;
    if same_place.is_some() || place.uid.is_none() {
        return Ok(same_place.map(MessageId));
    }
    let renamed: Option<i64> = transaction
        .prepare_cached(
            "SELECT message FROM maildrop
             WHERE account = ?1 AND sha256 = ?2 AND (uid IS NULL OR listed = 0 OR deletion = 'done')
             ORDER BY message LIMIT 1",
        )?
        .query_row((place.account.0, place.sha256), |row| row.get(0))
        .optional()?;
    if let Some(message) = renamed {
        transaction
            .prepare_cached(
                "UPDATE maildrop SET uid = ?2, listed_size = ?3, deletion = ?4, listed = 1 WHERE message = ?1",
            )?
            .execute((message, place.uid(), place.listed_size(), place.deletion()))?;
    }
    Ok(renamed.map(MessageId))
}

/// Notes the place of a new mail.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    message: MessageId,
    place: &Place,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO maildrop (message, account, uid, listed_size, sha256, deletion)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            message.0,
            place.account.0,
            place.uid(),
            place.listed_size(),
            place.sha256,
            place.deletion(),
        ))?;
    Ok(())
}

fn word(deletion: Deletion) -> &'static str {
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
    use super::{Deletion, stored_uid};
    use crate::pop3::UniqueId;
    use crate::store::NewMail;
    use crate::store::testing::{Home, uid};

    fn states(home: &Home, account: crate::mail::AccountId) -> Vec<(Vec<u8>, Deletion)> {
        let mut known = home.reader().maildrop(account).expect("reads");
        known.sort_by_key(|known| known.message);
        known
            .into_iter()
            .map(|known| (known.uid.0.to_vec(), known.deletion))
            .collect()
    }

    #[test]
    fn long_and_strange_unique_ids_are_kept_as_their_hash() {
        let short = UniqueId(b"short\xff\x00".as_slice().into());
        assert_eq!(stored_uid(&short), short);
        let long = |last: u8| UniqueId([vec![b'x'; 100_000], vec![last]].concat().into());
        assert_eq!(stored_uid(&long(1)).0.len(), 40);
        assert_ne!(stored_uid(&long(1)), stored_uid(&long(2)));
        assert_eq!(stored_uid(&stored_uid(&long(1))), stored_uid(&long(1)));
        let forged = UniqueId(b"\0sha256:".as_slice().into());
        assert_ne!(stored_uid(&forged), forged);
    }

    #[test]
    fn a_long_unique_id_is_known_again() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = home.account(&mut writer);
        let long = UniqueId(vec![b'x'; 5_000].into());
        let mail = NewMail {
            uid: Some(long.clone()),
            ..home.mail("long")
        };
        writer.add(account, &[mail.clone()]).expect("writes");
        assert!(!writer.add(account, &[mail]).expect("writes")[0].new);
        writer
            .deletion_sent(account, &[long.clone()])
            .expect("writes");
        let known = home.reader().maildrop(account).expect("reads");
        assert_eq!(
            (&known[0].uid, known[0].deletion),
            (&stored_uid(&long), Deletion::Sent)
        );
    }

    #[test]
    fn a_deletion_goes_from_allowed_to_sent_to_done() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = home.account(&mut writer);
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
        let both = [uid("sure"), uid("unsure")];
        assert_eq!(
            states(&home, account),
            [
                (b"sure".to_vec(), Deletion::Allowed),
                (b"unsure".to_vec(), Deletion::None)
            ]
        );

        writer.deletion_sent(account, &both).expect("writes");
        assert_eq!(
            states(&home, account),
            [
                (b"sure".to_vec(), Deletion::Sent),
                (b"unsure".to_vec(), Deletion::None)
            ]
        );

        writer.deletion_done(account, &both).expect("writes");
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

    #[test]
    fn a_deletion_can_be_noted_by_message() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = home.account(&mut writer);
        let mail = NewMail {
            uid: None,
            ..home.mail("no name")
        };
        let id = writer.add(account, &[mail]).expect("writes")[0].id;
        writer
            .advance_deletion(&[id], Deletion::Done)
            .expect("writes");
        assert!(
            !home
                .reader()
                .summary(id)
                .expect("reads")
                .expect("is there")
                .on_server
        );
    }

    #[test]
    fn a_mail_the_server_renamed_is_not_stored_twice() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = home.account(&mut writer);
        let mail = NewMail {
            uid: Some(uid("old")),
            ..home.mail("same")
        };
        let renamed = NewMail {
            uid: Some(uid("new")),
            ..mail.clone()
        };
        let id = writer.add(account, &[mail]).expect("writes")[0].id;

        assert_eq!(writer.listed(account, &[uid("new")]).expect("writes"), 1);
        assert!(
            !home
                .reader()
                .summary(id)
                .expect("reads")
                .expect("is there")
                .on_server
        );
        let added = writer.add(account, &[renamed]).expect("writes")[0];
        assert_eq!((added.id, added.new), (id, false));
        assert_eq!(
            states(&home, account),
            [(b"new".to_vec(), Deletion::Allowed)]
        );
        assert!(
            home.reader()
                .summary(id)
                .expect("reads")
                .expect("is there")
                .on_server
        );
        assert_eq!(writer.listed(account, &[uid("new")]).expect("writes"), 0);
    }

    #[test]
    fn two_listed_mails_of_the_same_octets_are_two_mails() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = home.account(&mut writer);
        let twins = ["a", "b"].map(|name| NewMail {
            uid: Some(uid(name)),
            ..home.mail("twin")
        });
        assert!(
            writer
                .add(account, &twins)
                .expect("writes")
                .iter()
                .all(|added| added.new)
        );
    }
}
