//! The two mechanisms that rest on MD5, for old servers: CRAM-MD5 (RFC 2195) and APOP (RFC 1939, section 7).

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};

use super::{Message, join};

/// The response of CRAM-MD5: the name, and the challenge under the password.
pub(super) fn cram(challenge: &[u8], user: &str, password: &str) -> Message {
    let Ok(mut mac) = Hmac::<Md5>::new_from_slice(password.as_bytes()) else {
        return Message::default(); // cannot be: a key may have any length
    };
    mac.update(challenge);
    join(&[user, " ", &hex(&mac.finalize().into_bytes())])
}

/// The digest of APOP: that of the greeting's timestamp and the password.
pub(in crate::pop3) fn apop(timestamp: &str, password: &str) -> String {
    let mut digest = Md5::new();
    digest.update(timestamp);
    digest.update(password);
    hex(&digest.finalize())
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{octet:02x}");
        text
    })
}

/// The timestamp in a greeting (RFC 1939, section 7), if it is one: what is not printable, or holds no `@`, could be
/// made so that digests tell of the password (CVE-2007-1558).
pub(crate) fn timestamp(greeting: &[u8]) -> Option<String> {
    let greeting = std::str::from_utf8(greeting).ok()?;
    let from = greeting.find('<')?;
    let length = greeting[from..].find('>')? + 1;
    let timestamp = &greeting[from..from + length];
    let (before, after) = timestamp.split_once('@')?;
    let whole = before.len() > 1 && after.len() > 1 && !after.contains('@');
    let printable = timestamp.bytes().all(|octet| octet.is_ascii_graphic());
    (whole && printable).then(|| timestamp.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_2195_comes_out() {
        let challenge = b"<1896.697170952@postoffice.reston.mci.net>";
        assert_eq!(
            **cram(challenge, "tim", "tanstaaftanstaaf"),
            *b"tim b913a602c7eda7a495b4e6e7334d3890"
        );
    }

    #[test]
    fn the_example_of_rfc_1939_comes_out() {
        assert_eq!(
            apop("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf"),
            "c4c9334bac560ecc979e58001b3e22fb"
        );
    }

    #[test]
    fn a_timestamp_is_a_message_id_and_nothing_else() {
        let found = |greeting: &str| timestamp(greeting.as_bytes());
        assert_eq!(found("ready <1.2@host> x").as_deref(), Some("<1.2@host>"));
        for none in [
            "ready", "<>", "<@>", "<a@>", "<@b>", "<a b@c>", "<a@b", "<a@b@c>", "<ä@b>",
        ] {
            assert_eq!(found(none), None, "{none}");
        }
    }
}
