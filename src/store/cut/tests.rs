//! Which mails are one, cut and whole, and which never are.

use std::sync::Arc;

use ring::digest::{SHA256, digest};

use crate::mail::{AccountId, Change, Completeness, LedgerId, MessageId};
use crate::store::testing::{Home, account, uid};
use crate::store::{Beside, Deletion, NewMail, Outcome, Sighted, Writer};

use Completeness::{Doubtful, Head, Whole};

const ALL: &[u8] = b"Message-ID: <1@x>\r\nSubject: s\r\n\r\nFirst.\r\nSecond.\r\nThird.\r\n";
const SIZE: Option<u64> = Some(ALL.len() as u64);
/// Within a line: the server put a line end behind it.
const CUT: &[u8] = b"Message-ID: <1@x>\r\nSubject: s\r\n\r\nFirst.\r\nSec\r\n";
const LESS: &[u8] = b"Message-ID: <1@x>\r\nSubject: s\r\n\r\nFirst.\r\n";
const CUT_IN_ITS_HEAD: &[u8] = b"Message-ID: <1@x>\r\nSub\r\n";
const OTHER: &[u8] =
    b"Message-ID: <1@x>\r\nSubject: s\r\n\r\nFirst.\r\nAnother one, and a longer one.\r\n";

struct Case {
    home: Home,
    writer: Writer,
    account: AccountId,
}

type Told<'a> = (Option<&'a str>, Option<u64>, Completeness, &'a [u8]);

impl Case {
    fn new() -> Self {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        Self {
            home,
            writer,
            account,
        }
    }

    fn mail(&self, (name, listed_size, completeness, octets): Told<'_>) -> NewMail {
        let mut mail = NewMail {
            uid: name.map(uid),
            listed_size,
            completeness,
            sha256: digest(&SHA256, octets)
                .as_ref()
                .try_into()
                .expect("32 octets"),
            octets: octets.to_vec(),
            ..self.home.mail("a subject")
        };
        let tells = octets.starts_with(b"Message-ID: <1@x>\r\n");
        mail.envelope.message_id = tells.then(|| "1@x".to_owned());
        mail
    }

    /// Each in a session of its own.
    fn add(&mut self, told: Told<'_>) -> (Option<i64>, Outcome) {
        let mail = self.mail(told);
        let added = self.writer.add(self.account, &[mail]).expect("writes")[0];
        (added.id.map(|id| id.0), added.outcome)
    }

    fn octets(&self, id: i64) -> Vec<u8> {
        let octets = self.home.reader().octets(MessageId(id)).expect("reads");
        octets.expect("is there")
    }

    fn total(&self) -> u64 {
        self.home.reader().total().expect("reads")
    }
}

#[test]
fn a_mail_that_came_cut_where_no_size_was_told_is_replaced_in_place_by_its_whole_self() {
    for (name, size) in [(Some("a"), None), (Some("a"), Some(0)), (None, None)] {
        let mut case = Case::new();
        assert_eq!(case.add((name, size, Whole, CUT)), (Some(1), Outcome::New));
        let flag = Change::Flag {
            ids: vec![MessageId(1)],
            flagged: true,
        };
        case.writer.apply(&flag, 0).expect("writes");
        let whole = (name, SIZE, Whole, ALL);
        assert_eq!(case.add(whole), (Some(1), Outcome::Replaced), "{name:?}");
        assert_eq!(case.add(whole), (Some(1), Outcome::Known), "{name:?}");
        assert_eq!((case.octets(1).as_slice(), case.total()), (ALL, 1));
        let summary = case.home.reader().summary(MessageId(1)).expect("reads");
        assert!(summary.expect("is there").flagged);
    }
}

#[test]
fn what_comes_cut_when_its_whole_self_is_here_is_let_go() {
    for (name, size, completeness) in [
        (Some("a"), None, Whole),
        (None, None, Whole),
        (None, SIZE, Doubtful),
        (Some("a"), Some(9_000), Doubtful),
    ] {
        let mut case = Case::new();
        case.add((name, SIZE, Whole, ALL));
        let cut = (name, size, completeness, CUT);
        assert_eq!(case.add(cut), (Some(1), Outcome::Worse), "{cut:?}");
        assert_eq!((case.octets(1).as_slice(), case.total()), (ALL, 1));
    }
}

#[test]
fn of_readings_that_nothing_proves_the_longest_stays() {
    for (name, first, second) in [
        (Some("a"), (Some(9_000), Doubtful), (None, Whole)),
        (Some("a"), (None, Whole), (Some(9_000), Doubtful)),
        (None, (Some(9_000), Doubtful), (Some(9_000), Doubtful)),
    ] {
        let mut case = Case::new();
        case.add((name, first.0, first.1, CUT));
        let shorter = case.add((name, second.0, second.1, LESS));
        assert_eq!(shorter, (Some(1), Outcome::Worse), "{first:?}");
        let longer = case.add((name, second.0, second.1, ALL));
        assert_eq!(longer, (Some(1), Outcome::Replaced), "{first:?}");
        assert_eq!((case.octets(1).as_slice(), case.total()), (ALL, 1));
    }
}

