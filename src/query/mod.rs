//! What a query means: typed words become a tree that no SQL has touched.
//!
//! Any input is a query. Terms that stand side by side must all hold; that binds tighter than `or`:
//!
//! | typed | holds for |
//! |---|---|
//! | `word` | mails with that word, whatever its case and diacritics |
//! | the last `word` | the same, as the beginning of a word |
//! | `"a phrase"` | the words in this order, whole |
//! | `会議` | scripts without spaces: any part of the text |
//! | `from:` `to:` `cc:` `subject:` `body:` `filename:` `list:` `id:` | the same, there alone |
//! | `in:FOLDER`, `in:any` | mails of that folder; of any folder, Trash too |
//! | `is:unread` `read` `flagged` `answered` `partial` | mails in that state |
//! | `has:attachment` `link` `invite` | mails with that |
//! | `account:NAME`, `tag:NAME` | mails fetched for that account; with that tag |
//! | `before:` `on:` `after:` and a day, a month or a year | mails of then: each is before it, on it or after it |
//! | `newer:7d` `older:1y` (`h` `d` `w` `m` `y`) | mails of less, of more than that time ago |
//! | `larger:5M` `smaller:` | mails by their size in octets, KiB, MiB or GiB |
//! | `-term`, `-(…)` | mails for which it does not hold |
//! | `a or b`, `(…)` | one of them; what belongs together |
//!
//! What is none of these (`foo:bar`, a lone quote, `is:purple`) is read as words. `and` between terms and `not` before
//! one (behind `and`, or in capitals) are understood, too.

mod explain;
mod fold;
mod parse;
mod pieces;
mod tokens;
mod values;
mod words;

use jiff::ZonedDateTime;

pub use fold::{fold, fold_case};
pub use tokens::{add_tokens, beginning_of, beginnings, mark_of};
pub use words::index_text;

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    tree: Option<Tree>,
}

/// What must hold for a mail that matches. No more than 50 tests, no deeper than some dozens of levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// All of them, two at least.
    All(Vec<Tree>),
    /// One of them, two at least.
    Any(Vec<Tree>),
    /// The other mails.
    Not(Box<Tree>),
    /// One question.
    Test(Test),
}

/// What one term asks of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `in:`
    In(Place),
    /// `is:`
    Is(State),
    /// `has:`
    Has(Thing),
    /// `account:`, the name as typed; compare it by [`fold_case`].
    Account(String),
    /// `tag:`, the name as typed; compare it by [`fold_case`].
    Tag(String),
    /// `before:` and the others.
    Dated(Dates),
    /// `larger:`: more octets than these.
    Larger(u64),
    /// `smaller:`: fewer octets than these.
    Smaller(u64),
    /// Words, and where they are looked for.
    Text(Field, Phrase),
}

/// Where a mail lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Anywhere, Trash too.
    Any,
    /// In the folder of this name, as typed; compare it by [`fold_case`].
    Folder(String),
}

/// A state that a mail is in or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not read yet.
    Unread,
    /// Read.
    Read,
    /// Flagged.
    Flagged,
    /// Answered.
    Answered,
    /// Only its head is here.
    Partial,
}

/// What a mail has or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A file.
    Attachment,
    /// A link to the web.
    Link,
    /// An invitation, or anything else of a calendar.
    Invite,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    /// Seconds since 1970 UTC; mails of this second are in.
    pub from: Option<i64>,
    /// Seconds since 1970 UTC; mails of this second are out.
    pub until: Option<i64>,
    /// In words, for [`Query::explain`].
    told: String,
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Everywhere.
    Any,
    /// The subject.
    Subject,
    /// Names and addresses of the sender.
    From,
    /// Of those it was sent to.
    To,
    /// Of those who got a copy.
    Cc,
    /// The text.
    Body,
    /// Names of files.
    FileName,
    /// The mailing list.
    List,
    /// The Message-ID.
    Id,
}

/// Words that stand together, ready to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The words as typed, for [`Query::explain`].
    typed: String,
    /// What a matching index text contains, octet for octet.
    needle: String,
    /// What follows one another in the tokens of a matching text.
    tokens: Vec<String>,
    /// Whether the last word may go on.
    end: End,
}

/// Where the last word of a phrase ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Where it was typed to end.
    Whole,
    /// Anywhere behind what was typed.
    Open,
}

/// Which folders a query looks into by itself, before its own `in:` terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// There are no terms at all: the mails of Inbox.
    Inbox,
    /// No `in:` was typed (or only `-in:`): every folder except Trash.
    AllButTrash,
    /// An `in:` was typed: that term decides.
    AsTyped,
}

impl Query {
    /// Reads what was typed, at this moment and in the zone in which days are meant. Malformed input is read as words.
    pub fn parse(text: &str, now: &ZonedDateTime) -> Self {
        Self {
            tree: parse::tree(text, now),
        }
    }

    /// What must hold; `None` where nothing was typed.
    pub fn tree(&self) -> Option<&Tree> {
        self.tree.as_ref()
    }

    /// Which folders are meant.
    pub fn scope(&self) -> Scope {
        match &self.tree {
            None => Scope::Inbox,
            Some(tree) if tree.is_placed() => Scope::AsTyped,
            Some(_) => Scope::AllButTrash,
        }
    }

    /// Whether anything is looked for in the text of mails.
    pub fn has_text(&self) -> bool {
        let is_text = |test: &Test| {
            matches!(
                test,
                Test::Text(..) | Test::Has(Thing::Link | Thing::Invite)
            )
        };
        self.tree.as_ref().is_some_and(|tree| tree.any(&is_text))
    }

    /// How the query was understood, in words, without control characters.
    pub fn explain(&self) -> String {
        explain::query(self)
    }
}

impl Tree {
    fn is_placed(&self) -> bool {
        match self {
            Self::All(trees) | Self::Any(trees) => trees.iter().any(Self::is_placed),
            Self::Not(_) => false,
            Self::Test(test) => matches!(test, Test::In(_)),
        }
    }

    fn any(&self, holds: &dyn Fn(&Test) -> bool) -> bool {
        match self {
            Self::All(trees) | Self::Any(trees) => trees.iter().any(|tree| tree.any(holds)),
            Self::Not(tree) => tree.any(holds),
            Self::Test(test) => holds(test),
        }
    }
}

impl Phrase {
    /// What a matching [`index_text`] contains, octet for octet. Never empty.
    pub fn needle(&self) -> &str {
        &self.needle
    }

    /// What follows one another in a matching text of [`add_tokens`]. Never empty.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Whether the last token may be the beginning of one.
    pub fn is_open(&self) -> bool {
        self.end == End::Open
    }
}
