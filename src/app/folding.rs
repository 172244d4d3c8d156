//! Folders in threads: switched on and off, folded and unfolded; and an action on a folded thread is one on all its mails.

use std::collections::BTreeSet;

use super::act;
use super::action::Action;
use super::effect::Effect;
use super::event::Ticket;
use super::list::List;
use super::model::{Focus, Model};
use super::moving;
use super::notices::Tone;
use crate::mail::{FolderId, MessageId, Order, SafeText, View};

/// Under what the folders in threads are remembered.
pub const THREADED: &str = "threads";

/// The folders that were remembered, in the words of the memory.
pub fn threaded(remembered: &str) -> BTreeSet<FolderId> {
    let ids = remembered.split(' ').filter_map(|word| word.parse().ok());
    ids.map(FolderId).collect()
}

/// The order in which a list is opened.
pub(super) fn order(model: &Model, view: View) -> Order {
    if model.threaded.contains(&view.folder) {
        Order::threads(false)
    } else {
        Order::Flat
    }
}

/// This folder in threads, or each mail by itself, from now on.
pub(super) fn turn_order(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(view) = model.list.as_ref().map(|list| list.view) else {
        return;
    };
    let said = if model.threaded.remove(&view.folder) {
        "Each mail by itself".to_owned()
    } else {
        model.threaded.insert(view.folder);
        let fold = model.key_of(Action::Fold);
        format!("In threads: {fold} unfolds one and folds it again")
    };
    model.say(Tone::Plain, &said);
    let ids: Vec<String> = model.threaded.iter().map(|id| id.0.to_string()).collect();
    effects.push(Effect::Remember {
        key: THREADED.to_owned(),
        value: ids.join(" "),
    });
    let order = order(model, view);
    model.with_list(|list| {
        list.order = order;
        list.clear_marks();
    });
    read_anew(model, List::key_id, effects);
}

/// Folds the thread under the cursor, or unfolds it.
pub(super) fn turn(model: &mut Model, effects: &mut Vec<Effect>) {
    if refuse_flat(model) {
        return;
    }
    let current = model.list.as_ref().and_then(List::current_thread);
    let Some((thread, newest)) = current else {
        return model.say(Tone::Plain, "There is no other mail of its thread here");
    };
    let mut folds = false;
    model.with_list(|list| {
        folds = list.order.unfolds(thread);
        list.order.turn(thread);
    });
    // Folded, its newest mail stands for all of it.
    let newest = Some(newest).filter(|_| folds);
    read_anew(model, |list| newest.or(list.key_id()), effects);
}

/// Folds all threads, or unfolds them.
pub(super) fn turn_all(model: &mut Model, unfolded: bool, effects: &mut Vec<Effect>) {
    if refuse_flat(model) {
        return;
    }
    model.with_list(|list| list.order = Order::threads(unfolded));
    let wanted = |list: &List| {
        let newest = list.current_thread().map(|(_, newest)| newest);
        newest.filter(|_| !unfolded).or(list.key_id())
    };
    read_anew(model, wanted, effects);
}

fn read_anew(
    model: &mut Model,
    wanted: impl Fn(&List) -> Option<MessageId>,
    effects: &mut Vec<Effect>,
) {
    let wanted = model.list.as_ref().and_then(wanted);
    moving::reload(model, wanted, effects);
}

fn refuse_flat(model: &mut Model) -> bool {
    let in_threads = |list: &List| list.order.is_in_threads();
    if model.list.as_ref().is_some_and(in_threads) {
        return false;
    }
    let key = model.key_of(Action::Threads);
    model.say(Tone::Plain, &format!("{key} shows this folder in threads"));
    true
}

/// Looks up the mails that an action is for where rows stand for several; says whether that has to come first. In an
/// open mail an action is for that mail.
pub(super) fn gather(model: &mut Model, action: Action, effects: &mut Vec<Effect>) -> bool {
    if !act::is_for_mails(action) || model.gathered.is_some() || model.focus != Focus::List {
        return false;
    }
    let Some(list) = &model.list else {
        return false;
    };
    let (view, folded) = (list.view, list.folded_targets());
    if folded.is_empty() {
        return false;
    }
    let ticket = model.ticket();
    model.gathering = Some((ticket, action));
    effects.push(Effect::FindThreads {
        ticket,
        view,
        folded,
    });
    true
}

/// Takes the mails that were looked up, and does with them what was asked.
pub(super) fn take(
    model: &mut Model,
    ticket: Ticket,
    result: Result<Vec<MessageId>, SafeText>,
    effects: &mut Vec<Effect>,
) {
    let Some((_, action)) = model.gathering.take_if(|(wanted, _)| *wanted == ticket) else {
        return;
    };
    let ids = match result {
        Ok(ids) => ids,
        Err(sentence) => return model.say(Tone::Error, sentence.as_str()),
    };
    let mut all: BTreeSet<MessageId> = ids.into_iter().collect();
    // Rows of single mails may be marked besides; of what is folded, the mail shown is one of those found.
    let marked = model.list.as_ref().map(List::marked);
    all.extend(marked.into_iter().flatten().copied());
    model.gathered = Some(all.into_iter().collect());
    act::act(model, action, effects);
    model.gathered = None;
}
