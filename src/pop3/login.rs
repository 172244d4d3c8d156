//! From the greeting to the TRANSACTION state: what is said next, and when not a word more is said.
//!
//! ```text
//! greeting → [CAPA → STLS → handshake] → CAPA → AUTH …, APOP, or USER and PASS → CAPA
//! ```
//!
//! Where the server announces PIPELINING and the log-in is said in one go, CAPA, UIDL and LIST go out with it: two
//! round trips less until the listing is there. Where the server announced as much before an earlier log-in, all of it
//! goes out with the first CAPA: one less.

use super::decoder::{Answer, Shape};
use super::sasl::{self, Exchange, Terms};
use super::way::{Choice, Way};
use super::{
    Capa, Capabilities, ChannelBinding, Credentials, Error, Hashed, Hashing, Mechanism, Outgoing,
    Recall, Refusal, Reply, ResponseCode, Security, Setup, TokenForm,
};

mod recalled;

/// What goes out with a log-in that is said in one go.
const BEHIND: &[u8] = b"CAPA\r\nUIDL\r\nLIST\r\n";

/// The machine. It knows what was asked last and what the server can do.
#[derive(Debug)]
pub(super) struct Login {
    security: Security,
    mechanism: Mechanism,
    capa: Capa,
    host: String,
    port: u16,
    token_form: TokenForm,
    /// For this exchange, and for one that may follow it.
    nonces: [String; 2],
    binding: Option<ChannelBinding>,
    stage: Stage,
    /// As announced by the line that is used now: what was learnt in clear does not outlive STLS.
    capabilities: Capabilities,
    /// Its timestamp, for APOP, is a challenge, which need not be believed.
    greeting: Vec<u8>,
    /// What the server announced before an earlier log-in.
    recall: Option<Recall>,
    /// What it announces before this one.
    announced: Option<Recall>,
    /// The stage of a log-in that went out beside CAPA.
    beside: Option<Stage>,
    /// The way that is tried.
    way: Way,
    exchange: Option<Exchange>,
    /// Whether another way may follow a refusal.
    second_try: bool,
    /// Whether CAPA, UIDL and LIST may go out with the log-in.
    may_pipeline: bool,
    /// Whether they did.
    pipelined: bool,
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
    /// A line of a SASL exchange was sent.
    Auth,
    /// `*`: the server asked for more than the mechanism has to say (RFC 5034, section 4).
    AuthCancelled,
    /// The password is being hashed for the exchange: the server waits.
    Hashing,
    Apop,
    User,
    Pass,
    /// What went out with a log-in that was refused: its answers are read and not believed. Then this way is tried.
    Swallow(Behind, Way),
    /// CAPA after the log-in, where Gmail announces more.
    CapaAfter,
}

/// What went out behind a log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    Capa,
    Uidl,
    List,
}

/// What to do next.
#[derive(Debug)]
pub(super) enum Next {
    Write(Outgoing),
    /// The next answer was asked for already.
    Wait,
    /// Work, for [`Login::hashed`].
    Hash(Hashing),
    StartTls,
    LoggedIn(Capabilities),
}

impl Login {
    pub(super) fn new(setup: &Setup) -> Self {
        Self {
            security: setup.security,
            mechanism: setup.mechanism,
            capa: setup.capa,
            host: setup.host.clone(),
            port: setup.port,
            token_form: setup.token_form,
            nonces: setup.nonce.halves(),
            binding: setup.channel_binding.clone(),
            stage: Stage::Greeting,
            capabilities: Capabilities::default(),
            greeting: Vec::new(),
            recall: setup.recall.clone(),
            announced: None,
            beside: None,
            way: Way::User,
            exchange: None,
            second_try: setup.second_try,
            may_pipeline: setup.login_pipelining,
            pipelined: false,
        }
    }

    pub(super) fn stage(&self) -> Stage {
        self.stage
    }

