//! Files that stand in the middle of a plain text, as they did before MIME: uuencode and yEnc.

pub(in crate::mail) mod uu;
pub(in crate::mail) mod yenc;

use std::ops::Range;

use memchr::memmem;

use crate::mail::parse::media::Encoding;

/// Files taken out of one text; what follows stays text.
const MAX_FILES: usize = 100;

/// A file in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mail) struct Inlined {
    /// From its first line to the end of its last one.
    pub(in crate::mail) range: Range<usize>,
    /// How it is to be undone.
    pub(in crate::mail) encoding: Encoding,
    /// As written in its first line.
    pub(in crate::mail) name: String,
    /// Octets of the file.
    pub(in crate::mail) size: usize,
    /// What is wrong with it, or that it is a piece only.
    pub(in crate::mail) remark: Option<String>,
}

/// The files of a text in order. Every line is looked at a few times at most, whatever it holds.
pub(in crate::mail) fn find(text: &[u8]) -> Vec<Inlined> {
    let mut found: Vec<Inlined> = Vec::new();
    let last_end = memmem::rfind(text, b"\n=yend ");
    for place in memmem::find_iter(text, b"begin ") {
        let done = found.last().map_or(0, |file| file.range.end);
        let Some(start) = line_start(text, place).filter(|start| *start >= done) else {
            continue;
        };
        let rest = &text[start..];
        let file = match start == place {
            true => uu::read(rest),
            false if last_end.is_some_and(|end| start < end) => yenc::read(rest),
            false => None,
        };
        found.extend(file.map(|file| Inlined {
            range: start..start + file.range.end,
            ..file
        }));
        if found.len() >= MAX_FILES {
            break;
        }
    }
    found
}

/// Where the line of a `begin ` starts, if nothing or `=y` stands before it.
fn line_start(text: &[u8], place: usize) -> Option<usize> {
    let before = &text[..place];
    let start = before.strip_suffix(b"=y").unwrap_or(before);
    matches!(start.last(), None | Some(b'\n')).then_some(start.len())
}

/// The line at the start of a text, without its end, and its length with it.
fn line_of(text: &[u8]) -> (&[u8], usize) {
    let length = memchr::memchr(b'\n', text).map_or(text.len(), |at| at + 1);
    let line = &text[..length];
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    (line.strip_suffix(b"\r").unwrap_or(line), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAT: &str = "begin 644 cat.txt\n#0V%T\n`\nend\n";

    #[test]
    fn files_are_found_between_words_and_behind_one_another() {
        let text = format!("look:\n{CAT}{CAT}bye, begin 644 is no line\n");
        let found = find(text.as_bytes());
        let names: Vec<_> = found.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["cat.txt", "cat.txt"]);
        assert_eq!(found[0].range, 6..6 + CAT.len());
        assert_eq!(found[1].range.start, found[0].range.end);
        assert_eq!(find(CAT.as_bytes()).len(), 1);
        assert_eq!(find(text.replace('\n', "\r\n").as_bytes()).len(), 2);
    }

    #[test]
    fn many_beginnings_without_an_end_are_text() {
        assert_eq!(find("begin 644 x\n".repeat(50_000).as_bytes()), []);
        let open = "=ybegin line=128 size=3 name=x\n";
        assert_eq!(find(open.repeat(50_000).as_bytes()), []);
        assert_eq!(find(CAT.repeat(1_000).as_bytes()).len(), MAX_FILES);
    }
}
