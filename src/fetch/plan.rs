//! What to download and what to delete: the maildrop against what is known and what the user wants. Pure.

use std::collections::{HashMap, HashSet};

use crate::config::Keep;
use crate::mail::LedgerId;
use crate::pop3::UniqueId;
use crate::store::{Deletion, Known, stored_uid};

use super::listing::Listed;

/// What to do with a maildrop.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// To be fetched, in this order.
    pub(super) download: Vec<Listed>,
    /// Stored by earlier sessions, and may be deleted if the user wants that.
    pub(super) done_with: Vec<Stored>,
}

/// A mail of this session's listing that is safe here, its size checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    /// On the server.
    pub(super) listed: Listed,
    /// In the ledger.
    pub(super) ledger: LedgerId,
}

/// The mails of one name and size: one, if the server is in order. When fewer are stored than listed, nobody can say
/// which is missing, so all come again and the store tells them apart by their octets.
#[derive(Debug)]
struct Group {
    listed: usize,
    stored: Vec<LedgerId>,
    /// Which of them a number means cannot be told: all of them go, or none.
    all_may_go: bool,
}

/// By this a mail is known again: its name and its size as LIST tells it.
type Key = (UniqueId, Option<u64>);

/// Sorts the maildrop. New mail comes newest first: the highest message-number first, since servers number by
/// arrival and what came last is what the user waits for. What failed before (`last`) comes last.
pub(super) fn plan(maildrop: &[Listed], known: &[Known], last: &HashSet<UniqueId>) -> Plan {
    let mut groups = group(maildrop, known);
    let mut plan = Plan::default();
    for mail in maildrop.iter().rev() {
        match key(mail).and_then(|key| groups.get_mut(&key)) {
            Some(group) if group.stored.len() >= group.listed => {
                group.listed -= 1;
                let ledger = group.stored.pop().filter(|_| group.all_may_go);
                plan.done_with.extend(ledger.map(|ledger| Stored {
                    listed: mail.clone(),
                    ledger,
                }));
            }
            _ => plan.download.push(mail.clone()),
        }
    }
    plan.download
        .sort_by_key(|mail| mail.uid.as_ref().is_some_and(|uid| last.contains(uid)));
    plan
}

fn group(maildrop: &[Listed], known: &[Known]) -> HashMap<Key, Group> {
    let mut groups: HashMap<Key, Group> = HashMap::new();
    for key in maildrop.iter().filter_map(key) {
        let empty = Group {
            listed: 0,
            stored: Vec::new(),
            all_may_go: true,
        };
        groups.entry(key).or_insert(empty).listed += 1;
    }
    for known in known.iter().filter(|known| is_here(known)) {
        if let Some(group) = groups.get_mut(&(known.uid.clone(), known.listed_size)) {
            group.stored.push(known.id);
            group.all_may_go &= may_go(known);
        }
    }
    groups
}

/// What may be deleted now, of what is stored: never a mail whose name also belongs to one that is not.
pub(super) fn deletable(
    keep: Keep,
    maildrop: &[Listed],
    stored: impl IntoIterator<Item = Stored>,
) -> Vec<Stored> {
    if keep == Keep::Forever {
        return Vec::new();
    }
    let stored: HashMap<u32, Stored> = stored
        .into_iter()
        .filter(|mail| mail.listed.size.is_some_and(|size| size > 0))
        .map(|mail| (mail.listed.number, mail))
        .collect();
    let spoken_for: HashSet<&UniqueId> = maildrop
        .iter()
        .filter(|mail| !stored.contains_key(&mail.number))
        .filter_map(|mail| mail.uid.as_ref())
        .collect();
    let is_free = |mail: &Stored| {
        let uid = mail.listed.uid.as_ref();
        uid.is_none_or(|uid| !spoken_for.contains(uid))
    };
    let mut gone: Vec<Stored> = stored.into_values().filter(is_free).collect();
    gone.sort_unstable_by_key(|mail| mail.listed.number);
    gone
}

/// A mail whose deletion was confirmed and that is listed again is fetched again: the server may have given its name
/// to another mail, and its octets tell.
fn is_here(known: &Known) -> bool {
    known.deletion != Deletion::Done
}

fn may_go(known: &Known) -> bool {
    matches!(known.deletion, Deletion::Allowed | Deletion::Sent)
}

