//! The one place that says when a mail is deleted on the server: the user's policy against the ledger. Pure.

use super::Deletion;
use crate::config::Keep;
use crate::mail::{Due, MessageId};

/// What of a mail decides about its deletion on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grounds {
    /// Where it stands.
    pub deletion: Deletion,
    /// Where DELE was sent: whether the user had asked for it, or the policy.
    pub asked: bool,
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
        Deletion::Sent if mail.asked => Due::Sent,
        Deletion::GivenUp => Due::GivenUp,
        Deletion::Allowed => by_policy(keep, mail, now),
        // What the policy began ends with it.
        Deletion::Sent => match by_policy(keep, mail, now) {
            Due::Next => Due::Sent,
            later => later,
        },
    }
}

fn by_policy(keep: Keep, mail: &Grounds, now: i64) -> Due {
    match keep {
        Keep::Never => Due::Next,
        Keep::UntilDeleted if mail.message.is_none() => Due::Next,
        Keep::UntilDeleted | Keep::Forever => Due::Kept,
        Keep::For(time) => {
            let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
            match mail.stored.saturating_add(seconds) {
                then if then > now => Due::At(then),
                _ => Due::Next,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Grounds, due};
    use crate::config::Keep;
    use crate::mail::{Due, MessageId};
    use crate::store::Deletion;
    use std::time::Duration;

    const STORED: i64 = 1_000_000;
    const DAY: i64 = 24 * 60 * 60;

    fn two_weeks() -> Keep {
        Keep::For(Duration::from_hours(14 * 24))
    }

    fn when(keep: Keep, deletion: Deletion, message: Option<MessageId>, days: i64) -> Due {
        let grounds = Grounds {
            deletion,
            asked: true,
            message,
            stored: STORED,
        };
        due(keep, &grounds, STORED + days * DAY)
    }

    #[test]
    fn the_policy_decides_about_what_is_safe_here() {
        let (here, expunged) = (Some(MessageId(1)), None);
        for (keep, message, days, told) in [
            (Keep::Forever, here, 9_999, Due::Kept),
            (Keep::Forever, expunged, 9_999, Due::Kept),
            (Keep::Never, here, 0, Due::Next),
            (Keep::Never, expunged, 0, Due::Next),
            (Keep::UntilDeleted, here, 9_999, Due::Kept),
            (Keep::UntilDeleted, expunged, 0, Due::Next),
            (two_weeks(), here, 0, Due::At(STORED + 14 * DAY)),
            (two_weeks(), here, 13, Due::At(STORED + 14 * DAY)),
            (two_weeks(), expunged, 13, Due::At(STORED + 14 * DAY)),
            (two_weeks(), here, 14, Due::Next),
            (Keep::For(Duration::MAX), here, 9_999, Due::At(i64::MAX)),
        ] {
            let due = when(keep, Deletion::Allowed, message, days);
            assert_eq!(due, told, "{keep:?} {message:?} {days}");
        }
    }

    #[test]
    fn what_was_sent_for_the_policy_goes_only_while_the_policy_wants_it() {
        for (keep, told) in [
            (Keep::Forever, Due::Kept),
            (Keep::UntilDeleted, Due::Kept),
            (two_weeks(), Due::At(STORED + 14 * DAY)),
            (Keep::For(Duration::ZERO), Due::Sent),
            (Keep::Never, Due::Sent),
        ] {
            let grounds = Grounds {
                deletion: Deletion::Sent,
                asked: false,
                message: Some(MessageId(1)),
                stored: STORED,
            };
            assert_eq!(due(keep, &grounds, STORED), told, "{keep:?}");
        }
    }

    #[test]
    fn what_was_asked_sent_or_given_up_stands_whatever_the_policy_and_what_is_unsure_never_goes() {
        for keep in [Keep::Forever, Keep::Never, Keep::UntilDeleted, two_weeks()] {
            for message in [Some(MessageId(1)), None] {
                for (deletion, told) in [
                    (Deletion::None, Due::Unsure),
                    (Deletion::Asked, Due::Asked),
                    (Deletion::Sent, Due::Sent),
                    (Deletion::Done, Due::Unsure),
                    (Deletion::GivenUp, Due::GivenUp),
                ] {
                    assert_eq!(when(keep, deletion, message, 99), told, "{keep:?}");
                }
            }
        }
    }
}
