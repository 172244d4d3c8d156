//! POP3 without a socket: octets in, events and octets out (RFC 1939, 2449, 2595, 3206, 5034, 5802, 7628).
//!
//! # How to drive it
//!
//! ```text
//! loop {
//!     match session.step()? {
//!         Step::Write(octets) => hand them to the writer, which works while reading goes on,
//!         Step::Hash(work)    => let a thread do it; session.hashed(work.run()),
//!         Step::StartTls      => flush, shake hands, session.tls_started(binding),
//!         Step::Event(event)  => session.send(…) the next commands, or keep the mail,
//!         Step::Read          => read; session.receive(&octets), or session.closed() at the end,
//!     }
//! }
//! ```
//!
//! # How it is built
//!
//! Octets are cut before they are understood, so that a bad answer can neither put the session out
//! of step nor make it allocate without bound:
//!
//! - `input` holds what was not used yet and cuts lines; `lines` collects a listing, `body` a mail
//!   whose byte-stuffing it undoes;
//! - `decoder` makes one answer of them, within [`Limits`]; `reply`, `listing` and `capabilities`
//!   say what the lines mean;
//! - `login` decides what is said up to the TRANSACTION state: which `way` is taken, what `sasl` answers,
//!   with which `hashing`, what `recall` knows of an earlier session;
//!   `pipeline` decides what is said after it;
//! - [`Session`] joins the two halves, and is all that other floors see;
//! - `heard` keeps what the server said for a protocol trace, where one is asked for.

mod body;
mod capabilities;
mod command;
mod credentials;
mod decoder;
mod error;
mod hashing;
mod heard;
mod input;
mod lines;
mod listing;
mod login;
mod outgoing;
mod pipeline;
mod recall;
mod reply;
mod sasl;
mod secrets;
mod session;
mod setup;
mod waiting;
mod way;

pub use capabilities::{Capabilities, Expire};
pub use command::{BadArgument, Command};
pub use credentials::{Credentials, Secret};
pub use error::Error;
pub use hashing::{Hashed, Hashing};
pub use heard::Heard;
pub use listing::{ScanListing, UniqueId, UniqueIdListing};
pub use outgoing::Outgoing;
pub use recall::{NoRecall, Recall};
pub use reply::{Refusal, Reply, ResponseCode};
pub use secrets::Secrets;
pub use session::{Ahead, Event, Session, Step};
pub use setup::{
    Capa, ChannelBinding, Limits, Mechanism, Nonce, Security, Setup, TokenForm, Window,
};
pub use waiting::Waiting;
