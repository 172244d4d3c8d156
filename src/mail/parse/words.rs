//! Unstructured header values as text: unfolded, encoded words decoded (RFC 2047).

use crate::mail::parse::media::Encoding;
use crate::mail::parse::{body, charset};

/// A header value as one line of decoded, foreign text.
pub(in crate::mail) fn text(value: &[u8]) -> String {
    let line = one_line(value);
    let line = String::from_utf8_lossy(&line);
    let mut rest = line.trim();
    let mut out = String::with_capacity(rest.len());
    let mut run: Option<Word> = None;
    while let Some(at) = rest.find("=?") {
        let (before, from_here) = rest.split_at(at);
        let Some((word, after)) = Word::read(from_here) else {
            end_run(&mut run, &mut out);
            out.push_str(before);
            out.push_str("=?");
            rest = &from_here[2..];
            continue;
        };
        // White space between two encoded words is no text (RFC 2047, section 6.2).
        let adjacent = run.is_some() && before.trim().is_empty();
        if !adjacent {
            end_run(&mut run, &mut out);
            out.push_str(before);
        }
        match &mut run {
            Some(run) if run.goes_on_in(&word) => run.octets.extend(word.octets),
            _ => {
                end_run(&mut run, &mut out);
                run = Some(word);
            }
        }
        rest = after;
    }
    end_run(&mut run, &mut out);
    out.push_str(rest);
    out
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

/// The octets of an encoded word, and of those of the same charset right behind it: some programs
/// split characters between words, so they are decoded together.
struct Word {
    charset: String,
    octets: Vec<u8>,
}

impl Word {
    /// The encoded word at the start of the text and what follows it.
    fn read(text: &str) -> Option<(Self, &str)> {
        let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
        let (encoding, rest) = rest.split_once('?')?;
        // Blanks inside are wrong but frequent.
        let (data, after) = rest.split_once('?')?;
        let after = after.strip_prefix('=')?;
        // RFC 2231, section 5: a language may follow the charset.
        let charset = charset.split('*').next().unwrap_or(charset);
        if charset.is_empty() || charset.contains(char::is_whitespace) {
            return None;
        }
        let octets = match encoding {
            "b" | "B" => body::decode(data.as_bytes(), Encoding::Base64),
            "q" | "Q" => {
                let blanks = data.replace('_', "=20");
                body::decode(blanks.as_bytes(), Encoding::QuotedPrintable)
                    .into_owned()
                    .into()
            }
            _ => return None,
        };
        let word = Self {
            charset: charset.to_owned(),
            octets: octets.into_owned(),
        };
        Some((word, after))
    }

    /// ISO-2022 charsets begin each word anew with their escape sequences.
    fn goes_on_in(&self, next: &Self) -> bool {
        self.charset.eq_ignore_ascii_case(&next.charset)
            && !self.charset.to_ascii_lowercase().starts_with("iso-2022")
    }
}

fn end_run(run: &mut Option<Word>, out: &mut String) {
    if let Some(word) = run.take() {
        out.push_str(&charset::decode(&word.octets, Some(&word.charset)));
    }
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
        assert_eq!(text(b" a\r\n =?iso-8859-1?q?=E9_x?=\r\n b"), "a é x b");
        assert_eq!(text(b"=?iso-8859-1*en?Q?=E9?=. =?utf-8?q?=C3=A9?="), "é. é");
    }

    #[test]
    fn characters_split_between_words_are_whole_again() {
        assert_eq!(text(b"=?utf-8?b?5g==?=\r\n =?UTF-8?b?l6U=?="), "日");
        assert_eq!(text(b"=?utf-8?q?=E6?= =?utf-8?q?=97=A5?="), "日");
    }

    #[test]
    fn what_is_no_encoded_word_stays() {
        for plain in [
            "a =? b",
            "=?utf-8?x?abc?=",
            "=?utf-8?q?open",
            "50 =?= 50",
            "=??q?a?=",
        ] {
            assert_eq!(text(plain.as_bytes()), plain);
        }
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
