//! Makes SQL of a query: fixed words and bound values, nothing typed. What FTS5 is asked is made of quoted tokens alone.

use std::fmt;

use rusqlite::types::Value;

use crate::query::{
    Field, Phrase, Place, Query, Scope, State, Test, Thing, Tree, beginning_of, fold_case, mark_of,
};
use crate::store::{Reader, Result, folders};

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// In the index, between the ranks ?1 and ?2.
    InIndex,
    /// In the head of a mail that is not in the index yet: what is not told there is not found.
    InHeads,
}

/// The condition of a query. `?1` and `?2` are ranks, `?3` is a limit, what comes behind belongs to its tests.
#[derive(Debug)]
pub(super) struct Conditions {
    text: String,
    values: Vec<Value>,
}

/// Numbers of parameters that are taken before the first test.
const TAKEN: usize = 3;

impl fmt::Display for Conditions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Conditions {
    pub(super) fn of(reader: &Reader, query: &Query, words: Words) -> Result<Self> {
        let trees: Vec<&Tree> = query.tree().into_iter().collect();
        Self::of_all(reader, query.scope(), &trees, words)
    }

    /// The scope, and all of some trees.
    pub(super) fn of_all(
        reader: &Reader,
        scope: Scope,
        trees: &[&Tree],
        words: Words,
    ) -> Result<Self> {
        let mut maker = Maker {
            reader,
            words,
            values: Vec::new(),
        };
        let mut all = Vec::new();
        let role = |comparison: &str, role: &str| {
            format!("message.folder {comparison} (SELECT id FROM folder WHERE role = '{role}')")
        };
        match scope {
            Scope::Inbox => all.push(role("=", "inbox")),
            Scope::AllButTrash => all.push(role("<>", "trash")),
            Scope::AsTyped => {}
        }
        for tree in trees {
            all.push(maker.tree(tree)?);
        }
        let text = if all.is_empty() {
            "1".to_owned()
        } else {
            all.join(" AND ")
        };
        Ok(Self {
            text,
            values: maker.values,
        })
    }

    /// All ranks, this limit, and the values of the tests.
    pub(super) fn values(&self, limit: i64) -> Vec<Value> {
        self.values_between(0, i64::MAX, limit)
    }

    pub(super) fn values_between(&self, oldest: i64, newest: i64, limit: i64) -> Vec<Value> {
        let taken = [oldest, newest, limit].map(Value::from);
        taken
            .into_iter()
            .chain(self.values.iter().cloned())
            .collect()
    }

    /// Adds one more value, and tells its number.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> usize {
        self.values.push(value.into());
        self.values.len() + TAKEN
    }
}

struct Maker<'r> {
    reader: &'r Reader,
    words: Words,
    values: Vec<Value>,
}

impl Maker<'_> {
    fn tree(&mut self, tree: &Tree) -> Result<String> {
        if self.words == Words::InIndex
            && let Some(expression) = expression(tree)
        {
            return Ok(self.matches("words", expression));
        }
        Ok(match tree {
            Tree::All(trees) => {
                // What the index can answer in one go is asked at once.
                let (rest, expression) = match self.words {
                    Words::InIndex => apart(trees),
                    Words::InHeads => (trees.iter().collect(), None),
                };
                let mut all = Vec::new();
                all.extend(expression.map(|expression| self.matches("words", expression)));
                for tree in rest {
                    all.push(self.tree(tree)?);
                }
                format!("({})", all.join(" AND "))
            }
            Tree::Any(trees) => {
                let trees = trees.iter().map(|tree| self.tree(tree));
                let any = trees.collect::<Result<Vec<_>>>()?;
                format!("({})", any.join(" OR "))
            }
            Tree::Not(tree) => format!("NOT {}", self.tree(tree)?),
            Tree::Test(test) => format!("({})", self.test(test)?),
        })
    }

    fn matches(&mut self, table: &'static str, expression: String) -> String {
        let expression = self.bind(expression);
        format!(
            "(message.rank IN (SELECT rowid FROM {table} WHERE {table} MATCH {expression}
                               AND rowid BETWEEN ?1 AND ?2))"
        )
    }

    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len() + TAKEN)
    }

    fn test(&mut self, test: &Test) -> Result<String> {
        Ok(match test {
            Test::In(Place::Any) => "1".to_owned(),
            Test::In(Place::Folder(name)) => match folders::find(&self.reader.connection, name)? {
                Some(folder) => format!("message.folder = {}", self.bind(folder.0)),
                None => "0".to_owned(),
            },
            Test::Is(State::Unread) => "message.unread = 1".to_owned(),
            Test::Is(State::Read) => "message.unread = 0".to_owned(),
            Test::Is(State::Flagged) => "message.flagged = 1".to_owned(),
            Test::Is(State::Answered) => "message.answered = 1".to_owned(),
            // The first half is the condition of the index.
            Test::Is(State::Partial) => {
                "message.completeness <> 0 AND message.completeness = 1".to_owned()
            }
            Test::Has(Thing::Attachment) => "message.attachment = 1".to_owned(),
            Test::Account(name) => match account(self.reader, name)? {
                Some(account) => format!("message.account IS {}", self.bind(account)),
                None => "0".to_owned(),
            },
            // No mail has a tag yet. What else is told by the index alone was asked there.
            Test::Tag(_) | Test::Has(Thing::Link | Thing::Invite) => "0".to_owned(),
            Test::Dated(dates) => {
                let mut all = vec!["1".to_owned()];
                all.extend(
                    dates
                        .from
                        .map(|from| format!("message.date >= {}", self.bind(from))),
                );
                all.extend(
                    dates
                        .until
                        .map(|until| format!("message.date < {}", self.bind(until))),
                );
                all.join(" AND ")
            }
            Test::Larger(octets) => format!("message.size > {}", self.bind(to_sql(*octets))),
            Test::Smaller(octets) => format!("message.size < {}", self.bind(to_sql(*octets))),
            Test::Text(field, phrase) => match self.words {
                Words::InIndex => {
                    let token = beginning_of(*field, phrase).unwrap_or_default();
                    self.matches("beginnings", quoted(&[token], false))
                }
                Words::InHeads => match field {
                    Field::Any | Field::Subject | Field::From | Field::To | Field::Cc => {
                        let needle = self.bind(phrase.needle().to_owned());
                        format!("instr(search.text, {needle}) > 0")
                    }
                    Field::Body | Field::FileName | Field::List | Field::Id => "0".to_owned(),
                },
            },
        })
    }
}