    /// What the server announced on the line that is used now.
    pub(super) fn announced(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Whether CAPA, UIDL and LIST went out with the log-in.
    pub(super) fn is_pipelined(&self) -> bool {
        self.pipelined
    }

    /// What the answer looks like that is waited for.
    pub(super) fn shape(&self) -> Shape {
        match self.stage {
            Stage::Greeting => Shape::Greeting,
            Stage::CapaInClear
            | Stage::CapaBefore
            | Stage::CapaAfter
            | Stage::Swallow(Behind::Capa, _) => Shape::Capabilities,
            Stage::Swallow(Behind::Uidl, _) => Shape::Uidl,
            Stage::Swallow(Behind::List, _) => Shape::List,
            Stage::Auth | Stage::AuthCancelled => Shape::Sasl,
            Stage::Stls
            | Stage::Handshake
            | Stage::Hashing
            | Stage::Apop
            | Stage::User
            | Stage::Pass => Shape::Status,
        }
    }

    /// The server answered.
    pub(super) fn answered(&mut self, answer: Answer, who: &Credentials) -> Result<Next, Error> {
        match (self.stage, answer) {
            (Stage::Greeting, Answer::Greeting(text)) => {
                self.greeting = text;
                self.begin(who)
            }
            (Stage::Greeting, Answer::Reply(Reply::Refused(why))) => Err(Error::Greeting(why)),

            (Stage::CapaInClear, Answer::Capabilities(can)) if !can.stls => Err(Error::NoStls),
            // Where CAPA was refused, STLS itself is the question.
            (Stage::CapaInClear, _) => Ok(self.say(Stage::Stls, "STLS")),
            (Stage::Stls, Answer::Reply(Reply::Done)) => {
                self.stage = Stage::Handshake;
                Ok(Next::StartTls)
            }
            (Stage::Stls, _) => Err(Error::NoStls),

            (Stage::CapaBefore, answer) => self.announces(answer, who),

            (Stage::Auth, Answer::Challenge(text)) => self.challenged(&text, who),
            (Stage::Auth, Answer::Reply(Reply::Done)) => self.accepted(who),
            (Stage::Auth, Answer::Reply(Reply::Refused(why))) => self.refused(why, who),
            (Stage::AuthCancelled, Answer::Reply(Reply::Refused(_))) => {
                self.step_back(who, TOO_CURIOUS)
            }
            (Stage::AuthCancelled, _) => Err(TOO_CURIOUS),

            (Stage::User, Answer::Reply(Reply::Done)) => {
                self.stage = Stage::Pass;
                if self.pipelined {
                    return Ok(Next::Wait);
                }
                Ok(Next::Write(who.pass_command()?))
            }
            (Stage::Pass | Stage::Apop, Answer::Reply(Reply::Done)) => Ok(self.signed_in()),
            (Stage::User | Stage::Pass | Stage::Apop, Answer::Reply(Reply::Refused(why))) => {
                Err(self.refusal(why, who))
            }

            (Stage::Swallow(behind, way), _) => self.swallowed(behind, way, who),
            (Stage::CapaAfter, Answer::Capabilities(can)) => Ok(Next::LoggedIn(can)),
            (Stage::CapaAfter, _) => Ok(Next::LoggedIn(std::mem::take(&mut self.capabilities))),
            _ => Err(Error::Protocol(
                "it gave an answer that log-in does not know",
            )),
        }
    }

    /// TLS is up: all begins anew, with a line that can be believed.
    pub(super) fn tls_started(
        &mut self,
        binding: Option<ChannelBinding>,
        who: &Credentials,
    ) -> Result<Next, Error> {
        self.security = Security::Tls;
        self.binding = binding;
        self.begin(who)
    }

    fn begin(&mut self, who: &Credentials) -> Result<Next, Error> {
        match (self.security, self.capa) {
            (Security::Stls, Capa::Ask) => Ok(self.say(Stage::CapaInClear, "CAPA")),
            (Security::Stls, Capa::Skip) => Ok(self.say(Stage::Stls, "STLS")),
            (Security::Tls | Security::None, Capa::Ask) => Ok(self.ask(who)),
            (Security::Tls | Security::None, Capa::Skip) => self.sign_in(who),
        }
    }

    fn sign_in(&mut self, who: &Credentials) -> Result<Next, Error> {
        let way = self.choice(who).first()?;
        self.try_way(way, who)
    }

    fn choice<'a>(&'a self, who: &'a Credentials) -> Choice<'a> {
        Choice {
            asked: self.mechanism,
            can: &self.capabilities,
            line: self.security,
            secret: &who.secret,
            token_form: self.token_form,
            bindable: self.binding.is_some(),
        }
    }

    fn try_way(&mut self, way: Way, who: &Credentials) -> Result<Next, Error> {
        self.way = way;
        self.exchange = None;
        let lines = match way {
            Way::User => {
                // Before a name is sent whose password cannot follow.
                let pass = who.pass_command()?;
                self.stage = Stage::User;
                vec![who.user_command()?, pass]
            }
            Way::Apop => {
                let timestamp = sasl::timestamp(&self.greeting).ok_or(Error::NoTimestamp)?;
                let digest = sasl::apop(&timestamp, who.secret.text());
                self.stage = Stage::Apop;
                vec![Outgoing::line(&["APOP ", &who.user, " ", &digest])]
            }
            _ => {
                let terms = Terms {
                    host: &self.host,
                    port: self.port,
                    line: self.security,
                    nonce: &self.nonces[0],
                    binding: self.binding.as_ref(),
                    list_is_known: self.capabilities.known,
                };
                let (exchange, line) = Exchange::begin(way, who, &terms);
                self.exchange = Some(exchange);
                self.stage = Stage::Auth;
                vec![line]
            }
        };
        Ok(Next::Write(self.first_of(lines)))
    }

    /// The first of the lines that say it; or all of them, with what goes out behind them.
    fn first_of(&mut self, mut lines: Vec<Outgoing>) -> Outgoing {
        let is_said = self.exchange.as_ref().is_none_or(Exchange::is_said);
        self.pipelined = self.may_pipeline && self.capabilities.pipelining && is_said;
        if self.pipelined {
            lines.push(Outgoing::from(BEHIND.to_vec()));
            return Outgoing::joined(&lines);
        }
        lines.swap_remove(0)
    }

    fn challenged(&mut self, text: &[u8], who: &Credentials) -> Result<Next, Error> {
        let Some(exchange) = &mut self.exchange else {
            return Err(TOO_CURIOUS);
        };
        let answer = exchange.challenged(text, who)?;
        if self.pipelined {
            // The server takes CAPA for the response. After a complaint any response will do; else it is lost.
            if exchange.has_complaint() {
                return Ok(Next::Wait);
            }
            return Err(Error::OutOfStep);
        }
        match answer {
            sasl::Answer::Send(line) => Ok(Next::Write(line)),
            sasl::Answer::Hash(hashing) => {
                self.stage = Stage::Hashing;
                Ok(Next::Hash(hashing))
            }
            sasl::Answer::Cancel => Ok(self.say(Stage::AuthCancelled, "*")),
        }
    }

    /// The work is done: the line to send.
    pub(super) fn hashed(&mut self, hashed: &Hashed) -> Result<Outgoing, Error> {
        self.stage = Stage::Auth;
        match &mut self.exchange {
            Some(exchange) => exchange.hashed(hashed),
            None => Err(TOO_CURIOUS),
        }
    }

    fn accepted(&mut self, who: &Credentials) -> Result<Next, Error> {
        if let Some(exchange) = &self.exchange {
            // It cannot have succeeded before it has spoken: this +OK is an odd "+".
            if exchange.is_untold() {
                return self.challenged(b"", who);
            }
            exchange.accepted()?;
        }
        Ok(self.signed_in())
    }

    fn refused(&mut self, why: Refusal, who: &Credentials) -> Result<Next, Error> {
        let told = self.exchange.as_ref().is_some_and(Exchange::has_complaint);
        let about_the_way = !told && is_about_the_way(&why);
        let why = match &mut self.exchange {
            Some(exchange) => exchange.refused(why),
            None => why,
        };
        if about_the_way && !self.is_outdated(who) {
            return self.step_back(who, Error::Login(why));
        }
        Err(self.refusal(why, who))
    }

    /// The way that was tried led nowhere. Another one is tried once.
    fn step_back(&mut self, who: &Credentials, error: Error) -> Result<Next, Error> {
        let Some(way) = self.choice(who).after(self.way).filter(|_| self.second_try) else {
            return Err(error);
        };
        self.second_try = false;
        self.beside = None;
        self.nonces.swap(0, 1);
        self.may_pipeline = false;
        if self.pipelined {
            self.stage = Stage::Swallow(Behind::Capa, way);
            return Ok(Next::Wait);
        }
        self.try_way(way, who)
    }

    fn swallowed(&mut self, behind: Behind, way: Way, who: &Credentials) -> Result<Next, Error> {
        self.stage = match behind {
            Behind::Capa => Stage::Swallow(Behind::Uidl, way),
            Behind::Uidl => Stage::Swallow(Behind::List, way),
            Behind::List => return self.try_way(way, who),
        };
        Ok(Next::Wait)
    }

    fn signed_in(&mut self) -> Next {
        if self.pipelined {
            self.stage = Stage::CapaAfter;
            return Next::Wait;
        }
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

const TOO_CURIOUS: Error = Error::Protocol("it asked for more than the log-in has to say");

/// Whether a refusal can be one of the mechanism. One with a code is about the mailbox or the
/// password, and a second attempt would only count as one more.
fn is_about_the_way(why: &Refusal) -> bool {
    match &why.code {
        None => true,
        Some(ResponseCode::Other(code)) => !code.starts_with("SYS"),
        Some(_) => false,
    }
}
