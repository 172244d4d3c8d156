//! The note about a folder that servers of the c-client family keep as its first mail, and mails that pretend to be one.

use jiff::ZonedDateTime;
use poptui::config::Keep;
use poptui::query::Query;
use poptui::store::{Deletion, Reader, Unsent};

use crate::support::maildrop::{Mail, letter, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

fn note(uid: &str) -> Mail {
    let text = "Date: 23 Nov 2026 14:02:03 +0100\r\nFrom: Mail System Internal Data <MAILER-DAEMON@host>\r\n\
                Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\r\nMessage-ID: <1@host>\r\n\
                X-IMAP: 0978307200 0000000003\r\nStatus: RO\r\n\r\nThis text is part of the internal format.\r\n";
    letter(uid, text.into())
}

/// How many mails a query finds.
fn count(world: &World, query: &str) -> usize {
    let query = Query::parse(query, &ZonedDateTime::default());
    let count = world
        .store
        .read_now(move |reader: &Reader| reader.count(&query));
    count.expect("a readable store").try_into().expect("a few")
}

#[tokio::test]
async fn the_note_is_filed_read_and_stays_on_the_server_and_comes_once() {
    for no_names in [false, true] {
        let server = Server::new(vec![note("n"), mail("a")]);
        if no_names {
            server.always(Fault::NoUidl);
        }
        let world = World::new(Keep::Never);
        let report = world.fetch(&server).await;
        assert!(report.error.is_none());
        assert!(
            report
                .warnings
                .iter()
                .any(|text| text.contains("its own note about the folder")),
            "{:?}",
            report.warnings
        );
        assert_eq!(
            (count(&world, "in:inbox"), count(&world, "in:archive")),
            (1, 1)
        );
        assert_eq!(count(&world, "in:any is:unread"), 1);
        assert_eq!(server.mails(), [note("n")], "a mail goes, the note stays");
        for _ in 0..2 {
            let report = world.fetch(&server).await;
            assert_eq!((report.new, report.deleted), (0, 0));
            let told = |text: &String| text.contains("its own note about the folder");
            assert!(!report.warnings.iter().any(told), "it is said once");
        }
        assert_eq!(server.mails(), [note("n")]);
        world.holds_exactly(&[note("n"), mail("a")]);
    }
}

#[tokio::test]
async fn the_note_stays_on_the_server_though_it_is_deleted_here() {
    let server = Server::new(vec![note("n")]);
    let world = World::new(Keep::UntilDeleted);
    world.fetch(&server).await;
    let known = world.ledger().remove(0);
    assert_eq!(known.deletion, Deletion::None);
    world.delete_for_good(known.message.expect("it is here"));
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (0, 0));
    assert_eq!(server.mails(), [note("n")]);
}

#[tokio::test]
async fn a_mail_in_the_disguise_of_a_note_is_a_mail_like_any_other_unless_it_comes_first() {
    let server = Server::new(vec![mail("a"), note("n")]);
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!(
        (report.new, report.deleted, report.warnings.len()),
        (2, 2, 0)
    );
    assert_eq!(count(&world, "in:inbox is:unread"), 2);
}

/// What the user says in the screen of the server, after the question.
fn ask_away(world: &World) -> usize {
    let row = world.ledger()[0].id;
    let asked = world
        .store
        .write_now(move |writer| writer.ask_for_what_is_only_there(row));
    asked.expect("a writable store")
}

#[tokio::test]
async fn what_looks_like_a_note_goes_when_the_user_asks_for_it() {
    for (deleted_here, keep) in [
        (false, Keep::Forever),
        (false, Keep::Never),
        (true, Keep::UntilDeleted),
    ] {
        for faults in [&[][..], &[Fault::NoTop]] {
            let server = Server::new(vec![note("n"), mail("a")]);
            for fault in faults {
                server.always(fault.clone());
            }
            let world = World::new(keep);
            world.fetch(&server).await;
            let known = world.ledger();
            let known = known.iter().find(|known| &*known.uid.0 == b"n");
            let known = known.expect("it was fetched").clone();
            if deleted_here {
                world.delete_for_good(known.message.expect("it is here"));
            }
            let row = known.id;
            let asked = world
                .store
                .write_now(move |writer| writer.ask_for_what_is_only_there(row));
            assert_eq!(asked.expect("a writable store"), 1);
            world.fetch(&server).await;
            let left = server.mails();
            assert!(
                !left.contains(&note("n")),
                "{deleted_here} {keep:?} {faults:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_looks_like_a_note_and_was_asked_away_stays_when_that_is_taken_back() {
    let server = Server::new(vec![note("n")]);
    let world = World::new(Keep::Never);
    world.fetch(&server).await;
    let row = world.ledger()[0].id;
    let deletion = || world.ledger()[0].deletion;
    for sent in [false, true] {
        assert_eq!(ask_away(&world), 1);
        let back = move |writer: &mut poptui::store::Writer| {
            if sent {
                writer.advance(&[row], Deletion::Sent)?;
            }
            writer.ask(&[row], false)
        };
        let back = world.store.write_now(back);
        assert_eq!(back.expect("a writable store"), 1);
        assert_eq!(deletion(), Deletion::None, "{sent}");
    }
    ask_away(&world);
    let refused = world.store.write_now(move |writer| {
        writer.advance(&[row], Deletion::Sent)?;
        writer.unsent(&[row], Unsent::Refused)
    });
    refused.expect("a writable store");
    assert_eq!(deletion(), Deletion::Asked);
    let back = world
        .store
        .write_now(move |writer| writer.ask(&[row], false));
    back.expect("a writable store");
    for _ in 0..2 {
        assert_eq!(world.fetch(&server).await.deleted, 0);
    }
    assert_eq!(server.mails(), [note("n")]);
}
