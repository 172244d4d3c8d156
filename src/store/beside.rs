//! Remembers which names stood beside which mails in one listing: none of these is a new name of one of those.

use std::collections::{BTreeSet, HashSet};

use rusqlite::Connection;

use super::uid::stored_form;
use super::{Reader, Result, Writer, is_a_count};
use crate::mail::{AccountId, LedgerId};
use crate::pop3::UniqueId;

/// So many names are kept, and so many rows.
const MOST: usize = 200_000;

/// Names that were listed and not read, and rows that were listed or read beside them. Equal octets under such a name are
/// another mail, though the row is no longer listed: without it the twin of a mail that was deleted would be taken for
/// that mail under a new name, and be deleted unseen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// What stands for a name.
    names: HashSet<u64>,
    rows: BTreeSet<LedgerId>,
    /// Whether a name may be any, beside what is deleted: there were more than are kept, or the listing did not tell all.
    is_any: bool,
}

impl Beside {
    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.rows.is_empty() && !self.is_any
    }

    /// Notes that these names were listed beside these rows, and not read.
    pub fn note<'a>(
        &mut self,
        names: impl IntoIterator<Item = &'a UniqueId>,
        rows: impl IntoIterator<Item = LedgerId>,
    ) {
        self.names.extend(names.into_iter().map(number));
        self.rows.extend(rows);
        self.is_any |= self.names.len() > MOST;
        if self.is_any {
            self.names.clear();
        }
        while self.rows.len() > MOST {
            self.rows.pop_first();
        }
    }

    /// Notes that mails were listed beside these rows whose names nobody told.
    pub fn note_unnamed(&mut self, rows: impl IntoIterator<Item = LedgerId>) {
        self.is_any = true;
        self.note([], rows);
    }

    /// Notes that these names were read: they have rows of their own.
    pub fn read<'a>(&mut self, names: impl IntoIterator<Item = &'a UniqueId>) {
        if !self.names.is_empty() {
            for name in names {
                self.names.remove(&number(name));
            }
        }
    }

    /// Whether this name stood beside this row, which is deleted there or only no longer listed. Where somebody else may
    /// have deleted mails, a number of a count says nothing: those behind them moved up.
    pub fn has(&self, row: LedgerId, name: &UniqueId, is_deleted: bool) -> bool {
        let may_be = is_deleted || !is_a_count(name);
        let is_any = is_deleted && self.is_any;
        may_be && self.rows.contains(&row) && (is_any || self.names.contains(&number(name)))
    }

    fn written(&self) -> String {
        let any = if self.is_any { "*" } else { "-" };
        let names: Vec<_> = self.names.iter().map(|name| format!("{name:x}")).collect();
        let rows: Vec<_> = self.rows.iter().map(|row| row.0.to_string()).collect();
        format!("{any};{};{}", names.join(" "), rows.join(" "))
    }

    /// What does not read as it was written is left out.
    fn of(text: &str) -> Self {
        let mut parts = text.split(';');
        let mut words = || parts.next().unwrap_or_default().split_ascii_whitespace();
        let is_any = words().any(|word| word == "*");
        let names = words().filter_map(|name| u64::from_str_radix(name, 16).ok());
        let names = names.collect();
        let rows = words().filter_map(|row| row.parse().ok().map(LedgerId));
        Self {
            names,
            rows: rows.collect(),
            is_any,
        }
    }
}

/// What stands for a name: two names of one number make no more than a copy more.
fn number(name: &UniqueId) -> u64 {
    let hash = ring::digest::digest(&ring::digest::SHA256, &stored_form(name).0);
    let octets = hash.as_ref().iter().take(8);
    octets.fold(0, |number, octet| number << 8 | u64::from(*octet))
}

fn key(account: AccountId) -> String {
    format!("beside:{}", account.0)
}

/// Nothing of it counts any more: the account's mail comes from another maildrop.
pub(super) fn forget(connection: &Connection, account: AccountId) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM remembered WHERE key = ?1")?;
    statement.execute([key(account)]).map(drop)
}

impl Reader {
    /// What [`Writer::keep_beside`] kept for the next fetch.
    pub fn beside(&self, account: AccountId) -> Result<Beside> {
        let kept = self.remembered(&key(account))?;
        Ok(kept.as_deref().map(Beside::of).unwrap_or_default())
    }
}

impl Writer {
    /// Keeps which names stood beside which mails, in place of what was kept.
    pub fn keep_beside(&mut self, account: AccountId, beside: &Beside) -> Result<()> {
        if beside.is_empty() {
            return Ok(forget(&self.connection, account)?);
        }
        self.remember(&key(account), &beside.written())
    }
}

#[cfg(test)]
mod tests {
    use super::{Beside, MOST};
    use crate::mail::LedgerId;
    use crate::store::testing::{Home, account, uid};

    #[test]
    fn it_is_kept_until_the_mail_comes_from_elsewhere() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        writer.comes_from(account, "alice@old").expect("writes");
        let kept = || home.reader().beside(account).expect("reads");
        assert!(kept().is_empty());
        let mut beside = Beside::default();
        beside.note(&[uid("b"), uid("c;")], [LedgerId(1), LedgerId(70)]);
        for _unnamed in 0..2 {
            writer.keep_beside(account, &beside).expect("writes");
            assert_eq!(kept(), beside);
            beside.note_unnamed([LedgerId(2)]);
        }
        writer.keep_beside(account, &beside).expect("writes");
        writer.comes_from(account, "alice@new").expect("writes");
        assert!(kept().is_empty());
        writer.keep_beside(account, &beside).expect("writes");
        writer
            .keep_beside(account, &Beside::default())
            .expect("writes");
        assert!(kept().is_empty());
    }

    #[test]
    fn a_name_stands_beside_what_was_listed_with_it_until_it_is_read() {
        let (row, other) = (LedgerId(1), LedgerId(2));
        let mut beside = Beside::default();
        beside.note(&[uid("b"), uid("7")], [row]);
        assert!(beside.has(row, &uid("b"), true) && beside.has(row, &uid("b"), false));
        assert!(beside.has(row, &uid("7"), true) && !beside.has(row, &uid("7"), false));
        assert!(!beside.has(other, &uid("b"), true) && !beside.has(row, &uid("c"), true));
        beside.read(&[uid("b")]);
        assert!(!beside.has(row, &uid("b"), true));
        beside.note_unnamed([other]);
        assert!(beside.has(other, &uid("c"), true) && !beside.has(other, &uid("c"), false));
    }

    #[test]
    fn more_than_is_kept_is_any_name_and_the_latest_rows() {
        let names: Vec<_> = (0..=MOST).map(|name| uid(&name.to_string())).collect();
        let rows = (0..).map(LedgerId).take(MOST + 1);
        let mut beside = Beside::default();
        beside.note(&names[..MOST], rows.clone().take(MOST));
        assert!(!beside.is_any && beside.has(LedgerId(0), &names[0], true));
        beside.note(&names, rows);
        assert!(beside.names.is_empty() && beside.rows.len() == MOST);
        assert!(beside.has(LedgerId(1), &uid("new"), true));
        assert!(!beside.has(LedgerId(0), &uid("new"), true));
    }
}
