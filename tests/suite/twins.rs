//! Mails that are alike: of equal octets, or of one name and size. Each is a mail of its own where that can be told, and what
//! is not stored here is not deleted there.

use poptui::config::Keep;
use poptui::store::Deletion;

use crate::support::maildrop::{Mail, large, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

fn named(mail: &Mail, uid: &str) -> Mail {
    Mail {
        uid: uid.to_owned(),
        ..mail.clone()
    }
}

#[tokio::test]
async fn a_mail_without_a_name_is_no_equal_one_that_is_listed_beside_it_by_name() {
    for known_before in [false, true] {
        for nameless_first in [false, true] {
            let all = [mail("a"), named(&mail("a"), "")];
            let mut listed = all.to_vec();
            if nameless_first {
                listed.reverse();
            }
            let server = Server::new(all[..1].to_vec());
            let world = World::new(Keep::Forever);
            if known_before {
                world.fetch(&server).await;
            }
            server.fill(listed);
            for _ in 0..3 {
                world.fetch(&server).await;
                world.holds_exactly(&all);
            }
        }
    }
}

#[tokio::test]
async fn a_mail_that_lost_its_name_is_the_one_that_is_no_longer_listed_by_it() {
    let all = [mail("a"), named(&mail("a"), "b"), mail("c")];
    let server = Server::new(all.to_vec());
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    server.fill(vec![all[0].clone(), named(&all[1], ""), all[2].clone()]);
    for _ in 0..2 {
        assert_eq!(world.fetch(&server).await.new, 0);
        world.holds_exactly(&all);
    }
    // A server that names none today: each is the one it was.
    server.always(Fault::NoUidl);
    assert_eq!(world.fetch(&server).await.new, 0);
    world.holds_exactly(&all);
}

/// Two mails of one name and size, in either order.
fn namesakes() -> [[Mail; 2]; 2] {
    let [one, other] = ["one", "two"].map(|name| named(&large(name, 5_000), "same"));
    assert_eq!(one.listed, other.listed);
    [[one.clone(), other.clone()], [other, one]]
}

#[tokio::test]
async fn a_head_that_was_deleted_here_is_not_every_mail_of_its_name_and_size() {
    for listed in namesakes() {
        for keep in [Keep::Never, Keep::UntilDeleted] {
            let [[one, other], _] = namesakes();
            let server = Server::new(vec![one.clone()]);
            let mut world = World::new(keep);
            world.account.partial_above = Some(1_000);
            world.fetch(&server).await;
            world.delete_for_good(world.ledger()[0].message.expect("it is here"));
            server.fill(listed.to_vec());
            world.account.partial_above = None;
            for _ in 0..3 {
                world.fetch(&server).await;
                for mail in [&one, &other] {
                    let there = server.mails().contains(mail);
                    let here = world.stored().contains(&mail.octets);
                    assert!(there || here, "{keep:?}");
                }
            }
            assert!(world.stored().contains(&other.octets), "{keep:?}");
        }
    }
}

#[tokio::test]
async fn heads_of_two_mails_of_one_name_and_size_are_two() {
    for listed in namesakes() {
        let [[one, _], _] = namesakes();
        let server = Server::new(vec![one]);
        let mut world = World::new(Keep::Forever);
        world.account.partial_above = Some(1_000);
        world.fetch(&server).await;
        server.fill(listed.to_vec());
        for _ in 0..2 {
            world.fetch(&server).await;
            assert_eq!(world.stored().len(), 2);
        }
    }
}

#[tokio::test]
async fn an_equal_mail_that_comes_later_is_another_one_while_the_first_is_listed() {
    for keep in [Keep::Forever, Keep::UntilDeleted] {
        let all = [mail("a"), named(&mail("a"), "b")];
        let server = Server::new(all[..1].to_vec());
        let world = World::new(keep);
        world.fetch(&server).await;
        server.fill(all.to_vec());
        for _ in 0..2 {
            world.fetch(&server).await;
            world.holds_exactly(&all);
        }
        // Each goes by itself.
        let first = world.ledger()[0].message.expect("it is here");
        world.delete_for_good(first);
        world.fetch(&server).await;
        assert!(server.mails().contains(&all[1]));
        world.holds_exactly(&all[1..]);
    }
}

#[tokio::test]
async fn an_equal_mail_that_comes_when_the_first_is_gone_is_that_one_and_goes_only_if_it_is_stored()
{
    // Another client deleted the first, or this one did.
    for keep in [Keep::Forever, Keep::Never] {
        let first = mail("a");
        let server = Server::new(vec![first.clone(), mail("b")]);
        let mut world = World::new(keep);
        world.fetch(&server).await;
        server.fill(vec![mail("b")]);
        world.fetch(&server).await;
        server.fill(vec![named(&first, "later"), mail("b")]);
        assert_eq!(world.fetch(&server).await.new, 0, "{keep:?}");
        world.holds_exactly(&[first, mail("b")]);
        world.account.keep_on_server = Keep::Never;
        world.fetch(&server).await;
        assert!(server.mails().is_empty(), "{keep:?}");
    }
}

#[tokio::test]
async fn an_equal_mail_of_one_that_was_deleted_here_for_good_is_not_deleted_there() {
    for keep in [Keep::Forever, Keep::UntilDeleted, Keep::Never] {
        for then in [Keep::UntilDeleted, Keep::Never] {
            let first = mail("a");
            let server = Server::new(vec![first.clone(), mail("b")]);
            let mut world = World::new(keep);
            world.fetch(&server).await;
            let row = world.ledger()[0].clone();
            assert_eq!(&*row.uid.0, b"a");
            world.delete_for_good(row.message.expect("it is here"));
            // Another client was faster, or this one has done it.
            if keep == Keep::Forever {
                server.fill(vec![mail("b")]);
            }
            world.fetch(&server).await;
            assert!(!server.mails().contains(&first));
            world.account.keep_on_server = then;
            let later = named(&first, "later");
            server.fill(vec![later.clone(), mail("b")]);
            for _ in 0..3 {
                assert_eq!(world.fetch(&server).await.new, 0, "it does not come back");
                assert!(server.mails().contains(&later), "{keep:?} {then:?}");
            }
            // The user says so, mail by mail.
            let asked = world
                .store
                .write_now(move |writer| writer.ask_for_what_is_only_there(row.id));
            assert_eq!(asked.expect("a writable store"), 1);
            let asked = world
                .ledger()
                .iter()
                .any(|row| row.deletion == Deletion::Asked);
            assert!(asked);
            for _ in 0..2 {
                world.fetch(&server).await;
            }
            assert!(!server.mails().contains(&later), "{keep:?} {then:?}");
        }
    }
}

#[tokio::test]
async fn mails_whose_heads_are_put_off_when_all_are_renamed_come_once_and_are_read_to_be_known() {
    for partial in [false, true] {
        for marks in [false, true] {
            let all: Vec<Mail> = (1..=4)
                .map(|size| large(&format!("m{size}"), size * 5_000))
                .collect();
            let server = Server::new(all.clone());
            let mut world = World::new(Keep::Forever);
            world.account.partial_above = partial.then_some(1_000);
            world.fetch(&server).await;
            let new = |mail: &Mail| named(mail, &format!("new-{}", mail.uid));
            server.fill(all.iter().map(new).collect());
            server.always(Fault::PutsOff("TOP", "[SYS/TEMP] later"));
            world.fetch(&server).await;
            server.heal();
            if marks {
                server.always(Fault::MarksHeads);
            }
            for _ in 0..2 {
                world.fetch(&server).await;
                world.holds_exactly(&all);
            }
        }
    }
}
