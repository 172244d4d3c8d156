//! A fetch signs in: with the listing in the same breath, in lock-step where that goes wrong, and never with a password
//! that was refused.

use poptui::config::Keep;
use poptui::fetch::ErrorKind;

use crate::support::maildrop::mail;
use crate::support::server::{Fault, Server};
use crate::support::world::World;

#[tokio::test]
async fn the_listing_is_asked_for_together_with_the_log_in_and_only_once() {
    let (world, server) = (World::new(Keep::Forever), Server::new(vec![mail("a")]));
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.error.is_none()), (1, true));
    assert!(server.verbs().starts_with("CAPA AUTH CAPA UIDL LIST RETR "));
    assert_eq!((server.heard("UIDL"), server.heard("LIST")), (1, 1));
}

#[tokio::test]
async fn a_server_without_pipelining_hears_one_command_at_a_time() {
    let (world, server) = (World::new(Keep::Forever), Server::new(vec![mail("a")]));
    server.always(Fault::LockStep);
    server.always(Fault::DropsBehindLogin);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, server.sessions()), (1, 1));
}

#[tokio::test]
async fn a_server_that_throws_away_what_comes_with_the_log_in_is_asked_again_in_lock_step() {
    let (world, server) = (World::new(Keep::Forever), Server::new(vec![mail("a")]));
    server.always(Fault::DropsBehindLogin);
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!((report.new, server.sessions()), (1, 2));
    assert!(
        server
            .verbs()
            .starts_with("CAPA AUTH CAPA AUTH CAPA UIDL LIST RETR ")
    );
}

#[tokio::test]
async fn a_server_that_wants_more_is_asked_again_in_lock_step() {
    let (world, server) = (World::new(Keep::Forever), Server::new(vec![mail("a")]));
    server.once(Fault::Login("+ bW9yZQ=="));
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!((report.new, server.sessions()), (1, 2));
}

#[tokio::test]
async fn a_password_that_was_refused_is_not_sent_again() {
    for (answer, passwords) in [("-ERR [AUTH] no", 1), ("-ERR no", 2)] {
        let (world, server) = (World::new(Keep::Forever), Server::new(vec![mail("a")]));
        server.always(Fault::Login(answer));
        let error = world.fetch(&server).await.error.expect("a refusal");
        assert_eq!(error.kind, ErrorKind::Auth);
        assert_eq!(server.sessions(), 1, "{answer}");
        let heard = server.heard("AUTH PLAIN") + server.heard("PASS");
        assert_eq!(heard, passwords, "{answer}");
    }
}

#[tokio::test]
async fn a_server_that_closes_at_a_pipelined_log_in_is_asked_again_in_lock_step_just_this_time() {
    let (world, server) = (World::new(Keep::Forever), Server::new(vec![mail("a")]));
    server.once(Fault::ClosesAtLogin);
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert!(
        server
            .verbs()
            .starts_with("CAPA AUTH CAPA AUTH CAPA UIDL LIST RETR ")
    );
    let account = world.id();
    let lessons = world.store.read_now(move |reader| reader.lessons(account));
    assert!(
        lessons.expect("a readable store").lock_step_since.is_none(),
        "a line that broke says nothing of the server"
    );
}
