//! The screen "On the server", told to the mind with a store in memory: what its keys ask, and what it shows.

use poptui::app::Event;
use poptui::app::effect::Effect;
use poptui::app::event::{Ended, News, Size};
use poptui::app::model::{Focus, Standing};
use poptui::app::schedule::Outlook;
use poptui::config::Keep;
use poptui::mail::{Due, SafeText};
use std::time::Duration;

use crate::support::fake::{NOW, World, letters, source};
use crate::support::golden::assert_golden;

const DAY: i64 = 86_400;

/// One of each kind; the sizes are in the order of the rows.
fn stock() -> [(u64, Due); 8] {
    let now = NOW / 1_000;
    [
        (48_200_000, Due::Kept),
        (12_300_000, Due::At(now + 3 * DAY)),
        (9_100_000, Due::Unsure),
        (8_000_000, Due::Next),
        (7_000_000, Due::Sent),
        (6_000_000, Due::GivenUp),
        (84_000, Due::At(now + 14 * DAY)),
        (5_200, Due::Asked),
    ]
}

fn at(width: u16, height: u16) -> World {
    let mut world = World::with(width, height, &letters(), |start| {
        start.accounts[0].keep = Keep::For(Duration::from_hours(14 * 24));
    });
    let mut stock = stock().to_vec();
    // The letters are ten: these two were deleted here for good.
    stock.extend([
        (3_000, Due::Kept),
        (2_500, Due::Kept),
        (2_000, Due::Next),
        (1_500, Due::Kept),
    ]);
    world.put_on_server(&stock);
    world.press("gO");
    world
}

fn world() -> World {
    at(80, 24)
}

#[test]
fn the_screen() {
    for (width, height) in [(80, 24), (120, 40), (200, 50), (40, 10)] {
        let name = format!("screens/on-server-{width}x{height}.txt");
        assert_golden(&name, &at(width, height).screen());
    }
}

#[test]
fn the_preview_of_what_would_go() {
    for (width, height) in [(80, 24), (120, 40), (40, 10)] {
        let mut world = at(width, height);
        world.press("f");
        world.type_text("50");
        let name = format!("screens/free-space-{width}x{height}.txt");
        assert_golden(&name, &world.screen());
        world.press("Enter");
        let name = format!("screens/free-space-preview-{width}x{height}.txt");
        assert_golden(&name, &world.screen());
    }
}

#[test]
fn a_mail_is_asked_away_and_taken_back_and_nothing_happens_here() {
    let mut world = world();
    world.press("d");
    assert_eq!(world.due(1), Due::Asked);
    assert!(
        world.said().contains("1 mail (48.2 MB) goes"),
        "{}",
        world.said()
    );
    assert!(world.screen().contains("asked: next fetch"));
    assert!(world.is_here(poptui::mail::MessageId(1)));
    world.press("d");
    assert!(world.said().contains("already"), "{}", world.said());
    world.press("u");
    assert_eq!(world.due(1), Due::Kept);
    world.press("u");
    assert!(
        world.said().contains("Nothing to take back"),
        "{}",
        world.said()
    );
}

#[test]
fn marked_mails_are_asked_away_together_and_one_key_takes_them_all_back() {
    let mut world = world();
    world.press("Space Space j j j V d");
    for (id, asked) in [(1, true), (2, true), (3, false), (6, false), (7, false)] {
        assert_eq!(world.due(id) == Due::Asked, asked, "{id}");
    }
    world.press("u");
    assert_eq!(world.due(1), Due::Kept);
    assert_eq!(world.due(8), Due::Asked, "asked for before, and still so");
    world.press("G k k k k u");
    assert_eq!(world.due(8), Due::Kept, "the one under the cursor");
}

#[test]
fn what_came_too_late_to_be_taken_back_is_told_by_number() {
    let mut world = world();
    world.press("Space Space d");
    // The server was told to delete it, and has confirmed.
    world.ledger[0].due = Due::Next;
    world.press("u");
    let said = world.said();
    assert!(said.contains("Only 1 of 2 mails taken back"), "{said}");
}

#[test]
fn what_was_asked_for_and_not_confirmed_can_be_taken_back() {
    let mut world = world();
    world.press("j j j j u");
    assert!(
        world.said().contains("Taken back: 1 mail"),
        "{}",
        world.said()
    );
}

