//! Knows a mail again by its place on a server, so that nothing is stored twice.

use rusqlite::{ToSql, Transaction};

use super::beyond::is_a_count;
use super::cut::Sighted;
use super::deletion::{self, ATTEMPTS, deletion};
use super::maildrop::{completeness, number, proof, to_sql};
use super::{Added, Deletion, Outcome, Proof};
use crate::mail::{AccountId, Completeness, LedgerId, MessageId};
use crate::pop3::UniqueId;

/// A mail's place on its server: by this it is known again.
pub(super) struct Place {
    pub(super) account: AccountId,
    /// In the form of [`super::stored_uid`].
    pub(super) uid: Option<UniqueId>,
    pub(super) listed_size: Option<u64>,
    pub(super) sha256: [u8; 32],
    pub(super) completeness: Completeness,
    pub(super) arrived: i64,
    /// A note of the server's about a folder: never deleted there.
    pub(super) is_folder_note: bool,
}

/// A row of the ledger with the octets of a place.
pub(super) struct Found {
    ledger: LedgerId,
    message: Option<MessageId>,
    deletion: Deletion,
    /// Where DELE was sent: whether it was the user's wish.
    asked: bool,
    completeness: Completeness,
    attempts: u32,
    proof: Proof,
    /// Whether the name is the same too.
    named: bool,
    /// Whether the size is what LIST told then.
    sized: bool,
    absent_since: Option<i64>,
}

impl Place {
    pub(super) fn uid(&self) -> Option<&[u8]> {
        self.uid.as_ref().map(|uid| &*uid.0)
    }

    pub(super) fn listed_size(&self) -> Option<i64> {
        self.listed_size.map(to_sql)
    }

    /// Whether its name tells one mail from another.
    pub(super) fn tells(&self) -> bool {
        self.uid.as_ref().is_some_and(|uid| !is_a_count(uid))
    }

    /// Where the deletion of a mail begins. A size of 0 tells nothing, as none does.
    fn deletion(&self) -> Deletion {
        let sized = self.listed_size.is_some_and(|size| size > 0);
        match self.completeness {
            Completeness::Whole if sized && !self.is_folder_note => Deletion::Allowed,
            _ => Deletion::None,
        }
    }
}

/// The same octets under the same name, or, without a name, the same octets.
pub(super) fn named(
    transaction: &Transaction<'_>,
    place: &Place,
) -> rusqlite::Result<Option<Found>> {
    match place.uid {
        Some(_) => find_by(NAMED, transaction, place),
        None => find_by(NAMELESS, transaction, place),
    }
}

/// The same octets under another name, or from when the server had no names; of a mail without a name, from when it had
/// one. Never one that stands beside this one in a listing, or stood there: they are two.
pub(super) fn renamed(
    transaction: &Transaction<'_>,
    place: &Place,
    sighted: &Sighted,
) -> rusqlite::Result<Option<Found>> {
    if place.uid.is_none() {
        let mut found = find_all_by(ANY, transaction, place)?;
        found.retain(|found| !sighted.has(found.ledger, place));
        return Ok(found.into_iter().next());
    }
    let nameless = find_by(NAMELESS, transaction, place)?;
    let found = match nameless.filter(|found| !sighted.has(found.ledger, place)) {
        None => find_by(GONE, transaction, place)?,
        found => found,
    };
    Ok(found.filter(|found| {
        !sighted.stood_beside(found.ledger, place, found.deletion, found.absent_since)
    }))
}

macro_rules! find {
    ($condition:literal) => {
        concat!(
            "SELECT id, message, deletion, completeness, attempts, proof, uid IS :uid, asked,
                    listed_size IS :listed_size, absent_since
             FROM maildrop
             WHERE account = :account AND sha256 = :sha256 AND ",
            $condition
        )
    };
}

