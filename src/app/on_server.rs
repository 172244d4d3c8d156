//! The screen "On the server": what lies there, the largest mails first, and what becomes of it.

pub(super) mod deeds;
mod holdings;
mod room;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::event::Ticket;
use crate::mail::{Due, LedgerId, LedgerRow, SafeText};

pub use deeds::count;
pub use holdings::{Candidate, Held, Holdings, Line, Section};
pub use room::{Preview, amounts};

/// The screen, while it is open.
#[derive(Debug, Clone, Default)]
pub struct OnServer {
    holdings: Option<Arc<Holdings>>,
    trouble: Option<SafeText>,
    /// The reading that is waited for.
    waiting: Option<Ticket>,
    /// Whether what is held is older than what happened since.
    stale: bool,
    /// The row under the cursor, counted over all accounts.
    cursor: usize,
    /// The line on top, headings counted.
    top: usize,
    marked: BTreeSet<LedgerId>,
    last_mark: Option<usize>,
    /// What was asked for or taken back since the rows were read.
    wishes: BTreeMap<LedgerId, Wish>,
    /// Wishes that the store has not answered: what, of how many mails, and whether the rows can tell what becomes of them.
    unanswered: VecDeque<(Wish, usize, Tells)>,
    /// Whether the reading that is waited for sees all wishes.
    sees_wishes: bool,
    /// The mails of the last wish, until the cursor moves: what one key did, one key takes back.
    last_asked: Vec<LedgerId>,
}

/// What the user wants of a mail on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Delete it there with the next fetch.
    Delete,
    /// The same of one mail that is nowhere else, which the user was told.
    DeleteOnly(LedgerId),
    /// Leave it there after all.
    Leave,
}

/// Whether the rows that are held tell what becomes of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    All,
    Nothing,
}

impl OnServer {
    /// What is there, once it was read.
    pub fn holdings(&self) -> Option<&Arc<Holdings>> {
        self.holdings.as_ref()
    }

    /// Why it could not be read.
    pub fn trouble(&self) -> Option<&SafeText> {
        self.trouble.as_ref()
    }

    /// Whether it is not known yet which rows there are.
    pub fn is_loading(&self) -> bool {
        self.holdings.is_none() && self.trouble.is_none()
    }

    /// Something happened that may have changed what is there.
    pub fn expire(&mut self) {
        self.stale = true;
    }

    /// Whether it has to be read (anew); from here on that reading is waited for.
    pub fn wants(&mut self, ticket: Ticket) -> bool {
        if !self.stale || self.waiting.is_some() {
            return false;
        }
        self.stale = false;
        self.waiting = Some(ticket);
        self.sees_wishes = self.unanswered.is_empty();
        true
    }

