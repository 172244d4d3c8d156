//! What a server announced before its log-ins, remembered from fetch to fetch: with it a log-in goes out beside CAPA,
//! which is a flight less. CAPA is asked all the same, so that what has changed is known with the next session.

use crate::config::{Account, Security};
use crate::pop3::{Ahead, Recall, Session};

use super::clock::now;
use super::tell::trouble::Trouble;

/// For so long nothing is sent by memory, in seconds, where that went wrong, or where the greeting is another one each
/// time.
const APART: i64 = 30 * 24 * 60 * 60;

/// What is remembered of one server.
#[derive(Debug, Default)]
pub(super) struct Announced {
    memory: Option<Memory>,
    /// What the store has.
    stored: Option<String>,
    /// As what the account signs in; `None` where nothing may be remembered.
    signs_in_as: Option<u32>,
    /// In this fetch it went wrong.
    is_doubted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Memory {
    recall: Recall,
    /// Before this time it is not used, in seconds since 1970.
    not_before: i64,
}

impl Announced {
    /// As earlier fetches left it. On a line in clear somebody could have taken the better mechanisms out of an answer,
    /// and what is remembered would outlast him: there nothing is, unless the line does not leave this machine.
    pub(super) fn of(stored: Option<String>, account: &Account, signs_in_as: u32) -> Self {
        let may = account.security != Security::None || account.stays_here();
        let signs_in_as = may.then_some(signs_in_as);
        let text = stored.as_deref();
        Self {
            memory: text.and_then(|text| Memory::read(text, signs_in_as?)),
            stored,
            signs_in_as,
            is_doubted: false,
        }
    }

    /// For the next log-in.
    pub(super) fn recall(&self) -> Option<Recall> {
        let memory = self.memory.as_ref().filter(|_| !self.is_doubted)?;
        (memory.not_before <= now()).then(|| memory.recall.clone())
    }

    /// A log-in by memory did not lead into the mailbox. Tells whether one that asks first is worth a try for that alone:
    /// not where who signs in was refused, nor where what stood behind the log-in was lost.
    pub(super) fn doubt(&mut self, session: &Session, trouble: &Trouble) -> bool {
        let is_by_memory = session.signs_in_by_recall() && session.ahead() != Ahead::Accepted;
        let Some(memory) = self.memory.as_mut().filter(|_| is_by_memory) else {
            return false;
        };
        match trouble {
            // The next log-in says what is true now. If it is refused, the next fetch does not begin with two again.
            Trouble::Outdated => {
                self.memory = None;
                self.is_doubted = true;
            }
            Trouble::Protocol(_)
            | Trouble::OutOfStep
            | Trouble::ClosedAtLogin
            | Trouble::Silent { .. } => {
                memory.not_before = now().saturating_add(APART);
                self.is_doubted = true;
            }
            _ => return false,
        }
        matches!(trouble, Trouble::Outdated | Trouble::Protocol(_))
    }

    /// The log-in went well.
    pub(super) fn note(&mut self, told: Option<&Recall>) {
        let Some(told) = told.filter(|_| self.signs_in_as.is_some()) else {
            self.memory = None;
            return;
        };
        let not_before = match &self.memory {
            Some(memory) if memory.recall == *told => memory.not_before,
            Some(memory) if memory.recall.differs_by_greeting(told) => {
                if memory.not_before > now() {
                    return;
                }
                now().saturating_add(APART)
            }
            _ => 0,
        };
        self.memory = Some(Memory {
            recall: told.clone(),
            not_before,
        });
    }

    /// What the store should keep, if it is news.
    pub(super) fn news(&mut self) -> Option<String> {
        let text = match (&self.memory, self.signs_in_as) {
            (Some(memory), Some(signs_in_as)) => memory.written(signs_in_as),
            _ => String::new(),
        };
        if self.stored.as_deref().unwrap_or_default() == text {
            return None;
        }
        self.stored = Some(text.clone());
        Some(text)
    }
}

impl Memory {
    fn read(text: &str, signs_in_as: u32) -> Option<Self> {
        let (who, rest) = text.split_once(' ')?;
        let (not_before, recall) = rest.split_once(' ')?;
        let memory = Self {
            recall: recall.parse().ok()?,
            not_before: not_before.parse().ok()?,
        };
        (who.parse() == Ok(signs_in_as)).then_some(memory)
    }

    fn written(&self, signs_in_as: u32) -> String {
        format!("{signs_in_as} {} {}", self.not_before, self.recall)
    }
}
