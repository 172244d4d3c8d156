//! The `>` before a line that begins with `From `: set so that no mail seems to begin there, and taken away again.

use memchr::memmem;

use super::FromLine;

/// Which `>` was set by the program that wrote the file, and is not the mail's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// None at all (mboxcl2).
    Nothing,
    /// That of `>From ` alone; `>>From ` is the mail's own (mboxo, mboxcl).
    Once,
    /// One of each `>From `, `>>From `, … (mboxrd).
    Always,
    /// That of `>From ` where the rest could begin a mail: the program leaves other lines alone.
    WhereNeeded,
}

impl Quoting {
    /// The octets without the `>` that are not their own.
    pub fn undo(self, octets: Vec<u8>) -> Vec<u8> {
        let mut taken = places(&octets)
            .filter(|place| self.was_set(&octets, place))
            .peekable();
        if taken.peek().is_none() {
            drop(taken);
            return octets;
        }
        let mut undone = Vec::with_capacity(octets.len());
        let mut from = 0;
        for place in taken {
            undone.extend_from_slice(&octets[from..place.start]);
            from = place.start + 1;
        }
        undone.extend_from_slice(&octets[from..]);
        undone
    }

    fn was_set(self, octets: &[u8], place: &Place) -> bool {
        match self {
            Self::Nothing => false,
            Self::Once => place.depth == 1,
            Self::Always => place.depth > 0,
            Self::WhereNeeded => place.depth == 1 && FromLine::read(place.line(octets)).is_some(),
        }
    }
}

/// The octets as they stand in an mbox of the dialect mboxrd: [`Quoting::Always`] gives them back.
pub fn quote(octets: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(octets.len() + 64);
    let mut from = 0;
    for place in places(octets) {
        quoted.extend_from_slice(&octets[from..place.start]);
        quoted.push(b'>');
        from = place.start;
    }
    quoted.extend_from_slice(&octets[from..]);
    quoted
}

/// A line that begins with `From ` behind any number of `>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Where the line begins.
    pub(super) start: usize,
    /// How many `>`.
    pub(super) depth: usize,
}

impl Place {
    /// From `From ` to the end of the line.
    pub(super) fn line<'o>(&self, octets: &'o [u8]) -> &'o [u8] {
        let rest = &octets[self.start + self.depth..];
        &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())]
    }
}

/// All such lines. Only what `From ` stands in is looked at.
pub(super) fn places(octets: &[u8]) -> impl Iterator<Item = Place> {
    memmem::find_iter(octets, b"From ").filter_map(|at| {
        let marks = octets[..at].iter().rev();
        let depth = marks.take_while(|octet| **octet == b'>').count();
        let start = at - depth;
        let begins = start == 0 || octets[start - 1] == b'\n';
        begins.then_some(Place { start, depth })
    })
}
