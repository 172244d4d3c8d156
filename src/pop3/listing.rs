//! What a server lists: its messages, their sizes and their unique-ids.
//!
//! Servers put `+OK` before each line, three blanks between the words, blanks into unique-ids, and
//! negative sizes (all seen); so a line is read as: number, blanks, the rest.

use std::sync::Arc;

/// The longest line of a listing. RFC 1939 allows 70 octets to a unique-id; one of 600 was seen.
pub(super) const MAX_LINE: usize = 4 << 10;

/// The server's name for a mail (RFC 1939, section 7): opaque octets, never a path, never text.
/// At most 4 KiB, none of them a line end; blanks before and behind are no part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UniqueId(pub Arc<[u8]>);

/// One line of `LIST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanListing {
    /// The message-number of this session.
    pub number: u32,
    /// Octets, as the server counts them; 0 where it does not know, or says nonsense.
    pub size: u64,
}

impl ScanListing {
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let (message, rest) = message_number(line)?;
        Some(Self {
            number: message,
            size: words(rest).next().and_then(number).unwrap_or(0),
        })
    }
}

/// One line of `UIDL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueIdListing {
    /// The message-number of this session.
    pub number: u32,
    /// `None` where the server left it blank.
    pub id: Option<UniqueId>,
}

impl UniqueIdListing {
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let (number, id) = message_number(line)?;
        Some(Self {
            number,
            id: (!id.is_empty()).then(|| UniqueId(id.into())),
        })
    }
}

/// The message-number that a line begins with, and the rest, without the blanks around it.
fn message_number(line: &[u8]) -> Option<(u32, &[u8])> {
    let line = line.strip_prefix(b"+OK").unwrap_or(line);
    let line = trim_blanks(line);
    let end = line
        .iter()
        .position(|octet| is_blank(*octet))
        .unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let message = u32::try_from(number(word)?).ok()?;
    (message != 0).then_some((message, trim_blanks(rest)))
}

/// Digits and nothing else. Read as they are: a listing has a hundred thousand of them.
fn number(word: &[u8]) -> Option<u64> {
    let add = |number: u64, octet: &u8| {
        let digit = octet.wrapping_sub(b'0');
        let shifted = number.checked_mul(10)?;
        shifted.checked_add(u64::from(digit)).filter(|_| digit < 10)
    };
    if word.is_empty() {
        return None;
    }
    word.iter().try_fold(0, add)
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|octet| is_blank(*octet))
        .filter(|word| !word.is_empty())
}

fn trim_blanks(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(line: &str) -> Option<(u32, Option<String>)> {
        let listing = UniqueIdListing::parse(line.as_bytes())?;
        let id = listing
            .id
            .map(|id| String::from_utf8_lossy(&id.0).into_owned());
        Some((listing.number, id))
    }

    fn size(line: &str) -> Option<(u32, u64)> {
        ScanListing::parse(line.as_bytes()).map(|scan| (scan.number, scan.size))
    }

    #[test]
    fn unique_ids_are_read_with_the_oddities_of_servers() {
        let id = |number, id: &str| Some((number, Some(id.to_owned())));
        assert_eq!(
            uid("1 whqtswO00WBw418f9t5JxYwZ"),
            id(1, "whqtswO00WBw418f9t5JxYwZ")
        );
        assert_eq!(uid("+OK 2 abc"), id(2, "abc"));
        assert_eq!(uid("  3\t  a b  c  "), id(3, "a b  c"));
        assert_eq!(uid("4"), Some((4, None)));
        assert_eq!(uid("5   "), Some((5, None)));
        assert_eq!(uid("6 <a@b>\0"), id(6, "<a@b>\0"));
        for nonsense in ["", "abc", "0 x", "-1 x", "1x y", "4294967296 x", "+OK"] {
            assert_eq!(uid(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn a_size_that_makes_no_sense_is_unknown_and_the_mail_still_listed() {
        assert_eq!(size("1 120"), Some((1, 120)));
        assert_eq!(size("2 200 octets, about"), Some((2, 200)));
        for unknown in ["3", "3 0", "3 -5", "3 x", "3 99999999999999999999"] {
            assert_eq!(size(unknown), Some((3, 0)), "{unknown:?}");
        }
        assert_eq!(size("x 5"), None);
    }
}
