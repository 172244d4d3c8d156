//! What is asked for, and what is not.

use super::*;
use crate::fetch::judge::testing;
use crate::fetch::talk::listing::namesakes;

const NOW: i64 = 1_800_000_000;
const MONTH: i64 = 30 * 24 * 60 * 60;

fn listed(number: u32, name: &str, size: u64) -> Listed {
    Listed {
        number,
        uid: (!name.is_empty()).then(|| UniqueId(name.as_bytes().into())),
        size: (size > 0).then_some(size),
    }
}

fn known(name: &str, size: u64) -> Known {
    Known {
        stored: NOW,
        ..testing::known(1, name, size)
    }
}

/// What is wished, downloaded, and read again alone: `h` behind a number means the head.
fn planned(maildrop: &[Listed], ledger: &[Known], keep: Keep) -> [Vec<String>; 3] {
    planned_above(Some(1_000), maildrop, ledger, keep)
}

fn planned_above(
    partial_above: Option<u64>,
    maildrop: &[Listed],
    ledger: &[Known],
    keep: Keep,
) -> [Vec<String>; 3] {
    let aims = Aims {
        keep,
        now: NOW,
        partial_above,
        cap: 1_000_000,
        suspects: &HashSet::from([UniqueId(b"suspect".as_slice().into())]),
        can_top: true,
        compares_heads: true,
        vanished: &HashSet::from([7_777]),
        whole: &HashSet::from([MessageId(9)]),
        doubted: &HashSet::from([UniqueId(b"doubted".as_slice().into())]),
    };
    let plan = plan(maildrop, ledger, &namesakes(maildrop, ledger), &aims);
    [plan.wished, plan.download, plan.again].map(|errands| {
        let name = |errand: &Errand| match errand.part {
            Part::Whole => errand.listed.number.to_string(),
            Part::Head => format!("{}h", errand.listed.number),
        };
        errands.iter().map(name).collect()
    })
}

fn downloaded(maildrop: &[Listed], ledger: &[Known]) -> Vec<String> {
    let [wished, download, again] = planned(maildrop, ledger, Keep::Forever);
    assert!(wished.is_empty() && again.is_empty());
    download
}

#[test]
fn only_what_is_not_known_by_name_and_size_is_downloaded() {
    let maildrop = [listed(1, "a", 9), listed(2, "b", 9), listed(3, "c", 9)];
    assert_eq!(downloaded(&maildrop, &[known("b", 9)]), ["1", "3"]);
    assert_eq!(downloaded(&maildrop[..1], &[known("a", 10)]), ["1"]);
    assert!(downloaded(&maildrop[..1], &[known("a", 9)]).is_empty());
    assert_eq!(downloaded(&[listed(1, "", 9)], &[known("a", 9)]), ["1"]);
}

#[test]
fn a_name_is_uncovered_unless_a_mail_that_is_surely_there_stands_for_it() {
    let mails = [("", 9), ("a", 9), ("b", 9), ("b", 9), ("c", 9), ("d", 9)];
    let maildrop: Vec<_> = (1..)
        .zip(mails)
        .map(|(number, (name, size))| listed(number, name, size))
        .collect();
    let long_gone = Known {
        absent_since: Some(NOW - 2 * MONTH),
        ..known("d", 9)
    };
    let ledger = [known("a", 9), known("b", 9), known("c", 8), long_gone];
    let namesakes = namesakes(&maildrop, &ledger);
    let names = uncovered(&maildrop, &ledger, &namesakes, NOW);
    let names: Vec<_> = names.iter().map(|(name, size)| (&*name.0, *size)).collect();
    assert_eq!(names, [b"b", b"c", b"d"].map(|name| (&name[..], Some(9))));
}

#[test]
fn two_mails_of_one_name_are_both_fetched_until_both_are_accounted_for() {
    let maildrop = [listed(1, "a", 9), listed(2, "a", 9)];
    assert_eq!(downloaded(&maildrop, &[known("a", 9)]), ["1", "2"]);
    assert!(downloaded(&maildrop, &[known("a", 9), known("a", 9)]).is_empty());
    let twins = Known {
        copies: 2,
        ..known("a", 9)
    };
    assert!(downloaded(&maildrop, &[twins]).is_empty());
}

