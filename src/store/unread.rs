//! Finds the next and the previous unread mail of a list without reading those between.

use super::lists::Which;
use super::paging::{From, Toward};
use super::{Reader, Result};
use crate::mail::{Key, Row, View};

impl Reader {
    /// The next unread row older than `after` in this view (newest one if `None`), wrapping around.
    pub fn next_unread(&self, view: View, after: Option<Key>) -> Result<Option<Row>> {
        self.unread(view, Toward::Older, after)
    }

    /// The previous unread row, newer than `before` (oldest one if `None`), wrapping around.
    pub fn previous_unread(&self, view: View, before: Option<Key>) -> Result<Option<Row>> {
        self.unread(view, Toward::Newer, before)
    }

    fn unread(&self, view: View, toward: Toward, key: Option<Key>) -> Result<Option<Row>> {
        if let Some(key) = key {
            let beyond = self.select(view, Which::Unread, toward, Some(From::Past(key)), 1)?;
            if let Some(row) = beyond.into_iter().next() {
                return Ok(Some(row));
            }
        }
        let first = self.select(view, Which::Unread, toward, None, 1)?;
        Ok(first.into_iter().next())
    }
}

#[cfg(test)]
mod tests {
    use crate::mail::{Change, Key, MessageId, View};
    use crate::store::testing::{Home, account};

    #[test]
    fn unread_mails_are_found_both_ways_and_around_the_ends() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mails: Vec<_> = (1..=6)
            .map(|number| home.mail_of(&number.to_string(), 1_000 * number))
            .collect();
        writer.add(account, &mails).expect("writes");
        let view = View {
            folder: home.inbox(),
            account: Some(account),
        };
        let read = Change::Read {
            ids: [1, 3, 4, 6].map(MessageId).to_vec(),
            read: true,
        };
        writer.apply(&read, 0).expect("writes");

        let reader = home.reader();
        let key = |number: i64| {
            Some(Key {
                date: 1_000 * number,
                id: MessageId(number),
            })
        };
        let next = |from| {
            reader
                .next_unread(view, from)
                .expect("reads")
                .map(|row| row.key)
        };
        let previous = |from| {
            reader
                .previous_unread(view, from)
                .expect("reads")
                .map(|row| row.key)
        };
        assert_eq!(next(None), key(5));
        assert_eq!(next(key(5)), key(2));
        assert_eq!(next(key(2)), key(5));
        assert_eq!(previous(None), key(2));
        assert_eq!(previous(key(2)), key(5));
        assert_eq!(previous(key(5)), key(2));

        let rest = Change::Read {
            ids: [2, 5].map(MessageId).to_vec(),
            read: true,
        };
        writer.apply(&rest, 0).expect("writes");
        assert_eq!(reader.next_unread(view, key(3)).expect("reads"), None);
    }
}
