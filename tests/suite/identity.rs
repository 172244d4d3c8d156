//! Which mail is which: names that are reused, doubled, renamed, missing for a while. Nothing is lost, nothing comes twice.

use poptui::config::Keep;
use poptui::fetch::Report;
use poptui::mail::LedgerId;
use poptui::store::{Absence, Deletion, Proof};

use crate::support::maildrop::{Mail, large, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

const DAY: i64 = 24 * 60 * 60;

fn mails(names: &[&str]) -> Vec<Mail> {
    names.iter().map(|name| mail(name)).collect()
}

/// Mails whose heads tell them apart.
fn letters(names: &[&str]) -> Vec<Mail> {
    names.iter().map(|name| large(name, 300)).collect()
}

fn named(mail: &Mail, uid: &str) -> Mail {
    Mail {
        uid: uid.to_owned(),
        ..mail.clone()
    }
}

fn renamed(mails: &[Mail]) -> Vec<Mail> {
    let new = |mail: &Mail| named(mail, &format!("new-{}", mail.uid));
    mails.iter().map(new).collect()
}

#[track_caller]
fn went_well(report: &Report) {
    assert_eq!(report.error.as_ref().map(|error| &error.sentence), None);
    assert!(report.failed.is_empty(), "{:?}", report.failed);
}

/// Lets the store believe that these were not listed for so many days.
fn away(world: &World, rows: &[LedgerId], days: i64) {
    let absence = Absence {
        missed: rows.to_vec(),
        back: Vec::new(),
    };
    let then = jiff::Timestamp::now().as_second() - days * DAY;
    let note = world
        .store
        .write_now(move |writer| writer.note(&absence, then));
    note.expect("a writable store");
}

#[tokio::test]
async fn odd_names_are_names_like_any_other() {
    let long = "x".repeat(600);
    let (longer, other) = ("y".repeat(4_000) + "1", "y".repeat(4_000) + "2");
    let too_long = "z".repeat(5_000);
    let names = [
        "a",
        "A",
        "\u{e9}\u{1f600}",
        "a b",
        &long,
        &longer,
        &other,
        &too_long,
        "last",
    ];
    let odd = |(place, name): (usize, &&str)| named(&mail(&format!("m{place}")), name);
    let all: Vec<Mail> = names.iter().enumerate().map(odd).collect();
    let server = Server::new(all.clone());
    let world = World::new(Keep::Forever);
    went_well(&world.fetch(&server).await);
    world.holds_exactly(&all);
    let asked = server.heard("RETR");
    let again = world.fetch(&server).await;
    went_well(&again);
    assert_eq!(again.new, 0);
    // A line of the listing that is over 4 KiB has no name, and a mail without a name is known by its octets.
    assert_eq!(server.heard("RETR"), asked + 1);
    world.holds_exactly(&all);
}

#[tokio::test]
async fn a_listing_that_shows_half_or_nothing_makes_nothing_forgotten() {
    let all = mails(&["a", "b", "c", "d"]);
    let server = Server::new(all.clone());
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    for shown in [&all[..2], &all[..0], &all[2..], &all[..]] {
        server.fill(shown.to_vec());
        let report = world.fetch(&server).await;
        went_well(&report);
        assert_eq!((report.new, server.heard("RETR")), (0, 4));
    }
    world.holds_exactly(&all);
}

#[tokio::test]
async fn numbers_that_change_between_log_ins_never_delete_the_wrong_mail() {
    let all = mails(&["a", "b", "c"]);
    let server = Server::new(all.clone());
    let mut world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let shuffled = vec![mail("new"), all[2].clone(), all[0].clone(), all[1].clone()];
    server.fill(shuffled);
    server.always(Fault::Refuses("new"));
    world.account.keep_on_server = Keep::Never;
    assert_eq!(world.fetch(&server).await.deleted, 3);
    assert_eq!(server.mails(), mails(&["new"]));
}

#[tokio::test]
async fn a_migration_that_renames_all_mails_downloads_none_of_them_and_shows_none_twice() {
    for marks in [false, true] {
        let all = letters(&["a", "b", "c", "d"]);
        let server = Server::new(all.clone());
        if marks {
            server.always(Fault::MarksHeads);
        }
        let world = World::new(Keep::Forever);
        world.fetch(&server).await;
        let mut there = renamed(&all);
        there.push(large("fresh", 900));
        server.fill(there);
        let report = world.fetch(&server).await;
        went_well(&report);
        assert_eq!((report.new, server.heard("RETR")), (1, 5));
        assert_eq!(server.heard("TOP"), 4);
        let by_head = world.ledger();
        let by_head = by_head.iter().filter(|known| known.proof == Proof::Head);
        assert_eq!(by_head.count(), 4);
        let again = world.fetch(&server).await;
        assert_eq!(
            (again.new, server.heard("RETR"), server.heard("TOP")),
            (0, 5, 4)
        );
        world.holds_exactly(&[all, vec![large("fresh", 900)]].concat());
    }
}

#[tokio::test]
async fn a_mail_known_by_its_head_is_read_whole_before_it_is_deleted() {
    let all = letters(&["a", "b", "c"]);
    let server = Server::new(all.clone());
    let mut world = World::new(Keep::Forever);
    world.fetch(&server).await;
    // The same head and size, and another body: no server should do that.
    let mut there = renamed(&all);
    let octets = &mut there[1].octets;
    let last = octets.len() - 10;
    octets[last] = b'!';
    server.fill(there.clone());
    world.fetch(&server).await;
    assert_eq!(server.heard("RETR"), 3);
    world.account.keep_on_server = Keep::Never;
    let report = world.fetch(&server).await;
    went_well(&report);
    assert_eq!((report.new, server.heard("RETR")), (1, 6));
    // What was other than it seemed is stored too, and stays there.
    world.holds_exactly(&[all, vec![there[1].clone()]].concat());
    assert_eq!(server.mails(), [there[1].clone()]);
    assert_eq!(world.fetch(&server).await.new, 0);
    assert_eq!(server.heard("RETR"), 6);
}

#[tokio::test]
async fn without_top_or_with_heads_that_tell_nothing_renamed_mails_are_known_by_their_octets() {
    for fault in [Fault::NoTop, Fault::RefusesTop] {
        let all = letters(&["a", "b", "c"]);
        let server = Server::new(all.clone());
        server.always(fault);
        let world = World::new(Keep::Forever);
        world.fetch(&server).await;
        server.fill(renamed(&all));
        let report = world.fetch(&server).await;
        went_well(&report);
        assert_eq!(report.new, 0);
        assert!(server.heard("TOP") <= 1);
        world.holds_exactly(&all);
    }
    let all = mails(&["a", "b", "c"]);
    let server = Server::new(all.clone());
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    server.fill(renamed(&all));
    assert_eq!(world.fetch(&server).await.new, 0);
    world.holds_exactly(&all);
}

#[tokio::test]
async fn few_vanished_names_are_no_migration_and_cost_no_top() {
    let all = letters(&["a", "b", "c", "d", "e", "f"]);
    let server = Server::new(all.clone());
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let mut there = all.clone();
    there[0].uid = "new".to_owned();
    server.fill(there);
    assert_eq!(world.fetch(&server).await.new, 0);
    assert_eq!((server.heard("TOP"), server.heard("RETR")), (0, 7));
    world.holds_exactly(&all);
}

#[tokio::test]
async fn equal_mails_of_one_name_are_downloaded_once_each_and_then_known() {
    // popa3d: the name is a hash of the head.
    let twins = vec![mail("a"), mail("a"), mail("a"), mail("b")];
    let server = Server::new(twins);
    let mut world = World::new(Keep::Forever);
    let report = world.fetch(&server).await;
    went_well(&report);
    assert_eq!((report.new, server.heard("RETR")), (2, 4));
    assert_eq!(world.fetch(&server).await.new, 0);
    assert_eq!(server.heard("RETR"), 4);
    world.account.keep_on_server = Keep::Never;
    assert_eq!(world.fetch(&server).await.deleted, 4);
    assert!(server.mails().is_empty());
    world.holds_exactly(&mails(&["a", "b"]));
}

#[tokio::test]
async fn a_name_that_was_away_for_a_month_is_read_before_it_is_believed() {
    for (days, reads) in [(29, 1), (31, 2)] {
        let server = Server::new(mails(&["a"]));
        let mut world = World::new(Keep::Forever);
        world.fetch(&server).await;
        away(&world, &[world.ledger()[0].id], days);
        world.account.keep_on_server = Keep::Never;
        let report = world.fetch(&server).await;
        assert_eq!((report.new, report.deleted), (0, 1));
        assert_eq!(server.heard("RETR"), reads, "after {days} days");
    }
}

#[tokio::test]
async fn a_name_that_was_given_to_another_mail_meanwhile_brings_that_one_and_never_deletes_it_unread()
 {
    let (old, new) = (mail("a"), named(&mail("b"), "a"));
    assert_eq!(old.listed, new.listed, "the same name, and the same size");
    // Long away.
    let server = Server::new(vec![old.clone()]);
    let mut world = World::new(Keep::Forever);
    world.fetch(&server).await;
    away(&world, &[world.ledger()[0].id], 31);
    server.fill(vec![new.clone()]);
    server.once(Fault::Refuses("a"));
    world.account.keep_on_server = Keep::Never;
    assert_eq!(world.fetch(&server).await.deleted, 0);
    assert_eq!(server.mails(), std::slice::from_ref(&new));
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (1, 1));
    world.holds_exactly(&[old.clone(), new.clone()]);

    // Deleted there, though QUIT was not answered; then an empty listing; then another mail.
    let server = Server::new(vec![old.clone()]);
    let world = World::new(Keep::Never);
    server.once(Fault::QuitLost);
    world.fetch(&server).await;
    assert_eq!(world.ledger()[0].deletion, Deletion::Sent);
    world.fetch(&server).await;
    server.fill(vec![new.clone()]);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (1, 1));
    world.holds_exactly(&[old, new]);
}

#[tokio::test]
async fn a_mail_deleted_here_for_good_never_comes_back() {
    let all = letters(&["a", "b", "c"]);
    let server = Server::new(all.clone());
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let gone = world.ledger()[0].message.expect("it is here");
    world.delete_for_good(gone);
    for _ in 0..2 {
        let report = world.fetch(&server).await;
        assert_eq!((report.new, server.heard("RETR")), (0, 3));
    }
    // Under another name its octets are known, and it still does not come back.
    server.fill(vec![named(&all[0], "new"), all[1].clone(), all[2].clone()]);
    assert_eq!(world.fetch(&server).await.new, 0);
    world.holds_exactly(&all[1..]);
}
