//! Plain text as blocks, piece by piece: quotes and their folds, the signature, patches, links, lines that must stand.

use crate::mail::article::{Block, Kind, Lines, Plain, Run};
use crate::mail::compose::plain_lines::{
    LONGEST, Paragraph, SIGNATURE, first, paragraph, unquoted,
};
use crate::mail::compose::plain_patch::Hunk;
use crate::mail::compose::plain_shape::{expand_tabs, stands};
use crate::mail::links::{find, target};
use crate::mail::{Flow, Quotes, Role, words};

/// A piece ends with the paragraph that brings it over so many octets.
const OCTETS: usize = 8 << 10;
/// Or with so many paragraphs, however short.
const PARAGRAPHS: usize = 256;
/// Quotes of more lines are folded.
const SHORT_QUOTE: u32 = 10;
/// Lines that one fold takes at most: the first page must not wait for more of them to be counted.
const LONGEST_FOLD: u32 = 10_000;
/// A signature begins within the last so many octets, and own words within the first.
const NEAR: usize = 64 << 10;

/// Where a piece begins, and what must be known there of the text before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) struct At {
    /// In the text.
    pub(in crate::mail) offset: usize,
    /// In a line that was too long for one piece: how often it is quoted.
    inside: Option<u8>,
    hunk: Hunk,
    /// The long quote it lies in or the last one before it, counted from 1.
    fold: u32,
    /// Lines left of that quote.
    folded: u32,
}

/// Some blocks of a text, and where the next ones begin.
#[derive(Debug)]
pub(in crate::mail) struct Piece {
    pub(in crate::mail) blocks: Vec<Block>,
    /// Where in the text each of them begins.
    pub(in crate::mail) offsets: Vec<usize>,
    /// The long quote that all of it belongs to.
    pub(in crate::mail) fold: Option<u32>,
    /// `None` at the end of the text.
    pub(in crate::mail) next: Option<At>,
}

/// Gives the number, from 1, of the link to an address.
pub(in crate::mail) type Number<'a> = dyn FnMut(&str) -> Option<usize> + 'a;

/// A text/plain part, looked at near its ends only.
pub(in crate::mail) fn plain(text: std::sync::Arc<String>, flow: Flow) -> Plain {
    let end = text.trim_end().len();
    let blank = text[..end].len() - text[..end].trim_start().len();
    let start = text[..blank]
        .rfind(['\n', '\r'])
        .map_or(0, |line_end| line_end + 1);
    Plain {
        signature: signature(&text, start, end),
        folds: says_something(&text[start..end], flow),
        shown: start..end,
        text,
        flow,
    }
}

/// Where the signature begins: at the last separator, as replies keep those of others above theirs.
fn signature(text: &str, start: usize, end: usize) -> Option<usize> {
    let mut at = text.ceil_char_boundary(end.saturating_sub(NEAR)).max(start);
    if at > start {
        at += first(&text[at..end]).length;
    }
    let mut found = None;
    while at < end {
        let line = first(&text[at..end]);
        if line.text == SIGNATURE || line.text == "--" {
            found = Some(at);
        }
        at += line.length;
    }
    found
}

/// Whether there are words of the writer's own: if all is quoted, that is what the mail is about.
fn says_something(text: &str, flow: Flow) -> bool {
    let near = &text[..text.floor_char_boundary(NEAR)];
    near.lines()
        .map(|line| unquoted(line, flow))
        .any(|(level, words)| level == 0 && !words.trim().is_empty())
}

impl At {
    /// The beginning of a text.
    pub(in crate::mail) fn start(lines: &Lines) -> Self {
        Self {
            offset: match lines {
                Lines::Text(plain) => plain.shown.start,
                Lines::Octets(_) => 0,
            },
            inside: None,
            hunk: Hunk::default(),
            fold: 0,
            folded: 0,
        }
    }
}

