//! A mailbox of a few conversations: the mind on a store of its own, without a clock and without a terminal.

use std::collections::VecDeque;

use jiff::tz::TimeZone;
use poptui::app::effect::{Effect, Toward};
use poptui::app::event::{Direction, Drawer, Size};
use poptui::app::key::parse_sequence;
use poptui::app::keymap::Keymap;
use poptui::app::model::{Look, Screen, Standing};
use poptui::app::{self, Before, Event, Model, Start};
use poptui::mail::{AccountId, Completeness, Envelope, MessageId};
use poptui::pop3::UniqueId;
use poptui::store::{NewMail, Reader, Store, Writer};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::fake::source;

/// Seconds since 1970: noon of a Monday.
pub(crate) const NOW: i64 = 1_795_435_200;

/// Sender, Message-ID, what it refers to, subject; each an hour after the one before.
pub(crate) type Letter = (&'static str, &'static str, &'static str, &'static str);

pub(crate) const LETTERS: [Letter; 10] = [
    ("Mom", "m", "", "Sunday lunch?"),
    ("Grace Hopper", "f1", "", "Flight to Oslo"),
    ("Ada Lovelace", "q1", "", "Quarterly numbers"),
    (
        "田中 さくら",
        "f2",
        "<f1>",
        "Re: Flight to Oslo — 座席について",
    ),
    ("Bob", "p2", "<lost>", "Re: Plans for the new office"),
    ("Grace Hopper", "f3", "<f1> <f2>", "Re: Flight to Oslo"),
    ("Rust Weekly", "r", "", "This Week in Rust 678"),
    ("Eve", "p3", "<lost>", "Re: Plans for the new office"),
    ("Mom", "f4", "<f1>", "Re: Flight to Oslo: boarding passes"),
    ("Billing at Hostly", "b", "", "Invoice 4711"),
];

/// A model whose effects a store carries out at once.
pub(crate) struct Desk {
    pub(crate) model: Model,
    pub(crate) store: Store,
    account: AccountId,
    letters: i64,
    pub(crate) remembered: Vec<(String, String)>,
    _dir: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new(width: u16, height: u16) -> Self {
        let dir = tempfile::tempdir().expect("temporary directory");
        let store = Store::open(dir.path()).expect("opens");
        let account = store
            .write_now(|writer| writer.account("home", "jane@example.org"))
            .expect("writes");
        let model = Model::new(Start {
            size: Size { width, height },
            now: NOW * 1_000,
            zone: TimeZone::UTC,
            look: Look::Colour,
            screen: Screen::Mail,
            standing: Standing::Own,
            keymap: Keymap::new(&[]).expect("the table's own"),
            accounts: vec![source("home", None)],
            seed: 1,
            place: None,
            threaded: std::collections::BTreeSet::new(),
            before: Before::default(),
            warnings: Vec::new(),
        });
        let mut desk = Self {
            model,
            store,
            account,
            letters: 0,
            remembered: Vec::new(),
            _dir: dir,
        };
        for letter in LETTERS {
            desk.store(letter);
        }
        let effects = app::begin(&desk.model);
        desk.carry_out(effects);
        desk
    }

    /// The same, in threads, with the cursor on the first row.
    pub(crate) fn in_threads() -> Self {
        let mut desk = Self::new(80, 24);
        desk.press("zt gg");
        desk
    }

    pub(crate) fn store(&mut self, (from, id, references, subject): Letter) -> MessageId {
        self.letters += 1;
        let number = self.letters;
        let octets = format!(
            "From: {from} <{id}@example.org>\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\nReferences: {references}\r\n\r\nText.\r\n"
        )
        .into_bytes();
        let mut sha256 = [0; 32];
        sha256[..8].copy_from_slice(&number.to_be_bytes());
        let mail = NewMail {
            uid: Some(UniqueId(id.as_bytes().into())),
            listed_size: Some(octets.len() as u64),
            sha256,
            envelope: Envelope {
                date: Some(NOW - 100_000 + number * 3_600),
                ..Envelope::read(&octets)
            },
            octets,
            arrived: NOW,
            completeness: Completeness::Whole,
        };
        let account = self.account;
        let added = self
            .store
            .write_now(move |writer| writer.add(account, &[mail]));
        added.expect("writes")[0].id.expect("is new")
    }

    /// A mail arrives while the list is on the screen.
    pub(crate) fn receive(&mut self, letter: Letter) {
        let id = self.store(letter);
        let rows = self.store.read_now(move |reader| reader.rows(&[id]));
        self.tell(Event::Arrived(rows.expect("reads")));
    }

