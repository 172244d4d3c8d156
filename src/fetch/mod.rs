//! From server to store: one fetch of one account.
//!
//! `session.rs` is the story: one session, in the order of RFC 1939 from connect to QUIT. `worker.rs` says when another
//! one follows. What they are made of:
//!
//! - the line: `connect.rs` (where lines come from), `network.rs`, `proxy.rs`, `prompt.rs`, `tls.rs`, `trust.rs`
//!   (whom to believe), `identity.rs` (who we are), `certificate.rs` (in words)
//! - the talk: `client.rs` (the pump), `sign_in.rs`, `listing.rs`, `recognise.rs`, `download.rs` with `task.rs` and
//!   `outcome.rs`, `refusals.rs`, `idle.rs`, `prove.rs` (the one that is here?), `delete.rs`,
//!   `leave.rs` (when it is stopped)
//! - the judgement, pure: `plan.rs` (what), `order.rs` (when), `pace.rs` (how), `verify.rs` and `reading.rs` (whether it
//!   came whole), `renamed.rs` (whether it is a known one), `policy.rs` (what is deleted), `budget.rs` and `limits.rs`
//!   (how long a session lasts)
//! - the way to disk: `pipe.rs`, `commit.rs`, `settle.rs`
//! - the memory: `lessons.rs` (of a server), the store's ledger (of its mails)
//! - what people see: `progress.rs`, `report.rs`, `rehearse.rs`, `retry.rs`, `error.rs`, `trouble.rs`, `foreign.rs`,
//!   `trace.rs`, `tracer.rs` (every word of a session)
//! - `wish.rs`: what is asked of a fetch; `secret.rs`, `keyring.rs`: the password or token; `clock.rs`: the time of day
//! - the same way without a fetch: `check.rs`, which tells its `findings.rs` with `advice.rs`, `refused.rs`
//!   (log-ins) and `wording.rs` (for whom); `probe.rs` (a look without a log-in)

mod advice;
mod budget;
mod certificate;
mod check;
mod client;
mod clock;
mod commit;
mod connect;
mod delete;
mod download;
mod error;
mod findings;
mod foreign;
mod identity;
mod idle;
pub mod keyring;
mod leave;
mod lessons;
mod limits;
mod listing;
mod network;
mod order;
mod outcome;
mod pace;
mod pipe;
mod plan;
mod policy;
mod probe;
mod progress;
mod prompt;
mod prove;
mod proxy;
mod reading;
mod recognise;
mod refusals;
mod refused;
mod rehearse;
mod renamed;
mod report;
mod retry;
mod secret;
mod session;
mod settle;
mod sign_in;
mod task;
mod tls;
mod trace;
mod tracer;
mod trouble;
mod trust;
mod verify;
mod wish;
mod wording;
mod worker;

use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::config::Account;
use crate::store::Store;

pub use check::{Finding, Step, check};
pub use connect::{Connect, Line, Protection, Stream};
pub use error::{Error, ErrorKind};
pub use limits::Limits;
pub use network::Network;
pub use probe::probe;
pub use progress::{Event, Progress, Stage};
pub use report::{Failure, PlanTold, Planned, Report};
pub use retry::Retry;
pub use trace::{Trace, Traced};
pub use wish::Wish;
pub use wording::Wording;

use lessons::Lessons;
use worker::Worker;

/// Fetches one account: connects, logs in, downloads what is new, commits it, deletes what may go. Everything it
/// tells while it runs goes to `tell`, which must not wait.
///
/// Cancelling commits what had arrived, asks for nothing more and deletes nothing; the server hears QUIT where it listens,
/// and the line is dropped within a moment. Dropping the future instead loses what is not
/// committed yet, nothing else: the server still has it.
pub async fn fetch<C: Connect>(
    account: &Account,
    store: &Store,
    connect: &C,
    wish: &Wish,
    cancel: CancellationToken,
    tell: impl Fn(Event) + Send + Sync,
) -> Report {
    let limits = Limits::default();
    fetch_within(limits, account, store, connect, wish, cancel, tell).await
}

/// [`fetch`], with sessions of another length.
pub async fn fetch_within<C: Connect>(
    limits: Limits,
    account: &Account,
    store: &Store,
    connect: &C,
    wish: &Wish,
    cancel: CancellationToken,
    tell: impl Fn(Event) + Send + Sync,
) -> Report {
    let began = Instant::now();
    let mut worker = Worker {
        account,
        store,
        connect,
        wish,
        limits,
        cancel: &cancel,
        tell: &tell,
        report: Report::new(&account.name),
        lessons: Lessons::default(),
    };
    let ended = worker.run().await;
    let delay = worker.lessons.until_login();
    let mut report = worker.report;
    if let Err(trouble) = &ended {
        report.retry = Retry::after(trouble, delay);
    } else if !delay.is_zero() {
        report.retry = Retry::NotBefore(delay);
    }
    report.error = ended.err().map(|trouble| trouble.at(&account.name));
    report.seconds = began.elapsed().as_secs_f64();
    report
}
