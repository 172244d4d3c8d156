//! The popup: a rounded frame, a field to filter, rows to take; the row under the cursor in full below.

use super::canvas::Canvas;
use super::field;
use super::theme::Paint;
use crate::app::Model;
use crate::app::layout::Area;
use crate::app::popup::{Item, Kind, Popup, Take};
use crate::mail::{self, SafeText};

/// Rows at the bottom for what does not fit its row.
const FULL_TEXT_ROWS: u16 = 3;
/// Cells of the widest frame.
const MAX_WIDTH: u16 = 104;

pub(super) fn draw(model: &Model, popup: &Popup, canvas: &mut Canvas<'_>) {
    let items = wrapped(popup, popup.items(model), canvas.size());
    let Some(Plan {
        frame,
        label,
        below,
    }) = Plan::new(model, popup, &items, canvas.size())
    else {
        return;
    };
    canvas.clear(frame);
    border(model, popup, frame, canvas);
    let inner = Area {
        x: frame.x + 2,
        y: frame.y + 1,
        width: frame.width - 4,
        height: frame.height - 2,
    };
    let field = u16::from(popup.hears_text());
    if popup.hears_text() {
        typed(popup, inner, canvas);
    }
    let rows = Area {
        y: inner.y + field,
        height: inner.height - field,
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
    // In a question every row counts more than what one of them says in full.
    let kept = match popup.kind {
        Kind::Question(_) => u16::try_from(items.len()).unwrap_or(u16::MAX),
        _ => 1,
    };
    let full = below.min(rows.height.saturating_sub(kept));
    let list_rows = Area {
        height: rows.height - full,
        ..rows
    };
    let current = popup.current(&items);
    list(&items, current, label, list_rows, canvas);
    if let Some(item) = current.and_then(|current| items.get(current)) {
        let area = Area {
            y: rows.y + list_rows.height,
            height: full,
            ..rows
        };
        full_text(item, area, canvas);
    }
}

/// The field for text, with its cursor.
fn typed(popup: &Popup, at: Area, canvas: &mut Canvas<'_>) {
    let x = canvas.put(at.x, at.y, at.width, popup.prompt(), Paint::Dim);
    let width = (at.x + at.width).saturating_sub(x);
    field::draw(&popup.filter, Area { x, width, ..at }, canvas);
}

/// Where the parts of a popup lie. Made for all its rows, so that nothing jumps while the filter takes some away.
struct Plan {
    frame: Area,
    /// Cells of the left column.
    label: u16,
    /// Rows at the bottom for what does not fit its row.
    below: u16,
}

impl Plan {
    /// Large enough for all rows, never larger than the screen; `None` where not even a frame fits.
    fn new(
        model: &Model,
        popup: &Popup,
        items: &[Item],
        (width, height): (u16, u16),
    ) -> Option<Self> {
        let all = Popup::new(popup.kind.clone()).items(model);
        let all = wrapped(popup, all, (width, height));
        // A name that is typed can be wider than those there are.
        let label = label_width(&all).max(label_width(items));
        let detail = all.iter().map(|item| mail::width(item.detail.as_str()));
        let detail = detail.max().unwrap_or(0);
        let headings = all.iter().filter(|item| item.take == Take::Heading);
        let heading = headings.map(|item| mail::width(item.label.as_str()));
        let wanted = (label + 3 + detail)
            .max(heading.max().unwrap_or(0))
            .max(mail::width(&popup.title()) + 4)
            .max(52)
            + 4;
        let width_of_all = u16::try_from(wanted).unwrap_or(u16::MAX).min(MAX_WIDTH);
        let frame_width = width_of_all.min(width.saturating_sub(2));
        let too_long = label + 3 + detail + 4 > usize::from(frame_width);
        let below = if too_long { FULL_TEXT_ROWS } else { 0 };
        // One more than there are now: a name that is typed can become a row of its own. A page keeps a row for the
        // field of its search.
        let more = usize::from(!popup.is_page());
        let rows = u16::try_from(all.len() + more).unwrap_or(u16::MAX);
        let frame_height = rows.saturating_add(3 + below).min(height.saturating_sub(2));
        if frame_width < 16 || frame_height < 4 {
            return None;
        }
        let frame = Area {
            x: (width - frame_width) / 2,
            y: (height - frame_height) / 2,
            width: frame_width,
            height: frame_height,
        };
        let label = u16::try_from(label).unwrap_or(frame_width);
        Some(Self {
            frame,
            label,
            below,
        })
    }
}

fn border(model: &Model, popup: &Popup, frame: Area, canvas: &mut Canvas<'_>) {
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
    // The end of a host and of a file's name is what has to be seen.
    let title = SafeText::new(&popup.title());
    let title = mail::cut_middle(&title, usize::from(frame.width.saturating_sub(5)));
    canvas.put(
        frame.x + 2,
        frame.y,
        frame.width - 4,
        &format!(" {title} "),
        Paint::Focus,
    );
    let keys = format!(" {} ", popup.advice(model));
    let end = frame.x + frame.width - 2;
    if mail::width(&keys) + 4 <= usize::from(frame.width) {
        canvas.right(end, frame.y + frame.height - 1, &keys, Paint::Dim);
    }
}

fn list(items: &[Item], current: Option<usize>, label: u16, area: Area, canvas: &mut Canvas<'_>) {
    let height = usize::from(area.height);
    let top = current.map_or(0, |current| {
        (current + 1).saturating_sub(height.saturating_sub(1).max(1))
    });
    let top = top.min(items.len().saturating_sub(height));
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
        if item.take == Take::Heading && !goes_on(item) {
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
            cut(item, usize::from(left)).as_str(),
            Paint::Plain,
        );
        strengthen_host(item, row.x + label + 3, y, left, canvas);
        let is_of_current = current.is_some_and(|current| {
            current <= index && items[current + 1..=index.max(current)].iter().all(goes_on)
        });
        if is_of_current {
            canvas.put(row.x, y, 1, "▌", Paint::Focus);
            canvas.paint(row, Paint::Cursor);
        }
    }
    if top + height < items.len() {
        canvas.right(
            area.x + area.width,
            area.y + area.height - 1,
            "▼ more",
            Paint::Dim,
        );
    }
}

