//! A store, an account and a fetch between them.

use std::sync::Mutex;
use std::time::Duration;

use jiff::ZonedDateTime;
use poptui::config::{Account, Keep};
use poptui::fetch::{Connect, Event, Limits, Report, Wish, fetch_within};
use poptui::mail::{AccountId, Change, Destination, FolderRole, MessageId};
use poptui::query::Query;
use poptui::store::{Known, Lessons, Store};
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
        self.run(connect, Limits::default(), &Wish::default()).await
    }

    /// One fetch that is asked for something else.
    pub(crate) async fn wish<C: Connect>(&self, connect: &C, wish: &Wish) -> Report {
        self.run(connect, Limits::default(), wish).await.0
    }

    /// One fetch in sessions of other limits, and its events.
    pub(crate) async fn run<C: Connect>(
        &self,
        connect: &C,
        limits: Limits,
        wish: &Wish,
    ) -> (Report, Vec<Event>) {
        let events = Mutex::new(Vec::new());
        let tell = |event| events.lock().expect("not poisoned").push(event);
        let report = fetch_within(
            limits,
            &self.account,
            &self.store,
            connect,
            wish,
            CancellationToken::new(),
            tell,
        )
        .await;
        (report, events.into_inner().expect("not poisoned"))
    }

    /// The account's number in the store.
    pub(crate) fn id(&self) -> AccountId {
        let name = self.account.name.clone();
        let id = self.store.read_now(move |reader| reader.account(&name));
        id.expect("a readable store").expect("it was fetched")
    }

    /// Changes what earlier fetches learned of the server.
    pub(crate) fn teach(&self, change: impl Fn(&mut Lessons) + Send + 'static) {
        let id = self.id();
        let read = self.store.read_now(move |reader| reader.lessons(id));
        let mut lessons = read.expect("a readable store");
        change(&mut lessons);
        let learn = self
            .store
            .write_now(move |writer| writer.learn(id, &lessons));
        learn.expect("a writable store");
    }

    /// What the store knows of the account's maildrop, by name.
    pub(crate) fn ledger(&self) -> Vec<Known> {
        let id = self.id();
        let known = self.store.read_now(move |reader| reader.maildrop(id));
        let mut known = known.expect("a readable store");
        known.sort_by(|a, b| (&a.uid, a.id).cmp(&(&b.uid, b.id)));
        known
    }

    /// One fetch.
    pub(crate) async fn fetch<C: Connect>(&self, connect: &C) -> Report {
        self.watch(connect).await.0
    }

    /// Moves a mail to Trash and empties it.
    pub(crate) fn delete_for_good(&self, id: MessageId) {
        let folders = self.store.read_now(poptui::store::Reader::folders);
        let folders = folders.expect("a readable store");
        let trash = folders
            .iter()
            .find(|folder| folder.role == FolderRole::Trash);
        let to = Destination::Folder(trash.expect("there always is one").id);
        let ids = vec![id];
        let deleted = self.store.write_now(move |writer| {
            writer.apply(
                &Change::Move {
                    ids: ids.clone(),
                    to,
                },
                0,
            )?;
            writer.expunge(&ids)
        });
        assert_eq!(deleted.expect("a writable store"), 1);
    }

    /// The octets of all stored mails, sorted.
    pub(crate) fn stored(&self) -> Vec<Vec<u8>> {
        let read = self.store.read_now(|reader| {
            let ids = reader.find_ids(&Query::parse("in:any", &ZonedDateTime::default()), None)?;
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
