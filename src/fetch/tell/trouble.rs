//! What can go wrong between server and store: every variant a sentence that says what to do.

use std::path::PathBuf;
use std::time::Duration;

use crate::config::Account;
use crate::mail::SafeText;
use crate::pop3;
use crate::pop3::{BadArgument, Refusal, ResponseCode, Waiting};
use crate::store;

use crate::fetch::line::certificate::Doubt;
use crate::fetch::tell::foreign::Quote;
use crate::fetch::tell::refusal::{greeting, login, login_refused};
use crate::fetch::{Error, ErrorKind};

/// What went wrong. Foreign text in here is safe already; [`Trouble::at`] puts the account's name before it.
#[derive(Debug, Clone, thiserror::Error)]
pub(in crate::fetch) enum Trouble {
    /// From [`crate::fetch::Connect`], complete.
    #[error("{0}")]
    Line(Error),
    #[error("the password is missing: {0}")]
    Password(String),
    #[error("{key} {} {reason}", path.display())]
    UnusableFile {
        /// The key of the config that names it.
        key: &'static str,
        path: PathBuf,
        reason: String,
    },
    #[error("the token is missing: {0}")]
    NoToken(String),
    #[error("this system gives no random numbers, without which nobody can sign in safely")]
    NoRandomness,
    #[error("user or password cannot be sent: {0}; change it on the server")]
    Argument(BadArgument),
    #[error(
        "the password is not sent over a line that everybody can read; use security = \"tls\" or \"stls\""
    )]
    Cleartext,
    #[error("{host:?} is no name a certificate can be checked for; correct host in the config")]
    BadHost { host: String },
    #[error("{sentence}")]
    Certificate { doubt: Doubt, sentence: String },
    /// TLS could not even begin, for a reason of this machine's.
    #[error("{0}")]
    NoTls(String),
    /// It is the server who refuses us.
    #[error("{0}")]
    Identity(&'static str),
    #[error(
        "TLS with {server} failed: what it says is not TLS; check port and security (995 is for \"tls\", 110 for \"stls\")"
    )]
    NotTls { server: String },
    #[error(
        "TLS with {server} failed: {reason}; check port and security (995 is for \"tls\", 110 for \"stls\")"
    )]
    Handshake { server: String, reason: SafeText },
    #[error(
        "{server} broke the line during the TLS handshake ({reason}); check port and security, or try again later"
    )]
    HandshakeCut { server: String, reason: String },
    #[error(
        "the server does not offer STLS, so nothing was sent in clear; use security = \"tls\" and port 995, or ask its operator"
    )]
    NoStls,
    #[error(
        "octets were waiting behind the answer to STLS: somebody on the way may be forging answers; nothing was sent, try another network"
    )]
    Injected,
    /// The server says that it is for user or password (RFC 3206).
    #[error("no POP3 server answers there, it says: {0}; check host, port and security")]
    NoPop3(SafeText),
    #[error("login refused: {0}")]
    Login(SafeText),
    /// The server does not say why.
    #[error("login refused: {0}")]
    LoginPerhaps(SafeText),
    /// The server refused too often already, and was not asked. By itself, the account's name.
    #[error(
        "the server refused the login three times in a row, so it was not asked again; check user and password, then \
         run poptui check {0}, or poptui fetch {0} in a terminal, or press F5 on the screen"
    )]
    BarredHere(SafeText),
    #[error("login refused for good: {0}; ask the server's operator")]
    Barred(SafeText),
    #[error("the token was refused: {0}; {1}")]
    Token(SafeText, &'static str),
    #[error(
        "the server does not offer {0}, so no password was sent; set auth = \"auto\", or ask its operator"
    )]
    NotOffered(&'static str),
    #[error(
        "the server's greeting holds no timestamp, without which there is no APOP; set auth = \"auto\""
    )]
    NoTimestamp,
    #[error(
        "the server could not prove that it knows the password, so nothing it says is believed; somebody on the way may \
         be playing its part, try another network, or ask its operator"
    )]
    Impostor,
    #[error("the server does not take commands in a row, though it says so; try again")]
    OutOfStep,
    #[error("the server has changed how it takes a log-in; try again")]
    Outdated,
    #[error("the server does not serve this account: {0}; ask its operator")]
    Unavailable(SafeText),
    #[error("the mailbox is in use or was asked for too soon: {0}; try again in a few minutes")]
    Busy(SafeText),
    #[error(
        "the server refuses one mail after the other: {0}; what had arrived is kept, it is asked for the rest later"
    )]
    Refusing(SafeText),
    #[error("the server cannot do it now: {0}; try again later")]
    Temporary(SafeText),
    #[error("{server} was silent for {} s while {what} was awaited; try again later, or raise timeout in the config", waited.as_secs_f32().round())]
    Silent {
        server: String,
        what: Waiting,
        waited: Duration,
    },
    #[error(
        "{server} does not end a mail as POP3 has it, with a dot alone in a line, CRLF before it and behind it, and was \
         silent for {} s then; nothing of that mail was stored or deleted, ask the server's operator",
        waited.as_secs_f32().round()
    )]
    NoEnd { server: String, waited: Duration },
    #[error("{server} sends less than {rate} octets a second; try again later")]
    TooSlow { server: String, rate: u64 },
    #[error("the server closed the line when it was asked for its capabilities; try again later")]
    ClosedAtCapa,
    /// Before STLS, where anybody on the way can do it.
    #[error("the server closed the line when it was asked for its capabilities; try again later")]
    ClosedAtCapaInClear,
    #[error("the server closed the line at the log-in; try again later")]
    ClosedAtLogin,
    #[error("the server closed the line in mid-session; what had arrived is kept, try again later")]
    Closed,
    #[error("the line broke: {0}; what had arrived is kept, try again later")]
    Broken(String),
    #[error(
        "the server does not keep to POP3: {0}; what had arrived is kept, nothing was deleted there"
    )]
    Protocol(String),
    #[error(
        "the server refused a mail while others were on their way, so that their order is in doubt; what had arrived is kept, try again later"
    )]
    RefusedInRow,
    #[error(
        "QUIT was refused, so the server kept mail that should be deleted: {0}; it is tried again with the next fetch"
    )]
    QuitRefused(SafeText),
    #[error(
        "QUIT was put off, so it is unknown what the server deleted: {0}; the next fetch sorts it out"
    )]
    QuitPutOff(SafeText),
    #[error(
        "QUIT was not answered, so it is unknown what the server deleted; the next fetch sorts it out"
    )]
    QuitLost,
    #[error("{0}")]
    Storage(String),
    #[error("stopped; what had arrived is kept")]
    Cancelled,
}

