//! What is to be done: the wishes of [`super::update`], carried out by the runtime.

use std::sync::Arc;

use super::event::{Direction, Ticket};
use super::on_server::{Holdings, Wish};
use crate::mail::{
    Anchor, Change, Document, FolderId, How, Key, LedgerId, MessageId, Order, Target, View,
};

/// Something to be done. None of them is waited for: the answer comes as an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read folders and counters → [`super::Event::Folders`].
    LoadFolders,
    /// Read rows → [`super::Event::Page`].
    LoadPage {
        /// To recognise the answer.
        ticket: Ticket,
        /// Which list.
        view: View,
        /// In which order.
        order: Order,
        /// Where.
        anchor: Anchor,
        /// How many rows.
        limit: usize,
    },
    /// Look for unread mail, here first, then in the other folders → [`super::Event::Unread`].
    FindUnread {
        /// To recognise the answer.
        ticket: Ticket,
        /// The lists to look in, the current one first.
        views: Vec<View>,
        /// Where the cursor stands in the first of them.
        from: Option<Key>,
        /// Older ones first, or newer ones.
        toward: Toward,
    },
    /// Read which mails lie between two rows → [`super::Event::Range`].
    FindRange {
        /// To recognise the answer.
        ticket: Ticket,
        /// In which list.
        view: View,
        /// The upper row.
        newer: Key,
        /// The lower row.
        older: Key,
    },
    /// Read which mails the rows of these stand for → [`super::Event::Threads`].
    FindThreads {
        /// To recognise the answer.
        ticket: Ticket,
        /// In which list.
        view: View,
        /// Rows that stand for a thread: the mail shown, and the latest mail of the store when it was read.
        folded: Vec<(MessageId, MessageId)>,
    },
    /// Read, parse and lay out a mail → [`super::Event::Opened`]. Only the latest one asked for matters.
    Open {
        /// To recognise the answer.
        ticket: Ticket,
        /// Which mail.
        id: MessageId,
        /// Cells across.
        width: u16,
        /// What of it, and how.
        how: How,
    },
    /// Search in a mail that is laid out → [`super::Event::Found`]. Only the latest search asked for matters.
    Find {
        /// To recognise the answer.
        ticket: Ticket,
        /// The mail, as far as it is laid out.
        document: Arc<Document>,
        /// What was typed.
        typed: String,
        /// The row to begin at.
        from: usize,
    },
    /// No search is wanted any more.
    StopFinding,
    /// Find the next mail of the same thread, in any folder → [`super::Event::Rows`] of none or one.
    FindInThread {
        /// To recognise the answer.
        ticket: Ticket,
        /// The mail to go on from.
        id: MessageId,
        /// Which way.
        toward: Toward,
    },
    /// Read the rows of these mails → [`super::Event::Rows`].
    FindRows {
        /// What for.
        why: Lookup,
        /// Which mails.
        ids: Vec<MessageId>,
    },
    /// Read what is on the servers → [`super::Event::OnServer`].
    LoadServer {
        /// To recognise the answer.
        ticket: Ticket,
    },
    /// Let go of rows elsewhere: so many of them take longer than a frame may.
    LetGo(Arc<Holdings>),
    /// Note what the user wants of mails on a server → [`super::Event::Asked`].
    Ask {
        /// Which mails.
        ids: Vec<LedgerId>,
        /// What.
        wish: Wish,
    },
    /// Delete mails here for good, as far as they lie in Trash → [`super::Event::Expunged`].
    Expunge(Vec<MessageId>),
    /// Delete all mail in this folder, which is Trash, here for good → [`super::Event::Expunged`].
    EmptyTrash(FolderId),
    /// Change stored mail → [`super::Event::Applied`].
    Apply(Change),
    /// Take back the last change, or do it again → [`super::Event::Undone`].
    Step(Direction),
    /// Fetch these accounts, by their places in the config → [`super::Event::Fetch`].
    Fetch {
        /// None of them is being fetched.
        accounts: Vec<usize>,
        /// Whether the user asks for it.
        asked: bool,
    },
    /// Fetch the rest of these partial mails of one account, and nothing else → [`super::Event::Fetch`].
    FetchWhole {
        /// The account's place in the config; it is not being fetched.
        account: usize,
        /// Which mails.
        ids: Vec<MessageId>,
    },
    /// Stop all fetches; what is committed stays.
    CancelFetch,
    /// Save attachments → [`super::Event::Saved`].
    Save {
        /// Of which mail.
        id: MessageId,
        /// Which of them; `None` for all.
        piece: Option<Piece>,
    },
    /// Open a web or mail address with the system's program → [`super::Event::Ended`].
    Follow(Target),
    /// Open a file with the system's program; one that can act only if the user is sure
    /// → [`super::Event::Inspected`] where that is to be asked, [`super::Event::Told`] where it is done.
    OpenFile {
        /// To recognise the answer.
        ticket: Ticket,
        /// Of which mail.
        id: MessageId,
        /// Which.
        piece: Piece,
        /// Whether the user was asked and said yes.
        sure: bool,
    },
    /// Run a command with a file as its input → [`super::Event::Piped`].
    Pipe {
        /// Of which mail.
        id: MessageId,
        /// Which.
        piece: Piece,
        /// Program and arguments.
        command: Vec<String>,
    },
    /// Put a text into the clipboard.
    Copy(String),
    /// Read something out of a mail that is to be copied → [`super::Event::Copied`].
    CopyOf {
        /// Which mail.
        id: MessageId,
        /// What of it.
        what: Copied,
    },
    /// Look into a mail → [`super::Event::Inspected`].
    Inspect {
        /// To recognise the answer.
        ticket: Ticket,
        /// Which mail.
        id: MessageId,
        /// What of it.
        what: Inspect,
    },
    /// Keep a word for the next start.
    Remember {
        /// Under this name.
        key: String,
        /// The word.
        value: String,
    },
    /// Keep something of a mail, or of all mails of a sender.
    RememberOf {
        /// What it is: [`super::remembered`] has the kinds.
        kind: &'static str,
        /// Of which mail or sender.
        name: String,
        /// The word.
        value: String,
    },
    /// Draw the screen anew.
    Redraw,
    /// Back to the shell until `fg`.
    Suspend,
    /// Leave.
    Quit(Leave),
}

/// A file in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// An attachment, by its place among them.
    Attachment(usize),
    /// A part, by its place in the tree read from top to bottom.
    Part(usize),
    /// The mail itself, octet for octet.
    Whole,
}

/// What is read out of a mail to be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// Whom it is from.
    Sender,
    /// Its Message-ID.
    MessageId,
    /// All that the reader shows of it.
    Text,
}

/// What of a mail is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inspect {
    /// Where it comes from.
    Origin,
    /// The mailing list it came through.
    List,
    /// Its parts.
    Parts,
    /// One of them, by its place among them.
    Part(usize),
}

/// What rows are looked up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// To open the mail in its folder.
    Open(Ticket),
    /// To open the next mail of a thread.
    Thread(Ticket, Toward),
    /// To fetch the rest of those that are partial.
    Whole,
}

/// Which way to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    /// Down the list.
    Older,
    /// Up the list.
    Newer,
}

/// Why the program leaves its loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// For good.
    Done,
    /// From the welcome screen into the sample mailbox.
    ForSample,
}
