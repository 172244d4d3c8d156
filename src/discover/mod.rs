//! From an address to its POP3 server: who can be asked, what they say, which of it is to be believed.
//!
//! - `address.rs`, `host.rs`: what was typed, and what names may be
//! - `autoconfig.rs` (over `https.rs`, read by `settings.rs`), `srv.rs` with `mx.rs` (over
//!   `dns.rs`), `guess.rs`: the sources on the network
//! - `candidate.rs`: what they name, and the table of [`crate::providers`], which asks nobody; how far each is trusted
//! - `search.rs`: all of them at once
//!
//! Nothing here knows a password. Everything learnt is hostile until a certificate of the machine's trusted roots
//! answers for its name, and even then a host in another domain is the user's decision (RFC 6186, section 6).

mod address;
mod autoconfig;
mod candidate;
mod dns;
mod guess;
mod host;
mod https;
mod mx;
mod search;
mod settings;
mod sources;
mod srv;

pub use address::{Address, BadAddress};
pub use candidate::{Answer, Candidate, Source};
pub use host::HostName;
pub use search::{Fault, Finding, search};
pub use sources::{Limits, Mozilla, Sources, StandIn};
