//! The name and the password: how they are said, and how they are kept out of everything else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;
use zeroize::Zeroizing;

use super::command::{MAX_COMMAND, check_argument, with_argument};
use super::{BadArgument, Outgoing, Refusal, ResponseCode};

/// A name and a password, wiped when dropped, never printed.
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Zeroizing<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Credentials {
    /// Refuses what no mechanism can carry.
    pub(super) fn check(&self) -> Result<(), BadArgument> {
        check_argument(&self.user)?;
        check_argument(&self.password)
    }

    /// `USER name`
    pub(super) fn user_command(&self) -> Result<Outgoing, BadArgument> {
        with_argument("USER", &self.user)
    }

    /// `PASS password`
    pub(super) fn pass_command(&self) -> Result<Outgoing, BadArgument> {
        with_argument("PASS", &self.password)
    }

    /// `AUTH PLAIN` with initial response; `None` where that passes the length of a command and the
    /// response has to wait for a challenge (RFC 5034, section 4).
    pub(super) fn auth_command(&self) -> Option<Outgoing> {
        let line = Outgoing::line(&["AUTH PLAIN ", &self.plain_response()]);
        (line.len() <= MAX_COMMAND).then_some(line)
    }

    /// The response to the challenge of `AUTH PLAIN`.
    pub(super) fn auth_response(&self) -> Outgoing {
        Outgoing::line(&[&self.plain_response()])
    }

    /// Takes the password out of what the server said: some repeat it, and what they say is shown.
    pub(super) fn scrub(&self, refusal: Refusal) -> Refusal {
        if self.password.is_empty() {
            return refusal;
        }
        let text = replace(&refusal.text, self.plain_response().as_bytes());
        let text = replace(&text, self.password.as_bytes());
        let scrubbed = Refusal::parse(&text);
        match refusal.code {
            Some(ResponseCode::Other(_)) => scrubbed,
            // A known code is one of our own words, even where the password is "AUTH".
            code => Refusal { code, ..scrubbed },
        }
    }

    /// RFC 4616: no authorization identity, name, password; in base64.
    fn plain_response(&self) -> Zeroizing<String> {
        let mut message = Zeroizing::new(Vec::with_capacity(
            self.user.len() + self.password.len() + 2,
        ));
        message.push(0);
        message.extend_from_slice(self.user.as_bytes());
        message.push(0);
        message.extend_from_slice(self.password.as_bytes());
        Zeroizing::new(STANDARD.encode(&*message))
    }
}

/// `text` with three stars for each `secret`.
fn replace(text: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memmem::find(rest, secret) {
        clean.extend_from_slice(&rest[..at]);
        clean.extend_from_slice(b"***");
        rest = &rest[at + secret.len()..];
    }
    clean.extend_from_slice(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(user: &str, password: &str) -> Credentials {
        Credentials {
            user: user.into(),
            password: Zeroizing::new(password.into()),
        }
    }

    #[test]
    fn the_plain_message_is_that_of_rfc_4616() {
        let command = who("test", "test").auth_command().map(|line| line.to_vec());
        assert_eq!(
            command.as_deref(),
            Some(&b"AUTH PLAIN AHRlc3QAdGVzdA==\r\n"[..])
        );
    }

    #[test]
    fn a_long_response_waits_for_its_challenge() {
        // 11 octets of verb and blanks, 2 of line end: 242 are left, of which base64 uses 240.
        let fits = who("u", &"p".repeat(180 - 3));
        assert_eq!(
            fits.auth_command().map(|line| line.len()),
            Some(11 + 240 + 2)
        );
        assert!(who("u", &"p".repeat(181 - 3)).auth_command().is_none());
    }

    #[test]
    fn a_password_outside_ascii_is_sent_as_utf_8() {
        let line = who("u", "pässwörd")
            .pass_command()
            .map(|line| line.to_vec());
        assert_eq!(line, Ok("PASS pässwörd\r\n".as_bytes().to_vec()));
    }

    #[test]
    fn a_password_that_the_server_repeats_is_taken_out() {
        let who = who("alice", "hunter2");
        let said = Refusal::parse(b"[HUNTER2] bad: PASS hunter2, AUTH AGFsaWNlAGh1bnRlcjI=");
        let clean = who.scrub(said);
        assert_eq!(clean.text, b"[HUNTER2] bad: PASS ***, AUTH ***");
    }

    #[test]
    fn a_known_code_survives_a_password_of_the_same_letters() {
        let clean = who("alice", "AUTH").scrub(Refusal::parse(b"[AUTH] no"));
        assert_eq!(clean.code, Some(ResponseCode::Auth));
        assert_eq!(clean.text, b"[***] no");
    }

    #[test]
    fn debug_does_not_show_the_password() {
        let who = who("alice", "hunter2");
        assert!(!format!("{who:?} {:?}", who.pass_command()).contains("hunter2"));
    }
}
