//! Everything the program knows while it runs. Only [`super::update`] changes it.

use std::collections::{BTreeSet, VecDeque};

use jiff::tz::TimeZone;

use super::action::Action;
use super::effect::Effect;
use super::event::{Direction, Size, Ticket};
use super::failures::Before;
use super::fetching::{Fetching, Source};
use super::key::Key;
use super::keymap::Keymap;
use super::layout::{self, Layout};
use super::list::List;
use super::notices::{Notices, Tone};
use super::on_server::OnServer;
use super::popup::Popup;
use super::reader::Reader;
use super::whole::Asked;
use crate::mail::{
    AccountName, Change, Completeness, Folder, FolderId, FolderRole, MessageId, Row, SafeText, View,
};

/// The model.
#[derive(Debug, Clone)]
pub struct Model {
    /// The window.
    pub size: Size,
    /// Milliseconds since 1970 UTC, as the last tick told.
    pub now: i64,
    /// The user's time zone.
    pub zone: TimeZone,
    /// Colours, or none (`NO_COLOR`).
    pub look: Look,
    /// Welcome, or mail.
    pub screen: Screen,
    /// What may be done here.
    pub standing: Standing,
    /// Which keys mean what.
    pub keymap: Keymap,
    /// The keys of a sequence pressed so far.
    pub pending: Vec<Key>,
    /// The pane that hears the keys.
    pub focus: Focus,
    /// Accounts that ever brought mail.
    pub accounts: Vec<AccountName>,
    /// Folders with their counters.
    pub folders: Vec<Folder>,
    /// Why they could not be read.
    pub folders_trouble: Option<SafeText>,
    /// The line of the side bar under the cursor, among the lists.
    pub side_cursor: usize,
    /// The list on the screen.
    pub list: Option<List>,
    /// The mail on the screen.
    pub reader: Reader,
    /// The screen "On the server"; what is in it counts while it has the focus, or while a mail opened there has.
    pub server: OnServer,
    /// Whether the mail that is read was opened on that screen, to which one then goes back.
    pub from_server: bool,
    /// The popup, if there is one.
    pub popup: Option<Popup>,
    /// What was said.
    pub notices: Notices,
    /// The fetches.
    pub fetching: Fetching,
    /// Where the cursor stood in each list, most recent last.
    pub(super) places: Vec<Place>,
    /// What was remembered from the last run, for the first list.
    pub(super) start: Option<Place>,
    /// Partial mails of which the rest was asked for.
    pub whole: Asked,
    /// The unread mail that is being looked for.
    pub(super) looking: Option<Ticket>,
    /// What of a mail is being looked into.
    pub(super) inspecting: Option<Ticket>,
    /// What is to be done with threads whose mails are being looked up.
    pub(super) gathering: Option<(Ticket, Action)>,
    /// The mails that were looked up, while it is done.
    pub(super) gathered: Option<Vec<MessageId>>,
    /// The folders that are shown in threads.
    pub threaded: BTreeSet<FolderId>,
    /// The range that is being marked.
    pub(super) marking: Option<Ticket>,
    /// Keys typed ahead, until it is known which row they are for.
    pub(super) ahead: VecDeque<Key>,
    /// Undos and redos asked for and not yet done.
    pub(super) stepping: usize,
    /// Changes asked for and not yet in the store.
    outstanding: usize,
    /// When a store that another process writes was read last.
    pub(super) read_at: i64,
    tickets: u64,
}

/// What the runtime knows before the first event.
#[derive(Debug, Clone)]
pub struct Start {
    /// The window.
    pub size: Size,
    /// Milliseconds since 1970 UTC.
    pub now: i64,
    /// The user's time zone.
    pub zone: TimeZone,
    /// Colours, or none.
    pub look: Look,
    /// Welcome, or mail.
    pub screen: Screen,
    /// What may be done here.
    pub standing: Standing,
    /// Which keys mean what.
    pub keymap: Keymap,
    /// The accounts of the config, in its order.
    pub accounts: Vec<Source>,
    /// Any number, another one each time: accounts are fetched a little apart.
    pub seed: u64,
    /// Where the last run ended.
    pub place: Option<Place>,
    /// What is remembered of the fetches of other runs.
    pub before: Before,
    /// The folders that are shown in threads.
    pub threaded: BTreeSet<FolderId>,
    /// Sentences to be said at once, such as the config's warnings.
    pub warnings: Vec<SafeText>,
}

/// A list and a mail in it, to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The list.
    pub view: View,
    /// The row.
    pub key: crate::mail::Key,
}

/// What the program looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The terminal's own 16 colours.
    Colour,
    /// None: bold, dim, reverse and signs only (`NO_COLOR`).
    Plain,
}

/// Which of the two screens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screen {
    /// No account yet. The sentence names the config file to write.
    Welcome {
        /// Where the config would be.
        config: SafeText,
    },
    /// The mail.
    Mail,
}

/// What may be done with the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Everything.
    Own,
    /// Everything: it is the sample mailbox and leaves nothing behind.
    Sample,
    /// Reading only: that process has it open.
    ReadOnly(u32),
}

/// The pane that hears the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The side bar.
    Folders,
    /// The list.
    List,
    /// The mail.
    Reader,
    /// The screen "On the server".
    Server,
}

