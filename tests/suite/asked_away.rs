//! The wish that a mail in doubt goes from the server: it is that mail's, and no other's that has its name and size.

use poptui::config::Keep;
use poptui::mail::MessageId;

use crate::support::maildrop::{Mail, large, letter, top};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

/// Comes shorter than LIST tells, however often it is read.
fn cut(uid: &str, octets: Vec<u8>) -> Mail {
    Mail {
        listed: 60_000,
        ..letter(uid, octets)
    }
}

/// What the user says who was told that the server alone has it, of the only mail.
fn ask_away(world: &World) {
    let row = world.ledger()[0].id;
    let asked = world
        .store
        .write_now(move |writer| writer.ask_for_what_is_only_there(row));
    assert_eq!(asked.expect("a writable store"), 1);
}

/// Fetches, asks away, and fetches again when another mail has the name and size.
async fn another_one(first: &Mail, other: &Mail, faults: &[Fault]) -> (World, Server) {
    let server = Server::new(vec![first.clone()]);
    for fault in faults {
        server.always(fault.clone());
    }
    let world = World::new(Keep::Never);
    world.fetch(&server).await;
    ask_away(&world);
    server.fill(vec![other.clone()]);
    for _ in 0..4 {
        world.fetch(&server).await;
    }
    (world, server)
}

#[tokio::test]
async fn another_mail_in_doubt_under_the_name_and_size_of_one_that_was_asked_away_is_kept() {
    for name in ["cut-a", "1"] {
        for octets in [5_000, 4_000] {
            for faults in [&[][..], &[Fault::NoTop], &[Fault::RefusesTop]] {
                let first = cut(name, large("first", 5_000).octets);
                let other = cut(name, large("other", octets).octets);
                let (world, server) = another_one(&first, &other, faults).await;
                assert_eq!(server.mails().len(), 1, "{name} {octets} {faults:?}");
                world.holds_exactly(&[first, other]);
            }
        }
    }
}

#[tokio::test]
async fn a_mail_that_begins_as_one_did_that_was_cut_within_its_head_is_not_asked_away_with_it() {
    let whole = large("a", 5_000).octets;
    let first = cut("cut-a", b"Message-ID: <a\r\n".to_vec());
    let other = cut("cut-a", whole);
    for faults in [&[][..], &[Fault::NoTop]] {
        let (world, server) = another_one(&first, &other, faults).await;
        assert_eq!(server.mails().len(), 1, "{faults:?}");
        world.holds_exactly(std::slice::from_ref(&other));
    }
}

#[tokio::test]
async fn of_two_large_mails_of_one_name_and_size_none_goes_because_the_other_was_asked_away() {
    let giants = ["a", "b"].map(|name| Mail {
        uid: "same".to_owned(),
        ..large(name, 50_000)
    });
    let server = Server::new(giants[..1].to_vec());
    let mut world = World::new(Keep::Forever);
    world.account.partial_above = Some(10_000);
    world.fetch(&server).await;
    ask_away(&world);
    server.fill(giants.to_vec());
    for _ in 0..3 {
        world.fetch(&server).await;
        assert!(server.mails().contains(&giants[1]), "it was never read");
    }
    let first = world.store.read_now(|reader| reader.octets(MessageId(1)));
    let first = first.expect("a readable store");
    assert_eq!(first, Some(top(&giants[0].octets, 0)));
}
