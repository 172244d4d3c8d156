//! What the values of an account's keys mean, each refused with what would be possible.

use std::net::IpAddr;
use std::time::Duration;

use super::entry::Entry;
use super::{Auth, Error, Keep, Proxy, Security, fingerprint, units};

/// Longer than this, and a dead line would look like a slow one for the rest of the day.
const LONGEST_TIMEOUT: Duration = Duration::from_hours(1);
/// Servers take more frequent log-ins for an attack.
const SHORTEST_WAIT: Duration = Duration::from_secs(10);

/// A name or an IP address; people paste URLs and `name:port` here.
pub(super) fn host(entry: &Entry<'_>) -> Result<String, Error> {
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

pub(super) fn security(entry: &Entry<'_>) -> Result<Security, Error> {
    entry.choice(&[
        ("tls", Security::Tls),
        ("stls", Security::Stls),
        ("none", Security::None),
    ])
}

/// Program and arguments. There is no shell, so quotes are all that is understood.
pub(super) fn command(entry: &Entry<'_>) -> Result<Vec<String>, Error> {
    match shell_words::split(entry.text()?) {
        Ok(words) if words.first().is_some_and(|program| !program.is_empty()) => Ok(words),
        Ok(_) => Err(entry.impossible("must name a program")),
        Err(_) => Err(entry.impossible("has a quote that is not closed")),
    }
}

pub(super) fn auth(entry: &Entry<'_>) -> Result<Auth, Error> {
    entry.choice(&[
        ("auto", Auth::Auto),
        ("plain", Auth::Plain),
        ("login", Auth::Login),
        ("scram-sha-256", Auth::ScramSha256),
        ("scram-sha-1", Auth::ScramSha1),
        ("cram-md5", Auth::CramMd5),
        ("apop", Auth::Apop),
        ("user", Auth::User),
        ("xoauth2", Auth::Xoauth2),
        ("oauthbearer", Auth::OauthBearer),
    ])
}

pub(super) fn fingerprint(entry: &Entry<'_>) -> Result<[u8; 32], Error> {
    fingerprint::read(entry.text()?).ok_or_else(|| {
        entry.impossible(
            "must be \"sha256:\" and the 64 hexadecimal digits of the certificate's SHA-256; \
             poptui check prints it",
        )
    })
}

pub(super) fn keep(entry: &Entry<'_>) -> Result<Keep, Error> {
    if let Some(time) = entry.as_text().and_then(units::duration) {
        if time.is_zero() {
            return Err(
                entry.impossible("must be longer than nothing; \"never\" keeps nothing there")
            );
        }
        return Ok(Keep::For(time));
    }
    entry.choice(&[
        ("forever", Keep::Forever),
        ("14 days", Keep::For(Duration::from_hours(14 * 24))),
        ("until-deleted", Keep::UntilDeleted),
        ("never", Keep::Never),
    ])
}

pub(super) fn fetch_every(entry: &Entry<'_>) -> Result<Option<Duration>, Error> {
    if entry.as_text() == Some("manual") {
        return Ok(None);
    }
    let every = entry.duration()?;
    if every < SHORTEST_WAIT {
        return Err(entry.impossible(
            "must be \"manual\" or at least \"10 s\": servers shut out those who ask too often",
        ));
    }
    Ok(Some(every))
}

pub(super) fn partial_above(entry: &Entry<'_>) -> Result<Option<u64>, Error> {
    if entry.as_text() == Some("never") {
        return Ok(None);
    }
    Ok(Some(entry.size()?))
}

/// `socks5://HOST:PORT`. The name of the mail server goes to the proxy as it is, as `socks5h://` says elsewhere.
pub(super) fn proxy(entry: &Entry<'_>) -> Result<Proxy, Error> {
    let wrong = || entry.impossible("must be written \"socks5://127.0.0.1:9050\"");
    let text = entry.text()?.trim();
    let rest = text
        .strip_prefix("socks5://")
        .or_else(|| text.strip_prefix("socks5h://"))
        .ok_or_else(wrong)?;
    let (host, port) = rest
        .trim_end_matches('/')
        .rsplit_once(':')
        .ok_or_else(wrong)?;
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let port = port
        .parse()
        .ok()
        .filter(|port| *port > 0)
        .ok_or_else(wrong)?;
    let strange = |c: char| c.is_whitespace() || matches!(c, '@' | '/' | ':');
    if host.is_empty() || (bare.is_none() && host.contains(strange)) {
        return Err(wrong());
    }
    Ok(Proxy {
        host: bare.unwrap_or(host).to_owned(),
        port,
    })
}

pub(super) fn timeout(entry: &Entry<'_>) -> Result<Duration, Error> {
    let timeout = entry.duration()?;
    if timeout.is_zero() || timeout > LONGEST_TIMEOUT {
        return Err(entry.impossible("must be longer than nothing and at most \"1 h\""));
    }
    Ok(timeout)
}
