//! Puts the words of mails into the full-text index, behind their commit: in batches, whenever nothing else is to be done.

use std::collections::HashSet;

use rusqlite::Transaction;

use super::{Reader, Result, Writer, octets};
use crate::mail::{Address, MessageId, Searchable};
use crate::query::{self, Field, Thing};

/// Mails of one transaction: many, as each one ends with a sorted run of its own that has to be merged with others.
const BATCH: u32 = 500;
/// Octets of mails in one transaction.
const BATCH_OCTETS: usize = 8 << 20;
/// Octets looked at of one mail: its texts stand before its large files.
const MOST_OCTETS: usize = 8 << 20;
/// Tokens of one column, in octets.
const MOST_TOKENS: usize = 512 << 10;
/// No date is later, so that every rank is a number.
const LATEST: i64 = i64::MAX / 2;

/// The last ranks that were taken one after the other: where many mails have one date, the next free one is not looked
/// for again from their first.
#[derive(Debug, Default)]
pub(super) struct Run {
    from: i64,
    free: i64,
}

impl Writer {
    /// Indexes a batch of mails, or fewer as soon as something else is wanted; whether there may be more.
    pub(super) fn index_batch(&mut self, wanted: &dyn Fn() -> bool) -> Result<bool> {
        let batch = batch(&self.connection)?;
        if batch.is_empty() {
            return Ok(false);
        }
        let mut run = std::mem::take(&mut self.run);
        let transaction = self.begin()?;
        for mail in &batch {
            index(&transaction, mail, &mut run)?;
            if wanted() {
                break;
            }
        }
        transaction.commit()?;
        self.run = run;
        Ok(true)
    }

    /// Indexes up to so many mails, for a command that is about to end; how many are left is for the next one.
    pub fn index_some(&mut self, most: usize) -> Result<()> {
        let left = std::cell::Cell::new(most);
        let wanted = || {
            left.set(left.get().saturating_sub(1));
            left.get() == 0
        };
        while left.get() > 0 && self.index_batch(&wanted)? {}
        Ok(())
    }
}

impl Reader {
    /// Mails whose words are not in the index yet: they are found by their heads.
    pub fn unindexed(&self) -> Result<u64> {
        let sql = "SELECT count(*) FROM message WHERE rank IS NULL";
        let count: i64 = self
            .connection
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

/// A mail to be indexed.
struct Waiting {
    date: i64,
    id: MessageId,
}

/// Those that wait longest, in the order of their ranks: FTS5 wants rowids that rise.
fn batch(connection: &rusqlite::Connection) -> rusqlite::Result<Vec<Waiting>> {
    let mut statement = connection.prepare_cached(
        "SELECT date, id, size FROM message WHERE rank IS NULL ORDER BY id LIMIT ?1",
    )?;
    let mut rows = statement.query([BATCH])?;
    let (mut batch, mut octets) = (Vec::new(), 0_usize);
    while let Some(row) = rows.next()? {
        batch.push(Waiting {
            date: row.get(0)?,
            id: MessageId(row.get(1)?),
        });
        octets += MOST_OCTETS.min(usize::try_from(row.get::<_, i64>(2)?).unwrap_or(MOST_OCTETS));
        if octets >= BATCH_OCTETS {
            break;
        }
    }
    batch.sort_by_key(|mail| (mail.date, mail.id));
    Ok(batch)
}

fn index(transaction: &Transaction<'_>, mail: &Waiting, run: &mut Run) -> rusqlite::Result<()> {
    let octets = octets::beginning(transaction, mail.id, MOST_OCTETS)?;
    let (octets, _) = octets.unwrap_or_default();
    let columns = Columns::of(&Searchable::read(&octets));
    let rank = free_rank(transaction, mail.date, run)?;
    transaction
        .prepare_cached(
            "INSERT INTO words (rowid, subject, sender, recipient, copy, body, files, list, ids)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            rank,
            &columns.subject,
            &columns.sender,
            &columns.recipient,
            &columns.copy,
            &columns.body,
            &columns.files,
            &columns.list,
            &columns.ids,
        ))?;
    transaction
        .prepare_cached("INSERT INTO beginnings (rowid, beginning) VALUES (?1, ?2)")?
        .execute((rank, columns.beginnings()))?;
    transaction
        .prepare_cached("UPDATE message SET rank = ?2 WHERE id = ?1")?
        .execute((mail.id.0, rank))?;
    Ok(())
}

/// The first rank of a date that no mail has, or the next one behind.
fn free_rank(transaction: &Transaction<'_>, date: i64, run: &mut Run) -> rusqlite::Result<i64> {
    let first = date.clamp(0, LATEST);
    let is_within = (run.from..run.free).contains(&first);
    let mut free = if is_within { run.free } else { first };
    let mut statement =
        transaction.prepare_cached("SELECT rank FROM message WHERE rank >= ?1 ORDER BY rank")?;
    let mut rows = statement.query([free])?;
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>(0)? != free {
            break;
        }
        free += 1;
    }
    *run = Run {
        from: if is_within { run.from } else { first },
        free: free + 1,
    };
    Ok(free)
}

/// The tokens of a mail, by column.
#[derive(Default)]
struct Columns {
    subject: String,
    sender: String,
    recipient: String,
    copy: String,
    body: String,
    files: String,
    list: String,
    ids: String,
}

impl Columns {
    fn of(mail: &Searchable) -> Self {
        let head = &mail.envelope;
        let mut columns = Self {
            subject: tokens([head.subject.as_str()]),
            sender: people(&head.from),
            recipient: people(&head.to),
            copy: people(&head.cc),
            body: tokens(mail.texts.iter().map(String::as_str)),
            files: tokens(mail.files.iter().map(String::as_str)),
            list: tokens(mail.list.iter().map(String::as_str)),
            ids: tokens(head.message_id.as_deref()),
        };
        let things = [
            (mail.has_link, Thing::Link),
            (mail.has_invite, Thing::Invite),
        ];
        for (_, thing) in things.into_iter().filter(|(has, _)| *has) {
            columns
                .ids
                .push_str(query::mark_of(thing).unwrap_or_default());
            columns.ids.push(' ');
        }
        columns.add_new_words(&tokens(mail.again.iter().map(String::as_str)));
        columns
    }

    /// Of a text that says the same once more, the words that were not in the first one: each text is found, and the index
    /// holds most words once.
    fn add_new_words(&mut self, again: &str) {
        let mut known: HashSet<&str> = self.body.split_ascii_whitespace().collect();
        let mut new = String::new();
        for token in again.split_ascii_whitespace() {
            if known.insert(token) {
                new.push_str(token);
                new.push(' ');
            }
        }
        drop(known);
        self.body.push_str(&new);
    }

    fn beginnings(&self) -> String {
        let fields = [
            (Field::Subject, self.subject.as_str()),
            (Field::From, self.sender.as_str()),
            (Field::To, self.recipient.as_str()),
        ];
        let all = [
            &self.subject,
            &self.sender,
            &self.recipient,
            &self.copy,
            &self.body,
            &self.files,
            &self.list,
            &self.ids,
        ];
        query::beginnings(&all.map(String::as_str), &fields)
    }
}

fn tokens<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut tokens = String::new();
    for text in texts {
        if !query::add_tokens(text, &mut tokens, MOST_TOKENS) {
            break;
        }
    }
    tokens
}

fn people(people: &[Address]) -> String {
    let told = people.iter().flat_map(|person| {
        let (name, address) = (person.name.as_deref(), person.address.as_deref());
        name.into_iter().chain(address)
    });
    tokens(told)
}

#[cfg(test)]
mod tests;
