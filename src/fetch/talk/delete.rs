//! DELE and QUIT: what is stored may go, and it is gone only when QUIT says so (RFC 1939, section 6).

use std::collections::HashSet;
use std::time::Duration;

use crate::config::Keep;
use crate::mail::{AccountId, LedgerId, SafeText, words};
use crate::pop3::{Command, Event as Answer, Refusal, Reply, UniqueId};
use crate::store;
use crate::store::{Deletion, Grounds, Known, Outcome, Unsent, Writer, due};

use crate::fetch::clock::now;
use crate::fetch::judge::pace::Pace;
use crate::fetch::judge::plan::is_due;
use crate::fetch::judge::policy::{Doomed, doomed, doomed_nameless};
use crate::fetch::keep::commit::Committed;
use crate::fetch::keep::settle::Before;
use crate::fetch::line::connect::Connect;
use crate::fetch::session::Open;
use crate::fetch::talk::client::Client;
use crate::fetch::talk::leave::{leave, leave_if_stopped, unmark};
use crate::fetch::talk::listing::{Listed, Maildrop, unasked};
use crate::fetch::tell::foreign::Quote;
use crate::fetch::tell::progress::{Event, Stage};
use crate::fetch::tell::trouble::Trouble;
use crate::fetch::worker::Worker;

