//! The octets of one message while they arrive: undoes the byte-stuffing, finds the end, holds the limit.
//!
//! A message ends at `CRLF . CRLF` and nowhere else (RFC 1939, section 3). Every octet but a dot that
//! leads a line is kept as sent: 8-bit, NUL, a CR or LF of its own, lines of any length.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::input::LineEnd;
use super::{Error, Limits};

/// So much of what came last is kept as it came: an end of a mail, and a short answer behind it.
const TAIL: usize = 64;

/// A head is looked for no further, in octets.
const LONGEST_HEAD: u64 = 64 << 10;

/// What is reserved at once, whatever LIST told.
const RESERVE: u64 = 1 << 20;

static CRLF_DOT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\r\n."));
static LF_DOT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\n."));

/// One message while it arrives.
pub(super) struct Body {
    octets: Vec<u8>,
    place: Place,
    line_end: LineEnd,
    /// Octets so far, kept or not.
    length: u64,
    /// Above this, octets are counted and thrown away.
    keep: u64,
    /// Above this, the message is taken for endless.
    give_up: u64,
    /// What LIST told; 0 where it told nothing.
    expect: u64,
    /// The last octets as they came on the wire, behind the end of the status line.
    tail: Vec<u8>,
}

/// Where in a line the next octet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Anywhere else.
    Text,
    /// After a CR.
    Cr,
    /// After a line end, or before the first octet.
    LineStart,
    /// After a dot that leads a line, held back.
    Dot,
    /// After that and a CR, both held back.
    DotCr,
}

/// How far a piece of input went.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Absorbed {
    /// Octets used.
    pub(super) used: usize,
    /// The final dot was among them.
    pub(super) ended: bool,
}

impl Body {
    /// A message that is thought to have `expect` octets (0 where that is not known).
    pub(super) fn new(line_end: LineEnd, expect: u64, limits: &Limits) -> Self {
        let limit = limits.message as u64;
        let keep = expect
            .saturating_mul(2)
            .max(limits.unannounced as u64)
            .min(limit);
        // A message rightly larger than the limit is read to its end, unless what LIST told is out of all measure.
        let give_up = keep.max(expect.min(limit.saturating_mul(4)));
        let reserve = usize::try_from(expect.min(keep).min(RESERVE)).unwrap_or(0);
        Self {
            octets: Vec::with_capacity(reserve),
            place: Place::LineStart,
            line_end,
            length: 0,
            keep,
            give_up: give_up.saturating_mul(2),
            expect,
            tail: b"\r\n".to_vec(),
        }
    }

    /// Takes octets up to the final dot, or all of them.
    pub(super) fn absorb(&mut self, input: &[u8]) -> Result<Absorbed, Error> {
        let absorbed = self.absorb_all(input)?;
        let from = absorbed.used.saturating_sub(TAIL);
        self.tail.extend_from_slice(&input[from..absorbed.used]);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
        Ok(absorbed)
    }

    /// Whether it seems to be over, though its end is not the one that POP3 has: a dot between line ends of another kind,
    /// or one behind the last line, where what came before it is all that LIST told. An answer to what was asked behind
    /// it may follow.
    pub(super) fn seems_over(&self) -> bool {
        const ODD: [&[u8]; 5] = [b"\n.\n", b"\n.\r\n", b"\n.\r", b"\r.\r\n", b"\r.\r"];
        let glued = self.behind(b".\r\n").is_some_and(|rest| {
            let behind = b".\r\n".len() + rest.len();
            let before = self.length.saturating_sub(behind as u64);
            self.expect > 0 && (before == self.expect || before + 2 == self.expect)
        });
        glued || ODD.iter().any(|end| self.behind(end).is_some())
    }

    /// What came behind such an end: nothing, or an answer.
    fn behind(&self, end: &[u8]) -> Option<&[u8]> {
        let at = memchr::memmem::rfind(&self.tail, end)?;
        let rest = &self.tail[at + end.len()..];
        let is_answer = rest.starts_with(b"+OK") || rest.starts_with(b"-ERR");
        (rest.is_empty() || is_answer).then_some(rest)
    }

    fn absorb_all(&mut self, input: &[u8]) -> Result<Absorbed, Error> {
        let mut used = 0;
        while let Some(octet) = input.get(used) {
            if self.place == Place::Text {
                used += self.take_text(&input[used..])?;
                continue;
            }
            used += 1;
            if self.take_octet(*octet)? {
                return Ok(Absorbed { used, ended: true });
            }
        }
        Ok(Absorbed { used, ended: false })
    }

    /// The message; where it was larger than the limit, its head.
    pub(super) fn finish(self) -> Result<Vec<u8>, Vec<u8>> {
        if self.length <= self.keep {
            Ok(self.octets)
        } else {
            Err(self.octets)
        }
    }

