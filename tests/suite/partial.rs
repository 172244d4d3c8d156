//! Large mails: the head first, the whole when it is wished for, and a cap that refuses nothing silently.

use jiff::ZonedDateTime;
use poptui::config::Keep;
use poptui::fetch::{Event, Limits, Wish};
use poptui::mail::{Completeness, MessageId};
use poptui::query::Query;
use poptui::store::Deletion;

use crate::support::maildrop::{Mail, large, mail, top};
use crate::support::server::{Fault, Harm, Point, Server};
use crate::support::world::World;

const LIMIT: u64 = 10_000;

fn world(keep: Keep) -> World {
    let mut world = World::new(keep);
    world.account.partial_above = Some(LIMIT);
    world
}

fn head_of(mail: &Mail) -> Mail {
    Mail {
        octets: top(&mail.octets, 0),
        ..mail.clone()
    }
}

fn message(world: &World, uid: &str) -> MessageId {
    let ledger = world.ledger();
    let known = ledger.iter().find(|known| &*known.uid.0 == uid.as_bytes());
    known.expect("it was fetched").message.expect("it is here")
}

fn whole(ids: &[MessageId], only: bool) -> Wish {
    Wish {
        whole: ids.to_vec(),
        only,
        ..Wish::default()
    }
}

#[tokio::test]
async fn of_a_large_mail_only_the_head_comes_and_it_stays_on_the_server() {
    for pace in [Fault::LockStep, Fault::StatLies] {
        let (small, giant) = (large("small", 5_000), large("giant", 50_000));
        let server = Server::new(vec![small.clone(), giant.clone()]);
        server.always(pace);
        let world = world(Keep::Never);
        for _ in 0..2 {
            let report = world.fetch(&server).await;
            assert!(report.error.is_none() && report.failed.is_empty());
            assert!(report.warnings.is_empty(), "{:?}", report.warnings);
        }
        assert_eq!((server.heard("TOP"), server.heard("RETR")), (1, 1));
        assert_eq!(server.mails(), std::slice::from_ref(&giant));
        world.holds_exactly(&[small, head_of(&giant)]);
        let known = &world.ledger()[0];
        assert_eq!(known.completeness, Completeness::Head);
        assert_eq!(known.deletion, Deletion::None);
    }
}

/// The mails that a query finds, all of them indexed.
fn found(world: &World, typed: &str) -> Vec<MessageId> {
    let indexed = world.store.write_now(|writer| writer.index_some(100));
    indexed.expect("a writable store");
    let query = Query::parse(typed, &ZonedDateTime::default());
    let found = world
        .store
        .read_now(move |reader| reader.find_ids(&query, None));
    found.expect("a readable store")
}

#[tokio::test]
async fn a_large_mail_is_found_by_what_is_here_of_it() {
    let mut giant = large("giant", 50_000);
    let end = giant.octets.len();
    giant.octets.splice(end..end, *b"lighthouse\r\n");
    let server = Server::new(vec![giant, mail("other")]);
    let world = world(Keep::Forever);
    world.fetch(&server).await;
    let id = message(&world, "giant");
    for typed in ["subject:giant", "giant is:partial", "is:partial"] {
        assert_eq!(found(&world, typed), [id], "{typed}");
    }
    assert_eq!(found(&world, "lighthouse"), []);
    let (report, _) = world
        .run(&server, Limits::default(), &whole(&[id], true))
        .await;
    assert_eq!(report.updated, 1);
    assert_eq!(found(&world, "lighthouse"), [id]);
    assert_eq!(found(&world, "is:partial"), []);
}

