//! What a query means: typed words become a tree that no SQL has touched.
//!
//! Any input is a query. Terms stand side by side and all of them must hold:
//!
//! | typed | holds for |
//! |---|---|
//! | `word` | mails with that word in subject, names or addresses, whatever its case and diacritics |
//! | the last `word` | the same, as the beginning of a word |
//! | `"a phrase"` | the words in this order, whole |
//! | `会議` | scripts without spaces: any part of the text |
//! | `in:FOLDER`, `in:any` | mails of that folder; of any folder, Trash too |
//! | `is:unread` `read` `flagged` `answered` `partial` | mails in that state |
//! | `account:NAME` | mails fetched for that account |
//! | `-term` | mails for which the term does not hold |
//!
//! What is none of these (`foo:bar`, a lone quote, `is:purple`) is read as words.

mod explain;
mod fold;
mod parse;
mod words;

pub use fold::{fold, fold_case};
pub use words::index_text;

/// A parsed query: all of its terms hold for a mail that matches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    terms: Vec<Term>,
}

/// One condition of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Typed with a minus: the test must fail.
    pub negated: bool,
    /// What is asked of a mail.
    pub test: Test,
}

/// What one term asks of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `in:`
    In(Place),
    /// `is:`
    Is(State),
    /// `account:`, the name as typed; compare it by [`fold_case`].
    Account(String),
    /// Words of the mail's head.
    Text(Phrase),
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

/// Words that stand together, ready to be looked for in an [`index_text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The words as typed, for [`Query::explain`].
    typed: String,
    /// What a matching index text contains, octet for octet.
    needle: String,
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
    /// Reads what was typed. Malformed input is read as words.
    pub fn parse(text: &str) -> Self {
        Self {
            terms: parse::terms(text),
        }
    }

    /// The terms, in the order typed.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Which folders are meant.
    pub fn scope(&self) -> Scope {
        if self.terms.is_empty() {
            return Scope::Inbox;
        }
        let placed = |term: &Term| !term.negated && matches!(term.test, Test::In(_));
        if self.terms.iter().any(placed) {
            Scope::AsTyped
        } else {
            Scope::AllButTrash
        }
    }

    /// How the query was understood, in words: foreign text, as typed by the user.
    pub fn explain(&self) -> String {
        explain::query(self)
    }
}

impl Phrase {
    /// What a matching [`index_text`] contains, octet for octet. Never empty.
    pub fn needle(&self) -> &str {
        &self.needle
    }
}
