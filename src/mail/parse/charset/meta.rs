//! The charset that an HTML text declares within itself, for mails that declare none.

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::mail::parse::charset::label::{Charset, named};

/// Octets in which a declaration is looked for; browsers want it within 1,024.
const NEAR: usize = 4 << 10;

/// What `<meta charset=…>` or `<meta http-equiv=content-type content="…; charset=…">` says, if the text can be that.
pub(super) fn declared(html: &[u8]) -> Option<Charset> {
    let near = html[..html.len().min(NEAR)].to_ascii_lowercase();
    let tags = memchr::memmem::find_iter(&near, b"<meta").map(|at| {
        let tag = &near[at..];
        &tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())]
    });
    tags.filter_map(label).find_map(named).filter(can_be)
}

fn label(tag: &[u8]) -> Option<&str> {
    const WORD: &[u8] = b"charset";
    let behind = memchr::memmem::find_iter(tag, WORD).find_map(|at| {
        tag[at + WORD.len()..]
            .trim_ascii_start()
            .strip_prefix(b"=")
            .map(<[u8]>::trim_ascii_start)
    })?;
    let value = behind
        .strip_prefix(b"\"")
        .or_else(|| behind.strip_prefix(b"'"))
        .unwrap_or(behind);
    let ends = |octet: &u8| octet.is_ascii_whitespace() || b"\"';/".contains(octet);
    let end = value.iter().position(ends).unwrap_or(value.len());
    std::str::from_utf8(&value[..end]).ok()
}

/// Whoever could read the declaration as ASCII does not read UTF-16 or UTF-32; UTF-7 is for nobody who does not ask.
fn can_be(charset: &Charset) -> bool {
    match charset {
        Charset::Listed(encoding) => *encoding != UTF_16LE && *encoding != UTF_16BE,
        Charset::Utf16 | Charset::Utf32 { .. } | Charset::Utf7 => false,
        Charset::Hz | Charset::Iso2022 | Charset::Dos(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::mail::parse::charset::{decode, decode_html};

    #[test]
    fn a_page_may_declare_its_charset_itself() {
        let greek: &[u8] = b"\xca\xe1\xeb\xe7\xec\xdd\xf1\xe1";
        for head in [
            "<meta charset=iso-8859-7>",
            "<META CHARSET = 'ISO-8859-7' />",
            "<title>x</title><meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-8859-7\">",
            "<meta name=charset content=x><meta charset=\"greek\">",
        ] {
            let page = [head.as_bytes(), greek].concat();
            for declared in [None, Some("us-ascii"), Some("unknown-8bit")] {
                let text = decode_html(&page, declared);
                assert!(text.ends_with("Καλημέρα"), "{head} {declared:?} {text}");
            }
        }
    }

    #[test]
    fn what_the_mail_declares_and_what_is_utf_8_comes_first() {
        let page = b"<meta charset=koi8-r>Gr\xfc\xdfe";
        assert!(decode_html(page, Some("iso-8859-1")).ends_with("Grüße"));
        let page = "<meta charset=iso-8859-1>Grüße";
        assert!(decode_html(page.as_bytes(), None).ends_with("Grüße"));
    }

    #[test]
    fn a_declaration_that_cannot_be_true_is_none() {
        for label in ["utf-16", "utf-7", "utf-32", "nonsense", ""] {
            let page = format!("<meta charset={label}>+AOk- caf\u{e9}");
            let page: Vec<u8> = page.chars().map(|c| c as u8).collect();
            assert_eq!(decode_html(&page, None), decode(&page, None), "{label}");
        }
        let far = [" ".repeat(9_000).as_bytes(), b"<meta charset=koi8-r>\xe9"].concat();
        assert_eq!(decode_html(&far, None), decode(&far, None));
    }

    #[test]
    fn japanese_in_seven_bits_is_read_by_its_declaration() {
        let page = b"<meta charset=iso-2022-jp>\x1b$B4A;z\x1b(B";
        assert!(decode_html(page, None).ends_with("漢字"));
    }
}
