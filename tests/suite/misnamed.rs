//! Names that mean other mails than they meant: no mail is taken for another one, lost with its name, or shown twice.

use poptui::config::Keep;

use crate::support::maildrop::{Mail, large, mail, numbered};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

/// Mails of one size whose heads tell them apart.
fn letters(names: &[&str]) -> Vec<Mail> {
    names.iter().map(|name| large(name, 300)).collect()
}

#[tokio::test]
async fn a_reply_given_twice_in_a_long_flight_costs_no_mail_and_leaves_no_twin() {
    for keep in [Keep::Forever, Keep::Never] {
        // All of one size: the size cannot tell that each mail behind it came under the next one's name.
        let all: Vec<Mail> = (100..300).map(|name| mail(&format!("m{name}"))).collect();
        let server = Server::new(all.clone());
        server.once(Fault::Repeats("m200"));
        let mut world = World::new(keep);
        world.fetch(&server).await;
        world.account.keep_on_server = Keep::Never;
        world.fetch(&server).await;
        world.holds_exactly(&all);
        assert!(server.mails().is_empty(), "{keep:?}");
    }
}

#[tokio::test]
async fn names_that_move_up_after_an_index_was_rebuilt_show_no_mail_twice() {
    for names in [&["1", "3", "7"][..], &["1", "2", "4", "5", "7", "9", "12"]] {
        let mails = names.iter().zip(1..);
        let all: Vec<Mail> = mails
            .map(|(name, place)| Mail {
                uid: (*name).to_owned(),
                ..large(&format!("mail-{name}"), 300 * place)
            })
            .collect();
        let server = Server::new(all.clone());
        let mut world = World::new(Keep::Forever);
        world.fetch(&server).await;
        server.fill(numbered(&all));
        for _ in 0..2 {
            assert_eq!(world.fetch(&server).await.new, 0, "{names:?}");
            world.holds_exactly(&all);
        }
        world.account.keep_on_server = Keep::Never;
        world.fetch(&server).await;
        assert!(server.mails().is_empty());
        world.holds_exactly(&all);
    }
}

/// Mails that were fetched by number, one of which was deleted with other means, so that the others moved up and a new
/// one has the last one's name and size.
async fn moved_up(faults: &[Fault]) -> (World, Server, Vec<Mail>) {
    let all = letters(&["a", "b", "c", "d"]);
    let server = Server::new(numbered(&all[..3]));
    for fault in faults {
        server.always(fault.clone());
    }
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    server.fill(numbered(&all[1..]));
    (world, server, all)
}

#[tokio::test]
async fn a_mail_that_took_the_name_and_size_of_another_is_not_deleted_unread() {
    for fault in [
        Fault::MarksHeads,
        Fault::NoTop,
        Fault::RefusesTop,
        Fault::LockStep,
    ] {
        let (mut world, server, all) = moved_up(std::slice::from_ref(&fault)).await;
        world.account.keep_on_server = Keep::Never;
        for _ in 0..2 {
            world.fetch(&server).await;
        }
        assert!(server.mails().is_empty(), "{fault:?}");
        world.holds_exactly(&all);
    }
}

#[tokio::test]
async fn a_head_that_cannot_be_had_now_proves_nothing_and_is_asked_for_again() {
    for words in ["[SYS/TEMP] later", "No such message"] {
        let all = letters(&["a", "b"]);
        let server = Server::new(all.clone());
        let mut world = World::new(Keep::Forever);
        world.fetch(&server).await;
        // Another mail of the same size took the name.
        let other = Mail {
            uid: "a".to_owned(),
            ..large("c", 300)
        };
        server.fill(vec![other, all[1].clone()]);
        world.account.keep_on_server = Keep::Never;
        server.always(Fault::PutsOff("TOP", words));
        let report = world.fetch(&server).await;
        assert_eq!((report.deleted, server.heard("DELE")), (0, 0), "{words}");
        server.heal();
        world.fetch(&server).await;
        assert_eq!(server.heard("RETR"), 2, "{words}: it was not distrusted");
        assert_eq!(server.mails().len(), 1, "{words}: only b is proven");
    }
}

#[tokio::test]
async fn a_mail_that_took_the_name_and_size_of_one_deleted_here_for_good_is_not_deleted_unread() {
    for faults in [&[][..], &[Fault::NoTop]] {
        let (mut world, server, all) = moved_up(faults).await;
        let ledger = world.ledger();
        world.delete_for_good(ledger[2].message.expect("it is here"));
        world.account.keep_on_server = Keep::UntilDeleted;
        for _ in 0..2 {
            world.fetch(&server).await;
        }
        assert!(world.stored().contains(&all[3].octets), "{faults:?}");
        assert!(!world.stored().contains(&all[2].octets), "{faults:?}");
    }
}

#[tokio::test]
async fn what_was_read_in_an_earlier_session_is_deleted_when_its_head_is_the_one_that_is_here() {
    let all = letters(&["a", "b", "c"]);
    let server = Server::new(all.clone());
    server.always(Fault::MarksHeads);
    let mut world = World::new(Keep::Forever);
    world.fetch(&server).await;
    world.account.keep_on_server = Keep::Never;
    let report = world.fetch(&server).await;
    assert_eq!((report.deleted, server.heard("RETR")), (3, 3));
    assert_eq!(server.heard("TOP"), 3);
    // What is read in the very session needs no other proof.
    server.fill(letters(&["d", "e"]));
    assert_eq!(world.fetch(&server).await.deleted, 2);
    assert_eq!(server.heard("TOP"), 3);
}

#[tokio::test]
async fn a_top_that_breaks_the_line_keeps_no_mail_on_the_server() {
    let server = Server::new(letters(&["a", "b"]));
    server.always(Fault::EndlessTop);
    let mut world = World::new(Keep::Forever);
    world.fetch(&server).await;
    world.account.keep_on_server = Keep::Never;
    assert_eq!(world.fetch(&server).await.deleted, 2);
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn heads_of_large_mails_that_a_migration_renames_are_known_again() {
    let all: Vec<Mail> = (1..=4)
        .map(|place| large(&format!("m{place}"), 5_000 * place))
        .collect();
    let server = Server::new(all.clone());
    let mut world = World::new(Keep::Forever);
    world.account.partial_above = Some(1_000);
    world.fetch(&server).await;
    let renamed = |mail: &Mail| Mail {
        uid: format!("new-{}", mail.uid),
        ..mail.clone()
    };
    server.fill(all.iter().map(renamed).collect());
    // The new server writes its own fields into heads.
    server.always(Fault::MarksHeads);
    for _ in 0..2 {
        assert_eq!(world.fetch(&server).await.new, 0);
        assert_eq!(world.stored().len(), 4);
    }
    // The user wants all of them now.
    world.account.partial_above = None;
    let whole = world
        .ledger()
        .iter()
        .filter_map(|known| known.message)
        .collect();
    let wish = poptui::fetch::Wish {
        whole,
        ..poptui::fetch::Wish::default()
    };
    world.wish(&server, &wish).await;
    world.holds_exactly(&all);
}
