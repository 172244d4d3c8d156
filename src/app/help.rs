//! The help: every key there is, those that work where one is first, and the signs of the list.

use super::action::{ACTIONS, ActionSpec, Group, Scope};
use super::model::Model;
use super::popup::{DOUBT_SIGN, HEAD_SIGN, Item, Take};
use crate::mail::SafeText;

/// The signs of the list, for the help.
const SIGNS: [(&str, &str); 7] = [
    ("●", "not read yet"),
    ("★", "flagged"),
    ("↩", "answered"),
    ("+", "has attachments"),
    (HEAD_SIGN, "only its head is here"),
    (DOUBT_SIGN, "may be incomplete: its size differs"),
    ("✓", "marked"),
];

/// What works elsewhere only: `J` is one thing in a list, and another in a mail.
const ELSEWHERE: [(Scope, &str); 4] = [
    (Scope::List, "In a list"),
    (Scope::Reader, "In a mail"),
    (Scope::Folders, "In the folders"),
    (Scope::Server, "On the server"),
];

/// The rows of the help.
pub(super) fn items(model: &Model) -> Vec<Item> {
    let here = super::pane(model);
    let works = |spec: &ActionSpec| {
        let works_in = |scope: &Scope| [here, Scope::Everywhere, Scope::Popup].contains(scope);
        spec.scopes.iter().any(works_in)
    };
    let (at_hand, elsewhere): (Vec<_>, Vec<_>) = ACTIONS.iter().partition(|spec| works(spec));
    let mut items = Vec::new();
    for (group, name) in Group::ALL {
        let of_group = at_hand.iter().filter(|spec| spec.group == *group);
        section(name, of_group.map(|spec| row(model, spec)), &mut items);
    }
    for (scope, name) in ELSEWHERE {
        let of_scope = elsewhere
            .iter()
            .filter(|spec| spec.scopes.first() == Some(&scope));
        section(name, of_scope.map(|spec| row(model, spec)), &mut items);
    }
    let sign = |(sign, words): (&str, &str)| Item {
        label: SafeText::new(sign),
        detail: SafeText::new(words),
        take: Take::Close,
    };
    section("Signs in the list", SIGNS.into_iter().map(sign), &mut items);
    items
}

/// A heading and its rows, if there are any.
fn section(name: &str, rows: impl Iterator<Item = Item>, items: &mut Vec<Item>) {
    let heading = Item {
        label: SafeText::new(name),
        detail: SafeText::default(),
        take: Take::Heading,
    };
    let mut rows = rows.peekable();
    items.extend(rows.peek().is_some().then_some(heading));
    items.extend(rows);
}

fn row(model: &Model, spec: &ActionSpec) -> Item {
    let take = match spec.group {
        Group::Popup => Take::Close,
        _ => Take::Run(spec.action),
    };
    Item {
        label: SafeText::new(&model.keymap.keys_of(spec.action).join(" ")),
        detail: SafeText::new(spec.words),
        take,
    }
}
