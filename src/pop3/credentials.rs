//! Who signs in: the name and the password or token, and how commands carry them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::command::{check_argument, with_argument};
use super::sasl::{plain, token};
use super::{BadArgument, Outgoing, Secrets};

/// A name and what proves it, wiped when dropped, never printed.
#[derive(Clone)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The proof.
    pub secret: Secret,
}

/// What proves a name.
#[derive(Clone)]
pub enum Secret {
    /// A password.
    Password(Zeroizing<String>),
    /// A bearer token (RFC 6750), for XOAUTH2 and OAUTHBEARER alone.
    Token(Zeroizing<String>),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password(…)",
            Self::Token(_) => "Token(…)",
        })
    }
}

impl Secret {
    pub(super) fn text(&self) -> &Zeroizing<String> {
        match self {
            Self::Password(text) | Self::Token(text) => text,
        }
    }
}

impl Credentials {
    /// A name and its password.
    pub fn password(user: &str, password: &str) -> Self {
        Self {
            user: user.to_owned(),
            secret: Secret::Password(Zeroizing::new(password.to_owned())),
        }
    }

    /// A name and a token.
    pub fn token(user: &str, token: &str) -> Self {
        Self {
            user: user.to_owned(),
            secret: Secret::Token(Zeroizing::new(token.to_owned())),
        }
    }

    /// The secret in every form it takes on the wire to this server.
    pub fn secrets(&self, host: &str, port: u16) -> Secrets {
        let mut forms = vec![Zeroizing::new(self.secret.text().as_bytes().to_vec())];
        let wrapped = match &self.secret {
            // PLAIN, and the second response of LOGIN.
            Secret::Password(password) => [
                plain(&self.user, password),
                Zeroizing::new(password.as_bytes().to_vec()),
            ],
            Secret::Token(secret) => [
                token::xoauth2(&self.user, secret),
                token::oauthbearer(&self.user, secret, host, port),
            ],
        };
        forms.extend(
            wrapped
                .iter()
                .map(|form| Zeroizing::new(STANDARD.encode(form).into_bytes())),
        );
        Secrets::new(forms)
    }

    /// Refuses what no mechanism can carry.
    pub(super) fn check(&self) -> Result<(), BadArgument> {
        check_argument(&self.user)?;
        check_argument(self.secret.text())?;
        // Octet 1 parts the fields of XOAUTH2 and OAUTHBEARER, and a token has no blanks (RFC 6750, section 2.1).
        match &self.secret {
            Secret::Token(_) if self.user.contains(char::is_control) => Err(BadArgument::LineBreak),
            Secret::Token(token) if !token.bytes().all(|octet| octet.is_ascii_graphic()) => {
                Err(BadArgument::NoToken)
            }
            _ => Ok(()),
        }
    }

    /// `USER name`
    pub(super) fn user_command(&self) -> Result<Outgoing, BadArgument> {
        with_argument("USER", &self.user)
    }

    /// `PASS password`
    pub(super) fn pass_command(&self) -> Result<Outgoing, BadArgument> {
        with_argument("PASS", self.secret.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_outside_ascii_is_sent_as_utf_8() {
        let line = Credentials::password("u", "pässwörd")
            .pass_command()
            .map(|line| line.to_vec());
        assert_eq!(line, Ok("PASS pässwörd\r\n".as_bytes().to_vec()));
    }

    #[test]
    fn a_token_cannot_smuggle_in_a_field_of_its_own() {
        for bad in ["a\u{1}b", "a b", "tökén", "a\r\nb"] {
            assert!(Credentials::token("u", bad).check().is_err(), "{bad:?}");
        }
        let bad_name = Credentials::token("u\u{1}auth=x", "token");
        assert_eq!(bad_name.check(), Err(BadArgument::LineBreak));
        assert_eq!(Credentials::token("u", "ya29.A-b_c~+/=").check(), Ok(()));
    }

    #[test]
    fn debug_shows_neither_password_nor_token() {
        let one = Credentials::password("alice", "hunter2");
        let other = Credentials::token("alice", "hunter2");
        let shown = format!(
            "{one:?} {other:?} {:?} {:?} {:?} {:?}",
            one.secret,
            other.secret,
            one.pass_command(),
            one.secrets("h", 1)
        );
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
