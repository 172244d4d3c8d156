//! Takes mail in: octets, unique-id, size, hash, counters and thread in one durable transaction.

use rusqlite::{OptionalExtension, Transaction};

use super::place::{self, Place};
use super::{Result, Writer};
use super::{octets, stored_uid, threads};
use crate::mail::{AccountId, Address, Envelope, MessageId};
use crate::pop3::UniqueId;
use crate::query;

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
    /// Whether octets received and LIST agree (line-end differences allowed): only then may it ever be deleted there.
    pub size_agrees: bool,
}

/// What became of a mail that was to be stored: in either case it is in the store now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Added {
    /// Its number.
    pub id: MessageId,
    /// Whether it came with this call; else it was there already.
    pub new: bool,
}

/// A mail's date is believed up to this long after its arrival: clocks and zones go wrong.
const AHEAD: i64 = 24 * 60 * 60;

impl Writer {
    /// Stores a batch in one durable transaction, into Inbox; one answer for each mail, in order.
    ///
    /// A mail that is there already is not stored twice: the same unique-id, listed size and hash; without
    /// a unique-id, the same hash; under a new unique-id, the hash of a mail that the server no longer
    /// lists (see [`Writer::listed`]) or that was deleted there: the server gave it a new name.
    pub fn add(&mut self, account: AccountId, mails: &[NewMail]) -> Result<Vec<Added>> {
        let transaction = self.begin()?;
        let inbox =
            transaction.query_row("SELECT id FROM folder WHERE role = 'inbox'", [], |row| {
                row.get(0)
            })?;
        let mut added = Vec::with_capacity(mails.len());
        for mail in mails {
            let place = Place {
                account,
                uid: mail.uid.as_ref().map(stored_uid),
                listed_size: mail.listed_size,
                sha256: mail.sha256,
                size_agrees: mail.size_agrees,
            };
            added.push(match place::find(&transaction, &place)? {
                Some(id) => Added { id, new: false },
                None => Added {
                    id: insert(&transaction, inbox, &place, mail)?,
                    new: true,
                },
            });
        }
        transaction.commit()?;
        Ok(added)
    }
}

fn insert(
    transaction: &Transaction<'_>,
    inbox: i64,
    place: &Place,
    mail: &NewMail,
) -> rusqlite::Result<MessageId> {
    let envelope = &mail.envelope;
    let id = next_id(transaction)?;
    let thread = threads::join(transaction, id, envelope)?;
    transaction
        .prepare_cached(
            "INSERT INTO message (id, folder, account, date, unread, flagged, answered,
                                  attachment, size, thread, sender, subject)
             VALUES (?1, ?2, ?3, ?4, 1, 0, 0, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            id.0,
            inbox,
            place.account.0,
            sort_date(envelope.date, mail.arrived),
            !envelope.attachments.is_empty(),
            size(mail.octets.len()),
            thread,
            sender(&envelope.from),
            &envelope.subject,
        ))?;
    octets::insert(transaction, id, &mail.octets)?;
    transaction
        .prepare_cached(
            "INSERT INTO head (message, sha256, arrived, date, message_id, addresses, attachments)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            id.0,
            mail.sha256,
            mail.arrived,
            envelope.date,
            &envelope.message_id,
            json(&(&envelope.from, &envelope.to, &envelope.cc))?,
            json(&envelope.attachments)?,
        ))?;
    transaction
        .prepare_cached("INSERT INTO search (message, text) VALUES (?1, ?2)")?
        .execute((id.0, search_text(envelope)))?;
    place::insert(transaction, id, place)?;
    Ok(id)
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
fn sort_date(date: Option<i64>, arrived: i64) -> i64 {
    date.filter(|&date| date > 0 && date <= arrived.saturating_add(AHEAD))
        .unwrap_or(arrived)
}

/// Whom a row shows: the first sender's name, else the address.
fn sender(from: &[Address]) -> &str {
    let full = |text: &&str| !text.trim().is_empty();
    from.iter()
        .find_map(|address| {
            let name = address.name.as_deref().filter(full);
            name.or_else(|| address.address.as_deref().filter(full))
        })
        .unwrap_or_default()
}

fn search_text(envelope: &Envelope) -> String {
    let people = [&envelope.from, &envelope.to, &envelope.cc];
    let people = people.into_iter().flatten().flat_map(|person| {
        let (name, address) = (person.name.as_deref(), person.address.as_deref());
        name.into_iter().chain(address)
    });
    query::index_text(std::iter::once(envelope.subject.as_str()).chain(people))
}

fn json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// SQLite counts in 63 bits; no mail is longer.
fn size(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{NewMail, sender, sort_date};
    use crate::mail::Address;
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
        assert!(first[0].new && !first[1].new);
        assert_eq!(first[0].id, first[1].id);
        assert!(!writer.add(account, &[mail]).expect("writes")[0].new);
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
                .all(|added| added.new)
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
            added.iter().map(|added| added.new).collect::<Vec<_>>(),
            [true, true, false]
        );
        let other = writer.account("other", "").expect("writes");
        assert!(writer.add(other, &mails[..1]).expect("writes")[0].new);
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
        let id = writer.add(account, &[mail]).expect("writes")[0].id;
        assert_eq!(home.reader().octets(id).expect("reads"), Some(octets));
    }

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
