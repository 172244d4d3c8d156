//! From the greeting to the TRANSACTION state: what is said next, and when not a word more is said.
//!
//! ```text
//! greeting → [CAPA → STLS → handshake] → CAPA → AUTH PLAIN, or USER and PASS → CAPA
//! ```

use super::decoder::{Answer, Shape};
use super::{
    Capa, Capabilities, Credentials, Error, Mechanism, Outgoing, Refusal, Reply, ResponseCode,
    Security, Setup,
};

/// The machine. It knows what was asked last and what the server can do.
#[derive(Debug)]
pub(super) struct Login {
    security: Security,
    mechanism: Mechanism,
    capa: Capa,
    stage: Stage,
    /// As announced by the line that is used now: what was learnt in clear does not outlive STLS.
    capabilities: Capabilities,
}

/// What is being waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Greeting,
    /// CAPA in clear: asked for the sake of STLS alone.
    CapaInClear,
    Stls,
    Handshake,
    /// CAPA before the log-in.
    CapaBefore,
    /// AUTH PLAIN with its initial response.
    AuthPlain,
    /// AUTH PLAIN alone, as the response is too long for a command.
    AuthChallenge,
    /// The response behind the challenge.
    AuthResponse,
    /// `*`: the server asked for more than PLAIN has to say (RFC 5034, section 4).
    AuthCancelled,
    User,
    Pass,
    /// CAPA after the log-in, where Gmail announces more.
    CapaAfter,
}

/// What to do next.
#[derive(Debug)]
pub(super) enum Next {
    Write(Outgoing),
    StartTls,
    LoggedIn(Capabilities),
}