/// The piece that begins at a place.
pub(in crate::mail) fn piece(
    lines: &Lines,
    at: At,
    quotes: Quotes,
    number: &mut Number<'_>,
) -> Piece {
    match lines {
        Lines::Text(plain) => Taker::new(plain, at, quotes).piece(number),
        Lines::Octets(octets) => raw(octets, at),
    }
}

/// Takes paragraphs of a text.
struct Taker<'t> {
    plain: &'t Plain,
    at: At,
    quotes: Quotes,
    blocks: Vec<Block>,
    offsets: Vec<usize>,
    /// Up to here no long quote begins: that was looked up.
    short: usize,
}

impl<'t> Taker<'t> {
    fn new(plain: &'t Plain, at: At, quotes: Quotes) -> Self {
        Self {
            plain,
            at,
            quotes,
            blocks: Vec::new(),
            offsets: Vec::new(),
            short: 0,
        }
    }

    fn piece(mut self, number: &mut Number<'_>) -> Piece {
        let begin = self.at.offset;
        if self.at.folded == 0 && self.begins_long_quote() {
            self.begin_fold();
            if self.quotes == Quotes::Folded {
                return self.fold();
            }
        }
        let fold = (self.at.folded > 0).then_some(self.at.fold);
        while !self.rest().is_empty() {
            self.take(number);
            let full = self.at.offset - begin >= OCTETS || self.blocks.len() >= PARAGRAPHS;
            let fold_ends = fold.is_some() && self.at.folded == 0;
            let fold_begins = fold.is_none() && self.begins_long_quote();
            if full || fold_ends || fold_begins {
                break;
            }
        }
        self.end(fold)
    }

    fn end(self, fold: Option<u32>) -> Piece {
        Piece {
            next: (!self.rest().is_empty()).then_some(self.at),
            blocks: self.blocks,
            offsets: self.offsets,
            fold,
        }
    }

    fn rest(&self) -> &'t str {
        &self.plain.text[self.at.offset..self.plain.shown.end]
    }

    /// The lines of a short quote are not counted again from each of them.
    fn begins_long_quote(&mut self) -> bool {
        let rest = self.rest();
        let can = self.plain.folds && self.at.inside.is_none() && self.at.offset >= self.short;
        if !can || !rest.starts_with('>') {
            return false;
        }
        let (lines, length) = quoted(rest, self.plain.flow, SHORT_QUOTE + 1);
        self.short = self.at.offset + length;
        lines > SHORT_QUOTE
    }

    fn begin_fold(&mut self) {
        self.at.fold += 1;
        self.at.folded = quoted(self.rest(), self.plain.flow, LONGEST_FOLD).0;
    }

    /// One row for all of the quote.
    fn fold(mut self) -> Piece {
        let (lines, length) = quoted(self.rest(), self.plain.flow, self.at.folded);
        self.offsets.push(self.at.offset);
        self.at.offset += length;
        self.at.folded = 0;
        let text = format!("▸ {} quoted lines", words::grouped(lines.into()));
        self.blocks.push(Block {
            quote: 1,
            kind: Kind::Text(vec![Run::new(Role::Quote(1), text)]),
            ..Block::default()
        });
        let fold = Some(self.at.fold);
        self.end(fold)
    }

    fn take(&mut self, number: &mut Number<'_>) {
        let paragraph = match self.at.inside {
            Some(level) => self.going_on(level),
            None => paragraph(self.rest(), self.plain.flow),
        };
        let block = self.block(&paragraph, number);
        self.blocks.push(block);
        self.offsets.push(self.at.offset);
        self.at.offset += paragraph.length;
        self.at.folded = self.at.folded.saturating_sub(paragraph.lines);
        self.at.inside = paragraph.goes_on.then_some(paragraph.level);
    }

    /// What follows of a line that was too long: the marks in it are no quote marks.
    fn going_on(&self, level: u8) -> Paragraph<'t> {
        let line = first(self.rest());
        Paragraph {
            level,
            text: line.text.into(),
            length: line.length,
            lines: 1,
            goes_on: line.goes_on,
        }
    }

    fn block(&mut self, paragraph: &Paragraph<'_>, number: &mut Number<'_>) -> Block {
        let signed = self
            .plain
            .signature
            .is_some_and(|start| self.at.offset >= start);
        let patch = match paragraph.level {
            0 if !signed && self.at.inside.is_none() => self.at.hunk.role(&paragraph.text),
            _ => None,
        };
        let role = match paragraph.level {
            0 if signed => Role::Signature,
            0 => patch.unwrap_or(Role::Text),
            level => Role::Quote(level),
        };
        let long = self.at.inside.is_some() || paragraph.goes_on;
        let stands = patch.is_some() || !long && stands(&paragraph.text);
        let runs = runs(&expand_tabs(&paragraph.text), role, number);
        Block {
            quote: paragraph.level,
            kind: if stands {
                Kind::Fixed(runs)
            } else {
                Kind::Text(runs)
            },
            ..Block::default()
        }
    }
}

