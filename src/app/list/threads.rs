//! A list in threads: rows that stand for several mails are marked as such, and read anew where something has changed.

use std::collections::HashSet;

use super::List;
use crate::mail::{Anchor, MessageId, Row, ThreadId};

impl List {
    /// Rows of threads may tell of what was before: they are read again when nothing else is being read.
    pub fn expire(&mut self) {
        self.stale = self.order.is_in_threads();
    }

    /// The rows that stand for several mails among those that an action is for: their mails, and the latest mail of the
    /// store when they were read.
    pub fn folded_targets(&self) -> Vec<(MessageId, MessageId)> {
        if !self.marked.is_empty() {
            let marked = self.marked_threads.iter();
            return marked.map(|(id, as_of)| (*id, *as_of)).collect();
        }
        let current = self.current().and_then(folded);
        current.into_iter().collect()
    }

    /// The thread under the cursor with its newest mail, unless that is all of it.
    pub fn current_thread(&self) -> Option<(ThreadId, MessageId)> {
        let thread = self.current()?.thread?;
        (thread.mails > 1).then_some((thread.id, thread.newest.id))
    }

    /// Marks all rows from the last mark to the cursor; `false` where the last mark is not among the rows held.
    pub fn mark_held_range(&mut self) -> bool {
        let from = match self.last_mark {
            Some(mark) => self.index_of(mark.id),
            None => Some(self.cursor),
        };
        let Some(from) = from.filter(|_| !self.rows.is_empty()) else {
            return false;
        };
        for place in from.min(self.cursor)..=from.max(self.cursor) {
            self.mark_row(place);
        }
        self.last_mark = self.key();
        true
    }

    pub(super) fn mark_row(&mut self, place: usize) {
        let Some(row) = self.rows.get(place) else {
            return;
        };
        self.marked.insert(row.key.id);
        self.marked_threads.extend(folded(row));
    }

    /// What was unfolded to show a mail stays so.
    pub(super) fn follow(&mut self, rows: &[Row]) {
        let threads = rows.iter().filter_map(|row| row.thread);
        for thread in threads.filter(|thread| thread.place == 0 && thread.mails > 1) {
            if !thread.folded && !self.order.unfolds(thread.id) {
                self.order.turn(thread.id);
            }
        }
    }

    /// A thread whose newest mail is another one now stands elsewhere, perhaps in the next page, too.
    pub(super) fn drop_held(&self, anchor: Anchor, rows: &mut Vec<Row>) {
        if matches!(anchor, Anchor::After(_) | Anchor::Before(_)) {
            let thread = |row: &Row| row.thread.map(|thread| thread.id);
            let held: HashSet<_> = self.rows.iter().map(thread).collect();
            rows.retain(|row| !held.contains(&thread(row)));
        }
    }

    /// The cursor stays on its mail, also where a newer one of the same thread has come, which has its row from when the
    /// cursor has left it.
    pub(super) fn stay_on(&mut self, before: Row) {
        let offset = self.cursor.saturating_sub(self.top);
        let thread = before.thread.filter(|thread| thread.folded);
        let of_thread = |row: &Row| {
            row.thread
                .is_some_and(|one| Some(one.id) == thread.map(|thread| thread.id))
        };
        if let Some(place) = self.index_of(before.key.id) {
            self.cursor = place;
        } else if let Some(place) = self.rows.iter().position(of_thread) {
            self.cursor = place;
            let row = &mut self.rows[place];
            if row.thread.is_some_and(|thread| thread.folded) {
                let now = row.clone();
                *row = Row {
                    thread: now.thread,
                    unread: now.unread,
                    ..before
                };
            }
        }
        self.top = self.cursor.saturating_sub(offset);
    }
}

/// The mail of a row that stands for several, and the latest mail of the store when it was read.
fn folded(row: &Row) -> Option<(MessageId, MessageId)> {
    let thread = row
        .thread
        .filter(|thread| thread.folded && thread.mails > 1)?;
    Some((row.key.id, thread.as_of))
}
