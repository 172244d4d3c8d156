//! DELE and QUIT: what is stored may go, and it is gone only when QUIT says so (RFC 1939, section 6).

use std::time::Duration;

use crate::config::Keep;
use crate::mail::{AccountId, LedgerId, SafeText};
use crate::pop3::{Command, Event as Answer, Reply};
use crate::store::{Deletion, Grounds, Known, Writer};

use super::client::Client;
use super::clock::now;
use super::commit::Committed;
use super::connect::Connect;
use super::listing::{Listed, Maildrop, unasked};
use super::pace::Pace;
use super::policy::{Doomed, doomed, doomed_nameless};
use super::progress::{Event, Stage};
use super::session::Open;
use super::settle::Before;
use super::trouble::Trouble;
use super::worker::Worker;

/// Everything that matters is stored by then: nobody should wait for a good-bye.
const PATIENCE: Duration = Duration::from_secs(5);

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// What the policy says of this listing, now that everything in it was read.
    pub(super) async fn doomed(
        &self,
        maildrop: &Maildrop,
        known: Option<Vec<Known>>,
        before: &Before,
        committed: &Committed,
        id: AccountId,
    ) -> Result<Vec<Doomed>, Trouble> {
        if !self.may_delete(before) {
            return Ok(Vec::new());
        }
        let known = match known {
            Some(known) => known,
            None => self.store.read(move |reader| reader.maildrop(id)).await?,
        };
        let (keep, now) = (self.account.keep_on_server, now());
        let mut all = doomed(keep, &maildrop.mails, &known, now);
        if keep != Keep::Forever {
            let nameless = self.nameless(maildrop, committed).await?;
            all.extend(doomed_nameless(keep, nameless, now));
        }
        Ok(all)
    }

    /// Whether anything is ever deleted in this fetch.
    pub(super) fn may_delete(&self, before: &Before) -> bool {
        let wanted = self.account.keep_on_server != Keep::Forever || before.is_any_asked;
        wanted && !self.wish.only
    }

    /// How this session ends, unless its budget cuts it. Another one may follow at once where the listing is `capped`, or
    /// where somebody asks for mail by mail.
    pub(super) fn farewell(&self, before: &Before, capped: bool) -> Farewell {
        if self.wish.only || self.may_delete(before) || capped {
            Farewell::Heard
        } else {
            Farewell::Unheard
        }
    }

    async fn nameless(
        &self,
        maildrop: &Maildrop,
        committed: &Committed,
    ) -> Result<Vec<(Listed, LedgerId, Grounds)>, Trouble> {
        let safe = committed.mails.iter().filter_map(|mail| {
            let listed = maildrop.mail(mail.number)?;
            let is_nameless = listed.uid.is_none();
            is_nameless.then(|| (listed.clone(), mail.ledger))
        });
        let safe: Vec<_> = safe.collect();
        if safe.is_empty() {
            return Ok(Vec::new());
        }
        let grounds = self.store.read(move |reader| {
            let grounds = safe.into_iter().map(|(listed, ledger)| {
                let grounds = reader.grounds(ledger)?;
                Ok(grounds.map(|grounds| (listed, ledger, grounds)))
            });
            grounds.filter_map(Result::transpose).collect()
        });
        Ok(grounds.await?)
    }

    /// DELE. Which ones is durable before the first one leaves: what QUIT does not confirm is tried again.
    pub(super) async fn delete(
        &mut self,
        open: &mut Open,
        doomed: Vec<Doomed>,
    ) -> Result<Vec<Doomed>, Trouble> {
        if doomed.is_empty() {
            return Ok(doomed);
        }
        self.enter(Stage::Deleting);
        self.record(&doomed, Deletion::Sent).await?;
        let may_pipeline = self.lessons.may_pipeline(&open.capabilities);
        let pace = Pace::choose(may_pipeline, false, doomed.len());
        open.client.set_window(pace.window());
        let marked = self
            .unless_cancelled(mark(&mut open.client, doomed))
            .await?;
        if let Some(reason) = &marked.reason {
            let text = format!(
                "the server refused to delete {} mails: {reason}",
                marked.refused
            );
            self.warn(&text);
        }
        Ok(marked.accepted)
    }

    pub(super) async fn quit(
        &mut self,
        client: &mut Client,
        marked: Vec<Doomed>,
        farewell: Farewell,
    ) -> Result<(), Trouble> {
        if marked.is_empty() && farewell == Farewell::Unheard && self.lessons.left == 0 {
            return self
                .unless_cancelled(async {
                    part(client).await;
                    Ok(())
                })
                .await;
        }
        let answered = self.unless_cancelled(say_quit(client)).await;
        if marked.is_empty() {
            // Nothing hung on it.
            return Ok(());
        }
        answered?;
        self.record(&marked, Deletion::Done).await?;
        self.report.deleted += marked.len() as u64;
        self.report.kept = self.report.kept.saturating_sub(marked.len() as u64);
        Ok(())
    }

    async fn record(&self, mails: &[Doomed], deletion: Deletion) -> Result<(), Trouble> {
        let rows: Vec<_> = mails.iter().map(|mail| mail.ledger).collect();
        let record = move |writer: &mut Writer| writer.advance(&rows, deletion);
        Ok(self.store.write(record).await?)
    }
}

/// Whether anybody waits for what the server says to QUIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Farewell {
    /// It says what was deleted, or that the maildrop is free for the next session.
    Heard,
    /// Nothing hangs on it: QUIT leaves as soon as the last mail is received.
    Unheard,
}

/// What was said of QUIT already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    Quit,
}

/// What became of the DELEs.
#[derive(Debug, Default)]
struct Marked {
    /// To be deleted by QUIT.
    accepted: Vec<Doomed>,
    /// Refused.
    refused: usize,
    /// What the server said to the first refused one.
    reason: Option<SafeText>,
}

/// Marks mails for deletion. The numbers are this session's; nothing is deleted yet.
async fn mark(client: &mut Client, mails: Vec<Doomed>) -> Result<Marked, Trouble> {
    for mail in &mails {
        client.send(Command::Dele(mail.listed.number), 0);
    }
    let mut marked = Marked::default();
    for mail in mails {
        match client.next().await? {
            Answer::Reply(Command::Dele(number), Reply::Done) if number == mail.listed.number => {
                marked.accepted.push(mail);
            }
            Answer::Reply(Command::Dele(number), Reply::Refused(refusal))
                if number == mail.listed.number =>
            {
                marked.refused += 1;
                let said = || client.quote().quote(&refusal.text);
                marked.reason.get_or_insert_with(said);
            }
            other => return Err(unasked(&other)),
        }
    }
    Ok(marked)
}

/// Ends a session of which nothing is to be deleted.
pub(super) async fn part(client: &mut Client) {
    client.shorten_patience(PATIENCE);
    client.part().await;
}

/// Ends the session. `Ok` means that the server deleted what was marked.
pub(super) async fn say_quit(client: &mut Client) -> Result<(), Trouble> {
    client.shorten_patience(PATIENCE);
    client.send(Command::Quit, 0);
    match client.next().await {
        Ok(Answer::Reply(Command::Quit, Reply::Done)) => Ok(()),
        Ok(Answer::Reply(Command::Quit, Reply::Refused(refusal))) => {
            Err(Trouble::QuitRefused(client.quote().quote(&refusal.text)))
        }
        Ok(_) | Err(_) => Err(Trouble::QuitLost),
    }
}
