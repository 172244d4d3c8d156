//! POP3 without a socket: octets in, events and octets out (RFC 1939, 2449, 2595, 3206, 5034).

mod command;
mod listing;
mod reply;
mod session;

pub use command::{BadArgument, Command};
pub use listing::{Capabilities, DropListing, ScanListing, UniqueId, UniqueIdListing};
pub use reply::{Refusal, Reply, ResponseCode};
pub use session::{
    Credentials, Error, Event, Limits, Mechanism, Security, Session, Setup, Step, Window,
};
