//! What the tests of this floor share: a store in a temporary directory, and mails to put into it.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use super::maildrop::undeleted;
use super::{Absence, Namesakes, NewMail, Reader, Result, Writer, directory};
use crate::mail::{AccountId, Completeness, Envelope, FolderId};
use crate::pop3::UniqueId;

/// A data directory that goes when the test ends.
pub(super) struct Home {
    dir: tempfile::TempDir,
    mails: Cell<u64>,
}

impl Home {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().expect("temporary directory");
        Self {
            dir,
            mails: Cell::new(0),
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn database(&self) -> PathBuf {
        directory::database(self.path())
    }

    /// A connection for writing, without threads and lock.
    pub(super) fn writer(&self) -> Writer {
        directory::prepare(self.path()).expect("can be made");
        Writer::open(&self.database()).expect("opens")
    }

    /// A connection for reading; the store is made if need be.
    pub(super) fn reader(&self) -> Reader {
        if !self.database().exists() {
            drop(self.writer());
        }
        Reader::open(&self.database()).expect("opens")
    }

    pub(super) fn inbox(&self) -> FolderId {
        self.reader()
            .folder_named("Inbox")
            .expect("reads")
            .expect("is there")
    }

    /// A mail with this subject, and octets that go with it; each with a unique-id of its own.
    pub(super) fn mail(&self, subject: &str) -> NewMail {
        self.mail_of(subject, 1_700_000_000)
    }

    /// The same, of this date.
    pub(super) fn mail_of(&self, subject: &str, date: i64) -> NewMail {
        let number = self.mails.get() + 1;
        self.mails.set(number);
        let octets = format!("Subject: {subject}\r\n\r\nText.\r\n").into_bytes();
        let hash = ring::digest::digest(&ring::digest::SHA256, &octets);
        NewMail {
            uid: Some(uid(&format!("uid-{number}"))),
            listed_size: Some(octets.len() as u64),
            sha256: hash.as_ref().try_into().expect("32 octets"),
            octets,
            envelope: Envelope {
                subject: subject.to_owned(),
                date: Some(date),
                ..Envelope::default()
            },
            arrived: 1_800_000_000,
            completeness: Completeness::Whole,
        }
    }

    /// Puts some mails into Inbox.
    pub(super) fn fill(&self, writer: &mut Writer, count: i64) {
        let account = account(writer);
        let mails: Vec<_> = (1..=count)
            .map(|number| self.mail_of(&format!("mail {number}"), 1_000 * number))
            .collect();
        writer.add(account, &mails).expect("writes");
    }
}

pub(super) fn uid(name: &str) -> UniqueId {
    UniqueId(name.as_bytes().into())
}

/// The account that most tests put mail into.
pub(super) fn account(writer: &mut Writer) -> AccountId {
    writer
        .account("alice", "alice@example.org")
        .expect("writes")
}

impl Writer {
    /// Notes which unique-ids a complete UIDL named: mails that it does not name are absent since the first time that
    /// happened; mails that it names again are back. Tells how many mails changed in this respect.
    pub(super) fn listed(
        &mut self,
        account: AccountId,
        uids: &[UniqueId],
        now: i64,
    ) -> Result<usize> {
        let known = undeleted(&self.connection, account)?;
        let listed = uids.iter().map(|uid| (Some(uid), None));
        let absence = Absence::of(&known, &Namesakes::of(&known, listed), now);
        self.note(&absence, now)?;
        Ok(absence.missed.len() + absence.back.len())
    }
}
