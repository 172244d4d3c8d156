//! Checks mail by mail: its octets against its hash, and what is told of it against its octets.

use std::collections::BTreeSet;

use ring::digest::{SHA256, digest};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Damaged, Findings, Harm, is_damage, words};
use crate::mail::{Envelope, MessageId, SafeText};
use crate::store::{Result, content, threads};

/// Places that cannot be read beyond which a table is not searched on for rows behind them.
const MOST_GAPS: u32 = 2_000;

/// Checks all mails that any table knows of.
pub(super) fn check(
    connection: &Connection,
    findings: &mut Findings,
    seen: &mut dyn FnMut(u64, u64),
) -> Result<()> {
    let mut ids = BTreeSet::new();
    for sql in [
        "SELECT id FROM message WHERE id > ?1 ORDER BY id LIMIT 1",
        "SELECT message FROM octets WHERE message > ?1 ORDER BY message LIMIT 1",
    ] {
        rows(connection, sql, findings, &mut ids)?;
    }
    let all = ids.len() as u64;
    for (id, number) in ids.into_iter().zip(1..) {
        one(connection, MessageId(id), findings)?;
        seen(number, all);
    }
    findings.mails = all;
    Ok(())
}

/// The numbers in a table. What lies behind a page that cannot be read is found by asking for what may be there.
fn rows(
    connection: &Connection,
    sql: &str,
    findings: &mut Findings,
    ids: &mut BTreeSet<i64>,
) -> Result<()> {
    let mut statement = match connection.prepare(sql) {
        Err(error) if is_damage(&error) => {
            findings.structure.push(words(&error));
            return Ok(());
        }
        prepared => prepared?,
    };
    let mut last = i64::MIN;
    let mut gaps = 0;
    loop {
        let next = statement.query_row([last], |row| row.get::<_, i64>(0));
        match next.optional() {
            // A damaged tree may go round in circles.
            Ok(Some(id)) if id > last => {
                ids.insert(id);
                last = id;
            }
            Ok(None) => return Ok(()),
            Err(error) if !is_damage(&error) => return Err(error.into()),
            _ if gaps == MOST_GAPS => return Ok(()),
            Ok(Some(_)) | Err(_) => {
                gaps += 1;
                last = last.max(0).saturating_add(1);
            }
        }
    }
}

/// What the tables tell of a mail.
struct Told {
    date: i64,
    attachment: bool,
    size: i64,
    thread: i64,
    sender: String,
    subject: String,
    head: Option<Head>,
    search: Option<String>,
    /// The hash that the ledger has of it.
    ledger: Option<[u8; 32]>,
}

#[derive(PartialEq)]
struct Head {
    sha256: [u8; 32],
    arrived: i64,
    date: Option<i64>,
    message_id: Option<String>,
    addresses: String,
    attachments: String,
}

fn one(connection: &Connection, id: MessageId, findings: &mut Findings) -> Result<()> {
    let harm = match compare(connection, id, findings) {
        Ok(None) => return Ok(()),
        Ok(Some(harm)) => harm,
        Err(error) if is_damage(&error) => Harm::Unreadable(words(&error)),
        Err(error) => return Err(error.into()),
    };
    findings.damaged.push(Damaged {
        id,
        subject: named(connection, "SELECT subject FROM message WHERE id = ?1", id),
        folder: named(
            connection,
            "SELECT folder.name FROM message JOIN folder ON folder.id = message.folder WHERE message.id = ?1",
            id,
        ),
        harm,
    });
    Ok(())
}

/// What is wrong with a mail; what is only told wrong of it goes to the findings.
fn compare(
    connection: &Connection,
    id: MessageId,
    findings: &mut Findings,
) -> rusqlite::Result<Option<Harm>> {
    let octets: Option<Vec<u8>> = connection
        .prepare_cached("SELECT octets FROM octets WHERE message = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    let Some(octets) = octets else {
        return Ok(Some(Harm::NoOctets));
    };
    let told = connection
        .prepare_cached(
            "SELECT message.date, message.attachment, message.size, message.thread, message.sender, message.subject,
                    search.text, maildrop.sha256,
                    head.sha256, head.arrived, head.date, head.message_id, head.addresses, head.attachments
             FROM message
             LEFT JOIN head ON head.message = message.id
             LEFT JOIN search ON search.message = message.id
             LEFT JOIN maildrop ON maildrop.message = message.id
             WHERE message.id = ?1",
        )?
        .query_row([id.0], told)
        .optional()?;
    let Some(told) = told else {
        return Ok(Some(Harm::NoRow));
    };
    let sha256 = digest(&SHA256, &octets);
    let is = |hash: Option<[u8; 32]>| hash.is_some_and(|hash| hash == sha256.as_ref());
    let told_hash = told.head.as_ref().map(|head| head.sha256);
    if !is(told_hash) {
        if is(told.ledger) {
            // The mail is as it came, and the hash beside it is not.
            findings.stale.push(id);
            return Ok(None);
        }
        let harm = told_hash.map_or(Harm::NoHash, |_| Harm::Changed);
        return Ok(Some(harm));
    }
    let envelope = Envelope::read(&octets);
    if !is_told(&told, &envelope, &octets)? {
        findings.stale.push(id);
    }
    for link in threads::links(&envelope) {
        findings.threads |= threads::known(connection, link)? != Some(told.thread);
    }
    Ok(None)
}

fn told(row: &Row<'_>) -> rusqlite::Result<Told> {
    let head = match row.get(8)? {
        None => None,
        Some(sha256) => Some(Head {
            sha256,
            arrived: row.get(9)?,
            date: row.get(10)?,
            message_id: row.get(11)?,
            addresses: row.get(12)?,
            attachments: row.get(13)?,
        }),
    };
    Ok(Told {
        date: row.get(0)?,
        attachment: row.get(1)?,
        size: row.get(2)?,
        thread: row.get(3)?,
        sender: row.get(4)?,
        subject: row.get(5)?,
        search: row.get(6)?,
        ledger: row.get(7)?,
        head,
    })
}

/// Whether the tables tell what the octets say.
fn is_told(told: &Told, envelope: &Envelope, octets: &[u8]) -> rusqlite::Result<bool> {
    let Some(head) = &told.head else {
        return Ok(false);
    };
    let wanted = Head {
        sha256: head.sha256,
        arrived: head.arrived,
        date: envelope.date,
        message_id: envelope.message_id.clone(),
        addresses: content::json(&(&envelope.from, &envelope.to, &envelope.cc))?,
        attachments: content::json(&envelope.attachments)?,
    };
    Ok(*head == wanted
        && told.date == content::sort_date(envelope.date, head.arrived)
        && told.attachment != envelope.attachments.is_empty()
        && usize::try_from(told.size) == Ok(octets.len())
        && told.sender == content::sender(&envelope.from)
        && told.subject == envelope.subject
        && told.search.as_deref() == Some(&content::search_text(envelope)))
}

/// A text of a mail for people, as far as it can be read.
fn named(connection: &Connection, sql: &str, id: MessageId) -> Option<SafeText> {
    let mut statement = connection.prepare_cached(sql).ok()?;
    let text = statement.query_row([id.0], |row| Ok(SafeText::new(row.get_ref(0)?.as_str()?)));
    text.ok()
}