fn key(mail: &Listed) -> Option<Key> {
    Some((stored_uid(mail.uid.as_ref()?), mail.size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Completeness;
    use crate::store::Proof;

    fn uid(name: &str) -> UniqueId {
        UniqueId(name.as_bytes().into())
    }

    fn listed(number: u32, name: &str, size: u64) -> Listed {
        Listed {
            number,
            uid: (!name.is_empty()).then(|| uid(name)),
            size: (size > 0).then_some(size),
        }
    }

    fn stored(listed: Listed) -> Stored {
        let ledger = LedgerId(i64::from(listed.number));
        Stored { listed, ledger }
    }

    fn known(name: &str, size: u64, deletion: Deletion) -> Known {
        Known {
            id: LedgerId(1),
            uid: uid(name),
            listed_size: (size > 0).then_some(size),
            message: None,
            deletion,
            completeness: Completeness::Whole,
            stored: 0,
            absent_since: None,
            attempts: 0,
            copies: 1,
            proof: Proof::Octets,
        }
    }

    fn numbers(mails: &[Stored]) -> Vec<u32> {
        mails.iter().map(|mail| mail.listed.number).collect()
    }

    fn sort(maildrop: &[Listed], known: &[Known]) -> (Vec<u32>, Vec<u32>) {
        let plan = plan(maildrop, known, &HashSet::new());
        let download = plan.download.iter().map(|mail| mail.number);
        (download.collect(), numbers(&plan.done_with))
    }

    fn deleted(keep: Keep, maildrop: &[Listed], here: &[Listed]) -> Vec<u32> {
        numbers(&deletable(keep, maildrop, here.iter().cloned().map(stored)))
    }

    #[test]
    fn only_new_mail_is_downloaded_newest_first() {
        let maildrop = [listed(1, "a", 9), listed(2, "b", 9), listed(3, "c", 9)];
        let here = [known("b", 9, Deletion::Allowed)];
        assert_eq!(sort(&maildrop, &here), (vec![3, 1], vec![2]));
    }

    #[test]
    fn what_failed_before_comes_last() {
        let maildrop = [listed(1, "a", 9), listed(2, "b", 9), listed(3, "c", 9)];
        let plan = plan(&maildrop, &[], &HashSet::from([uid("c")]));
        let order: Vec<u32> = plan.download.iter().map(|mail| mail.number).collect();
        assert_eq!(order, [2, 1, 3]);
    }

    #[test]
    fn a_unique_id_with_another_size_is_a_new_mail() {
        let maildrop = [listed(1, "a", 10)];
        assert_eq!(
            sort(&maildrop, &[known("a", 9, Deletion::Allowed)]),
            (vec![1], vec![])
        );
    }

    #[test]
    fn a_unique_id_that_comes_back_after_a_confirmed_deletion_is_fetched_again() {
        let maildrop = [listed(1, "a", 9)];
        assert_eq!(
            sort(&maildrop, &[known("a", 9, Deletion::Done)]),
            (vec![1], vec![])
        );
    }

    #[test]
    fn a_deletion_that_quit_did_not_confirm_is_tried_again() {
        let maildrop = [listed(1, "a", 9)];
        assert_eq!(
            sort(&maildrop, &[known("a", 9, Deletion::Sent)]),
            (vec![], vec![1])
        );
    }

    #[test]
    fn a_mail_whose_size_did_not_agree_is_neither_fetched_again_nor_deleted() {
        let maildrop = [listed(1, "a", 9)];
        assert_eq!(
            sort(&maildrop, &[known("a", 9, Deletion::None)]),
            (vec![], vec![])
        );
    }

    #[test]
    fn two_mails_of_one_name_are_both_fetched_until_both_are_here() {
        let maildrop = [listed(1, "a", 9), listed(2, "a", 9)];
        let one = [known("a", 9, Deletion::Allowed)];
        assert_eq!(sort(&maildrop, &one), (vec![2, 1], vec![]));
        let both = [
            known("a", 9, Deletion::Allowed),
            known("a", 9, Deletion::Allowed),
        ];
        assert_eq!(sort(&maildrop, &both), (vec![], vec![2, 1]));
    }

    #[test]
    fn of_two_mails_of_one_name_none_may_go_while_one_is_doubtful() {
        let maildrop = [listed(1, "a", 9), listed(2, "a", 9)];
        let one_doubtful = [
            known("a", 9, Deletion::Allowed),
            known("a", 9, Deletion::None),
        ];
        assert_eq!(sort(&maildrop, &one_doubtful), (vec![], vec![]));
    }

    #[test]
    fn a_unique_id_too_long_to_keep_is_known_again() {
        let long = "x".repeat(5_000);
        let here = Known {
            uid: stored_uid(&uid(&long)),
            ..known("", 9, Deletion::Allowed)
        };
        assert_eq!(sort(&[listed(1, &long, 9)], &[here]), (vec![], vec![1]));
    }

    #[test]
    fn nothing_is_deleted_where_the_user_keeps_it() {
        let maildrop = [listed(1, "a", 9)];
        assert!(deleted(Keep::Forever, &maildrop, &maildrop).is_empty());
        assert_eq!(deleted(Keep::Never, &maildrop, &maildrop), [1]);
    }

    #[test]
    fn a_name_that_also_belongs_to_a_mail_not_stored_is_not_deleted() {
        let maildrop = [listed(1, "a", 9), listed(2, "a", 8), listed(3, "", 7)];
        let here = [listed(1, "a", 9), listed(3, "", 7)];
        assert_eq!(deleted(Keep::Never, &maildrop, &here), [3]);
    }

    #[test]
    fn a_mail_without_a_listed_size_is_never_deleted() {
        let maildrop = [listed(1, "a", 0)];
        assert!(deleted(Keep::Never, &maildrop, &maildrop).is_empty());
    }
}
