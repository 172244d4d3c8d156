//! Acting on a mail: links, files, mailing lists, parts, copying. Told to the mind; what it asks of the outside is read.

use poptui::app::Event;
use poptui::app::effect::{Copied, Effect, Inspect, Piece};
use poptui::app::event::{Inspected, Ticket};
use poptui::app::model::Focus;
use poptui::app::sheet::Sheet;
use poptui::mail::{Danger, Message, MessageId, Origin, SafeText, danger, words};

use crate::support::fake::World;
use crate::support::golden::assert_golden;

/// A mail with links of every kind, files, and a mailing list.
const MAIL: &str = "From: \"Bank\" <news@shop.example>\r\nTo: Jane Roe <jane@example.org>\r\nSubject: Your account\r\n\
    Date: Mon, 23 Nov 2026 14:02:00 +0000\r\nMessage-ID: <1@shop.example>\r\nReply-To: <reply@other.example>\r\n\
    Received: from mail.shop.example (mail.shop.example [192.0.2.7]) by mx.example.org; Mon, 23 Nov 2026 14:02:09 +0000\r\n\
    Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=shop.example; dkim=fail header.d=shop.example\r\n\
    List-Id: News of the shop <news.shop.example>\r\n\
    List-Unsubscribe: <https://shop.example/leave?u=1>, <mailto:leave@shop.example?subject=leave>\r\n\
    List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nList-Archive: <https://shop.example/archive>\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <p>Dear Jane,</p><p>Sign in at <a href=\"https://evil.example/login\">https://bank.example/login</a> today,\
    or read <a href=\"https://docs.example/terms\">the terms</a>.</p>\
    <p>Or <a href=\"http://192.168.0.1/admin\">your router</a>, or \
    <a href=\"https://xn--80ak6aa92e.example/\">a shop</a>.</p>\r\n\
    --b\r\nContent-Type: application/pdf; name=\"invoice.pdf\"\r\nContent-Disposition: attachment\r\n\r\n%PDF-1.7\r\n\
    --b\r\nContent-Type: application/octet-stream; name=\"update.sh\"\r\nContent-Disposition: attachment\r\n\r\n#!/bin/sh\r\n\
    --b--\r\n";

/// Opens [`MAIL`].
fn world_of(width: u16, height: u16) -> (World, MessageId) {
    let mut world = World::new(width, height, &[]);
    let id = world.arrive_as("Your account", MAIL.as_bytes());
    world.press("Enter");
    world.asked.clear();
    (world, id)
}

fn world() -> (World, MessageId) {
    world_of(80, 24)
}

/// Opened at both sizes; the screens are compared with golden files.
fn at_both_sizes(name: &str, steps: impl Fn(&mut World, MessageId)) {
    for (width, height) in [(80, 24), (120, 40)] {
        let (mut world, id) = world_of(width, height);
        steps(&mut world, id);
        let name = format!("screens/{name}-{width}x{height}.txt");
        assert_golden(&name, &world.screen());
    }
}

#[test]
fn a_mail_that_is_still_being_opened_can_be_asked_about() {
    let mut world = World::new(80, 24, &[]);
    let id = world.arrive_as("Your account", MAIL.as_bytes());
    world.hold();
    world.press("Enter o");
    assert!(
        world.said().contains("still being opened"),
        "{}",
        world.said()
    );
    world.press("v");
    let asks = |effect: &Effect| matches!(effect, Effect::Inspect { id: of, .. } if *of == id);
    assert!(world.waiting().iter().any(asks), "{:?}", world.waiting());
}

#[test]
fn the_hints_of_a_popup_name_what_can_be_done_with_its_rows() {
    let hints = |world: &World| world.screen().lines().last().unwrap().to_owned();
    let (mut world, _) = world();
    world.press("w");
    let said = hints(&world);
    assert!(said.contains("^Y copy  ^S save  | pipe"), "{said}");
    assert!(
        world.screen().contains("Enter save · | pipe"),
        "{}",
        world.screen()
    );
    world.press("Esc o");
    let said = hints(&world);
    assert!(said.contains("^Y copy") && !said.contains("^S"), "{said}");
}

/// The addresses that were handed to the opener.
fn followed(world: &World) -> Vec<&str> {
    let uri = |effect: &'_ Effect| match effect {
        Effect::Follow(target) => Some(target.uri().to_owned().leak() as &str),
        _ => None,
    };
    world.asked.iter().filter_map(uri).collect()
}

fn copied(world: &World) -> Vec<&str> {
    let text = |effect: &'_ Effect| match effect {
        Effect::Copy(text) => Some(text.clone().leak() as &str),
        _ => None,
    };
    world.asked.iter().filter_map(text).collect()
}

