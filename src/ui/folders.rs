//! The side bar: folders with their unread counts.

use super::canvas::Canvas;
use super::theme::Paint;
use crate::app::Model;
use crate::app::layout::Area;
use crate::app::model::Focus;
use crate::app::side::{self, Entry};
use crate::mail;
use crate::mail::words;

pub(super) fn draw(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    let entries = side::entries(model);
    let cursor = cursor_line(model, &entries);
    let height = usize::from(area.height);
    let top = (cursor + 1).saturating_sub(height);
    let mut y = area.y;
    for (index, entry) in entries.iter().enumerate().skip(top) {
        let gap = matches!(entry, Entry::Heading(_)) && index > top;
        y += u16::from(gap);
        if y >= area.y + area.height {
            return;
        }
        line(
            model,
            entry,
            index == cursor,
            Area {
                y,
                height: 1,
                ..area
            },
            canvas,
        );
        y += 1;
    }
}

/// Keeps a number and the border in their places behind a right-to-left name, as the list does with its columns.
fn hold(row: Area, count: &str, canvas: &mut Canvas<'_>) {
    let end = row.x + row.width;
    canvas.swap(end, row.y, "│", "ǀ");
    let taken = u16::try_from(mail::width(count)).unwrap_or(0) + 2;
    if let Some(x) = end.checked_sub(taken).filter(|_| !count.is_empty()) {
        canvas.put(x, row.y, 1, "ǀ", Paint::Line);
    }
}

fn cursor_line(model: &Model, entries: &[Entry]) -> usize {
    let lists = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| matches!(entry, Entry::List { .. }));
    lists
        .map(|(index, _)| index)
        .nth(model.side_cursor)
        .unwrap_or(0)
}

fn line(model: &Model, entry: &Entry, under_cursor: bool, row: Area, canvas: &mut Canvas<'_>) {
    match entry {
        Entry::Heading(text) => {
            canvas.put(
                row.x + 1,
                row.y,
                row.width.saturating_sub(1),
                mail::cut(text, cells(row.width, 2)).as_str(),
                Paint::Dim,
            );
        }
        Entry::List { name, counts, .. } => {
            let count = if counts.unread > 0 {
                words::grouped(counts.unread)
            } else {
                String::new()
            };
            let name = mail::cut(
                name,
                cells(row.width, 4).saturating_sub(mail::width(&count)),
            );
            let paint = if counts.unread > 0 {
                Paint::Strong
            } else {
                Paint::Plain
            };
            canvas.put(
                row.x + 2,
                row.y,
                row.width.saturating_sub(2),
                name.as_str(),
                paint,
            );
            canvas.right(row.x + row.width - 1, row.y, &count, paint);
            if mail::is_right_to_left(name.as_str()) {
                hold(row, &count, canvas);
            }
            if under_cursor {
                canvas.put(row.x, row.y, 1, "▌", Paint::Focus);
                let paint = if model.focus == Focus::Folders {
                    Paint::Cursor
                } else {
                    Paint::Resting
                };
                canvas.paint(row, paint);
            }
        }
    }
}

fn cells(width: u16, less: usize) -> usize {
    usize::from(width).saturating_sub(less)
}
