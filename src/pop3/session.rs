//! One session from greeting to QUIT: what to write, when to start TLS, what was answered.

use super::decoder::{Answer, Decoder};
use super::login::{Login, Next, Stage};
use super::pipeline::Pipeline;
use super::{
    Capabilities, ChannelBinding, Command, Credentials, Error, Hashed, Hashing, Heard, Limits,
    Outgoing, Recall, Reply, Secrets, Security, Setup, Waiting, Window,
};

/// What the driver has to do next.
#[derive(Debug)]
pub enum Step {
    /// Write these octets. Reading goes on meanwhile, or both sides can block for ever.
    Write(Outgoing),
    /// Write all, then do the TLS handshake, then call [`Session::tls_started`].
    StartTls,
    /// Do this work, then call [`Session::hashed`]: up to a second's, so not where anything else waits for it.
    Hash(Hashing),
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

/// How far a log-in is that went out together with what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// Nothing went out before its time, or all of it has proven itself.
    Nothing,
    /// It is not answered yet.
    Sent,
    /// It was accepted, and nothing behind it is answered yet: a server that threw it away is silent now.
    Accepted,
}

/// The machine.
#[derive(Debug)]
pub struct Session {
    limits: Limits,
    credentials: Credentials,
    secrets: Secrets,
    decoder: Decoder,
    pipeline: Pipeline,
    /// `None` in TRANSACTION state.
    login: Option<Login>,
    /// What the end of the handshake, or of the hashing, gave to write.
    prepared: Option<Outgoing>,
    signed_in_by: Option<String>,
    announced: Option<Recall>,
    listing: Listing,
    received: u64,
    line: LineState,
    over: Option<Error>,
}

/// Whether UIDL and LIST went out with the log-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listing {
    NotAsked,
    Asked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineState {
    Open,
    Closed,
}

impl Session {
    /// A session whose connection is made (and whose TLS is up, for [`Security::Tls`]).
    pub fn new(setup: Setup) -> Self {
        Self {
            limits: setup.limits,
            decoder: Decoder::new(setup.limits),
            pipeline: Pipeline::new(),
            login: Some(Login::new(&setup)),
            prepared: None,
            signed_in_by: None,
            announced: None,
            listing: Listing::NotAsked,
            received: 0,
            line: LineState::Open,
            over: objection(&setup),
            secrets: setup.credentials.secrets(&setup.host, setup.port),
            credentials: setup.credentials,
        }
    }

    /// Octets from the server.
    pub fn receive(&mut self, octets: &[u8]) {
        self.received += octets.len() as u64;
        if self.over.is_none() {
            self.decoder.receive(octets);
        }
    }

    /// The server closed the line.
    pub fn closed(&mut self) {
        self.line = LineState::Closed;
    }

    /// The handshake asked for by [`Step::StartTls`] is done. Nothing learnt before outlives it.
    pub fn tls_started(&mut self, binding: Option<ChannelBinding>) {
        let Some(login) = &mut self.login else { return };
        if login.stage() != Stage::Handshake || self.over.is_some() {
            return;
        }
        if !self.decoder.is_empty() {
            self.over = Some(Error::Injected);
            return;
        }
        let ear = self.decoder.ear.fresh();
        self.decoder = Decoder::new(self.limits);
        self.decoder.ear = ear;
        match login.tls_started(binding, &self.credentials) {
            Ok(Next::Write(octets)) => {
                self.signed_in_by = octets.sign_in_method();
                self.prepared = Some(octets);
            }
            Ok(Next::StartTls | Next::Wait | Next::Hash(_) | Next::LoggedIn(_)) => {}
            Err(error) => self.over = Some(error),
        }
    }

    /// The work asked for by [`Step::Hash`] is done.
    pub fn hashed(&mut self, hashed: &Hashed) {
        let Some(login) = &mut self.login else { return };
        if login.stage() != Stage::Hashing || self.over.is_some() {
            return;
        }
        match login.hashed(hashed) {
            Ok(line) => self.prepared = Some(line),
            Err(error) => self.over = Some(error),
        }
    }

