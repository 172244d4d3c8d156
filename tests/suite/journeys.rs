//! Keys in, screen out, through the real loop: the sample server, the real engine, a store on the disk.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use poptui::app::event::Size;
use poptui::app::key::parse_sequence;
use poptui::app::keymap::Keymap;
use poptui::app::model::{Look, Screen, Standing};
use poptui::config::{Account, Keep};
use poptui::demo::{self, SampleServer};
use poptui::runtime::{self, Input, Leave, Start};
use poptui::store::Store;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tempfile::TempDir;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio_stream::wrappers::UnboundedReceiverStream;

use crate::support::screen;

/// How long a screen may take to show what is waited for, before the test fails. Not a measure of speed.
const PATIENCE: Duration = Duration::from_mins(1);

/// A client that runs in a thread of its own.
pub(crate) struct Client {
    keys: UnboundedSender<Input>,
    screen: Arc<(Mutex<String>, Condvar)>,
    thread: Option<std::thread::JoinHandle<Leave>>,
}

impl Client {
    /// Starts on the mail in `dir`, with the sample account where there is a server.
    fn start(dir: &TempDir, server: &Arc<SampleServer>, width: u16, height: u16) -> Self {
        Self::start_as(demo::account(), dir, server, width, height)
    }

    /// The same with another account.
    fn start_as(
        account: Account,
        dir: &TempDir,
        server: &Arc<SampleServer>,
        width: u16,
        height: u16,
    ) -> Self {
        let store = Store::open(&dir.path().join("data")).unwrap();
        let start = Start {
            store: Some(store),
            accounts: vec![account],
            connect: Arc::clone(server),
            keymap: Keymap::new(&[]).unwrap(),
            screen: Screen::Mail,
            standing: Standing::Sample,
            downloads: dir.path().join("downloads"),
            outside: runtime::Outside::default(),
            look: Look::Colour,
            warnings: Vec::new(),
            fetch_at_once: false,
        };
        Self::run(start, width, height)
    }

    pub(crate) fn run(start: Start<SampleServer>, width: u16, height: u16) -> Self {
        let (keys, read) = mpsc::unbounded_channel();
        let screen = Arc::new((Mutex::new(String::new()), Condvar::new()));
        let shown = Arc::clone(&screen);
        let thread = std::thread::spawn(move || {
            let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            let watch = |buffer: &ratatui::buffer::Buffer| {
                *shown.0.lock().unwrap() = screen::text(buffer);
                shown.1.notify_all();
            };
            runtime
                .block_on(runtime::drive(
                    &mut terminal,
                    UnboundedReceiverStream::new(read),
                    start,
                    watch,
                ))
                .unwrap()
        });
        Self {
            keys,
            screen,
            thread: Some(thread),
        }
    }

    pub(crate) fn press(&self, keys: &str) {
        for key in keys
            .split(' ')
            .flat_map(|word| parse_sequence(word).unwrap())
        {
            self.keys.send(Input::Key(key)).unwrap();
        }
    }

    /// Waits for a screen that shows all of it; gives that screen.
    pub(crate) fn until(&self, wanted: &[&str]) -> String {
        self.until_that(&format!("{wanted:?}"), |screen| {
            wanted.iter().all(|text| screen.contains(text))
        })
    }

    pub(crate) fn until_that(&self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let (screen, changed) = &*self.screen;
        let held = screen.lock().unwrap();
        let (held, waited) = changed
            .wait_timeout_while(held, PATIENCE, |screen| !holds(screen))
            .unwrap();
        assert!(!waited.timed_out(), "never saw {what}; last:\n{held}");
        held.clone()
    }

    pub(crate) fn leave(mut self) -> Leave {
        self.press("Q");
        self.thread.take().unwrap().join().unwrap()
    }
}

#[test]
fn from_an_empty_mailbox_to_a_read_mail_and_back_the_next_day() {
    let dir = tempfile::tempdir().unwrap();
    let server = Arc::new(SampleServer::new());
    let client = Client::start(&dir, &server, 100, 30);
    client.until(&["Inbox is empty", "F5 fetches"]);
    client.press("F5");
    client.until(&["30 unread of 30", "fetched just now", "Welcome!"]);
    client.press("Enter");
    client.until(&["29 unread of 30", "Hello, and welcome aboard."]);
    client.press("q j d");
    client.until(&["Deleted 1 message — u undo", "of 29"]);
    client.press("gt");
    client.until_that("Trash and nothing else", |screen| {
        screen.contains("Re: Which book next?") && !screen.contains("The Hollin Gazette")
    });
    client.press("gi j j j");
    client.until(&["Inbox", "The Hollin Gazette"]);
    assert_eq!(client.leave(), Leave::Done);

    let client = Client::start(&dir, &server, 100, 30);
    let shown = client.until(&["of 29"]);
    assert!(
        !shown.contains("▌●    poptui"),
        "the cursor is where it was left:\n{shown}"
    );
    client.press("u");
    client.until(&["Undone: moving 1 message to Trash", "of 30"]);
    client.press("^R");
    client.until(&["Done again", "of 29"]);
    client.leave();
}

