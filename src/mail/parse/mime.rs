//! Walks the MIME tree of a mail line by line: no recursion, no decoding, one pass.
//!
//! mail-parser builds this tree too, but it enters attached mails, so that nesting costs stack
//! (a mail of 2 MB ends the process), decodes every attachment on the way, and looks through the
//! rest of the mail once for each boundary that never comes. Here an attached mail is a leaf.

use encoding_rs::{Encoding, UTF_8};
use memchr::memmem::Finder;

use crate::mail::parse::charset::{self, Charset};
use crate::mail::parse::fields::Header;
use crate::mail::parse::media::Media;

/// Multiparts within multiparts.
const MAX_DEPTH: usize = 100;
/// Parts of one mail.
const MAX_PARTS: usize = 10_000;
/// Parts whose raw headers are looked at for their charset, which takes far longer than to split them.
const MAX_GUESSES: usize = 200;

/// A mail cut into its parts.
#[derive(Debug, Default)]
pub(in crate::mail) struct Tree<'m> {
    /// The header of the mail.
    pub(in crate::mail) header: Header<'m>,
    /// Offset of the mail's body.
    pub(in crate::mail) body: usize,
    /// Every part in order, containers before what they hold. Never empty after a walk.
    pub(in crate::mail) parts: Vec<Piece<'m>>,
    /// Which limit was met.
    pub(in crate::mail) limit: Option<Limit>,
}

/// One part, still encoded.
#[derive(Debug)]
pub(in crate::mail) struct Piece<'m> {
    /// `1` for the mail itself, `1.2` for the second part in it.
    pub(in crate::mail) path: String,
    /// What it says about itself.
    pub(in crate::mail) media: Media,
    /// Its octets as they travel; empty for a container.
    pub(in crate::mail) octets: &'m [u8],
    /// Offset of these octets in the mail.
    pub(in crate::mail) start: usize,
    /// Whether it holds parts.
    pub(in crate::mail) container: bool,
}

/// A limit that a mail met: it is then shown as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Limit {
    /// The header is longer than any header.
    Header,
    /// Parts are nested too deep.
    Depth,
    /// There are too many parts.
    Parts,
}

impl Piece<'_> {
    /// A leaf with a file name or the disposition `attachment`.
    pub(in crate::mail) fn is_attachment(&self) -> bool {
        let says_so = self.media.disposition.as_deref() == Some("attachment");
        !self.container && (says_so || self.media.name.is_some())
    }
}

/// Cuts a mail into its parts.
pub(in crate::mail) fn walk(octets: &[u8]) -> Tree<'_> {
    let mut header = Header::of_mail(octets);
    let media = Media::of(&header, "text/plain");
    let mut walker = Walker {
        octets,
        at: header.body,
        dashes: Finder::new(b"\n--"),
        open: Vec::new(),
        parts: Vec::new(),
        leaf: None,
        guesses: MAX_GUESSES,
        limit: header.cut.then_some(Limit::Header),
    };
    walker.begin(media, "1".to_owned());
    while walker.limit.is_none() && walker.step() {}
    walker.end_all();
    let (parts, limit) = (walker.parts, walker.limit);
    if let Some(charset) = declared(&parts) {
        header.declare(charset);
    }
    Tree {
        body: header.body,
        header,
        parts,
        limit,
    }
}

