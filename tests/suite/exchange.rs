//! Whole fetches against a server that hangs up, lies, stalls and refuses: nothing is lost, nothing comes twice.

use poptui::config::Keep;
use poptui::fetch::{ErrorKind, Event, Report, Stage, Wish};
use tokio_util::sync::CancellationToken;

use crate::support::maildrop::{Mail, mail};
use crate::support::server::{Fault, Harm, Point, Server};
use crate::support::world::World;

fn mails(names: &[&str]) -> Vec<Mail> {
    names.iter().map(|name| mail(name)).collect()
}

fn kind(report: &Report) -> Option<ErrorKind> {
    report.error.as_ref().map(|error| error.kind)
}

/// What was in the maildrop and is there no more is stored.
#[track_caller]
fn nothing_is_lost(world: &World, before: &[Mail], server: &Server) {
    let (stored, left) = (world.stored(), server.mails());
    for gone in before.iter().filter(|mail| !left.contains(mail)) {
        assert!(stored.contains(&gone.octets), "{} is lost", gone.uid);
    }
}

/// Closes the line after each line of a whole exchange, in all sessions of one fetch; then all goes well.
async fn hang_up_after_each_line(keep: Keep) {
    let all = mails(&["a", "b", "c"]);
    for line in 0.. {
        let server = Server::new(all.clone());
        server.always(Fault::HangUp(line));
        let world = World::new(keep);
        world.fetch(&server).await;
        nothing_is_lost(&world, &all, &server);
        let finished = !server.hung_up();

        server.heal();
        let report = world.fetch(&server).await;
        assert_eq!(
            report.error.map(|error| error.sentence),
            None,
            "after line {line}"
        );
        world.holds_exactly(&all);
        let left = if keep == Keep::Never { 0 } else { all.len() };
        assert_eq!(server.mails().len(), left, "after line {line}");
        assert_eq!(world.fetch(&server).await.new, 0, "after line {line}");
        if finished {
            assert!(line > 30, "an exchange has more lines than {line}");
            return;
        }
    }
}

#[tokio::test]
async fn a_hang_up_after_any_line_loses_nothing_and_brings_nothing_twice_when_mail_is_kept() {
    hang_up_after_each_line(Keep::Forever).await;
}

#[tokio::test]
async fn a_hang_up_after_any_line_loses_nothing_and_brings_nothing_twice_when_mail_is_deleted() {
    hang_up_after_each_line(Keep::Never).await;
}

#[tokio::test]
async fn a_fetch_brings_what_is_new_and_tells_how_far_it_is() {
    use Stage::{Connecting, Downloading, Listing, SigningIn};

    let server = Server::new(mails(&["a", "b", "c"]));
    let world = World::new(Keep::Forever);
    let (report, events) = world.watch(&server).await;
    assert_eq!((report.new, report.kept, report.deleted), (3, 3, 0));
    assert!(report.error.is_none() && report.failed.is_empty() && report.warnings.is_empty());
    let octets: usize = server.mails().iter().map(|mail| mail.octets.len()).sum();
    assert_eq!(report.octets, octets as u64);
    let stages: Vec<Stage> = events
        .iter()
        .filter_map(|event| match event {
            Event::Stage(stage) => Some(*stage),
            _ => None,
        })
        .collect();
    assert_eq!(stages, [Connecting, SigningIn, Listing, Downloading]);
    let last = events.iter().rev().find_map(|event| match event {
        Event::Progress(progress) => Some((progress.mails, progress.mails_total)),
        _ => None,
    });
    assert_eq!(last, Some((3, 3)));

    server.fill(mails(&["a", "b", "c", "d"]));
    assert_eq!(world.fetch(&server).await.new, 1);
    assert_eq!(server.heard("RETR"), 4);
    world.holds_exactly(&server.mails());
}

