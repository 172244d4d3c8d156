//! One fetch, session by session; a session reads from connect to QUIT in the order of RFC 1939.

use std::collections::HashSet;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::config;
use crate::config::Account;
use crate::mail::{AccountId, LedgerId};
use crate::pop3::{Capa, Capabilities, UniqueId, Window};
use crate::store::{Deletion, Store, Writer};

use super::client::Client;
use super::commit::{Committed, commit};
use super::connect::Connect;
use super::delete::{mark, quit};
use super::download::{Download, Outcome};
use super::foreign::uid_text;
use super::listing::{Listed, Maildrop, list};
use super::plan::{Plan, Stored, deletable, plan};
use super::progress::{Event, Stage};
use super::report::{Failure, Report};
use super::sign_in::{Entry, log_in};
use super::tls::Tls;
use super::trouble::Trouble;
use super::{pipe, secret};

/// A line that breaks in the middle of the download is opened again, but servers do not like many log-ins.
const SESSIONS: usize = 3;

/// What a fetch has to work with, and what its sessions learn for each other.
pub(super) struct Worker<'a, C, T> {
    pub(super) account: &'a Account,
    pub(super) store: &'a Store,
    pub(super) connect: &'a C,
    pub(super) cancel: &'a CancellationToken,
    pub(super) tell: &'a T,
    pub(super) report: Report,
    pub(super) lessons: Lessons,
}