#[test]
fn a_mail_that_is_not_whole_here_or_that_the_server_keeps_is_not_asked_away() {
    for (steps, words) in [
        (2, "not known to be whole"),
        (5, "does not delete"),
        (3, "already"),
    ] {
        let mut world = world();
        for _ in 0..steps {
            world.press("j");
        }
        world.press("d");
        assert!(world.said().contains(words), "{}", world.said());
    }
}

#[test]
fn accounts_in_trouble_are_named_beside_a_long_sentence() {
    let names = ["work", "university", "association"];
    let mut world = World::with(80, 24, &letters(), |start| {
        start.accounts = names.map(|name| source(name, None)).into_iter().collect();
    });
    world.put_on_server(&stock());
    world.press("F5");
    for account in 0..3 {
        let mut ended = Ended::default();
        if account > 0 {
            ended.error = Some(SafeText::new("nothing answers"));
            ended.outlook = Outlook::Stop("log-in refused");
        }
        let news = News::Ended(ended);
        world.tell(Event::Fetch { account, news });
    }
    world.press("gl Esc gO j");
    world.tell(Event::Tick(world.model.now + 60_000));
    let screen = world.screen();
    let row = screen.lines().rev().nth(1).unwrap_or_default();
    let both = "university ✗ stopped   association ✗ stopped";
    assert!(row.ends_with(both), "{screen}");
    world.press("j");
    let screen = world.screen();
    let row = screen.lines().rev().nth(1).unwrap_or_default();
    assert!(row.ends_with("✗ 2 of 3"), "{screen}");
}

#[test]
fn room_is_made_with_the_largest_mails_that_are_safely_here_after_a_preview() {
    let mut world = world();
    world.press("f");
    world.type_text("60");
    world.press("Enter");
    let screen = world.screen();
    assert!(screen.contains("Delete 2 mails on the server?"), "{screen}");
    assert!(
        screen.contains("60.5 MB. They stay on this machine."),
        "{screen}"
    );
    world.press("Esc");
    assert_eq!(world.due(1), Due::Kept, "seen, not meant");
    world.press("f");
    world.type_text("60");
    world.press("Enter x Enter");
    assert_eq!((world.due(1), world.due(2)), (Due::Asked, Due::Asked));
    assert_eq!(world.due(3), Due::Unsure, "never what is not whole here");
    assert_eq!(world.due(9), Due::Kept, "60 MB and no more");
    world.press("u");
    assert_eq!(world.due(1), Due::Kept, "one key takes it all back");
}

#[test]
fn all_that_can_go_is_never_what_only_the_server_has() {
    let mut world = world();
    world.press("f G Enter");
    // `G` is typed text there, and fits no amount.
    world.press("Esc f Tab Tab Tab Tab Enter Enter");
    assert_eq!(
        world.due(12),
        Due::Kept,
        "deleted here for good: the server's copy is the only one"
    );
    for id in [1, 2, 7, 9] {
        assert_eq!(world.due(id), Due::Asked, "{id}");
    }
}

#[test]
fn enter_opens_the_mail_here_and_says_so_where_it_is_gone() {
    let mut world = world();
    world.press("j Enter");
    assert_eq!(world.model.focus, Focus::Reader);
    assert_eq!(world.current(), Some("This Week in Rust 678"));
    world.press("q G Enter");
    assert!(
        world.said().contains("only the server has it"),
        "{}",
        world.said()
    );
}

#[test]
fn a_mail_opened_on_the_screen_goes_back_to_it_and_on_to_the_next_of_its_rows() {
    let mut world = world();
    world.press("j Enter");
    let screen = world.screen();
    assert!(
        screen.contains("On the server › This Week in Rust"),
        "{screen}"
    );
    assert!(screen.contains("2/12"), "{screen}");
    world.press("J");
    assert_eq!(world.current(), Some("Flight to Oslo"));
    world.press("K K K");
    assert!(world.said().contains("first mail"), "{}", world.said());
    // The last two rows are of mails that are not here.
    world.press("J J J J J J J J J J J J J");
    assert!(world.said().contains("last mail"), "{}", world.said());
    let screen = world.screen();
    assert!(screen.contains("10/12"), "{screen}");
    world.press("q");
    assert_eq!(world.model.focus, Focus::Server);
    assert!(world.screen().contains(" 10/12 "), "where it was left");
    // From a list one goes back to the list.
    world.press("Enter 2 Enter q");
    assert_eq!(world.model.focus, Focus::List);
}

