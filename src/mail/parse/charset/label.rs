//! Names of charsets as people and programs write them.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_8859_15, KOI8_R, KOI8_U, MACINTOSH,
    REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, X_MAC_CYRILLIC, X_USER_DEFINED,
};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;

/// A charset that can be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Charset {
    /// One of the WHATWG list.
    Listed(&'static Encoding),
    /// UTF-16 of unknown byte order.
    Utf16,
    /// UTF-32.
    Utf32 {
        /// Most significant octet first.
        big_endian: bool,
    },
    /// UTF-7.
    Utf7,
    /// HZ.
    Hz,
    /// One of the ISO-2022 family.
    Iso2022,
    /// A code page of DOS.
    Dos(u16),
}

impl Charset {
    /// Whether its units are of two octets: then a byte order mark belongs to it, and text has zeros.
    pub(super) fn is_wide(self) -> bool {
        match self {
            Self::Listed(encoding) => encoding == UTF_16LE || encoding == UTF_16BE,
            Self::Utf16 => true,
            _ => false,
        }
    }

    /// Whether no octet of it is above 127.
    pub(super) fn is_7_bit(self) -> bool {
        matches!(self, Self::Utf7 | Self::Hz | Self::Iso2022)
    }
}

/// The charset of that name; `None` for a name that says nothing (`unknown-8bit`) or nothing known.
pub(in crate::mail) fn named(label: &str) -> Option<Charset> {
    let label = label.split('(').next().unwrap_or(label);
    let label = label.trim_matches(|c: char| c.is_whitespace() || "\"'<>;:,=()[]*".contains(c));
    let compact: String = label
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .take(64)
        .collect();
    if let Some(charset) = unlisted(&compact) {
        return Some(charset);
    }
    if is_void(&compact) {
        return None;
    }
    let encoding = Encoding::for_label(label.as_bytes())
        .filter(|encoding| *encoding != REPLACEMENT && *encoding != X_USER_DEFINED)
        .or_else(|| alias(&compact));
    // What calls itself GB 2312 or GBK is often more than that.
    let encoding = encoding.map(|encoding| if encoding == GBK { GB18030 } else { encoding });
    encoding
        .map(Charset::Listed)
        .or_else(|| code_page(&compact))
}

/// Names that say nothing about an octet above 127, in the form of [`named`].
fn is_void(compact: &str) -> bool {
    matches!(
        compact,
        "" | "usascii"
            | "ascii"
            | "asciius"
            | "us"
            | "ansi"
            | "ansix341968"
            | "ansix341986"
            | "iso646us"
            | "isoir6"
            | "cp367"
            | "ibm367"
            | "csascii"
            | "7bit"
            | "8bit"
            | "binary"
            | "base64"
            | "quotedprintable"
            | "unknown8bit"
            | "unknown"
            | "xunknown"
            | "xuserdefined"
            | "userdefined"
            | "default"
            | "none"
            | "null"
            | "undefined"
            | "charset"
            | "text"
            | "local"
    )
}

fn unlisted(compact: &str) -> Option<Charset> {
    let charset = match compact {
        "utf7" | "csutf7" | "unicode11utf7" | "csunicode11utf7" | "xunicode20utf7"
        | "unicode20utf7" | "cp65000" => Charset::Utf7,
        "utf16" | "csutf16" | "ucs2" | "iso10646ucs2" | "csunicode" | "unicode" => Charset::Utf16,
        "utf32" | "utf32be" | "ucs4" | "ucs4be" | "iso10646ucs4" | "csucs4" | "cp12001" => {
            Charset::Utf32 { big_endian: true }
        }
        "utf32le" | "ucs4le" | "cp12000" => Charset::Utf32 { big_endian: false },
        "hz" | "hzgb2312" | "hzgb" | "cp52936" => Charset::Hz,
        "jis" | "jis7" | "csiso2022jp" | "csiso2022jp2" | "csiso2022kr" | "cp50220" | "cp50221"
        | "cp50222" | "cp50225" | "cp50227" => Charset::Iso2022,
        _ if compact.starts_with("iso2022") => Charset::Iso2022,
        _ => return None,
    };
    Some(charset)
}

