//! What happened: keys, time, and the results of effects.

use std::sync::Arc;

use super::effect::{Copied, Lookup, Piece};
use super::find::Found;
use super::key::Key;
use super::on_server::Holdings;
use super::schedule::Outlook;
use super::sheet::Sheet;
use crate::mail::{
    AccountName, Anchor, Danger, Document, Folder, MailingList, MessageId, Page, Row, SafeText,
    Spot, Undone, View,
};

/// Recognises late replies: an answer whose ticket is not the one waited for is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Ticket(pub u64);

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted into the terminal.
    Paste(String),
    /// The window has this size now.
    Resize(Size),
    /// Time passes: milliseconds since 1970 UTC.
    Tick(i64),
    /// The folders and accounts as they are now, or why they cannot be read.
    Folders(Result<Drawer, SafeText>),
    /// Rows of a list.
    Page {
        /// Of the effect that asked.
        ticket: Ticket,
        /// Which list.
        view: View,
        /// Where they lie.
        anchor: Anchor,
        /// The rows, or why they cannot be read.
        result: Result<Page, SafeText>,
    },
    /// The answer to a search for unread mail; `None` if there is none anywhere.
    Unread {
        /// Of the effect that asked.
        ticket: Ticket,
        /// The mail, and the list it lies in.
        found: Option<(View, Row)>,
    },
    /// The mails between two rows, for marking.
    Range {
        /// Of the effect that asked.
        ticket: Ticket,
        /// Which mails.
        ids: Vec<MessageId>,
    },
    /// The mails that rows of threads stand for, or why they could not be read.
    Threads {
        /// Of the effect that asked.
        ticket: Ticket,
        /// Which mails.
        result: Result<Vec<MessageId>, SafeText>,
    },
    /// A mail is ready to be shown.
    Opened {
        /// Of the effect that asked.
        ticket: Ticket,
        /// What to show; the sentence says why it could not be read.
        result: Result<Shown, SafeText>,
    },
    /// Some hits of a search in the open mail.
    Found {
        /// Of the effect that asked.
        ticket: Ticket,
        /// Where.
        found: Found,
    },
    /// A change is in the store, or could not be made.
    Applied(Result<(), SafeText>),
    /// An undo or redo is done; `Ok(None)` if there was nothing to take back.
    Undone {
        /// Which of the two.
        direction: Direction,
        /// What it did.
        result: Result<Option<Undone>, SafeText>,
    },
    /// New mail is in the store.
    Arrived(Vec<Row>),
    /// Mails have been replaced by fuller ones.
    Changed(Vec<Row>),
    /// The rows that were looked up; those of mails that are gone are missing.
    Rows {
        /// What for.
        why: Lookup,
        /// The rows.
        result: Result<Vec<Row>, SafeText>,
    },
    /// What is on the servers.
    OnServer {
        /// Of the effect that asked.
        ticket: Ticket,
        /// The mails, or why they cannot be read.
        result: Result<Arc<Holdings>, SafeText>,
    },
    /// What the user wants of mails on a server is noted: of how many.
    Asked(Result<usize, SafeText>),
    /// So many mails were deleted here for good.
    Expunged(Result<usize, SafeText>),
    /// A fetch has news.
    Fetch {
        /// The account's place in the config.
        account: usize,
        /// The news.
        news: News,
    },
    /// What was found in a mail.
    Inspected {
        /// Of the effect that asked.
        ticket: Ticket,
        /// Which mail.
        id: MessageId,
        /// What was found, or why it could not be read.
        result: Result<Inspected, SafeText>,
    },
    /// What is to be copied was read.
    Copied {
        /// What it is.
        what: Copied,
        /// It, or why it could not be read.
        result: Result<String, SafeText>,
    },
    /// What a command said of a file, or why it could not be run.
    Piped(Result<Sheet, SafeText>),
    /// Something was done outside, or not: a sentence.
    Told(Result<SafeText, SafeText>),
    /// A program that an address or a file was handed to has ended, or could not: a sentence. It may have written to the
    /// terminal, whatever its output was tied to.
    Ended(Result<(), SafeText>),
    /// Attachments were saved, or not.
    Saved(Result<Vec<SafeText>, SafeText>),
    /// Something else went wrong: a sentence.
    Failed(SafeText),
}

/// What was found in a mail.
#[derive(Debug, Clone)]
pub enum Inspected {
    /// A page to read.
    Sheet(Sheet),
    /// Its mailing list, if it has one.
    List(Option<MailingList>),
    /// Its parts: what each is called, and what is known of it.
    Parts(Vec<(SafeText, SafeText)>),
    /// A file that was to be opened can act.
    Danger {
        /// Which.
        piece: Piece,
        /// What it is called.
        name: SafeText,
        /// What it can do.
        danger: Danger,
    },
}

/// Folders and accounts.
#[derive(Debug, Clone, Default)]
pub struct Drawer {
    /// With their counters.
    pub folders: Vec<Folder>,
    /// That ever brought mail.
    pub accounts: Vec<AccountName>,
}

/// The size of the window in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "columns and rows")]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

/// A mail laid out, with what can be done with it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The page.
    pub document: Arc<Document>,
    /// Names and sizes of what can be saved, in order.
    pub attachments: Vec<SafeText>,
    /// What was on top when the mail was left.
    pub left_at: Spot,
    /// Who sent it, as [`super::remembered::sender_name`] has it, for what is remembered of all their mails.
    pub sender: Option<String>,
    /// Octets of the whole mail, as the server told.
    pub on_server: Option<u64>,
}

/// Back or forth in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the two words say it")]
pub enum Direction {
    Undo,
    Redo,
}

/// What a running fetch tells.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// What it is about to do, in words.
    Stage(&'static str),
    /// How far it is.
    Progress(Progress),
    /// It ended.
    Ended(Ended),
}

/// How far a download is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// Mails received.
    pub mails: u64,
    /// Mails to be received.
    pub mails_total: u64,
    /// Octets received.
    pub octets: u64,
    /// Octets a second.
    pub rate: f64,
    /// Seconds left, once it can be told.
    pub seconds_left: Option<f64>,
}

/// How a fetch ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ended {
    /// New mails.
    pub new: u64,
    /// Mails replaced by their whole selves.
    pub updated: u64,
    /// Deleted on the server.
    pub deleted: u64,
    /// Could not be fetched, one sentence each.
    pub failed: Vec<SafeText>,
    /// Worth saying, but not a failure.
    pub warnings: Vec<SafeText>,
    /// Why it ended early.
    pub error: Option<SafeText>,
    /// It was the user who ended it.
    pub cancelled: bool,
    /// What that means for the next one.
    pub outlook: Outlook,
    /// The server wants no other log-in for so many milliseconds.
    pub at_least: i64,
}

impl Ended {
    /// Everything that went wrong.
    pub fn wrongs(&self) -> Vec<SafeText> {
        let all = self.warnings.iter().chain(&self.failed).chain(&self.error);
        all.cloned().collect()
    }

    /// Without what was told before.
    #[must_use]
    pub fn without(mut self, told: &[SafeText]) -> Self {
        self.warnings.retain(|text| !told.contains(text));
        self.failed.retain(|text| !told.contains(text));
        self.error.take_if(|text| told.contains(text));
        self
    }

    /// Whether there is nothing to be told.
    pub fn is_nothing(&self) -> bool {
        let unchanged = self.new == 0 && self.updated == 0 && self.deleted == 0;
        unchanged && self.failed.is_empty() && self.warnings.is_empty() && self.error.is_none()
    }
}
