//! What is fed with arbitrary octets, and what has to hold then: for `cargo fuzz` and for the corpus that every test run
//! replays. Depends on nothing of the suite but `pop3_sessions`, so that the fuzz targets can take it in.

use std::path::Path;

use poptui::config::Config;
use poptui::mail::{
    Addresses, Envelope, Headers, How, Message, Opened, Preferred, Quotes, SafeText, Show, Source,
    Wrap,
};
use poptui::pop3::{Command, Event, Limits, Reply, Security, Session, Step, Window};
use poptui::query::Query;

use crate::pop3_sessions::{events, setup, signed_in};

/// What octets are fed to. Panics where something does not hold.
pub(crate) type Feed = fn(&[u8]);

/// The targets; each has a directory of seeds below `tests/data/fuzz`.
pub(crate) const TARGETS: &[(&str, Feed)] = &[
    ("session", session),
    ("listings", listings),
    ("capabilities", capabilities),
    ("challenges", challenges),
    ("mail", mail),
    ("header", header),
    ("html", html),
    ("document", document),
    ("config", config),
    ("query", query),
    ("text", text),
];

/// Small, so that every limit is reached.
const LIMITS: Limits = Limits {
    line: 200,
    listing: 2_000,
    entries: 50,
    message: 2_000,
    unannounced: 1_000,
};

/// A whole session, from the greeting to the answers of commands that are all under way at once.
fn session(octets: &[u8]) {
    let (choice, wire) = octets.split_first().unwrap_or((&0, &[]));
    let security = match choice % 3 {
        0 => Security::None,
        1 => Security::Stls,
        _ => Security::Tls,
    };
    let mut setup = setup("alice", "secret", security, LIMITS);
    setup.allow_cleartext = true;
    let mut session = Session::new(setup);
    if choice & 4 == 0 {
        session.set_window(Window::PIPELINED);
    }
    for number in 1..20 {
        session.send(Command::Uidl, 0);
        session.send(Command::Retr(number), 100);
        session.send(Command::List, 0);
        session.send(Command::Dele(number), 0);
    }
    let piece = 1 + usize::from(choice >> 3);
    for piece in wire.chunks(piece) {
        session.receive(piece);
        within_limits(&events(&mut session));
    }
    session.closed();
    let last = events(&mut session).pop();
    assert!(matches!(last, Some(Err(_))), "{last:?} after the end");
}

fn within_limits(events: &[Result<Event, poptui::pop3::Error>]) {
    for event in events {
        match event {
            Ok(Event::Reply(_, Reply::Message(octets))) => assert!(octets.len() <= LIMITS.message),
            Ok(Event::Reply(_, Reply::List(lines))) => assert!(lines.len() <= LIMITS.entries),
            Ok(Event::Reply(_, Reply::Uidl(lines))) => assert!(lines.len() <= LIMITS.entries),
            _ => {}
        }
    }
}

/// UIDL and LIST of these lines.
fn listings(octets: &[u8]) {
    for command in [Command::Uidl, Command::List] {
        let mut session = signed_in(LIMITS);
        session.send(command, 0);
        let mut told = events(&mut session);
        session.receive(b"+OK ");
        session.receive(octets);
        session.receive(b"\r\n.\r\n");
        told.extend(events(&mut session));
        within_limits(&told);
        for event in told {
            let Ok(Event::Reply(_, Reply::Uidl(lines))) = event else {
                continue;
            };
            // A name is one line's, never more.
            let names = lines.into_iter().filter_map(|line| line.id);
            assert!(names.into_iter().all(|id| !id.0.contains(&b'\n')));
        }
    }
}

/// CAPA of these lines before and after the log-in. Nothing secret leaves before TLS.
fn capabilities(octets: &[u8]) {
    for security in [Security::Stls, Security::Tls] {
        let mut setup = setup("alice", "hunter2hunter2", security, LIMITS);
        setup.capa = poptui::pop3::Capa::Ask;
        log_in_with(Session::new(setup), security, octets);
    }
}

/// Answers to the log-in: challenges, refusals, and what else a server may find to say.
fn challenges(octets: &[u8]) {
    let setup = setup("alice", "hunter2hunter2", Security::Tls, LIMITS);
    log_in_with(Session::new(setup), Security::Tls, octets);
}

