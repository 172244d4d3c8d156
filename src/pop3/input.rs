//! Octets received and not used yet, and how a line is cut from them.

use memchr::memchr;

/// Octets received and not used yet.
#[derive(Default)]
pub(super) struct Input {
    octets: Vec<u8>,
    /// Where the unused ones begin.
    start: usize,
}

/// A line without its end.
pub(super) struct Line<'a> {
    pub(super) text: &'a [u8],
    /// How it ended.
    pub(super) end: LineEnd,
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// As RFC 1939 has it.
    CrLf,
    /// As some servers have it.
    Lf,
}

impl Input {
    pub(super) fn push(&mut self, octets: &[u8]) {
        self.octets.drain(..self.start);
        self.start = 0;
        self.octets.extend_from_slice(octets);
    }

    /// What is there.
    pub(super) fn rest(&self) -> &[u8] {
        &self.octets[self.start..]
    }

    /// The first `count` octets were used.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.octets.len());
    }

    /// Cuts one line off, if there is a whole one.
    pub(super) fn take_line(&mut self) -> Option<Line<'_>> {
        let rest = &self.octets[self.start..];
        let length = memchr(b'\n', rest)?;
        self.start += length + 1;
        let text = &rest[..length];
        Some(match text.strip_suffix(b"\r") {
            Some(text) => Line {
                text,
                end: LineEnd::CrLf,
            },
            None => Line {
                text,
                end: LineEnd::Lf,
            },
        })
    }

    /// Cuts off the empty lines in front, and tells how many octets they were.
    pub(super) fn skip_empty_lines(&mut self) -> usize {
        let rest = self.rest();
        let mut length = 0;
        loop {
            match &rest[length..] {
                [b'\n', ..] => length += 1,
                [b'\r', b'\n', ..] => length += 2,
                _ => break,
            }
        }
        self.consume(length);
        length
    }
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Input({} octets)", self.rest().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_only_when_it_is_whole() {
        let mut input = Input::default();
        input.push(b"+OK\r");
        assert!(input.take_line().is_none());
        input.push(b"\nbare\n\r\n\nrest");
        let line = input.take_line().expect("a whole line");
        assert_eq!((line.text, line.end), (&b"+OK"[..], LineEnd::CrLf));
        let line = input.take_line().expect("a whole line");
        assert_eq!((line.text, line.end), (&b"bare"[..], LineEnd::Lf));
        assert_eq!(input.skip_empty_lines(), 3);
        assert_eq!(input.rest(), b"rest");
    }
}
