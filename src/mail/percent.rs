//! Percent signs in addresses, undone and made (RFC 3986, section 2.1).

use std::fmt::Write as _;

/// Percent signs undone; what is not UTF-8 then is replaced.
pub(super) fn decoded(text: &str) -> String {
    let octets = text.as_bytes();
    let mut plain = Vec::with_capacity(octets.len());
    let mut at = 0;
    while let Some(octet) = octets.get(at) {
        let digits = octets.get(at + 1..at + 3);
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let value = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let (b'%', Some(value)) = (octet, value) {
            plain.push(value);
            at += 3;
        } else {
            plain.push(*octet);
            at += 1;
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Everything in percent signs but letters, digits and what stands in addresses.
pub(super) fn encoded(text: &str) -> String {
    let mut uri = String::with_capacity(text.len());
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"@.-_,+".contains(&octet) {
            uri.push(char::from(octet));
        } else {
            let _ = write!(uri, "%{octet:02X}");
        }
    }
    uri
}
