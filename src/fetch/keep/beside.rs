//! What a listing showed side by side, for the sessions and fetches behind it: a mail that was not read yet is never another
//! one under a new name that stood beside it.

use std::collections::HashSet;
use std::sync::Arc;

use crate::mail::{AccountId, LedgerId};
use crate::pop3::UniqueId;
use crate::store::{Beside, Writer};

use crate::fetch::judge::plan::Plan;
use crate::fetch::judge::policy::Doomed;
use crate::fetch::keep::commit::Committed;
use crate::fetch::line::connect::Connect;
use crate::fetch::seen::Seen;
use crate::fetch::talk::listing::Maildrop;
use crate::fetch::tell::progress::Event;
use crate::fetch::tell::trouble::Trouble;
use crate::fetch::worker::Worker;

/// What a session leaves unread of its listing, and what it showed beside that.
#[derive(Debug, Default)]
pub(in crate::fetch) struct Unread {
    /// To be read, by number.
    numbers: Vec<u32>,
    /// Rows that are listed under names which are believed.
    beside: Vec<LedgerId>,
    /// Rows of mails that were read under a name. One without a name may come under any, later.
    rows: Vec<LedgerId>,
    /// Names and sizes of those that were not read.
    left: Vec<(UniqueId, Option<u64>)>,
    /// Names of those that were.
    read: Vec<UniqueId>,
    /// There are mails whose names the listing did not tell.
    is_any_untold: bool,
}

impl Unread {
    /// Of a session that is about to read.
    pub(in crate::fetch) fn of(plan: &Plan, seen: &Seen) -> Self {
        let numbers = plan.download.iter().map(|errand| errand.listed.number);
        let numbers: Vec<u32> = numbers.collect();
        let beside = if numbers.is_empty() {
            Vec::new()
        } else {
            seen.believed()
        };
        Self {
            numbers,
            beside,
            ..Self::default()
        }
    }

    /// Now that these were read. A `capped` listing does not tell all names.
    pub(in crate::fetch) fn but(
        &mut self,
        maildrop: &Maildrop,
        committed: &Committed,
        capped: bool,
    ) {
        self.is_any_untold = maildrop.unnamed > 0 || capped;
        let named = committed.mails.iter().filter(|mail| {
            let listed = maildrop.mail(mail.number);
            listed.is_some_and(|listed| listed.uid.is_some())
        });
        self.rows = named.map(|mail| mail.ledger).collect();
        let read: HashSet<u32> = committed.mails.iter().map(|mail| mail.number).collect();
        for number in std::mem::take(&mut self.numbers) {
            let Some(mail) = maildrop.mail(number) else {
                continue;
            };
            let Some(uid) = mail.uid.clone() else {
                continue; // known by its octets alone
            };
            if read.contains(&number) {
                self.read.push(uid);
            } else {
                self.left.push((uid, mail.size));
            }
        }
    }

    fn names(&self) -> impl Iterator<Item = &UniqueId> {
        self.left.iter().map(|(name, _)| name)
    }
}

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// Notes for the sessions behind this one what stood side by side. Where answers were out of step, nobody knows under
    /// which name a mail came.
    pub(in crate::fetch) fn note_beside(&mut self, unread: &Unread, ended: &Result<(), Trouble>) {
        let beside = Arc::make_mut(&mut self.lessons.beside);
        beside.read(&unread.read);
        if matches!(ended, Err(Trouble::Protocol(_))) {
            return;
        }
        let read = unread.rows.iter().copied();
        if unread.is_any_untold {
            beside.note_unnamed(read.clone());
        }
        if !unread.left.is_empty() {
            beside.note(unread.names(), unread.beside.iter().copied().chain(read));
        }
    }

    /// Keeps the same for the next fetch, before any of these is deleted: as far as what is left may be its like, which
    /// the size tells. Where nothing is left, nothing is kept.
    pub(in crate::fetch) async fn keep_beside(
        &mut self,
        id: AccountId,
        unread: &Unread,
        doomed: &[Doomed],
    ) -> Result<(), Trouble> {
        let doomed = doomed.iter().filter(|mail| mail.listed.uid.is_some());
        let doomed: Vec<&Doomed> = doomed.collect();
        let mut kept = self.lessons.kept_beside.clone();
        kept.read(&unread.read);
        if unread.left.is_empty() && !unread.is_any_untold {
            kept = Beside::default();
        } else if unread.is_any_untold && !doomed.is_empty() {
            kept.note_unnamed(doomed.iter().map(|mail| mail.ledger));
        }
        let there: HashSet<Option<u64>> = unread.left.iter().map(|(_, size)| *size).collect();
        let is_like = |mail: &&&Doomed| there.contains(&mail.listed.size) || there.contains(&None);
        let like: Vec<&Doomed> = doomed.iter().filter(is_like).copied().collect();
        let sizes: HashSet<Option<u64>> = like.iter().map(|mail| mail.listed.size).collect();
        let names = unread.left.iter();
        let names = names.filter(|(_, size)| size.is_none() || sizes.contains(size));
        if !like.is_empty() {
            kept.note(
                names.map(|(name, _)| name),
                like.iter().map(|mail| mail.ledger),
            );
        }
        if kept == self.lessons.kept_beside {
            return Ok(());
        }
        self.lessons.kept_beside = kept.clone();
        let keep = move |writer: &mut Writer| writer.keep_beside(id, &kept);
        Ok(self.store.write(keep).await?)
    }
}
