//! What keys do, told to the mind with a store in memory: no disk, no terminal, no clock.

use poptui::app::effect::Effect;
use poptui::app::event::{Ended, News, Size};
use poptui::app::model::{Focus, Standing};
use poptui::app::popup::Item;
use poptui::app::{Event, keymap::Keymap};
use poptui::config::Binding;
use poptui::mail::{MessageId, SafeText};
use proptest::prelude::*;

use crate::support::fake::{ARCHIVE, INBOX, Letter, NOW, TRASH, World, letters};

fn world() -> World {
    World::new(80, 24, &letters())
}

fn fetch(accounts: &[usize]) -> Effect {
    Effect::Fetch {
        accounts: accounts.to_vec(),
        asked: true,
    }
}

fn new_letter(subject: &'static str) -> Letter {
    Letter {
        from: "New <new@example.org>",
        subject,
        age: 0,
        unread: true,
        flagged: false,
        body: "New.\r\n",
    }
}

#[test]
fn the_help_tells_first_what_the_keys_do_where_one_is() {
    let places = |world: &World| {
        let popup = world.model.popup.as_ref().unwrap();
        let items = popup.items(&world.model);
        let place = |words: &str| {
            let is_it = |item: &Item| item.detail.as_str() == words || item.label.as_str() == words;
            items.iter().position(is_it).unwrap()
        };
        let (list, mail) = (place("next folder"), place("open the next mail"));
        let heading = |name: &str| items.iter().position(|item| item.label.as_str() == name);
        (list, mail, heading("In a list"), heading("In a mail"))
    };
    let mut world = world();
    world.press("?");
    let (list, mail, in_a_list, in_a_mail) = places(&world);
    assert_eq!(in_a_list, None);
    assert!(list < in_a_mail.unwrap() && in_a_mail.unwrap() < mail);
    world.press("Esc Enter ?");
    let (list, mail, in_a_list, in_a_mail) = places(&world);
    assert_eq!(in_a_mail, None);
    assert!(mail < in_a_list.unwrap() && in_a_list.unwrap() < list);
}

#[test]
fn a_mail_of_nobody_about_nothing_has_a_row_of_words_on_the_smallest_screen() {
    let mut world = World::new(40, 12, &[]);
    world.deliver(b"\r\nOnly a text.\r\n".to_vec());
    assert!(
        world.screen().contains("(no subject)"),
        "{}",
        world.screen()
    );
}

#[test]
fn the_newest_mail_is_under_the_cursor_and_one_key_opens_it() {
    let mut world = world();
    assert_eq!(
        world.current(),
        Some("Quarterly numbers — can you check sheet 2?")
    );
    world.press("Enter");
    assert_eq!(world.model.focus, Focus::Reader);
    assert!(world.screen().contains("the numbers for Q3"));
    assert!(!world.unread(MessageId(1)), "opening marks as read");
    world.press("q");
    assert_eq!(world.model.focus, Focus::List);
    assert!(!world.left(), "back is not out");
    world.press("q");
    assert!(world.left());
}

#[test]
fn deleting_goes_to_trash_puts_the_next_mail_under_the_cursor_and_u_takes_it_back() {
    let mut world = world();
    world.press("j d");
    assert_eq!(world.folder_of(MessageId(2)), TRASH);
    assert_eq!(world.current(), Some("Flight to Oslo"));
    assert_eq!(world.said(), "Deleted 1 message — u undo");
    world.press("u");
    assert_eq!(world.folder_of(MessageId(2)), INBOX);
    assert_eq!(
        world.current(),
        Some("This Week in Rust 678"),
        "the cursor goes to what came back"
    );
    world.press("u");
    assert_eq!(world.said(), "Nothing to undo");
}

#[test]
fn what_is_done_is_done_to_all_marked_mails() {
    let mut world = world();
    world.press("Space Space j V a");
    for id in [1, 2, 3, 4] {
        assert_eq!(world.folder_of(MessageId(id)), ARCHIVE, "{id}");
    }
    assert_eq!(world.said(), "Archived 4 messages — u undo");
    assert!(world.model.list.as_ref().unwrap().marked().is_empty());
}

