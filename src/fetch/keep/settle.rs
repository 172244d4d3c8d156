//! What a download says about mails that were known before: noted in the ledger before anything is deleted.

use std::collections::{HashMap, HashSet};

use crate::mail::{Completeness, LedgerId};
use crate::store::{Deletion, Known, Outcome, Proof, Writer};

use crate::fetch::judge::plan::{Key, key, known_key};
use crate::fetch::keep::commit::{Committed, Safe};
use crate::fetch::line::connect::Connect;
use crate::fetch::talk::listing::Maildrop;
use crate::fetch::tell::progress::Event;
use crate::fetch::tell::trouble::Trouble;
use crate::fetch::worker::Worker;

/// What has to be remembered of the ledger while mails come in.
#[derive(Debug, Default)]
pub(in crate::fetch) struct Before {
    /// Whose deletion was confirmed.
    done: HashSet<LedgerId>,
    /// Whose size was in doubt.
    doubtful: HashMap<Key, LedgerId>,
    /// Which were recognised by their heads.
    by_head: HashMap<Key, LedgerId>,
    /// Whether the deletion of any was asked for, by the user or of the server.
    pub(in crate::fetch) is_any_asked: bool,
}

impl Before {
    pub(in crate::fetch) fn of(known: &[Known]) -> Self {
        let mut before = Self::default();
        for known in known {
            if known.deletion == Deletion::Done {
                before.done.insert(known.id);
            }
            before.is_any_asked |= matches!(known.deletion, Deletion::Asked | Deletion::Sent);
            if known.completeness == Completeness::Doubtful {
                before.doubtful.insert(known_key(known), known.id);
            }
            if known.proof == Proof::Head {
                before.by_head.insert(known_key(known), known.id);
            }
        }
        before
    }

    /// The mails that were in doubt, and are no better for having been read again.
    fn unchanged(&self, maildrop: &Maildrop, mails: &[Safe]) -> Vec<LedgerId> {
        if self.doubtful.is_empty() {
            return Vec::new();
        }
        let no_better = mails
            .iter()
            .filter(|mail| mail.outcome != Outcome::Replaced);
        let rows = no_better.filter_map(|mail| self.doubtful.get(&key_of(maildrop, mail)?));
        rows.copied().collect()
    }

    /// Rows that were recognised by a head, and whose names turned out to be other mails'.
    fn mistaken(&self, maildrop: &Maildrop, mails: &[Safe]) -> Vec<LedgerId> {
        if self.by_head.is_empty() {
            return Vec::new();
        }
        let read: HashSet<LedgerId> = mails.iter().map(|mail| mail.ledger).collect();
        let rows = mails
            .iter()
            .filter_map(|mail| self.by_head.get(&key_of(maildrop, mail)?));
        rows.filter(|row| !read.contains(row)).copied().collect()
    }

    /// Rows whose deletion was confirmed, and that were read again now.
    fn returned(&self, mails: &[Safe]) -> Vec<LedgerId> {
        let read = mails.iter().filter(|mail| mail.outcome != Outcome::Worse);
        let rows = read.map(|mail| mail.ledger);
        rows.filter(|row| self.done.contains(row)).collect()
    }
}

/// Rows that more than one listed mail turned out to be, and how many: by name, size and octets they are one.
fn copies(maildrop: &Maildrop, mails: &[Safe]) -> HashMap<LedgerId, u32> {
    let read = || mails.iter().filter(|mail| mail.outcome != Outcome::Worse);
    // Only the first of them can be new.
    let known = read().filter(|mail| mail.outcome != Outcome::New);
    let known: HashSet<LedgerId> = known.map(|mail| mail.ledger).collect();
    let mut counts: HashMap<(LedgerId, Key), u32> = HashMap::new();
    for mail in read().filter(|mail| known.contains(&mail.ledger)) {
        if let Some(key) = key_of(maildrop, mail) {
            *counts.entry((mail.ledger, key)).or_default() += 1;
        }
    }
    let twins = counts.into_iter().filter(|(_, count)| *count > 1);
    twins.map(|((row, _key), count)| (row, count)).collect()
}

fn key_of(maildrop: &Maildrop, mail: &Safe) -> Option<Key> {
    key(maildrop.mail(mail.number)?)
}

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// Notes what the download says about mails that were known before.
    pub(in crate::fetch) async fn settle(
        &mut self,
        before: &Before,
        maildrop: &Maildrop,
        committed: &Committed,
    ) -> Result<(), Trouble> {
        let mails = &committed.mails;
        let copies = copies(maildrop, mails);
        let unchanged = before.unchanged(maildrop, mails);
        let mistaken = before.mistaken(maildrop, mails);
        if !(copies.is_empty() && unchanged.is_empty() && mistaken.is_empty()) {
            let note = move |writer: &mut Writer| {
                for (row, count) in copies {
                    writer.copies(row, count)?;
                }
                writer.reread(&unchanged)?;
                writer.advance(&mistaken, Deletion::None)
            };
            self.store.write(note).await?;
        }
        self.remark_on_returned(before.returned(mails)).await
    }

    /// Answers were out of step, or a head is another one's: these rows may have come under other mails' names. Before
    /// anything else is done with such a name, its mail is read again, whole, and its octets tell.
    pub(in crate::fetch) async fn distrust(
        &self,
        rows: impl Iterator<Item = LedgerId>,
    ) -> Result<(), Trouble> {
        let rows: Vec<_> = rows.collect();
        let distrust = move |writer: &mut Writer| writer.distrust(&rows);
        Ok(self.store.write(distrust).await?)
    }

    /// The store gives up a server that confirms deletions and keeps the mails; the user is told once.
    async fn remark_on_returned(&mut self, rows: Vec<LedgerId>) -> Result<(), Trouble> {
        if rows.is_empty() {
            return Ok(());
        }
        let count = self.store.read(move |reader| {
            let mut count = 0_usize;
            for row in rows {
                let grounds = reader.grounds(row)?;
                let given_up = grounds.is_some_and(|of| of.deletion == Deletion::GivenUp);
                count += usize::from(given_up);
            }
            Ok(count)
        });
        match count.await? {
            0 => {}
            1 => self.warn("the server does not delete a mail, though it said so each time; it is left there, delete it with the server's own means"),
            many => self.warn(&format!("the server does not delete {many} mails, though it said so each time; they are left there, delete them with the server's own means")),
        }
        Ok(())
    }
}
