//! Looking into the open mail: its origin, its mailing list, its parts. Asked for with a ticket; a late answer is dropped.

use std::sync::Arc;

use super::asking::open_first;
use super::effect::{Effect, Inspect, Piece};
use super::event::{Inspected, Ticket};
use super::files;
use super::links;
use super::model::Model;
use super::notices::Tone;
use super::popup::{Item, Kind, Popup, Take};
use crate::mail::{MessageId, SafeText};

/// The parts of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Of which mail.
    pub id: MessageId,
    /// From top to bottom: what each is called, and what is known of it.
    pub rows: Vec<(SafeText, SafeText)>,
}

impl Parts {
    /// As rows of a popup.
    pub(super) fn items(&self) -> Vec<Item> {
        let rows = self.rows.iter().enumerate();
        rows.map(|(index, (label, detail))| Item {
            label: label.clone(),
            detail: detail.clone(),
            take: Take::Part(index),
        })
        .collect()
    }
}

/// Asks for something about a mail. Only the last one asked for is shown.
pub(super) fn ask(model: &mut Model, id: MessageId, what: Inspect, effects: &mut Vec<Effect>) {
    let ticket = model.ticket();
    model.inspecting = Some(ticket);
    effects.push(Effect::Inspect { ticket, id, what });
}

/// Where the open mail comes from.
pub(super) fn origin(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(id) = open_first(model) {
        ask(model, id, Inspect::Origin, effects);
    }
}

/// What the open mail is made of.
pub(super) fn parts(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(id) = open_first(model) {
        ask(model, id, Inspect::Parts, effects);
    }
}

/// Shows one part.
pub(super) fn view(model: &mut Model, id: MessageId, part: usize, effects: &mut Vec<Effect>) {
    ask(model, id, Inspect::Part(part), effects);
}

/// Takes what came of it, unless something else is on the screen by now.
pub(super) fn take(
    model: &mut Model,
    ticket: Ticket,
    id: MessageId,
    result: Result<Inspected, SafeText>,
) {
    if model
        .inspecting
        .take_if(|wanted| *wanted == ticket)
        .is_none()
        || model.popup.is_some()
    {
        return;
    }
    if model.reader.open().is_none_or(|open| open.id != id) {
        return;
    }
    match result {
        Err(sentence) => model.say(Tone::Error, sentence.as_str()),
        Ok(Inspected::List(list)) => links::show_list(model, list),
        Ok(Inspected::Sheet(sheet)) => {
            model.popup = Some(Popup::new(Kind::Sheet(Arc::new(sheet))));
        }
        Ok(Inspected::Parts(rows)) => {
            let parts = Parts { id, rows };
            model.popup = Some(Popup::new(Kind::Parts(Arc::new(parts))));
        }
        Ok(Inspected::Danger {
            piece,
            name,
            danger,
        }) => {
            files::ask_to_open(model, id, piece, name, danger);
        }
    }
}

/// Opens a file with the system's program; it is looked into first, and asked about where it can act.
pub(super) fn open_file(
    model: &mut Model,
    id: MessageId,
    piece: Piece,
    sure: bool,
    effects: &mut Vec<Effect>,
) {
    let ticket = model.ticket();
    model.inspecting = Some(ticket);
    effects.push(Effect::OpenFile {
        ticket,
        id,
        piece,
        sure,
    });
}