impl Login {
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            security: setup.security,
            mechanism: setup.mechanism,
            capa: setup.capa,
            stage: Stage::Greeting,
            capabilities: Capabilities::default(),
        }
    }

    pub(super) fn stage(&self) -> Stage {
        self.stage
    }

    /// What the server announced on the line that is used now.
    pub(super) fn announced(&self) -> &Capabilities {
        &self.capabilities
    }

    /// What the answer looks like that is waited for.
    pub(super) fn shape(&self) -> Shape {
        match self.stage {
            Stage::CapaInClear | Stage::CapaBefore | Stage::CapaAfter => Shape::Capabilities,
            Stage::AuthPlain
            | Stage::AuthChallenge
            | Stage::AuthResponse
            | Stage::AuthCancelled => Shape::Sasl,
            Stage::Greeting | Stage::Stls | Stage::Handshake | Stage::User | Stage::Pass => {
                Shape::Status
            }
        }
    }

    /// The server answered.
    pub(super) fn answered(&mut self, answer: Answer, who: &Credentials) -> Result<Next, Error> {
        match (self.stage, answer) {
            (Stage::Greeting, Answer::Reply(Reply::Done)) => self.begin(who),
            (Stage::Greeting, Answer::Reply(Reply::Refused(why))) => Err(Error::Greeting(why)),

            (Stage::CapaInClear, Answer::Capabilities(can)) if !can.stls => Err(Error::NoStls),
            // Where CAPA was refused, STLS itself is the question.
            (Stage::CapaInClear, _) => Ok(self.say(Stage::Stls, "STLS")),
            (Stage::Stls, Answer::Reply(Reply::Done)) => {
                self.stage = Stage::Handshake;
                Ok(Next::StartTls)
            }
            (Stage::Stls, _) => Err(Error::NoStls),

            (Stage::CapaBefore, Answer::Capabilities(can)) => {
                self.capabilities = can;
                self.sign_in(who)
            }
            (Stage::CapaBefore, _) => self.sign_in(who),

            (Stage::AuthCancelled, Answer::Reply(Reply::Refused(_))) => {
                self.after_plain(who, TOO_CURIOUS)
            }
            (Stage::AuthCancelled, _) => Err(TOO_CURIOUS),
            (Stage::AuthPlain | Stage::AuthResponse, Answer::Challenge) => {
                Ok(self.say(Stage::AuthCancelled, "*"))
            }
            // PLAIN cannot have succeeded before it has spoken: this +OK is an odd "+".
            (Stage::AuthChallenge, Answer::Challenge | Answer::Reply(Reply::Done)) => {
                self.stage = Stage::AuthResponse;
                Ok(Next::Write(who.auth_response()))
            }
            (
                Stage::AuthPlain | Stage::AuthChallenge | Stage::AuthResponse,
                Answer::Reply(Reply::Refused(why)),
            ) if is_about_plain(&why) => self.after_plain(who, Error::Login(why)),

            (Stage::User, Answer::Reply(Reply::Done)) => {
                self.stage = Stage::Pass;
                Ok(Next::Write(who.pass_command()?))
            }
            (Stage::AuthPlain | Stage::AuthResponse | Stage::Pass, Answer::Reply(Reply::Done)) => {
                Ok(self.signed_in())
            }
            (_, Answer::Reply(Reply::Refused(why))) if self.stage != Stage::CapaAfter => {
                Err(Error::Login(why))
            }

            (Stage::CapaAfter, Answer::Capabilities(can)) => Ok(Next::LoggedIn(can)),
            (Stage::CapaAfter, _) => Ok(Next::LoggedIn(std::mem::take(&mut self.capabilities))),
            _ => Err(Error::Protocol(
                "it gave an answer that log-in does not know",
            )),
        }
    }

    /// TLS is up: all begins anew, with a line that can be believed.
    pub(super) fn tls_started(&mut self, who: &Credentials) -> Result<Next, Error> {
        self.security = Security::Tls;
        self.begin(who)
    }

    fn begin(&mut self, who: &Credentials) -> Result<Next, Error> {
        match (self.security, self.capa) {
            (Security::Stls, Capa::Ask) => Ok(self.say(Stage::CapaInClear, "CAPA")),
            (Security::Stls, Capa::Skip) => Ok(self.say(Stage::Stls, "STLS")),
            (Security::Tls | Security::None, Capa::Ask) => Ok(self.say(Stage::CapaBefore, "CAPA")),
            (Security::Tls | Security::None, Capa::Skip) => self.sign_in(who),
        }
    }

    fn sign_in(&mut self, who: &Credentials) -> Result<Next, Error> {
        match self.mechanism {
            Mechanism::Plain => Ok(self.say_plain(who)),
            Mechanism::Auto if self.capabilities.offers_plain() => Ok(self.say_plain(who)),
            Mechanism::Auto | Mechanism::User => self.say_user(who),
        }
    }

    /// AUTH PLAIN led nowhere. USER and PASS are tried once: there is no way back to PLAIN, so the
    /// password is sent twice at most.
    fn after_plain(&mut self, who: &Credentials, error: Error) -> Result<Next, Error> {
        if self.mechanism == Mechanism::Auto && self.capabilities.user {
            return self.say_user(who);
        }
        Err(error)
    }

    fn say_plain(&mut self, who: &Credentials) -> Next {
        match who.auth_command() {
            Some(command) => {
                self.stage = Stage::AuthPlain;
                Next::Write(command)
            }
            None => self.say(Stage::AuthChallenge, "AUTH PLAIN"),
        }
    }

    fn say_user(&mut self, who: &Credentials) -> Result<Next, Error> {
        // Before a name is sent whose password cannot follow.
        who.pass_command()?;
        self.stage = Stage::User;
        Ok(Next::Write(who.user_command()?))
    }

    fn signed_in(&mut self) -> Next {
        // A server that refused CAPA before would count the second as one more bad command.
        if self.capabilities.known {
            return self.say(Stage::CapaAfter, "CAPA");
        }
        Next::LoggedIn(std::mem::take(&mut self.capabilities))
    }

    fn say(&mut self, stage: Stage, line: &str) -> Next {
        self.stage = stage;
        Next::Write(Outgoing::line(&[line]))
    }
}

const TOO_CURIOUS: Error = Error::Protocol("it asked for more than AUTH PLAIN has to say");

/// Whether a refusal can be one of the mechanism. One with a code is about the mailbox or the
/// password, and a second attempt would only count as one more.
fn is_about_plain(why: &Refusal) -> bool {
    match &why.code {
        None => true,
        Some(ResponseCode::Other(code)) => !code.starts_with("SYS"),
        Some(_) => false,
    }
}
