//! From server to store: one fetch of one account.
//!
//! `session.rs` is the story: one session, in the order of RFC 1939 from connect to QUIT. `worker.rs` says when another
//! one follows. What they are made of:
//!
//! - `seen.rs`: what the listing shows, beside what is known
//! - `line/`: where lines come from, how they are protected, whom to believe
//! - `talk/`: `client.rs` (the pump), the log-in, the listing, downloads, proofs, deletions, the way out
//! - `judge/`, pure: `plan.rs` (what), `order.rs` (when), `pace.rs` (how), `verify.rs` and `reading.rs` (whether it came
//!   whole), `renamed.rs` (whether it is a known one), `policy.rs` (what is deleted), `budget.rs` (how long a session lasts)
//! - `keep/`: the way to disk
//! - `tell/`: what people see: progress, reports, errors, and the trace of every word
//! - the memory: `lessons.rs` and `announced.rs` (of a server), the store's ledger (of its mails)
//! - `wish.rs`: what is asked of a fetch; `rehearse.rs`: a dry run; `limits.rs`; `clock.rs`: the time of day
//! - `secret.rs`, `keyring.rs`: the password or token
//! - `check/`: the same way without a fetch, told step by step

mod announced;
mod check;
mod clock;
mod judge;
mod keep;
pub mod keyring;
mod lessons;
mod limits;
mod line;
mod rehearse;
mod secret;
mod seen;
mod session;
mod talk;
mod tell;
mod wish;
mod worker;

use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::config::Account;
use crate::store::Store;

pub use check::probe::probe;
pub use check::steps::{Finding, Step, check};
pub use check::wording::Wording;
pub use limits::Limits;
pub use line::connect::{Connect, Line, Protection, Stream};
pub use line::network::Network;
pub use tell::error::{Error, ErrorKind};
pub use tell::progress::{Event, Progress, Stage};
pub use tell::report::{Failure, PlanTold, Planned, Report};
pub use tell::retry::Retry;
pub use tell::trace::{Trace, Traced};
pub use wish::Wish;

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
        keeping: None,
    };
    let ended = worker.run().await;
    worker.kept().await;
    let delay = worker.lessons.until_login();
    let mut report = worker.report;
    if let Err(trouble) = &ended {
        report.retry = Retry::after(trouble, delay);
    } else if !delay.is_zero() {
        report.retry = Retry::NotBefore(delay);
    }
    report.error = ended.err().map(|trouble| trouble.at(account));
    report.seconds = began.elapsed().as_secs_f64();
    report
}