#[test]
fn keys_typed_ahead_of_a_slow_store_hit_the_rows_they_were_meant_for() {
    let mut world = world();
    world.press("ga gi");
    world.hold();
    world.press("ga");
    world.press("gi j d");
    assert_eq!(
        world.said(),
        "",
        "nothing is done to a row that is not there yet"
    );
    world.release();
    assert_eq!(world.folder_of(MessageId(2)), TRASH);

    world.press("gg Space j j");
    world.hold();
    world.press("V a");
    world.release();
    for id in [1, 3, 4] {
        assert_eq!(world.folder_of(MessageId(id)), ARCHIVE, "{id}");
    }
}

#[test]
fn text_typed_ahead_for_a_popup_goes_into_it() {
    let mut world = world();
    world.press("ga");
    world.hold();
    world.press("gi s");
    world.type_text("data");
    world.press("Enter");
    world.release();
    assert_eq!(world.said(), "Moved 1 message to data — u undo");
}

#[test]
fn keys_behind_a_range_and_an_undo_keep_their_order() {
    let mut world = world();
    world.press("Space j j");
    world.hold();
    world.press("V d u Q");
    assert!(!world.left(), "what was asked for before comes first");
    world.release();
    for id in [1, 2, 3] {
        assert_eq!(world.folder_of(MessageId(id)), INBOX, "{id}");
    }
    assert!(world.left());
}

#[test]
fn the_way_out_asked_for_twice_waits_for_no_store() {
    let mut world = world();
    world.hold();
    world.press("ga Q");
    assert!(!world.left(), "what was asked for before comes first");
    world.press("Q");
    assert!(world.left(), "the store has answered nothing yet");
}

#[test]
fn behind_an_open_mail_the_list_keeps_its_place() {
    // Fewer rows than mails: there is a place to lose.
    let mut world = World::new(40, 10, &letters());
    world.press("j j");
    let before = world.screen();
    world.press("Enter q");
    assert_eq!(world.screen().lines().nth(2), before.lines().nth(2));
}

#[test]
fn the_folder_picker_filters_as_you_type_and_can_make_the_folder() {
    let mut world = world();
    world.press("s");
    world.type_text("arc");
    world.press("Enter");
    assert_eq!(world.folder_of(MessageId(1)), ARCHIVE);
    world.press("s");
    world.type_text("Travel 2026");
    assert!(world.screen().contains("new folder"));
    world.press("Enter");
    assert_eq!(world.said(), "Moved 1 message to Travel 2026 — u undo");
    assert!(
        world
            .model
            .folders
            .iter()
            .any(|folder| folder.name.as_str() == "Travel 2026")
    );
}

#[test]
fn when_undo_takes_away_the_folder_on_the_screen_the_inbox_is_shown() {
    let mut world = world();
    world.press("s");
    world.type_text("Travel");
    world.press("Enter 1 G Enter");
    assert!(
        world.screen().contains(" poptui  Travel"),
        "{}",
        world.screen()
    );
    world.press("u");
    assert!(
        world.screen().contains(" poptui  Inbox"),
        "{}",
        world.screen()
    );
}

#[test]
fn a_popup_takes_letters_as_text_and_esc_closes_it_without_doing_anything() {
    let mut world = world();
    world.press("s d d q Esc");
    assert!(world.model.popup.is_none());
    assert!(!world.left());
    assert_eq!(world.folder_of(MessageId(1)), INBOX);
}

#[test]
fn flag_and_unread_toggle_and_a_single_one_says_nothing() {
    let mut world = world();
    world.press("j *");
    assert!(
        world
            .model
            .list
            .as_ref()
            .unwrap()
            .current()
            .unwrap()
            .flagged
    );
    world.press("* U");
    assert!(!world.unread(MessageId(2)), "it was unread: now it is read");
    world.press("U");
    assert!(world.unread(MessageId(2)));
    assert_eq!(world.said(), "");
}

#[test]
fn tab_goes_to_the_next_unread_mail_and_crosses_folders() {
    let mut world = world();
    world.press("Tab");
    assert_eq!(world.current(), Some("This Week in Rust 678"));
    world.press("Tab");
    assert_eq!(world.current(), Some("Sunday lunch? 👩‍👩‍👧‍👦🍝"));
    world.press("S-Tab S-Tab");
    assert_eq!(
        world.current(),
        Some("Quarterly numbers — can you check sheet 2?")
    );
    world.press("U Tab a Tab U Tab");
    assert_eq!(
        world.current(),
        Some("This Week in Rust 678"),
        "found in Archive: {}",
        world.screen()
    );
    assert_eq!(world.model.list.as_ref().unwrap().view.folder, ARCHIVE);
    world.press("U Tab");
    assert_eq!(world.said(), "No unread mail");
}

