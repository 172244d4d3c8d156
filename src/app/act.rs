//! What each action does to the model, and which effects it asks for.

use super::action::{Action, Scope};
use super::asking;
use super::copying;
use super::effect::{Copied, Effect, Leave, Toward};
use super::event::Direction;
use super::files::{self, Purpose};
use super::filing;
use super::find;
use super::folding;
use super::inspecting;
use super::links::{self, Wanted};
use super::list::List;
use super::model::{Focus, Model, Standing};
use super::moving;
use super::notices::Tone;
use super::on_server::deeds;
use super::page;
use super::popup::{Kind, Popup};
use super::question;
use super::reader::Open;
use super::remembered;
use super::retrieval;
use super::thread;
use super::whole;
use crate::mail::FolderRole;

/// Does what was asked.
pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    if changes_mail(action) && refuse_read_only(model) {
        return;
    }
    let taken = find::act(model, action) || page::act(model, action);
    if taken || folding::gather(model, action, effects) {
        return;
    }
    if model.focus == Focus::Server && refuse_elsewhere(model, action) {
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
        Action::Open if model.focus == Focus::Server => deeds::open_mail(model, effects),
        Action::Open | Action::PaneReader => open(model),
        Action::Back if model.from_server => model.focus = Focus::Server,
        Action::Back | Action::PaneList => model.focus = Focus::List,
        Action::ToFolders | Action::PaneFolders => model.focus = Focus::Folders,
        Action::NextFolder => moving::step_folder(model, 1, effects),
        Action::PreviousFolder => moving::step_folder(model, -1, effects),
        Action::NextMail => step_mail(model, 1, effects),
        Action::PreviousMail => step_mail(model, -1, effects),
        Action::NextInThread => thread::step(model, Toward::Newer, effects),
        Action::PreviousInThread => thread::step(model, Toward::Older, effects),
        Action::Threads => folding::turn_order(model, effects),
        Action::Fold => folding::turn(model, effects),
        Action::FoldAll => folding::turn_all(model, false, effects),
        Action::UnfoldAll => folding::turn_all(model, true, effects),
        Action::PreviewDown => scroll(model, 1),
        Action::PreviewUp => scroll(model, -1),
        Action::Delete => filing::move_to_role(model, FolderRole::Trash, effects),
        Action::Archive => filing::move_to_role(model, FolderRole::Archive, effects),
        Action::MoveTo => filing::ask_where(model),
        Action::Flag => filing::toggle_flag(model, effects),
        Action::Unread => filing::toggle_unread(model, effects),
        Action::DeleteForGood => question::ask_to_expunge(model),
        Action::EmptyTrash => question::ask_to_empty_trash(model),
        Action::FetchWhole => whole::fetch(model, effects),
        Action::DeleteThere => deeds::ask(model, effects),
        Action::FreeSpace => deeds::free_space(model),
        Action::Mark if model.focus == Focus::Server => model.server.mark_and_go_on(),
        Action::Mark => filing::mark(model),
        Action::MarkRange if model.focus == Focus::Server => model.server.mark_range(),
        Action::MarkRange => filing::mark_range(model, effects),
        Action::ClearMarks => model.with_list(|list| _ = list.clear_marks()),
        Action::Undo if model.focus == Focus::Server => deeds::take_back(model, effects),
        Action::Undo => model.step(Direction::Undo, effects),
        Action::Redo => model.step(Direction::Redo, effects),
        Action::Page => page(model),
        Action::Headers => model.reader.toggle_headers(),
        Action::Raw => model.reader.toggle_raw(),
        Action::Quotes => model.reader.toggle_quotes(),
        Action::Wrap => model.reader.toggle_wrap(),
        Action::Part => other_part(model, effects),
        Action::OpenAttachment => files::choose(model, Purpose::Open, effects),
        Action::SaveAttachment => files::choose(model, Purpose::Save, effects),
        Action::SaveAttachments => files::save_all(model, effects),
        Action::Pipe => files::choose(model, Purpose::Pipe, effects),
        Action::Parts => inspecting::parts(model, effects),
        Action::Links => links::list(model, Wanted::Open, effects),
        Action::Origin => inspecting::origin(model, effects),
        Action::Unsubscribe => links::unsubscribe(model, effects),
        Action::CopyParagraph => copying::paragraph(model, effects),
        Action::CopySender => copying::of_mail(model, Copied::Sender, effects),
        Action::CopyLink => links::list(model, Wanted::Copy, effects),
        Action::CopyMessageId => copying::of_mail(model, Copied::MessageId, effects),
        Action::CopyText => copying::of_mail(model, Copied::Text, effects),
        Action::Find => find::begin(model),
        Action::NextHit => find::step(model, 1),
        Action::PreviousHit => find::step(model, -1),
        Action::GoInbox => go(model, FolderRole::Inbox, effects),
        Action::GoArchive => go(model, FolderRole::Archive, effects),
        Action::GoTrash => go(model, FolderRole::Trash, effects),
        Action::GoServer => deeds::open(model),
        Action::Log => asking::log(model),
        Action::Fetch => retrieval::fetch(model, effects),
        Action::Cancel => retrieval::cancel(model, effects),
        Action::Help => model.popup = Some(Popup::new(Kind::Help)),
        Action::Redraw => redraw(model, effects),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Leave | Action::Quit => quit(model, effects),
        Action::PopupNext => page::step(model, 1),
        Action::PopupPrevious => page::step(model, -1),
        Action::PopupPageDown => page::turn(model, 1, 1),
        Action::PopupPageUp => page::turn(model, -1, 1),
        Action::PopupChoose => asking::choose(model, effects),
        Action::PopupCopy => asking::copy_row(model, effects),
        Action::PopupSave => asking::take_file(model, Purpose::Save, effects),
        Action::PopupPipe => asking::take_file(model, Purpose::Pipe, effects),
        Action::PopupClose => model.popup = None,
    }
}

