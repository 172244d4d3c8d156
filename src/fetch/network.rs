//! Lines over TCP: both address families are tried, the faster one wins (RFC 8305).

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;

use crate::config::Account;

use super::prompt::Prompt;
use super::{Connect, Error, ErrorKind, Line, Protection};

/// For name and TCP together, unless the account allows less.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one address may be silent before the next is tried beside it (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Lines over TCP.
#[derive(Debug, Clone, Copy, Default)]
pub struct Network;

impl Connect for Network {
    async fn connect(&self, account: &Account) -> Result<Line, Error> {
        let limit = PATIENCE.min(account.timeout);
        let failed = match tokio::time::timeout(limit, reach(account)).await {
            Ok(Ok(stream)) => return Ok(line(stream)),
            Ok(Err(failed)) => failed,
            Err(_elapsed) => Failed::Silent(limit),
        };
        let sentence = failed.sentence(&account.host, account.port);
        Err(Error::new(ErrorKind::Connect, &account.name, &sentence))
    }
}

fn line(stream: TcpStream) -> Line {
    Line {
        stream: Box::new(Prompt::new(stream)),
        protection: Protection::Open,
    }
}

/// Why nothing answered.
enum Failed {
    Name(io::Error),
    Tcp(io::Error),
    Silent(Duration),
}

impl Failed {
    fn sentence(&self, host: &str, port: u16) -> String {
        match self {
            Self::Name(error) => format!(
                "the name {host} cannot be found ({error}); check host in the config, or whether there is a network"
            ),
            Self::Tcp(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                format!(
                    "nothing answers at {host} port {port} (connection refused); check host and port"
                )
            }
            Self::Tcp(error) => {
                format!(
                    "{host} port {port} cannot be reached ({error}); check host and port, or whether there is a network"
                )
            }
            Self::Silent(limit) => format!(
                "{host} port {port} did not answer within {} s; check host and port, or try again later",
                limit.as_secs_f32().round()
            ),
        }
    }
}

async fn reach(account: &Account) -> Result<TcpStream, Failed> {
    // An IPv6 address may be written as in a URL.
    let host = account.host.trim_start_matches('[').trim_end_matches(']');
    let found = lookup_host((host, account.port))
        .await
        .map_err(Failed::Name)?;
    race(alternate(found.collect())).await.map_err(Failed::Tcp)
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
