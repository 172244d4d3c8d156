//! One fetch, session by session: when another one is worth a log-in, and when it is enough.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Account;
use crate::mail::{AccountId, SafeText, words};
use crate::store;
use crate::store::{Reader, Store, Writer};

use super::lessons::Lessons;
use super::line::connect::Connect;
use super::talk::sign_in::Entry;
use super::tell::progress::{Event, Stage};
use super::tell::report::Report;
use super::tell::trouble::Trouble;
use super::{Limits, Wish};

/// A line that breaks in the middle of the download is opened again, but servers do not like many log-ins.
const SESSIONS: usize = 3;
/// So many sessions follow each other where all went well. Each brought mail, but a fetch must end.
const ROUNDS: usize = 500;

/// What a fetch has to work with, and what its sessions learn for each other.
pub(super) struct Worker<'a, C, T> {
    pub(super) account: &'a Account,
    pub(super) store: &'a Store,
    pub(super) connect: &'a C,
    pub(super) wish: &'a Wish,
    pub(super) limits: Limits,
    pub(super) cancel: &'a CancellationToken,
    pub(super) tell: &'a T,
    pub(super) report: Report,
    pub(super) lessons: Lessons,
    /// What the server announces is on its way to the store.
    pub(super) keeping: Option<JoinHandle<()>>,
}

