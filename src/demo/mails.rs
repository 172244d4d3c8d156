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
        "prize",
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
mod tests;