/// The charset of the first text that declares one.
fn declared(parts: &[Piece<'_>]) -> Option<&'static Encoding> {
    parts.iter().find_map(
        |part| match charset::named(part.media.charset.as_deref()?) {
            Some(Charset::Listed(encoding)) if encoding != UTF_8 => Some(encoding),
            _ => None,
        },
    )
}

struct Walker<'m> {
    octets: &'m [u8],
    at: usize,
    /// Boundary lines begin with two dashes; nothing else of a body is looked at.
    dashes: Finder<'static>,
    open: Vec<Open>,
    parts: Vec<Piece<'m>>,
    leaf: Option<Leaf>,
    /// Headers of parts whose charset may still be guessed.
    guesses: usize,
    limit: Option<Limit>,
}

/// A multipart whose end has not come yet.
struct Open {
    boundary: Vec<u8>,
    part: usize,
    start: usize,
    children: usize,
}

/// The part whose body is being passed.
#[derive(Clone, Copy)]
struct Leaf {
    part: usize,
    start: usize,
}

/// A boundary line.
struct Boundary {
    level: usize,
    last: bool,
    /// Where the line begins, less the line break before it, which belongs to it (RFC 2046, 5.1.1).
    before: usize,
    after: usize,
}

impl Walker<'_> {
    /// Passes one boundary line and the header behind it; `false` at the end of the mail.
    fn step(&mut self) -> bool {
        let Some(boundary) = self.next_boundary() else {
            return false;
        };
        self.end_leaf(boundary.before);
        while self.open.len() > boundary.level + 1 {
            self.end_multipart(boundary.before);
        }
        self.at = boundary.after;
        if boundary.last {
            self.end_multipart(boundary.before);
            return true;
        }
        if self.at_boundary() {
            return true;
        }
        let header = Header::of_part(self.octets, self.at, &mut self.guesses);
        self.at = header.body;
        let Some(parent) = self.open.last_mut() else {
            return true;
        };
        parent.children += 1;
        let holder = &self.parts[parent.part];
        let path = format!("{}.{}", holder.path, parent.children);
        // RFC 2046, section 5.1.5.
        let digest = holder.media.kind == "multipart/digest";
        let media = Media::of(
            &header,
            if digest {
                "message/rfc822"
            } else {
                "text/plain"
            },
        );
        self.begin(media, path);
        true
    }

    /// Whether a boundary comes right behind another: there is no part between them.
    fn at_boundary(&self) -> bool {
        let line = self.octets[self.at..].split(|octet| *octet == b'\n').next();
        line.and_then(|line| line.strip_prefix(b"--"))
            .is_some_and(|line| self.match_line(line).is_some())
    }

    fn begin(&mut self, media: Media, path: String) {
        if self.parts.len() >= MAX_PARTS {
            self.limit = Some(Limit::Parts);
            return;
        }
        let part = self.parts.len();
        let boundary = media.boundary.clone().filter(|_| media.is_multipart());
        self.parts.push(Piece {
            path,
            media,
            octets: &[],
            start: self.at,
            container: boundary.is_some(),
        });
        let Some(boundary) = boundary else {
            self.leaf = Some(Leaf {
                part,
                start: self.at,
            });
            return;
        };
        if self.open.len() >= MAX_DEPTH {
            self.limit = Some(Limit::Depth);
            return;
        }
        self.open.push(Open {
            boundary: boundary.into_bytes(),
            part,
            start: self.at,
            children: 0,
        });
    }

    fn next_boundary(&self) -> Option<Boundary> {
        if self.open.is_empty() {
            return None;
        }
        let mut start = self.at;
        if !self.octets[start..].starts_with(b"--") {
            start = self.line_with_dashes(start)?;
        }
        loop {
            let rest = &self.octets[start..];
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            if let Some((level, last)) = self.match_line(&rest[2..end]) {
                return Some(Boundary {
                    level,
                    last,
                    before: self.at.max(without_line_break(&self.octets[..start])),
                    after: start + end,
                });
            }
            start = self.line_with_dashes(start)?;
        }
    }

    /// Where the next line that begins with two dashes begins, behind `start`.
    fn line_with_dashes(&self, start: usize) -> Option<usize> {
        let found = self.dashes.find(self.octets.get(start..)?)?;
        Some(start + found + 1)
    }

    /// Which open multipart, innermost first, this line belongs to, and whether it ends it.
    fn match_line(&self, line: &[u8]) -> Option<(usize, bool)> {
        let line = line.trim_ascii_end();
        self.open
            .iter()
            .enumerate()
            .rev()
            .find_map(|(level, open)| {
                let rest = line.strip_prefix(open.boundary.as_slice())?;
                match rest {
                    [] => Some((level, false)),
                    [b'-', b'-', ..] => Some((level, true)),
                    _ => None,
                }
            })
    }

    fn end_leaf(&mut self, end: usize) {
        if let Some(leaf) = self.leaf.take() {
            let piece = &mut self.parts[leaf.part];
            piece.start = leaf.start;
            piece.octets = &self.octets[leaf.start..end.max(leaf.start)];
        }
    }

    /// A multipart in which no boundary ever came holds its octets itself.
    fn end_multipart(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        if open.children > 0 {
            return;
        }
        let piece = &mut self.parts[open.part];
        piece.container = false;
        piece.start = open.start;
        piece.octets = &self.octets[open.start..end.max(open.start)];
    }

    fn end_all(&mut self) {
        self.end_leaf(self.octets.len());
        while !self.open.is_empty() {
            self.end_multipart(self.octets.len());
        }
    }
}

