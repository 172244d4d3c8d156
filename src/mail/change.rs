//! What a user's action does to stored mail. The store applies it and journals its inverse.

use super::{FolderId, MessageId};

/// One step of the user's, over any number of messages: the unit of undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Mark as read or unread.
    Read {
        /// The messages.
        ids: Vec<MessageId>,
        /// The new state.
        read: bool,
    },
    /// Mark as read because the mail was opened: journalled, but no step of its own for undo,
    /// which would otherwise take back the reading of a mail instead of the deletion before it.
    Opened {
        /// The message.
        id: MessageId,
    },
    /// Set or clear the flag.
    Flag {
        /// The messages.
        ids: Vec<MessageId>,
        /// The new state.
        flagged: bool,
    },
    /// Move to another folder.
    Move {
        /// The messages.
        ids: Vec<MessageId>,
        /// Where to.
        to: Destination,
    },
}

/// Where a move goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A folder that exists.
    Folder(FolderId),
    /// A folder to be made (or found, if the name is taken already).
    New(String),
}
