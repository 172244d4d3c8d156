//! What sessions learn for those after them: within a fetch, and for the next one.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::config::Account;
use crate::mail::SafeText;
use crate::pop3::{Capa, Capabilities, UniqueId};
use crate::store;
use crate::store::Beside;

use super::announced::Announced;
use super::clock::now;
use super::judge::plan::{Errand, Plan};
use super::keep::pipe::sha256;
use super::talk::client::Client;
use super::talk::sign_in::Manner;
use super::tell::progress::Stage;
use super::tell::trouble::Trouble;

/// For so long commands are not pipelined where that went wrong once: servers are mended, and lines.
const LOCK_STEP: i64 = 30 * 24 * 60 * 60;

/// For so long a server is not asked for CAPA that closed the line on it in so many fetches in a row. Anybody on the way
/// can close a line, and without CAPA a log-in is a weaker one.
const WITHOUT_CAPA: (i64, u32) = (7 * 24 * 60 * 60, 2);

/// After so many log-ins in a row that were refused, nobody but the user asks again: some servers lock an account whose
/// password is tried too often.
const REFUSALS: u32 = 3;

/// What sessions learn for those after them.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a lesson of its own, and any set of them can be learnt"
)]
pub(super) struct Lessons {
    /// What the store keeps of it.
    kept: store::Lessons,
    /// What it has.
    stored: store::Lessons,
    /// As what the account signs in.
    signs_in_as: Option<u32>,
    /// What the server announced before its log-ins.
    announced: Announced,
    /// A log-in by what it had announced went wrong.
    is_asked_first: bool,
    /// Whether commands may be pipelined in the rest of this fetch, where the server says so.
    lock_step: bool,
    /// Commands behind a log-in went wrong; worth keeping once a session without them gets on.
    out_of_step: bool,
    /// A mail was refused while others were on their way.
    pub(super) has_refused: bool,
    /// The line broke when heads were asked for, to know renamed mails again.
    pub(super) without_top: bool,
    /// A log-in of this fetch went well.
    has_logged_in: bool,
    /// Whether CAPA closes the line, as earlier fetches learned.
    shuns_capa: bool,
    /// CAPA closed the line in this fetch.
    without_capa: bool,
    /// That is worth keeping once a session without it gets on: the line was not one that anybody can write on.
    is_sure_of_capa: bool,
    /// A mail at which a session broke is asked for last: it must not keep the others away.
    pub(super) suspects: HashSet<UniqueId>,
    /// Whether this fetch may delete anything.
    pub(super) may_delete: bool,
    /// Whether there was a session that left the suspects alone, to delete what is safe: one in a fetch.
    has_cleared: bool,
    /// Whether it is the next one, or the one that goes on.
    pub(super) is_clearing: bool,
    /// Whether it is the one behind this one.
    clears_next: bool,
    /// How many suspects the session left alone.
    pub(super) put_off: usize,
    /// Mails of doubtful size, whose next reading counts.
    pub(super) doubted: HashSet<UniqueId>,
    /// What the server says that refuses one mail after the other.
    pub(super) refusing: Option<SafeText>,
    /// What stood side by side in the listings before this one.
    pub(super) beside: Arc<Beside>,
    /// As much of it as the store keeps for the next fetch.
    pub(super) kept_beside: Beside,
    /// What the session that just ended was doing, and what it left.
    pub(super) stage: Option<Stage>,
    pub(super) left: usize,
}

/// For how long commands are not pipelined, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LockStep {
    pub(super) since: i64,
    pub(super) until: i64,
}

/// What an earlier fetch learned of pipelining, while it counts.
pub(super) fn lock_step(stored: &store::Lessons) -> Option<LockStep> {
    let since = stored.lock_step_since?;
    let until = since.saturating_add(LOCK_STEP);
    (now() < until).then_some(LockStep { since, until })
}

impl Lessons {
    /// Those of earlier fetches.
    pub(super) fn of(stored: store::Lessons, announced: Option<String>, account: &Account) -> Self {
        let (span, often) = WITHOUT_CAPA;
        let is_lately = |since: i64| now().saturating_sub(since) < span;
        let shuns_capa =
            stored.without_capa >= often && stored.without_capa_since.is_some_and(is_lately);
        let lock_step_since = lock_step(&stored).map(|lock_step| lock_step.since);
        Self {
            kept: store::Lessons {
                lock_step_since,
                ..stored
            },
            stored,
            announced: Announced::of(announced, account, signs_in_as(account)),
            signs_in_as: Some(signs_in_as(account)),
            shuns_capa,
            lock_step: lock_step_since.is_some(),
            ..Self::default()
        }
    }