/// Whether a row goes on with what the one above it says.
fn goes_on(item: &Item) -> bool {
    item.take == Take::Heading && item.label.is_empty() && !item.detail.is_empty()
}

/// Of an address, what counts is the host, wherever it stands.
fn strengthen_host(item: &Item, x: u16, y: u16, width: u16, canvas: &mut Canvas<'_>) {
    let (Take::Link(link) | Take::ListLink(link)) = &item.take else {
        return;
    };
    let Some(host) = mail::host_within(link.url.as_str()) else {
        return;
    };
    let cells = |text: &str| {
        u16::try_from(mail::width(text))
            .unwrap_or(u16::MAX)
            .min(width)
    };
    let from = cells(&link.url.as_str()[..host.start]);
    let to = cells(&link.url.as_str()[..host.end]);
    let area = Area {
        x: x + from,
        y,
        width: to - from,
        height: 1,
    };
    canvas.paint(area, Paint::Strong);
}

/// As much of a row's detail as fits.
fn cut(item: &Item, cells: usize) -> SafeText {
    match item.take {
        Take::File(_) => mail::cut_middle(&item.detail, cells),
        _ => mail::cut(&item.detail, cells),
    }
}

/// The detail of the row under the cursor, over as many rows as there are for it.
fn full_text(item: &Item, area: Area, canvas: &mut Canvas<'_>) {
    let mut rest = item.detail.as_str();
    for y in area.y..area.y + area.height {
        let (row, left) = mail::first_row(rest, usize::from(area.width));
        canvas.put(area.x, y, area.width, row, Paint::Dim);
        rest = left;
    }
}

/// A fact takes as many rows as it needs, and so does a sentence that has to be known before a key is pressed.
fn wrapped(popup: &Popup, items: Vec<Item>, (width, _): (u16, u16)) -> Vec<Item> {
    let is_told = matches!(
        popup.kind,
        Kind::Question(_) | Kind::MailingList(_) | Kind::Command(_)
    );
    let room = usize::from(width.saturating_sub(2).min(MAX_WIDTH).saturating_sub(4)).max(1);
    if matches!(popup.kind, Kind::Sheet(_)) {
        return with_whole_details(items, room);
    }
    if !is_told {
        return items;
    }
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        let mut rest = item.label.as_str();
        if item.take != Take::Heading || mail::width(rest) <= room {
            rows.push(item);
            continue;
        }
        while !rest.is_empty() {
            let (row, left) = mail::first_row(rest, room);
            rows.push(Item {
                label: SafeText::new(row),
                ..item.clone()
            });
            if left.len() == rest.len() {
                break;
            }
            rest = left;
        }
    }
    rows
}

/// Details over as many rows as they need, beside their labels.
fn with_whole_details(items: Vec<Item>, room: usize) -> Vec<Item> {
    let label = label_width(&items);
    let room = room.saturating_sub(label + 3).max(1);
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        if item.take == Take::Heading || mail::width(item.detail.as_str()) <= room {
            rows.push(item);
            continue;
        }
        let (first, mut rest) = mail::first_row(item.detail.as_str(), room);
        let mut more = Vec::new();
        while !rest.is_empty() {
            let (row, left) = mail::first_row(rest, room);
            if left.len() == rest.len() {
                break;
            }
            more.push(Item {
                label: SafeText::default(),
                detail: SafeText::new(row),
                take: Take::Heading,
            });
            rest = left;
        }
        rows.push(Item {
            detail: SafeText::new(first),
            ..item
        });
        rows.extend(more);
    }
    rows
}

/// Headings have no label column to keep.
fn label_width(items: &[Item]) -> usize {
    let labels = items.iter().filter(|item| item.take != Take::Heading);
    let widest = labels.map(|item| mail::width(item.label.as_str())).max();
    match widest {
        // A text has no labels at all.
        Some(0) => 0,
        widest => widest.unwrap_or(0).clamp(3, 24),
    }
}
