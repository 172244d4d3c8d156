//! Where a line to a server comes from: the network, or a server inside the program.

use std::future::Future;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::config::Account;

use crate::fetch::{Error, Trace};

/// Opens lines to servers: [`crate::fetch::Network`], the sample server inside the program, and [`crate::fetch::Traced`] over
/// either.
pub trait Connect: Send + Sync + 'static {
    /// Opens one line to the account's server. TLS is not its business: `fetch` puts it over an
    /// [`Protection::Open`] line, at once or after STLS, as the account says.
    ///
    /// An account whose lines are [`Protection::Closed`] should say `security = "none"`: else the system's roots are
    /// read for nothing.
    ///
    /// The error is a sentence that names the server; its kind is [`crate::fetch::ErrorKind::Connect`] as a rule.
    fn connect(&self, account: &Account) -> impl Future<Output = Result<Line, Error>> + Send;

    /// Where what is said on these lines is written down. Nowhere, as a rule.
    fn trace(&self) -> Option<&Trace> {
        None
    }
}

/// An open line: octets both ways, and who could listen.
pub struct Line {
    /// The octets.
    pub stream: Box<dyn Stream>,
    /// Who could listen.
    pub protection: Protection,
}

/// Who could listen to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Everybody on the way.
    Open,
    /// Nobody: TLS is up, or the line never leaves the program.
    Closed,
}

/// Anything that octets can be read from and written to.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
