//! From a key to its frame, through the real loop: while 10,000 mails arrive, and in a mailbox of 100,000.
#![expect(clippy::print_stdout, reason = "figures are what it is for")]

use std::sync::{Arc, Condvar, Mutex};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use poptui::app::key::parse_sequence;
use poptui::app::keymap::Keymap;
use poptui::app::model::{Look, Screen, Standing};
use poptui::config::Keep;
use poptui::fetch::Connect;
use poptui::mail::{Completeness, Envelope};
use poptui::runtime::{self, Input, Outside, Start};
use poptui::store::{NewMail, Store};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::UnboundedReceiverStream;

/// The same server and the same mail as in the tests.
#[path = "../tests/suite/support/mod.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support;

use support::maildrop::letter;
use support::server::Server;
use support::world;

const ARRIVING: u64 = 10_000;
/// How often they do.
const ROUNDS: u32 = 5;
const STORED: usize = 100_000;
/// Between two keys: a fast hand on a repeating key.
const BEAT: Duration = Duration::from_millis(20);
/// Keys as they are pressed while mail arrives.
const KEYS: [&str; 16] = [
    "j", "j", "PgDn", "k", "Enter", "Space", "Esc", "d", "u", "PgUp", "G", "gg", "*", "u", "Tab",
    "Esc",
];

fn main() {
    println!("load average: {}", load());
    while_mail_arrives();
    in_a_large_mailbox();
    println!("load average: {}", load());
}

fn while_mail_arrives() {
    let mails = (0..ARRIVING).map(|number| {
        let octets = support::generate::mail(7, number);
        letter(&format!("uid-{number}"), octets)
    });
    let server = Server::new(mails.collect());
    let (mut waits, mut first_rows) = (Vec::new(), Vec::new());
    let began = Instant::now();
    for _ in 0..ROUNDS {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let mut account = world::account(Keep::Forever);
        account.timeout = Duration::from_mins(1);
        let client = Client::start(start(store.clone(), vec![account], server.clone(), true));
        let mut keys = KEYS.iter().cycle();
        while client.stored(&store) < ARRIVING {
            // A question to the store now and then, and keys all the time.
            for _ in 0..25 {
                client.press(keys.next().unwrap());
                sleep(BEAT);
            }
        }
        first_rows.push(client.first_rows());
        waits.extend(client.waits());
        client.leave();
    }
    let took = began.elapsed() / ROUNDS;
    println!(
        "{ARRIVING} mails arrive in about {took:.1?}, with a key every {BEAT:?}; {ROUNDS} times"
    );
    summary("  first rows on the screen", &mut first_rows);
    summary("  key to frame", &mut waits);
}

fn in_a_large_mailbox() {
    let dir = tempfile::tempdir().unwrap();
    fill(&Store::open(dir.path()).unwrap());
    let opened = Instant::now();
    let store = Store::open(dir.path()).unwrap();
    let opening = opened.elapsed();
    let server = Server::new(Vec::new());
    let mut account = world::account(Keep::Forever);
    "alice".clone_into(&mut account.name);
    let client = Client::start(start(store, vec![account], server, false));
    client.until("Letter 99999 ");
    println!("{STORED} mails stored");
    println!(
        "  the store is open after {opening:.1?}, rows on the screen {:.1?} later",
        client.first_rows()
    );
    let newest = ("gg", "Letter 99999 ");
    for (what, there, back) in [
        ("to the oldest and back (G, gg)", ("G", "Letter 0 "), newest),
        (
            "to another folder and back (gt, gi)",
            ("gt", "Trash is empty"),
            ("gi", "Letter 99999 "),
        ),
        (
            "to what is on the server and back (gO, q)",
            ("gO", "100,000 mails, "),
            ("q", "2 Messages"),
        ),
    ] {
        let mut waits = Vec::new();
        for (keys, wanted) in [there, back].into_iter().cycle().take(40) {
            let pressed = Instant::now();
            client.press(keys);
            client.until(wanted);
            waits.push(pressed.elapsed());
        }
        summary(&format!("  {what}, until its rows show"), &mut waits);
    }
    for _ in 0..1_000 {
        client.press("PgDn");
        sleep(Duration::from_millis(2));
    }
    summary(
        "  1,000 pages at 500 a second, and all keys before: key to frame",
        &mut client.waits(),
    );
    client.press("gO");
    client.until("1/100,000");
    for keys in ["PgDn", "d", "Space", "u"].iter().cycle().take(1_000) {
        client.press(keys);
        sleep(Duration::from_millis(2));
    }
    summary(
        "  1,000 keys on the screen of the server, at 500 a second: key to frame",
        &mut client.waits(),
    );
    client.leave();
}

/// The client on a screen in memory, in a thread of its own.
struct Client {
    keys: UnboundedSender<(Instant, Input)>,
    shown: Arc<Shown>,
    began: Instant,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Shown {
    seen: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Default)]
