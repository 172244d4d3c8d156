//! Lines over TCP: both address families are tried, the faster one wins (RFC 8305).

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;

use crate::config::Account;

use crate::fetch::line::prompt::Prompt;
use crate::fetch::line::proxy::{self, Refused};
use crate::fetch::{Connect, Error, ErrorKind, Line, Protection};

/// For name and TCP together, unless the account allows less.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one address may be silent before the next is tried beside it (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Lines over TCP, through the account's proxy where it has one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Network;

impl Connect for Network {
    async fn connect(&self, account: &Account) -> Result<Line, Error> {
        let reach = async { dial(account, find(account).await?).await };
        let failed = match within(account, reach).await {
            Ok(stream) => return Ok(line(stream)),
            Err(failed) => failed,
        };
        let sentence = failed.sentence(account);
        Err(Error::new(ErrorKind::Connect, &account.name, &sentence))
    }
}

pub(in crate::fetch) fn line(stream: TcpStream) -> Line {
    Line {
        stream: Box::new(Prompt::new(stream)),
        protection: Protection::Open,
    }
}

/// Why nothing answered.
#[derive(Debug)]
pub(in crate::fetch) enum Failed {
    Name(io::Error),
    Tcp(io::Error),
    Silent(Duration),
    /// The proxy itself answers, and says no.
    Proxy(Refused),
}

impl Failed {
    pub(in crate::fetch) fn sentence(&self, account: &Account) -> String {
        let there = Place::of(account);
        let key = there.key();
        match self {
            Self::Name(error) => format!(
                "the name {} cannot be found ({error}); check {key} in the config, or whether there is a network",
                there.host
            ),
            Self::Tcp(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                format!("nothing answers at {there} (connection refused); check {key}")
            }
            Self::Tcp(error) => {
                format!(
                    "{there} cannot be reached ({error}); check {key}, or whether there is a network"
                )
            }
            Self::Silent(limit) => {
                let limit = limit.as_secs_f32().round();
                let where_to = match account.proxy {
                    Some(_) => format!(" for {} port {}", bare(&account.host), account.port),
                    None => String::new(),
                };
                format!(
                    "{there} did not answer{where_to} within {limit} s; check {key}, or try again later"
                )
            }
            Self::Proxy(refused) => refused.sentence(account),
        }
    }
}

/// What is called: the server, or the proxy in its stead.
pub(in crate::fetch) struct Place<'a> {
    pub(in crate::fetch) host: &'a str,
    port: u16,
    proxy: bool,
}

impl<'a> Place<'a> {
    pub(in crate::fetch) fn of(account: &'a Account) -> Self {
        match &account.proxy {
            Some(proxy) => Self {
                host: &proxy.host,
                port: proxy.port,
                proxy: true,
            },
            None => Self {
                host: bare(&account.host),
                port: account.port,
                proxy: false,
            },
        }
    }

    /// What in the config says so.
    fn key(&self) -> &'static str {
        if self.proxy { "proxy" } else { "host and port" }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.proxy { "the proxy " } else { "" };
        write!(f, "{what}{} port {}", self.host, self.port)
    }
}

/// An IPv6 address may be written as in a URL.
pub(in crate::fetch) fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// The work of a step, if it ends before the account's patience does.
pub(in crate::fetch) async fn within<T>(
    account: &Account,
    work: impl Future<Output = Result<T, Failed>>,
) -> Result<T, Failed> {
    let limit = PATIENCE.min(account.timeout);
    let ended = tokio::time::timeout(limit, work).await;
    ended.unwrap_or(Err(Failed::Silent(limit)))
}

/// The addresses of the server, or of the proxy: then the server's name is never looked up from here.
pub(in crate::fetch) async fn find(account: &Account) -> Result<Vec<SocketAddr>, Failed> {
    let there = Place::of(account);
    let found = lookup_host((there.host, there.port)).await;
    Ok(found.map_err(Failed::Name)?.collect())
}

/// A line to the server: to one of these addresses, and on through the proxy where there is one.
pub(in crate::fetch) async fn dial(
    account: &Account,
    found: Vec<SocketAddr>,
) -> Result<TcpStream, Failed> {
    let stream = race(alternate(found)).await.map_err(Failed::Tcp)?;
    if account.proxy.is_none() {
        return Ok(stream);
    }
    let through = proxy::pass(stream, bare(&account.host), account.port).await;
    through.map_err(Failed::Proxy)
}

/// One family after the other, beginning with the one the resolver prefers (RFC 8305, section 4).
fn alternate(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let prefers_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (preferred, other): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|address| address.is_ipv6() == prefers_v6);
    let mut other = other.into_iter();
    let mut order = Vec::new();
    for address in preferred {
        order.push(address);
        order.extend(other.next());
    }
    order.extend(other);
    order
}

/// The first address that answers. The next one starts when one fails or has been silent for [`HEAD_START`].
async fn race(order: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut waiting = order.into_iter();
    let mut running = JoinSet::new();
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    loop {
        if let Some(address) = waiting.next() {
            running.spawn(TcpStream::connect(address));
        }
        if running.is_empty() {
            return Err(failed);
        }
        tokio::select! {
            Some(ended) = running.join_next() => match ended.map_err(io::Error::other).flatten() {
                Ok(stream) => return Ok(stream),
                Err(error) => failed = error,
            },
            () = tokio::time::sleep(HEAD_START), if waiting.len() > 0 => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns_and_none_is_left_out() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        let order = alternate(vec![
            address("[::1]:1"),
            address("[::2]:1"),
            address("127.0.0.1:1"),
            address("[::3]:1"),
        ]);
        assert_eq!(
            order,
            [
                address("[::1]:1"),
                address("127.0.0.1:1"),
                address("[::2]:1"),
                address("[::3]:1")
            ]
        );
    }

    #[tokio::test]
    async fn a_dead_address_does_not_keep_a_living_one_from_answering() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let living = listener.local_addr().unwrap();
        let dead = SocketAddr::from(([127, 0, 0, 1], 1));
        let stream = race(vec![dead, living]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), living);
    }
}
