//! From list to list: opening one, coming back to where one was, finding unread mail elsewhere.

use super::effect::{Effect, Toward};
use super::event::{Drawer, Ticket};
use super::folding;
use super::list::{List, PAGE};
use super::model::{Focus, Model, Place, Standing};
use super::notices::Tone;
use super::remembered;
use super::side;
use crate::mail::{Anchor, FolderRole, Key, MessageId, Row, SafeText, View};

/// Takes the folders as they are now; opens the first list when they come for the first time.
pub(super) fn take_folders(
    model: &mut Model,
    result: Result<Drawer, SafeText>,
    effects: &mut Vec<Effect>,
) {
    let Drawer { folders, accounts } = match result {
        Ok(drawer) => drawer,
        Err(sentence) => {
            model.folders_trouble = Some(sentence);
            return;
        }
    };
    // Beside another poptui the counters are all that tells of a change.
    let changed = model.folders != folders;
    let another_writes = matches!(model.standing, Standing::ReadOnly(_));
    model.folders_trouble = None;
    model.folders = folders;
    model.accounts = accounts;
    if changed && another_writes {
        reload(model, None, effects);
    }
    let is_there = |view: View| model.folders.iter().any(|folder| folder.id == view.folder);
    match &model.list {
        Some(list) if is_there(list.view) => return,
        // An undo can take away the folder that a move had made.
        Some(_) => return open_folder(model, FolderRole::Inbox, effects),
        None => {}
    }
    let known = |place: &Place| {
        model
            .folders
            .iter()
            .any(|folder| folder.id == place.view.folder)
    };
    match model.start.take_if(|place| known(place)) {
        Some(place) => open(model, place.view, Some(place.key), effects),
        None => open_folder(model, FolderRole::Inbox, effects),
    }
}

/// Opens the folder with this part in the program, for all accounts.
pub(super) fn open_folder(model: &mut Model, role: FolderRole, effects: &mut Vec<Effect>) {
    if let Some(folder) = model.folder(role).map(|folder| folder.id) {
        go(
            model,
            View {
                folder,
                account: None,
            },
            effects,
        );
    }
}

/// Shows a list where it was left, unless it is the one on the screen.
pub(super) fn go(model: &mut Model, view: View, effects: &mut Vec<Effect>) {
    if model.list.as_ref().is_some_and(|list| list.view == view) {
        return;
    }
    open(model, view, None, effects);
}

/// Shows a list around a row, or where it was left in this run, or at its top.
pub(super) fn open(model: &mut Model, view: View, around: Option<Key>, effects: &mut Vec<Effect>) {
    leave(model, effects);
    let left = model
        .places
        .iter()
        .rfind(|left| left.view == view)
        .map(|left| left.key);
    let anchor = around.or(left).map_or(Anchor::Top, Anchor::Around);
    let wanted = around.or(left).map(|key| key.id);
    let ticket = model.ticket();
    let order = folding::order(model, view);
    let mut list = List::new(view, ticket, wanted);
    list.order = order.clone();
    model.list = Some(list);
    model.reader.close();
    model.side_cursor = side::views(model)
        .iter()
        .position(|held| *held == view)
        .unwrap_or(0);
    effects.push(Effect::LoadPage {
        ticket,
        view,
        order: order.revealing(wanted),
        anchor,
        limit: PAGE,
    });
}

/// Reads the list on the screen anew; the cursor goes to `wanted` if that mail is in it, else stays.
pub(super) fn reload(model: &mut Model, wanted: Option<MessageId>, effects: &mut Vec<Effect>) {
    let Some(list) = &model.list else { return };
    let (view, key) = (list.view, list.key());
    let anchor = key.map_or(Anchor::Top, Anchor::Around);
    let order = list.order.clone().revealing(wanted);
    let ticket = model.ticket();
    if let Some(list) = &mut model.list {
        list.jump(ticket);
        list.want(wanted.or(key.map(|key| key.id)));
    }
    effects.push(Effect::LoadPage {
        ticket,
        view,
        order,
        anchor,
        limit: PAGE,
    });
}