    fn tell(&mut self, event: Event) {
        let effects = app::update(&mut self.model, event);
        self.carry_out(effects);
    }

    pub(crate) fn press(&mut self, keys: &str) {
        for key in keys
            .split(' ')
            .flat_map(|word| parse_sequence(word).expect("are keys"))
        {
            self.tell(Event::Key(key));
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut effects: VecDeque<Effect> = effects.into();
        while let Some(effect) = effects.pop_front() {
            if let Some(event) = self.answer(effect) {
                effects.extend(app::update(&mut self.model, event));
            }
        }
    }

    fn answer(&mut self, effect: Effect) -> Option<Event> {
        let store = &self.store;
        Some(match effect {
            Effect::LoadFolders => Event::Folders(Ok(Drawer {
                folders: store.read_now(Reader::folders).expect("reads"),
                accounts: store.read_now(Reader::accounts).expect("reads"),
            })),
            Effect::LoadPage {
                ticket,
                view,
                order,
                anchor,
                limit,
            } => {
                let page =
                    store.read_now(move |reader| reader.page_in_order(view, &order, anchor, limit));
                Event::Page {
                    ticket,
                    view,
                    anchor,
                    result: Ok(page.expect("reads")),
                }
            }
            Effect::FindThreads {
                ticket,
                view,
                folded,
            } => {
                let ids = store.read_now(move |reader| reader.whole_threads(view, &folded));
                Event::Threads {
                    ticket,
                    result: Ok(ids.expect("reads")),
                }
            }
            Effect::FindUnread {
                ticket,
                views,
                from,
                toward,
            } => {
                assert_eq!(toward, Toward::Older);
                let view = views[0];
                let row = store.read_now(move |reader| reader.next_unread(view, from));
                let found = row.expect("reads").map(|row| (view, row));
                Event::Unread { ticket, found }
            }
            Effect::Apply(change) => {
                let apply = move |writer: &mut Writer| writer.apply(&change, NOW);
                store.write_now(apply).expect("writes");
                Event::Applied(Ok(()))
            }
            Effect::Step(direction) => {
                let step = move |writer: &mut Writer| match direction {
                    Direction::Undo => writer.undo(NOW),
                    Direction::Redo => writer.redo(NOW),
                };
                Event::Undone {
                    direction,
                    result: Ok(store.write_now(step).expect("writes")),
                }
            }
            Effect::Remember { key, value } => {
                self.remembered.push((key, value));
                return None;
            }
            // The text of a mail and places in it do not matter here.
            _ => return None,
        })
    }

    /// Rows as sender's first word, with lines and count as they are on the screen; `>` at the cursor, `*` where unread.
    pub(crate) fn rows(&self) -> Vec<String> {
        let list = self.model.list.as_ref().expect("is open");
        let shown = list.rows().iter().enumerate().map(|(place, row)| {
            let thread = row.thread;
            let depth = thread.map_or(0, |thread| thread.branch.depth);
            let count = thread.filter(|thread| thread.folded && thread.mails > 1);
            let count = count.map(|thread| format!(" {}/{}", thread.unread, thread.mails));
            let id = list.rows()[place].key.id.0;
            let name = LETTERS
                .get(usize::try_from(id - 1).unwrap())
                .map_or("new", |letter| letter.1);
            let cursor = if place == list.cursor() { ">" } else { "" };
            let unread = if row.unread { "*" } else { "" };
            format!(
                "{cursor}{}{name}{unread}{}",
                ".".repeat(depth),
                count.unwrap_or_default()
            )
        });
        shown.collect()
    }

    pub(crate) fn said(&self) -> String {
        let shown = self.model.notices.shown();
        shown
            .map(|notice| notice.text.to_string())
            .unwrap_or_default()
    }

    pub(crate) fn screen(&self) -> String {
        let Size { width, height } = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a screen");
        let draw = |frame: &mut ratatui::Frame<'_>| poptui::ui::draw(&self.model, frame);
        terminal.draw(draw).expect("draws");
        super::screen::text(terminal.backend().buffer())
    }

    pub(crate) fn total(&self, folder: &str) -> u64 {
        let folders = self.store.read_now(Reader::folders).expect("reads");
        let found = folders.iter().find(|found| found.name.as_str() == folder);
        found.expect("is there").counts.total
    }
}
