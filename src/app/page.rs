//! A popup that is a page to read: the keys of an open mail move through it, and letters are typed only for a search.

use super::action::{Action, Scope};
use super::key::Key;
use super::keymap::Meaning;
use super::model::Model;
use super::popup::{Item, Kind, Popup, Take};

/// What the keys of an open mail can mean in a page; all others mean nothing there.
const KNOWN: [Action; 14] = [
    Action::Next,
    Action::Previous,
    Action::HalfPageDown,
    Action::HalfPageUp,
    Action::PageDown,
    Action::PageUp,
    Action::Page,
    Action::First,
    Action::Last,
    Action::Back,
    Action::Find,
    Action::Redraw,
    Action::Suspend,
    Action::Quit,
];

/// The hint row of a page, most wanted first.
pub(super) const HINTS: [(Action, &str); 6] = [
    (Action::Next, "down"),
    (Action::Page, "page"),
    (Action::PopupChoose, "choose"),
    (Action::Back, "close"),
    (Action::Find, "search"),
    (Action::PopupCopy, "copy"),
];

/// The hint row while one searches in a page.
pub(super) const SEARCHING: [(Action, &str); 4] = [
    (Action::PopupChoose, "go there"),
    (Action::PopupNext, "next hit"),
    (Action::PopupPrevious, "previous hit"),
    (Action::PopupClose, "back to where you were"),
];

/// Rows of the screen that a popup at its largest may not show its own on: frames, the field, what is said below.
const AROUND: u16 = 8;

impl Popup {
    /// Whether it is there to be read, so that letters are keys.
    pub fn is_page(&self) -> bool {
        matches!(
            self.kind,
            Kind::Preview(_) | Kind::MailingList(_) | Kind::Sheet(_) | Kind::Log
        )
    }

    /// Whether an action means something in this page.
    pub(super) fn offers(&self, action: Action) -> bool {
        let is_told = matches!(self.kind, Kind::Sheet(_) | Kind::Log);
        match action {
            Action::Find => is_told,
            Action::PopupChoose => !is_told,
            Action::PopupCopy => !matches!(self.kind, Kind::Preview(_)),
            _ => true,
        }
    }
}

/// What keys that are no popup's own mean in a page: what they mean in an open mail, as far as that can be done here.
pub(super) fn meaning(model: &Model, pressed: &[Key]) -> Meaning {
    let Some(popup) = &model.popup else {
        return Meaning::Nothing;
    };
    if !is_read(popup) {
        return leaving(model, popup, pressed);
    }
    match model.keymap.meaning(Scope::Reader, pressed) {
        Meaning::Action(action) if KNOWN.contains(&action) && popup.offers(action) => {
            Meaning::Action(action)
        }
        Meaning::Prefix if !continuations(model, pressed).is_empty() => Meaning::Prefix,
        Meaning::Action(_) | Meaning::Prefix | Meaning::Nothing => Meaning::Nothing,
    }
}

/// The key that leaves the list of messages closes a list to choose from, too, as long as nothing is typed there. Where
/// a name or a command is to be typed it is a letter.
fn leaving(model: &Model, popup: &Popup, pressed: &[Key]) -> Meaning {
    let is_chosen_from = matches!(
        popup.kind,
        Kind::Help | Kind::Links(_) | Kind::Parts(_) | Kind::Attachments { .. }
    );
    let leaves = model.keymap.meaning(Scope::List, pressed) == Meaning::Action(Action::Leave);
    if is_chosen_from && leaves && popup.filter.text().is_empty() {
        Meaning::Action(Action::PopupClose)
    } else {
        Meaning::Nothing
    }
}

/// What can follow the keys pressed so far.
pub(super) fn continuations(model: &Model, pressed: &[Key]) -> Vec<(String, Action)> {
    let mut found = model.keymap.continuations(Scope::Reader, pressed);
    found.retain(|(_, action)| KNOWN.contains(action));
    found
}

/// Does what was asked of a page; `false` for anything else.
pub(super) fn act(model: &mut Model, action: Action) -> bool {
    let Some(popup) = &model.popup else {
        return false;
    };
    if let Some(before) = popup.searched_from {
        return end_search(model, action, before);
    }
    if !is_read(popup) {
        return false;
    }
    match action {
        Action::Next => step(model, 1),
        Action::Previous => step(model, -1),
        Action::PageDown | Action::Page => turn(model, 1, 1),
        Action::PageUp => turn(model, -1, 1),
        Action::HalfPageDown => turn(model, 1, 2),
        Action::HalfPageUp => turn(model, -1, 2),
        Action::First => step(model, isize::MIN / 2),
        Action::Last => step(model, isize::MAX / 2),
        Action::Back => model.popup = None,
        Action::Find => begin_search(model),
        _ => return false,
    }
    true
}

/// Moves the cursor by rows.
pub(super) fn step(model: &mut Model, by: isize) {
    let Some(mut popup) = model.popup.take() else {
        return;
    };
    popup.step(by, &popup.items(model));
    model.popup = Some(popup);
}

/// Moves on by a screen, or a part of it. Rows keep no place of their own: the cursor is at the lower end of those that
/// are shown, so the first step down goes from there.
pub(super) fn turn(model: &mut Model, sign: isize, parts: usize) {
    let Some(mut popup) = model.popup.take() else {
        return;
    };
    let items = popup.items(model);
    let rows = usize::from(model.size.height.saturating_sub(AROUND).max(1));
    let here = popup.current(&items).unwrap_or(0);
    let from = if sign > 0 { here.max(rows) } else { here };
    let by = isize::try_from((rows / parts).max(1)).unwrap_or(1);
    let to = from.saturating_add_signed(sign * by);
    popup.cursor = takeable(&items[..items.len().min(to + 1)])
        .count()
        .saturating_sub(1);
    model.popup = Some(popup);
}

/// Whether its letters are keys now.
fn is_read(popup: &Popup) -> bool {
    popup.is_page() && popup.searched_from.is_none()
}

fn takeable(items: &[Item]) -> impl Iterator<Item = &Item> {
    items.iter().filter(|item| item.take != Take::Heading)
}

fn begin_search(model: &mut Model) {
    if let Some(popup) = &mut model.popup {
        popup.searched_from = Some(popup.cursor);
        popup.cursor = 0;
    }
}

/// All rows come back: the cursor stays on the one that was found, or goes back to where it was.
fn end_search(model: &mut Model, action: Action, before: usize) -> bool {
    let Some(mut popup) = model.popup.take() else {
        return false;
    };
    let is_end = matches!(action, Action::PopupChoose | Action::PopupClose);
    if is_end {
        let all = Popup::new(popup.kind.clone()).items(model);
        let mut hits = takeable(&all)
            .enumerate()
            .filter(|(_, item)| popup.fits(item));
        let found = hits.nth(popup.cursor).map(|(place, _)| place);
        popup.cursor = found
            .filter(|_| action == Action::PopupChoose)
            .unwrap_or(before);
        popup.searched_from = None;
        popup.filter = super::field::Field::default();
    }
    model.popup = Some(popup);
    is_end
}
