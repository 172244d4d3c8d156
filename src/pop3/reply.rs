//! What a server may answer.

use super::{DropListing, ScanListing, UniqueIdListing};

/// The whole answer to one [`super::Command`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// `+OK` to DELE, NOOP, RSET or QUIT.
    Done,
    /// `-ERR`
    Refused(Refusal),
    /// To `STAT`.
    Stat(DropListing),
    /// To `LIST`. Lines that make no sense are left out.
    List(Vec<ScanListing>),
    /// To `UIDL`. Lines that make no sense are left out.
    Uidl(Vec<UniqueIdListing>),
    /// To `RETR` and `TOP`: the octets between the `+OK` line and the final dot, byte-unstuffed,
    /// line ends as sent.
    Message(Vec<u8>),
    /// To `RETR`: larger than the limit; read through and thrown away, the session is in step.
    TooLarge,
}

/// A `-ERR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// RFC 2449, section 8.
    pub code: Option<ResponseCode>,
    /// What the server said, as sent: foreign.
    pub text: Vec<u8>,
}

/// An extended response code (RFC 2449, section 8; RFC 3206).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseCode {
    /// `[LOGIN-DELAY]`
    LoginDelay,
    /// `[IN-USE]`
    InUse,
    /// `[SYS/TEMP]`
    SysTemp,
    /// `[SYS/PERM]`
    SysPerm,
    /// `[AUTH]`
    Auth,
    /// Another one, as sent, in upper case.
    Other(String),
}
