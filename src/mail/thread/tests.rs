//! The tree against small conversations drawn by hand, against limits, and against what holds for every tree.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Member, Placed, tree};
use crate::mail::{Key, MessageId};

/// A mail `name` of this date that refers to `references`; an `!` before the name: not to be shown.
fn mail(date: i64, name: &str, references: &str) -> Member<String> {
    let shown = !name.starts_with('!');
    let name = name.trim_start_matches('!');
    Member {
        key: Key {
            date,
            id: MessageId(date),
        },
        name: (!name.is_empty()).then(|| name.to_owned()),
        references: references.split_whitespace().map(str::to_owned).collect(),
        shown,
    }
}

/// The tree as it is drawn, with dates for names.
fn drawn(members: &[(&str, &str)]) -> Vec<String> {
    let dated = members.iter().zip(1..);
    let members = dated.map(|((name, references), date)| mail(date, name, references));
    let row = |placed: &Placed| {
        let branch = placed.branch;
        let lines = (1..=branch.depth).map(|level| match (branch.goes_on(level), level) {
            (true, level) if level == branch.depth => "├",
            (false, level) if level == branch.depth => "└",
            (true, _) => "│",
            (false, _) => " ",
        });
        lines
            .chain([placed.key.id.0.to_string().as_str()])
            .collect()
    };
    tree(members.collect()).iter().map(row).collect()
}

#[test]
fn answers_stand_below_what_they_answer_by_date() {
    let rows = drawn(&[
        ("a", ""),
        ("b", "a"),
        ("c", "a"),
        ("d", "a b"),
        ("e", "a b d"),
        ("f", "a b"),
    ]);
    assert_eq!(rows, ["1", "├2", "│├4", "││└5", "│└6", "└3"]);
}

#[test]
fn a_mail_that_is_missing_or_not_shown_hands_its_answers_to_the_one_above() {
    let missing = drawn(&[("a", ""), ("c", "a lost"), ("d", "a lost")]);
    assert_eq!(missing, ["1", "├2", "└3"]);
    let elsewhere = drawn(&[("a", ""), ("!b", "a"), ("c", "b")]);
    assert_eq!(
        elsewhere,
        ["1", "└3"],
        "the one between tells that it is below the first"
    );
}

#[test]
fn answers_to_one_missing_mail_stand_side_by_side() {
    assert_eq!(drawn(&[("b", "lost"), ("c", "lost")]), ["├1", "└2"]);
    assert_eq!(drawn(&[("b", "lost")]), ["1"], "alone it is the root");
}

#[test]
fn a_late_mail_takes_its_place_above_those_that_came_before_it() {
    // The references of the last one say what the second forgot.
    let rows = drawn(&[("c", "b"), ("b", ""), ("d", "a b"), ("a", "")]);
    assert_eq!(rows, ["4", "└2", " ├1", " └3"]);
}

#[test]
fn a_loop_is_cut_where_the_older_mail_has_spoken() {
    let mutual = drawn(&[("a", "b"), ("b", "a")]);
    assert_eq!(mutual, ["2", "└1"]);
    assert_eq!(drawn(&[("a", "a")]), ["1"]);
    assert_eq!(drawn(&[("a", "a a x a"), ("x", "a")]), ["2", "└1"]);
    let three = drawn(&[("a", "c"), ("b", "a"), ("c", "b")]);
    assert_eq!(three, ["3", "└1", " └2"]);
}

#[test]
fn of_mails_with_one_message_id_the_oldest_is_answered_and_each_has_its_row() {
    let rows = drawn(&[("a", ""), ("b", "a"), ("b", "a"), ("c", "a b"), ("", "b")]);
    assert_eq!(rows, ["1", "├2", "│├4", "│└5", "└3"]);
}

#[test]
fn mails_without_any_name_are_roots_of_their_own() {
    assert_eq!(drawn(&[("", ""), ("", "")]), ["├1", "└2"]);
    assert!(drawn(&[]).is_empty());
    assert!(drawn(&[("!a", "")]).is_empty());
}

