//! What replaces what, and what never does.

use crate::mail::{AccountId, Change, Completeness, Destination, MessageId};
use crate::query::Query;
use crate::store::testing::{Home, account, uid};
use crate::store::{Deletion, NewMail, Outcome, Summary, Writer};
use jiff::ZonedDateTime;
use ring::digest::{SHA256, digest};

use Completeness::{Doubtful, Head, Whole};

/// A reading of a mail named `a` that is listed with this size.
fn reading(home: &Home, completeness: Completeness, listed: u64, octets: &[u8]) -> NewMail {
    NewMail {
        uid: Some(uid("a")),
        listed_size: Some(listed),
        sha256: digest(&SHA256, octets)
            .as_ref()
            .try_into()
            .expect("32 octets"),
        octets: octets.to_vec(),
        completeness,
        ..home.mail("a subject")
    }
}

struct Case {
    home: Home,
    writer: Writer,
    account: AccountId,
}

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

    fn add(&mut self, mail: &NewMail) -> (Option<i64>, Outcome) {
        let added = self.writer.add(self.account, std::slice::from_ref(mail));
        let added = added.expect("writes")[0];
        (added.id.map(|id| id.0), added.outcome)
    }

    /// Adds these readings; what became of them.
    fn all(&mut self, readings: &[(Completeness, u64, &[u8])]) -> Vec<(Option<i64>, Outcome)> {
        let readings = readings.iter().map(|&(completeness, listed, octets)| {
            let mail = reading(&self.home, completeness, listed, octets);
            self.add(&mail)
        });
        readings.collect()
    }

    fn octets(&self, id: i64) -> Vec<u8> {
        let octets = self.home.reader().octets(MessageId(id)).expect("reads");
        octets.expect("is there")
    }

    fn summary(&self, id: i64) -> Summary {
        let summary = self.home.reader().summary(MessageId(id)).expect("reads");
        summary.expect("is there")
    }

    fn found(&self, typed: &str) -> usize {
        let query = Query::parse(typed, &ZonedDateTime::default());
        self.home.reader().find(&query, None).expect("reads").len()
    }
}

fn total(case: &Case) -> u64 {
    case.home.reader().total().expect("reads")
}

const WHOLE: &[u8] = b"Subject: x\r\nFrom: b\r\n\r\nFirst.\r\nSecond.\r\n";
const SIZE: u64 = WHOLE.len() as u64;
const HEAD: &[u8] = b"Subject: x\r\nFrom: b\r\n\r\n";
const SHORT: &[u8] = b"Subject: x\r\nFrom: b\r\n\r\nFirst.\r\n";
/// As long as [`WHOLE`], and another mail.
const OTHER: &[u8] = b"Subject: y\r\nFrom: c\r\n\r\nFirst.\r\nSecond.\r\n";

#[test]
fn the_whole_mail_takes_the_place_of_its_head_and_what_the_user_did_with_it_stays() {
    let mut case = Case::new();
    let mut head = reading(&case.home, Head, 3 << 20, HEAD);
    head.envelope.message_id = Some("1@x".to_owned());
    case.add(&head);
    let id = MessageId(1);
    for change in [
        Change::Opened { id },
        Change::Flag {
            ids: vec![id],
            flagged: true,
        },
        Change::Move {
            ids: vec![id],
            to: Destination::New("Large".to_owned()),
        },
    ] {
        case.writer.apply(&change, 0).expect("writes");
    }
    assert_eq!(case.found("is:partial subject"), 1);
    let partial = case.summary(1);
    assert_eq!(partial.completeness, Head);

    let octets = [HEAD, &vec![b'x'; 3 << 20]].concat();
    let mut whole = reading(&case.home, Whole, 3 << 20, &octets);
    whole.arrived += 1_000;
    whole.envelope.message_id = Some("1@x".to_owned());
    whole.envelope.attachments = vec!["film.mp4".to_owned()];
    whole.envelope.subject = "better words".to_owned();
    assert_eq!(case.add(&whole), (Some(1), Outcome::Replaced));

    assert!(case.octets(1) == octets);
    let expected = Summary {
        completeness: Whole,
        size: octets.len() as u64,
        sha256: whole.sha256,
        attachments: whole.envelope.attachments.clone(),
        subject: "better words".to_owned(),
        ..partial
    };
    assert_eq!(case.summary(1), expected);
    assert!(!expected.unread && expected.flagged && expected.folder == "Large");
    let row = &case.home.reader().rows(&[id]).expect("reads")[0];
    assert!(row.attachment && row.completeness == Whole);
    assert_eq!(
        (case.found("is:partial in:any"), case.found("better")),
        (0, 1)
    );
    assert_eq!(case.found("subject in:any"), 0, "the old words are gone");

    let known = &case.home.reader().maildrop(case.account).expect("reads")[0];
    assert_eq!(
        (known.deletion, known.completeness),
        (Deletion::Allowed, Whole)
    );
    assert_eq!(known.stored, whole.arrived, "kept there from now on");
    case.writer.undo(0).expect("writes").expect("is journalled");
    assert_eq!(case.summary(1).folder, "Inbox");
    assert_eq!(case.add(&whole), (Some(1), Outcome::Known));
}