    /// How the next session signs in.
    pub(super) fn manner(&self) -> Manner {
        Manner {
            capa: self.capa(),
            login_pipelining: !self.lock_step,
            recall: self.announced.recall(),
        }
    }

    /// Whether the server has refused the log-in so often that nobody but the user asks again.
    pub(super) fn is_barred(&self) -> bool {
        self.kept.refusals >= REFUSALS && self.kept.refused_as == self.signs_in_as
    }

    /// The log-in is worth a try: the user says so, or the server has taken it.
    pub(super) fn forgive(&mut self) {
        (self.kept.refusals, self.kept.refused_as) = (0, None);
    }

    /// A log-in ended: what the server announced before it is remembered, or no longer believed.
    pub(super) fn note_announced<R>(&mut self, client: &Client, ended: &Result<R, Trouble>) {
        match ended {
            Ok(_) => {
                self.is_asked_first = false;
                self.announced.note(client.session().worth_remembering());
            }
            Err(trouble) => self.is_asked_first = self.announced.doubt(client.session(), trouble),
        }
    }

    /// What the store should keep of what the server announced, if it is news.
    pub(super) fn news_announced(&mut self) -> Option<String> {
        self.announced.news()
    }

    /// Counts a log-in that was refused. A line that is closed on it is a refusal as well, where nothing but the log-in
    /// can have been the reason: in lock-step.
    pub(super) fn count_refusal(&mut self, trouble: &Trouble) {
        let is_closed = matches!(trouble, Trouble::ClosedAtLogin) && self.lock_step;
        if !trouble.is_refused_login() && !is_closed {
            return;
        }
        if self.kept.refused_as != self.signs_in_as {
            self.kept.refusals = 0;
        }
        self.kept.refusals = self.kept.refusals.saturating_add(1);
        self.kept.refused_as = self.signs_in_as;
    }

    /// Whether CAPA may be asked.
    fn capa(&self) -> Capa {
        if self.shuns_capa || self.without_capa {
            Capa::Skip
        } else {
            Capa::Ask
        }
    }

    pub(super) fn may_pipeline(&self, capabilities: &Capabilities) -> bool {
        capabilities.pipelining && !self.lock_step
    }

    /// Takes the suspects out of the plan of a session that leaves them alone, and tells how many they are.
    pub(super) fn put_off_suspects(&self, plan: &mut Plan) -> usize {
        if !self.is_clearing {
            return 0;
        }
        let is_suspect = |errand: &mut Errand| {
            let uid = errand.listed.uid.as_ref();
            uid.is_some_and(|uid| self.suspects.contains(uid))
        };
        let errands = [&mut plan.wished, &mut plan.download, &mut plan.again];
        let taken = errands.map(|errands| errands.extract_if(.., is_suspect).count());
        taken.iter().sum()
    }

    /// A mail that breaks every session must not keep all others on the server. So what is safe is deleted by a
    /// session of its own that does not ask for suspects, if there was none yet. Tells whether that is the next one.
    pub(super) fn clear_next(&mut self, trouble: &Trouble) -> bool {
        let broke = self.stage == Some(Stage::Downloading) && trouble.is_of_the_line();
        let clears = broke && self.may_delete && !self.has_cleared && !self.suspects.is_empty();
        self.has_cleared |= clears;
        self.is_clearing = clears;
        clears
    }

    /// Mails were read that could not be kept, so that QUIT was not said. Tells whether a session of its own is next that
    /// leaves them alone, to delete what is safe: they must not keep all others on the server.
    pub(super) fn clear_beside(&mut self, unkept: Vec<UniqueId>) -> bool {
        let clears = !self.has_cleared;
        if clears {
            self.suspects.extend(unkept);
            self.has_cleared = true;
            self.clears_next = true;
        }
        clears
    }

    /// A session went well.
    pub(super) fn went_well(&mut self) {
        self.is_clearing = std::mem::take(&mut self.clears_next);
    }

