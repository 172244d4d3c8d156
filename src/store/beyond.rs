//! Says of which mail on a server nothing is left here that could prove it: it must never be deleted there.

use rusqlite::{OptionalExtension, Row, Transaction};

use super::Known;
use super::maildrop::completeness;
use crate::mail::{Completeness, LedgerId};
use crate::pop3::UniqueId;

/// A mail that was deleted here for good has no head here to compare with. So few octets are soon read again, and so
/// small a size is soon another one's.
pub const SMALL: u64 = 16 << 10;
/// A name of no more digits may be a number that is counted anew.
const DIGITS: usize = 6;

/// Whether a name may be no more than a message-number, or a number of a count that can begin anew.
pub fn is_a_count(uid: &UniqueId) -> bool {
    uid.0.len() <= DIGITS && uid.0.iter().all(u8::is_ascii_digit)
}

impl Known {
    /// Whether nothing can prove that a mail is this one: no octets, as it never was here whole; no head, as it was
    /// deleted here for good; and not its name and size, which are soon another one's.
    pub fn is_beyond_proof(&self) -> bool {
        let is_left = self.message.is_some() || self.completeness == Completeness::Whole;
        !is_left && !tells(&self.uid, self.listed_size)
    }
}

/// Whether name and size do where nothing else is left.
fn tells(uid: &UniqueId, listed_size: Option<u64>) -> bool {
    !is_a_count(uid) && listed_size.is_some_and(|size| size > SMALL)
}

/// [`Known::is_beyond_proof`] of a row as it is now.
pub(super) fn is_beyond_proof(
    transaction: &Transaction<'_>,
    mail: LedgerId,
) -> rusqlite::Result<bool> {
    let mut statement = transaction.prepare_cached(
        "SELECT completeness, uid, listed_size, message FROM maildrop WHERE id = ?1",
    )?;
    let beyond = statement.query_row([mail.0], |row| is_row_beyond_proof(row, [0, 1, 2, 3]));
    Ok(beyond.optional()?.unwrap_or(false))
}

/// The same of a row that is read: completeness, name, size as listed and message stand in these columns. One without a
/// name is known by its octets alone.
pub(super) fn is_row_beyond_proof(
    row: &Row<'_>,
    [extent, name, size, message]: [usize; 4],
) -> rusqlite::Result<bool> {
    let is_left = row.get::<_, Option<i64>>(message)?.is_some();
    if is_left || completeness(row, extent)? == Completeness::Whole {
        return Ok(false);
    }
    let uid: Option<Vec<u8>> = row.get(name)?;
    let size = row.get::<_, Option<i64>>(size)?.map(i64::unsigned_abs);
    Ok(!uid.is_some_and(|uid| tells(&UniqueId(uid.into()), size)))
}
