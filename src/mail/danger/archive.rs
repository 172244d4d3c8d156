//! What is in an archive, told from the names in it: nothing is unpacked.

use super::{by_name, extension};

/// Names looked at. Who packs more than that is not looked at at all.
const MAX_NAMES: usize = 10_000;
/// How far from its end a zip archive tells that it is one: its last record, behind which a comment may stand.
const ZIP_END: usize = 22 + 0xffff;
/// Ends of names of archives that are not looked into, or were not found to be what they are called.
const ENDS: &[&str] = &[
    "zip", "rar", "7z", "gz", "tgz", "xz", "txz", "bz2", "tbz", "tbz2", "zst", "lz", "lzma", "tar",
    "cpio", "wim", "z", "desktop",
];

/// The names in an archive, as far as they could be read; `None` of what is no archive.
///
/// A zip archive may begin with anything else: it is read from its end.
pub(super) fn names(octets: &[u8]) -> Option<Vec<String>> {
    let end = &octets[octets.len().saturating_sub(ZIP_END)..];
    if octets.starts_with(b"PK\x03\x04")
        || octets.starts_with(b"PK\x05\x06")
        || octets.starts_with(b"PK00")
        || memchr::memmem::find(end, b"PK\x05\x06").is_some()
    {
        return Some(zip_names(octets));
    }
    (octets.get(257..262) == Some(b"ustar")).then(|| tar_names(octets))
}

/// What an archive is called that nothing was seen in.
pub(super) fn by_end(name: &str) -> Option<&'static str> {
    let end = extension(name)?;
    (end != "desktop" && ENDS.contains(&end.as_str()))
        .then_some("an archive that cannot be looked into")
}

/// What in an archive can act, itself an archive or not.
pub(super) fn by_names(archive: &str, names: &[String]) -> Option<String> {
    let is_macro = |name: &String| {
        let name = name.to_ascii_lowercase();
        name.ends_with("vbaproject.bin")
            || name.starts_with("basic/")
            || name.contains("macrosheets/")
    };
    if names.iter().any(is_macro) {
        return Some("a document with macros".to_owned());
    }
    if names.is_empty() || names.len() > MAX_NAMES {
        return Some("an archive that cannot be looked into".to_owned());
    }
    // A document is an archive, too. Other names than its own are not believed to be harmless for that.
    let is_office = extension(archive).is_none_or(|end| end != "zip")
        && names
            .iter()
            .any(|name| name == "[Content_Types].xml" || name == "mimetype");
    names.iter().find_map(|name| {
        let end = extension(name)?;
        if is_office && is_of_document(name, &end) {
            return None;
        }
        let is_archive = ENDS.contains(&end.as_str());
        let what = by_name(name).or(is_archive.then_some("something that is not looked into here"));
        let whole = if is_office {
            "a document"
        } else {
            "an archive"
        };
        what.map(|what| format!("{whole} with {what} in it: {name}"))
    })
}

/// Whether documents have such files in them that can do nothing there.
fn is_of_document(name: &str, end: &str) -> bool {
    let is_object = name.to_ascii_lowercase().contains("oleobject");
    let is_page = matches!(
        end,
        "xml" | "rels" | "xhtml" | "html" | "htm" | "svg" | "doc" | "xls"
    );
    is_page || end == "bin" && !is_object
}

/// The names in a zip archive: those in the directory at its end and those before each file. A program may go by either.
fn zip_names(octets: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for (magic, length_at, name_at) in [(b"PK\x01\x02", 28, 46), (b"PK\x03\x04", 26, 30)] {
        for at in memchr::memmem::find_iter(octets, magic).take(MAX_NAMES + 1) {
            let length = octets.get(at + length_at..at + length_at + 2);
            let length = length.map_or(0, |pair| usize::from(pair[0]) | usize::from(pair[1]) << 8);
            let name = octets.get(at + name_at..at + name_at + length);
            let name = name.filter(|name| !name.is_empty());
            names.extend(name.map(|name| String::from_utf8_lossy(name).into_owned()));
        }
    }
    // Both name the same files.
    names.sort_unstable();
    names.dedup();
    names
}

/// The names in a tar archive, long ones of GNU and POSIX too; none if it cannot be read to its end.
fn tar_names(octets: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(header) = octets.get(at..at + 512) {
        if header.iter().all(|octet| *octet == 0) {
            break;
        }
        let digits = String::from_utf8_lossy(&header[124..136]);
        let size = usize::from_str_radix(digits.trim_matches(['\0', ' ']), 8);
        let (Ok(size), true) = (size, names.len() <= MAX_NAMES) else {
            return Vec::new();
        };
        let content = at + 512;
        let content = octets.get(content..content.saturating_add(size));
        match (header[156], content) {
            // The name of the next file is all there is in this one.
            (b'L', Some(name)) => names.push(text(name)),
            (b'x' | b'g', Some(records)) => names.extend(pax_names(records)),
            (b'L' | b'x' | b'g', None) => return Vec::new(),
            _ => names.push(text(&header[..100])),
        }
        at = at.saturating_add(512 + size.div_ceil(512).saturating_mul(512));
    }
    names
}

/// The paths among the records of an extended header, `30 path=…` in lines (POSIX pax).
fn pax_names(records: &[u8]) -> Vec<String> {
    let records = String::from_utf8_lossy(records);
    let path = |line: &str| line.split_once(" path=").map(|(_, path)| path.to_owned());
    records.lines().filter_map(path).collect()
}

fn text(octets: &[u8]) -> String {
    let end = octets.iter().position(|octet| *octet == 0);
    String::from_utf8_lossy(&octets[..end.unwrap_or(octets.len())]).into_owned()
}