impl Trouble {
    /// The class of the contract.
    pub(in crate::fetch) fn kind(&self) -> ErrorKind {
        match self {
            Self::Line(error) => error.kind,
            Self::Password(_)
            | Self::NoToken(_)
            | Self::UnusableFile { .. }
            | Self::Argument(_)
            | Self::Cleartext
            | Self::BadHost { .. }
            | Self::NotOffered(_)
            | Self::NoTimestamp
            | Self::NoRandomness => ErrorKind::Config,
            Self::Certificate { .. }
            | Self::NoTls(_)
            | Self::NotTls { .. }
            | Self::Identity(_)
            | Self::Handshake { .. }
            | Self::NoStls
            | Self::Injected => ErrorKind::Tls,
            Self::Unavailable(_) => ErrorKind::Connect,
            Self::Login(_)
            | Self::LoginPerhaps(_)
            | Self::Barred(_)
            | Self::BarredHere(_)
            | Self::Token(..)
            | Self::Impostor => ErrorKind::Auth,
            Self::Busy(_) | Self::Refusing(_) => ErrorKind::Busy,
            Self::Temporary(_)
            | Self::Silent { .. }
            | Self::TooSlow { .. }
            | Self::HandshakeCut { .. }
            | Self::ClosedAtCapa
            | Self::ClosedAtCapaInClear
            | Self::OutOfStep
            | Self::Outdated
            | Self::ClosedAtLogin
            | Self::Closed
            | Self::Broken(_)
            | Self::QuitRefused(_)
            | Self::QuitPutOff(_)
            | Self::QuitLost => ErrorKind::Temporary,
            Self::NoPop3(_) | Self::Protocol(_) | Self::RefusedInRow | Self::NoEnd { .. } => {
                ErrorKind::Protocol
            }
            Self::Storage(_) => ErrorKind::Storage,
            Self::Cancelled => ErrorKind::Cancelled,
        }
    }

    /// Whether a new line to the same server may do better: the line failed, not the account.
    pub(in crate::fetch) fn is_of_the_line(&self) -> bool {
        matches!(
            self,
            Self::Silent { .. }
                | Self::NoEnd { .. }
                | Self::TooSlow { .. }
                | Self::Closed
                | Self::Broken(_)
                | Self::Protocol(_)
                | Self::RefusedInRow
        )
    }

    /// Whether the server heard who signs in and refused that: not where it is busy, nor where it is in trouble.
    pub(in crate::fetch) fn is_refused_login(&self) -> bool {
        matches!(
            self,
            Self::Login(_) | Self::LoginPerhaps(_) | Self::Barred(_) | Self::Token(..)
        )
    }

    /// Whether it is about who signs in and how, not about the line.
    pub(in crate::fetch) fn is_of_the_login(&self) -> bool {
        matches!(
            self,
            Self::Password(_)
                | Self::NoToken(_)
                | Self::NoRandomness
                | Self::Argument(_)
                | Self::Cleartext
                | Self::NotOffered(_)
                | Self::NoTimestamp
                | Self::Impostor
                | Self::Token(..)
        )
    }

