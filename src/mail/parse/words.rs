//! Unstructured header values as text: unfolded, encoded words decoded (RFC 2047).

use crate::mail::parse::body;
use crate::mail::parse::charset::{self, Charset};
use crate::mail::parse::fields::Value;
use crate::mail::parse::media::Encoding;

/// A header value as one line of decoded, foreign text.
pub(in crate::mail) fn text<'m>(value: impl Into<Value<'m>>) -> String {
    let value = value.into();
    let line = unfolded(value.octets);
    let mut rest = line.trim_ascii();
    let mut out = Text {
        raw: value,
        done: String::with_capacity(rest.len()),
        run: None,
    };
    while let Some(at) = memchr::memmem::find(rest, b"=?") {
        let (before, from_here) = rest.split_at(at);
        let Some((word, after)) = Word::read(from_here) else {
            out.push_literal(before);
            out.push_literal(b"=?");
            rest = &from_here[2..];
            continue;
        };
        // White space between two encoded words is no text (RFC 2047, section 6.2).
        if out.run.is_none() || !before.trim_ascii().is_empty() {
            out.push_literal(before);
        }
        out.push_word(word);
        rest = after;
    }
    out.push_literal(rest);
    out.end_run();
    out.done
}

/// How long the encoded word is that begins here, if one does.
pub(in crate::mail) fn length_of_word(octets: &[u8]) -> Option<usize> {
    let (_, after) = Word::read(octets)?;
    Some(octets.len() - after.len())
}

fn unfolded(octets: &[u8]) -> Vec<u8> {
    let kept = octets.iter().copied();
    kept.filter(|octet| !matches!(octet, b'\r' | b'\n'))
        .collect()
}

/// Text as it is put together.
struct Text<'m> {
    raw: Value<'m>,
    done: String,
    run: Option<Word>,
}

impl Text<'_> {
    fn push_literal(&mut self, octets: &[u8]) {
        if octets.is_empty() {
            return;
        }
        self.end_run();
        self.done.push_str(&charset::raw(octets, self.raw.raw));
    }

    fn push_word(&mut self, word: Word) {
        match &mut self.run {
            Some(run) if run.goes_on_in(&word) => run.add(word),
            _ => {
                self.end_run();
                self.run = Some(word);
            }
        }
    }

    fn end_run(&mut self) {
        if let Some(word) = self.run.take() {
            self.done
                .push_str(&charset::decode_as(&word.octets, word.charset));
        }
    }
}

/// The octets of an encoded word, and of those of the same charset right behind it: some programs
/// split characters between words, so they are decoded together.
struct Word {
    charset: Option<Charset>,
    octets: Vec<u8>,
    /// What [`charset::leaves_open`] says of the octets: they are looked at once, however many words follow.
    open: Option<bool>,
}

impl Word {
    /// The encoded word at the start of the text and what follows it.
    fn read(text: &[u8]) -> Option<(Self, &[u8])> {
        let (label, rest) = split_at_mark(text.strip_prefix(b"=?")?)?;
        let (encoding, rest) = split_at_mark(rest)?;
        let is_base64 = match encoding {
            b"b" | b"B" => true,
            b"q" | b"Q" => false,
            _ => return None,
        };
        let label = std::str::from_utf8(label).ok()?;
        // RFC 2231, section 5: a language may follow the charset.
        let label = label.split('*').next().unwrap_or(label).trim();
        if label.is_empty() || label.contains(char::is_whitespace) {
            return None;
        }
        let length = length_of_data(rest)?;
        let (data, after) = (&rest[..length], &rest[length + 2..]);
        let octets = if is_base64 {
            body::decode(data, Encoding::Base64).into_owned()
        } else {
            unescaped(data)
        };
        let word = Self {
            charset: charset::named(label),
            open: charset::leaves_open(&octets),
            octets,
        };
        Some((word, after))
    }

    fn add(&mut self, next: Self) {
        self.octets.extend(next.octets);
        self.open = next.open.or(self.open);
    }

