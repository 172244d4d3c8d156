//! One session: it reads from connect to QUIT in the order of RFC 1939.

use std::collections::HashSet;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::mail::{AccountId, Completeness, LedgerId, words};
use crate::pop3;
use crate::pop3::{Capabilities, UniqueId};
use crate::store::{Absence, Known, Reader, Sighted, Writer};

use super::clock::now;
use super::judge::budget::Budget;
use super::judge::order;
use super::judge::pace::Pace;
use super::judge::plan::{Aims, Errand, Plan, is_gone, plan, uncovered};
use super::keep::beside::Unread;
use super::keep::commit::{Committed, Next, commit};
use super::keep::pipe;
use super::keep::settle::Before;
use super::line::connect::Connect;
use super::seen::Seen;
use super::talk::client::Client;
use super::talk::delete::let_go;
use super::talk::download::Download;
use super::talk::idle::while_idle;
use super::talk::leave::leave_if_stopped;
use super::talk::listing::{Listed, Maildrop, list};
use super::talk::outcome::{Order, Outcome};
use super::talk::sign_in::Entry;
use super::tell::foreign::uid_text;
use super::tell::progress::{Event, Stage};
use super::tell::report::Failure;
use super::tell::trouble::Trouble;
use super::worker::{After, Worker};

/// A session in TRANSACTION state.
pub(super) struct Open {
    pub(super) client: Client,
    pub(super) capabilities: Capabilities,
    pub(super) budget: Budget,
}

