//! The mind of the program: `update(model, event) -> effects`. Pure: no clock, no file, no socket.

mod act;
pub mod action;
mod asking;
mod copying;
pub mod effect;
pub mod event;
mod failures;
pub mod fetching;
pub mod field;
pub mod files;
mod filing;
pub mod find;
mod folding;
mod help;
pub mod hints;
pub mod inspecting;
pub mod key;
pub mod keymap;
pub mod layout;
pub mod links;
pub mod list;
pub mod model;
mod moving;
pub mod notices;
pub mod on_server;
mod page;
pub mod popup;
pub mod question;
pub mod reader;
pub mod remembered;
mod retrieval;
pub mod schedule;
mod settle;
pub mod sheet;
pub mod side;
mod table;
mod thread;
pub mod whole;

pub use effect::Effect;
pub use event::Event;
pub use failures::{Before, FAILED, Failures};
pub use folding::{THREADED, threaded};
pub use model::{Model, Start};
pub use moving::PLACE;
pub use retrieval::FETCHED;
pub use table::{keys_markdown, keys_table};

use action::{Action, Scope};
use event::Direction;
use key::{Code, Key};
use keymap::Meaning;
use model::{Focus, Screen};
use notices::Tone;

use crate::mail::{SafeText, Undone, What};

/// The effects that get the first screen filled.
pub fn begin(model: &Model) -> Vec<Effect> {
    match model.screen {
        Screen::Welcome { .. } => Vec::new(),
        Screen::Mail => vec![Effect::LoadFolders],
    }
}

/// Starts a fetch as if the key for it had been pressed.
pub fn fetch_at_once(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    act::act(model, Action::Fetch, &mut effects);
    effects
}

/// The whole program: takes what happened, changes the model, says what is to be done.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    let mut effects = Vec::new();
    match event {
        Event::Key(key) => press(model, key, &mut effects),
        Event::Paste(text) => paste(model, &text),
        Event::Resize(size) => model.size = size,
        Event::Tick(now) => tick(model, now, &mut effects),
        Event::Folders(result) => moving::take_folders(model, result, &mut effects),
        Event::Page {
            ticket,
            view,
            anchor,
            result,
        } => {
            let total = usize::try_from(side::counts(model).total).unwrap_or(usize::MAX);
            if let Some(list) = model.list.as_mut().filter(|list| list.view == view) {
                list.take(ticket, anchor, result, total);
            }
        }
        Event::Unread { ticket, found } => moving::take_unread(model, ticket, found, &mut effects),
        Event::Range { ticket, ids } => {
            if model.marking.take_if(|wanted| *wanted == ticket).is_some() {
                model.with_list(|list| list.mark(ids));
            }
        }
        Event::Threads { ticket, result } => folding::take(model, ticket, result, &mut effects),
        Event::Opened { ticket, result } => {
            model.with_list(list::List::touch_cursor);
            model.reader.take(ticket, result, model.now);
        }
        Event::Found { ticket, found } => find::take(model, ticket, found),
        Event::Applied(result) => applied(model, result, &mut effects),
        Event::Undone { direction, result } => undone(model, direction, result, &mut effects),
        Event::Arrived(rows) => {
            if let Some(list) = &mut model.list {
                list.arrived(rows);
            }
            effects.push(Effect::LoadFolders);
        }
        Event::Changed(rows) => whole::changed(model, rows, &mut effects),
        Event::Rows { why, result } => whole::take_rows(model, why, result, &mut effects),
        Event::OnServer { ticket, result } => {
            let before = model.server.take(ticket, result);
            effects.extend(before.map(Effect::LetGo));
        }
        Event::Asked(result) => asked(model, result),
        Event::Expunged(result) => question::expunged(model, result, &mut effects),
        Event::Fetch { account, news } => {
            retrieval::take(model, account, news, &mut effects);
        }
        Event::Saved(result) => saved(model, result),
        Event::Inspected { ticket, id, result } => inspecting::take(model, ticket, id, result),
        Event::Copied { what, result } => copying::take(model, what, result, &mut effects),
        Event::Piped(result) => {
            files::piped(model, result);
            effects.push(Effect::Redraw);
        }
        Event::Ended(result) => {
            if let Err(sentence) = result {
                model.say(Tone::Error, sentence.as_str());
            }
            effects.push(Effect::Redraw);
        }
        Event::Told(Ok(sentence)) => model.say(Tone::Good, sentence.as_str()),
        Event::Told(Err(sentence)) => model.say(Tone::Error, sentence.as_str()),
        Event::Failed(sentence) => {
            // Whatever it was that was looked for: it will not come, and nobody knows where the cursor would be.
            model.looking = None;
            model.marking = None;
            model.gathering = None;
            model.ahead.clear();
            model.say(Tone::Error, sentence.as_str());
        }
    }
    while !model.is_unsettled()
        && let Some(key) = model.ahead.pop_front()
    {
        hear(model, key, &mut effects);
    }
    settle::settle(model, &mut effects);
    effects
}

