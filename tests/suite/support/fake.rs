//! A store in memory that answers the effects of the mind at once: for tests of `app` and `ui` without a disk.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use poptui::app::effect::{Effect, Leave, Lookup, Toward};
use poptui::app::event::{Drawer, Shown, Size, Ticket};
use poptui::app::fetching::Source;
use poptui::app::find;
use poptui::app::key::{Key, parse_sequence};
use poptui::app::keymap::Keymap;
use poptui::app::model::{Look, Screen, Standing};
use poptui::app::on_server::{Held, Holdings, Wish};
use poptui::app::remembered::PLACES;
use poptui::app::{self, Before, Event, Model, Start};
use poptui::config::Keep;
use poptui::mail::{
    self, AccountId, AccountName, Anchor, Change, Completeness, Counts, Destination, Due, Envelope,
    Folder, FolderId, FolderRole, HeadOnly, LedgerId, LedgerRow, Message, MessageId, Page, Row,
    SafeText, Show, Spot, Undone, View, What,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// The now of every test: Monday, 23 November 2026, 14:23 UTC, in milliseconds.
pub(crate) const NOW: i64 = 1_795_443_780_000;

pub(crate) const INBOX: FolderId = FolderId(1);
pub(crate) const ARCHIVE: FolderId = FolderId(2);
pub(crate) const TRASH: FolderId = FolderId(3);

/// The mind, a store in memory and what the mind asked of the outside.
pub(crate) struct World {
    pub(crate) model: Model,
    mails: Vec<Mail>,
    own_folders: Vec<String>,
    undo: Vec<(Vec<(MessageId, FolderId)>, What)>,
    /// What is on the server.
    pub(crate) ledger: Vec<LedgerRow>,
    /// Why no list can be read, if none can.
    pub(crate) broken: Option<SafeText>,
    /// Effects that wait to be answered, while the store is slow.
    held: Option<Vec<Effect>>,
    /// Effects that no store answers: fetches, saves, the way out.
    pub(crate) asked: Vec<Effect>,
    /// What is to be found again after a restart.
    pub(crate) remembered: Vec<(String, String)>,
}

struct Mail {
    row: Row,
    octets: Vec<u8>,
}

/// A mail for [`World`].
pub(crate) struct Letter {
    pub(crate) from: &'static str,
    pub(crate) subject: &'static str,
    /// Minutes before [`NOW`].
    pub(crate) age: i64,
    pub(crate) unread: bool,
    pub(crate) flagged: bool,
    pub(crate) body: &'static str,
}

impl World {
    pub(crate) fn new(width: u16, height: u16, letters: &[Letter]) -> Self {
        Self::with(width, height, letters, |_| {})
    }

    /// A world whose start is changed first.
    pub(crate) fn with(
        width: u16,
        height: u16,
        letters: &[Letter],
        change: impl FnOnce(&mut Start),
    ) -> Self {
        let mut start = Start {
            size: Size { width, height },
            now: NOW,
            zone: TimeZone::UTC,
            look: Look::Colour,
            screen: Screen::Mail,
            standing: Standing::Own,
            keymap: Keymap::new(&[]).unwrap(),
            accounts: vec![source("home", None)],
            seed: 1,
            place: None,
            before: Before::default(),
            threaded: std::collections::BTreeSet::new(),
            warnings: Vec::new(),
        };
        change(&mut start);
        let mails = (1..)
            .zip(letters)
            .map(|(id, letter)| mail(id, letter))
            .collect();
        let model = Model::new(start);
        let mut world = Self {
            model,
            mails,
            own_folders: Vec::new(),
            undo: Vec::new(),
            ledger: Vec::new(),
            broken: None,
            held: None,
            asked: Vec::new(),
            remembered: Vec::new(),
        };
        let effects = app::begin(&world.model);
        world.run(effects);
        world
    }

    /// Tells the mind something and carries out what it asks for.
    pub(crate) fn tell(&mut self, event: Event) {
        let effects = app::update(&mut self.model, event);
        self.run(effects);
    }

    /// Presses keys: words of the keys' own notation, with blanks between.
    pub(crate) fn press(&mut self, keys: &str) {
        for word in keys.split(' ') {
            for key in parse_sequence(word).unwrap() {
                self.tell(Event::Key(key));
            }
        }
    }

    /// Types text into a popup.
    pub(crate) fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            let name = if c == ' ' {
                "Space".to_owned()
            } else {
                c.to_string()
            };
            self.tell(Event::Key(name.parse::<Key>().unwrap()));
        }
    }

    /// Puts a mail into the Inbox as a fetch does.
    pub(crate) fn arrive(&mut self, letter: &Letter) -> MessageId {
        let id = i64::try_from(self.mails.len()).unwrap() + 1;
        self.mails.push(mail(id, letter));
        self.tell(Event::Arrived(vec![self.mails.last().unwrap().row.clone()]));
        MessageId(id)
    }

    /// The same with a mail octet for octet.
    pub(crate) fn arrive_as(&mut self, subject: &'static str, octets: &[u8]) -> MessageId {
        let id = i64::try_from(self.mails.len()).unwrap() + 1;
        let letter = Letter {
            from: "News",
            subject,
            age: 0,
            unread: true,
            flagged: false,
            body: "",
        };
        let mut mail = mail(id, &letter);
        mail.octets = octets.to_vec();
        self.mails.push(mail);
        self.tell(Event::Arrived(vec![self.mails.last().unwrap().row.clone()]));
        MessageId(id)
    }

    /// Puts any octets into the Inbox, with a row as the store makes it of them.
    pub(crate) fn deliver(&mut self, octets: Vec<u8>) {
        let id = i64::try_from(self.mails.len()).unwrap() + 1;
        let envelope = Envelope::read(&octets);
        let from = envelope.from.first().map(|from| {
            let name = from.name.as_ref().or(from.address.as_ref());
            SafeText::new(name.map_or("", String::as_str))
        });
        let row = Row {
            from: from.unwrap_or_default(),
            subject: SafeText::new(&envelope.subject),
            attachment: !envelope.attachments.is_empty(),
            size: octets.len() as u64,
            ..mail(id, &letters()[0]).row
        };
        self.mails.push(Mail { row, octets });
        self.tell(Event::Arrived(vec![self.mails.last().unwrap().row.clone()]));
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        super::screen::text(&self.cells())
    }

    /// The screen with its colours.
    pub(crate) fn cells(&self) -> Buffer {
        let Size { width, height } = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| poptui::ui::draw(&self.model, frame))
            .unwrap();
        terminal.backend().buffer().clone()
    }

    /// The subject under the cursor.
    pub(crate) fn current(&self) -> Option<&str> {
        self.model
            .list
            .as_ref()?
            .current()
            .map(|row| row.subject.as_str())
    }

    /// The sentence in the message row.
    pub(crate) fn said(&self) -> &str {
        self.model
            .notices
            .shown()
            .map_or("", |notice| notice.text.as_str())
    }

    pub(crate) fn folder_of(&self, id: MessageId) -> FolderId {
        self.mails
            .iter()
            .find(|mail| mail.row.key.id == id)
            .unwrap()
            .row
            .folder
    }

    pub(crate) fn unread(&self, id: MessageId) -> bool {
        self.mails
            .iter()
            .find(|mail| mail.row.key.id == id)
            .unwrap()
            .row
            .unread
    }

    /// Whether the program was asked to end, by a slow store or by none.
    pub(crate) fn left(&self) -> bool {
        let held = self.held.iter().flatten();
        self.asked
            .iter()
            .chain(held)
            .any(|effect| *effect == Effect::Quit(Leave::Done))
    }

    /// From here on the store takes its time.
    pub(crate) fn hold(&mut self) {
        self.held = Some(Vec::new());
    }

    /// What the store was asked since it takes its time.
    pub(crate) fn waiting(&self) -> &[Effect] {
        self.held.as_deref().unwrap_or_default()
    }

    /// The store answers all it was asked.
    pub(crate) fn release(&mut self) {
        let held = self.held.take().unwrap_or_default();
        self.run(held);
    }

    fn run(&mut self, effects: Vec<Effect>) {
        if let Some(held) = &mut self.held {
            held.extend(effects);
            return;
        }
        for effect in effects {
            if let Some(event) = self.answer(effect) {
                self.tell(event);
            }
        }
    }

    fn remember(&mut self, key: String, value: String) -> Option<Event> {
        self.remembered.push((key, value));
        None
    }

    fn answer(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::LoadFolders => Some(Event::Folders(Ok(Drawer {
                folders: self.folders(),
                accounts: vec![home()],
            }))),
            Effect::LoadPage {
                ticket,
                view,
                anchor,
                limit,
                ..
            } => Some(Event::Page {
                ticket,
                view,
                anchor,
                result: match &self.broken {
                    Some(sentence) => Err(sentence.clone()),
                    None => Ok(self.page(view, anchor, limit)),
                },
            }),
            Effect::FindRange {
                ticket,
                view,
                newer,
                older,
            } => {
                let within = |row: &Row| row.key <= newer && row.key >= older;
                let rows = self.rows(view).into_iter().filter(within);
                let ids = rows.map(|row| row.key.id).collect();
                Some(Event::Range { ticket, ids })
            }
            Effect::FindUnread {
                ticket,
                views,
                from,
                toward,
            } => Some(self.find_unread(ticket, &views, from, toward)),
            Effect::Open {
                ticket,
                id,
                width,
                how,
            } => {
                let show = Show::new(how, width, TimeZone::UTC, NOW / 1_000);
                let result = Ok(self.open(id, &show)?);
                Some(Event::Opened { ticket, result })
            }
            Effect::Apply(change) => {
                self.apply(change);
                Some(Event::Applied(Ok(())))
            }
            Effect::Step(direction) => {
                let undone = self
                    .undo
                    .pop()
                    .map(|(places, what)| self.put_back(&places, what));
                Some(Event::Undone {
                    direction,
                    result: Ok(undone),
                })
            }
            Effect::Find {
                ticket,
                document,
                typed,
                from,
            } => {
                self.search(ticket, &document, &typed, from);
                None
            }
            Effect::FindInThread { ticket, id, toward } => {
                let result = Ok(self.in_thread(id, toward).into_iter().collect());
                let why = Lookup::Thread(ticket, toward);
                Some(Event::Rows { why, result })
            }
            Effect::Remember { key, value } => self.remember(key, value),
            Effect::RememberOf { kind: PLACES, .. } | Effect::LetGo(_) | Effect::StopFinding => {
                None
            }
            Effect::FindRows { why, ids } => {
                let rows = ids.iter().filter_map(|id| self.row(*id).cloned());
                let result = Ok(rows.collect());
                Some(Event::Rows { why, result })
            }
            Effect::LoadServer { ticket } => Some(Event::OnServer {
                ticket,
                result: match &self.broken {
                    Some(sentence) => Err(sentence.clone()),
                    None => Ok(self.holdings()),
                },
            }),
            Effect::Ask { ids, wish } => Some(Event::Asked(Ok(self.ask(&ids, wish)))),
            Effect::Expunge(ids) => Some(Event::Expunged(Ok(self.expunge(&ids)))),
            Effect::EmptyTrash(folder) => Some(Event::Expunged(Ok(self.empty(folder)))),
            other => {
                self.asked.push(other);
                None
            }
        }
    }

    fn search(&mut self, ticket: Ticket, document: &mail::Document, typed: &str, from: usize) {
        let mut all = Vec::new();
        find::search(document, typed, from, &|| true, &mut |found| {
            all.push(found);
        });
        for found in all {
            self.tell(Event::Found { ticket, found });
        }
    }

    fn open(&self, id: MessageId, show: &Show) -> Option<Shown> {
        let mail = self.mails.iter().find(|mail| mail.row.key.id == id)?;
        let octets = &mail.octets;
        let message = Message::read(octets);
        let labels = message.attachments.iter().map(|one| one.label.clone());
        let document = match mail.row.completeness {
            Completeness::Head => head_of(octets, show),
            Completeness::Whole | Completeness::Doubtful => message.render(octets, show),
        };
        Some(Shown {
            document: Arc::new(document),
            attachments: labels.collect(),
            left_at: Spot::default(),
            sender: Some("ada@example.org".to_owned()),
            on_server: Some(12_345_678),
        })
    }

    /// The mails whose subjects differ by `Re: ` at most are a thread here.
    fn in_thread(&self, id: MessageId, toward: Toward) -> Option<Row> {
        let this = self.row(id)?;
        let subject = |row: &Row| {
            let words = row.subject.as_str().trim_start_matches("Re: ");
            words.chars().take(12).collect::<String>()
        };
        let others = self.mails.iter().map(|mail| &mail.row);
        let others = others.filter(|row| subject(row) == subject(this));
        let next = match toward {
            Toward::Newer => others
                .filter(|row| row.key > this.key)
                .min_by_key(|row| row.key),
            Toward::Older => others
                .filter(|row| row.key < this.key)
                .max_by_key(|row| row.key),
        };
        next.cloned()
    }

    fn row(&self, id: MessageId) -> Option<&Row> {
        let mail = self.mails.iter().find(|mail| mail.row.key.id == id);
        mail.map(|mail| &mail.row)
    }

    /// Changes the row of a mail, as a fetch does.
    pub(crate) fn change(&mut self, id: i64, change: impl FnOnce(&mut Row)) {
        let mut mails = self.mails.iter_mut();
        let mail = mails.find(|mail| mail.row.key.id == MessageId(id)).unwrap();
        change(&mut mail.row);
        let row = mail.row.clone();
        self.tell(Event::Changed(vec![row]));
    }

    /// Puts other octets into the place of a mail, all of them.
    pub(crate) fn rewrite(&mut self, id: i64, octets: &str) {
        let mut mails = self.mails.iter_mut();
        let mail = mails.find(|mail| mail.row.key.id == MessageId(id)).unwrap();
        mail.octets = octets.as_bytes().to_vec();
        self.change(id, |_| {});
    }

    /// Puts a mail into a folder, as if it had always been there.
    pub(crate) fn put_into(&mut self, id: i64, folder: FolderId) {
        self.each(&[MessageId(id)], |row| row.folder = folder);
        self.tell(Event::Folders(Ok(Drawer {
            folders: self.folders(),
            accounts: vec![home()],
        })));
    }

    /// Gives a mail another text, as a fetch does that brings the rest of it.
    pub(crate) fn replace(&mut self, id: i64, body: &str) {
        let mut mails = self.mails.iter_mut();
        let mail = mails.find(|mail| mail.row.key.id == MessageId(id)).unwrap();
        mail.octets.extend_from_slice(body.as_bytes());
        self.change(id, |row| row.completeness = Completeness::Whole);
    }

    pub(crate) fn is_here(&self, id: MessageId) -> bool {
        self.row(id).is_some()
    }

    /// When the mail of this row is deleted on the server.
    pub(crate) fn due(&self, id: i64) -> Due {
        let mut rows = self.ledger.iter();
        rows.find(|row| row.id == LedgerId(id)).unwrap().due
    }

    /// Puts mails of these sizes on the server: those of the letters first, then some that were deleted here.
    pub(crate) fn put_on_server(&mut self, mails: &[(u64, Due)]) {
        let held = self.mails.iter().map(|mail| Some(&mail.row));
        let held = held.chain(std::iter::repeat(None));
        let row = |((id, row), (size, due)): ((i64, Option<&Row>), &(u64, Due))| LedgerRow {
            id: LedgerId(id),
            account: AccountId(1),
            message: row.map(|row| row.key.id),
            from: row.map(|row| row.from.clone()).unwrap_or_default(),
            subject: row.map(|row| row.subject.clone()).unwrap_or_default(),
            size: *size,
            stored: NOW / 1_000 - id * 40_000,
            due: *due,
            completeness: row.map(|row| row.completeness).unwrap_or_default(),
            // As if LIST had told no size of it.
            can_be_proven: *due != Due::Unsure,
        };
        self.ledger = (1..).zip(held).zip(mails).map(row).collect();
    }

    fn holdings(&self) -> Arc<Holdings> {
        let mut rows = self.ledger.clone();
        rows.sort_by_key(|row| std::cmp::Reverse(row.size));
        let accounts = self.model.fetching.accounts().iter();
        let held = accounts.map(|account| Held {
            name: account.name.clone(),
            keep: account.keep,
            rows: std::mem::take(&mut rows),
        });
        Arc::new(Holdings::new(held.collect()))
    }

    fn ask(&mut self, ids: &[LedgerId], wish: Wish) -> usize {
        let (from, to) = match wish {
            Wish::Delete => (Due::Kept, Due::Asked),
            Wish::DeleteOnly(_) => (Due::Unsure, Due::Asked),
            Wish::Leave => (Due::Asked, Due::Kept),
        };
        let mut changed = 0;
        for row in &mut self.ledger {
            let at = matches!(row.due, Due::At(_) | Due::Kept) && wish != Wish::Leave;
            let sent = row.due == Due::Sent && wish == Wish::Leave;
            if ids.contains(&row.id) && (row.due == from || at || sent) {
                row.due = to;
                changed += 1;
            }
        }
        changed
    }

    fn empty(&mut self, folder: FolderId) -> usize {
        let within = |mail: &&Mail| mail.row.folder == folder;
        let ids = self.mails.iter().filter(within);
        let ids: Vec<MessageId> = ids.map(|mail| mail.row.key.id).collect();
        self.expunge(&ids)
    }

    fn expunge(&mut self, ids: &[MessageId]) -> usize {
        let before = self.mails.len();
        self.mails
            .retain(|mail| mail.row.folder != TRASH || !ids.contains(&mail.row.key.id));
        before - self.mails.len()
    }

    /// Takes away the folders of the user's that hold no mail, as the store does when it undoes a move.
    fn remove_empty_folders(&mut self) {
        while let Some(last) = (3..)
            .zip(&self.own_folders)
            .last()
            .map(|(id, _)| FolderId(id + 1))
        {
            if self.mails.iter().any(|mail| mail.row.folder == last) {
                return;
            }
            self.own_folders.pop();
        }
    }

    fn put_back(&mut self, places: &[(MessageId, FolderId)], what: What) -> Undone {
        for (id, folder) in places {
            self.mails
                .iter_mut()
                .filter(|mail| mail.row.key.id == *id)
                .for_each(|mail| mail.row.folder = *folder);
        }
        self.remove_empty_folders();
        Undone {
            what,
            count: places.len(),
            message: places.first().map(|(id, _)| *id),
        }
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Read { ids, read } => self.each(&ids, |row| row.unread = !read),
            Change::Opened { id } => self.each(&[id], |row| row.unread = false),
            Change::Flag { ids, flagged } => self.each(&ids, |row| row.flagged = flagged),
            Change::Move { ids, to } => {
                let to = match to {
                    Destination::Folder(folder) => folder,
                    Destination::New(name) => {
                        self.own_folders.push(name);
                        FolderId(3 + i64::try_from(self.own_folders.len()).unwrap())
                    }
                };
                let places = ids.iter().map(|id| (*id, self.folder_of(*id))).collect();
                self.undo
                    .push((places, What::Moved(SafeText::new("there"))));
                self.each(&ids, |row| row.folder = to);
            }
        }
    }

    fn each(&mut self, ids: &[MessageId], change: impl Fn(&mut Row)) {
        self.mails
            .iter_mut()
            .filter(|mail| ids.contains(&mail.row.key.id))
            .for_each(|mail| change(&mut mail.row));
    }

    fn folders(&self) -> Vec<Folder> {
        let fixed = [
            (INBOX, "Inbox", FolderRole::Inbox),
            (ARCHIVE, "Archive", FolderRole::Archive),
            (TRASH, "Trash", FolderRole::Trash),
        ];
        let own = (4..)
            .zip(&self.own_folders)
            .map(|(id, name)| (FolderId(id), name.as_str(), FolderRole::Own));
        fixed
            .into_iter()
            .chain(own)
            .map(|(id, name, role)| self.folder(id, name, role))
            .collect()
    }

    fn folder(&self, id: FolderId, name: &str, role: FolderRole) -> Folder {
        let rows = || self.mails.iter().filter(|mail| mail.row.folder == id);
        let counts = Counts {
            total: rows().count() as u64,
            unread: rows().filter(|mail| mail.row.unread).count() as u64,
        };
        Folder {
            id,
            name: SafeText::new(name),
            role,
            counts,
            by_account: vec![(AccountId(1), counts)],
        }
    }

    fn rows(&self, view: View) -> Vec<Row> {
        let mut rows: Vec<Row> = self
            .mails
            .iter()
            .map(|mail| mail.row.clone())
            .filter(|row| row.folder == view.folder)
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.key));
        rows
    }

    fn page(&self, view: View, anchor: Anchor, limit: usize) -> Page {
        let rows = self.rows(view);
        let from = match anchor {
            Anchor::Top => 0,
            Anchor::End => rows.len().saturating_sub(limit),
            Anchor::After(key) => rows.partition_point(|row| row.key >= key),
            Anchor::Before(key) => rows
                .partition_point(|row| row.key > key)
                .saturating_sub(limit),
            Anchor::Around(key) => rows
                .partition_point(|row| row.key > key)
                .saturating_sub(limit / 2),
        };
        let to = match anchor {
            Anchor::Before(key) => rows.partition_point(|row| row.key > key),
            _ => (from + limit).min(rows.len()),
        };
        Page {
            rows: rows[from..to].to_vec(),
            newer: from > 0,
            older: to < rows.len(),
        }
    }

    fn find_unread(
        &self,
        ticket: Ticket,
        views: &[View],
        from: Option<mail::Key>,
        toward: Toward,
    ) -> Event {
        let mut found = None;
        for view in views {
            let from = from.filter(|_| Some(view) == views.first());
            let mut rows = self.rows(*view);
            if toward == Toward::Newer {
                rows.reverse();
            }
            let beyond = |row: &&Row| {
                from.is_none_or(|key| {
                    if toward == Toward::Older {
                        row.key < key
                    } else {
                        row.key > key
                    }
                })
            };
            let row = rows
                .iter()
                .filter(|row| row.unread)
                .find(beyond)
                .or_else(|| rows.iter().find(|row| row.unread));
            found = found.or(row.map(|row| (*view, row.clone())));
        }
        Event::Unread { ticket, found }
    }
}

