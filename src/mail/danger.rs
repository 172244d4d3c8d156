//! Whether a file can act when it is opened: told from its first octets, its name and what the mail calls it.

mod archive;

use crate::mail::SafeText;

/// What opening a file can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Danger {
    /// Nothing is known against it.
    None,
    /// It can act; the words say as what: `a program (ELF)`.
    Asks(SafeText),
    /// It is never opened from here.
    Refused(SafeText),
}

/// How files begin that can act, or hold what can.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x7fELF", "a program (ELF)"),
    (b"MZ", "a program (Windows)"),
    (b"\xcf\xfa\xed\xfe", "a program (Mach-O)"),
    (b"\xce\xfa\xed\xfe", "a program (Mach-O)"),
    (b"\xfe\xed\xfa\xce", "a program (Mach-O)"),
    (b"\xfe\xed\xfa\xcf", "a program (Mach-O)"),
    (b"\xca\xfe\xba\xbe", "a program (Java or Mach-O)"),
    (b"#!", "a script"),
    (b"%!PS", "a script (PostScript)"),
    (b"ITSF", "a program (compiled help)"),
    (b"L\0\0\0\x01\x14\x02\0", "a Windows shortcut"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office document or installer, which can hold macros",
    ),
    (b"!<arch>\n", "a package or library"),
    (b"\xed\xab\xee\xdb", "a package (RPM)"),
    (b"Rar!", "an archive that is not looked into here (RAR)"),
    (
        b"7z\xbc\xaf\x27\x1c",
        "an archive that is not looked into here (7z)",
    ),
    (
        b"\x1f\x8b",
        "an archive that is not looked into here (gzip)",
    ),
    (b"BZh", "an archive that is not looked into here (bzip2)"),
    (
        b"\xfd7zXZ\0",
        "an archive that is not looked into here (xz)",
    ),
    (b"MSCF", "an archive that is not looked into here (CAB)"),
    (b"{\\rtf", "a document (RTF), which can hold programs"),
];

/// Ends of names that make a system run the file, or what is in it.
const ENDS: &[(&[&str], &str)] = &[
    (
        &[
            "exe",
            "com",
            "scr",
            "pif",
            "cpl",
            "msi",
            "msp",
            "dll",
            "ocx",
            "sys",
            "app",
            "elf",
            "bin",
            "run",
            "appimage",
            "deb",
            "rpm",
            "apk",
            "jar",
            "jnlp",
            "xpi",
            "flatpakref",
            "snap",
            "flatpak",
            "dmg",
            "pkg",
            "mpkg",
            "msix",
            "msixbundle",
            "appx",
            "appxbundle",
            "appinstaller",
            "gadget",
            "chm",
            "hlp",
            "msc",
            "xbap",
            "crx",
            "oxt",
        ],
        "a program",
    ),
    (
        &[
            "sh",
            "bash",
            "zsh",
            "csh",
            "fish",
            "command",
            "bat",
            "cmd",
            "ps1",
            "psm1",
            "vbs",
            "vbe",
            "js",
            "jse",
            "mjs",
            "wsf",
            "wsh",
            "hta",
            "py",
            "pyw",
            "pyc",
            "pl",
            "rb",
            "php",
            "lua",
            "tcl",
            "scpt",
            "applescript",
            "reg",
            "inf",
            "awk",
            "ksh",
            "vb",
            "sct",
            "wsc",
            "psd1",
            "ps1xml",
            "workflow",
            "terminal",
            "tool",
            "mobileconfig",
            "ps",
            "eps",
        ],
        "a script",
    ),
    (
        &[
            "docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppam", "ppsm", "sldm",
            "doc", "dot", "xls", "xlt", "ppt", "pps", "mdb", "accdb", "slk", "iqy", "xll", "odm",
            "mde", "ade", "adp", "pub", "one", "onepkg", "wll", "ppa", "odb",
        ],
        "a document that can hold macros",
    ),
    (
        &[
            "html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml", "svg", "svgz", "xml", "xsl",
            "swf",
        ],
        "a web page, which can run scripts",
    ),
    (
        &[
            "lnk",
            "url",
            "webloc",
            "website",
            "scf",
            "library-ms",
            "search-ms",
            "settingcontent-ms",
            "appref-ms",
            "searchconnector-ms",
            "theme",
            "themepack",
            "diagcab",
            "rdp",
            "inetloc",
            "fileloc",
            "afploc",
            "service",
        ],
        "a shortcut to something else",
    ),
    (
        &["iso", "img", "vhd", "vhdx", "cab", "ace", "arj", "lzh"],
        "an archive that is not looked into here",
    ),
];