/// Answers the last question about a mail.
fn answer(world: &mut World, id: MessageId, inspected: Inspected) {
    let ticket = |effect: &Effect| match effect {
        Effect::Inspect { ticket, .. } | Effect::OpenFile { ticket, .. } => Some(*ticket),
        _ => None,
    };
    let ticket = world
        .asked
        .iter()
        .rev()
        .find_map(ticket)
        .expect("was asked");
    world.tell(Event::Inspected {
        ticket,
        id,
        result: Ok(inspected),
    });
}

fn origin() -> Origin {
    Origin::of(&Message::read(MAIL.as_bytes()), &jiff::tz::TimeZone::UTC)
}

fn parts() -> Inspected {
    let message = Message::read(MAIL.as_bytes());
    let row = |part: &&poptui::mail::Part| {
        let text = format!("{}   {}", part.media_type, words::octets(part.size as u64));
        (SafeText::new(&part.path), SafeText::new(&text))
    };
    Inspected::Parts(message.tree().iter().map(row).collect())
}

#[test]
fn a_plain_link_opens_by_its_number_and_enter() {
    let (mut world, _) = world();
    world.press("o 2 Enter");
    assert_eq!(followed(&world), ["https://docs.example/terms"]);
    assert_eq!(world.said(), "Opening docs.example");
    world.press("o");
    world.type_text("terms");
    world.press("Enter");
    assert_eq!(followed(&world).len(), 2, "letters choose as well");
}

#[test]
fn a_link_that_says_another_host_is_asked_about_and_opens_only_after_a_yes() {
    let (mut world, _) = world();
    world.press("o 1 Enter");
    let screen = world.screen();
    for text in [
        "Open evil.example?",
        "The text says bank.example, the link goes to evil.example.",
    ] {
        assert!(screen.contains(text), "{text}\n{screen}");
    }
    world.press("n");
    assert!(followed(&world).is_empty());
    world.press("o 1 Enter Enter");
    assert!(followed(&world).is_empty(), "Enter alone means no");
    world.press("o 1 Enter y");
    assert_eq!(followed(&world), ["https://evil.example/login"]);
}

#[test]
fn a_host_nearby_and_a_lookalike_are_asked_about() {
    let (mut world, _) = world();
    world.press("o 3 Enter");
    assert!(world.screen().contains("not the web"), "{}", world.screen());
    world.press("n o 4 Enter");
    let screen = world.screen();
    assert!(
        screen.contains("xn--80ak6aa92e.example spells аррӏе.example"),
        "{screen}"
    );
    world.press("Esc");
    assert!(followed(&world).is_empty());
}

#[test]
fn a_link_is_copied_out_of_the_picker() {
    let (mut world, _) = world();
    world.press("o 1 ^Y");
    assert_eq!(copied(&world), ["https://evil.example/login"]);
    assert!(world.model.popup.is_some(), "the picker stays");
    world.press("Esc yl 2 Enter");
    assert_eq!(copied(&world)[1], "https://docs.example/terms");
    assert_eq!(world.said(), "Copied the link");
}

#[test]
fn copying_takes_the_paragraph_at_the_top_without_the_head() {
    let (mut world, id) = world();
    world.press("yp");
    assert_eq!(copied(&world).len(), 1);
    assert!(!copied(&world)[0].contains("From"), "{:?}", copied(&world));
    world.press("ya yi yt");
    for what in [Copied::Sender, Copied::MessageId, Copied::Text] {
        let effect = Effect::CopyOf { id, what };
        assert!(world.asked.contains(&effect), "{what:?}");
    }
    world.tell(Event::Copied {
        what: Copied::Sender,
        result: Ok("news@shop.example".to_owned()),
    });
    assert_eq!(copied(&world)[1], "news@shop.example");
    assert_eq!(world.said(), "Copied the sender's address");
    world.tell(Event::Copied {
        what: Copied::Text,
        result: Ok("x".repeat(80_000)),
    });
    assert_eq!(copied(&world).len(), 2, "more than a terminal takes");
    assert!(
        world
            .said()
            .starts_with("The text of this mail is too long")
    );
}

#[test]
fn an_attachment_is_chosen_for_opening_saving_and_piping() {
    let (mut world, id) = world();
    world.press("Enter Enter");
    let first = Piece::Attachment(0);
    assert!(matches!(
        world.asked.last(),
        Some(Effect::OpenFile { piece, sure: false, .. }) if *piece == first
    ));
    world.press("w ↓ Enter");
    let second = Some(Piece::Attachment(1));
    assert_eq!(
        world.asked.last(),
        Some(&Effect::Save { id, piece: second })
    );
    world.press("W");
    assert_eq!(world.asked.last(), Some(&Effect::Save { id, piece: None }));
    world.press("Enter ^S");
    let piece = Some(first);
    assert_eq!(world.asked.last(), Some(&Effect::Save { id, piece }));
    world.press("| Enter");
    world.type_text("grep -i 'a | b'");
    world.press("Enter");
    let command = ["grep", "-i", "a | b"].map(str::to_owned).to_vec();
    let piece = first;
    assert_eq!(
        world.asked.last(),
        Some(&Effect::Pipe { id, piece, command })
    );
}

