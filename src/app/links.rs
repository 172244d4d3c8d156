//! Links: where each leads, the question before a doubtful one, the way out to the browser, and mailing lists.

use std::sync::Arc;

use super::asking::{open_first, say_open_first};
use super::copying;
use super::effect::Effect;
use super::model::Model;
use super::notices::Tone;
use super::popup::{Item, Kind, Popup, Take};
use super::question::Question;
use super::reader::Open;
use crate::mail::{Link, MailingList, SafeText, Target};

/// What taking a link means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It is opened.
    Open,
    /// Its address is copied.
    Copy,
}

/// Shows the links of the open mail; the only one is copied at once, never opened unseen.
pub(super) fn list(model: &mut Model, wanted: Wanted, effects: &mut Vec<Effect>) {
    let Some(shown) = model.reader.open().and_then(Open::shown) else {
        return say_open_first(model);
    };
    match (shown.document.links.as_slice(), wanted) {
        ([], _) => model.say(Tone::Plain, "This mail has no links"),
        ([only], Wanted::Copy) => {
            let text = only.url.clone();
            copying::copy(model, "the link", &text, effects);
        }
        (_, wanted) => model.popup = Some(Popup::new(Kind::Links(wanted))),
    }
}

/// The links as rows, the one whose number was typed first.
pub(super) fn items(model: &Model, typed: &str) -> Vec<Item> {
    let shown = model.reader.open().and_then(Open::shown);
    let links = shown.map(|shown| shown.document.links.as_slice());
    let links = links.unwrap_or_default();
    let mut items: Vec<Item> = links
        .iter()
        .zip(1..)
        .map(|(link, number)| item(link, number))
        .collect();
    let number = typed.trim().parse::<usize>().ok();
    let place = number.and_then(|number| number.checked_sub(1));
    if let Some(place) = place.filter(|place| *place < items.len()) {
        let named = items.remove(place);
        items.insert(0, named);
    }
    items
}

/// Where it leads comes first: that is what counts, whatever the mail calls it.
fn item(link: &Link, number: usize) -> Item {
    let named = if link.text.is_empty() || link.text == link.url {
        link.url.clone()
    } else {
        SafeText::new(&format!("{} — {}", link.url, link.text))
    };
    Item {
        label: SafeText::new(&format!("[{number}]")),
        detail: named,
        take: Take::Link(link.clone()),
    }
}

/// Takes a link: copies it, or opens it, after a question where there is a doubt.
pub(super) fn take(model: &mut Model, link: &Link, wanted: Wanted, effects: &mut Vec<Effect>) {
    if wanted == Wanted::Copy {
        return copying::copy(model, "the link", &link.url, effects);
    }
    match Target::of(link) {
        Err(why) => model.say(Tone::Warning, &why.to_string()),
        Ok(target) if target.doubts().is_empty() => follow(model, &target, effects),
        Ok(target) => ask(model, target),
    }
}

fn ask(model: &mut Model, target: Target) {
    model.popup = Some(Popup::new(Kind::Question(Question::Follow(target))));
}

/// Hands it to the system's program.
pub(super) fn follow(model: &mut Model, target: &Target, effects: &mut Vec<Effect>) {
    model.say(Tone::Plain, &format!("Opening {}", target.host()));
    effects.push(Effect::Follow(target.clone()));
}

/// What is said before it is opened.
pub(super) fn lines(target: &Target) -> Vec<String> {
    let mut lines: Vec<String> = target.doubts().iter().map(ToString::to_string).collect();
    lines.push(format!("It leads to {}:", target.host()));
    lines.push(target.uri().to_owned());
    lines
}

/// Asks how the list of the open mail can be left.
pub(super) fn unsubscribe(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(id) = open_first(model) {
        super::inspecting::ask(model, id, super::effect::Inspect::List, effects);
    }
}

/// Shows what the mailing list offers.
pub(super) fn show_list(model: &mut Model, list: Option<MailingList>) {
    match list.filter(|list| !ways(list).is_empty()) {
        None => model.say(
            Tone::Plain,
            "This mail names no mailing list, and no way to leave one",
        ),
        Some(list) => model.popup = Some(Popup::new(Kind::MailingList(Arc::new(list)))),
    }
}

/// Words and address of each way, in the order in which the list prefers them.
fn ways(list: &MailingList) -> Vec<(&'static str, &String)> {
    let leave = |address: &String| {
        if address.to_ascii_lowercase().starts_with("mailto:") {
            "leave by mail"
        } else {
            "leave on the web"
        }
    };
    let mut ways: Vec<_> = list
        .unsubscribe
        .iter()
        .map(|address| (leave(address), address))
        .collect();
    ways.extend(list.post.iter().map(|address| ("write to it", address)));
    ways.extend(list.archive.iter().map(|address| ("its archive", address)));
    ways
}

/// The mailing list as rows of a popup.
pub(super) fn list_items(list: &MailingList) -> Vec<Item> {
    let heading = |text: &str| Item {
        label: SafeText::new(text),
        detail: SafeText::default(),
        take: Take::Heading,
    };
    let mut items = Vec::new();
    if let Some(id) = &list.id {
        items.push(heading(id));
    }
    items.push(heading(
        "Nothing is sent from here: a mail is prepared for your mail program, a page opened in your browser.",
    ));
    if list.one_click {
        items.push(heading(
            "It offers one-click unsubscribing (RFC 8058): your browser shows its page in place of that.",
        ));
    }
    let way = |(words, address): (&str, &String)| Item {
        label: SafeText::new(words),
        detail: SafeText::new(address),
        take: Take::ListLink(Link {
            text: SafeText::default(),
            url: SafeText::new(address),
            numbered: false,
        }),
    };
    items.extend(ways(list).into_iter().map(way));
    items
}

/// Takes a way of a mailing list: asked about in every case.
pub(super) fn take_way(model: &mut Model, link: &Link) {
    match Target::of(link) {
        Err(why) => model.say(Tone::Warning, &why.to_string()),
        Ok(target) => ask(model, target),
    }
}