#[tokio::test]
async fn thousands_of_mails_cost_few_commits_and_the_first_ones_do_not_wait_for_the_last() {
    const MAILS: usize = 3_000;
    let names: Vec<String> = (0..MAILS).map(|number| format!("m{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let server = Server::new(mails(&names));
    let world = World::new(Keep::Forever);
    let (report, events) = world.watch(&server).await;
    assert_eq!(report.new, MAILS as u64);
    let commits = events.iter().filter_map(|event| match event {
        Event::Stored(ids) => Some(ids.len()),
        _ => None,
    });
    let commits: Vec<usize> = commits.collect();
    assert_eq!(commits.iter().sum::<usize>(), MAILS);
    assert!((2..=MAILS / 20).contains(&commits.len()), "{commits:?}");
}

#[tokio::test]
async fn newest_mail_comes_first() {
    let server = Server::new(mails(&["a", "b", "c"]));
    server.always(Fault::LockStep);
    server.always(Fault::Stalls("b"));
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    // The one at which the line broke goes last in the second session, so that "a" is not kept away.
    world.holds_exactly(&mails(&["c", "a"]));
}

#[tokio::test]
async fn the_first_screen_is_asked_for_before_the_giants_between_it() {
    let mut all = mails(&["a", "b"]);
    all.push(crate::support::maildrop::large("giant", 200_000));
    all.extend(mails(&["d"]));
    let server = Server::new(all.clone());
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let asked = server.commands();
    let asked: Vec<&str> = asked
        .iter()
        .map(String::as_str)
        .filter(|command| command.starts_with("RETR"))
        .collect();
    assert_eq!(asked, ["RETR 4", "RETR 2", "RETR 1", "RETR 3"]);
    world.holds_exactly(&all);
}

#[tokio::test]
async fn lock_step_costs_exactly_one_command_a_mail() {
    let server = Server::new(mails(&["a", "b", "c"]));
    server.always(Fault::LockStep);
    let world = World::new(Keep::Never);
    world.fetch(&server).await;
    let commands = server.commands();
    let after = commands.iter().position(|command| command == "LIST");
    let after = &commands[after.expect("it was listed") + 1..];
    let wanted = [
        "RETR 3", "RETR 2", "RETR 1", "DELE 1", "DELE 2", "DELE 3", "QUIT",
    ];
    assert_eq!(after, wanted);
}

#[tokio::test]
async fn a_quit_that_is_refused_or_lost_is_repaired_by_the_next_fetch() {
    for (fault, left) in [(Fault::QuitRefused, 2), (Fault::QuitLost, 0)] {
        let server = Server::new(mails(&["a", "b"]));
        server.once(fault.clone());
        let world = World::new(Keep::Never);
        let report = world.fetch(&server).await;
        assert_eq!(kind(&report), Some(ErrorKind::Temporary), "{fault:?}");
        assert_eq!((report.new, report.deleted), (2, 0));
        assert_eq!(server.mails().len(), left);
        let report = world.fetch(&server).await;
        assert_eq!(
            (report.new, report.deleted, report.error.is_none()),
            (0, left as u64, true)
        );
        assert!(server.mails().is_empty());
        world.holds_exactly(&mails(&["a", "b"]));
    }
}

#[tokio::test]
async fn nobody_waits_for_a_good_bye_when_nothing_is_deleted() {
    let server = Server::new(mails(&["a", "b"]));
    let world = World::new(Keep::Forever);
    for new in [2, 0] {
        server.once(Fault::At(Point::Quit, Harm::Stall));
        let report = world.fetch(&server).await;
        assert_eq!((report.new, kind(&report)), (new, None));
        // An answer would be waited for as long as this, and it never comes.
        assert!(report.seconds < 5.0, "{} s", report.seconds);
    }
    world.holds_exactly(&mails(&["a", "b"]));
}

#[tokio::test]
async fn a_refused_deletion_is_told_and_brings_nothing_twice() {
    let server = Server::new(mails(&["a", "b"]));
    server.once(Fault::KeepsAll);
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted, report.kept), (2, 0, 2));
    assert!(
        report.warnings[0].contains("refused to delete 2 mails: read-only"),
        "{:?}",
        report.warnings
    );
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (0, 2));
}

#[tokio::test]
async fn a_line_that_holds_few_octets_never_blocks_both_sides() {
    let names: Vec<String> = (0..200).map(|number| format!("m{number}")).collect();
    let all: Vec<Mail> = names.iter().map(|name| mail(name)).collect();
    let server = Server::new(all.clone());
    server.always(Fault::Narrow);
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!(
        (report.new, report.deleted, kind(&report)),
        (200, 200, None)
    );
    world.holds_exactly(&all);
}

#[tokio::test]
async fn a_silent_server_ends_the_fetch_with_what_had_arrived_and_what_is_safe_is_deleted() {
    let server = Server::new(mails(&["a", "b", "c"]));
    server.always(Fault::Stalls("a"));
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!(
        (kind(&report), report.new, report.deleted),
        (Some(ErrorKind::Temporary), 2, 2)
    );
    let sentence = report.error.expect("an error").sentence;
    assert!(
        sentence.contains("was silent for 0 s while the answer to RETR 1 was awaited"),
        "{sentence}"
    );
    world.holds_exactly(&mails(&["b", "c"]));
    assert_eq!(server.mails(), mails(&["a"]));
}

#[tokio::test]
async fn a_cancelled_fetch_keeps_what_had_arrived_and_deletes_nothing() {
    let server = Server::new(mails(&["a", "b", "c"]));
    server.always(Fault::Stalls("a"));
    let mut world = World::new(Keep::Never);
    world.account.timeout = std::time::Duration::from_mins(1);
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    let tell = move |event| {
        if matches!(event, Event::Stored(_)) {
            stop.cancel();
        }
    };
    let report = poptui::fetch::fetch(
        &world.account,
        &world.store,
        &server,
        &Wish::default(),
        cancel,
        tell,
    )
    .await;
    assert_eq!(
        (kind(&report), report.new, report.deleted, report.kept),
        (Some(ErrorKind::Cancelled), 2, 0, 3)
    );
    world.holds_exactly(&mails(&["b", "c"]));
    assert_eq!((server.heard("DELE"), server.sessions()), (0, 1));
}

#[tokio::test]
async fn a_fetch_cancelled_before_it_began_says_so() {
    let server = Server::new(mails(&["a"]));
    let world = World::new(Keep::Never);
    let cancel = CancellationToken::new();
    cancel.cancel();
    let report = poptui::fetch::fetch(
        &world.account,
        &world.store,
        &server,
        &Wish::default(),
        cancel,
        |_| {},
    )
    .await;
    assert_eq!((kind(&report), report.new), (Some(ErrorKind::Cancelled), 0));
}

#[tokio::test]
async fn a_store_that_can_only_be_read_is_a_storage_error() {
    let server = Server::new(mails(&["a"]));
    let dir = tempfile::tempdir().expect("a temporary directory");
    let writer = poptui::store::Store::open(dir.path()).expect("a new store");
    let reader = poptui::store::Store::open_read_only(dir.path()).expect("a store");
    let account = World::new(Keep::Never).account;
    let report = poptui::fetch::fetch(
        &account,
        &reader,
        &server,
        &Wish::default(),
        CancellationToken::new(),
        |_| {},
    )
    .await;
    assert_eq!(kind(&report), Some(ErrorKind::Storage));
    assert_eq!((server.sessions(), server.mails().len()), (0, 1));
    drop(writer);
}
