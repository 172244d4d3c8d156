//! Octets on their way to the server, which may hold a password: never printed, wiped when dropped.

use std::ops::Deref;

use zeroize::Zeroizing;

/// Octets to be written. Reads as a slice.
pub struct Outgoing(Zeroizing<Vec<u8>>);

impl Outgoing {
    /// One line, its end added. The parts hold no line break: that is checked where they are made.
    pub(super) fn line(parts: &[&str]) -> Self {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        // Reserved at once: a vector that grows leaves copies behind which nobody wipes.
        let mut octets = Zeroizing::new(Vec::with_capacity(length + 2));
        for part in parts {
            octets.extend_from_slice(part.as_bytes());
        }
        octets.extend_from_slice(b"\r\n");
        Self(octets)
    }

    /// These, in one piece.
    pub(super) fn joined(parts: &[Self]) -> Self {
        let length = parts.iter().map(|part| part.len()).sum();
        let mut octets = Zeroizing::new(Vec::with_capacity(length));
        for part in parts {
            octets.extend_from_slice(part);
        }
        Self(octets)
    }
}

impl From<Vec<u8>> for Outgoing {
    fn from(octets: Vec<u8>) -> Self {
        Self(Zeroizing::new(octets))
    }
}

impl Deref for Outgoing {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outgoing({} octets)", self.0.len())
    }
}