#[test]
fn what_another_program_left_on_the_terminal_is_drawn_over() {
    let silent = || Event::Piped(Ok(Sheet::of_text("true: done", "")));
    let failed = || Event::Ended(Err(SafeText::new("x did not open it")));
    for told in [Event::Ended(Ok(())), failed(), silent()] {
        let (mut world, _) = world();
        world.tell(told);
        assert_eq!(world.asked, [Effect::Redraw]);
    }
    let (mut world, _) = world();
    world.tell(failed());
    assert_eq!(world.said(), "x did not open it");
}

#[test]
fn a_quote_that_is_not_closed_runs_nothing() {
    let (mut world, _) = world();
    world.press("| Enter");
    world.type_text("echo 'a");
    assert!(world.screen().contains("A quote is not closed yet."));
    world.press("Enter");
    assert!(world.model.popup.is_some());
    assert!(world.asked.is_empty());
}

#[test]
fn a_file_that_can_act_is_opened_only_after_a_yes_and_a_desktop_file_never() {
    let (mut world, id) = world();
    world.press("Enter ↓ Enter");
    let piece = Piece::Attachment(1);
    let found = |danger| Inspected::Danger {
        piece,
        name: SafeText::new("update.sh"),
        danger,
    };
    let script = danger("update.sh", "text/plain", b"#!/bin/sh\n");
    answer(&mut world, id, found(script));
    assert!(world.screen().contains("Open update.sh?"));
    world.press("n");
    assert!(matches!(
        world.asked.last(),
        Some(Effect::OpenFile { sure: false, .. })
    ));
    world.press("Enter ↓ Enter");
    answer(
        &mut world,
        id,
        found(Danger::Asks(SafeText::new("a script"))),
    );
    world.press("y");
    assert!(matches!(
        world.asked.last(),
        Some(Effect::OpenFile { sure: true, .. })
    ));
    let starter = danger("x.desktop", "text/plain", b"x");
    answer(&mut world, id, found(starter));
    assert!(world.model.popup.is_none());
    assert!(world.said().contains("is not opened from here, only saved"));
}

#[test]
fn a_late_answer_opens_nothing_over_what_is_done_meanwhile() {
    let (mut world, id) = world();
    world.press("i ?");
    answer(&mut world, id, parts());
    assert!(world.screen().contains("Help"), "the help stays");
    world.press("Esc v");
    world.tell(Event::Inspected {
        ticket: Ticket(0),
        id,
        result: Ok(parts()),
    });
    assert!(world.model.popup.is_none(), "another ticket");
    answer(&mut world, MessageId(999), parts());
    assert!(world.model.popup.is_none(), "another mail");
}

#[test]
fn parts_are_viewed_saved_and_piped() {
    let (mut world, id) = world();
    world.press("v");
    answer(&mut world, id, parts());
    world.press("↓ Enter");
    assert!(matches!(
        world.asked.last(),
        Some(Effect::Inspect {
            what: Inspect::Part(1),
            ..
        })
    ));
    world.press("v");
    answer(&mut world, id, parts());
    world.press("↓ ↓ ^S");
    let piece = Some(Piece::Part(2));
    assert_eq!(world.asked.last(), Some(&Effect::Save { id, piece }));
    world.press("v");
    answer(&mut world, id, parts());
    world.press("|");
    assert!(world.screen().contains("Pipe to a command"));
}

#[test]
fn leaving_a_list_is_shown_and_nothing_is_sent_by_itself() {
    let (mut world, id) = world();
    world.press("gu");
    answer(&mut world, id, Inspected::List(origin().list));
    let screen = world.screen();
    for text in [
        "RFC 8058",
        "leave on the web",
        "leave by mail",
        "its archive",
    ] {
        assert!(screen.contains(text), "{text}\n{screen}");
    }
    assert!(followed(&world).is_empty());
    world.press("Enter");
    assert!(world.screen().contains("Open shop.example?"));
    world.press("y");
    assert_eq!(followed(&world), ["https://shop.example/leave?u=1"]);
    world.press("gu");
    answer(&mut world, id, Inspected::List(origin().list));
    world.press("↓ ^Y");
    assert_eq!(copied(&world), ["mailto:leave@shop.example?subject=leave"]);
    world.press("Esc gu");
    answer(&mut world, id, Inspected::List(None));
    assert!(world.said().starts_with("This mail names no mailing list"));
}

