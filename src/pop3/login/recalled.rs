//! A log-in that goes out beside CAPA, by what the server announced before an earlier one. CAPA's answer comes first, so
//! that what is remembered is proven with every session, and a refusal is judged by what the server says now.

use super::{Login, Next, Stage};
use crate::pop3::decoder::Answer;
use crate::pop3::{Capabilities, Credentials, Error, Outgoing, Recall, Refusal};

impl Login {
    /// CAPA, and the log-in with it where what is remembered says how, and it can be said in one go.
    pub(super) fn ask(&mut self, who: &Credentials) -> Next {
        if let Some(octets) = self.ask_and_sign_in(who) {
            return Next::Write(octets);
        }
        self.say(Stage::CapaBefore, "CAPA")
    }

    fn ask_and_sign_in(&mut self, who: &Credentials) -> Option<Outgoing> {
        let recall = self.recall.take()?;
        if !self.may_pipeline || !recall.is_greeted_by(&self.greeting) {
            return None;
        }
        self.capabilities = recall.capabilities();
        let tried = self.sign_in(who);
        let (stage, is_said) = (self.stage, self.pipelined);
        self.capabilities = Capabilities::default();
        self.stage = Stage::CapaBefore;
        match tried {
            Ok(Next::Write(lines)) if is_said => {
                self.beside = Some(stage);
                Some(Outgoing::joined(&[Outgoing::line(&["CAPA"]), lines]))
            }
            // Nothing of it was said.
            _ => {
                self.exchange = None;
                self.pipelined = false;
                None
            }
        }
    }

    /// CAPA was answered, before the log-in or beside it.
    pub(super) fn announces(&mut self, answer: Answer, who: &Credentials) -> Result<Next, Error> {
        if let Answer::Capabilities(can) = answer {
            self.announced = Recall::of(&self.greeting, &can);
            self.capabilities = can;
        }
        match self.beside {
            Some(stage) => {
                self.stage = stage;
                Ok(Next::Wait)
            }
            None => self.sign_in(who),
        }
    }

    /// Whether the log-in went out by what is remembered.
    pub(in crate::pop3) fn is_recalled(&self) -> bool {
        self.beside.is_some()
    }

    /// What the server announced before this log-in, where it is worth remembering.
    pub(in crate::pop3) fn worth_remembering(&self) -> Option<&Recall> {
        self.announced.as_ref()
    }

    /// A refusal says nothing of the password where the server announces another mechanism by now.
    pub(super) fn is_outdated(&self, who: &Credentials) -> bool {
        self.is_recalled() && self.choice(who).first() != Ok(self.way)
    }

    /// The log-in was refused.
    pub(super) fn refusal(&self, why: Refusal, who: &Credentials) -> Error {
        if self.is_outdated(who) {
            return Error::Outdated;
        }
        Error::Login(why)
    }
}
