//! Servers that no longer list what was read once QUIT is said: it is not said while something read is not on the disk.

use std::time::Duration;

use poptui::config::Keep;
use poptui::fetch::{ErrorKind, Event, Limits, Report, Wish, fetch};
use tokio_util::sync::CancellationToken;

use crate::support::maildrop::{Mail, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

/// Shorter than LIST tells of it.
const SHORT: &[u8] = b"Subject: mail a\r\n\r\n.\r\n";

fn forgetful(mails: Vec<Mail>, faults: &[Fault]) -> Server {
    let server = Server::new(mails);
    server.always(Fault::ForgetsRead);
    for fault in faults {
        server.always(fault.clone());
    }
    server
}

/// A fetch that is stopped while the answer to the first NOOP is on its way, and all before that is here.
async fn stopped_at_noop(world: &World, server: &Server) -> Report {
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    server.always(Fault::Ponders("NOOP"));
    server.meanwhile("NOOP", move || {
        tokio::spawn(async move {
            turns(100).await;
            stop.cancel();
        });
    });
    let tell = |_: Event| {};
    let wish = Wish::default();
    let report = fetch(&world.account, &world.store, server, &wish, cancel, tell).await;
    turns(100).await;
    report
}

async fn turns(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

fn twins() -> Vec<Mail> {
    let twin = |name: &str| Mail {
        uid: name.to_owned(),
        ..mail("twin")
    };
    vec![twin("a"), twin("b")]
}

#[tokio::test]
async fn a_fetch_stopped_before_the_last_mail_is_kept_loses_nothing() {
    for (mails, faults) in [
        (vec![mail("a")], &[][..]),
        (vec![mail("a"), mail("b")], &[]),
        (twins(), &[Fault::LockStep]),
    ] {
        let server = forgetful(mails.clone(), faults);
        let world = World::new(Keep::Forever);
        let report = stopped_at_noop(&world, &server).await;
        let kind = report.error.map(|error| error.kind);
        assert_eq!(kind, Some(ErrorKind::Cancelled));
        assert_eq!(server.heard("QUIT"), 0, "{faults:?}");
        server.heal();
        server.always(Fault::ForgetsRead);
        world.fetch(&server).await;
        world.holds_exactly(&mails);
    }
}

#[tokio::test]
async fn a_doubtful_mail_is_kept_before_a_session_that_is_used_up_ends() {
    for keep in [Keep::Forever, Keep::Never] {
        for doubtful in ["a", "b", "c"] {
            let mails = vec![mail("a"), mail("b"), mail("c")];
            let server = forgetful(mails.clone(), &[]);
            server.once(Fault::SendsFirst(doubtful, SHORT));
            let limits = Limits {
                mails: 1,
                youth: Duration::ZERO,
                ..Limits::default()
            };
            let world = World::new(keep);
            let report = world.run(&server, limits, &Wish::default()).await.0;
            assert_eq!(report.error.map(|error| error.sentence), None);
            world.holds_exactly(&mails);
        }
    }
}

#[tokio::test]
async fn a_doubtful_mail_whose_second_reading_is_refused_is_not_lost() {
    for keep in [Keep::Forever, Keep::Never] {
        let mails = vec![mail("a"), mail("b")];
        let server = forgetful(mails.clone(), &[Fault::RefusesAfter(2)]);
        server.once(Fault::SendsFirst("a", SHORT));
        let world = World::new(keep);
        let report = world.fetch(&server).await;
        // The other one goes in a session that did not ask for this one.
        let deleted = usize::from(keep == Keep::Never);
        assert_eq!((report.new, report.deleted), (1, deleted as u64));
        assert_eq!(
            (server.heard("QUIT"), server.heard("DELE")),
            (deleted, deleted),
            "{keep:?}"
        );
        assert!(server.mails().contains(&mails[0]), "{keep:?}");
        server.heal();
        server.always(Fault::ForgetsRead);
        world.fetch(&server).await;
        world.holds_exactly(&mails);
    }
}

#[tokio::test]
async fn a_mail_that_comes_empty_is_not_lost_by_a_good_bye_and_keeps_no_other_one_there() {
    for (keep, deleted) in [(Keep::Forever, 0), (Keep::Never, 1)] {
        let mails = vec![mail("a"), mail("b")];
        let server = forgetful(mails.clone(), &[Fault::Sends("a", b".\r\n")]);
        let world = World::new(keep);
        let report = world.fetch(&server).await;
        assert_eq!(report.error.map(|error| error.sentence), None);
        assert_eq!((report.new, report.deleted), (1, deleted), "{keep:?}");
        assert_eq!(report.failed.len(), 1, "{:?}", report.failed);
        assert!(report.warnings.is_empty(), "{:?}", report.warnings);
        // A session that did not ask for it deleted the other one.
        assert_eq!(server.heard("QUIT"), usize::from(keep == Keep::Never));
        assert!(server.mails().contains(&mails[0]), "{keep:?}");
        server.heal();
        server.always(Fault::ForgetsRead);
        world.fetch(&server).await;
        world.holds_exactly(&mails);
    }
}
