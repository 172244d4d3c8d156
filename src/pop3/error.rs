//! Why a session ended, as sentences that hold no word of the server's.

use super::{BadArgument, Refusal, ResponseCode};

/// Why a session ended. The sentences are ours; what the server said is in [`Error::refusal`], as
/// sent: foreign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An answer is not POP3, or came unasked: never guessed at.
    #[error("the server broke the protocol: {0}; nothing it said after that was believed")]
    Protocol(&'static str),
    /// The line ended.
    #[error("the server closed the connection before it had answered; try again later")]
    Closed,
    /// `-ERR` as greeting.
    #[error("the server refused the connection{}", advice(.0))]
    Greeting(Refusal),
    /// `-ERR` to the password.
    #[error("the server refused the log-in{}", advice(.0))]
    Login(Refusal),
    /// STLS was asked for and is not offered, or was refused.
    #[error(
        "the server does not offer STLS, so no password was sent; try security = \"tls\" and port 995"
    )]
    NoStls,
    /// Octets behind the `+OK` to STLS.
    #[error(
        "octets were slipped in before the TLS handshake, so no password was sent; somebody may be on the line"
    )]
    Injected,
    /// A password would cross an unprotected line.
    #[error(
        "the password was not sent over a line without TLS; set security = \"tls\", or allow-cleartext = true"
    )]
    Cleartext,
    /// The mechanism that was asked for is not announced.
    #[error(
        "the server does not offer {0}, so nothing was sent; set auth to what it offers, or to \"auto\""
    )]
    NotOffered(&'static str),
    /// APOP was asked for.
    #[error(
        "the server's greeting holds no timestamp for APOP, so nothing was sent; set auth = \"auto\""
    )]
    NoTimestamp,
    /// The signature that SCRAM demands of the server is wrong or missing.
    #[error(
        "the server could not prove that it knows the password, so nothing it says is believed; somebody may be on the line"
    )]
    Impostor,
    /// The server wants to hear more about the log-in, and took for it what had gone out with it.
    #[error("the server does not take commands that come with the log-in; try again without")]
    OutOfStep,
    /// It refused a log-in that was said as it had announced it before an earlier one, and announces something else now.
    #[error(
        "the server does not know any more how this log-in was said; try again, asking it first"
    )]
    Outdated,
    /// The name or password cannot be sent.
    #[error("the user name or the password cannot be sent: {0}")]
    Argument(#[from] BadArgument),
    /// A limit was passed.
    #[error("the server sent more than is accepted of {0}; the connection was given up")]
    Limit(&'static str),
}

impl Error {
    /// What the server said, where it is the server who refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Greeting(refusal) | Self::Login(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// What the response code asks the reader to do (RFC 2449, section 8; RFC 3206).
fn advice(refusal: &Refusal) -> &'static str {
    match refusal.code {
        Some(ResponseCode::Auth) => ": check the user name and the password",
        Some(ResponseCode::InUse) => ": the mailbox is in use by another session; try again later",
        Some(ResponseCode::LoginDelay) => ": the last log-in was too recent; try again later",
        Some(ResponseCode::SysTemp) => ": it has a temporary problem; try again later",
        Some(ResponseCode::SysPerm) => ": it has a problem that its keeper must solve",
        Some(ResponseCode::Other(_)) | None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_holds_no_word_of_the_server() {
        let refusal = Refusal::parse(b"[AUTH] \x1b]0;owned\x07 no");
        let error = Error::Login(refusal.clone());
        assert_eq!(
            error.to_string(),
            "the server refused the log-in: check the user name and the password"
        );
        assert_eq!(error.refusal(), Some(&refusal));
    }
}
