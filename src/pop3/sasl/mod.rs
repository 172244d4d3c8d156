//! One exchange of SASL under AUTH (RFC 5034, section 4): what this side says to each challenge.
//!
//! No cryptography of our own: digests, HMAC, PBKDF2 and the comparing of signatures are those of `ring`, MD5 is that of
//! RustCrypto. (`rsasl` does the same and more, but counts an endless PBKDF2 to its end, has no CRAM-MD5, and no way
//! to wipe what it copies.)

mod md5;
mod scram;
pub(super) mod token;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::pop3::TokenForm;
use crate::pop3::command::MAX_COMMAND;
use crate::pop3::way::Way;
use crate::pop3::{
    ChannelBinding, Credentials, Error, Hashed, Hashing, Outgoing, Refusal, Security,
};

pub(super) use md5::{apop, timestamp};
use scram::Scram;

/// What this side says, before base64.
type Message = Zeroizing<Vec<u8>>;

/// What an exchange has to know of its session.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) line: Security,
    /// 18 random octets in base64.
    pub(super) nonce: &'a str,
    pub(super) binding: Option<&'a ChannelBinding>,
    /// Whether the server's list of mechanisms is known.
    pub(super) list_is_known: bool,
}

/// An exchange that has begun.
pub(super) struct Exchange {
    way: Way,
    talk: Talk,
    /// The first message, where it has to wait for a challenge.
    waiting: Option<Message>,
    /// What the server complained of in its last challenge, in words: foreign.
    complaint: Option<Vec<u8>>,
}

/// How far it is.
enum Talk {
    /// All is said with the first message.
    Plain,
    /// How many challenges were answered.
    Login(usize),
    Scram(Box<Scram>),
    CramMd5,
    Token,
    /// Whatever is asked now, there is no answer.
    Over,
}

/// What to do about a challenge.
pub(super) enum Answer {
    /// Send this line.
    Send(Outgoing),
    /// First do this work, for [`Exchange::hashed`].
    Hash(Hashing),
    /// The server asks for more than the mechanism has to say.
    Cancel,
}

impl Exchange {
    /// Begins; gives the line to send.
    pub(super) fn begin(way: Way, who: &Credentials, terms: &Terms<'_>) -> (Self, Outgoing) {
        let secret = who.secret.text();
        let (talk, first) = match way {
            Way::Scram(hash, bound) => {
                let scram = Scram::new(hash, bound, &who.user, terms);
                let first = scram.first_message();
                (Talk::Scram(Box::new(scram)), Some(first))
            }
            Way::CramMd5 => (Talk::CramMd5, None),
            Way::Login => (Talk::Login(0), None),
            Way::OauthBearer => {
                let first = token::oauthbearer(&who.user, secret, terms.host, terms.port);
                (Talk::Token, Some(first))
            }
            Way::Xoauth2(_) => (Talk::Token, Some(token::xoauth2(&who.user, secret))),
            Way::Plain | Way::User | Way::Apop => (Talk::Plain, Some(plain(&who.user, secret))),
        };
        let mut exchange = Self {
            way,
            talk,
            waiting: first,
            complaint: None,
        };
        let line = exchange.open();
        (exchange, line)
    }

    /// `AUTH NAME`, with the first message behind it where both sides allow that and it fits in a command (RFC
    /// 5034, section 4).
    fn open(&mut self) -> Outgoing {
        let name = self.way.name();
        if let Some(first) = &self.waiting
            && self.way != Way::Xoauth2(TokenForm::TwoLines)
        {
            let line = Outgoing::line(&["AUTH ", name, " ", &encode(first)]);
            if line.len() <= MAX_COMMAND {
                self.waiting = None;
                return line;
            }
        }
        Outgoing::line(&["AUTH ", name])
    }

    /// Whether all was said in one line, so that the next answer must be the last.
    pub(super) fn is_said(&self) -> bool {
        self.waiting.is_none() && matches!(self.talk, Talk::Plain | Talk::Token)
    }

    /// Whether it cannot have succeeded yet, as this side has not said a word.
    pub(super) fn is_untold(&self) -> bool {
        self.waiting.is_some() || matches!(self.talk, Talk::Login(0))
    }

    /// The server wants more.
    pub(super) fn challenged(
        &mut self,
        challenge: &[u8],
        who: &Credentials,
    ) -> Result<Answer, Error> {
        if let Some(first) = self.waiting.take() {
            return Ok(send(&first));
        }
        let secret = who.secret.text();
        let challenge = decode(challenge);
        let answer = match &mut self.talk {
            Talk::Login(turn) => {
                *turn += 1;
                match turn {
                    1 => send(who.user.as_bytes()),
                    2 => send(secret.as_bytes()),
                    _ => Answer::Cancel,
                }
            }
            Talk::CramMd5 => {
                let challenge = challenge.ok_or(NO_BASE64)?;
                self.talk = Talk::Over;
                send(&md5::cram(&challenge, &who.user, secret))
            }
            Talk::Scram(scram) => {
                let said = scram.challenged(&challenge.ok_or(NO_BASE64)?, secret)?;
                match said {
                    scram::Said::Hash(hashing) => Answer::Hash(hashing),
                    scram::Said::Nothing => Answer::Send(Outgoing::line(&[""])),
                    scram::Said::Complaint(complaint) => {
                        self.complaint = Some(complaint);
                        self.talk = Talk::Over;
                        Answer::Send(Outgoing::line(&[""]))
                    }
                }
            }
            Talk::Token => {
                self.complaint = Some(token::complaint(&challenge.unwrap_or_default()));
                self.talk = Talk::Over;
                // RFC 7628, section 3.2.3: octet 1. XOAUTH2 wants an empty line.
                match self.way {
                    Way::OauthBearer => send(&[1]),
                    _ => Answer::Send(Outgoing::line(&[""])),
                }
            }
            Talk::Plain | Talk::Over => Answer::Cancel,
        };
        Ok(answer)
    }

