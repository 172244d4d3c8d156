//! What each action does to the model, and which effects it asks for.

use super::action::Action;
use super::effect::{Effect, Leave, Toward};
use super::event::Direction;
use super::model::{Focus, Model, Standing};
use super::moving;
use super::notices::Tone;
use super::popup::{Kind, Popup, Take};
use super::reader::Open;
use crate::mail::{Change, Destination, FolderRole, MessageId, Row};

/// Does what was asked.
pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    if changes_mail(action) && refuse_read_only(model) {
        return;
    }
    match action {
        Action::Next => step(model, 1, effects),
        Action::Previous => step(model, -1, effects),
        Action::HalfPageDown => step_page(model, 1, 2, effects),
        Action::HalfPageUp => step_page(model, -1, 2, effects),
        Action::PageDown => step_page(model, 1, 1, effects),
        Action::PageUp => step_page(model, -1, 1, effects),
        Action::First => to_end(model, Toward::Newer, effects),
        Action::Last => to_end(model, Toward::Older, effects),
        Action::NextUnread => moving::find_unread(model, Toward::Older, effects),
        Action::PreviousUnread => moving::find_unread(model, Toward::Newer, effects),
        Action::Open => open(model),
        Action::Back | Action::PaneList => model.focus = Focus::List,
        Action::ToFolders | Action::PaneFolders => model.focus = Focus::Folders,
        Action::PaneReader => open(model),
        Action::NextFolder => moving::step_folder(model, 1, effects),
        Action::PreviousFolder => moving::step_folder(model, -1, effects),
        Action::NextMail => step_list(model, 1),
        Action::PreviousMail => step_list(model, -1),
        Action::PreviewDown => scroll(model, 1),
        Action::PreviewUp => scroll(model, -1),
        Action::Delete => move_to_role(model, FolderRole::Trash, effects),
        Action::Archive => move_to_role(model, FolderRole::Archive, effects),
        Action::MoveTo => ask_where(model),
        Action::Flag => toggle_flag(model, effects),
        Action::Unread => toggle_unread(model, effects),
        Action::Mark => mark(model),
        Action::MarkRange => with_list(model, super::list::List::mark_range),
        Action::ClearMarks => with_list(model, |list| _ = list.clear_marks()),
        Action::Undo => effects.push(Effect::Step(Direction::Undo)),
        Action::Redo => effects.push(Effect::Step(Direction::Redo)),
        Action::Page => page(model),
        Action::Headers => model.reader.toggle_headers(),
        Action::Raw => model.reader.toggle_raw(),
        Action::SaveAttachment => save_one(model, effects),
        Action::SaveAttachments => save_all(model, effects),
        Action::Links => links(model),
        Action::GoInbox => go(model, FolderRole::Inbox, effects),
        Action::GoArchive => go(model, FolderRole::Archive, effects),
        Action::GoTrash => go(model, FolderRole::Trash, effects),
        Action::Log => log(model),
        Action::Fetch => fetch(model, effects),
        Action::Cancel => cancel(model, effects),
        Action::Help => model.popup = Some(Popup::new(Kind::Help)),
        Action::Redraw => effects.push(Effect::Redraw),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Leave | Action::Quit => {
            moving::leave(model, effects);
            effects.push(Effect::Quit(Leave::Done));
        }
        Action::PopupNext => step_popup(model, 1),
        Action::PopupPrevious => step_popup(model, -1),
        Action::PopupPageDown => step_popup(model, 10),
        Action::PopupPageUp => step_popup(model, -10),
        Action::PopupChoose => choose(model, effects),
        Action::PopupClose => model.popup = None,
    }
}

/// `1 message`, `3 messages`.
pub(super) fn count(messages: usize) -> String {
    match messages {
        1 => "1 message".to_owned(),
        several => format!("{several} messages"),
    }
}

fn changes_mail(action: Action) -> bool {
    matches!(
        action,
        Action::Delete
            | Action::Archive
            | Action::MoveTo
            | Action::Flag
            | Action::Unread
            | Action::Undo
            | Action::Redo
            | Action::Fetch
    )
}

