//! The fetches of the client on the screen: started, told about, stopped.

use std::sync::Arc;

use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::Event;
use crate::app::event::{Ended, News, Progress};
use crate::app::schedule::Outlook;
use crate::config::Account;
use crate::fetch::{self, Connect, ErrorKind, Report, Retry, Wish};
use crate::mail::{Row, SafeText};
use crate::store::Store;

/// All accounts and the fetches that run.
pub(super) struct Fetching<C> {
    accounts: Arc<[Account]>,
    connect: Arc<C>,
    running: JoinSet<()>,
    cancel: CancellationToken,
}

impl<C: Connect> Fetching<C> {
    pub(super) fn new(accounts: Vec<Account>, connect: Arc<C>) -> Self {
        Self {
            accounts: accounts.into(),
            connect,
            running: JoinSet::new(),
            cancel: CancellationToken::new(),
        }
    }

    /// Fetches an account in a task of its own, once `after` has come.
    pub(super) fn start(
        &mut self,
        index: usize,
        wish: Wish,
        after: oneshot::Receiver<()>,
        store: &Store,
        tell: &UnboundedSender<Event>,
    ) {
        while self.running.try_join_next().is_some() {}
        if self.cancel.is_cancelled() {
            self.cancel = CancellationToken::new();
        }
        let task = Task {
            index,
            wish,
            after,
            accounts: Arc::clone(&self.accounts),
            connect: Arc::clone(&self.connect),
            store: store.clone(),
            cancel: self.cancel.child_token(),
            tell: tell.clone(),
        };
        self.running.spawn(task.run());
    }

    /// The accounts of the config.
    pub(super) fn accounts(&self) -> Arc<[Account]> {
        Arc::clone(&self.accounts)
    }

    /// Stops them all; what is committed stays.
    pub(super) fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Waits for the end of them all.
    pub(super) async fn join(&mut self) {
        while self.running.join_next().await.is_some() {}
    }
}

/// One fetch of one account.
struct Task<C> {
    index: usize,
    wish: Wish,
    after: oneshot::Receiver<()>,
    accounts: Arc<[Account]>,
    connect: Arc<C>,
    store: Store,
    cancel: CancellationToken,
    tell: UnboundedSender<Event>,
}

/// What rows are told as.
type Told = fn(Vec<Row>) -> Event;

impl<C: Connect> Task<C> {
    async fn run(mut self) {
        let unexpected = Unexpected {
            account: self.index,
            tell: self.tell.clone(),
            expected: false,
        };
        // An error would mean that the client is closing: the fetch is cancelled then.
        let _ = (&mut self.after).await;
        let (stored, mut batches) = mpsc::unbounded_channel();
        let news = |event| match event {
            fetch::Event::Stage(stage) => self.news(News::Stage(stage.in_words())),
            fetch::Event::Progress(progress) => self.news(News::Progress(numbers(progress))),
            // The screen may be closing; then nobody waits for the rows.
            fetch::Event::Stored(ids) => _ = stored.send((ids, Event::Arrived as Told)),
            fetch::Event::Changed(ids) => _ = stored.send((ids, Event::Changed as Told)),
        };
        let store = self.store.clone();
        let tell = self.tell.clone();
        let rows = tokio::spawn(async move {
            while let Some((ids, event)) = batches.recv().await {
                let read = store.read(move |reader| reader.rows(&ids)).await;
                let event = match read {
                    Ok(rows) => event(rows),
                    Err(error) => Event::Failed(SafeText::new(&error.to_string())),
                };
                let _ = tell.send(event);
            }
        });
        let account = &self.accounts[self.index];
        let report = fetch::fetch(
            account,
            &self.store,
            &*self.connect,
            &self.wish,
            self.cancel.clone(),
            news,
        )
        .await;
        drop(stored);
        let _ = rows.await;
        unexpected.avoid();
        self.news(News::Ended(ended(&report)));
    }

    fn news(&self, news: News) {
        let _ = self.tell.send(Event::Fetch {
            account: self.index,
            news,
        });
    }
}

/// Tells the end of a fetch whose task panicked: nobody else would, and the account would be shown as being fetched
/// for ever.
struct Unexpected {
    account: usize,
    tell: UnboundedSender<Event>,
    expected: bool,
}

impl Unexpected {
    fn avoid(mut self) {
        self.expected = true;
    }
}

impl Drop for Unexpected {
    fn drop(&mut self) {
        if self.expected {
            return;
        }
        let sentence = "the fetch broke off by a fault of poptui; what has arrived is kept";
        let news = News::Ended(Ended {
            error: Some(SafeText::new(sentence)),
            ..Ended::default()
        });
        let account = self.account;
        let _ = self.tell.send(Event::Fetch { account, news });
    }
}

fn numbers(progress: fetch::Progress) -> Progress {
    Progress {
        mails: progress.mails,
        mails_total: progress.mails_total,
        octets: progress.octets,
        rate: progress.rate,
        seconds_left: progress.seconds_left,
    }
}

fn ended(report: &Report) -> Ended {
    let sentence = |text: &String| SafeText::new(text);
    Ended {
        new: report.new,
        updated: report.updated,
        outlook: outlook(report),
        at_least: match report.retry {
            Retry::NotBefore(wait) => i64::try_from(wait.as_millis()).unwrap_or(i64::MAX),
            Retry::Whenever | Retry::Perhaps | Retry::AskUser | Retry::Stop => 0,
        },
        deleted: report.deleted,
        failed: report
            .failed
            .iter()
            .map(|failure| sentence(&failure.reason))
            .collect(),
        warnings: report.warnings.iter().map(sentence).collect(),
        cancelled: report
            .error
            .as_ref()
            .is_some_and(|error| error.kind == ErrorKind::Cancelled),
        error: report.error.as_ref().map(|error| sentence(&error.sentence)),
    }
}

/// What the end of a fetch means for the next one.
fn outlook(report: &Report) -> Outlook {
    let Some(error) = &report.error else {
        return Outlook::Good;
    };
    let why = match error.kind {
        ErrorKind::Cancelled => return Outlook::Good,
        ErrorKind::Auth => "log-in refused",
        ErrorKind::Config => "config not complete",
        ErrorKind::Busy => "mailbox in use",
        ErrorKind::Temporary => "server in trouble",
        ErrorKind::Connect => "server not reached",
        ErrorKind::Tls => "line not safe",
        ErrorKind::Protocol => "server breaks POP3",
        ErrorKind::Storage => "mail not stored",
    };
    match report.retry {
        Retry::Perhaps => Outlook::Doubtful,
        Retry::AskUser | Retry::Stop => Outlook::Stop(why),
        Retry::Whenever | Retry::NotBefore(_) => Outlook::Wait(why),
    }
}