/// Though they may have been listed with another size.
const NAMED: &str = find!("uid = :uid ORDER BY listed_size IS NOT :listed_size LIMIT 1");
/// Fetched when the server had no names. Equal mails without names are one: from one fetch to the next nothing tells one
/// from the other.
const NAMELESS: &str = find!("uid IS NULL");
/// Under whatever name: UIDL may be refused today by a server that answered it yesterday.
const ANY: &str = find!("uid IS NOT NULL ORDER BY listed_size IS NOT :listed_size LIMIT 64");
/// No longer there under their old name. A maildrop may hold any number of equal mails: those that are still there must
/// not be looked through, hence the index.
const GONE: &str = find!("(absent_since IS NOT NULL OR deletion = 'done') ORDER BY id LIMIT 1");

fn find_by(
    way: &str,
    transaction: &Transaction<'_>,
    place: &Place,
) -> rusqlite::Result<Option<Found>> {
    Ok(find_all_by(way, transaction, place)?.into_iter().next())
}

fn find_all_by(
    way: &str,
    transaction: &Transaction<'_>,
    place: &Place,
) -> rusqlite::Result<Vec<Found>> {
    let named = [
        (":uid", &place.uid() as &dyn ToSql),
        (":account", &place.account.0),
        (":sha256", &place.sha256),
        (":listed_size", &place.listed_size()),
    ];
    let mut statement = transaction.prepare_cached(way)?;
    statement
        .query_map(&named, |row| {
            Ok(Found {
                ledger: LedgerId(row.get(0)?),
                message: row.get::<_, Option<i64>>(1)?.map(MessageId),
                deletion: deletion(row, 2)?,
                completeness: completeness(row, 3)?,
                attempts: row.get(4)?,
                proof: proof(row, 5)?,
                named: row.get(6)?,
                asked: row.get(7)?,
                sized: row.get(8)?,
                absent_since: row.get(9)?,
            })
        })?
        .collect()
}

/// Notes in the ledger that a mail was read again, under this name now: where it was thought deleted, it is not.
pub(super) fn settle(
    transaction: &Transaction<'_>,
    found: &Found,
    place: &Place,
) -> rusqlite::Result<Added> {
    let completeness = better(found.completeness, place.completeness);
    let (deletion, attempts) = next(found, place);
    transaction
        .prepare_cached(
            "UPDATE maildrop SET uid = ifnull(?2, uid), listed_size = ?3, deletion = ?4, attempts = ?5, completeness = ?6,
                    by_hand = by_hand AND ?7, absent_since = NULL, proof = 'octets' WHERE id = ?1",
        )?
        .execute((
            found.ledger.0,
            place.uid(),
            place.listed_size(),
            deletion::word(deletion),
            attempts,
            number(completeness),
            place.deletion() == Deletion::None,
        ))?;
    let mut outcome = Outcome::Known;
    if let Some(message) = found.message.filter(|_| completeness != found.completeness) {
        transaction
            .prepare_cached("UPDATE message SET completeness = ?2 WHERE id = ?1")?
            .execute((message.0, number(completeness)))?;
        outcome = Outcome::Replaced;
    }
    Ok(Added {
        id: found.message,
        ledger: found.ledger,
        outcome,
    })
}

impl Found {
    /// Whether it was deleted here for good, and its name is gone too: deleted there, or no longer listed. Then equal
    /// octets under another name may be a mail that was sent once more. They do not come back; but nothing has them here,
    /// so that no policy deletes them there, nor a wish that was another mail's.
    fn is_nowhere_else(&self) -> bool {
        // A name that is only believed no longer says nothing: mails behind a deleted one move up.
        let is_gone = self.deletion == Deletion::Done || self.absent_since > Some(0);
        self.message.is_none() && !self.named && is_gone
    }

    /// Whether the user asked that it be deleted there though no policy may: it alone, by its name and size.
    fn is_asked_away(&self) -> bool {
        let is_asked =
            self.deletion == Deletion::Asked || (self.deletion == Deletion::Sent && self.asked);
        is_asked && self.named && self.sized
    }
}

/// Equal octets are as good as the better of two readings.
fn better(one: Completeness, other: Completeness) -> Completeness {
    match (one, other) {
        (Completeness::Whole, _) | (_, Completeness::Whole) => Completeness::Whole,
        (Completeness::Doubtful, _) | (_, Completeness::Doubtful) => Completeness::Doubtful,
        (Completeness::Head, Completeness::Head) => Completeness::Head,
    }
}