    /// Octets so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Takes octets in bulk, up to and with the next dot that leads a line. Tells how many.
    fn take_text(&mut self, input: &[u8]) -> Result<usize, Error> {
        let (finder, line_end) = match self.line_end {
            LineEnd::CrLf => (&*CRLF_DOT, b"\r\n".as_slice()),
            LineEnd::Lf => (&*LF_DOT, b"\n".as_slice()),
        };
        if let Some(at) = finder.find(input) {
            let dot = at + line_end.len();
            self.keep(&input[..dot])?;
            self.place = Place::Dot;
            return Ok(dot + 1);
        }
        self.keep(input)?;
        self.place = if input.ends_with(line_end) {
            Place::LineStart
        } else if input.ends_with(b"\r") && self.line_end == LineEnd::CrLf {
            Place::Cr
        } else {
            Place::Text
        };
        Ok(input.len())
    }

    /// Takes one octet where a line begins or ends. `true` at the end of the message.
    fn take_octet(&mut self, octet: u8) -> Result<bool, Error> {
        match (self.place, octet, self.line_end) {
            (Place::LineStart, b'.', _) => self.place = Place::Dot,
            (Place::Dot, b'\r', _) => self.place = Place::DotCr,
            (Place::DotCr, b'\n', _) | (Place::Dot, b'\n', LineEnd::Lf) => return Ok(true),
            (Place::DotCr, ..) => {
                // The held CR was text after all, and this octet stands behind it.
                self.keep(b"\r")?;
                self.place = Place::Cr;
                return self.take_octet(octet);
            }
            // The dot was stuffing: it is dropped, what follows it is text.
            _ => self.take_plain(octet)?,
        }
        Ok(false)
    }

    fn take_plain(&mut self, octet: u8) -> Result<(), Error> {
        self.keep(&[octet])?;
        self.place = match (self.place, octet, self.line_end) {
            (Place::Cr, b'\n', _) | (_, b'\n', LineEnd::Lf) => Place::LineStart,
            (_, b'\r', LineEnd::CrLf) => Place::Cr,
            _ => Place::Text,
        };
        Ok(())
    }

    fn keep(&mut self, octets: &[u8]) -> Result<(), Error> {
        let was_kept = self.length <= self.keep;
        self.length += octets.len() as u64;
        if self.length > self.give_up {
            return Err(Error::Limit("one message"));
        }
        if was_kept {
            self.octets.extend_from_slice(octets);
            if self.length > self.keep {
                self.octets = head(&self.octets, self.keep).to_vec();
            }
        }
        Ok(())
    }
}