/// Charsets of the list under names that are not on it.
fn alias(compact: &str) -> Option<&'static Encoding> {
    const STARTS: [(&str, &Encoding); 22] = [
        ("utf8", UTF_8),
        ("xutf8", UTF_8),
        ("unicode11utf8", UTF_8),
        ("utf16be", UTF_16BE),
        ("utf16le", UTF_16LE),
        ("sjis", SHIFT_JIS),
        ("xsjis", SHIFT_JIS),
        ("shiftjis", SHIFT_JIS),
        ("xshiftjis", SHIFT_JIS),
        ("mskanji", SHIFT_JIS),
        ("eucjp", EUC_JP),
        ("xeucjp", EUC_JP),
        ("ujis", EUC_JP),
        ("big5", BIG5),
        ("xbig5", BIG5),
        ("euckr", EUC_KR),
        ("xeuckr", EUC_KR),
        ("ksc5601", EUC_KR),
        ("uhc", EUC_KR),
        ("gb", GB18030),
        ("euccn", GB18030),
        ("xeuccn", GB18030),
    ];
    let found = STARTS.iter().find(|(start, _)| compact.starts_with(start));
    if let Some((_, encoding)) = found {
        return Some(encoding);
    }
    match compact {
        "koi8r" | "koi8rus" => return Some(KOI8_R),
        "koi8u" => return Some(KOI8_U),
        "latin9" => return Some(ISO_8859_15),
        _ => {}
    }
    let (start, number) = split_number(compact);
    match start {
        "latin" | "isolatin" | "csisolatin" | "xlatin" => by_label(&format!("latin{number}")),
        "iso" | "xiso" | "" | "isoiec" => iso_8859(number),
        _ => None,
    }
}

/// `8859-15` in any spelling, be there a year behind it or not.
fn iso_8859(number: &str) -> Option<&'static Encoding> {
    let part = number.strip_prefix("8859")?;
    let years = [
        "1987", "1988", "1989", "1992", "1998", "1999", "2001", "2003",
    ];
    let part = years
        .iter()
        .find_map(|year| part.strip_suffix(year))
        .unwrap_or(part);
    by_label(&format!(
        "iso-8859-{}",
        if part.is_empty() { "1" } else { part }
    ))
}

/// A code page of Windows or DOS by its number: `cp1252`, `Windows-1252`, `ibm-437`, `x-cp-850`, `28591`.
fn code_page(compact: &str) -> Option<Charset> {
    let (start, number) = split_number(compact.strip_suffix("multilingual").unwrap_or(compact));
    let starts = [
        "",
        "cp",
        "xcp",
        "ms",
        "win",
        "windows",
        "xwindows",
        "ibm",
        "xibm",
        "csibm",
        "dos",
        "oem",
        "pc",
        "cspc",
        "cspcp",
        "ansi",
        "codepage",
        "microsoftcp",
        "cspc8codepage",
        "mswin",
    ];
    if !starts.contains(&start) {
        return None;
    }
    let number: u16 = number.trim_start_matches('0').parse().ok()?;
    let encoding = match number {
        932 | 943 => Some(SHIFT_JIS),
        936 | 1386 | 54936 => Some(GB18030),
        949 | 970 | 51949 => Some(EUC_KR),
        950 | 951 => Some(BIG5),
        20866 => Some(KOI8_R),
        21866 => Some(KOI8_U),
        20932 | 51932 => Some(EUC_JP),
        10000 => Some(MACINTOSH),
        10007 => Some(X_MAC_CYRILLIC),
        65001 => Some(UTF_8),
        1200 => Some(UTF_16LE),
        1201 => Some(UTF_16BE),
        819 => by_label("latin1"),
        28591..=28606 => by_label(&format!("iso-8859-{}", number - 28590)),
        866 | 874 | 1250..=1258 => by_label(&format!(
            "{}{number}",
            if number == 866 { "ibm" } else { "windows-" }
        )),
        _ => None,
    };
    let dos = || {
        DECODING_TABLE_CP_MAP
            .contains_key(&number)
            .then_some(Charset::Dos(number))
    };
    encoding.map(Charset::Listed).or_else(dos)
}

fn by_label(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes())
}

fn split_number(compact: &str) -> (&str, &str) {
    let start = compact.trim_end_matches(|c: char| c.is_ascii_digit());
    (start, &compact[start.len()..])
}

/// Text of a code page of DOS.
pub(super) fn dos(octets: &[u8], page: u16) -> String {
    match DECODING_TABLE_CP_MAP.get(&page) {
        Some(table) => table.decode_string_lossy(octets),
        None => String::from_utf8_lossy(octets).into_owned(),
    }
}

/// UTF-32, by its mark if it has one; and whether something in it is none.
pub(super) fn utf32(octets: &[u8], big_endian: bool) -> (String, bool) {
    let (octets, big_endian) = match octets {
        [0xff, 0xfe, 0, 0, rest @ ..] => (rest, false),
        [0, 0, 0xfe, 0xff, rest @ ..] => (rest, true),
        octets => (octets, big_endian),
    };
    let (units, rest) = octets.as_chunks::<4>();
    let mut damaged = !rest.is_empty();
    let letters = units.iter().map(|unit| {
        let number = if big_endian {
            u32::from_be_bytes(*unit)
        } else {
            u32::from_le_bytes(*unit)
        };
        char::from_u32(number).unwrap_or_else(|| {
            damaged = true;
            char::REPLACEMENT_CHARACTER
        })
    });
    let text = letters.collect();
    (text, damaged)
}
