//! Search in the open mail: the field, the hits as they come, and from one to the next.

pub mod needle;
mod search;

pub use search::{Found, search};

use std::sync::Arc;

use super::action::Action;
use super::asking;
use super::effect::Effect;
use super::event::Ticket;
use super::field::Field;
use super::key::Key;
use super::model::{Focus, Model};
use super::notices::Tone;
use super::reader::Open;
use crate::mail::{Document, Quotes, Spot, words};
use needle::{Hit, Needle};
use search::MOST;

/// A search in the open mail.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// What is typed.
    pub field: Field,
    /// Whether the field is open.
    pub typing: bool,
    /// Where the mail was scrolled before.
    origin: Spot,
    hits: Vec<Hit>,
    /// The hit that was gone to.
    current: Option<usize>,
    /// It is to be brought onto the screen as soon as it is known where it is.
    goes: bool,
    /// What was asked for last: in which layout, and the text.
    asked: Option<(Ticket, String)>,
    /// Rows that have been searched.
    searched: usize,
    /// The search that runs.
    running: Option<Ticket>,
}

impl Find {
    /// What was typed.
    pub fn typed(&self) -> &str {
        self.field.text()
    }

    /// The hits that begin or end in a row, and whether each is the one that was gone to.
    pub fn in_row(&self, row: usize) -> impl Iterator<Item = (&Hit, bool)> {
        let first = self.hits.partition_point(|hit| hit.last_row < row);
        let hits = self.hits.iter().enumerate().skip(first);
        hits.take_while(move |(_, hit)| hit.row <= row)
            .map(|(place, hit)| (hit, Some(place) == self.current))
    }

    /// `3/17`; with `…` while the search runs.
    pub fn count(&self) -> String {
        let all = self.hits.len();
        let more = match (self.running, all) {
            (Some(_), _) => "…",
            (None, MOST..) => "+",
            (None, _) => "",
        };
        let all = format!("{}{more}", words::grouped(all as u64));
        match self.current.filter(|place| *place < self.hits.len()) {
            Some(place) => format!("{}/{all}", words::grouped(place as u64 + 1)),
            None if self.hits.is_empty() && more.is_empty() => "not found".to_owned(),
            None => all,
        }
    }

    fn is_running(&self) -> bool {
        self.running.is_some()
    }
}

/// Whether keys go into the field.
pub(super) fn hears_text(model: &Model) -> bool {
    let find = model.reader.open().and_then(|open| open.find.as_ref());
    model.popup.is_none() && model.focus == Focus::Reader && find.is_some_and(|find| find.typing)
}

/// Opens the field.
pub(super) fn begin(model: &mut Model) {
    if model.reader.open().and_then(Open::shown).is_none() {
        return asking::say_open_first(model);
    }
    model.focus = Focus::Reader;
    start(model, String::new(), true);
}

fn start(model: &mut Model, typed: String, typing: bool) {
    let Some(open) = model.reader.open_mut() else {
        return;
    };
    let scroll = open.scroll();
    let Some(shown) = open.shown() else { return };
    let find = Find {
        field: Field::new(typed),
        typing,
        origin: shown.document.spot(scroll),
        goes: true,
        ..Find::default()
    };
    open.find = Some(find);
}

/// What the keys of a popup do while the field is open; `false` for anything else.
pub(super) fn act(model: &mut Model, action: Action) -> bool {
    if !hears_text(model) {
        return false;
    }
    match action {
        Action::PopupNext => step(model, 1),
        Action::PopupPrevious => step(model, -1),
        Action::PopupChoose => keep(model),
        Action::PopupClose => leave(model),
        _ => return false,
    }
    true
}

/// The field closes and the hits stay; one that is folded away is opened.
fn keep(model: &mut Model) {
    let Some(open) = model.reader.open_mut() else {
        return;
    };
    let Some(find) = &mut open.find else { return };
    find.typing = false;
    if Needle::new(find.typed()).is_none() {
        open.find = None;
        return;
    }
    let (typed, nowhere) = (
        find.typed().to_owned(),
        find.hits.is_empty() && !find.is_running(),
    );
    let current = find.current;
    if let Some(place) = current {
        go(model, place);
    }
    if nowhere {
        say_not_here(model, &typed);
    }
    model.reader.searched_for = typed;
}

/// The search ends, and the mail is where it was.
fn leave(model: &mut Model) {
    let Some(open) = model.reader.open_mut() else {
        return;
    };
    if let Some(find) = open.find.take() {
        open.go_to(find.origin);
        if Needle::new(find.typed()).is_some() {
            find.typed().clone_into(&mut model.reader.searched_for);
        }
    }
}

/// A key while the field is open.
pub(super) fn hear(model: &mut Model, key: Key) {
    edit(model, |field| field.hear(key));
}

/// Pasted text.
pub(super) fn paste(model: &mut Model, text: &str) {
    edit(model, |field| field.paste(text));
}

/// Other text is another search.
fn edit(model: &mut Model, changes: impl FnOnce(&mut Field) -> bool) {
    let find = model.reader.open_mut().and_then(|open| open.find.as_mut());
    if let Some(find) = find
        && changes(&mut find.field)
    {
        find.current = None;
        find.goes = true;
    }
}

