//! Into the store in batches: soon enough to be seen at once, seldom enough not to flush the disk for each mail.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::mail::{AccountId, MessageId};
use crate::store::{NewMail, Store};

use super::pipe::{Outlet, Ready};
use super::plan::Stored;
use super::trouble::Trouble;

/// How long the first mails of a session wait for company: the first rows are on the screen within a moment.
const FIRST: Duration = Duration::from_millis(20);
/// How long later mails wait.
const LATER: Duration = Duration::from_millis(250);
/// Octets of a batch; half of what the pipe holds, so that the next one fills while this one is committed.
const OCTETS: usize = 6 << 20;
/// Mails of a batch, when they are small.
const MAILS: usize = 2_000;

/// What was committed.
#[derive(Debug, Default)]
pub(super) struct Committed {
    /// Mails that were not here before.
    pub(super) new: u64,
    /// All mails that are safe, whether new or not, and whose size agreed.
    pub(super) sure: Vec<Stored>,
}

/// Commits all that comes out of the pipe, until it ends. After a failure nothing more is taken.
pub(super) async fn commit(
    store: &Store,
    account: AccountId,
    mut outlet: Outlet,
    stored: impl Fn(Vec<MessageId>),
    committed: &mut Committed,
) -> Result<(), Trouble> {
    let mut patience = FIRST;
    while let Some(first) = outlet.ready.recv().await {
        let batch = collect(first, &mut outlet, patience).await;
        let (mails, rest): (Vec<NewMail>, Vec<_>) = batch
            .into_iter()
            .map(|ready| {
                let sure = ready.mail.size_agrees;
                (ready.mail, (ready.listed, sure, ready.room))
            })
            .unzip();
        let added = store
            .write_batch(move |writer| writer.add(account, &mails))
            .await?;
        let mut new = Vec::new();
        for (added, (listed, sure, _room)) in added.into_iter().zip(rest) {
            let message = added.id;
            if added.new {
                new.push(message);
            }
            if sure {
                committed.sure.push(Stored { listed, message });
            }
        }
        committed.new += new.len() as u64;
        if !new.is_empty() {
            stored(new);
        }
        patience = LATER;
    }
    Ok(())
}

async fn collect(first: Ready, outlet: &mut Outlet, patience: Duration) -> Vec<Ready> {
    let deadline = Instant::now() + patience;
    let mut octets = first.mail.octets.len();
    let mut batch = vec![first];
    while octets < OCTETS && batch.len() < MAILS {
        let Ok(Some(next)) = timeout_at(deadline, outlet.ready.recv()).await else {
            break; // the time is up, or the pipe has ended
        };
        octets += next.mail.octets.len();
        batch.push(next);
    }
    batch
}
