//! A store, an account and a fetch between them.

use std::sync::Mutex;
use std::time::Duration;

use poptui::config::{Account, Keep};
use poptui::fetch::{Connect, Event, Report, Wish, fetch};
use poptui::query::Query;
use poptui::store::Store;
use tokio_util::sync::CancellationToken;

use super::maildrop::Mail;

/// The password of all test accounts.
pub(crate) const PASSWORD: &str = "correct horse";

/// A store of its own, gone when dropped.
pub(crate) struct World {
    pub(crate) account: Account,
    pub(crate) store: Store,
    _dir: tempfile::TempDir,
}

impl World {
    pub(crate) fn new(keep: Keep) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let store = Store::open(dir.path()).expect("a new store");
        Self {
            account: account(keep),
            store,
            _dir: dir,
        }
    }

    /// One fetch, and its events.
    pub(crate) async fn watch<C: Connect>(&self, connect: &C) -> (Report, Vec<Event>) {
        let events = Mutex::new(Vec::new());
        let tell = |event| events.lock().expect("not poisoned").push(event);
        let report = fetch(
            &self.account,
            &self.store,
            connect,
            &Wish::default(),
            CancellationToken::new(),
            tell,
        )
        .await;
        (report, events.into_inner().expect("not poisoned"))
    }

    /// One fetch.
    pub(crate) async fn fetch<C: Connect>(&self, connect: &C) -> Report {
        self.watch(connect).await.0
    }

    /// The octets of all stored mails, sorted.
    pub(crate) fn stored(&self) -> Vec<Vec<u8>> {
        let read = self.store.read_now(|reader| {
            let ids = reader.find_ids(&Query::parse("in:any"), None)?;
            let octets = ids.into_iter().map(|id| reader.octets(id));
            octets.collect::<Result<Vec<_>, _>>()
        });
        let mut stored: Vec<Vec<u8>> = read
            .expect("a readable store")
            .into_iter()
            .flatten()
            .collect();
        stored.sort();
        stored
    }

    /// Every one of these mails is stored once, and nothing else is.
    #[track_caller]
    pub(crate) fn holds_exactly(&self, mails: &[Mail]) {
        let mut wanted: Vec<Vec<u8>> = mails.iter().map(|mail| mail.octets.clone()).collect();
        wanted.sort();
        let text = |all: &[Vec<u8>]| -> Vec<String> {
            all.iter()
                .map(|mail| String::from_utf8_lossy(mail).into_owned())
                .collect()
        };
        assert_eq!(text(&self.stored()), text(&wanted));
    }
}

/// An account that waits for nothing longer than a moment.
pub(crate) fn account(keep: Keep) -> Account {
    Account {
        keep_on_server: keep,
        timeout: Duration::from_millis(400),
        ..Account::in_clear("work", "alice", PASSWORD)
    }
}
