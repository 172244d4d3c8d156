//! `Content-Type` and `Content-Disposition` taken apart: a word and its parameters (RFC 2045, 2183),
//! with every way in which parameters are cut and encoded (RFC 2231, and RFC 2047 where it has no place).

use crate::mail::parse::addresses::comment_length;
use crate::mail::parse::charset;
use crate::mail::parse::fields::Value;
use crate::mail::parse::words::text;

/// Longer fields are cut.
const MAX_LENGTH: usize = 32 << 10;
/// Parameters beyond this many are left out.
const MAX_PARAMETERS: usize = 1_000;
/// Names that begin a parameter even where the semicolon before them is missing.
const KNOWN: [&[u8]; 5] = [b"charset", b"name", b"filename", b"boundary", b"format"];

/// A structured field.
#[derive(Debug, Default)]
pub(super) struct Structured<'m> {
    /// What stands before the parameters, without comments and blanks around it.
    pub(super) head: String,
    value: Option<Value<'m>>,
    pieces: Vec<Piece>,
}

/// One `name=value` as written, which may be a part of a parameter: `name*1*=value`.
#[derive(Debug)]
struct Piece {
    name: String,
    /// Its place among the parts.
    number: Option<usize>,
    /// Whether octets are written as `%XX`.
    extended: bool,
    octets: Vec<u8>,
}

impl<'m> Structured<'m> {
    pub(super) fn of(value: Value<'m>) -> Self {
        let octets = &value.octets[..value.octets.len().min(MAX_LENGTH)];
        let mut scanner = Scanner {
            rest: octets,
            unclosed: false,
        };
        let head = scanner.head();
        let mut pieces = Vec::new();
        while pieces.len() < MAX_PARAMETERS && scanner.find_piece() {
            pieces.extend(scanner.piece());
        }
        Self {
            head: String::from_utf8_lossy(&head).trim().to_owned(),
            value: Some(value),
            pieces,
        }
    }

    /// The parameter of that name, decoded; the way that says its charset before the others.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut pieces: Vec<&Piece> = self
            .pieces
            .iter()
            .filter(|piece| piece.name == name)
            .collect();
        let whole = |piece: &&&Piece| piece.number.is_none();
        if let Some(piece) = pieces.iter().filter(whole).find(|piece| piece.extended) {
            return Some(self.joined(&[*piece]));
        }
        let plain = pieces.iter().find(whole).copied();
        pieces.retain(|piece| piece.number.is_some());
        pieces.sort_by_key(|piece| piece.number);
        pieces.dedup_by_key(|piece| piece.number);
        match (pieces.as_slice(), plain) {
            ([], None) => None,
            ([], Some(plain)) => Some(self.joined(&[plain])),
            (parts, _) => Some(self.joined(parts)),
        }
    }

    /// The first parameters, decoded, by their names.
    pub(super) fn parameters(&self, most: usize) -> Vec<(String, String)> {
        let mut names: Vec<&str> = Vec::new();
        for piece in &self.pieces {
            if names.len() < most && !names.contains(&piece.name.as_str()) {
                names.push(&piece.name);
            }
        }
        let found = names.into_iter();
        found
            .filter_map(|name| Some((name.to_owned(), self.parameter(name)?)))
            .collect()
    }

    fn joined(&self, pieces: &[&Piece]) -> String {
        let mut octets = Vec::new();
        let mut declared = None;
        for (at, piece) in pieces.iter().enumerate() {
            let mut written = piece.octets.as_slice();
            if at == 0 && piece.extended {
                (declared, written) = without_charset(written);
            }
            if piece.extended {
                unescape(written, &mut octets);
            } else {
                octets.extend_from_slice(written);
            }
        }
        // Encoded words have no place in here (RFC 2047, section 5) and are found here anyway.
        if pieces.iter().any(|piece| piece.extended) && !octets.starts_with(b"=?") {
            return charset::decode(&octets, declared.as_deref());
        }
        let raw = self.value.and_then(|value| value.raw);
        let octets = octets.as_slice();
        text(Value { octets, raw })
    }
}

/// `utf-8'en'text`, of which the apostrophes or what they part may be missing.
fn without_charset(octets: &[u8]) -> (Option<String>, &[u8]) {
    let mut parts = octets.splitn(3, |octet| *octet == b'\'');
    let (Some(charset), Some(second)) = (parts.next(), parts.next()) else {
        return (None, octets);
    };
    let charset = String::from_utf8_lossy(charset).into_owned();
    match parts.next() {
        Some(text) => (Some(charset), text),
        None if charset::named(&charset).is_some() => (Some(charset), second),
        None => (None, octets),
    }
}

