//! Knows mails again that the server gave new names: a migration, as the ledger and a listing show it. Pure.

use std::collections::{HashMap, HashSet};

use crate::mail::{Completeness, LedgerId, MessageId};
use crate::pop3::UniqueId;
use crate::store::{Deletion, Known};

use super::listing::Listed;
use super::plan::{key, known_key};

/// Fewer names than this that vanish at once are no migration; their mails are known again by their octets.
const FEW: usize = 3;
/// Fields that servers add, drop or change when a mail is moved.
const PASSING: [&[u8]; 7] = [
    b"status",
    b"x-status",
    b"x-uid",
    b"x-uidl",
    b"x-keywords",
    b"x-mozilla-status",
    b"content-length",
];
/// Fields that tell one mail from another. A head without any of them could be a hundred mails'.
const TELLING: [&[u8]; 3] = [b"message-id", b"received", b"date"];

/// The SHA-256 of a head, without what changes when a mail is moved.
pub(super) type HeadHash = [u8; 32];

/// A mail that is here whole and that its server no longer lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Vanished {
    pub(super) id: LedgerId,
    pub(super) message: MessageId,
    pub(super) size: u64,
}

/// The mails whose names are not in this listing, though nobody deleted them.
pub(super) fn vanished(maildrop: &[Listed], known: &[Known]) -> Vec<Vanished> {
    let names: HashSet<UniqueId> = maildrop
        .iter()
        .filter_map(|mail| key(mail).map(|(uid, _size)| uid))
        .collect();
    let vanished = known.iter().filter(|known| !names.contains(&known.uid));
    let vanished = vanished.filter(|known| is_expected(known)).map(|known| {
        let whole = known.completeness == Completeness::Whole;
        Some(Vanished {
            id: known.id,
            message: known.message.filter(|_| whole)?,
            size: known.listed_size.filter(|size| *size > 0)?,
        })
    });
    vanished.flatten().collect()
}

/// The listed mails that may be vanished ones under new names, by their size; none unless it looks like a migration:
/// at least [`FEW`] names vanished, and at least half of all that were expected.
pub(super) fn candidates(
    maildrop: &[Listed],
    known: &[Known],
    vanished: &[Vanished],
) -> Vec<Listed> {
    let expected = known.iter().filter(|known| is_expected(known)).count();
    if vanished.len() < FEW || vanished.len() * 2 < expected {
        return Vec::new();
    }
    let sizes: HashSet<u64> = vanished.iter().map(|mail| mail.size).collect();
    let keys: HashSet<_> = known.iter().map(known_key).collect();
    let unknown = maildrop
        .iter()
        .filter(|mail| key(mail).is_some_and(|key| !keys.contains(&key)));
    unknown
        .filter(|mail| mail.size.is_some_and(|size| sizes.contains(&size)))
        .cloned()
        .collect()
}

/// Which vanished mail each listed one is. Where a size and a head are more than one mail's, nothing is said: those
/// are downloaded, and their octets tell.
pub(super) fn pairs(
    here: &[(Vanished, HeadHash)],
    there: &[(Listed, HeadHash)],
) -> Vec<(LedgerId, UniqueId, Option<u64>)> {
    let old = single(here.iter().map(|(mail, hash)| ((mail.size, *hash), mail)));
    let new = single(
        there
            .iter()
            .filter_map(|(mail, hash)| Some(((mail.size?, *hash), mail))),
    );
    let pairs = new.into_iter().filter_map(|(key, mail)| {
        let (old, mail) = (old.get(&key).copied().flatten()?, mail?);
        Some((old.id, mail.uid.clone()?, mail.size))
    });
    pairs.collect()
}

/// The hash of a head; `None` for one that tells no mail from another.
///
/// Line ends do not count, nor does what stands behind the empty line.
pub(super) fn head_hash(octets: &[u8]) -> Option<HeadHash> {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    let (mut tells, mut passing) = (false, false);
    for line in octets.split(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|octet| *octet == b':').next();
            let name = name.unwrap_or_default().trim_ascii().to_ascii_lowercase();
            passing = PASSING.contains(&name.as_slice());
            tells |= TELLING.contains(&name.as_slice());
        }
        if !passing {
            context.update(line);
            context.update(b"\n");
        }
    }
    let mut hash = HeadHash::default();
    hash.copy_from_slice(context.finish().as_ref());
    tells.then_some(hash)
}

/// Whether a mail should be in the listing: it was in the last one, and its deletion was not asked for.
fn is_expected(known: &Known) -> bool {
    known.absent_since.is_none() && !matches!(known.deletion, Deletion::Sent | Deletion::Done)
}

/// The values whose key no other value has.
fn single<K: std::hash::Hash + Eq, V>(all: impl Iterator<Item = (K, V)>) -> HashMap<K, Option<V>> {
    let mut found = HashMap::new();
    for (key, value) in all {
        found
            .entry(key)
            .and_modify(|known| *known = None)
            .or_insert(Some(value));
    }
    found
}
