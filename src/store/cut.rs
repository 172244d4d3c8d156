//! Binds a mail that came cut, where LIST told no size or a wrong one, to its whole self that comes later; or earlier.
//!
//! Octets that nothing has proved and that are the beginning of others are one mail with them, if the name says so; or,
//! where there is no name or another one, if a whole head with a Message-ID does. Two mails of one listing never are one.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::types::ToSql;
use rusqlite::{Row, Transaction};

use super::deletion::deletion;
use super::maildrop::{completeness, to_sql};
use super::octets::{self, Shorter};
use super::place::Place;
use super::replace::{Other, Rank};
use super::{Beside, Deletion};
use crate::mail::{Completeness, LedgerId, MessageId};
use crate::pop3::UniqueId;

/// The rows that mails of one listing turned out to be: no other mail of it is one of these.
#[derive(Debug, Default)]
pub struct Sighted {
    /// What was read.
    read: HashSet<LedgerId>,
    /// What was not read, and is listed under its name: no mail without a name is one of these.
    named: Arc<HashSet<LedgerId>>,
    /// What stood side by side in listings before.
    before: Arc<Beside>,
    /// Names and sizes that several mails of it have, in the form in which they are kept.
    shared: Arc<HashSet<(UniqueId, Option<u64>)>>,
}

impl Sighted {
    /// Of a listing that names these.
    pub fn beside(named: HashSet<LedgerId>) -> Self {
        Self {
            named: Arc::new(named),
            ..Self::default()
        }
    }

    /// Of a listing in which several mails have each of these names and sizes.
    #[must_use]
    pub fn sharing(self, shared: HashSet<(UniqueId, Option<u64>)>) -> Self {
        Self {
            shared: Arc::new(shared),
            ..self
        }
    }

    /// Of a listing behind others.
    #[must_use]
    pub fn after(self, before: Arc<Beside>) -> Self {
        Self { before, ..self }
    }

    pub(super) fn add(&mut self, row: LedgerId) {
        self.read.insert(row);
    }

    /// Whether a mail that is no longer listed stood beside this one once. One whose name is believed no longer stood
    /// beside nothing.
    pub(super) fn stood_beside(
        &self,
        row: LedgerId,
        place: &Place,
        deletion: Deletion,
        absent_since: Option<i64>,
    ) -> bool {
        let is_deleted = matches!(deletion, Deletion::Sent | Deletion::Done);
        let uid = place.uid.as_ref().filter(|_| absent_since != Some(0));
        uid.is_some_and(|uid| self.before.has(row, uid, is_deleted))
    }

    /// Whether its name and size are also another mail's of the listing, so that they do not say which one it is.
    pub(super) fn is_shared(&self, place: &Place) -> bool {
        let key = || Some((place.uid.clone()?, place.listed_size));
        !self.shared.is_empty() && key().is_some_and(|key| self.shared.contains(&key))
    }

    /// Whether another mail of this listing is this row.
    pub(super) fn has(&self, row: LedgerId, place: &Place) -> bool {
        self.read.contains(&row) || (place.uid.is_none() && self.named.contains(&row))
    }
}

/// What is looked for.
pub(super) struct Reading<'a> {
    pub(super) place: &'a Place,
    pub(super) octets: &'a [u8],
    pub(super) message_id: Option<&'a str>,
    pub(super) sighted: &'a Sighted,
}

struct Candidate {
    ledger: LedgerId,
    message: MessageId,
    /// Octets as stored.
    size: i64,
    is_proved: bool,
    deletion: Deletion,
    absent_since: Option<i64>,
}

/// A name or a Message-ID that many mails share must not make us compare each with each.
const MOST: i64 = 8;

/// While the name is believed: one that is no longer listed, or of another maildrop, says nothing.
pub(super) const NAMED: &str = "
    SELECT maildrop.id, message.id, message.size, maildrop.completeness, listed_size, deletion, absent_since
    FROM maildrop INDEXED BY maildrop_named JOIN message ON message.id = maildrop.message
    WHERE maildrop.account = ?1 AND uid = ?2 AND maildrop.completeness <> 1
          AND absent_since IS NULL AND deletion <> 'done' LIMIT ?3";