impl<C: Connect, T: Fn(Event) + Send + Sync> Worker<'_, C, T> {
    pub(super) async fn session(
        &mut self,
        entry: &Entry<'_, C>,
        id: AccountId,
    ) -> Result<After, Trouble> {
        // Read while the line comes up: what the server lists does not change it.
        let known = self.known(Some(id));

        // AUTHORIZATION state.
        let mut open = self.sign_in(entry).await?;
        let news = self.lessons.logged_in(&open.capabilities);
        self.learn(id, news).await?;

        let ended = self.transact(&mut open, known, id).await;
        leave_if_stopped(&mut open.client, ended).await
    }

    /// TRANSACTION state, and what QUIT makes of it.
    async fn transact(
        &mut self,
        open: &mut Open,
        known: impl Future<Output = Result<Vec<Known>, Trouble>>,
        id: AccountId,
    ) -> Result<After, Trouble> {
        let seen = self.look(open, known, Some(id)).await?;
        self.note_absence(&seen).await?;
        let mut plan = self.plan(&seen, &open.capabilities);
        let compares_heads = self.compares_heads(&open.capabilities);
        self.take_back_unprovable(&seen.known).await?;
        self.distrust_unproven(&seen.known, compares_heads).await?;
        let (before, new) = (Before::of(&seen.known), plan.new);
        let sighted = seen.sighted().after(self.lessons.beside.clone());
        let mut unread = Unread::of(&plan, &seen);
        self.lessons.may_delete = self.may_delete(&before);
        self.lessons.put_off = self.lessons.put_off_suspects(&mut plan);
        let Seen {
            maildrop, known, ..
        } = seen;
        // Else it is read again for the policy: it is not kept in memory while mails come in.
        let known = Some(known).filter(|_| plan.is_empty());
        let order = self.order(plan, open);
        let capped = maildrop.looks_capped(&self.account.host, new);
        let farewell = self.farewell(&before, capped);
        let (committed, ended) = self.download(&mut open.client, order, sighted, id).await;
        unread.but(&maildrop, &committed, capped);
        self.note_beside(&unread, &ended);
        ended?;
        self.settle(&before, &maildrop, &committed).await?;
        let doomed = self
            .doomed(&maildrop, known, &before, &committed, id)
            .await?;
        if open.client.unkept.is_empty() {
            let doomed = self.proven(open, doomed, &committed).await?;
            self.keep_beside(id, &unread, &doomed).await?;
            let marked = self.delete(open, doomed).await?;
            // UPDATE state: QUIT deletes what was marked.
            self.quit(&mut open.client, marked, farewell).await?;
        } else if !doomed.is_empty() {
            let unkept = unkept(&open.client, &maildrop);
            let serves = self.lessons.refusing.is_none();
            if serves && unkept.is_some_and(|names| self.lessons.clear_beside(names)) {
                return Ok(After::Rest);
            }
            self.remark_on_unsaid(doomed.len());
        }
        let_go(maildrop);
        if let Some(said) = self.lessons.refusing.take() {
            return Err(Trouble::Refusing(said));
        }
        if self.lessons.left > 0 {
            return Ok(After::Rest);
        }
        if capped && committed.new > 0 && !self.wish.only {
            return Ok(After::Hidden);
        }
        Ok(After::Nothing)
    }

    /// What the store knows of the maildrop. The reading begins at once.
    pub(super) fn known(
        &self,
        id: Option<AccountId>,
    ) -> impl Future<Output = Result<Vec<Known>, Trouble>> + Send + use<C, T> {
        let reading = id.map(|id| self.store.begin_read(move |reader| reader.undeleted(id)));
        async move {
            match reading {
                Some(reading) => Ok(reading.await?),
                None => Ok(Vec::new()),
            }
        }
    }

    pub(super) async fn sign_in(&mut self, entry: &Entry<'_, C>) -> Result<Open, Trouble> {
        self.enter(Stage::Connecting);
        let manner = self.lessons.manner();
        let mut client = self.unless_cancelled(entry.open(&manner)).await?;
        self.enter(Stage::SigningIn);
        let log_in = entry.log_in(&mut client, &manner);
        let signed_in = self.unless_cancelled(log_in).await;
        self.lessons.note_announced(&client, &signed_in);
        let capabilities = signed_in?;
        Ok(Open {
            budget: Budget::new(self.limits, Instant::now(), capabilities.login_delay),
            client,
            capabilities,
        })
    }

    /// What the server lists, and what the store knows of it. Mails that the server renamed are recognised.
    pub(super) async fn look(
        &mut self,
        open: &mut Open,
        known: impl Future<Output = Result<Vec<Known>, Trouble>>,
        id: Option<AccountId>,
    ) -> Result<Seen, Trouble> {
        self.enter(Stage::Listing);
        let pace = Pace::choose(self.lessons.may_pipeline(&open.capabilities), true, 0);
        open.client.set_window(pace.window());
        let listing = list(&mut open.client, &open.capabilities);
        let maildrop = self.unless_cancelled(listing).await?;
        self.report.kept = maildrop.mails.len() as u64;
        self.remark_on(&maildrop);
        let mut seen = Seen::of(maildrop, known.await?);
        self.recall_deleted(&mut seen, id).await?;
        self.recognise(open, pace, &mut seen).await?;
        Ok(seen)
    }

    /// What was deleted on the server matters only where it seems to be listed again, or where the user asks for it: in
    /// years it becomes many times what is there.
    async fn recall_deleted(&self, seen: &mut Seen, id: Option<AccountId>) -> Result<(), Trouble> {
        let names = uncovered(&seen.maildrop.mails, &seen.known, &seen.namesakes, now());
        let messages = self.wish.whole.clone();
        let Some(id) = id.filter(|_| !names.is_empty() || !messages.is_empty()) else {
            return Ok(());
        };
        let recall = move |reader: &Reader| reader.deleted(id, &names, &messages);
        let deleted = self.store.read(recall).await?;
        if !deleted.is_empty() {
            seen.known.extend(deleted);
            seen.compare();
        }
        Ok(())
    }

    fn remark_on(&mut self, maildrop: &Maildrop) {
        if !maildrop.has_uids && !maildrop.mails.is_empty() {
            self.warn("the server gives its mails no unique-ids: each fetch downloads all of them to see what is new");
        }
        if maildrop.unnamed > 0 {
            let (mails, wait) = match maildrop.unnamed {
                1 => ("1 mail has".to_owned(), "waits"),
                many => (format!("{} have", words::mails(many)), "wait"),
            };
            let text = format!("{mails} no unique-id yet and {wait} for the next fetch");
            self.warn(&text);
        }
    }

    /// Which mails are listed is kept, but for those whose names may be other mails' by now: these are read first.
    async fn note_absence(&self, seen: &Seen) -> Result<(), Trouble> {
        if !seen.maildrop.has_uids || self.wish.only {
            return Ok(());
        }
        let now = now();
        let mut absence = Absence::of(&seen.known, &seen.namesakes, now);
        let gone = seen.known.iter().filter(|known| is_gone(known, now));
        let gone: HashSet<LedgerId> = gone.map(|known| known.id).collect();
        absence.back.retain(|id| !gone.contains(id));
        if absence.is_empty() {
            // A fetch that finds nothing new should not write.
            return Ok(());
        }
        let note = move |writer: &mut Writer| writer.note(&absence, now);
        Ok(self.store.write(note).await?)
    }

    pub(super) fn plan(&mut self, seen: &Seen, capabilities: &Capabilities) -> Plan {
        let aims = Aims {
            keep: self.account.keep_on_server,
            now: now(),
            partial_above: self.account.partial_above,
            cap: pop3::Limits::default().message as u64,
            // A server that was not asked what it can do may know TOP all the same; if not, the whole mail comes.
            can_top: capabilities.top || !capabilities.known,
            compares_heads: self.compares_heads(capabilities),
            vanished: &seen.vanished_whole(),
            whole: &self.wish.whole.iter().copied().collect(),
            doubted: &self.lessons.doubted,
            suspects: &self.lessons.suspects,
        };
        let plan = plan(&seen.maildrop.mails, &seen.known, &seen.namesakes, &aims);
        let listed: HashSet<UniqueId> = plan.wished.iter().filter_map(Errand::stored_uid).collect();
        let is_wished = |known: &&Known| {
            let wished = known
                .message
                .is_some_and(|id| self.wish.whole.contains(&id));
            wished && known.completeness == Completeness::Head
        };
        let missing = seen.known.iter().filter(is_wished);
        let missing = missing.filter(|known| !listed.contains(&known.uid));
        let failures = missing.map(|known| Failure {
            uid: Some(known.uid.clone()),
            reason: "it is no longer on the server; only its head is here".to_owned(),
        });
        if !self.lessons.is_clearing {
            // What failed in an earlier session is tried again in this one.
            self.report.failed.clear();
        }
        self.report.failed.extend(failures);
        plan
    }

    fn order(&self, plan: Plan, open: &Open) -> Order {
        let cap = pop3::Limits::default().message as u64;
        let mut errands = plan.wished;
        let mut alone = Vec::new();
        if !self.wish.only {
            errands.extend(order::sort(plan.download, &self.lessons.suspects, cap));
            alone = plan.again;
        }
        let may_pipeline = self.lessons.may_pipeline(&open.capabilities);
        Order {
            pace: Pace::choose(may_pipeline, self.lessons.has_refused, errands.len()),
            errands,
            alone,
            budget: open.budget,
            cap,
        }
    }

    /// RETR. Download, digest and commit overlap; what was received is committed, however the download ends. QUIT comes
    /// behind the commit also where nothing is to be deleted: some servers no longer list what was read once it is said.
    async fn download(
        &mut self,
        client: &mut Client,
        order: Order,
        sighted: Sighted,
        id: AccountId,
    ) -> (Committed, Result<(), Trouble>) {
        self.lessons.left = 0;
        self.lessons.refusing = None;
        if order.is_empty() {
            return (Committed::default(), Ok(()));
        }
        self.enter(Stage::Downloading);
        let (cancel, tell, store) = (self.cancel, self.tell, self.store);
        let idle = self.limits.idle;
        let is_unchecked = order.pace == Pace::Pipelined;
        let (pipe, outlet) = pipe::open(order.octets());
        let next = if self.lessons.may_delete {
            Next::Deletions
        } else {
            Next::Nothing
        };
        let mut committed = Committed::default();
        let doubted = &mut self.lessons.doubted;
        let safe = CancellationToken::new();
        let downloading = async {
            let mut download = Download::new(client, order, doubted, pipe);
            let run = download.run(|progress| tell(Event::Progress(progress)));
            let ended = cancel.run_until_cancelled(run).await;
            let ended = ended.unwrap_or(Err(Trouble::Cancelled));
            let outcome = download.finish(ended.is_err());
            if ended.is_err() {
                return (outcome, ended);
            }
            // The last mails are on their way to the disk.
            let rest = while_idle(client, idle, safe.cancelled());
            let rest = cancel.run_until_cancelled(rest).await;
            (outcome, rest.unwrap_or(Err(Trouble::Cancelled)))
        };
        let committing = async {
            let all_safe = commit(store, id, outlet, sighted, next, tell, &mut committed).await;
            safe.cancel();
            all_safe
        };
        let ((outcome, ended), all_safe) = tokio::join!(downloading, committing);
        client
            .unkept
            .are_kept(committed.mails.iter().map(|mail| mail.number));
        self.report.new += committed.new;
        self.report.updated += committed.updated;
        if committed.folder_notes > 0 {
            self.warn("the first mail on the server is its own note about the folder (or looks like one): it is in Archive, read, and stays on the server");
        }
        self.note(outcome);
        if is_unchecked && matches!(ended, Err(Trouble::Protocol(_))) {
            let rows = committed.mails.iter().map(|mail| mail.ledger);
            if let Err(trouble) = self.distrust(rows).await {
                return (committed, Err(trouble));
            }
        }
        // A store that fails makes the download fail too: its own word comes first.
        (committed, all_safe.and(ended))
    }

    /// Takes over what a download came to.
    fn note(&mut self, outcome: Outcome) {
        self.report.octets += outcome.octets;
        self.report.failed.extend(outcome.failed);
        self.lessons.left = outcome.left;
        self.lessons.refusing = outcome.refusals.of_everything(outcome.mails);
        if let Some(suspect) = outcome.suspect {
            self.suspect(&suspect);
        }
        self.warn_of(
            &outcome.differing,
            "is stored, but its size is not what the server had told; it stays on the server",
            "are stored, but their sizes are not what the server had told; they stay on the server",
        );
        self.warn_of(
            &outcome.beheaded,
            "is larger than is accepted: only its head is stored; it stays on the server",
            "are larger than is accepted: only their heads are stored; they stay on the server",
        );
    }

    fn warn_of(&mut self, mails: &[Listed], one: &str, more: &str) {
        let Some(first) = mails.first() else { return };
        let name = uid_text(first.uid.as_ref()).unwrap_or_else(|| "without a name".to_owned());
        let text = match mails.len() {
            1 => format!("the mail {name} {one}"),
            many => format!("{} (one is {name}) {more}", words::mails(many)),
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
            uid: Some(uid.clone()),
            reason: "it did not come whole, twice; it stays on the server".to_owned(),
        });
    }
}

/// The names of the mails that were read and are not kept; `None` where one has no name.
fn unkept(client: &Client, maildrop: &Maildrop) -> Option<Vec<UniqueId>> {
    let names = client.unkept.numbers().map(|number| {
        let mail = maildrop.mail(number)?;
        mail.uid.clone()
    });
    names.collect()
}