#[test]
fn fetching_again_brings_a_few_more_and_the_cursor_stays_on_its_mail() {
    let dir = tempfile::tempdir().unwrap();
    let server = Arc::new(SampleServer::new());
    let client = Client::start(&dir, &server, 80, 24);
    client.press("F5");
    client.until(&["30 unread of 30"]);
    client.press("j j");
    let before = client.until_that("the cursor on the third mail", |screen| {
        screen.contains("3/30")
    });
    let mail = before
        .lines()
        .find(|line| line.starts_with('▌'))
        .unwrap()
        .to_owned();
    client.press("F5");
    let after = client.until_that("more mail", |screen| {
        screen.contains("new mail") && !screen.contains("of 30 ")
    });
    assert!(after.lines().any(|line| line == mail), "{mail}\n{after}");
    client.leave();
}

#[test]
fn attachments_are_saved_into_the_downloads_directory_and_never_over_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let server = Arc::new(SampleServer::new());
    let client = Client::start(&dir, &server, 120, 40);
    client.press("F5");
    client.until(&["30 unread of 30"]);
    // The hostile sample: one name climbs out of the directory, another hides its extension.
    let subject = "YOUR ACCOUNT IS ON FIRE";
    let under_cursor = |screen: &str| {
        let mut lines = screen.lines();
        lines.any(|line| line.contains('▌') && line.contains(subject))
    };
    let mut place = 1;
    while !under_cursor(&client.until(&[subject, &format!(" {place}/30")])) {
        client.press("j");
        place += 1;
    }
    client.press("Enter");
    client.until(&["This mail was written to be nasty"]);
    client.press("W");
    client.until(&["Saved ", "and 1 more"]);
    client.press("W");
    client.until_that("the second save", |_| {
        std::fs::read_dir(dir.path().join("downloads"))
            .unwrap()
            .count()
            == 4
    });
    client.leave();
    for entry in std::fs::read_dir(dir.path().join("downloads")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            !name.starts_with('.') && !name.contains('\u{202e}'),
            "{name}"
        );
    }
    let beside: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(beside.len(), 2, "nothing outside: {beside:?}");
}

#[test]
fn an_account_with_fetch_every_is_fetched_without_a_key() {
    let dir = tempfile::tempdir().unwrap();
    let server = Arc::new(SampleServer::new());
    let account = Account {
        fetch_every: Some(Duration::from_hours(1)),
        ..demo::account()
    };
    let client = Client::start_as(account, &dir, &server, 100, 30);
    client.until(&["30 unread of 30", "next fetch in"]);
    client.leave();
}

#[test]
fn a_partial_mail_that_is_opened_becomes_whole_in_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let server = Arc::new(SampleServer::new());
    let account = Account {
        partial_above: Some(1),
        ..demo::account()
    };
    let client = Client::start_as(account, &dir, &server, 80, 24);
    client.press("F5");
    let list = client.until(&["30 unread of 30", "fetched just now"]);
    let partial = |screen: &str| screen.lines().filter(|line| line.contains('½')).count();
    assert!(partial(&list) >= 19, "{list}");
    client.press("j k Enter");
    client.until(&["Hello, and welcome aboard.", "1 mail is whole now"]);
    client.press("q");
    let after = client.until_that("the list", |screen| {
        screen.contains("poptui  Inbox") && partial(screen) > 0
    });
    assert_eq!(partial(&after), partial(&list) - 1, "{after}");
    // The next one by the key, from the list.
    client.press("j F");
    client.until_that("another whole mail", |screen| {
        partial(screen) == partial(&list) - 2
    });
    client.leave();
}

