//! `[accounts.NAME]`: every key of it, the defaults, and what does not go together.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::entry::{Entry, Table};
use super::{
    Account, Auth, ClientCertificate, Error, Keep, Password, Place, Proxy, Security, values,
};

/// Every key of an account.
const KEYS: [&str; 21] = [
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
    "client-cert",
    "client-key",
    "keep-on-server",
    "fetch-every",
    "partial-above",
    "timeout",
    "proxy",
];

/// For every wait on the server, unless the account says otherwise.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

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
    auth: Option<(Auth, Place)>,
    token_command: Option<(Vec<String>, Place)>,
    ca_file: Option<PathBuf>,
    fingerprint: Option<[u8; 32]>,
    client_certificate: Option<(PathBuf, Place)>,
    client_key: Option<(PathBuf, Place)>,
    keep_on_server: Option<Keep>,
    fetch_every: Option<Duration>,
    partial_above: Option<u64>,
    proxy: Option<Proxy>,
    timeout: Option<Duration>,
}

/// Reads one account.
pub(super) fn read(name: &str, table: Table<'_>) -> Result<Account, Error> {
    let mut draft = Draft::default();
    for entry in table.entries() {
        draft.take(name, &entry)?;
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

/// Whether what is said to a host stays on this machine. Behind a proxy, its name means another machine's loopback.
pub(super) fn stays_here(host: &str, proxy: Option<&Proxy>) -> bool {
    is_loopback(host) && proxy.is_none_or(|proxy| is_loopback(&proxy.host))
}

impl Draft {
    /// Takes in one key.
    fn take(&mut self, account: &str, entry: &Entry<'_>) -> Result<(), Error> {
        match entry.key {
            "address" => self.address = Some(entry.text()?.to_owned()),
            "host" => self.host = Some(values::host(entry)?),
            "port" => self.port = Some(entry.port()?),
            "security" => self.security = Some((values::security(entry)?, entry.place())),
            "allow-cleartext" => self.allow_cleartext = entry.boolean()?,
            "user" => self.user = Some(entry.text()?.to_owned()),
            "keyring" if !entry.boolean()? => {}
            "password-command" | "password-file" | "keyring" | "password" => {
                self.password(account, entry)?;
            }
            "auth" => self.auth = Some((values::auth(entry)?, entry.place())),
            "token-command" => {
                self.token_command = Some((values::command(entry)?, entry.place()));
            }
            "ca-file" => self.ca_file = Some(entry.path()?),
            "fingerprint" => self.fingerprint = Some(values::fingerprint(entry)?),
            "client-cert" => self.client_certificate = Some((entry.path()?, entry.place())),
            "client-key" => self.client_key = Some((entry.path()?, entry.place())),
            "keep-on-server" => self.keep_on_server = Some(values::keep(entry)?),
            "fetch-every" => self.fetch_every = values::fetch_every(entry)?,
            "partial-above" => self.partial_above = values::partial_above(entry)?,
            "timeout" => self.timeout = Some(values::timeout(entry)?),
            "proxy" => self.proxy = Some(values::proxy(entry)?),
            _ => return Err(entry.unknown(&KEYS)),
        }
        Ok(())
    }

    /// Takes in a source of the password: there can be only one.
    fn password(&mut self, account: &str, entry: &Entry<'_>) -> Result<(), Error> {
        let (key, password) = match entry.key {
            "password-command" => (
                "password-command",
                Password::Command(values::command(entry)?),
            ),
            "password-file" => ("password-file", Password::File(entry.path()?)),
            "keyring" => ("keyring", Password::Keyring),
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
        let auth = self.auth.as_ref().map_or(Auth::Auto, |(auth, _)| *auth);
        let password = match self.password {
            Some((_, password)) => password,
            None if self.token_command.is_some() => Password::None,
            None => {
                return Err(missing(
                    "password-command",
                    "password-command = \"pass show mail\"",
                ));
            }
        };
        token_fits(auth, self.auth, self.token_command.as_ref(), &password)?;
        let security = match self.security {
            None => Security::Tls,
            Some((Security::None, place))
                if !self.allow_cleartext && !stays_here(&host, self.proxy.as_ref()) =>
            {
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
            auth,
            token_command: self.token_command.map(|(words, _)| words),
            ca_file: self.ca_file,
            fingerprint: self.fingerprint,
            client_certificate: client_certificate(self.client_certificate, self.client_key)?,
            keep_on_server: self.keep_on_server.unwrap_or(Keep::Forever),
            fetch_every: self.fetch_every,
            partial_above: self.partial_above,
            proxy: self.proxy,
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

/// A token has its own two mechanisms, and these have nothing else.
fn token_fits(
    auth: Auth,
    written: Option<(Auth, Place)>,
    token: Option<&(Vec<String>, Place)>,
    password: &Password,
) -> Result<(), Error> {
    let by_token = matches!(auth, Auth::Xoauth2 | Auth::OauthBearer);
    match (written, token) {
        (Some((_, place)), None) if by_token => Err(Error::Impossible {
            place,
            key: "auth".into(),
            why: "signs in with a token: name the program that prints it with token-command".into(),
        }),
        (Some((_, place)), Some(_)) if !by_token && auth != Auth::Auto => Err(Error::Impossible {
            place,
            key: "auth".into(),
            why: "cannot use the token of token-command; use \"auto\", \"xoauth2\" or \"oauthbearer\"".into(),
        }),
        (_, Some((_, place))) if !matches!(password, Password::None) => Err(Error::Impossible {
            place: place.clone(),
            key: "token-command".into(),
            why: "and a password do not go together: remove one of them".into(),
        }),
        _ => Ok(()),
    }
}

fn client_certificate(
    certificate: Option<(PathBuf, Place)>,
    key: Option<(PathBuf, Place)>,
) -> Result<Option<ClientCertificate>, Error> {
    let alone = |place, key: &str, other| Error::Impossible {
        place,
        key: key.to_owned(),
        why: format!("needs {other} beside it"),
    };
    match (certificate, key) {
        (None, None) => Ok(None),
        (Some((certificate, _)), Some((key, _))) => {
            Ok(Some(ClientCertificate { certificate, key }))
        }
        (Some((_, place)), None) => Err(alone(place, "client-cert", "client-key")),
        (None, Some((_, place))) => Err(alone(place, "client-key", "client-cert")),
    }
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
