//! The open mail: what is shown of it, how far it is scrolled, and whether it counts as read.

use super::event::{Shown, Ticket};
use crate::mail::{Headers, How, MessageId, Preferred, Quotes, SafeText, Source, Wrap};

/// The pane for one mail.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    open: Option<Open>,
    /// Where mails of this run were left, the latest last: the store may not have it yet when one is opened again.
    left: Vec<(MessageId, usize)>,
    /// Which headers, for every mail.
    pub headers: Headers,
}

/// Mails whose place is kept without asking the store.
const LEFT: usize = 100;

/// A mail in the pane.
#[derive(Debug, Clone)]
pub struct Open {
    /// Which.
    pub id: MessageId,
    /// What of it is shown, and how.
    pub how: How,
    /// What came of reading it.
    pub state: State,
    scroll: usize,
    /// The line that is to be on top, where it is not laid out yet.
    wanted: Option<usize>,
    ticket: Ticket,
    asked: Asked,
    /// When it came onto the screen, in milliseconds since 1970 UTC.
    since: Option<i64>,
    counted_as_read: bool,
}

/// What came of reading a mail.
#[derive(Debug, Clone)]
pub enum State {
    /// Not yet.
    Loading,
    /// This.
    Shown(Shown),
    /// Nothing; the sentence says why.
    Failed(SafeText),
}

/// What was asked for: a change of any of it asks anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    width: u16,
    how: How,
}

impl Reader {
    /// The mail in the pane.
    pub fn open(&self) -> Option<&Open> {
        self.open.as_ref()
    }

    /// The mail is about to leave the pane: tells which line was on top, if that is not the one it was opened at.
    pub fn leave(&mut self) -> Option<(MessageId, usize)> {
        let open = self.open.as_ref()?;
        let (id, scroll) = (open.id, open.wanted.unwrap_or(open.scroll));
        if open.shown()?.scroll == scroll {
            return None;
        }
        self.left.retain(|(left, _)| *left != id);
        if self.left.len() == LEFT {
            self.left.remove(0);
        }
        self.left.push((id, scroll));
        Some((id, scroll))
    }

    /// Empties the pane.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Whether the pane shows (or waits for) this mail as it is to be shown at this width; if not, it does from
    /// now on, and the caller asks for it with `ticket`. What was shown of the same mail stays until then.
    pub fn want(&mut self, id: MessageId, width: u16, ticket: Ticket) -> Option<How> {
        let headers = self.headers;
        if let Some(open) = self.open.as_mut().filter(|open| open.id == id) {
            open.how.headers = headers;
            let asked = Asked {
                width,
                how: open.how,
            };
            if open.asked == asked {
                return None;
            }
            open.asked = asked;
            open.ticket = ticket;
            return Some(open.how);
        }
        let how = How {
            headers,
            ..How::default()
        };
        self.open = Some(Open {
            id,
            how,
            state: State::Loading,
            scroll: 0,
            wanted: None,
            ticket,
            asked: Asked { width, how },
            since: None,
            counted_as_read: false,
        });
        Some(how)
    }

    /// If the open mail is one of these, it is asked for anew; what was shown of it stays until then, and its scroll.
    pub fn expire(&mut self, ids: &[MessageId]) {
        if let Some(open) = self.open.as_mut().filter(|open| ids.contains(&open.id)) {
            // No page is asked for at this width.
            open.asked.width = 0;
        }
    }

    /// Takes a mail that was asked for, or more of it; anything else is late and dropped.
    pub fn take(&mut self, ticket: Ticket, result: Result<Shown, SafeText>, now: i64) {
        let Some(open) = self.open.as_mut().filter(|open| open.ticket == ticket) else {
            return;
        };
        let first_time = matches!(open.state, State::Loading);
        open.state = match result {
            Ok(mut shown) => {
                if first_time {
                    let left = self.left.iter().find(|(id, _)| *id == open.id);
                    shown.scroll = left.map_or(shown.scroll, |(_, scroll)| *scroll);
                    open.scroll = shown.scroll;
                } else if let Some(before) = open.shown() {
                    shown.scroll = before.scroll;
                }
                State::Shown(shown)
            }
            Err(sentence) => State::Failed(sentence),
        };
        open.since.get_or_insert(now);
    }

