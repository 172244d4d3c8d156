//! What message lists and the side bar are made of: the words that the store and the screen share.

use std::collections::BTreeSet;

use super::thread::Branch;
use super::{AccountId, FolderId, MessageId, SafeText, ThreadId};

/// Which messages a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct View {
    /// The folder.
    pub folder: FolderId,
    /// Only mail of this account; `None` for all.
    pub account: Option<AccountId>,
}

/// A row's place in a list: newest first, by date, then by id. Pages are asked for by key, so that
/// new mail never shifts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Seconds since 1970 UTC: the mail's date where it can be believed, else its arrival.
    pub date: i64,
    /// The message.
    pub id: MessageId,
}

/// Where a page of rows lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The newest rows.
    Top,
    /// The oldest rows.
    End,
    /// The rows older than this one.
    After(Key),
    /// The rows newer than this one.
    Before(Key),
    /// About half newer than this one, then this one if it still is in the list, then older ones.
    Around(Key),
}

/// A page of rows, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether there are newer rows than the first.
    pub newer: bool,
    /// Whether there are older rows than the last.
    pub older: bool,
}

/// One row of a message list, safe to draw.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent signs of a row"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its place.
    pub key: Key,
    /// Where it lies.
    pub folder: FolderId,
    /// Where it came from; `None` for imported mail.
    pub account: Option<AccountId>,
    /// The first sender's name, else the address, else empty.
    pub from: SafeText,
    /// The subject.
    pub subject: SafeText,
    /// Not read yet.
    pub unread: bool,
    /// Flagged.
    pub flagged: bool,
    /// Answered.
    pub answered: bool,
    /// Has at least one attachment.
    pub attachment: bool,
    /// Octets as stored.
    pub size: u64,
    /// How much of it is here.
    pub completeness: Completeness,
    /// Its part in a list in threads.
    pub thread: Option<InThread>,
}

/// How a list is ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Order {
    /// Each mail by itself.
    #[default]
    Flat,
    /// A row for each thread, where its newest mail would stand; unfolded, a row for each of its mails, as a tree.
    Threads {
        /// Whether threads are unfolded.
        unfolded: bool,
        /// Those that are not as that says.
        except: BTreeSet<ThreadId>,
        /// A mail that shall have a row of its own: its thread is unfolded where it is not the newest of it.
        reveal: Option<MessageId>,
    },
}

impl Order {
    /// In threads, all of them folded or all unfolded.
    pub fn threads(unfolded: bool) -> Self {
        Self::Threads {
            unfolded,
            except: BTreeSet::new(),
            reveal: None,
        }
    }

    /// The same, with a row for this mail.
    #[must_use]
    pub fn revealing(self, mail: Option<MessageId>) -> Self {
        match self {
            Self::Flat => Self::Flat,
            Self::Threads {
                unfolded, except, ..
            } => Self::Threads {
                unfolded,
                except,
                reveal: mail,
            },
        }
    }

    /// The mail that shall have a row of its own.
    pub fn revealed(&self) -> Option<MessageId> {
        match self {
            Self::Flat => None,
            Self::Threads { reveal, .. } => *reveal,
        }
    }

    /// Folds a thread, or unfolds it.
    pub fn turn(&mut self, thread: ThreadId) {
        if let Self::Threads { except, .. } = self
            && !except.remove(&thread)
        {
            except.insert(thread);
        }
    }

    /// Whether it is in threads.
    pub fn is_in_threads(&self) -> bool {
        matches!(self, Self::Threads { .. })
    }

    /// Whether this thread is unfolded.
    pub fn unfolds(&self, thread: ThreadId) -> bool {
        match self {
            Self::Flat => false,
            Self::Threads {
                unfolded, except, ..
            } => *unfolded != except.contains(&thread),
        }
    }
}

/// What a row of a list in threads tells of its thread, as far as that lies in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InThread {
    /// Which thread.
    pub id: ThreadId,
    /// The newest mail of it: threads stand by this.
    pub newest: Key,
    /// The place of this row among the rows of its thread, from 0.
    pub place: usize,
    /// Its lines; none where it stands for the whole thread.
    pub branch: Branch,
    /// Mails.
    pub mails: u64,
    /// Unread mails.
    pub unread: u64,
    /// Whether this row stands for all of them.
    pub folded: bool,
    /// The latest mail of the store when this was read: mails after that are not what the user sees here.
    pub as_of: MessageId,
}

impl Row {
    /// Where it stands in its list: rows stand in the falling order of these.
    pub fn standing(&self) -> (Key, std::cmp::Reverse<usize>) {
        let (key, place) = self
            .thread
            .map_or((self.key, 0), |thread| (thread.newest, thread.place));
        (key, std::cmp::Reverse(place))
    }

    /// The mails it stands for.
    pub fn mails(&self) -> u64 {
        let folded = self.thread.filter(|thread| thread.folded);
        folded.map_or(1, |thread| thread.mails)
    }
}

/// How much of a mail is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Completeness {
    /// All of it, as far as anyone can tell.
    #[default]
    Whole,
    /// Only its head: it is large, and the rest comes when it is asked for.
    Head,
    /// What came, though its size is not what LIST told.
    Doubtful,
}

/// A folder's part in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FolderRole {
    /// Where new mail goes.
    Inbox,
    /// Where `a` puts mail.
    Archive,
    /// Where `d` puts mail.
    Trash,
    /// Made by the user.
    Own,
}

/// A folder with its counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its row.
    pub id: FolderId,
    /// Its name, safe to draw. Unique without regard to case.
    pub name: SafeText,
    /// Its part.
    pub role: FolderRole,
    /// All its messages.
    pub counts: Counts,
    /// Its messages by account; accounts with none are left out.
    pub by_account: Vec<(AccountId, Counts)>,
}

/// Counters, kept by the store as mail comes and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Messages.
    pub total: u64,
    /// Unread messages.
    pub unread: u64,
}

/// An account as the side bar names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountName {
    /// Its row.
    pub id: AccountId,
    /// Its name in the config.
    pub name: SafeText,
}

/// What undoing or redoing did, for the message row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// What the change had been.
    pub what: What,
    /// How many messages it touched.
    pub count: usize,
    /// One of them, for the cursor.
    pub message: Option<MessageId>,
}

/// The kind of a journalled change, in the words of the message row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Marked as read.
    Read,
    /// Marked as unread.
    Unread,
    /// Flagged.
    Flagged,
    /// Flag cleared.
    Unflagged,
    /// Moved to the folder of this name.
    Moved(SafeText),
}
