//! Finds the worse reading of a mail that a better one replaces: never a whole mail, and never another one's.

use rusqlite::{OptionalExtension, Transaction};

use super::absence::is_gone;
use super::cut::Sighted;
use super::deletion::deletion;
use super::maildrop::{completeness, to_sql};
use super::octets;
use super::place::Place;
use crate::mail::{Completeness, LedgerId, MessageId};

/// A mail that is here under the same name, read before.
pub(super) struct Other {
    pub(super) ledger: LedgerId,
    pub(super) message: MessageId,
    /// What it is beside the new reading.
    pub(super) rank: Rank,
    /// Whether it is surely the same mail: a whole head says so, under a name that is no mere number.
    pub(super) is_told: bool,
}

/// What a mail that is here is beside another reading of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// To be replaced.
    Worse,
    /// To be kept, and the other reading let go.
    AsGood,
    /// The same; and nobody knows whether the other reading is all of this mail.
    Better,
}

/// A mail that may be the one.
struct Candidate {
    ledger: LedgerId,
    message: MessageId,
    completeness: Completeness,
    listed_size: Option<i64>,
    /// Octets as stored.
    size: i64,
    /// It is so surely gone that its name and size say nothing any more.
    is_gone: bool,
}

/// A server that gives one name to many mails must not make us compare each with each.
const MOST: i64 = 8;

/// The mail that is here under the same name and is the same one, though its octets are others.
pub(super) fn find(
    transaction: &Transaction<'_>,
    place: &Place,
    octets: &[u8],
    sighted: &Sighted,
) -> rusqlite::Result<Option<Other>> {
    let candidates = candidates(transaction, place)?;
    for candidate in &candidates {
        if !candidate.may_be(place) {
            continue;
        }
        if let Some(head) = same_head(transaction, candidate, octets)? {
            let is_told = head == Head::Whole && place.tells();
            return Ok(Some(candidate.beside(place, octets, is_told)));
        }
    }
    if sighted.is_shared(place) {
        return Ok(None);
    }
    let by_size = |candidate: &&Candidate| {
        candidate.listed_size.is_some() && candidate.listed_size == place.listed_size()
    };
    let mut sized = candidates.iter().filter(by_size);
    let (Some(candidate), None) = (sized.next(), sized.next()) else {
        return Ok(None);
    };
    let other = candidate.beside(place, octets, false);
    let same = match candidate.completeness {
        Completeness::Whole => false,
        // Servers change the head for TOP: name and size must do, but not those of a mail that is gone.
        Completeness::Head => !candidate.is_gone,
        // Kept unless these octets lie here once more, or there is nothing to gain.
        Completeness::Doubtful => {
            let gains_nothing = other.rank == Rank::AsGood && !candidate.is_gone;
            gains_nothing || is_here_twice(transaction, candidate.ledger)?
        }
    };
    Ok(same.then_some(other))
}

impl Candidate {
    /// Whether it can be the same mail if the heads are equal.
    fn may_be(&self, place: &Place) -> bool {
        let sizes_agree = match (self.listed_size, place.listed_size()) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        sizes_agree || self.completeness == Completeness::Doubtful
    }

    fn beside(&self, place: &Place, octets: &[u8], is_told: bool) -> Other {
        let rank = match (self.completeness, place.completeness) {
            (Completeness::Whole, Completeness::Doubtful) => Rank::Better,
            (Completeness::Whole, _) | (_, Completeness::Head) => Rank::AsGood,
            (Completeness::Doubtful, Completeness::Doubtful)
                if self.size >= to_sql(octets.len() as u64) =>
            {
                Rank::AsGood
            }
            _ => Rank::Worse,
        };
        Other {
            ledger: self.ledger,
            message: self.message,
            rank,
            is_told,
        }
    }
}

