//! Takes mail in: what is new, what is known, and what is better than what is here, in one durable transaction.

use rusqlite::Transaction;

use super::cut::{self, Reading, Sighted};
use super::place::{self, Place};
use super::replace::{self, Other, Rank};
use super::{Result, Writer};
use super::{content, stored_uid};
use crate::mail::{AccountId, Completeness, Envelope, LedgerId, MessageId};
use crate::pop3::UniqueId;

/// A mail to be stored.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// The server's name for it; `None` from a server without UIDL.
    pub uid: Option<UniqueId>,
    /// Its size as LIST told.
    pub listed_size: Option<u64>,
    /// Octets exactly as received.
    pub octets: Vec<u8>,
    /// SHA-256 of the octets.
    pub sha256: [u8; 32],
    /// What lists show.
    pub envelope: Envelope,
    /// Seconds since 1970 UTC.
    pub arrived: i64,
    /// How much of it the octets are. [`Completeness::Head`]: what TOP gave. [`Completeness::Whole`]: octets received
    /// and LIST agree (line-end differences allowed), or LIST told no size; only in the first case may it ever be
    /// deleted there.
    pub completeness: Completeness,
}

/// What became of a mail that was to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Added {
    /// Its number; `None` when it was known, and deleted here for good.
    pub id: Option<MessageId>,
    /// Its row in the ledger.
    pub ledger: LedgerId,
    /// What happened.
    pub outcome: Outcome,
}

/// What a mail was to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It came with this call.
    New,
    /// It was there already, as good as this or better.
    Known,
    /// A worse reading of it was there; its row shows something else now.
    Replaced,
    /// A reading of it is there that is better, or as good. This one may be cut, or another mail, and proves nothing.
    Worse,
}

impl Writer {
    /// Stores a batch in one durable transaction, into Inbox; one answer for each mail, in order. A server's note about a
    /// folder goes to Archive as if it had been read, and is never deleted on the server: nobody has written it, yet
    /// whoever only pretends to be such a note shall not hide a mail.
    ///
    /// A mail that is there already is not stored twice: the same unique-id and hash; without a unique-id, the same
    /// hash; under a new unique-id, the hash of a mail that the server no longer lists (see [`Writer::note`]) or
    /// that was deleted there: the server gave it a new name. A mail that was deleted here for good is known too.
    ///
    /// A mail of which only the head is here, or whose size is in doubt, is replaced in place by a better reading
    /// under the same unique-id. A whole mail never is: other octets under its unique-id are another mail. Where LIST
    /// told no size or a wrong one, a mail that is the beginning of another one is that one, cut (`cut.rs`).
    pub fn add(&mut self, account: AccountId, mails: &[NewMail]) -> Result<Vec<Added>> {
        self.add_listed(account, mails, &mut Sighted::default())
    }

    /// [`Writer::add`] of some of the mails of a listing; `sighted` is what became of those before.
    pub fn add_listed(
        &mut self,
        account: AccountId,
        mails: &[NewMail],
        sighted: &mut Sighted,
    ) -> Result<Vec<Added>> {
        let transaction = self.begin()?;
        let folder = |role: &str| -> rusqlite::Result<i64> {
            let sql = "SELECT id FROM folder WHERE role = ?1";
            transaction.query_row(sql, [role], |row| row.get(0))
        };
        let (inbox, archive) = (folder("inbox")?, folder("archive")?);
        let mut added = Vec::with_capacity(mails.len());
        for mail in mails {
            let place = Place {
                account,
                uid: mail.uid.as_ref().map(stored_uid),
                listed_size: mail.listed_size,
                sha256: mail.sha256,
                completeness: mail.completeness,
                arrived: mail.arrived,
                is_folder_note: mail.envelope.is_folder_note,
            };
            let folder = if place.is_folder_note { archive } else { inbox };
            let one = add(&transaction, folder, &place, mail, sighted)?;
            sighted.add(one.ledger);
            added.push(one);
        }
        transaction.commit()?;
        Ok(added)
    }
}

