//! What a mail is: its names, its parts, its text made safe for a screen. Pure: no I/O, no clock.

mod address;
pub mod article;
mod cells;
mod change;
mod compose;
mod danger;
mod document;
mod envelope;
mod guard;
mod hosts;
mod id;
mod invisible;
mod kinds;
mod layout;
mod ledger;
mod links;
mod listing;
pub mod maildir;
pub mod mbox;
mod message;
mod opened;
mod origin;
mod parse;
mod percent;
mod safe_text;
mod searchable;
mod target;
pub mod thread;
pub mod words;

pub use address::Address;
pub use cells::{cut, cut_middle, cut_plain, first_row, is_right_to_left, pad, width};
pub use change::{Change, Destination};
pub use danger::{Danger, danger};
pub use document::{
    Addresses, HeadOnly, Headers, How, Line, Link, Preferred, Quotes, Role, Show, Source, Span,
    Wrap,
};
pub use envelope::Envelope;
pub use hosts::host_within;
pub use id::{AccountId, FolderId, MessageId, ThreadId};
pub use layout::{Document, Passage, Spot, Typesetter};
pub use ledger::{Counted, Due, LedgerId, LedgerRow};
pub use listing::{
    AccountName, Anchor, Completeness, Counts, Folder, FolderRole, InThread, Key, Order, Page, Row,
    Undone, View, What,
};
pub use message::{Attachment, Enclosed, Following, Lead, Message, Part};
pub use opened::Opened;
pub use origin::{MailingList, Origin, OriginSection};
pub use parse::media::Flow;
pub use safe_text::SafeText;
pub use searchable::Searchable;
pub use target::{NoTarget, Target};