#[tokio::test]
async fn a_wish_brings_the_whole_mail_in_its_place_and_then_it_may_be_deleted() {
    let giants = vec![large("a", 50_000), large("b", 60_000)];
    let server = Server::new(giants.clone());
    let world = world(Keep::Never);
    world.fetch(&server).await;
    let wished = message(&world, "a");
    server.fill([giants.clone(), vec![mail("new")]].concat());
    let wish = whole(&[wished], false);
    let (report, events) = world.run(&server, Limits::default(), &wish).await;
    assert_eq!((report.new, report.updated, report.deleted), (1, 1, 2));
    assert!(events.contains(&Event::Changed(vec![wished])), "{events:?}");
    let retrieved: Vec<String> = server
        .commands()
        .into_iter()
        .filter(|command| command.starts_with("RETR"))
        .collect();
    assert_eq!(retrieved, ["RETR 1", "RETR 3"], "the wish comes first");
    assert_eq!(server.mails(), [giants[1].clone()]);
    world.holds_exactly(&[giants[0].clone(), head_of(&giants[1]), mail("new")]);
}

#[tokio::test]
async fn a_mail_that_is_opened_waits_for_nothing_else() {
    let giant = large("giant", 50_000);
    let server = Server::new(vec![giant.clone()]);
    let world = world(Keep::Never);
    world.fetch(&server).await;
    let wish = whole(&[message(&world, "giant")], true);
    server.fill(vec![mail("new"), giant.clone()]);
    let report = world.wish(&server, &wish).await;
    assert_eq!((report.new, report.updated, report.deleted), (0, 1, 0));
    assert_eq!(server.mails().len(), 2);
    world.holds_exactly(&[giant]);
}

#[tokio::test]
async fn a_wish_for_a_mail_that_is_gone_is_told() {
    let giant = large("giant", 50_000);
    let server = Server::new(vec![giant]);
    let world = world(Keep::Forever);
    world.fetch(&server).await;
    let wish = whole(&[message(&world, "giant")], true);
    server.fill(vec![mail("other")]);
    let report = world.wish(&server, &wish).await;
    assert_eq!(report.failed[0].name().as_deref(), Some("giant"));
    assert!(report.failed[0].reason.contains("no longer on the server"));
    assert_eq!((report.new, report.updated), (0, 0));
}

#[tokio::test]
async fn without_top_a_large_mail_comes_whole() {
    for fault in [Fault::NoTop, Fault::RefusesTop] {
        let all = vec![large("a", 50_000), mail("b"), large("c", 60_000)];
        let server = Server::new(all.clone());
        server.always(fault);
        let world = world(Keep::Never);
        let report = world.fetch(&server).await;
        assert_eq!((report.new, report.deleted), (3, 3));
        assert!(report.error.is_none() && report.failed.is_empty());
        world.holds_exactly(&all);
    }
}

#[tokio::test]
async fn a_mail_said_to_be_larger_than_any_may_be_comes_as_its_head_and_that_is_said() {
    let giant = Mail {
        listed: 300 << 20,
        ..large("giant", 2_000)
    };
    let server = Server::new(vec![giant.clone(), mail("b")]);
    let world = world(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (2, 1));
    let told = "the mail giant is larger than is accepted: only its head is stored; it stays";
    assert!(report.warnings[0].contains(told), "{:?}", report.warnings);
    world.holds_exactly(&[head_of(&giant), mail("b")]);
    assert!(
        world.fetch(&server).await.warnings.is_empty(),
        "it is said once"
    );
}

#[tokio::test]
async fn a_listing_that_lies_about_a_giant_keeps_no_mail_away_where_everything_is_wanted_whole() {
    for listed in [300 << 20, i64::MAX.unsigned_abs()] {
        let lied = Mail {
            listed,
            ..large("lied", 2_000)
        };
        let server = Server::new(vec![lied.clone(), mail("b")]);
        let world = World::new(Keep::Never);
        let report = world.fetch(&server).await;
        assert_eq!((report.new, report.deleted), (2, 1));
        world.holds_exactly(&[lied, mail("b")]);
        assert_eq!(world.fetch(&server).await.new, 0);
    }
}

