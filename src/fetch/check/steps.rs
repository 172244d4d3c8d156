//! `poptui check`: the way to a mailbox, told step by step as it is gone. No mail is fetched and nothing is changed.
//!
//! It goes with the feet of a fetch: `network.rs`, `sign_in.rs`, `client.rs`, `listing.rs`. What it adds is what it
//! tells.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use tokio::net::TcpStream;

use crate::config;
use crate::config::Account;
use crate::mail::SafeText;
use crate::pop3::{Capa, Capabilities, Credentials, Security, Waiting};
use crate::store::Lessons;

use crate::fetch::check::advice;
use crate::fetch::check::findings::{self, Found};
use crate::fetch::check::refused::Attempt;
use crate::fetch::check::wording::Wording;
use crate::fetch::lessons::LockStep;
use crate::fetch::line::connect::Connect;
use crate::fetch::line::network::{self, Failed, Network};
use crate::fetch::line::tls::Tls;
use crate::fetch::talk::client::Client;
use crate::fetch::talk::delete::say_quit;
use crate::fetch::talk::listing::list;
use crate::fetch::talk::sign_in::{Entry, Manner, Protected};
use crate::fetch::tell::trace::{Trace, Traced};
use crate::fetch::tell::trouble::Trouble;
use crate::fetch::{ErrorKind, lessons, secret};

/// A part of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the contract")]
pub enum Step {
    Name,
    Tcp,
    Tls,
    Certificate,
    Capabilities,
    Login,
    Mails,
}

impl Step {
    /// The word of the contract.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Certificate => "certificate",
            Self::Capabilities => "capabilities",
            Self::Login => "login",
            Self::Mails => "mails",
        }
    }
}

/// What was found at a step.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Where.
    pub step: Step,
    /// Whether the way goes on. Even then there can be advice.
    pub ok: bool,
    /// What was found.
    pub detail: SafeText,
    /// What to change.
    pub advice: Option<SafeText>,
}

/// Goes the way to the account's mailbox, and tells what it finds as it finds it. The first step that fails is the
/// last one; its kind is the error. `lessons` is what earlier fetches learned of the server; `wording` is how settings are
/// told.
pub async fn check(
    account: &Account,
    lessons: Lessons,
    trace: Option<Trace>,
    wording: Wording,
    tell: impl Fn(Finding) + Send + Sync,
) -> Result<(), ErrorKind> {
    let connect = Traced::new(Network, trace);
    let check = Check {
        account,
        trace: connect.trace(),
        lessons,
        wording,
        tell,
    };
    let addresses = check.name().await?;
    let stream = check.tcp(addresses).await?;
    let tls = match account.security {
        config::Security::None => None,
        _ => Some(Arc::new(
            check.unless_failed(Step::Tls, Tls::new(account).await)?,
        )),
    };
    let credentials = secret::read(account).await;
    let who = credentials.clone().unwrap_or_else(|_| nobody());
    let entry = Entry::with(account, &connect, who, tls);
    let line = check.protect(&entry, stream).await?;
    // A password that is missing says nothing against what comes before it.
    check.unless_failed(Step::Login, credentials)?;
    // The user wants to know what the server says now.
    let manner = Manner {
        capa: Capa::Ask,
        ..lessons::Lessons::of(lessons, None, account).manner()
    };
    let (mut client, capabilities) = check.sign_in(&entry, line, manner).await?;
    check.mails(&mut client, &capabilities).await
}

/// Stands in where the password is missing, up to the step that needs it.
fn nobody() -> Credentials {
    Credentials::password("", "")
}

struct Check<'a, T> {
    account: &'a Account,
    /// Where a session would write, before there is one.
    trace: Option<&'a Trace>,
    lessons: Lessons,
    wording: Wording,
    tell: T,
}

/// What a step gives to the next one. A failure is told already.
type Told<R> = Result<R, ErrorKind>;

