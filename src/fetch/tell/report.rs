//! How a fetch ended, in numbers and sentences.

use crate::config::Keep;
use crate::pop3::UniqueId;

use crate::fetch::tell::foreign::uid_text;
use crate::fetch::{Error, Retry};

/// How a fetch ended.
#[derive(Debug)]
pub struct Report {
    /// The account's name.
    pub account: String,
    /// Mails stored that were not here before.
    pub new: u64,
    /// Mails that were here in part, or in doubt, and were replaced by a better reading in their place.
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
    /// When the next one may come.
    pub retry: Retry,
    /// Of a dry run: what a fetch would do.
    pub plan: Option<PlanTold>,
}

/// What a fetch would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanTold {
    /// By which policy it would delete.
    pub keep: Keep,
    /// Mails it would download.
    pub download: Vec<Planned>,
    /// Mails it would delete on the server, those included that it would download first.
    pub delete: Vec<Planned>,
}

/// A mail on the server, in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The server's name for it, as the server gave it: not safe to show.
    pub uid: Option<UniqueId>,
    /// Octets as LIST told.
    pub size: Option<u64>,
    /// Whether only its head is downloaded.
    pub partial: bool,
}

/// A mail that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The server's name for it, as the server gave it: not safe to show.
    pub uid: Option<UniqueId>,
    /// A sentence, safe to show.
    pub reason: String,
}

impl Failure {
    /// The server's name for it, short and safe to show.
    pub fn name(&self) -> Option<String> {
        uid_text(self.uid.as_ref())
    }
}

impl Report {
    /// Nothing done yet for the account of this name.
    pub fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            new: 0,
            updated: 0,
            deleted: 0,
            kept: 0,
            failed: Vec::new(),
            warnings: Vec::new(),
            octets: 0,
            seconds: 0.0,
            error: None,
            retry: Retry::default(),
            plan: None,
        }
    }
}
