//! The few facts of a mail that lists are made of, read from its octets. Reading never fails.

use crate::mail::Address;
use crate::mail::guard::catch;
use crate::mail::parse::addresses::addresses;
use crate::mail::parse::date;
use crate::mail::parse::fields::{Header, of_mbox_line, with_lines};
use crate::mail::parse::ids::{message_id, references};
use crate::mail::parse::mime::{Tree, walk};
use crate::mail::parse::words::text;

/// What a list, a thread and a search need to know of a mail. All text is decoded and foreign.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// `Subject`, decoded, unfolded; empty if there is none.
    pub subject: String,
    /// `From` (or `Sender` where there is no `From`).
    pub from: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Date` in seconds since 1970 UTC, or that of the last hop where it is unreadable; `None` where it
    /// is missing.
    pub date: Option<i64>,
    /// `Message-ID` without its angle brackets.
    pub message_id: Option<String>,
    /// `References` and what `In-Reply-To` tells besides, oldest first, the mail that is answered last, without angle
    /// brackets.
    pub references: Vec<String>,
    /// File names of the attachments, in order; empty for a part that has none.
    pub attachments: Vec<String>,
    /// Whether it looks like the note about a folder that some servers keep as the folder's first mail. Only as the first
    /// mail of a maildrop it can be that.
    pub is_folder_note: bool,
}

impl Envelope {
    /// Reads the envelope of a mail, whatever its octets are. Bounded in time, memory and stack: no
    /// body is decoded, nothing recurses, no thread is started.
    pub fn read(octets: &[u8]) -> Self {
        catch(|| Self::of(&walk(&with_lines(octets)))).unwrap_or_default()
    }

    /// The envelope of a mail that is cut into parts already.
    pub(super) fn of(tree: &Tree<'_>) -> Self {
        let header = &tree.header;
        let (from, to) = (senders(header), addresses(header.all("To")));
        let cc = addresses(header.all("Cc"));
        let [answered, fields] =
            ["In-Reply-To", "References"].map(|name| header.all(name).map(|value| value.octets));
        let is_address = |id: &str| {
            let mut people = from.iter().chain(&to).chain(&cc);
            people.any(|person| {
                let address = person.address.as_deref();
                address.is_some_and(|address| address.eq_ignore_ascii_case(id))
            })
        };
        let references = references(fields, answered, is_address);
        Self {
            subject: header.first("Subject").map(text).unwrap_or_default(),
            from,
            to,
            cc,
            date: date_of(header),
            message_id: header
                .first("Message-ID")
                .and_then(|value| message_id(value.octets)),
            references,
            attachments: attachments(tree),
            is_folder_note: is_folder_note(header),
        }
    }
}

/// The note of UW imapd and other programs made of c-client (`pseudo.c`), which servers without a notion of it hand out
/// as a mail: name, subject and the counters of the folder.
fn is_folder_note(header: &Header<'_>) -> bool {
    let is = |name, value: &str| header.first(name).is_some_and(|found| text(found) == value);
    let from = senders(header);
    let by_name = |from: &Address| from.name.as_deref() == Some("Mail System Internal Data");
    let counters = header.first("X-IMAP").or(header.first("X-IMAPBase"));
    is(
        "Subject",
        "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA",
    ) && matches!(&from[..], [from] if by_name(from))
        && counters.is_some_and(|counters| {
            counters
                .octets
                .trim_ascii_start()
                .first()
                .is_some_and(u8::is_ascii_digit)
        })
}

/// One `From` counts, the first: a second one is a trick (CVE-2025-3875) or damage. A mbox line that became a field
/// tells less than a sender.
fn senders(header: &Header<'_>) -> Vec<Address> {
    let mut written = header.all("From");
    let sender = written.find(|value| of_mbox_line(value.octets).is_none());
    let from = addresses(sender.or(header.first("From")).into_iter());
    if from.is_empty() {
        return addresses(header.first("Sender").into_iter());
    }
    from
}

/// A `Date` that tells nothing is replaced by that of the last hop, whose field is the first one.
fn date_of(header: &Header<'_>) -> Option<i64> {
    let written = header.first("Date")?.octets;
    if written.trim_ascii().is_empty() {
        return None;
    }
    let mut hops = header.all("Received");
    date::seconds(written).or_else(|| hops.find_map(|hop| date::of_received(hop.octets)))
}

fn attachments(tree: &Tree<'_>) -> Vec<String> {
    if tree.limit.is_some() {
        return Vec::new();
    }
    tree.parts
        .iter()
        .filter(|piece| piece.is_attachment())
        .map(|piece| piece.media.name.clone().unwrap_or_default())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: =?utf-8?q?Ada?= <ada@example.org>\nFrom: Eve <eve@evil.example>\n\
        To: a@x.example\nTo: b@x.example\nSubject: =?utf-8?q?caf=C3=A9?=\n folded\n\
        Date: Mon, 23 Nov 2026 14:02:03 +0100\nMessage-ID: <1@x>\nReferences: <0@x>\nIn-Reply-To: <0@x>\n\
        Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\nContent-Type: application/pdf\n\
        Content-Disposition: attachment\n\nx\n--b\nContent-Type: text/csv; name=\"n.csv\"\n\ny\n--b--\n";

    #[test]
    fn the_facts_are_read() {
        let envelope = Envelope::read(MAIL.as_bytes());
        assert_eq!(envelope.subject, "café folded");
        assert_eq!(envelope.from.len(), 1);
        assert_eq!(envelope.from[0].name.as_deref(), Some("Ada"));
        assert_eq!(envelope.to.len(), 2);
        assert_eq!(envelope.date, Some(1_795_438_923));
        assert_eq!(envelope.message_id.as_deref(), Some("1@x"));
        assert_eq!(envelope.references, ["0@x"]);
        assert_eq!(envelope.attachments, ["", "n.csv"]);
    }

    #[test]
    fn line_ends_make_no_difference() {
        assert_eq!(
            Envelope::read(MAIL.as_bytes()),
            Envelope::read(MAIL.replace('\n', "\r\n").as_bytes())
        );
    }

    #[test]
    fn the_sender_field_stands_in_for_from() {
        let envelope = Envelope::read(b"Sender: list@x.example\nFrom: \n\n");
        assert_eq!(envelope.from[0].address.as_deref(), Some("list@x.example"));
    }

    #[test]
    fn a_mbox_line_made_a_field_is_no_sender_where_there_is_one() {
        let line = "From: bounce@x.example  Mon Nov 23 14:02:03 2026\n";
        let from = |rest: &str| Envelope::read(format!("{line}{rest}\n").as_bytes()).from;
        let ada = &from("From: Ada <ada@x.example>\nFrom: Eve <eve@x.example>\n")[0];
        assert_eq!(ada.name.as_deref(), Some("Ada"));
        let alone = &from("To: b@x.example\n")[0];
        assert_eq!(alone.address.as_deref(), Some("bounce@x.example"));
        assert_eq!(alone.name, None);
    }

    #[test]
    fn the_note_about_a_folder_is_known_by_all_of_its_marks() {
        let note = "Date: 23 Nov 2026 14:02:03 +0100\r\nFrom: Mail System Internal Data <MAILER-DAEMON@host>\r\n\
                    Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\r\nMessage-ID: <1@host>\r\n\
                    X-IMAP: 0978307200 0000000003\r\nStatus: RO\r\n\r\nThis text is part of the internal format.\r\n";
        let is_note = |mail: &str| Envelope::read(mail.as_bytes()).is_folder_note;
        assert!(is_note(note));
        for (mark, other) in [
            ("X-IMAP:", "X-Other:"),
            ("0978307200", "none"),
            ("Internal Data <", "Data <"),
            ("FOLDER INTERNAL", "INTERNAL"),
            ("Subject: ", "Subject: Re: "),
        ] {
            assert!(!is_note(&note.replacen(mark, other, 1)), "{other}");
        }
        assert!(!is_note(MAIL));
    }

    #[test]
    fn a_hopeless_date_is_that_of_the_last_hop() {
        let mail = |date: &str| {
            let mail = format!(
                "Received: by c\nReceived: by b; Mon, 23 Nov 2026 14:02:03 +0100\nReceived: by a; Sun, 22 Nov 2026 14:02:03 +0100\n{date}\n\n"
            );
            Envelope::read(mail.as_bytes()).date
        };
        assert_eq!(mail("Date: Whenever"), Some(1_795_438_923));
        assert_eq!(mail("Date: 1 Jan 1904 00:00:00 +0000"), Some(1_795_438_923));
        assert_eq!(mail("Date: 1 Jan 2026 00:00:00 +0000"), Some(1_767_225_600));
        assert_eq!(mail("X: y"), None);
    }

    #[test]
    fn raw_fields_are_of_the_charset_of_the_text() {
        let mail = b"Subject: \xcf\xd2\xc9\nFrom: \xe9\xd7\xc1\xce <i@x>\n\
            Content-Type: text/plain; charset=koi8-r\n\n\xd0\xd2\xc9";
        let envelope = Envelope::read(mail);
        assert_eq!(envelope.subject, "ори");
        assert_eq!(envelope.from[0].name.as_deref(), Some("Иван"));
    }

    #[test]
    fn no_octets_are_an_empty_envelope() {
        assert_eq!(Envelope::read(b""), Envelope::default());
        assert_eq!(Envelope::read(b"\0\xff\x1b"), Envelope::default());
    }
}
