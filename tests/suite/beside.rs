//! Mails of equal octets that lay side by side on a server: two mails, whatever became of one of them meanwhile.

use std::time::Duration;

use poptui::config::Keep;
use poptui::fetch::{Limits, Report, Wish};

use crate::support::maildrop::{Mail, large, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

fn named(name: &str, mail: &Mail) -> Mail {
    Mail {
        uid: name.to_owned(),
        ..mail.clone()
    }
}

/// So many mails of equal octets, each with a name of its own.
fn twins(prefix: &str, count: usize) -> Vec<Mail> {
    let name = |number| format!("{prefix}{number:02}");
    let twin = large("twin", 300);
    (0..count)
        .map(|number| named(&name(number), &twin))
        .collect()
}

fn few() -> Limits {
    Limits {
        mails: 4,
        youth: Duration::ZERO,
        ..Limits::default()
    }
}

async fn in_short_sessions(world: &World, server: &Server) -> Report {
    world.run(server, few(), &Wish::default()).await.0
}

#[tokio::test]
async fn twins_of_what_a_session_before_deleted_are_mails_of_their_own() {
    // A number is a name as well, as long as nobody else deletes there.
    for prefix in ["twin", "1"] {
        let all = twins(prefix, 25);
        let server = Server::new(all.clone());
        server.always(Fault::LockStep);
        let world = World::new(Keep::Never);
        let report = in_short_sessions(&world, &server).await;
        assert_eq!(report.error.map(|error| error.sentence), None);
        assert!(server.sessions() > 1);
        assert_eq!((report.new, report.deleted), (25, 25), "{prefix}");
        assert!(server.mails().is_empty());
        world.holds_exactly(&all);
    }
}

#[tokio::test]
async fn twins_of_what_a_fetch_before_deleted_are_mails_of_their_own() {
    for lost in [false, true] {
        let all = twins("twin", 9);
        let server = Server::new(all.clone());
        // The others cannot be had, and QUIT is said; its answer is lost, perhaps.
        server.always(Fault::RefusesAfter(4));
        if lost {
            server.always(Fault::QuitLost);
        }
        let world = World::new(Keep::Never);
        world.fetch(&server).await;
        let left = server.mails().len();
        assert!(left > 0 && left < 9, "{left}");
        server.heal();
        world.fetch(&server).await;
        assert!(server.mails().is_empty(), "{lost}");
        world.holds_exactly(&all);
    }
}

#[tokio::test]
async fn twins_of_what_is_hidden_once_it_was_read_are_mails_of_their_own() {
    let all = twins("twin", 13);
    let server = Server::new(all.clone());
    server.always(Fault::LockStep);
    server.always(Fault::ForgetsRead);
    let world = World::new(Keep::Forever);
    let report = in_short_sessions(&world, &server).await;
    assert_eq!((report.new, report.deleted), (13, 0));
    world.holds_exactly(&all);
}

#[tokio::test]
async fn a_maildrop_that_is_back_under_new_names_brings_nothing_twice_in_short_sessions() {
    for keep in [Keep::Never, Keep::Forever] {
        for at_once in [true, false] {
            let all: Vec<Mail> = (0..13)
                .map(|number| mail(&format!("m{number:02}")))
                .collect();
            let server = Server::new(all.clone());
            server.always(Fault::LockStep);
            server.always(Fault::NoTop);
            let mut world = World::new(keep);
            in_short_sessions(&world, &server).await;
            world.holds_exactly(&all);
            let new = |mail: &Mail| named(&format!("new-{}", mail.uid), mail);
            server.fill(all.iter().map(new).collect());
            if at_once {
                world.account.host = "elsewhere.example".to_owned();
            }
            let report = in_short_sessions(&world, &server).await;
            assert_eq!(report.new, 0, "{keep:?} {at_once}");
            world.holds_exactly(&all);
        }
    }
}
