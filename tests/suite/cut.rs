//! Mails that come cut, or as another one's: each is in the list once, and whole as soon as it came so.

use poptui::config::Keep;
use poptui::mail::{Change, Completeness};

use crate::support::maildrop::{Mail, large, mail, stuffed};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

/// What a server says that loses the rest of this mail.
fn cut(mail: &Mail) -> &'static [u8] {
    let half = &mail.octets[..mail.octets.len() / 2];
    Box::leak(stuffed(half).into_boxed_slice())
}

fn unsized_mail(mail: &Mail) -> Mail {
    Mail {
        listed: 0,
        ..mail.clone()
    }
}

#[tokio::test]
async fn a_mail_that_came_cut_where_no_size_was_told_becomes_whole_in_its_place() {
    for nameless in [false, true] {
        let (whole, other) = (large("a", 4_000), large("b", 4_000));
        let server = Server::new(vec![unsized_mail(&whole), other.clone()]);
        server.once(Fault::Sends("a", cut(&whole)));
        if nameless {
            server.always(Fault::NoUidl);
        }
        let world = World::new(Keep::Never);
        world.fetch(&server).await;
        assert!(!world.stored().contains(&whole.octets), "it came cut");
        server.fill(vec![whole.clone()]);
        let report = world.fetch(&server).await;
        assert_eq!((report.new, report.updated), (0, 1), "{nameless}");
        world.holds_exactly(&[whole, other]);
        assert!(server.mails().is_empty(), "whole as it is, it may go");
    }
}

#[tokio::test]
async fn what_the_user_did_with_a_cut_mail_stays_when_it_becomes_whole() {
    let whole = large("a", 4_000);
    let server = Server::new(vec![unsized_mail(&whole)]);
    server.once(Fault::Sends("a", cut(&whole)));
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let id = world.ledger()[0].message.expect("it is here");
    let flag = Change::Flag {
        ids: vec![id],
        flagged: true,
    };
    let flagged = world
        .store
        .write_now(move |writer| writer.apply(&flag, 0).map(drop));
    flagged.expect("a writable store");
    server.fill(vec![whole]);
    world.fetch(&server).await;
    let summary = world.store.read_now(move |reader| reader.summary(id));
    let summary = summary.expect("a readable store").expect("it is here");
    assert!(summary.flagged);
    assert_eq!(summary.completeness, Completeness::Whole);
}

#[tokio::test]
async fn a_mail_without_a_name_that_comes_cut_after_it_came_whole_is_no_other_one_and_stays_there()
{
    let whole = large("a", 4_000);
    let server = Server::new(vec![whole.clone()]);
    server.always(Fault::NoUidl);
    let mut world = World::new(Keep::Forever);
    world.fetch(&server).await;
    server.once(Fault::Sends("a", cut(&whole)));
    world.account.keep_on_server = Keep::Never;
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (0, 0));
    assert_eq!(server.mails().len(), 1, "nobody knows what it was");
    world.holds_exactly(std::slice::from_ref(&whole));
    assert_eq!(world.fetch(&server).await.deleted, 1);
}

#[tokio::test]
async fn a_mail_that_came_cut_is_known_when_all_names_have_changed() {
    let whole = Mail {
        listed: 9_000,
        ..large("a", 4_000)
    };
    let server = Server::new(vec![whole.clone()]);
    server.once(Fault::Sends("a", cut(&whole)));
    let world = World::new(Keep::Forever);
    // Each of its readings is cut.
    world.fetch(&server).await;
    server.fill(vec![Mail {
        uid: "new".to_owned(),
        ..whole.clone()
    }]);
    world.fetch(&server).await;
    world.holds_exactly(&[whole]);
}

#[tokio::test]
async fn an_answer_that_is_given_once_more_in_place_of_the_next_mail_leaves_no_twin() {
    for count in [40, 140] {
        for fault in [Fault::LockStep, Fault::StatLies] {
            let names: Vec<String> = (100..100 + count).map(|name| format!("m{name}")).collect();
            let all: Vec<Mail> = names.iter().map(|name| mail(name)).collect();
            let server = Server::new(all.clone());
            server.always(fault.clone());
            let again = stuffed(&mail("m121").octets);
            let again = Box::leak(again.into_boxed_slice());
            server.once(Fault::SendsFirst("m120", again));
            let world = World::new(Keep::Forever);
            world.fetch(&server).await;
            world.holds_exactly(&all);
            assert_eq!(server.heard("RETR"), all.len() + 1, "{count} {fault:?}");
        }
    }
}

#[tokio::test]
async fn twins_that_lie_side_by_side_are_two_mails_however_many_there_are() {
    for count in [2, 30, 130] {
        let twin = |place: usize| Mail {
            uid: format!("twin-{place}"),
            ..mail("same")
        };
        let all: Vec<Mail> = (0..count).map(twin).collect();
        for fault in [Fault::LockStep, Fault::StatLies] {
            let server = Server::new(all.clone());
            server.always(fault);
            let world = World::new(Keep::Never);
            world.fetch(&server).await;
            world.holds_exactly(&all);
            assert!(server.mails().is_empty());
        }
    }
}

#[tokio::test]
async fn a_mail_that_comes_cut_under_a_new_name_is_not_read_again_by_each_fetch() {
    for (listed, keep) in [(0, Keep::Forever), (0, Keep::Never), (9_000, Keep::Forever)] {
        let whole = large("a", 4_000);
        let server = Server::new(vec![whole.clone()]);
        let mut world = World::new(Keep::Forever);
        world.fetch(&server).await;
        world.account.keep_on_server = keep;
        let renamed = Mail {
            uid: "new".to_owned(),
            listed,
            ..whole.clone()
        };
        server.fill(vec![renamed.clone()]);
        server.always(Fault::Sends("new", cut(&whole)));
        // A wrong size is a reason to read it twice.
        world.fetch(&server).await;
        let read = server.heard("RETR");
        for _ in 0..3 {
            assert_eq!(world.fetch(&server).await.deleted, 0);
        }
        assert_eq!(server.heard("RETR"), read, "{listed} {keep:?}");
        world.holds_exactly(std::slice::from_ref(&whole));
        // Whole at last.
        server.heal();
        server.fill(vec![Mail {
            uid: "new".to_owned(),
            ..whole.clone()
        }]);
        world.account.keep_on_server = Keep::Never;
        assert_eq!(world.fetch(&server).await.deleted, 1, "{listed} {keep:?}");
        world.holds_exactly(&[whole]);
    }
}

#[tokio::test]
async fn a_mail_without_a_name_is_none_of_those_that_are_listed_beside_it() {
    for known_before in [false, true] {
        let whole = large("a", 4_000);
        let shorter = Mail {
            uid: String::new(),
            octets: whole.octets[..whole.octets.len() / 2].to_vec(),
            listed: 0,
        };
        let server = Server::new(vec![whole.clone()]);
        let world = World::new(Keep::Forever);
        if known_before {
            world.fetch(&server).await;
        }
        server.fill(vec![whole.clone(), shorter.clone()]);
        for _ in 0..2 {
            world.fetch(&server).await;
        }
        let ends = if shorter.octets.ends_with(b"\r\n") {
            &b""[..]
        } else {
            b"\r\n"
        };
        let shorter = Mail {
            octets: [&shorter.octets[..], ends].concat(),
            ..shorter
        };
        world.holds_exactly(&[whole, shorter]);
    }
}