/// Keys kept while a page is under way; a key that is held down is not meant a thousand times.
const AHEAD: usize = 256;

/// A key goes to the popup, to the welcome screen or, through the keymap, to the pane with the focus.
fn press(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    if matches!(model.screen, Screen::Welcome { .. }) {
        return welcome(key, effects);
    }
    let typing = model.popup.is_some() || find::hears_text(model);
    let waits = model.is_unsettled() || !model.ahead.is_empty();
    if typing || !waits || is_urgent(model, key) {
        return hear(model, key, effects);
    }
    // Keys hit the rows they were meant for, in the order in which they were pressed.
    if model.ahead.len() < AHEAD {
        model.ahead.push_back(key);
    }
}

/// Whether a key is heard although others before it still wait for a slow store. The way out is one when it is asked
/// for twice.
fn is_urgent(model: &Model, key: Key) -> bool {
    let Meaning::Action(action) = model.keymap.meaning(scope(model), &[key]) else {
        return false;
    };
    match action {
        Action::Cancel | Action::Redraw | Action::Suspend => true,
        Action::Help => model.ahead.is_empty(),
        // Nothing was pressed for rows that are still to come: there is nothing to wait for.
        Action::Back => model.focus == Focus::Server && model.ahead.is_empty(),
        Action::Leave | Action::Quit => model.ahead.contains(&key),
        _ => false,
    }
}

/// Takes a key for what it means now.
fn hear(model: &mut Model, key: Key, effects: &mut Vec<Effect>) {
    if question::answer(model, key, effects) {
        return;
    }
    let scope = scope(model);
    model.pending.push(key);
    let meaning = match model.keymap.meaning(scope, &model.pending) {
        Meaning::Nothing => page::meaning(model, &model.pending),
        known => known,
    };
    match meaning {
        Meaning::Prefix => {}
        Meaning::Action(action) if knows(model, action) => {
            model.pending.clear();
            model.notices.next_action();
            act::act(model, action, effects);
        }
        Meaning::Action(_) | Meaning::Nothing => {
            let pressed = std::mem::take(&mut model.pending);
            unknown(model, scope, &pressed);
        }
    }
}

/// Whether an action means something where the key was pressed.
fn knows(model: &Model, action: Action) -> bool {
    let popup = model.popup.as_ref();
    popup.is_none_or(|popup| popup.knows(action))
}

/// Where the next key is heard.
pub fn scope(model: &Model) -> Scope {
    if model.popup.is_some() || find::hears_text(model) {
        return Scope::Popup;
    }
    pane(model)
}

/// The pane with the focus, whatever lies over it.
fn pane(model: &Model) -> Scope {
    match model.focus {
        Focus::Folders => Scope::Folders,
        Focus::List => Scope::List,
        Focus::Reader => Scope::Reader,
        Focus::Server => Scope::Server,
    }
}

fn unknown(model: &mut Model, scope: Scope, pressed: &[Key]) {
    if let Some(popup) = model.popup.as_mut().filter(|popup| popup.hears_text()) {
        if pressed.last().is_some_and(|key| popup.filter.hear(*key)) {
            popup.cursor = 0;
        }
        return;
    }
    if model.popup.is_some() {
        return;
    }
    if let Some(key) = pressed.last().filter(|_| find::hears_text(model)) {
        return find::hear(model, *key);
    }
    // Esc takes back a key that was begun.
    if pressed.last() == Some(&Key::plain(Code::Esc)) {
        return;
    }
    let help = model.key_of(Action::Help);
    let keys = key::print_sequence(pressed);
    let place = scope.name();
    model.say(
        Tone::Plain,
        &format!("{keys} is not a key here ({place}); {help} shows those that are"),
    );
}

/// Pasted text goes where text is typed, and nowhere else: a paste must never run as keys.
fn paste(model: &mut Model, text: &str) {
    if let Some(popup) = model.popup.as_mut().filter(|popup| popup.hears_text()) {
        popup.filter.paste(text);
        popup.cursor = 0;
    } else if find::hears_text(model) {
        find::paste(model, text);
    }
}