struct Seen {
    /// When the keys were pressed that the loop has taken and not yet answered with a frame.
    taken: Vec<Instant>,
    waits: Vec<Duration>,
    rows: Option<Instant>,
    screen: String,
}

impl Client {
    fn start<C: Connect>(start: Start<C>) -> Self {
        let (keys, read) = mpsc::unbounded_channel::<(Instant, Input)>();
        let shown = Arc::new(Shown::default());
        let watched = Arc::clone(&shown);
        let began = Instant::now();
        let thread = std::thread::spawn(move || {
            let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            let taking = Arc::clone(&watched);
            let input = UnboundedReceiverStream::new(read).map(move |(pressed, input)| {
                taking.seen.lock().unwrap().taken.push(pressed);
                input
            });
            let watch = |buffer: &Buffer| watched.frame(buffer);
            runtime
                .block_on(runtime::drive(&mut terminal, input, start, watch))
                .unwrap();
        });
        Self {
            keys,
            shown,
            began,
            thread,
        }
    }

    fn press(&self, keys: &str) {
        for key in parse_sequence(keys).unwrap() {
            self.keys.send((Instant::now(), Input::Key(key))).unwrap();
        }
    }

    fn until(&self, text: &str) {
        let seen = self.shown.seen.lock().unwrap();
        let held = self
            .shown
            .changed
            .wait_timeout_while(seen, Duration::from_mins(1), |seen| {
                !seen.screen.contains(text)
            });
        let (seen, waited) = held.unwrap();
        assert!(!waited.timed_out(), "no {text:?} in\n{}", seen.screen);
    }

    fn stored(&self, store: &Store) -> u64 {
        let folders = store.read_now(poptui::store::Reader::folders).unwrap();
        assert!(!self.thread.is_finished(), "the client ended");
        folders.iter().map(|folder| folder.counts.total).sum()
    }

    fn first_rows(&self) -> Duration {
        self.shown.seen.lock().unwrap().rows.unwrap() - self.began
    }

    /// From each key to its frame.
    fn waits(&self) -> Vec<Duration> {
        // The last key is answered by now, or has none.
        sleep(Duration::from_millis(200));
        let mut seen = self.shown.seen.lock().unwrap();
        assert!(seen.taken.is_empty(), "a key without a frame");
        std::mem::take(&mut seen.waits)
    }

    fn leave(self) {
        self.press("Q");
        self.thread.join().unwrap();
    }
}

impl Shown {
    fn frame(&self, buffer: &Buffer) {
        let now = Instant::now();
        let mut seen = self.seen.lock().unwrap();
        let answered = std::mem::take(&mut seen.taken);
        seen.waits
            .extend(answered.iter().map(|pressed| now - *pressed));
        seen.screen = support::screen::text(buffer);
        if seen.rows.is_none() && seen.screen.contains('●') {
            seen.rows = Some(now);
        }
        drop(seen);
        self.changed.notify_all();
    }
}

fn start<C: Connect>(
    store: Store,
    accounts: Vec<poptui::config::Account>,
    connect: C,
    fetch_at_once: bool,
) -> Start<C> {
    Start {
        store: Some(store),
        accounts,
        connect: Arc::new(connect),
        keymap: Keymap::new(&[]).unwrap(),
        screen: Screen::Mail,
        standing: Standing::Own,
        downloads: std::env::temp_dir(),
        look: Look::Colour,
        warnings: Vec::new(),
        outside: Outside::default(),
        fetch_at_once,
    }
}

/// Small mails: it is rows that count here, not octets.
fn fill(store: &Store) {
    for batch in (0..STORED).collect::<Vec<_>>().chunks(5_000) {
        let mails: Vec<NewMail> = batch.iter().map(|number| stored(*number)).collect();
        store
            .write_now(move |writer| {
                let account = writer.account("alice", "alice@example.org")?;
                writer.add(account, &mails)
            })
            .unwrap();
    }
}

fn stored(number: usize) -> NewMail {
    let octets = format!("Subject: Letter {number} of many\r\n\r\nText {number}.\r\n").into_bytes();
    let digest = ring::digest::digest(&ring::digest::SHA256, &octets);
    NewMail {
        uid: None,
        listed_size: Some(octets.len() as u64),
        sha256: digest.as_ref().try_into().unwrap(),
        octets,
        envelope: Envelope {
            subject: format!("Letter {number} of many"),
            date: Some(1_700_000_000 + i64::try_from(number).unwrap()),
            ..Envelope::default()
        },
        arrived: 1_800_000_000,
        completeness: Completeness::Whole,
    }
}

fn summary(what: &str, waits: &mut [Duration]) {
    waits.sort_unstable();
    let at = |percent: usize| waits[(waits.len() - 1) * percent / 100];
    println!(
        "{what}: {} times, p50 {:.1?}, p99 {:.1?}, max {:.1?}",
        waits.len(),
        at(50),
        at(99),
        at(100)
    );
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .unwrap_or_default()
        .trim()
        .to_owned()
}
