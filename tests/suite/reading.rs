//! Getting about in an open mail: searching it, its thread, and what stays on top when it is laid out anew.

use poptui::app::Event;
use poptui::app::effect::Effect;
use poptui::app::event::Size;
use poptui::app::find::Found;
use poptui::app::remembered::PARTS;
use poptui::mail::{Completeness, MessageId};

use crate::support::fake::{ARCHIVE, INBOX, Letter, World};
use crate::support::golden::assert_golden;

const LETTER: Letter = Letter {
    from: "Ada Lovelace <ada@example.org>",
    subject: "Notes",
    age: 21,
    unread: false,
    flagged: false,
    body: "",
};

fn texts(numbers: std::ops::Range<usize>, text: impl Fn(usize) -> String) -> String {
    numbers.map(text).collect::<Vec<_>>().concat()
}

/// Fifty numbered paragraphs, a long quote with a needle in it, and fifty more.
fn long_body() -> &'static str {
    let paragraph = |number: usize| {
        let words = "some more words ".repeat(9);
        format!("Paragraph {number} is about the café and {words}\r\n\r\n")
    };
    let paragraphs = |from| texts(from..from + 50, paragraph);
    let quote = texts(0..30, |line| match line {
        20 => "> quoted line 20 with a needle\r\n".to_owned(),
        _ => format!("> quoted line {line}\r\n"),
    });
    let body = format!(
        "{}{quote}\r\n{}The needle again.\r\n",
        paragraphs(0),
        paragraphs(50)
    );
    Box::leak(body.into_boxed_str())
}

fn long(width: u16, height: u16) -> World {
    let letter = Letter {
        body: long_body(),
        ..LETTER
    };
    let mut world = World::new(width, height, &[letter]);
    world.press("Enter");
    world
}

/// The first row of the mail on the screen.
fn top(world: &World) -> String {
    let open = world.model.reader.open().unwrap();
    let rows = open
        .shown()
        .unwrap()
        .document
        .rows(open.scroll()..open.scroll() + 1);
    rows.first()
        .map(poptui::mail::Line::text)
        .unwrap_or_default()
}

fn count(world: &World) -> String {
    world
        .model
        .reader
        .open()
        .unwrap()
        .find
        .as_ref()
        .unwrap()
        .count()
}

fn typed(world: &World) -> &str {
    let open = world.model.reader.open().unwrap();
    open.find.as_ref().unwrap().typed()
}

fn scroll(world: &World) -> usize {
    world.model.reader.open().unwrap().scroll()
}

#[test]
fn a_search_goes_along_as_it_is_typed_and_round_at_its_ends() {
    let mut world = long(80, 24);
    world.press("/");
    world.type_text("paragraph 9");
    assert_eq!(count(&world), "1/11", "9 and 90 to 99");
    world.type_text("9");
    assert_eq!(count(&world), "1/1");
    assert!(world.screen().contains("Paragraph 99"));
    world.press("Backspace Enter n");
    assert_eq!(count(&world), "2/11");
    assert!(
        world.screen().contains("2/11 “paragraph 9”"),
        "{}",
        world.screen()
    );
    world.press("N N");
    assert_eq!(count(&world), "11/11");
    assert!(world.said().contains("last again"), "{}", world.said());
    world.press("n");
    assert_eq!(count(&world), "1/11");
    assert!(world.said().contains("first again"), "{}", world.said());
}

#[test]
fn the_top_of_a_mail_as_it_came_is_the_top_of_it_as_it_is_rendered() {
    let head = "From: Ada Lovelace <ada@example.org>\r\nTo: Jane Roe <jane@example.org>\r\n";
    let lines = "line\r\n".repeat(60);
    let letter = Letter {
        body: Box::leak(format!("{lines}{head}{lines}").into_boxed_str()),
        ..LETTER
    };
    let mut world = World::new(80, 24, &[letter]);
    world.press("Enter zr zr");
    let open = world.model.reader.open().unwrap();
    assert_eq!(open.scroll(), 0, "{}", world.screen());
}

#[test]
fn the_cursor_goes_through_the_fields_of_the_search_and_of_a_popup() {
    let mut world = long(80, 24);
    world.press("/");
    world.type_text("aragrph 99");
    world.press("Home");
    world.type_text("p");
    world.press("→ → → → →");
    world.type_text("a");
    assert_eq!(typed(&world), "paragraph 99");
    assert_eq!(count(&world), "1/1");
    world.press("← ← Alt-f Alt-f");
    assert_eq!(count(&world), "1/1", "moving about is no other search");
    world.press("^W");
    assert_eq!(typed(&world), "paragraph ");
    world.press("Esc s");
    world.type_text("Travl");
    world.press("← e");
    assert!(
        world.screen().contains("Find: Travel"),
        "{}",
        world.screen()
    );
    world.press("End");
    assert!(
        world.screen().contains("Find: Travel▏"),
        "{}",
        world.screen()
    );
}

