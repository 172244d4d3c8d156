//! Servers that list only some of their mails, that hang up on idle lines, that limit log-ins.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use poptui::config::Keep;
use poptui::fetch::{ErrorKind, Event, Limits, Report, Retry, Stage, Wish, fetch_within};
use poptui::store::Store;
use tokio_util::sync::CancellationToken;

use crate::support::maildrop::{Mail, large, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

fn many(count: usize) -> Vec<Mail> {
    (0..count)
        .map(|number| mail(&format!("m{number:03}")))
        .collect()
}

#[tokio::test]
async fn a_server_that_lists_250_at_a_time_is_asked_until_nothing_new_comes() {
    let all = many(600);
    let server = Server::new(all.clone());
    server.always(Fault::Capped(250));
    let world = World::new(Keep::Forever);
    let report = world.fetch(&server).await;
    assert!(report.error.is_none() && report.warnings.is_empty());
    assert_eq!((report.new, server.sessions()), (600, 3));
    world.holds_exactly(&all);
}

#[tokio::test]
async fn where_the_next_log_in_is_not_allowed_yet_the_user_learns_that_more_waits() {
    let server = Server::new(many(600));
    server.always(Fault::Capped(250));
    server.always(Fault::LoginDelay(600));
    let world = World::new(Keep::Forever);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, server.sessions()), (250, 1));
    assert!(
        report.warnings[0].contains("more may wait there; it allows the next log-in in 10 min"),
        "{:?}",
        report.warnings
    );
    let Retry::NotBefore(wait) = report.retry else {
        panic!("{:?}", report.retry)
    };
    assert!(wait > Duration::from_secs(590) && wait <= Duration::from_mins(10));
}

#[tokio::test]
async fn a_maildrop_that_is_listed_whole_costs_one_log_in() {
    for count in [3, 250] {
        let server = Server::new(many(count));
        let world = World::new(Keep::Forever);
        world.fetch(&server).await;
        // 250 new mails could be all there is to be seen at once.
        let sessions = server.sessions();
        assert_eq!(sessions, if count == 3 { 1 } else { 2 });
        world.fetch(&server).await;
        assert_eq!(server.sessions(), sessions + 1);
    }
}

#[tokio::test]
async fn a_broken_line_is_not_opened_again_before_the_server_allows_it() {
    let server = Server::new(many(5));
    server.always(Fault::LoginDelay(600));
    server.once(Fault::Stalls("m002"));
    let report = World::new(Keep::Forever).fetch(&server).await;
    assert_eq!((report.new, server.sessions()), (2, 1));
    let error = report.error.expect("an error");
    assert_eq!(error.kind, ErrorKind::Temporary);
    assert!(matches!(report.retry, Retry::NotBefore(wait) if wait > Duration::from_secs(500)));
}

#[tokio::test]
async fn how_a_fetch_ended_says_when_the_next_one_may_come() {
    let wait = |retry| matches!(retry, Retry::NotBefore(wait) if wait >= Duration::from_mins(1));
    for (line, expected) in [
        ("-ERR [AUTH] no", Some(Retry::AskUser)),
        ("-ERR no", Some(Retry::Perhaps)),
        ("-ERR [SYS/PERM] closed", Some(Retry::Stop)),
        ("-ERR [SYS/TEMP] disk", None),
        ("-ERR [IN-USE] locked", None),
        ("-ERR [LOGIN-DELAY] wait", None),
        ("+OK", Some(Retry::Whenever)),
    ] {
        let server = Server::new(many(1));
        server.always(Fault::Login(line));
        let retry = World::new(Keep::Forever).fetch(&server).await.retry;
        match expected {
            Some(expected) => assert_eq!(retry, expected, "{line}"),
            None => assert!(wait(retry), "{line}: {retry:?}"),
        }
    }
}

/// Keeps the store's writer busy until the sender is dropped.
fn hold(store: &Store) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (begun, begins) = mpsc::channel();
    let store = store.clone();
    std::thread::spawn(move || {
        store.write_now(move |_writer| {
            let _ = begun.send(());
            let _ = held.recv();
            Ok(())
        })
    });
    begins.recv().expect("the writer begins");
    release
}

/// A fetch whose store is held from the moment it begins to download until `enough`.
async fn fetch_into_a_slow_store(
    server: &Server,
    world: &World,
    limits: Limits,
    enough: impl Fn() -> bool,
) -> Report {
    let held = Mutex::new(None);
    let tell = |event| {
        if event == Event::Stage(Stage::Downloading) {
            *held.lock().expect("not poisoned") = Some(hold(&world.store));
        }
    };
    let (wish, cancel) = (Wish::default(), CancellationToken::new());
    let fetching = fetch_within(
        limits,
        &world.account,
        &world.store,
        server,
        &wish,
        cancel,
        tell,
    );
    let releasing = async {
        while !enough() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        held.lock().expect("not poisoned").take();
    };
    tokio::join!(fetching, releasing).0
}