fn add(
    transaction: &Transaction<'_>,
    folder: i64,
    place: &Place,
    mail: &NewMail,
    sighted: &Sighted,
) -> rusqlite::Result<Added> {
    if let Some(found) = place::named(transaction, place)? {
        return place::settle(transaction, &found, place);
    }
    let reading = Reading {
        place,
        octets: &mail.octets,
        message_id: mail.envelope.message_id.as_deref(),
        sighted,
    };
    if let Some(other) = cut::named(transaction, &reading)? {
        return settle_between(transaction, &other, place, mail);
    }
    if let Some(other) = replace::find(transaction, place, &mail.octets, sighted)? {
        return settle_between(transaction, &other, place, mail);
    }
    if let Some((ledger, rank)) = replace::deleted_here(transaction, place, sighted)? {
        if rank == Rank::Worse {
            place::replace(transaction, ledger, place, false)?;
        }
        return Ok(Added {
            id: None,
            ledger,
            outcome: Outcome::Known,
        });
    }
    if let Some(found) = place::renamed(transaction, place, sighted)? {
        return place::settle(transaction, &found, place);
    }
    if let Some(other) = cut::nameless(transaction, &reading)? {
        if other.rank == Rank::Better {
            place::bind(transaction, other.ledger, place)?;
        }
        return settle_between(transaction, &other, place, mail);
    }
    let id = content::insert(transaction, folder, place.account, mail)?;
    Ok(Added {
        id: Some(id),
        ledger: place::insert(transaction, id, place)?,
        outcome: Outcome::New,
    })
}

/// Keeps the better one of two readings of a mail.
fn settle_between(
    transaction: &Transaction<'_>,
    other: &Other,
    place: &Place,
    mail: &NewMail,
) -> rusqlite::Result<Added> {
    let outcome = match other.rank {
        Rank::Worse => Outcome::Replaced,
        Rank::AsGood if other.is_told => Outcome::Known,
        Rank::AsGood | Rank::Better => Outcome::Worse,
    };
    if outcome == Outcome::Replaced {
        content::replace(transaction, other.message, mail)?;
        place::replace(transaction, other.ledger, place, other.is_told)?;
    }
    Ok(Added {
        id: Some(other.message),
        ledger: other.ledger,
        outcome,
    })
}

#[cfg(test)]
mod tests {
    use super::{NewMail, Outcome};
    use crate::store::testing::{Home, account, uid};

    #[test]
    fn a_mail_is_not_stored_twice_for_one_unique_id_and_size() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mail = home.mail("one");
        let first = writer
            .add(account, &[mail.clone(), mail.clone()])
            .expect("writes");
        assert_eq!(first[0].outcome, Outcome::New);
        assert_eq!(first[1].outcome, Outcome::Known);
        assert_eq!(first[0].id, first[1].id);
        assert_eq!(
            writer.add(account, &[mail]).expect("writes")[0].outcome,
            Outcome::Known
        );
        assert_eq!(home.reader().total().expect("reads"), 1);
    }

    #[test]
    fn a_reused_unique_id_with_another_size_or_other_octets_is_another_mail() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mail = home.mail("one");
        let other_size = NewMail {
            listed_size: Some(1),
            ..home.mail("other")
        };
        let same_size = NewMail {
            listed_size: mail.listed_size,
            ..home.mail("third")
        };
        let mails = [mail, other_size, same_size].map(|mail| NewMail {
            uid: Some(uid("same")),
            ..mail
        });
        assert!(
            writer
                .add(account, &mails)
                .expect("writes")
                .iter()
                .all(|added| added.outcome == Outcome::New)
        );
        assert_eq!(home.reader().maildrop(account).expect("reads").len(), 3);
    }

    #[test]
    fn without_unique_ids_the_octets_tell_what_is_known() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mails = ["one", "two", "one"].map(|subject| NewMail {
            uid: None,
            ..home.mail(subject)
        });
        let added = writer.add(account, &mails).expect("writes");
        assert_eq!(
            added
                .iter()
                .map(|added| added.outcome == Outcome::New)
                .collect::<Vec<_>>(),
            [true, true, false]
        );
        let other = writer.account("other", "").expect("writes");
        assert_eq!(
            writer.add(other, &mails[..1]).expect("writes")[0].outcome,
            Outcome::New
        );
    }

    #[test]
    fn a_mail_that_fails_takes_its_whole_batch_with_it() {
        let home = Home::new();
        let mut writer = home.writer();
        let nobody = crate::mail::AccountId(99);
        writer
            .add(nobody, &[home.mail("one")])
            .expect_err("there is no such account");
        assert_eq!(home.reader().total().expect("reads"), 0);
    }

    #[test]
    fn octets_come_back_as_they_were() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let octets: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let mail = NewMail {
            octets: octets.clone(),
            ..home.mail("binary")
        };
        let id = writer.add(account, &[mail]).expect("writes")[0]
            .id
            .expect("is here");
        assert_eq!(home.reader().octets(id).expect("reads"), Some(octets));
    }
}