    /// Queues a command; `expect` is how many octets its answer is thought to have (from LIST; 0 if unknown).
    /// When it goes on the wire is decided by the window. QUIT waits until all else is answered; it
    /// is the last command there is.
    pub fn send(&mut self, command: Command, expect: u64) {
        self.pipeline.send(command, expect);
    }

    /// Takes back the commands that were queued and not written yet.
    pub fn withdraw(&mut self) {
        self.pipeline.withdraw();
    }

    /// Sets the window. Lock-step until told otherwise.
    pub fn set_window(&mut self, window: Window) {
        self.pipeline.set_window(window);
    }

    /// Commands queued or unanswered.
    pub fn outstanding(&self) -> usize {
        self.pipeline.outstanding()
    }

    /// Octets received so far, of all kinds: for progress and for the minimum-rate rule.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// What the server has announced before the log-in was done.
    pub fn announced(&self) -> Option<&Capabilities> {
        self.login.as_ref().map(Login::announced)
    }

    /// What the server announced before the log-in, for the next session; `None` before the log-in is done, and where
    /// nothing would be gained.
    pub fn worth_remembering(&self) -> Option<&Recall> {
        self.announced.as_ref()
    }

    /// Whether a log-in went out by what was remembered, and is not done.
    pub fn signs_in_by_recall(&self) -> bool {
        self.login.as_ref().is_some_and(Login::is_recalled)
    }

    /// How the session signed in, or tried last: `AUTH PLAIN`, `USER`.
    pub fn signed_in_by(&self) -> Option<&str> {
        self.signed_in_by.as_deref()
    }

    /// From now on what the server says is kept until [`Session::heard`] takes it.
    pub fn listen_in(&mut self) {
        self.decoder.ear.open();
    }

    /// What the server said since this was last called.
    pub fn heard(&mut self) -> Vec<Heard> {
        self.decoder.ear.take()
    }

    /// What it said that is no answer, or not yet: what is worth knowing where a session ends in mid-answer.
    pub fn unanswered(&self) -> Option<Heard> {
        self.decoder.unanswered()
    }

    /// Whether a mail is arriving that seems to be over, though its end is not the one that POP3 has: worth knowing where
    /// nothing more comes.
    pub fn seems_over(&self) -> bool {
        self.decoder.seems_over()
    }

    /// How far a log-in is that went out together with what follows it; after an error, how far it was.
    pub fn ahead(&self) -> Ahead {
        match &self.login {
            Some(login) if login.is_pipelined() => match login.stage() {
                Stage::CapaAfter => Ahead::Accepted,
                _ => Ahead::Sent,
            },
            _ => Ahead::Nothing,
        }
    }

    /// Whether CAPA is awaited in clear, for the sake of STLS.
    pub fn is_before_stls(&self) -> bool {
        let stage = self.login.as_ref().map(Login::stage);
        stage == Some(Stage::CapaInClear)
    }

    /// Whether UIDL and LIST went out with the log-in: their replies come as if they had been sent behind it.
    pub fn has_asked_for_listing(&self) -> bool {
        self.listing == Listing::Asked
    }

    /// What the server owes; after an error, what it owed then. For deadlines and for sentences.
    pub fn waiting_for(&self) -> Waiting {
        match &self.login {
            Some(login) => match login.stage() {
                Stage::Greeting => Waiting::Greeting,
                Stage::CapaInClear | Stage::CapaBefore | Stage::CapaAfter => Waiting::Capabilities,
                Stage::Stls => Waiting::Stls,
                Stage::Handshake => Waiting::Handshake,
                _ => Waiting::Login,
            },
            None => match self.pipeline.front() {
                Some(open) => Waiting::Reply(open.command),
                None => Waiting::Nothing,
            },
        }
    }

