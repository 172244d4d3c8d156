//! `[accounts.NAME]`: every key of it, the defaults, and what does not go together.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::entry::{Entry, Table};
use super::{Account, Auth, Error, Keep, Password, Place, Security, units};

/// Every key of an account.
const KEYS: [&str; 19] = [
    "address",
    "host",
    "port",
    "security",
    "allow-cleartext",
    "user",
    "password-command",
    "password-file",
    "password",
    "keyring",
    "auth",
    "token-command",
    "ca-file",
    "fingerprint",
    "keep-on-server",
    "fetch-every",
    "partial-above",
    "timeout",
    "proxy",
];

/// For every wait on the server, unless the account says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Longer than this, and a dead line would look like a slow one for the rest of the day.
const LONGEST_TIMEOUT: Duration = Duration::from_hours(1);

/// What was written so far. Defaults and doubts come at the end, since keys come in any order.
#[derive(Default)]
struct Draft {
    address: Option<String>,
    host: Option<String>,
    port: Option<u16>,
    security: Option<(Security, Place)>,
    allow_cleartext: bool,
    user: Option<String>,
    password: Option<(&'static str, Password)>,
    auth: Option<Auth>,
    ca_file: Option<PathBuf>,
    keep_on_server: Option<Keep>,
    timeout: Option<Duration>,
}

/// Reads one account. Warnings are added to `warnings`.
pub(super) fn read(
    name: &str,
    table: Table<'_>,
    warnings: &mut Vec<String>,
) -> Result<Account, Error> {
    let mut draft = Draft::default();
    for entry in table.entries() {
        draft.take(name, &entry, warnings)?;
    }
    draft.finish(name, table)
}

/// Whether a host is this machine: only there may mail and password travel in clear.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

impl Draft {
    /// Takes in one key.
    fn take(
        &mut self,
        account: &str,
        entry: &Entry<'_>,
        warnings: &mut Vec<String>,
    ) -> Result<(), Error> {
        match entry.key {
            "address" => self.address = Some(entry.text()?.to_owned()),
            "host" => self.host = Some(host(entry)?),
            "port" => self.port = Some(entry.port()?),
            "security" => self.security = Some((security(entry)?, entry.place())),
            "allow-cleartext" => self.allow_cleartext = entry.boolean()?,
            "user" => self.user = Some(entry.text()?.to_owned()),
            "password-command" | "password-file" | "password" => self.password(account, entry)?,
            "keyring" => keyring(entry)?,
            "auth" => self.auth = Some(auth(entry)?),
            "token-command" => {
                return Err(
                    entry.not_yet("use a password, such as an app password of your provider")
                );
            }
            "ca-file" => self.ca_file = Some(entry.path()?),
            "fingerprint" => {
                return Err(entry.not_yet("name the certificate's issuer in a ca-file"));
            }
            "keep-on-server" => self.keep_on_server = Some(keep(entry)?),
            "fetch-every" => warnings.extend(fetch_every(entry)?),
            "partial-above" => warnings.extend(partial_above(entry)?),
            "timeout" => self.timeout = Some(timeout(entry)?),
            "proxy" => {
                return Err(entry.not_yet("remove it only if the server may see where you are"));
            }
            _ => return Err(entry.unknown(&KEYS)),
        }
        Ok(())
    }

    /// Takes in a source of the password: there can be only one.
    fn password(&mut self, account: &str, entry: &Entry<'_>) -> Result<(), Error> {
        let (key, password) = match entry.key {
            "password-command" => ("password-command", Password::Command(command(entry)?)),
            "password-file" => ("password-file", Password::File(entry.path()?)),
            _ => (
                "password",
                Password::Literal(entry.text()?.to_owned().into()),
            ),
        };
        if let Some((first, _)) = self.password.replace((key, password)) {
            return Err(Error::TwoPasswords {
                place: entry.place(),
                account: account.escape_debug().to_string(),
                first,
                second: key,
            });
        }
        Ok(())
    }

