//! Knows mails again that the server gave new names: a migration, as the ledger and a listing show it. Pure.

use std::collections::{HashMap, HashSet};

use crate::mail::{Completeness, LedgerId, MessageId};
use crate::pop3::UniqueId;
use crate::store::{Deletion, Known, Namesakes};

use crate::fetch::talk::listing::Listed;

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
/// Fields that tell one mail from another.
const TELLING: [&[u8]; 3] = [b"message-id", b"received", b"date"];

/// The SHA-256 of a head, without what changes when a mail is moved.
pub(in crate::fetch) type HeadHash = [u8; 32];

/// What a head is compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::fetch) struct Print {
    pub(in crate::fetch) hash: HeadHash,
    /// Whether it tells one mail from another: a head without any such field could be a hundred mails'.
    pub(in crate::fetch) tells: bool,
}

/// A mail that is here, whole or its head, and that its server no longer lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) struct Vanished {
    pub(in crate::fetch) id: LedgerId,
    pub(in crate::fetch) message: MessageId,
    pub(in crate::fetch) completeness: Completeness,
    pub(in crate::fetch) size: u64,
}

/// The mails that are not in this listing under their names and sizes, though nobody deleted them.
pub(in crate::fetch) fn vanished(known: &[Known], namesakes: &Namesakes) -> Vec<Vanished> {
    let known = known.iter().zip(namesakes.may_be_listed());
    let vanished = known.filter(|(known, may_be_listed)| !**may_be_listed && is_expected(known));
    let vanished = vanished.map(|(known, _)| {
        let agrees = known.completeness != Completeness::Doubtful;
        Some(Vanished {
            id: known.id,
            message: known.message.filter(|_| agrees)?,
            completeness: known.completeness,
            size: known.listed_size.filter(|size| *size > 0)?,
        })
    });
    vanished.flatten().collect()
}

/// The listed mails that may be vanished ones under new names, by their size; none unless it looks like a migration:
/// at least [`FEW`] names vanished, and at least half of all that were expected.
pub(in crate::fetch) fn candidates(
    maildrop: &[Listed],
    known: &[Known],
    namesakes: &Namesakes,
    vanished: &[Vanished],
) -> Vec<Listed> {
    let expected = known.iter().filter(|known| is_expected(known)).count();
    if vanished.len() < FEW || vanished.len() * 2 < expected {
        return Vec::new();
    }
    let sizes: HashSet<u64> = vanished.iter().map(|mail| mail.size).collect();
    let mut is_known = vec![false; namesakes.count()];
    for number in namesakes.of_known() {
        is_known[*number] = true;
    }
    let listed = maildrop.iter().zip(namesakes.of_listed());
    let unknown = listed.filter(|(_, number)| number.is_some_and(|number| !is_known[number]));
    unknown
        .filter(|(mail, _)| mail.size.is_some_and(|size| sizes.contains(&size)))
        .map(|(mail, _)| mail.clone())
        .collect()
}

