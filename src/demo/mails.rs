//! The sample mail that is built into the program, round by round, oldest first; its files lie in `assets/mail`.

use jiff::ZonedDateTime;

use super::dates;

/// The unique-id, and the file with its date marks.
pub(super) type Template = (&'static str, &'static [u8]);

macro_rules! mails {
    ($($name:literal),* $(,)?) => {
        &[$((
            $name,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/mail/", $name, ".eml")).as_slice(),
        )),*]
    };
}

/// The sample mailbox, then what each later fetch brings.
pub(super) const ROUNDS: &[&[Template]] = &[
    mails![
        "overdue",
        "fete",
        "leaflet",
        "flowed",
        "hebrew",
        "patch-1",
        "french",
        "japanese-1",
        "timetable",
        "forwarded",
        "arabic",
        "invoice",
        "patch-2",
        "ticket",
        "bounce",
        "german",
        "percy",
        "photo",
        "book-1",
        "invite",
        "book-2",
        "book-3",
        "japanese-2",
        "hostile",
        "book-4",
        "emoji",
        "gazette",
        "book-5",
        "welcome",
    ],
    mails!["later-1-book", "later-1-ferry", "later-1-fetched"],
    mails!["later-2-book", "later-2-glove", "later-2-parcel"],
    mails!["later-3-book", "later-3-patch", "later-3-juno"],
    mails!["later-4-book", "later-4-percy", "later-4-last"],
];

/// The octets of a mail as they go on the wire: dates filled in, line ends CRLF.
pub(super) fn write(template: &[u8], now: &ZonedDateTime) -> Vec<u8> {
    let filled = dates::fill(template, now);
    let mut octets = Vec::with_capacity(filled.len() + filled.len() / 16);
    for octet in filled {
        if octet == b'\n' {
            octets.push(b'\r');
        }
        octets.push(octet);
    }
    octets
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

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
                let ends = |reserved: &&str| {
                    domain == *reserved || domain.ends_with(&format!(".{reserved}"))
                };
                let is_address = domain.contains('.') && domain.is_ascii();
                assert!(!is_address || reserved.iter().any(ends), "{name}: {word}");
            }
        }
    }
}