/// What sessions learn for those after them.
#[derive(Debug, Default)]
pub(super) struct Lessons {
    capa: Capa,
    /// Whether commands may be pipelined where the server says so.
    lock_step: bool,
    /// A mail at which a session broke is asked for last: it must not keep the others away.
    suspects: HashSet<UniqueId>,
    /// Mails of doubtful size, whose next reading counts.
    doubted: HashSet<UniqueId>,
    /// What the session that just ended was doing, and what it left.
    stage: Option<Stage>,
    left: usize,
}

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    /// Fetches, with more than one session where the first one breaks.
    pub(super) async fn run(&mut self) -> Result<(), Trouble> {
        let account = self.account;
        let id = self.register().await?;
        let entry = Entry {
            account,
            connect: self.connect,
            password: self
                .unless_cancelled(secret::read(&account.password))
                .await?,
            tls: match account.security {
                config::Security::None => None,
                _ => Some(Arc::new(Tls::new(account).await?)),
            },
        };
        let mut reason = None;
        for left in (0..SESSIONS).rev() {
            let before = self.report.new;
            let Err(trouble) = self.session(&entry, id).await else {
                return Ok(());
            };
            let progress = reason.is_none() || self.report.new > before;
            // The server may refuse a second log-in so soon: then the first failure is the true one.
            let downloading = self.lessons.stage == Some(Stage::Downloading);
            let told = match reason.take() {
                Some(first) if !downloading => first,
                _ => trouble.clone(),
            };
            if left == 0 || !progress || !self.is_worth_another(&trouble) {
                return Err(told);
            }
            reason = Some(told);
        }
        Ok(())
    }

    async fn session(&mut self, entry: &Entry<'_, C>, id: AccountId) -> Result<(), Trouble> {
        // AUTHORIZATION state.
        self.enter(Stage::Connecting);
        let open = entry.open(self.lessons.capa);
        let mut client = self.unless_cancelled(open).await?;
        self.enter(Stage::SigningIn);
        let capabilities = self.unless_cancelled(log_in(&mut client)).await?;

        // TRANSACTION state.
        self.enter(Stage::Listing);
        client.set_window(self.window(&capabilities));
        let maildrop = self
            .unless_cancelled(list(&mut client, &capabilities))
            .await?;
        let plan = self.plan(&maildrop, id).await?;
        let committed = self
            .download(&mut client, &capabilities, plan.download, id)
            .await?;
        let stored = plan.done_with.into_iter().chain(committed.sure);
        let doomed = deletable(self.account.keep_on_server, &maildrop.mails, stored);
        let marked = self.delete(&mut client, &capabilities, doomed).await?;

        // UPDATE state: QUIT deletes what was marked.
        self.quit(&mut client, marked).await
    }

    async fn register(&self) -> Result<AccountId, Trouble> {
        let (name, address) = (self.account.name.clone(), self.account.address.clone());
        let maildrop = format!("{}@{}", self.account.user, self.account.host.to_lowercase());
        let register = self.store.write(move |writer| {
            let id = writer.account(&name, &address)?;
            writer.comes_from(id, &maildrop)?;
            Ok(id)
        });
        Ok(register.await?)
    }

    /// What the server lists, against what the store knows.
    async fn plan(&mut self, maildrop: &Maildrop, id: AccountId) -> Result<Plan, Trouble> {
        self.report.kept = maildrop.mails.len() as u64;
        if !maildrop.has_uids && !maildrop.mails.is_empty() {
            self.warn("the server gives its mails no unique-ids: each fetch downloads all of them to see what is new");
        }
        if maildrop.unnamed > 0 {
            let text = format!(
                "{} mails have no unique-id yet and wait for the next fetch",
                maildrop.unnamed
            );
            self.warn(&text);
        }
        if maildrop.has_uids {
            let uids = maildrop.mails.iter().filter_map(|mail| mail.uid.clone());
            let uids: Vec<UniqueId> = uids.collect();
            self.store
                .write(move |writer| writer.listed(id, &uids, pipe::now()))
                .await?;
        }
        let known = self.store.read(move |reader| reader.maildrop(id)).await?;
        Ok(plan(&maildrop.mails, &known, &self.lessons.suspects))
    }

    /// RETR. Download, digest and commit overlap; what was received is committed, however the download ends.
    async fn download(
        &mut self,
        client: &mut Client,
        capabilities: &Capabilities,
        order: Vec<Listed>,
        id: AccountId,
    ) -> Result<Committed, Trouble> {
        if order.is_empty() {
            return Ok(Committed::default());
        }
        self.enter(Stage::Downloading);
        let window = self.window(capabilities);
        let (cancel, tell, store) = (self.cancel, self.tell, self.store);
        let (pipe, outlet) = pipe::open();
        let mut committed = Committed::default();
        let doubted = &mut self.lessons.doubted;
        let downloading = async move {
            let mut download = Download::new(client, order, window, doubted, pipe);
            let run = download.run(|progress| tell(Event::Progress(progress)));
            let ended = cancel.run_until_cancelled(run).await;
            let ended = ended.unwrap_or(Err(Trouble::Cancelled));
            (download.finish(ended.is_err()), ended)
        };
        let stored = |ids| tell(Event::Stored(ids));
        let committing = commit(store, id, outlet, stored, &mut committed);
        let ((outcome, ended), all_safe) = tokio::join!(downloading, committing);
        self.report.new += committed.new;
        self.note(outcome);
        // A store that fails makes the download fail too: its own word comes first.
        all_safe.and(ended).map(|()| committed)
    }

    /// Takes over what a download came to. What failed in an earlier session was tried again in this one.
    fn note(&mut self, outcome: Outcome) {
        self.report.octets += outcome.octets;
        self.report.failed = outcome.failed;
        self.lessons.left = outcome.left;
        if let Some(suspect) = outcome.suspect {
            self.suspect(&suspect);
        }
        let Some(first) = outcome.differing.first() else {
            return;
        };
        let name = uid_text(first.uid.as_ref()).unwrap_or_else(|| "without a name".to_owned());
        let text = match outcome.differing.len() {
            1 => format!(
                "the mail {name} is stored, but its size is not what the server had told; it stays on the server"
            ),
            many => format!(
                "{many} mails (one is {name}) are stored, but their sizes are not what the server had told; they stay on the server"
            ),
        };
        self.warn(&text);
    }

    /// At its second offence a mail counts as failed.
    fn suspect(&mut self, mail: &Listed) {
        let Some(uid) = &mail.uid else { return };
        if self.lessons.suspects.insert(uid.clone()) {
            return;
        }
        self.report.failed.push(Failure {
            uid: uid_text(Some(uid)),
            reason: "it did not come whole, twice; it stays on the server".to_owned(),
        });
    }

    /// DELE. Which ones is durable before the first one leaves: what QUIT does not confirm is tried again.
    async fn delete(
        &mut self,
        client: &mut Client,
        capabilities: &Capabilities,
        doomed: Vec<Stored>,
    ) -> Result<Vec<Stored>, Trouble> {
        if doomed.is_empty() {
            return Ok(doomed);
        }
        self.enter(Stage::Deleting);
        self.record(&doomed, Deletion::Sent).await?;
        client.set_window(self.window(capabilities));
        let marked = self.unless_cancelled(mark(client, doomed)).await?;
        if let Some(reason) = &marked.reason {
            let text = format!(
                "the server refused to delete {} mails: {reason}",
                marked.refused
            );
            self.warn(&text);
        }
        Ok(marked.accepted)
    }

    async fn quit(&mut self, client: &mut Client, marked: Vec<Stored>) -> Result<(), Trouble> {
        let answered = self.unless_cancelled(quit(client)).await;
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

    async fn record(&self, mails: &[Stored], deletion: Deletion) -> Result<(), Trouble> {
        let rows: Vec<LedgerId> = mails.iter().map(|mail| mail.ledger).collect();
        let record = move |writer: &mut Writer| writer.advance(&rows, deletion);
        Ok(self.store.write(record).await?)
    }

    /// Whether a new session may bring more, and how it is to be done.
    fn is_worth_another(&mut self, trouble: &Trouble) -> bool {
        if matches!(trouble, Trouble::ClosedAtCapa) && self.lessons.capa == Capa::Ask {
            self.lessons.capa = Capa::Skip;
            return true;
        }
        if self.lessons.stage != Some(Stage::Downloading) || !trouble.is_of_the_line() {
            return false;
        }
        self.lessons.lock_step = true;
        // Silence costs a whole timeout: it is risked again only if other mails wait behind this one.
        self.lessons.left > 0
            || !matches!(trouble, Trouble::Silent { .. } | Trouble::TooSlow { .. })
    }

    fn window(&self, capabilities: &Capabilities) -> Window {
        if capabilities.pipelining && !self.lessons.lock_step {
            return Window::PIPELINED;
        }
        Window::LOCK_STEP
    }

    fn enter(&mut self, stage: Stage) {
        self.lessons.stage = Some(stage);
        (self.tell)(Event::Stage(stage));
    }

    fn warn(&mut self, text: &str) {
        let warning = format!("{}: {text}", self.account.name);
        if !self.report.warnings.contains(&warning) {
            self.report.warnings.push(warning);
        }
    }

    async fn unless_cancelled<R>(
        &self,
        work: impl Future<Output = Result<R, Trouble>>,
    ) -> Result<R, Trouble> {
        let done = self.cancel.run_until_cancelled(work).await;
        done.unwrap_or(Err(Trouble::Cancelled))
    }
}