    /// The error as it is told.
    pub(in crate::fetch) fn at(self, account: &Account) -> Error {
        let sentence = match &self {
            Self::Login(said) | Self::LoginPerhaps(said) => {
                let refused = login_refused(&account.user, said);
                format!("{refused}; check user and password")
            }
            other => other.to_string(),
        };
        match self {
            Self::Line(error) => error,
            other => Error::new(other.kind(), &account.name, &sentence),
        }
    }

    /// A session that ended.
    pub(in crate::fetch) fn of_session(error: pop3::Error, quote: &Quote) -> Self {
        match error {
            pop3::Error::Protocol(what) | pop3::Error::Limit(what) => {
                Self::Protocol(what.to_owned())
            }
            pop3::Error::Closed => Self::Closed,
            pop3::Error::Greeting(refusal) => greeting(&refusal, quote),
            pop3::Error::Login(refusal) => login(&refusal, quote),
            pop3::Error::NoStls => Self::NoStls,
            pop3::Error::Injected => Self::Injected,
            pop3::Error::Cleartext => Self::Cleartext,
            pop3::Error::Argument(reason) => Self::Argument(reason),
            pop3::Error::NotOffered(mechanism) => Self::NotOffered(mechanism),
            pop3::Error::NoTimestamp => Self::NoTimestamp,
            pop3::Error::Impostor => Self::Impostor,
            pop3::Error::OutOfStep => Self::OutOfStep,
            pop3::Error::Outdated => Self::Outdated,
        }
    }

    /// A refused command of the TRANSACTION state.
    pub(in crate::fetch) fn of_refusal(command: &str, refusal: &Refusal, quote: &Quote) -> Self {
        let said = quote.quote(&refusal.text);
        match refusal.code {
            Some(ResponseCode::InUse | ResponseCode::LoginDelay) => Self::Busy(said),
            Some(ResponseCode::SysTemp) => Self::Temporary(said),
            _ => Self::Protocol(format!("{command} was refused ({said})")),
        }
    }
}

impl From<store::Error> for Trouble {
    fn from(error: store::Error) -> Self {
        Self::Storage(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: Option<ResponseCode>, text: &str) -> Refusal {
        Refusal {
            code,
            text: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_mailbox_in_use_is_not_a_wrong_password() {
        let quote = Quote::new("alice", "secret");
        let kind = |code| login(&refusal(code, "sorry"), &quote).kind();
        assert_eq!(kind(Some(ResponseCode::InUse)), ErrorKind::Busy);
        assert_eq!(kind(Some(ResponseCode::LoginDelay)), ErrorKind::Busy);
        assert_eq!(kind(Some(ResponseCode::SysTemp)), ErrorKind::Temporary);
        assert_eq!(kind(Some(ResponseCode::Auth)), ErrorKind::Auth);
        assert_eq!(kind(Some(ResponseCode::SysPerm)), ErrorKind::Auth);
        assert_eq!(kind(None), ErrorKind::Auth);
        let uncoded = |text| login(&refusal(None, text), &quote).kind();
        for text in [
            "maildrop already locked",
            "Mailbox in use",
            "/var/mail/.x.pop lock busy!",
        ] {
            assert_eq!(uncoded(text), ErrorKind::Busy, "{text}");
        }
        for text in ["Account locked", "sorry, blocked", "no use in that"] {
            assert_eq!(uncoded(text), ErrorKind::Auth, "{text}");
        }
        assert_eq!(
            kind(Some(ResponseCode::Other("NEW".into()))),
            ErrorKind::Auth
        );
    }

    #[test]
    fn a_greeting_of_err_is_classed_by_its_code() {
        let quote = Quote::new("alice", "secret");
        let kind = |code| greeting(&refusal(code, "sorry"), &quote).kind();
        assert_eq!(kind(Some(ResponseCode::InUse)), ErrorKind::Busy);
        assert_eq!(kind(Some(ResponseCode::SysTemp)), ErrorKind::Temporary);
        assert_eq!(kind(Some(ResponseCode::SysPerm)), ErrorKind::Connect);
        assert_eq!(kind(None), ErrorKind::Temporary);
    }

    #[test]
    fn a_sentence_names_the_account_and_what_to_do_and_hides_the_password() {
        let quote = Quote::new("alice", "hunter2");
        let trouble = login(&refusal(None, "hunter2 is \x1b[1mwrong"), &quote);
        let error = trouble.at(&Account::in_clear("work", "alice", "hunter2"));
        assert!(
            error
                .sentence
                .starts_with("work: login refused for the user alice: ******** is ")
        );
        assert!(error.sentence.ends_with("; check user and password"));
        assert!(!error.sentence.contains('\x1b'));
    }
}
