//! One session from greeting to QUIT: what to write, when to start TLS, what was answered.

use zeroize::Zeroizing;

use super::{Capabilities, Command, Refusal, Reply};

/// What is settled before the first octet.
#[derive(Debug)]
pub struct Setup {
    /// How the line is protected.
    pub security: Security,
    /// Who signs in.
    pub credentials: Credentials,
    /// How.
    pub mechanism: Mechanism,
    /// Whether a password may cross a line that is not protected (loopback, or the user's explicit word).
    pub allow_cleartext: bool,
    /// What a server may send.
    pub limits: Limits,
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

/// How to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// AUTH PLAIN where announced, else USER and PASS.
    Auto,
    /// AUTH PLAIN with initial response (RFC 5034).
    Plain,
    /// USER and PASS.
    User,
}

/// What a server may send before the session ends with an error.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Octets of a status line.
    pub line: usize,
    /// Octets of a listing.
    pub listing: usize,
    /// Lines of a listing.
    pub entries: usize,
    /// Octets of a message.
    pub message: usize,
}

/// How many answers may be outstanding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Commands. 1 is lock-step.
    pub commands: usize,
    /// Octets of commands written and not yet answered.
    pub command_octets: usize,
    /// Octets that the outstanding RETRs ask for (as LIST told). One RETR is always allowed.
    pub reply_octets: u64,
}

/// What the driver has to do next.
#[derive(Debug)]
pub enum Step {
    /// Write these octets. Reading goes on meanwhile, or both sides can block for ever.
    Write(Vec<u8>),
    /// Write all, then do the TLS handshake, then call [`Session::tls_started`].
    StartTls,
    /// Something happened.
    Event(Event),
    /// Nothing, until octets arrive or a command is sent.
    Read,
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// In TRANSACTION state, capabilities as announced after log-in.
    LoggedIn(Capabilities),
    /// A command was answered. Answers come in the order of the commands.
    Reply(Command, Reply),
}

/// Why a session ended. Server text inside is as sent: foreign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The server ended the line, or an answer is not POP3, or came unasked: never guessed at.
    Protocol(&'static str),
    /// The line ended.
    Closed,
    /// `-ERR` as greeting.
    Greeting(Refusal),
    /// `-ERR` to the password.
    Login(Refusal),
    /// STLS was asked for and is not offered, or was refused.
    NoStls,
    /// Octets behind the `+OK` to STLS.
    Injected,
    /// A password would cross an unprotected line.
    Cleartext,
    /// The name or password cannot be sent.
    Argument(super::BadArgument),
    /// A limit was passed.
    Limit(&'static str),
}

/// The machine.
#[derive(Debug)]
pub struct Session {}

impl Session {
    /// A session whose connection is made (and whose TLS is up, for [`Security::Tls`]).
    pub fn new(setup: Setup) -> Self {
        let _ = setup;
        Self {}
    }
    /// Octets from the server.
    pub fn receive(&mut self, octets: &[u8]) {
        let _ = octets;
    }
    /// The server closed the line.
    pub fn closed(&mut self) {}
    /// The handshake asked for by [`Step::StartTls`] is done. Octets read before are forgotten.
    pub fn tls_started(&mut self) {}
    /// Queues a command; `expect` is how many octets its answer is thought to have (from LIST; 0 if unknown).
    /// When it goes on the wire is decided by the window. QUIT waits until all else is answered.
    pub fn send(&mut self, command: Command, expect: u64) {
        let _ = (command, expect);
    }
    /// Sets the window. Lock-step until told otherwise.
    pub fn set_window(&mut self, window: Window) {
        let _ = window;
    }
    /// Commands queued or unanswered.
    pub fn outstanding(&self) -> usize {
        0
    }
    /// Octets received so far, of all kinds: for progress and for the minimum-rate rule.
    pub fn received(&self) -> u64 {
        0
    }
    /// What to do next. After an error the session is over.
    pub fn step(&mut self) -> Result<Step, Error> {
        Ok(Step::Read)
    }
}
