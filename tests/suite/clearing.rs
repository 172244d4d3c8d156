//! What is deleted on the server, when, and what a server can get wrong about it.

use std::time::Duration;

use poptui::config::Keep;
use poptui::fetch::{Limits, Wish};
use poptui::mail::LedgerId;
use poptui::store::{Deletion, Store};

use crate::support::maildrop::{Mail, large, letter, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

fn mails(names: &[&str]) -> Vec<Mail> {
    names.iter().map(|name| mail(name)).collect()
}

fn deletions(world: &World) -> Vec<Deletion> {
    let ledger = world.ledger();
    ledger.iter().map(|known| known.deletion).collect()
}

#[tokio::test]
async fn mail_is_deleted_when_its_time_has_come_and_not_before() {
    let server = Server::new(mails(&["a", "b"]));
    let mut world = World::new(Keep::For(Duration::from_hours(24)));
    assert_eq!(world.fetch(&server).await.deleted, 0);
    assert_eq!(world.fetch(&server).await.deleted, 0);
    world.account.keep_on_server = Keep::For(Duration::ZERO);
    assert_eq!(world.fetch(&server).await.deleted, 2);
    assert_eq!(server.heard("RETR"), 2);
    world.holds_exactly(&mails(&["a", "b"]));
}

#[tokio::test]
async fn mail_leaves_the_server_when_it_is_deleted_here_for_good_where_the_user_wants_that() {
    let server = Server::new(mails(&["a", "b"]));
    let world = World::new(Keep::UntilDeleted);
    assert_eq!(world.fetch(&server).await.deleted, 0);
    let gone = world.ledger()[0].message.expect("it is here");
    world.delete_for_good(gone);
    assert_eq!(world.fetch(&server).await.deleted, 1);
    assert_eq!(server.mails(), mails(&["b"]));
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (0, 0));
}

#[tokio::test]
async fn what_the_user_asks_for_is_deleted_whatever_the_policy() {
    let server = Server::new(mails(&["a", "b"]));
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let asked = [world.ledger()[1].id];
    let asked = world
        .store
        .write_now(move |writer| writer.ask(&asked, true));
    assert_eq!(asked.expect("a writable store"), 1);
    assert_eq!(world.fetch(&server).await.deleted, 1);
    assert_eq!(server.mails(), mails(&["a"]));
    world.holds_exactly(&mails(&["a", "b"]));
}

fn ask(store: &Store, row: LedgerId, asked: bool) -> usize {
    let changed = store.write_now(move |writer| writer.ask(&[row], asked));
    changed.expect("a writable store")
}

#[tokio::test]
async fn what_the_user_takes_back_while_mails_are_being_marked_stays_there_and_the_others_go() {
    let server = Server::new(mails(&["a", "b", "c"]));
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let rows: Vec<LedgerId> = world.ledger().iter().map(|known| known.id).collect();
    for row in &rows {
        assert_eq!(ask(&world.store, *row, true), 1);
    }
    let (store, second) = (world.store.clone(), rows[1]);
    server.meanwhile("DELE", move || assert_eq!(ask(&store, second, false), 1));
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!((report.deleted, report.kept), (2, 1));
    assert_eq!(server.mails(), mails(&["b"]));
    assert_eq!(server.heard("RSET"), 1);
    let states = [Deletion::Done, Deletion::Allowed, Deletion::Done];
    assert_eq!(deletions(&world), states);
}

#[tokio::test]
async fn what_the_user_takes_back_while_quit_is_on_its_way_is_said_to_be_gone() {
    let server = Server::new(mails(&["a", "b"]));
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let row = world.ledger()[0].id;
    ask(&world.store, row, true);
    let store = world.store.clone();
    // Nobody waited for the good-bye of the first session: it may still be on its way.
    while server.heard("QUIT") == 0 {
        tokio::task::yield_now().await;
    }
    server.meanwhile("QUIT", move || assert_eq!(ask(&store, row, false), 1));
    let report = world.fetch(&server).await;
    assert_eq!(report.deleted, 1);
    let too_late = |text: &String| text.contains("taken back too late");
    assert!(
        report.warnings.iter().any(too_late),
        "{:?}",
        report.warnings
    );
}

#[tokio::test]
async fn a_deletion_that_the_policy_wanted_ends_with_the_policy() {
    for fault in [Fault::KeepsAll, Fault::QuitRefused] {
        let server = Server::new(mails(&["a", "b"]));
        let mut world = World::new(Keep::Never);
        server.once(fault);
        assert_eq!(world.fetch(&server).await.deleted, 0);
        world.account.keep_on_server = Keep::Forever;
        assert_eq!(world.fetch(&server).await.deleted, 0);
        assert_eq!(server.mails().len(), 2);
    }
}

