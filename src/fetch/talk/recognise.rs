//! TOP: looks at the heads of mails that may be known ones under new names, so that they are not downloaded again.

use std::collections::{HashMap, HashSet};

use crate::mail::LedgerId;
use crate::pop3::{Command, Event as Answer, Refusal, Reply, UniqueId};
use crate::store::{Known, Proof, Writer, stored_uid};

use crate::fetch::judge::pace::Pace;
use crate::fetch::judge::renamed::{
    HeadHash, Print, Vanished, candidates, head_hash, pairs, print,
};
use crate::fetch::line::connect::Connect;
use crate::fetch::seen::Seen;
use crate::fetch::session::Open;
use crate::fetch::talk::client::Client;
use crate::fetch::talk::idle::confirm;
use crate::fetch::talk::listing::{Listed, unasked};
use crate::fetch::tell::progress::Event;
use crate::fetch::tell::trouble::Trouble;
use crate::fetch::worker::Worker;

/// What a head is thought to have, in octets.
const HEAD: u64 = 4 << 10;

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// Finds the new names of mails that the server renamed.
    pub(in crate::fetch) async fn recognise(
        &mut self,
        open: &mut Open,
        pace: Pace,
        seen: &mut Seen,
    ) -> Result<(), Trouble> {
        let mut asked = candidates(
            &seen.maildrop.mails,
            &seen.known,
            &seen.namesakes,
            &seen.vanished,
        );
        if !open.capabilities.top || self.lessons.without_top || self.wish.only {
            asked.clear();
        }
        if !asked.is_empty() {
            let heads = heads(&mut open.client, pace, First::Alone, asked);
            let there = self.unless_cancelled(heads).await;
            // A broken TOP must not keep all mail away: the next session does without.
            self.lessons.without_top = there.as_ref().is_err_and(Trouble::is_of_the_line);
            let there = there?;
            // A server that announces TOP and refuses it has none for the rest of the session either.
            open.capabilities.top = there.is_some();
            // What is put off is not bound: a size proves nothing. It is downloaded, and the store knows it by its octets, or
            // by its head and size where no more of it is here.
            let there = there.unwrap_or_default().came.into_iter();
            let there = there.filter_map(|(mail, print)| Some((mail, print.telling()?)));
            let there: Vec<_> = there.collect();
            let here = self.heads_here(seen.vanished.clone()).await?;
            let mut names = pairs(&here, &there);
            let beside = &self.lessons.beside;
            names.retain(|(row, uid, _)| !beside.has(*row, uid, false));
            if !self.wish.dry_run && !names.is_empty() {
                let names = names.clone();
                self.store
                    .write(move |writer: &mut Writer| writer.rebind(&names))
                    .await?;
            }
            rename(&mut seen.known, names);
            seen.compare();
        }
        Ok(())
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

/// Whether the first head is asked for before all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum First {
    /// Where it is refused, TOP is not what this server can do, and nothing more is asked.
    Alone,
    /// All in one flight, where the pace allows that.
    WithTheOthers,
}

/// The heads of mails on the server.
#[derive(Debug, Default)]
pub(in crate::fetch) struct Heads {
    pub(in crate::fetch) came: Vec<(Listed, Print)>,
    /// Numbers of those that are not to be had just now, which says nothing of the mail.
    pub(in crate::fetch) put_off: HashSet<u32>,
}

/// The heads of these mails on the server, but for those that are refused. `None` where TOP is not what this server can
/// do: it refused the first one alone, or all of them, and gave no other reason.
pub(in crate::fetch) async fn heads(
    client: &mut Client,
    pace: Pace,
    first: First,
    mails: Vec<Listed>,
) -> Result<Option<Heads>, Trouble> {
    let mut heads = Heads::default();
    let mut unknown = 0;
    let ask = |client: &mut Client, mail: &Listed| {
        client.send(Command::Top(mail.number, 0), HEAD);
        if pace == Pace::Checked {
            client.send(Command::Noop, 0);
        }
    };
    // One by one, the others lose nothing by waiting for it.
    let is_alone = first == First::Alone || pace == Pace::LockStep;
    let (now, later) = mails.split_at(if is_alone {
        mails.len().min(1)
    } else {
        mails.len()
    });
    for mail in now {
        ask(client, mail);
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
                heads.came.push((mail.clone(), print(&head)));
            }
            Answer::Reply(Command::Top(number, 0), Reply::Refused(refusal))
                if number == mail.number =>
            {
                match meaning(&refusal) {
                    Meaning::NoTop if place == 0 && is_alone => return Ok(None),
                    Meaning::NoTop => unknown += 1,
                    Meaning::NotNow => _ = heads.put_off.insert(number),
                    Meaning::NotThis => {}
                }
            }
            Answer::Reply(Command::Top(number, 0), Reply::TooLarge(_)) if number == mail.number => {
            }
            other => return Err(unasked(&other)),
        }
        if place == 0 {
            for mail in later {
                ask(client, mail);
            }
        }
    }
    let is_refused = unknown == mails.len() && !mails.is_empty();
    Ok(Some(heads).filter(|_| !is_refused))
}

/// What the refusal of a TOP may mean.
enum Meaning {
    /// The server may not know it at all.
    NoTop,
    /// It may go another time.
    NotNow,
    /// It is about this mail.
    NotThis,
}

fn meaning(refusal: &Refusal) -> Meaning {
    const GONE: &[u8] = b"no such message";
    let text = refusal.text.to_ascii_lowercase();
    if refusal.is_temporary() || text.windows(GONE.len()).any(|words| words == GONE) {
        Meaning::NotNow
    } else if refusal.code.is_none() {
        Meaning::NoTop
    } else {
        Meaning::NotThis
    }
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
