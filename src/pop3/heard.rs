//! What a server said, line by line as it was understood: for a protocol trace, and only collected for one.

/// A piece of what a server said. Foreign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A status line or a challenge, without its end.
    Status(Vec<u8>),
    /// A line of a listing, the final dot too, without its end.
    Line(Vec<u8>),
    /// A line of a listing that was too long to be kept.
    LongLine,
    /// A mail of so many octets. Its text is nobody's business.
    Mail(u64),
    /// So many octets of a mail whose end has not come.
    PartOfMail(u64),
    /// The beginning of what waits to be understood, and how many octets that is.
    Waiting(Vec<u8>, usize),
}

/// Octets kept of what waits to be understood.
const WAITING: usize = 512;

impl Heard {
    pub(super) fn waiting(octets: &[u8]) -> Self {
        let kept = &octets[..octets.len().min(WAITING)];
        Self::Waiting(kept.to_vec(), octets.len())
    }
}

/// What was heard since it was last asked for, if anybody asks.
#[derive(Debug, Default)]
pub(super) struct Ear(Option<Vec<Heard>>);

impl Ear {
    /// From now on all is collected.
    pub(super) fn open(&mut self) {
        self.0.get_or_insert_default();
    }

    pub(super) fn hear(&mut self, heard: impl FnOnce() -> Heard) {
        if let Some(all) = &mut self.0 {
            all.push(heard());
        }
    }

    pub(super) fn status(&mut self, line: &[u8]) {
        self.hear(|| Heard::Status(line.to_vec()));
    }

    pub(super) fn line(&mut self, line: &[u8]) {
        self.hear(|| Heard::Line(line.to_vec()));
    }

    pub(super) fn take(&mut self) -> Vec<Heard> {
        self.0.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// An ear as open as this one, which has heard nothing.
    pub(super) fn fresh(&self) -> Self {
        Self(self.0.as_ref().map(|_| Vec::new()))
    }
}
