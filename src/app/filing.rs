//! What is done to mail: to the one under the cursor, or to all that are marked.

use std::collections::HashSet;

use super::action::Action;
use super::effect::Effect;
use super::list::List;
use super::model::{Focus, Model};
use super::moving;
use super::notices::Tone;
use super::popup::{Kind, Popup};
use crate::mail::words;
use crate::mail::{Change, Destination, FolderRole, MessageId, Row};

pub(super) fn mark(model: &mut Model) {
    model.with_list(|list| {
        list.toggle_mark();
        list.step(1);
    });
}

pub(super) fn move_to_role(model: &mut Model, role: FolderRole, effects: &mut Vec<Effect>) {
    let Some(folder) = model.folder(role) else {
        return;
    };
    let (id, name) = (folder.id, folder.name.clone());
    if model
        .list
        .as_ref()
        .is_some_and(|list| list.view.folder == id)
    {
        let sentence = match role {
            FolderRole::Trash => {
                let key = model.key_of(Action::DeleteForGood);
                format!("This mail is in {name} already; {key} deletes it for good")
            }
            _ => format!("This mail is in {name} already"),
        };
        model.say(Tone::Plain, &sentence);
        return;
    }
    let verb = match role {
        FolderRole::Trash => "Deleted",
        FolderRole::Archive => "Archived",
        FolderRole::Inbox | FolderRole::Own => "Moved",
    };
    let ids = targets(model);
    let said = format!("{verb} {}", count(ids.len()));
    move_away(model, ids, Destination::Folder(id), &said, effects);
}

pub(super) fn ask_where(model: &mut Model) {
    let ids = targets(model);
    if ids.is_empty() {
        model.say(Tone::Plain, "No mail is chosen here");
        return;
    }
    model.popup = Some(Popup::new(Kind::MoveTo(ids)));
}

pub(super) fn toggle_flag(model: &mut Model, effects: &mut Vec<Effect>) {
    let ids = targets(model);
    let flagged = !all(model, &ids, |row| row.flagged);
    model.with_list(|list| list.touch(&ids, |row| row.flagged = flagged));
    apply(model, Change::Flag { ids, flagged }, effects);
}

pub(super) fn toggle_unread(model: &mut Model, effects: &mut Vec<Effect>) {
    let ids = targets(model);
    let read = all(model, &ids, |row| row.unread);
    model.with_list(|list| list.touch(&ids, |row| row.unread = !read));
    model.reader.leave_as_is(&ids);
    apply(model, Change::Read { ids, read }, effects);
}

pub(super) fn move_away(
    model: &mut Model,
    ids: Vec<MessageId>,
    to: Destination,
    said: &str,
    effects: &mut Vec<Effect>,
) {
    if ids.is_empty() {
        model.say(Tone::Plain, "No mail is chosen here");
        return;
    }
    moving::leave_mail(model, effects);
    model.with_list(|list| list.remove(&ids));
    if model.from_server {
        // The folder's next mail is not what was being read there.
        model.focus = Focus::Server;
    }
    let undo = model.key_of(Action::Undo);
    model.notices.offer_undo(said, &undo, model.now);
    model.apply(Change::Move { ids, to }, effects);
}

/// Marks all mails from the last mark to the cursor, however far that is.
pub(super) fn mark_range(model: &mut Model, effects: &mut Vec<Effect>) {
    let ticket = model.ticket();
    let Some(list) = &mut model.list else { return };
    if list.order.is_in_threads() {
        if !list.mark_held_range() {
            let said = "The last mark is too far away: mark in smaller steps here";
            model.say(Tone::Plain, said);
        }
        return;
    }
    let Some((newer, older)) = list.range() else {
        return;
    };
    let view = list.view;
    model.marking = Some(ticket);
    effects.push(Effect::FindRange {
        ticket,
        view,
        newer,
        older,
    });
}

/// All marked mails, else the one under the cursor; of a row that stands for a thread all of its mails, see
/// [`super::folding::gather`].
pub(super) fn targets(model: &Model) -> Vec<MessageId> {
    if let Some(gathered) = &model.gathered {
        return gathered.clone();
    }
    let Some(list) = &model.list else {
        return Vec::new();
    };
    if !list.marked().is_empty() {
        return list.marked().iter().copied().collect();
    }
    list.current().map(|row| row.key.id).into_iter().collect()
}

fn all(model: &Model, ids: &[MessageId], holds: impl Fn(&Row) -> bool) -> bool {
    let wanted: HashSet<&MessageId> = ids.iter().collect();
    let rows = model.list.as_ref().map(List::rows).unwrap_or_default();
    rows.iter()
        .filter(|row| wanted.contains(&row.key.id))
        .all(holds)
}

fn apply(model: &mut Model, change: Change, effects: &mut Vec<Effect>) {
    let (ids, said) = match &change {
        Change::Read { ids, read: true } => (ids, "marked as read"),
        Change::Read { ids, read: false } => (ids, "marked as unread"),
        Change::Flag { ids, flagged: true } => (ids, "flagged"),
        Change::Flag {
            ids,
            flagged: false,
        } => (ids, "no longer flagged"),
        Change::Opened { .. } | Change::Move { .. } => return model.apply(change, effects),
    };
    if ids.is_empty() {
        model.say(Tone::Plain, "No mail is chosen here");
        return;
    }
    if ids.len() > 1 {
        let undo = model.key_of(Action::Undo);
        model
            .notices
            .offer_undo(&format!("{} {said}", count(ids.len())), &undo, model.now);
    }
    model.apply(change, effects);
}

/// `1 message`, `3 messages`.
pub(super) fn count(messages: usize) -> String {
    match messages {
        1 => "1 message".to_owned(),
        several => format!("{} messages", words::grouped(several as u64)),
    }
}
