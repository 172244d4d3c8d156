//! A fetch that is stopped: the server hears QUIT where it listens, and never one that would delete something.

use poptui::config::Keep;
use poptui::fetch::{ErrorKind, Event, Report, Wish, fetch};
use poptui::store::Deletion;
use tokio_util::sync::CancellationToken;

use crate::support::maildrop::{Mail, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

fn mails(names: &[&str]) -> Vec<Mail> {
    names.iter().map(|name| mail(name)).collect()
}

/// A fetch that is stopped when the server hears this.
async fn stopped_at(command: &'static str, world: &World, server: &Server) -> Report {
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    server.meanwhile(command, move || stop.cancel());
    run(world, server, &Wish::default(), cancel, |_| {}).await
}

async fn run(
    world: &World,
    server: &Server,
    wish: &Wish,
    cancel: CancellationToken,
    tell: impl Fn(Event) + Send + Sync,
) -> Report {
    let report = fetch(&world.account, &world.store, server, wish, cancel, tell).await;
    // Nobody waits for the good-bye: it is on its way still.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    report
}

fn is_stopped(report: &Report) -> bool {
    let kind = report.error.as_ref().map(|error| error.kind);
    kind == Some(ErrorKind::Cancelled)
}

#[tokio::test]
async fn a_fetch_that_is_stopped_at_the_listing_says_quit() {
    let (world, server) = (World::new(Keep::Never), Server::new(mails(&["a", "b"])));
    let report = stopped_at("LIST", &world, &server).await;
    assert!(is_stopped(&report));
    assert_eq!(server.verbs(), "CAPA AUTH CAPA UIDL LIST QUIT");
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test]
async fn a_dry_run_that_is_stopped_at_the_listing_says_quit() {
    let (world, server) = (World::new(Keep::Never), Server::new(mails(&["a", "b"])));
    let (cancel, wish) = (
        CancellationToken::new(),
        Wish {
            dry_run: true,
            ..Wish::default()
        },
    );
    let stop = cancel.clone();
    server.meanwhile("LIST", move || stop.cancel());
    assert!(is_stopped(
        &run(&world, &server, &wish, cancel, |_| {}).await
    ));
    assert_eq!(server.verbs(), "CAPA AUTH CAPA UIDL LIST QUIT");
}

#[tokio::test]
async fn what_is_marked_when_a_fetch_is_stopped_is_unmarked_before_quit_and_goes_next_time() {
    for lock_step in [false, true] {
        let server = Server::new(mails(&["a", "b", "c"]));
        if lock_step {
            server.always(Fault::LockStep);
        }
        let world = World::new(Keep::Never);
        let report = stopped_at("DELE 2", &world, &server).await;
        assert!(is_stopped(&report));
        assert!(
            server.verbs().ends_with("DELE RSET QUIT"),
            "{}",
            server.verbs()
        );
        assert_eq!((server.mails().len(), report.deleted), (3, 0));
        assert!(
            world
                .ledger()
                .iter()
                .all(|known| known.deletion == Deletion::Sent)
        );

        assert_eq!(world.fetch(&server).await.deleted, 3);
        assert!(server.mails().is_empty());
        world.holds_exactly(&mails(&["a", "b", "c"]));
    }
}

#[tokio::test]
async fn where_marks_cannot_be_taken_away_quit_is_not_said() {
    for answer in [
        Fault::PutsOff("RSET", "what?"),
        Fault::Mute("RSET"),
        Fault::Mute("DELE"),
    ] {
        let server = Server::new(mails(&["a", "b"]));
        server.always(answer.clone());
        let mut world = World::new(Keep::Never);
        world.account.timeout = std::time::Duration::from_mins(1);
        let report = stopped_at("DELE 2", &world, &server).await;
        assert!(is_stopped(&report));
        assert_eq!(
            (server.heard("QUIT"), server.mails().len()),
            (0, 2),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn while_a_mail_comes_in_the_line_is_dropped_without_a_word() {
    let server = Server::new(mails(&["a", "b"]));
    server.always(Fault::Stalls("b"));
    let mut world = World::new(Keep::Never);
    world.account.timeout = std::time::Duration::from_mins(1);
    let report = stopped_at("RETR 2", &world, &server).await;
    assert!(is_stopped(&report));
    assert_eq!((server.heard("QUIT"), server.heard("DELE")), (0, 0));
}

#[tokio::test]
async fn a_fetch_that_is_stopped_when_all_is_here_says_quit() {
    let (world, server) = (World::new(Keep::Forever), Server::new(mails(&["a"])));
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let tell = move |event| {
        if matches!(event, Event::Stored(_)) {
            stop.cancel();
        }
    };
    run(&world, &server, &Wish::default(), cancel, tell).await;
    assert_eq!((server.heard("QUIT"), server.sessions()), (1, 1));
    world.holds_exactly(&mails(&["a"]));
}