#[test]
fn a_bar_is_a_letter_where_there_are_no_files() {
    let (mut world, _) = world();
    world.press("s");
    world.type_text("a|b");
    assert!(world.screen().contains("a|b"), "{}", world.screen());
}

#[test]
fn a_page_is_read_with_the_keys_of_a_mail_and_left_with_q() {
    let (mut world, _) = world();
    let lines: Vec<String> = (1..=90).map(|number| format!("line {number}.")).collect();
    let page = Sheet::of_text("seq: done", &lines.join("\n"));
    let show = |world: &mut World| world.tell(Event::Piped(Ok(page.clone())));
    for key in ["q", "h", "Esc", "^C"] {
        show(&mut world);
        assert!(!world.screen().contains("Find:"), "{}", world.screen());
        world.press(key);
        assert!(world.model.popup.is_none(), "{key}");
        assert_eq!(world.model.focus, Focus::Reader, "{key}");
    }
    for forward in ["Space", "PgDn", "^D", "j"] {
        let mut unseen = lines.clone();
        show(&mut world);
        for _ in 0..90 {
            let screen = world.screen();
            unseen.retain(|line| !screen.contains(line.as_str()));
            world.press(forward);
        }
        assert!(unseen.is_empty(), "{forward}: {unseen:?}");
        world.press("gg");
        assert!(world.screen().contains("line 1."), "{}", world.screen());
        world.press("G k");
        assert!(world.screen().contains("▌  line 89."), "{}", world.screen());
        world.press("q");
    }
    show(&mut world);
    world.press("z d u g");
    let kept = world.screen();
    assert!(kept.contains("line 1.") && kept.contains("g top"), "{kept}");
}

#[test]
fn a_row_of_a_page_is_searched_for_and_letters_are_text_meanwhile() {
    let (mut world, _) = world();
    let lines: Vec<String> = (1..=90).map(|number| format!("quay {number}.")).collect();
    let page = Sheet::of_text("seq: done", &lines.join("\n"));
    world.tell(Event::Piped(Ok(page)));
    world.press("j j /");
    world.type_text("quay 42");
    let screen = world.screen();
    assert!(
        screen.contains("Find: quay 42") && !screen.contains("41."),
        "{screen}"
    );
    world.press("Enter");
    let screen = world.screen();
    assert!(
        screen.contains("▌  quay 42.") && screen.contains("quay 41."),
        "{screen}"
    );
    world.press("/");
    world.type_text("7");
    world.press("Esc");
    assert!(world.screen().contains("▌  quay 42."), "{}", world.screen());
    world.press("Esc");
    assert!(world.model.popup.is_none());
}

#[test]
fn without_an_open_mail_each_key_says_what_to_do() {
    for keys in [
        "o", "w", "W", "|", "v", "i", "gu", "yp", "ya", "yl", "yi", "yt",
    ] {
        let mut world = World::new(80, 24, &[]);
        world.press(keys);
        assert_eq!(world.said(), "Open the mail first (Enter)", "{keys}");
        assert!(world.asked.is_empty(), "{keys}");
    }
}

#[test]
fn the_screens() {
    at_both_sizes("links", |world, _| world.press("o"));
    at_both_sizes("link-question", |world, _| world.press("o 1 Enter"));
    at_both_sizes("attachments", |world, _| world.press("Enter"));
    at_both_sizes("command", |world, _| {
        world.press("| Enter");
        world.type_text("wc -l");
    });
    at_both_sizes("command-output", |world, _| {
        let sheet = Sheet::of_text("wc: ended with status 1", "12\nwc: no\x1b[2J\n");
        world.tell(Event::Piped(Ok(sheet)));
    });
    at_both_sizes("danger", |world, id| {
        world.press("Enter ↓ Enter");
        let danger = danger("update.sh", "text/plain", b"#!/bin/sh\n");
        let (piece, name) = (Piece::Attachment(1), SafeText::new("update.sh"));
        answer(
            world,
            id,
            Inspected::Danger {
                piece,
                name,
                danger,
            },
        );
    });
    at_both_sizes("parts", |world, id| {
        world.press("v");
        answer(world, id, parts());
    });
    at_both_sizes("part-octets", |world, id| {
        world.press("v");
        let sheet = Sheet::of_octets(
            "Part 1.2: application/pdf, 8 B",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        );
        answer(world, id, Inspected::Sheet(sheet));
    });
    at_both_sizes("origin", |world, id| {
        world.press("i");
        let before = SafeText::new("nothing here from news@shop.example: this is the first mail");
        let sheet = Sheet::of_origin(&origin(), Some(&before));
        answer(world, id, Inspected::Sheet(sheet));
    });
    at_both_sizes("mailing-list", |world, id| {
        world.press("gu");
        answer(world, id, Inspected::List(origin().list));
    });
}