/// Where the deletion of a mail stands that was read again, and how often it came back.
fn next(found: &Found, place: &Place) -> (Deletion, u32) {
    let unchanged = found.attempts;
    if found.is_nowhere_else() {
        return (Deletion::None, unchanged);
    }
    if place.completeness == Completeness::Head && found.completeness != Completeness::Head {
        // All of a mail that is nothing but a head.
        return (found.deletion, unchanged);
    }
    let is_as_it_was = place.completeness == found.completeness
        && place.completeness != Completeness::Head
        && place.deletion() == Deletion::None;
    if found.is_asked_away() && is_as_it_was {
        // Told that it is not whole here, or a server's note, the user asked for it all the same.
        return (found.deletion, unchanged);
    }
    match (place.deletion(), found.deletion) {
        (Deletion::None, _) => (Deletion::None, unchanged),
        (_, Deletion::Done) if found.named && found.proof == Proof::Octets => {
            // QUIT had confirmed that very deletion.
            let attempts = unchanged.saturating_add(1);
            let tried = attempts >= ATTEMPTS;
            let deletion = if tried {
                Deletion::GivenUp
            } else {
                Deletion::Allowed
            };
            (deletion, attempts)
        }
        (allowed, Deletion::None | Deletion::Allowed | Deletion::Done) => (allowed, unchanged),
        (_, standing) => (standing, unchanged),
    }
}

/// Notes that a mail is here in a better reading now. The wish that it be deleted there stands, if it is whole, or if it
/// was in doubt and is, under the same name and size, and its head `is_told` to be the same: unless what was here was
/// another mail's.
pub(super) fn replace(
    transaction: &Transaction<'_>,
    ledger: LedgerId,
    place: &Place,
    is_told: bool,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE maildrop SET uid = ifnull(?7, uid), listed_size = ?2, sha256 = ?3, completeness = ?5, stored = ?6,
                    deletion = CASE WHEN deletion <> 'asked' AND NOT (deletion = 'sent' AND asked) THEN ?4
                                    WHEN ?4 = 'allowed' THEN 'asked'
                                    WHEN ?8 AND ?5 = 2 AND completeness = 2 AND uid IS ?7 AND listed_size IS ?2
                                        AND NOT EXISTS (SELECT 1 FROM maildrop AS other
                                                        WHERE other.account = maildrop.account
                                                            AND other.sha256 = maildrop.sha256
                                                            AND other.id <> maildrop.id) THEN 'asked'
                                    ELSE ?4 END,
                    absent_since = NULL, proof = 'octets', readings = 0 WHERE id = ?1",
        )?
        .execute((
            ledger.0,
            place.listed_size(),
            place.sha256,
            deletion::word(place.deletion()),
            number(place.completeness),
            place.arrived,
            place.uid(),
            is_told,
        ))?;
    Ok(())
}

/// Notes the new name of a mail that came cut under it: else it would be read again by each fetch. All of it is here, but
/// nobody knows whether all of it is there, so no policy deletes it.
pub(super) fn bind(
    transaction: &Transaction<'_>,
    ledger: LedgerId,
    place: &Place,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE OR IGNORE maildrop
             SET uid = ?2, listed_size = ?3, deletion = 'none', absent_since = NULL, copies = 1, proof = 'head'
             WHERE id = ?1 AND ?2 IS NOT NULL",
        )?
        .execute((ledger.0, place.uid(), place.listed_size()))?;
    Ok(())
}

/// Notes the place of a new mail.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    message: MessageId,
    place: &Place,
) -> rusqlite::Result<LedgerId> {
    transaction
        .prepare_cached(
            "INSERT INTO maildrop (message, account, uid, listed_size, sha256, deletion, completeness, stored)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            message.0,
            place.account.0,
            place.uid(),
            place.listed_size(),
            place.sha256,
            deletion::word(place.deletion()),
            number(place.completeness),
            place.arrived,
        ))?;
    Ok(LedgerId(transaction.last_insert_rowid()))
}

#[cfg(test)]
mod tests;
