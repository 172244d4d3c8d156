//! A field for text, wherever it is: what was typed, as far as there is room, and the cursor in it.

use super::canvas::Canvas;
use super::theme::Paint;
use crate::app::field::Field;
use crate::app::layout::Area;
use crate::mail::{self, SafeText};

/// Cells kept for what stands behind the cursor.
const BEHIND: usize = 8;

/// Draws it into the first row of an area.
pub(super) fn draw(field: &Field, at: Area, canvas: &mut Canvas<'_>) {
    let (before, behind) = field.around_cursor();
    let kept = mail::width(behind).clamp(1, BEHIND);
    let room = usize::from(at.width).saturating_sub(kept);
    let before = SafeText::new(tail(before, room));
    let end = at.x + at.width;
    let x = canvas.put(at.x, at.y, at.width, before.as_str(), Paint::Strong);
    let left = end.saturating_sub(x);
    let behind = SafeText::new(behind);
    if behind.as_str().is_empty() {
        canvas.put(x, at.y, left.min(1), "▏", Paint::Focus);
        return;
    }
    canvas.put(x, at.y, left, behind.as_str(), Paint::Strong);
    let sign = mail::cut_plain(behind.as_str(), 1);
    let under_cursor = Area {
        x,
        width: u16::try_from(mail::width(sign))
            .unwrap_or(1)
            .clamp(1, left.max(1)),
        height: 1,
        ..at
    };
    canvas.paint(under_cursor, Paint::Cursor);
}

/// The end of what was typed, where the cursor is.
fn tail(typed: &str, cells: usize) -> &str {
    let mut starts = typed.char_indices().map(|(start, _)| &typed[start..]);
    starts
        .find(|rest| mail::width(rest) <= cells)
        .unwrap_or_default()
}
