//! How commands follow each other, and how sure it is that an answer belongs to its command.

use crate::pop3::Window;

/// So few mails are asked for in checked pairs from the start: it costs nothing that anybody could notice, and a
/// refused mail then costs no second session.
const FEW: usize = 100;

/// How commands follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Pace {
    /// As many as the window holds.
    Pipelined,
    /// The same, with a NOOP behind each: an answer that nobody asked for is seen at the next NOOP, before a mail can
    /// get the name of another.
    Checked,
    /// One command, one answer.
    LockStep,
}

impl Pace {
    /// For so many mails, from what the server announced and earlier sessions learnt.
    pub(in crate::fetch) fn choose(may_pipeline: bool, has_refused: bool, mails: usize) -> Self {
        match (may_pipeline, has_refused || mails <= FEW) {
            (false, _) => Self::LockStep,
            (true, true) => Self::Checked,
            (true, false) => Self::Pipelined,
        }
    }

    pub(in crate::fetch) fn window(self) -> Window {
        match self {
            Self::Pipelined | Self::Checked => Window::PIPELINED,
            Self::LockStep => Window::LOCK_STEP,
        }
    }

    /// For heads and deletions.
    pub(in crate::fetch) fn window_of_brief(self) -> Window {
        match self {
            Self::Pipelined | Self::Checked => Window::BRIEF,
            Self::LockStep => Window::LOCK_STEP,
        }
    }
}
