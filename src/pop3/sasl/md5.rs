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
}
