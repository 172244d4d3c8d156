//! What only the server has, told to the mind: it goes from there one by one, after a question that says so.

use poptui::mail::{Completeness, Due, LedgerId};

use crate::support::fake::{World, letters};
use crate::support::golden::assert_golden;

/// Two mails that are whole here, the head of one, seven others, and two that were deleted here for good.
fn at(width: u16, height: u16) -> World {
    let mut world = World::new(width, height, &letters());
    let due = |id: u64| match id {
        3 => Due::Unsure,
        11 => Due::Next,
        _ => Due::Kept,
    };
    let stock: Vec<_> = (1..=12)
        .map(|id| (20_000_000 - id * 1_000_000, due(id)))
        .collect();
    world.put_on_server(&stock);
    world.ledger[2].completeness = Completeness::Head;
    world.ledger[2].can_be_proven = true;
    world.press("gO");
    world
}

fn world() -> World {
    at(80, 24)
}

#[test]
fn what_only_the_server_has_goes_after_a_question_that_says_so() {
    for (id, told) in [
        (
            3,
            "Only its head is here; the whole mail is on the server alone.",
        ),
        (12, "It was deleted here: the server alone has it."),
    ] {
        let mut world = world();
        while world.model.server.current().unwrap().id != LedgerId(id) {
            world.press("j");
        }
        for no in ["n", "Esc", "Enter"] {
            world.press("d");
            let screen = world.screen();
            assert!(
                screen.contains("Delete it on the server for good?"),
                "{screen}"
            );
            assert!(screen.contains(told), "{screen}");
            world.press(no);
            assert_ne!(world.due(id), Due::Asked, "{no}");
        }
        world.press("d y");
        assert_eq!(world.due(id), Due::Asked);
        assert!(world.said().contains("1 mail ("), "{}", world.said());
        world.press("u");
        assert_ne!(world.due(id), Due::Asked);
    }
}

#[test]
fn the_question_before_what_only_the_server_has_goes() {
    for (width, height) in [(80, 24), (40, 10)] {
        let mut world = at(width, height);
        world.press("j j d");
        let name = format!("screens/delete-there-{width}x{height}.txt");
        assert_golden(&name, &world.screen());
    }
}

#[test]
fn what_only_the_server_has_never_goes_with_marked_mails() {
    let mut world = world();
    world.press("Space Space Space d");
    assert_eq!(
        [1, 2, 3].map(|id| world.due(id)),
        [Due::Asked, Due::Asked, Due::Unsure]
    );
    world.press("G Space k Space d");
    assert!(world.said().contains("one by one"), "{}", world.said());
    assert_eq!(world.due(12), Due::Kept);
}

#[test]
fn what_nothing_can_prove_is_not_asked_about_and_that_is_said_at_once() {
    for (id, place) in [(3, 2), (12, 11)] {
        let mut world = world();
        world.ledger[place].can_be_proven = false;
        world.press("gi gO");
        while world.model.server.current().unwrap().id != LedgerId(id) {
            world.press("j");
        }
        let before = world.due(id);
        world.press("d");
        assert!(world.model.popup.is_none(), "{}", world.screen());
        let told = world.said();
        assert!(told.contains("cannot be told apart"), "{told}");
        assert!(told.contains("web page"), "{told}");
        world.press("y");
        assert_eq!(world.due(id), before);
    }
}

#[test]
fn a_note_of_the_servers_goes_by_the_users_own_wish_alone() {
    let mut world = world();
    world.ledger[2].completeness = Completeness::Whole;
    world.press("gi gO j j d");
    let screen = world.screen();
    assert!(screen.contains("the server's own note"), "{screen}");
    assert_ne!(world.due(3), Due::Asked);
    world.press("y");
    assert_eq!(world.due(3), Due::Asked);
}
