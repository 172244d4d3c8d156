//! What can be wrong with a config file, each as a sentence with the file, the line and a way on.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a config file is not taken. Every sentence can be shown as it is: what was typed is escaped,
/// and no value is ever quoted, because it could be a password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No file there.
    #[error("there is no config file {}", path.display())]
    Absent {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("the config file {} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Not TOML.
    #[error("{place}, column {column}: this is not TOML: {what}")]
    Syntax {
        /// Where reading stopped.
        place: Place,
        /// In characters, from 1.
        column: usize,
        /// What was expected there.
        what: String,
    },
    /// A key that means nothing.
    #[error("{place}: {table} has no key {key}; {hint}")]
    UnknownKey {
        /// Where it stands.
        place: Place,
        /// The table it stands in.
        table: String,
        /// The key.
        key: String,
        /// The nearest valid key, or all of them.
        hint: String,
    },
    /// A value of another kind than the key takes.
    #[error("{place}: {key} must be {expected}, not {found}")]
    WrongType {
        /// Where it stands.
        place: Place,
        /// The key.
        key: String,
        /// What it takes.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A value of the right kind that cannot be.
    #[error("{place}: {key} {why}")]
    Impossible {
        /// Where it stands.
        place: Place,
        /// The key.
        key: String,
        /// What is wrong, and what would be right.
        why: String,
    },
    /// Something poptui promises for later. To ignore it would be to do something else than asked.
    #[error("{place}: {key} asks for what this version does not do yet; {instead}")]
    NotYet {
        /// Where it stands.
        place: Place,
        /// The key.
        key: String,
        /// What to write until then.
        instead: &'static str,
    },
    /// A key without which an account is none.
    #[error("{place}: the account {account} has no {key}; add a line such as: {example}")]
    Missing {
        /// Where the account begins.
        place: Place,
        /// Its name.
        account: String,
        /// The missing key.
        key: &'static str,
        /// A line to add.
        example: &'static str,
    },
    /// An account of that name is there already.
    #[error("{} has an account {account} already; choose another name with --name", path.display())]
    Taken {
        /// The file.
        path: PathBuf,
        /// The name.
        account: String,
    },
    /// More than one way to get one password.
    #[error("{place}: the account {account} has both {first} and {second}; keep one of them")]
    TwoPasswords {
        /// Where the second one stands.
        place: Place,
        /// The account.
        account: String,
        /// The one above.
        first: &'static str,
        /// The one here.
        second: &'static str,
    },
}

/// A line of the config file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// From 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.path.display(), self.line)
    }
}