fn log_in_with(mut session: Session, security: Security, octets: &[u8]) {
    let mut protected = security == Security::Tls;
    let whole = [b"+OK\r\n", octets, b"\r\n.\r\n"].concat();
    for said in whole.split_inclusive(|octet| *octet == b'\n') {
        session.receive(said);
        // A session that asks for ever is as bad as one that hangs.
        for _ in 0..100 {
            match session.step() {
                Ok(Step::Read) | Err(_) => break,
                Ok(Step::Event(_)) => {}
                Ok(Step::Hash(hashing)) => session.hashed(&hashing.run()),
                Ok(Step::StartTls) => {
                    protected = true;
                    session.tls_started(None);
                }
                Ok(Step::Write(out)) => {
                    let text = String::from_utf8_lossy(&out);
                    assert!(protected || !text.contains("hunter2"), "{text}");
                    assert!(out.ends_with(b"\r\n"));
                }
            }
        }
    }
}

/// From octets to a screen.
fn mail(octets: &[u8]) {
    let envelope = Envelope::read(octets);
    let message = Message::read(octets);
    for source in [Source::Rendered, Source::Raw] {
        let document = message.render(octets, &show(source));
        assert!(!document.is_empty() || octets.is_empty());
    }
    assert_eq!(envelope, message.envelope);
}

/// One value in every field that is taken apart: words, addresses, dates, parameters.
fn header(octets: &[u8]) {
    let mut head = Vec::new();
    for name in [
        "Subject",
        "From",
        "To",
        "Date",
        "Received",
        "Message-ID",
        "References",
        "Content-Type",
        "Content-Disposition",
    ] {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        for octet in octets {
            head.push(*octet);
            // What follows a line end is folded, so that it stays in its field.
            head.extend((*octet == b'\n').then_some(b' '));
        }
        head.push(b'\n');
    }
    mail(&[&head[..], b"\nbody"].concat());
    // The same text in every charset.
    for charset in [
        "utf-7",
        "hz-gb-2312",
        "iso-2022-jp",
        "utf-16",
        "utf-32",
        "cp437",
        "x-unknown",
        "shift_jis",
    ] {
        let head = format!("Content-Type: text/plain; charset={charset}\n\n");
        mail(&[head.as_bytes(), octets].concat());
    }
}

fn html(octets: &[u8]) {
    let head = b"Subject: html\r\nContent-Type: text/html; charset=utf-8\r\n\r\n";
    mail(&[head, octets].concat());
}

/// From octets to rows of any width in any way they can be shown: the first octet chooses.
fn document(octets: &[u8]) {
    let (choice, mail) = octets.split_first().unwrap_or((&0, &[]));
    let or = |bit: u8| choice & bit != 0;
    let how = How {
        headers: if or(1) { Headers::All } else { Headers::Main },
        source: if or(2) { Source::Raw } else { Source::Rendered },
        part: if or(4) {
            Preferred::Html
        } else {
            Preferred::Auto
        },
        quotes: if or(8) { Quotes::Open } else { Quotes::Folded },
        wrap: if or(16) { Wrap::Off } else { Wrap::Words },
        addresses: if or(1) {
            Addresses::Whole
        } else {
            Addresses::OneRow
        },
    };
    let cells = 1 + 11 * u16::from(choice >> 5);
    let show = Show::new(how, cells, jiff::tz::TimeZone::UTC, 1_795_438_920);
    let mut typesetter = Opened::read(mail.to_vec()).typeset(&show);
    while !typesetter.is_whole() {
        typesetter.go_on(1);
    }
    let document = typesetter.document();
    let lines = document.lines();
    assert!(!lines.is_empty() && lines.len() == document.len());
    for line in lines {
        let text = line.text();
        assert!(poptui::mail::width(&text) <= usize::from(cells), "{text:?}");
        assert!(!text.contains(acts), "{text:?}");
    }
}

fn acts(c: char) -> bool {
    let is_bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || is_bidi
}

fn show(source: Source) -> Show {
    let how = How {
        headers: Headers::All,
        source,
        ..How::default()
    };
    Show::new(how, 72, jiff::tz::TimeZone::UTC, 1_795_438_920)
}

fn config(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    if let Err(error) = Config::parse(&text, Path::new("/c.toml"), Some(Path::new("/home/ada"))) {
        assert!(!error.to_string().is_empty());
    }
}

fn query(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    let _ = Query::parse(&text, &jiff::ZonedDateTime::default());
    let _ = poptui::query::index_text(text.lines());
}

/// The one gate to the terminal.
fn text(octets: &[u8]) {
    let safe = SafeText::new(&String::from_utf8_lossy(octets));
    assert!(!safe.as_str().contains(acts));
}
