//! The screen "On the server": an account's heading, then its mails, the largest first, and when each of them goes.

use super::canvas::Canvas;
use super::format;
use super::theme::Paint;
use crate::app::Model;
use crate::app::action::Action;
use crate::app::layout::{Area, Shape};
use crate::app::on_server::{Line, Section, count};
use crate::config::Keep;
use crate::mail::words;
use crate::mail::{self, Completeness, Counted, Due, LedgerRow, SafeText};

pub(super) fn draw(model: &Model, area: Area, shape: Shape, canvas: &mut Canvas<'_>) {
    if let Some(lines) = instead_of_rows(model) {
        for (line, y) in lines.iter().zip(area.y + 1..area.y + area.height) {
            let width = area.width.saturating_sub(3);
            canvas.put(area.x + 2, y, width, line, Paint::Dim);
        }
        return;
    }
    let Some(holdings) = model.server.holdings() else {
        return;
    };
    for (index, y) in (model.server.top()..).zip(area.y..area.y + area.height) {
        let Some(line) = holdings.line(index) else {
            return;
        };
        let at = Area {
            y,
            height: 1,
            ..area
        };
        match line {
            Line::Heading(section) => heading(section, at, canvas),
            Line::Nothing(_) => {
                let width = at.width.saturating_sub(2);
                let text = "nothing there, as far as is known";
                canvas.put(at.x + 2, y, width, text, Paint::Dim);
            }
            Line::Mail(place, row) => {
                mail_row(model, row, shape, at, canvas);
                decorate(model, place, row, at, canvas);
            }
        }
    }
}

fn heading(section: &Section, at: Area, canvas: &mut Canvas<'_>) {
    let name = section.held.name.as_str().to_uppercase();
    let width = at.width.saturating_sub(1);
    let x = canvas.put(at.x + 1, at.y, width, &name, Paint::Strong) + 2;
    let told = format!("{} · {}", sizes(section.counted), policy(section.held.keep));
    let left = (at.x + at.width).saturating_sub(x);
    let told = mail::cut(&SafeText::new(&told), usize::from(left));
    canvas.put(x, at.y, left, told.as_str(), Paint::Dim);
}

fn sizes(counted: Counted) -> String {
    format!(
        "{}, {}",
        count(counted.mails),
        words::octets(counted.octets)
    )
}

/// `keep-on-server` in words.
fn policy(keep: Keep) -> String {
    match keep {
        Keep::Forever => "kept".to_owned(),
        Keep::For(time) => format!("kept for {}", days(time.as_secs())),
        Keep::UntilDeleted => "kept until deleted here".to_owned(),
        Keep::Never => "deleted once stored here".to_owned(),
    }
}

fn days(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..7_200 => (seconds.div_ceil(60), "min"),
        7_200..172_800 => (seconds.div_ceil(3_600), "h"),
        _ => (seconds.div_ceil(86_400), "days"),
    };
    format!("{number} {unit}")
}

/// Size, sender, subject, when it was stored, when it goes; in a narrow window size and subject.
fn mail_row(model: &Model, row: &LedgerRow, shape: Shape, at: Area, canvas: &mut Canvas<'_>) {
    canvas.right(at.x + 10, at.y, &words::octets(row.size), Paint::Plain);
    let x = at.x + 12;
    let end = (at.x + at.width).saturating_sub(1);
    if shape == Shape::Narrow {
        return subject(row, x, at.y, end, canvas);
    }
    let wide = at.width >= 100;
    let (from_width, due_width) = if wide { (20, 25) } else { (14, 19) };
    let from = mail::pad(&row.from, usize::from(from_width));
    canvas.put(x, at.y, from_width, from.as_str(), Paint::Plain);
    if row.message.is_some() && row.from.as_str().trim().is_empty() {
        canvas.put(x, at.y, from_width, "(unknown)", Paint::Dim);
    }
    let due_x = end.saturating_sub(due_width);
    let stored_end = due_x.saturating_sub(2);
    subject(
        row,
        x + from_width + 2,
        at.y,
        stored_end.saturating_sub(8),
        canvas,
    );
    let stored = format::when(row.stored, model.now.div_euclid(1_000), &model.zone);
    canvas.right(stored_end, at.y, &stored, Paint::Dim);
    let due = model.server.due(row);
    let paint = match due {
        Due::Asked | Due::Next | Due::Sent => Paint::Warning,
        Due::Kept | Due::At(_) | Due::Unsure | Due::GivenUp => Paint::Plain,
    };
    let text = match due {
        Due::GivenUp if !wide => "server keeps it".to_owned(),
        due => goes(model, row, due),
    };
    canvas.put(due_x, at.y, due_width, &text, paint);
}