#[test]
fn a_better_reading_replaces_and_a_worse_one_is_let_go() {
    let changed_head: &[u8] = b"Status: RO\r\nSubject: x\r\n\r\n";
    let cut_in_its_head: &[u8] = b"Subject: x\r\nFro\r\n";
    let longer = &WHOLE[..WHOLE.len() - 4];
    for (first, second, outcome, kept) in [
        ((Head, HEAD), (Whole, WHOLE), Outcome::Replaced, WHOLE),
        (
            (Head, changed_head),
            (Whole, WHOLE),
            Outcome::Replaced,
            WHOLE,
        ),
        ((Head, HEAD), (Doubtful, SHORT), Outcome::Replaced, SHORT),
        ((Head, HEAD), (Head, changed_head), Outcome::Worse, HEAD),
        ((Doubtful, SHORT), (Whole, WHOLE), Outcome::Replaced, WHOLE),
        (
            (Doubtful, cut_in_its_head),
            (Whole, WHOLE),
            Outcome::Replaced,
            WHOLE,
        ),
        (
            (Doubtful, SHORT),
            (Doubtful, longer),
            Outcome::Replaced,
            longer,
        ),
        (
            (Doubtful, longer),
            (Doubtful, SHORT),
            Outcome::Worse,
            longer,
        ),
        ((Doubtful, SHORT), (Doubtful, SHORT), Outcome::Known, SHORT),
        ((Doubtful, SHORT), (Head, HEAD), Outcome::Known, SHORT),
        ((Whole, WHOLE), (Head, HEAD), Outcome::Known, WHOLE),
        ((Whole, WHOLE), (Doubtful, SHORT), Outcome::Worse, WHOLE),
    ] {
        let mut case = Case::new();
        let outcomes = case.all(&[(first.0, SIZE, first.1), (second.0, SIZE, second.1)]);
        assert_eq!(outcomes[1], (Some(1), outcome), "{first:?} {second:?}");
        assert_eq!(case.octets(1), kept, "{first:?} {second:?}");
        assert_eq!(total(&case), 1);
    }
}

#[test]
fn other_octets_under_a_name_are_another_mail_unless_they_are_a_better_reading() {
    for (first, second) in [
        ((Whole, SIZE, WHOLE), (Whole, SIZE, OTHER)),
        ((Head, 9_000, HEAD), (Whole, SIZE, OTHER)),
        ((Head, 9_000, HEAD), (Whole, SIZE, WHOLE)),
        ((Doubtful, SIZE, SHORT), (Whole, SIZE, OTHER)),
        ((Doubtful, 9_000, SHORT), (Whole, SIZE, OTHER)),
        ((Doubtful, 9_000, SHORT), (Doubtful, 8_000, OTHER)),
    ] {
        let mut case = Case::new();
        let outcomes = case.all(&[first, second]);
        assert_eq!(outcomes[1], (Some(2), Outcome::New), "{first:?} {second:?}");
        assert_eq!(
            (case.octets(1), case.octets(2)),
            (first.2.into(), second.2.into())
        );
    }
}

#[test]
fn a_mail_stored_under_the_name_of_another_makes_room_for_that_one() {
    let mut case = Case::new();
    let other = NewMail {
        uid: Some(uid("b")),
        ..reading(&case.home, Whole, SIZE, OTHER)
    };
    case.add(&other);
    let outcomes = case.all(&[(Doubtful, 47, OTHER), (Whole, 47, WHOLE)]);
    assert_eq!(
        outcomes,
        [(Some(2), Outcome::New), (Some(2), Outcome::Replaced)]
    );
    assert_eq!(
        (case.octets(1), case.octets(2)),
        (OTHER.into(), WHOLE.into())
    );
}

