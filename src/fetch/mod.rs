//! From server to store: one fetch of one account.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::config::Account;
use crate::mail::MessageId;
use crate::store::Store;

mod connect;

pub use connect::{Connect, Line, Protection, Stream};

/// Lines over TCP.
#[derive(Debug, Clone, Copy, Default)]
pub struct Network;

impl Connect for Network {
    async fn connect(&self, account: &Account) -> Result<Line, Error> {
        let _ = account;
        std::future::pending().await
    }
}

/// What a fetch tells while it runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// What it is about to do.
    Stage(Stage),
    /// How far the download is; sent at most ten times a second.
    Progress(Progress),
    /// These mails are committed and can be shown.
    Stored(Vec<MessageId>),
}

/// What a fetch is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Name, TCP, TLS.
    Connecting,
    /// Log-in.
    SigningIn,
    /// UIDL and LIST.
    Listing,
    /// RETR.
    Downloading,
    /// DELE and QUIT.
    Deleting,
}

/// How far the download is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// Mails received.
    pub mails: u64,
    /// Mails to be received.
    pub mails_total: u64,
    /// Octets received.
    pub octets: u64,
    /// Octets to be received, as LIST told.
    pub octets_total: u64,
    /// Octets a second, over the last seconds.
    pub rate: f64,
    /// Seconds left, once it can be told.
    pub seconds_left: Option<f64>,
}

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

/// Why a fetch ended early: a sentence that is safe to show.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{sentence}")]
pub struct Error {
    /// The class of the contract.
    pub kind: ErrorKind,
    /// What failed, where, and what to do.
    pub sentence: String,
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
    /// The exit code of sysexits.h.
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

/// Fetches one account: connects, logs in, downloads what is new, commits it, deletes what may go. Everything it
/// tells while it runs goes to `tell`, which must not wait.
pub async fn fetch<C: Connect>(
    account: &Account,
    store: &Store,
    connect: &C,
    cancel: CancellationToken,
    tell: impl Fn(Event) + Send + Sync,
) -> Report {
    let _ = (account, store, connect, cancel, &tell, Arc::new(()));
    std::future::pending().await
}
