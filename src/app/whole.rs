//! Partial mails: when the rest of one is fetched, and what changes on the screen when it has come.

use std::collections::{BTreeMap, BTreeSet};

use super::action::Action;
use super::effect::{Effect, Lookup};
use super::filing;
use super::model::{self, Focus, Model};
use super::moving;
use super::notices::Tone;
use super::reader::Open;
use super::schedule::{Purpose, Standing};
use super::thread;
use crate::mail::words;
use crate::mail::{AccountId, Completeness, MessageId, Row, SafeText, View};

/// Fetches the rest of the marked mails, or of the one under the cursor, because the user wants it.
pub(super) fn fetch(model: &mut Model, effects: &mut Vec<Effect>) {
    let ids = filing::targets(model);
    if ids.is_empty() {
        model.say(Tone::Plain, "No mail is chosen here");
        return;
    }
    // The marks may be on rows that are not held.
    effects.push(Effect::FindRows {
        why: Lookup::Whole,
        ids,
    });
}

/// The open mail is fetched whole by itself, once, where its server has not just said no.
pub(super) fn of_the_opened(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.focus != Focus::Reader || matches!(model.standing, model::Standing::ReadOnly(_)) {
        return;
    }
    let Some(row) = model.opened_row() else {
        return;
    };
    let (id, completeness, account) = (row.key.id, row.completeness, row.account);
    if completeness != Completeness::Head || model.whole.asked.contains(&id) {
        return;
    }
    let Some(account) = account.and_then(|account| source(model, account)) else {
        return;
    };
    if !model.fetching.schedule().is_open(account, model.now) {
        return;
    }
    ask(model, account, vec![id], effects);
}

/// Takes rows that were looked up.
pub(super) fn take_rows(
    model: &mut Model,
    why: Lookup,
    result: Result<Vec<Row>, SafeText>,
    effects: &mut Vec<Effect>,
) {
    match (why, result) {
        (Lookup::Open(ticket), result) => {
            if model.looking.take_if(|wanted| *wanted == ticket).is_some() {
                open(model, result, effects);
            }
        }
        (Lookup::Thread(ticket, toward), result) => {
            if model.looking.take_if(|wanted| *wanted == ticket).is_some() {
                thread::take(model, toward, result, effects);
            }
        }
        (Lookup::Whole, Err(sentence)) => model.say(Tone::Error, sentence.as_str()),
        (Lookup::Whole, Ok(rows)) => fetch_rows(model, &rows, effects),
    }
}

/// Opens the mail that was looked up, in the folder it lies in.
fn open(model: &mut Model, result: Result<Vec<Row>, SafeText>, effects: &mut Vec<Effect>) {
    let row = match result {
        Err(sentence) => return model.say(Tone::Error, sentence.as_str()),
        Ok(rows) => rows.into_iter().next(),
    };
    let Some(row) = row else {
        model.server.expire();
        return model.say(Tone::Plain, "This mail is not here any more");
    };
    let view = View {
        folder: row.folder,
        account: None,
    };
    let held = model
        .list
        .as_mut()
        .is_some_and(|list| list.view == view && list.go_to(row.key.id));
    if !held {
        moving::open(model, view, Some(row.key), effects);
    }
    model.focus = Focus::Reader;
    model.from_server = true;
}

fn fetch_rows(model: &mut Model, rows: &[Row], effects: &mut Vec<Effect>) {
    let mut wanted: BTreeMap<usize, Vec<MessageId>> = BTreeMap::new();
    let mut homeless = false;
    for row in rows
        .iter()
        .filter(|row| row.completeness != Completeness::Whole)
    {
        match row.account.and_then(|account| source(model, account)) {
            Some(account) => wanted.entry(account).or_default().push(row.key.id),
            None => homeless = true,
        }
    }
    if wanted.is_empty() {
        let said = if homeless {
            "Its account is not in the config, so the rest of this mail cannot be fetched"
        } else {
            "All of it is here already"
        };
        return model.say(Tone::Plain, said);
    }
    for (account, ids) in wanted {
        let left = model.fetching.schedule().pause(account, model.now);
        if left > 0 && !model.fetching.runs(account) {
            let (key, left) = (model.key_of(Action::FetchWhole), words::milliseconds(left));
            let stopped = matches!(
                model.fetching.schedule().standing(account),
                Standing::Stopped { .. }
            );
            // The status row names the key that ends the stop: not two of them.
            let said = if stopped {
                "The last fetch was refused just now".to_owned()
            } else {
                format!("The last fetch failed just now; {key} works again in {left}")
            };
            model.say(Tone::Plain, &said);
            continue;
        }
        let _ = model.fetching.ask(&[account], model.now);
        if model.fetching.runs(account) {
            let said = "The rest comes when the fetch that runs has ended";
            model.say(Tone::Plain, said);
        }
        ask(model, account, ids, effects);
    }
}