#[test]
fn of_two_large_mails_of_one_name_and_size_none_is_lost() {
    let other_head: &[u8] = b"Subject: y\r\nFrom: c\r\n\r\n";
    let mut case = Case::new();
    case.all(&[
        (Head, SIZE, HEAD),
        (Head, SIZE, other_head),
        (Whole, SIZE, OTHER),
        (Whole, SIZE, WHOLE),
        (Whole, SIZE, OTHER),
    ]);
    assert_eq!(total(&case), 2);
    assert_eq!(
        (case.octets(1), case.octets(2)),
        (OTHER.into(), WHOLE.into())
    );
}

#[test]
fn equal_octets_whose_size_is_told_right_at_last_are_whole() {
    let mut case = Case::new();
    let outcomes = case.all(&[(Doubtful, 9_000, WHOLE), (Whole, SIZE, WHOLE)]);
    assert_eq!(outcomes[1], (Some(1), Outcome::Replaced));
    assert_eq!(case.summary(1).completeness, Whole);
    let known = &case.home.reader().maildrop(case.account).expect("reads")[0];
    assert_eq!(
        (known.deletion, known.listed_size),
        (Deletion::Allowed, Some(SIZE))
    );
}

#[test]
fn a_mail_that_came_cut_joins_its_thread_when_it_comes_whole() {
    let mut case = Case::new();
    let mut first = case.home.mail("first");
    first.envelope.message_id = Some("1@x".to_owned());
    case.add(&first);
    let cut = reading(&case.home, Doubtful, SIZE, b"Subject: x\r\n");
    case.add(&cut);
    assert_ne!(case.summary(2).thread, case.summary(1).thread);
    let mut whole = reading(&case.home, Whole, SIZE, WHOLE);
    whole.envelope.references = vec!["1@x".to_owned()];
    assert_eq!(case.add(&whole), (Some(2), Outcome::Replaced));
    assert_eq!(case.summary(2).thread, case.summary(1).thread);
}

#[test]
fn a_mail_that_is_nothing_but_a_head_stays_whole_when_its_head_is_read() {
    let mut case = Case::new();
    let size = HEAD.len() as u64;
    let outcomes = case.all(&[(Whole, size, HEAD), (Head, size, HEAD)]);
    assert_eq!(outcomes[1], (Some(1), Outcome::Known));
    let known = &case.home.reader().maildrop(case.account).expect("reads")[0];
    assert_eq!(
        (known.deletion, known.completeness),
        (Deletion::Allowed, Whole)
    );
}

/// Deletes the only mail here for good, as the user does while a better reading of it is on its way.
fn delete_for_good(case: &mut Case) {
    let change = Change::Move {
        ids: vec![MessageId(1)],
        to: Destination::New("Trash".to_owned()),
    };
    case.writer.apply(&change, 0).expect("writes");
    assert_eq!(case.writer.expunge(&[MessageId(1)]).expect("writes"), 1);
}

#[test]
fn a_mail_deleted_for_good_while_a_better_reading_of_it_was_on_its_way_stays_deleted() {
    for (first, octets) in [(Head, HEAD), (Doubtful, SHORT)] {
        let mut case = Case::new();
        case.all(&[(first, SIZE, octets)]);
        delete_for_good(&mut case);

        let added = case.all(&[(Whole, SIZE, WHOLE), (Whole, SIZE, WHOLE)]);
        assert_eq!(added, [(None, Outcome::Known); 2], "{first:?}");
        assert_eq!(total(&case), 0, "{first:?}");
        let known = case.home.reader().maildrop(case.account).expect("reads");
        assert_eq!(known.len(), 1);
        assert_eq!(
            (known[0].message, known[0].completeness, known[0].deletion),
            (None, Whole, Deletion::Allowed),
            "{first:?}: whole as it came, it may go from the server"
        );

        let other_size = case.all(&[(Whole, SIZE + 1, OTHER)]);
        assert_eq!(other_size[0].1, Outcome::New, "another mail is none of it");
    }
}

#[test]
fn a_mail_of_another_maildrop_is_not_taken_for_one_that_was_deleted_for_good() {
    let mut case = Case::new();
    case.writer
        .comes_from(case.account, "alice@old")
        .expect("writes");
    case.all(&[(Head, SIZE, HEAD)]);
    delete_for_good(&mut case);
    case.writer
        .comes_from(case.account, "alice@new")
        .expect("writes");
    assert_eq!(case.all(&[(Whole, SIZE, WHOLE)])[0].1, Outcome::New);
}
