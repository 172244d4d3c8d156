//! What the parts of a mail mean: invitations, bounces, receipts, contacts, seals, pieces. One file a kind.
//!
//! TNEF (`winmail.dat`) is not unpacked, as no well-kept crate does it: `tnef` had its last release, 0.1.1, in August 2019,
//! takes names from the old title attribute only, none from MAPI properties, and gives nothing where one attribute is
//! damaged; `ytnef` binds a C library. Such a part is an attachment with a remark that says what it is.

mod bounce;
mod contact;
mod elsewhere;
mod facts;
mod fields;
mod guess;
mod invitation;
mod moments;
mod properties;
mod receipt;
mod recurrence;
mod sealed;
mod status;
mod zone;

use crate::mail::Message;
use crate::mail::parse::mime::Piece;
use crate::mail::parse::{body, charset};

pub(in crate::mail) use facts::Facts;

/// Encoded octets of a part that is read for a card; a larger one is an attachment and nothing else.
const MAX_READ: usize = 2 << 20;
/// Octets of calendars and contacts that are read in all of a mail, those of the mails in it too: their parser makes
/// eighty octets of one.
pub(in crate::mail) const MAX_PROPERTIES: usize = 512 << 10;
/// Cards of one mail.
const MAX_CARDS: usize = 20;

/// Adds what a part means, unless it was said by another one: an invitation often comes twice. Whether it means something.
/// `left` are the octets of [`MAX_PROPERTIES`] that nothing took yet.
pub(in crate::mail) fn of_part(piece: &Piece<'_>, message: &mut Message, left: &mut usize) -> bool {
    let Some(facts) = facts_of(piece, message.envelope.date, left) else {
        return false;
    };
    let is_new = !message.facts.iter().any(|known| facts.repeats(known));
    if is_new && message.facts.len() < MAX_CARDS {
        message.facts.push(facts);
    }
    true
}

/// Adds what the mail as a whole means.
pub(in crate::mail) fn of_whole(message: &mut Message) {
    let armour = message.plain.as_deref().and_then(sealed::armoured);
    let is_report = message.parts.iter().any(|part| is_report(&part.media_type));
    let bounce = if is_report {
        None
    } else {
        guess::read(message)
    };
    if armour.is_some()
        && let Some(words) = message.text().and_then(sealed::without_armour)
    {
        message.around = Some(words);
    }
    message.facts.extend(armour);
    message.facts.extend(bounce);
}

fn facts_of(piece: &Piece<'_>, sent: Option<i64>, left: &mut usize) -> Option<Facts> {
    let media = &piece.media;
    let octets = || {
        body::decode(
            &piece.octets[..piece.octets.len().min(MAX_READ)],
            media.encoding,
        )
    };
    match media.kind.as_str() {
        "multipart/signed" => Some(sealed::signed(media)),
        "multipart/encrypted" => Some(sealed::encrypted(media)),
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => sealed::smime(media, &octets()),
        "message/delivery-status" | "message/global-delivery-status" => bounce::read(&octets()),
        "message/disposition-notification" | "message/global-disposition-notification" => {
            receipt::read(&octets(), sent)
        }
        "message/feedback-report" => receipt::complaint(&octets()),
        "message/partial" => Some(elsewhere::piece(media)),
        "message/external-body" => Some(elsewhere::pointer(media, &octets())),
        _ if is_calendar(piece) => invitation::read(&text(piece, left)?),
        _ if is_contact(piece) => contact::read(&text(piece, left)?),
        _ => None,
    }
}

/// A text of properties, if all of it may still be read.
fn text(piece: &Piece<'_>, left: &mut usize) -> Option<String> {
    if *left == 0 || piece.octets.len() > MAX_READ {
        return None;
    }
    let octets = body::decode(piece.octets, piece.media.encoding);
    let text = charset::decode(&octets, piece.media.charset.as_deref());
    let text = properties::without_long(&text);
    let rest = left.checked_sub(text.len());
    *left = rest.unwrap_or(0);
    rest.map(|_| text)
}

fn is_calendar(piece: &Piece<'_>) -> bool {
    matches!(
        piece.media.kind.as_str(),
        "text/calendar" | "application/ics"
    ) || is_named(piece, ".ics")
}

fn is_contact(piece: &Piece<'_>) -> bool {
    let kinds = ["text/vcard", "text/x-vcard", "text/directory"];
    kinds.contains(&piece.media.kind.as_str()) || is_named(piece, ".vcf")
}

fn is_named(piece: &Piece<'_>, ending: &str) -> bool {
    let name = piece
        .media
        .name
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    !piece.container && name.ends_with(ending)
}

fn is_report(kind: &str) -> bool {
    kind.ends_with("delivery-status")
        || kind.ends_with("disposition-notification")
        || kind == "message/feedback-report"
}

/// Whether the part is written for programs, and a card said all of it. It stays in the tree of parts.
pub(in crate::mail) fn is_told_elsewhere(kind: &str, is_told: bool) -> bool {
    const SILENT: [&str; 3] = [
        "application/pgp-encrypted",
        "application/pgp-signature",
        "text/rfc822-headers",
    ];
    is_told && is_report(kind) || SILENT.contains(&kind)
}

/// What to know of an attachment before opening it.
pub(in crate::mail) fn remark(kind: &str) -> Option<&'static str> {
    match kind {
        "application/ms-tnef" | "application/vnd.ms-tnef" => {
            Some("a file of Outlook with attachments inside; the program tnef unpacks it")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendars_and_contacts_of_a_mail_are_read_up_to_a_limit() {
        let contact = |name: &str, notes: usize| {
            let note = "NOTE:x\r\n".repeat(notes);
            format!(
                "--b\r\nContent-Type: text/vcard\r\n\r\nBEGIN:VCARD\r\nFN:{name}\r\n{note}END:VCARD\r\n"
            )
        };
        let mail = |contacts: &[String]| {
            let contacts = contacts.concat();
            format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{contacts}--b--\r\n")
        };
        let read = |mail: &str| {
            let message = Message::read(mail.as_bytes());
            let cards = message.cards(&jiff::tz::TimeZone::UTC).into_iter();
            let titles: Vec<String> = cards.map(|card| card.title).collect();
            (titles.join(", "), message.attachments.len())
        };
        let enough = MAX_PROPERTIES / 8 / 2;
        let small = mail(&[contact("Ada", enough), contact("Bob", 1)]);
        assert_eq!(read(&small), ("Contact: Ada, Contact: Bob".to_owned(), 2));
        let large = mail(&[
            contact("Ada", enough),
            contact("Eve", enough),
            contact("Bob", 1),
        ]);
        assert_eq!(read(&large), ("Contact: Ada".to_owned(), 3));
    }
}
