//! Where a row of text may end: the places of UAX 14, without those that would cut an address in two.

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

use crate::mail::Role;

/// Whose a part of a joined text is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    /// Where it ends.
    pub(super) end: usize,
    pub(super) role: Role,
    pub(super) link: Option<usize>,
}

/// Where a row may end, in order; never before the number of a link, nor inside the address that a link says, nor at a
/// place in ASCII that is no end of a word.
pub(super) fn places(text: &str, owners: &[Owner]) -> Vec<usize> {
    let mut places = Vec::with_capacity(text.len() / 5);
    let mut owner = 0;
    let mut word = Word::default();
    for (at, kind) in linebreaks(text) {
        if kind == BreakOpportunity::Mandatory || at >= text.len() {
            continue;
        }
        while owners.get(owner).is_some_and(|owner| owner.end < at) {
            owner += 1;
        }
        let inside = owners.get(owner).filter(|owner| at < owner.end);
        let may_end = match inside.map(|owner| owner.role) {
            Some(Role::LinkNumber) => false,
            Some(Role::Link) if !text[..at].ends_with(' ') && word.is_address(text, at) => false,
            _ => word.may_end(text, at),
        };
        if may_end {
            places.push(at);
        }
    }
    places
}

/// The word that was looked at last: what it is holds for all places in it.
#[derive(Default)]
struct Word {
    end: usize,
    is_address: bool,
}

impl Word {
    /// Between words always; within one of ASCII only behind a hyphen, and not if it is an address, a host or a path: in
    /// two pieces it could be read as another one.
    fn may_end(&mut self, text: &str, at: usize) -> bool {
        let octets = text.as_bytes();
        let (before, after) = (octets[at - 1], octets[at]);
        if !before.is_ascii() || !after.is_ascii() {
            return is_between_clusters(text, at);
        }
        if before == b' ' {
            return true;
        }
        if before != b'-' || !after.is_ascii_alphabetic() {
            return false;
        }
        !self.is_address(text, at)
    }

    /// Whether the word around this place is an address, a host or a path.
    fn is_address(&mut self, text: &str, at: usize) -> bool {
        if at >= self.end {
            let start = text[..at].rfind(' ').map_or(0, |blank| blank + 1);
            self.end = text[at..].find(' ').map_or(text.len(), |blank| at + blank);
            self.is_address = is_address(&text[start..self.end]);
        }
        self.is_address
    }
}

/// UAX 14 breaks before a mark on a blank; without its base it would get another one, and a cell more.
fn is_between_clusters(text: &str, at: usize) -> bool {
    let before = text.floor_char_boundary(at - 1);
    let cluster = text[before..].graphemes(true).next();
    cluster.is_none_or(|cluster| cluster.len() <= at - before)
}

fn is_address(word: &str) -> bool {
    let dotted = |(at, _)| word[at + 1..].starts_with(char::is_alphanumeric);
    word.contains(['@', '/']) || word.match_indices('.').any(dotted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<&str> {
        let mut ends = places(text, &[]);
        ends.push(text.len());
        let mut start = 0;
        ends.into_iter()
            .map(|end| &text[std::mem::replace(&mut start, end)..end])
            .collect()
    }

    #[test]
    fn words_end_at_blanks_and_hyphens_but_addresses_do_not() {
        assert_eq!(rows("a well-known b"), ["a ", "well-", "known ", "b"]);
        assert_eq!(rows("x a-b@c-d.example"), ["x ", "a-b@c-d.example"]);
        assert_eq!(rows("and/or -5 1-2"), ["and/or ", "-5 ", "1-2"]);
    }

    #[test]
    fn east_asian_text_and_emoji_end_where_the_tables_say() {
        assert_eq!(rows("「日本」です。"), ["「日", "本」", "で", "す。"]);
        assert_eq!(rows("ショック"), ["ショッ", "ク"]);
        assert_eq!(rows("👩‍👩‍👧👍🏽"), ["👩‍👩‍👧", "👍🏽"]);
        assert_eq!(
            rows("10\u{a0}km «\u{a0}oui\u{a0}»"),
            ["10\u{a0}km ", "«\u{a0}oui\u{a0}»"]
        );
    }

    #[test]
    fn a_mark_stays_on_its_blank() {
        assert_eq!(rows("a \u{740}b"), ["a \u{740}b"]);
    }

    #[test]
    fn endless_hyphens_take_no_time() {
        let text = "a-".repeat(1_000_000);
        assert_eq!(places(&text, &[]).len(), 999_999);
    }
}