/// Fetches the rest of these mails now, or when the fetch that runs has ended.
fn ask(model: &mut Model, account: usize, ids: Vec<MessageId>, effects: &mut Vec<Effect>) {
    model.whole.asked.extend(ids.iter().copied());
    if model.fetching.runs(account) {
        let waiting = model.whole.waiting.entry(account).or_default();
        waiting.extend(ids);
        return;
    }
    model.fetching.start(&[account], Purpose::Whole);
    effects.push(Effect::FetchWhole { account, ids });
}

/// A fetch has ended: what was asked for while it ran comes now, unless it failed.
pub(super) fn fetch_what_waits(model: &mut Model, account: usize, effects: &mut Vec<Effect>) {
    let Some(ids) = model.whole.waiting.remove(&account) else {
        return;
    };
    if model.fetching.schedule().is_open(account, model.now) {
        ask(model, account, ids.into_iter().collect(), effects);
    }
}

/// Mails have been replaced by fuller ones: rows and the open mail change in place.
pub(super) fn changed(model: &mut Model, rows: Vec<Row>, effects: &mut Vec<Effect>) {
    let ids: Vec<MessageId> = rows.iter().map(|row| row.key.id).collect();
    model.with_list(|list| list.changed(rows));
    model.reader.expire(&ids);
    model.server.expire();
    effects.push(Effect::LoadFolders);
}

/// The place in the config of an account of the store.
fn source(model: &Model, account: AccountId) -> Option<usize> {
    let name = model.accounts.iter().find(|held| held.id == account)?;
    let mut sources = model.fetching.accounts().iter();
    sources.position(|source| source.name == name.name)
}

/// The partial mails that were asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// All that were asked for in this run: a mail that is opened asks once.
    asked: BTreeSet<MessageId>,
    /// Those that wait for the end of a fetch of their account.
    waiting: BTreeMap<usize, BTreeSet<MessageId>>,
}

/// What is to be said of the open mail if it is not whole, in ever fewer words.
pub fn note(model: &Model) -> Vec<String> {
    let Some(row) = model.opened_row() else {
        return Vec::new();
    };
    match row.completeness {
        Completeness::Whole => Vec::new(),
        Completeness::Head => head_only(model, row),
        Completeness::Doubtful => vec![
            "This mail may be incomplete: its size is not what the server told. \
             It stays there and is tried again."
                .to_owned(),
            "This mail may be incomplete; it stays on the server and is tried again.".to_owned(),
            "May be incomplete: stays on the server".to_owned(),
        ],
    }
}

fn head_only(model: &Model, row: &Row) -> Vec<String> {
    let shown = model.reader.open().and_then(Open::shown);
    let size = shown.and_then(|shown| shown.on_server);
    let size = size.map_or_else(String::new, |octets| {
        format!(" ({} on the server)", words::octets(octets))
    });
    let key = model.key_of(Action::FetchWhole);
    let asked = model.whole.asked.contains(&row.key.id);
    let account = row.account.and_then(|account| source(model, account));
    let runs = account.is_some_and(|account| model.fetching.runs(account));
    let (long, short) = match (asked, runs) {
        (true, true) => (
            format!("Only the head is here{size}: the rest is being fetched…"),
            "Only the head is here: fetching…".to_owned(),
        ),
        (true, false) => (
            format!("Only the head is here{size}. The rest did not come: {key} tries again."),
            format!("The rest did not come: {key} tries again"),
        ),
        (false, _) => (
            format!("Only the head is here{size}. Press {key} to fetch the whole."),
            format!("Only the head is here: {key} fetches all"),
        ),
    };
    vec![long, short]
}