/// The mails of this name that are not whole here, those of the same size first. A reading that is not whole itself may
/// be one of a mail that is, too.
fn candidates(transaction: &Transaction<'_>, place: &Place) -> rusqlite::Result<Vec<Candidate>> {
    let mut ways = vec![
        "SELECT maildrop.id, message, maildrop.completeness, listed_size, size, deletion, absent_since
         FROM maildrop JOIN message ON message.id = maildrop.message
         WHERE maildrop.account = ?1 AND uid = ?2 AND maildrop.completeness <> 0 AND listed_size IS ?3 LIMIT ?4",
        "SELECT maildrop.id, message, maildrop.completeness, listed_size, size, deletion, absent_since
         FROM maildrop JOIN message ON message.id = maildrop.message
         WHERE maildrop.account = ?1 AND uid = ?2 AND maildrop.completeness <> 0 AND listed_size IS NOT ?3 LIMIT ?4",
    ];
    if place.completeness != Completeness::Whole {
        ways.push(
            "SELECT maildrop.id, message, maildrop.completeness, listed_size, size, deletion, absent_since
             FROM maildrop JOIN message ON message.id = maildrop.message
             WHERE maildrop.account = ?1 AND uid = ?2 AND ifnull(listed_size, -1) = ifnull(?3, -1)
                   AND maildrop.completeness = 0 LIMIT ?4",
        );
    }
    let mut candidates = Vec::new();
    for way in ways {
        let mut statement = transaction.prepare_cached(way)?;
        let values = (place.account.0, place.uid(), place.listed_size(), MOST);
        let rows = statement.query_map(values, |row| {
            Ok(Candidate {
                ledger: LedgerId(row.get(0)?),
                message: MessageId(row.get(1)?),
                completeness: completeness(row, 2)?,
                listed_size: row.get(3)?,
                size: row.get(4)?,
                is_gone: is_gone(deletion(row, 5)?, row.get(6)?, place.arrived),
            })
        })?;
        for row in rows {
            candidates.push(row?);
        }
    }
    Ok(candidates)
}

/// The row of a mail that was not whole here when the user deleted it for good: a better reading of it may have been on
/// its way. Nothing is left to compare but name and size, and by these it would not have been fetched at all a moment
/// later. A row of a mail that is no longer listed, or whose maildrop was another one, says nothing of a new mail; nor do
/// a name and a size that two mails of the listing have.
pub(super) fn deleted_here(
    transaction: &Transaction<'_>,
    place: &Place,
    sighted: &Sighted,
) -> rusqlite::Result<Option<(LedgerId, Rank)>> {
    if sighted.is_shared(place) {
        return Ok(None);
    }
    transaction
        .prepare_cached(
            "SELECT id, completeness FROM maildrop
             WHERE account = ?1 AND uid = ?2 AND completeness <> 0 AND listed_size = ?3
                   AND message IS NULL AND absent_since IS NULL AND deletion <> 'done' LIMIT 1",
        )?
        .query_row((place.account.0, place.uid(), place.listed_size()), |row| {
            let rank = match (completeness(row, 1)?, place.completeness) {
                (Completeness::Head, Completeness::Doubtful) | (_, Completeness::Whole) => {
                    Rank::Worse
                }
                _ => Rank::AsGood,
            };
            Ok((LedgerId(row.get(0)?), rank))
        })
        .optional()
}

/// How much of a head is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// With the empty line behind it.
    Whole,
    Cut,
}

/// How much is here of the head with which the new octets begin, if they do. A mail that was cut within its head had a
/// line end put behind the cut.
fn same_head(
    transaction: &Transaction<'_>,
    candidate: &Candidate,
    octets: &[u8],
) -> rusqlite::Result<Option<Head>> {
    let Some(head) = octets::head(transaction, candidate.message)? else {
        return Ok(None);
    };
    if octets::ends_a_head(&head) && octets.starts_with(&head) {
        return Ok(Some(Head::Whole));
    }
    let text = head.strip_suffix(b"\n").unwrap_or(&head);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let is_same = !text.is_empty() && octets.starts_with(text);
    Ok(is_same.then_some(Head::Cut))
}

/// Whether the octets of this mail also are another one's: then it was stored under a wrong name.
fn is_here_twice(transaction: &Transaction<'_>, ledger: LedgerId) -> rusqlite::Result<bool> {
    let other = transaction
        .prepare_cached(
            "SELECT 1 FROM maildrop AS this JOIN maildrop AS other
                 ON other.account = this.account AND other.sha256 = this.sha256 AND other.id <> this.id
             WHERE this.id = ?1 AND other.message IS NOT NULL LIMIT 1",
        )?
        .query_row([ledger.0], |_| Ok(()))
        .optional()?;
    Ok(other.is_some())
}

#[cfg(test)]
mod tests;
