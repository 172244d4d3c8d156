//! Proves, before a mail is deleted on the server, that it is the one that is here: its name and size alone may be another
//! one's by now, where names are numbers that move up when a mail goes.

use std::collections::{HashMap, HashSet};

use crate::mail::{LedgerId, MessageId, words};
use crate::pop3::Capabilities;
use crate::store::{Known, Outcome, SMALL, Writer, due, is_a_count};

use crate::fetch::clock::now;
use crate::fetch::judge::pace::Pace;
use crate::fetch::judge::plan::{Key, is_due, key};
use crate::fetch::judge::policy::Doomed;
use crate::fetch::judge::renamed::{Print, print};
use crate::fetch::keep::commit::Committed;
use crate::fetch::line::connect::Connect;
use crate::fetch::session::Open;
use crate::fetch::talk::listing::Listed;
use crate::fetch::talk::recognise::{First, Heads, heads};
use crate::fetch::tell::progress::{Event, Stage};
use crate::fetch::tell::trouble::Trouble;
use crate::fetch::worker::Worker;

/// Whether a mail that is to be deleted on the server must be read whole before, since no head can tell whether it is
/// the one: where heads can be compared, only one that is no longer here. Where no octets could tell, reading is in vain.
pub(in crate::fetch) fn must_be_read(known: &Known, compares_heads: bool) -> bool {
    if known.is_beyond_proof() {
        return false;
    }
    match known.message {
        Some(_) => !compares_heads && is_a_count(&known.uid),
        None => is_a_count(&known.uid) || known.listed_size.is_none_or(|size| size <= SMALL),
    }
}

/// Mails of one name and size, which are deleted all or none.
#[derive(Debug, Default)]
struct Group {
    mails: Vec<Doomed>,
    here: Vec<Print>,
    there: Vec<Print>,
    /// Deleted here for good.
    headless: usize,
}

