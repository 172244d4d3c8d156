//! What ties a mail to others, in a few octets beside its head, so that a thread is drawn without taking mails apart.

use rusqlite::{OptionalExtension, Transaction};

use super::{Result, Writer, octets};
use crate::mail::{Envelope, MessageId};

/// Stands for a Message-ID. That two of one thread have the same by chance does not happen; and if it did, a mail would
/// be drawn in the wrong place of its thread.
pub(super) type Tie = [u8; 8];

/// The tie of a mail without a Message-ID.
const NONE: Tie = [0; 8];

/// Under what it is remembered which mails of an older store are still to be gone through: this one and those before.
const UNTIED: &str = "untied";

/// As stored: its own tie, then those of the mails it refers to.
pub(super) fn written(envelope: &Envelope) -> Vec<u8> {
    let own = envelope.message_id.as_deref().map_or(NONE, tie);
    let references = envelope.references.iter().map(|id| tie(id));
    std::iter::once(own).chain(references).flatten().collect()
}

/// What was written: its own tie, and the others.
pub(super) fn read(stored: Option<&[u8]>) -> (Option<Tie>, Vec<Tie>) {
    let (ties, _) = stored.unwrap_or_default().as_chunks::<8>();
    let mut ties = ties.iter().copied();
    let own = ties.next().filter(|own| *own != NONE);
    (own, ties.collect())
}

fn tie(id: &str) -> Tie {
    let hash = ring::digest::digest(&ring::digest::SHA256, id.as_bytes());
    hash.as_ref().first_chunk().copied().unwrap_or(NONE)
}

impl Writer {
    /// Goes through so many mails of an older version's store, the latest first; says whether there are more of them.
    pub fn tie_older(&mut self, most: usize) -> Result<bool> {
        let transaction = self.begin()?;
        let key = "SELECT value FROM remembered WHERE key = ?1";
        let from: Option<String> = transaction
            .prepare_cached(key)?
            .query_row([UNTIED], |row| row.get(0))
            .optional()?;
        let Some(from) = from.and_then(|from| from.parse::<i64>().ok()) else {
            return Ok(false);
        };
        let ids: Vec<i64> = transaction
            .prepare_cached(
                "SELECT message FROM head WHERE message <= ?1 ORDER BY message DESC LIMIT ?2",
            )?
            .query_map((from, i64::try_from(most).unwrap_or(i64::MAX)), |row| {
                row.get(0)
            })?
            .collect::<rusqlite::Result<_>>()?;
        for id in &ids {
            tie_one(&transaction, MessageId(*id))?;
        }
        match ids.last() {
            Some(last) => transaction
                .prepare_cached("UPDATE remembered SET value = ?2 WHERE key = ?1")?
                .execute((UNTIED, (last - 1).to_string()))?,
            None => transaction.execute("DELETE FROM remembered WHERE key = ?1", [UNTIED])?,
        };
        transaction.commit()?;
        Ok(!ids.is_empty())
    }
}

fn tie_one(transaction: &Transaction<'_>, id: MessageId) -> rusqlite::Result<()> {
    let head = octets::head(transaction, id)?.unwrap_or_default();
    transaction
        .prepare_cached("UPDATE head SET ties = ?2 WHERE message = ?1 AND ties IS NULL")?
        .execute((id.0, written(&Envelope::read(&head))))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{read, tie, written};
    use crate::mail::Envelope;
    use crate::store::testing::{Home, account};

    #[test]
    fn what_is_written_is_read_again() {
        let mut envelope = Envelope {
            message_id: Some("own@x".to_owned()),
            references: vec!["a@x".to_owned(), "b@x".to_owned()],
            ..Envelope::default()
        };
        let (own, references) = read(Some(&written(&envelope)));
        assert_eq!(own, Some(tie("own@x")));
        assert_eq!(references, [tie("a@x"), tie("b@x")]);
        envelope.message_id = None;
        let (own, references) = read(Some(&written(&envelope)));
        assert_eq!((own, references.len()), (None, 2));
        assert_eq!(read(None), (None, Vec::new()));
    }

    #[test]
    fn mails_of_an_older_store_are_gone_through_once_the_latest_first() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mails: Vec<_> = (0..5)
            .map(|number| {
                let mut mail = home.mail("x");
                mail.octets =
                    format!("Message-ID: <{number}@x>\r\nReferences: <a@x>\r\n\r\nText.\r\n")
                        .into();
                mail.sha256[0] = number;
                mail.envelope = Envelope::read(&mail.octets);
                mail
            })
            .collect();
        writer.add(account, &mails).expect("writes");
        assert!(!writer.tie_older(2).expect("writes"), "none is older");
        let ties = |writer: &crate::store::Writer| -> Vec<Option<Vec<u8>>> {
            let sql = "SELECT ties FROM head ORDER BY message";
            let mut statement = writer.connection.prepare(sql).expect("is SQL");
            let rows = statement.query_map([], |row| row.get(0)).expect("reads");
            rows.collect::<Result<_, _>>().expect("reads")
        };
        let written = ties(&writer);
        assert!(
            written
                .iter()
                .all(|ties| ties.as_ref().is_some_and(|ties| ties.len() == 16))
        );

        // As the migration leaves a store: the mail numbered 4 is the latest that was there.
        let old = "UPDATE head SET ties = NULL WHERE message <= 4;
                   INSERT INTO remembered VALUES ('untied', '4')";
        writer.connection.execute_batch(old).expect("writes");
        assert!(writer.tie_older(2).expect("writes"));
        let half = ties(&writer);
        assert_eq!((half[0].is_some(), half[1].is_some()), (false, false));
        assert_eq!(half[2..], written[2..]);
        while writer.tie_older(2).expect("writes") {}
        assert_eq!(ties(&writer), written);
        assert!(!writer.tie_older(2).expect("writes"));
    }
}
