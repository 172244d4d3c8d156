//! yEnc (yenc.org, version 1.3): octets shifted by 42, between `=ybegin` and `=yend`, with a CRC at the end.

use crate::mail::parse::inlined::{Inlined, line_of};
use crate::mail::parse::media::Encoding;

/// The file that begins with the first line, if its last one is there. Its size and checksum are compared.
pub(in crate::mail) fn read(text: &[u8]) -> Option<Inlined> {
    let (first, start) = line_of(text);
    let begin = first.strip_prefix(b"=ybegin ")?;
    let name = name_in(begin)?;
    let end = end_line(text)?;
    let (ending, length) = line_of(&text[end..]);
    let octets = decode(text.get(start..end)?);
    Some(Inlined {
        range: 0..end + length,
        encoding: Encoding::YEnc,
        size: octets.len(),
        remark: remark(begin, ending, &octets),
        name,
    })
}

/// The octets of a file with its first and last line.
pub(in crate::mail) fn decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (line, length) = line_of(rest);
        rest = &rest[length..];
        if !line.starts_with(b"=y") {
            add_line(line, &mut out);
        }
    }
    out
}

fn add_line(line: &[u8], out: &mut Vec<u8>) {
    let mut octets = line.iter();
    while let Some(octet) = octets.next() {
        match (*octet, octets.clone().next()) {
            (b'=', Some(escaped)) => {
                out.push(escaped.wrapping_sub(64).wrapping_sub(42));
                octets.next();
            }
            (octet, _) => out.push(octet.wrapping_sub(42)),
        }
    }
}

fn end_line(text: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, b"\n=yend ").map(|at| at + 1)
}

/// The name is the last parameter and may hold blanks.
fn name_in(begin: &[u8]) -> Option<String> {
    let at = memchr::memmem::find(begin, b" name=")?;
    let name = String::from_utf8_lossy(&begin[at + 6..])
        .trim()
        .trim_matches('"')
        .to_owned();
    let known = ["line", "size"]
        .iter()
        .all(|key| parameter(&begin[..at], key).is_some());
    (known && !name.is_empty()).then_some(name)
}

fn parameter<'t>(line: &'t [u8], key: &str) -> Option<&'t str> {
    let text = std::str::from_utf8(line).ok()?;
    let pairs = text
        .split_ascii_whitespace()
        .filter_map(|word| word.split_once('='));
    pairs
        .into_iter()
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

fn remark(begin: &[u8], ending: &[u8], octets: &[u8]) -> Option<String> {
    let part = parameter(begin, "part");
    let said = parameter(ending, if part.is_some() { "pcrc32" } else { "crc32" });
    let said = said.and_then(|crc| u32::from_str_radix(crc, 16).ok());
    let size = parameter(ending, "size").and_then(|size| size.parse().ok());
    if said.is_some_and(|said| said != crc32(octets)) {
        return Some("damaged: its checksum is wrong".to_owned());
    }
    if size.is_some_and(|size: usize| size != octets.len()) {
        return Some("damaged: its size is wrong".to_owned());
    }
    let of = parameter(begin, "total").map(|total| format!(" of {total}"));
    part.map(|part| format!("piece {part}{} only", of.unwrap_or_default()))
}

/// The CRC of ISO 3309, as in zip files.
fn crc32(octets: &[u8]) -> u32 {
    let step = |crc: u32, octet: &u8| {
        let index = (crc ^ u32::from(*octet)) & 0xff;
        TABLE[index as usize] ^ crc >> 8
    };
    !octets.iter().fold(!0, step)
}

const TABLE: [u32; 256] = table();

#[expect(clippy::cast_possible_truncation, reason = "below 256")]
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < table.len() {
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                value >> 1 ^ 0xedb8_8320
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(octets: &[u8], begin: &str, end: &str) -> Vec<u8> {
        let mut text = format!("=ybegin {begin}\r\n").into_bytes();
        for octet in octets.iter().map(|octet| octet.wrapping_add(42)) {
            match octet {
                0 | b'\n' | b'\r' | b'=' => text.extend([b'=', octet.wrapping_add(64)]),
                other => text.push(other),
            }
        }
        text.extend(format!("\r\n=yend {end}\r\nbye").as_bytes());
        text
    }

    #[test]
    fn every_octet_comes_through_and_the_checksum_is_compared() {
        let octets: Vec<u8> = (0..=255).collect();
        let begin = "line=128 size=256 name=all octets.bin";
        let good = encoded(&octets, begin, "size=256 crc32=29058C73");
        let file = read(&good).unwrap();
        assert_eq!(
            (file.name.as_str(), file.size, &file.remark),
            ("all octets.bin", 256, &None)
        );
        assert_eq!(decode(&good[file.range.clone()]), octets);
        assert_eq!(&good[file.range.end..], b"bye");
        let bad = encoded(&octets, begin, "size=256 crc32=00000000");
        assert!(read(&bad).unwrap().remark.unwrap().contains("checksum"));
        let short = encoded(&octets[1..], begin, "size=256");
        assert!(read(&short).unwrap().remark.unwrap().contains("size"));
    }

    #[test]
    fn a_piece_says_which_one_it_is() {
        let piece = encoded(
            b"x",
            "part=2 total=5 line=128 size=9 name=x",
            "size=1 pcrc32=8cdc1683",
        );
        assert_eq!(
            read(&piece).unwrap().remark.as_deref(),
            Some("piece 2 of 5 only")
        );
    }

    #[test]
    fn a_beginning_without_an_end_or_a_name_is_text() {
        assert_eq!(read(b"=ybegin line=128 size=1 name=x\nabc\n"), None);
        assert_eq!(read(b"=ybegin line=128 size=1\nabc\n=yend size=1\n"), None);
    }
}
