//! Where a reading belongs: by name and size, under another name, beside its namesakes.

use crate::mail::Completeness;
use crate::pop3::UniqueId;
use crate::store::testing::{Home, account, uid};
use crate::store::{Deletion, NewMail, Outcome, Writer, stored_uid};
use ring::digest::{SHA256, digest};
use rusqlite::StatementStatus;

#[test]
fn a_long_unique_id_is_known_again() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let long = UniqueId(vec![b'x'; 5_000].into());
    let mail = NewMail {
        uid: Some(long.clone()),
        ..home.mail("long")
    };
    writer
        .add(account, std::slice::from_ref(&mail))
        .expect("writes");
    assert_eq!(
        writer.add(account, &[mail]).expect("writes")[0].outcome,
        Outcome::Known
    );
    let known = home.reader().maildrop(account).expect("reads");
    assert_eq!(
        (&known[0].uid, known[0].deletion),
        (&stored_uid(&long), Deletion::Allowed)
    );
}

#[test]
fn a_mail_the_server_renamed_is_not_stored_twice() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let mail = NewMail {
        uid: Some(uid("old")),
        ..home.mail("same")
    };
    let renamed = NewMail {
        uid: Some(uid("new")),
        ..mail.clone()
    };
    let id = writer.add(account, &[mail]).expect("writes")[0]
        .id
        .expect("is here");

    assert_eq!(writer.listed(account, &[uid("new")], 0).expect("writes"), 1);
    assert!(
        !home
            .reader()
            .summary(id)
            .expect("reads")
            .expect("is there")
            .on_server
    );
    let added = writer.add(account, &[renamed]).expect("writes")[0];
    assert_eq!((added.id, added.outcome), (Some(id), Outcome::Known));
    let known = home.reader().maildrop(account).expect("reads");
    assert_eq!(known.len(), 1);
    assert_eq!(
        (&known[0].uid, known[0].deletion),
        (&uid("new"), Deletion::Allowed)
    );
    assert!(
        home.reader()
            .summary(id)
            .expect("reads")
            .expect("is there")
            .on_server
    );
    assert_eq!(writer.listed(account, &[uid("new")], 0).expect("writes"), 0);
}

#[test]
fn a_mail_listed_with_another_size_is_not_stored_twice() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let mail = home.mail("same");
    let resized = NewMail {
        listed_size: mail.listed_size.map(|size| size + 7),
        ..mail.clone()
    };
    let id = writer.add(account, &[mail]).expect("writes")[0]
        .id
        .expect("is here");
    let added = writer.add(account, &[resized]).expect("writes")[0];
    assert_eq!((added.id, added.outcome), (Some(id), Outcome::Known));
}

#[test]
fn a_mail_whose_name_is_not_told_today_is_the_one_of_its_size() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let twin = |name: Option<&str>, size| NewMail {
        uid: name.map(uid),
        listed_size: Some(size),
        ..home.mail("twin")
    };
    let twins = [twin(Some("a"), 10), twin(Some("b"), 20)];
    let added = writer.add(account, &twins).expect("writes");
    let renamed = (added[1].ledger, uid("a"), Some(20));
    writer.rebind(&[renamed]).expect("writes");
    let again = writer.add(account, &[twin(None, 20)]).expect("writes")[0];
    assert_eq!(again.ledger, added[1].ledger);
}

#[test]
fn a_thousand_equal_mails_cost_no_more_than_two_each() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let twins = |count| -> Vec<NewMail> { (0..count).map(|_| home.mail("twin")).collect() };
    let steps = |writer: &mut Writer| {
        let transaction = writer.begin().expect("begins");
        let mut steps = 0;
        for way in [super::NAMED, super::NAMELESS, super::GONE] {
            let mut statement = transaction.prepare(way).expect("is SQL");
            let hash = home.mail("twin").sha256;
            statement
                .raw_bind_parameter(":account", account.0)
                .expect("binds");
            statement
                .raw_bind_parameter(":sha256", hash)
                .expect("binds");
            assert!(statement.raw_query().next().expect("reads").is_none());
            steps += statement.get_status(StatementStatus::VmStep);
        }
        steps
    };
    writer.add(account, &twins(2)).expect("writes");
    let two = steps(&mut writer);
    writer.add(account, &twins(998)).expect("writes");
    assert_eq!(steps(&mut writer), two);
}

#[test]
fn two_listed_mails_of_the_same_octets_are_two_mails() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let twins = ["a", "b"].map(|name| NewMail {
        uid: Some(uid(name)),
        ..home.mail("twin")
    });
    assert!(
        writer
            .add(account, &twins)
            .expect("writes")
            .iter()
            .all(|added| added.outcome == Outcome::New)
    );
}

/// A mail in doubt that the user asked away, and that now comes as these octets of this size; `sent` is whether DELE was
/// sent. What becomes of its deletion.
fn asked_away(octets: &[u8], size: u64, sent: bool, is_a_twin: bool) -> Deletion {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let reading = |name: &str, octets: &[u8], size| NewMail {
        uid: Some(uid(name)),
        listed_size: Some(size),
        sha256: digest(&SHA256, octets)
            .as_ref()
            .try_into()
            .expect("32 octets"),
        octets: octets.to_vec(),
        completeness: Completeness::Doubtful,
        ..home.mail("a")
    };
    let was = b"Subject: a\r\n\r\nbody\r\n";
    if is_a_twin {
        writer
            .add(account, &[reading("b", was, 90)])
            .expect("writes");
    }
    let id = writer
        .add(account, &[reading("a", was, 90)])
        .expect("writes")[0]
        .ledger;
    assert_eq!(writer.ask_for_what_is_only_there(id).expect("writes"), 1);
    if sent {
        writer.advance(&[id], Deletion::Sent).expect("writes");
    }
    let again = writer.add(account, &[reading("a", octets, size)]);
    assert_eq!(again.expect("writes")[0].ledger, id);
    let known = home.reader().maildrop(account).expect("reads");
    let known = known.iter().find(|known| known.id == id);
    known.expect("is there").deletion
}

#[test]
fn the_wish_that_a_mail_in_doubt_goes_stands_when_it_comes_in_doubt_again_under_its_name_and_size()
{
    use Deletion::{Asked, None, Sent};
    let same = &b"Subject: a\r\n\r\nbody\r\n"[..];
    let longer = &b"Subject: a\r\n\r\nbody\r\nand more\r\n"[..];
    let other = &b"Subject: other\r\n\r\nbody, and more of it\r\n"[..];
    for (octets, size, sent, is_a_twin, told) in [
        (same, 90, false, false, Asked),
        (same, 90, true, false, Sent),
        (same, 91, false, false, None),
        (longer, 90, false, false, Asked),
        (longer, 90, true, false, Asked),
        (longer, 91, false, false, None),
        (other, 90, false, true, None),
    ] {
        let now = asked_away(octets, size, sent, is_a_twin);
        let said = String::from_utf8_lossy(octets);
        assert_eq!(now, told, "{said} {size} {sent} {is_a_twin}");
    }
}
