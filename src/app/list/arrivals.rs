//! Mail comes and goes while the list is on the screen: new mail slides in, mail moved away leaves at once.

use std::collections::HashSet;

use super::List;
use super::pages::{HELD, NEAR, PAGE};
use crate::mail::{MessageId, Row};

impl List {
    /// Slides new mail in; the cursor stays on its mail.
    pub fn arrived(&mut self, rows: Vec<Row>) {
        if self.order.is_in_threads() {
            return self.expire();
        }
        for row in rows {
            let of_account = |account| row.account == Some(account);
            if row.folder != self.view.folder || !self.view.account.is_none_or(of_account) {
                continue;
            }
            if self.waiting.is_some() {
                self.late.push(row.clone());
            }
            self.insert(row);
        }
        // A page under way continues where the rows end now.
        let free = self.waiting.is_none();
        if free && self.rows.len() > HELD + PAGE && self.cursor + NEAR < HELD {
            self.rows.truncate(HELD);
            self.older = true;
        }
    }

    /// Shows mails as they are now; the cursor stays on its mail.
    pub fn changed(&mut self, rows: Vec<Row>) {
        if self.order.is_in_threads() {
            return self.expire();
        }
        let here = self.key().map(|key| key.id);
        for row in rows {
            let held = self.rows.iter().position(|held| held.key.id == row.key.id);
            match held {
                Some(place) if self.rows[place].key == row.key => self.rows[place] = row,
                // Its date is another one: it stands elsewhere now.
                Some(place) => {
                    self.rows.remove(place);
                    self.cursor -= usize::from(place < self.cursor);
                    self.arrived(vec![row]);
                    here.map(|id| self.go_to(id));
                }
                None => {}
            }
        }
    }

    pub(super) fn insert(&mut self, row: Row) {
        if self.gone.contains(&row.key.id) {
            return;
        }
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
        let moves_cursor = place <= self.cursor && !self.rows.is_empty() && !self.untouched;
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
        self.marked_threads.retain(|id, _| !leaving.contains(id));
        self.gone.extend(leaving);
    }

    /// All that was moved away is in the store by now: pages read from here on tell the truth.
    pub fn settled(&mut self) {
        self.gone.clear();
    }
}
