//! Everything that is told of one mail, and its octets.

use rusqlite::{OptionalExtension, Row};

use super::maildrop::completeness;
use super::{Reader, Result, octets};
use crate::mail::{Address, Completeness, MessageId};
use crate::pop3::UniqueId;

/// Everything the contract's `list --json` tells of one mail. Text is decoded and foreign.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the contract tells four facts of a mail, each apart"
)]
pub struct Summary {
    /// Its number.
    pub id: MessageId,
    /// The account's name; `None` for imported mail.
    pub account: Option<String>,
    /// The folder's name.
    pub folder: String,
    /// Decoded.
    pub subject: String,
    /// Decoded.
    pub from: Vec<Address>,
    /// Decoded.
    pub to: Vec<Address>,
    /// Decoded.
    pub cc: Vec<Address>,
    /// From the mail.
    pub date: Option<i64>,
    /// When it was stored.
    pub arrived: i64,
    /// Not read yet.
    pub unread: bool,
    /// Flagged.
    pub flagged: bool,
    /// Answered.
    pub answered: bool,
    /// Octets.
    pub size: u64,
    /// How much of it is here.
    pub completeness: Completeness,
    /// Of the octets.
    pub sha256: [u8; 32],
    /// The server's unique-id, in the form of [`super::stored_uid`].
    pub uid: Option<UniqueId>,
    /// Whether it still is there, as far as is known.
    pub on_server: bool,
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// Equal for mails of one thread.
    pub thread: i64,
    /// File names.
    pub attachments: Vec<String>,
}

impl Reader {
    /// One mail's summary.
    pub fn summary(&self, id: MessageId) -> Result<Option<Summary>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT message.id, account.name, folder.name, message.subject, head.addresses, head.date,
                    head.arrived, message.unread, message.flagged, message.answered, message.size,
                    head.sha256, maildrop.uid,
                    ifnull(maildrop.absent_since IS NULL AND maildrop.deletion <> 'done', 0),
                    head.message_id, message.thread, head.attachments, message.completeness
             FROM message
             JOIN head ON head.message = message.id
             JOIN folder ON folder.id = message.folder
             LEFT JOIN account ON account.id = message.account
             LEFT JOIN maildrop ON maildrop.message = message.id
             WHERE message.id = ?1",
        )?;
        Ok(statement.query_row([id.0], summary).optional()?)
    }

    /// The octets of a mail, exactly as received.
    pub fn octets(&self, id: MessageId) -> Result<Option<Vec<u8>>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT octets FROM octets WHERE message = ?1")?;
        Ok(statement.query_row([id.0], |row| row.get(0)).optional()?)
    }

    /// The first octets of a mail, and how many it has. A large mail is not read further.
    pub fn octets_from_start(
        &self,
        id: MessageId,
        most: usize,
    ) -> Result<Option<(Vec<u8>, usize)>> {
        Ok(octets::beginning(&self.connection, id, most)?)
    }

    /// The octets of a mail up to and with the empty line behind its head, at most 64 KiB.
    pub fn head(&self, id: MessageId) -> Result<Option<Vec<u8>>> {
        Ok(octets::head(&self.connection, id)?)
    }
}

fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let (from, to, cc) = json(row, 4)?;
    Ok(Summary {
        id: MessageId(row.get(0)?),
        account: row.get(1)?,
        folder: row.get(2)?,
        subject: row.get(3)?,
        from,
        to,
        cc,
        date: row.get(5)?,
        arrived: row.get(6)?,
        unread: row.get(7)?,
        flagged: row.get(8)?,
        answered: row.get(9)?,
        size: row.get::<_, i64>(10)?.unsigned_abs(),
        sha256: row.get(11)?,
        uid: row
            .get::<_, Option<Vec<u8>>>(12)?
            .map(|uid| UniqueId(uid.into())),
        on_server: row.get(13)?,
        message_id: row.get(14)?,
        thread: row.get(15)?,
        attachments: json(row, 16)?,
        completeness: completeness(row, 17)?,
    })
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?;
    serde_json::from_str(text.as_str()?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, text.data_type(), error.into())
    })
}

#[cfg(test)]
mod tests {
    use crate::mail::{Address, Completeness, Envelope, MessageId};
    use crate::store::testing::{Home, account, uid};
    use crate::store::{NewMail, Summary};

    fn person(name: Option<&str>, address: &str) -> Address {
        Address {
            name: name.map(str::to_owned),
            address: Some(address.to_owned()),
        }
    }

    #[test]
    fn a_summary_tells_everything_that_was_stored() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let envelope = Envelope {
            subject: "Grüße 会議 \u{1b}[2J".to_owned(),
            from: vec![person(Some("Bob \"B\" \\"), "bob@example.org")],
            to: vec![person(None, "alice@example.org"), Address::default()],
            cc: vec![person(Some("Зоя"), "z@example.org")],
            date: Some(1_700_000_000),
            message_id: Some("1@example.org".to_owned()),
            references: Vec::new(),
            attachments: vec!["a.pdf".to_owned(), "b \"c\".png".to_owned()],
            is_folder_note: false,
        };
        let mail = NewMail {
            uid: Some(uid("u1")),
            envelope: envelope.clone(),
            ..home.mail("x")
        };
        let id = writer
            .add(account, std::slice::from_ref(&mail))
            .expect("writes")[0]
            .id
            .expect("is here");
        let expected = Summary {
            id,
            account: Some("alice".to_owned()),
            folder: "Inbox".to_owned(),
            subject: envelope.subject,
            from: envelope.from,
            to: envelope.to,
            cc: envelope.cc,
            date: envelope.date,
            arrived: mail.arrived,
            unread: true,
            flagged: false,
            answered: false,
            size: mail.octets.len() as u64,
            completeness: Completeness::Whole,
            sha256: mail.sha256,
            uid: mail.uid,
            on_server: true,
            message_id: envelope.message_id,
            thread: id.0,
            attachments: envelope.attachments,
        };
        assert_eq!(home.reader().summary(id).expect("reads"), Some(expected));
    }

    #[test]
    fn a_mail_that_is_not_there_has_no_summary_and_no_octets() {
        let home = Home::new();
        drop(home.writer());
        assert_eq!(home.reader().summary(MessageId(1)).expect("reads"), None);
        assert_eq!(home.reader().octets(MessageId(1)).expect("reads"), None);
    }
}
