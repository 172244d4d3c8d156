//! Lists in threads: pages of a row for each thread, and the rows of those that are unfolded.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, ToSql, params_from_iter};

use super::lists::{self, COLUMNS};
use super::paging::{self, From, Paged, Toward};
use super::ties::{self, Tie};
use super::{Reader, Result};
use crate::mail::thread::{self, Member};
use crate::mail::{Anchor, FolderId, InThread, Key, MessageId, Order, Page, Row, ThreadId, View};

/// So many mails of a thread are unfolded at most, the newest; and so many elsewhere may say how they belong together.
const MOST: usize = 1_000;

/// A thread as a row.
#[derive(Clone, Copy)]
struct Head {
    id: ThreadId,
    newest: Key,
    mails: u64,
    unread: u64,
}

impl Reader {
    /// A page of a list in the order given. In threads: at most `limit` of them, and fewer where many rows are unfolded.
    /// Places are those of threads; one around a mail is one around its thread.
    pub fn page_in_order(
        &self,
        view: View,
        order: &Order,
        anchor: Anchor,
        limit: usize,
    ) -> Result<Page> {
        if !order.is_in_threads() {
            return self.page(view, anchor, limit);
        }
        let anchor = match anchor {
            Anchor::Around(key) => match self.thread_of(view, key.id)? {
                Some((_, newest)) => Anchor::Around(newest),
                None => anchor,
            },
            other => other,
        };
        let order = &self.revealed(view, order)?;
        let select = |toward, from, limit| self.thread_heads(view, toward, from, limit);
        let heads = paging::page(anchor, limit, select)?;
        let heads = within(heads, order, anchor, limit.saturating_mul(2));
        let as_of = self.latest()?;
        let mut rows = Vec::with_capacity(heads.items.len());
        for head in &heads.items {
            if head.mails > 1 && order.unfolds(head.id) {
                rows.extend(self.unfolded(view, head, as_of)?);
            } else {
                rows.extend(self.folded(head, as_of)?);
            }
        }
        Ok(Page {
            rows,
            newer: heads.newer,
            older: heads.older,
        })
    }

    /// Of each of these mails all that belong to the same thread in the list, as far as they came up to the one given
    /// beside it.
    pub fn whole_threads(
        &self,
        view: View,
        folded: &[(MessageId, MessageId)],
    ) -> Result<Vec<MessageId>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id FROM message
             WHERE thread = (SELECT thread FROM message WHERE id = ?1) AND folder = ?2
               AND (?3 IS NULL OR account = ?3) AND id <= ?4",
        )?;
        let mut ids = Vec::new();
        for (id, as_of) in folded {
            let account = view.account.map(|account| account.0);
            let values = (id.0, view.folder.0, account, as_of.0);
            for found in statement.query_map(values, |row| row.get(0).map(MessageId))? {
                ids.push(found?);
            }
        }
        Ok(ids)
    }

    /// The mail below this one in the tree of its thread, or the one above it, whatever its folder; one in Trash only
    /// from there. Of very long threads what is older goes by date.
    pub fn next_in_thread(&self, id: MessageId, below: bool) -> Result<Option<Row>> {
        let lies: Option<(i64, i64)> = self
            .connection
            .prepare_cached("SELECT thread, folder FROM message WHERE id = ?1")?
            .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((thread, folder)) = lies else {
            return Ok(None);
        };
        let view = View {
            folder: FolderId(folder),
            account: None,
        };
        let members = self.members(
            "(folder = ?2 OR folder <> (SELECT id FROM folder WHERE role = 'trash')) AND ?3 IS NULL
             ORDER BY date DESC, id DESC",
            view,
            ThreadId(thread),
            drop,
        )?;
        let tree = thread::tree(members);
        let Some(at) = tree.iter().position(|placed| placed.key.id == id) else {
            return self.next_by_date(id, below);
        };
        let place = if below {
            Some(at + 1)
        } else {
            at.checked_sub(1)
        };
        let next = place.and_then(|at| tree.get(at));
        let next = next.map(|placed| placed.key.id);
        Ok(self.rows(next.as_slice())?.pop())
    }

    /// The latest mail of the store.
    fn latest(&self) -> Result<MessageId> {
        let latest: Option<i64> = self
            .connection
            .prepare_cached("SELECT max(id) FROM message")?
            .query_row([], |row| row.get(0))?;
        Ok(MessageId(latest.unwrap_or_default()))
    }

    /// The thread of a mail as far as it is in a list, and its newest mail there.
    fn thread_of(&self, view: View, id: MessageId) -> Result<Option<(ThreadId, Key)>> {
        let found = self
            .connection
            .prepare_cached(
                "SELECT date, message, thread FROM thread_row
                 WHERE folder = ?1 AND account = ?2 AND thread = (SELECT thread FROM message WHERE id = ?3)",
            )?
            .query_row((view.folder.0, scope(view), id.0), |row| {
                let newest = Key {
                    date: row.get(0)?,
                    id: MessageId(row.get(1)?),
                };
                Ok((ThreadId(row.get(2)?), newest))
            })
            .optional()?;
        Ok(found)
    }

    /// The order in which the mail that shall have a row has one.
    fn revealed(&self, view: View, order: &Order) -> Result<Order> {
        let mut order = order.clone();
        if let Some(id) = order.revealed()
            && let Some((thread, newest)) = self.thread_of(view, id)?
            && newest.id != id
            && !order.unfolds(thread)
        {
            order.turn(thread);
        }
        Ok(order)
    }

    fn thread_heads(
        &self,
        view: View,
        toward: Toward,
        from: Option<From>,
        limit: usize,
    ) -> Result<Vec<Head>> {
        let (sql, values) = heads_statement(view, toward, from, limit);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let values = values.iter().map(|value| value as &dyn ToSql);
        let heads = statement.query_map(params_from_iter(values), |row| {
            Ok(Head {
                newest: Key {
                    date: row.get(0)?,
                    id: MessageId(row.get(1)?),
                },
                id: ThreadId(row.get(2)?),
                mails: row.get::<_, i64>(3)?.unsigned_abs(),
                unread: row.get::<_, i64>(4)?.unsigned_abs(),
            })
        })?;
        Ok(heads.collect::<rusqlite::Result<_>>()?)
    }

    /// The row of a thread: its newest mail, unread as long as any of its mails is.
    fn folded(&self, head: &Head, as_of: MessageId) -> Result<Option<Row>> {
        let row = self.rows(&[head.newest.id])?.pop();
        Ok(row.map(|row| Row {
            unread: head.unread > 0,
            thread: Some(InThread {
                folded: true,
                ..head.in_thread(as_of)
            }),
            ..row
        }))
    }

    /// The rows of an unfolded thread, as its tree.
    fn unfolded(&self, view: View, head: &Head, as_of: MessageId) -> Result<Vec<Row>> {
        let mut rows = std::collections::HashMap::new();
        let mut members = self.members(
            "folder = ?2 AND (?3 IS NULL OR account = ?3) ORDER BY date DESC, id DESC",
            view,
            head.id,
            |row| drop(rows.insert(row.key.id, row)),
        )?;
        if members.len() < MOST {
            let mut elsewhere = self.members(
                "NOT (folder = ?2 AND (?3 IS NULL OR account IS ?3)) ORDER BY id DESC",
                view,
                head.id,
                drop,
            )?;
            for member in &mut elsewhere {
                member.shown = false;
            }
            members.append(&mut elsewhere);
        }
        let tree = thread::tree(members);
        let placed = tree.iter().enumerate().filter_map(|(place, placed)| {
            let row = rows.remove(&placed.key.id)?;
            let thread = InThread {
                place,
                branch: placed.branch,
                ..head.in_thread(as_of)
            };
            Some(Row {
                thread: Some(thread),
                ..row
            })
        });
        Ok(placed.collect())
    }

    /// Some mails of a thread: those where `which` says, and in its order.
    fn members(
        &self,
        which: &str,
        view: View,
        thread: ThreadId,
        mut each: impl FnMut(Row),
    ) -> Result<Vec<Member<Tie>>> {
        let sql = format!(
            "SELECT {COLUMNS}, (SELECT ties FROM head WHERE message = message.id) FROM message
             WHERE thread = ?1 AND {which} LIMIT {MOST}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let account = view.account.map(|account| account.0);
        let mut found = statement.query((thread.0, view.folder.0, account))?;
        let mut members = Vec::new();
        while let Some(row) = found.next()? {
            let (name, references) = ties::read(row.get_ref(12)?.as_blob_or_null()?);
            let row = lists::row(row)?;
            members.push(Member {
                key: row.key,
                name,
                references,
                shown: true,
            });
            each(row);
        }
        Ok(members)
    }
}

