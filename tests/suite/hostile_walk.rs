//! The hostile walk: every mail made to hurt goes through every screen of the reader. What a terminal would get is looked
//! through octet by octet, and drawn on one: its columns stay where they belong.
//!
//! The tests' own mails always go; where `POPTUI_SHARED` points at the shared folder, the lab's and those of strangers too.

use std::cell::RefCell;
use std::fs;
use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use poptui::mail::width;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use unicode_width::UnicodeWidthChar as _;

use crate::support::audit::findings;
use crate::support::fake::World;
use crate::support::hostile;
use crate::support::not_run::not_shared;

/// Every screen that shows something of a mail: opened, its end, all headers, as it came, links, attachments, its other
/// text, cut instead of wrapped, and the list again.
const WALK: [&str; 10] = [
    "Enter",
    "G",
    "H",
    "H zr",
    "zr o",
    "Esc Enter w",
    "Esc Enter zh",
    "zw",
    "zw zq",
    "Esc",
];
/// Screens that the many go through: up to the attachments.
const SHORT: usize = 6;
/// What borders are drawn with.
const BORDERS: &str = "│ǀ╭╮╰╯├┤┬┴┼";
/// Octets of a mail that walks here; bombs have tests of their own.
const LARGEST: u64 = 300_000;

/// What was written and is not looked at yet.
#[derive(Clone, Default)]
struct Recorder(Rc<RefCell<Vec<u8>>>);

impl Write for Recorder {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The program's own way to a terminal, and a terminal at its end.
struct Eye {
    written: Recorder,
    terminal: Terminal<CrosstermBackend<Recorder>>,
    screen: vt100::Parser,
    /// Whether something was drawn of whose width terminals think differently: from there on they are out of step.
    is_disputed: bool,
}

impl Eye {
    fn new(columns: u16, rows: u16) -> Self {
        let cells = |count| NonZero::new(count).unwrap();
        let written = Recorder::default();
        let backend = CrosstermBackend::new(written.clone());
        let viewport = Viewport::Fixed(Rect::new(0, 0, columns, rows));
        let options = TerminalOptions { viewport };
        Self {
            written,
            terminal: Terminal::with_options(backend, options).unwrap(),
            screen: vt100::Parser::new(cells(rows), cells(columns), 0),
            is_disputed: false,
        }
    }

    /// Draws a frame and looks at it.
    fn look(&mut self, world: &World, name: &str) {
        let mut frame = self
            .terminal
            .draw(|frame| poptui::ui::draw(&world.model, frame));
        let meant = frame.as_mut().unwrap().buffer.clone();
        let octets = std::mem::take(&mut *self.written.0.borrow_mut());
        let found = findings(&octets);
        assert!(found.is_empty(), "{name}: {found:#?}");
        // The terminal of the tests leaves out what stands for damage.
        let drawn = String::from_utf8_lossy(&octets).replace('\u{fffd}', "?");
        self.screen.process(drawn.as_bytes());
        self.check_columns(&meant, name);
    }

    /// Borders stand where they were meant to.
    fn check_columns(&mut self, meant: &Buffer, name: &str) {
        let area = meant.area;
        let rows: Vec<Vec<&str>> = (0..area.height)
            .map(|y| (0..area.width).map(|x| meant[(x, y)].symbol()).collect())
            .collect();
        self.is_disputed |= rows.iter().flatten().any(|cell| is_disputed(cell));
        if self.is_disputed {
            return;
        }
        for (y, row) in (0..).zip(rows) {
            for (x, cell) in (0..).zip(&row) {
                if BORDERS.contains(cell) {
                    let shown = self.screen.screen().cell(y, x).unwrap().contents();
                    assert_eq!(shown, *cell, "{name}: column {x} of {}", row.concat());
                }
            }
        }
    }
}

/// Whether terminals that know no clusters make more cells of it: families of emoji and the like.
fn is_disputed(cell: &str) -> bool {
    let alone: usize = cell.chars().map(|c| c.width().unwrap_or(0)).sum();
    alone != width(cell)
}

fn walk(mails: &[(String, Vec<u8>)], sizes: &[(u16, u16)], screens: &[&str]) {
    for (columns, rows) in sizes {
        for (name, octets) in mails {
            let mut eye = Eye::new(*columns, *rows);
            let mut world = World::new(*columns, *rows, &[]);
            world.deliver(octets.clone());
            eye.look(&world, &format!("{name}, {columns} columns, in the list"));
            for keys in screens {
                world.press(keys);
                eye.look(&world, &format!("{name}, {columns} columns, {keys}"));
            }
        }
    }
}

/// On both processors.
fn walk_of_many(mails: &[(String, Vec<u8>)], size: (u16, u16)) {
    std::thread::scope(|scope| {
        for some in mails.chunks(mails.len().div_ceil(2).max(1)) {
            scope.spawn(move || walk(some, &[size], &WALK[..SHORT]));
        }
    });
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let small = entries.filter(|entry| entry.metadata().unwrap().len() <= LARGEST);
    let mut mails: Vec<PathBuf> = small
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .collect();
    mails.sort();
    let read = |path: PathBuf| (path.display().to_string(), fs::read(&path).unwrap());
    mails.into_iter().map(read).collect()
}

#[test]
fn mails_made_to_hurt_are_text_on_every_screen() {
    let own = hostile::mails().into_iter().zip(1..);
    let mut mails: Vec<_> = own
        .map(|(mail, number)| (format!("hostile mail {number}"), mail))
        .collect();
    mails.extend(files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/eml"),
    ));
    assert!(mails.len() > 40);
    walk(&mails, &[(200, 60), (80, 24), (40, 10)], &WALK);
}

#[test]
fn mails_of_strangers_are_text_on_every_screen() {
    let Some(shared) = std::env::var_os("POPTUI_SHARED") else {
        return not_shared("the walk of the mails of corpus/mail");
    };
    walk_of_many(&files(&Path::new(&shared).join("corpus/mail")), (80, 24));
}

#[test]
fn mails_of_the_lab_are_text_on_every_screen() {
    /// Writes the mails of the scenarios that are about contents.
    const WRITE: &str = "
import sys, types
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import evil_pop3 as lab
for name in lab.ORDER:
    if name.startswith('msg-') and not name.endswith('-bomb'):
        for number, mail in enumerate(lab.REG[name].maildrop(types.SimpleNamespace(canary=1))):
            open(f'{sys.argv[2]}/{name}-{number}.eml', 'wb').write(mail.data)
";
    let Some(shared) = std::env::var_os("POPTUI_SHARED") else {
        return not_shared("the walk of the mails of lab/hostile");
    };
    let folder = tempfile::tempdir().unwrap();
    let python = Command::new("python3")
        .args(["-c", WRITE])
        .arg(Path::new(&shared).join("lab/hostile"))
        .arg(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&python.stderr);
    assert!(python.status.success(), "{told}");
    let mails = files(folder.path());
    assert!(mails.len() > 100, "{}", mails.len());
    walk_of_many(&mails, (120, 40));
}
