//! What the user wrote in config.toml, read strictly: an unknown key is an error with its line.

mod account;
mod entry;
mod error;
mod exposed;
mod fingerprint;
mod nearest;
mod read;
mod source;
mod units;
mod values;
mod write;

use std::path::PathBuf;
use std::time::Duration;

pub use account::is_loopback;
pub use error::{Error, Place};
pub use fingerprint::fingerprint_text;
pub use nearest::nearest;
pub use write::{NewAccount, Secret, add_account};

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
    /// `token-command`: program and arguments, run without a shell; the first line of its output is the token.
    pub token_command: Option<Vec<String>>,
    /// An extra trusted root, absolute.
    pub ca_file: Option<PathBuf>,
    /// The SHA-256 of the one certificate that is accepted, in DER.
    pub fingerprint: Option<[u8; 32]>,
    /// Who we are, for servers that ask for a certificate.
    pub client_certificate: Option<ClientCertificate>,
    /// What becomes of fetched mail on the server.
    pub keep_on_server: Keep,
    /// `None` for "manual".
    pub fetch_every: Option<Duration>,
    /// Mails of more octets come as their head alone at first; `None` for "never".
    pub partial_above: Option<u64>,
    /// Through which all lines to the server go.
    pub proxy: Option<Proxy>,
    /// For every wait on the server.
    pub timeout: Duration,
}

impl Account {
    /// Whether what is said to the server stays on this machine.
    pub fn stays_here(&self) -> bool {
        account::stays_here(&self.host, self.proxy.as_ref())
    }

    /// Whether mail and password may travel in clear: where they stay on this machine, or by the user's word.
    pub fn allows_clear(&self) -> bool {
        self.allow_cleartext || self.stays_here()
    }

    /// Whose mail it is, in words that change when it is another maildrop.
    pub fn maildrop(&self) -> String {
        format!("{}@{}", self.user, self.host.to_lowercase())
    }

    /// How it signs in, in words that change when the user changes that. A password is not among them, only where it
    /// comes from.
    pub fn sign_in(&self) -> String {
        let source = match &self.password {
            Password::Command(words) => format!("command {words:?}"),
            Password::File(path) => format!("file {}", path.display()),
            Password::Keyring => "keyring".to_owned(),
            Password::Literal(_) => "config".to_owned(),
            Password::None => "token".to_owned(),
        };
        let token = self.token_command.as_deref().unwrap_or_default();
        let place = (self.user.as_str(), self.host.to_lowercase(), self.port);
        format!(
            "{place:?} {:?} {:?} {source} {token:?}",
            self.security, self.auth
        )
    }

    /// An account with every default, except that its line is in clear: for servers inside the program and its tests.
    pub fn in_clear(name: &str, user: &str, password: &str) -> Self {
        Self {
            name: name.into(),
            address: format!("{user}@example.org"),
            host: "localhost".into(),
            port: 110,
            security: Security::None,
            allow_cleartext: false,
            user: user.into(),
            password: Password::Literal(password.to_owned().into()),
            auth: Auth::Auto,
            token_command: None,
            ca_file: None,
            fingerprint: None,
            client_certificate: None,
            keep_on_server: Keep::Forever,
            fetch_every: None,
            partial_above: None,
            timeout: account::TIMEOUT,
            proxy: None,
        }
    }
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

/// `auth`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// The best the server announces.
    Auto,
    /// AUTH PLAIN (RFC 4616).
    Plain,
    /// AUTH LOGIN.
    Login,
    /// AUTH SCRAM-SHA-256, with channel binding where both sides can (RFC 7677).
    ScramSha256,
    /// AUTH SCRAM-SHA-1, with channel binding where both sides can (RFC 5802).
    ScramSha1,
    /// AUTH CRAM-MD5 (RFC 2195).
    CramMd5,
    /// APOP (RFC 1939, section 7). Never chosen by [`Auth::Auto`].
    Apop,
    /// USER and PASS.
    User,
    /// AUTH XOAUTH2, with a token of [`Account::token_command`].
    Xoauth2,
    /// AUTH OAUTHBEARER (RFC 7628), with a token of [`Account::token_command`].
    OauthBearer,
}

/// `keep-on-server`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing is ever deleted there.
    Forever,
    /// Deleted so long after it was stored here.
    For(Duration),
    /// Deleted once the user has deleted it here for good.
    UntilDeleted,
    /// Deleted once it is stored here and its size agrees.
    Never,
}

/// `client-cert` and `client-key`, both absolute, both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate, those of its issuers behind it.
    pub certificate: PathBuf,
    /// Its key, which nobody else should be able to read.
    pub key: PathBuf,
}

/// `proxy`: a SOCKS5 server (RFC 1928), which also looks up names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// A name or an IP address.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// Where a password comes from.
#[derive(Clone)]
pub enum Password {
    /// `password-command`: program and arguments, run without a shell; the first line of its output counts.
    Command(Vec<String>),
    /// `password-file`: its first line.
    File(PathBuf),
    /// `keyring = true`: the system's, under the account's user and host.
    Keyring,
    /// `password`
    Literal(zeroize::Zeroizing<String>),
    /// There is none: the account signs in with tokens.
    None,
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
    /// Opens links and attachments: program and arguments, run without a shell; the platform's own if unset.
    pub opener: Option<Vec<String>>,
    /// Whether links are told to the terminal, for it to make them clickable (OSC 8); where it is known to be able to
    /// if unset.
    pub hyperlinks: Option<bool>,
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
