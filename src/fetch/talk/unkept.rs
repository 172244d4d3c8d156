//! Which mails of a session were brought and are not on the disk: some servers no longer list what was read once QUIT is
//! said, so it must not be said then.

use std::collections::HashSet;

/// Message-numbers of what was brought and is not on the disk.
#[derive(Debug, Default)]
pub(in crate::fetch) struct Unkept(HashSet<u32>);

impl Unkept {
    /// A mail was brought: for the server it is read.
    pub(in crate::fetch) fn was_brought(&mut self, number: u32) {
        self.0.insert(number);
    }

    /// These are on the disk.
    pub(in crate::fetch) fn are_kept(&mut self, numbers: impl Iterator<Item = u32>) {
        for number in numbers {
            self.0.remove(&number);
        }
    }

    pub(in crate::fetch) fn has(&self, number: u32) -> bool {
        self.0.contains(&number)
    }

    pub(in crate::fetch) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }

    pub(in crate::fetch) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
