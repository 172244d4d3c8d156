//! The open mail: what is shown of it, and whether it counts as read.

mod place;

use super::event::{Shown, Ticket};
use super::find::Find;
use crate::mail::{Headers, How, MessageId, Preferred, Quotes, SafeText, Source, Spot, Wrap};
use place::Held;

/// The pane for one mail.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    open: Option<Open>,
    /// Where mails of this run were left, the latest last: the store may not have it yet when one is opened again.
    left: Vec<(MessageId, Spot)>,
    /// Which headers, for every mail.
    pub headers: Headers,
    /// What was searched for last, in any mail.
    pub(super) searched_for: String,
    /// The search that runs.
    pub(super) finding: Option<Ticket>,
}

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
    /// What is to be on top, where that is not laid out yet.
    held: Option<Held>,
    /// What is searched for in it.
    pub find: Option<Find>,
    /// The layout that is shown.
    layout: Ticket,
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

    /// The mail in the pane, to be changed.
    pub(super) fn open_mut(&mut self) -> Option<&mut Open> {
        self.open.as_mut()
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
            held: None,
            find: None,
            layout: Ticket::default(),
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
        let other_layout = open.layout != ticket;
        open.layout = ticket;
        open.state = match result {
            Ok(mut shown) => {
                if first_time {
                    let left = self.left.iter().find(|(id, _)| *id == open.id);
                    shown.left_at = left.map_or(shown.left_at, |(_, spot)| *spot);
                    open.held = Some(Held::Spot(shown.left_at));
                } else if let Some(before) = open.shown() {
                    shown.left_at = before.left_at;
                    // What was on top stays there, wherever that is now.
                    let top = other_layout.then(|| Held::top_of(open, before, &shown));
                    open.held = open.held.take().or(top);
                }
                open.put_held_on_top(&shown);
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

    /// From the plain text to the HTML and back; `None` where there are not both.
    pub fn toggle_part(&mut self) -> Option<Preferred> {
        let open = self.open.as_mut()?;
        open.how.part = match open.shown()?.document.choice? {
            Preferred::Html => Preferred::Plain,
            Preferred::Auto | Preferred::Plain => Preferred::Html,
        };
        Some(open.how.part)
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

    /// Which layout is shown.
    pub(super) fn layout(&self) -> Ticket {
        self.layout
    }
}

#[cfg(test)]
mod tests;
