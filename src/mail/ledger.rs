//! The words of the screen "On the server": what lies there, and what is to become of it.

use super::{AccountId, Completeness, MessageId, SafeText};

/// A mail on a server: a row of the store's ledger, which outlives the mail here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LedgerId(pub i64);

/// When a mail is deleted on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Due {
    /// Not until the user does something.
    Kept,
    /// With the first fetch after this moment, in seconds since 1970.
    At(i64),
    /// With the next fetch.
    Next,
    /// With the next fetch, because the user asked for it.
    Asked,
    /// DELE was sent and QUIT not confirmed: with the next fetch, if it still is there.
    Sent,
    /// Never by itself: it is not here whole, or nobody has verified it.
    Unsure,
    /// Never: the server does not delete it, whatever it says.
    GivenUp,
}

/// A mail that is on the server, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its row.
    pub id: LedgerId,
    /// Whose maildrop it lies in.
    pub account: AccountId,
    /// The mail here; `None` when it was deleted here for good.
    pub message: Option<MessageId>,
    /// As in a list; empty when it was deleted here for good.
    pub from: SafeText,
    /// As in a list; empty when it was deleted here for good.
    pub subject: SafeText,
    /// Octets as LIST told, else as stored.
    pub size: u64,
    /// When it was stored here, in seconds since 1970.
    pub stored: i64,
    /// When it is deleted there.
    pub due: Due,
    /// How much of it is here, or was when it was deleted here.
    pub completeness: Completeness,
    /// Whether anything can prove, before it is deleted there, that it is the one: not where LIST told no size, nor
    /// where nothing is left here of a mail that never was here whole, but a name or a size that is soon another one's.
    pub can_be_proven: bool,
}

impl LedgerRow {
    /// Whether the server has what is nowhere else, as far as is known.
    pub fn is_only_there(&self) -> bool {
        self.message.is_none() || self.completeness != Completeness::Whole
    }
}

/// How much lies on a server, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Mails.
    pub mails: u64,
    /// Their octets.
    pub octets: u64,
}