/// An account of the config that keeps its mail on the server.
pub(crate) fn source(name: &str, fetch_every: Option<Duration>) -> Source {
    Source {
        name: SafeText::new(name),
        keep: Keep::Forever,
        fetch_every,
    }
}

fn home() -> AccountName {
    AccountName {
        id: AccountId(1),
        name: SafeText::new("home"),
    }
}

fn mail(id: i64, letter: &Letter) -> Mail {
    let date = NOW / 1_000 - letter.age * 60;
    let sent = jiff::Timestamp::from_second(date)
        .unwrap()
        .to_zoned_datetime(TimeZone::UTC);
    let sent = sent.strftime("%a, %d %b %Y %H:%M:%S +0000");
    let Letter {
        from,
        subject,
        body,
        ..
    } = letter;
    let octets = format!(
        "From: {from}\r\nTo: Jane Roe <jane@example.org>\r\nSubject: {subject}\r\nDate: {sent}\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}",
    )
    .into_bytes();
    let name = from.split('<').next().unwrap().trim();
    let row = Row {
        key: mail::Key {
            date,
            id: MessageId(id),
        },
        folder: INBOX,
        account: Some(AccountId(1)),
        from: SafeText::new(name),
        subject: SafeText::new(subject),
        unread: letter.unread,
        flagged: letter.flagged,
        answered: false,
        attachment: false,
        size: octets.len() as u64,
        completeness: Completeness::Whole,
        thread: None,
    };
    Mail { row, octets }
}

