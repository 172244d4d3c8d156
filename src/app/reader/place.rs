//! Where an open mail is scrolled, how it stays there when its layout changes, and what is remembered of it.

use super::{Open, Reader, State};
use crate::app::event::Shown;
use crate::mail::{MessageId, Source, Spot};

/// Mails whose place is kept without asking the store.
const LEFT: usize = 100;

/// What is to be on top.
#[derive(Debug, Clone)]
pub(super) enum Held {
    /// A place.
    Spot(Spot),
    /// What one of these first says: the other text of a mail has other places.
    Words(Vec<String>),
}

impl Reader {
    /// The mail is about to leave the pane: tells what was on top, if that is not the place at which it was opened.
    pub fn leave(&mut self) -> Option<(MessageId, Spot)> {
        let open = self.open.as_ref()?;
        let (id, spot) = (open.id, open.left_at()?);
        self.left.retain(|(left, _)| *left != id);
        if self.left.len() == LEFT {
            self.left.remove(0);
        }
        self.left.push((id, spot));
        Some((id, spot))
    }

    /// Scrolls by lines, at most until the last line is the last on a screen of `height` lines.
    pub fn scroll(&mut self, by: isize, height: usize) {
        if let Some(open) = &mut self.open {
            open.scroll = open.scroll.saturating_add_signed(by);
            open.wanted = None;
            open.held = None;
        }
        self.keep_within(height);
    }

    /// Whether the end is on a screen of `height` lines.
    pub fn at_end(&self, height: usize) -> bool {
        self.open
            .as_ref()
            .is_none_or(|open| open.is_whole() && open.scroll + height >= open.lines())
    }

    /// Never scrolled past the end. A place that is not laid out yet is gone to as soon as it is.
    pub fn keep_within(&mut self, height: usize) {
        if let Some(open) = self
            .open
            .as_mut()
            .filter(|open| matches!(open.state, State::Shown(_)))
        {
            let last = open.lines().saturating_sub(height);
            let wanted = open.wanted.unwrap_or(open.scroll);
            open.wanted = (wanted > last && !open.is_whole()).then_some(wanted);
            open.scroll = wanted.min(last);
        }
    }
}

impl Held {
    /// What is on top of a page, for the page that takes its place.
    pub(super) fn top_of(open: &Open, before: &Shown, after: &Shown) -> Self {
        if open.scroll == 0 {
            // Words of its head can stand anywhere in the text.
            return Self::Spot(Spot::default());
        }
        let spot = before.document.spot(open.scroll);
        if before.document.choice == after.document.choice || spot.is_above_text() {
            return Self::Spot(spot);
        }
        Self::Words(before.document.words_from(open.scroll))
    }
}

impl Open {
    /// The place on top, if there is something to remember: the mail is opened as it is rendered, and where it was left.
    fn left_at(&self) -> Option<Spot> {
        let shown = self.shown()?;
        let came = shown.document.row_of(shown.left_at);
        let waits = self.held.is_some();
        let moved = !waits && came != Some(self.scroll) && self.how.source == Source::Rendered;
        moved.then(|| shown.document.spot(self.scroll))
    }

    /// Has a place on top.
    pub(in crate::app) fn go_to(&mut self, spot: Spot) {
        self.wanted = None;
        self.held = Some(Held::Spot(spot));
        if let State::Shown(shown) = &self.state {
            let shown = shown.clone();
            self.put_held_on_top(&shown);
        }
    }

    /// Has a row on the screen, with some rows above it if it was not.
    pub(in crate::app) fn bring(&mut self, row: usize, height: usize) {
        if (self.scroll..self.scroll + height).contains(&row) {
            return;
        }
        self.scroll = row.saturating_sub(height / 3);
        self.wanted = None;
        self.held = None;
    }

    pub(super) fn put_held_on_top(&mut self, shown: &Shown) {
        let row = match &self.held {
            Some(Held::Spot(spot)) => shown.document.row_of(*spot),
            Some(Held::Words(words)) => shown.document.row_saying(words),
            None => None,
        };
        self.held.take_if(|_| row.is_some() || shown.document.whole);
        let Some(row) = row else { return };
        self.wanted = None;
        self.scroll = row;
    }

    pub(super) fn go_to_top(&mut self) {
        self.scroll = 0;
        self.wanted = None;
        self.held = None;
    }
}
