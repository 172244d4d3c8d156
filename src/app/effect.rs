//! What is to be done: the wishes of [`super::update`], carried out by the runtime.

use super::event::{Direction, Ticket};
use crate::mail::{Anchor, Change, Headers, Key, MessageId, Source, View};

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
    /// Read, parse and lay out a mail → [`super::Event::Opened`]. Only the latest one asked for matters.
    Open {
        /// To recognise the answer.
        ticket: Ticket,
        /// Which mail.
        id: MessageId,
        /// Cells across.
        width: u16,
        /// Which headers.
        headers: Headers,
        /// Rendered or raw.
        source: Source,
    },
    /// Change stored mail → [`super::Event::Applied`].
    Apply(Change),
    /// Take back the last change, or do it again → [`super::Event::Undone`].
    Step(Direction),
    /// Fetch these accounts, by their places in the config → [`super::Event::Fetch`].
    Fetch {
        /// None of them is being fetched.
        accounts: Vec<usize>,
    },
    /// Stop all fetches; what is committed stays.
    CancelFetch,
    /// Save attachments → [`super::Event::Saved`].
    Save {
        /// Of which mail.
        id: MessageId,
        /// Which of them; `None` for all.
        attachment: Option<usize>,
    },
    /// Keep a word for the next start.
    Remember {
        /// Under this name.
        key: String,
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
