//! A fetch signs in: with the listing in the same breath, in lock-step where that goes wrong, and never with a password
//! that was refused.

use poptui::config::{Auth, Keep, Password};
use poptui::fetch::{ErrorKind, Retry};

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