    /// Takes what was read; the cursor stays on its mail. Gives what was there before: to let go of so many rows takes
    /// longer than a frame may.
    pub fn take(
        &mut self,
        ticket: Ticket,
        result: Result<Arc<Holdings>, SafeText>,
    ) -> Option<Arc<Holdings>> {
        if self.waiting != Some(ticket) {
            return result.ok();
        }
        self.waiting = None;
        match result {
            Err(sentence) => {
                self.trouble = Some(sentence);
                None
            }
            Ok(holdings) => {
                let before = self.current().map(|row| row.id);
                self.trouble = None;
                let place = before.and_then(|id| holdings.place_of(id));
                let last = holdings.len().saturating_sub(1);
                self.cursor = place.unwrap_or(self.cursor).min(last);
                self.marked.retain(|id| holdings.place_of(*id).is_some());
                self.last_mark = None;
                if self.sees_wishes {
                    self.wishes.clear();
                }
                self.holdings.replace(holdings)
            }
        }
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&LedgerRow> {
        self.holdings.as_ref()?.row(self.cursor)
    }

    /// The row under the cursor, from 0.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The line on top.
    pub fn top(&self) -> usize {
        self.top
    }

    /// The marked mails.
    pub fn marked(&self) -> &BTreeSet<LedgerId> {
        &self.marked
    }

    /// When a mail goes, with what was wished since the rows were read.
    pub fn due(&self, row: &LedgerRow) -> Due {
        match self.wishes.get(&row.id) {
            Some(Wish::Delete | Wish::DeleteOnly(_)) => Due::Asked,
            Some(Wish::Leave) if is_asked(row.due) => Due::Kept,
            Some(Wish::Leave) | None => row.due,
        }
    }

    /// Moves the cursor by rows; it stops at both ends.
    pub fn step(&mut self, by: isize) {
        let last = self.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
        self.last_asked.clear();
    }

    /// Puts the cursor on a row.
    pub(super) fn go_to(&mut self, place: usize) {
        self.cursor = place.min(self.len().saturating_sub(1));
    }

    /// Scrolls so that the cursor is on a screen of `height` lines, and the heading of its account too where it is the
    /// first of its mails.
    pub fn keep_visible(&mut self, height: usize) {
        let Some(holdings) = &self.holdings else {
            return;
        };
        let height = height.max(1);
        let line = holdings.line_of(self.cursor);
        let first = usize::from(holdings.is_first(self.cursor) && height > 1);
        self.top = self.top.clamp(
            (line + 1).saturating_sub(height),
            line.saturating_sub(first),
        );
        self.top = self.top.min(holdings.lines().saturating_sub(height));
    }

    /// Marks the mail under the cursor, or takes the mark away, and goes down.
    pub fn mark_and_go_on(&mut self) {
        self.toggle_mark();
        self.step(1);
    }

    /// Marks the row under the cursor, or takes the mark away.
    pub fn toggle_mark(&mut self) {
        let Some(id) = self.current().map(|row| row.id) else {
            return;
        };
        if !self.marked.remove(&id) {
            self.marked.insert(id);
        }
        self.last_mark = Some(self.cursor);
    }

    /// Marks all from the last mark to the cursor.
    pub fn mark_range(&mut self) {
        let Some(holdings) = self.holdings.clone() else {
            return;
        };
        let from = self.last_mark.unwrap_or(self.cursor);
        let range = from.min(self.cursor)..=from.max(self.cursor);
        let rows = range.filter_map(|index| holdings.row(index));
        self.marked.extend(rows.map(|row| row.id));
        self.last_mark = Some(self.cursor);
    }

    /// The mails that the next key is for: the marked ones, else the one under the cursor.
    pub fn targets(&self) -> Vec<&LedgerRow> {
        let Some(holdings) = &self.holdings else {
            return Vec::new();
        };
        if self.marked.is_empty() {
            return self.current().into_iter().collect();
        }
        let marked = self.marked.iter();
        marked
            .filter_map(|id| holdings.row(holdings.place_of(*id)?))
            .collect()
    }

    /// The mails that taking back is for: of the marked ones those that were asked for, else all of the last wish, else
    /// the one under the cursor.
    pub fn to_be_taken_back(&self) -> Vec<LedgerId> {
        if self.marked.is_empty() && !self.last_asked.is_empty() {
            return self.last_asked.clone();
        }
        let targets = self.targets().into_iter();
        let asked = targets.filter(|row| is_asked(self.due(row)));
        asked.map(|row| row.id).collect()
    }

    /// Notes what the user wants of these mails, until the rows are read anew.
    pub fn wish(&mut self, ids: &[LedgerId], wish: Wish) {
        let was_asked = |id: &LedgerId| {
            let holdings = self.holdings.as_ref();
            let row = holdings.and_then(|holdings| holdings.row(holdings.place_of(*id)?));
            row.is_none_or(|row| is_asked(row.due))
        };
        let tells = match wish {
            // When it would have gone without the wish, only the store knows.
            Wish::Leave if ids.iter().any(was_asked) => Tells::Nothing,
            Wish::Leave | Wish::Delete | Wish::DeleteOnly(_) => Tells::All,
        };
        self.unanswered.push_back((wish, ids.len(), tells));
        self.sees_wishes = false;
        self.wishes.extend(ids.iter().map(|id| (*id, wish)));
        self.marked.clear();
        self.last_asked = match wish {
            Wish::Delete | Wish::DeleteOnly(_) => ids.to_vec(),
            Wish::Leave => Vec::new(),
        };
    }

    /// A wish is in the store, for so many mails, or could not be noted. Where all is as it was wished, the rows need
    /// not be read again. Gives what was wished, and for how many.
    pub fn answered(&mut self, mails: Option<usize>) -> Option<(Wish, usize)> {
        let Some((wish, wished, tells)) = self.unanswered.pop_front() else {
            self.stale = true;
            return None;
        };
        self.stale |= tells == Tells::Nothing || mails != Some(wished);
        Some((wish, wished))
    }

    /// Opens the screen again: what was there stays until it is read anew.
    pub fn reopen(&mut self) {
        let held = std::mem::take(self);
        *self = Self {
            holdings: held.holdings,
            wishes: held.wishes,
            unanswered: held.unanswered,
            stale: true,
            ..Self::default()
        };
    }

    fn len(&self) -> usize {
        self.holdings.as_ref().map_or(0, |holdings| holdings.len())
    }
}

/// Whether the user may have asked for it. Until QUIT confirms it, that can be taken back.
fn is_asked(due: Due) -> bool {
    matches!(due, Due::Asked | Due::Sent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Keep;
    use crate::mail::{AccountId, Completeness, MessageId};

    fn one_mail(due: Due) -> Arc<Holdings> {
        let row = LedgerRow {
            id: LedgerId(1),
            account: AccountId(1),
            message: Some(MessageId(1)),
            from: SafeText::default(),
            subject: SafeText::default(),
            size: 1,
            stored: 0,
            due,
            completeness: Completeness::Whole,
            can_be_proven: true,
        };
        let held = Held {
            name: SafeText::new("home"),
            keep: Keep::Forever,
            rows: vec![row],
        };
        Arc::new(Holdings::new(vec![held]))
    }

    #[test]
    fn what_is_wished_while_the_rows_are_being_read_stays_until_they_are_read_again() {
        let mut screen = OnServer::default();
        screen.reopen();
        assert!(screen.wants(Ticket(1)));
        screen.wish(&[LedgerId(1)], Wish::Delete);
        // Read before the wish was written.
        screen.take(Ticket(1), Ok(one_mail(Due::Kept)));
        let due = |screen: &OnServer| screen.due(screen.current().unwrap());
        assert_eq!(due(&screen), Due::Asked);
        screen.expire();
        assert!(screen.wants(Ticket(2)), "for another reason");
        screen.answered(Some(0));
        screen.take(Ticket(2), Ok(one_mail(Due::Kept)));
        assert_eq!(due(&screen), Due::Asked);
        assert!(screen.wants(Ticket(3)));
        screen.take(Ticket(3), Ok(one_mail(Due::Kept)));
        assert_eq!(due(&screen), Due::Kept, "what the store says now");
    }

    #[test]
    fn a_wish_that_was_noted_needs_no_other_reading() {
        let mut screen = OnServer::default();
        screen.reopen();
        assert!(screen.wants(Ticket(1)));
        screen.take(Ticket(1), Ok(one_mail(Due::At(7))));
        for (wish, due) in [(Wish::Delete, Due::Asked), (Wish::Leave, Due::At(7))] {
            screen.wish(&[LedgerId(1)], wish);
            screen.answered(Some(1));
            assert_eq!(screen.due(screen.current().unwrap()), due);
            assert!(!screen.wants(Ticket(2)), "{wish:?}");
        }
        screen.wish(&[LedgerId(1)], Wish::Delete);
        screen.answered(None);
        assert!(screen.wants(Ticket(3)), "it could not be noted");
    }
}
