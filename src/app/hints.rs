//! The hint row: which keys matter here, taken from the table, so that it can never be wrong.

use super::action::{Action, Scope};
use super::model::Model;
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
        &[Action::PopupNext, Action::PopupChoose, Action::PopupClose],
    ),
];

/// Keys and words, most wanted first. After a prefix: what can follow.
pub fn hints(model: &Model) -> Vec<(String, &'static str)> {
    let scope = super::scope(model);
    if !model.pending.is_empty() {
        let next = model.keymap.continuations(scope, &model.pending);
        return next
            .into_iter()
            .map(|(key, action)| (key, action.spec().hint))
            .collect();
    }
    let lists_only = |popup: &Popup| matches!(popup.kind, Kind::Sheet(_) | Kind::Log);
    let nothing_to_choose = model.popup.as_ref().is_some_and(lists_only);
    let wanted = WANTED
        .iter()
        .find(|(held, _)| *held == scope)
        .map(|(_, actions)| *actions)
        .unwrap_or_default();
    let hint = |action: &Action| {
        let key = model.keymap.keys_of(*action).into_iter().next()?;
        Some((key, action.spec().hint))
    };
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
    let wanted = wanted
        .iter()
        .filter(|action| !(nothing_to_choose && **action == Action::PopupChoose));
    wanted.filter_map(hint).collect()
}

/// The key of the help, or nothing if the user took it away.
pub fn help_key(model: &Model) -> Option<String> {
    model.keymap.keys_of(Action::Help).into_iter().next()
}
