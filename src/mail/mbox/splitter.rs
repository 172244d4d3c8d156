//! Cuts an mbox into mails, line by line, without reading anything itself.

use super::FromLine;
use super::marks::content_length;

/// A longer head is not looked through for a `Content-Length`.
const LONGEST_HEAD: u64 = 1 << 20;

/// A mail as it stands in the file, without its `From ` line and without the empty line behind it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// What stood before it.
    pub from: FromLine,
    /// Its octets, quoted as they are; none if it is too large.
    pub octets: Vec<u8>,
    /// How many octets it has in the file.
    pub size: u64,
    /// Whether its `Content-Length` tells where it ends.
    pub is_counted: bool,
    /// Where its `From ` line stands in the file.
    pub at: u64,
}

/// Is given the lines of a file in order, and gives its mails.
#[derive(Debug)]
pub struct Splitter {
    state: State,
    entry: Entry,
    /// Octets so far.
    position: u64,
    /// Larger mails are counted, not kept.
    largest: usize,
    /// Whether the line before was empty, or there was none.
    after_blank: bool,
    /// Whether the file begins with a `From ` line that tells nothing: then all of them may.
    bare: bool,
    /// Octets before the first mail.
    before: u64,
    /// Whether the last line was the end of a head.
    head_ended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    Head,
    Body,
    /// So many octets are still the mail's, whatever they say.
    Counted(u64),
    /// Behind a mail that told its length: empty lines.
    Behind,
}

impl Splitter {
    /// Keeps mails of at most so many octets.
    pub fn new(largest: usize) -> Self {
        Self {
            state: State::Before,
            entry: Entry::default(),
            position: 0,
            largest,
            after_blank: true,
            bare: false,
            before: 0,
            head_ended: false,
        }
    }

    /// Takes in a line with its end, or a piece of a long one (`begins`: its first), and gives the mail that ends
    /// before it.
    pub fn push(&mut self, piece: &[u8], begins: bool) -> Option<Entry> {
        let at = self.position;
        self.head_ended = false;
        self.position += piece.len() as u64;
        if let State::Counted(left) = self.state {
            let own = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
            self.keep(&piece[..own]);
            let left = left - own as u64;
            self.state = if left > 0 {
                State::Counted(left)
            } else {
                State::Behind
            };
            return None;
        }
        let is_candidate = begins && (self.after_blank || self.state == State::Behind);
        let from = is_candidate
            .then(|| self.read_from_line(piece, at))
            .flatten();
        let is_blank = begins && matches!(piece, b"\n" | b"\r\n");
        self.after_blank = is_blank;
        if let Some(from) = from {
            let ended = self.end();
            self.entry = Entry {
                from,
                at,
                ..Entry::default()
            };
            self.state = State::Head;
            return ended;
        }
        match self.state {
            State::Before => self.before += piece.len() as u64,
            State::Behind => {}
            State::Head | State::Body | State::Counted(_) => self.keep(piece),
        }
        if is_blank && self.state == State::Head {
            self.state = State::Body;
            self.head_ended = true;
        }
        None
    }

    /// To be asked after each line: the `Content-Length` of the mail whose head has just ended. Only the file can say
    /// whether it is true; see [`Splitter::is_an_end`]. What poptui writes ends where the next `From ` line stands.
    pub fn announced(&self) -> Option<u64> {
        let entry = &self.entry;
        let is_whole = entry.size == entry.octets.len() as u64 && entry.size <= LONGEST_HEAD;
        let asks = self.head_ended && is_whole && entry.from.marks.is_none();
        asks.then(|| content_length(&entry.octets)).flatten()
    }

    /// Whether a mail can end behind the first of these octets of the file: at the end of the file, or at a `From ` line,
    /// behind an empty line if need be. A last line without an end gets one in the file; an empty line more than that is
    /// the mail's own, and its length is wrong.
    pub fn is_an_end(last_and_behind: &[u8]) -> bool {
        let Some((last, mut behind)) = last_and_behind.split_first() else {
            return false;
        };
        let line_ends = if *last == b'\n' { 1 } else { 2 };
        for left in (0..=line_ends).rev() {
            if behind.is_empty() || FromLine::read(first_line(behind)).is_some() {
                return true;
            }
            let rest = behind.strip_prefix(b"\r\n").or(behind.strip_prefix(b"\n"));
            let Some(rest) = rest.filter(|_| left > 0) else {
                return false;
            };
            behind = rest;
        }
        false
    }

    /// The body has so many octets.
    pub fn believe(&mut self, length: u64) {
        self.entry.is_counted = true;
        self.state = match length {
            0 => State::Behind,
            length => State::Counted(length),
        };
    }

    /// The last mail.
    pub fn finish(&mut self) -> Option<Entry> {
        self.end()
    }

    /// Octets before the first mail, which belong to none.
    pub fn before(&self) -> u64 {
        self.before
    }

    /// How much of the mail that is under way is kept.
    #[cfg(test)]
    pub(super) fn entry_octets(&self) -> usize {
        self.entry.octets.len()
    }

    fn read_from_line(&mut self, line: &[u8], at: u64) -> Option<FromLine> {
        let is_bare = FromLine::is_bare(line);
        self.bare |= is_bare && at == 0;
        FromLine::read(line).or_else(|| (is_bare && self.bare).then(FromLine::default))
    }

    fn keep(&mut self, octets: &[u8]) {
        self.entry.size += octets.len() as u64;
        if self.entry.size <= self.largest as u64 {
            self.entry.octets.extend_from_slice(octets);
        } else if !self.entry.octets.is_empty() {
            self.entry.octets = Vec::new();
        }
    }

    fn end(&mut self) -> Option<Entry> {
        if self.state == State::Before {
            return None;
        }
        self.state = State::Before;
        let mut entry = std::mem::take(&mut self.entry);
        if entry.size > self.largest as u64 {
            return Some(entry);
        }
        if !entry.is_counted {
            take_blank_line(&mut entry.octets);
            if entry.from.is_open && entry.octets.last() == Some(&b'\n') {
                entry.octets.pop();
            }
        }
        Some(entry)
    }
}

fn first_line(octets: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', octets).map_or(octets.len(), |end| end + 1);
    &octets[..end]
}

/// The empty line that every program writes behind a mail.
fn take_blank_line(octets: &mut Vec<u8>) {
    for blank in [&b"\r\n"[..], b"\n"] {
        let Some(rest) = octets.strip_suffix(blank) else {
            continue;
        };
        if rest.is_empty() || rest.ends_with(b"\n") {
            octets.truncate(rest.len());
        }
        return;
    }
}
