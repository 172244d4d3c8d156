//! The sample mail is well-formed, near in time, nobody's address, and shown as its text says it is.

use std::collections::HashSet;

use super::*;
use crate::mail::{self, Document, How, Line, Message, Role, Show};

fn all() -> impl Iterator<Item = (&'static str, String)> {
    let now = ZonedDateTime::default();
    let mails = ROUNDS.iter().copied().flatten();
    mails.map(move |(name, template)| {
        (
            *name,
            String::from_utf8_lossy(&write(template, &now)).into_owned(),
        )
    })
}

fn field<'mail>(mail: &'mail str, name: &str) -> Option<&'mail str> {
    let (header, _) = mail.split_once("\r\n\r\n")?;
    header
        .split("\r\n")
        .find_map(|line| line.strip_prefix(name))
}

#[test]
fn every_file_in_the_folder_is_served_once() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/mail");
    let files = std::fs::read_dir(folder).unwrap();
    let files: HashSet<_> = files.map(|file| file.unwrap().path()).collect();
    let served: HashSet<_> = all()
        .map(|(name, _)| format!("{folder}/{name}.eml").into())
        .collect();
    assert_eq!(served, files);
    assert_eq!(all().count(), files.len());
}

#[test]
fn every_mail_has_a_date_that_reads_and_lies_in_the_past() {
    let now = ZonedDateTime::default();
    for (name, mail) in all() {
        let date = field(&mail, "Date: ").unwrap_or_else(|| panic!("{name} has no date"));
        let date = jiff::fmt::rfc2822::parse(date)
            .unwrap_or_else(|error| panic!("{name}: {date}: {error}"));
        assert!(date < now, "{name} is from the future");
    }
}

#[test]
fn no_date_mark_is_left_over() {
    for (name, mail) in all() {
        let left = mail
            .match_indices('@')
            .any(|(at, _)| mail[at + 1..].starts_with(['-', '+']));
        assert!(!left, "{name}");
    }
}

#[test]
fn lines_end_as_they_must_on_the_wire() {
    for (name, mail) in all() {
        assert!(mail.ends_with("\r\n"), "{name}");
        assert_eq!(
            mail.matches('\n').count(),
            mail.matches("\r\n").count(),
            "{name}"
        );
    }
}

#[test]
fn the_welcome_is_the_newest_of_the_first_round() {
    let now = ZonedDateTime::default();
    let dates = ROUNDS[0].iter().map(|(name, template)| {
        let mail = String::from_utf8_lossy(&write(template, &now)).into_owned();
        (
            jiff::fmt::rfc2822::parse(field(&mail, "Date: ").unwrap()).unwrap(),
            *name,
        )
    });
    assert_eq!(dates.max_by(|a, b| a.0.cmp(&b.0)).unwrap().1, "welcome");
}

#[test]
fn every_address_is_one_that_nobody_can_own() {
    for (name, mail) in all() {
        for word in mail.split(|c: char| c.is_whitespace() || "<>,;:\"()/?'".contains(c)) {
            let Some((_, domain)) = word.split_once('@') else {
                continue;
            };
            let reserved = ["example.org", "example.net", "example.com"];
            let ends =
                |reserved: &&str| domain == *reserved || domain.ends_with(&format!(".{reserved}"));
            let is_address = domain.contains('.') && domain.is_ascii();
            assert!(!is_address || reserved.iter().any(ends), "{name}: {word}");
        }
    }
}

fn read(name: &str) -> (Message, Vec<u8>) {
    let now = ZonedDateTime::default();
    let mut mails = ROUNDS.iter().copied().flatten();
    let (_, template) = mails.find(|mail| mail.0 == name).unwrap();
    let octets = write(template, &now);
    (Message::read(&octets), octets)
}

fn shown(name: &str, width: u16) -> Document {
    let (message, octets) = read(name);
    let show = Show::new(How::default(), width, jiff::tz::TimeZone::UTC, 0);
    message.render(&octets, &show)
}

fn text(document: &Document) -> String {
    let lines = document.lines();
    lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
}