fn unescape(mut octets: &[u8], out: &mut Vec<u8>) {
    while let Some((octet, rest)) = octets.split_first() {
        let pair = rest.get(..2).filter(|_| *octet == b'%');
        let escaped = pair
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(escaped.unwrap_or(*octet));
        octets = if escaped.is_some() { &rest[2..] } else { rest };
    }
}

/// What of a field has not been read.
struct Scanner<'m> {
    rest: &'m [u8],
    /// Whether a comment that never ends was met: its end is looked for once.
    unclosed: bool,
}

impl Scanner<'_> {
    /// Up to the first parameter, whose semicolon may be missing.
    fn head(&mut self) -> Vec<u8> {
        let mut head = Vec::new();
        while let Some((octet, after)) = self.rest.split_first() {
            if *octet == b'(' {
                self.skip_comment();
                continue;
            }
            let ends = head.last().is_none_or(u8::is_ascii_whitespace);
            if *octet == b';' || (ends && begins_known(self.rest)) {
                break;
            }
            if !matches!(octet, b'"' | b'\r' | b'\n') {
                head.push(*octet);
            }
            self.rest = after;
        }
        head
    }

    /// Whether there is anything more.
    fn find_piece(&mut self) -> bool {
        self.skip_blanks();
        !self.rest.is_empty()
    }

    /// The next `name=value`; `None` for what is none.
    fn piece(&mut self) -> Option<Piece> {
        let end = self
            .rest
            .iter()
            .position(|octet| matches!(octet, b'=' | b';'));
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        self.rest = rest.strip_prefix(b"=")?;
        let octets = self.value();
        Piece::named(name.trim_ascii(), octets)
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.rest.first() {
                Some(b';' | b' ' | b'\t' | b'\r' | b'\n') => self.rest = &self.rest[1..],
                Some(b'(') => self.skip_comment(),
                _ => return,
            }
        }
    }

    /// Past the comment that begins here (RFC 5322, section 3.2.2), or the parenthesis that begins none.
    fn skip_comment(&mut self) {
        let length = (!self.unclosed)
            .then(|| comment_length(self.rest))
            .flatten();
        self.unclosed = length.is_none();
        self.rest = &self.rest[length.unwrap_or(1)..];
    }

    fn value(&mut self) -> Vec<u8> {
        let blanks = self
            .rest
            .iter()
            .take_while(|octet| octet.is_ascii_whitespace());
        self.rest = &self.rest[blanks.count()..];
        match self.rest.strip_prefix(b"\"") {
            Some(quoted) => self.quoted(quoted),
            None => self.token(),
        }
    }

    /// Up to the closing quote. A backslash in it escapes whatever follows (RFC 5322, section 3.2.4).
    fn quoted(&mut self, mut rest: &[u8]) -> Vec<u8> {
        let mut octets = Vec::new();
        let length = self.rest.len();
        loop {
            rest = match rest {
                [] | [b'"'] => {
                    self.rest = &[];
                    return octets;
                }
                [b'"', after @ ..] => {
                    self.rest = &self.rest[length - after.len()..];
                    return octets;
                }
                [b'\\', escaped, after @ ..] => {
                    octets.push(*escaped);
                    after
                }
                [b'\r' | b'\n', after @ ..] => after,
                [octet, after @ ..] => {
                    octets.push(*octet);
                    after
                }
            };
        }
    }

    /// Up to the semicolon, or to a blank behind which a parameter begins that has none before it.
    fn token(&mut self) -> Vec<u8> {
        let mut depth = 0_usize;
        let mut last = None;
        let mut closes = || *last.get_or_insert_with(|| memchr::memrchr(b')', self.rest));
        let end = self.rest.iter().enumerate().position(|(at, octet)| {
            match octet {
                b'(' if closes().is_some_and(|last| last > at) => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let starts = octet.is_ascii_whitespace() && begins_known(&self.rest[at + 1..]);
            depth == 0 && (*octet == b';' || starts)
        });
        let (token, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        let kept = token.trim_ascii().iter().copied();
        kept.filter(|octet| !matches!(octet, b'\r' | b'\n'))
            .collect()
    }
}

fn begins_known(rest: &[u8]) -> bool {
    KNOWN.iter().any(|name| {
        let starts = rest
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name));
        starts && matches!(rest.get(name.len()), Some(b'=' | b'*'))
    })
}