fn welcome(key: Key, effects: &mut Vec<Effect>) {
    use effect::Leave::{Done, ForSample};
    match (key.code, key.with) {
        (Code::Char('s' | '2'), key::With::Nothing) | (Code::Enter, _) => {
            effects.push(Effect::Quit(ForSample));
        }
        (Code::Char('q' | 'Q'), key::With::Nothing)
        | (Code::Char('c'), key::With::Ctrl)
        | (Code::Esc, _) => {
            effects.push(Effect::Quit(Done));
        }
        (Code::Char('l'), key::With::Ctrl) => effects.push(Effect::Redraw),
        (Code::Char('z'), key::With::Ctrl) => effects.push(Effect::Suspend),
        _ => {}
    }
}

/// Milliseconds between two looks at a store that another process changes.
const LOOK_AGAIN: i64 = 2_000;

fn tick(model: &mut Model, now: i64, effects: &mut Vec<Effect>) {
    model.now = now;
    model.notices.tick(now);
    let another_writes = matches!(model.standing, model::Standing::ReadOnly(_));
    if another_writes && now - model.read_at >= LOOK_AGAIN {
        model.read_at = now;
        effects.push(Effect::LoadFolders);
    }
    retrieval::fetch_what_is_due(model, effects);
}

fn applied(model: &mut Model, result: Result<(), SafeText>, effects: &mut Vec<Effect>) {
    model.answered();
    model.with_list(list::List::expire);
    effects.push(Effect::LoadFolders);
    if let Err(sentence) = result {
        // What was changed on the screen is not in the store: show what is.
        model.say(Tone::Error, sentence.as_str());
        moving::reload(model, None, effects);
    }
}

fn asked(model: &mut Model, result: Result<usize, SafeText>) {
    let wished = model.server.answered(result.as_ref().ok().copied());
    match result {
        Err(sentence) => model.say(Tone::Error, sentence.as_str()),
        Ok(0) => model.say(Tone::Warning, on_server::deeds::nothing_noted(wished)),
        Ok(mails) => {
            if let Some(text) = wished.and_then(|wished| on_server::deeds::shortfall(wished, mails))
            {
                model.say(Tone::Warning, &text);
            }
        }
    }
}

fn undone(
    model: &mut Model,
    direction: Direction,
    result: Result<Option<Undone>, SafeText>,
    effects: &mut Vec<Effect>,
) {
    model.stepping = model.stepping.saturating_sub(1);
    let verb = match direction {
        Direction::Undo => "undo",
        Direction::Redo => "redo",
    };
    match result {
        Err(sentence) => model.say(Tone::Error, sentence.as_str()),
        Ok(None) => model.say(Tone::Plain, &format!("Nothing to {verb}")),
        Ok(Some(step)) => {
            let said = match direction {
                Direction::Undo => format!("Undone: {}", in_words(&step)),
                Direction::Redo => format!("Done again: {}", in_words(&step)),
            };
            model.say(Tone::Good, &said);
            effects.push(Effect::LoadFolders);
            // Marks made since then are for other rows than the ones that come now.
            model.with_list(|list| _ = list.clear_marks());
            // A mail that is being read stays, unless the step was about just one other.
            let reading = model.focus == Focus::Reader && step.count > 1;
            let wanted = step.message.filter(|_| !reading);
            moving::reload(model, wanted, effects);
        }
    }
}

fn in_words(step: &Undone) -> String {
    let count = filing::count(step.count);
    match &step.what {
        What::Read => format!("marking {count} as read"),
        What::Unread => format!("marking {count} as unread"),
        What::Flagged => format!("flagging {count}"),
        What::Unflagged => format!("clearing the flag of {count}"),
        What::Moved(folder) => format!("moving {count} to {folder}"),
    }
}

fn saved(model: &mut Model, result: Result<Vec<SafeText>, SafeText>) {
    match result {
        Err(sentence) => model.say(Tone::Error, sentence.as_str()),
        Ok(paths) => match paths.as_slice() {
            [] => model.say(Tone::Plain, "This mail has no attachments"),
            [one] => model.say(Tone::Good, &format!("Saved {one}")),
            [first, rest @ ..] => model.say(
                Tone::Good,
                &format!("Saved {first} and {} more", rest.len()),
            ),
        },
    }
}