/// A mailbox with something of everything: long subjects, Japanese, Arabic, emoji with joiners, combining marks.
pub(crate) fn letters() -> Vec<Letter> {
    let letter = |from, subject, age, unread, flagged, body| Letter {
        from,
        subject,
        age,
        unread,
        flagged,
        body,
    };
    vec![
        letter(
            "Ada Lovelace <ada@example.org>",
            "Quarterly numbers — can you check sheet 2?",
            21,
            true,
            true,
            "Hi Jane,\r\n\r\nthe numbers for Q3 are in the attached file. Sheet 2 looks wrong to me: the\r\nOslo row counts the October travel twice. Could you check before Friday?\r\n\r\nThe live version is here: https://sheets.example.org/q3\r\n\r\nOn Mon, 16 Nov, Jane Roe wrote:\r\n> I will look at them tomorrow.\r\n> > Take your time.\r\n\r\nCheers\r\n-- \r\nAda Lovelace · Analytical Engines Ltd\r\n",
        ),
        letter(
            "Rust Weekly <news@rust.example>",
            "This Week in Rust 678",
            43,
            true,
            false,
            "News.\r\n",
        ),
        letter(
            "Grace Hopper <grace@example.org>",
            "Flight to Oslo",
            188,
            false,
            false,
            "See you there.\r\n",
        ),
        letter(
            "田中 さくら <sakura@example.jp>",
            "Re: Flight to Oslo — 座席について窓側をお願いします",
            211,
            false,
            false,
            "窓側をお願いします。\r\n",
        ),
        letter(
            "Mom <mom@example.net>",
            "Sunday lunch? 👩‍👩‍👧‍👦🍝",
            363,
            true,
            false,
            "Twelve o'clock.\r\n",
        ),
        letter(
            "محمد علي <ali@example.com>",
            "مرحبا — translation of the leaflet",
            2_900,
            false,
            false,
            "Thank you.\r\n",
        ),
        letter(
            "François Müller <fm@example.fr>",
            "Contrat signé — cafe\u{301} demain",
            3_000,
            false,
            true,
            "À demain.\r\n",
        ),
        letter(
            "Newsletter <shop@shop.example>",
            "20% off everything you do not need, and another 10% off what you do not want either, only this week",
            5_800,
            false,
            false,
            "Buy.\r\n",
        ),
        letter(
            "City Library <books@library.example>",
            "Two books are due on 1 December",
            9_000,
            false,
            false,
            "Please.\r\n",
        ),
        letter(
            "Old Friend <old@example.com>",
            "Happy new year 2019",
            4_160_000,
            false,
            false,
            "Cheers.\r\n",
        ),
    ]
}

/// A partial mail as the client shows it.
fn head_of(octets: &[u8], show: &Show) -> mail::Document {
    let body = octets.windows(4).position(|four| four == b"\r\n\r\n");
    let octets = &octets[..body.map_or(octets.len(), |body| body + 4)];
    let head = HeadOnly {
        whole: Some(12_345_678),
        how: "its text comes with the rest".to_owned(),
    };
    let show = Show {
        rest: Some(head),
        ..show.clone()
    };
    Message::read(octets).render(octets, &show)
}
