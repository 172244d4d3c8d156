//! Answers queries: each term becomes a condition with bound values, newest mails first.

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::folders;
use super::summaries::Summary;
use super::{Reader, Result};
use crate::mail::MessageId;
use crate::query::{Place, Query, Scope, State, Term, Test, fold_case};

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
        let mut conditions = Conditions::of(self, query)?;
        let sql = format!(
            "SELECT message.id FROM {} WHERE {} ORDER BY message.date DESC, message.id DESC LIMIT ?",
            conditions.tables,
            conditions.text(),
        );
        let limit = limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        conditions.values.push(limit.into());
        let mut statement = self.connection.prepare(&sql)?;
        let ids = statement.query_map(params_from_iter(conditions.values), |row| {
            row.get(0).map(MessageId)
        })?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// How many match.
    pub fn count(&self, query: &Query) -> Result<u64> {
        let conditions = Conditions::of(self, query)?;
        let sql = format!(
            "SELECT count(*) FROM {} WHERE {}",
            conditions.tables,
            conditions.text()
        );
        let mut statement = self.connection.prepare(&sql)?;
        let count: i64 =
            statement.query_row(params_from_iter(conditions.values), |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

/// A query in SQL: fixed words and bound values, nothing typed.
struct Conditions {
    tables: &'static str,
    all: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    fn of(reader: &Reader, query: &Query) -> Result<Self> {
        let words = query
            .terms()
            .iter()
            .any(|term| matches!(term.test, Test::Text(_)));
        let mut conditions = Self {
            // CROSS JOIN: the list's own order leads, so that the newest hits are found first and none are sorted.
            tables: if words {
                "message CROSS JOIN search ON search.message = message.id"
            } else {
                "message"
            },
            all: Vec::new(),
            values: Vec::new(),
        };
        match query.scope() {
            Scope::Inbox => conditions.folder("=", "inbox"),
            Scope::AllButTrash => conditions.folder("<>", "trash"),
            Scope::AsTyped => {}
        }
        for term in query.terms() {
            conditions.add(reader, term)?;
        }
        Ok(conditions)
    }

    fn text(&self) -> String {
        match self.all.as_slice() {
            [] => "1".to_owned(),
            all => all.join(" AND "),
        }
    }

    fn folder(&mut self, comparison: &str, role: &str) {
        self.all.push(format!(
            "message.folder {comparison} (SELECT id FROM folder WHERE role = '{role}')"
        ));
    }

    fn add(&mut self, reader: &Reader, term: &Term) -> Result<()> {
        let (condition, value) = match &term.test {
            Test::In(Place::Any) => ("1", None),
            Test::In(Place::Folder(name)) => match folders::find(&reader.connection, name)? {
                Some(folder) => ("message.folder = ?", Some(folder.0.into())),
                None => ("0", None),
            },
            Test::Is(State::Unread) => ("message.unread = 1", None),
            Test::Is(State::Read) => ("message.unread = 0", None),
            Test::Is(State::Flagged) => ("message.flagged = 1", None),
            Test::Is(State::Answered) => ("message.answered = 1", None),
            // The first half is the condition of the index.
            Test::Is(State::Partial) => (
                "message.completeness <> 0 AND message.completeness = 1",
                None,
            ),
            Test::Account(name) => match account(reader, name)? {
                Some(account) => ("message.account IS ?", Some(account.into())),
                None => ("0", None),
            },
            Test::Text(phrase) => {
                let needle = phrase.needle().to_owned();
                ("instr(search.text, ?) > 0", Some(needle.into()))
            }
        };
        self.all.push(if term.negated {
            format!("NOT ({condition})")
        } else {
            condition.to_owned()
        });
        self.values.extend(value);
        Ok(())
    }
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

#[cfg(test)]
mod tests {
    use crate::mail::{Address, Change, Destination, MessageId};
    use crate::query::Query;
    use crate::store::Reader;
    use crate::store::testing::{Home, account};
    use proptest::prelude::*;

    /// The subjects found, newest first.
    fn found(reader: &Reader, typed: &str) -> String {
        let query = Query::parse(typed);
        let found = reader.find(&query, None).expect("reads");
        assert_eq!(
            reader.count(&query).expect("reads"),
            found.len() as u64,
            "{typed}"
        );
        let subjects: Vec<_> = found
            .iter()
            .map(|summary| summary.subject.as_str())
            .collect();
        subjects.join(" | ")
    }

    /// Six mails of two accounts: one in Archive, one in Trash, one in `My Lists`.
    fn sample() -> Home {
        let home = Home::new();
        let mut writer = home.writer();
        let alice = account(&mut writer);
        let work = writer.account("Work", "").expect("writes");
        let mut mails: Vec<_> = [
            "Crème brûlée",
            "Rust meeting",
            "会議のお知らせ",
            "Old rust",
            "Don't panic",
            "Rusty spam",
        ]
        .iter()
        .zip(1..)
        .map(|(subject, number)| home.mail_of(subject, 1_000 * number))
        .collect();
        mails[4].envelope.from = vec![Address {
            name: Some("Łukasz Żółw".to_owned()),
            address: Some("lukasz@example.org".to_owned()),
        }];
        writer.add(alice, &mails[..3]).expect("writes");
        writer.add(work, &mails[3..]).expect("writes");
        let mut put = |id: i64, to: &str| {
            let change = Change::Move {
                ids: vec![MessageId(id)],
                to: Destination::New(to.to_owned()),
            };
            writer.apply(&change, 0).expect("writes");
        };
        put(4, "archive");
        put(5, "My Lists");
        put(6, "Trash");
        let read = Change::Read {
            ids: vec![MessageId(1), MessageId(6)],
            read: true,
        };
        writer.apply(&read, 0).expect("writes");
        let flag = Change::Flag {
            ids: vec![MessageId(2)],
            flagged: true,
        };
        writer.apply(&flag, 0).expect("writes");
        home
    }

    #[test]
    fn queries_find_what_they_say() {
        let home = sample();
        let reader = home.reader();
        for (typed, subjects) in [
            ("", "会議のお知らせ | Rust meeting | Crème brûlée"),
            ("in:inbox", "会議のお知らせ | Rust meeting | Crème brûlée"),
            ("rust", "Old rust | Rust meeting"),
            ("rust meet", "Rust meeting"),
            ("\"rust meeting\"", "Rust meeting"),
            ("\"meeting rust\"", ""),
            ("rust in:any", "Rusty spam | Old rust | Rust meeting"),
            ("\"rust\" in:any", "Old rust | Rust meeting"),
            ("in:trash", "Rusty spam"),
            ("in:\"my lists\"", "Don't panic"),
            ("in:nowhere", ""),
            ("-in:nowhere creme", "Crème brûlée"),
            ("CREME BRULEE", "Crème brûlée"),
            ("議の", "会議のお知らせ"),
            ("don't", "Don't panic"),
            ("lukasz zolw", "Don't panic"),
            ("lukasz@example.org", "Don't panic"),
            (
                "-rust -panic in:any",
                "Rusty spam | 会議のお知らせ | Crème brûlée",
            ),
            ("is:read", "Crème brûlée"),
            ("is:unread rust", "Old rust | Rust meeting"),
            ("is:flagged", "Rust meeting"),
            ("-is:flagged in:inbox", "会議のお知らせ | Crème brûlée"),
            ("is:answered", ""),
            ("account:work", "Don't panic | Old rust"),
            ("-account:WORK rust", "Rust meeting"),
            ("account:nobody", ""),
            ("foo:bar", ""),
            ("%", "会議のお知らせ | Rust meeting | Crème brûlée"),
        ] {
            assert_eq!(found(&reader, typed), subjects, "{typed}");
        }
    }

    #[test]
    fn a_limit_keeps_the_newest() {
        let home = sample();
        let found = home
            .reader()
            .find(&Query::parse("rust in:any"), Some(1))
            .expect("reads");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].subject, "Rusty spam");
    }

    #[test]
    fn ten_thousand_strings_never_give_an_sql_error() {
        let home = sample();
        let reader = home.reader();
        let strings = "[-\"'():%_*;a\u{e9}会🎉\\x00 ]{0,20}|(in|is|account|or|not|-|or):?\"?[a-z'\" ]{0,8}|\\PC{0,30}";
        let config = ProptestConfig::with_cases(10_000);
        proptest!(config, |(typed in strings)| {
            let query = Query::parse(&typed);
            let found = reader.find(&query, None).expect("is a query");
            prop_assert_eq!(reader.count(&query).expect("is a query"), found.len() as u64);
        });
    }
}
