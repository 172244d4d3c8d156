//! The message list: a window of rows, the cursor in it, and the marks.

mod arrivals;
mod pages;
mod threads;

pub use pages::PAGE;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::effect::Toward;
use super::event::Ticket;
use crate::mail::{Key, MessageId, Order, Row, SafeText, View};

/// The list on the screen.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts about the window"
)]
#[derive(Debug, Clone)]
pub struct List {
    /// Which mails it holds.
    pub view: View,
    /// In which order.
    pub order: Order,
    rows: Vec<Row>,
    /// Rows newer than the first one held, where that is known.
    above: Option<usize>,
    newer: bool,
    older: bool,
    cursor: usize,
    top: usize,
    /// The page that is waited for.
    waiting: Option<Ticket>,
    /// The page that decides where the cursor will stand.
    jump: Option<Ticket>,
    /// Whether the first page has come.
    loaded: bool,
    /// Why the last page could not be read.
    trouble: Option<SafeText>,
    /// Rows that came while a page was under way, which may not have them yet.
    late: Vec<Row>,
    /// Where the cursor shall go when its row comes.
    wanted: Option<MessageId>,
    /// The list was empty when it was opened and nobody has chosen a row since: the first mails of a first fetch come
    /// in no order that the user could know, and the newest of them is what the cursor is for.
    untouched: bool,
    marked: BTreeSet<MessageId>,
    /// Those of the marked rows that stand for a thread, with the latest mail of the store when they were read.
    marked_threads: BTreeMap<MessageId, MessageId>,
    /// In threads: something has changed, and rows may tell of what was before.
    stale: bool,
    /// The page that is waited for shows the same rows as they are now.
    refreshing: bool,
    last_mark: Option<Key>,
    /// Moved away here, perhaps not yet in the store: late pages must not bring them back.
    gone: HashSet<MessageId>,
}

impl List {
    /// A list whose first page is asked for under `ticket`; the cursor goes to `wanted` if it comes.
    pub fn new(view: View, ticket: Ticket, wanted: Option<MessageId>) -> Self {
        Self {
            view,
            order: Order::Flat,
            rows: Vec::new(),
            above: None,
            newer: false,
            older: false,
            cursor: 0,
            top: 0,
            waiting: Some(ticket),
            jump: Some(ticket),
            loaded: false,
            trouble: None,
            late: Vec::new(),
            wanted,
            untouched: false,
            marked: BTreeSet::new(),
            marked_threads: BTreeMap::new(),
            stale: false,
            refreshing: false,
            last_mark: None,
            gone: HashSet::new(),
        }
    }

    /// The rows held.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&Row> {
        self.rows.get(self.cursor)
    }

    /// The index of the row under the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The index of the first row on the screen.
    pub fn top(&self) -> usize {
        self.top
    }

    /// The place of the cursor in the whole list from 1, where it is known. Rows of threads are not counted.
    pub fn position(&self) -> Option<usize> {
        self.above
            .filter(|_| !self.rows.is_empty() && !self.order.is_in_threads())
            .map(|above| above + self.cursor + 1)
    }

    /// Whether the first page has come.
    pub fn loaded(&self) -> bool {
        self.loaded
    }

    /// Whether it is not known yet which row the cursor will stand on.
    pub fn jumping(&self) -> bool {
        self.jump.is_some()
    }

    /// Why there are no rows, or no more of them.
    pub fn trouble(&self) -> Option<&SafeText> {
        self.trouble.as_ref()
    }

    /// The marked mails.
    pub fn marked(&self) -> &BTreeSet<MessageId> {
        &self.marked
    }

    /// The row under the cursor has been chosen, or is being read: from here on the cursor stays on it.
    pub fn touch_cursor(&mut self) {
        self.untouched = self.rows.is_empty();
    }

    /// Moves the cursor by rows, as far as rows are held.
    pub fn step(&mut self, by: isize) {
        self.touch_cursor();
        let last = self.rows.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
        self.wanted = None;
    }

    /// Moves the cursor to the first row held; says whether there are newer ones to be read.
    pub fn to_first(&mut self) -> bool {
        self.step(isize::MIN / 2);
        self.newer
    }

    /// Moves the cursor to the last row held; says whether there are older ones to be read.
    pub fn to_last(&mut self) -> bool {
        self.step(isize::MAX / 2);
        self.older
    }

    /// Puts the cursor on a mail if it is held.
    pub fn go_to(&mut self, id: MessageId) -> bool {
        let found = self.index_of(id);
        self.touch_cursor();
        self.cursor = found.unwrap_or(self.cursor);
        found.is_some()
    }

    /// Scrolls so that the cursor is on a screen of `height` rows.
    pub fn keep_visible(&mut self, height: usize) {
        let height = height.max(1);
        let lowest_top = self.cursor.saturating_sub(height - 1);
        self.top = self.top.clamp(lowest_top, self.cursor);
        // Never half a screen of nothing below the last row.
        self.top = self.top.min(self.rows.len().saturating_sub(height));
    }

    /// Changes the rows of these mails.
    pub fn touch(&mut self, ids: &[MessageId], change: impl Fn(&mut Row)) {
        let touched: HashSet<MessageId> = ids.iter().copied().collect();
        self.rows
            .iter_mut()
            .filter(|row| touched.contains(&row.key.id))
            .for_each(change);
    }

    /// Marks the row under the cursor, or takes the mark away.
    pub fn toggle_mark(&mut self) {
        self.touch_cursor();
        let Some(key) = self.key() else { return };
        if self.marked.remove(&key.id) {
            self.marked_threads.remove(&key.id);
        } else {
            self.mark_row(self.cursor);
        }
        self.last_mark = Some(key);
    }

    /// The upper and the lower end of the range from the last mark to the cursor.
    pub fn range(&self) -> Option<(Key, Key)> {
        let here = self.key()?;
        let from = self.last_mark.unwrap_or(here);
        Some((from.max(here), from.min(here)))
    }

    /// Marks these mails; a next range begins at the cursor.
    pub fn mark(&mut self, ids: Vec<MessageId>) {
        self.last_mark = self.key();
        self.marked.extend(ids);
    }

    /// Takes all marks away; says whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        self.last_mark = None;
        self.marked_threads.clear();
        !std::mem::take(&mut self.marked).is_empty()
    }

    /// The next unread row held in that direction.
    pub fn next_unread(&self, toward: Toward) -> Option<MessageId> {
        let unread = |row: &&Row| row.unread;
        match toward {
            Toward::Older => self.rows.iter().skip(self.cursor + 1).find(unread),
            Toward::Newer => self.rows.iter().take(self.cursor).rev().find(unread),
        }
        .map(|row| row.key.id)
    }

    /// The key under the cursor.
    pub fn key(&self) -> Option<Key> {
        self.current().map(|row| row.key)
    }

    /// The mail under the cursor.
    pub fn key_id(&self) -> Option<MessageId> {
        self.key().map(|key| key.id)
    }

    fn index_of(&self, id: MessageId) -> Option<usize> {
        self.rows.iter().position(|row| row.key.id == id)
    }
}