#[test]
fn new_mail_slides_in_and_the_cursor_stays_on_its_mail() {
    let mut world = world();
    world.press("j j");
    world.arrive(&new_letter("Breaking news"));
    assert_eq!(world.current(), Some("Flight to Oslo"));
    assert!(world.screen().contains("Breaking news"));
    world.press("Enter");
    world.arrive(&new_letter("Again"));
    assert!(
        world.screen().contains("See you there."),
        "the mail that is read stays on the screen"
    );
}

#[test]
fn in_a_first_fetch_the_cursor_is_on_the_newest_mail_until_a_row_is_chosen() {
    let mut world = World::new(80, 24, &[]);
    let at = |subject, age| Letter {
        age,
        ..new_letter(subject)
    };
    world.arrive(&at("noon", 60));
    world.arrive(&at("now", 0));
    world.arrive(&at("morning", 300));
    assert_eq!(world.current(), Some("now"));
    world.press("j k");
    world.arrive(&at("later still", -1));
    assert_eq!(world.current(), Some("now"), "chosen: it stays");
}

#[test]
fn in_the_reader_j_scrolls_and_shift_j_opens_the_next_mail() {
    let mut world = World::new(80, 10, &letters());
    world.press("Enter");
    let top = world.screen();
    world.press("j");
    assert_ne!(world.screen(), top);
    world.press("J");
    assert_eq!(world.current(), Some("This Week in Rust 678"));
    assert!(world.screen().contains("News."));
    world.press("K");
    assert_eq!(
        world.current(),
        Some("Quarterly numbers — can you check sheet 2?")
    );
}

#[test]
fn after_the_last_mail_of_a_folder_is_deleted_the_list_says_it_is_empty_and_names_the_key() {
    let mut world = World::new(80, 24, &letters()[..1]);
    world.press("Enter d");
    assert_eq!(world.model.focus, Focus::List);
    let screen = world.screen();
    assert!(
        screen.contains("Inbox is empty") && screen.contains("F5 fetches"),
        "{screen}"
    );
}

#[test]
fn a_preview_counts_as_read_after_two_seconds_and_not_before() {
    let mut world = World::new(120, 40, &letters());
    world.tell(Event::Tick(NOW + 1_900));
    assert!(world.unread(MessageId(1)));
    world.tell(Event::Tick(NOW + 2_100));
    assert!(!world.unread(MessageId(1)));
}

#[test]
fn a_mail_marked_unread_in_the_reader_stays_unread() {
    let mut world = World::new(120, 40, &letters());
    world.press("Enter U");
    world.tell(Event::Tick(NOW + 60_000));
    assert!(world.unread(MessageId(1)));
}

#[test]
fn beside_a_running_poptui_mail_can_be_read_and_nothing_changed() {
    let mut world = World::with(80, 24, &letters(), |start| {
        start.standing = Standing::ReadOnly(4711);
    });
    world.press("d");
    assert!(world.said().contains("process 4711"), "{}", world.said());
    world.press("F5");
    assert!(world.asked.is_empty());
    world.press("Enter");
    assert!(world.screen().contains("the numbers for Q3"));
    assert!(world.unread(MessageId(1)));
}

#[test]
fn fetching_is_asked_for_once_and_its_end_is_told() {
    let mut world = world();
    world.press("F5 $");
    assert_eq!(world.asked, [fetch(&[0])]);
    assert!(world.said().contains("Already fetching"));
    world.press("^C");
    assert_eq!(world.asked, [fetch(&[0]), Effect::CancelFetch]);
    world.tell(Event::Fetch {
        account: 0,
        news: News::Ended(Ended {
            new: 2,
            ..Ended::default()
        }),
    });
    assert_eq!(world.said(), "2 new mails");
    world.press("F5");
    assert_eq!(world.asked.len(), 3);
}

#[test]
fn an_error_stays_in_the_log_with_a_badge_until_it_is_looked_at() {
    let mut world = world();
    let error = SafeText::new("pop.example.org did not accept the password");
    world.tell(Event::Fetch {
        account: 0,
        news: News::Ended(Ended {
            error: Some(error),
            ..Ended::default()
        }),
    });
    world.tell(Event::Tick(NOW + 60_000));
    assert!(world.screen().contains("! 1 problem"), "{}", world.screen());
    world.press("gl");
    assert!(world.screen().contains("did not accept the password"));
    world.press("Esc");
    assert!(!world.screen().contains("! 1 problem"));
}

