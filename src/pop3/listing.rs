//! What a server lists: its capabilities, its messages, their sizes and their unique-ids.

use std::sync::Arc;

/// The server's name for a mail (RFC 1939, section 7): opaque octets, never a path, never text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UniqueId(pub Arc<[u8]>);

/// The answer to `STAT`. Informative only: servers get it wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DropListing {
    /// Messages in the maildrop.
    pub messages: u64,
    /// Their octets.
    pub octets: u64,
}

/// One line of `LIST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanListing {
    /// The message-number of this session.
    pub number: u32,
    /// Octets, as the server counts them.
    pub size: u64,
}

/// One line of `UIDL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueIdListing {
    /// The message-number of this session.
    pub number: u32,
    /// `None` where the server left it blank.
    pub id: Option<UniqueId>,
}

/// What the server announced (RFC 2449).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// `CAPA` was answered with `+OK`.
    pub known: bool,
    /// `PIPELINING`
    pub pipelining: bool,
    /// `UIDL`
    pub uidl: bool,
    /// `TOP`
    pub top: bool,
    /// `STLS`
    pub stls: bool,
    /// `USER`
    pub user: bool,
    /// `SASL` mechanisms, in upper case.
    pub sasl: Vec<String>,
    /// `IMPLEMENTATION`, as sent.
    pub implementation: Option<String>,
}
