//! The password or token in every form it takes on the wire, to be kept out of what is shown.

use memchr::memmem;
use zeroize::Zeroizing;

use super::{Error, Refusal, ResponseCode};

/// What stands in the place of a secret.
const STARS: &[u8] = b"********";

/// A password or token in every form it takes on the wire. Wiped when dropped, never printed.
pub struct Secrets(Vec<Zeroizing<Vec<u8>>>);

impl Secrets {
    pub(super) fn new(mut forms: Vec<Zeroizing<Vec<u8>>>) -> Self {
        forms.retain(|form| !form.is_empty());
        // A short form may be part of a long one.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self(forms)
    }

    /// `text` with three stars for each secret in it: some servers repeat what they were told, and
    /// what they say is shown.
    pub fn blank(&self, text: &[u8]) -> Vec<u8> {
        let mut clean = text.to_vec();
        for form in &self.0 {
            clean = replace(&clean, form);
        }
        clean
    }

    /// A refusal without them.
    pub(super) fn scrub(&self, refusal: Refusal) -> Refusal {
        let scrubbed = Refusal::parse(&self.blank(&refusal.text));
        match refusal.code {
            Some(ResponseCode::Other(_)) => scrubbed,
            // A known code is one of our own words, even where the password is "AUTH".
            code => Refusal { code, ..scrubbed },
        }
    }

    /// An error without them.
    pub(super) fn scrub_error(&self, error: Error) -> Error {
        match error {
            Error::Greeting(why) => Error::Greeting(self.scrub(why)),
            Error::Login(why) => Error::Login(self.scrub(why)),
            other => other,
        }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

fn replace(text: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memmem::find(rest, secret) {
        clean.extend_from_slice(&rest[..at]);
        clean.extend_from_slice(STARS);
        rest = &rest[at + secret.len()..];
    }
    clean.extend_from_slice(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pop3::Credentials;

    fn scrubbed(password: &str, said: &[u8]) -> Refusal {
        let who = Credentials::password("alice", password);
        who.secrets("pop.example.org", 995)
            .scrub(Refusal::parse(said))
    }

    #[test]
    fn a_password_that_the_server_repeats_is_taken_out() {
        let said = b"[HUNTER2] bad: PASS hunter2, AUTH AGFsaWNlAGh1bnRlcjI=, LOGIN aHVudGVyMg==";
        let clean = scrubbed("hunter2", said);
        assert_eq!(
            clean.text,
            b"[HUNTER2] bad: PASS ********, AUTH ********, LOGIN ********"
        );
    }

    #[test]
    fn a_token_that_the_server_repeats_is_taken_out_in_both_its_wrappings() {
        let who = Credentials::token("a@example.org", "ya29.tok");
        let secrets = who.secrets("pop.example.org", 995);
        let said = b"ya29.tok dXNlcj1hQGV4YW1wbGUub3JnAWF1dGg9QmVhcmVyIHlhMjkudG9rAQE= \
            bixhPWFAZXhhbXBsZS5vcmcsAWhvc3Q9cG9wLmV4YW1wbGUub3JnAXBvcnQ9OTk1AWF1dGg9QmVhcmVyIHlhMjkudG9rAQE=";
        assert_eq!(secrets.blank(said), b"******** ******** ********");
    }

    #[test]
    fn a_known_code_survives_a_password_of_the_same_letters() {
        let clean = scrubbed("AUTH", b"[AUTH] no");
        assert_eq!(clean.code, Some(ResponseCode::Auth));
        assert_eq!(clean.text, b"[********] no");
    }

    #[test]
    fn an_empty_password_takes_nothing_out() {
        assert_eq!(scrubbed("", b"no").text, b"no");
    }
}
