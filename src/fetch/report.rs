//! How a fetch ended, in numbers and sentences.

use crate::config::Account;

use super::Error;

/// How a fetch ended.
#[derive(Debug)]
pub struct Report {
    /// The account's name.
    pub account: String,
    /// Mails stored that were not here before.
    pub new: u64,
    /// Mails replaced by a fuller copy (always 0 until partial mails come).
    pub updated: u64,
    /// Deletions on the server that QUIT confirmed.
    pub deleted: u64,
    /// Mails left on the server.
    pub kept: u64,
    /// Mails that could not be fetched.
    pub failed: Vec<Failure>,
    /// Sentences, safe to show: mail that is stored but looks wrong, a server that cannot say what is new.
    pub warnings: Vec<String>,
    /// Octets of mail received.
    pub octets: u64,
    /// How long it took.
    pub seconds: f64,
    /// Why it ended early.
    pub error: Option<Error>,
}

/// A mail that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The server's name for it, safe to show.
    pub uid: Option<String>,
    /// A sentence, safe to show.
    pub reason: String,
}

impl Report {
    /// Nothing done yet.
    pub fn new(account: &Account) -> Self {
        Self {
            account: account.name.clone(),
            new: 0,
            updated: 0,
            deleted: 0,
            kept: 0,
            failed: Vec::new(),
            warnings: Vec::new(),
            octets: 0,
            seconds: 0.0,
            error: None,
        }
    }
}
