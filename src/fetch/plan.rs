//! What to download and what to delete: the maildrop against what is known and what the user wants. Pure.

use std::collections::{HashMap, HashSet};

use crate::config::Keep;
use crate::pop3::UniqueId;
use crate::store::{Deletion, Known};

use super::listing::Listed;

/// What to do with a maildrop.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// To be fetched, in this order.
    pub(super) download: Vec<Listed>,
    /// Stored by earlier sessions, and may be deleted if the user wants that.
    pub(super) done_with: Vec<Listed>,
}

/// Sorts the maildrop. New mail comes newest first: the highest message-number first, since servers number by
/// arrival and what came last is what the user waits for. What failed before (`last`) comes last.
pub(super) fn plan(maildrop: &[Listed], known: &[Known], last: &HashSet<UniqueId>) -> Plan {
    let stored = count(known.iter().filter(|known| is_here(known)).map(key));
    let allowed = count(known.iter().filter(|known| may_go(known)).map(key));
    let listed = count(maildrop.iter().filter_map(|mail| Some((mail.uid.as_ref()?, mail.size))));

    let mut plan = Plan::default();
    for mail in maildrop.iter().rev() {
        let Some(uid) = &mail.uid else {
            plan.download.push(mail.clone());
            continue;
        };
        let key = (uid, mail.size);
        let copies = listed.get(&key).copied().unwrap_or(0);
        // Fewer stored than listed under one name and size: nobody can say which is missing, so all come again and
        // the store tells them apart by their octets.
        if stored.get(&key).copied().unwrap_or(0) < copies {
            plan.download.push(mail.clone());
        } else if allowed.get(&key).copied().unwrap_or(0) >= copies {
            plan.done_with.push(mail.clone());
        }
    }
    plan.download
        .sort_by_key(|mail| mail.uid.as_ref().is_some_and(|uid| last.contains(uid)));
    plan
}

/// What may be deleted now, of what is stored: never a mail whose name also belongs to one that is not.
pub(super) fn deletable(
    keep: Keep,
    maildrop: &[Listed],
    stored: impl IntoIterator<Item = Listed>,
) -> Vec<Listed> {
    if keep == Keep::Forever {
        return Vec::new();
    }
    let stored: HashMap<u32, Listed> = stored
        .into_iter()
        .filter(|mail| mail.size.is_some_and(|size| size > 0))
        .map(|mail| (mail.number, mail))
        .collect();
    let spoken_for: HashSet<&UniqueId> = maildrop
        .iter()
        .filter(|mail| !stored.contains_key(&mail.number))
        .filter_map(|mail| mail.uid.as_ref())
        .collect();
    let mut gone: Vec<Listed> = stored
        .into_values()
        .filter(|mail| mail.uid.as_ref().is_none_or(|uid| !spoken_for.contains(uid)))
        .collect();
    gone.sort_unstable_by_key(|mail| mail.number);
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

fn key(known: &Known) -> (&UniqueId, Option<u64>) {
    (&known.uid, known.listed_size)
}

fn count<T: std::hash::Hash + Eq>(items: impl Iterator<Item = T>) -> HashMap<T, usize> {
    let mut counts = HashMap::new();
    for item in items {
        *counts.entry(item).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::MessageId;

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

    fn known(name: &str, size: u64, deletion: Deletion) -> Known {
        Known {
            uid: uid(name),
            listed_size: (size > 0).then_some(size),
            message: MessageId(1),
            deletion,
        }
    }

    fn numbers(mails: &[Listed]) -> Vec<u32> {
        mails.iter().map(|mail| mail.number).collect()
    }

    fn sort(maildrop: &[Listed], known: &[Known]) -> (Vec<u32>, Vec<u32>) {
        let plan = plan(maildrop, known, &HashSet::new());
        (numbers(&plan.download), numbers(&plan.done_with))
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
        assert_eq!(numbers(&plan.download), [2, 1, 3]);
    }

    #[test]
    fn a_unique_id_with_another_size_is_a_new_mail() {
        let maildrop = [listed(1, "a", 10)];
        assert_eq!(sort(&maildrop, &[known("a", 9, Deletion::Allowed)]), (vec![1], vec![]));
    }

    #[test]
    fn a_unique_id_that_comes_back_after_a_confirmed_deletion_is_fetched_again() {
        let maildrop = [listed(1, "a", 9)];
        assert_eq!(sort(&maildrop, &[known("a", 9, Deletion::Done)]), (vec![1], vec![]));
    }

    #[test]
    fn a_deletion_that_quit_did_not_confirm_is_tried_again() {
        let maildrop = [listed(1, "a", 9)];
        assert_eq!(sort(&maildrop, &[known("a", 9, Deletion::Sent)]), (vec![], vec![1]));
    }

    #[test]
    fn a_mail_whose_size_did_not_agree_is_neither_fetched_again_nor_deleted() {
        let maildrop = [listed(1, "a", 9)];
        assert_eq!(sort(&maildrop, &[known("a", 9, Deletion::None)]), (vec![], vec![]));
    }

    #[test]
    fn two_mails_of_one_name_are_both_fetched_until_both_are_here() {
        let maildrop = [listed(1, "a", 9), listed(2, "a", 9)];
        let one = [known("a", 9, Deletion::Allowed)];
        assert_eq!(sort(&maildrop, &one), (vec![2, 1], vec![]));
        let both = [known("a", 9, Deletion::Allowed), known("a", 9, Deletion::Allowed)];
        assert_eq!(sort(&maildrop, &both), (vec![], vec![2, 1]));
    }

    #[test]
    fn nothing_is_deleted_where_the_user_keeps_it() {
        let maildrop = [listed(1, "a", 9)];
        assert!(deletable(Keep::Forever, &maildrop, maildrop.clone()).is_empty());
        assert_eq!(numbers(&deletable(Keep::Never, &maildrop, maildrop.clone())), [1]);
    }

    #[test]
    fn a_name_that_also_belongs_to_a_mail_not_stored_is_not_deleted() {
        let maildrop = [listed(1, "a", 9), listed(2, "a", 8), listed(3, "", 7)];
        let stored = [listed(1, "a", 9), listed(3, "", 7)];
        assert_eq!(numbers(&deletable(Keep::Never, &maildrop, stored)), [3]);
    }

    #[test]
    fn a_mail_without_a_listed_size_is_never_deleted() {
        let maildrop = [listed(1, "a", 0)];
        assert!(deletable(Keep::Never, &maildrop, maildrop.clone()).is_empty());
    }
}