fn subject(row: &LedgerRow, x: u16, y: u16, end: u16, canvas: &mut Canvas<'_>) {
    let width = end.saturating_sub(x);
    if row.message.is_none() {
        canvas.put(x, y, width, "(deleted here)", Paint::Dim);
    } else if row.subject.as_str().trim().is_empty() {
        canvas.put(x, y, width, "(no subject)", Paint::Dim);
    } else {
        let subject = mail::cut(&row.subject, usize::from(width));
        canvas.put(x, y, width, subject.as_str(), Paint::Plain);
    }
}

/// When a mail goes, in at most 25 cells.
fn goes(model: &Model, row: &LedgerRow, due: Due) -> String {
    match due {
        Due::Kept => "kept".to_owned(),
        Due::At(then) => format::until(then.saturating_mul(1_000) - model.now),
        Due::Next => "with the next fetch".to_owned(),
        Due::Asked => "asked: next fetch".to_owned(),
        Due::Sent => "sent, not confirmed".to_owned(),
        Due::Unsure => unsure(row).to_owned(),
        Due::GivenUp => "server does not delete it".to_owned(),
    }
}

/// Why no policy deletes it, in at most 19 cells. What is whole is the server's own note, or its size was not told.
fn unsure(row: &LedgerRow) -> &'static str {
    match (row.completeness, row.can_be_proven) {
        (Completeness::Head | Completeness::Doubtful, _) => "not whole: stays",
        (Completeness::Whole, true) => "stays until deleted",
        (Completeness::Whole, false) => "not verified: stays",
    }
}

/// The cursor and the mark, seen without colour.
fn decorate(model: &Model, place: usize, row: &LedgerRow, at: Area, canvas: &mut Canvas<'_>) {
    if place == model.server.cursor() {
        canvas.put(at.x, at.y, 1, "▌", Paint::Focus);
        canvas.paint(at, Paint::Cursor);
    }
    if model.server.marked().contains(&row.id) {
        canvas.put(at.x, at.y, 1, "✓", Paint::Mark);
    }
}

/// Empty, loading and broken are three different texts, each with a key.
fn instead_of_rows(model: &Model) -> Option<Vec<String>> {
    let back = format!("{} goes back.", model.key_of(Action::Back));
    if let Some(sentence) = model.server.trouble() {
        let again = format!("{} tries again; {back}", model.key_of(Action::Redraw));
        return Some(vec![format!("✗ {sentence}"), again]);
    }
    let Some(holdings) = model.server.holdings() else {
        return Some(vec!["Reading what is on the server…".to_owned(), back]);
    };
    let fetch = model.key_of(Action::Fetch);
    holdings.is_empty().then(|| {
        vec![
            "Nothing is on the server, as far as is known.".to_owned(),
            format!("{fetch} asks the server; {back}"),
        ]
    })
}

/// For the status row: how much there is.
pub(super) fn total(model: &Model) -> String {
    let total = model.server.holdings().map(|holdings| holdings.total());
    total.map_or_else(String::new, sizes)
}

/// `3/1,204`
pub(super) fn position(model: &Model) -> String {
    let all = model.server.holdings().map_or(0, |holdings| holdings.len());
    match all {
        0 => String::new(),
        all => format!(
            "{}/{}",
            words::grouped(model.server.cursor() as u64 + 1),
            words::grouped(all as u64)
        ),
    }
}

/// For the message row: all of what becomes of the mail under the cursor, also where its row has no room for that.
pub(super) fn sentence(model: &Model) -> String {
    let Some(row) = model.server.current() else {
        return String::new();
    };
    let due = model.server.due(row);
    let here = row.message.is_some();
    match due {
        Due::Kept if here => "Stays on the server".to_owned(),
        Due::Kept => "Deleted here, stays on the server".to_owned(),
        Due::At(then) => {
            let when = format::until(then.saturating_mul(1_000) - model.now);
            format!("Goes from the server {when}")
        }
        Due::Next if here => "Goes from the server with the next fetch".to_owned(),
        Due::Next => "Deleted here, goes with the next fetch".to_owned(),
        Due::Asked => {
            let undo = model.key_of(Action::Undo);
            format!("Asked: goes with the next fetch; {undo} takes it back")
        }
        Due::Sent => "Deleted there, not confirmed: the next fetch looks".to_owned(),
        Due::Unsure if row.is_only_there() && here => {
            let delete = model.key_of(Action::DeleteThere);
            format!("Not whole here: stays unless {delete} deletes it")
        }
        Due::Unsure if row.can_be_proven && here => {
            let delete = model.key_of(Action::DeleteThere);
            format!("Stays on the server unless {delete} deletes it")
        }
        Due::Unsure if row.can_be_proven => {
            let delete = model.key_of(Action::DeleteThere);
            format!("Deleted here: stays on the server unless {delete} deletes it")
        }
        Due::Unsure => "Not known to be whole here: stays on the server".to_owned(),
        Due::GivenUp => "The server does not delete it, whatever it says".to_owned(),
    }
}
