//! Histories that a seed throws: a server with faults at every step, a client that is struck down anywhere, a user in
//! between. After every fetch the promise is held against what is there.
//!
//! A failure tells its story and its seed; `POPTUI_SEED=… cargo test --test suite simulation` plays it again, and
//! `POPTUI_SEEDS` says how many are played. All decisions are the seed's; which of two threads of the store is faster is
//! the machine's, so that a failure that hangs on it may want more than one replay.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

use jiff::ZonedDateTime;
use poptui::config::{Account, Keep};
use poptui::fetch::{Report, Wish, fetch};
use poptui::mail::{Change, Completeness, Destination, MessageId};
use poptui::query::Query;
use poptui::store::{Store, Summary};
use tokio_util::sync::CancellationToken;

use crate::support::dice::Dice;
use crate::support::model_server::{LIST_LIES, Manners, ModelServer, Strike};

/// So many histories, unless `POPTUI_SEEDS` says otherwise.
const SEEDS: u64 = 2_000;
/// A silent server costs a client this much in the rounds with faults.
const IMPATIENT: Duration = Duration::from_millis(250);
const PATIENT: Duration = Duration::from_secs(30);
/// Of larger mails only the head comes, in some histories.
const PARTIAL: u64 = 150;
/// No history lasts so long.
const FORTNIGHT: Duration = Duration::from_hours(14 * 24);

#[test]
fn whatever_goes_wrong_nothing_is_lost_and_nothing_comes_twice() {
    if let Some(seed) = number("POPTUI_SEED") {
        History::new(seed)
            .run()
            .unwrap_or_else(|story| panic!("{story}"));
        return;
    }
    let seeds = number("POPTUI_SEEDS").unwrap_or(SEEDS);
    let next = AtomicU64::new(0);
    let tally = Mutex::new(Tally::default());
    // More threads than cores: a history waits for a silent server now and then.
    let threads = std::thread::available_parallelism().map_or(2, usize::from) * 3;
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(seed) = take(&next, seeds) {
                    let mut history = History::new(seed);
                    let told = history.run();
                    tally
                        .lock()
                        .expect("no thread panics while it holds this")
                        .add(&history, told);
                }
            });
        }
    });
    let tally = tally
        .into_inner()
        .expect("no thread panics while it holds this");
    tally.tells_of_no_failure(seeds);
    if seeds >= 200 {
        tally.has_seen_everything();
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn take(next: &AtomicU64, end: u64) -> Option<u64> {
    let seed = next.fetch_add(1, Ordering::Relaxed);
    (seed < end).then_some(seed)
}

/// What all histories together came to.
#[derive(Debug, Default)]
struct Tally {
    failed: Vec<String>,
    delivered: usize,
    deleted: usize,
    crashes: usize,
    faults: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn add(&mut self, history: &History, told: Result<(), String>) {
        let state = history.server.state();
        self.delivered += state.ever.len();
        self.deleted += state.deleted.len();
        self.crashes += history.lives;
        for (name, times) in &state.struck {
            *self.faults.entry(name).or_default() += times;
        }
        self.failed.extend(told.err());
    }

    fn tells_of_no_failure(&self, seeds: u64) {
        let many = self.failed.len();
        // A few stories are enough to begin with; their last lines stand together.
        let stories: Vec<&str> = self.failed.iter().take(3).map(String::as_str).collect();
        let last = |story: &String| story.lines().last().unwrap_or_default().to_owned();
        let all: Vec<String> = self.failed.iter().map(last).collect();
        let stories = stories.join("\n\n");
        assert!(
            many == 0,
            "{stories}\n\n{many} of {seeds} seeds failed:\n{}",
            all.join("\n")
        );
    }

    /// A simulation in which nothing happens shows nothing.
    fn has_seen_everything(&self) {
        assert!(
            self.deleted * 8 > self.delivered,
            "hardly anything was deleted: {self:?}"
        );
        assert!(self.crashes > 50, "hardly a crash: {self:?}");
        assert!(self.faults.len() >= 20, "not every fault struck: {self:?}");
    }
}

/// One history.
struct History {
    dice: Dice,
    server: ModelServer,
    account: Account,
    dir: tempfile::TempDir,
    seed: u64,
    /// How often there was a crash: each time the store lives on in a directory of its own.
    lives: usize,
    sizes: Sizes,
    policy: Policy,
    /// What the user did to a mail: unread, flagged, folder.
    marks: BTreeMap<MessageId, (bool, bool, String)>,
    /// The octets of mails that the user deleted here for good.
    expunged: BTreeSet<Vec<u8>>,
    named: usize,
    /// Which mails' names and sizes are taken, now or in the past.
    names: BTreeSet<(String, usize)>,
}

/// What LIST tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sizes {
    Right,
    /// Without the carriage returns.
    AsInUnix,
    Wrong,
}

