//! Which legacy charset undeclared octets are written in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// Octets looked at: more make the guess slower, not better.
const MAX_LOOKED_AT: usize = 16 << 10;

/// The charset of texts that belong together, none of which needs to be UTF-8. Western octets, and
/// those that are too few to tell, are windows-1252.
pub(in crate::mail) fn guess(texts: &[&[u8]]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for text in texts {
        detector.feed(&text[..text.len().min(MAX_LOOKED_AT)], false);
        detector.feed(b"\n", false);
    }
    detector.feed(b"", true);
    detector.guess(None, Utf8Detection::Deny)
}
