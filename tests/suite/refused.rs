//! A login that was refused three times in a row is not tried again until the user acts, from run to run.

use std::path::PathBuf;

use poptui::config::{Account, Auth, Keep, Password, Security};
use poptui::fetch::{ErrorKind, Retry, Wish};
use poptui::store::Store;

use crate::support::maildrop::mail;
use crate::support::profile::Profile;
#[cfg(unix)]
use crate::support::pty::Pty;
use crate::support::server::{Fault, Server};
use crate::support::tls::{acceptor, listen, self_signed};
use crate::support::world::World;

fn refusing() -> (World, Server) {
    let server = Server::new(vec![mail("a")]);
    server.always(Fault::Login("-ERR [AUTH] no"));
    (World::new(Keep::Forever), server)
}

/// Fetches until the account is left alone.
async fn barred() -> (World, Server) {
    let (world, server) = refusing();
    for _ in 0..3 {
        world.fetch(&server).await;
    }
    assert_eq!(server.sessions(), 3);
    (world, server)
}

fn asked() -> Wish {
    Wish {
        asked: true,
        ..Wish::default()
    }
}

#[tokio::test]
async fn after_three_refused_logins_the_server_is_not_asked_and_the_user_is_told_what_to_do() {
    for answer in ["-ERR [AUTH] no", "-ERR no", "-ERR [SYS/PERM] no"] {
        let (world, server) = refusing();
        server.heal();
        server.always(Fault::Login(answer));
        for _ in 0..5 {
            let error = world.fetch(&server).await.error.expect("a refusal");
            assert_eq!(error.kind, ErrorKind::Auth, "{answer}");
        }
        assert_eq!(server.sessions(), 3, "{answer}");
        let report = world.fetch(&server).await;
        let told = report.error.expect("a refusal").sentence;
        assert!(
            told.starts_with("work: the server refused the login three times"),
            "{told}"
        );
        assert!(told.contains("poptui fetch work in a terminal"), "{told}");
        assert_eq!(report.retry, Retry::AskUser);
    }
}

#[tokio::test]
async fn what_is_not_about_the_password_never_counts() {
    for answer in [
        "-ERR [IN-USE] x",
        "-ERR [LOGIN-DELAY] x",
        "-ERR [SYS/TEMP] x",
        "-ERR maildrop already locked",
    ] {
        let (world, server) = refusing();
        server.heal();
        server.always(Fault::Login(answer));
        for _ in 0..5 {
            world.fetch(&server).await;
        }
        server.heal();
        assert_eq!(world.fetch(&server).await.new, 1, "{answer}");
    }
}

#[tokio::test]
async fn a_line_closed_on_the_password_counts() {
    let (world, server) = refusing();
    server.heal();
    server.always(Fault::ClosesAtLogin);
    for _ in 0..5 {
        world.fetch(&server).await;
    }
    server.heal();
    let error = world.fetch(&server).await.error.expect("left alone");
    assert!(error.sentence.contains("three times"), "{}", error.sentence);
}

#[tokio::test]
async fn only_refusals_in_a_row_count() {
    let (world, server) = refusing();
    for _ in 0..2 {
        world.fetch(&server).await;
        world.fetch(&server).await;
        server.heal();
        assert!(world.fetch(&server).await.error.is_none());
        server.always(Fault::Login("-ERR [AUTH] no"));
    }
    assert_eq!(server.sessions(), 6);
}

#[tokio::test]
async fn a_change_of_how_the_account_signs_in_is_a_try_worth_and_another_one_is_not() {
    type Change = fn(&mut Account);
    let changes: [(Change, bool); 8] = [
        (|account| account.user = "bob".to_owned(), true),
        (|account| account.host = "127.0.0.1".to_owned(), true),
        (|account| account.auth = Auth::Plain, true),
        (
            |account| account.password = Password::File(PathBuf::from("/nowhere")),
            true,
        ),
        (
            |account| account.password = Password::Literal("other".to_owned().into()),
            false,
        ),
        (|account| account.keep_on_server = Keep::Never, false),
        (|account| account.host = "LOCALHOST".to_owned(), false),
        (|_| {}, false),
    ];
    for (index, (change, tries)) in changes.into_iter().enumerate() {
        let (mut world, server) = barred().await;
        server.heal();
        change(&mut world.account);
        let error = world.fetch(&server).await.error;
        let is_left_alone = error.is_some_and(|error| error.sentence.contains("three times"));
        assert_eq!(is_left_alone, !tries, "change {index}");
    }
}

