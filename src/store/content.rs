//! Writes what a mail says into its tables: the row of lists, octets, head, words, thread.

use rusqlite::{OptionalExtension, Transaction};

use super::maildrop::number;
use super::{NewMail, octets, threads, ties};
use crate::mail::{AccountId, Address, Envelope, MessageId};
use crate::query;

/// A mail's date is believed up to this long after its arrival: clocks and zones go wrong.
const AHEAD: i64 = 24 * 60 * 60;

/// Writes a new mail into this folder; unread, unless it is a note about a folder, which nobody has to read.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    folder: i64,
    account: impl Into<Option<AccountId>>,
    mail: &NewMail,
) -> rusqlite::Result<MessageId> {
    let envelope = &mail.envelope;
    let id = next_id(transaction)?;
    let thread = threads::join(transaction, id, envelope)?;
    transaction
        .prepare_cached(
            "INSERT INTO message (id, folder, account, date, unread, flagged, answered,
                                  attachment, size, thread, sender, subject, completeness)
             VALUES (?1, ?2, ?3, ?4, ?11, 0, 0, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            id.0,
            folder,
            account.into().map(|account| account.0),
            sort_date(envelope.date, mail.arrived),
            !envelope.attachments.is_empty(),
            size(mail.octets.len()),
            thread,
            sender(&envelope.from),
            &envelope.subject,
            number(mail.completeness),
            !envelope.is_folder_note,
        ))?;
    octets::insert(transaction, id, &mail.octets)?;
    describe(transaction, id, mail, mail.arrived)?;
    Ok(id)
}

/// Writes a better reading of a mail over the one that is here. What the user did with it stays: folder, flags, and
/// the changes that can be undone; so does its place among those without a date of their own.
pub(super) fn replace(
    transaction: &Transaction<'_>,
    id: MessageId,
    mail: &NewMail,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM octets WHERE message = ?1")?
        .execute([id.0])?;
    octets::insert(transaction, id, &mail.octets)?;
    tell_anew(transaction, id, mail)
}

/// Writes anew what is told of a mail: all but its octets, and what the user did with it.
pub(super) fn tell_anew(
    transaction: &Transaction<'_>,
    id: MessageId,
    mail: &NewMail,
) -> rusqlite::Result<()> {
    let envelope = &mail.envelope;
    let arrived = transaction
        .prepare_cached("SELECT arrived FROM head WHERE message = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?
        .unwrap_or(mail.arrived);
    let thread = threads::join(transaction, id, envelope)?;
    transaction
        .prepare_cached(
            "UPDATE message SET date = ?2, attachment = ?3, size = ?4, thread = ?5, sender = ?6, subject = ?7,
                                completeness = ?8, rank = NULL
             WHERE id = ?1",
        )?
        .execute((
            id.0,
            sort_date(envelope.date, arrived),
            !envelope.attachments.is_empty(),
            size(mail.octets.len()),
            thread,
            sender(&envelope.from),
            &envelope.subject,
            number(mail.completeness),
        ))?;
    for table in [
        "DELETE FROM head WHERE message = ?1",
        "DELETE FROM search WHERE message = ?1",
    ] {
        transaction.prepare_cached(table)?.execute([id.0])?;
    }
    describe(transaction, id, mail, arrived)
}

/// Everything but the row of lists and the octets.
fn describe(
    transaction: &Transaction<'_>,
    id: MessageId,
    mail: &NewMail,
    arrived: i64,
) -> rusqlite::Result<()> {
    let envelope = &mail.envelope;
    transaction
        .prepare_cached(
            "INSERT INTO head (message, sha256, arrived, date, message_id, addresses, attachments, ties)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            id.0,
            mail.sha256,
            arrived,
            envelope.date,
            &envelope.message_id,
            json(&(&envelope.from, &envelope.to, &envelope.cc))?,
            json(&envelope.attachments)?,
            ties::written(envelope),
        ))?;
    transaction
        .prepare_cached("INSERT INTO search (message, text) VALUES (?1, ?2)")?
        .execute((id.0, search_text(envelope)))?;
    Ok(())
}

/// The number that the next message gets: known ahead, as a thread is called by its first message.
fn next_id(transaction: &Transaction<'_>) -> rusqlite::Result<MessageId> {
    let last: Option<i64> = transaction
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'message'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(MessageId(last.unwrap_or_default() + 1))
}

/// The date by which lists are sorted: the mail's own where it can be believed, else the arrival.
pub(super) fn sort_date(date: Option<i64>, arrived: i64) -> i64 {
    date.filter(|&date| date > 0 && date <= arrived.saturating_add(AHEAD))
        .unwrap_or(arrived)
}

/// Whom a row shows: the first sender's name, else the address.
pub(super) fn sender(from: &[Address]) -> &str {
    let full = |text: &&str| !text.trim().is_empty();
    from.iter()
        .find_map(|address| {
            let name = address.name.as_deref().filter(full);
            name.or_else(|| address.address.as_deref().filter(full))
        })
        .unwrap_or_default()
}

pub(super) fn search_text(envelope: &Envelope) -> String {
    let people = [&envelope.from, &envelope.to, &envelope.cc];
    let people = people.into_iter().flatten().flat_map(|person| {
        let (name, address) = (person.name.as_deref(), person.address.as_deref());
        name.into_iter().chain(address)
    });
    query::index_text(std::iter::once(envelope.subject.as_str()).chain(people))
}

pub(super) fn json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// SQLite counts in 63 bits; no mail is longer.
fn size(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{sender, sort_date};
    use crate::mail::Address;

    #[test]
    fn a_date_is_believed_after_1970_and_up_to_a_day_after_arrival() {
        let now = 1_800_000_000;
        for (date, sorted) in [
            (None, now),
            (Some(now - 5), now - 5),
            (Some(now + 86_400), now + 86_400),
            (Some(now + 86_401), now),
            (Some(0), now),
            (Some(-1), now),
            (Some(i64::MAX), now),
        ] {
            assert_eq!(sort_date(date, now), sorted, "{date:?}");
        }
    }

    #[test]
    fn a_row_shows_the_name_else_the_address_else_nothing() {
        let person = |name: &str, address: &str| Address {
            name: Some(name.to_owned()),
            address: Some(address.to_owned()),
        };
        assert_eq!(sender(&[person("Bob", "bob@example.org")]), "Bob");
        assert_eq!(sender(&[person(" ", "bob@example.org")]), "bob@example.org");
        assert_eq!(sender(&[]), "");
    }
}
