//! Mails as the reader shows them, compared with texts that were looked at by a person.
//!
//! `POPTUI_BLESS=1 cargo test --test suite documents` writes the texts anew; read the diff.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use poptui::mail::{Document, Headers, How, Message, Role, Show, Source, width};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/eml")
}

/// A reader in Oslo, 21 minutes after the sample mails.
pub(crate) fn show(columns: u16) -> Show {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(1));
    Show::new(How::default(), columns, zone, 1_795_438_920 + 21 * 60)
}

/// The document as text, with a letter for each row's roles and its links at the end.
fn golden(document: &Document) -> String {
    let mut text = format!("{}\n", document.title);
    for line in &document.lines() {
        let mut roles: Vec<char> = line.spans.iter().map(|span| letter(span.role)).collect();
        roles.dedup();
        let _ = writeln!(text, "{:6}|{}", roles.iter().collect::<String>(), row(line));
    }
    for link in &document.links {
        let _ = writeln!(text, "link {} -> {}", link.text, link.url);
    }
    text
}

/// A row as text.
pub(crate) fn row(line: &poptui::mail::Line) -> String {
    line.spans.iter().map(|span| span.text.as_str()).collect()
}

fn letter(role: Role) -> char {
    match role {
        Role::Text => 't',
        Role::Subject => 'S',
        Role::HeaderName => 'h',
        Role::HeaderValue => 'v',
        Role::Note => 'N',
        Role::Rule => '-',
        Role::Quote(level) => char::from(b'0' + level.min(9)),
        Role::Signature => 'g',
        Role::Heading => 'H',
        Role::Strong => 'b',
        Role::Code => 'c',
        Role::Link => 'L',
        Role::LinkNumber => 'n',
        Role::Attachment => 'A',
        Role::Added => '+',
        Role::Removed => '_',
        Role::Hunk => '@',
        Role::Match => 'm',
    }
}

#[test]
fn mails_are_shown_as_they_were_approved_whatever_their_line_ends() {
    let mut checked = 0;
    for entry in fs::read_dir(data()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let octets = fs::read(&path).unwrap();
        let shown = golden(&Message::read(&octets).render(&octets, &show(72)));
        let crlf = with_crlf(&octets);
        let with_crlf = golden(&Message::read(&crlf).render(&crlf, &show(72)));
        assert_eq!(without_sizes(&with_crlf), without_sizes(&shown), "{path:?}");
        let approved = path.with_extension("txt");
        if std::env::var_os("POPTUI_BLESS").is_some() {
            fs::write(&approved, &shown).unwrap();
        }
        assert_eq!(
            shown,
            fs::read_to_string(&approved).unwrap_or_default(),
            "{path:?}"
        );
        checked += 1;
    }
    assert!(checked >= 7);
}

/// An attached mail has more octets with CR LF, and says so.
fn without_sizes(text: &str) -> String {
    let words = text.split("   ").filter(|word| !word.ends_with(" B"));
    words.collect::<Vec<_>>().join("   ")
}

fn with_crlf(octets: &[u8]) -> Vec<u8> {
    octets
        .split(|octet| *octet == b'\n')
        .collect::<Vec<_>>()
        .join(&b"\r\n"[..])
}

#[test]
fn nothing_hostile_reaches_the_screen_in_any_view_at_any_width() {
    for name in [
        "hostile.eml",
        "hostile-html.eml",
        "plain.eml",
        "scripts.eml",
        "attachments.eml",
    ] {
        let octets = fs::read(data().join(name)).unwrap();
        let message = Message::read(&octets);
        for columns in (1..40).chain([80, 200]) {
            for (headers, source) in [
                (Headers::Main, Source::Rendered),
                (Headers::All, Source::Rendered),
                (Headers::Main, Source::Raw),
            ] {
                let document = message.render(
                    &octets,
                    &Show {
                        headers,
                        source,
                        ..show(columns)
                    },
                );
                check(&document, columns, name);
            }
        }
        for attachment in &message.attachments {
            assert!(
                !attachment.file_name.contains(['/', '\u{1b}', '\u{202e}']),
                "{}",
                attachment.file_name
            );
        }
    }
}

/// Nothing that acts, nothing too wide.
pub(crate) fn check(document: &Document, columns: u16, name: &str) {
    let links = document
        .links
        .iter()
        .flat_map(|link| [&link.text, &link.url])
        .map(|text| text.as_str().to_owned());
    for text in document
        .lines()
        .iter()
        .map(row)
        .chain(links)
        .chain([document.title.to_string()])
    {
        let hurts = |c: char| {
            c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!text.contains(hurts), "{name} {columns}: {text:?}");
    }
    for line in &document.lines() {
        assert!(
            width(&row(line)) <= usize::from(columns),
            "{name} {columns}: {}",
            row(line)
        );
    }
}
