//! Links on the screen are told to the terminal, so that it makes them clickable (OSC 8): a backend around the real one.
//!
//! A cell knows nothing of links, and a cell that has not changed is not drawn again. So the number of a link travels in
//! the colour of the cell's underline, which nothing else uses: the cell of another link differs, and is drawn. A number
//! is never given to a second address.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Size};
use ratatui::style::Color;

use crate::app::Model;
use crate::ui;

/// Numbers there are: as many as colours.
const NUMBERS: u32 = 1 << 24;

/// The addresses that were told so far, by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Hyperlinks(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    numbers: HashMap<String, u32>,
    addresses: Vec<String>,
}

impl Hyperlinks {
    /// Marks the cells of a finished frame.
    pub(super) fn mark(&self, model: &Model, buffer: &mut Buffer) {
        let mut known = self.known();
        for (area, target) in ui::links(model) {
            let Some(number) = known.number(target.uri()) else {
                continue;
            };
            for x in area.x..area.x + area.width {
                if let Some(cell) = buffer.cell_mut(Position { x, y: area.y }) {
                    cell.underline_color = colour(number);
                }
            }
        }
    }

    fn address(&self, number: u32) -> Option<String> {
        let place = usize::try_from(number).ok()?;
        self.known().addresses.get(place).cloned()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn number(&mut self, address: &str) -> Option<u32> {
        if let Some(number) = self.numbers.get(address) {
            return Some(*number);
        }
        let number = u32::try_from(self.addresses.len()).ok();
        let number = number.filter(|number| *number < NUMBERS)?;
        self.addresses.push(address.to_owned());
        self.numbers.insert(address.to_owned(), number);
        Some(number)
    }
}

fn colour(number: u32) -> Color {
    let [_, red, green, blue] = number.to_be_bytes();
    Color::Rgb(red, green, blue)
}

fn number_of(cell: &Cell) -> Option<u32> {
    match cell.underline_color {
        Color::Rgb(red, green, blue) => Some(u32::from_be_bytes([0, red, green, blue])),
        _ => None,
    }
}

/// The backend: cells with a link are drawn between the sequences that begin and end it.
#[derive(Debug)]
pub(super) struct Linking<W: Write> {
    inner: CrosstermBackend<W>,
    links: Hyperlinks,
}

impl<W: Write> Linking<W> {
    pub(super) fn new(inner: CrosstermBackend<W>, links: Hyperlinks) -> Self {
        Self { inner, links }
    }

    /// Draws cells that belong to one link, or to none.
    fn draw_run(&mut self, link: Option<u32>, cells: &[(u16, u16, &Cell)]) -> io::Result<()> {
        let Some(address) = link.and_then(|number| self.links.address(number)) else {
            return self.inner.draw(cells.iter().copied());
        };
        let plain = |(x, y, cell): &(u16, u16, &Cell)| {
            let mut cell = (*cell).clone();
            cell.underline_color = Color::Reset;
            (*x, *y, cell)
        };
        let cells: Vec<(u16, u16, Cell)> = cells.iter().map(plain).collect();
        write!(self.inner, "\x1b]8;;{address}\x1b\\")?;
        let drawn = self
            .inner
            .draw(cells.iter().map(|(x, y, cell)| (*x, *y, cell)));
        write!(self.inner, "\x1b]8;;\x1b\\")?;
        drawn
    }
}

impl<W: Write> Backend for Linking<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let cells: Vec<_> = content.collect();
        let same = |one: &(u16, u16, &Cell), other: &(u16, u16, &Cell)| {
            number_of(one.2) == number_of(other.2)
        };
        for run in cells.chunk_by(same) {
            let link = run.first().and_then(|(_, _, cell)| number_of(cell));
            self.draw_run(link, run)?;
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.inner.clear_region(region)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.inner.append_lines(lines)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(links: &Hyperlinks, cells: &[(u16, u16, Cell)]) -> String {
        let mut written = Vec::new();
        let mut backend = Linking::new(CrosstermBackend::new(&mut written), links.clone());
        let cells = cells.iter().map(|(x, y, cell)| (*x, *y, cell));
        backend.draw(cells).unwrap();
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn cells_of_a_link_stand_between_its_sequences_and_the_number_is_not_seen() {
        let links = Hyperlinks::default();
        let number = links.known().number("https://a.example/").unwrap();
        let mut linked = Cell::new("x");
        linked.underline_color = colour(number);
        let text = drawn(
            &links,
            &[
                (0, 0, Cell::new("a")),
                (1, 0, linked),
                (2, 0, Cell::new("b")),
            ],
        );
        let (before, rest) = text.split_once("\x1b]8;;https://a.example/\x1b\\").unwrap();
        let (inside, after) = rest.split_once("\x1b]8;;\x1b\\").unwrap();
        assert!(before.contains('a') && inside.contains('x') && after.contains('b'));
        assert!(
            !text.contains("58;2"),
            "no colour of an underline: {text:?}"
        );
    }

    #[test]
    fn a_number_is_never_given_to_a_second_address() {
        let mut known = Known::default();
        let numbers: Vec<_> = ["a", "b", "a", "c"].map(|one| known.number(one)).into();
        assert_eq!(numbers, [Some(0), Some(1), Some(0), Some(2)]);
        assert_eq!(number_of(&Cell::new("x")), None);
        let mut cell = Cell::new("x");
        cell.underline_color = colour(0x01_02_03);
        assert_eq!(number_of(&cell), Some(0x01_02_03));
    }
}
