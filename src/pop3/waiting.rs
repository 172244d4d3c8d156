//! What a session waits for, for deadlines and for sentences.

use std::fmt;

use super::Command;

/// What a session waits for. Reads on after "while waiting for".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// The greeting.
    Greeting,
    /// The answer to `CAPA`.
    Capabilities,
    /// The answer to `STLS`.
    Stls,
    /// [`super::Session::tls_started`].
    Handshake,
    /// The answer to `AUTH`, `USER` or `PASS`.
    Login,
    /// The answer to a command.
    Reply(Command),
    /// A command.
    Nothing,
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Greeting => f.write_str("the greeting"),
            Self::Capabilities => f.write_str("the answer to CAPA"),
            Self::Stls => f.write_str("the answer to STLS"),
            Self::Handshake => f.write_str("the TLS handshake"),
            Self::Login => f.write_str("the answer to the log-in"),
            Self::Reply(command) => write!(f, "the answer to {command}"),
            Self::Nothing => f.write_str("the next command"),
        }
    }
}
