//! Unstructured header values as text: unfolded, encoded words decoded (RFC 2047).

use mail_parser::parsers::MessageStream;

use crate::mail::parse::charset;

/// A header value as one line of decoded, foreign text.
pub(in crate::mail) fn text(value: &[u8]) -> String {
    let line = one_line(value);
    let decoded = MessageStream::new(&line).parse_unstructured();
    decoded
        .into_text()
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}

/// A header value without its folds and as UTF-8, ended by the line feed mail-parser looks for.
pub(in crate::mail) fn one_line(value: &[u8]) -> Vec<u8> {
    let mut line: Vec<u8> = charset::header(value)
        .iter()
        .copied()
        .filter(|octet| !matches!(octet, b'\r' | b'\n'))
        .collect();
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_decoded_and_joined() {
        assert_eq!(
            text(b" =?utf-8?q?caf=C3=A9?= =?utf-8?b?IQ==?= now\r\n"),
            "café! now"
        );
        assert_eq!(text(b" a\r\n =?iso-8859-1?q?=E9?=\r\n b"), "a é b");
    }

    #[test]
    fn raw_octets_are_utf_8_or_windows_1252() {
        assert_eq!(text("Grüße 日本\r\n".as_bytes()), "Grüße 日本");
        assert_eq!(text(b"Gr\xfc\xdfe"), "Grüße");
    }

    #[test]
    fn nothing_is_empty_text() {
        assert_eq!(text(b""), "");
        assert_eq!(text(b" \r\n"), "");
    }
}