/// What the server shows of mails, by number.
#[derive(Debug, Default)]
struct There {
    prints: HashMap<u32, Print>,
    /// Not to be had just now.
    put_off: HashSet<u32>,
}

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// Takes back the wish for mails whose head was deleted here for good after they had been asked for: nothing is left
    /// to tell them by.
    pub(in crate::fetch) async fn take_back_unprovable(
        &mut self,
        known: &[Known],
    ) -> Result<(), Trouble> {
        let (keep, now) = (self.account.keep_on_server, now());
        let beyond = known.iter().filter(|known| {
            known.is_beyond_proof()
                && known.absent_since.is_none()
                && is_due(due(keep, &known.grounds(), now))
        });
        let beyond: Vec<LedgerId> = beyond.map(|known| known.id).collect();
        if beyond.is_empty() {
            return Ok(());
        }
        let count = beyond.len();
        let note = move |writer: &mut Writer| writer.ask(&beyond, false);
        self.store.write(note).await?;
        match count {
            1 => self.warn("1 mail that was asked away stays on the server: it cannot be told apart safely since its head was deleted here; delete it with the server's own means"),
            many => self.warn(&format!(
                "{} that were asked away stay on the server: they cannot be told apart safely since their heads were deleted here; delete them with the server's own means",
                words::mails(many)
            )),
        }
        Ok(())
    }

    /// The mails that this session is to read whole before it deletes them: their names are believed no longer, so that
    /// one which turns out to be its neighbour is known again.
    pub(in crate::fetch) async fn distrust_unproven(
        &self,
        known: &[Known],
        compares_heads: bool,
    ) -> Result<(), Trouble> {
        if self.wish.only {
            return Ok(());
        }
        let (keep, now) = (self.account.keep_on_server, now());
        let unproven = known.iter().filter(|known| {
            let is_believed = known.absent_since.is_none() && must_be_read(known, compares_heads);
            is_believed && is_due(due(keep, &known.grounds(), now))
        });
        let unproven: Vec<LedgerId> = unproven.map(|known| known.id).collect();
        if unproven.is_empty() {
            return Ok(());
        }
        self.distrust(unproven.into_iter()).await
    }

    /// Those of the mails to be deleted that are surely the ones that are here: they were read in this session, or
    /// their heads are the same. The others stay, and are read whole by the next fetch if their heads are others; where
    /// the server cannot show a head just now, the next fetch asks again.
    ///
    /// Where no head can be had, a name and a size must do, unless the name looks like a number of a count, or what was
    /// read under it in this session was not what is here.
    pub(in crate::fetch) async fn proven(
        &mut self,
        open: &mut Open,
        doomed: Vec<Doomed>,
        committed: &Committed,
    ) -> Result<Vec<Doomed>, Trouble> {
        let numbers = |differ: bool| -> HashSet<u32> {
            let mails = committed.mails.iter();
            let mails = mails.filter(|mail| (mail.outcome == Outcome::Worse) == differ);
            mails.map(|mail| mail.number).collect()
        };
        let (read, differing) = (numbers(false), numbers(true));
        let (mut proven, unread): (Vec<_>, Vec<_>) = doomed
            .into_iter()
            .partition(|mail| read.contains(&mail.listed.number));
        if unread.is_empty() {
            return Ok(proven);
        }
        // The heads that are here are read while the others are on their way.
        let here = self.prints_here(&unread);
        let asked = unread.iter().filter(|mail| mail.message.is_some());
        let asked: Vec<Listed> = asked.map(|mail| mail.listed.clone()).collect();
        let there = self.prints_there(open, asked).await?;
        let here = here.await?;
        let compares = there.is_some();
        let there = there.unwrap_or_default();
        let mut doubted = HashSet::new();
        for group in group(unread, &here, &there.prints).into_values() {
            if group.is_any_of(&there.put_off) {
                continue;
            }
            if group.is_proven(compares) && (compares || !group.is_any_of(&differing)) {
                proven.extend(group.mails);
            } else {
                doubted.extend(group.mails.into_iter().map(|mail| mail.ledger));
            }
        }
        if !doubted.is_empty() {
            self.distrust(doubted.into_iter()).await?;
        }
        proven.sort_by_key(|mail| mail.listed.number);
        Ok(proven)
    }

    /// Whether the server can be asked for heads.
    pub(in crate::fetch) fn compares_heads(&self, capabilities: &Capabilities) -> bool {
        capabilities.top && !self.lessons.without_top
    }

    /// The heads of those that are here. The reading begins at once.
    fn prints_here(
        &self,
        mails: &[Doomed],
    ) -> impl Future<Output = Result<HashMap<LedgerId, Print>, Trouble>> + Send + use<C, T> {
        let rows: HashMap<LedgerId, MessageId> = mails
            .iter()
            .filter_map(|mail| Some((mail.ledger, mail.message?)))
            .collect();
        let reading = self.store.begin_read(move |reader| {
            let mut prints = HashMap::with_capacity(rows.len());
            for (row, message) in rows {
                let head = reader.head(message)?;
                prints.extend(head.map(|head| (row, print(&head))));
            }
            Ok(prints)
        });
        async move { Ok(reading.await?) }
    }

    /// The heads that are there, by number, all asked for in one flight; `None` where heads cannot be had.
    async fn prints_there(
        &mut self,
        open: &mut Open,
        mails: Vec<Listed>,
    ) -> Result<Option<There>, Trouble> {
        if !self.compares_heads(&open.capabilities) {
            return Ok(None);
        }
        self.enter(Stage::Listing);
        let pace = Pace::choose(self.lessons.may_pipeline(&open.capabilities), true, 0);
        open.client.set_window(pace.window_of_brief());
        let heads = heads(&mut open.client, pace, First::WithTheOthers, mails);
        let heads = self.unless_cancelled(heads).await;
        // A broken TOP must not keep all mail on the server: the next session does without.
        self.lessons.without_top = heads.as_ref().is_err_and(Trouble::is_of_the_line);
        let by_number = |heads: Heads| {
            let prints = heads.came.into_iter();
            There {
                prints: prints.map(|(mail, print)| (mail.number, print)).collect(),
                put_off: heads.put_off,
            }
        };
        Ok(heads?.map(by_number))
    }
}

fn group(
    mails: Vec<Doomed>,
    here: &HashMap<LedgerId, Print>,
    there: &HashMap<u32, Print>,
) -> HashMap<Key, Group> {
    let mut groups: HashMap<Key, Group> = HashMap::new();
    for mail in mails {
        let Some(key) = key(&mail.listed) else {
            continue; // without a name only what was read is deleted
        };
        let group = groups.entry(key).or_default();
        match here.get(&mail.ledger) {
            Some(print) => group.here.push(*print),
            None => group.headless += 1,
        }
        group.there.extend(there.get(&mail.listed.number));
        group.mails.push(mail);
    }
    groups
}

impl Group {
    fn is_any_of(&self, numbers: &HashSet<u32>) -> bool {
        let mut mails = self.mails.iter();
        mails.any(|mail| numbers.contains(&mail.listed.number))
    }

    fn is_proven(&self, compares_heads: bool) -> bool {
        let mails = self.mails.iter().map(|mail| &mail.listed);
        let is_a_count = mails
            .clone()
            .filter_map(|mail| mail.uid.as_ref())
            .any(is_a_count);
        if self.headless > 0 {
            let is_large = |mail: &Listed| mail.size.is_some_and(|size| size > SMALL);
            return !is_a_count && mails.clone().all(is_large);
        }
        if !compares_heads {
            return !is_a_count;
        }
        let sorted = |prints: &[Print]| {
            let mut prints = prints.to_vec();
            prints.sort_unstable();
            prints
        };
        let tells = self.here.iter().all(|print| print.tells);
        sorted(&self.here) == sorted(&self.there) && (tells || !is_a_count)
    }
}
