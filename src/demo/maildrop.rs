//! A maildrop in memory, shared by all sessions of the sample server, and locked by one at a time (RFC 1939, section 4).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The mails on the server, oldest first.
#[derive(Debug, Default)]
pub struct Maildrop {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    mails: Vec<Arc<Mail>>,
    locked: bool,
}

/// One mail as the server keeps it.
#[derive(Debug)]
pub struct Mail {
    /// What UIDL tells: 1 to 70 printable ASCII characters.
    pub unique_id: String,
    /// Octets as LIST tells them: without byte-stuffing, without the final dot.
    pub size: u64,
    /// Byte-stuffed and ended by the dot line. Made once at delivery, so that RETR is a copy.
    pub wire: Box<[u8]>,
}

impl Maildrop {
    /// An empty maildrop.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Puts a mail behind all others. `octets` have CRLF line ends; a last line without one gets it, as it must on
    /// the wire. A session that is open does not see it (RFC 1939, section 5).
    pub fn deliver(&self, unique_id: impl Into<String>, octets: &[u8]) {
        let mail = Arc::new(Mail::new(unique_id.into(), octets));
        self.state().mails.push(mail);
    }

    /// How many mails there are.
    pub fn len(&self) -> usize {
        self.state().mails.len()
    }

    /// Whether there is no mail.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a session has it open.
    pub fn is_locked(&self) -> bool {
        self.state().locked
    }

    /// Takes the lock for a session; `None` if another holds it.
    pub(super) fn open(self: &Arc<Self>) -> Option<Opened> {
        let mut state = self.state();
        if state.locked {
            return None;
        }
        state.locked = true;
        Some(Opened {
            mails: state.mails.clone(),
            maildrop: Arc::clone(self),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change below is a single statement: what a panicking session left is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one session sees: the mails of the moment it opened the maildrop. Dropping it gives the lock back.
#[derive(Debug)]
pub(super) struct Opened {
    /// Message number 1 is the first.
    pub(super) mails: Vec<Arc<Mail>>,
    maildrop: Arc<Maildrop>,
}

impl Opened {
    /// The UPDATE state: the marked mails leave the maildrop.
    pub(super) fn remove(&self, marked: impl Fn(&Arc<Mail>) -> bool) {
        self.maildrop.state().mails.retain(|mail| !marked(mail));
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.maildrop.state().locked = false;
    }
}

impl Mail {
    fn new(unique_id: String, octets: &[u8]) -> Self {
        let mut wire = Vec::with_capacity(octets.len() + 64);
        for line in octets.split_inclusive(|&octet| octet == b'\n') {
            if line.starts_with(b".") {
                wire.push(b'.');
            }
            wire.extend_from_slice(line);
        }
        let mut size = octets.len() as u64;
        if !octets.is_empty() && !octets.ends_with(b"\r\n") {
            wire.extend_from_slice(b"\r\n");
            size += 2;
        }
        wire.extend_from_slice(b".\r\n");
        Self {
            unique_id,
            size,
            wire: wire.into(),
        }
    }

    /// The wire octets that TOP asks for: the header, the empty line and `lines` lines of the body.
    pub(super) fn top(&self, lines: usize) -> &[u8] {
        let text = self.wire.strip_suffix(b".\r\n").unwrap_or(&self.wire);
        let mut body_lines = None;
        let mut end = 0;
        for line in text.split_inclusive(|&octet| octet == b'\n') {
            if body_lines == Some(lines) {
                break;
            }
            end += line.len();
            match &mut body_lines {
                Some(seen) => *seen += 1,
                None if line == b"\r\n" => body_lines = Some(0),
                None => {}
            }
        }
        &text[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_stuffed_and_ended_on_the_wire_but_counted_without() {
        let mail = Mail::new("a".into(), b"S: x\r\n\r\n.dot\r\nend");
        assert_eq!(&*mail.wire, b"S: x\r\n\r\n..dot\r\nend\r\n.\r\n");
        assert_eq!(mail.size, 19);
    }

    #[test]
    fn top_gives_the_header_and_as_many_lines_as_asked() {
        let mail = Mail::new("a".into(), b"S: x\r\n\r\none\r\ntwo\r\n");
        assert_eq!(mail.top(0), b"S: x\r\n\r\n");
        assert_eq!(mail.top(1), b"S: x\r\n\r\none\r\n");
        assert_eq!(mail.top(9), b"S: x\r\n\r\none\r\ntwo\r\n");
    }

    #[test]
    fn a_second_session_has_to_wait_until_the_first_is_dropped() {
        let maildrop = Maildrop::new();
        let first = maildrop.open();
        assert!(first.is_some());
        assert!(maildrop.open().is_none());
        drop(first);
        assert!(maildrop.open().is_some());
    }

    #[test]
    fn mail_delivered_during_a_session_survives_its_update() {
        let maildrop = Maildrop::new();
        maildrop.deliver("old", b"\r\nold\r\n");
        let opened = maildrop.open().unwrap();
        maildrop.deliver("new", b"\r\nnew\r\n");
        assert_eq!(opened.mails.len(), 1);
        opened.remove(|mail| mail.unique_id == "old");
        assert_eq!(maildrop.len(), 1);
    }
}
