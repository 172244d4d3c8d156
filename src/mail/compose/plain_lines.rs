//! The lines of a text/plain part one after the other, and the paragraphs that `format=flowed` (RFC 3676) makes of them.

use std::borrow::Cow;

use memchr::memchr2;

use crate::mail::Flow;
use crate::mail::compose::plain_quotes::split;

/// A longer line is shown as several: whoever wants to see the first rows of 100 MB without a line end must not wait for
/// the last ones.
pub(super) const LONGEST: usize = 16 << 10;
/// A flowed paragraph longer than this ends with the line that is over it.
const LONGEST_PARAGRAPH: usize = 8 << 10;
/// Separates a signature (RFC 3676, section 4.3); its blank flows nowhere.
pub(super) const SIGNATURE: &str = "-- ";

/// One line as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// Without its end.
    pub(super) text: &'t str,
    /// Octets it takes with its end.
    pub(super) length: usize,
    /// Whether it goes on behind them.
    pub(super) goes_on: bool,
}

/// The first line of a text. It ends with CR LF, LF or CR, or where it is too long.
pub(super) fn first(text: &str) -> Line<'_> {
    let octets = text.as_bytes();
    let window = &octets[..octets.len().min(LONGEST + 1)];
    match memchr2(b'\r', b'\n', window) {
        Some(end) if octets[end] == b'\r' && octets.get(end + 1) == Some(&b'\n') => {
            ended(text, end, end + 2)
        }
        Some(end) => ended(text, end, end + 1),
        None if octets.len() <= LONGEST => ended(text, octets.len(), octets.len()),
        None => too_long(text),
    }
}

fn ended(text: &str, end: usize, length: usize) -> Line<'_> {
    Line {
        text: &text[..end],
        length,
        goes_on: false,
    }
}

/// Cut behind a blank if there is one near, so that no word and no cluster is halved.
fn too_long(text: &str) -> Line<'_> {
    let edge = text.floor_char_boundary(LONGEST);
    let near = text.floor_char_boundary(edge - LONGEST / 8);
    let end = text[near..edge]
        .rfind(' ')
        .map_or(edge, |blank| near + blank + 1);
    Line {
        goes_on: true,
        ..ended(text, end, end)
    }
}

/// How often a line is quoted, and what is left of it.
pub(super) fn unquoted(line: &str, flow: Flow) -> (u8, &str) {
    match flow {
        Flow::Fixed => split(line),
        Flow::Flowed | Flow::FlowedWithoutBlank => stuffed(line),
    }
}

/// Quote marks stand side by side and one blank may be stuffed behind them (RFC 3676, section 4.4).
fn stuffed(line: &str) -> (u8, &str) {
    let rest = line.trim_start_matches('>');
    let level = u8::try_from(line.len() - rest.len()).unwrap_or(u8::MAX);
    (level, rest.strip_prefix(' ').unwrap_or(rest))
}

/// A line, or lines that flow into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paragraph<'t> {
    /// How often it is quoted.
    pub(super) level: u8,
    /// Its text without quote marks.
    pub(super) text: Cow<'t, str>,
    /// Octets it takes.
    pub(super) length: usize,
    /// Lines it takes.
    pub(super) lines: u32,
    /// Whether its last line goes on behind them.
    pub(super) goes_on: bool,
}

/// The first paragraph of a text.
pub(super) fn paragraph(text: &str, flow: Flow) -> Paragraph<'_> {
    let line = first(text);
    let (level, words) = unquoted(line.text, flow);
    let mut paragraph = Paragraph {
        level,
        text: Cow::Borrowed(words),
        length: line.length,
        lines: 1,
        goes_on: line.goes_on,
    };
    let mut words = words;
    while !paragraph.goes_on && flows(words, flow) && paragraph.text.len() < LONGEST_PARAGRAPH {
        if flow == Flow::FlowedWithoutBlank {
            // The blank of the break is no text.
            shorten(&mut paragraph.text);
        }
        let next = first(&text[paragraph.length..]);
        let (level, more) = unquoted(next.text, flow);
        let ends = paragraph.length >= text.len() || level != paragraph.level;
        if ends || next.goes_on || more == SIGNATURE {
            break;
        }
        paragraph.text.to_mut().push_str(more);
        paragraph.length += next.length;
        paragraph.lines += 1;
        words = more;
    }
    paragraph
}

fn flows(words: &str, flow: Flow) -> bool {
    flow != Flow::Fixed && words.ends_with(' ') && words != SIGNATURE
}

fn shorten(text: &mut Cow<'_, str>) {
    match text {
        Cow::Borrowed(text) => *text = &text[..text.len() - 1],
        Cow::Owned(text) => _ = text.pop(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, flow: Flow) -> Vec<(u8, String)> {
        let mut rest = text;
        let mut done = Vec::new();
        while !rest.is_empty() {
            let paragraph = paragraph(rest, flow);
            rest = &rest[paragraph.length..];
            done.push((paragraph.level, paragraph.text.into_owned()));
        }
        done
    }

    #[test]
    fn fixed_lines_stand_for_themselves() {
        assert_eq!(
            read("a \r\nb\r\n> c\r\n", Flow::Fixed),
            [(0, "a ".into()), (0, "b".into()), (1, "c".into())]
        );
        assert_eq!(read("a\rb", Flow::Fixed).len(), 2);
    }

    #[test]
    fn flowed_lines_are_joined_within_a_quote_level() {
        let text = "one \ntwo\n> three \n>> four \n>> five\n  stuffed\n";
        assert_eq!(
            read(text, Flow::Flowed),
            [
                (0, "one two".into()),
                (1, "three ".into()),
                (2, "four five".into()),
                (0, " stuffed".into()),
            ]
        );
    }

    #[test]
    fn the_blank_of_a_break_can_be_no_text() {
        assert_eq!(
            read("日本 \n語", Flow::FlowedWithoutBlank),
            [(0, "日本語".into())]
        );
    }

    #[test]
    fn a_signature_does_not_flow() {
        assert_eq!(read("bye \n-- \nAda", Flow::Flowed).len(), 3);
    }

    #[test]
    fn no_line_and_no_paragraph_is_endless() {
        let words = "word ".repeat(20_000);
        let line = first(&words);
        assert!(line.goes_on && line.length <= LONGEST && line.text.ends_with(' '));
        let letters = "é".repeat(20_000);
        assert_eq!(first(&letters).length, LONGEST);
        let lines = "flows \n".repeat(20_000);
        assert!(paragraph(&lines, Flow::Flowed).text.len() < LONGEST);
    }
}
