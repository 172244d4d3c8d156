//! From server to store: one fetch of one account.
//!
//! `worker.rs` is the story; it reads like RFC 1939 from connect to QUIT. What it is made of:
//!
//! - the line: `connect.rs` (where lines come from), `network.rs`, `proxy.rs`, `prompt.rs`, `tls.rs`, `trust.rs`
//!   (whom to believe), `identity.rs` (who we are), `certificate.rs` (in words);
//!   `probe.rs` (a look at a server without signing in)
//! - the talk: `client.rs` (the pump), `sign_in.rs`, `listing.rs`, `download.rs`, `delete.rs`
//! - the judgement, pure: `plan.rs`, `verify.rs`
//! - the way to disk: `pipe.rs`, `commit.rs`
//! - what people see: `progress.rs`, `report.rs`, `error.rs`, `trouble.rs`, `foreign.rs`,
//!   `trace.rs`, `tracer.rs` (every word of a session)
//! - `secret.rs`, `keyring.rs`: the password or token
//! - the same way without a fetch: `check.rs`, which tells its `findings.rs` with `advice.rs`

mod advice;
mod certificate;
mod check;
mod client;
mod commit;
mod connect;
mod delete;
mod download;
mod error;
mod findings;
mod foreign;
mod identity;
pub mod keyring;
mod listing;
mod network;
mod pipe;
mod plan;
mod probe;
mod progress;
mod prompt;
mod proxy;
mod report;
mod secret;
mod sign_in;
mod tls;
mod trace;
mod tracer;
mod trouble;
mod trust;
mod verify;
mod worker;

use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::config::Account;
use crate::store::Store;

pub use check::{Finding, Step, check};
pub use connect::{Connect, Line, Protection, Stream};
pub use error::{Error, ErrorKind};
pub use network::Network;
pub use probe::probe;
pub use progress::{Event, Progress, Stage};
pub use report::{Failure, Report};
pub use trace::{Trace, Traced};

use worker::{Lessons, Worker};

/// Fetches one account: connects, logs in, downloads what is new, commits it, deletes what may go. Everything it
/// tells while it runs goes to `tell`, which must not wait.
///
/// Cancelling drops the line at once and commits what had arrived. Dropping the future instead loses what is not
/// committed yet, nothing else: the server still has it.
pub async fn fetch<C: Connect>(
    account: &Account,
    store: &Store,
    connect: &C,
    cancel: CancellationToken,
    tell: impl Fn(Event) + Send + Sync,
) -> Report {
    let began = Instant::now();
    let mut worker = Worker {
        account,
        store,
        connect,
        cancel: &cancel,
        tell: &tell,
        report: Report::new(account),
        lessons: Lessons::default(),
    };
    let ended = worker.run().await;
    let mut report = worker.report;
    report.error = ended.err().map(|trouble| trouble.at(&account.name));
    report.seconds = began.elapsed().as_secs_f64();
    report
}
