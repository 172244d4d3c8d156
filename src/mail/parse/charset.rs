//! Octets to text by the charset a mail declares, or by the one it most likely meant.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

/// Decodes a text. Valid UTF-8 is taken as such under no charset, ASCII and UTF-8; what is left
/// undeclared is windows-1252, the most frequent undeclared charset. Never fails.
pub(in crate::mail) fn decode(octets: &[u8], charset: Option<&str>) -> String {
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    let charset = charset.unwrap_or_default().trim().to_ascii_lowercase();
    let unicode = matches!(
        charset.as_str(),
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" | "unknown-8bit" | "binary"
    );
    if unicode && let Ok(text) = std::str::from_utf8(octets) {
        return text.to_owned();
    }
    if charset.starts_with("utf") && unicode {
        return String::from_utf8_lossy(octets).into_owned();
    }
    match charset_decoder(charset.as_bytes()) {
        Some(decode) => decode(octets),
        None if std::str::from_utf8(octets).is_ok() => String::from_utf8_lossy(octets).into_owned(),
        None => windows_1252(octets),
    }
}

/// Raw header octets as UTF-8: they are (RFC 6532), or they are taken for windows-1252.
pub(in crate::mail) fn header(octets: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(octets) {
        Ok(_) => Cow::Borrowed(octets),
        Err(_) => Cow::Owned(windows_1252(octets).into_bytes()),
    }
}

fn windows_1252(octets: &[u8]) -> String {
    match charset_decoder(b"windows-1252") {
        Some(decode) => decode(octets),
        None => String::from_utf8_lossy(octets).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declared_charset_is_used() {
        assert_eq!(decode(b"\xa9t\xe9", Some("ISO-8859-2")), "Šté");
        assert_eq!(decode(b"\x1b$B4A;z\x1b(B", Some("iso-2022-jp")), "漢字");
        assert_eq!(decode("grün".as_bytes(), Some("us-ascii")), "grün");
    }

    #[test]
    fn undeclared_octets_are_utf_8_or_windows_1252() {
        assert_eq!(decode("日本".as_bytes(), None), "日本");
        assert_eq!(decode(b"gr\xfcn \x80", None), "grün €");
        assert_eq!(decode(b"gr\xfcn", Some("x-no-such-charset")), "grün");
        assert_eq!(decode(b"a\xffb", Some("utf-8")), "a\u{fffd}b");
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(decode(b"\xef\xbb\xbfx", Some("utf-8")), "x");
    }
}