#[tokio::test]
async fn a_large_mail_that_was_fetched_whole_is_known_when_it_gets_another_name() {
    let giant = large("giant", 50_000);
    let server = Server::new(vec![giant.clone()]);
    let mut world = world(Keep::Forever);
    world.account.partial_above = None;
    world.fetch(&server).await;
    world.account.partial_above = Some(LIMIT);
    server.fill(vec![Mail {
        uid: "new".to_owned(),
        ..giant.clone()
    }]);
    assert_eq!(world.fetch(&server).await.new, 0);
    world.holds_exactly(&[giant]);
}

/// What the user says who was told that the server alone has it.
fn ask_for_the_only_one(world: &World, uid: &str) -> usize {
    let ledger = world.ledger();
    let known = ledger.iter().find(|known| &*known.uid.0 == uid.as_bytes());
    let row = known.expect("it was fetched").id;
    let asked = world
        .store
        .write_now(move |writer| writer.ask_for_what_is_only_there(row));
    asked.expect("a writable store")
}

#[tokio::test]
async fn a_head_that_the_user_asked_away_after_being_told_goes_from_the_server_and_no_other_one() {
    for deleted_here in [false, true] {
        let giants = vec![large("giant-a", 50_000), large("giant-b", 50_000)];
        let server = Server::new(giants.clone());
        let world = world(Keep::Forever);
        world.fetch(&server).await;
        if deleted_here {
            world.delete_for_good(message(&world, "giant-a"));
        }
        assert_eq!(ask_for_the_only_one(&world, "giant-a"), 1);
        let report = world.fetch(&server).await;
        assert_eq!(report.deleted, 1, "{:?}", report.warnings);
        assert_eq!(server.mails(), giants[1..]);
        assert_eq!(server.heard("RETR"), 0);
        let left = giants.iter().map(head_of).skip(usize::from(deleted_here));
        world.holds_exactly(&left.collect::<Vec<_>>());
        assert_eq!(world.fetch(&server).await.new, 0);
    }
}

/// A large mail of which only the head came, to be deleted on the server because the user asked for it.
async fn asked_away(keep: Keep) -> (Mail, Server, World) {
    let giant = large("giant-a", 50_000);
    let server = Server::new(vec![giant.clone()]);
    let world = world(keep);
    world.fetch(&server).await;
    ask_for_the_only_one(&world, "giant-a");
    (giant, server, world)
}

#[tokio::test]
async fn another_mail_under_the_name_and_size_of_a_head_that_was_asked_away_is_not_deleted() {
    let (_, server, world) = asked_away(Keep::Forever).await;
    let other = Mail {
        uid: "giant-a".to_owned(),
        ..large("giant-b", 50_000)
    };
    server.fill(vec![other.clone()]);
    for _ in 0..3 {
        assert_eq!(world.fetch(&server).await.deleted, 0);
    }
    assert_eq!(server.mails(), [other]);
}

#[tokio::test]
async fn a_head_that_was_asked_away_and_taken_back_stays_under_every_policy() {
    let (giant, server, world) = asked_away(Keep::Never).await;
    let row = world.ledger()[0].id;
    let store = world.store.clone();
    server.meanwhile("DELE", move || {
        let back = store.write_now(move |writer| writer.ask(&[row], false));
        assert_eq!(back.expect("a writable store"), 1);
    });
    for _ in 0..2 {
        assert_eq!(world.fetch(&server).await.deleted, 0);
    }
    assert_eq!(server.mails(), [giant]);
}

#[tokio::test]
async fn a_mail_that_comes_whole_after_it_was_asked_away_still_goes() {
    let (giant, server, world) = asked_away(Keep::Forever).await;
    let wish = whole(&[message(&world, "giant-a")], true);
    assert_eq!(world.wish(&server, &wish).await.updated, 1);
    assert_eq!(world.fetch(&server).await.deleted, 1);
    world.holds_exactly(&[giant]);
}

/// Two mails that come shorter than LIST told, however often they are read.
fn cut(names: [&str; 2]) -> [Mail; 2] {
    names.map(|name| Mail {
        listed: 60_000,
        ..large(name, 5_000)
    })
}

