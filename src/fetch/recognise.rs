//! TOP: looks at the heads of mails that may be known ones under new names, so that they are not downloaded again.

use std::collections::{HashMap, HashSet};

use crate::mail::LedgerId;
use crate::pop3::{Command, Event as Answer, Reply, UniqueId};
use crate::store::{Known, Proof, Writer, stored_uid};

use super::client::Client;
use super::connect::Connect;
use super::idle::confirm;
use super::listing::{Listed, Maildrop, unasked};
use super::pace::Pace;
use super::progress::Event;
use super::renamed::{HeadHash, Print, Vanished, candidates, head_hash, pairs, print, vanished};
use super::session::{Open, Seen};
use super::trouble::Trouble;
use super::worker::Worker;

/// What a head is thought to have, in octets.
const HEAD: u64 = 4 << 10;

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// What is known of a maildrop, with the new names of mails that the server renamed.
    pub(super) async fn recognise(
        &mut self,
        open: &mut Open,
        pace: Pace,
        maildrop: Maildrop,
        mut known: Vec<Known>,
    ) -> Result<Seen, Trouble> {
        let mut gone = vanished(&maildrop.mails, &known);
        let mut asked = candidates(&maildrop.mails, &known, &gone);
        if !open.capabilities.top || self.lessons.without_top || self.wish.only {
            asked.clear();
        }
        if !asked.is_empty() {
            let heads = heads(&mut open.client, pace, asked);
            let there = self.unless_cancelled(heads).await;
            // A broken TOP must not keep all mail away: the next session does without.
            self.lessons.without_top = there.as_ref().is_err_and(Trouble::is_of_the_line);
            let there = there?;
            // A server that announces TOP and refuses it has none for the rest of the session either.
            open.capabilities.top = there.is_some();
            let there = there.unwrap_or_default().into_iter();
            let there = there.filter_map(|(mail, print)| Some((mail, print.telling()?)));
            let there: Vec<_> = there.collect();
            let here = self.heads_here(gone.clone()).await?;
            let names = pairs(&here, &there);
            if !self.wish.dry_run && !names.is_empty() {
                let names = names.clone();
                self.store
                    .write(move |writer: &mut Writer| writer.rebind(&names))
                    .await?;
            }
            let bound: HashSet<LedgerId> = names.iter().map(|(id, ..)| *id).collect();
            gone.retain(|mail| !bound.contains(&mail.id));
            rename(&mut known, names);
        }
        Ok(Seen {
            maildrop,
            known,
            vanished: gone,
        })
    }

    async fn heads_here(&self, mails: Vec<Vanished>) -> Result<Vec<(Vanished, HeadHash)>, Trouble> {
        let read = self.store.read(move |reader| {
            let mut heads = Vec::new();
            for mail in mails {
                let head = reader.head(mail.message)?;
                heads.extend(head.and_then(|head| Some((mail, head_hash(&head)?))));
            }
            Ok(heads)
        });
        Ok(read.await?)
    }
}

/// The heads of these mails on the server, but for those that are refused. The first one goes alone: where it is refused, TOP is not what
/// this server can do, nothing more is asked, and the answer is `None`.
pub(super) async fn heads(
    client: &mut Client,
    pace: Pace,
    mails: Vec<Listed>,
) -> Result<Option<Vec<(Listed, Print)>>, Trouble> {
    let mut heads = Vec::new();
    let ask = |client: &mut Client, mail: &Listed| {
        client.send(Command::Top(mail.number, 0), HEAD);
        if pace == Pace::Checked {
            client.send(Command::Noop, 0);
        }
    };
    if let Some(first) = mails.first() {
        ask(client, first);
    }
    for (place, mail) in mails.iter().enumerate() {
        let answer = client.next().await?;
        if pace == Pace::Checked {
            confirm(client).await?;
        }
        match answer {
            Answer::Reply(Command::Top(number, 0), Reply::Message(head))
                if number == mail.number =>
            {
                heads.push((mail.clone(), print(&head)));
            }
            Answer::Reply(Command::Top(number, 0), Reply::Refused(_) | Reply::TooLarge)
                if number == mail.number =>
            {
                if place == 0 {
                    return Ok(None);
                }
            }
            other => return Err(unasked(&other)),
        }
        if place == 0 {
            mails[1..].iter().for_each(|mail| ask(client, mail));
        }
    }
    Ok(Some(heads))
}

/// The ledger as the store has it once the new names are noted.
fn rename(known: &mut [Known], names: Vec<(LedgerId, UniqueId, Option<u64>)>) {
    let mut names: HashMap<LedgerId, _> = names
        .into_iter()
        .map(|(id, uid, size)| (id, (uid, size)))
        .collect();
    for known in known {
        if let Some((uid, size)) = names.remove(&known.id) {
            known.uid = stored_uid(&uid);
            known.listed_size = size;
            known.copies = 1;
            known.proof = Proof::Head;
        }
    }
}
