//! Mails that are not whole here, told to the mind: their signs, the line in the reader, and how the rest is asked for.

use poptui::app::Event;
use poptui::app::effect::Effect;
use poptui::app::event::{Ended, News};
use poptui::app::model::Standing;
use poptui::app::schedule::Outlook;
use poptui::mail::{Completeness, MessageId, SafeText};

use crate::support::fake::{World, letters};
use crate::support::golden::assert_golden;

/// The first mail is partial, the second one in doubt.
fn at(width: u16, height: u16) -> World {
    let mut world = World::new(width, height, &letters());
    world.change(1, |row| row.completeness = Completeness::Head);
    world.change(2, |row| row.completeness = Completeness::Doubtful);
    world
}

fn world() -> World {
    at(80, 24)
}

fn whole(ids: &[i64]) -> Effect {
    Effect::FetchWhole {
        account: 0,
        ids: ids.iter().copied().map(MessageId).collect(),
    }
}

fn end(world: &mut World, ended: Ended) {
    let news = News::Ended(ended);
    world.tell(Event::Fetch { account: 0, news });
}

fn trouble() -> Ended {
    Ended {
        error: Some(SafeText::new("the mailbox is in use")),
        outlook: Outlook::Wait("mailbox in use"),
        ..Ended::default()
    }
}

#[test]
fn the_list_and_the_reader() {
    for (width, height) in [(80, 24), (120, 40), (40, 10)] {
        let mut world = at(width, height);
        let name = format!("screens/partial-list-{width}x{height}.txt");
        assert_golden(&name, &world.screen());
        world.press("Enter");
        let name = format!("screens/partial-{width}x{height}.txt");
        assert_golden(&name, &world.screen());
        world.press("J");
        let name = format!("screens/doubtful-{width}x{height}.txt");
        assert_golden(&name, &world.screen());
    }
}

#[test]
fn the_key_asks_for_the_rest_of_the_marked_mails_that_are_not_whole() {
    let mut world = world();
    world.press("F");
    assert_eq!(world.asked, [whole(&[1])]);
    end(&mut world, Ended::default());
    world.press("Space Space Space F");
    assert_eq!(world.asked[1..], [whole(&[1, 2])]);
    end(&mut world, Ended::default());
    world.press("Esc j F");
    assert!(
        world.said().contains("All of it is here"),
        "{}",
        world.said()
    );
    assert_eq!(world.asked.len(), 2);
}

#[test]
fn opening_a_partial_mail_asks_for_the_rest_by_itself_and_once() {
    let mut world = world();
    world.press("Enter");
    assert_eq!(world.asked, [whole(&[1])]);
    assert!(
        world
            .screen()
            .contains("12.3 MB on the server): the rest is being fetched"),
        "{}",
        world.screen()
    );
    assert!(
        world.screen().contains("From  Ada Lovelace")
            && !world.screen().contains("There is no text"),
        "the head meanwhile"
    );
    end(&mut world, trouble());
    assert!(
        world
            .screen()
            .contains("The rest did not come: F tries again"),
        "{}",
        world.screen()
    );
    world.press("q Enter J");
    assert_eq!(
        world.asked.len(),
        1,
        "a mail in doubt is the next fetch's business"
    );
}

#[test]
fn a_preview_fetches_nothing() {
    let world = at(120, 40);
    assert!(world.asked.is_empty());
    assert!(
        world.screen().contains("Press F to fetch the whole."),
        "{}",
        world.screen()
    );
}

#[test]
fn while_the_server_says_no_only_the_key_asks_it() {
    let mut world = world();
    world.press("F5");
    end(&mut world, trouble());
    world.press("Enter");
    assert_eq!(world.asked.len(), 1, "only F5's");
    assert!(
        world.screen().contains("Press F to fetch the whole."),
        "{}",
        world.screen()
    );
    world.press("F");
    assert!(
        world.said().contains("F works again in 2 s"),
        "{}",
        world.said()
    );
    world.tell(Event::Tick(world.model.now + 6_000));
    world.press("F");
    assert_eq!(world.asked[1..], [whole(&[1])]);
}

#[test]
fn a_wish_during_a_fetch_comes_when_that_has_ended() {
    let mut world = world();
    world.press("F5 Enter");
    assert_eq!(world.asked.len(), 1);
    end(&mut world, Ended::default());
    assert_eq!(world.asked[1..], [whole(&[1])]);
}

#[test]
fn when_the_rest_has_come_the_open_mail_changes_in_place() {
    let mut world = at(40, 10);
    world.press("Enter j j");
    let scroll = world.model.reader.open().unwrap().scroll();
    assert_eq!(scroll, 2);
    world.replace(1, "\r\nAnd this came later.\r\n");
    assert_eq!(world.model.reader.open().unwrap().scroll(), scroll);
    assert!(
        !world.screen().contains("Only the head"),
        "{}",
        world.screen()
    );
    end(
        &mut world,
        Ended {
            updated: 1,
            ..Ended::default()
        },
    );
    assert_eq!(world.said(), "1 mail is whole now");
    world.press("G");
    assert!(
        world.screen().contains("And this came later."),
        "{}",
        world.screen()
    );
    world.press("q");
    assert!(!world.screen().contains('½'));
    assert_eq!(
        world.current(),
        Some("Quarterly numbers — can you check sheet 2?")
    );
}

#[test]
fn a_mail_whose_date_changed_moves_and_the_cursor_stays_on_its_mail() {
    let mut world = world();
    world.press("j");
    world.change(3, |row| row.key.date += 1_000_000);
    assert_eq!(world.current(), Some("This Week in Rust 678"));
    assert_eq!(world.model.list.as_ref().unwrap().cursor(), 2);
}

#[test]
fn beside_another_poptui_nothing_is_asked_for() {
    let mut world = World::with(80, 24, &letters(), |start| {
        start.standing = Standing::ReadOnly(4711);
    });
    world.change(1, |row| row.completeness = Completeness::Head);
    world.press("Enter F");
    assert!(world.asked.is_empty());
    assert!(world.said().contains("process 4711"), "{}", world.said());
}