/// Notes where the cursor stands in the list on the screen, for this run and the next.
pub(super) fn leave(model: &mut Model, effects: &mut Vec<Effect>) {
    leave_mail(model, effects);
    let Some(view) = model.list.as_ref().map(|list| list.view) else {
        return;
    };
    // A list that has not come yet is left where it was left before.
    let before = model.places.iter().rfind(|left| left.view == view);
    let here = model.list.as_ref().and_then(List::key);
    let Some(key) = here.or(before.map(|left| left.key)) else {
        return;
    };
    let place = Place { view, key };
    model.places.retain(|left| left.view != place.view);
    model.places.push(place);
    effects.push(Effect::Remember {
        key: PLACE.to_owned(),
        value: place.to_string(),
    });
}

/// Notes how far the open mail is scrolled.
pub(super) fn leave_mail(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some((id, spot)) = model.reader.leave() {
        effects.push(Effect::RememberOf {
            kind: remembered::PLACES,
            name: remembered::mail_name(id),
            value: spot.to_string(),
        });
    }
}

/// Under what the place of the last run is remembered.
pub const PLACE: &str = "place";

/// Goes to the next unread mail: in the rows held, else wherever the store finds one.
pub(super) fn find_unread(model: &mut Model, toward: Toward, effects: &mut Vec<Effect>) {
    let Some(list) = &mut model.list else { return };
    // Of a thread a row may not show the mail that is unread.
    let held = Some(toward).filter(|_| !list.order.is_in_threads());
    if let Some(id) = held.and_then(|toward| list.next_unread(toward)) {
        list.go_to(id);
        return;
    }
    let here = list.view;
    let from = list.key();
    let same_account = |view: &View| view.account == here.account && *view != here;
    let mut views = vec![here];
    views.extend(
        side::views(model)
            .into_iter()
            .filter(same_account)
            .filter(|view| !is_trash(model, *view)),
    );
    let ticket = model.ticket();
    model.looking = Some(ticket);
    effects.push(Effect::FindUnread {
        ticket,
        views,
        from,
        toward,
    });
}

fn is_trash(model: &Model, view: View) -> bool {
    model
        .folder(FolderRole::Trash)
        .is_some_and(|trash| trash.id == view.folder)
}

/// Takes the unread mail that was looked for.
pub(super) fn take_unread(
    model: &mut Model,
    ticket: Ticket,
    found: Option<(View, Row)>,
    effects: &mut Vec<Effect>,
) {
    if model.looking != Some(ticket) {
        return;
    }
    model.looking = None;
    let Some((view, row)) = found else {
        model.say(Tone::Plain, "No unread mail");
        return;
    };
    let held = model
        .list
        .as_mut()
        .is_some_and(|list| list.view == view && list.go_to(row.key.id));
    if held {
        return;
    }
    let reading = model.focus == Focus::Reader;
    open(model, view, Some(row.key), effects);
    // Reading goes on in the mail that was found.
    model.focus = if reading { Focus::Reader } else { Focus::List };
}

/// Moves on to the next or previous list of the side bar.
pub(super) fn step_folder(model: &mut Model, by: isize, effects: &mut Vec<Effect>) {
    let views = side::views(model);
    let last = views.len().saturating_sub(1);
    let next = model.side_cursor.saturating_add_signed(by).min(last);
    if let Some(view) = views.get(next) {
        go(model, *view, effects);
    }
    model.side_cursor = next;
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let account = self.view.account.map_or(0, |account| account.0);
        write!(
            f,
            "{} {} {} {}",
            self.view.folder.0, account, self.key.date, self.key.id.0
        )
    }
}

impl Place {
    /// Reads what was printed; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<i64>> = text.split(' ').map(|word| word.parse().ok()).collect();
        let [folder, account, date, id] = numbers?[..] else {
            return None;
        };
        let account = (account != 0).then_some(crate::mail::AccountId(account));
        let view = View {
            folder: crate::mail::FolderId(folder),
            account,
        };
        Some(Self {
            view,
            key: Key {
                date,
                id: MessageId(id),
            },
        })
    }
}
