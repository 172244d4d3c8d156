//! Into the store in batches: soon enough to be seen at once, seldom enough not to flush the disk for each mail.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::mail::{AccountId, LedgerId};
use crate::store::{NewMail, Outcome, Sighted, Store, Writer};

use crate::fetch::keep::pipe::{Outlet, Ready};
use crate::fetch::tell::progress::Event;
use crate::fetch::tell::trouble::Trouble;

/// How long the first mails of a session wait for company: the first rows are on the screen within a moment.
const FIRST: Duration = Duration::from_millis(20);
/// How long later mails wait.
const LATER: Duration = Duration::from_millis(250);
/// Octets of a batch; half of what the pipe holds, so that the next one fills while this one is committed.
const OCTETS: usize = 6 << 20;
/// Octets of the smallest batch at the end of a download. The last batches are each half as large as the one before,
/// so that little is left to be written when the last mail has come: somebody waits for that.
const LAST: usize = 512 << 10;
/// Mails of a batch, when they are small.
const MAILS: usize = 2_000;

/// What was committed.
#[derive(Debug, Default)]
pub(in crate::fetch) struct Committed {
    /// Mails that were not here before.
    pub(in crate::fetch) new: u64,
    /// Mails that are here in a better reading now.
    pub(in crate::fetch) updated: u64,
    /// Notes of the server's about a folder, among the new ones.
    pub(in crate::fetch) folder_notes: usize,
    /// All of them, whether new or not.
    pub(in crate::fetch) mails: Vec<Safe>,
}

/// A mail of this session's listing that is in the store. Small: there is one for each mail of a first fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) struct Safe {
    /// Its message-number.
    pub(in crate::fetch) number: u32,
    pub(in crate::fetch) ledger: LedgerId,
    pub(in crate::fetch) outcome: Outcome,
}

/// What follows when all is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Next {
    Nothing,
    /// DELE, for which nothing may be on its way to the disk.
    Deletions,
}

/// Commits all that comes out of the pipe, until it ends. After a failure nothing more is taken.
pub(in crate::fetch) async fn commit(
    store: &Store,
    account: AccountId,
    mut outlet: Outlet,
    mut sighted: Sighted,
    next: Next,
    tell: impl Fn(Event),
    committed: &mut Committed,
) -> Result<(), Trouble> {
    let mut patience = FIRST;
    let mut is_ending = false;
    while let Some(first) = outlet.ready.recv().await {
        let batch = collect(first, &mut outlet, patience).await;
        if next == Next::Nothing && !is_ending && enough(outlet.expected) < OCTETS {
            // Most of what will have to be carried over is there: it need not be waited for at the end.
            is_ending = true;
            store.use_idle_time();
        }
        let (mails, rest): (Vec<NewMail>, Vec<_>) = batch
            .into_iter()
            .map(|ready| {
                let is_note = ready.mail.envelope.is_folder_note;
                (ready.mail, (ready.number, is_note, ready.room))
            })
            .unzip();
        let mut before = std::mem::take(&mut sighted);
        let write = move |writer: &mut Writer| {
            let added = writer.add_listed(account, &mails, &mut before)?;
            Ok((added, before))
        };
        let added;
        (added, sighted) = store.write_batch(write).await?;
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for (added, (number, is_note, _room)) in added.into_iter().zip(rest) {
            match added.outcome {
                Outcome::New => {
                    new.extend(added.id);
                    committed.folder_notes += usize::from(is_note);
                }
                Outcome::Replaced => changed.extend(added.id),
                Outcome::Known | Outcome::Worse => {}
            }
            committed.mails.push(Safe {
                number,
                ledger: added.ledger,
                outcome: added.outcome,
            });
        }
        committed.new += new.len() as u64;
        committed.updated += changed.len() as u64;
        if !new.is_empty() {
            tell(Event::Stored(new));
        }
        if !changed.is_empty() {
            tell(Event::Changed(changed));
        }
        patience = LATER;
    }
    if next == Next::Nothing {
        // The server is waited for: QUIT, at least.
        store.use_idle_time();
    }
    Ok(())
}

async fn collect(first: Ready, outlet: &mut Outlet, patience: Duration) -> Vec<Ready> {
    let deadline = Instant::now() + patience;
    let enough = enough(outlet.expected);
    let mut octets = first.mail.octets.len();
    let mut batch = vec![first];
    while octets < enough && batch.len() < MAILS {
        let Ok(Some(next)) = timeout_at(deadline, outlet.ready.recv()).await else {
            break; // the time is up, or the pipe has ended
        };
        octets += next.mail.octets.len();
        batch.push(next);
    }
    outlet.expected = outlet.expected.saturating_sub(octets as u64);
    batch
}

/// Octets of a batch when so many are still to come.
fn enough(expected: u64) -> usize {
    let half = usize::try_from(expected / 2).unwrap_or(OCTETS);
    half.clamp(LAST, OCTETS)
}

#[cfg(test)]
mod tests {
    use super::{LAST, OCTETS, enough};

    #[test]
    fn the_last_batches_are_small_and_few() {
        let mut left: u64 = 20 << 20;
        let mut batches = Vec::new();
        while left > 0 {
            let batch = enough(left);
            left = left.saturating_sub(batch as u64);
            batches.push(batch);
        }
        assert_eq!(batches[0], OCTETS);
        assert_eq!(batches.last(), Some(&LAST));
        assert!(batches.len() <= 8, "{batches:?}");
        // The server told no sizes, or too small ones.
        assert_eq!(enough(0), LAST);
        assert_eq!(enough(u64::MAX), OCTETS);
    }
}