#[test]
fn a_cut_mail_whose_name_is_gone_is_known_when_it_comes_whole_under_another_one() {
    for (then, now) in [
        (Some("old"), Some("new")),
        (Some("old"), None),
        (None, Some("new")),
    ] {
        let mut case = Case::new();
        case.add((then, Some(9_000), Doubtful, CUT));
        case.writer
            .listed(case.account, &[uid("new")], 0)
            .expect("writes");
        let whole = case.add((now, SIZE, Whole, ALL));
        assert_eq!(whole, (Some(1), Outcome::Replaced), "{then:?} {now:?}");
        let known = case.home.reader().maildrop(case.account).expect("reads");
        let name = now.or(then).expect("one of them");
        assert_eq!(known.len(), 1);
        assert_eq!(
            (&known[0].uid, known[0].absent_since, known[0].deletion),
            (&uid(name), None, Deletion::Allowed)
        );
    }
}

#[test]
fn a_mail_that_may_be_another_one_is_another_one() {
    let no_id = |octets: &[u8]| octets[b"Message-ID: <1@x>\r\n".len()..].to_vec();
    let (cut, all) = (no_id(CUT), no_id(ALL));
    let named = |name, size, octets| -> Told<'_> { (Some(name), size, Whole, octets) };
    for (first, second) in [
        // Whole, as LIST bears out.
        (named("a", Some(46), LESS), named("a", SIZE, ALL)),
        ((None, Some(46), Whole, LESS), (None, SIZE, Whole, ALL)),
        // Not the beginning of it.
        (named("a", None, CUT), named("a", SIZE, OTHER)),
        // Both are listed.
        (named("a", None, CUT), named("b", SIZE, ALL)),
        // Nothing tells it from others.
        ((None, None, Whole, &cut), (None, SIZE, Whole, &all)),
        (
            (None, None, Whole, CUT_IN_ITS_HEAD),
            (None, SIZE, Whole, ALL),
        ),
    ] {
        let mut case = Case::new();
        case.add(first);
        assert_eq!(case.add(second), (Some(2), Outcome::New), "{first:?}");
        assert_eq!(
            (case.octets(1).as_slice(), case.octets(2).as_slice()),
            (first.3, second.3)
        );
    }
    let mut case = Case::new();
    case.add(named("a", None, CUT));
    let other = case.writer.account("other", "").expect("writes");
    let whole = case.mail(named("a", SIZE, ALL));
    let added = case.writer.add(other, &[whole]).expect("writes")[0];
    assert_eq!(added.outcome, Outcome::New);
}

#[test]
fn a_name_that_is_no_longer_believed_binds_nothing() {
    for moved in [false, true] {
        let mut case = Case::new();
        let account = case.account;
        case.writer.comes_from(account, "a@old").expect("writes");
        case.add((Some("a"), None, Whole, CUT_IN_ITS_HEAD));
        if moved {
            case.writer.comes_from(account, "a@new").expect("writes");
        } else {
            case.writer.listed(account, &[], 0).expect("writes");
        }
        let whole = case.add((Some("a"), SIZE, Whole, ALL));
        assert_eq!(whole, (Some(2), Outcome::New), "{moved}");
    }
}

#[test]
fn two_mails_of_one_listing_are_two_whatever_they_begin_with() {
    for name in [None, Some("a")] {
        for (first, second) in [(CUT, ALL), (ALL, CUT)] {
            let mut case = Case::new();
            let mut sighted = Sighted::default();
            for octets in [first, second] {
                let mail = case.mail((name, None, Whole, octets));
                let added = case
                    .writer
                    .add_listed(case.account, &[mail], &mut sighted)
                    .expect("writes");
                assert_eq!(added[0].outcome, Outcome::New, "{name:?}");
            }
        }
    }
}

#[test]
fn a_head_is_no_cut_mail_and_long_octets_are_compared_to_their_end() {
    let mut case = Case::new();
    case.add((Some("a"), Some(9_000), Head, LESS));
    assert_eq!(case.add((Some("a"), None, Head, LESS)).1, Outcome::Known);

    let long = [ALL, &vec![b'x'; 200_000]].concat();
    let longer = [&long[..], b"yz\r\n"].concat();
    let mut other = longer.clone();
    other[150_000] = b'-';
    let mut case = Case::new();
    case.add((Some("a"), None, Whole, &long));
    let second = case.add((Some("a"), None, Whole, &other));
    assert_eq!(second, (Some(2), Outcome::New));
    let third = case.add((Some("a"), None, Whole, &longer));
    assert_eq!(third, (Some(1), Outcome::Replaced));
}

#[test]
fn mails_of_one_beginning_that_lay_side_by_side_are_two() {
    for (first, later) in [(CUT, ALL), (ALL, CUT)] {
        for stood_beside in [false, true] {
            let mut case = Case::new();
            assert_eq!(case.add((Some("a"), None, Whole, first)).1, Outcome::New);
            let listed = case.writer.listed(case.account, &[uid("b")], 10);
            assert_eq!(listed.expect("writes"), 1);
            let mut beside = Beside::default();
            if stood_beside {
                beside.note(&[uid("b")], [LedgerId(1)]);
            }
            let mut sighted = Sighted::default().after(Arc::new(beside));
            let later = case.mail((Some("b"), None, Whole, later));
            let added = case
                .writer
                .add_listed(case.account, &[later], &mut sighted)
                .expect("writes");
            let is_new = added[0].outcome == Outcome::New;
            assert_eq!(is_new, stood_beside);
        }
    }
}