    /// The log-in went well. Tells what the store should keep, if that is news.
    pub(super) fn logged_in(&mut self, capabilities: &Capabilities) -> Option<store::Lessons> {
        self.has_logged_in = true;
        self.forgive();
        self.note_capa();
        if std::mem::take(&mut self.out_of_step) {
            self.kept.lock_step_since = Some(now());
        }
        self.kept.login_delay = capabilities.login_delay.filter(|delay| *delay > 0);
        // Without a LOGIN-DELAY nobody asks when it was, and a fetch that finds nothing should not write.
        if self.kept.login_delay.is_some() {
            self.kept.last_login = Some(now());
        }
        self.news()
    }

    fn note_capa(&mut self) {
        if self.capa() == Capa::Ask {
            (self.kept.without_capa, self.kept.without_capa_since) = (0, None);
        }
        if std::mem::take(&mut self.is_sure_of_capa) {
            self.kept.without_capa = self.kept.without_capa.saturating_add(1);
            self.kept.without_capa_since = Some(now());
        }
    }

    /// What the store should keep, if it is news.
    pub(super) fn news(&mut self) -> Option<store::Lessons> {
        let news = self.kept != self.stored;
        self.stored = self.kept;
        news.then_some(self.kept)
    }

    /// The server's LOGIN-DELAY.
    pub(super) fn login_delay(&self) -> Duration {
        Duration::from_secs(self.kept.login_delay.unwrap_or_default().into())
    }

    /// How long the server refuses a log-in from now on.
    pub(super) fn until_login(&self) -> Duration {
        let Some(last) = self.kept.last_login else {
            return Duration::ZERO;
        };
        let passed = u64::try_from(now().saturating_sub(last)).unwrap_or(0);
        self.login_delay()
            .saturating_sub(Duration::from_secs(passed))
    }

    /// What it means for this fetch: a server that took password or token a moment ago, and now refuses them without a
    /// word on why, has had too many log-ins.
    pub(super) fn judge(&self, trouble: Trouble) -> Trouble {
        match trouble {
            Trouble::LoginPerhaps(said) | Trouble::Token(said, _) if self.has_logged_in => {
                Trouble::Busy(said)
            }
            other => other,
        }
    }

    /// Whether a new session may bring more, and how it is to be done.
    pub(super) fn is_worth_another(&mut self, trouble: &Trouble) -> bool {
        self.out_of_step = false;
        if std::mem::take(&mut self.is_asked_first) {
            return true;
        }
        let is_sure = matches!(trouble, Trouble::ClosedAtCapa);
        let closed = is_sure || matches!(trouble, Trouble::ClosedAtCapaInClear);
        if closed && self.capa() == Capa::Ask {
            self.without_capa = true;
            self.is_sure_of_capa = is_sure;
            return true;
        }
        if matches!(trouble, Trouble::OutOfStep) && !self.lock_step {
            self.out_of_step = true;
            self.lock_step = true;
            return true;
        }
        // It may have been the commands behind the log-in, or only the line.
        if matches!(trouble, Trouble::ClosedAtLogin) && !self.lock_step {
            self.lock_step = true;
            return true;
        }
        if self.stage == Some(Stage::Listing) && self.without_top {
            return true;
        }
        if self.stage != Some(Stage::Downloading) || !trouble.is_of_the_line() {
            return false;
        }
        match trouble {
            Trouble::RefusedInRow => self.has_refused = true,
            // Answers out of step: pipelining is not what this server can do.
            Trouble::Protocol(_) => {
                if !self.lock_step {
                    self.kept.lock_step_since = Some(now());
                }
                self.lock_step = true;
            }
            // A line that breaks may have broken under the load.
            _ => self.lock_step = true,
        }
        // Silence costs a whole timeout: it is risked again only if other mails wait behind this one.
        let cost_a_timeout = matches!(
            trouble,
            Trouble::Silent { .. } | Trouble::NoEnd { .. } | Trouble::TooSlow { .. }
        );
        self.left > 0 || !cost_a_timeout
    }
}

/// A number that is another one when the user has changed how the account signs in: enough of a hash to see that, too
/// little to find anything out by.
fn signs_in_as(account: &Account) -> u32 {
    let [a, b, c, d, ..] = sha256(account.sign_in().as_bytes());
    u32::from_be_bytes([a, b, c, d])
}
