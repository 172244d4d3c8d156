//! What is settled about a session before its first octet: protection, log-in, limits, window.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Credentials, Recall};

/// What is settled before the first octet.
#[derive(Debug)]
pub struct Setup {
    /// How the line is protected.
    pub security: Security,
    /// Who signs in.
    pub credentials: Credentials,
    /// How.
    pub mechanism: Mechanism,
    /// Whether the server is asked what it can do.
    pub capa: Capa,
    /// Whether a password may cross a line that is not protected (loopback, or the user's explicit word).
    pub allow_cleartext: bool,
    /// What a server may send.
    pub limits: Limits,
    /// The server, as the account names it: OAUTHBEARER tells it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How XOAUTH2 is said there.
    pub token_form: TokenForm,
    /// What the line is known by at both its ends, for [`Security::Tls`]; under STLS it comes with
    /// [`super::Session::tls_started`].
    pub channel_binding: Option<ChannelBinding>,
    /// For SCRAM.
    pub nonce: Nonce,
    /// Whether CAPA, UIDL and LIST may go out with the log-in, where the server announces PIPELINING.
    pub login_pipelining: bool,
    /// What the server announced before an earlier log-in on a line as well protected. Used only where the log-in can be
    /// said in one go.
    pub recall: Option<Recall>,
    /// Whether a refusal that can be one of the mechanism is followed by another mechanism, once.
    pub second_try: bool,
}

impl Setup {
    /// The best that the server announces, and nothing that a server of today does not know.
    pub fn new(security: Security, credentials: Credentials, nonce: Nonce) -> Self {
        Self {
            security,
            credentials,
            mechanism: Mechanism::Auto,
            capa: Capa::Ask,
            allow_cleartext: false,
            limits: Limits::default(),
            host: String::new(),
            port: 0,
            token_form: TokenForm::OneLine,
            channel_binding: None,
            nonce,
            login_pipelining: false,
            recall: None,
            second_try: true,
        }
    }
}

/// Random octets of this session alone, 18 for each of two exchanges: what a server signed once must not serve twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce(pub [u8; 36]);

impl Nonce {
    /// As they are said.
    pub(super) fn halves(self) -> [String; 2] {
        let (first, second) = self.0.split_at(18);
        [first, second].map(|octets| STANDARD.encode(octets))
    }
}

/// What a TLS line is known by at both its ends, and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelBinding {
    /// `tls-exporter` (RFC 9266): the exporter's octets under the label `EXPORTER-Channel-Binding`. Only of TLS 1.3.
    TlsExporter([u8; 32]),
}

/// How the line is protected when the session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS is up already (port 995).
    Tls,
    /// In clear; STLS before anything else, or nothing (RFC 2595).
    Stls,
    /// In clear.
    None,
}

/// How to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// The strongest of what CAPA announces, USER and PASS where it announces nothing. Never APOP.
    Auto,
    /// AUTH PLAIN with initial response (RFC 5034).
    Plain,
    /// AUTH LOGIN.
    Login,
    /// AUTH SCRAM-SHA-256 (RFC 7677), bound to the line where both sides can.
    ScramSha256,
    /// AUTH SCRAM-SHA-1 (RFC 5802), bound to the line where both sides can.
    ScramSha1,
    /// AUTH CRAM-MD5 (RFC 2195).
    CramMd5,
    /// APOP (RFC 1939, section 7).
    Apop,
    /// USER and PASS.
    User,
    /// AUTH XOAUTH2, with a token.
    Xoauth2,
    /// AUTH OAUTHBEARER (RFC 7628), with a token.
    OauthBearer,
}

/// How XOAUTH2 is said: Microsoft wants two lines, others take one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenForm {
    /// The token stands behind AUTH; where that is refused, two lines are tried.
    OneLine,
    /// The token stands in a line of its own, and nothing else is ever taken.
    TwoLines,
}

/// Whether the server is asked what it can do (RFC 2449, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Capa {
    /// CAPA before and after the log-in. A refusal is taken as "it does not say".
    #[default]
    Ask,
    /// Never. Some old servers answer CAPA by closing the line: [`super::Error::Closed`] while
    /// waiting for [`super::Waiting::Capabilities`] is the sign to try again with this.
    Skip,
}

/// What a server may send before the session ends with an error.
///
/// A line of a listing may have 4 KiB; a longer one is left out.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Octets of a status line.
    pub line: usize,
    /// Octets of a listing.
    pub listing: usize,
    /// Lines of a listing.
    pub entries: usize,
    /// Octets of a message. A larger one is [`super::Reply::TooLarge`].
    pub message: usize,
    /// Octets that a message may have when LIST told less than half of them, or nothing. This is what
    /// an endless answer can cost in memory; also [`super::Reply::TooLarge`].
    pub unannounced: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 8 << 10,
            listing: 64 << 20,
            entries: 1_000_000,
            message: 256 << 20,
            unannounced: 32 << 20,
        }
    }
}

/// How much may be outstanding: bounded by octets, not by a count of commands, which would make small mails slow on a
/// long way. One command is always allowed.
///
/// It bounds neither memory nor what the server has to keep: octets that nobody reads stay on its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Octets of commands written and not yet answered.
    pub command_octets: usize,
    /// Octets that the outstanding RETRs and TOPs ask for (as LIST told).
    pub reply_octets: u64,
}

impl Window {
    /// One command, one answer: for servers that do not announce PIPELINING, or do it badly.
    pub const LOCK_STEP: Self = Self {
        command_octets: 0,
        reply_octets: 0,
    };

    /// For servers that announce PIPELINING: some 1,400 commands, and what a line of 1 Gbit/s brings in a third of a
    /// second. Neither side can block the other, since the driver reads while it writes.
    pub const PIPELINED: Self = Self {
        command_octets: 16 << 10,
        reply_octets: 48 << 20,
    };

    /// The same where answers are brief: some 3,500 TOPs of heads, each with a NOOP, or 6,000 DELEs. Nobody waits
    /// between them on a long line.
    pub const BRIEF: Self = Self {
        command_octets: 64 << 10,
        ..Self::PIPELINED
    };
}