fn quit(model: &mut Model, effects: &mut Vec<Effect>) {
    moving::leave(model, effects);
    effects.push(Effect::Quit(Leave::Done));
}

fn changes_mail(action: Action) -> bool {
    is_for_mails(action)
        || matches!(
            action,
            Action::Undo
                | Action::Redo
                | Action::EmptyTrash
                | Action::DeleteThere
                | Action::FreeSpace
                | Action::Fetch
        )
}

/// Whether it changes the mails that are marked, or the one under the cursor.
pub(super) fn is_for_mails(action: Action) -> bool {
    matches!(
        action,
        Action::Delete
            | Action::Archive
            | Action::MoveTo
            | Action::Flag
            | Action::Unread
            | Action::DeleteForGood
            | Action::FetchWhole
    )
}

fn refuse_read_only(model: &mut Model) -> bool {
    let Standing::ReadOnly(process) = model.standing else {
        return false;
    };
    let sentence = format!(
        "Another poptui (process {process}) has this mail open; to change mail here, close it and start this one again"
    );
    model.say(Tone::Warning, &sentence);
    true
}

/// On the screen "On the server" only its own keys work: what the help runs there must not hit a list behind it.
fn refuse_elsewhere(model: &mut Model, action: Action) -> bool {
    let here = [Scope::Server, Scope::Everywhere, Scope::Popup];
    let works = action
        .spec()
        .scopes
        .iter()
        .any(|scope| here.contains(scope));
    match action {
        // The journal knows nothing of servers.
        Action::Redo => {}
        Action::NextUnread | Action::PreviousUnread | Action::PaneReader => {
            model.focus = Focus::List;
            return false;
        }
        _ if works => return false,
        _ => {}
    }
    let back = model.key_of(Action::Back);
    let sentence = format!("That does not work on this screen; {back} goes back to the list");
    model.say(Tone::Plain, &sentence);
    true
}

fn step(model: &mut Model, by: isize, effects: &mut Vec<Effect>) {
    match model.focus {
        Focus::Folders => moving::step_folder(model, by, effects),
        Focus::List => step_list(model, by),
        Focus::Reader => scroll(model, by),
        Focus::Server => model.server.step(by),
    }
}

fn step_list(model: &mut Model, by: isize) {
    model.with_list(|list| list.step(by));
}

/// From one open mail to another; at an end of the list it says so, as nothing on the screen would.
fn step_mail(model: &mut Model, by: isize, effects: &mut Vec<Effect>) {
    if model.from_server {
        return deeds::open_next(model, by, effects);
    }
    let before = model.list.as_ref().and_then(List::key);
    step_list(model, by);
    if model.list.as_ref().and_then(List::key) == before {
        say_end(model, by);
    }
}

/// There is no mail beyond this one.
pub(super) fn say_end(model: &mut Model, by: isize) {
    let which = if by > 0 { "last" } else { "first" };
    model.say(
        Tone::Plain,
        &format!("This is the {which} mail of this list"),
    );
}

/// What could not be read is tried again, too.
fn redraw(model: &mut Model, effects: &mut Vec<Effect>) {
    effects.push(Effect::Redraw);
    model.server.expire();
    if model.folders_trouble.is_some() {
        effects.push(Effect::LoadFolders);
    }
    if model
        .list
        .as_ref()
        .is_some_and(|list| list.trouble().is_some())
    {
        moving::reload(model, None, effects);
    }
}

fn step_page(model: &mut Model, sign: isize, parts: usize, effects: &mut Vec<Effect>) {
    let height = match model.focus {
        Focus::Folders => 10,
        Focus::List => model.list_height(),
        // A line of the last page stays, for the eye.
        Focus::Reader => model.reader_height().saturating_sub(1),
        Focus::Server => model.server_height(),
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
        (Focus::Server, Toward::Newer) => model.server.step(isize::MIN / 2),
        (Focus::Server, Toward::Older) => model.server.step(isize::MAX / 2),
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
        list.jump(ticket);
        effects.push(Effect::LoadPage {
            ticket,
            view: list.view,
            order: list.order.clone(),
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

/// The other text of the open mail, from now on for every mail of its sender.
fn other_part(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(part) = model.reader.toggle_part() else {
        return model.say(Tone::Plain, "This mail has one text only");
    };
    let shown = model.reader.open().and_then(Open::shown);
    if let Some(sender) = shown.and_then(|shown| shown.sender.clone()) {
        effects.push(Effect::RememberOf {
            kind: remembered::PARTS,
            name: sender,
            value: remembered::part_name(part).to_owned(),
        });
    }
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
            model.focus = Focus::Reader;
        }
        Focus::List | Focus::Reader | Focus::Server => {}
    }
}

fn go(model: &mut Model, role: FolderRole, effects: &mut Vec<Effect>) {
    model.focus = Focus::List;
    moving::open_folder(model, role, effects);
}
