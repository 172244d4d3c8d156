//! The fingerprint of a certificate as people write it, and in the one form in which it is told and kept.

use std::fmt::Write as _;

/// What may stand before the digits, as `openssl x509 -fingerprint -sha256` has it in its versions, and as we have it.
const BEFORE: [&str; 3] = ["sha256:", "sha256 fingerprint=", "sha256="];

/// 64 hexadecimal digits of a SHA-256, with or without colons between them and words before them.
pub(super) fn read(text: &str) -> Option<[u8; 32]> {
    let text = text.trim().to_ascii_lowercase();
    let before = BEFORE.iter().find_map(|before| text.strip_prefix(before));
    let digits: Vec<u8> = before
        .unwrap_or(&text)
        .bytes()
        .filter(|octet| *octet != b':')
        .collect();
    let mut print = [0; 32];
    if digits.len() != 2 * print.len() {
        return None;
    }
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16)?).ok();
    for (octet, pair) in print.iter_mut().zip(digits.chunks(2)) {
        *octet = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(print)
}

/// `sha256:` and 64 digits.
pub fn fingerprint_text(print: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for octet in print {
        // Writing to a string cannot fail.
        let _ = write!(text, "{octet:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_in_each_form_in_which_programs_print_it() {
        let colons = "AB:".repeat(31) + "0c";
        let mut print = [0xab; 32];
        print[31] = 0x0c;
        for before in [
            "",
            "sha256:",
            "SHA256:",
            " sha256 Fingerprint=",
            "SHA256 Fingerprint=",
        ] {
            assert_eq!(read(&format!("{before}{colons}")), Some(print), "{before}");
        }
        assert_eq!(read(&fingerprint_text(&print)), Some(print));
        let sha1 = "AB:".repeat(19) + "0c";
        for wrong in [
            "",
            "sha256:",
            &sha1,
            &colons[1..],
            "zz",
            &format!("sha1:{colons}"),
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