/// On to the next hit, or back; what was searched for last is searched for in this mail, too.
pub(super) fn step(model: &mut Model, by: isize) {
    let height = model.reader_height();
    let Some(open) = model.reader.open().filter(|open| open.shown().is_some()) else {
        return;
    };
    let Some(find) = &open.find else {
        return again(model);
    };
    let (running, last) = (find.is_running(), find.hits.len().saturating_sub(1));
    if find.hits.is_empty() {
        let typed = find.typed().to_owned();
        if running {
            return model.say(Tone::Plain, "Still searching; nothing was found so far");
        }
        return say_not_here(model, &typed);
    }
    let seen = open.scroll()..open.scroll() + height;
    let on_screen = |place: &usize| seen.contains(&find.hits[*place].row);
    let next = match (find.current.filter(on_screen), by > 0) {
        (Some(place), true) => (place < last).then_some(place + 1),
        (Some(place), false) => place.checked_sub(1),
        // Scrolling has left it behind: on from what is on the screen.
        (None, true) => find.hits.iter().position(|hit| hit.row >= seen.start),
        (None, false) => find.hits.iter().rposition(|hit| hit.row < seen.end),
    };
    match (next, by > 0) {
        (Some(place), _) => go(model, place),
        (None, _) if running => model.say(Tone::Plain, "Still searching the rest of this mail"),
        (None, true) => {
            go(model, 0);
            model.say(Tone::Plain, "That was the last one: first again");
        }
        (None, false) => {
            go(model, last);
            model.say(Tone::Plain, "That was the first one: last again");
        }
    }
}

fn again(model: &mut Model) {
    if model.reader.searched_for.is_empty() {
        let key = model.key_of(Action::Find);
        return model.say(
            Tone::Plain,
            &format!("Nothing was searched for yet; {key} searches"),
        );
    }
    let typed = model.reader.searched_for.clone();
    start(model, typed, false);
}

fn say_not_here(model: &mut Model, typed: &str) {
    model.say(Tone::Plain, &format!("“{typed}” is not in this mail"));
}

/// To a hit: onto the screen with it, out of its fold.
fn go(model: &mut Model, place: usize) {
    let height = model.reader_height();
    let Some(open) = model.reader.open_mut() else {
        return;
    };
    let Some(find) = &mut open.find else { return };
    let Some(hit) = find.hits.get(place).copied() else {
        return;
    };
    find.current = Some(place);
    find.goes = hit.hidden && !find.typing;
    if find.goes {
        open.how.quotes = Quotes::Open;
    }
    open.bring(hit.row, height);
}

/// What follows from every event: text that was typed is searched for, and again when the mail is laid out anew.
pub(super) fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    let (ticket, focused) = (model.ticket(), model.focus == Focus::Reader);
    let runs = model.reader.finding;
    let asked = model.reader.open_mut().and_then(|open| {
        open.find.take_if(|_| !focused);
        let (layout, document) = (open.layout(), Arc::clone(&open.shown()?.document));
        let find = open.find.as_mut()?;
        find.ask(layout, document, ticket)
    });
    let find = model.reader.open().and_then(|open| open.find.as_ref());
    model.reader.finding = find.and_then(|find| find.running);
    match asked {
        Some(effect) => effects.push(effect),
        None if runs.is_some() && model.reader.finding.is_none() => {
            effects.push(Effect::StopFinding);
        }
        None => {}
    }
}

impl Find {
    /// What is to be searched for now, if that is not under way.
    fn ask(&mut self, layout: Ticket, document: Arc<Document>, ticket: Ticket) -> Option<Effect> {
        let wanted = (layout, self.typed().to_owned());
        let anew = self.asked.as_ref() != Some(&wanted);
        let full = self.hits.len() >= MOST;
        let grown = !self.is_running() && self.searched < document.len() && !full;
        if anew {
            self.asked = Some(wanted);
            self.hits.clear();
            self.searched = 0;
            self.running = None;
        } else if !grown {
            return None;
        }
        if Needle::new(self.typed()).is_none() {
            self.searched = usize::MAX;
            return None;
        }
        self.running = Some(ticket);
        Some(Effect::Find {
            ticket,
            document,
            typed: self.typed().to_owned(),
            from: self.searched,
        })
    }
}

/// Takes hits; what was found for other text is dropped.
pub(super) fn take(model: &mut Model, ticket: Ticket, found: Found) {
    let Some(open) = model.reader.open_mut() else {
        return;
    };
    let (whole, lines) = (open.is_whole(), open.lines());
    let document = open.shown().map(|shown| Arc::clone(&shown.document));
    let Some(find) = open
        .find
        .as_mut()
        .filter(|find| find.running == Some(ticket))
    else {
        return;
    };
    find.hits.extend(found.hits);
    find.hits.truncate(MOST);
    find.searched = found.searched;
    find.running.take_if(|_| found.done);
    // The mail may have grown since this search of it began.
    let is_all = whole && find.searched >= lines;
    let ended = found.done && (is_all || find.hits.len() >= MOST);
    if !find.goes {
        return;
    }
    let origin = document.and_then(|document| document.row_of(find.origin));
    let origin = origin.unwrap_or_default();
    if find.current.is_none() {
        let below = find.hits.partition_point(|hit| hit.row < origin);
        let wrapped = (ended && !find.hits.is_empty()).then_some(0);
        find.current = (below < find.hits.len()).then_some(below).or(wrapped);
    }
    let current = find.current.filter(|place| *place < find.hits.len());
    match current {
        Some(place) => go(model, place),
        None if ended => {
            let origin = find.origin;
            (find.current, find.goes) = (None, false);
            open.go_to(origin);
        }
        None => {}
    }
}
