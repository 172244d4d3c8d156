//! Makes anew what was made from mails. The mails themselves are never touched.

use ring::digest::{SHA256, digest};
use rusqlite::Transaction;

use super::structure::COUNTED;
use super::{Findings, Harm};
use crate::mail::{Envelope, MessageId};
use crate::store::maildrop::completeness;
use crate::store::{NewMail, Result, Writer, content, threads};

/// Mails in one transaction.
const BATCH: usize = 500;

impl Writer {
    /// Makes anew what [`Findings`] says is wrong and can be made from mails: indexes, what is told of mails, threads and
    /// counters. Mails of a folder that is not there come to Inbox. What is still wrong then is for [`super::Reader::verify`] to say.
    ///
    /// # Errors
    ///
    /// [`super::super::Error::Corrupt`] where the file is damaged so that nothing can be written into it.
    pub fn repair(&mut self, findings: &Findings) -> Result<()> {
        if !findings.structure.is_empty() {
            // Damaged rows make rows of an index that no longer fit: first of all, indexes have to be sound.
            self.connection.execute_batch("REINDEX")?;
            self.connection.execute_batch(
                "UPDATE sqlite_sequence SET seq = max(seq, (SELECT ifnull(max(id), 0) FROM message))
                 WHERE name = 'message';
                 UPDATE message SET folder = (SELECT id FROM folder WHERE role = 'inbox')
                 WHERE folder NOT IN (SELECT id FROM folder)",
            )?;
        }
        for ids in findings.stale.chunks(BATCH) {
            let transaction = self.begin()?;
            for &id in ids {
                tell_anew(&transaction, id)?;
            }
            transaction.commit()?;
        }
        if findings.threads {
            self.thread_anew(findings)?;
        }
        if findings.counters || !findings.structure.is_empty() {
            let transaction = self.begin()?;
            transaction.execute("DELETE FROM counter", [])?;
            let sql = format!("INSERT INTO counter (folder, account, total, unread) {COUNTED}");
            transaction.execute(&sql, [])?;
            transaction.commit()?;
        }
        Ok(())
    }

    /// All threads, in the order in which the mails came. Those that only a mail tied that is gone fall apart.
    fn thread_anew(&mut self, findings: &Findings) -> Result<()> {
        let transaction = self.begin()?;
        transaction.execute("DELETE FROM thread_link", [])?;
        let ids: Vec<i64> = {
            let mut statement = transaction.prepare("SELECT id FROM message ORDER BY id")?;
            let ids = statement.query_map([], |row| row.get(0))?;
            ids.collect::<rusqlite::Result<_>>()?
        };
        let unreadable = |id: i64| {
            let is_it = |mail: &&super::Damaged| mail.id.0 == id && mail.harm != Harm::Changed;
            findings.damaged.iter().any(|mail| is_it(&mail))
        };
        for id in ids {
            if unreadable(id) {
                continue;
            }
            let envelope = Envelope::read(&octets(&transaction, MessageId(id))?);
            let thread = threads::join(&transaction, MessageId(id), &envelope)?;
            transaction
                .prepare_cached("UPDATE message SET thread = ?2 WHERE id = ?1")?
                .execute((id, thread))?;
        }
        Ok(transaction.commit()?)
    }
}

fn octets(transaction: &Transaction<'_>, id: MessageId) -> rusqlite::Result<Vec<u8>> {
    transaction
        .prepare_cached("SELECT octets FROM octets WHERE message = ?1")?
        .query_row([id.0], |row| row.get(0))
}

/// What is told of a mail, from its octets.
fn tell_anew(transaction: &Transaction<'_>, id: MessageId) -> rusqlite::Result<()> {
    let octets = octets(transaction, id)?;
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, &octets).as_ref());
    let completeness = transaction
        .prepare_cached("SELECT completeness FROM message WHERE id = ?1")?
        .query_row([id.0], |row| completeness(row, 0))?;
    let arrived = transaction
        .prepare_cached("SELECT ifnull(head.arrived, message.date) FROM message LEFT JOIN head ON head.message = id WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))?;
    let mail = NewMail {
        uid: None,
        listed_size: None,
        sha256,
        envelope: Envelope::read(&octets),
        octets,
        arrived,
        completeness,
    };
    content::tell_anew(transaction, id, &mail)
}