fn to_sql(octets: u64) -> i64 {
    i64::try_from(octets).unwrap_or(i64::MAX)
}

/// Those of several tests that the index of words cannot answer, and the question for the others.
pub(super) fn apart(trees: &[Tree]) -> (Vec<&Tree>, Option<String>) {
    let mut rest = Vec::new();
    let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
    for tree in trees {
        match (expression(tree), tree) {
            (Some(expression), _) => wanted.push(expression),
            (None, Tree::Not(inner)) if let Some(expression) = expression(inner) => {
                unwanted.push((tree, expression));
            }
            _ => rest.push(tree),
        }
    }
    if wanted.is_empty() {
        // FTS5 cannot tell what does not match: each is asked by itself.
        rest.extend(unwanted.into_iter().map(|(tree, _)| tree));
        return (rest, None);
    }
    let mut all = joined(&wanted, " AND ");
    for (_, expression) in unwanted {
        all = format!("({all} NOT {expression})");
    }
    (rest, Some(all))
}

/// What the index of words is asked, if it can answer all of this: quoted tokens, their columns and operators.
pub(super) fn expression(tree: &Tree) -> Option<String> {
    match tree {
        Tree::All(trees) => match apart(trees) {
            (rest, Some(expression)) if rest.is_empty() => Some(expression),
            _ => None,
        },
        Tree::Any(trees) => {
            let trees: Option<Vec<_>> = trees.iter().map(expression).collect();
            Some(joined(&trees?, " OR "))
        }
        Tree::Test(Test::Text(field, phrase)) => in_words(*field, phrase),
        Tree::Test(Test::Has(thing)) => {
            let mark = mark_of(*thing)?;
            Some(format!("({{ids}} : {})", quoted(&[mark.to_owned()], false)))
        }
        Tree::Not(_) | Tree::Test(_) => None,
    }
}

fn joined(expressions: &[String], operator: &str) -> String {
    format!("({})", expressions.join(operator))
}

/// A phrase as the index of words is asked for it; a short beginning of a word is in the other one.
fn in_words(field: Field, phrase: &Phrase) -> Option<String> {
    if beginning_of(field, phrase).is_some() {
        return None;
    }
    let quoted = quoted(phrase.tokens(), phrase.is_open());
    let column = match field {
        Field::Any => return Some(quoted),
        Field::Subject => "subject",
        Field::From => "sender",
        Field::To => "recipient",
        Field::Cc => "copy",
        Field::Body => "body",
        Field::FileName => "files",
        Field::List => "list",
        Field::Id => "ids",
    };
    Some(format!("({{{column}}} : {quoted})"))
}

/// Tokens as a string of FTS5. They hold no quotes; were there one, it would be doubled.
pub(super) fn quoted(tokens: &[String], open: bool) -> String {
    let tokens = tokens.join(" ").replace('"', "\"\"");
    let star = if open { " *" } else { "" };
    format!("\"{tokens}\"{star}")
}

/// The account of this name, whatever its case.
fn account(reader: &Reader, name: &str) -> Result<Option<i64>> {
    let wanted = fold_case(name);
    let mut statement = reader
        .connection
        .prepare_cached("SELECT id, name FROM account")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if fold_case(row.get_ref(1)?.as_str()?) == wanted {
            return Ok(Some(row.get(0)?));
        }
    }
    Ok(None)
}
