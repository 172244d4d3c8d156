//! Octets to text by the charset a mail declares, or by the one it most likely meant.

mod guess;
mod iso2022;
mod label;
mod meta;
mod shifted;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

pub(in crate::mail) use guess::guess;
pub(in crate::mail) use iso2022::leaves_open;
pub(in crate::mail) use label::{Charset, named};

/// Decodes a text by the name of its charset; what is undeclared, unknown or plainly mislabelled is
/// UTF-8 where it can be, and what it looks like else. Never fails.
pub(in crate::mail) fn decode(octets: &[u8], charset: Option<&str>) -> String {
    decode_as(octets, charset.and_then(named))
}

/// The same for HTML: where the mail declares nothing that helps, the page may do so itself. Programs that make UTF-8 of a
/// page leave its declaration as it was, so UTF-8 comes before it.
pub(in crate::mail) fn decode_html(octets: &[u8], charset: Option<&str>) -> String {
    let known = charset.and_then(named);
    let is_utf_8 = || !octets.is_ascii() && std::str::from_utf8(octets).is_ok();
    if known.is_some() || is_utf_8() {
        return decode_as(octets, known);
    }
    decode_as(octets, meta::declared(octets))
}

/// At most so many octets of a text. Half a character at their end would make all of it another charset's.
pub(in crate::mail) fn beginning(octets: &[u8], most: usize) -> &[u8] {
    let begun = &octets[..octets.len().min(most)];
    match std::str::from_utf8(begun) {
        Err(error) if error.error_len().is_none() => &begun[..error.valid_up_to()],
        _ => begun,
    }
}

/// The same for a charset that is known already.
pub(in crate::mail) fn decode_as(octets: &[u8], charset: Option<Charset>) -> String {
    if let Some((marked, length)) = Encoding::for_bom(octets)
        && (marked == UTF_8 || charset.is_none_or(Charset::is_wide))
    {
        return by(marked, &octets[length..]).0;
    }
    let Some(charset) = charset else {
        return undeclared(octets);
    };
    if charset.is_wide() && octets.is_ascii() && !octets.contains(&0) {
        return undeclared(octets);
    }
    let (text, damaged) = declared(octets, charset);
    if (damaged || is_western(charset)) && is_mislabelled(octets, charset) {
        return undeclared(octets);
    }
    text
}

/// A text as the mail says, which is what other programs make of it, and as it was meant, where that is not the same.
pub(in crate::mail) fn decode_and_mend(
    octets: &[u8],
    charset: Option<&str>,
) -> (String, Option<String>) {
    let charset = charset.and_then(named);
    let text = decode_as(octets, charset);
    match charset.filter(|charset| is_utf_8_after_all(octets, *charset)) {
        Some(charset) => (declared(octets, charset).0, Some(text)),
        None => (text, None),
    }
}

/// Whether a text is UTF-8 under the name of a charset in which every octet is a letter: programs that send on what they
/// did not write do that. No words of the West are UTF-8 by chance.
fn is_utf_8_after_all(octets: &[u8], charset: Charset) -> bool {
    is_western(charset) && is_mislabelled(octets, charset) && Encoding::for_bom(octets).is_none()
}

fn is_western(charset: Charset) -> bool {
    charset == Charset::Listed(WINDOWS_1252)
}

/// The text, and whether something in it is not of that charset.
fn declared(octets: &[u8], charset: Charset) -> (String, bool) {
    match charset {
        Charset::Listed(encoding) => by(encoding, octets),
        Charset::Dos(page) => (label::dos(octets, page), false),
        Charset::Utf7 => shifted::utf7(octets),
        Charset::Hz => shifted::hz(octets),
        Charset::Iso2022 => iso2022::decode(octets),
        Charset::Utf16 => by(byte_order(octets), octets),
        Charset::Utf32 { big_endian } => label::utf32(octets, big_endian),
    }
}

/// Damaged octets are no proof of another charset: a mail may be cut within a character. They are
/// where they make whole UTF-8, where 8-bit octets stand in a 7-bit charset, and where nothing at
/// all of what should be UTF-8 is.
fn is_mislabelled(octets: &[u8], charset: Charset) -> bool {
    match std::str::from_utf8(octets) {
        Ok(text) => !text.is_ascii(),
        Err(_) if charset.is_7_bit() => !iso2022::is_meant(octets),
        Err(_) => {
            charset == Charset::Listed(UTF_8)
                && octets.utf8_chunks().all(|chunk| chunk.valid().is_ascii())
                && octets.iter().filter(|octet| !octet.is_ascii()).count() > 1
        }
    }
}

/// Raw header octets as text: they are UTF-8 (RFC 6532), or else of the charset given.
pub(in crate::mail) fn raw<'o>(
    octets: &'o [u8],
    charset: Option<&'static Encoding>,
) -> Cow<'o, str> {
    match std::str::from_utf8(octets) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(by(charset.unwrap_or(WINDOWS_1252), octets).0),
    }
}

fn undeclared(octets: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(octets) else {
        return by(guess(&[octets]), octets).0;
    };
    if iso2022::is_meant(octets)
        && let (decoded, false) = iso2022::decode(octets)
    {
        return decoded;
    }
    text.to_owned()
}

fn by(encoding: &'static Encoding, octets: &[u8]) -> (String, bool) {
    let (text, damaged) = encoding.decode_without_bom_handling(octets);
    (text.into_owned(), damaged)
}

/// Text of the West has its zeros in the high octets. Without any: as Windows writes it, which is what
/// is met, though RFC 2781, section 4.3, says the other.
fn byte_order(octets: &[u8]) -> &'static Encoding {
    let zeros = |at: usize| {
        let octets = octets.iter().skip(at).step_by(2);
        octets.filter(|octet| **octet == 0).count()
    };
    if zeros(0) > zeros(1) {
        UTF_16BE
    } else {
        UTF_16LE
    }
}