fn refuse_read_only(model: &mut Model) -> bool {
    let Standing::ReadOnly(process) = model.standing else {
        return false;
    };
    let sentence =
        format!("Another poptui (process {process}) has this mail open; here it can only be read");
    model.say(Tone::Warning, &sentence);
    true
}

fn with_list(model: &mut Model, change: impl FnOnce(&mut super::list::List)) {
    if let Some(list) = &mut model.list {
        change(list);
    }
}

fn step(model: &mut Model, by: isize, effects: &mut Vec<Effect>) {
    match model.focus {
        Focus::Folders => moving::step_folder(model, by, effects),
        Focus::List => step_list(model, by),
        Focus::Reader => scroll(model, by),
    }
}

fn step_list(model: &mut Model, by: isize) {
    with_list(model, |list| list.step(by));
}

fn step_page(model: &mut Model, sign: isize, parts: usize, effects: &mut Vec<Effect>) {
    let height = match model.focus {
        Focus::Folders => 10,
        Focus::List => model.list_height(),
        // A line of the last page stays, for the eye.
        Focus::Reader => model.reader_height().saturating_sub(1),
    };
    let rows = isize::try_from((height / parts).max(1)).unwrap_or(1);
    step(model, sign * rows, effects);
}

fn to_end(model: &mut Model, toward: Toward, effects: &mut Vec<Effect>) {
    match (model.focus, toward) {
        (Focus::Folders, Toward::Newer) => moving::step_folder(model, isize::MIN / 2, effects),
        (Focus::Folders, Toward::Older) => moving::step_folder(model, isize::MAX / 2, effects),
        (Focus::Reader, Toward::Newer) => scroll(model, isize::MIN / 2),
        (Focus::Reader, Toward::Older) => scroll(model, isize::MAX / 2),
        (Focus::List, _) => list_end(model, toward, effects),
    }
}

fn list_end(model: &mut Model, toward: Toward, effects: &mut Vec<Effect>) {
    use crate::mail::Anchor;
    let ticket = model.ticket();
    let Some(list) = &mut model.list else { return };
    let (more, anchor) = match toward {
        Toward::Newer => (list.to_first(), Anchor::Top),
        Toward::Older => (list.to_last(), Anchor::End),
    };
    if more {
        list.wait_for(ticket);
        effects.push(Effect::LoadPage {
            ticket,
            view: list.view,
            anchor,
            limit: super::list::PAGE,
        });
    }
}

fn scroll(model: &mut Model, by: isize) {
    let height = model.reader_height();
    model.reader.scroll(by, height);
}

fn page(model: &mut Model) {
    let height = model.reader_height();
    if model.reader.at_end(height) {
        let key = model.key_of(Action::NextMail);
        model.say(
            Tone::Plain,
            &format!("End of this mail; {key} opens the next one"),
        );
        return;
    }
    scroll(
        model,
        isize::try_from(height.saturating_sub(1).max(1)).unwrap_or(1),
    );
}

fn open(model: &mut Model) {
    match model.focus {
        Focus::Folders => model.focus = Focus::List,
        Focus::List
            if model
                .list
                .as_ref()
                .is_some_and(|list| list.current().is_some()) =>
        {
            model.focus = Focus::Reader
        }
        Focus::List | Focus::Reader => {}
    }
}

fn go(model: &mut Model, role: FolderRole, effects: &mut Vec<Effect>) {
    model.focus = Focus::List;
    moving::open_folder(model, role, effects);
}

fn mark(model: &mut Model) {
    with_list(model, |list| {
        list.toggle_mark();
        list.step(1);
    });
}

/// All marked mails, else the one under the cursor.
fn targets(model: &Model) -> Vec<MessageId> {
    let Some(list) = &model.list else {
        return Vec::new();
    };
    if !list.marked().is_empty() {
        return list.marked().iter().copied().collect();
    }
    list.current().map(|row| row.key.id).into_iter().collect()
}