#[test]
fn room_is_made_on_the_server_and_the_mail_stays_here() {
    let dir = tempfile::tempdir().unwrap();
    let server = Arc::new(SampleServer::new());
    let client = Client::start(&dir, &server, 120, 40);
    client.press("gO");
    client.until(&["Nothing is on the server", "F5 asks"]);
    client.press("F5");
    client.until(&["30 mails, ", "SAMPLE", "1/30"]);
    client.press("f");
    client.until(&["Free space on the server", "all of it"]);
    client.press("Enter");
    client.until(&[
        "Delete 30 mails on the server?",
        "They stay on this machine.",
    ]);
    client.press("Enter");
    client.until(&["30 mails (", "go from the server", "u undo"]);
    client.press("u");
    client.until(&["Taken back: 30 mails stay on the server"]);
    client.press("d j d");
    client.until(&["asked: next fetch"]);
    // The sample server has three more mails each time.
    client.press("F5");
    let shown = client.until(&["31 mails, ", "2 deleted on the server"]);
    assert!(!shown.contains("asked: next fetch"), "{shown}");
    client.press("q");
    client.until(&["of 33"]);
    client.leave();
}

#[test]
fn what_is_deleted_here_for_good_leaves_the_server_under_until_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let server = Arc::new(SampleServer::new());
    let account = Account {
        keep_on_server: Keep::UntilDeleted,
        ..demo::account()
    };
    let client = Client::start_as(account, &dir, &server, 120, 40);
    client.press("F5");
    client.until(&["30 unread of 30"]);
    client.press("d d gt");
    client.until(&["of 2 "]);
    client.press("E");
    client.until(&[
        "Empty Trash: delete 2 mails",
        "they go with the next fetch, too.",
    ]);
    client.press("y");
    client.until(&["Deleted 2 mails for good", "Trash is empty"]);
    client.press("gO");
    client.until(&["30 mails, ", "kept until deleted here", "(deleted here)"]);
    client.press("F5");
    let shown = client.until(&["31 mails, ", "2 deleted on the server"]);
    assert!(!shown.contains("(deleted here)"), "{shown}");
    client.leave();
}

#[test]
fn a_mail_opens_where_it_was_left() {
    let dir = tempfile::tempdir().unwrap();
    let server = Arc::new(SampleServer::new());
    let client = Client::start(&dir, &server, 80, 24);
    client.press("F5");
    client.until(&["30 unread of 30"]);
    client.press("Enter");
    client.until(&["Hello, and welcome aboard."]);
    client.press("Space");
    let page = client.until_that("the second page", |screen| {
        !screen.contains("welcome aboard")
    });
    let line = page.lines().nth(4).unwrap().to_owned();
    client.press("q");
    // Opened again at once: the place is known before the store has it.
    client.press("Enter");
    client.until(&[&line]);
    client.leave();
}

#[test]
fn a_resize_storm_leaves_a_screen_of_the_last_size() {
    let dir = tempfile::tempdir().unwrap();
    let server = Arc::new(SampleServer::new());
    let client = Client::start(&dir, &server, 120, 40);
    client.press("F5");
    client.until(&["30 unread of 30"]);
    client.press("Enter");
    for step in 0..300_u16 {
        let (width, height) = (1 + (step * 37) % 200, 1 + (step * 13) % 60);
        client
            .keys
            .send(Input::Resize(Size { width, height }))
            .unwrap();
    }
    client
        .keys
        .send(Input::Resize(Size {
            width: 120,
            height: 40,
        }))
        .unwrap();
    client.until(&["? help", "Hello, and welcome aboard."]);
    client.leave();
}

#[test]
fn a_terminal_that_goes_away_ends_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let client = Client::start(&dir, &Arc::new(SampleServer::new()), 80, 24);
    client.until(&["Inbox is empty"]);
    client.keys.send(Input::Gone).unwrap();
    assert_eq!(client.thread.unwrap().join().unwrap(), Leave::Done);
}

#[test]
fn without_an_account_the_welcome_says_how_to_begin_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let start = |keys: &str| {
        let client = Client::run(welcome(), 80, 24);
        client.until(&[
            "Welcome to poptui",
            "[accounts.alice]",
            "Look around with sample mail",
        ]);
        client.press(keys);
        client.thread.unwrap().join().unwrap()
    };
    assert_eq!(start("q"), Leave::Done);
    assert_eq!(start("s"), Leave::ForSample);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

fn welcome() -> Start<SampleServer> {
    let config = poptui::mail::SafeText::new("/home/alice/.config/poptui/config.toml");
    Start {
        store: None,
        accounts: Vec::new(),
        connect: Arc::new(SampleServer::new()),
        keymap: Keymap::new(&[]).unwrap(),
        screen: Screen::Welcome { config },
        standing: Standing::Own,
        downloads: std::path::PathBuf::new(),
        outside: runtime::Outside::default(),
        look: Look::Colour,
        warnings: Vec::new(),
        fetch_at_once: false,
    }
}
