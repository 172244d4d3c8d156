//! The hands of the program on the screen: terminal, keys, clock, store, network. Decides nothing.

mod clipboard;
mod deeds;
mod drive;
mod fetching;
mod finding;
mod handed_out;
mod hands;
mod holdings;
mod hyperlinks;
mod input;
mod opener;
mod opening;
mod outside;
mod pieces;
mod piping;
mod save;
mod signals;
mod terminal;
mod writing;

use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::event::Size;
use crate::app::fetching::Source;
use crate::app::keymap::Keymap;
use crate::app::model::{Look, Model, Place, Screen, Standing};
use crate::app::{self, Before, Failures, effect};
use crate::config::Account;
use crate::fetch::Connect;
use crate::mail::SafeText;
use crate::store::{self, Store};

pub use drive::drive;
pub use effect::Leave;
pub use input::Input;
pub use outside::Outside;

/// What the client on the screen is started with.
pub struct Start<C> {
    /// The mail; `None` for the welcome screen.
    pub store: Option<Store>,
    /// The accounts to fetch from.
    pub accounts: Vec<Account>,
    /// What opens lines to their servers.
    pub connect: Arc<C>,
    /// Which keys mean what.
    pub keymap: Keymap,
    /// Welcome, or mail.
    pub screen: Screen,
    /// What may be done with the mail.
    pub standing: Standing,
    /// Where attachments are saved.
    pub downloads: PathBuf,
    /// Other programs and the clipboard.
    pub outside: Outside,
    /// The look of the screen.
    pub look: Look,
    /// Sentences to be said at once.
    pub warnings: Vec<SafeText>,
    /// Whether the first fetch is started without being asked for (the sample mailbox would be empty else).
    pub fetch_at_once: bool,
}

/// Why the screen could not be run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The terminal does not do what a terminal does.
    #[error("the terminal cannot be used: {0}; `poptui list` and `poptui read` work without one")]
    Terminal(#[from] io::Error),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Runs the client on the process's terminal until the user leaves it. The terminal is as it was when this returns,
/// also after a panic or a signal. `open` says what to start with; it is called when signals are heard already, so that
/// whatever it opens or makes is closed and cleared away in order.
pub fn run<C: Connect, E: From<Error>>(
    open: impl FnOnce() -> Result<Start<C>, E>,
) -> Result<Leave, E> {
    let failed = |error: io::Error| E::from(Error::Terminal(error));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(failed)?;
    let leave = runtime.block_on(async {
        let signals = signals::Signals::new().map_err(failed)?;
        let start = open()?;
        let links = hyperlinks::Hyperlinks::default();
        let mut guard = terminal::Guard::enter(links.clone()).map_err(failed)?;
        let keys = input::from_terminal().map_err(failed)?;
        tokio::spawn(terminal::let_go(signals::Signals::new().map_err(failed)?));
        let links = start.outside.hyperlinks.then_some(links);
        let terminal = drive::Shown {
            terminal: guard.terminal(),
            links,
        };
        let driven = drive::drive_until(terminal, keys, signals, start, |_| {});
        driven.await.map_err(E::from)
    });
    // A name lookup or a parser may still run on a thread of its own; nobody waits for it.
    runtime.shutdown_background();
    leave
}

/// A word kept from the last run.
fn remembered(store: &Store, key: &'static str) -> Result<Option<String>, store::Error> {
    store.read_now(move |reader| reader.remembered(key))
}

/// The model before the first event.
fn model<C>(start: &Start<C>, size: Size) -> Result<Model, store::Error> {
    let store = start.store.as_ref();
    let place = store
        .map(|store| remembered(store, app::PLACE))
        .transpose()?;
    let of_fetches = |key| store.map(|store| remembered(store, key)).transpose();
    let fetched = of_fetches(app::FETCHED)?.flatten();
    let failed = of_fetches(app::FAILED)?.flatten();
    let threaded = store
        .map(|store| remembered(store, app::THREADED))
        .transpose()?;
    Ok(Model::new(app::Start {
        size,
        now: now(),
        zone: TimeZone::system(),
        look: start.look,
        screen: start.screen.clone(),
        standing: start.standing,
        keymap: start.keymap.clone(),
        accounts: start
            .accounts
            .iter()
            .map(|account| Source {
                name: SafeText::new(&account.name),
                keep: account.keep_on_server,
                fetch_every: account.fetch_every,
            })
            .collect(),
        seed: RandomState::new().hash_one(0),
        place: place.flatten().as_deref().and_then(Place::parse),
        before: Before {
            done_at: fetched.and_then(|text| text.parse().ok()),
            failures: Failures::parse(&failed.unwrap_or_default()),
        },
        threaded: app::threaded(&threaded.flatten().unwrap_or_default()),
        warnings: start.warnings.clone(),
    }))
}

/// Milliseconds since 1970 UTC.
fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

fn sentence(error: &store::Error) -> SafeText {
    SafeText::new(&error.to_string())
}
