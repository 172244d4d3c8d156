//! Pages of message lists, asked for by key: a page costs the same at the top and at the end of a million mails.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, ToSql, params_from_iter};

use super::maildrop::completeness;
use super::paging::{self, From, Toward};
use super::{Reader, Result};
use crate::mail::{AccountId, Anchor, FolderId, Key, MessageId, Page, Row, SafeText, View};

/// What [`row`] reads.
pub(super) const COLUMNS: &str = "date, id, folder, account, sender, subject, unread, flagged, answered, attachment, size, completeness";

/// More characters than any row shows; a subject of a megabyte is cut here, long before a screen has to.
const LONGEST: usize = 500;

impl Reader {
    /// At most `limit` rows of a list.
    pub fn page(&self, view: View, anchor: Anchor, limit: usize) -> Result<Page> {
        let select = |toward, from, limit| self.select(view, Which::All, toward, from, limit);
        let paged = paging::page(anchor, limit, select)?;
        Ok(Page {
            rows: paged.items,
            newer: paged.newer,
            older: paged.older,
        })
    }

    /// The rows of these messages, in any order; those that are gone are left out.
    pub fn rows(&self, ids: &[MessageId]) -> Result<Vec<Row>> {
        let sql = format!("SELECT {COLUMNS} FROM message WHERE id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            rows.extend(statement.query_row([id.0], row).optional()?);
        }
        Ok(rows)
    }

    /// At most `limit` rows in the order of the direction.
    pub(super) fn select(
        &self,
        view: View,
        which: Which,
        toward: Toward,
        from: Option<From>,
        limit: usize,
    ) -> Result<Vec<Row>> {
        let (sql, values) = statement(view, which, toward, from, limit);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(
            params_from_iter(values.iter().map(|value| value as &dyn ToSql)),
            row,
        )?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Which rows of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Unread,
}

/// The statement of a list, put together from fixed words, and its values.
fn statement(
    view: View,
    which: Which,
    toward: Toward,
    from: Option<From>,
    limit: usize,
) -> (String, Vec<Value>) {
    let mut sql = format!("SELECT {COLUMNS} FROM message WHERE folder = ?");
    let mut values = vec![Value::from(view.folder.0)];
    if let Some(account) = view.account {
        sql.push_str(" AND account = ?");
        values.push(account.0.into());
    }
    if which == Which::Unread {
        sql.push_str(" AND unread = 1");
    }
    paging::push_order(&mut sql, &mut values, ["date", "id"], toward, from);
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    (sql, values)
}

pub(super) fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        key: Key {
            date: row.get(0)?,
            id: MessageId(row.get(1)?),
        },
        folder: FolderId(row.get(2)?),
        account: row.get::<_, Option<i64>>(3)?.map(AccountId),
        from: shown(row.get_ref(4)?.as_str()?),
        subject: shown(row.get_ref(5)?.as_str()?),
        unread: row.get(6)?,
        flagged: row.get(7)?,
        answered: row.get(8)?,
        attachment: row.get(9)?,
        size: row.get::<_, i64>(10)?.unsigned_abs(),
        completeness: completeness(row, 11)?,
        thread: None,
    })
}

