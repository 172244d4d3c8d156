//! Folders in threads, from key to screen.

use poptui::app;

use crate::support::desk::Desk;
use crate::support::golden::assert_golden;

const FOLDED: [&str; 6] = [">b*", "f4* 4/4", "p3* 2/2", "r*", "q1*", "m*"];

#[test]
fn a_folder_in_threads_has_a_row_for_each_and_is_remembered() {
    let mut desk = Desk::new(80, 24);
    assert_eq!(desk.rows().len(), 10);
    desk.press("j za");
    assert!(desk.said().starts_with("zt "), "{}", desk.said());
    desk.press("k zt");
    assert_eq!(desk.rows(), FOLDED);
    assert_eq!(
        desk.remembered.last().map(|(key, _)| key.as_str()),
        Some("threads")
    );
    let folders = &desk.remembered.last().expect("is remembered").1;
    let view = desk.model.list.as_ref().expect("is open").view;
    assert!(app::threaded(folders).contains(&view.folder));
    desk.press("ga gi");
    assert_eq!(desk.rows(), FOLDED, "also when one comes back");
    desk.press("zt");
    assert_eq!(desk.rows().len(), 10);
    assert_eq!(
        desk.remembered.last().map(|(_, value)| value.as_str()),
        Some("")
    );
}

#[test]
fn the_cursor_stays_on_its_mail_when_the_order_changes() {
    let mut desk = Desk::new(80, 24);
    desk.press("j j j j");
    let row = |desk: &Desk| desk.rows().into_iter().find(|row| row.starts_with('>'));
    assert_eq!(row(&desk).as_deref(), Some(">f3*"));
    desk.press("zt");
    assert_eq!(
        row(&desk).as_deref(),
        Some(">..f3*"),
        "its thread is unfolded for it"
    );
    desk.press("zt");
    assert_eq!(row(&desk).as_deref(), Some(">f3*"));
}

#[test]
fn one_thread_is_unfolded_and_folded_again_and_so_are_all() {
    let mut desk = Desk::in_threads();
    desk.press("za");
    assert_eq!(desk.rows(), FOLDED);
    assert_eq!(desk.said(), "There is no other mail of its thread here");
    desk.press("j za");
    let unfolded = [
        "b*", "f1*", ".f2*", "..f3*", ">.f4*", "p3* 2/2", "r*", "q1*", "m*",
    ];
    assert_eq!(desk.rows(), unfolded);
    desk.press("k za");
    let mut folded = FOLDED.map(|row| row.trim_start_matches('>').to_owned());
    folded[1].insert(0, '>');
    assert_eq!(desk.rows(), folded);
    desk.press("zR");
    let all = [
        "b*", "f1*", ".f2*", "..f3*", ">.f4*", ".p2*", ".p3*", "r*", "q1*", "m*",
    ];
    assert_eq!(desk.rows(), all);
    desk.press("k k zM");
    assert_eq!(desk.rows(), folded);
}

#[test]
fn an_action_on_a_folded_thread_is_one_on_all_its_mails_and_one_step_to_undo() {
    let mut desk = Desk::in_threads();
    desk.press("j d");
    assert_eq!(desk.said(), "Deleted 4 messages — u undo");
    assert_eq!(desk.rows(), ["b*", ">p3* 2/2", "r*", "q1*", "m*"]);
    assert_eq!((desk.total("Inbox"), desk.total("Trash")), (6, 4));
    desk.press("u");
    assert_eq!((desk.total("Inbox"), desk.total("Trash")), (10, 0));
    assert_eq!(desk.rows().len(), FOLDED.len());

    desk.press("gg j U");
    assert_eq!(desk.rows()[1], ">f4 0/4");
    desk.press("U");
    assert_eq!(desk.rows()[1], ">f4* 4/4");
    desk.press("*");
    let flagged = |desk: &Desk| {
        let query = poptui::query::Query::parse("is:flagged", &jiff::ZonedDateTime::default());
        desk.store
            .read_now(move |reader| reader.count(&query))
            .expect("reads")
    };
    assert_eq!(flagged(&desk), 4);
    desk.press("u");
    assert_eq!(flagged(&desk), 0);
}

#[test]
fn marks_on_folded_threads_and_on_mails_go_together() {
    let mut desk = Desk::in_threads();
    desk.press("Space Space G Space a");
    assert_eq!(desk.said(), "Archived 6 messages — u undo");
    assert_eq!(desk.rows(), ["p3* 2/2", "r*", ">q1*"]);
    desk.press("u gg Space j j V a");
    assert_eq!(desk.total("Archive"), 8, "from the invoice to the week");
}

#[test]
fn one_mail_of_an_unfolded_thread_goes_alone_and_those_below_it_move_up() {
    let mut desk = Desk::in_threads();
    desk.press("j za k k d");
    assert_eq!(desk.said(), "Deleted 1 message — u undo");
    let rows = ["b*", "f1*", ">.f3*", ".f4*", "p3* 2/2", "r*", "q1*", "m*"];
    assert_eq!(desk.rows(), rows, "its answer is below the first now");
    desk.press("u");
    assert_eq!(desk.rows()[2..4], [">.f2*", "..f3*"]);
}

#[test]
fn new_mail_lifts_its_thread_and_the_cursor_stays_where_it_is() {
    let mut desk = Desk::in_threads();
    desk.press("j j j");
    desk.receive(("Ada Lovelace", "q2", "<q1>", "Re: Quarterly numbers"));
    assert_eq!(
        desk.rows(),
        ["new* 2/2", "b*", "f4* 4/4", "p3* 2/2", ">r*", "m*"]
    );
    desk.press("j k k");
    desk.receive(("Eve", "p4", "<p3>", "Re: Plans for the new office"));
    assert_eq!(
        desk.rows(),
        [">p3* 3/3", "new* 2/2", "b*", "f4* 4/4", "r*", "m*"],
        "the row shows the mail it did, in the place of its thread"
    );
    desk.press("j");
    desk.receive(("Rust Weekly", "r2", "", "This Week in Rust 679"));
    assert_eq!(
        desk.rows(),
        ["new*", "new* 3/3", ">new* 2/2", "b*", "f4* 4/4", "r*", "m*"]
    );
}

#[test]
fn what_came_since_a_thread_was_on_the_screen_stays() {
    let mut desk = Desk::in_threads();
    desk.press("j");
    desk.store(("Bob", "f5", "<f4>", "Re: Flight to Oslo"));
    desk.press("d");
    assert_eq!(desk.said(), "Deleted 4 messages — u undo");
    assert_eq!(desk.rows()[0], "new*");
    assert_eq!(desk.total("Trash"), 4);
}

#[test]
fn the_next_unread_mail_is_shown_within_its_thread() {
    let mut desk = Desk::in_threads();
    desk.press("U j za U k U k k U za j U j U j U j U gg");
    assert_eq!(desk.rows()[..2], [">b", "f4* 1/4"]);
    desk.press("Tab");
    let rows = ["b", "f1", ">.f2*", "..f3", ".f4"];
    assert_eq!(desk.rows()[..5], rows);
}

#[test]
fn threads_at_every_size() {
    for (width, height) in [(80, 24), (120, 40), (200, 50), (40, 10)] {
        let mut desk = Desk::new(width, height);
        desk.press("zt gg j za U gg");
        assert_golden(
            &format!("screens/threads-{width}x{height}.txt"),
            &desk.screen(),
        );
        desk.press("zR G k k");
        assert_golden(
            &format!("screens/unfolded-{width}x{height}.txt"),
            &desk.screen(),
        );
    }
}