/// `keep-on-server`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Policy {
    Always(Keep),
    /// The user changes their mind before each fetch.
    Changing,
}

/// How a fetch ends.
enum End {
    ByItself,
    /// The client is killed when the server hears its so many-th command.
    AtCommand(usize, Strike),
    /// The client is killed when it has been woken so many times.
    AtPoll(usize),
    /// The user stops it.
    Cancelled(usize),
}

impl History {
    fn new(seed: u64) -> Self {
        let dice = Dice::new(seed);
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        Self {
            server: ModelServer::new(dice),
            account: Account {
                timeout: IMPATIENT,
                partial_above: dice.at("partial", 0).one_in(8).then_some(PARTIAL),
                ..Account::in_clear("sim", "alice", "secret")
            },
            dir: dir.expect("a temporary directory"),
            lives: 0,
            seed,
            sizes: match dice.at("sizes", 0).below(8) {
                0 => Sizes::AsInUnix,
                1 => Sizes::Wrong,
                _ => Sizes::Right,
            },
            policy: match dice.at("policy", 0).below(8) {
                0 => Policy::Always(Keep::Forever),
                1 => Policy::Always(Keep::For(FORTNIGHT)),
                2 => Policy::Always(Keep::UntilDeleted),
                3 => Policy::Changing,
                _ => Policy::Always(Keep::Never),
            },
            marks: BTreeMap::new(),
            expunged: BTreeSet::new(),
            named: 0,
            names: BTreeSet::new(),
            dice,
        }
    }

    /// `Err` tells the story, and how to see it again.
    fn run(&mut self) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let ran = catch_unwind(AssertUnwindSafe(|| runtime.block_on(self.live())));
        ran.map_err(|panic| {
            let what = panic
                .downcast_ref::<String>()
                .map_or("a panic", String::as_str);
            let what = what.lines().next().unwrap_or_default();
            let story = self.server.state().log.join("\n");
            let seed = self.seed;
            format!("{story}\nPOPTUI_SEED={seed} cargo test --test suite simulation: {what}")
        })
    }

    async fn live(&mut self) {
        let mut dice = self.dice.at("history", 0);
        let mut store = Store::open(&self.home()).expect("a new store");
        self.arrive(&mut self.dice.at("first", 0), 9);
        for round in 0..3 + dice.below(4) {
            let mut dice = self.dice.at("round", round as u64);
            self.let_time_pass(&mut dice);
            let kept = [
                Keep::Forever,
                Keep::For(FORTNIGHT),
                Keep::UntilDeleted,
                Keep::Never,
            ];
            self.account.keep_on_server = match self.policy {
                Policy::Always(keep) => keep,
                Policy::Changing => dice.pick(&kept),
            };
            let manners = Manners::thrown(self.dice.at("manners", round as u64));
            let end = self.thrown_end(&mut dice);
            {
                let mut state = self.server.state();
                state.manners = manners;
                state.fault_in = dice.pick(&[6, 15, 40, 0]);
                let said = format!(
                    "round {round}: {:?}, {manners:?}",
                    self.account.keep_on_server
                );
                state.log.push(said);
            }
            store = self.fetch_until(store, end).await;
            self.check(&store);
            self.use_mail(&store, &mut dice);
        }
        self.end_well(&store).await;
    }

    /// The directory that the store lives in.
    fn home(&self) -> PathBuf {
        self.dir.path().join(self.lives.to_string())
    }

    fn thrown_end(&self, dice: &mut Dice) -> End {
        let many = self.server.state().mails.len() * 2 + 8;
        match dice.below(8) {
            0..3 => End::ByItself,
            3 => End::AtPoll(dice.below(4 * many)),
            4 => End::Cancelled(dice.below(many)),
            5 => End::AtCommand(dice.below(many), Strike::Unheard),
            _ => End::AtCommand(dice.below(many), Strike::Heard),
        }
    }
}

