//! Checks everything that is stored against what it was made from: mails against their hashes, the rest against mails.

mod mails;
mod repair;
mod structure;
#[cfg(test)]
mod tests;

use super::{Reader, Result};
use crate::mail::{MessageId, SafeText};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// How many mails were looked at.
    pub mails: u64,
    /// Mails that are not as they came.
    pub damaged: Vec<Damaged>,
    /// Mails of which something else is told than their octets say.
    pub stale: Vec<MessageId>,
    /// Whether mails are in other threads than their Message-IDs say.
    pub threads: bool,
    /// Whether mails are counted wrong.
    pub counters: bool,
    /// What SQLite and the schema say about the file, a sentence each.
    pub structure: Vec<SafeText>,
}

/// A mail that is not as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// Its number.
    pub id: MessageId,
    /// As far as it can be read.
    pub subject: Option<SafeText>,
    /// Where it lies, as far as that can be read.
    pub folder: Option<SafeText>,
    /// What is wrong with it.
    pub harm: Harm,
}

/// What is wrong with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Harm {
    /// Its octets are others than those that were stored.
    Changed,
    /// Its octets are gone.
    NoOctets,
    /// What is told of it, its hash among that, is gone: nothing says whether its octets are as they came.
    NoHash,
    /// Its row in the lists is gone, and with it where it lay.
    NoRow,
    /// It cannot be read; SQLite's words.
    Unreadable(SafeText),
}

impl Findings {
    /// Whether all is as it should be.
    pub fn is_clean(&self) -> bool {
        self.damaged.is_empty() && !self.can_be_repaired()
    }

    /// Whether there is something that [`super::Writer::repair`] may help with.
    pub fn can_be_repaired(&self) -> bool {
        !self.stale.is_empty() || self.threads || self.counters || !self.structure.is_empty()
    }
}

impl Reader {
    /// Checks everything at one moment of the store. `seen` is told how many mails of how many have been looked at.
    ///
    /// Damage is no error: what cannot be read is a finding, and the rest is looked at all the same.
    ///
    /// # Errors
    ///
    /// Where the disk does not answer, or another program keeps the file locked.
    pub fn verify(&self, seen: &mut dyn FnMut(u64, u64)) -> Result<Findings> {
        let mut findings = Findings::default();
        mails::check(&self.connection, &mut findings, seen)?;
        structure::check(&self.connection, &mut findings)?;
        Ok(findings)
    }
}

/// Whether an error tells of damage, rather than of a disk that does not answer.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, OutOfMemory, PermissionDenied,
        SystemIoFailure,
    };
    !matches!(
        error.sqlite_error_code(),
        Some(
            CannotOpen
                | DatabaseBusy
                | DatabaseLocked
                | DiskFull
                | OutOfMemory
                | PermissionDenied
                | SystemIoFailure
        )
    )
}

fn words(error: &rusqlite::Error) -> SafeText {
    SafeText::new(&error.to_string())
}
