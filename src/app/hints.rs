//! The hint row: which keys matter here, taken from the table, so that it can never be wrong.

use super::action::{Action, Scope};
use super::find;
use super::model::Model;
use super::page;
use super::popup::{Kind, Popup};
use super::side;
use crate::mail::FolderRole;

/// What matters in each scope, most wanted first; `? help` is added by the one who draws.
const WANTED: &[(Scope, &[Action])] = &[
    (
        Scope::List,
        &[
            Action::Next,
            Action::Open,
            Action::Fetch,
            Action::Delete,
            Action::Archive,
            Action::MoveTo,
            Action::Leave,
            Action::Mark,
            Action::Flag,
            Action::Unread,
            Action::Undo,
            Action::NextUnread,
            Action::PaneFolders,
        ],
    ),
    (
        Scope::Reader,
        &[
            Action::Page,
            Action::NextMail,
            Action::Back,
            Action::Delete,
            Action::Archive,
            Action::MoveTo,
            Action::SaveAttachment,
            Action::Links,
            Action::OpenAttachment,
            Action::Origin,
            Action::Parts,
            Action::Headers,
            Action::Quotes,
            Action::Raw,
            Action::NextUnread,
            Action::Fetch,
        ],
    ),
    (
        Scope::Folders,
        &[
            Action::Next,
            Action::Open,
            Action::Fetch,
            Action::Back,
            Action::Quit,
        ],
    ),
    (
        Scope::Server,
        &[
            Action::Next,
            Action::DeleteThere,
            Action::Undo,
            Action::FreeSpace,
            Action::Open,
            Action::Back,
            Action::Mark,
            Action::Fetch,
        ],
    ),
    (
        Scope::Popup,
        &[
            Action::PopupNext,
            Action::PopupChoose,
            Action::PopupClose,
            Action::PopupCopy,
            Action::PopupSave,
            Action::PopupPipe,
        ],
    ),
];

/// What the keys of a popup do in the field of the search.
const SEARCHING: [(Action, &str); 4] = [
    (Action::PopupChoose, "stay here"),
    (Action::PopupNext, "next hit"),
    (Action::PopupPrevious, "previous hit"),
    (Action::PopupClose, "back to where you were"),
];

/// Keys and words, most wanted first. After a prefix: what can follow.
pub fn hints(model: &Model) -> Vec<(String, &'static str)> {
    let scope = super::scope(model);
    if !model.pending.is_empty() {
        let next = match scope {
            Scope::Popup => page::continuations(model, &model.pending),
            _ => model.keymap.continuations(scope, &model.pending),
        };
        return next
            .into_iter()
            .map(|(key, action)| (key, action.spec().hint))
            .collect();
    }
    let key = |action: Action| model.keymap.keys_of(action).into_iter().next();
    if find::hears_text(model) {
        let hints = SEARCHING.iter();
        return hints
            .filter_map(|(action, words)| Some((key(*action)?, *words)))
            .collect();
    }
    if let Some(popup) = model.popup.as_ref().filter(|popup| popup.is_page()) {
        let (hints, reading) = match popup.searched_from {
            Some(_) => (page::SEARCHING.as_slice(), false),
            None => (page::HINTS.as_slice(), true),
        };
        let offered = hints
            .iter()
            .filter(|(action, _)| !reading || popup.offers(*action));
        return offered
            .filter_map(|(action, words)| Some((key(*action)?, *words)))
            .collect();
    }
    let wanted = WANTED
        .iter()
        .find(|(held, _)| *held == scope)
        .map(|(_, actions)| *actions)
        .unwrap_or_default();
    let hint = |action: &Action| Some((key(*action)?, action.spec().hint));
    let in_trash = side::role(model) == Some(FolderRole::Trash);
    let there = |action: &Action| match action {
        Action::Delete if in_trash => vec![Action::DeleteForGood, Action::EmptyTrash],
        other => vec![*other],
    };
    let heard = |action: &Action| {
        let scopes = action.spec().scopes;
        scopes.contains(&scope) || scopes.contains(&Scope::Everywhere)
    };
    let wanted: Vec<Action> = wanted.iter().flat_map(there).filter(heard).collect();
    let popup = model.popup.as_ref();
    let is_here = |action: &&Action| popup.is_none_or(|popup| is_for(popup, **action));
    wanted.iter().filter(is_here).filter_map(hint).collect()
}

/// Whether a popup is one in which this is wanted.
fn is_for(popup: &Popup, action: Action) -> bool {
    match action {
        Action::PopupCopy => matches!(
            popup.kind,
            Kind::Links(_) | Kind::Attachments { .. } | Kind::Parts(_)
        ),
        _ => popup.knows(action),
    }
}

/// The key of the help, or nothing if the user took it away.
pub fn help_key(model: &Model) -> Option<String> {
    model.keymap.keys_of(Action::Help).into_iter().next()
}
