//! The one place that says when a mail is deleted on the server: the user's policy against the ledger. Pure.

use super::Deletion;
use crate::config::Keep;
use crate::mail::{Due, MessageId};

/// What of a mail decides about its deletion on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grounds {
    /// Where it stands.
    pub deletion: Deletion,
    /// The stored mail; `None` when it was deleted here for good.
    pub message: Option<MessageId>,
    /// When it was stored here, in seconds since 1970.
    pub stored: i64,
}

/// When a mail is deleted on the server.
///
/// It says nothing of the listing, on which the mail must be too: name and size as in the ledger, no other mail of that
/// name, absent for no longer than the grace; and where only its head proved that it is the one ([`super::Proof`]), it
/// must be read again first.
pub fn due(keep: Keep, mail: &Grounds, now: i64) -> Due {
    match mail.deletion {
        // What QUIT confirmed is not there; listed again, it is another mail until its octets are known.
        Deletion::None | Deletion::Done => Due::Unsure,
        Deletion::Asked => Due::Asked,
        Deletion::Sent => Due::Sent,
        Deletion::GivenUp => Due::GivenUp,
        Deletion::Allowed => match keep {
            Keep::Forever => Due::Kept,
            Keep::Never => Due::Next,
            Keep::UntilDeleted if mail.message.is_none() => Due::Next,
            Keep::UntilDeleted => Due::Kept,
            Keep::For(time) => {
                let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
                match mail.stored.saturating_add(seconds) {
                    then if then > now => Due::At(then),
                    _ => Due::Next,
                }
            }
        },
    }
}
