//! The open mail: what is asked for when, and where it is scrolled.

use std::sync::Arc;

use super::*;
use crate::mail::{Document, Line};

fn document(lines: usize) -> Document {
    Document::of(vec![Line::default(); lines])
}

/// A page that was left with this line on top.
fn page(lines: usize, top: usize) -> Shown {
    Shown {
        document: Arc::new(document(lines)),
        attachments: Vec::new(),
        left_at: document(1_000).spot(top),
        sender: None,
        on_server: None,
    }
}

fn opened(lines: usize) -> Reader {
    let mut reader = Reader::default();
    assert!(reader.want(MessageId(1), 80, Ticket(1)).is_some());
    reader.take(Ticket(1), Ok(page(lines, 0)), 1_000);
    reader
}

#[test]
fn the_same_mail_at_the_same_width_is_asked_for_once() {
    let mut reader = opened(5);
    assert!(reader.want(MessageId(1), 80, Ticket(2)).is_none());
    assert!(
        reader.want(MessageId(1), 90, Ticket(3)).is_some(),
        "another width is another page"
    );
    reader.toggle_headers();
    assert!(reader.want(MessageId(1), 90, Ticket(4)).is_some());
    assert!(
        reader.open().unwrap().shown().is_some(),
        "what was there stays until then"
    );
}

#[test]
fn a_late_page_is_dropped() {
    let mut reader = opened(5);
    reader.want(MessageId(2), 80, Ticket(2));
    reader.take(Ticket(1), Ok(page(99, 0)), 0);
    assert!(matches!(reader.open().unwrap().state, State::Loading));
}

#[test]
fn scrolling_stops_at_both_ends_and_a_mail_opens_where_it_was_left() {
    let mut reader = opened(50);
    reader.scroll(1_000, 20);
    assert_eq!(reader.open().unwrap().scroll(), 30);
    assert!(reader.at_end(20));
    reader.scroll(-1_000, 20);
    assert_eq!(reader.open().unwrap().scroll(), 0);
    reader.want(MessageId(2), 80, Ticket(7));
    reader.take(Ticket(7), Ok(page(50, 12)), 0);
    assert_eq!(reader.open().unwrap().scroll(), 12);
}

fn growing(lines: usize, scroll: usize) -> Shown {
    let mut shown = page(lines, scroll);
    Arc::make_mut(&mut shown.document).whole = false;
    shown
}

#[test]
fn a_place_that_is_not_laid_out_yet_is_gone_to_when_it_is() {
    let mut reader = Reader::default();
    reader.want(MessageId(1), 80, Ticket(1));
    reader.take(Ticket(1), Ok(growing(50, 300)), 0);
    reader.keep_within(20);
    assert_eq!(
        reader.open().unwrap().scroll(),
        0,
        "the beginning, until then"
    );
    assert!(!reader.at_end(20));
    assert_eq!(reader.leave(), None, "it would be opened there again");
    reader.take(Ticket(1), Ok(page(400, 300)), 0);
    reader.keep_within(20);
    assert_eq!(reader.open().unwrap().scroll(), 300);
    assert_eq!(reader.leave(), None, "it is there");
}

#[test]
fn the_end_of_a_mail_that_grows_is_followed() {
    let mut reader = Reader::default();
    reader.want(MessageId(1), 80, Ticket(1));
    reader.take(Ticket(1), Ok(growing(400, 0)), 0);
    reader.scroll(isize::MAX / 2, 20);
    assert_eq!(reader.open().unwrap().scroll(), 380);
    reader.take(Ticket(1), Ok(page(1_000, 0)), 0);
    reader.keep_within(20);
    assert_eq!(reader.open().unwrap().scroll(), 980, "the end is the end");
    assert!(reader.at_end(20));
    reader.scroll(-1, 20);
    let left = (MessageId(1), document(1_000).spot(979));
    assert_eq!(reader.leave(), Some(left));
}

#[test]
fn each_wish_for_another_look_asks_anew() {
    let mut reader = opened(5);
    assert_eq!(reader.toggle_part(), None, "there is one text");
    reader.toggle_quotes();
    reader.toggle_wrap();
    let how = reader.want(MessageId(1), 80, Ticket(2)).unwrap();
    assert_eq!((how.quotes, how.wrap), (Quotes::Open, Wrap::Off));
    let mut both = page(5, 0);
    Arc::make_mut(&mut both.document).choice = Some(Preferred::Plain);
    reader.take(Ticket(2), Ok(both), 0);
    assert_eq!(reader.toggle_part(), Some(Preferred::Html));
    let how = reader.want(MessageId(1), 80, Ticket(3)).unwrap();
    assert_eq!(how.part, Preferred::Html);
}

#[test]
fn a_focused_mail_counts_as_read_at_once_and_a_preview_after_a_while() {
    let mut reader = opened(5);
    assert_eq!(reader.now_read(false, 2_000, 2_999), None);
    assert_eq!(reader.now_read(false, 2_000, 3_000), Some(MessageId(1)));
    assert_eq!(reader.now_read(true, 2_000, 3_000), None, "once");
    assert_eq!(opened(5).now_read(true, 2_000, 1_000), Some(MessageId(1)));
}
