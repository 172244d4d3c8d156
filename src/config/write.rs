//! A new account as lines of the config file. What is there already stays octet for octet.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table, value};

use super::{Account, Config, Error, Security, fingerprint};

/// What `poptui setup` knows about an account. Values that are words of the config are as the user typed them;
/// [`NewAccount::check`] reads them as the config is read.
#[derive(Debug, Clone)]
pub struct NewAccount {
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
    /// The user's word that the line may be in clear.
    pub allow_cleartext: bool,
    /// The log-in name.
    pub user: String,
    /// Where the password or the token comes from; never the password itself.
    pub secret: Secret,
    /// An extra trusted root, absolute.
    pub ca_file: Option<PathBuf>,
    /// `fingerprint`
    pub fingerprint: Option<String>,
    /// `proxy`
    pub proxy: Option<String>,
    /// `keep-on-server`
    pub keep_on_server: Option<String>,
}

/// Where a password or a token comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// `password-command`
    Command(String),
    /// `password-file`, absolute or below `~`.
    File(String),
    /// `token-command`
    Token(String),
    /// `keyring = true`
    Keyring,
}

impl NewAccount {
    /// The lines of the account, beginning with `[accounts.NAME]`.
    pub fn lines(&self) -> String {
        let mut account = Table::new();
        let mut set = |key: &str, value: Item| drop(account.insert(key, value));
        set("address", value(&self.address));
        set("host", value(&self.host));
        if self.port != self.security.default_port() {
            set("port", value(i64::from(self.port)));
        }
        set("security", value(self.security.word()));
        if self.allow_cleartext {
            set("allow-cleartext", value(true));
        }
        if self.user != self.address {
            set("user", value(&self.user));
        }
        match &self.secret {
            Secret::Command(command) => set("password-command", value(command)),
            Secret::File(path) => set("password-file", value(path)),
            Secret::Token(command) => set("token-command", value(command)),
            Secret::Keyring => set("keyring", value(true)),
        }
        if let Some(path) = &self.ca_file {
            set("ca-file", value(path.display().to_string()));
        }
        if let Some(typed) = &self.fingerprint {
            let print = fingerprint::read(typed);
            let text = print.map(|print| fingerprint::fingerprint_text(&print));
            set("fingerprint", value(text.as_ref().unwrap_or(typed)));
        }
        let as_typed = [
            ("proxy", &self.proxy),
            ("keep-on-server", &self.keep_on_server),
        ];
        for (key, typed) in as_typed {
            if let Some(typed) = typed {
                set(key, value(typed));
            }
        }
        let mut accounts = Table::new();
        accounts.set_implicit(true);
        accounts.insert(&self.name, Item::Table(account));
        let mut document = DocumentMut::new();
        document.insert("accounts", Item::Table(accounts));
        document.to_string()
    }

    /// What the program will make of the lines, or what is wrong with a value. `path` is where they are to stand.
    pub fn check(&self, path: &Path, home: Option<&Path>) -> Result<Account, Error> {
        let mut config = Config::parse(&self.lines(), path, home)?;
        config.accounts.pop().ok_or_else(|| Error::Absent {
            path: path.to_owned(),
        })
    }
}

/// The text of the config file with the account behind all that is there. `path` is where the file lies.
pub fn add_account(
    text: &str,
    new: &NewAccount,
    path: &Path,
    home: Option<&Path>,
) -> Result<String, Error> {
    let config = Config::parse(text, path, home)?;
    if config
        .accounts
        .iter()
        .any(|account| account.name == new.name)
    {
        return Err(Error::Taken {
            path: path.to_owned(),
            account: new.name.escape_debug().to_string(),
        });
    }
    let is_dos = text.contains("\r\n");
    let mut lines = new.lines();
    if is_dos {
        lines = lines.replace('\n', "\r\n");
    }
    let end = if is_dos { "\r\n" } else { "\n" };
    let mut whole = text.to_owned();
    if !whole.is_empty() {
        if !whole.ends_with('\n') {
            whole.push_str(end);
        }
        whole.push_str(end);
    }
    whole.push_str(&lines);
    // Where `accounts` is written in braces, nothing can be added behind it: the sentence names that line.
    Config::parse(&whole, path, home)?;
    Ok(whole)
}

impl Security {
    /// The word of the config.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Stls => "stls",
            Self::None => "none",
        }
    }

    /// The port that goes without saying.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Tls => 995,
            Self::Stls | Self::None => 110,
        }
    }
}
