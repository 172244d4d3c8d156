//! Why a fetch ended early, as a class for scripts and a sentence for people.

use crate::fetch::tell::trouble::Trouble;
use crate::mail::SafeText;

/// Why a fetch ended early: a sentence that is safe to show.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{sentence}")]
pub struct Error {
    /// The class of the contract.
    pub kind: ErrorKind,
    /// What failed, where, and what to do.
    pub sentence: String,
}

impl Error {
    /// An error at this account. The text goes through [`SafeText`], whatever it is made of.
    pub fn new(kind: ErrorKind, account: &str, text: &str) -> Self {
        let sentence = format!("{}: {}", SafeText::new(account), SafeText::new(text));
        Self { kind, sentence }
    }
}

/// The classes of the contract (`error_kind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the contract")]
pub enum ErrorKind {
    Config,
    Connect,
    Tls,
    Auth,
    Busy,
    Temporary,
    Protocol,
    Storage,
    Cancelled,
}

impl ErrorKind {
    /// The word of the contract.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Auth => "auth",
            Self::Busy => "busy",
            Self::Temporary => "temporary",
            Self::Protocol => "protocol",
            Self::Storage => "storage",
            Self::Cancelled => "cancelled",
        }
    }

    /// The exit code of sysexits.h. A cancelled fetch is to be tried again, like a temporary failure.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Connect => 69,
            Self::Storage => 74,
            Self::Busy | Self::Temporary | Self::Cancelled => 75,
            Self::Protocol => 76,
            Self::Tls | Self::Auth => 77,
            Self::Config => 78,
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Line(error)
    }
}
