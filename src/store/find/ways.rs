//! Chooses how a query with words is answered: straight through the index, whose order is that of lists, or by windows.

use super::conditions::{Conditions, Words, apart, expression, quoted};
use crate::mail::Key;
use crate::query::{Query, Scope, Test, Thing, Tree, beginning_of};
use crate::store::{Reader, Result};

/// How a query is answered.
pub(super) enum Way {
    /// One question to one index, whose answers come newest first; the rest is asked of each.
    Straight(Straight),
    /// Beginnings beside words, or words beside other things in an `or` or a `not`.
    Windows(Conditions),
}

/// What is asked of an index, and what of the mails that it gives.
pub(super) struct Straight {
    table: &'static str,
    expression: usize,
    rest: Conditions,
    /// Whether any mail but one in Trash will do.
    any_but_trash: bool,
    any: bool,
    /// No mail of a lower rank can match.
    oldest: i64,
}

impl Way {
    pub(super) fn of(reader: &Reader, query: &Query) -> Result<Self> {
        let windows = || Conditions::of(reader, query, Words::InIndex).map(Self::Windows);
        let Some(tree) = query.tree() else {
            return windows();
        };
        let trees = match tree {
            Tree::All(trees) => trees.as_slice(),
            tree => std::slice::from_ref(tree),
        };
        let (rest, in_words) = apart(trees);
        let in_words = in_words.or_else(|| expression(tree));
        let (with_text, without): (Vec<&Tree>, Vec<&Tree>) =
            rest.into_iter().partition(|tree| has_text(tree));
        let (table, expression) = match (in_words, with_text.as_slice()) {
            (Some(expression), []) => ("words", expression),
            (None, [Tree::Test(Test::Text(field, phrase))]) => match beginning_of(*field, phrase) {
                Some(token) => ("beginnings", quoted(&[token], false)),
                None => return windows(),
            },
            _ => return windows(),
        };
        let mut rest = Conditions::of_all(reader, query.scope(), &without, Words::InIndex)?;
        let places_all =
            |tree: &&Tree| matches!(tree, Tree::Test(Test::In(crate::query::Place::Any)));
        let nothing_else = without.iter().all(places_all);
        Ok(Self::Straight(Straight {
            table,
            expression: rest.bind(expression),
            rest,
            any_but_trash: nothing_else && query.scope() == Scope::AllButTrash,
            any: nothing_else && query.scope() == Scope::AsTyped,
            oldest: oldest(&without),
        }))
    }
}

/// A mail that is not older than its date has no lower rank.
fn oldest(trees: &[&Tree]) -> i64 {
    let from = trees.iter().filter_map(|tree| match tree {
        Tree::Test(Test::Dated(dates)) => dates.from,
        _ => None,
    });
    from.max().unwrap_or(0).max(0)
}

fn has_text(tree: &Tree) -> bool {
    match tree {
        Tree::All(trees) | Tree::Any(trees) => trees.iter().any(has_text),
        Tree::Not(tree) => has_text(tree),
        Tree::Test(test) => {
            matches!(
                test,
                Test::Text(..) | Test::Has(Thing::Link | Thing::Invite)
            )
        }
    }
}

impl Straight {
    /// CROSS JOIN: the index leads, so that the newest hits are found first and none are sorted.
    pub(super) fn sql(&self, columns: &str) -> String {
        let Self {
            table,
            expression,
            rest,
            ..
        } = self;
        format!(
            "SELECT {columns} FROM {table} CROSS JOIN message ON message.rank = {table}.rowid
             WHERE {table} MATCH ?{expression} AND {table}.rowid BETWEEN ?1 AND ?2 AND {rest}"
        )
    }

    pub(super) fn find(&self, reader: &Reader, most: i64) -> Result<Vec<Key>> {
        let sql = format!(
            "{} ORDER BY {}.rowid DESC LIMIT ?3",
            self.sql("message.date, message.id"),
            self.table
        );
        reader.keys(&sql, self.rest.values_between(self.oldest, i64::MAX, most))
    }

    /// Where only the place matters, the index counts, and no mail is looked at that is not in Trash.
    pub(super) fn count(&self, reader: &Reader) -> Result<u64> {
        let Self {
            table, expression, ..
        } = self;
        let values = || self.rest.values_between(self.oldest, i64::MAX, 0);
        if !self.any && !self.any_but_trash {
            return reader.number(&self.sql("count(*)"), values());
        }
        let all = format!("SELECT count(*) FROM {table} WHERE {table} MATCH ?{expression}");
        let all = reader.number(&all, values())?;
        if self.any {
            return Ok(all);
        }
        let in_trash = format!(
            "SELECT count(*) FROM message
             WHERE message.folder = (SELECT id FROM folder WHERE role = 'trash')
               AND +message.rank IN (SELECT rowid FROM {table} WHERE {table} MATCH ?{expression})"
        );
        let trash = "SELECT count(*) FROM (SELECT 1 FROM message
                     WHERE folder = (SELECT id FROM folder WHERE role = 'trash') LIMIT 1)";
        if reader.number(trash, Vec::new())? == 0 {
            return Ok(all);
        }
        Ok(all - reader.number(&in_trash, values())?.min(all))
    }
}