#[test]
fn the_hints_in_a_field_say_what_its_keys_do_there() {
    let hints = |world: &World| world.screen().lines().last().unwrap().to_owned();
    let mut world = long(80, 24);
    world.press("/");
    let said = hints(&world);
    assert!(said.contains("Enter stay here  ↓ next hit"), "{said}");
    assert!(!said.contains("choose"), "{said}");
    world.press("Esc s");
    let said = hints(&world);
    assert!(
        said.contains("Enter choose") && !said.contains("^S"),
        "{said}"
    );
}

#[test]
fn a_hit_in_what_was_laid_out_while_the_rest_was_searched_is_gone_to() {
    let mut world = long(80, 24);
    world.hold();
    world.press("/");
    world.type_text("needle");
    let ticket = world
        .waiting()
        .iter()
        .rev()
        .find_map(|effect| match effect {
            Effect::Find { ticket, .. } => Some(*ticket),
            _ => None,
        });
    let found = Found {
        hits: Vec::new(),
        searched: 10,
        done: true,
    };
    let ticket = ticket.expect("a search");
    world.tell(Event::Found { ticket, found });
    world.release();
    assert_eq!(count(&world), "1/2");
    assert!(scroll(&world) > 0);
}

#[test]
fn a_mail_opens_where_it_was_left_at_any_width() {
    let mut world = long(120, 40);
    world.press("/");
    world.type_text("Paragraph 70");
    world.press("Enter");
    while !top(&world).starts_with("Paragraph 70") {
        world.press("j");
    }
    let at_120 = scroll(&world);
    world.press("q");
    world.tell(Event::Resize(Size {
        width: 46,
        height: 24,
    }));
    world.press("Enter");
    assert!(top(&world).starts_with("Paragraph 70"), "{}", top(&world));
    assert!(scroll(&world) > at_120 + 50, "there are more rows above it");
    world.press("zr q");
    world.tell(Event::Resize(Size {
        width: 120,
        height: 40,
    }));
    world.press("Enter");
    assert!(
        top(&world).starts_with("Paragraph 70"),
        "the raw view is no place in the mail"
    );
}

#[test]
fn leaving_the_field_goes_back_and_its_text_is_searched_for_again_later() {
    let mut world = long(80, 24);
    world.press("^D ^D");
    let before = scroll(&world);
    world.press("/");
    world.type_text("paragraph 40");
    assert_ne!(scroll(&world), before);
    world.press("Esc");
    assert_eq!(scroll(&world), before);
    assert!(world.model.reader.open().unwrap().find.is_none());
    world.press("n");
    assert_eq!(count(&world), "1/1");
    assert!(world.screen().contains("Paragraph 40"));
}

#[test]
fn what_is_typed_or_pasted_into_the_field_is_no_key() {
    let mut world = long(80, 24);
    world.press("n");
    assert!(world.said().contains("Nothing was searched for yet"));
    world.press("/");
    world.type_text("dq?");
    world.tell(Event::Paste("Q\r\nd".to_owned()));
    assert_eq!(typed(&world), "dq?Q");
    assert_eq!(world.folder_of(MessageId(1)), INBOX);
    world.press("^U");
    world.type_text("two words");
    world.press("^W");
    assert_eq!(typed(&world), "two ");
    world.press("^U Enter");
    assert!(world.model.reader.open().unwrap().find.is_none());
    world.press("/");
    world.type_text("nowhere");
    world.press("Enter");
    assert!(
        world.said().contains("“nowhere” is not in this mail"),
        "{}",
        world.said()
    );
}

#[test]
fn lower_case_letters_find_all_and_a_capital_counts() {
    let mut world = long(80, 24);
    world.press("/");
    world.type_text("CAFE");
    assert_eq!(count(&world), "not found");
    world.press("^U");
    world.type_text("cafe");
    assert_eq!(count(&world), "1/100");
}

#[test]
fn a_hit_in_a_folded_quote_opens_it() {
    let mut world = long(80, 24);
    world.press("/");
    world.type_text("needle");
    assert_eq!(count(&world), "1/2");
    assert!(
        world.screen().contains("▸ 30 quoted lines"),
        "{}",
        world.screen()
    );
    world.press("Enter");
    assert_eq!(count(&world), "1/2");
    assert!(
        world.screen().contains("quoted line 20 with a needle"),
        "{}",
        world.screen()
    );
    world.press("n");
    assert!(
        world.screen().contains("The needle again."),
        "{}",
        world.screen()
    );
}