fn move_to_role(model: &mut Model, role: FolderRole, effects: &mut Vec<Effect>) {
    let Some(folder) = model.folder(role) else {
        return;
    };
    let (id, name) = (folder.id, folder.name.clone());
    if model
        .list
        .as_ref()
        .is_some_and(|list| list.view.folder == id)
    {
        model.say(Tone::Plain, &format!("This mail is in {name} already"));
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

fn move_away(
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
    with_list(model, |list| list.remove(&ids));
    let undo = model.key_of(Action::Undo);
    model.notices.offer_undo(said, &undo, model.now);
    effects.push(Effect::Apply(Change::Move { ids, to }));
}

fn ask_where(model: &mut Model) {
    let ids = targets(model);
    if ids.is_empty() {
        model.say(Tone::Plain, "No mail is chosen here");
        return;
    }
    model.popup = Some(Popup::new(Kind::MoveTo(ids)));
}

fn toggle_flag(model: &mut Model, effects: &mut Vec<Effect>) {
    let ids = targets(model);
    let flagged = !all(model, &ids, |row| row.flagged);
    with_list(model, |list| list.touch(&ids, |row| row.flagged = flagged));
    apply(model, Change::Flag { ids, flagged }, effects);
}

fn toggle_unread(model: &mut Model, effects: &mut Vec<Effect>) {
    let ids = targets(model);
    let read = all(model, &ids, |row| row.unread);
    with_list(model, |list| list.touch(&ids, |row| row.unread = !read));
    model.reader.leave_unread();
    apply(model, Change::Read { ids, read }, effects);
}

fn all(model: &Model, ids: &[MessageId], holds: impl Fn(&Row) -> bool) -> bool {
    let rows = model
        .list
        .as_ref()
        .map(super::list::List::rows)
        .unwrap_or_default();
    rows.iter()
        .filter(|row| ids.contains(&row.key.id))
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
        Change::Opened { .. } | Change::Move { .. } => return effects.push(Effect::Apply(change)),
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
    effects.push(Effect::Apply(change));
}

/// The open mail and how many attachments it has; says what to do where no mail is open.
fn attachments(model: &mut Model) -> Option<(MessageId, usize)> {
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

fn say_open_first(model: &mut Model) {
    let key = model.key_of(Action::Open);
    model.say(Tone::Plain, &format!("Open the mail first ({key})"));
}

fn save_one(model: &mut Model, effects: &mut Vec<Effect>) {
    match attachments(model) {
        Some((id, 1)) => effects.push(Effect::Save {
            id,
            attachment: Some(0),
        }),
        Some((id, _)) => model.popup = Some(Popup::new(Kind::Attachments(id))),
        None => {}
    }
}

fn save_all(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some((id, _)) = attachments(model) {
        effects.push(Effect::Save {
            id,
            attachment: None,
        });
    }
}

fn links(model: &mut Model) {
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

fn log(model: &mut Model) {
    if model.notices.log().is_empty() {
        model.say(Tone::Plain, "Nothing has happened yet");
        return;
    }
    model.notices.seen();
    model.popup = Some(Popup::new(Kind::Log));
}

fn fetch(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.fetching.accounts().is_empty() {
        model.say(
            Tone::Warning,
            "No account to fetch from: add one to config.toml (the README shows how)",
        );
        return;
    }
    if model.fetching.running() {
        let key = model.key_of(Action::Cancel);
        model.say(Tone::Plain, &format!("Already fetching; {key} stops it"));
        return;
    }
    model.fetching.start();
    effects.push(Effect::Fetch);
}

fn cancel(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.fetching.running() {
        model.say(Tone::Plain, "Stopping the fetch; what has arrived stays…");
        effects.push(Effect::CancelFetch);
        return;
    }
    let key = model.key_of(Action::Quit);
    model.say(
        Tone::Plain,
        &format!("No fetch is running; {key} leaves poptui"),
    );
}

fn step_popup(model: &mut Model, by: isize) {
    let Some(mut popup) = model.popup.take() else {
        return;
    };
    popup.step(by, &popup.items(model));
    model.popup = Some(popup);
}

fn choose(model: &mut Model, effects: &mut Vec<Effect>) {
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
        (Take::Heading | Take::Close | Take::Save(_) | Take::Move(_), _) => {}
    }
}