impl Model {
    /// The model before the first event.
    pub fn new(start: Start) -> Self {
        let mut notices = Notices::default();
        for warning in &start.warnings {
            notices.say(Tone::Warning, warning.as_str(), start.now);
        }
        Self {
            size: start.size,
            now: start.now,
            zone: start.zone,
            look: start.look,
            screen: start.screen,
            standing: start.standing,
            keymap: start.keymap,
            pending: Vec::new(),
            focus: Focus::List,
            accounts: Vec::new(),
            folders: Vec::new(),
            folders_trouble: None,
            side_cursor: 0,
            list: None,
            reader: Reader::default(),
            server: OnServer::default(),
            from_server: false,
            popup: None,
            notices,
            fetching: Fetching::new(start.accounts, start.before, start.seed, start.now),
            places: Vec::new(),
            start: start.place,
            whole: Asked::default(),
            looking: None,
            inspecting: None,
            gathering: None,
            gathered: None,
            threaded: start.threaded,
            marking: None,
            ahead: VecDeque::new(),
            stepping: 0,
            outstanding: 0,
            read_at: start.now,
            tickets: 0,
        }
    }

    /// Where the panes lie now.
    pub fn layout(&self) -> Layout {
        layout::layout(self.size, self.focus, self.reader.open().is_some())
    }

    /// How often the runtime has to tell the time, in milliseconds; `None` if nothing moves by itself.
    /// The clock in "2 min ago" alone is worth a tick a minute.
    pub fn tick(&self) -> Option<u64> {
        if self.screen != Screen::Mail {
            return None;
        }
        if self.fetching.running() {
            return Some(120);
        }
        if matches!(self.standing, Standing::ReadOnly(_)) {
            return Some(1_000);
        }
        if self.notices.waiting() || self.reader.waiting() {
            return Some(500);
        }
        let due = self.fetching.schedule().next_due();
        let left = due.map_or(30_000, |due| due.saturating_sub(self.now).clamp(50, 30_000));
        Some(left.unsigned_abs())
    }

    /// Whether it is not known yet which row the next key is for: a jump, a search, a range or an undo is under way.
    pub(super) fn is_unsettled(&self) -> bool {
        let jumping = self.list.as_ref().is_none_or(List::jumping);
        let broken = self.folders_trouble.is_some();
        let loading = self.focus == Focus::Server && self.server.is_loading();
        let asked = loading || self.is_looking() || self.stepping > 0;
        (jumping && !broken) || asked
    }

    fn is_looking(&self) -> bool {
        self.looking.is_some() || self.marking.is_some() || self.gathering.is_some()
    }

    /// Asks the store to take back a change, or to make it again.
    pub(super) fn step(&mut self, direction: Direction, effects: &mut Vec<Effect>) {
        self.stepping += 1;
        effects.push(Effect::Step(direction));
    }

    /// Asks the store for a change.
    pub(super) fn apply(&mut self, change: Change, effects: &mut Vec<Effect>) {
        self.change(Effect::Apply(change), effects);
    }

    /// Asks the store for something that ends with [`Model::answered`].
    pub(super) fn change(&mut self, effect: Effect, effects: &mut Vec<Effect>) {
        self.outstanding += 1;
        effects.push(effect);
    }

    /// A change has been answered. When it was the last one, pages tell the truth again.
    pub(super) fn answered(&mut self) {
        self.outstanding = self.outstanding.saturating_sub(1);
        if self.outstanding == 0 {
            self.with_list(List::settled);
        }
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    /// The key of an action for a sentence; its name in the palette of `poptui keys` if the user took its keys away.
    pub fn key_of(&self, action: Action) -> String {
        self.keymap
            .keys_of(action)
            .into_iter()
            .next()
            .unwrap_or_else(|| format!("({})", action.spec().name))
    }

    pub(super) fn say(&mut self, tone: Tone, text: &str) {
        self.notices.say(tone, text, self.now);
    }

    pub(super) fn with_list(&mut self, change: impl FnOnce(&mut List)) {
        if let Some(list) = &mut self.list {
            change(list);
        }
    }

    pub(super) fn folder(&self, role: FolderRole) -> Option<&Folder> {
        self.folders.iter().find(|folder| folder.role == role)
    }

    /// The row of the open mail, while the list holds it.
    pub fn opened_row(&self) -> Option<&Row> {
        let id = self.reader.open()?.id;
        let row = self.list.as_ref()?.current()?;
        (row.key.id == id).then_some(row)
    }

    /// Lines of the screen "On the server", as far as it is open.
    pub fn server_height(&self) -> usize {
        let area = self.layout().server;
        area.map_or(1, |area| usize::from(area.height))
    }

    /// Rows of the list pane, as far as it is on the screen.
    pub fn list_height(&self) -> usize {
        self.layout()
            .list
            .map_or(1, |area| usize::from(area.height))
    }

    /// Rows for the text of the mail, as far as its pane is on the screen.
    pub fn reader_height(&self) -> usize {
        let rows = self.layout().reader;
        let rows = rows.map_or(1, |area| usize::from(area.height));
        rows.saturating_sub(self.note_rows() + self.find_rows())
            .max(1)
    }

    /// Rows of the mail pane below its text, for the field of a search.
    pub fn find_rows(&self) -> usize {
        usize::from(super::find::hears_text(self))
    }

    /// Rows of the mail pane above its text, for what is missing of the mail.
    pub fn note_rows(&self) -> usize {
        let incomplete = |row: &Row| row.completeness != Completeness::Whole;
        usize::from(self.opened_row().is_some_and(incomplete))
    }
}