    /// The work is done that a challenge took.
    pub(super) fn hashed(&mut self, hashed: &Hashed) -> Result<Outgoing, Error> {
        match &mut self.talk {
            Talk::Scram(scram) => Ok(line(&scram.hashed(hashed)?)),
            _ => Err(Error::Protocol("nothing was to be worked out for it")),
        }
    }

    /// The server said `+OK`.
    pub(super) fn accepted(&self) -> Result<(), Error> {
        match &self.talk {
            Talk::Scram(scram) if !scram.is_proven() => Err(Error::Impostor),
            Talk::CramMd5 => Err(Error::Protocol(
                "it accepted a password before it asked for it",
            )),
            _ => Ok(()),
        }
    }

    /// Whether the server has said why it refuses, in a challenge.
    pub(super) fn has_complaint(&self) -> bool {
        self.complaint.is_some()
    }

    /// The refusal, with what the server had complained of before it.
    pub(super) fn refused(&mut self, mut why: Refusal) -> Refusal {
        if let Some(complaint) = self.complaint.take().filter(|words| !words.is_empty()) {
            let text = why.text.trim_ascii_end();
            let text = text.strip_suffix(b".").unwrap_or(text);
            why.text = [text, b" (", &complaint, b")"].concat();
        }
        why
    }
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Exchange({})", self.way.name())
    }
}

const NO_BASE64: Error = Error::Protocol("its challenge is not base64");

/// RFC 4616: no authorization identity, name, password.
pub(super) fn plain(user: &str, password: &str) -> Message {
    join(&["\0", user, "\0", password])
}

/// One message of these parts. Reserved at once: a vector that grows leaves copies behind which nobody wipes.
fn join(parts: &[&str]) -> Message {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut message = Zeroizing::new(Vec::with_capacity(length));
    for part in parts {
        message.extend_from_slice(part.as_bytes());
    }
    message
}

/// RFC 5801, section 4: how a name stands in a list that is parted by commas.
fn escaped(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

fn send(message: &[u8]) -> Answer {
    Answer::Send(line(message))
}

fn line(message: &[u8]) -> Outgoing {
    Outgoing::line(&[&encode(message)])
}

fn encode(message: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(message))
}

fn decode(challenge: &[u8]) -> Option<Vec<u8>> {
    STANDARD.decode(challenge.trim_ascii()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: Terms<'_> = Terms {
        host: "pop.example.org",
        port: 995,
        line: Security::Tls,
        nonce: "",
        binding: None,
        list_is_known: true,
    };

    fn begun(way: Way, who: &Credentials) -> (Exchange, String) {
        let (exchange, line) = Exchange::begin(way, who, &TERMS);
        (exchange, String::from_utf8_lossy(&line).into_owned())
    }

    fn sent(answer: Answer) -> Option<String> {
        match answer {
            Answer::Send(line) => Some(String::from_utf8_lossy(&line).into_owned()),
            Answer::Hash(_) | Answer::Cancel => None,
        }
    }

    #[test]
    fn the_plain_message_is_that_of_rfc_4616() {
        let (exchange, line) = begun(Way::Plain, &Credentials::password("test", "test"));
        assert_eq!(line, "AUTH PLAIN AHRlc3QAdGVzdA==\r\n");
        assert!(exchange.is_said());
    }

    #[test]
    fn a_long_first_message_waits_for_its_challenge() {
        // 11 octets of verb and blanks, 2 of line end: 242 are left, of which base64 uses 240.
        let fits = Credentials::password("u", &"p".repeat(180 - 3));
        assert_eq!(begun(Way::Plain, &fits).1.len(), 11 + 240 + 2);
        let over = Credentials::password("u", &"p".repeat(181 - 3));
        let (mut exchange, line) = begun(Way::Plain, &over);
        assert_eq!(line, "AUTH PLAIN\r\n");
        assert!(exchange.is_untold() && !exchange.is_said());
        assert!(sent(exchange.challenged(b"", &over).unwrap()).is_some());
        assert!(sent(exchange.challenged(b"", &over).unwrap()).is_none());
    }

    #[test]
    fn login_gives_the_name_then_the_password_then_nothing_more() {
        let who = Credentials::password("alice", "secret");
        let (mut exchange, line) = begun(Way::Login, &who);
        assert_eq!(line, "AUTH LOGIN\r\n");
        let mut next = || sent(exchange.challenged(b"VXNlcm5hbWU6", &who).unwrap());
        assert_eq!(next().as_deref(), Some("YWxpY2U=\r\n"));
        assert_eq!(next().as_deref(), Some("c2VjcmV0\r\n"));
        assert_eq!(next(), None);
    }

    #[test]
    fn a_failed_token_is_answered_and_told_in_words() {
        let who = Credentials::token("a@example.org", "tok");
        let json = STANDARD.encode(br#"{"status":"401","schemes":"bearer","scope":"mail"}"#);
        for (way, answer) in [
            (Way::Xoauth2(TokenForm::OneLine), "\r\n"),
            (Way::OauthBearer, "AQ==\r\n"),
        ] {
            let (mut exchange, _) = begun(way, &who);
            let line = sent(exchange.challenged(json.as_bytes(), &who).unwrap());
            assert_eq!(line.as_deref(), Some(answer));
            let told = exchange.refused(Refusal::parse(b"[AUTH] Invalid."));
            assert_eq!(told.text, b"[AUTH] Invalid (status 401, scope mail)");
        }
    }

    #[test]
    fn names_cannot_break_out_of_their_field() {
        assert_eq!(escaped("a=b,c"), "a=3Db=2Cc");
    }
}