impl<T: Fn(Finding)> Check<'_, T> {
    async fn name(&self) -> Told<Vec<SocketAddr>> {
        let find = network::within(self.account, network::find(self.account));
        let addresses = find
            .await
            .map_err(|failed| self.lost(Step::Name, &failed))?;
        self.found(Step::Name, &findings::name(self.account, &addresses));
        Ok(addresses)
    }

    async fn tcp(&self, addresses: Vec<SocketAddr>) -> Told<TcpStream> {
        let began = Instant::now();
        let dial = network::within(self.account, network::dial(self.account, addresses));
        let stream = dial.await.map_err(|failed| self.lost(Step::Tcp, &failed))?;
        let took = began.elapsed();
        let found = findings::tcp(self.account, stream.peer_addr().ok(), took);
        self.found(Step::Tcp, &found);
        Ok(stream)
    }

    /// TLS, where that comes before the first word.
    async fn protect<C: Connect>(
        &self,
        entry: &Entry<'_, C>,
        stream: TcpStream,
    ) -> Told<Protected> {
        let tls = entry.tls();
        let protected = entry.protect(network::line(stream)).await;
        let line = protected.map_err(|trouble| {
            entry.remark(&trouble);
            self.fail_at_tls(tls, &trouble)
        })?;
        match (line.security, tls) {
            (Security::Tls, Some(tls)) => self.tell_tls(tls),
            (Security::None, _) => self.found(Step::Tls, &findings::in_clear(self.account)),
            _ => {}
        }
        Ok(line)
    }

    /// From the greeting into the mailbox.
    async fn sign_in<C: Connect>(
        &self,
        entry: &Entry<'_, C>,
        line: Protected,
        mut manner: Manner,
    ) -> Told<(Client, Capabilities)> {
        let tls = entry.tls();
        let client = entry.client(line, &manner);
        let mut client = self.unless_failed(Step::Login, client)?;
        let mut ended = entry.log_in(&mut client, &manner).await;
        // What a fetch would try, too.
        let again = match ended {
            Err(Trouble::ClosedAtCapa | Trouble::ClosedAtCapaInClear) => Some(Manner {
                capa: Capa::Skip,
                ..manner.clone()
            }),
            Err(Trouble::OutOfStep | Trouble::ClosedAtLogin) => Some(Manner {
                login_pipelining: false,
                ..manner.clone()
            }),
            _ => None,
        };
        if let Some(again) = again {
            manner = again;
            let again = entry.open(&manner).await;
            client = self.unless_failed(Step::Capabilities, again)?;
            ended = entry.log_in(&mut client, &manner).await;
        }
        let capabilities =
            ended.map_err(|trouble| self.fail_in_session(tls, &client, &manner, &trouble))?;
        if self.account.security == config::Security::Stls {
            tls.inspect(|tls| self.tell_tls(tls));
        }
        let found =
            findings::capabilities(&capabilities, &manner, self.lock_step(), client.quote());
        self.found(Step::Capabilities, &found);
        let found = findings::login(self.account, client.signed_in_by());
        self.found(Step::Login, &found);
        Ok((client, capabilities))
    }

    async fn mails(&self, client: &mut Client, capabilities: &Capabilities) -> Told<()> {
        let maildrop = list(client, capabilities).await;
        // Nothing hangs on the answer: nothing was marked.
        let _ = say_quit(client).await;
        let maildrop = self.unless_failed(Step::Mails, maildrop)?;
        self.found(Step::Mails, &findings::mails(&maildrop));
        Ok(())
    }

    /// Since when commands are not pipelined there, and until when.
    fn lock_step(&self) -> Option<LockStep> {
        lessons::lock_step(&self.lessons)
    }

    fn tell_tls(&self, tls: &Tls) {
        let agreed = tls.agreed().map(|agreed| agreed.to_string());
        self.found(Step::Tls, &Found::plain(agreed.unwrap_or_default()));
        if let Some(certificate) = tls.presented() {
            let found = findings::certificate(self.account, &certificate);
            self.found(Step::Certificate, &found);
        }
    }

    /// A certificate that is not believed is a step of its own: so far TLS was in order.
    fn fail_at_tls(&self, tls: Option<&Tls>, trouble: &Trouble) -> ErrorKind {
        let Trouble::Certificate { doubt, sentence } = trouble else {
            return self.fail(Step::Tls, trouble);
        };
        let so_far = "TLS is spoken; the handshake came as far as the certificate";
        self.found(Step::Tls, &Found::plain(so_far.to_owned()));
        let Some(presented) = tls.and_then(Tls::presented) else {
            return self.fail(Step::Certificate, trouble);
        };
        let found =
            advice::on_certificate(self.account, *doubt, sentence, &presented, self.wording);
        self.tell(Step::Certificate, false, &found);
        trouble.kind()
    }

    fn fail_in_session(
        &self,
        tls: Option<&Tls>,
        client: &Client,
        manner: &Manner,
        trouble: &Trouble,
    ) -> ErrorKind {
        if self.account.security == config::Security::Stls
            && let Some(tls) = tls
        {
            if tls.agreed().is_none() {
                return self.fail_at_tls(Some(tls), trouble);
            }
            self.tell_tls(tls);
        }
        let step = if trouble.is_of_the_login() || client.waiting_for() == Waiting::Login {
            Step::Login
        } else {
            Step::Capabilities
        };
        if let (Step::Login, Some(announced)) = (step, client.announced()) {
            let found = findings::capabilities(announced, manner, self.lock_step(), client.quote());
            self.found(Step::Capabilities, &found);
        }
        if let (Trouble::Protocol(_), Some(said)) = (trouble, client.nonsense()) {
            let found = advice::on_nonsense(self.account, trouble, &said, client.quote());
            self.tell(step, false, &found);
            return trouble.kind();
        }
        if let Trouble::Login(said) | Trouble::LoginPerhaps(said) = trouble {
            let attempt = Attempt {
                account: self.account,
                can: client.announced(),
                by: client.signed_in_by(),
            };
            self.tell(step, false, &attempt.advise(said, self.wording));
            return trouble.kind();
        }
        self.fail(step, trouble)
    }

    fn unless_failed<R>(&self, step: Step, ended: Result<R, Trouble>) -> Told<R> {
        ended.map_err(|trouble| self.fail(step, &trouble))
    }

    fn found(&self, step: Step, found: &Found) {
        self.tell(step, true, found);
    }

    fn lost(&self, step: Step, failed: &Failed) -> ErrorKind {
        if let Some(trace) = self.trace {
            trace.remark(&self.account.name, &failed.sentence(self.account));
        }
        self.tell(step, false, &advice::on_line(self.account, failed));
        ErrorKind::Connect
    }

    fn fail(&self, step: Step, trouble: &Trouble) -> ErrorKind {
        self.tell(step, false, &advice::on(self.account, trouble));
        trouble.kind()
    }

    fn tell(&self, step: Step, ok: bool, found: &Found) {
        (self.tell)(Finding {
            step,
            ok,
            detail: SafeText::new(&found.detail),
            advice: found
                .advice
                .as_deref()
                .map(|advice| SafeText::new(&self.wording.reword(advice))),
        });
    }
}
