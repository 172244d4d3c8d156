//! The message list: one mail a row, straight columns whatever the letters; empty and loading are two texts.

use super::canvas::Canvas;
use super::format;
use super::theme::Paint;
use super::thread;
use crate::app::Model;
use crate::app::action::Action;
use crate::app::fetching::State;
use crate::app::layout::{Area, Shape};
use crate::app::list::List;
use crate::app::model::Focus;
use crate::app::popup::{DOUBT_SIGN, HEAD_SIGN};
use crate::app::side;
use crate::mail::{self, Completeness, FolderRole, Row};

/// Columns for the count of a thread, so that the subjects beside it stand in one line.
const COUNT_WIDTH: u16 = 5;
/// Levels of a tree that are drawn; deeper ones stand at the last of them.
const LEVELS: usize = 6;
/// The same in a narrow window.
const NARROW_LEVELS: usize = 3;

pub(super) fn draw(model: &Model, area: Area, shape: Shape, canvas: &mut Canvas<'_>) {
    if let Some(text) = instead_of_rows(model) {
        return words(area, canvas, &text);
    }
    let Some(list) = &model.list else { return };
    let visible = list
        .rows()
        .iter()
        .enumerate()
        .skip(list.top())
        .take(usize::from(area.height));
    for ((index, row), y) in visible.zip(area.y..) {
        let at = Area {
            y,
            height: 1,
            ..area
        };
        if shape == Shape::Narrow {
            short_row(row, at, canvas);
        } else {
            long_row(model, row, at, canvas);
        }
        decorate(model, list, index, row, at, canvas);
    }
}

/// Mark, sender, subject and date.
fn long_row(model: &Model, row: &Row, at: Area, canvas: &mut Canvas<'_>) {
    let text = if row.unread {
        Paint::Strong
    } else {
        Paint::Plain
    };
    let from_width = if at.width < 100 { 19 } else { 22 };
    let date = format::when(row.key.date, model.now.div_euclid(1_000), &model.zone);
    canvas.put(
        at.x + 1,
        at.y,
        1,
        if row.unread { "●" } else { " " },
        Paint::Strong,
    );
    canvas.put(
        at.x + 2,
        at.y,
        1,
        if row.flagged { "★" } else { " " },
        Paint::Flag,
    );
    canvas.put(
        at.x + 3,
        at.y,
        1,
        if row.answered { "↩" } else { " " },
        Paint::Dim,
    );
    // Of a mail that is not whole nobody knows its attachments.
    let sign = match row.completeness {
        Completeness::Whole if row.attachment => "+",
        completeness => incomplete(completeness),
    };
    canvas.put(at.x + 4, at.y, 1, sign, Paint::Plain);
    let from_x = at.x + 6;
    let from = mail::pad(&row.from, usize::from(from_width));
    canvas.put(from_x, at.y, from_width, from.as_str(), text);
    if row.from.as_str().trim().is_empty() {
        canvas.put(from_x, at.y, from_width, "(unknown)", Paint::Dim);
    }
    let subject_x = from_x + from_width + 2;
    let date_x = (at.x + at.width).saturating_sub(8);
    if [&row.from, &row.subject]
        .iter()
        .any(|text| mail::is_right_to_left(text.as_str()))
    {
        hold_columns(&[from_x - 1, subject_x - 2, date_x - 1], at.y, canvas);
    }
    let tree = Area {
        x: subject_x,
        width: date_x.saturating_sub(subject_x + 1),
        ..at
    };
    let least = row.thread.map_or(0, |_| COUNT_WIDTH);
    let place = thread::draw(row, tree, (least, LEVELS), canvas);
    if row.subject.as_str().trim().is_empty() {
        canvas.put(place.x, at.y, place.width, "(no subject)", Paint::Dim);
    }
    let subject = mail::cut(&row.subject, usize::from(place.width));
    canvas.put(place.x, at.y, place.width, subject.as_str(), text);
    canvas.right(at.x + at.width - 1, at.y, &date, Paint::Dim);
}

/// Keeps columns in their places beside right-to-left text: between two texts that run to the left, and before digits
/// behind one, a terminal that orders text itself would swap them. Letters stay where they are; this one looks like a
/// line (see the reader, which holds its border so).
fn hold_columns(columns: &[u16], y: u16, canvas: &mut Canvas<'_>) {
    for x in columns {
        canvas.put(*x, y, 1, "ǀ", Paint::Line);
    }
}

