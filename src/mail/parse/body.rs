//! Undoes transfer encodings (RFC 2045, sections 6.7 and 6.8), damaged ones as far as they go.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;

use crate::mail::parse::inlined::{uu, yenc};
use crate::mail::parse::media::Encoding;

/// The octets a part means. Never fails: what is no valid encoding stays as it is.
pub(in crate::mail) fn decode(octets: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    match encoding {
        Encoding::Identity => Cow::Borrowed(octets),
        Encoding::QuotedPrintable => Cow::Owned(quoted_printable(octets)),
        Encoding::Base64 => Cow::Owned(base64(octets)),
        Encoding::Uuencode => Cow::Owned(uu::decode(octets)),
        Encoding::YEnc => Cow::Owned(yenc::decode(octets)),
    }
}

fn base64(octets: &[u8]) -> Vec<u8> {
    if let Some(decoded) = base64_decode(octets) {
        return decoded;
    }
    // Damaged: read the alphabet and nothing else, up to the padding, as RFC 2045 asks.
    let mut letters: Vec<u8> = octets
        .iter()
        .copied()
        .take_while(|octet| *octet != b'=')
        .filter(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/'))
        .collect();
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    letters.resize(letters.len().next_multiple_of(4), b'=');
    base64_decode(&letters).unwrap_or_default()
}

fn quoted_printable(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len());
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        let text = line.trim_ascii_end();
        let line_end = match line {
            [.., b'\r', b'\n'] => &b"\r\n"[..],
            [.., b'\n'] => b"\n",
            _ => b"",
        };
        if let Some(soft) = text.strip_suffix(b"=") {
            unescape(soft, &mut out);
            continue;
        }
        // Blanks before a line end were added on the way (RFC 2045, section 6.7, rule 3).
        unescape(if line_end.is_empty() { line } else { text }, &mut out);
        out.extend_from_slice(line_end);
    }
    out
}

fn unescape(mut text: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = text.iter().position(|octet| *octet == b'=') {
        out.extend_from_slice(&text[..at]);
        let digits = text
            .get(at + 1..at + 3)
            .and_then(|pair| Some((hex(pair[0])?, hex(pair[1])?)));
        let Some((high, low)) = digits else {
            out.push(b'=');
            text = &text[at + 1..];
            continue;
        };
        out.push(high << 4 | low);
        text = &text[at + 3..];
    }
    out.extend_from_slice(text);
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_is_decoded_and_damage_stays_visible() {
        let read = |text: &str| String::from_utf8(quoted_printable(text.as_bytes())).unwrap();
        assert_eq!(read("caf=C3=A9 =\r\nnoir  \r\nx=3dy"), "café noir\r\nx=y");
        assert_eq!(read("50=% =ZZ =4"), "50=% =ZZ =4");
        assert_eq!(read("a =  \nb"), "a b");
    }

    #[test]
    fn base64_is_decoded_and_damage_is_passed_over() {
        assert_eq!(base64(b"aGVs\r\nbG8=\r\n"), b"hello");
        assert_eq!(base64(b"aGVs!bG8="), b"hello");
        assert_eq!(base64(b"aGVsbG8"), b"hello");
        assert_eq!(base64(b"***"), b"");
    }
}