/// What happens at the server between two fetches.
impl History {
    fn let_time_pass(&mut self, dice: &mut Dice) {
        if dice.one_in(2) {
            self.arrive(dice, 4);
        }
        if dice.one_in(8) {
            let mut state = self.server.state();
            state.log.push("all unique-ids change".to_owned());
            let generation = state.ever.len();
            for mail in &mut state.mails {
                mail.uid = format!("{generation}.{}", mail.instance);
            }
        }
        if dice.one_in(6) {
            let mut state = self.server.state();
            state.log.push("the numbers change".to_owned());
            dice.shuffle(&mut state.mails);
        }
        if dice.one_in(6) {
            let mut state = self.server.state();
            let many = state.mails.len();
            if many > 0 {
                let gone = state.mails.remove(dice.below(many));
                state
                    .log
                    .push(format!("another client deletes {}", gone.instance));
            }
        }
    }

    fn arrive(&mut self, dice: &mut Dice, most: usize) {
        for _ in 0..dice.below(most) {
            let octets = self.letter(dice);
            let uid = self.name(dice, &octets);
            let listed = self.listed(&octets);
            self.names.insert((uid.clone(), octets.len()));
            self.server.state().deliver(uid, octets.into(), listed);
        }
    }

    /// A mail unlike all others, or now and then the twin of one. Some are of one size, some look like a server.
    fn letter(&mut self, dice: &mut Dice) -> Vec<u8> {
        let state = self.server.state();
        if dice.one_in(16) && !state.ever.is_empty() {
            return state.ever[dice.below(state.ever.len())].to_vec();
        }
        let number = state.ever.len();
        let mut text = format!("Message-ID: <{number:04}@x>\r\nSubject: mail {number:04}\r\n\r\n");
        for _ in 0..dice.pick(&[2, 2, 3, 5, 30]) {
            let line = dice.pick(&["text", ".", ".", "..", "+OK", "-ERR no", "+OK 5 octets"]);
            text.push_str(line);
            text.push_str("\r\n");
        }
        if dice.one_in(2) {
            let padding = (text.len() / 100 + 1) * 100 - text.len();
            text.push_str(&"x".repeat(padding));
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    /// Unique, as a rule: some servers give two mails one name, or none, or the name of a mail that is gone.
    fn name(&mut self, dice: &mut Dice, octets: &[u8]) -> String {
        self.named += 1;
        let mut state = self.server.state();
        let other = match dice.below(24) {
            0 => return String::new(),
            1 => return format!("{:x<600}", self.named),
            2 => state.mails.first().map(|mail| mail.uid.clone()),
            3 | 4 => state.deleted.last().map(ToString::to_string),
            _ => None,
        };
        match other {
            // A name and a size that were another mail's: no client can tell.
            Some(uid) if !self.names.contains(&(uid.clone(), octets.len())) => {
                state.log.push(format!("a name is used again: {uid}"));
                uid
            }
            _ => state.ever.len().to_string(),
        }
    }

    /// What LIST says.
    fn listed(&self, octets: &[u8]) -> u64 {
        let size = octets.len() as u64;
        let lines = octets.split(|octet| *octet == b'\n').count() as u64 - 1;
        match self.sizes {
            Sizes::Right => size,
            Sizes::AsInUnix => size - lines,
            Sizes::Wrong => size * 2 + 1,
        }
    }
}

/// The client and its user.
impl History {
    /// One fetch, to its end or its crash; then the store as the next start of the program finds it.
    async fn fetch_until(&mut self, store: Store, end: End) -> Store {
        let cancel = CancellationToken::new();
        let mut polls = match end {
            End::AtPoll(polls) => polls,
            _ => usize::MAX,
        };
        self.server.state().strike_after = match end {
            End::AtCommand(commands, strike) => Some((commands, strike)),
            End::Cancelled(commands) => Some((commands, Strike::Heard)),
            _ => None,
        };
        let strike = self.server.strike.clone();
        let survived = {
            let mut work = pin!(once(&self.account, &store, &self.server, cancel.clone()));
            let mut struck = pin!(strike.notified());
            let stops = matches!(end, End::Cancelled(_));
            let mut over = false;
            poll_fn(|context| {
                if !over && struck.as_mut().poll(context).is_ready() {
                    over = true;
                    if !stops {
                        return Poll::Ready(false);
                    }
                    cancel.cancel();
                }
                polls = polls.saturating_sub(1);
                if polls == 0 {
                    return Poll::Ready(false);
                }
                work.as_mut().poll(context).map(|_report| true)
            })
            .await
        };
        let store = if survived { store } else { self.crash(&store) };
        self.server.settle().await;
        self.server.state().strike_after = None;
        store
    }

    /// What `kill -9` leaves: the files as they are between two transactions, with no word to the program.
    fn crash(&mut self, store: &Store) -> Store {
        let from = self.home();
        self.lives += 1;
        self.server.state().log.push("crash".to_owned());
        let to = self.home();
        let target = to.clone();
        // On the writer's thread: it cannot write meanwhile.
        let copied = store.write_now(move |_writer| {
            copy(&from, &target);
            Ok(())
        });
        copied.expect("the store lives until now");
        Store::open(&to).expect("the store opens as the crash left it")
    }

    fn use_mail(&mut self, store: &Store, dice: &mut Dice) {
        let ids = store.read_now(|reader| {
            reader.find_ids(&Query::parse("in:any", &ZonedDateTime::default()), None)
        });
        for id in ids.expect("a readable store") {
            let ids = vec![id];
            let to = |name: &str| Destination::New(name.to_owned());
            let change = match dice.below(12) {
                0 => Change::Read { ids, read: true },
                1 => Change::Flag { ids, flagged: true },
                2 => Change::Move {
                    ids,
                    to: to("Trash"),
                },
                3 => Change::Move {
                    ids,
                    to: to("Papers"),
                },
                4 => {
                    self.expunge(store, id);
                    continue;
                }
                _ => continue,
            };
            self.server.state().log.push(format!("user: {change:?}"));
            let done = store.write_now(move |writer| writer.apply(&change, 1_800_000_000));
            done.expect("a writable store");
            self.marks.insert(id, marks_of(&summary(store, id)));
        }
    }

    /// Deletes a mail for good, if it lies in Trash.
    fn expunge(&mut self, store: &Store, id: MessageId) {
        let octets = store.read_now(move |reader| reader.octets(id));
        let octets = octets.expect("a readable store").unwrap_or_default();
        let gone = store.write_now(move |writer| writer.expunge(&[id]));
        if gone.expect("a writable store") == 1 {
            self.server
                .state()
                .log
                .push(format!("user: expunges {id:?}"));
            self.expunged.insert(octets);
            self.marks.remove(&id);
        }
    }

    /// No more faults: now everything has to come.
    async fn end_well(&mut self, store: &Store) {
        {
            let mut state = self.server.state();
            state.fault_in = 0;
            state.manners = Manners::GOOD;
            state.log.push("all is well from now on".to_owned());
        }
        self.account.timeout = PATIENT;
        for last in [false, true] {
            let report = once(&self.account, store, &self.server, CancellationToken::new()).await;
            self.server.settle().await;
            let error = report.error.map(|error| error.sentence);
            assert_eq!(error, None, "a fetch from a good server fails");
            assert!(!last || report.new == 0, "{} mails came again", report.new);
            self.check(store);
        }
        if self.sizes == Sizes::Wrong {
            // Where LIST is wrong about every mail, nobody can tell a short one.
            return;
        }
        let here = contents(store);
        for mail in &self.server.state().mails {
            let octets = &mail.octets[..];
            let partial = self.account.partial_above;
            let is_partial = partial.is_some_and(|most| mail.listed > most);
            let is_here = holds(&here, octets) || self.expunged.contains(octets);
            let number = mail.instance;
            assert!(
                is_here || is_partial,
                "{number} is on the server and does not come"
            );
        }
    }

    /// The promise.
    fn check(&self, store: &Store) {
        let here = contents(store);
        let state = self.server.state();
        for &instance in &state.deleted {
            let octets = &state.ever[instance][..];
            let expunged = self.expunged.contains(octets);
            let is_here = holds(&here, octets) || expunged;
            assert!(
                is_here,
                "LOST: {instance} was deleted there and is not here"
            );
            let may_go = match self.policy {
                Policy::Always(Keep::Forever | Keep::For(_)) => false,
                Policy::Always(Keep::UntilDeleted) => expunged,
                Policy::Always(Keep::Never) | Policy::Changing => true,
            };
            assert!(may_go, "DELETED: {instance}, against the user's wish");
        }
        // Without a size nobody can tell whether a mail is whole.
        let sizes_told = LIST_LIES.iter().all(|lie| !state.struck.contains_key(lie));
        let mut ever: BTreeMap<&[u8], usize> = BTreeMap::new();
        for octets in &state.ever {
            *ever.entry(octets).or_default() += 1;
        }
        for (octets, stored) in &here {
            let text = String::from_utf8_lossy(octets);
            let Some(&times) = ever.get(octets.as_slice()) else {
                let honest = ever.keys().any(|mail| octets.ends_with(mail));
                let doubtful = honest || stored.iter().all(|mail| *mail != Completeness::Whole);
                assert!(
                    doubtful || !sizes_told,
                    "FALSE: here as a whole mail, and never was one: {text}"
                );
                continue;
            };
            let most = times - usize::from(self.expunged.contains(octets));
            let many = stored.len();
            assert!(
                many <= most,
                "TWICE: {many} times here, at most {most} are: {text}"
            );
        }
        drop(state);
        for (id, marks) in &self.marks {
            let now = marks_of(&summary(store, *id));
            assert_eq!(&now, marks, "the user's marks on {id:?} changed");
        }
    }
}

/// The one call.
async fn once(
    account: &Account,
    store: &Store,
    server: &ModelServer,
    cancel: CancellationToken,
) -> Report {
    fetch(
        account,
        store,
        server,
        &Wish::default(),
        cancel,
        |_event| {},
    )
    .await
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("a new directory");
    for entry in std::fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        std::fs::copy(&path, to.join(name)).expect("a copy");
    }
}

/// Every stored mail's octets, and how complete each of those that have them is said to be.
fn contents(store: &Store) -> BTreeMap<Vec<u8>, Vec<Completeness>> {
    let read = store.read_now(|reader| {
        let mut contents: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for mail in reader.find(&Query::parse("in:any", &ZonedDateTime::default()), None)? {
            let octets = reader.octets(mail.id)?.unwrap_or_default();
            contents.entry(octets).or_default().push(mail.completeness);
        }
        Ok(contents)
    });
    read.expect("a readable store")
}

/// Whether a mail is here: as it is, or with something put before it by a server that says so each time it is asked.
fn holds(here: &BTreeMap<Vec<u8>, Vec<Completeness>>, mail: &[u8]) -> bool {
    here.contains_key(mail) || here.keys().any(|octets| octets.ends_with(mail))
}

fn summary(store: &Store, id: MessageId) -> Summary {
    let read = store.read_now(move |reader| reader.summary(id));
    let found = read.expect("a readable store");
    found.unwrap_or_else(|| panic!("LOST: {id:?} is no longer here"))
}

fn marks_of(summary: &Summary) -> (bool, bool, String) {
    (summary.unread, summary.flagged, summary.folder.clone())
}
