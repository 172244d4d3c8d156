//! Screens as text: what the user sees at four sizes, compared with golden files.

use poptui::app::Event;
use poptui::app::event::{News, Progress, Size};
use poptui::app::model::{Look, Screen};
use poptui::mail::SafeText;
use ratatui::buffer::Cell;
use ratatui::style::Color;

use crate::support::fake::{Letter, World, letters};
use crate::support::golden::assert_golden;

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (200, 50), (40, 10)];

/// Takes the same steps at every size and compares each screen.
fn at_every_size(name: &str, steps: impl Fn(&mut World)) {
    for (width, height) in SIZES {
        let mut world = World::new(width, height, &letters());
        steps(&mut world);
        assert_golden(
            &format!("screens/{name}-{width}x{height}.txt"),
            &world.screen(),
        );
    }
}

#[test]
fn the_list() {
    at_every_size("list", |_| {});
}

#[test]
fn an_open_mail() {
    at_every_size("reader", |world| world.press("Enter"));
}

#[test]
fn the_folders() {
    at_every_size("folders", |world| world.press("1"));
}

#[test]
fn the_help() {
    at_every_size("help", |world| world.press("?"));
}

#[test]
fn the_folder_picker() {
    at_every_size("move", |world| {
        world.press("Space Space s");
        world.type_text("tr");
    });
}

#[test]
fn marked_mails() {
    at_every_size("marked", |world| world.press("Space j Space"));
}

#[test]
fn a_fetch_under_way() {
    at_every_size("fetching", |world| {
        world.press("F5");
        let progress = Progress {
            mails: 312,
            mails_total: 540,
            octets: 18_200_000,
            rate: 1.4e6,
            seconds_left: Some(11.0),
        };
        world.tell(Event::Fetch {
            account: 0,
            news: News::Progress(progress),
        });
    });
}

#[test]
fn a_mail_as_it_came() {
    at_every_size("raw", |world| world.press("Enter zr"));
}

#[test]
fn an_empty_folder() {
    at_every_size("empty", |world| world.press("ga"));
}

#[test]
fn the_welcome() {
    for (width, height) in SIZES {
        let config = SafeText::new("/home/alice/.config/poptui/config.toml");
        let world = World::with(width, height, &[], |start| {
            start.screen = Screen::Welcome { config }
        });
        assert_golden(
            &format!("screens/welcome-{width}x{height}.txt"),
            &world.screen(),
        );
    }
}

#[test]
fn a_wide_character_is_never_cut_in_half_by_a_popup() {
    for width in 60..100 {
        let mut world = World::new(width, 24, &letters());
        world.press("?");
        for line in world.screen().lines() {
            assert!(
                poptui::mail::width(line) <= usize::from(width),
                "{width}: {line}"
            );
        }
    }
}

#[test]
fn without_colour_everything_is_still_told_apart() {
    let mut world = World::with(120, 40, &letters(), |start| start.look = Look::Plain);
    world.press("Space j *");
    let cells = world.cells();
    let coloured = |cell: &&Cell| cell.fg != Color::Reset || cell.bg != Color::Reset;
    assert_eq!(cells.content().iter().find(coloured), None);
    let screen = world.screen();
    for sign in ["✓", "▌", "●", "★", "▐2 Messages▌", "1 marked"] {
        assert!(screen.contains(sign), "{sign}\n{screen}");
    }
    let mut coloured_world = World::new(120, 40, &letters());
    coloured_world.press("Space j *");
    assert!(
        coloured_world
            .cells()
            .content()
            .iter()
            .any(|cell| coloured(&cell))
    );
}

#[test]
fn right_to_left_mail_leaves_every_column_in_its_place() {
    use unicode_bidi::{BidiInfo, Level};
    let letter = |from, subject, age| Letter {
        from,
        subject,
        age,
        unread: true,
        flagged: false,
        body: "שלום עולם\r\n\r\n12 שלום\r\n",
    };
    let letters = [
        letter("דנה לוי <dana@example.org>", "שלום עולם", 20),
        letter("20% שלום <shop@example.org>", "12 שלום 34", 3_000),
        letter("Latin <l@example.org>", "שלום", 90_000),
        letter("محمد <m@example.org>", "Latin", 900_000),
        letter("محمد <m@example.org>", "2026", 900_001),
    ];
    for (width, height) in SIZES {
        let mut world = World::new(width, height, &letters);
        world.press("Space s");
        world.type_text("תיקייה");
        world.press("Enter Enter");
        for keys in ["1", "2"] {
            world.press(keys);
            for row in world.screen().lines().filter(|row| !row.is_empty()) {
                let bidi = BidiInfo::new(row, Some(Level::ltr()));
                let levels = bidi.reordered_levels_per_char(&bidi.paragraphs[0], 0..row.len());
                let order = BidiInfo::reorder_visual(&levels);
                let moved = row.chars().enumerate().find(|(place, c)| {
                    let fixed = matches!(c, 'ǀ' | '│' | '●' | '▌');
                    fixed && order[*place] != *place
                });
                assert_eq!(moved, None, "{width}: {row}");
            }
        }
    }
}

#[test]
fn tiny_windows_say_so_and_do_not_break() {
    for (width, height) in [(1, 1), (12, 4), (19, 40), (20, 5), (59, 13)] {
        let mut world = World::new(80, 24, &letters());
        world.press("Enter ?");
        world.tell(Event::Resize(Size { width, height }));
        let screen = world.screen();
        assert_eq!(screen.lines().count(), usize::from(height));
    }
}

#[test]
fn help_is_visible_from_60_columns_on() {
    for width in 60..210 {
        let world = World::new(width, 24, &letters());
        assert!(
            world.screen().lines().last().unwrap().ends_with("? help"),
            "{width}"
        );
    }
}
