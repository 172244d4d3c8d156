//! Pages of rows: which one to ask for, and how it joins the rows that are held. The cursor stays on its mail.

use super::List;
use crate::app::event::Ticket;
use crate::mail::{Anchor, MessageId, Page, Row, SafeText};

/// Rows asked for at a time.
pub const PAGE: usize = 200;
/// Rows held at most; the far end is dropped and read again when the cursor comes near.
pub(super) const HELD: usize = 2_000;
/// Rows between the cursor and an end at which more are asked for.
pub(super) const NEAR: usize = 100;

impl List {
    /// The page to ask for next, if the cursor is near an end that has more.
    pub fn wish(&self) -> Option<Anchor> {
        if self.waiting.is_some() || self.trouble.is_some() {
            return None;
        }
        if self.stale {
            return Some(self.key().map_or(Anchor::Top, Anchor::Around));
        }
        if self.rows.is_empty() {
            return None;
        }
        if self.older && self.cursor + NEAR >= self.rows.len() {
            return self.rows.last().map(|row| Anchor::After(row.standing().0));
        }
        if self.newer && self.cursor < NEAR {
            return self
                .rows
                .first()
                .map(|row| Anchor::Before(row.standing().0));
        }
        None
    }

    /// A page has been asked for that moves the cursor.
    pub fn jump(&mut self, ticket: Ticket) {
        self.wait_for(ticket);
        self.refreshing = false;
        self.jump = Some(ticket);
    }

    /// A page has been asked for.
    pub fn wait_for(&mut self, ticket: Ticket) {
        self.trouble = None;
        self.late.clear();
        self.jump = None;
        self.refreshing = std::mem::take(&mut self.stale);
        self.waiting = Some(ticket);
    }

    /// The cursor goes to this mail when its row comes.
    pub fn want(&mut self, id: Option<MessageId>) {
        self.wanted = id;
    }

    /// Takes a page that was asked for; anything else is late and dropped.
    pub fn take(
        &mut self,
        ticket: Ticket,
        anchor: Anchor,
        result: Result<Page, SafeText>,
        total: usize,
    ) {
        if self.waiting != Some(ticket) {
            return;
        }
        self.waiting = None;
        self.jump = None;
        let page = match result {
            Ok(page) => page,
            Err(sentence) => {
                self.trouble = Some(sentence);
                return;
            }
        };
        let Page {
            mut rows,
            newer,
            older,
        } = page;
        rows.retain(|row| !self.gone.contains(&row.key.id));
        if self.order.is_in_threads() {
            self.follow(&rows);
            self.drop_held(anchor, &mut rows);
        }
        let before = self.refreshing.then(|| self.current().cloned()).flatten();
        match anchor {
            Anchor::After(_) => self.append(rows, older),
            Anchor::Before(_) => self.prepend(rows, newer),
            Anchor::Top | Anchor::End | Anchor::Around(_) => {
                self.replace(anchor, rows, newer, older, total);
            }
        }
        if let Some(before) = before {
            self.stay_on(before);
        }
        self.untouched = self.rows.is_empty();
        self.loaded = true;
        for row in std::mem::take(&mut self.late) {
            self.insert(row);
        }
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
            Anchor::Around(key) => self.rows.partition_point(|row| row.standing().0 > key),
            _ => 0,
        };
        self.cursor = place.min(self.rows.len().saturating_sub(1));
        if let Some(wanted) = self.wanted.take() {
            self.go_to(wanted);
        }
        self.top = self.cursor.saturating_sub(old_offset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Completeness, FolderId, Key, SafeText, View};

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
            completeness: Completeness::Whole,
            thread: None,
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
            Ok(Page {
                rows: rows(ids),
                newer,
                older,
            }),
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
            Ok(Page {
                rows: rows((1..=9).rev()),
                newer: false,
                older: false,
            }),
            9,
        );
        assert!(list.rows().iter().all(|row| row.key.id != MessageId(7)));
        assert_eq!(current(&list), 6);
    }

    #[test]
    fn a_late_page_is_dropped() {
        let mut list = list((1..=3).rev(), false, true);
        list.wait_for(Ticket(5));
        list.take(Ticket(4), Anchor::Top, Ok(Page::default()), 0);
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
                Ok(Page {
                    rows: rows((low..low + 200).rev()),
                    newer: true,
                    older: true,
                }),
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
    fn a_range_runs_from_the_last_mark_to_the_cursor() {
        let mut list = list((1..=9).rev(), false, false);
        list.toggle_mark();
        list.step(3);
        assert_eq!(list.range(), Some((row(9).key, row(6).key)));
        list.mark((6..=9).map(MessageId).collect());
        assert_eq!(list.marked().len(), 4);
        assert!(list.clear_marks() && !list.clear_marks());
    }

    #[test]
    fn mail_that_arrives_while_a_page_is_under_way_is_not_lost() {
        let mut list = list((10..=19).rev(), false, false);
        list.wait_for(Ticket(2));
        list.arrived(rows([30].into_iter()));
        let before = Page {
            rows: rows((10..=19).rev()),
            newer: false,
            older: false,
        };
        list.take(Ticket(2), Anchor::Top, Ok(before), 10);
        assert_eq!(list.rows()[0].key.id, MessageId(30));
    }

    #[test]
    fn a_page_that_cannot_be_read_says_why_and_is_not_asked_for_again_by_itself() {
        let mut list = list((10..=19).rev(), false, true);
        list.wait_for(Ticket(2));
        let after = Anchor::After(row(10).key);
        list.take(Ticket(2), after, Err(SafeText::new("no disk")), 0);
        assert_eq!(list.trouble().map(SafeText::as_str), Some("no disk"));
        assert_eq!(list.wish(), None);
        list.wait_for(Ticket(3));
        assert!(list.trouble().is_none());
    }
}
