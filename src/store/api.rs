//! Pinned signatures; the helper who builds the floor replaces this file by real ones.
use std::path::{Path, PathBuf};

use crate::mail::{
    AccountId, AccountName, Address, Anchor, Change, Envelope, Folder, FolderId, FolderRole,
    MessageId, Page, Row, Undone, View,
};
use crate::pop3::UniqueId;
use crate::query::Query;

/// A handle to the store; cheap to clone. The last one dropped (or `close`) joins the threads.
#[derive(Clone)]
pub struct Store {}

/// What is read. Lives on a reader thread.
pub struct Reader {}

/// What is written. Lives on the one writer thread.
pub struct Writer {}

/// What went wrong, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another poptui holds the lock.
    #[error("{} is already open in another poptui (process {pid}); close that one, or only read here", dir.display())]
    Locked {
        /// The data directory.
        dir: PathBuf,
        /// The other process.
        pid: u32,
    },
    /// There is no store yet (only when opened for reading).
    #[error("there is no mail in {} yet; run: poptui fetch", dir.display())]
    Absent {
        /// The data directory.
        dir: PathBuf,
    },
    /// Opened for reading only.
    #[error("this poptui can only read: another one (process {pid}) has the mail open for writing")]
    ReadOnly {
        /// The other process.
        pid: u32,
    },
}

/// A mail to be stored.
pub struct NewMail {
    /// The server's name for it.
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

/// What the store knows about a mail on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The server's name for it.
    pub uid: UniqueId,
    /// Its size as LIST told when it was fetched.
    pub listed_size: Option<u64>,
    /// The stored mail.
    pub message: MessageId,
    /// Where its deletion on the server stands.
    pub deletion: Deletion,
}

/// Where a deletion on the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// Stays there.
    None,
    /// Stored and checked here; may be deleted.
    Allowed,
    /// DELE was sent, QUIT was not confirmed: to be tried again.
    Sent,
    /// Confirmed by QUIT.
    Done,
}

/// Everything the contract's `list --json` tells of one mail. Text is decoded and foreign.
#[derive(Debug, Clone)]
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
    /// Of the octets.
    pub sha256: [u8; 32],
    /// The server's unique-id.
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

type Result<T> = std::result::Result<T, Error>;

impl Store {
    /// Opens for reading and writing; makes the directory (0700) and the file (0600) if need be; takes the lock.
    pub fn open(dir: &Path) -> Result<Self> {
        let _ = dir;
        unreachable!()
    }
    /// Opens an existing store for reading beside a running poptui.
    pub fn open_read_only(dir: &Path) -> Result<Self> {
        let _ = dir;
        unreachable!()
    }
    /// Runs on a reader thread.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Reader) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _ = job;
        std::future::pending().await
    }
    /// Runs on the writer thread, after all writes asked for before.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _ = job;
        std::future::pending().await
    }
    /// [`Store::read`] for callers without a runtime.
    pub fn read_now<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Reader) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _ = job;
        unreachable!()
    }
    /// [`Store::write`] for callers without a runtime.
    pub fn write_now<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _ = job;
        unreachable!()
    }
    /// The process that has the store open for writing, if this handle can only read.
    pub fn read_only(&self) -> Option<u32> {
        None
    }
    /// Finishes all writes, checkpoints, releases the lock, joins the threads.
    pub fn close(self) {}
}

impl Reader {
    /// All accounts that ever brought mail.
    pub fn accounts(&self) -> Result<Vec<AccountName>> {
        unreachable!()
    }
    /// All folders with their counters: Inbox, Archive, Trash, then the user's by name.
    pub fn folders(&self) -> Result<Vec<Folder>> {
        unreachable!()
    }
    /// At most `limit` rows of a list.
    pub fn page(&self, view: View, anchor: Anchor, limit: usize) -> Result<Page> {
        let _ = (view, anchor, limit);
        unreachable!()
    }
    /// The next unread row older than `after` in this view (newest one if `None`), wrapping around.
    pub fn next_unread(&self, view: View, after: Option<crate::mail::Key>) -> Result<Option<Row>> {
        let _ = (view, after);
        unreachable!()
    }
    /// The previous unread row, newer than `before`, wrapping around.
    pub fn previous_unread(
        &self,
        view: View,
        before: Option<crate::mail::Key>,
    ) -> Result<Option<Row>> {
        let _ = (view, before);
        unreachable!()
    }
    /// The rows of these messages, in any order; those that are gone are left out.
    pub fn rows(&self, ids: &[MessageId]) -> Result<Vec<Row>> {
        let _ = ids;
        unreachable!()
    }
    /// The octets of a mail.
    pub fn octets(&self, id: MessageId) -> Result<Option<Vec<u8>>> {
        let _ = id;
        unreachable!()
    }
    /// One mail's summary.
    pub fn summary(&self, id: MessageId) -> Result<Option<Summary>> {
        let _ = id;
        unreachable!()
    }
    /// The mails that match, newest first.
    pub fn find(&self, query: &Query, limit: Option<usize>) -> Result<Vec<Summary>> {
        let _ = (query, limit);
        unreachable!()
    }
    /// How many match.
    pub fn count(&self, query: &Query) -> Result<u64> {
        let _ = query;
        unreachable!()
    }
    /// What is known of an account's maildrop.
    pub fn maildrop(&self, account: AccountId) -> Result<Vec<Known>> {
        let _ = account;
        unreachable!()
    }
    /// Something remembered for the screen.
    pub fn remembered(&self, key: &str) -> Result<Option<String>> {
        let _ = key;
        unreachable!()
    }
}

impl Writer {
    /// The account of this name, made if need be.
    pub fn account(&mut self, name: &str, address: &str) -> Result<AccountId> {
        let _ = (name, address);
        unreachable!()
    }
    /// Stores a batch in one durable transaction: octets, unique-id, size, hash, counters, thread. Into Inbox.
    pub fn add(&mut self, account: AccountId, mails: &[NewMail]) -> Result<Vec<MessageId>> {
        let _ = (account, mails);
        unreachable!()
    }
    /// Notes that DELE is about to be sent for these, durably.
    pub fn deletion_sent(&mut self, account: AccountId, uids: &[UniqueId]) -> Result<()> {
        let _ = (account, uids);
        unreachable!()
    }
    /// Notes that QUIT confirmed these deletions, durably.
    pub fn deletion_done(&mut self, account: AccountId, uids: &[UniqueId]) -> Result<()> {
        let _ = (account, uids);
        unreachable!()
    }
    /// Applies a change of the user's and journals its inverse, in one durable transaction.
    pub fn apply(&mut self, change: &Change, now: i64) -> Result<()> {
        let _ = (change, now);
        unreachable!()
    }
    /// Takes back the latest change that is not taken back yet.
    pub fn undo(&mut self, now: i64) -> Result<Option<Undone>> {
        let _ = now;
        unreachable!()
    }
    /// Does again what was taken back last, unless another change came between.
    pub fn redo(&mut self, now: i64) -> Result<Option<Undone>> {
        let _ = now;
        unreachable!()
    }
    /// A folder of the user's, made if need be.
    pub fn folder(&mut self, name: &str) -> Result<FolderId> {
        let _ = name;
        unreachable!()
    }
    /// Remembers something for the screen.
    pub fn remember(&mut self, key: &str, value: &str) -> Result<()> {
        let _ = (key, value);
        unreachable!()
    }
}
/// (silences unused imports of the stub)
pub fn stub(_: FolderRole) {}
