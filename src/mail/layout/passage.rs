//! What there is to search in a laid out mail, a few rows at a time; what is folded away is in it, too.

use crate::mail::Quotes;
use crate::mail::compose::plain::At;
use crate::mail::layout::blocks::Sheet;
use crate::mail::layout::pages::{Document, What};

/// Some rows of a mail, for searching.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    /// The first of them; if they are hidden, the one that stands for all of them.
    pub row: usize,
    /// What they say.
    pub rows: Vec<String>,
    /// Whether they are folded away.
    pub hidden: bool,
}

impl Document {
    /// The number of the passage in which a row lies.
    pub fn passage_of(&self, row: usize) -> usize {
        self.stretch_of(row)
    }

    /// A passage; `None` behind the last one.
    pub fn passage(&self, number: usize) -> Option<Passage> {
        let stretch = self.stretches.get(number)?;
        let (block, at) = match &stretch.what {
            What::Rows(rows) => {
                return Some(Passage {
                    row: stretch.above,
                    rows: rows.iter().map(crate::mail::Line::text).collect(),
                    hidden: false,
                });
            }
            What::Piece(block, at) => (*block, *at),
        };
        let laid = self.piece(block, at, self.sheet)?;
        let is_fold = laid.rows.iter().any(|row| row.fold.is_some());
        let hidden = is_fold && self.sheet.quotes == Quotes::Folded;
        let rows = if hidden {
            self.unfolded(block, at, laid.next)
        } else {
            laid.rows.iter().map(crate::mail::Line::text).collect()
        };
        Some(Passage {
            row: stretch.above,
            rows,
            hidden,
        })
    }

    /// The rows of a text between two places, with its quotes open.
    fn unfolded(&self, block: usize, at: At, end: Option<At>) -> Vec<String> {
        let sheet = Sheet {
            quotes: Quotes::Open,
            ..self.sheet
        };
        let end = end.map_or(usize::MAX, |end| end.offset);
        let mut rows = Vec::new();
        let mut at = Some(at);
        while let Some(here) = at.filter(|at| at.offset < end)
            && let Some(laid) = self.piece(block, here, sheet)
        {
            rows.extend(laid.rows.iter().map(crate::mail::Line::text));
            at = laid.next;
        }
        rows
    }
}