    /// ISO-2022 charsets begin each word anew with their escape sequences, unless a program cut the
    /// text anywhere.
    fn goes_on_in(&self, next: &Self) -> bool {
        self.charset == next.charset
            && (self.charset != Some(Charset::Iso2022) || self.open == Some(true))
    }
}

/// What stands before the next question mark, and what behind it.
fn split_at_mark(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b'?', text)?;
    Some((&text[..at], &text[at + 1..]))
}

/// Up to `?=`. Question marks and blanks inside are wrong but frequent; another word is not inside.
fn length_of_data(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(b'?', &text[from..])?;
        if text.get(at + 1) == Some(&b'=') {
            return Some(at);
        }
        if at > 0 && text[at - 1] == b'=' {
            return None;
        }
        from = at + 1;
    }
}

/// The Q encoding: quoted-printable in which an underscore is a blank, and blanks at the end count.
fn unescaped(data: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(data.len());
    for piece in data.split_inclusive(|octet| *octet == b'_') {
        let text = piece.strip_suffix(b"_");
        body::unescape(text.unwrap_or(piece), &mut octets);
        octets.extend(text.map(|_| b' '));
    }
    octets
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
        assert_eq!(
            text(b"=?iso-8859-1*en?Q?=E9?=. =?utf-8*de-AT?q?=C3=A9?="),
            "é. é"
        );
    }

    #[test]
    fn characters_split_between_words_are_whole_again() {
        assert_eq!(text(b"=?utf-8?b?5g==?=\r\n =?UTF8?b?l6U=?="), "日");
        assert_eq!(text(b"=?utf-8?q?=E6?= =?utf-8?q?=97=A5?="), "日");
        assert_eq!(text(b"=?gb2312?b?ug==?==?gb2312?b?utfW?="), "汉字");
        assert_eq!(
            text(b"=?iso-2022-jp?b?GyRCNEE=?= =?iso-2022-jp?b?O3obKEI=?="),
            "漢字"
        );
    }

    #[test]
    fn words_are_found_wherever_they_stand() {
        for (written, meant) in [
            ("a=?utf-8?q?b?=c", "abc"),
            ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
            ("\"=?utf-8?q?=C3=A9?=\"", "\"é\""),
            ("(=?utf-8?q?=C3=A9?=)", "(é)"),
            ("=?utf-8?Q?caf=C3=A9 au lait?=", "café au lait"),
            ("=?utf-8?Q?a\r\n b?=", "a b"),
            ("=?utf-8?Q?a_?= =?utf-8?Q?b?=", "a b"),
            ("=?utf-8?Q?a=5Fb?=", "a_b"),
            ("=?utf-8?Q?really??=", "really?"),
            ("=?utf-8?Q??=", ""),
            ("=?utf-8?B??=x", "x"),
            ("=?utf-8?Q?50=?=", "50="),
            ("=?utf-8?B?w6k?=", "é"),
            ("=?utf-8?B?w6k===?=", "é"),
            ("=?utf-8?B?w6 k=?=", "é"),
            ("=? utf-8 ?Q?x?=", "x"),
            ("=?\"utf-8\"?Q?=C3=A9?=", "é"),
            ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
            ("=?utf-8?q?open =?utf-8?q?x?=", "=?utf-8?q?open x"),
        ] {
            assert_eq!(text(written), meant, "{written}");
        }
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
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn raw_octets_are_utf_8_or_windows_1252() {
        assert_eq!(text("Grüße 日本\r\n"), "Grüße 日本");
        assert_eq!(text(b"Gr\xfc\xdfe"), "Grüße");
        assert_eq!(text(b"Gr\xfc\xdfe =?utf-8?q?=C3=A9?="), "Grüße é");
        assert_eq!(text(b"=?iso-8859-1?q?gr\xfcn?="), "grün");
    }

    #[test]
    fn nothing_is_empty_text() {
        assert_eq!(text(b""), "");
        assert_eq!(text(b" \r\n"), "");
    }
}