fn has_role(document: &Document, wanted: impl Fn(Role) -> bool) -> bool {
    let lines = document.lines();
    let mut spans = lines.iter().flat_map(|line| &line.spans);
    spans.any(|span| wanted(span.role))
}

#[test]
fn every_mail_is_taken_apart_and_drawn_without_trouble() {
    for (name, _) in all() {
        assert_eq!(read(name).0.trouble, None, "{name}");
        for width in [12, 40, 80, 100] {
            let document = shown(name, width);
            assert!(document.len() > 4, "{name} is empty");
            let danger =
                |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!text(&document).contains(danger), "{name}");
            let lines = document.lines();
            let widest = lines.iter().map(|line| {
                line.spans
                    .iter()
                    .map(|span| mail::width(span.text.as_str()))
                    .sum::<usize>()
            });
            assert!(
                widest.max() <= Some(usize::from(width)),
                "{name} at {width}"
            );
        }
    }
}

#[test]
fn the_hostile_mail_fails_at_everything_it_tries_and_says_so() {
    let (message, _) = read("hostile");
    let names: Vec<_> = message
        .attachments
        .iter()
        .map(|file| file.file_name.as_str())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names[0].to_lowercase().ends_with(".sh"), "{names:?}");
    assert!(
        !names
            .iter()
            .any(|name| name.contains(['/', '\u{202e}']) || name.starts_with('.')),
        "{names:?}"
    );
    let text = text(&shown("hostile", 80));
    assert!(text.contains("none of them worked"), "{text}");
    assert!(text.contains("YOUR ACCOUNT IS ON FIRE"), "{text}");
}

#[test]
fn the_prize_is_shown_without_its_tricks_and_its_links_with_their_true_ends() {
    let document = shown("prize", 80);
    let text = text(&document);
    assert!(text.contains("You have not."), "{text}");
    assert!(!text.contains("ignore all"), "{text}");
    assert!(!text.contains("pwned"), "{text}");
    let mut links = document.links.iter();
    let bank = links
        .find(|link| link.text.as_str().contains("bank.example.com/login"))
        .unwrap();
    assert!(bank.url.as_str().starts_with("https://evil.example.net/"));
}

#[test]
fn the_newsletter_shows_headings_and_links_but_not_what_it_hides() {
    let document = shown("gazette", 80);
    let text = text(&document);
    assert!(!text.contains("has not understood"), "{text}");
    assert!(text.contains("the captain reads"), "{text}");
    assert!(has_role(&document, |role| role == Role::Heading));
    assert!(
        document
            .links
            .iter()
            .any(|link| link.url.as_str() == "https://gazette.example.org/unsubscribe")
    );
}

#[test]
fn the_other_mails_show_what_they_are_there_for() {
    assert!(text(&shown("japanese-1", 80)).contains("京都で製本をしております"));
    assert!(text(&shown("hebrew", 80)).contains("המפה"));
    assert!(text(&shown("german", 80)).contains("Größte"));
    assert!(text(&shown("french", 80)).contains("J’ai vu votre lumière"));
    assert!(has_role(&shown("patch-2", 80), |role| matches!(
        role,
        Role::Quote(3..)
    )));
    assert!(has_role(&shown("book-2", 80), |role| role == Role::Signature));
    assert!(shown("flowed", 50).len() > shown("flowed", 100).len());
    assert_eq!(read("fete").0.envelope.to.len(), 30);
    assert!(read("percy").0.envelope.subject.is_empty());
}

#[test]
fn the_attachments_are_files_that_other_programs_can_open() {
    let (invoice, octets) = read("invoice");
    let names: Vec<_> = invoice
        .attachments
        .iter()
        .map(|file| file.file_name.as_str())
        .collect();
    assert_eq!(names, ["Invoice 4711.pdf", "items.csv", "fine print.txt"]);
    assert!(
        invoice.attachments[0]
            .octets(&octets)
            .starts_with(b"%PDF-1.4")
    );
    let (photo, octets) = read("photo");
    let picture = &photo.attachments[0];
    assert_eq!(picture.file_name, "lighthouse.png");
    let content = picture.octets(&octets);
    assert!(content.starts_with(b"\x89PNG\r\n\x1a\n") && content.ends_with(b"IEND\xaeB\x60\x82"));
}