#[tokio::test]
async fn what_was_asked_for_and_refused_can_be_taken_back() {
    for fault in [Fault::KeepsAll, Fault::QuitRefused] {
        let server = Server::new(mails(&["a", "b"]));
        let world = World::new(Keep::Forever);
        world.fetch(&server).await;
        let rows: Vec<LedgerId> = world.ledger().iter().map(|known| known.id).collect();
        for row in &rows {
            ask(&world.store, *row, true);
        }
        server.once(fault);
        assert_eq!(world.fetch(&server).await.deleted, 0);
        assert_eq!(ask(&world.store, rows[0], false), 1);
        assert_eq!(world.fetch(&server).await.deleted, 1);
        assert_eq!(server.mails(), mails(&["a"]));
    }
}

#[tokio::test]
async fn a_server_that_refuses_every_dele_or_quit_is_asked_three_times_and_then_left_in_peace() {
    for fault in [Fault::KeepsAll, Fault::QuitRefused] {
        let server = Server::new(mails(&["a", "b"]));
        server.always(fault);
        let world = World::new(Keep::Never);
        for _ in 0..6 {
            world.fetch(&server).await;
        }
        assert_eq!(server.heard("DELE"), 2 * 3);
        assert_eq!(deletions(&world), [Deletion::GivenUp; 2]);
        assert_eq!(server.mails().len(), 2);
    }
}

#[tokio::test]
async fn a_server_that_cannot_delete_now_is_asked_again_once_in_each_fetch_and_never_given_up() {
    for (command, words) in [
        ("DELE", "[SYS/TEMP] the disk is full"),
        ("DELE", "[IN-USE] somebody reads it"),
        ("QUIT", "[SYS/TEMP] the disk is full"),
    ] {
        let server = Server::new(mails(&["a", "b"]));
        server.always(Fault::PutsOff(command, words));
        let world = World::new(Keep::Never);
        for fetch in 1..=5 {
            let report = world.fetch(&server).await;
            assert_eq!((report.deleted, server.heard("DELE")), (0, 2 * fetch));
            assert!(world.ledger().iter().all(|known| known.attempts == 0));
        }
        server.heal();
        assert_eq!(world.fetch(&server).await.deleted, 2, "{command} {words}");
        assert!(server.mails().is_empty());
    }
}

#[tokio::test]
async fn one_mail_is_one_mail_in_what_is_said_of_deletions() {
    let server = Server::new(mails(&["a"]));
    let world = World::new(Keep::Never);
    server.always(Fault::KeepsAll);
    let mut told = Vec::new();
    for _ in 0..3 {
        told.extend(world.fetch(&server).await.warnings);
    }
    let told = told.join("\n");
    assert!(
        told.contains("refused to delete 1 mail: read-only"),
        "{told}"
    );
    assert!(
        told.contains("1 mail that it refused to delete too often is left there; delete it"),
        "{told}"
    );
}

#[tokio::test]
async fn a_server_that_says_so_and_deletes_nothing_is_asked_three_times_and_then_left_in_peace() {
    let server = Server::new(mails(&["a", "b"]));
    server.always(Fault::Undead);
    let world = World::new(Keep::Never);
    let mut told = 0;
    for _ in 0..6 {
        let report = world.fetch(&server).await;
        assert!(report.error.is_none() && report.failed.is_empty());
        told += report
            .warnings
            .iter()
            .filter(|text| text.contains("does not delete 2 mails"))
            .count();
    }
    assert_eq!(told, 1, "the user is told once");
    assert_eq!(server.heard("DELE"), 2 * 3);
    // Each time their octets were compared: the names could have been other mails'.
    assert_eq!(server.heard("RETR"), 2 * 4);
    assert_eq!(deletions(&world), [Deletion::GivenUp; 2]);
    world.holds_exactly(&mails(&["a", "b"]));
}

#[tokio::test]
async fn what_is_to_be_deleted_is_on_disk_before_the_first_dele() {
    let server = Server::new(mails(&["a", "b"]));
    let mut world = World::new(Keep::Forever);
    world.fetch(&server).await;
    world.account.keep_on_server = Keep::Never;
    for lines in 0.. {
        server.always(Fault::HangUp(lines));
        world.fetch(&server).await;
        server.heal();
        if server.heard("DELE") > 0 {
            break;
        }
    }
    assert_eq!(deletions(&world), [Deletion::Sent; 2]);
    assert_eq!(server.mails().len(), 2);
    assert_eq!(world.fetch(&server).await.deleted, 2);
    assert_eq!(deletions(&world), [Deletion::Done; 2]);
}

