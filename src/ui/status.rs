//! The status row on top, the message row and the hint row at the bottom.

use super::canvas::Canvas;
use super::fetches;
use super::on_server;
use super::theme::{self, Paint, Theme};
use crate::app::Model;
use crate::app::action::Action;
use crate::app::hints;
use crate::app::layout::{Area, Layout, Shape};
use crate::app::model::{Focus, Standing};
use crate::app::side;
use crate::mail::words;
use crate::mail::{self, SafeText, Source};

/// Cells of row 1 that are kept for its left half.
const WHERE_YOU_ARE: usize = 20;

/// Row 1: where you are at the left, what the program does at the right.
pub(super) fn title(model: &Model, layout: &Layout, canvas: &mut Canvas<'_>) {
    let row = layout.title;
    // Where you are matters more than what goes on.
    let room = usize::from(row.width).saturating_sub(WHERE_YOU_ARE);
    let right = state(model, layout.shape, room);
    let paint = if model.notices.unseen_errors() > 0 {
        Paint::Error
    } else {
        Paint::Plain
    };
    canvas.right(row.x + row.width - 1, row.y, &right, paint);
    let taken = u16::try_from(mail::width(&right)).unwrap_or(row.width) + 3;
    let left = row.width.saturating_sub(taken);
    let mut x = row.x + 1;
    if layout.shape != Shape::Narrow {
        x = canvas.put(x, row.y, left, "poptui", Paint::Focus) + 2;
    }
    let place = mail::cut(&place(model, layout), usize::from(left.saturating_sub(x)));
    x = canvas.put(
        x,
        row.y,
        left.saturating_sub(x),
        place.as_str(),
        Paint::Strong,
    );
    let tag = match model.standing {
        Standing::Own => return,
        Standing::Sample => "sample mail".to_owned(),
        Standing::ReadOnly(process) => format!("read only, open in process {process}"),
    };
    let tag = format!("[{tag}]");
    if mail::width(&tag) + 2 <= usize::from(left.saturating_sub(x)) {
        canvas.put(x + 2, row.y, left, &tag, Paint::Warning);
    }
}

fn place(model: &Model, layout: &Layout) -> SafeText {
    if layout.server.is_some() {
        return SafeText::new("On the server");
    }
    let list = if model.from_server {
        SafeText::new("On the server")
    } else {
        side::title(model)
    };
    let alone = layout.list.is_none() && model.focus == Focus::Reader;
    let open = model
        .reader
        .open()
        .and_then(crate::app::reader::Open::shown);
    match open.filter(|_| alone) {
        Some(shown) => SafeText::new(&format!("{list} › {}", shown.document.title)),
        None => side::title(model),
    }
}

/// What the program is doing and what is wrong, in at most `room` cells: trouble first, numbers last.
fn state(model: &Model, shape: Shape, room: usize) -> String {
    let counts = side::counts(model);
    let errors = match model.notices.unseen_errors() {
        0 => String::new(),
        1 => format!("! 1 problem ({})", model.key_of(Action::Log)),
        several => format!("! {several} problems ({})", model.key_of(Action::Log)),
    };
    let (unread, total) = (words::grouped(counts.unread), words::grouped(counts.total));
    let unread = match shape {
        _ if model.focus == Focus::Server => on_server::total(model),
        _ if counts.total == 0 => String::new(),
        Shape::Tiny | Shape::Narrow => format!("{unread} unread"),
        Shape::Single | Shape::Double | Shape::Triple => format!("{unread} unread of {total}"),
    };
    let fetch = fetches::state(model);
    let small = matches!(shape, Shape::Tiny | Shape::Narrow);
    let told = fetch.words.iter().filter(|_| fetch.needs_room || !small);
    let mut candidates = Vec::new();
    for words in told {
        candidates.push(vec![&errors, &unread, words]);
        // Trouble in full matters more than a number.
        if fetch.needs_room {
            candidates.push(vec![&errors, words]);
        }
    }
    candidates.extend(
        fetch
            .words
            .last()
            .filter(|_| !small)
            .map(|words| vec![&errors, words]),
    );
    candidates.extend([vec![&errors, &unread], vec![&errors]]);
    let fitting = candidates.into_iter().map(|parts| {
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.map(String::as_str).collect::<Vec<_>>().join("   ")
    });
    let mut fitting = fitting.filter(|text| mail::width(text) <= room);
    fitting.next().unwrap_or_default()
}

/// `1/1,204`, or only the number where the place is not known.
pub(super) fn position(model: &Model) -> String {
    if model.from_server {
        return on_server::position(model);
    }
    let total = side::counts(model).total;
    match model
        .list
        .as_ref()
        .and_then(crate::app::list::List::position)
    {
        Some(place) => format!("{}/{}", words::grouped(place as u64), words::grouped(total)),
        None => words::grouped(total),
    }
}

