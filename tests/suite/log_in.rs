//! A fetch signs in: with the listing in the same breath, in lock-step where that goes wrong, and never with a password
//! that was refused.

use poptui::config::{Auth, Keep, Password};
use poptui::fetch::{ErrorKind, Retry};
use poptui::store::Lessons;

use crate::support::maildrop::mail;
use crate::support::server::{Fault, Server};
use crate::support::world::World;

#[tokio::test]
async fn the_listing_is_asked_for_together_with_the_log_in_and_only_once() {
    let (world, server) = (World::new(Keep::Forever), Server::new(vec![mail("a")]));
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.error.is_none()), (1, true));
    assert!(server.verbs().starts_with("CAPA AUTH CAPA UIDL LIST RETR"));
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
            .starts_with("CAPA AUTH CAPA AUTH CAPA UIDL LIST RETR"),
        "{}",
        server.verbs()
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
            .starts_with("CAPA AUTH CAPA AUTH CAPA UIDL LIST RETR"),
        "{}",
        server.verbs()
    );
    let account = world.id();
    let lessons = world.store.read_now(move |reader| reader.lessons(account));
    assert!(
        lessons.expect("a readable store").lock_step_since.is_none(),
        "a line that broke says nothing of the server"
    );
}

#[tokio::test]
async fn a_token_is_asked_for_anew_though_the_server_does_not_say_why_it_refused_it() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let runs = dir.path().join("runs");
    let script = "echo run >> \"$0\"; echo \"token$(wc -l < \"$0\")\"";
    let mut world = World::new(Keep::Forever);
    world.account.auth = Auth::Xoauth2;
    world.account.password = Password::None;
    let words = ["sh", "-c", script, runs.to_str().expect("UTF-8")];
    world.account.token_command = Some(words.map(str::to_owned).to_vec());
    // As Microsoft says it.
    let server = Server::new(vec![mail("a")]);
    server.always(Fault::Login(
        "-ERR Authentication failure: unknown user name or bad password.",
    ));
    let report = world.fetch(&server).await;
    let told = report.error.expect("a refusal").sentence;
    assert!(
        told.contains("the token was refused") && told.contains("printed after it"),
        "{told}"
    );
    let runs = std::fs::read_to_string(runs).expect("it ran");
    assert_eq!((runs.lines().count(), server.sessions()), (2, 2));
    assert_eq!(report.retry, Retry::AskUser);
}

/// A world that has fetched from a server, and knows what it announces.
async fn acquainted() -> (World, Server) {
    let (world, server) = (World::new(Keep::Forever), Server::new(vec![mail("a")]));
    assert_eq!(world.fetch(&server).await.new, 1);
    server.fill(vec![mail("a"), mail("b")]);
    (world, server)
}

async fn lessons(world: &World) -> Lessons {
    let account = world.id();
    let lessons = world.store.read(move |reader| reader.lessons(account));
    lessons.await.expect("a readable store")
}

#[tokio::test]
async fn a_password_that_is_refused_beside_capa_is_sent_once_and_counted_once() {
    let (world, server) = acquainted().await;
    server.always(Fault::Login("-ERR [AUTH] no"));
    let error = world.fetch(&server).await.error.expect("a refusal");
    assert_eq!(error.kind, ErrorKind::Auth);
    // The first fetch is one of each.
    assert_eq!((server.sessions(), server.heard("AUTH PLAIN")), (2, 2));
    assert_eq!(lessons(&world).await.refusals, 1);
}

#[tokio::test]
async fn a_server_that_knows_another_mechanism_by_now_is_asked_first_and_the_refusal_does_not_count()
 {
    let (world, server) = acquainted().await;
    server.always(Fault::NoSasl);
    server.always(Fault::PutsOff("AUTH", "[AUTH] not that way"));
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!((report.new, server.sessions()), (1, 3));
    assert_eq!(lessons(&world).await.refusals, 0);
    // What it says now is remembered.
    world.fetch(&server).await;
    assert_eq!((server.sessions(), server.heard("AUTH")), (4, 2));
}

#[tokio::test]
async fn what_is_outdated_is_not_tried_again_by_a_fetch_behind_one_that_was_refused() {
    let (world, server) = acquainted().await;
    server.always(Fault::NoSasl);
    server.always(Fault::PutsOff("AUTH", "[AUTH] not that way"));
    server.always(Fault::Login("-ERR [AUTH] no"));
    for (sessions, refusals) in [(3, 1), (4, 2)] {
        let error = world.fetch(&server).await.error.expect("a refusal");
        assert_eq!(error.kind, ErrorKind::Auth);
        assert_eq!(server.sessions(), sessions);
        assert_eq!(lessons(&world).await.refusals, refusals);
    }
}

#[tokio::test]
async fn a_better_mechanism_is_taken_by_the_session_behind_the_one_that_heard_of_it() {
    let (world, server) = (World::new(Keep::Forever), Server::new(vec![mail("a")]));
    server.always(Fault::NoSasl);
    world.fetch(&server).await;
    server.heal();
    for (auth, user) in [(0, 2), (1, 2), (2, 2)] {
        world.fetch(&server).await;
        assert_eq!((server.heard("AUTH"), server.heard("USER")), (auth, user));
    }
}

#[tokio::test]
async fn what_is_lost_behind_a_log_in_says_nothing_of_what_is_remembered() {
    let (world, server) = acquainted().await;
    server.always(Fault::DropsBehindLogin);
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!((report.new, server.sessions()), (1, 3));
    assert!(lessons(&world).await.lock_step_since.is_some());
}

#[tokio::test]
async fn a_server_that_breaks_the_protocol_at_a_log_in_by_memory_is_asked_first() {
    let (world, server) = acquainted().await;
    server.once(Fault::Login("what is this?"));
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!((report.new, server.sessions()), (1, 3));
}
