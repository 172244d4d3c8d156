//! Deleting for good, told to the mind: only in Trash, only after a yes, and said where it reaches further than here.

use poptui::app::model::Standing;
use poptui::config::Keep;
use poptui::mail::MessageId;

use crate::support::fake::{TRASH, World, letters, source};
use crate::support::golden::assert_golden;

/// Three mails lie in Trash, and Trash is on the screen.
fn at(width: u16, height: u16) -> World {
    let mut world = World::new(width, height, &letters());
    world.press("d d d gt");
    world
}

fn world() -> World {
    at(80, 24)
}

fn here(world: &World) -> Vec<i64> {
    (1..=10)
        .filter(|id| world.is_here(MessageId(*id)))
        .collect()
}

#[test]
fn the_question() {
    for (width, height) in [(80, 24), (120, 40), (40, 10)] {
        let mut world = at(width, height);
        world.press("Space Space D");
        let name = format!("screens/for-good-{width}x{height}.txt");
        assert_golden(&name, &world.screen());
    }
}

#[test]
fn a_yes_deletes_the_mail_under_the_cursor_and_the_next_one_is_there() {
    let mut world = world();
    world.press("D");
    let screen = world.screen();
    assert!(screen.contains("Delete 1 mail here for good?"), "{screen}");
    assert!(screen.contains("This cannot be undone."), "{screen}");
    world.press("y");
    assert_eq!(here(&world), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(world.current(), Some("This Week in Rust 678"));
    assert_eq!(world.said(), "Deleted 1 mail for good");
}

#[test]
fn anything_but_a_yes_leaves_them() {
    for keys in ["n", "Esc", "Enter", "d D q Esc", "^C", "N"] {
        let mut world = world();
        world.press("D");
        world.press(keys);
        assert_eq!(here(&world).len(), 10, "{keys}");
        assert!(world.model.popup.is_none(), "{keys}");
    }
}

#[test]
fn a_paste_is_no_answer() {
    let mut world = world();
    world.press("D");
    world.tell(poptui::app::Event::Paste("y".to_owned()));
    assert_eq!(here(&world).len(), 10);
}

#[test]
fn marked_mails_go_together_and_all_of_trash_with_one_key() {
    let mut world = world();
    world.press("Space Space D y");
    assert_eq!(here(&world), [3, 4, 5, 6, 7, 8, 9, 10]);
    world.press("gi d E");
    let screen = world.screen();
    assert!(
        screen.contains("Empty Trash: delete 2 mails here for good?"),
        "{screen}"
    );
    world.press("↓ Enter");
    assert_eq!(here(&world), [5, 6, 7, 8, 9, 10]);
    world.press("E");
    assert_eq!(world.said(), "Trash is empty already");
    world.press("gt");
    assert!(world.screen().contains("Trash is empty."));
}

#[test]
fn outside_trash_nothing_goes_for_good_and_in_it_the_key_is_named() {
    let mut world = world();
    world.press("d");
    assert!(
        world.said().contains("D deletes it for good"),
        "{}",
        world.said()
    );
    world.press("gi D");
    assert!(
        world.said().contains("Only mail in Trash"),
        "{}",
        world.said()
    );
    assert!(world.model.popup.is_none());
}

#[test]
fn under_until_deleted_the_question_says_that_they_leave_the_server_too() {
    let until_deleted = |name: &str| {
        let mut source = source(name, None);
        source.keep = Keep::UntilDeleted;
        source
    };
    for (accounts, words) in [
        (
            vec![until_deleted("home")],
            "If it is still on the server, it goes with the next fetch, too.",
        ),
        (
            vec![source("work", None), until_deleted("home")],
            "it goes with the next fetch, too.",
        ),
    ] {
        let mut world = World::with(80, 24, &letters(), |start| start.accounts = accounts);
        world.press("d gt D");
        assert!(world.screen().contains(words), "{}", world.screen());
    }
}

#[test]
fn the_question_says_in_full_what_becomes_of_the_copies_on_the_server() {
    let two = |start: &mut poptui::app::Start| {
        let mut first = source("a-long-name-of-an-account", None);
        first.keep = Keep::UntilDeleted;
        let mut second = source("another-long-name-of-an-account", None);
        second.keep = Keep::For(std::time::Duration::from_hours(14 * 24));
        start.accounts = vec![first, second];
    };
    for (width, height) in [(120, 40), (40, 14)] {
        let mut world = World::with(width, height, &letters(), two);
        world.press("d d gt Space Space D");
        let screen = world.screen();
        let words: Vec<&str> = screen
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .filter(|word| !word.is_empty())
            .collect();
        let text = words.join(" ");
        assert!(text.contains("they go with the next fetch"), "{screen}");
        assert!(text.contains("keep mail there is over"), "{screen}");
    }
    let mut world = world();
    world.press("D");
    let screen = world.screen();
    assert!(screen.contains("it stays there."), "{screen}");
}

#[test]
fn beside_another_poptui_nothing_can_be_deleted() {
    let mut world = World::with(80, 24, &letters(), |start| {
        start.standing = Standing::ReadOnly(4711);
    });
    world.put_into(1, TRASH);
    world.press("gt D E");
    assert!(world.model.popup.is_none());
    assert!(world.said().contains("process 4711"), "{}", world.said());
}
