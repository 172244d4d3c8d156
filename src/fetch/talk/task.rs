//! A mail to be asked for, and how much those that were asked for already amount to.

use crate::pop3::{Command, Window};

use crate::fetch::judge::plan::{Errand, Part};
use crate::fetch::judge::reading::Readings;

/// A mail to be asked for, and what earlier readings of it came to.
#[derive(Debug, Clone)]
pub(in crate::fetch) struct Task {
    pub(in crate::fetch) errand: Errand,
    pub(in crate::fetch) readings: Readings,
}

/// What the commands that are not answered ask for, and what they are themselves, in octets.
#[derive(Debug, Default)]
pub(in crate::fetch) struct Reach {
    replies: u64,
    commands: usize,
}

impl Task {
    /// What to say to the server.
    pub(in crate::fetch) fn command(&self) -> Command {
        match self.errand.part {
            Part::Whole => Command::Retr(self.errand.listed.number),
            Part::Head => Command::Top(self.errand.listed.number, 0),
        }
    }

    /// A mail that was not read yet.
    pub(in crate::fetch) fn first(errand: Errand) -> Self {
        Self {
            errand,
            readings: Readings::default(),
        }
    }

    /// A mail that was doubtful in an earlier fetch.
    pub(in crate::fetch) fn last(errand: Errand) -> Self {
        Self {
            errand,
            readings: Readings::earlier(),
        }
    }

    /// What came may have been the answer before it.
    pub(in crate::fetch) fn repeated(mut self) -> Self {
        self.readings.was_repeated = true;
        self
    }

    /// Larger than any mail may be: its head, at least.
    pub(in crate::fetch) fn beheaded(self) -> Self {
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
    pub(in crate::fetch) fn is_within(&self, window: Window) -> bool {
        self.replies < window.reply_octets && self.commands < window.command_octets
    }

    pub(in crate::fetch) fn grow(&mut self, task: &Task) {
        self.replies = self.replies.saturating_add(task.errand.octets());
        self.commands += COMMAND;
    }

    pub(in crate::fetch) fn shrink(&mut self, task: &Task) {
        self.replies = self.replies.saturating_sub(task.errand.octets());
        self.commands -= COMMAND;
    }
}

/// About what a RETR and a NOOP have, in octets. The session counts exactly; here it is enough to be ahead of it.
const COMMAND: usize = "RETR 1\r\n".len();