/// The last row but one: one sentence at the left; at the right the position or the accounts.
pub(super) fn message(model: &Model, layout: &Layout, row: Area, canvas: &mut Canvas<'_>) {
    let rights = match layout.shape {
        // The rule has its position.
        _ if layout.server.is_some() => fetches::accounts(model).to_vec(),
        Shape::Tiny | Shape::Narrow | Shape::Single => vec![position(model)],
        Shape::Double | Shape::Triple => fetches::accounts(model).to_vec(),
    };
    let (text, paint) = sentence(model);
    let marks = marks(model);
    let x = canvas.put(row.x + 1, row.y, row.width - 1, &marks, Paint::Mark);
    let width = usize::from((row.x + row.width).saturating_sub(x + 1));
    let text = match layout.hints {
        None => with_help(model, text, &rights, width),
        Some(_) => text,
    };
    let beside = width.saturating_sub(mail::width(text.as_str()) + 2);
    if let Some(right) = rights.iter().find(|right| mail::width(right) <= beside) {
        canvas.right(row.x + row.width - 1, row.y, right, Paint::Dim);
    }
    let text = shortened(model, &text, width);
    canvas.put(x, row.y, row.width, text.as_str(), paint);
}

/// Where there is no row for hints, the key that shows all others stands here, if it takes nothing away.
fn with_help(model: &Model, text: SafeText, rights: &[String], width: usize) -> SafeText {
    let is_free = model.notices.shown().is_none() && model.popup.is_none();
    let Some(key) = hints::help_key(model).filter(|_| is_free) else {
        return text;
    };
    let more = if text.is_empty() {
        format!("{key} help")
    } else {
        format!("{text}   {key} help")
    };
    let room = width.saturating_sub(mail::width(&more) + 2);
    let fits = rights.iter().any(|right| mail::width(right) <= room);
    if fits { SafeText::new(&more) } else { text }
}

/// How many mails are marked: said as long as there are any, as the next action is for all of them.
fn marks(model: &Model) -> String {
    let marked = match model.focus {
        Focus::Server => model.server.marked().len(),
        _ => model.list.as_ref().map_or(0, |list| list.marked().len()),
    };
    match marked {
        0 => String::new(),
        _ if model.notices.shown().is_some() => {
            format!("{} marked · ", words::grouped(marked as u64))
        }
        _ => format!(
            "{} marked; what you do next, you do to all of them",
            words::grouped(marked as u64)
        ),
    }
}

fn sentence(model: &Model) -> (SafeText, Paint) {
    if let Some(notice) = model.notices.shown() {
        let text = SafeText::new(&format!("{}{}", theme::sign(notice.tone), notice.text));
        return (text, Theme::tone(notice.tone));
    }
    let found = found(model);
    let text = if !marks(model).is_empty() {
        String::new()
    } else if !found.is_empty() {
        found
    } else if model.focus == Focus::Server && !model.fetching.running() {
        on_server::sentence(model)
    } else {
        let running = fetches::running(model);
        if running.is_empty() {
            reading(model)
        } else {
            running
        }
    };
    (SafeText::new(&text), Paint::Dim)
}

/// The remedy is often at the end of a sentence: where that is cut off, the key that shows all of it is named.
fn shortened(model: &Model, text: &SafeText, width: usize) -> SafeText {
    if mail::width(text.as_str()) <= width || model.notices.shown().is_none() {
        return mail::cut(text, width);
    }
    let key = format!(" {} shows all", model.key_of(Action::Log));
    let room = width.saturating_sub(mail::width(&key));
    SafeText::new(&format!("{}{key}", mail::cut(text, room)))
}

/// Which hit of how many, while something is searched for in the open mail.
fn found(model: &Model) -> String {
    let open = model.reader.open().filter(|_| model.focus == Focus::Reader);
    let find = open.and_then(|open| open.find.as_ref());
    match find.filter(|find| !find.typing) {
        Some(find) => format!("{} “{}”   {}", find.count(), find.typed(), reading(model)),
        None => String::new(),
    }
}

/// How far the open mail is scrolled, where it is longer than its pane.
fn reading(model: &Model) -> String {
    let Some(open) = model.reader.open().filter(|_| model.focus == Focus::Reader) else {
        return String::new();
    };
    let height = model.reader_height();
    let hidden = open.lines().saturating_sub(height);
    if open.how.source == Source::Raw {
        return format!("As it came; {} renders it", model.key_of(Action::Raw));
    }
    match open.scroll() {
        _ if hidden == 0 => String::new(),
        0 => "Top".to_owned(),
        scroll if scroll >= hidden => "End".to_owned(),
        scroll => format!("{} %", scroll * 100 / hidden),
    }
}

/// The last row: as many hints as fit; the help is always the last one and never dropped.
pub(super) fn hints(model: &Model, row: Area, canvas: &mut Canvas<'_>) {
    // In a popup the key of the help would only be typed into its field.
    let help = hints::help_key(model)
        .filter(|_| model.popup.is_none() && model.find_rows() == 0)
        .map(|key| format!("{key} help"))
        .unwrap_or_default();
    let mut end = row.x + row.width - 1;
    canvas.right(end, row.y, &help, Paint::Key);
    end = end.saturating_sub(u16::try_from(mail::width(&help)).unwrap_or(0) + 2);
    let mut x = row.x + 1;
    if !model.pending.is_empty() {
        let pressed = crate::app::key::print_sequence(&model.pending);
        x = canvas.put(
            x,
            row.y,
            end.saturating_sub(x),
            &format!("{pressed}… "),
            Paint::Strong,
        ) + 1;
    }
    for (key, words) in hints::hints(model) {
        let width = u16::try_from(mail::width(&key) + 1 + mail::width(words)).unwrap_or(u16::MAX);
        if x.saturating_add(width) > end {
            return;
        }
        x = canvas.put(x, row.y, width, &key, Paint::Key) + 1;
        x = canvas.put(x, row.y, width, words, Paint::Dim) + 2;
    }
}
