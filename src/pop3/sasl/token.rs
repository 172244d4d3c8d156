//! The two mechanisms that carry a bearer token: XOAUTH2 (Google, Microsoft) and OAUTHBEARER (RFC 7628).

use serde_json::Value;

use super::{Message, escaped, join};

/// Longer complaints are cut: nobody reads more.
const LONGEST: usize = 500;

/// What XOAUTH2 says.
pub(in crate::pop3) fn xoauth2(user: &str, token: &str) -> Message {
    join(&["user=", user, "\u{1}auth=Bearer ", token, "\u{1}\u{1}"])
}

/// What OAUTHBEARER says (RFC 7628, section 3.1).
pub(in crate::pop3) fn oauthbearer(user: &str, token: &str, host: &str, port: u16) -> Message {
    join(&[
        "n,a=",
        &escaped(user),
        ",\u{1}host=",
        host,
        "\u{1}port=",
        &port.to_string(),
        "\u{1}auth=Bearer ",
        token,
        "\u{1}\u{1}",
    ])
}

/// The challenge of a failure in words: JSON with a status and more (RFC 7628, section 3.2.2). Foreign.
pub(super) fn complaint(challenge: &[u8]) -> Vec<u8> {
    let words = match serde_json::from_slice(challenge) {
        Ok(Value::Object(fields)) => {
            let named = ["status", "error", "error_description", "scope"];
            let said = named
                .iter()
                .filter_map(|name| Some(format!("{name} {}", word(fields.get(*name)?)?)));
            said.collect::<Vec<_>>().join(", ").into_bytes()
        }
        _ => challenge.to_vec(),
    };
    words[..words.len().min(LONGEST)].to_vec()
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_messages_are_those_of_the_vendor_and_of_rfc_7628() {
        assert_eq!(
            **xoauth2("someuser@example.com", "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg=="),
            *b"user=someuser@example.com\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\x01\x01"
        );
        assert_eq!(
            **oauthbearer("user@example.com", "vF9dft4qmTc2", "server.example.com", 143),
            *b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer vF9dft4qmTc2\x01\x01"
        );
    }

    #[test]
    fn a_complaint_is_told_in_words_whatever_it_is_made_of() {
        let told = |json: &str| String::from_utf8(complaint(json.as_bytes())).unwrap();
        assert_eq!(
            told(r#"{"status":"invalid_token","scope":"mail","openid-configuration":"x"}"#),
            "status invalid_token, scope mail"
        );
        assert_eq!(told(r#"{"status":400,"error":{}}"#), "status 400");
        assert_eq!(told("{}"), "");
        assert_eq!(told("no JSON"), "no JSON");
        assert_eq!(told(&"x".repeat(9000)).len(), LONGEST);
    }
}
