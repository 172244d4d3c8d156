//! Putting text into cells: always within its bounds, never half a wide character.

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::theme::{Paint, Theme};
use crate::app::layout::Area;
use crate::mail;

/// A screen being drawn.
pub(super) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    pub(super) theme: Theme,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, theme: Theme) -> Self {
        Self { buffer, theme }
    }

    /// The size of the screen.
    pub(super) fn size(&self) -> (u16, u16) {
        (self.buffer.area.width, self.buffer.area.height)
    }

    /// Puts text at a place, cut at `width` cells; gives the column behind it.
    pub(super) fn put(&mut self, x: u16, y: u16, width: u16, text: &str, paint: Paint) -> u16 {
        self.styled(x, y, width, text, self.theme.style(paint))
    }

    /// [`Canvas::put`] with a style of its own.
    pub(super) fn styled(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
        if !self.buffer.area.contains(Position { x, y }) {
            return x;
        }
        let end = self
            .buffer
            .set_stringn(x, y, text, usize::from(width), style)
            .0;
        if !text.is_ascii() {
            self.keep_ends(x, y, end);
        }
        end
    }

    /// What comes after a cluster of several signs is always drawn over all of its cells. A terminal may have put its
    /// signs into cells of their own (spacing vowels of Devanagari, say), where the later ones do not go with the
    /// first, as the right half of a wide character does.
    fn keep_ends(&mut self, x: u16, y: u16, end: u16) {
        let mut x = x;
        while x < end {
            let symbol = self
                .buffer
                .cell(Position { x, y })
                .map_or(" ", |cell| cell.symbol());
            let width = u16::try_from(mail::width(symbol)).unwrap_or(1).max(1);
            if symbol.chars().nth(1).is_some() {
                for x in x + 1..(x + width).min(end) {
                    if let Some(cell) = self.buffer.cell_mut(Position { x, y }) {
                        cell.set_diff_option(CellDiffOption::AlwaysUpdate);
                    }
                }
            }
            x += width;
        }
    }

    /// Puts text so that it ends before the column `end`.
    pub(super) fn right(&mut self, end: u16, y: u16, text: &str, paint: Paint) {
        let width = u16::try_from(mail::width(text)).unwrap_or(u16::MAX);
        if width <= end {
            self.put(end - width, y, width, text, paint);
        }
    }

    /// Fills a row with a line.
    pub(super) fn line(&mut self, area: Area, with: char) {
        let line: String = std::iter::repeat_n(with, usize::from(area.width)).collect();
        self.put(area.x, area.y, area.width, &line, Paint::Line);
    }

    /// Puts one sign in the place of another.
    pub(super) fn swap(&mut self, x: u16, y: u16, from: &str, to: &str) {
        if let Some(cell) = self.buffer.cell_mut(Position { x, y })
            && cell.symbol() == from
        {
            cell.set_symbol(to);
        }
    }

    /// Gives a stretch of cells a style on top of what they have.
    pub(super) fn paint(&mut self, area: Area, paint: Paint) {
        let rect = Rect {
            x: area.x,
            y: area.y,
            width: area.width,
            height: area.height,
        };
        self.buffer
            .set_style(rect.intersection(self.buffer.area), self.theme.style(paint));
    }

    /// Empties an area. A wide character whose right half lies in it loses its left half too, which would
    /// otherwise push the row out of step.
    pub(super) fn clear(&mut self, area: Area) {
        for y in area.y..area.y + area.height {
            if let Some(left) = area.x.checked_sub(1)
                && let Some(cell) = self.buffer.cell_mut(Position { x: left, y })
                && mail::width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
            for x in area.x..area.x + area.width {
                if let Some(cell) = self.buffer.cell_mut(Position { x, y }) {
                    cell.reset();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::Look;

    fn screen(text: &str) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        Canvas::new(&mut buffer, Theme::new(Look::Plain)).put(0, 0, 12, text, Paint::Plain);
        buffer
    }

    #[test]
    fn nothing_is_left_of_signs_that_a_terminal_puts_into_cells_of_their_own() {
        let drawn = |from: &str, to: &str| -> Vec<u16> {
            let (from, to) = (screen(from), screen(to));
            from.diff(&to).into_iter().map(|(x, ..)| x).collect()
        };
        assert_eq!(drawn("को का", ""), [0, 1, 3, 4]);
        assert_eq!(drawn("को का", "a   x"), [0, 1, 3, 4]);
        assert_eq!(
            drawn("日本", ""),
            [0, 2],
            "a wide character goes as a whole"
        );
        assert!(
            drawn("को का", "को का").is_empty(),
            "what stays is not drawn again"
        );
    }
}