/// Which vanished mail each listed one is. Where a size and a head are more than one mail's, nothing is said: those
/// are downloaded, and their octets tell.
pub(in crate::fetch) fn pairs(
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
pub(in crate::fetch) fn head_hash(octets: &[u8]) -> Option<HeadHash> {
    print(octets).telling()
}

impl Print {
    /// The hash, if it tells one mail from another.
    pub(in crate::fetch) fn telling(self) -> Option<HeadHash> {
        self.tells.then_some(self.hash)
    }
}

/// What a head is compared by. Line ends do not count, nor does what stands behind the empty line.
pub(in crate::fetch) fn print(octets: &[u8]) -> Print {
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
    Print { hash, tells }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::judge::testing::known;
    use crate::fetch::talk::listing::namesakes;

    const HEAD: &[u8] =
        b"Received: from a\r\n\tby b\r\nMessage-ID: <1@x>\r\nSubject: s\r\n\r\nbody";

    #[test]
    fn what_changes_when_a_mail_is_moved_does_not_count() {
        let same: [&[u8]; 4] = [
            b"Received: from a\n\tby b\nMessage-ID: <1@x>\nSubject: s\n",
            b"X-UIDL: 7\r\nReceived: from a\r\n\tby b\r\nMessage-ID: <1@x>\r\nSubject: s\r\nStatus: RO\r\n\r\n",
            b"Received: from a\r\n\tby b\r\nX-Keywords: a\r\n b\r\nMessage-ID: <1@x>\r\nSubject: s\r\n\r\nother",
            b"Received: from a\r\n\tby b\r\nMessage-ID: <1@x>\r\nsubject: s\r\n\r\n",
        ];
        for head in &same[..3] {
            assert_eq!(head_hash(head), head_hash(HEAD));
        }
        assert_ne!(head_hash(same[3]), head_hash(HEAD));
        assert!(head_hash(HEAD).is_some());
    }

    #[test]
    fn a_head_that_could_be_a_hundred_mails_tells_nothing() {
        assert_eq!(head_hash(b"Subject: s\r\nFrom: a@x\r\n\r\n"), None);
        assert_eq!(head_hash(b""), None);
        assert_eq!(head_hash(b"\r\nDate: in the body"), None);
    }

    fn uid(name: &str) -> UniqueId {
        UniqueId(name.as_bytes().into())
    }

    fn listed(number: u32, name: &str, size: u64) -> Listed {
        Listed {
            number,
            uid: Some(uid(name)),
            size: Some(size),
        }
    }

    fn asked(maildrop: &[Listed], ledger: &[Known]) -> Vec<u32> {
        let namesakes = namesakes(maildrop, ledger);
        let gone = vanished(ledger, &namesakes);
        let asked = candidates(maildrop, ledger, &namesakes, &gone);
        asked.iter().map(|mail| mail.number).collect()
    }

    #[test]
    fn it_is_a_migration_when_three_names_and_half_of_all_vanish_at_once() {
        let ledger: Vec<Known> = (1..=6)
            .map(|id| known(id, &format!("u{id}"), 10 * id.unsigned_abs()))
            .collect();
        let moved = |count: u32| -> Vec<Listed> {
            let name = |number| format!("{}{number}", if number <= count { "new" } else { "u" });
            (1..=6)
                .map(|number| listed(number, &name(number), 10 * u64::from(number)))
                .collect()
        };
        assert!(asked(&moved(2), &ledger).is_empty());
        assert_eq!(asked(&moved(3), &ledger), [1, 2, 3]);
        assert_eq!(asked(&moved(6), &ledger), [1, 2, 3, 4, 5, 6]);
        // Sizes that nobody misses are new mail.
        let other: Vec<Listed> = (1..=6).map(|number| listed(number, "new", 7)).collect();
        assert!(asked(&other, &ledger).is_empty());
    }

    #[test]
    fn what_was_deleted_there_or_missed_before_is_not_expected() {
        let mut ledger: Vec<Known> = (1..=6).map(|id| known(id, &format!("u{id}"), 10)).collect();
        for known in &mut ledger[..2] {
            known.deletion = Deletion::Done;
        }
        for known in &mut ledger[2..4] {
            known.absent_since = Some(1);
        }
        assert_eq!(vanished(&ledger, &namesakes(&[], &ledger)).len(), 2);
        assert!(asked(&[listed(1, "new", 10)], &ledger).is_empty());
    }

    #[test]
    fn a_pair_is_one_mail_on_each_side_of_one_size_and_head() {
        let gone = |id, size| Vanished {
            id: LedgerId(id),
            message: MessageId(id),
            completeness: Completeness::Whole,
            size,
        };
        let (one, two) = ([1; 32], [2; 32]);
        let here = [
            (gone(1, 10), one),
            (gone(2, 10), two),
            (gone(3, 10), two),
            (gone(4, 11), one),
        ];
        let there = [
            (listed(7, "a", 10), one),
            (listed(8, "b", 10), two),
            (listed(9, "c", 11), one),
            (listed(10, "d", 11), one),
        ];
        assert_eq!(pairs(&here, &there), [(LedgerId(1), uid("a"), Some(10))]);
    }
}
