//! The popup: a rounded frame, a field to filter, rows to take; the row under the cursor in full below.

use super::canvas::Canvas;
use super::theme::Paint;
use crate::app::Model;
use crate::app::layout::Area;
use crate::app::popup::{Item, Popup, Take};
use crate::mail::{self, SafeText};

/// Rows at the bottom for what does not fit its row.
const FULL_TEXT_ROWS: u16 = 3;

pub(super) fn draw(model: &Model, popup: &Popup, canvas: &mut Canvas<'_>) {
    let items = popup.items(model);
    let Some(frame) = frame(&items, popup, canvas) else {
        return;
    };
    canvas.clear(frame);
    border(popup, frame, canvas);
    let inner = Area {
        x: frame.x + 2,
        y: frame.y + 1,
        width: frame.width - 4,
        height: frame.height - 2,
    };
    let typed = SafeText::new(&popup.filter);
    let x = canvas.put(inner.x, inner.y, inner.width, "Find: ", Paint::Dim);
    let x = canvas.put(x, inner.y, inner.width - 6, typed.as_str(), Paint::Strong);
    canvas.put(x, inner.y, 1, "▏", Paint::Focus);
    let rows = Area {
        y: inner.y + 1,
        height: inner.height - 1,
        ..inner
    };
    if items.is_empty() {
        canvas.put(
            rows.x,
            rows.y,
            rows.width,
            "Nothing fits. Backspace takes a letter back.",
            Paint::Dim,
        );
        return;
    }
    list(popup, &items, rows, canvas);
}

/// Large enough for its rows, never larger than the screen; nothing where not even a frame fits.
fn frame(items: &[Item], popup: &Popup, canvas: &Canvas<'_>) -> Option<Area> {
    let (screen_width, screen_height) = canvas.size();
    let widest = items
        .iter()
        .map(|item| label_width(items) + 3 + mail::width(item.detail.as_str()))
        .max()
        .unwrap_or(0);
    let wanted = widest.max(mail::width(popup.title()) + 4).max(52) + 4;
    let width = u16::try_from(wanted)
        .unwrap_or(u16::MAX)
        .min(screen_width.saturating_sub(2))
        .min(104);
    let wanted = u16::try_from(items.len().max(1))
        .unwrap_or(u16::MAX)
        .saturating_add(3 + full_text_rows(items, width));
    let height = wanted.min(screen_height.saturating_sub(2));
    let fits = width >= 16 && height >= 4;
    fits.then(|| Area {
        x: (screen_width - width) / 2,
        y: (screen_height - height) / 2,
        width,
        height,
    })
}

fn border(popup: &Popup, frame: Area, canvas: &mut Canvas<'_>) {
    let across = |from: char, to: char| {
        let line: String = std::iter::repeat_n('─', usize::from(frame.width - 2)).collect();
        format!("{from}{line}{to}")
    };
    canvas.put(
        frame.x,
        frame.y,
        frame.width,
        &across('╭', '╮'),
        Paint::Line,
    );
    canvas.put(
        frame.x,
        frame.y + frame.height - 1,
        frame.width,
        &across('╰', '╯'),
        Paint::Line,
    );
    for y in frame.y + 1..frame.y + frame.height - 1 {
        canvas.put(frame.x, y, 1, "│", Paint::Line);
        canvas.put(frame.x + frame.width - 1, y, 1, "│", Paint::Line);
    }
    canvas.put(
        frame.x + 2,
        frame.y,
        frame.width - 4,
        &format!(" {} ", popup.title()),
        Paint::Focus,
    );
    let keys = format!(" {} ", popup.advice());
    let end = frame.x + frame.width - 2;
    if mail::width(&keys) + 4 <= usize::from(frame.width) {
        canvas.right(end, frame.y + frame.height - 1, &keys, Paint::Dim);
    }
}

fn list(popup: &Popup, items: &[Item], area: Area, canvas: &mut Canvas<'_>) {
    let current = popup.current(items);
    let below = full_text_rows(items, area.width + 4).min(area.height.saturating_sub(1));
    let height = usize::from(area.height - below);
    let top = current.map_or(0, |current| {
        (current + 1).saturating_sub(height.saturating_sub(1).max(1))
    });
    let top = top.min(items.len().saturating_sub(height));
    let label = u16::try_from(label_width(items)).unwrap_or(24);
    for ((index, item), y) in items
        .iter()
        .enumerate()
        .skip(top)
        .take(height)
        .zip(area.y..)
    {
        let row = Area {
            y,
            height: 1,
            ..area
        };
        if item.take == Take::Heading {
            canvas.put(row.x, y, row.width, item.label.as_str(), Paint::Strong);
            continue;
        }
        canvas.put(
            row.x + 1,
            y,
            label,
            mail::cut(&item.label, usize::from(label)).as_str(),
            Paint::Key,
        );
        let left = row.width.saturating_sub(label + 3);
        canvas.put(
            row.x + label + 3,
            y,
            left,
            mail::cut(&item.detail, usize::from(left)).as_str(),
            Paint::Plain,
        );
        if Some(index) == current {
            canvas.put(row.x, y, 1, "▌", Paint::Focus);
            canvas.paint(row, Paint::Cursor);
        }
    }
    if top + height < items.len() {
        canvas.right(
            area.x + area.width,
            area.y + area.height - 1 - below,
            "▼ more",
            Paint::Dim,
        );
    }
    if let Some(item) = current.and_then(|current| items.get(current)) {
        full_text(
            item,
            Area {
                y: area.y + area.height - below,
                height: below,
                ..area
            },
            canvas,
        );
    }
}

/// The detail of the row under the cursor, over as many rows as there are for it.
fn full_text(item: &Item, area: Area, canvas: &mut Canvas<'_>) {
    let mut rest = item.detail.as_str().to_owned();
    for y in area.y..area.y + area.height {
        let taken = mail::cut_plain(&rest, usize::from(area.width));
        canvas.put(area.x, y, area.width, taken, Paint::Dim);
        rest = rest[taken.len()..].to_owned();
    }
}

/// Rows for a full text: some if any detail is too long for its row, else none.
fn full_text_rows(items: &[Item], frame_width: u16) -> u16 {
    let room = usize::from(frame_width.saturating_sub(4)).saturating_sub(label_width(items) + 3);
    let too_long = items
        .iter()
        .any(|item| mail::width(item.detail.as_str()) > room);
    if too_long { FULL_TEXT_ROWS } else { 0 }
}

/// Headings have no label column to keep.
fn label_width(items: &[Item]) -> usize {
    let labels = items.iter().filter(|item| item.take != Take::Heading);
    labels
        .map(|item| mail::width(item.label.as_str()))
        .max()
        .unwrap_or(0)
        .clamp(3, 24)
}