impl Head {
    fn in_thread(&self, as_of: MessageId) -> InThread {
        InThread {
            id: self.id,
            newest: self.newest,
            place: 0,
            branch: thread::Branch::default(),
            mails: self.mails,
            unread: self.unread,
            folded: false,
            as_of,
        }
    }
}

/// Under which number the rows of a list stand.
fn scope(view: View) -> i64 {
    view.account.map_or(0, |account| account.0)
}

fn heads_statement(
    view: View,
    toward: Toward,
    from: Option<From>,
    limit: usize,
) -> (String, Vec<Value>) {
    let mut sql =
        "SELECT date, message, thread, mails, unread FROM thread_row WHERE folder = ? AND account = ?"
            .to_owned();
    let mut values = vec![Value::from(view.folder.0), scope(view).into()];
    paging::push_order(&mut sql, &mut values, ["date", "message"], toward, from);
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    (sql, values)
}

/// Those heads that lie nearest to where the page is wanted, as far as their rows are no more than `most`; always one.
fn within(heads: Paged<Head>, order: &Order, anchor: Anchor, most: usize) -> Paged<Head> {
    let items = heads.items;
    let last = items.len().saturating_sub(1);
    let start = match anchor {
        Anchor::Top | Anchor::After(_) => 0,
        Anchor::End | Anchor::Before(_) => last,
        Anchor::Around(key) => items.partition_point(|head| head.newest > key).min(last),
    };
    let rows = |head: &Head| match usize::try_from(head.mails) {
        Ok(mails) if order.unfolds(head.id) => mails.min(MOST),
        _ => 1,
    };
    let (mut low, mut high, mut taken) = (start, start, 0);
    loop {
        let below = items
            .get(high)
            .map(&rows)
            .filter(|rows| taken + rows <= most || taken == 0);
        taken += below.unwrap_or(0);
        high += usize::from(below.is_some());
        let above = low.checked_sub(1).and_then(|at| items.get(at)).map(&rows);
        let above = above.filter(|rows| taken + rows <= most);
        taken += above.unwrap_or(0);
        low -= usize::from(above.is_some());
        if below.is_none() && above.is_none() {
            break;
        }
    }
    Paged {
        newer: heads.newer || low > 0,
        older: heads.older || high < items.len(),
        items: items.get(low..high).unwrap_or_default().to_vec(),
    }
}

#[cfg(test)]
mod tests;