#[tokio::test]
async fn the_user_may_always_try_and_then_it_is_counted_anew() {
    let (world, server) = barred().await;
    world.wish(&server, &asked()).await;
    assert_eq!(server.sessions(), 4);
    for _ in 0..4 {
        world.fetch(&server).await;
    }
    assert_eq!(server.sessions(), 6, "one of the three was the user's");
    server.heal();
    assert_eq!(world.wish(&server, &asked()).await.new, 1);
    assert!(world.fetch(&server).await.error.is_none());
}

#[tokio::test]
async fn a_dry_run_does_not_try_either_and_counts_nothing() {
    let (world, server) = refusing();
    let rehearsal = Wish {
        dry_run: true,
        ..Wish::default()
    };
    for _ in 0..4 {
        world.wish(&server, &rehearsal).await;
    }
    assert_eq!(server.sessions(), 4);
    for _ in 0..3 {
        world.fetch(&server).await;
    }
    world.wish(&server, &rehearsal).await;
    assert_eq!(server.sessions(), 7);
}

#[tokio::test]
async fn the_password_is_not_even_asked_for_where_it_is_not_tried() {
    let (mut world, server) = refusing();
    let dir = tempfile::tempdir().expect("a temporary directory");
    let runs = dir.path().join("runs");
    let script = "echo run >> \"$0\"; echo secret";
    let words = ["sh", "-c", script, runs.to_str().expect("UTF-8")];
    world.account.password = Password::Command(words.map(str::to_owned).to_vec());
    for _ in 0..5 {
        world.fetch(&server).await;
    }
    let runs = std::fs::read_to_string(runs).expect("it ran");
    assert_eq!(runs.lines().count(), 3);
}

/// The built program.
async fn run(profile: &Profile, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = tokio::process::Command::from(profile.command(arguments));
    let output = command.output().await.expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), stderr)
}

/// The same, where somebody may be there.
#[cfg(unix)]
async fn run_in_a_terminal(profile: &Profile, arguments: &[&str]) {
    let plain = profile.command(arguments);
    let mut command = portable_pty::CommandBuilder::new(plain.get_program());
    command.args(plain.get_args());
    let ended = tokio::task::spawn_blocking(|| Pty::start(command, 80, 24).wait());
    ended.await.expect("it ends");
}

#[tokio::test]
async fn the_program_leaves_the_account_alone_until_it_is_named_or_a_check_logs_in() {
    let server = Server::new(vec![mail("a")]);
    server.always(Fault::Login("-ERR [AUTH] no"));
    let port = listen(
        server.clone(),
        acceptor(&self_signed("127.0.0.1")),
        Security::Stls,
    )
    .await;
    let config = format!(
        "[accounts.alice]\naddress = 'alice@example.org'\nhost = '127.0.0.1'\nport = {port}\n\
         security = 'none'\npassword = 'hunter2'\ntimeout = '2 s'\n"
    );
    let profile = Profile::new(&config);
    for _ in 0..4 {
        let (code, told) = run(&profile, &["fetch"]).await;
        assert_eq!(code, Some(77), "{told}");
    }
    assert_eq!(server.sessions(), 3);
    let (_, told) = run(&profile, &["fetch"]).await;
    assert!(told.contains("poptui fetch alice"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    run(&profile, &["fetch", "alice"]).await;
    assert_eq!(server.sessions(), 3, "nobody is there who names it");
    #[cfg(unix)]
    run_in_a_terminal(&profile, &["fetch", "alice"]).await;
    #[cfg(not(unix))]
    run(&profile, &["check", "alice"]).await;
    assert_eq!(server.sessions(), 4, "it is named");
    run(&profile, &["fetch"]).await;
    run(&profile, &["fetch"]).await;
    run(&profile, &["check", "alice"]).await;
    run(&profile, &["fetch"]).await;
    assert_eq!(
        server.sessions(),
        7,
        "a check that is refused changes nothing"
    );
    server.heal();
    assert_eq!(run(&profile, &["fetch"]).await.0, Some(77));
    let elsewhere = Store::open(&profile.data()).expect("a store");
    let (code, told) = run(&profile, &["check", "alice"]).await;
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("alice: the next fetch still takes the login for refused"),
        "{told}"
    );
    elsewhere.close();
    let (code, told) = run(&profile, &["check", "alice"]).await;
    assert_eq!((code, told.as_str()), (Some(0), ""));
    assert_eq!(run(&profile, &["fetch"]).await.0, Some(0));
}
