//! One message at a time in the row for it, and the log of all of them.

use crate::mail::SafeText;

/// How a sentence is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Said once.
    Plain,
    /// Something worked.
    Good,
    /// Look at this.
    Warning,
    /// Something failed: shown longer, and counted until the log is looked at.
    Error,
}

/// One sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: SafeText,
    /// When it was said, in milliseconds since 1970 UTC.
    pub at: i64,
    /// When it leaves the message row; `None`: with the next action (an offer to undo).
    until: Option<i64>,
}

/// All that was said.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    shown: Option<Notice>,
    log: Vec<Notice>,
    unseen_errors: usize,
}

/// Milliseconds a sentence stays.
const TOAST: i64 = 4_000;
/// Milliseconds an error stays.
const ERROR: i64 = 8_000;
/// Sentences kept in the log.
const LOG: usize = 500;

impl Notices {
    /// Says something.
    pub fn say(&mut self, tone: Tone, text: &str, now: i64) {
        let stay = if tone == Tone::Error { ERROR } else { TOAST };
        self.push(Notice {
            tone,
            text: SafeText::new(text),
            at: now,
            until: Some(now + stay),
        });
    }

    /// Says what was done, and offers to undo it until the next action.
    pub fn offer_undo(&mut self, text: &str, undo_key: &str, now: i64) {
        let text = SafeText::new(&format!("{text} — {undo_key} undo"));
        self.push(Notice {
            tone: Tone::Plain,
            text,
            at: now,
            until: None,
        });
    }

    fn push(&mut self, notice: Notice) {
        if notice.tone == Tone::Error {
            self.unseen_errors += 1;
        }
        if self.log.len() == LOG {
            self.log.remove(0);
        }
        self.log.push(notice.clone());
        self.shown = Some(notice);
    }

    /// The sentence on show.
    pub fn shown(&self) -> Option<&Notice> {
        self.shown.as_ref()
    }

    /// Everything said, oldest first.
    pub fn log(&self) -> &[Notice] {
        &self.log
    }

    /// Errors since the log was looked at.
    pub fn unseen_errors(&self) -> usize {
        self.unseen_errors
    }

    /// The log is being looked at.
    pub fn seen(&mut self) {
        self.unseen_errors = 0;
    }

    /// The next action was asked for: what was said of the one before goes. An error stays for its time.
    pub fn next_action(&mut self) {
        self.shown.take_if(|notice| notice.tone != Tone::Error);
    }

    /// Time has passed.
    pub fn tick(&mut self, now: i64) {
        self.shown
            .take_if(|notice| notice.until.is_some_and(|until| until <= now));
    }

    /// Whether the passing of time will change what is shown.
    pub fn waiting(&self) -> bool {
        self.shown
            .as_ref()
            .is_some_and(|notice| notice.until.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toast_leaves_by_itself_and_an_error_is_counted_until_the_log_is_seen() {
        let mut notices = Notices::default();
        notices.say(Tone::Error, "no", 1_000);
        notices.tick(8_999);
        assert!(notices.shown().is_some());
        notices.tick(9_000);
        assert!(notices.shown().is_none());
        assert_eq!(notices.unseen_errors(), 1);
        notices.seen();
        assert_eq!((notices.unseen_errors(), notices.log().len()), (0, 1));
    }

    #[test]
    fn an_offer_to_undo_stays_until_the_next_action() {
        let mut notices = Notices::default();
        notices.offer_undo("Archived 1 message", "u", 0);
        notices.tick(i64::MAX);
        assert_eq!(
            notices.shown().map(|notice| notice.text.as_str()),
            Some("Archived 1 message — u undo")
        );
        notices.next_action();
        assert!(notices.shown().is_none());
    }
}