/// Under no name, or a name that is not listed; of a mail whose name is not told, under any. By the index of threads: all
/// mails of one Message-ID are of one thread. One of which the head alone is here must have had this size, too: that is how
/// a mail is known again that the server renamed, and whose head it would not show.
const OF_MESSAGE_ID: &str = "
    SELECT maildrop.id, message.id, message.size, maildrop.completeness, listed_size, deletion, absent_since
    FROM (SELECT id, size FROM message WHERE thread = (SELECT thread FROM thread_link WHERE message_id = ?4)
          ORDER BY id DESC LIMIT 64) AS message
        CROSS JOIN maildrop ON maildrop.message = message.id
        CROSS JOIN head ON head.message = message.id
    WHERE maildrop.account = ?1 AND head.message_id = ?4
          AND (maildrop.completeness <> 1 OR (listed_size > 0 AND listed_size = ?5))
          AND (?2 IS NULL OR uid IS NULL OR absent_since IS NOT NULL OR deletion = 'done') LIMIT ?3";

/// The mail that is here under the same name and of which this is the beginning, or the other way round.
pub(super) fn named(
    transaction: &Transaction<'_>,
    reading: &Reading<'_>,
) -> rusqlite::Result<Option<Other>> {
    let Some(uid) = reading.place.uid() else {
        return Ok(None);
    };
    let values: [&dyn ToSql; 3] = [&reading.place.account.0, &uid, &MOST];
    let candidates = candidates(transaction, NAMED, &values)?;
    first(transaction, reading, candidates, |_| true)
}

/// The same of a mail that is here under no name, or under one that is not listed.
pub(super) fn nameless(
    transaction: &Transaction<'_>,
    reading: &Reading<'_>,
) -> rusqlite::Result<Option<Other>> {
    let Some(message_id) = reading.message_id.filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let place = reading.place;
    let sure_size = match place.completeness {
        Completeness::Whole => place.listed_size(),
        Completeness::Head | Completeness::Doubtful => None,
    };
    let values: [&dyn ToSql; 5] = [
        &place.account.0,
        &place.uid(),
        &MOST,
        &message_id,
        &sure_size,
    ];
    let mut candidates = candidates(transaction, OF_MESSAGE_ID, &values)?;
    candidates.retain(|candidate| {
        let (deletion, absent_since) = (candidate.deletion, candidate.absent_since);
        !reading
            .sighted
            .stood_beside(candidate.ledger, place, deletion, absent_since)
    });
    first(transaction, reading, candidates, octets::hold_a_head)
}

fn candidates(
    transaction: &Transaction<'_>,
    way: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<Vec<Candidate>> {
    let mut statement = transaction.prepare_cached(way)?;
    let candidate = |row: &Row<'_>| {
        Ok(Candidate {
            ledger: LedgerId(row.get(0)?),
            message: MessageId(row.get(1)?),
            size: row.get(2)?,
            is_proved: is_proved(completeness(row, 3)?, row.get(4)?),
            deletion: deletion(row, 5)?,
            absent_since: row.get(6)?,
        })
    };
    statement.query_map(values, candidate)?.collect()
}

/// The first candidate that has the same beginning, which has to `tell`.
fn first(
    transaction: &Transaction<'_>,
    reading: &Reading<'_>,
    candidates: Vec<Candidate>,
    tell: impl Fn(&[u8]) -> bool,
) -> rusqlite::Result<Option<Other>> {
    let place = reading.place;
    if place.completeness == Completeness::Head {
        return Ok(None);
    }
    let is_proved = is_proved(place.completeness, place.listed_size());
    for candidate in candidates {
        let shorter_is_proved = if candidate.size < to_sql(reading.octets.len() as u64) {
            candidate.is_proved
        } else {
            is_proved
        };
        if shorter_is_proved || reading.sighted.has(candidate.ledger, place) {
            continue;
        }
        let cut = octets::cut(transaction, candidate.message, reading.octets)?;
        let Some((shorter, beginning)) = cut.filter(|(_, beginning)| tell(beginning)) else {
            continue;
        };
        return Ok(Some(Other {
            ledger: candidate.ledger,
            message: candidate.message,
            rank: match shorter {
                Shorter::Stored => Rank::Worse,
                Shorter::Given => Rank::Better,
            },
            is_told: place.tells() && octets::hold_a_head(beginning),
        }));
    }
    Ok(None)
}

/// Whether LIST bears out that it is whole. A size of 0 tells nothing, as none does.
fn is_proved(completeness: Completeness, listed_size: Option<i64>) -> bool {
    completeness == Completeness::Whole && listed_size.is_some_and(|size| size > 0)
}

#[cfg(test)]
mod tests;
