//! The message list: a window of rows around the cursor, which never leaves its mail by itself.

use std::collections::{BTreeSet, HashSet};

use super::effect::Toward;
use super::event::Ticket;
use crate::mail::{Anchor, Key, MessageId, Page, Row, View};

/// Rows asked for at a time.
pub const PAGE: usize = 200;
/// Rows held at most; the far end is dropped and read again when the cursor comes near.
const HELD: usize = 2_000;
/// Rows between the cursor and an end at which more are asked for.
const NEAR: usize = 100;

/// The list on the screen.
#[derive(Debug, Clone)]
pub struct List {
    /// Which mails it holds.
    pub view: View,
    rows: Vec<Row>,
    /// Rows newer than the first one held, where that is known.
    above: Option<usize>,
    newer: bool,
    older: bool,
    cursor: usize,
    top: usize,
    /// The page that is waited for.
    waiting: Option<Ticket>,
    /// Whether the first page has come.
    loaded: bool,
    /// Where the cursor shall go when its row comes.
    wanted: Option<MessageId>,
    marked: BTreeSet<MessageId>,
    last_mark: Option<MessageId>,
    /// Moved away here, perhaps not yet in the store: late pages must not bring them back.
    gone: HashSet<MessageId>,
}

impl List {
    /// A list whose first page is asked for under `ticket`; the cursor goes to `wanted` if it comes.
    pub fn new(view: View, ticket: Ticket, wanted: Option<MessageId>) -> Self {
        Self {
            view,
            rows: Vec::new(),
            above: None,
            newer: false,
            older: false,
            cursor: 0,
            top: 0,
            waiting: Some(ticket),
            loaded: false,
            wanted,
            marked: BTreeSet::new(),
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

    /// The place of the cursor in the whole list from 1, where it is known.
    pub fn position(&self) -> Option<usize> {
        self.above
            .filter(|_| !self.rows.is_empty())
            .map(|above| above + self.cursor + 1)
    }

    /// Whether the first page has come.
    pub fn loaded(&self) -> bool {
        self.loaded
    }

    /// The marked mails.
    pub fn marked(&self) -> &BTreeSet<MessageId> {
        &self.marked
    }

    /// Moves the cursor by rows, as far as rows are held.
    pub fn step(&mut self, by: isize) {
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

    /// The page to ask for next, if the cursor is near an end that has more.
    pub fn wish(&self) -> Option<Anchor> {
        if self.waiting.is_some() || self.rows.is_empty() {
            return None;
        }
        if self.older && self.cursor + NEAR >= self.rows.len() {
            return self.rows.last().map(|row| Anchor::After(row.key));
        }
        if self.newer && self.cursor < NEAR {
            return self.rows.first().map(|row| Anchor::Before(row.key));
        }
        None
    }

    /// A page has been asked for.
    pub fn wait_for(&mut self, ticket: Ticket) {
        self.waiting = Some(ticket);
    }

    /// The cursor goes to this mail when its row comes.
    pub fn want(&mut self, id: Option<MessageId>) {
        self.wanted = id;
    }

    /// Takes a page that was asked for; anything else is late and dropped.
    pub fn take(&mut self, ticket: Ticket, anchor: Anchor, page: Page, total: usize) {
        if self.waiting != Some(ticket) {
            return;
        }
        self.waiting = None;
        let Page {
            mut rows,
            newer,
            older,
        } = page;
        rows.retain(|row| !self.gone.contains(&row.key.id));
        match anchor {
            Anchor::After(_) => self.append(rows, older),
            Anchor::Before(_) => self.prepend(rows, newer),
            Anchor::Top | Anchor::End | Anchor::Around(_) => {
                self.replace(anchor, rows, newer, older, total)
            }
        }
        self.loaded = true;
    }

    fn append(&mut self, rows: Vec<Row>, older: bool) {
        self.rows.extend(rows);
        self.older = older;
        let surplus = self
            .rows
            .len()
            .saturating_sub(HELD)
            .min(self.cursor.saturating_sub(NEAR));
        if surplus > 0 {
            self.rows.drain(..surplus);
            self.cursor -= surplus;
            self.top = self.top.saturating_sub(surplus);
            self.above = self.above.map(|above| above + surplus);
            self.newer = true;
        }
    }

    fn prepend(&mut self, rows: Vec<Row>, newer: bool) {
        let count = rows.len();
        self.rows.splice(0..0, rows);
        self.cursor += count;
        self.top += count;
        self.newer = newer;
        self.above = if newer {
            self.above.map(|above| above.saturating_sub(count))
        } else {
            Some(0)
        };
        if self.rows.len() > HELD && self.cursor + NEAR < HELD {
            self.rows.truncate(HELD);
            self.older = true;
        }
    }

    fn replace(&mut self, anchor: Anchor, rows: Vec<Row>, newer: bool, older: bool, total: usize) {
        self.above = match anchor {
            _ if !newer => Some(0),
            Anchor::End => Some(total.saturating_sub(rows.len())),
            _ => None,
        };
        let old_offset = self.cursor.saturating_sub(self.top);
        self.rows = rows;
        self.newer = newer;
        self.older = older;
        let place = match anchor {
            Anchor::End => self.rows.len().saturating_sub(1),
            Anchor::Around(key) => self.rows.partition_point(|row| row.key > key),
            _ => 0,
        };
        self.cursor = place.min(self.rows.len().saturating_sub(1));
        if let Some(wanted) = self.wanted.take() {
            self.go_to(wanted);
        }
        self.top = self.cursor.saturating_sub(old_offset);
    }

    /// Slides new mail in; the cursor stays on its mail.
    pub fn arrived(&mut self, rows: Vec<Row>) {
        for row in rows {
            if row.folder == self.view.folder
                && self
                    .view
                    .account
                    .is_none_or(|account| row.account == Some(account))
            {
                self.insert(row);
            }
        }
        if self.rows.len() > HELD + PAGE && self.cursor + NEAR < HELD {
            self.rows.truncate(HELD);
            self.older = true;
        }
    }

    fn insert(&mut self, row: Row) {
        let place = self.rows.partition_point(|held| held.key > row.key);
        if self.rows.get(place).is_some_and(|held| held.key == row.key) {
            self.rows[place] = row;
            return;
        }
        if place == 0 && self.newer {
            self.above = self.above.map(|above| above + 1);
            return;
        }
        if place == self.rows.len() && self.older {
            return;
        }
        let moves_cursor = place <= self.cursor && !self.rows.is_empty();
        self.rows.insert(place, row);
        if moves_cursor {
            self.cursor += 1;
            // The screen stays as it is, unless it shows the very top: there new mail is seen to come in.
            if self.top > 0 {
                self.top += 1;
            }
        }
    }

    /// Takes rows out; the next mail comes under the cursor.
    pub fn remove(&mut self, ids: &[MessageId]) {
        let leaving: HashSet<MessageId> = ids.iter().copied().collect();
        let is_leaving = |row: &Row| leaving.contains(&row.key.id);
        let before_cursor = self.rows[..self.cursor.min(self.rows.len())]
            .iter()
            .filter(|row| is_leaving(row))
            .count();
        let before_top = self.rows[..self.top.min(self.rows.len())]
            .iter()
            .filter(|row| is_leaving(row))
            .count();
        self.rows.retain(|row| !is_leaving(row));
        self.cursor = (self.cursor - before_cursor).min(self.rows.len().saturating_sub(1));
        self.top -= before_top;
        self.marked.retain(|id| !leaving.contains(id));
        self.gone.extend(leaving);
    }

    /// All that was moved away is in the store by now: pages read from here on tell the truth.
    pub fn settled(&mut self) {
        self.gone.clear();
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
        let Some(id) = self.current().map(|row| row.key.id) else {
            return;
        };
        if !self.marked.remove(&id) {
            self.marked.insert(id);
        }
        self.last_mark = Some(id);
    }

    /// Marks every row from the last mark to the cursor.
    pub fn mark_range(&mut self) {
        let from = self
            .last_mark
            .and_then(|id| self.index_of(id))
            .unwrap_or(self.cursor);
        let (low, high) = (from.min(self.cursor), from.max(self.cursor));
        let ids: Vec<MessageId> = self
            .rows
            .iter()
            .take(high + 1)
            .skip(low)
            .map(|row| row.key.id)
            .collect();
        self.last_mark = self.current().map(|row| row.key.id);
        self.marked.extend(ids);
    }

    /// Takes all marks away; says whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        self.last_mark = None;
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

    fn index_of(&self, id: MessageId) -> Option<usize> {
        self.rows.iter().position(|row| row.key.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{FolderId, SafeText};

    const VIEW: View = View {
        folder: FolderId(1),
        account: None,
    };

    fn row(id: i64) -> Row {
        Row {
            key: Key {
                date: id * 10,
                id: MessageId(id),
            },
            folder: FolderId(1),
            account: None,
            from: SafeText::new("Ada"),
            subject: SafeText::new(&format!("mail {id}")),
            unread: id % 2 == 0,
            flagged: false,
            answered: false,
            attachment: false,
            size: 1,
        }
    }

    fn rows(ids: impl Iterator<Item = i64>) -> Vec<Row> {
        ids.map(row).collect()
    }

    fn list(ids: impl Iterator<Item = i64>, newer: bool, older: bool) -> List {
        let mut list = List::new(VIEW, Ticket(1), None);
        list.take(
            Ticket(1),
            Anchor::Top,
            Page {
                rows: rows(ids),
                newer,
                older,
            },
            0,
        );
        list
    }

    fn current(list: &List) -> i64 {
        list.current().unwrap().key.id.0
    }

    #[test]
    fn new_mail_never_moves_the_cursor_off_its_mail() {
        let mut list = list((1..=9).rev(), false, false);
        list.step(4);
        let mail = current(&list);
        list.arrived(rows([20, 21, 0, 22].into_iter()));
        assert_eq!(current(&list), mail);
        assert_eq!(list.rows().len(), 13);
        assert!(list.rows().is_sorted_by(|a, b| a.key > b.key));
    }

    #[test]
    fn mail_that_belongs_outside_the_window_only_counts() {
        let mut list = list((10..=19).rev(), false, true);
        list.arrived(rows([1].into_iter()));
        assert_eq!(
            list.rows().len(),
            10,
            "older than the window and more to read there"
        );
        assert_eq!(list.position(), Some(1));
        list.arrived(rows([30].into_iter()));
        assert_eq!(
            list.position(),
            Some(2),
            "the cursor stayed on its mail, one further down"
        );
    }

    #[test]
    fn after_a_removal_the_next_mail_is_under_the_cursor_and_a_late_page_does_not_bring_it_back() {
        let mut list = list((1..=9).rev(), false, true);
        list.step(2);
        list.remove(&[MessageId(7), MessageId(9)]);
        assert_eq!(current(&list), 6);
        list.wait_for(Ticket(2));
        list.take(
            Ticket(2),
            Anchor::Around(Key {
                date: 60,
                id: MessageId(6),
            }),
            Page {
                rows: rows((1..=9).rev()),
                newer: false,
                older: false,
            },
            9,
        );
        assert!(list.rows().iter().all(|row| row.key.id != MessageId(7)));
        assert_eq!(current(&list), 6);
    }

    #[test]
    fn a_late_page_is_dropped() {
        let mut list = list((1..=3).rev(), false, true);
        list.wait_for(Ticket(5));
        list.take(Ticket(4), Anchor::Top, Page::default(), 0);
        assert_eq!(list.rows().len(), 3);
    }

    #[test]
    fn pages_are_asked_for_near_an_end_and_the_window_stays_bounded() {
        let mut list = list((0..200).rev(), false, true);
        for page in 0..30 {
            list.to_last();
            let anchor = list.wish().expect("more is wanted at the end");
            list.wait_for(Ticket(10 + page));
            let low = -200 * (i64::try_from(page).unwrap() + 1);
            list.take(
                Ticket(10 + page),
                anchor,
                Page {
                    rows: rows((low..low + 200).rev()),
                    newer: true,
                    older: true,
                },
                0,
            );
        }
        assert!(list.rows().len() <= HELD + PAGE, "{}", list.rows().len());
        assert_eq!(
            list.position(),
            Some(200 + 29 * 200),
            "the place is known although the top was dropped"
        );
    }

    #[test]
    fn the_cursor_is_always_on_the_screen() {
        let mut list = list((0..50).rev(), false, false);
        for step in [30, -7, 19, -100, 3] {
            list.step(step);
            list.keep_visible(10);
            assert!(
                (list.top()..list.top() + 10).contains(&list.cursor()),
                "{step}"
            );
        }
    }

    #[test]
    fn a_range_is_marked_from_the_last_mark_to_the_cursor() {
        let mut list = list((1..=9).rev(), false, false);
        list.toggle_mark();
        list.step(3);
        list.mark_range();
        assert_eq!(list.marked().len(), 4);
        assert!(list.clear_marks() && !list.clear_marks());
    }
}
