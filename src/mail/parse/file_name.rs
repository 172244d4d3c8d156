//! Names of attachments made safe to create in a directory, on every system.

use crate::mail::invisible::{Kind, kind_of};

/// Octets a name may take: below every file system's 255, with room for ` (2)`.
const MAX_NAME: usize = 200;
/// Octets an extension may take to be kept when a name is cut.
const MAX_EXTENSION: usize = 20;

/// The name a part is saved under: no directory, no leading dot or dash, nothing invisible, no device
/// name, at most 200 octets with the true extension at the end, never empty.
pub(in crate::mail) fn file_name(name: Option<&str>, media_type: &str) -> String {
    let base = name
        .unwrap_or_default()
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    let clean: String = base.chars().filter_map(harmless).collect();
    // A hundred blanks would push the true extension out of sight.
    let words: Vec<&str> = clean.split_whitespace().collect();
    let clean = words.join(" ");
    let trimmed = clean
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '-' | '~'))
        .trim_end_matches(|c: char| c.is_whitespace() || c == '.');
    if trimmed.is_empty() {
        return made_up(media_type);
    }
    cut(&if is_device(trimmed) {
        format!("_{trimmed}")
    } else {
        trimmed.to_owned()
    })
}

/// A name for a part that has none: `attachment.pdf`.
fn made_up(media_type: &str) -> String {
    format!("attachment.{}", extension(media_type))
}

fn harmless(c: char) -> Option<char> {
    match kind_of(c) {
        // What a shell or another system's file system would read as more than a letter.
        _ if matches!(
            c,
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\' | '`' | '$'
        ) =>
        {
            Some('_')
        }
        Kind::Plain | Kind::Mark => Some(c),
        Kind::Blank | Kind::Return => Some(' '),
        Kind::Unknown => Some('_'),
        _ => None,
    }
}

/// DOS names that open a device whatever their extension.
fn is_device(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or(name)
        .trim_end()
        .to_ascii_uppercase();
    if matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN_" | "CONOUT_" | "CLOCK_"
    ) {
        return true;
    }
    let port = stem
        .strip_prefix("COM")
        .or_else(|| stem.strip_prefix("LPT"));
    port.is_some_and(|n| n.chars().count() == 1 && n.chars().all(char::is_numeric))
}

fn cut(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let extension = name
        .rfind('.')
        .map(|dot| &name[dot..])
        .filter(|extension| extension.len() <= MAX_EXTENSION)
        .unwrap_or_default();
    let stem = &name[..name.floor_char_boundary(MAX_NAME - extension.len())];
    format!(
        "{}{extension}",
        stem.trim_end_matches(|c: char| c.is_whitespace() || c == '.')
    )
}

fn extension(media_type: &str) -> &str {
    match media_type {
        "text/plain" | "text/rfc822-headers" | "message/delivery-status" => "txt",
        "text/html" => "html",
        "text/csv" => "csv",
        "text/calendar" => "ics",
        "text/vcard" | "text/x-vcard" => "vcf",
        "message/rfc822" | "message/global" => "eml",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "image/svg+xml" => "svg",
        "audio/mpeg" => "mp3",
        "video/mp4" => "mp4",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "application/gzip" => "gz",
        "application/json" => "json",
        "application/xml" | "text/xml" => "xml",
        "application/ms-tnef" => "dat",
        "application/pgp-signature" | "application/pgp-encrypted" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        // A multipart is saved only where it holds no parts: then it is text.
        _ if media_type.starts_with("multipart/") => "txt",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(name: &str) -> String {
        file_name(Some(name), "application/pdf")
    }

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "plan.pdf",
            "Jahresbericht – Größe.tar.gz",
            "資料 2026.xlsx",
            "a-b_c (1).txt",
        ] {
            assert_eq!(named(name), name);
        }
    }

    #[test]
    fn names_cannot_leave_the_directory() {
        assert_eq!(named("../../.ssh/authorized_keys"), "authorized_keys");
        assert_eq!(named("C:\\Windows\\evil.exe"), "evil.exe");
        assert_eq!(named("/etc/passwd"), "passwd");
        assert_eq!(named(".bashrc"), "bashrc");
        assert_eq!(named("-rf.pdf"), "rf.pdf");
        assert_eq!(named("~root.pdf"), "root.pdf");
        assert_eq!(named("file:stream"), "file_stream");
    }

    #[test]
    fn names_show_their_true_extension() {
        assert_eq!(named("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(named("a.pdf\u{200b}\u{1b}[2J\n.exe "), "a.pdf[2J .exe");
        assert_eq!(named("a.txt..."), "a.txt");
        let pushed = format!("invoice.pdf{}\u{a0}\u{3000}.exe", " ".repeat(150));
        assert_eq!(named(&pushed), "invoice.pdf .exe");
    }

    #[test]
    fn of_a_name_that_is_cut_the_extension_is_kept_unless_it_is_too_long_to_be_one() {
        let cut =
            |extension: usize| named(&format!("{}.{}", "a".repeat(300), "e".repeat(extension)));
        let longest = format!("a.{}", "e".repeat(MAX_EXTENSION - 1));
        assert!(
            cut(MAX_EXTENSION - 1).ends_with(&longest) && cut(MAX_EXTENSION - 1).len() == MAX_NAME
        );
        assert_eq!(cut(MAX_EXTENSION), "a".repeat(MAX_NAME));
    }

    #[test]
    fn device_names_are_no_names() {
        assert_eq!(named("con"), "_con");
        assert_eq!(named("NUL.pdf"), "_NUL.pdf");
        assert_eq!(named("com1.txt"), "_com1.txt");
        assert_eq!(named("community.txt"), "community.txt");
    }

    #[test]
    fn parts_without_a_name_are_named_by_their_type() {
        assert_eq!(file_name(None, "application/pdf"), "attachment.pdf");
        assert_eq!(file_name(Some("..."), "message/rfc822"), "attachment.eml");
        assert_eq!(file_name(Some("\u{202e}"), "x/y"), "attachment.bin");
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = named(&format!("{}.pdf", "ä".repeat(500)));
        assert!(name.len() <= MAX_NAME);
        assert_eq!(&name[name.len() - 4..], ".pdf");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]
        #[test]
        fn any_name_is_safe(name in any::<String>(), long in 0_usize..80) {
            let made = named(&name.repeat(long));
            prop_assert!(!made.is_empty() && made.len() <= MAX_NAME);
            prop_assert!(!made.starts_with(['.', '-', ' ']) && !made.ends_with(['.', ' ']));
            prop_assert!(!made.contains(['/', '\\', '\0', ':']) && !made.chars().any(char::is_control));
            prop_assert_eq!(named(&made), made);
        }
    }
}
