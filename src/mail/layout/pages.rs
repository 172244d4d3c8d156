//! A mail ready to draw: where its rows lie. Those of long texts are made when they are drawn, and not kept.

use std::ops::Range;
use std::sync::Arc;

use crate::mail::article::{Article, Kind};
use crate::mail::compose::plain::At;
use crate::mail::layout::blocks::{Laid, Sheet, rows_of_piece};
use crate::mail::links::Links;
use crate::mail::{Line, Link, Preferred, SafeText};

/// A mail laid out for a width, as far as that has come.
///
/// It takes little memory beside the mail itself: of a long text it knows where every few kilobytes begin and how many
/// rows lie above.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// For the title row.
    pub title: SafeText,
    /// The links, numbered from 1 in this order.
    pub links: Vec<Link>,
    /// Which text this is, of a mail that has a plain one and an HTML one.
    pub choice: Option<Preferred>,
    /// Whether this is all of the mail: a long one is laid out while it is read.
    pub whole: bool,
    pub(super) rows: usize,
    pub(super) stretches: Vec<Stretch>,
    /// The row in which each link stands first.
    pub(super) link_rows: Vec<usize>,
    pub(super) article: Arc<Article>,
    pub(super) sheet: Sheet,
    pub(super) numbers: Arc<Links>,
}

/// Some rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Rows above.
    pub(super) above: usize,
    /// Which of its rows begin a block, and one more than that one's number: 0 is the head. A text in pieces tells that
    /// itself.
    pub(super) begins: Arc<[(usize, usize)]>,
    pub(super) what: What,
}

/// What they are, or what they are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Rows(Arc<[Line]>),
    /// A piece of the text in the block of this number.
    Piece(usize, At),
}

impl Document {
    /// Rows that are there already.
    pub fn of(lines: Vec<Line>) -> Self {
        Self {
            whole: true,
            rows: lines.len(),
            stretches: vec![Stretch {
                above: 0,
                begins: [(0, 0)].into(),
                what: What::Rows(lines.into()),
            }],
            ..Self::default()
        }
    }

    /// How many rows there are, from the first header to the last attachment.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is nothing yet.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// These rows, as far as there are any. Costs as much as they and a screen or two around them.
    pub fn rows(&self, wanted: Range<usize>) -> Vec<Line> {
        let end = wanted.end.min(self.rows);
        let mut rows = Vec::with_capacity(end.saturating_sub(wanted.start));
        let first = self
            .stretches
            .partition_point(|stretch| stretch.above <= wanted.start)
            .saturating_sub(1);
        for stretch in &self.stretches[first.min(self.stretches.len())..] {
            if stretch.above >= end {
                break;
            }
            let skipped = wanted.start.saturating_sub(stretch.above);
            let most = end - stretch.above.max(wanted.start);
            match &stretch.what {
                What::Rows(lines) => rows.extend(lines.iter().skip(skipped).take(most).cloned()),
                What::Piece(block, at) => {
                    let piece = self.piece(*block, *at, self.sheet).map(|laid| laid.rows);
                    let piece = piece.unwrap_or_default().into_iter();
                    rows.extend(piece.skip(skipped).take(most));
                }
            }
        }
        rows
    }

    /// Every row.
    pub fn lines(&self) -> Vec<Line> {
        self.rows(0..self.rows)
    }

    /// The row in which a link stands first; `place` counts [`Document::links`] from 0.
    pub fn row_of_link(&self, place: usize) -> Option<usize> {
        self.link_rows
            .get(place)
            .copied()
            .filter(|row| *row < self.rows)
    }

    pub(super) fn piece(&self, block: usize, at: At, sheet: Sheet) -> Option<Laid> {
        let Kind::Lines(lines) = &self.article.blocks.get(block)?.kind else {
            return None;
        };
        let mut known = |url: &str| self.numbers.known(url);
        Some(rows_of_piece(lines, at, sheet, &mut known))
    }
}
