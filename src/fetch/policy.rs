//! What is deleted on the server in this session: what the ledger says is due, as far as this listing names it. Pure.

use std::collections::{HashMap, HashSet};

use crate::config::Keep;
use crate::mail::LedgerId;
use crate::pop3::UniqueId;
use crate::store::{Grounds, Known, Proof, due};

use super::listing::Listed;
use super::plan::{Key, is_due, is_stale, key, known_key};

/// A mail of this session's listing that is safe here, and that is to be deleted there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doomed {
    /// On the server.
    pub(super) listed: Listed,
    /// In the ledger.
    pub(super) ledger: LedgerId,
}

/// The mails of one name and size.
#[derive(Debug, Default)]
struct Group {
    /// How many are listed.
    listed: u32,
    /// The rows they may be, one for each mail they stand for. Which of them a number means cannot be told: all of
    /// them go, or none.
    rows: Vec<LedgerId>,
    /// Whether one of the rows must stay.
    has_to_stay: bool,
}

/// What is to be deleted now, by number.
///
/// Never a mail of unknown size, never one that was only recognised by its head, and never one whose name also
/// belongs to a listed mail that has to stay or that is not known at all.
pub(super) fn doomed(keep: Keep, maildrop: &[Listed], known: &[Known], now: i64) -> Vec<Doomed> {
    if known
        .iter()
        .all(|known| !is_due(due(keep, &known.grounds(), now)))
    {
        return Vec::new();
    }
    let mut groups = group(keep, known, now);
    for key in maildrop.iter().filter_map(key) {
        if let Some(group) = groups.get_mut(&key) {
            group.listed += 1;
        }
    }
    let spoken_for: HashSet<UniqueId> = maildrop
        .iter()
        .filter_map(key)
        .filter(|key| groups.get(key).is_none_or(|group| !group.may_go()))
        .map(|(uid, _size)| uid)
        .collect();
    let mut doomed = Vec::new();
    for mail in maildrop {
        let Some(key) = key(mail).filter(|key| !spoken_for.contains(&key.0)) else {
            continue;
        };
        let row = groups.get_mut(&key).and_then(|group| group.rows.pop());
        doomed.extend(row.filter(|_| has_size(mail)).map(|ledger| Doomed {
            listed: mail.clone(),
            ledger,
        }));
    }
    doomed
}

/// Mails without a name, which were read in this session, so that their numbers are sure.
pub(super) fn doomed_nameless(
    keep: Keep,
    read: impl IntoIterator<Item = (Listed, LedgerId, Grounds)>,
    now: i64,
) -> Vec<Doomed> {
    let due = read
        .into_iter()
        .filter(|(mail, _, grounds)| has_size(mail) && is_due(due(keep, grounds, now)));
    due.map(|(listed, ledger, _)| Doomed { listed, ledger })
        .collect()
}

fn group(keep: Keep, known: &[Known], now: i64) -> HashMap<Key, Group> {
    let mut groups: HashMap<Key, Group> = HashMap::new();
    for known in known.iter().filter(|known| !is_stale(known, now)) {
        let goes = known.proof == Proof::Octets && is_due(due(keep, &known.grounds(), now));
        let group = groups.entry(known_key(known)).or_default();
        group.has_to_stay |= !goes;
        if goes {
            let copies = usize::try_from(known.copies).unwrap_or(1);
            group.rows.extend(std::iter::repeat_n(known.id, copies));
        }
    }
    groups
}

impl Group {
    fn may_go(&self) -> bool {
        !self.has_to_stay && self.rows.len() >= self.listed as usize
    }
}

fn has_size(mail: &Listed) -> bool {
    mail.size.is_some_and(|size| size > 0)
}
