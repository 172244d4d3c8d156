//! What a mail does to be taken for another: links and names that say one thing and are another, seen on the screen.

use poptui::app::effect::{Effect, Piece};
use poptui::app::event::Inspected;
use poptui::mail::{SafeText, danger};
use poptui::ui;

use crate::support::fake::World;

/// Opens a page.
fn page(html: &str) -> World {
    let mail = format!(
        "From: eve@evil.example\r\nSubject: Page\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}"
    );
    let mut world = World::new(80, 24, &[]);
    world.arrive_as("Page", mail.as_bytes());
    world.press("Enter");
    world.asked.clear();
    world
}

fn has_followed(world: &World) -> bool {
    let is_follow = |effect: &Effect| matches!(effect, Effect::Follow(_));
    world.asked.iter().any(is_follow)
}

#[test]
fn a_link_is_asked_about_if_any_of_its_texts_says_another_host() {
    for html in [
        "<a href=https://evil.example/>here</a> or <a href=https://evil.example/>www.bank.example</a>",
        "https://evil.example/ or <a href=https://evil.example/>www.bank.example</a>",
        "<a href=https://evil.example/>Sign in at https://bank.example/login, please</a>",
        "<a href=https:///evil.example/>(bank.com)</a>",
        "<a href=https://evil.example/>help@bank.example</a>",
        "<a href=mailto:eve@evil.example>help@bank.example</a>",
    ] {
        let mut world = page(html);
        assert_eq!(ui::links(&world.model), [], "a click asks nothing: {html}");
        world.press("o 1 Enter");
        let screen = world.screen();
        assert!(screen.contains("The text says "), "{html}\n{screen}");
        assert!(!has_followed(&world), "{html}");
    }
}

#[test]
fn a_host_too_long_to_be_read_is_asked_about_with_its_end_in_sight() {
    let host = format!(
        "bank.example.{}.{}.evil.example",
        "a".repeat(60),
        "b".repeat(60)
    );
    let mut world = page(&format!("<a href=https://{host}/>here</a>"));
    assert_eq!(ui::links(&world.model), []);
    world.press("o 1 Enter");
    let screen = world.screen();
    let title = screen
        .lines()
        .find(|line| line.contains("Open bank.example"));
    assert!(
        title.is_some_and(|title| title.contains("evil.example?")),
        "{screen}"
    );
    assert!(!has_followed(&world));
}

#[test]
fn the_end_of_a_name_is_seen_wherever_the_name_is() {
    let name = format!("invoice.pdf{}{}.exe", " ".repeat(150), "x".repeat(50));
    let mail = format!(
        "From: eve@evil.example\r\nSubject: Files\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n\
         --b\r\nContent-Type: application/pdf; name=\"{name}\"\r\nContent-Disposition: attachment\r\n\r\nMZ\r\n--b--\r\n"
    );
    let mut world = World::new(80, 24, &[]);
    let id = world.arrive_as("Files", mail.as_bytes());
    world.press("Enter");
    let row = |world: &World, start: &str| {
        let screen = world.screen();
        let row = screen.lines().find(|line| line.contains(start));
        row.unwrap_or_else(|| panic!("{start}\n{screen}"))
            .to_owned()
    };
    let foot = row(&world, "+ [1] invoice.pdf");
    assert!(foot.contains("xxx.exe"), "{foot}");
    world.press("Enter");
    let picker = row(&world, "▌[1]");
    assert!(picker.contains("xxx.exe"), "{picker}");
    world.press("Enter");
    let ticket = world.asked.iter().rev().find_map(|effect| match effect {
        Effect::OpenFile { ticket, .. } => Some(*ticket),
        _ => None,
    });
    let found = Inspected::Danger {
        piece: Piece::Attachment(0),
        name: SafeText::new(&name),
        danger: danger(&name, "application/pdf", b"MZ"),
    };
    world.tell(poptui::app::Event::Inspected {
        ticket: ticket.expect("was asked"),
        id,
        result: Ok(found),
    });
    let title = row(&world, "Open invoice.pdf");
    assert!(title.contains("xxx.exe?"), "{title}");
}