/// Octets of a text in which its nature must show.
const BEGINNING: usize = 4 << 10;

/// What opening a file of this name, media type and content can do.
pub fn danger(name: &str, media_type: &str, octets: &[u8]) -> Danger {
    if is_starter(name, media_type, octets) {
        return Danger::Refused(SafeText::new(
            "a .desktop file, which starts whatever it names",
        ));
    }
    let names = archive::names(octets);
    let found = by_content(octets).or_else(|| match &names {
        Some(names) => archive::by_names(name, names),
        // What it is called counts for the program that opens it.
        None => archive::by_end(name).map(str::to_owned),
    });
    let found = found
        .or_else(|| by_name(name).map(str::to_owned))
        .or_else(|| by_type(media_type).map(str::to_owned));
    found.map_or(Danger::None, |what| Danger::Asks(SafeText::new(&what)))
}

/// A desktop entry, under any name.
fn is_starter(name: &str, media_type: &str, octets: &[u8]) -> bool {
    let beginning = text_of(octets);
    let is_group = |line: &str| line.trim_start_matches('\u{feff}').trim() == "[Desktop Entry]";
    extension(name).is_some_and(|end| end == "desktop")
        || matches!(
            media_type,
            "application/x-desktop" | "application/x-gnome-app-info"
        )
        || beginning.lines().any(is_group)
}

fn by_content(octets: &[u8]) -> Option<String> {
    let known = MAGIC.iter().find(|(magic, _)| octets.starts_with(magic));
    if let Some((_, what)) = known {
        return Some((*what).to_owned());
    }
    let text = text_of(octets).to_ascii_lowercase();
    let is_page = [
        "<!doctype html",
        "<html",
        "<script",
        "<svg",
        "<iframe",
        "<body",
    ]
    .iter()
    .any(|tag| text.contains(tag));
    is_page.then(|| "a web page, which can run scripts".to_owned())
}

fn by_name(name: &str) -> Option<&'static str> {
    let end = extension(name)?;
    let row = ENDS.iter().find(|(ends, _)| ends.contains(&end.as_str()));
    row.map(|(_, what)| *what)
}

fn by_type(media_type: &str) -> Option<&'static str> {
    match media_type {
        "text/html" | "application/xhtml+xml" | "image/svg+xml" => {
            Some("a web page, which can run scripts")
        }
        "application/x-sh"
        | "text/x-shellscript"
        | "text/javascript"
        | "application/javascript" => Some("a script"),
        "application/x-msdownload" | "application/x-executable" | "application/java-archive" => {
            Some("a program")
        }
        _ if media_type.contains("macroenabled") => Some("a document that can hold macros"),
        _ => None,
    }
}

fn extension(name: &str) -> Option<String> {
    let (_, end) = name.trim().rsplit_once('.')?;
    Some(end.to_ascii_lowercase())
}

/// The beginning as text, whichever Unicode it is in.
fn text_of(octets: &[u8]) -> String {
    let beginning = &octets[..octets.len().min(BEGINNING)];
    let plain: Vec<u8> = beginning
        .iter()
        .copied()
        .filter(|octet| *octet != 0)
        .collect();
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests;
