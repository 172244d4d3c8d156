//! A mail to be asked for, and how much those that were asked for already amount to.

use crate::pop3::{Command, Window};

use super::plan::{Errand, Part};
use super::reading::Readings;

/// A mail to be asked for, and what earlier readings of it came to.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) errand: Errand,
    pub(super) readings: Readings,
}

/// What the commands that are not answered ask for, and what they are themselves, in octets.
#[derive(Debug, Default)]
pub(super) struct Reach {
    replies: u64,
    commands: usize,
}

impl Task {
    /// What to say to the server.
    pub(super) fn command(&self) -> Command {
        match self.errand.part {
            Part::Whole => Command::Retr(self.errand.listed.number),
            Part::Head => Command::Top(self.errand.listed.number, 0),
        }
    }

    /// A mail that was not read yet.
    pub(super) fn first(errand: Errand) -> Self {
        Self {
            errand,
            readings: Readings::default(),
        }
    }

    /// A mail that was doubtful in an earlier fetch.
    pub(super) fn last(errand: Errand) -> Self {
        Self {
            errand,
            readings: Readings::earlier(),
        }
    }

    /// What came may have been the answer before it.
    pub(super) fn repeated(mut self) -> Self {
        self.readings.was_repeated = true;
        self
    }

    /// Larger than any mail may be: its head, at least.
    pub(super) fn beheaded(self) -> Self {
        Self {
            errand: Errand {
                part: Part::Head,
                ..self.errand
            },
            readings: self.readings.beheaded(),
        }
    }
}

impl Reach {
    pub(super) fn is_within(&self, window: Window) -> bool {
        self.replies < window.reply_octets && self.commands < window.command_octets
    }

    pub(super) fn grow(&mut self, task: &Task) {
        self.replies = self.replies.saturating_add(task.errand.octets());
        self.commands += COMMAND;
    }

    pub(super) fn shrink(&mut self, task: &Task) {
        self.replies = self.replies.saturating_sub(task.errand.octets());
        self.commands -= COMMAND;
    }
}

/// About what a RETR and a NOOP have, in octets. The session counts exactly; here it is enough to be ahead of it.
const COMMAND: usize = "RETR 1\r\n".len();
