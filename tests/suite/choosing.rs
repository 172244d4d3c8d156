//! Popups to choose from and pages to read: the ways out, what counts in an address, and small screens.

use poptui::mail::host_within;
use ratatui::style::Modifier;

use crate::support::fake::{Letter, World};

const LETTER: Letter = Letter {
    from: "Ada Lovelace <ada@example.org>",
    subject: "Notes",
    age: 21,
    unread: false,
    flagged: false,
    body: "See https://bank.example@evil.example/a and http://docs.example/b.\r\n",
};

fn world(width: u16, height: u16) -> World {
    World::new(width, height, &[LETTER])
}

#[test]
fn the_key_that_leaves_closes_what_is_chosen_from_until_something_is_typed() {
    for (open, title) in [("?", "Help"), ("o", "Open which link")] {
        let mut world = world(80, 24);
        world.press("Enter");
        world.press(open);
        assert!(world.screen().contains(title), "{}", world.screen());
        world.press("q");
        assert!(world.model.popup.is_none(), "{open} q");
        world.press(open);
        world.type_text("e");
        world.press("q");
        let popup = world.model.popup.as_ref().expect(title);
        assert_eq!(
            popup.filter.text(),
            "eq",
            "where something is typed it is a letter"
        );
    }
}

#[test]
fn where_a_name_is_typed_every_letter_is_one() {
    let mut world = world(80, 24);
    world.press("s");
    world.type_text("q");
    assert_eq!(world.model.popup.as_ref().unwrap().filter.text(), "q");
}

#[test]
fn the_host_of_an_address_is_found_wherever_it_stands() {
    for (address, host) in [
        ("https://bank.example@evil.example/a", Some("evil.example")),
        (
            "https://u:p@evil.example:8443/@bank.example",
            Some("evil.example"),
        ),
        ("http://EVIL.example?x=@bank.example", Some("EVIL.example")),
        ("http://evil.example\\@bank.example/", Some("evil.example")),
        ("http://[::1]:80/", Some("[::1]")),
        ("http://bücher.example/", None),
        ("http://2130706433/", None),
        ("mailto:a@b.example", None),
        ("nothing", None),
    ] {
        let found = host_within(address).map(|place| &address[place]);
        assert_eq!(found, host, "{address}");
    }
}

#[test]
fn among_the_links_the_real_host_stands_out() {
    let mut world = world(80, 24);
    world.press("Enter o");
    let buffer = world.cells();
    let mut strong = Vec::new();
    for y in 0..24 {
        let row: Vec<_> = (0..80).map(|x| &buffer[(x, y)]).collect();
        if row.iter().any(|cell| cell.symbol() == "]") {
            let bold = row
                .iter()
                .filter(|cell| cell.modifier.contains(Modifier::BOLD));
            strong.push(bold.map(|cell| cell.symbol()).collect::<String>());
        }
    }
    assert!(
        strong[0].ends_with("evil.example") && !strong[0].contains("bank"),
        "{strong:?}"
    );
    assert!(strong[1].ends_with("docs.example"), "{strong:?}");
}

#[test]
fn facts_are_whole_on_a_small_screen_and_the_help_is_named_there() {
    let mut world = world(40, 12);
    let last = world.screen().lines().last().unwrap().to_owned();
    assert!(last.contains("? help"), "{last}");
    world.press("Enter");
    let last = world.screen().lines().last().unwrap().to_owned();
    assert!(last.contains("? help"), "{last}");
    let fact =
        "A sentence about where this mail comes from that is far too long for a row of forty cells";
    let origin = poptui::mail::Origin {
        sections: vec![poptui::mail::OriginSection {
            title: "Way",
            rows: vec![
                ("Said".into(), fact.into()),
                ("Then".into(), "short".into()),
            ]
            .into_iter()
            .map(|(name, value): (String, String)| {
                (
                    poptui::mail::SafeText::new(&name),
                    poptui::mail::SafeText::new(&value),
                )
            })
            .collect(),
        }],
        ..poptui::mail::Origin::default()
    };
    let sheet = poptui::app::sheet::Sheet::of_origin(&origin, None);
    let kind = poptui::app::popup::Kind::Sheet(std::sync::Arc::new(sheet));
    world.model.popup = Some(poptui::app::popup::Popup::new(kind));
    let screen = world.screen();
    let inside = screen.lines().filter_map(|row| row.split('│').nth(1));
    let words: Vec<&str> = inside
        .flat_map(str::split_whitespace)
        .filter(|word| *word != "▌")
        .collect();
    assert!(words.join(" ").contains(fact), "{screen}");
    world.press("j");
    assert!(
        world.screen().contains("▌Then") || world.screen().contains("▌ Then"),
        "{}",
        world.screen()
    );
}
