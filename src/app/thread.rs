//! From mail to mail of a thread, whatever folders they lie in.

use super::effect::{Effect, Toward};
use super::list::List;
use super::model::{Focus, Model};
use super::moving;
use super::notices::Tone;
use crate::mail::{Row, SafeText, View};

/// Looks for the next mail of the open one's thread.
pub(super) fn step(model: &mut Model, toward: Toward, effects: &mut Vec<Effect>) {
    let Some(id) = model.reader.open().map(|open| open.id) else {
        return;
    };
    let ticket = model.ticket();
    model.looking = Some(ticket);
    effects.push(Effect::FindInThread { ticket, id, toward });
}

/// Opens the mail that was found, in the list on the screen if it is one of that.
pub(super) fn take(
    model: &mut Model,
    toward: Toward,
    result: Result<Vec<Row>, SafeText>,
    effects: &mut Vec<Effect>,
) {
    let row = match result {
        Err(sentence) => return model.say(Tone::Error, sentence.as_str()),
        Ok(rows) => rows.into_iter().next(),
    };
    let Some(row) = row else {
        let which = match toward {
            Toward::Newer => "last",
            Toward::Older => "first",
        };
        let said = format!("This is the {which} mail of its thread");
        return model.say(Tone::Plain, &said);
    };
    open(model, &row, effects);
}

/// Opens a mail in the list on the screen if it lies in that, else in its folder.
pub(super) fn open(model: &mut Model, row: &Row, effects: &mut Vec<Effect>) {
    let here = model.list.as_ref().map(|list| list.view);
    let lies_in = |view: &View| {
        let account = view
            .account
            .is_none_or(|account| row.account == Some(account));
        view.folder == row.folder && account
    };
    let elsewhere = View {
        folder: row.folder,
        account: None,
    };
    let view = here.filter(lies_in).unwrap_or(elsewhere);
    let go_to = |list: &mut List| list.view == view && list.go_to(row.key.id);
    if !model.list.as_mut().is_some_and(go_to) {
        moving::open(model, view, Some(row.key), effects);
        if here != Some(view) {
            let name = super::side::title(model);
            model.say(Tone::Plain, &format!("This mail lies in {name}"));
        }
    }
    model.focus = Focus::Reader;
}