#[test]
fn a_paste_never_runs_as_keys() {
    let mut world = world();
    world.tell(Event::Paste("dddd\nQ\r".to_owned()));
    assert_eq!(world.folder_of(MessageId(1)), INBOX);
    assert!(!world.left());
    world.press("s");
    world.tell(Event::Paste("Tra\x1b[31mvel\n".to_owned()));
    let popup = world.model.popup.as_ref().unwrap();
    assert_eq!(popup.filter.text(), "Tra[31mvel");
}

#[test]
fn a_list_that_cannot_be_read_says_why_and_which_key_tries_again() {
    let mut world = world();
    world.broken = Some(SafeText::new("the disk does not answer"));
    world.press("ga");
    let screen = world.screen();
    assert!(screen.contains("✗ the disk does not answer"), "{screen}");
    assert!(screen.contains("^L tries again."), "{screen}");
    world.broken = None;
    world.press("^L");
    assert!(world.screen().contains("Archive is empty."));
}

#[test]
fn an_unknown_key_says_where_the_known_ones_are() {
    let mut world = world();
    world.press("X");
    assert!(
        world.said().contains("X is not a key here") && world.said().contains('?'),
        "{}",
        world.said()
    );
}

#[test]
fn a_prefix_shows_what_can_follow_it() {
    let mut world = world();
    world.press("g");
    let screen = world.screen();
    assert!(
        screen.contains("g…") && screen.contains("i inbox") && screen.contains("t trash"),
        "{screen}"
    );
}

#[test]
fn the_help_filters_as_you_type_and_runs_what_it_lists() {
    let mut world = world();
    world.press("?");
    assert!(world.screen().contains("next row"), "{}", world.screen());
    world.type_text("archive");
    world.press("Enter");
    assert_eq!(world.folder_of(MessageId(1)), ARCHIVE);
}

#[test]
fn keys_given_by_the_user_show_in_hints_and_help() {
    let keys = Binding {
        scope: None,
        action: "fetch".to_owned(),
        keys: vec!["^G".to_owned()],
        line: 1,
    };
    let mut world = World::with(80, 24, &letters(), |start| {
        start.keymap = Keymap::new(&[keys]).unwrap();
    });
    assert!(world.screen().contains("^G fetch"), "{}", world.screen());
    world.press("^G");
    assert_eq!(world.asked, [fetch(&[0])]);
}

/// Anything a user or a window manager can do.
#[derive(Debug, Clone)]
enum Deed {
    Press(&'static str),
    Resize(u16, u16),
    Wait(i64),
    Arrive,
    Paste(String),
}

fn deed() -> impl Strategy<Value = Deed> {
    let keys = poptui::app::action::ACTIONS
        .iter()
        .flat_map(|spec| spec.keys.iter().copied());
    let keys: Vec<&'static str> = keys.filter(|key| !matches!(*key, "Q" | "^Z")).collect();
    prop_oneof![
        8 => proptest::sample::select(keys).prop_map(Deed::Press),
        2 => (1..220_u16, 1..60_u16).prop_map(|(width, height)| Deed::Resize(width, height)),
        1 => (0..5_000_i64).prop_map(Deed::Wait),
        1 => Just(Deed::Arrive),
        1 => ".{0,12}".prop_map(Deed::Paste),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_order_of_keys_sizes_and_arrivals_breaks_the_mind_or_the_screen(deeds in proptest::collection::vec(deed(), 1..60)) {
        let mut world = world();
        let mut now = NOW;
        for deed in deeds {
            match deed {
                Deed::Press(keys) => world.press(keys),
                Deed::Resize(width, height) => world.tell(Event::Resize(Size { width, height })),
                Deed::Wait(passed) => {
                    now += passed;
                    world.tell(Event::Tick(now));
                }
                Deed::Arrive => _ = world.arrive(&new_letter("One more")),
                Deed::Paste(text) => world.tell(Event::Paste(text)),
            }
            let size = world.model.size;
            for line in world.screen().lines() {
                prop_assert!(poptui::mail::width(line) <= usize::from(size.width), "{size:?}: {line:?}");
            }
        }
    }
}
