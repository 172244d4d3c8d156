//! The search itself, over a mail of any length: told as it goes, ended when it is not wanted any more.

use super::needle::{Hit, Needle};
use crate::mail::Document;

/// Hits kept at most: nobody goes through more.
pub(super) const MOST: usize = 100_000;

/// Some hits, from top to bottom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// More of them.
    pub hits: Vec<Hit>,
    /// Rows that have been searched so far.
    pub searched: usize,
    /// Whether that is all there is, or all that is kept.
    pub done: bool,
}

/// Rows searched before the first hits are told; then twice as many each time: few tellings, each soon.
const STEP: usize = 1_000;

/// Searches a document from a row on and tells hits as they come, until they are not wanted any more. For a thread that
/// may take its time.
pub fn search(
    document: &Document,
    typed: &str,
    from: usize,
    wanted: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(Found),
) {
    let mut hits = Vec::new();
    let (mut told, mut next) = (0, from + STEP);
    let passages = document.passage_of(from)..;
    let passages = passages.map_while(|number| document.passage(number));
    let needle = Needle::new(typed);
    for (needle, passage) in needle.iter().cycle().zip(passages) {
        if !wanted() {
            return;
        }
        if passage.row >= next {
            next = next.saturating_add(next - from);
            told += hits.len();
            tell(Found {
                hits: std::mem::take(&mut hits),
                searched: passage.row,
                done: false,
            });
        }
        let found = needle.hits(&passage).into_iter();
        hits.extend(found.filter(|hit| hit.row >= from));
        if told + hits.len() >= MOST {
            break;
        }
    }
    tell(Found {
        hits,
        searched: document.len(),
        done: true,
    });
}