    /// Rendered to raw and back.
    pub fn toggle_raw(&mut self) {
        if let Some(open) = &mut self.open {
            open.how.source = match open.how.source {
                Source::Rendered => Source::Raw,
                Source::Raw => Source::Rendered,
            };
            open.go_to_top();
        }
    }

    /// Long quotes whole, or folded.
    pub fn toggle_quotes(&mut self) {
        if let Some(open) = &mut self.open {
            open.how.quotes = match open.how.quotes {
                Quotes::Folded => Quotes::Open,
                Quotes::Open => Quotes::Folded,
            };
        }
    }

    /// Long lines cut, or wrapped.
    pub fn toggle_wrap(&mut self) {
        if let Some(open) = &mut self.open {
            open.how.wrap = match open.how.wrap {
                Wrap::Words => Wrap::Off,
                Wrap::Off => Wrap::Words,
            };
        }
    }

    /// From the plain text to the HTML and back; `false` where there are not both.
    pub fn toggle_part(&mut self) -> bool {
        let Some(open) = &mut self.open else {
            return false;
        };
        let Some(choice) = open.shown().and_then(|shown| shown.document.choice) else {
            return false;
        };
        open.how.part = match choice {
            Preferred::Html => Preferred::Plain,
            Preferred::Auto | Preferred::Plain => Preferred::Html,
        };
        open.go_to_top();
        true
    }

    /// Main headers to all and back.
    pub fn toggle_headers(&mut self) {
        self.headers = match self.headers {
            Headers::Main => Headers::All,
            Headers::All => Headers::Main,
        };
        if let Some(open) = &mut self.open {
            open.go_to_top();
        }
    }

    /// Scrolls by lines, at most until the last line is the last on a screen of `height` lines.
    pub fn scroll(&mut self, by: isize, height: usize) {
        if let Some(open) = &mut self.open {
            open.scroll = open.scroll.saturating_add_signed(by);
            open.wanted = None;
        }
        self.keep_within(height);
    }

    /// Whether the end is on a screen of `height` lines.
    pub fn at_end(&self, height: usize) -> bool {
        self.open
            .as_ref()
            .is_none_or(|open| open.is_whole() && open.scroll + height >= open.lines())
    }

    /// Never scrolled past the end. A place that is not laid out yet is gone to as soon as it is.
    pub fn keep_within(&mut self, height: usize) {
        if let Some(open) = self
            .open
            .as_mut()
            .filter(|open| matches!(open.state, State::Shown(_)))
        {
            let last = open.lines().saturating_sub(height);
            let wanted = open.wanted.unwrap_or(open.scroll);
            open.wanted = (wanted > last && !open.is_whole()).then_some(wanted);
            open.scroll = wanted.min(last);
        }
    }

    /// The mail, if it counts as read from now on and did not before: it has the focus, or has been on the screen
    /// for `patience` milliseconds.
    pub fn now_read(&mut self, focused: bool, patience: i64, now: i64) -> Option<MessageId> {
        let open = self.open.as_mut().filter(|open| !open.counted_as_read)?;
        let since = open
            .since
            .filter(|_| matches!(open.state, State::Shown(_)))?;
        if !focused && now - since < patience {
            return None;
        }
        open.counted_as_read = true;
        Some(open.id)
    }

    /// Whether the passing of time can make the mail count as read.
    pub fn waiting(&self) -> bool {
        self.open.as_ref().is_some_and(|open| !open.counted_as_read)
    }

    /// If the open mail is one of these, it keeps the state that the user has just given it.
    pub fn leave_as_is(&mut self, ids: &[MessageId]) {
        if let Some(open) = self.open.as_mut().filter(|open| ids.contains(&open.id)) {
            open.counted_as_read = true;
        }
    }
}

impl Open {
    /// The line on top.
    pub fn scroll(&self) -> usize {
        self.scroll
    }

    /// The page, once it is there.
    pub fn shown(&self) -> Option<&Shown> {
        match &self.state {
            State::Shown(shown) => Some(shown),
            State::Loading | State::Failed(_) => None,
        }
    }

    /// Lines of the page.
    pub fn lines(&self) -> usize {
        self.shown().map_or(0, |shown| shown.document.len())
    }

    /// Whether these are all the lines there will be.
    pub fn is_whole(&self) -> bool {
        self.shown().is_some_and(|shown| shown.document.whole)
    }

    fn go_to_top(&mut self) {
        self.scroll = 0;
        self.wanted = None;
    }
}

#[cfg(test)]
mod tests;
