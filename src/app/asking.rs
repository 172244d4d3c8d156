//! Popups: opened by an action, moved through, and what taking a row of one does.

use super::act::act;
use super::action::Action;
use super::copying;
use super::effect::{Effect, Piece};
use super::files::{self, Piped, Purpose};
use super::filing::{count, move_away};
use super::inspecting;
use super::links;
use super::model::Model;
use super::notices::Tone;
use super::on_server::deeds;
use super::popup::{Kind, Popup, Take};
use super::question;
use crate::mail::MessageId;

/// The mail in the pane, though it may not be laid out yet; says what to do where no mail is open.
pub(super) fn open_first(model: &mut Model) -> Option<MessageId> {
    let id = model.reader.open().map(|open| open.id);
    if id.is_none() {
        say_open_first(model);
    }
    id
}

/// For what needs the page of a mail.
pub(super) fn say_open_first(model: &mut Model) {
    if model.reader.open().is_some() {
        return model.say(Tone::Plain, "This mail is still being opened");
    }
    let key = model.key_of(Action::Open);
    model.say(Tone::Plain, &format!("Open the mail first ({key})"));
}

/// Copies the row under the cursor: of a link its address, else what the row says.
pub(super) fn copy_row(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(popup) = &model.popup else { return };
    let items = popup.items(model);
    let Some(item) = popup.current(&items).and_then(|index| items.get(index)) else {
        return;
    };
    let (what, text) = match &item.take {
        Take::Link(link) | Take::ListLink(link) => ("the link", link.url.clone()),
        _ => ("this row", item.detail.clone()),
    };
    copying::copy(model, what, &text, effects);
}

/// Saves or pipes the file under the cursor.
pub(super) fn take_file(model: &mut Model, purpose: Purpose, effects: &mut Vec<Effect>) {
    let Some(popup) = model.popup.take() else {
        return;
    };
    let items = popup.items(model);
    let item = popup.current(&items).and_then(|index| items.get(index));
    let piece = item.and_then(|item| match item.take {
        Take::File(piece) => Some(piece),
        Take::Part(index) => Some(Piece::Part(index)),
        _ => None,
    });
    match (piece, popup.mail()) {
        (Some(piece), Some(id)) => files::take(model, id, piece, purpose, effects),
        _ => model.popup = Some(popup),
    }
}

pub(super) fn log(model: &mut Model) {
    if model.notices.log().is_empty() {
        model.say(Tone::Plain, "Nothing has happened yet");
        return;
    }
    model.notices.seen();
    model.popup = Some(Popup::new(Kind::Log));
}

pub(super) fn choose(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(popup) = model.popup.take() else {
        return;
    };
    let mut items = popup.items(model);
    let Some(index) = popup.current(&items) else {
        // Nothing fits what was typed: stay, so that it can be changed.
        model.popup = Some(popup);
        return;
    };
    let item = items.swap_remove(index);
    match (item.take, popup.kind) {
        (Take::Run(action), _) => act(model, action, effects),
        (Take::File(piece), Kind::Attachments { id, purpose }) => {
            files::take(model, id, piece, purpose, effects);
        }
        (Take::Part(index), Kind::Parts(parts)) => {
            inspecting::view(model, parts.id, index, effects);
        }
        (Take::Command(command), Kind::Command(Piped { id, piece, .. })) => {
            effects.push(Effect::Pipe { id, piece, command });
        }
        (Take::Link(link), Kind::Links(wanted)) => links::take(model, &link, wanted, effects),
        (Take::ListLink(link), _) => links::take_way(model, &link),
        (Take::Move(to), Kind::MoveTo(ids)) => {
            let said = format!("Moved {} to {}", count(ids.len()), item.label);
            move_away(model, ids, to, &said, effects);
        }
        (Take::Room(chosen), Kind::Free(holdings)) => deeds::preview(model, holdings, chosen),
        (Take::Confirm, Kind::Preview(preview)) => deeds::confirm(model, &preview, effects),
        (Take::Yes, Kind::Question(asked)) => question::yes(model, asked, effects),
        (
            Take::Heading
            | Take::Close
            | Take::File(_)
            | Take::Part(_)
            | Take::Command(_)
            | Take::Link(_)
            | Take::Move(_)
            | Take::Room(_)
            | Take::Confirm
            | Take::Yes,
            _,
        ) => {}
    }
}
