//! What a download is asked for: in which order; what comes of it.

use super::Failure;
use super::budget::Budget;
use super::listing::Listed;
use super::pace::Pace;
use super::plan::Errand;
use super::refusals::Refusals;

/// What is to be downloaded, and how.
pub(super) struct Order {
    /// In this order.
    pub(super) errands: Vec<Errand>,
    /// One by one, at the end.
    pub(super) alone: Vec<Errand>,
    pub(super) pace: Pace,
    pub(super) budget: Budget,
    /// No mail may have more octets.
    pub(super) cap: u64,
}

impl Order {
    pub(super) fn is_empty(&self) -> bool {
        self.errands.is_empty() && self.alone.is_empty()
    }
}

/// What the download came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Mails received.
    pub(super) mails: u64,
    /// Their octets.
    pub(super) octets: u64,
    /// Mails that are stored though their size differs from what LIST told.
    pub(super) differing: Vec<Listed>,
    /// Mails of which only the head is stored, since they are larger than any mail may be.
    pub(super) beheaded: Vec<Listed>,
    pub(super) failed: Vec<Failure>,
    pub(super) refusals: Refusals,
    /// The mail that was awaited when the session broke.
    pub(super) suspect: Option<Listed>,
    /// How many were still to come (behind that one).
    pub(super) left: usize,
}
