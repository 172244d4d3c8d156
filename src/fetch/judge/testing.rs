//! A row of the ledger for the tests of the judgement: a mail that is here whole and may be deleted there.

use crate::mail::{Completeness, LedgerId, MessageId};
use crate::pop3::UniqueId;
use crate::store::{Deletion, Known, Proof, stored_uid};

/// A mail under a name; a size of 0 was not listed.
pub(super) fn known(id: i64, name: &str, size: u64) -> Known {
    Known {
        id: LedgerId(id),
        uid: stored_uid(&UniqueId(name.as_bytes().into())),
        listed_size: (size > 0).then_some(size),
        message: Some(MessageId(id)),
        deletion: Deletion::Allowed,
        asked: false,
        completeness: Completeness::Whole,
        stored: 0,
        absent_since: None,
        attempts: 0,
        copies: 1,
        proof: Proof::Octets,
        readings: 0,
    }
}