#[tokio::test]
async fn a_mail_whose_deletion_was_not_confirmed_and_that_changed_its_size_is_another_one() {
    let server = Server::new(mails(&["a"]));
    let world = World::new(Keep::Never);
    server.once(Fault::QuitRefused);
    world.fetch(&server).await;
    assert_eq!(deletions(&world), [Deletion::Sent]);
    let other = Mail {
        uid: "a".to_owned(),
        ..large("other", 200)
    };
    server.fill(vec![other.clone()]);
    server.once(Fault::Refuses("a"));
    assert_eq!(world.fetch(&server).await.deleted, 0);
    assert_eq!(server.mails(), std::slice::from_ref(&other));
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (1, 1));
    world.holds_exactly(&[mail("a"), other]);
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_done_and_does_none_of_it() {
    let server = Server::new(mails(&["a", "b"]));
    let mut world = World::new(Keep::Forever);
    world.fetch(&server).await;
    world.account.keep_on_server = Keep::Never;
    server.fill([mails(&["a", "b"]), vec![large("c", 500)]].concat());
    let before = (world.ledger(), server.heard("RETR"));
    let wish = Wish {
        dry_run: true,
        ..Wish::default()
    };
    let report = world.wish(&server, &wish).await;
    let plan = report.plan.expect("a plan");
    let names = |mails: &[poptui::fetch::Planned]| -> Vec<(String, u64)> {
        let name = |mail: &poptui::fetch::Planned| {
            let uid = mail.uid.as_ref().map_or(&b""[..], |uid| &uid.0);
            let uid = String::from_utf8_lossy(uid).into_owned();
            (uid, mail.size.unwrap_or(0))
        };
        mails.iter().map(name).collect()
    };
    let all = server.mails();
    let told: Vec<(String, u64)> = all
        .iter()
        .map(|mail| (mail.uid.clone(), mail.listed))
        .collect();
    assert_eq!(names(&plan.download), told[2..]);
    assert_eq!(names(&plan.delete), told);
    assert_eq!((report.new, report.deleted, report.kept), (0, 0, 3));
    assert_eq!((world.ledger(), server.heard("RETR")), before);
    assert_eq!((server.heard("DELE"), server.mails().len()), (0, 3));
}

#[tokio::test]
async fn a_dry_run_needs_no_account_in_the_store_and_makes_none() {
    let server = Server::new(mails(&["a"]));
    server.always(Fault::ClosesOnCapa);
    let world = World::new(Keep::Forever);
    let wish = Wish {
        dry_run: true,
        ..Wish::default()
    };
    let report = world.wish(&server, &wish).await;
    assert!(report.error.is_none());
    assert_eq!(report.plan.expect("a plan").download.len(), 1);
    let account = world.store.read_now(|reader| reader.account("work"));
    assert_eq!(account.expect("a readable store"), None);
}

#[tokio::test]
async fn a_session_that_is_cut_has_deleted_what_was_safe_so_far() {
    let names: Vec<String> = (0..25).map(|number| format!("m{number:02}")).collect();
    let all: Vec<Mail> = names.iter().map(|name| mail(name)).collect();
    let server = Server::new(all.clone());
    server.always(Fault::LockStep);
    let limits = Limits {
        mails: 10,
        youth: Duration::ZERO,
        ..Limits::default()
    };
    let world = World::new(Keep::Never);
    let (report, _) = world.run(&server, limits, &Wish::default()).await;
    assert!(report.error.is_none() && report.warnings.is_empty());
    assert_eq!((report.new, report.deleted, report.kept), (25, 25, 0));
    assert_eq!(server.sessions(), 3);
    let quits: Vec<usize> = server
        .commands()
        .split(|command| command == "QUIT")
        .map(|session| {
            session
                .iter()
                .filter(|command| command.starts_with("DELE"))
                .count()
        })
        .collect();
    assert_eq!(quits, [10, 10, 5, 0]);
    world.holds_exactly(&all);
}

#[tokio::test]
async fn a_session_is_never_cut_before_the_server_allows_the_next_log_in() {
    let names: Vec<String> = (0..25).map(|number| format!("m{number:02}")).collect();
    let all: Vec<Mail> = names.iter().map(|name| mail(name)).collect();
    let server = Server::new(all.clone());
    server.always(Fault::LoginDelay(600));
    let limits = Limits {
        mails: 10,
        youth: Duration::ZERO,
        ..Limits::default()
    };
    let world = World::new(Keep::Never);
    let (report, _) = world.run(&server, limits, &Wish::default()).await;
    assert_eq!((report.new, report.deleted, server.sessions()), (25, 25, 1));
}

#[tokio::test]
async fn a_mail_at_which_every_session_breaks_keeps_no_other_one_on_the_server() {
    for fault in [Fault::Stalls("b"), Fault::Unstuffed("b")] {
        let dots = letter("b", b"Subject: b\r\n\r\nfirst\r\n.\r\nsecond\r\n".to_vec());
        let server = Server::new(vec![mail("a"), dots.clone(), mail("c")]);
        server.always(fault);
        let world = World::new(Keep::Never);
        world.fetch(&server).await;
        assert_eq!(server.mails(), std::slice::from_ref(&dots));
        server.fill(vec![dots.clone(), mail("d")]);
        world.fetch(&server).await;
        assert_eq!(server.mails(), [dots]);
    }
}
