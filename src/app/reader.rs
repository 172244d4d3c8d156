//! The open mail: what is shown of it, how far it is scrolled, and whether it counts as read.

use super::event::{Shown, Ticket};
use crate::mail::{Headers, MessageId, SafeText, Source};

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
    /// Rendered or raw, for this mail.
    pub source: Source,
    /// What came of reading it.
    pub state: State,
    scroll: usize,
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
    headers: Headers,
    source: Source,
}

impl Reader {
    /// The mail in the pane.
    pub fn open(&self) -> Option<&Open> {
        self.open.as_ref()
    }

    /// The mail is about to leave the pane: tells which line was on top, if that is not the one it was opened at.
    pub fn leave(&mut self) -> Option<(MessageId, usize)> {
        let open = self.open.as_ref()?;
        let (id, scroll) = (open.id, open.scroll);
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
    pub fn want(&mut self, id: MessageId, width: u16, ticket: Ticket) -> Option<Source> {
        let headers = self.headers;
        if let Some(open) = self.open.as_mut().filter(|open| open.id == id) {
            let asked = Asked {
                width,
                headers,
                source: open.source,
            };
            if open.asked == asked {
                return None;
            }
            open.asked = asked;
            open.ticket = ticket;
            return Some(open.source);
        }
        let source = Source::Rendered;
        self.open = Some(Open {
            id,
            source,
            state: State::Loading,
            scroll: 0,
            ticket,
            asked: Asked {
                width,
                headers,
                source,
            },
            since: None,
            counted_as_read: false,
        });
        Some(source)
    }

    /// If the open mail is one of these, it is asked for anew; what was shown of it stays until then, and its scroll.
    pub fn expire(&mut self, ids: &[MessageId]) {
        if let Some(open) = self.open.as_mut().filter(|open| ids.contains(&open.id)) {
            // No page is asked for at this width.
            open.asked.width = 0;
        }
    }

    /// Takes a mail that was asked for; anything else is late and dropped.
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
            open.source = match open.source {
                Source::Rendered => Source::Raw,
                Source::Raw => Source::Rendered,
            };
            open.scroll = 0;
        }
    }

    /// Main headers to all and back.
    pub fn toggle_headers(&mut self) {
        self.headers = match self.headers {
            Headers::Main => Headers::All,
            Headers::All => Headers::Main,
        };
        if let Some(open) = &mut self.open {
            open.scroll = 0;
        }
    }

    /// Scrolls by lines, at most until the last line is the last on a screen of `height` lines.
    pub fn scroll(&mut self, by: isize, height: usize) {
        if let Some(open) = &mut self.open {
            open.scroll = open.scroll.saturating_add_signed(by);
        }
        self.keep_within(height);
    }

    /// Whether the end is on a screen of `height` lines.
    pub fn at_end(&self, height: usize) -> bool {
        self.open
            .as_ref()
            .is_none_or(|open| open.scroll + height >= open.lines())
    }

    /// Never scrolled past the end.
    pub fn keep_within(&mut self, height: usize) {
        if let Some(open) = self
            .open
            .as_mut()
            .filter(|open| matches!(open.state, State::Shown(_)))
        {
            open.scroll = open.scroll.min(open.lines().saturating_sub(height));
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
        self.shown().map_or(0, |shown| shown.document.lines.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::mail::{Document, Line};

    fn page(lines: usize, scroll: usize) -> Shown {
        let document = Document {
            lines: vec![Line::default(); lines],
            ..Document::default()
        };
        Shown {
            document: Arc::new(document),
            attachments: Vec::new(),
            scroll,
            on_server: None,
        }
    }

    fn opened(lines: usize) -> Reader {
        let mut reader = Reader::default();
        assert!(reader.want(MessageId(1), 80, Ticket(1)).is_some());
        reader.take(Ticket(1), Ok(page(lines, 0)), 1_000);
        reader
    }

    #[test]
    fn the_same_mail_at_the_same_width_is_asked_for_once() {
        let mut reader = opened(5);
        assert!(reader.want(MessageId(1), 80, Ticket(2)).is_none());
        assert!(
            reader.want(MessageId(1), 90, Ticket(3)).is_some(),
            "another width is another page"
        );
        reader.toggle_headers();
        assert!(reader.want(MessageId(1), 90, Ticket(4)).is_some());
        assert!(
            reader.open().unwrap().shown().is_some(),
            "what was there stays until then"
        );
    }

    #[test]
    fn a_late_page_is_dropped() {
        let mut reader = opened(5);
        reader.want(MessageId(2), 80, Ticket(2));
        reader.take(Ticket(1), Ok(page(99, 0)), 0);
        assert!(matches!(reader.open().unwrap().state, State::Loading));
    }

    #[test]
    fn scrolling_stops_at_both_ends_and_a_mail_opens_where_it_was_left() {
        let mut reader = opened(50);
        reader.scroll(1_000, 20);
        assert_eq!(reader.open().unwrap().scroll(), 30);
        assert!(reader.at_end(20));
        reader.scroll(-1_000, 20);
        assert_eq!(reader.open().unwrap().scroll(), 0);
        reader.want(MessageId(2), 80, Ticket(7));
        reader.take(Ticket(7), Ok(page(50, 12)), 0);
        assert_eq!(reader.open().unwrap().scroll(), 12);
    }

    #[test]
    fn a_focused_mail_counts_as_read_at_once_and_a_preview_after_a_while() {
        let mut reader = opened(5);
        assert_eq!(reader.now_read(false, 2_000, 2_999), None);
        assert_eq!(reader.now_read(false, 2_000, 3_000), Some(MessageId(1)));
        assert_eq!(reader.now_read(true, 2_000, 3_000), None, "once");
        assert_eq!(opened(5).now_read(true, 2_000, 1_000), Some(MessageId(1)));
    }
}