    /// Fills in the defaults and looks at the whole.
    fn finish(self, name: &str, table: Table<'_>) -> Result<Account, Error> {
        let missing = |key, example| Error::Missing {
            place: table.place(),
            account: name.escape_debug().to_string(),
            key,
            example,
        };
        let address = self
            .address
            .ok_or_else(|| missing("address", "address = \"you@example.org\""))?;
        let host = self
            .host
            .ok_or_else(|| missing("host", "host = \"pop.example.org\""))?;
        let (_, password) = self
            .password
            .ok_or_else(|| missing("password-command", "password-command = \"pass show mail\""))?;
        let security = match self.security {
            None => Security::Tls,
            Some((Security::None, place)) if !self.allow_cleartext && !is_loopback(&host) => {
                return Err(in_clear(place, &host));
            }
            Some((security, _)) => security,
        };
        Ok(Account {
            name: name.to_owned(),
            port: self.port.unwrap_or(match security {
                Security::Tls => 995,
                Security::Stls | Security::None => 110,
            }),
            security,
            allow_cleartext: self.allow_cleartext,
            user: self.user.unwrap_or_else(|| address.clone()),
            password,
            auth: self.auth.unwrap_or(Auth::Auto),
            ca_file: self.ca_file,
            keep_on_server: self.keep_on_server.unwrap_or(Keep::Forever),
            timeout: self.timeout.unwrap_or(TIMEOUT),
            address,
            host,
        })
    }
}

fn in_clear(place: Place, host: &str) -> Error {
    Error::Impossible {
        place,
        key: "security".into(),
        why: format!(
            "must not be \"none\" for {}, which is not this machine: the password and all mail could be read \
             on the way; use \"tls\" or \"stls\", or add allow-cleartext = true if that is what you want",
            host.escape_debug()
        ),
    }
}

/// A name or an IP address; people paste URLs and `name:port` here.
fn host(entry: &Entry<'_>) -> Result<String, Error> {
    let text = entry.text()?.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    if bare.parse::<IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    if text.contains("://") || text.contains('/') {
        return Err(entry.impossible("must be a bare name such as \"pop.example.org\", not a URL"));
    }
    if text.contains(':') {
        return Err(entry.impossible("must be the name alone; write the port as port = 995"));
    }
    if text.contains(|c: char| c.is_whitespace() || c == '@') {
        return Err(entry.impossible("must be a server's name such as \"pop.example.org\""));
    }
    Ok(text.to_owned())
}

fn security(entry: &Entry<'_>) -> Result<Security, Error> {
    entry.choice(&[
        ("tls", Security::Tls),
        ("stls", Security::Stls),
        ("none", Security::None),
    ])
}

/// Program and arguments. There is no shell, so quotes are all that is understood.
fn command(entry: &Entry<'_>) -> Result<Vec<String>, Error> {
    match shell_words::split(entry.text()?) {
        Ok(words) if words.first().is_some_and(|program| !program.is_empty()) => Ok(words),
        Ok(_) => Err(entry.impossible("must name a program")),
        Err(_) => Err(entry.impossible("has a quote that is not closed")),
    }
}

fn keyring(entry: &Entry<'_>) -> Result<(), Error> {
    if entry.boolean()? {
        return Err(
            entry.not_yet("use password-command with your keyring's program, such as secret-tool")
        );
    }
    Ok(())
}

fn auth(entry: &Entry<'_>) -> Result<Auth, Error> {
    let words = [
        ("auto", Some(Auth::Auto)),
        ("plain", Some(Auth::Plain)),
        ("user", Some(Auth::User)),
        ("login", None),
        ("scram-sha-256", None),
        ("scram-sha-1", None),
        ("cram-md5", None),
        ("apop", None),
        ("xoauth2", None),
        ("oauthbearer", None),
    ];
    entry
        .choice(&words)?
        .ok_or_else(|| entry.not_yet("use \"auto\", \"plain\" or \"user\""))
}

fn keep(entry: &Entry<'_>) -> Result<Keep, Error> {
    let text = entry.text()?;
    if text == "until-deleted" || units::duration(text).is_some() {
        return Err(entry.not_yet("use \"forever\", which deletes nothing there, or \"never\""));
    }
    entry.choice(&[("forever", Keep::Forever), ("never", Keep::Never)])
}

fn fetch_every(entry: &Entry<'_>) -> Result<Option<String>, Error> {
    if entry.as_text() == Some("manual") {
        return Ok(None);
    }
    if entry.duration()?.is_zero() {
        return Err(entry.impossible("must be longer than nothing, or \"manual\""));
    }
    Ok(Some(entry.later(
        "mail comes when you ask for it, by a key or by poptui fetch",
    )))
}

fn partial_above(entry: &Entry<'_>) -> Result<Option<String>, Error> {
    if entry.as_text() == Some("never") {
        return Ok(None);
    }
    entry.size()?;
    Ok(Some(entry.later("mails of every size are fetched whole")))
}

fn timeout(entry: &Entry<'_>) -> Result<Duration, Error> {
    let timeout = entry.duration()?;
    if timeout.is_zero() || timeout > LONGEST_TIMEOUT {
        return Err(entry.impossible("must be longer than nothing and at most \"1 h\""));
    }
    Ok(timeout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in [
            "localhost",
            "LOCALHOST.",
            "mail.localhost",
            "127.0.0.1",
            "127.8.9.1",
            "::1",
            "::ffff:127.0.0.1",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "localhost.example.org",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "::2",
            "0.0.0.0",
            "notlocalhost",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