#[test]
fn a_mail_opened_on_the_screen_and_deleted_leads_back_to_it() {
    let mut world = world();
    world.press("j Enter d");
    assert!(
        world.said().contains("Deleted 1 message"),
        "{}",
        world.said()
    );
    assert_eq!(
        world.model.focus,
        Focus::Server,
        "not on to the next mail of its folder"
    );
    assert!(world.screen().contains(" 2/12 "), "{}", world.screen());
}

#[test]
fn empty_loading_and_broken_are_three_texts_each_with_a_key() {
    let mut world = World::new(80, 24, &letters());
    world.hold();
    world.press("gO");
    let screen = world.screen();
    assert!(
        screen.contains("Reading what is on the server") && screen.contains("q goes back"),
        "{screen}"
    );
    world.release();
    let screen = world.screen();
    assert!(
        screen.contains("Nothing is on the server") && screen.contains("F5 asks"),
        "{screen}"
    );
    world.broken = Some(SafeText::new("the disk does not answer"));
    world.press("^L");
    let screen = world.screen();
    assert!(
        screen.contains("✗ the disk does not answer") && screen.contains("^L tries again"),
        "{screen}"
    );
    world.broken = None;
    world.press("^L");
    assert!(world.screen().contains("Nothing is on the server"));
}

#[test]
fn after_a_fetch_the_screen_tells_what_is_there_now_and_the_cursor_stays_on_its_mail() {
    let mut world = world();
    world.press("d j j j j j j F5");
    assert!(matches!(world.asked[..], [Effect::Fetch { .. }]));
    world.ledger.retain(|row| row.due != Due::Asked);
    world.tell(Event::Fetch {
        account: 0,
        news: News::Ended(Ended {
            deleted: 2,
            ..Ended::default()
        }),
    });
    let screen = world.screen();
    assert!(screen.contains("10 mails"), "{screen}");
    let row = screen.lines().find(|line| line.starts_with('▌')).unwrap();
    assert!(row.contains("84 KB"), "{row}");
}

#[test]
fn keys_of_the_list_do_nothing_to_the_mail_behind_the_screen() {
    let mut world = world();
    world.press("a");
    assert!(world.said().contains("not a key here"), "{}", world.said());
    // The help lists all actions, also those of other places.
    world.press("?");
    world.type_text("clear the flag");
    world.press("Enter");
    assert!(
        world.said().contains("not work on this screen"),
        "{}",
        world.said()
    );
    world.press("gi");
    assert_eq!(
        world.current(),
        Some("Quarterly numbers — can you check sheet 2?")
    );
}

#[test]
fn keys_typed_before_the_rows_are_there_hit_the_rows_they_were_meant_for() {
    let mut world = World::new(80, 24, &letters());
    world.put_on_server(&stock());
    world.hold();
    world.press("gO j d");
    world.release();
    assert_eq!(world.due(2), Due::Asked);
    assert_eq!(world.due(1), Due::Kept);
}

#[test]
fn a_reader_beside_another_poptui_looks_and_changes_nothing() {
    let mut world = World::with(80, 24, &letters(), |start| {
        start.standing = Standing::ReadOnly(4711);
    });
    world.put_on_server(&stock());
    world.press("gO d");
    assert!(world.said().contains("process 4711"), "{}", world.said());
    assert_eq!(world.due(1), Due::Kept);
}

#[test]
fn a_hundred_thousand_mails_are_drawn_a_screen_at_a_time() {
    let mut world = World::new(120, 40, &letters());
    let mails: Vec<_> = (0..100_000).map(|n| (200_000 - n, Due::Kept)).collect();
    world.put_on_server(&mails);
    world.press("gO G");
    assert!(
        world.screen().contains("100,000/100,000"),
        "{}",
        world.screen()
    );
    world.press("gg PgDn ^D");
    world.tell(Event::Resize(Size {
        width: 40,
        height: 10,
    }));
    assert_eq!(world.screen().lines().count(), 10);
}

#[test]
fn a_mail_of_nobody_says_so_as_in_a_list() {
    let mut world = World::new(80, 24, &letters());
    world.put_on_server(&[(9_000, Due::Kept), (8_000, Due::Kept)]);
    world.ledger[0].from = SafeText::default();
    world.press("gO");
    let screen = world.screen();
    assert_eq!(screen.matches("(unknown)").count(), 1, "{screen}");
}
