//! Uuencode: `begin 644 name`, lines of three octets as four printable letters, `end`.

use crate::mail::parse::inlined::{Inlined, line_of};
use crate::mail::parse::media::Encoding;

/// The file that begins with the first line, if it is whole and every line of it is as long as it says.
pub(in crate::mail) fn read(text: &[u8]) -> Option<Inlined> {
    let (first, mut at) = line_of(text);
    let name = name_in(first)?;
    let mut size = 0;
    loop {
        let (line, length) = line_of(text.get(at..)?);
        if length == 0 {
            return None;
        }
        at += length;
        if line == b"end" {
            return Some(Inlined {
                range: 0..at,
                encoding: Encoding::Uuencode,
                name,
                size,
                remark: None,
            });
        }
        size += octets_in(line)?;
    }
}

/// The octets of a file with its first and last line; from a text without these, of every line that can be read.
pub(in crate::mail) fn decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let lines = text.split(|octet| *octet == b'\n');
    for line in lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
        if name_in(line).is_some() {
            continue;
        }
        if line == b"end" {
            break;
        }
        if let Some(count) = octets_in(line) {
            add_line(line, count, &mut out);
        }
    }
    out
}

fn add_line(line: &[u8], count: usize, out: &mut Vec<u8>) {
    let end = out.len() + count;
    for letters in line.get(1..).unwrap_or_default().chunks(4) {
        // Blanks at the end of a line are lost on the way: they stand for zeros.
        let value = |index: usize| letters.get(index).map_or(0, |letter| bits(*letter));
        let [a, b, c, d] = [value(0), value(1), value(2), value(3)];
        out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    out.resize(end, 0);
}

fn bits(letter: u8) -> u8 {
    letter.wrapping_sub(b' ') & 63
}

/// `begin 644 name`
fn name_in(line: &[u8]) -> Option<String> {
    let rest = line.strip_prefix(b"begin ")?;
    let blank = rest.iter().position(|octet| *octet == b' ')?;
    let (mode, name) = rest.split_at(blank);
    let is_mode =
        (3..=4).contains(&mode.len()) && mode.iter().all(|digit| (b'0'..b'8').contains(digit));
    let name = String::from_utf8_lossy(name).trim().to_owned();
    (is_mode && !name.is_empty()).then_some(name)
}

/// How many octets a line stands for; `None` where it is none of a file.
fn octets_in(line: &[u8]) -> Option<usize> {
    let Some(first) = line.first() else {
        return Some(0);
    };
    let count = usize::from(bits(*first));
    let letters = line.len() - 1;
    // A letter too many is a checksum; up to three too few are blanks lost on the way.
    let wanted = count.div_ceil(3) * 4;
    let fits = letters <= wanted + 1 && letters + 3 >= wanted;
    let readable = line.iter().all(|octet| (b' '..=b'`').contains(octet));
    (fits && readable).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"begin 644 a b.txt\r\n/2&5L;&\\L('=O<FQD(0``\r\n#0V%T\r\n`\r\nend\r\nmore";

    #[test]
    fn a_file_is_read_whole() {
        let file = read(FILE).unwrap();
        assert_eq!((file.name.as_str(), file.size), ("a b.txt", 18));
        assert_eq!(&FILE[file.range.end..], b"more");
        let octets = decode(&FILE[file.range]);
        assert_eq!(octets.len(), 18);
        assert!(octets.starts_with(b"Hello, world!") && octets.ends_with(b"Cat"));
    }

    #[test]
    fn what_is_no_file_stays_text() {
        for text in [
            "begin 644 x\nHello there, how are you\nend\n",
            "begin 644 x\n#0V%T\n",
            "begin 999 x\nend\n",
            "begin at the beginning\nend\n",
            "begin 644 \nend\n",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn blanks_lost_on_the_way_are_zeros() {
        assert_eq!(decode(b"begin 644 x\n#    \nend"), [0, 0, 0]);
        assert_eq!(decode(b"begin 644 x\n# \nend"), [0, 0, 0]);
    }
}