/// Everything that matters is stored by then: nobody should wait for a good-bye.
const PATIENCE: Duration = Duration::from_secs(5);

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// What the policy says of this listing, now that everything in it was read.
    pub(in crate::fetch) async fn doomed(
        &self,
        maildrop: &Maildrop,
        known: Option<Vec<Known>>,
        before: &Before,
        committed: &Committed,
        id: AccountId,
    ) -> Result<Vec<Doomed>, Trouble> {
        if !self.may_delete(before) {
            let_go(known);
            return Ok(Vec::new());
        }
        let known = match known {
            Some(known) => known,
            None => self.store.read(move |reader| reader.undeleted(id)).await?,
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
    pub(in crate::fetch) fn may_delete(&self, before: &Before) -> bool {
        let wanted = self.account.keep_on_server != Keep::Forever || before.is_any_asked;
        wanted && !self.wish.only
    }

    /// How this session ends, unless its budget cuts it. Another one may follow at once where the listing is `capped`, or
    /// where somebody asks for mail by mail.
    pub(in crate::fetch) fn farewell(&self, before: &Before, capped: bool) -> Farewell {
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
            let is_read = listed.uid.is_none() && mail.outcome != Outcome::Worse;
            is_read.then(|| (listed.clone(), mail.ledger))
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

    /// DELE. Which ones is durable before the first one leaves: what QUIT does not confirm is tried again. What the user
    /// takes back meanwhile is not deleted: all marks are taken away, and the others are marked again.
    pub(in crate::fetch) async fn delete(
        &mut self,
        open: &mut Open,
        doomed: Vec<Doomed>,
    ) -> Result<Vec<Doomed>, Trouble> {
        if doomed.is_empty() {
            return Ok(doomed);
        }
        self.enter(Stage::Deleting);
        let may_pipeline = self.lessons.may_pipeline(&open.capabilities);
        let pace = Pace::choose(may_pipeline, false, doomed.len());
        open.client.set_window(pace.window_of_brief());
        let mut wanted = self.still_wanted(doomed).await?;
        loop {
            let go = std::mem::take(&mut wanted.go);
            let marked = self.unless_cancelled(mark(&mut open.client, go)).await?;
            self.remark_on_refused(&marked.refused).await?;
            self.remark_on_put_off(&marked.put_off).await?;
            wanted = self.still_wanted(marked.accepted).await?;
            if wanted.stay.is_empty() {
                return Ok(wanted.go);
            }
            self.unless_cancelled(unmark(&mut open.client)).await?;
            let rows = rows(&wanted.stay);
            let note = move |writer: &mut Writer| writer.unsent(&rows, Unsent::TakenBack);
            self.store.write(note).await?;
        }
    }

    /// What is due at this moment, noted as sent. Of the mails of one name all go, or none: which is which cannot be
    /// told.
    async fn still_wanted(&self, mails: Vec<Doomed>) -> Result<Wanted, Trouble> {
        let (keep, now) = (self.account.keep_on_server, now());
        let note = move |writer: &mut Writer| {
            let undue = undue(writer, &mails, keep, now)?;
            let undue_mails = mails.iter().filter(|mail| undue.contains(&mail.ledger));
            let names: HashSet<UniqueId> = undue_mails
                .filter_map(|mail| mail.listed.uid.clone())
                .collect();
            let goes = |mail: &Doomed| {
                let uid = mail.listed.uid.as_ref();
                !undue.contains(&mail.ledger) && uid.is_none_or(|uid| !names.contains(uid))
            };
            let (go, stay) = mails.into_iter().partition(goes);
            let wanted = Wanted { go, stay };
            writer.advance(&rows(&wanted.go), Deletion::Sent)?;
            Ok(wanted)
        };
        Ok(self.store.write(note).await?)
    }

    async fn remark_on_refused(&mut self, refused: &Refused) -> Result<(), Trouble> {
        let Some(reason) = &refused.reason else {
            return Ok(());
        };
        let (rows, count) = (rows(&refused.mails), words::mails(refused.mails.len()));
        let note = move |writer: &mut Writer| writer.unsent(&rows, Unsent::Refused);
        let given_up = self.store.write(note).await?;
        self.warn(&format!("the server refused to delete {count}: {reason}"));
        self.remark_on_given_up(given_up);
        Ok(())
    }

    /// What the server cannot do now says nothing of what it will do later: it is no attempt.
    async fn remark_on_put_off(&mut self, put_off: &Refused) -> Result<(), Trouble> {
        let Some(reason) = &put_off.reason else {
            return Ok(());
        };
        let (rows, count) = (rows(&put_off.mails), words::mails(put_off.mails.len()));
        let note = move |writer: &mut Writer| writer.unsent(&rows, Unsent::PutOff);
        self.store.write(note).await?;
        let text =
            format!("the server cannot delete {count} now: {reason}; the next fetch asks it again");
        self.warn(&text);
        Ok(())
    }

    fn remark_on_given_up(&mut self, mails: usize) {
        match mails {
            0 => {}
            1 => self.warn("1 mail that it refused to delete too often is left there; delete it with the server's own means"),
            many => self.warn(&format!(
                "{} that it refused to delete too often are left there; delete them with the server's own means",
                words::mails(many)
            )),
        }
    }

    /// The session ends without QUIT, so that so many mails stay on the server for now.
    pub(in crate::fetch) fn remark_on_unsaid(&mut self, doomed: usize) {
        let mails = words::mails(doomed);
        let text = format!(
            "a mail that was read could not be kept, so {mails} to be deleted there wait for the next fetch"
        );
        self.warn(&text);
    }

    pub(in crate::fetch) async fn quit(
        &mut self,
        client: &mut Client,
        marked: Vec<Doomed>,
        farewell: Farewell,
    ) -> Result<(), Trouble> {
        if marked.is_empty() && farewell == Farewell::Unheard && self.lessons.left == 0 {
            if self
                .cancel
                .run_until_cancelled(part(client))
                .await
                .is_none()
            {
                leave(client).await;
            }
            return Ok(());
        }
        let answered = self.unless_cancelled(say_quit(client)).await;
        if marked.is_empty() {
            let _ = leave_if_stopped(client, answered).await;
            // Nothing hung on it.
            return Ok(());
        }
        // Where it cannot do it now, all stays as it is: sent, not confirmed, to be tried again.
        if let Err(Trouble::QuitRefused(_)) = answered {
            let rows = rows(&marked);
            let note = move |writer: &mut Writer| writer.unsent(&rows, Unsent::InDoubt);
            let given_up = self.store.write(note).await?;
            self.remark_on_given_up(given_up);
        }
        answered?;
        let count = marked.len() as u64;
        let (keep, now) = (self.account.keep_on_server, now());
        let note = move |writer: &mut Writer| {
            let late = undue(writer, &marked, keep, now)?.len();
            writer.advance(&rows(&marked), Deletion::Done)?;
            Ok(late)
        };
        let late = self.store.write(note).await?;
        match late {
            0 => {}
            1 => self.warn(
                "1 mail was taken back too late: the server has deleted it; what was here is here",
            ),
            many => self.warn(&format!(
                "{} were taken back too late: the server has deleted them; what was here is here",
                words::mails(many)
            )),
        }
        self.report.deleted += count;
        self.report.kept = self.report.kept.saturating_sub(count);
        Ok(())
    }
}

/// Drops what was needed no longer, on a thread of its own: tens of thousands of names take their time.
pub(in crate::fetch) fn let_go<T: Send + 'static>(what: T) {
    drop(tokio::task::spawn_blocking(move || drop(what)));
}

/// What is marked for deletion, and what is not after all.
struct Wanted {
    go: Vec<Doomed>,
    stay: Vec<Doomed>,
}

fn rows(mails: &[Doomed]) -> Vec<LedgerId> {
    mails.iter().map(|mail| mail.ledger).collect()
}

/// Those that nobody wants to be deleted any more.
fn undue(
    writer: &Writer,
    mails: &[Doomed],
    keep: Keep,
    now: i64,
) -> Result<HashSet<LedgerId>, store::Error> {
    let rows = rows(mails);
    let grounds = writer.grounds(&rows)?;
    let all = rows.into_iter().zip(grounds);
    let undue = all.filter(|(_, grounds)| {
        let is_due = |grounds: &Grounds| is_due(due(keep, grounds, now));
        !grounds.as_ref().is_some_and(is_due)
    });
    Ok(undue.map(|(row, _)| row).collect())
}

/// Whether anybody waits for what the server says to QUIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Farewell {
    /// It says what was deleted, or that the maildrop is free for the next session.
    Heard,
    /// Nothing hangs on it: QUIT leaves, and that is all.
    Unheard,
}