    /// What to do next. After an error the session is over, and every step tells it again.
    pub fn step(&mut self) -> Result<Step, Error> {
        if let Some(error) = &self.over {
            return Err(error.clone());
        }
        let step = self.advance();
        step.map_err(|error| {
            let error = self.secrets.scrub_error(error);
            self.over = Some(error.clone());
            error
        })
    }

    /// A step of the log-in; behind it, one of the conversation.
    fn advance(&mut self) -> Result<Step, Error> {
        let Some(login) = &mut self.login else {
            return self.converse();
        };
        if let Some(octets) = self.prepared.take() {
            self.decoder.refuse_unasked()?;
            return self.if_open(Step::Write(octets));
        }
        if login.stage() == Stage::Handshake && !self.decoder.is_empty() {
            return Err(Error::Injected);
        }
        if matches!(login.stage(), Stage::Handshake | Stage::Hashing) {
            return self.read();
        }
        loop {
            let Some(answer) = self.decoder.answer(login.shape())? else {
                return self.read();
            };
            let next = login.answered(answer, &self.credentials)?;
            if let Next::LoggedIn(_) = next {
                self.announced = login.worth_remembering().cloned();
            }
            match next {
                Next::Wait => {}
                Next::StartTls if self.decoder.is_empty() => return Ok(Step::StartTls),
                Next::StartTls => return Err(Error::Injected),
                Next::Hash(hashing) => {
                    self.decoder.refuse_unasked()?;
                    return self.if_open(Step::Hash(hashing));
                }
                Next::Write(octets) => {
                    self.decoder.refuse_unasked()?;
                    if let Some(method) = octets.sign_in_method() {
                        self.signed_in_by = Some(method);
                    }
                    return self.if_open(Step::Write(octets));
                }
                Next::LoggedIn(capabilities) if login.is_pipelined() => {
                    self.pipeline.adopt(Command::Uidl);
                    self.pipeline.adopt(Command::List);
                    self.listing = Listing::Asked;
                    self.login = None;
                    return Ok(Step::Event(Event::LoggedIn(capabilities)));
                }
                Next::LoggedIn(capabilities) => {
                    self.decoder.refuse_unasked()?;
                    self.login = None;
                    return Ok(Step::Event(Event::LoggedIn(capabilities)));
                }
            }
        }
    }

    /// A step in TRANSACTION state.
    fn converse(&mut self) -> Result<Step, Error> {
        if self.pipeline.front().is_none() {
            self.decoder.refuse_unasked()?;
        }
        // Before more answers are told: the driver may take its time over each.
        if self.pipeline.is_low()
            && let Some(octets) = self.pipeline.write()
        {
            return self.if_open(Step::Write(octets));
        }
        if let Some(open) = self.pipeline.front()
            && let Some(answer) = self.decoder.answer(open.shape)?
        {
            self.pipeline.close();
            return match answer {
                Answer::Reply(Reply::Refused(why)) => {
                    let reply = Reply::Refused(self.secrets.scrub(why));
                    Ok(Step::Event(Event::Reply(open.command, reply)))
                }
                Answer::Reply(reply) => Ok(Step::Event(Event::Reply(open.command, reply))),
                Answer::Greeting(_) | Answer::Challenge(_) | Answer::Capabilities(_) => {
                    Err(Error::Protocol("it gave an answer of another kind"))
                }
            };
        }
        match self.pipeline.write() {
            Some(octets) => self.if_open(Step::Write(octets)),
            None => self.read(),
        }
    }

    fn read(&self) -> Result<Step, Error> {
        self.if_open(Step::Read)
    }

    /// `step`, unless nobody is there to hear or to answer.
    fn if_open(&self, step: Step) -> Result<Step, Error> {
        match self.line {
            LineState::Open => Ok(step),
            LineState::Closed => Err(Error::Closed),
        }
    }
}

/// Why such a session must not begin.
fn objection(setup: &Setup) -> Option<Error> {
    if let Err(error) = setup.credentials.check() {
        return Some(Error::Argument(error));
    }
    let clear = setup.security == Security::None && !setup.allow_cleartext;
    clear.then_some(Error::Cleartext)
}