/// Mark and subject.
fn short_row(row: &Row, at: Area, canvas: &mut Canvas<'_>) {
    let text = if row.unread {
        Paint::Strong
    } else {
        Paint::Plain
    };
    canvas.put(
        at.x + 1,
        at.y,
        1,
        if row.unread { "●" } else { " " },
        Paint::Strong,
    );
    let sign = incomplete(row.completeness);
    canvas.put(at.x + 2, at.y, 1, sign, Paint::Plain);
    let tree = Area {
        x: at.x + 3,
        width: at.width.saturating_sub(3),
        ..at
    };
    let place = thread::draw(row, tree, (0, NARROW_LEVELS), canvas);
    let width = place.width;
    let told = [&row.subject, &row.from]
        .into_iter()
        .find(|told| !told.as_str().trim().is_empty());
    let (words, paint) = told.map_or(("(no subject)".into(), Paint::Dim), |told| {
        (mail::cut(told, usize::from(width)).to_string(), text)
    });
    canvas.put(place.x, at.y, width, &words, paint);
}

/// The sign of a mail that is not whole here.
fn incomplete(completeness: Completeness) -> &'static str {
    match completeness {
        Completeness::Whole => " ",
        Completeness::Head => HEAD_SIGN,
        Completeness::Doubtful => DOUBT_SIGN,
    }
}

/// The cursor and the mark, seen without colour.
fn decorate(
    model: &Model,
    list: &List,
    index: usize,
    row: &Row,
    at: Area,
    canvas: &mut Canvas<'_>,
) {
    let marked = list.marked().contains(&row.key.id);
    if index == list.cursor() {
        canvas.put(at.x, at.y, 1, "▌", Paint::Focus);
        let paint = if model.focus == Focus::List {
            Paint::Cursor
        } else {
            Paint::Resting
        };
        canvas.paint(at, paint);
    }
    if marked {
        canvas.put(at.x, at.y, 1, "✓", Paint::Mark);
    }
}

/// What stands there when there are no rows: empty, loading and broken are three different texts, each with a key.
fn instead_of_rows(model: &Model) -> Option<Vec<String>> {
    let trouble = match &model.list {
        Some(list) if !list.rows().is_empty() => return None,
        Some(list) => list.trouble(),
        None => model.folders_trouble.as_ref(),
    };
    if let Some(sentence) = trouble {
        let again = format!("{} tries again.", model.key_of(Action::Redraw));
        return Some(vec![format!("✗ {sentence}"), again]);
    }
    if model.list.as_ref().is_some_and(List::loaded) {
        return Some(empty(model));
    }
    let leave = format!("{} leaves.", model.key_of(Action::Quit));
    Some(vec!["Loading…".to_owned(), leave])
}

fn words(area: Area, canvas: &mut Canvas<'_>, lines: &[String]) {
    for (line, y) in lines.iter().zip(area.y + 1..area.y + area.height) {
        canvas.put(
            area.x + 2,
            y,
            area.width.saturating_sub(3),
            line,
            Paint::Dim,
        );
    }
}

/// An empty folder says so, and names the next key.
fn empty(model: &Model) -> Vec<String> {
    let name = side::title(model);
    let fetch = model.key_of(Action::Fetch);
    let role = side::role(model);
    if model.fetching.running() && role == Some(FolderRole::Inbox) {
        return vec![
            format!("{name} is empty."),
            "Fetching: the first mails show here in a moment.".to_owned(),
        ];
    }
    match role {
        Some(FolderRole::Archive) => vec![
            format!("{name} is empty."),
            format!(
                "{} in a list puts mail here.",
                model.key_of(Action::Archive)
            ),
        ],
        Some(FolderRole::Trash) => vec![
            format!("{name} is empty."),
            format!("{} in a list puts mail here.", model.key_of(Action::Delete)),
        ],
        Some(FolderRole::Own) => vec![
            format!("{name} is empty."),
            format!(
                "{} in a list moves mail here.",
                model.key_of(Action::MoveTo)
            ),
        ],
        Some(FolderRole::Inbox) | None => {
            let failed = model.fetching.last() == Some(&State::Failed);
            let last = match model.fetching.done_at {
                _ if failed && !model.fetching.tells_why() => "The last fetch failed.".to_owned(),
                _ if failed => {
                    format!(
                        "The last fetch failed; {} tells why.",
                        model.key_of(Action::Log)
                    )
                }
                _ if model.fetching.last() == Some(&State::Stopped) => {
                    "The last fetch was stopped.".to_owned()
                }
                Some(at) => format!("Last fetch {}.", format::ago(model.now - at)),
                None => "Nothing was fetched yet.".to_owned(),
            };
            vec![
                format!("{name} is empty. {last}"),
                format!("{fetch} fetches new mail."),
            ]
        }
    }
}
