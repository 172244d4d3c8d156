//! How a list of anything is read in pages by key, in both directions and around a place.

use std::fmt::Write as _;

use rusqlite::types::Value;

use super::Result;
use crate::mail::{Anchor, Key};

/// In which direction rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Toward {
    Older,
    Newer,
}

/// Where reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// With this row, if it is in the list.
    At(Key),
    /// With the next row in the direction.
    Past(Key),
}

/// Some items in a row, newest first.
pub(super) struct Paged<T> {
    pub(super) items: Vec<T>,
    /// Whether there are newer ones than the first.
    pub(super) newer: bool,
    /// Whether there are older ones than the last.
    pub(super) older: bool,
}

/// At most `limit` items; `select` reads so many from somewhere on, in the order of the direction.
pub(super) fn page<T>(
    anchor: Anchor,
    limit: usize,
    select: impl Fn(Toward, Option<From>, usize) -> Result<Vec<T>>,
) -> Result<Paged<T>> {
    let run = |toward, from| -> Result<(Vec<T>, bool)> {
        let mut items = select(toward, from, limit.saturating_add(1))?;
        let more = items.len() > limit;
        items.truncate(limit);
        if toward == Toward::Newer {
            items.reverse();
        }
        Ok((items, more))
    };
    let any = |toward, from| -> Result<bool> { Ok(!select(toward, Some(from), 1)?.is_empty()) };
    let (items, newer, older) = match anchor {
        Anchor::Top => {
            let (items, older) = run(Toward::Older, None)?;
            (items, false, older)
        }
        Anchor::End => {
            let (items, newer) = run(Toward::Newer, None)?;
            (items, newer, false)
        }
        Anchor::After(key) => {
            let (items, older) = run(Toward::Older, Some(From::Past(key)))?;
            (items, any(Toward::Newer, From::At(key))?, older)
        }
        Anchor::Before(key) => {
            let (items, newer) = run(Toward::Newer, Some(From::Past(key)))?;
            (items, newer, any(Toward::Older, From::At(key))?)
        }
        Anchor::Around(around) => {
            let above = run(Toward::Newer, Some(From::Past(around)))?;
            let below = run(Toward::Older, Some(From::At(around)))?;
            return Ok(join(above, below, limit));
        }
    };
    Ok(Paged {
        items,
        newer,
        older,
    })
}

/// Half of the page newer, the rest from the key on; what one side lacks, the other side gives.
fn join<T>(
    (mut newer, more_newer): (Vec<T>, bool),
    (mut older, more_older): (Vec<T>, bool),
    limit: usize,
) -> Paged<T> {
    let above = newer.len().min((limit / 2).max(limit - older.len()));
    let below = older.len().min(limit - above);
    let more_newer = more_newer || above < newer.len();
    let more_older = more_older || below < older.len();
    let mut items = newer.split_off(newer.len() - above);
    older.truncate(below);
    items.append(&mut older);
    Paged {
        items,
        newer: more_newer,
        older: more_older,
    }
}

/// The condition, the order and the limit of a statement that reads by these two columns.
pub(super) fn push_order(
    sql: &mut String,
    values: &mut Vec<Value>,
    [date, id]: [&str; 2],
    toward: Toward,
    from: Option<From>,
) {
    if let Some(from) = from {
        let (key, comparison) = match (toward, from) {
            (Toward::Older, From::Past(key)) => (key, "<"),
            (Toward::Older, From::At(key)) => (key, "<="),
            (Toward::Newer, From::Past(key)) => (key, ">"),
            (Toward::Newer, From::At(key)) => (key, ">="),
        };
        // Without the collation SQLite seeks by date only, and steps over all mails of that second.
        let _ = write!(
            sql,
            " AND ({date}, {id}) {comparison} (?, ? COLLATE BINARY)"
        );
        values.extend([key.date.into(), key.id.0.into()]);
    }
    let falling = match toward {
        Toward::Older => " DESC",
        Toward::Newer => "",
    };
    let _ = write!(sql, " ORDER BY {date}{falling}, {id}{falling} LIMIT ?");
}