#[test]
fn hits_of_other_text_are_dropped_and_a_search_that_nobody_waits_for_ends() {
    let mut world = long(80, 24);
    world.press("/");
    world.hold();
    world.type_text("xy");
    let asked: Vec<_> = world
        .waiting()
        .iter()
        .filter_map(|effect| match effect {
            Effect::Find { ticket, typed, .. } => Some((*ticket, typed.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(
        asked
            .iter()
            .map(|(_, typed)| typed.as_str())
            .collect::<Vec<_>>(),
        ["x", "xy"]
    );
    let late = Found {
        hits: Vec::new(),
        searched: 5,
        done: true,
    };
    world.tell(Event::Found {
        ticket: asked[0].0,
        found: late,
    });
    assert_eq!(count(&world), "0…", "the latter still runs");
    world.press("Esc");
    assert_eq!(world.waiting().last(), Some(&Effect::StopFinding));
}

#[test]
fn what_is_on_top_stays_there_at_another_width_and_when_quotes_open() {
    let mut world = long(80, 24);
    world.press("/");
    world.type_text("paragraph 70");
    world.press("Enter");
    for _ in 0..9 {
        world.press("j");
        if top(&world).starts_with("Paragraph") {
            break;
        }
    }
    let before = top(&world);
    let words = before.split(' ').take(2).collect::<Vec<_>>().join(" ");
    assert!(words.starts_with("Paragraph"), "{before}");
    let rows = scroll(&world);
    for (width, height) in [(60, 24), (100, 24), (40, 10), (80, 24)] {
        world.tell(Event::Resize(Size { width, height }));
        assert!(top(&world).starts_with(&words), "{width}: {}", top(&world));
    }
    world.press("zq");
    assert!(top(&world).starts_with(&words), "{}", top(&world));
    assert_eq!(scroll(&world), rows + 29, "the quote above is open");
    world.press("zq");
    assert_eq!(scroll(&world), rows);
}

#[test]
fn the_other_text_of_a_mail_is_shown_at_the_same_words_and_kept_for_its_sender() {
    let paragraphs = |open: &str, close: &str| {
        let point =
            |number| format!("{open}Point {number} of the agenda, told at length.{close}\r\n");
        texts(0..60, point)
    };
    let body = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\n{}\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Greetings</p>{}\r\n--b--\r\n",
        paragraphs("", "\r\n"),
        paragraphs("<p>", "</p>"),
    );
    let mut world = World::new(80, 24, &[LETTER]);
    world.rewrite(1, &format!("From: ada@example.org\r\nSubject: Both\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n{body}"));
    world.press("Enter ^D ^D ^D");
    while top(&world).is_empty() {
        world.press("j");
    }
    let before = top(&world);
    world.press("zh");
    assert!(world.screen().contains("Point"));
    assert_eq!(top(&world), before);
    let kept = Effect::RememberOf {
        kind: PARTS,
        name: "ada@example.org".to_owned(),
        value: "html".to_owned(),
    };
    assert_eq!(world.asked, [kept]);
}

#[test]
fn a_thread_is_followed_through_all_folders() {
    let letter = |subject, age| Letter {
        subject,
        age,
        ..LETTER
    };
    let letters = [
        letter("Flight to Oslo", 90),
        letter("Other", 60),
        letter("Re: Flight to Oslo", 30),
        letter("Re: Flight to Oslo", 10),
    ];
    let mut world = World::new(80, 24, &letters);
    world.put_into(3, ARCHIVE);
    world.press("G Enter [");
    assert!(
        world.said().contains("the first mail of its thread"),
        "{}",
        world.said()
    );
    world.press("]");
    assert_eq!(world.model.reader.open().unwrap().id, MessageId(3));
    assert!(world.said().contains("lies in Archive"), "{}", world.said());
    world.press("]");
    assert_eq!(world.model.reader.open().unwrap().id, MessageId(4));
    world.press("]");
    assert!(
        world.said().contains("the last mail of its thread"),
        "{}",
        world.said()
    );
}

#[test]
fn the_files_of_a_mail_of_which_only_the_head_is_here_are_not_offered() {
    let mut world = World::new(80, 24, &[LETTER]);
    world.change(1, |row| row.completeness = Completeness::Head);
    world.press("Enter");
    for key in ["w", "W"] {
        world.press(key);
        assert!(
            world.said().contains("F fetches the rest"),
            "{}",
            world.said()
        );
        assert!(world.model.popup.is_none());
    }
    assert!(
        !world
            .asked
            .iter()
            .any(|effect| matches!(effect, Effect::Save { .. }))
    );
}

#[test]
fn searches_as_they_look() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut world = long(width, height);
        world.press("/");
        world.type_text("paragraph 4");
        let name = |what| format!("screens/{what}-{width}x{height}.txt");
        assert_golden(&name("find"), &world.screen());
        world.press("Enter n");
        assert_golden(&name("found"), &world.screen());
    }
}

#[test]
fn hits_are_marked_where_they_are() {
    use ratatui::style::Modifier;
    let mut world = long(80, 24);
    world.press("/");
    world.type_text("more words some");
    let cells = world.cells();
    let marked = |cell: &&ratatui::buffer::Cell| cell.modifier.contains(Modifier::REVERSED);
    let text: String = cells
        .content()
        .iter()
        .filter(marked)
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    assert!(
        text.starts_with("morewordssomemorewordssome"),
        "over the ends of rows, too: {text}"
    );
    assert_eq!(text.replace("morewordssome", ""), "", "{text}");
}
