//! Answers queries, newest mails first: words through the index, those of mails that are not in it yet through their heads.

mod conditions;
#[cfg(test)]
mod tests;
mod ways;

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::summaries::Summary;
use super::{Reader, Result};
use crate::mail::{Key, MessageId};
use crate::query::Query;
use conditions::{Conditions, Words};
use ways::Way;

/// Mails in the first window of ranks; then four times as many each time: what is found among the newest is found at
/// once, and what is rare is not looked for in too many steps.
const WINDOW: u32 = 4_000;
/// With more mails than this still to be indexed, the newest of them are looked at first, instead of all.
const MANY: u32 = 20_000;

impl Reader {
    /// The mails that match, newest first.
    pub fn find(&self, query: &Query, limit: Option<usize>) -> Result<Vec<Summary>> {
        let mut found = Vec::new();
        for id in self.find_ids(query, limit)? {
            found.extend(self.summary(id)?);
        }
        Ok(found)
    }

    /// The numbers of the mails that match, newest first: for callers that go through them one by one.
    pub fn find_ids(&self, query: &Query, limit: Option<usize>) -> Result<Vec<MessageId>> {
        let most = limit.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let found = if query.has_text() {
            let indexed = match Way::of(self, query)? {
                Way::Straight(straight) => straight.find(self, most)?,
                Way::Windows(conditions) => {
                    self.windows(&conditions, most, limit.map_or(u32::MAX, |_| WINDOW))?
                }
            };
            merged(indexed, self.unindexed_matches(query, most)?, most)
        } else {
            let conditions = Conditions::of(self, query, Words::InHeads)?;
            let sql = format!(
                "SELECT date, id FROM message WHERE {conditions}
                 ORDER BY date DESC, id DESC LIMIT ?3"
            );
            self.keys(&sql, conditions.values(most))?
        };
        Ok(found.into_iter().map(|key| key.id).collect())
    }

    /// How many match.
    pub fn count(&self, query: &Query) -> Result<u64> {
        if !query.has_text() {
            let conditions = Conditions::of(self, query, Words::InHeads)?;
            let sql = format!("SELECT count(*) FROM message WHERE {conditions}");
            return self.number(&sql, conditions.values(0));
        }
        let indexed = match Way::of(self, query)? {
            Way::Straight(straight) => straight.count(self)?,
            Way::Windows(conditions) => {
                let sql = format!(
                    "SELECT count(*) FROM message WHERE rank BETWEEN ?1 AND ?2 AND {conditions}"
                );
                self.number(&sql, conditions.values(0))?
            }
        };
        let heads = Conditions::of(self, query, Words::InHeads)?;
        let sql = format!(
            "SELECT count(*) FROM message CROSS JOIN search ON search.message = message.id
             WHERE message.rank IS NULL AND {heads}"
        );
        Ok(indexed + self.number(&sql, heads.values(0))?)
    }

    /// Looks through the mails by rank, window by window, until there are enough: in each, every test of words is answered
    /// once for all its mails.
    fn windows(&self, conditions: &Conditions, most: i64, first: u32) -> Result<Vec<Key>> {
        let sql = format!(
            "SELECT date, id FROM message INDEXED BY message_rank
             WHERE rank BETWEEN ?1 AND ?2 AND {conditions} ORDER BY rank DESC LIMIT ?3"
        );
        let mut next = self.connection.prepare_cached(
            "SELECT rank FROM message WHERE rank <= ?1 ORDER BY rank DESC LIMIT 1 OFFSET ?2",
        )?;
        let (mut newest, mut size) = (i64::MAX, first);
        let mut found = Vec::new();
        loop {
            let mut rows = next.query((newest, size))?;
            let below: Option<i64> = rows.next()?.map(|row| row.get(0)).transpose()?;
            let oldest = below.map_or(0, |below| below + 1);
            let left = most.saturating_sub(i64::try_from(found.len()).unwrap_or(i64::MAX));
            found.extend(self.keys(&sql, conditions.values_between(oldest, newest, left))?);
            match below {
                Some(below) if (found.len() as u64) < most.unsigned_abs() => newest = below,
                _ => return Ok(found),
            }
            size = size.saturating_mul(4);
        }
    }

    /// What matches among the mails that are not indexed yet.
    fn unindexed_matches(&self, query: &Query, most: i64) -> Result<Vec<Key>> {
        let many = "SELECT count(*) FROM (SELECT 1 FROM message WHERE rank IS NULL LIMIT ?1)";
        let waiting = self.number(many, vec![MANY.into()])?;
        if waiting == 0 {
            return Ok(Vec::new());
        }
        // With the plus the index of ranks is of no use: the order of lists leads, and what is found first is enough.
        let rank = if waiting < u64::from(MANY) {
            "message.rank"
        } else {
            "+message.rank"
        };
        let conditions = Conditions::of(self, query, Words::InHeads)?;
        let sql = format!(
            "SELECT message.date, message.id FROM message CROSS JOIN search ON search.message = message.id
             WHERE {rank} IS NULL AND {conditions}
             ORDER BY message.date DESC, message.id DESC LIMIT ?3"
        );
        self.keys(&sql, conditions.values(most))
    }

    /// Not every question has use for all of the values that are taken ahead.
    fn keys(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Key>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let key = |row: &Row<'_>| {
            Ok(Key {
                date: row.get(0)?,
                id: MessageId(row.get(1)?),
            })
        };
        let values = values.into_iter().take(statement.parameter_count());
        let keys = statement.query_map(params_from_iter(values), key)?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }

    fn number(&self, sql: &str, values: Vec<Value>) -> Result<u64> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = values.into_iter().take(statement.parameter_count());
        let number: i64 = statement.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(number.unsigned_abs())
    }
}

/// One list of two, each newest first.
fn merged(one: Vec<Key>, other: Vec<Key>, most: i64) -> Vec<Key> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    let newest = std::iter::from_fn(|| match (one.peek(), other.peek()) {
        (Some(first), Some(second)) if first < second => other.next(),
        (Some(_), _) => one.next(),
        (None, _) => other.next(),
    });
    newest.take(most).collect()
}