/// The length of these octets without the line break at their end.
fn without_line_break(octets: &[u8]) -> usize {
    match octets {
        [rest @ .., b'\r', b'\n'] | [rest @ .., b'\n'] => rest.len(),
        whole => whole.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(mail: &str) -> Vec<String> {
        let tree = walk(mail.as_bytes());
        tree.parts
            .iter()
            .map(|p| {
                format!(
                    "{} {} {:?}",
                    p.path,
                    p.media.kind,
                    String::from_utf8_lossy(p.octets)
                )
            })
            .collect()
    }

    #[test]
    fn a_tree_is_walked_in_order() {
        let mail = "Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\nContent-Type: multipart/alternative; boundary=b\n\n\
            --b\n\none\n--b\nContent-Type: text/html\n\n<p>two\n--b--\nepilogue\n--a\nContent-Type: image/png; name=x.png\n\n\nthree\n\n--a--\nend";
        assert_eq!(
            shape(mail),
            [
                "1 multipart/mixed \"\"",
                "1.1 multipart/alternative \"\"",
                "1.1.1 text/plain \"one\"",
                "1.1.2 text/html \"<p>two\"",
                "1.2 image/png \"\\nthree\\n\"",
            ]
        );
        assert_eq!(shape(&mail.replace('\n', "\r\n")).len(), 5);
    }

    #[test]
    fn an_attached_mail_is_a_leaf() {
        let mail = "Content-Type: multipart/digest; boundary=a\n\n--a\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--a--\n";
        assert_eq!(shape(mail).len(), 2);
        assert!(shape(mail)[1].starts_with("1.1 message/rfc822"));
    }

    #[test]
    fn boundaries_that_never_come_or_never_end_lose_no_text() {
        assert_eq!(
            shape("Content-Type: multipart/mixed; boundary=a\n\nhello\n"),
            ["1 multipart/mixed \"hello\\n\""]
        );
        assert_eq!(
            shape("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nhello")[1],
            "1.1 text/plain \"hello\""
        );
        let inner = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\nlost?\n--a\n\nx\n--a--\n";
        assert_eq!(shape(inner)[1], "1.1 multipart/mixed \"lost?\"");
    }

    #[test]
    fn nothing_between_two_boundaries_is_no_part() {
        let mail =
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\n\nx\n--a\n\n--a\n--a--\n";
        assert_eq!(shape(mail).len(), 3);
    }

    #[test]
    fn a_boundary_is_no_prefix_of_another() {
        let mail = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=ab\n\n--ab\n\nx\n--ab--\n--a--\n";
        assert_eq!(shape(mail).len(), 3);
    }

    #[test]
    fn bombs_meet_a_limit() {
        let deep: Vec<String> = (0..200)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"))
            .collect();
        assert_eq!(walk(deep.concat().as_bytes()).limit, Some(Limit::Depth));
        let many = format!(
            "Content-Type: multipart/mixed; boundary=a\n\n{}",
            "--a\n\n".repeat(20_000)
        );
        assert_eq!(walk(many.as_bytes()).limit, Some(Limit::Parts));
        let mails = "Content-Type: message/rfc822\n\n".repeat(100_000);
        assert_eq!(walk(mails.as_bytes()).parts.len(), 1);
        let header = "A: b\n".repeat(300_000);
        assert_eq!(walk(header.as_bytes()).limit, Some(Limit::Header));
    }
}
