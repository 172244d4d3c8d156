//! How many octets a part has once decoded, counted without decoding: opening a mail with a film in it stays a look.

use crate::mail::parse::body;
use crate::mail::parse::media::Encoding;

/// The length of what [`body::decode`] gives.
pub(in crate::mail) fn decoded_size(octets: &[u8], encoding: Encoding) -> usize {
    let counted = match encoding {
        Encoding::Identity => Some(octets.len()),
        Encoding::Base64 => base64(octets),
        _ => None,
    };
    counted.unwrap_or_else(|| body::decode(octets, encoding).len())
}

/// `None` for what is damaged: how that is read, only the decoder knows.
fn base64(octets: &[u8]) -> Option<usize> {
    let runs = octets.split(|octet| *octet == b'=');
    runs.map(|run| {
        let letters = run.iter().filter(|octet| is_letter(**octet)).count();
        let blanks = run.iter().filter(|octet| is_blank(**octet)).count();
        // A padding ends a group, and what follows begins another.
        let rest = [0, 0, 1, 2][letters % 4];
        (letters + blanks == run.len()).then_some(letters / 4 * 3 + rest)
    })
    .sum()
}

fn is_letter(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || octet == b'+' || octet == b'/'
}

fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_base64_is_counted_and_not_decoded() {
        for (text, size) in [
            ("aGVs\r\nbG8=\r\n", 5),
            ("", 0),
            ("aGVsbG8", 5),
            ("aGVsbA==", 4),
        ] {
            assert_eq!(base64(text.as_bytes()), Some(size), "{text}");
        }
        assert_eq!(base64(b"aGVs!bG8="), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]
        #[test]
        fn the_count_is_what_the_decoder_gives(text in "([A-Za-z0-9+/]{0,9}[= \r\n]{0,2}|[\\x00-\\x7f]|\u{ff}){0,12}") {
            let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(0xff)).collect();
            for encoding in [Encoding::Identity, Encoding::Base64, Encoding::QuotedPrintable, Encoding::Uuencode] {
                prop_assert_eq!(decoded_size(&bytes, encoding), body::decode(&bytes, encoding).len());
            }
        }
    }
}