#[test]
fn a_name_that_may_be_another_mails_is_read_again() {
    let maildrop = [listed(1, "a", 9)];
    let changed = |change: fn(&mut Known)| {
        let mut known = known("a", 9);
        change(&mut known);
        downloaded(&maildrop, &[known])
    };
    assert_eq!(changed(|known| known.deletion = Deletion::Done), ["1"]);
    assert!(changed(|known| known.deletion = Deletion::Sent).is_empty());
    assert!(changed(|known| known.deletion = Deletion::GivenUp).is_empty());
    assert_eq!(
        changed(|known| known.absent_since = Some(NOW - MONTH - 1)),
        ["1"]
    );
    assert!(changed(|known| known.absent_since = Some(NOW - MONTH)).is_empty());
    // Its deletion was asked for, and then it was not listed.
    let gone = |known: &mut Known| {
        known.deletion = Deletion::Sent;
        known.absent_since = Some(NOW);
    };
    assert_eq!(changed(gone), ["1"]);
    // Once the other mail of that name is here, the old one counts no more.
    let old = Known {
        deletion: Deletion::Done,
        ..known("a", 9)
    };
    assert!(downloaded(&maildrop, &[old, known("a", 9)]).is_empty());
}

#[test]
fn a_mail_deleted_here_for_good_is_known_under_every_policy() {
    // Before a small one is deleted there it is read again: no head is here to compare with.
    for (name, size, read) in [("a", 100_000, false), ("a", 9, true), ("7", 100_000, true)] {
        let expunged = Known {
            message: None,
            ..known(name, size)
        };
        for keep in [Keep::Forever, Keep::Never, Keep::UntilDeleted] {
            let is_read = read && keep != Keep::Forever;
            let download = if is_read {
                vec!["1".to_owned()]
            } else {
                vec![]
            };
            let ledger = std::slice::from_ref(&expunged);
            let planned = planned(&[listed(1, name, size)], ledger, keep);
            assert_eq!(
                planned,
                [vec![], download, vec![]],
                "{name} {size} {keep:?}"
            );
        }
    }
}

#[test]
fn a_mail_known_by_its_head_is_read_when_it_is_due_and_not_before() {
    let renamed = [Known {
        proof: Proof::Head,
        ..known("a", 9)
    }];
    let maildrop = [listed(1, "a", 9)];
    assert!(downloaded(&maildrop, &renamed).is_empty());
    assert_eq!(planned(&maildrop, &renamed, Keep::Never)[1], ["1"]);
}

#[test]
fn large_mails_come_as_their_heads_unless_octets_have_to_be_compared() {
    let maildrop = [
        listed(1, "a", 1_000),
        listed(2, "b", 1_001),
        listed(3, "", 1_001),
        listed(4, "", 2_000_000),
        listed(5, "c", 7_777),
        listed(6, "d", 1_001),
        listed(7, "e", 0),
    ];
    let done = Known {
        deletion: Deletion::Done,
        ..known("d", 1_001)
    };
    assert_eq!(
        downloaded(&maildrop, &[done]),
        ["1", "2h", "3", "4h", "5", "6", "7"]
    );
}

#[test]
fn what_list_calls_too_large_is_tried_once_where_everything_is_wanted_whole() {
    let maildrop = [listed(1, "a", 2_000_000), listed(2, "suspect", 2_000_000)];
    let [_, download, _] = planned_above(None, &maildrop, &[], Keep::Forever);
    assert_eq!(download, ["1", "2h"]);
    assert_eq!(downloaded(&maildrop, &[]), ["1h", "2h"]);
}

#[test]
fn a_head_comes_whole_when_it_is_wished_for_and_never_by_itself() {
    let head = |message| Known {
        completeness: Completeness::Head,
        message: Some(MessageId(message)),
        deletion: Deletion::None,
        ..known("a", 2_000)
    };
    let maildrop = [listed(1, "a", 2_000)];
    assert!(downloaded(&maildrop, &[head(1)]).is_empty());
    assert_eq!(planned(&maildrop, &[head(9)], Keep::Forever)[0], ["1"]);
}

#[test]
fn few_doubtful_mails_are_read_again_the_newest_ones_and_not_for_ever() {
    let doubtful = |name: &str, readings| Known {
        completeness: Completeness::Doubtful,
        deletion: Deletion::None,
        readings,
        ..known(name, 9)
    };
    let names = ["a", "b", "c", "d", "e", "f", "doubted", "read"];
    let maildrop: Vec<Listed> = (1..)
        .zip(names)
        .map(|(number, name)| listed(number, name, 9))
        .collect();
    let ledger = names.map(|name| doubtful(name, if name == "read" { 3 } else { 0 }));
    let [_, download, again] = planned(&maildrop, &ledger, Keep::Never);
    assert!(download.is_empty());
    assert_eq!(again, ["3", "4", "5", "6"]);
}
