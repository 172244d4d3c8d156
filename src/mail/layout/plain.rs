//! What the rows of HTML need of plain text: the rows of a text without tags, and the bars of quotes.

use std::sync::Arc;

use crate::mail::article::Lines;
use crate::mail::compose::plain::{At, plain};
use crate::mail::layout::blocks::{self, Sheet, rows_of_piece};
use crate::mail::layout::wrap::Margin;
use crate::mail::links::Links;
use crate::mail::{Flow, Line, Quotes, Wrap};

/// The rows of a plain text.
pub(super) fn lines(text: &str, flow: Flow, width: usize, links: &mut Links) -> Vec<Line> {
    let text = Lines::Text(plain(Arc::new(text.to_owned()), flow));
    let sheet = Sheet {
        cells: width,
        wrap: Wrap::Words,
        quotes: Quotes::Open,
    };
    let mut rows = Vec::new();
    let mut at = Some(At::start(&text));
    while let Some(place) = at {
        let mut number = |url: &str| links.number_of_plain(url);
        let (more, next) = rows_of_piece(&text, place, sheet, &mut number);
        rows.extend(more);
        at = next;
    }
    rows
}

/// The bars left of a quoted paragraph.
pub(super) fn bars(level: u8, width: usize) -> Margin {
    Margin::every(blocks::bars(level, width).into_iter().collect())
}
