//! What follows from every event: rows near the cursor are held, the mail pane follows the list, mail seen is read.

use super::effect::Effect;
use super::find;
use super::layout;
use super::model::{Focus, Model, Screen, Standing};
use super::moving;
use super::whole;
use crate::mail::{Change, MessageId};

/// Milliseconds a mail is on show in the preview before it counts as read.
const PATIENCE: i64 = 2_000;

/// Brings the panes into agreement.
pub(super) fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.screen != Screen::Mail {
        return;
    }
    model.from_server &= model.focus == Focus::Reader;
    hold_what_is_on_the_server(model, effects);
    follow(model, effects);
    hold_rows(model, effects);
    let height = model.reader_height();
    model.reader.keep_within(height);
    find::settle(model, effects);
    count_as_read(model, effects);
    whole::of_the_opened(model, effects);
}

/// The screen "On the server" is read when it is open and something has changed, and scrolled to its cursor.
fn hold_what_is_on_the_server(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.focus != Focus::Server {
        return;
    }
    let ticket = model.ticket();
    if model.server.wants(ticket) {
        effects.push(Effect::LoadServer { ticket });
    }
    let height = model.server_height();
    model.server.keep_visible(height);
}

/// The list is scrolled to its cursor, and rows near its ends are asked for.
fn hold_rows(model: &mut Model, effects: &mut Vec<Effect>) {
    let height = model.layout().list.map(|area| usize::from(area.height));
    let ticket = model.ticket();
    let Some(list) = &mut model.list else { return };
    // Behind an open mail the list keeps the place at which it was left.
    if let Some(height) = height {
        list.keep_visible(height);
    }
    if let Some(anchor) = list.wish() {
        list.wait_for(ticket);
        effects.push(Effect::LoadPage {
            ticket,
            view: list.view,
            order: list.order.clone(),
            anchor,
            limit: super::list::PAGE,
        });
    }
}

/// The mail pane shows the mail under the cursor, where there is such a pane.
fn follow(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(list) = &model.list else { return };
    let pane = layout::layout(model.size, model.focus, true).reader;
    let visible = model.focus == Focus::Reader || model.layout().reader.is_some();
    let (current, loaded) = (list.current().map(|row| row.key.id), list.loaded());
    match (visible, current) {
        (true, Some(id)) => show(
            model,
            id,
            pane.map_or(model.size.width, |area| area.width),
            effects,
        ),
        (true, None) if loaded => {
            model.reader.close();
            model.focus = if model.focus == Focus::Reader {
                Focus::List
            } else {
                model.focus
            };
        }
        // The first page is on its way.
        (true, None) => {}
        (false, _) => {
            moving::leave_mail(model, effects);
            model.reader.close();
        }
    }
}

fn show(model: &mut Model, id: MessageId, width: u16, effects: &mut Vec<Effect>) {
    if model.reader.open().is_some_and(|open| open.id != id) {
        moving::leave_mail(model, effects);
    }
    let ticket = model.ticket();
    // One column stays free at each side of the text.
    let width = width.saturating_sub(2).max(1);
    if let Some(how) = model.reader.want(id, width, ticket) {
        effects.push(Effect::Open {
            ticket,
            id,
            width,
            how,
        });
    }
}

fn count_as_read(model: &mut Model, effects: &mut Vec<Effect>) {
    let focused = model.focus == Focus::Reader;
    let Some(id) = model.reader.now_read(focused, PATIENCE, model.now) else {
        return;
    };
    let Some(list) = &mut model.list else { return };
    let unread = list.rows().iter().any(|row| row.key.id == id && row.unread);
    if unread && !matches!(model.standing, Standing::ReadOnly(_)) {
        list.touch(&[id], |row| row.unread = false);
        model.apply(Change::Opened { id }, effects);
    }
}
