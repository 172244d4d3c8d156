//! What the user wrote in config.toml, read strictly: an unknown key is an error with its line.

mod account;
mod entry;
mod error;
mod nearest;
mod read;
mod source;
mod units;

use std::path::PathBuf;
use std::time::Duration;

pub use account::is_loopback;
pub use error::{Error, Place};
pub use nearest::nearest;

/// The whole file.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Where it was read from; `None` if there is no file.
    pub path: Option<PathBuf>,
    /// In the order of the file.
    pub accounts: Vec<Account>,
    /// `[ui]`
    pub ui: Ui,
    /// `[keys]`
    pub keys: Vec<Binding>,
    /// Sentences for stderr and the log: what is accepted but not obeyed yet, a password that others can read.
    pub warnings: Vec<String>,
}

/// One `[accounts.NAME]`.
#[derive(Debug, Clone)]
pub struct Account {
    /// The name in the side bar.
    pub name: String,
    /// Whose mail it is.
    pub address: String,
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is protected.
    pub security: Security,
    /// `none` is refused for a host that is not loopback without this word.
    pub allow_cleartext: bool,
    /// The log-in name.
    pub user: String,
    /// Where the password comes from.
    pub password: Password,
    /// How to sign in.
    pub auth: Auth,
    /// An extra trusted root, absolute.
    pub ca_file: Option<PathBuf>,
    /// What becomes of fetched mail on the server.
    pub keep_on_server: Keep,
    /// For every wait on the server.
    pub timeout: Duration,
}

/// `security`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first octet.
    Tls,
    /// STLS, or nothing.
    Stls,
    /// In clear.
    None,
}

/// `auth`, as far as it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// The best the server announces.
    Auto,
    /// AUTH PLAIN.
    Plain,
    /// USER and PASS.
    User,
}

/// `keep-on-server`, as far as it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing is ever deleted there.
    Forever,
    /// Deleted once it is stored here and its size agrees.
    Never,
}

/// Where a password comes from.
#[derive(Clone)]
pub enum Password {
    /// `password-command`: program and arguments, run without a shell; the first line of its output counts.
    Command(Vec<String>),
    /// `password-file`: its first line.
    File(PathBuf),
    /// `password`
    Literal(zeroize::Zeroizing<String>),
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// `[ui]`
#[derive(Debug, Clone, Default)]
pub struct Ui {
    /// Where attachments are saved; the platform's downloads directory if unset.
    pub downloads: Option<PathBuf>,
}

/// One line below `[keys]` or `[keys.SCOPE]`, not yet checked against the table of actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The scope's name; `None` below `[keys]` itself.
    pub scope: Option<String>,
    /// The action's name.
    pub action: String,
    /// Its keys.
    pub keys: Vec<String>,
    /// The line in the file, from 1.
    pub line: usize,
}

#[cfg(test)]
mod tests;