#[tokio::test]
async fn a_mail_in_doubt_that_the_user_asked_away_after_being_told_goes_and_no_other_one() {
    for (names, faults) in [
        (["cut-a", "cut-b"], &[][..]),
        (["cut-a", "cut-b"], &[Fault::NoTop]),
        (["1", "2"], &[]),
        (["1", "2"], &[Fault::NoTop]),
    ] {
        let mails = cut(names);
        let server = Server::new(mails.to_vec());
        faults
            .iter()
            .cloned()
            .for_each(|fault| server.always(fault));
        let world = World::new(Keep::Never);
        world.fetch(&server).await;
        assert_eq!(server.mails(), mails);
        assert_eq!(ask_for_the_only_one(&world, names[0]), 1);
        let report = world.fetch(&server).await;
        assert_eq!(report.deleted, 1, "{names:?} {faults:?} {report:?}");
        assert_eq!(server.mails(), mails[1..]);
        world.holds_exactly(&mails);
    }
}

#[tokio::test]
async fn the_wish_stands_that_a_mail_in_doubt_goes_whose_deletion_was_not_confirmed() {
    let mails = cut(["cut-a", "cut-b"]);
    let server = Server::new(mails.to_vec());
    let world = World::new(Keep::Never);
    world.fetch(&server).await;
    ask_for_the_only_one(&world, "cut-a");
    server.once(Fault::At(Point::Quit, Harm::Close));
    world.fetch(&server).await;
    world.fetch(&server).await;
    let left: Vec<String> = server.mails().into_iter().map(|mail| mail.uid).collect();
    assert_eq!(left, ["cut-b"]);
}

#[tokio::test]
async fn what_was_taken_back_too_late_is_known_to_be_deleted_so_that_its_name_hides_no_mail() {
    let (giant, server, world) = asked_away(Keep::Never).await;
    let row = world.ledger()[0].id;
    let store = world.store.clone();
    server.meanwhile("QUIT", move || {
        let back = store.write_now(move |writer| writer.ask(&[row], false));
        assert_eq!(back.expect("a writable store"), 1);
    });
    let report = world.fetch(&server).await;
    assert_eq!((report.deleted, server.mails().len()), (1, 0));
    assert!(
        report.warnings[0].contains("too late"),
        "{:?}",
        report.warnings
    );
    assert_eq!(world.ledger()[0].deletion, Deletion::Done);
    let other = Mail {
        uid: giant.uid.clone(),
        ..large("giant-b", 50_000)
    };
    server.fill(vec![other.clone()]);
    assert_eq!(world.fetch(&server).await.new, 1);
    world.holds_exactly(&[head_of(&giant), head_of(&other)]);
}

#[tokio::test]
async fn a_head_that_was_deleted_here_and_that_nothing_can_prove_stays_on_the_server_and_does_not_come_back()
 {
    for (name, octets, asked_first) in [
        ("1", 50_000, false),
        ("1", 50_000, true),
        ("giant-a", 12_000, false),
        ("giant-a", 12_000, true),
    ] {
        let server = Server::new(vec![large(name, octets)]);
        let world = world(Keep::Never);
        world.fetch(&server).await;
        if asked_first {
            assert_eq!(ask_for_the_only_one(&world, name), 1);
        }
        world.delete_for_good(message(&world, name));
        if !asked_first {
            assert_eq!(ask_for_the_only_one(&world, name), 0, "it is refused");
        }
        for said in [usize::from(asked_first), 0] {
            let report = world.fetch(&server).await;
            assert_eq!((report.new, report.deleted), (0, 0), "{name}");
            assert_eq!(report.warnings.len(), said, "{:?}", report.warnings);
        }
        world.holds_exactly(&[]);
        assert_eq!(world.ledger()[0].deletion, Deletion::None);
        assert_eq!((server.mails().len(), server.heard("RETR")), (1, 0));
    }
}