/// What became of the DELEs.
#[derive(Debug, Default)]
struct Marked {
    /// To be deleted by QUIT.
    accepted: Vec<Doomed>,
    refused: Refused,
    /// Refused for now only.
    put_off: Refused,
}

/// Mails whose DELE was refused.
#[derive(Debug, Default)]
struct Refused {
    mails: Vec<Doomed>,
    /// What the server said to the first one.
    reason: Option<SafeText>,
}

impl Refused {
    fn add(&mut self, mail: Doomed, refusal: &Refusal, quote: &Quote) {
        self.reason
            .get_or_insert_with(|| quote.quote(&refusal.text));
        self.mails.push(mail);
    }
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
                let kind = if refusal.is_temporary() {
                    &mut marked.put_off
                } else {
                    &mut marked.refused
                };
                kind.add(mail, &refusal, client.quote());
            }
            other => return Err(unasked(&other)),
        }
    }
    Ok(marked)
}

/// Ends a session of which nothing is to be deleted.
async fn part(client: &mut Client) {
    client.shorten_patience(PATIENCE);
    client.part().await;
}

/// Ends the session. `Ok` means that the server deleted what was marked.
pub(in crate::fetch) async fn say_quit(client: &mut Client) -> Result<(), Trouble> {
    client.shorten_patience(PATIENCE);
    client.send(Command::Quit, 0);
    match client.next().await {
        Ok(Answer::Reply(Command::Quit, Reply::Done)) => Ok(()),
        Ok(Answer::Reply(Command::Quit, Reply::Refused(refusal))) => {
            let said = client.quote().quote(&refusal.text);
            Err(if refusal.is_temporary() {
                Trouble::QuitPutOff(said)
            } else {
                Trouble::QuitRefused(said)
            })
        }
        Ok(_) | Err(_) => Err(Trouble::QuitLost),
    }
}
