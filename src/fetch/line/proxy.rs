//! `proxy`: a line through a SOCKS5 server (RFC 1928), which also looks up the mail server's name.

use tokio::net::TcpStream;
use tokio_socks::tcp::Socks5Stream;

use crate::config::Account;

use crate::fetch::line::network::{Place, bare};

/// Why the proxy gave no line.
#[derive(Debug)]
pub(in crate::fetch) struct Refused(tokio_socks::Error);

/// Asks the proxy at the other end of `stream` for a line to the server. A name goes out as a name: nobody here asks
/// for its address.
pub(in crate::fetch) async fn pass(
    stream: TcpStream,
    host: &str,
    port: u16,
) -> Result<TcpStream, Refused> {
    let through = Socks5Stream::connect_with_socket(stream, (host, port)).await;
    Ok(through.map_err(Refused)?.into_inner())
}

impl Refused {
    pub(in crate::fetch) fn sentence(&self, account: &Account) -> String {
        use tokio_socks::Error;

        let proxy = Place::of(account);
        let server = format!("{} port {}", bare(&account.host), account.port);
        match &self.0 {
            Error::ConnectionRefused => {
                format!(
                    "nothing answers at {server} (connection refused, says {proxy}); check host and port"
                )
            }
            Error::HostUnreachable | Error::NetworkUnreachable | Error::TtlExpired => {
                format!(
                    "{proxy} cannot reach {server} ({}); check host and port, or the proxy's own network",
                    self.0
                )
            }
            Error::GeneralSocksServerFailure => {
                format!(
                    "{proxy} could not connect to {server}; check host and port, or try again later"
                )
            }
            Error::ConnectionNotAllowedByRuleset => {
                format!(
                    "{proxy} does not allow lines to {server}; ask its operator, or use another proxy"
                )
            }
            Error::NoAcceptableAuthMethods | Error::AuthorizationRequired => {
                format!(
                    "{proxy} wants a name and a password, which poptui has none of; use one that does not"
                )
            }
            Error::Io(error) => {
                format!(
                    "{proxy} broke the line while it was asked for {server} ({error}); check that it is a SOCKS5 proxy"
                )
            }
            Error::InvalidTargetAddress(why) => {
                format!(
                    "{proxy} cannot be told the name {server} ({why}); correct host in the config"
                )
            }
            error => format!(
                "{proxy} did not answer as a SOCKS5 proxy does ({error}); check proxy in the config"
            ),
        }
    }
}
