//! The whole file: its four tables.

use std::io;
use std::path::Path;

use super::entry::{Entry, Table};
use super::source::Source;
use super::{Binding, Config, Error, account, exposed, values};

/// What a file can hold.
const TABLES: [&str; 4] = ["accounts", "ui", "keys", "rules"];

/// What `[ui]` can hold.
const UI: [&str; 9] = [
    "downloads",
    "opener",
    "hyperlinks",
    "theme",
    "layout",
    "dates",
    "mark-read-after",
    "mouse",
    "plain",
];

impl Config {
    /// Reads the file at `path`. `home` is what `~` stands for in it.
    pub fn load(path: &Path, home: Option<&Path>) -> Result<Self, Error> {
        let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let octets = zeroize::Zeroizing::new(
            std::fs::read(path).map_err(|reason| absent_or_unreadable(path, reason))?,
        );
        let text = std::str::from_utf8(&octets).map_err(|error| Error::Unreadable {
            path: path.clone(),
            reason: io::Error::new(
                io::ErrorKind::InvalidData,
                format!("octet {} is not UTF-8", error.valid_up_to()),
            ),
        })?;
        let mut config = Self::parse(text, path, home)?;
        config.warnings.extend(exposed::warnings(&config, path));
        Ok(config)
    }

    /// Understands the text of a config file that lies, or would lie, at the absolute `path`.
    pub fn parse(text: &str, path: &Path, home: Option<&Path>) -> Result<Self, Error> {
        let source = Source { path, home, text };
        let document = source.document()?;
        let file = Table {
            source,
            name: "the file",
            offset: 0,
            items: document.as_table(),
        };
        let mut config = Self {
            path: Some(path.to_owned()),
            ..Self::default()
        };
        for entry in file.entries() {
            match entry.key {
                "accounts" => config.read_accounts(&entry)?,
                "ui" => config.read_ui(&entry)?,
                "keys" => config.keys = bindings(entry.table("[keys]")?)?,
                "rules" => {
                    return Err(
                        entry.not_yet("remove the rules, or mail would not be filed as they ask")
                    );
                }
                _ => return Err(entry.unknown(&TABLES)),
            }
        }
        Ok(config)
    }

    fn read_accounts(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        for entry in entry.table("[accounts]")?.entries() {
            if entry.key.trim().is_empty() || entry.key.contains(char::is_control) {
                return Err(entry.impossible("cannot name an account; use letters and digits"));
            }
            let name = format!("[accounts.{}]", entry.key.escape_debug());
            let account = account::read(entry.key, entry.table(&name)?)?;
            self.accounts.push(account);
        }
        Ok(())
    }

    fn read_ui(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        for entry in entry.table("[ui]")?.entries() {
            match entry.key {
                "downloads" => self.ui.downloads = Some(entry.path()?),
                "opener" => self.ui.opener = Some(values::command(&entry)?),
                "hyperlinks" => self.ui.hyperlinks = Some(entry.boolean()?),
                "mouse" | "plain" => {
                    entry.boolean()?;
                    self.warnings
                        .push(entry.later("the screen is the same without it"));
                }
                "theme" | "layout" | "dates" | "mark-read-after" => {
                    entry.text()?;
                    self.warnings
                        .push(entry.later("the screen is the same without it"));
                }
                _ => return Err(entry.unknown(&UI)),
            }
        }
        Ok(())
    }
}

/// The lines of `[keys]`, and of one table per scope below it.
fn bindings(keys: Table<'_>) -> Result<Vec<Binding>, Error> {
    let mut bindings = Vec::new();
    for entry in keys.entries() {
        if !entry.is_table() {
            bindings.push(binding(None, &entry)?);
            continue;
        }
        for inner in entry.table("[keys]")?.entries() {
            bindings.push(binding(Some(entry.key), &inner)?);
        }
    }
    Ok(bindings)
}

fn binding(scope: Option<&str>, entry: &Entry<'_>) -> Result<Binding, Error> {
    Ok(Binding {
        scope: scope.map(str::to_owned),
        action: entry.key.to_owned(),
        keys: entry.texts()?,
        line: entry.place().line,
    })
}

fn absent_or_unreadable(path: &Path, reason: io::Error) -> Error {
    let path = path.to_owned();
    match reason.kind() {
        io::ErrorKind::NotFound => Error::Absent { path },
        _ => Error::Unreadable { path, reason },
    }
}
