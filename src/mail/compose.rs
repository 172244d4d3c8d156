//! Makes the article of a mail from its parts: which text is shown, what it says as blocks, what is to be noted.

pub(super) mod html;

use crate::mail::article::Block;

/// What one text of a mail comes to. Its links are in the [`crate::mail::links::Links`] that it was composed with.
#[derive(Debug, Default)]
pub(super) struct Composed {
    /// From top to bottom.
    pub(super) blocks: Vec<Block>,
    /// What the reader should know: `3 trackers and 12 remote images blocked`, `hidden text left out`.
    pub(super) notes: Vec<String>,
}
