//! Mails as the reader shows them, compared with texts that were looked at by a person.
//!
//! `POPTUI_BLESS=1 cargo test --test suite documents` writes the texts anew; read the diff.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use poptui::mail::{Document, Headers, Message, Role, Show, Source, width};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/eml")
}

fn show(columns: u16) -> Show {
    Show {
        width: columns,
        headers: Headers::Main,
        source: Source::Rendered,
        zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(1)),
        now: 1_795_438_920 + 21 * 60,
    }
}

/// The document as text, with a letter for each row's roles and its links at the end.
fn golden(document: &Document) -> String {
    let mut text = format!("{}\n", document.title);
    for line in &document.lines {
        let mut roles: Vec<char> = line.spans.iter().map(|span| letter(span.role)).collect();
        roles.dedup();
        let _ = writeln!(text, "{:6}|{}", roles.iter().collect::<String>(), row(line));
    }
    for link in &document.links {
        let _ = writeln!(text, "link {} -> {}", link.text, link.url);
    }
    text
}

fn row(line: &poptui::mail::Line) -> String {
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

fn check(document: &Document, columns: u16, name: &str) {
    let links = document
        .links
        .iter()
        .flat_map(|link| [&link.text, &link.url])
        .map(|text| text.as_str().to_owned());
    for text in document
        .lines
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
    for line in &document.lines {
        assert!(
            width(&row(line)) <= usize::from(columns),
            "{name} {columns}: {}",
            row(line)
        );
    }
}

#[test]
fn bombs_are_shown_as_something_to_read() {
    for (name, bomb) in bombs() {
        let message = Message::read(bomb.as_bytes());
        let document = message.render(bomb.as_bytes(), &show(80));
        check(&document, 80, name);
        let text: String = document.lines.iter().map(row).collect();
        assert!(text.contains("VISIBLE"), "{name}");
    }
}

/// Mails that have ended other programs, each with `VISIBLE` in its text.
fn bombs() -> Vec<(&'static str, String)> {
    let html =
        |body: String| format!("Subject: x\nContent-Type: text/html\n\n<p>VISIBLE</p>{body}");
    let multipart = |n: usize| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    vec![
        (
            "mails in mails",
            format!(
                "Subject: VISIBLE\n{}",
                "Content-Type: message/rfc822\n\n".repeat(100_000)
            ),
        ),
        (
            "multiparts in multiparts",
            format!(
                "Subject: x\n{}\nVISIBLE",
                (0..5_000).map(multipart).collect::<String>()
            ),
        ),
        (
            "parts",
            format!(
                "Subject: VISIBLE\n{}{}",
                multipart(0),
                "\nx\n--b0\n".repeat(50_000)
            ),
        ),
        (
            "addresses",
            format!(
                "Subject: VISIBLE\nTo: {}\n\nx",
                "a@b.example, ".repeat(60_000)
            ),
        ),
        (
            "fields",
            format!(
                "Subject: VISIBLE\n{}\nx",
                "To: a@b.example\n".repeat(60_000)
            ),
        ),
        (
            "comments",
            format!(
                "Subject: VISIBLE\nFrom: {}\nDate: {}\n\nx",
                "(".repeat(200_000),
                "(".repeat(200_000)
            ),
        ),
        (
            "encoded words",
            format!(
                "Subject: VISIBLE {}\n\nx",
                "=?utf-8?q?=41?= ".repeat(30_000)
            ),
        ),
        (
            "one long line",
            format!("Subject: x\n\nVISIBLE {}", "y".repeat(1_000_000)),
        ),
        (
            "quote marks",
            format!("Subject: x\n\nVISIBLE\n{}", ">".repeat(100_000)),
        ),
        ("divs", html("<div>".repeat(50_000))),
        ("open formatting", html("<b><i><a><p>".repeat(10_000))),
        ("nested quotes", html("<blockquote>".repeat(60))),
        ("nested tables", html("<table><tr><td>".repeat(80))),
        (
            "attributes",
            html(format!("<p {}>", "a=b ".repeat(100_000))),
        ),
        (
            "cells",
            html(format!("<table><tr>{}", "<td>x".repeat(40_000))),
        ),
        (
            "wide cells",
            html("<table><tr><td colspan=1000000000 rowspan=1000000000>x".repeat(20)),
        ),
        (
            "style rules",
            html(format!(
                "<style>{}</style>{}",
                "p p p p{color:red}".repeat(3_000),
                "<p>x".repeat(1_000)
            )),
        ),
        ("unclosed comment", html("<!-- ".repeat(10_000))),
        ("unclosed tag", html("<a ".repeat(100_000))),
    ]
}
