//! Cuts an address header into what it is written of: text, quotes, comments, angle brackets.

use crate::mail::parse::words;

/// A piece of an address header.
#[derive(Debug)]
pub(super) enum Token<'m> {
    /// Blanks, atoms, encoded words.
    Text(&'m [u8]),
    /// A quoted string.
    Quoted {
        /// What it says.
        content: Vec<u8>,
        /// With its quotes.
        written: &'m [u8],
    },
    /// What a comment says.
    Comment(Vec<u8>),
    /// What stands between angle brackets, comments left out.
    Angle(Vec<u8>),
    Comma,
    Semicolon,
    Colon,
}

pub(super) struct Scan<'m> {
    rest: &'m [u8],
    /// What was looked for and is not there, so that it is looked for once.
    unclosed: [bool; 3],
}

/// What can stay unclosed.
#[derive(Clone, Copy)]
enum Pair {
    Quote,
    Comment,
    Bracket,
}

impl<'m> Scan<'m> {
    pub(super) fn of(octets: &'m [u8]) -> Self {
        Self {
            rest: octets,
            unclosed: [false; 3],
        }
    }

    fn cut(&mut self, length: usize) -> &'m [u8] {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// The length of the pair that begins here, if it ends.
    fn closed(&mut self, pair: Pair) -> Option<usize> {
        if self.unclosed[pair as usize] {
            return None;
        }
        let length = match pair {
            Pair::Quote => quoted_length(self.rest),
            Pair::Comment => comment_length(self.rest),
            Pair::Bracket => memchr::memchr(b']', self.rest).map(|at| at + 1),
        };
        self.unclosed[pair as usize] = length.is_none();
        length
    }

    fn angle(&mut self) -> Token<'m> {
        let mut inside = Self {
            rest: &self.rest[1..],
            unclosed: self.unclosed,
        };
        let mut content = Vec::new();
        while let Some(octet) = inside.rest.first() {
            match octet {
                b'>' => {
                    inside.cut(1);
                    break;
                }
                // Never closed: the next mailbox is not inside. A route has commas, and begins so.
                b',' if !content.starts_with(b"@") => break,
                // `<<a@b>>`, or the address behind a name that has one as well.
                b'<' => {
                    inside.cut(1);
                    content.clear();
                }
                b'"' => {
                    let length = inside.closed(Pair::Quote).unwrap_or(1);
                    content.extend_from_slice(inside.cut(length));
                }
                b'(' => match inside.closed(Pair::Comment) {
                    Some(length) => drop(inside.cut(length)),
                    None => content.extend_from_slice(inside.cut(1)),
                },
                _ => content.extend_from_slice(inside.cut(1)),
            }
        }
        *self = inside;
        Token::Angle(content)
    }

    fn text(&mut self) -> Token<'m> {
        let mut length = 0;
        while let Some(octet) = self.rest.get(length) {
            length += match octet {
                b'"' | b'(' | b'<' | b',' | b';' | b':' | b'[' | b'>' | b'\\' if length > 0 => {
                    break;
                }
                b'=' => words::length_of_word(&self.rest[length..]).unwrap_or(1),
                _ => 1,
            };
        }
        Token::Text(self.cut(length))
    }
}

impl<'m> Iterator for Scan<'m> {
    type Item = Token<'m>;

    fn next(&mut self) -> Option<Token<'m>> {
        let token = match self.rest.first()? {
            b',' => Token::Comma,
            b';' => Token::Semicolon,
            b':' => Token::Colon,
            b'<' => return Some(self.angle()),
            b'>' => Token::Text(b""),
            b'\\' if self.rest.len() > 1 => {
                self.cut(1);
                return Some(Token::Text(self.cut(1)));
            }
            b'"' => {
                let Some(length) = self.closed(Pair::Quote) else {
                    self.cut(1);
                    return Some(Token::Text(b""));
                };
                let written = self.cut(length);
                let content = unescaped(&written[1..length - 1]);
                return Some(Token::Quoted { content, written });
            }
            b'(' => {
                let Some(length) = self.closed(Pair::Comment) else {
                    return Some(self.text());
                };
                let content = unescaped(&self.cut(length)[1..length - 1]);
                return Some(Token::Comment(content));
            }
            b'[' => {
                let length = self.closed(Pair::Bracket).unwrap_or(1);
                return Some(Token::Text(self.cut(length)));
            }
            _ => return Some(self.text()),
        };
        self.cut(1);
        Some(token)
    }
}

fn quoted_length(octets: &[u8]) -> Option<usize> {
    let mut escaped = false;
    let end = octets[1..].iter().position(|octet| {
        let closes = *octet == b'"' && !escaped;
        escaped = *octet == b'\\' && !escaped;
        closes
    });
    end.map(|end| end + 2)
}

/// Comments nest; counting needs no stack.
pub(in crate::mail::parse) fn comment_length(octets: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut escaped = false;
    let end = octets.iter().position(|octet| {
        match octet {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    end.map(|end| end + 1)
}

fn unescaped(octets: &[u8]) -> Vec<u8> {
    let mut escaped = false;
    let kept = octets.iter().copied().filter(|octet| {
        escaped = *octet == b'\\' && !escaped;
        !escaped
    });
    kept.collect()
}

/// Text in words, a quoted string being part of one, and an @ between blanks too.
pub(super) fn words(written: &[u8]) -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut word = Vec::new();
    let mut quoted = false;
    for octet in written.iter().chain(b" ") {
        quoted ^= *octet == b'"';
        if quoted || !octet.is_ascii_whitespace() {
            word.push(*octet);
            continue;
        }
        if word.is_empty() {
            continue;
        }
        let last = words.last_mut();
        match last.filter(|last| last.ends_with(b"@") || word.starts_with(b"@")) {
            Some(last) => last.append(&mut word),
            None => words.push(std::mem::take(&mut word)),
        }
    }
    words
}

/// Whether there is an @ outside of quotes.
pub(super) fn has_at(word: &[u8]) -> bool {
    word.split(|octet| *octet == b'"')
        .step_by(2)
        .any(|outside| outside.contains(&b'@'))
}
