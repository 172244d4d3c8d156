//! One `key = value` of the file, read as what the key takes or refused with its line.

use std::path::PathBuf;
use std::time::Duration;

use toml_edit::{Item, Key, TableLike, Value};

use super::source::Source;
use super::{Error, Place, nearest, units};

/// A table of the file.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    pub source: Source<'a>,
    /// As sentences call it: `[accounts.alice]`.
    pub name: &'a str,
    /// Where it begins.
    pub offset: usize,
    pub items: &'a dyn TableLike,
}

/// One key and its value.
pub(super) struct Entry<'a> {
    table: Table<'a>,
    pub key: &'a str,
    offset: usize,
    item: &'a Item,
}

impl<'a> Table<'a> {
    /// Its keys in the order of the file.
    pub(super) fn entries(self) -> impl Iterator<Item = Entry<'a>> {
        self.items.iter().map(move |(key, item)| Entry {
            table: self,
            key,
            offset: self
                .items
                .key(key)
                .and_then(Key::span)
                .map_or(0, |span| span.start),
            item,
        })
    }

    pub(super) fn place(&self) -> Place {
        self.source.place(self.offset)
    }
}

impl<'a> Entry<'a> {
    pub(super) fn place(&self) -> Place {
        self.table.source.place(self.offset)
    }

    pub(super) fn is_table(&self) -> bool {
        self.item.as_table_like().is_some()
    }

    /// A table below this key, under the name that sentences call it.
    pub(super) fn table<'t>(&'t self, name: &'t str) -> Result<Table<'t>, Error> {
        let items = self
            .item
            .as_table_like()
            .ok_or_else(|| self.wrong_type("a table"))?;
        Ok(Table {
            source: self.table.source,
            name,
            offset: self.offset,
            items,
        })
    }

    /// A text that is not empty and has no control character in it.
    pub(super) fn text(&self) -> Result<&'a str, Error> {
        let text = self
            .item
            .as_str()
            .ok_or_else(|| self.wrong_type("text in quotes"))?;
        if text.trim().is_empty() {
            return Err(self.impossible("must not be empty"));
        }
        if text.contains(char::is_control) {
            return Err(self.impossible("must be one line without control characters"));
        }
        Ok(text)
    }

    pub(super) fn boolean(&self) -> Result<bool, Error> {
        self.item
            .as_bool()
            .ok_or_else(|| self.wrong_type("true or false"))
    }

    pub(super) fn port(&self) -> Result<u16, Error> {
        let number = self
            .item
            .as_integer()
            .ok_or_else(|| self.wrong_type("a number"))?;
        u16::try_from(number)
            .ok()
            .filter(|port| *port > 0)
            .ok_or_else(|| self.impossible("must be a port, from 1 to 65535"))
    }

    /// One of these words, and what it means.
    pub(super) fn choice<T: Copy>(&self, words: &[(&'static str, T)]) -> Result<T, Error> {
        let text = self.text()?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(*meaning);
        }
        let all = words.iter().map(|(word, _)| *word);
        let hint = match nearest(text, all.clone()) {
            Some(word) => format!("; did you mean \"{word}\"?"),
            None => String::new(),
        };
        let all: Vec<_> = all.map(|word| format!("\"{word}\"")).collect();
        Err(self.impossible(format!("must be one of {}{hint}", all.join(", "))))
    }

    pub(super) fn duration(&self) -> Result<Duration, Error> {
        let text = self
            .item
            .as_str()
            .ok_or_else(|| self.wrong_type("a time such as \"30 s\""))?;
        units::duration(text).ok_or_else(|| {
            self.impossible("must be a number and a unit, such as \"30 s\" or \"5 min\"")
        })
    }

    pub(super) fn size(&self) -> Result<u64, Error> {
        let text = self
            .item
            .as_str()
            .ok_or_else(|| self.wrong_type("a size such as \"5 MiB\""))?;
        units::size(text).ok_or_else(|| {
            self.impossible("must be a number and a unit, such as \"5 MiB\" or \"800 KB\"")
        })
    }

    pub(super) fn path(&self) -> Result<PathBuf, Error> {
        let written = self.text()?;
        self.table
            .source
            .resolve(written)
            .map_err(|why| self.impossible(why))
    }

    /// A list of texts, or one text as a list of one.
    pub(super) fn texts(&self) -> Result<Vec<String>, Error> {
        let wrong = || self.wrong_type("a list of texts, such as [\"x\", \"y\"]");
        if let Some(text) = self.item.as_str() {
            return Ok(vec![text.to_owned()]);
        }
        let array = self.item.as_array().ok_or_else(wrong)?;
        array
            .iter()
            .map(|value| value.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect()
    }

    /// The text, if this is one. Nothing is said about its form.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        self.item.as_str()
    }

    /// What is said of a key that this table does not have.
    pub(super) fn unknown(&self, known: &[&str]) -> Error {
        let hint = match nearest(self.key, known.iter().copied()) {
            Some(key) => format!("did you mean {key}?"),
            None => format!("it can have: {}", known.join(", ")),
        };
        Error::UnknownKey {
            place: self.place(),
            table: self.table.name.to_owned(),
            key: self.shown(),
            hint,
        }
    }

    pub(super) fn impossible(&self, why: impl Into<String>) -> Error {
        Error::Impossible {
            place: self.place(),
            key: self.shown(),
            why: why.into(),
        }
    }

    pub(super) fn not_yet(&self, instead: &'static str) -> Error {
        Error::NotYet {
            place: self.place(),
            key: self.shown(),
            instead,
        }
    }

    /// The warning for what is accepted and not obeyed yet.
    pub(super) fn later(&self, until_then: &str) -> String {
        format!(
            "{}: {} is not obeyed by this version yet: {until_then}",
            self.place(),
            self.shown()
        )
    }

    fn wrong_type(&self, expected: &'static str) -> Error {
        Error::WrongType {
            place: self.place(),
            key: self.shown(),
            expected,
            found: kind(self.item),
        }
    }

    fn shown(&self) -> String {
        self.key.escape_debug().to_string()
    }
}

/// What a value is, in the words of a person.
fn kind(item: &Item) -> &'static str {
    match item {
        Item::None => "nothing",
        Item::Value(Value::String(_)) => "text",
        Item::Value(Value::Integer(_) | Value::Float(_)) => "a number",
        Item::Value(Value::Boolean(_)) => "true or false",
        Item::Value(Value::Datetime(_)) => "a date",
        Item::Value(Value::Array(_)) => "a list",
        Item::Value(Value::InlineTable(_)) | Item::Table(_) => "a table",
        Item::ArrayOfTables(_) => "a list of tables",
    }
}