/// How a session that went well leaves the maildrop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Everything was done.
    Nothing,
    /// The session was cut, and the next one goes on.
    Rest,
    /// The server seems to list only some of its mails at a time.
    Hidden,
}

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// Fetches, with more than one session where the first one breaks, or is cut, or shows not all there is.
    pub(super) async fn run(&mut self) -> Result<(), Trouble> {
        let account = self.account;
        let (id, lessons) = self.recall().await?;
        self.lessons = lessons;
        if self.wish.asked {
            self.lessons.forgive();
        } else if self.lessons.is_barred() {
            return Err(Trouble::BarredHere(SafeText::new(&account.name)));
        }
        let entry = Entry::new(account, self.connect);
        let entry = self.unless_cancelled(entry).await?;
        let Some(id) = id.filter(|_| !self.wish.dry_run) else {
            return self.rehearse(&entry, id).await;
        };
        let mut before = After::Nothing;
        for _ in 0..ROUNDS {
            let round = self.round(&entry, id).await;
            let after = round.inspect_err(|_| self.put_off(before))?;
            before = after;
            let goes_on = match after {
                After::Nothing => false,
                After::Rest | After::Hidden => self.wait_for_login().await?,
            };
            if !goes_on {
                self.put_off(after);
                return Ok(());
            }
        }
        self.put_off(After::Hidden);
        Ok(())
    }

    /// A session that goes well, after some that broke, perhaps.
    async fn round(&mut self, entry: &Entry<'_, C>, id: AccountId) -> Result<After, Trouble> {
        let mut reason = None;
        for left in (0..SESSIONS).rev() {
            let before = self.report.new;
            let trouble = match self.session(entry, id).await {
                Ok(after) => return self.ended_well(after, reason, before),
                Err(trouble) => self.lessons.judge(trouble),
            };
            self.lessons.count_refusal(&trouble);
            let progress = reason.is_none() || self.report.new > before;
            // The server may refuse a second log-in so soon: then the first failure is the true one.
            let downloading = self.lessons.stage == Some(Stage::Downloading);
            let told = match reason.take() {
                // A log-in by memory failed, and the one that asked first says why.
                Some(Trouble::Outdated) => trouble.clone(),
                Some(first) if !downloading && !matches!(trouble, Trouble::Refusing(_)) => first,
                _ => trouble.clone(),
            };
            let worth = progress && self.lessons.is_worth_another(&trouble);
            let clears = (left == 1 || !worth) && self.lessons.clear_next(&trouble);
            let worth = left > 0 && (worth || clears);
            let news = self.lessons.news();
            self.learn(id, news).await?;
            if !worth || !self.wait_for_login().await? {
                return Err(told);
            }
            reason = Some(told);
        }
        Ok(After::Nothing) // cannot be: the last session breaks with its reason
    }

    /// A session went well. If it left mails alone at which sessions before it broke, they are asked for again where it
    /// brought others; else they stay away for the reason that is known.
    fn ended_well(
        &mut self,
        after: After,
        reason: Option<Trouble>,
        before: u64,
    ) -> Result<After, Trouble> {
        self.lessons.went_well();
        match reason {
            Some(_) if self.lessons.put_off > 0 && self.report.new > before => Ok(After::Rest),
            Some(reason) if self.lessons.put_off > 0 => Err(reason),
            _ => Ok(after),
        }
    }

    /// The account's number, and what earlier fetches learned of its server.
    async fn recall(&self) -> Result<(Option<AccountId>, Lessons), Trouble> {
        let Some(id) = self.register().await? else {
            return Ok((None, Lessons::default()));
        };
        let kept = move |reader: &Reader| {
            Ok((
                reader.lessons(id)?,
                reader.announced(id)?,
                reader.beside(id)?,
            ))
        };
        let (lessons, announced, beside) = self.store.read(kept).await?;
        let mut lessons = Lessons::of(lessons, announced, self.account);
        lessons.beside = Arc::new(beside.clone());
        lessons.kept_beside = beside;
        Ok((Some(id), lessons))
    }

    /// The account's number; in a dry run `None` for one that the store has never seen.
    async fn register(&self) -> Result<Option<AccountId>, Trouble> {
        let (name, address) = (self.account.name.clone(), self.account.address.clone());
        if self.wish.dry_run {
            let configured = self.wish.configured.clone();
            let find = move |reader: &Reader| match reader.account(&name)? {
                None => reader.former_account(&configured, &name),
                found => Ok(found),
            };
            return Ok(self.store.read(find).await?);
        }
        let maildrop = self.account.maildrop();
        let register = self.store.write(move |writer| {
            let id = writer.account(&name, &address)?;
            writer.comes_from(id, &maildrop)?;
            Ok(id)
        });
        Ok(Some(register.await?))
    }

    /// Keeps what was learned of the server for the next fetch. What it announces is kept beside all else: the listing is
    /// on its way, and losing it would cost no more than a flight.
    pub(super) async fn learn(
        &mut self,
        id: AccountId,
        news: Option<store::Lessons>,
    ) -> Result<(), Trouble> {
        if let Some(text) = self.lessons.news_announced() {
            self.kept().await;
            let store = self.store.clone();
            let write = move |writer: &mut Writer| writer.announced(id, &text);
            let keeping = async move { drop(store.write_batch(write).await) };
            self.keeping = Some(tokio::spawn(keeping));
        }
        let Some(news) = news else { return Ok(()) };
        let learn = move |writer: &mut Writer| writer.learn(id, &news);
        Ok(self.store.write(learn).await?)
    }

    /// What is being kept beside all else is kept.
    pub(super) async fn kept(&mut self) {
        if let Some(keeping) = self.keeping.take() {
            // It was only about a flight.
            let _ = keeping.await;
        }
    }

    /// Whether another log-in may follow in this fetch, after a short wait perhaps.
    async fn wait_for_login(&self) -> Result<bool, Trouble> {
        let wait = self.lessons.until_login();
        if wait > self.limits.patience {
            return Ok(false);
        }
        self.unless_cancelled(async {
            tokio::time::sleep(wait).await;
            Ok(true)
        })
        .await
    }

    /// There is more, and it has to wait.
    fn put_off(&mut self, after: After) {
        let wait = self.lessons.until_login();
        let when = if wait.is_zero() {
            "the next fetch goes on".to_owned()
        } else {
            let wait = words::duration(wait.as_secs_f64());
            format!("it allows the next log-in in {wait}")
        };
        match after {
            After::Nothing => {}
            After::Rest => self.warn(&format!("not all mail is fetched yet; {when}")),
            After::Hidden => self.warn(&format!(
                "the server seems to show only some of its mails at a time, so more may wait there; {when}"
            )),
        }
    }

    pub(super) fn enter(&mut self, stage: Stage) {
        self.lessons.stage = Some(stage);
        (self.tell)(Event::Stage(stage));
    }

    pub(super) fn warn(&mut self, text: &str) {
        let warning = format!("{}: {text}", self.account.name);
        if !self.report.warnings.contains(&warning) {
            self.report.warnings.push(warning);
        }
    }

    pub(super) async fn unless_cancelled<R>(
        &self,
        work: impl Future<Output = Result<R, Trouble>>,
    ) -> Result<R, Trouble> {
        let done = self.cancel.run_until_cancelled(work).await;
        done.unwrap_or(Err(Trouble::Cancelled))
    }
}