/// The beginning of a message, up to and with the empty line; nothing if that is too far away or above the limit.
fn head(octets: &[u8], limit: u64) -> &[u8] {
    let octets = &octets[..octets.len().min(limit.min(LONGEST_HEAD) as usize)];
    let behind = |end: &[u8]| Some(memchr::memmem::find(octets, end)? + end.len());
    &octets[..behind(b"\r\n\r\n").or_else(|| behind(b"\n\n")).unwrap_or(0)]
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body({} octets)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message and what is left behind it, the wire cut into pieces of `piece` octets.
    fn read(line_end: LineEnd, wire: &[u8], piece: usize) -> Option<(Vec<u8>, Vec<u8>)> {
        let mut body = Body::new(line_end, 0, &Limits::default());
        let mut done = 0;
        for piece in wire.chunks(piece) {
            let absorbed = body.absorb(piece).expect("within limits");
            done += absorbed.used;
            if absorbed.ended {
                return Some((body.finish().ok()?, wire[done..].to_vec()));
            }
        }
        None
    }

    fn assert_read(line_end: LineEnd, wire: &[u8], message: &[u8], rest: &[u8]) {
        for piece in 1..=wire.len() {
            let read = read(line_end, wire, piece);
            let (got, left) = read.unwrap_or_else(|| panic!("no end in pieces of {piece}"));
            assert_eq!(got, message, "{wire:?} in pieces of {piece}");
            assert_eq!(left, rest, "{wire:?} in pieces of {piece}");
        }
    }

    fn assert_endless(line_end: LineEnd, wire: &[u8]) {
        for piece in 1..=wire.len() {
            assert_eq!(read(line_end, wire, piece), None, "{wire:?}");
        }
    }

    #[test]
    fn only_crlf_dot_crlf_ends_a_message() {
        assert_read(LineEnd::CrLf, b"a\r\n.\r\n+OK", b"a\r\n", b"+OK");
        assert_read(LineEnd::CrLf, b".\r\n+OK", b"", b"+OK");
        for endless in [
            "a\n.\n",
            "a\n.\r\n",
            "a\r\n.\n",
            "a\r.\r\n",
            "a\r\n.\r",
            "a\r\n.\r\r\n",
            "a\r\n. \r\n",
            "a.\r\n",
            "a\r\n..\r\n",
            ".\n",
        ] {
            assert_endless(LineEnd::CrLf, endless.as_bytes());
        }
    }

    #[test]
    fn a_dot_is_dropped_where_it_leads_a_line_and_nowhere_else() {
        assert_read(LineEnd::CrLf, b"..a\r\n...\r\n.\r\n", b".a\r\n..\r\n", b"");
        assert_read(LineEnd::CrLf, b"a\n.b\r.c\r\n.\r\n", b"a\n.b\r.c\r\n", b"");
        assert_read(LineEnd::CrLf, b".x\r\n.\ry\r\n.\r\n", b"x\r\n\ry\r\n", b"");
        assert_read(LineEnd::CrLf, b".\r\r\n.\r\n", b"\r\r\n", b"");
    }

    #[test]
    fn an_end_that_is_none_is_seen_and_other_silence_is_no_end() {
        let seems_over = |wire: &[u8], expect: u64, piece: usize| {
            let mut body = Body::new(LineEnd::CrLf, expect, &Limits::default());
            for piece in wire.chunks(piece) {
                assert!(!body.absorb(piece).expect("within limits").ended);
            }
            body.seems_over()
        };
        for piece in 1..8 {
            for odd in [
                "a\r\n.\n", "a\n.\n", "a\n.\r\n", "a\r\n.\r", "a\r.\r", "a\r.\r\n", ".\n", ".\r",
            ] {
                assert!(seems_over(odd.as_bytes(), 0, piece), "{odd:?}");
                let answered = format!("{odd}+OK\r\n");
                assert!(seems_over(answered.as_bytes(), 0, piece), "{answered:?}");
                let goes_on = format!("{odd}and so on\r\n");
                assert!(!seems_over(goes_on.as_bytes(), 0, piece), "{goes_on:?}");
            }
            for open in [
                "",
                "a",
                "a\r\n",
                "a\r\n.",
                "a\r\n..\n",
                "a.\n",
                "the end.\r\n",
            ] {
                assert!(!seems_over(open.as_bytes(), 0, piece), "{open:?}");
            }
            for expect in [7, 9] {
                assert!(seems_over(b"the end.\r\n", expect, piece));
                assert!(seems_over(b"the end.\r\n+OK\r\n", expect, piece));
            }
            assert!(!seems_over(b"the end.\r\n", 8, piece));
            assert!(!seems_over(b"the end.\r\n", 4_000, piece));
        }
    }

    #[test]
    fn octets_are_never_touched() {
        let odd = b"\0\xff\x80 \r \n \r\r\n\n\r\x1b[2J\r\n";
        let wire = [&odd[..], b".\r\n"].concat();
        assert_read(LineEnd::CrLf, &wire, odd, b"");
    }

    #[test]
    fn a_line_of_a_megabyte_is_a_line() {
        let line = [vec![b'x'; 1 << 20], b"\r\n".to_vec()].concat();
        let wire = [&line[..], b".\r\n"].concat();
        let (message, rest) = read(LineEnd::CrLf, &wire, 4096).expect("an end");
        assert!(message == line && rest.is_empty());
    }

    #[test]
    fn where_status_lines_end_in_lf_a_message_does_too() {
        assert_read(LineEnd::Lf, b"a\n..b\n.\n+OK", b"a\n.b\n", b"+OK");
        assert_read(LineEnd::Lf, b"a\r\n.b\r\n.\r\n", b"a\r\nb\r\n", b"");
        assert_read(LineEnd::Lf, b".\n", b"", b"");
        assert_read(LineEnd::Lf, b".\r.\n.\n", b"\r.\n", b"");
    }

    fn limits(message: usize, unannounced: usize) -> Limits {
        Limits {
            message,
            unannounced,
            ..Limits::default()
        }
    }

    #[test]
    fn a_message_above_the_limit_is_read_through_and_thrown_away_but_for_its_head() {
        let wire = b"a: b\r\n\r\n9876543210\r\n.\r\n";
        for piece in 1..=7 {
            let mut body = Body::new(LineEnd::CrLf, 0, &limits(15, 15));
            for piece in wire.chunks(piece) {
                body.absorb(piece).expect("in step");
            }
            let head = body.finish();
            assert_eq!(head, Err(wire[..8].to_vec()), "in pieces of {piece}");
        }
        let mut body = Body::new(LineEnd::CrLf, 0, &limits(10, 10));
        let absorbed = body.absorb(b"0123456789\r\n.\r\n+OK").expect("in step");
        assert_eq!(
            absorbed,
            Absorbed {
                used: 15,
                ended: true
            }
        );
        assert_eq!(body.octets.capacity(), 0);
        assert_eq!(body.finish(), Err(Vec::new()));
    }

    #[test]
    fn a_message_may_have_twice_what_was_told_and_endless_ones_are_given_up() {
        let limits = limits(1000, 10);
        let kept = |expect, length| {
            let mut body = Body::new(LineEnd::CrLf, expect, &limits);
            body.absorb(&vec![b'x'; length])?;
            Ok(body.finish().is_ok())
        };
        assert_eq!(kept(100, 200), Ok(true));
        assert_eq!(kept(100, 201), Ok(false));
        assert_eq!(kept(100, 401), Err(Error::Limit("one message")));
        assert_eq!(kept(0, 10), Ok(true));
        assert_eq!(kept(0, 21), Err(Error::Limit("one message")));
        assert_eq!(kept(3000, 6000), Ok(false));
        assert_eq!(kept(u64::MAX, 8001), Err(Error::Limit("one message")));
    }
}