impl Piece {
    /// `name`, `name*`, `name*1`, `name*1*`.
    fn named(written: &[u8], octets: Vec<u8>) -> Option<Self> {
        let written = String::from_utf8_lossy(written).to_ascii_lowercase();
        let mut parts = written.split('*');
        let name = parts
            .next()
            .filter(|name| !name.is_empty())?
            .trim()
            .to_owned();
        let number = parts.next();
        let extended = number == Some("") || parts.next().is_some();
        Some(Self {
            name,
            number: number.and_then(|number| number.trim().parse().ok()),
            extended,
            octets,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(parameters: &str) -> Option<String> {
        let written = format!(" attachment; {parameters}\r\n");
        Structured::of(Value::from(&written)).parameter("name")
    }

    #[test]
    fn parameters_are_read_as_they_are_written() {
        for (written, meant) in [
            ("name=a.txt", "a.txt"),
            ("NAME = \"a b.txt\" ; x=y", "a b.txt"),
            ("name=a b.txt; x=y", "a b.txt"),
            ("name=a (1).txt", "a (1).txt"),
            ("x=y (c;name=z); name=a", "a"),
            ("x=\"name=z\"; name=a", "a"),
            ("x=y name=a", "a"),
            ("x=\"y\" name=a", "a"),
            ("name=\"a;b\"", "a;b"),
            ("name=\"a\\\"b\\\\c\"", "a\"b\\c"),
            ("name=\"C:\\\\dir\\\\a.txt\"", "C:\\dir\\a.txt"),
            ("name=\"open", "open"),
            ("name=\"a\r\n b\"", "a b"),
            (";;; name=a;", "a"),
            ("name=a; name=b", "a"),
            ("name=\"été.txt\"", "été.txt"),
        ] {
            assert_eq!(name(written).as_deref(), Some(meant), "{written}");
        }
        assert_eq!(name("name"), None);
        assert_eq!(name("x=y"), None);
    }

    #[test]
    fn parameters_are_joined_and_decoded() {
        for (written, meant) in [
            ("name*=utf-8''na%C3%AFve.txt", "naïve.txt"),
            ("name*=iso-8859-1'fr'%E9t%e9", "été"),
            ("name*=\"utf-8''%C3%A9\"", "é"),
            ("name*=utf-8'%C3%A9", "é"),
            ("name*=%C3%A9", "é"),
            ("name*=''a%20b", "a b"),
            ("name=e.txt; name*=utf-8''%C3%A9.txt", "é.txt"),
            ("name*1=b; name*0=a; name*2=c", "abc"),
            ("name*0=a; name*2=c", "ac"),
            ("name*1=a; name*2=b", "ab"),
            ("name*0*=utf-8''%C3; name*1*=%A9", "é"),
            ("name*0*=utf-8''%C3%A9; name*1=\"%C3.txt\"", "é%C3.txt"),
            (
                "name*0*=utf-8''%C3%A9; name*10*=j; name*1*=a;name*2*=b;name*3*=c;name*4*=d;name*5*=e;name*6*=f;name*7*=g;name*8*=h;name*9*=i",
                "éabcdefghij",
            ),
            ("name*0=\"=?utf-8?q?=C3\"; name*1=\"=A9?=\"", "é"),
            ("name=\"=?utf-8?q?=C3=A9?=\"", "é"),
            ("name==?utf-8?q?=C3=A9?=", "é"),
            ("name=\"=?utf-8?b?w6k=?= =?utf-8?q?x?=\"", "éx"),
            ("name=\"=?utf-8?b?w6k=?=\r\n\t=?utf-8?q?x?=\"", "éx"),
            ("name*=utf-8''50%", "50%"),
            ("name*=us-ascii''a%0Ab", "a\nb"),
            ("name*==?utf-8?q?=C3=A9?=", "é"),
        ] {
            assert_eq!(name(written).as_deref(), Some(meant), "{written}");
        }
    }

    #[test]
    fn raw_octets_are_of_the_charset_of_the_mail() {
        let value = Value {
            octets: b"x; name=\"\xf4\xe0\xe9\xeb.txt\"",
            raw: Some(encoding_rs::WINDOWS_1251),
        };
        assert_eq!(
            Structured::of(value).parameter("name").as_deref(),
            Some("файл.txt")
        );
    }

    #[test]
    fn heads_are_read_without_comments() {
        for (written, head) in [
            (" text/plain; charset=x\r\n", "text/plain"),
            ("text/plain (a;b) ; x=y", "text/plain"),
            ("text/html charset=utf-8", "text/html"),
            ("\"attachment\"; x=y", "attachment"),
            ("filename=x", ""),
            ("", ""),
            ("a (", "a"),
        ] {
            assert_eq!(Structured::of(Value::from(written)).head, head, "{written}");
        }
        let value = Structured::of(Value::from("text/html charset=utf-8"));
        assert_eq!(value.parameter("charset").as_deref(), Some("utf-8"));
    }

    #[test]
    fn too_many_parameters_are_cut() {
        let many: Vec<String> = (0..90_000).map(|n| format!("x{n}*1=a;")).collect();
        let value = format!("a; {}", many.concat());
        assert!(Structured::of(Value::from(&value)).pieces.len() <= MAX_PARAMETERS);
    }
}