/// Lines and octets of the quote that a text begins with, up to so many lines.
fn quoted(text: &str, flow: Flow, most: u32) -> (u32, usize) {
    let (mut lines, mut length) = (0, 0);
    while lines < most && text[length..].starts_with('>') {
        let line = first(&text[length..]);
        if line.goes_on || unquoted(line.text, flow).0 == 0 {
            break;
        }
        length += line.length;
        lines += 1;
    }
    (lines, length)
}

/// Whether it is a field of a mail that came back or was passed on, in which what looks like an address is nobody's.
fn holds_ids(text: &str) -> bool {
    const FIELDS: [&str; 4] = ["message-id:", "references:", "in-reply-to:", "content-id:"];
    let text = text.trim_start();
    let begins = |name: &str| {
        text.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    FIELDS.into_iter().any(begins)
}

/// Text with its links. They have no numbers here: what they lead to is what they say.
fn runs(text: &str, role: Role, number: &mut Number<'_>) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut done = 0;
    let holds_ids = holds_ids(text);
    for range in find(text) {
        if holds_ids && !text[range.clone()].contains(':') {
            continue;
        }
        let Some(link) = number(&target(&text[range.clone()])) else {
            continue;
        };
        runs.push(Run::new(role, &text[done..range.start]));
        runs.push(Run {
            link: Some(link - 1),
            ..Run::new(Role::Link, &text[range.clone()])
        });
        done = range.end;
    }
    runs.push(Run::new(role, &text[done..]));
    runs.retain(|run| !run.text.is_empty());
    runs
}

/// Octets as lines of text; nothing in them is understood.
fn raw(octets: &[u8], at: At) -> Piece {
    let (mut blocks, mut offsets) = (Vec::new(), Vec::new());
    let mut offset = at.offset;
    while offset < octets.len() && offset - at.offset < OCTETS && blocks.len() < PARAGRAPHS {
        let rest = &octets[offset..];
        let window = &rest[..rest.len().min(LONGEST)];
        let end = memchr::memchr(b'\n', window);
        let (line, length) = match end {
            Some(end) => (&window[..end], end + 1),
            None => (&rest[..edge(rest)], edge(rest)),
        };
        let text = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
        let run = Run::new(Role::Code, expand_tabs(&text));
        blocks.push(Block {
            kind: Kind::Fixed(vec![run]),
            ..Block::default()
        });
        offsets.push(offset);
        offset += length;
    }
    Piece {
        next: (offset < octets.len()).then_some(At { offset, ..at }),
        blocks,
        offsets,
        fold: None,
    }
}

/// Where octets without a line end are cut: before a character, not in it.
fn edge(octets: &[u8]) -> usize {
    let is_inside = |end: &usize| octets.get(*end).is_some_and(|octet| octet & 0xc0 == 0x80);
    let most = octets.len().min(LONGEST);
    (most.saturating_sub(3)..=most)
        .rev()
        .find(|end| !is_inside(end))
        .unwrap_or(most)
}

#[cfg(test)]
mod tests;