#[test]
fn a_chain_of_a_hundred_thousand_mails_is_one_line_down() {
    let named = |number: i64| number.to_string();
    let chain = (0..100_000).map(|at| mail(at, &named(at), &named(at - 1)));
    let placed = tree(chain.collect());
    assert_eq!(placed.len(), 100_000);
    assert_eq!(placed[99_999].branch.depth, 99_999);
    assert_eq!(placed[99_999].branch.follows, 0);
    // Each answers the one after it: the oldest is the deepest.
    let backward = (0..100_000).map(|at| mail(at, &named(at), &named(at + 1)));
    let placed = tree(backward.collect());
    assert_eq!(placed[0].key.date, 99_999);
    let star = (0..100_000).map(|at| mail(at, &named(at), if at == 0 { "" } else { "0" }));
    let placed = tree(star.collect());
    assert!(placed[1..].iter().all(|placed| placed.branch.depth == 1));
}

#[test]
fn a_mail_of_ten_thousand_references_has_its_place_behind_the_last_of_them_that_is_here() {
    let many: Vec<String> = (0..10_000).map(|number| format!("r{number}")).collect();
    let placed = tree(vec![mail(1, "r5000", ""), mail(2, "own", &many.join(" "))]);
    assert_eq!(placed[1].parent, Some(MessageId(1)));
    assert_eq!(placed[1].branch.depth, 1);
}

fn conversation() -> impl Strategy<Value = Vec<Member<u8>>> {
    let one = (
        0..20_i64,
        proptest::option::weighted(0.9, 0..12_u8),
        proptest::collection::vec(0..14_u8, 0..5),
        proptest::bool::weighted(0.8),
    );
    proptest::collection::vec(one, 0..24).prop_map(|mails| {
        let member = |((date, name, references, shown), id)| Member {
            key: Key {
                date,
                id: MessageId(id),
            },
            name,
            references,
            shown,
        };
        mails.into_iter().zip(1..).map(member).collect()
    })
}

proptest! {
    #[test]
    fn every_shown_mail_stands_once_below_its_parent(members in conversation()) {
        let placed = tree(members.clone());
        let shown: BTreeSet<Key> = members.iter().filter(|member| member.shown).map(|member| member.key).collect();
        prop_assert_eq!(placed.len(), shown.len());
        prop_assert_eq!(placed.iter().map(|placed| placed.key).collect::<BTreeSet<_>>(), shown);
        let mut depths: BTreeMap<MessageId, usize> = BTreeMap::new();
        let roots = placed.iter().filter(|placed| placed.parent.is_none()).count();
        for one in &placed {
            let depth = match one.parent {
                // Its parent stands above it: there can be no loop.
                Some(parent) => 1 + depths.get(&parent).copied().expect("stands above"),
                None => usize::from(roots > 1),
            };
            prop_assert_eq!(one.branch.depth, depth);
            depths.insert(one.key.id, depth);
        }
    }

    #[test]
    fn lines_lead_from_each_mail_to_the_next_of_its_level(members in conversation()) {
        let placed = tree(members);
        for (at, one) in placed.iter().enumerate() {
            for level in 1..=one.branch.depth {
                let below = placed[at + 1..].iter().find(|other| other.branch.depth <= level);
                let follows = below.is_some_and(|other| other.branch.depth == level);
                prop_assert_eq!(one.branch.goes_on(level), follows);
            }
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(members in conversation().prop_flat_map(|members| {
        (Just(members.clone()), Just(members).prop_shuffle())
    })) {
        prop_assert_eq!(tree(members.0), tree(members.1));
    }

    #[test]
    fn answers_to_one_mail_stand_by_date(members in conversation()) {
        let mut last: BTreeMap<Option<MessageId>, Key> = BTreeMap::new();
        for one in tree(members) {
            if let Some(before) = last.insert(one.parent, one.key) {
                prop_assert!(before < one.key);
            }
        }
    }
}
