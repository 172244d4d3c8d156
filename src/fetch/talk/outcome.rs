//! What a download is asked for: in which order; what comes of it.

use crate::fetch::Failure;
use crate::fetch::judge::budget::Budget;
use crate::fetch::judge::pace::Pace;
use crate::fetch::judge::plan::Errand;
use crate::fetch::talk::listing::Listed;
use crate::fetch::talk::refusals::Refusals;

/// What is to be downloaded, and how.
pub(in crate::fetch) struct Order {
    /// In this order.
    pub(in crate::fetch) errands: Vec<Errand>,
    /// One by one, at the end.
    pub(in crate::fetch) alone: Vec<Errand>,
    pub(in crate::fetch) pace: Pace,
    pub(in crate::fetch) budget: Budget,
    /// No mail may have more octets.
    pub(in crate::fetch) cap: u64,
}

impl Order {
    pub(in crate::fetch) fn is_empty(&self) -> bool {
        self.errands.is_empty() && self.alone.is_empty()
    }

    /// About how many octets will come.
    pub(in crate::fetch) fn octets(&self) -> u64 {
        let all = self.errands.iter().chain(&self.alone);
        all.map(Errand::octets).fold(0, u64::saturating_add)
    }
}

/// What the download came to.
#[derive(Debug, Default)]
pub(in crate::fetch) struct Outcome {
    /// Mails received.
    pub(in crate::fetch) mails: u64,
    /// Their octets.
    pub(in crate::fetch) octets: u64,
    /// Mails that are stored though their size differs from what LIST told.
    pub(in crate::fetch) differing: Vec<Listed>,
    /// Mails of which only the head is stored, since they are larger than any mail may be.
    pub(in crate::fetch) beheaded: Vec<Listed>,
    pub(in crate::fetch) failed: Vec<Failure>,
    pub(in crate::fetch) refusals: Refusals,
    /// The mail that was awaited when the session broke.
    pub(in crate::fetch) suspect: Option<Listed>,
    /// How many were still to come (behind that one).
    pub(in crate::fetch) left: usize,
}
