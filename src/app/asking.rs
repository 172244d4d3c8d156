//! Popups: opened by an action, moved through, and what taking a row of one does.

use super::act::act;
use super::action::Action;
use super::effect::Effect;
use super::filing::{count, move_away};
use super::model::Model;
use super::notices::Tone;
use super::on_server::deeds;
use super::popup::{Kind, Popup, Take};
use super::question;
use super::reader::Open;
use crate::mail::{Completeness, MessageId, Row};

/// The open mail and how many attachments it has; says what to do where no mail is open.
fn attachments(model: &mut Model) -> Option<(MessageId, usize)> {
    let head_only = |row: &Row| row.completeness == Completeness::Head;
    if model.opened_row().is_some_and(head_only) {
        let key = model.key_of(Action::FetchWhole);
        let said =
            format!("Only the head of this mail is here; {key} fetches the rest and its files");
        model.say(Tone::Plain, &said);
        return None;
    }
    let found = model
        .reader
        .open()
        .and_then(|open| open.shown().map(|shown| (open.id, shown.attachments.len())));
    match found {
        Some((_, 0)) => model.say(Tone::Plain, "This mail has no attachments"),
        Some(found) => return Some(found),
        None => say_open_first(model),
    }
    None
}

pub(super) fn say_open_first(model: &mut Model) {
    let key = model.key_of(Action::Open);
    model.say(Tone::Plain, &format!("Open the mail first ({key})"));
}

pub(super) fn save_one(model: &mut Model, effects: &mut Vec<Effect>) {
    match attachments(model) {
        Some((id, 1)) => effects.push(Effect::Save {
            id,
            attachment: Some(0),
        }),
        Some((id, _)) => model.popup = Some(Popup::new(Kind::Attachments(id))),
        None => {}
    }
}

pub(super) fn save_all(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some((id, _)) = attachments(model) {
        effects.push(Effect::Save {
            id,
            attachment: None,
        });
    }
}

pub(super) fn links(model: &mut Model) {
    match model
        .reader
        .open()
        .and_then(Open::shown)
        .map(|shown| shown.document.links.len())
    {
        Some(0) => model.say(Tone::Plain, "This mail has no links"),
        Some(_) => model.popup = Some(Popup::new(Kind::Links)),
        None => say_open_first(model),
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

pub(super) fn step_popup(model: &mut Model, by: isize) {
    let Some(mut popup) = model.popup.take() else {
        return;
    };
    popup.step(by, &popup.items(model));
    model.popup = Some(popup);
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
        (Take::Save(attachment), Kind::Attachments(id)) => {
            effects.push(Effect::Save {
                id,
                attachment: Some(attachment),
            });
        }
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
            | Take::Save(_)
            | Take::Move(_)
            | Take::Room(_)
            | Take::Confirm
            | Take::Yes,
            _,
        ) => {}
    }
}