/// Text of a row, cut where no screen would go on.
pub(super) fn shown(text: &str) -> SafeText {
    let end = text
        .char_indices()
        .nth(LONGEST)
        .map_or(text.len(), |(end, _)| end);
    SafeText::new(text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{From, Toward, Which, statement};
    use crate::mail::{AccountId, Anchor, FolderId, Key, MessageId, Page, View};
    use crate::store::testing::{Home, account};

    /// The plan of a list's statement, in SQLite's words.
    fn plan(home: &Home, view: View, which: Which, toward: Toward, from: Option<From>) -> String {
        let (sql, values) = statement(view, which, toward, from, 50);
        let reader = home.reader();
        let mut explain = reader
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .expect("is SQL");
        let lines = explain
            .query_map(rusqlite::params_from_iter(values), |row| {
                row.get::<_, String>(3)
            })
            .expect("explains");
        lines
            .map(|line| line.expect("is text"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// Every statement of this kind of list: where it begins, and its plan.
    fn plans(home: &Home, account: Option<AccountId>, which: Which) -> Vec<(Option<From>, String)> {
        let key = Key {
            date: 5,
            id: MessageId(5),
        };
        let view = View {
            folder: FolderId(1),
            account,
        };
        let ways = [Toward::Older, Toward::Newer].into_iter();
        let ways = ways.flat_map(|toward| {
            [None, Some(From::At(key)), Some(From::Past(key))].map(|from| (toward, from))
        });
        ways.map(|(toward, from)| (from, plan(home, view, which, toward, from)))
            .collect()
    }

    #[test]
    fn no_list_is_scanned_or_sorted() {
        let home = Home::new();
        let account = Some(AccountId(1));
        for (account, which, index) in [
            (None, Which::All, "message_list"),
            (account, Which::All, "message_account_list"),
            (None, Which::Unread, "message_unread"),
            (account, Which::Unread, "message_account_unread"),
        ] {
            let plans = plans(&home, account, which);
            assert_eq!(plans.len(), 6);
            for (from, plan) in plans {
                assert!(
                    plan.starts_with(&format!("SEARCH message USING INDEX {index} (")),
                    "{plan}"
                );
                assert!(
                    !plan.contains("TEMP B-TREE") && !plan.contains(';'),
                    "{plan}"
                );
                assert_eq!(plan.contains("(date,rowid)"), from.is_some(), "{plan}");
            }
        }
    }

    /// Ten mails, `1` the oldest; and a function that shows a page as `<newest oldest>` with signs for more.
    fn ten() -> (Home, View, impl Fn(&Page) -> String) {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mails: Vec<_> = (1..=10)
            .map(|number| home.mail_of(&number.to_string(), 1_000 * number))
            .collect();
        writer.add(account, &mails).expect("writes");
        let view = View {
            folder: home.inbox(),
            account: None,
        };
        let show = |page: &Page| {
            let subjects: Vec<_> = page.rows.iter().map(|row| row.subject.as_str()).collect();
            let (newer, older) = (
                if page.newer { "…" } else { "" },
                if page.older { "…" } else { "" },
            );
            format!("{newer}{}{older}", subjects.join(" "))
        };
        (home, view, show)
    }

    #[test]
    fn every_anchor_gives_its_page() {
        let (home, view, show) = ten();
        let reader = home.reader();
        let page = |anchor, limit| show(&reader.page(view, anchor, limit).expect("reads"));
        let key = |number: i64| Key {
            date: 1_000 * number,
            id: MessageId(number),
        };
        for (anchor, limit, shown) in [
            (Anchor::Top, 3, "10 9 8…"),
            (Anchor::Top, 10, "10 9 8 7 6 5 4 3 2 1"),
            (Anchor::End, 3, "…3 2 1"),
            (Anchor::After(key(8)), 3, "…7 6 5…"),
            (Anchor::After(key(3)), 3, "…2 1"),
            (Anchor::After(key(1)), 3, "…"),
            (Anchor::After(key(99)), 2, "10 9…"),
            (Anchor::Before(key(5)), 3, "…8 7 6…"),
            (Anchor::Before(key(9)), 3, "10…"),
            (Anchor::Before(key(10)), 3, "…"),
            (Anchor::Around(key(5)), 4, "…7 6 5 4…"),
            (Anchor::Around(key(10)), 4, "10 9 8 7…"),
            (Anchor::Around(key(1)), 4, "…4 3 2 1"),
            (Anchor::Around(key(0)), 4, "…4 3 2 1"),
            (Anchor::Around(key(99)), 4, "10 9 8 7…"),
            (
                Anchor::Around(Key {
                    date: 4_500,
                    id: MessageId(0),
                }),
                4,
                "…6 5 4 3…",
            ),
            (Anchor::Around(key(5)), 20, "10 9 8 7 6 5 4 3 2 1"),
            (Anchor::Around(key(5)), 0, "……"),
        ] {
            assert_eq!(page(anchor, limit), shown, "{anchor:?} {limit}");
        }
    }

    #[test]
    fn rows_are_told_by_message_and_those_that_are_gone_are_left_out() {
        let (home, _, _) = ten();
        let rows = home
            .reader()
            .rows(&[MessageId(3), MessageId(99), MessageId(1)])
            .expect("reads");
        let subjects: Vec<_> = rows.iter().map(|row| row.subject.as_str()).collect();
        assert_eq!(subjects, ["3", "1"]);
    }

    #[test]
    fn a_row_shows_the_beginning_of_a_huge_subject_and_all_that_follows_a_nul() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let huge = "é".repeat(1_000_000);
        let mails = [home.mail(&huge), home.mail("before\0after")];
        writer.add(account, &mails).expect("writes");
        let rows = home
            .reader()
            .rows(&[MessageId(1), MessageId(2)])
            .expect("reads");
        assert_eq!(rows[0].subject.as_str().chars().count(), super::LONGEST);
        assert!(rows[1].subject.as_str().ends_with("after"));
    }
}