#[tokio::test]
async fn a_line_that_a_slow_store_keeps_waiting_hears_a_noop() {
    let limits = Limits {
        idle: Duration::from_millis(2),
        ..Limits::default()
    };
    let server = Server::new(many(3));
    server.always(Fault::LockStep);
    let world = World::new(Keep::Never);
    let enough = || server.heard("NOOP") > 2;
    let report = fetch_into_a_slow_store(&server, &world, limits, enough).await;
    assert!(report.error.is_none());
    assert_eq!((report.new, report.deleted), (3, 3));
}

#[tokio::test]
async fn quit_is_said_behind_the_commit_though_nothing_is_to_be_deleted() {
    let limits = Limits {
        idle: Duration::from_millis(2),
        ..Limits::default()
    };
    let server = Server::new(many(3));
    server.always(Fault::LockStep);
    let world = World::new(Keep::Forever);
    let early = std::cell::Cell::new(false);
    let enough = || {
        early.set(server.heard("QUIT") > 0);
        early.get() || server.heard("NOOP") > 5
    };
    let report = fetch_into_a_slow_store(&server, &world, limits, enough).await;
    assert_eq!((report.new, report.error.is_none()), (3, true));
    assert!(!early.get(), "some servers forget at QUIT what was read");
}

#[tokio::test]
async fn while_the_store_is_slow_the_server_waits_and_our_memory_does_not_grow() {
    // 64 MiB, of which the window asks for 48 at once; 16 may be in memory.
    let all: Vec<Mail> = (0..64)
        .map(|name| large(&format!("m{name:02}"), 1 << 20))
        .collect();
    let server = Server::new(all.clone());
    let world = World::new(Keep::Forever);
    let sent = || server.sent();
    let last = std::cell::Cell::new((0, 0));
    // Enough when the server has not got rid of an octet for a while: its line is full.
    let enough = || {
        let (before, quiet) = last.get();
        last.set(if sent() == before {
            (before, quiet + 1)
        } else {
            (sent(), 0)
        });
        sent() > 1 << 20 && quiet > 200
    };
    let report = fetch_into_a_slow_store(&server, &world, Limits::default(), enough).await;
    assert!(report.error.is_none());
    let (held, _) = last.get();
    assert!(
        held < 24 << 20,
        "{held} octets were read while nothing was stored"
    );
    assert_eq!(report.new, 64);
}

/// A fetch of a server that refuses the second log-in with this line.
async fn fetch_where_the_second_log_in_is_refused(line: &'static str) -> (Report, usize) {
    let server = Server::new(many(600));
    server.always(Fault::Capped(250));
    let world = World::new(Keep::Forever);
    let tell = |event| {
        if event == Event::Stage(Stage::Downloading) {
            server.once(Fault::Login(line));
        }
    };
    let (wish, cancel) = (Wish::default(), CancellationToken::new());
    let (account, store) = (&world.account, &world.store);
    let limits = Limits::default();
    let report = fetch_within(limits, account, store, &server, &wish, cancel, tell).await;
    (report, server.sessions())
}

#[tokio::test]
async fn a_second_log_in_that_is_refused_without_a_word_on_why_came_too_soon() {
    let line = "-ERR one log-in a minute";
    let (report, sessions) = fetch_where_the_second_log_in_is_refused(line).await;
    assert_eq!((report.new, sessions), (250, 2));
    let error = report.error.expect("an error");
    assert_eq!(error.kind, ErrorKind::Busy, "{}", error.sentence);
    assert!(
        report.warnings[0].contains("more may wait there"),
        "{:?}",
        report.warnings
    );
    assert!(matches!(report.retry, Retry::NotBefore(wait) if wait >= Duration::from_mins(1)));
    let line = "-ERR [AUTH] the password was changed";
    let (report, _) = fetch_where_the_second_log_in_is_refused(line).await;
    assert_eq!(report.error.expect("an error").kind, ErrorKind::Auth);
}

#[tokio::test]
async fn a_server_that_refuses_one_mail_after_the_other_is_left_in_peace() {
    for pace in [Fault::LockStep, Fault::StatLies] {
        let server = Server::new(many(40));
        server.always(pace.clone());
        server.always(Fault::RefusesAfter(5));
        let world = World::new(Keep::Never);
        let mut report = world.fetch(&server).await;
        // What came before is safe, so it goes.
        assert_eq!((report.new, report.deleted), (5, 5), "{pace:?}");
        if pace == Fault::StatLies {
            // All were asked for at once, and some came: only the next fetch is sure.
            report = world.fetch(&server).await;
        }
        let error = report.error.expect("an error");
        assert_eq!(error.kind, ErrorKind::Busy, "{}", error.sentence);
        assert!(
            error.sentence.contains("Download exceed"),
            "{}",
            error.sentence
        );
        assert!(matches!(report.retry, Retry::NotBefore(_)));
        if pace == Fault::LockStep {
            assert_eq!(server.heard("RETR"), 5 + 13);
        }
    }
}

#[tokio::test]
async fn a_row_of_bad_mails_keeps_no_good_ones_away() {
    let names: Vec<String> = (0..40).map(|number| format!("m{number:03}")).collect();
    let server = Server::new(many(40));
    server.always(Fault::LockStep);
    for name in &names[10..30] {
        server.always(Fault::Refuses(name.clone().leak()));
    }
    let report = World::new(Keep::Forever).fetch(&server).await;
    assert_eq!((report.new, report.failed.len()), (20, 20));
}
