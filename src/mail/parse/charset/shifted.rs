//! Charsets that carry everything in ASCII between shifts: UTF-7 (RFC 2152) and HZ (RFC 1843).

use encoding_rs::GBK;

/// UTF-7, and whether something in it is none.
pub(super) fn utf7(octets: &[u8]) -> (String, bool) {
    let mut text = String::with_capacity(octets.len());
    let mut damaged = false;
    let mut rest = octets;
    while let Some(at) = rest.iter().position(|octet| *octet == b'+') {
        damaged |= push_ascii(&rest[..at], &mut text);
        rest = &rest[at + 1..];
        let end = rest.iter().position(|octet| sextet(*octet).is_none());
        let (shifted, after) = rest.split_at(end.unwrap_or(rest.len()));
        if shifted.is_empty() {
            text.push('+');
        } else {
            damaged |= push_utf16(shifted, &mut text);
        }
        rest = after.strip_prefix(b"-").unwrap_or(after);
    }
    damaged |= push_ascii(rest, &mut text);
    (text, damaged)
}

fn push_ascii(octets: &[u8], text: &mut String) -> bool {
    text.push_str(&String::from_utf8_lossy(octets));
    !octets.is_ascii()
}

/// UTF-16 in base64 without padding.
fn push_utf16(letters: &[u8], text: &mut String) -> bool {
    let (mut bits, mut count) = (0_u32, 0);
    let units = letters.iter().filter_map(|letter| {
        bits = bits << 6 | u32::from(sextet(*letter)?);
        count += 6;
        if count < 16 {
            return None;
        }
        count -= 16;
        let unit = bits >> count;
        bits &= (1 << count) - 1;
        u16::try_from(unit).ok()
    });
    let mut damaged = false;
    for unit in char::decode_utf16(units) {
        damaged |= unit.is_err();
        text.push(unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    damaged
}

fn sextet(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// HZ, and whether something in it is none. A line end shifts back to ASCII.
pub(super) fn hz(octets: &[u8]) -> (String, bool) {
    let mut text = String::with_capacity(octets.len());
    let mut damaged = false;
    let mut rest = octets;
    while let Some(at) = rest.iter().position(|octet| *octet == b'~') {
        damaged |= push_ascii(&rest[..at], &mut text);
        let (shift, after) = rest[at + 1..].split_at(usize::from(at + 1 < rest.len()));
        rest = after;
        match shift {
            b"{" => {
                let (pairs, after) = rest.split_at(length_of_pairs(rest));
                let high: Vec<u8> = pairs.iter().map(|octet| octet | 0x80).collect();
                let (decoded, wrong) = GBK.decode_without_bom_handling(&high);
                text.push_str(&decoded);
                damaged |= wrong;
                rest = after.strip_prefix(b"~}").unwrap_or(after);
            }
            b"\n" => {}
            b"~" => text.push('~'),
            other => {
                text.push('~');
                damaged |= push_ascii(other, &mut text);
            }
        }
    }
    damaged |= push_ascii(rest, &mut text);
    (text, damaged)
}

/// Up to the shift back or a line end. A tilde may be the second octet of a pair, never its first.
fn length_of_pairs(octets: &[u8]) -> usize {
    let mut at = 0;
    while let Some(octet) = octets.get(at) {
        match (octet, octets.get(at + 1)) {
            (b'~' | b'\n', _) => return at,
            (_, None | Some(b'\n')) => return at + 1,
            _ => at += 2,
        }
    }
    at
}
