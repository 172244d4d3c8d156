//! Breaks runs of text into rows of cells: between words by the rules of Unicode (UAX 14), at the edge, or not at all.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

pub(super) use crate::mail::article::Run;
use crate::mail::cells::{grapheme_width, width as cells};
use crate::mail::layout::breaks::{Owner, places};
use crate::mail::{Line, Role, SafeText, Span};

/// Stands for a cluster that is wider than the row. One cell.
const TOO_WIDE: &str = "…";

/// What becomes of text that is wider than its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It goes on in the next row, between words.
    Words,
    /// It is cut.
    Cut,
}

/// What stands left of the rows of one paragraph: both take the same cells.
#[derive(Debug, Clone, Default)]
pub(super) struct Margin {
    pub(super) first: Vec<Span>,
    pub(super) rest: Vec<Span>,
}

impl Margin {
    /// The same for every row.
    pub(super) fn every(spans: Vec<Span>) -> Self {
        Self {
            first: spans.clone(),
            rest: spans,
        }
    }

    pub(super) fn cells(&self) -> usize {
        self.first
            .iter()
            .map(|span| cells(span.text.as_str()))
            .sum()
    }
}

/// A span of text of our own or foreign text, made safe.
pub(super) fn span(role: Role, text: &str) -> Span {
    Span {
        role,
        text: SafeText::new(text),
        link: None,
    }
}

/// One row.
pub(super) fn line(role: Role, text: &str) -> Line {
    Line {
        spans: vec![span(role, text)],
        fold: None,
    }
}

/// Breaks a paragraph between words into rows of at most `width` cells. There is always at least one row.
pub(super) fn wrap(runs: &[Run], width: usize, margin: &Margin) -> Vec<Line> {
    fit(runs, width, margin, Fit::Words)
}

/// Makes rows of at most `width` cells of one paragraph. There is always at least one.
///
/// An address is broken only if it fits no row; the number of a link keeps to its last word. A cluster wider than the row becomes `…`. Scripts that write
/// no blanks and need a dictionary (Thai, Khmer) break at the edge, between clusters.
pub(super) fn fit(runs: &[Run], width: usize, margin: &Margin, fit: Fit) -> Vec<Line> {
    let width = width.max(1);
    let room = width.saturating_sub(margin.cells());
    let (margin, room) = match room {
        0 => (&Margin::default(), width),
        room => (margin, room),
    };
    let spans: Vec<Span> = runs.iter().map(safe).collect();
    let text = Joined::new(&spans);
    if text.fits(room) {
        return vec![text.row(&margin.first, 0..text.whole.len())];
    }
    let text = text.narrowed(room);
    if fit == Fit::Cut {
        return vec![text.cut(&margin.first, room)];
    }
    let places = places(&text.whole, &text.owners);
    let rows = text.rows(room, &places);
    let left = std::iter::once(&margin.first).chain(std::iter::repeat(&margin.rest));
    let rows = rows.into_iter().zip(left);
    rows.map(|(row, left)| text.row(left, row)).collect()
}

fn safe(run: &Run) -> Span {
    Span {
        link: run.link,
        ..span(run.role, &run.text)
    }
}

/// Runs as one text, in which it is known whose each part is.
struct Joined {
    whole: String,
    owners: Vec<Owner>,
    ascii: bool,
}

impl Joined {
    fn new(spans: &[Span]) -> Self {
        let mut whole =
            String::with_capacity(spans.iter().map(|span| span.text.as_str().len()).sum());
        let mut owners = Vec::with_capacity(spans.len());
        for span in spans {
            whole.push_str(span.text.as_str());
            owners.push(Owner {
                end: whole.len(),
                role: span.role,
                link: span.link,
            });
        }
        let ascii = whole.is_ascii();
        Self {
            whole,
            owners,
            ascii,
        }
    }

    /// With no cluster that is wider than the room. Letters of Hangul and of India make clusters without an end.
    fn narrowed(self, room: usize) -> Self {
        let is_wide = |cluster: &str| grapheme_width(cluster) > room;
        if self.ascii || !self.whole.graphemes(true).any(is_wide) {
            return self;
        }
        let mut whole = String::with_capacity(self.whole.len());
        let mut owners = self.owners;
        let mut open = owners.iter_mut().peekable();
        for (at, cluster) in self.whole.grapheme_indices(true) {
            while let Some(owner) = open.next_if(|owner| owner.end <= at) {
                owner.end = whole.len();
            }
            whole.push_str(if is_wide(cluster) { TOO_WIDE } else { cluster });
        }
        open.for_each(|owner| owner.end = whole.len());
        Self {
            whole,
            owners,
            ascii: false,
        }
    }

    fn fits(&self, room: usize) -> bool {
        if self.ascii {
            return self.whole.len() <= room;
        }
        cells(&self.whole) <= room
    }

    /// Where each row lies in the text.
    fn rows(&self, room: usize, places: &[usize]) -> Vec<Range<usize>> {
        let mut rows = Vec::new();
        let mut start = 0;
        while let Some(over) = self.overflow(start, room) {
            let end = if self.whole[over..].starts_with(' ') && !self.is_number(over) {
                over
            } else {
                // The last place in this row, or the edge.
                let before = places.partition_point(|place| *place <= over);
                let place = before.checked_sub(1).map(|last| places[last]);
                place.filter(|place| *place > start).unwrap_or(over)
            };
            let row = &self.whole[start..end];
            let kept = row.trim_end_matches(' ').len();
            rows.push(start..start + kept);
            start = self.past_blanks(end);
            if start >= self.whole.len() {
                return rows;
            }
        }
        rows.push(start..self.whole.len());
        rows
    }

    /// Whether the number of a link stands here: it keeps to the last word.
    fn is_number(&self, at: usize) -> bool {
        let owner = self.owners.partition_point(|owner| owner.end <= at);
        let owner = self.owners.get(owner);
        owner.is_some_and(|owner| owner.role == Role::LinkNumber)
    }

    /// The first cluster behind `start` that has no room, but never the one at `start`.
    fn overflow(&self, start: usize, room: usize) -> Option<usize> {
        if self.ascii {
            return (self.whole.len() - start > room).then_some(start + room.max(1));
        }
        let mut used = 0;
        let mut clusters = self.whole[start..].grapheme_indices(true);
        let over = clusters.find(|(_, cluster)| {
            used += grapheme_width(cluster);
            used > room
        });
        over.map(|(at, cluster)| start + if at == 0 { cluster.len() } else { at })
            .filter(|over| *over < self.whole.len())
    }

    /// A blank may carry a mark; then it is no blank.
    fn past_blanks(&self, from: usize) -> usize {
        let rest = &self.whole[from..];
        let is_blank = |cluster: &&str| *cluster == " ";
        from + rest.graphemes(true).take_while(is_blank).count()
    }

    fn row(&self, left: &[Span], row: Range<usize>) -> Line {
        let mut spans = left.to_vec();
        let mut start = row.start;
        let first = self.owners.partition_point(|owner| owner.end <= start);
        for owner in &self.owners[first..] {
            let end = owner.end.min(row.end);
            if end > start {
                let link = owner.link;
                spans.push(Span {
                    link,
                    ..span(owner.role, &self.whole[start..end])
                });
                start = end;
            }
            if end == row.end {
                break;
            }
        }
        Line { spans, fold: None }
    }

    fn cut(&self, left: &[Span], room: usize) -> Line {
        let mut used = 0;
        let clusters = self.whole.grapheme_indices(true);
        let fitting = clusters.map_while(|(at, cluster)| {
            used += grapheme_width(cluster);
            (used < room).then_some(at + cluster.len())
        });
        let kept = fitting.last().unwrap_or(0);
        let mut line = self.row(left, 0..kept);
        let role = self.owners.first().map_or(Role::Text, |owner| owner.role);
        line.spans.push(span(role, TOO_WIDE));
        line
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, width: usize) -> Vec<String> {
        let runs = [Run::new(Role::Text, text)];
        wrap(&runs, width, &Margin::default())
            .iter()
            .map(plain)
            .collect()
    }

    fn plain(line: &Line) -> String {
        line.spans.iter().map(|span| span.text.as_str()).collect()
    }

    #[test]
    fn words_stay_whole_and_blanks_at_breaks_go() {
        assert_eq!(rows("the quick brown fox", 9), ["the quick", "brown fox"]);
        assert_eq!(rows("well-known   words", 6), ["well-", "known", "words"]);
        assert_eq!(rows("", 9), [""]);
    }

    #[test]
    fn an_address_is_not_broken_at_its_hyphens() {
        assert_eq!(
            rows("write to slow-readers@example.org soon", 26),
            ["write to", "slow-readers@example.org", "soon"]
        );
        assert_eq!(
            rows("leads to xn--bnk-8na.example.com now", 24),
            ["leads to", "xn--bnk-8na.example.com", "now"]
        );
    }

    #[test]
    fn long_words_are_cut_at_the_edge() {
        assert_eq!(rows("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
    }

    #[test]
    fn japanese_breaks_anywhere_but_before_a_full_stop() {
        assert_eq!(rows("日本語です。はい", 10), ["日本語で", "す。はい"]);
        assert_eq!(rows("日本語", 3), ["日", "本", "語"]);
        assert_eq!(rows("日本", 1), ["…", "…"]);
    }

    #[test]
    fn a_link_that_fits_a_row_is_never_broken() {
        let runs = [
            Run::new(Role::Text, "see "),
            Run::new(Role::Link, "http://a-b.example/c-d"),
            Run::new(Role::Text, " ok"),
        ];
        let lines = wrap(&runs, 24, &Margin::default());
        assert_eq!(
            lines.iter().map(plain).collect::<Vec<_>>(),
            ["see", "http://a-b.example/c-d", "ok"]
        );
    }

    #[test]
    fn the_words_of_a_link_are_broken_as_others_and_its_number_keeps_to_the_last() {
        let runs = [
            Run::new(Role::Text, "see "),
            Run::new(Role::Link, "all our offers"),
            Run::new(Role::LinkNumber, " [1]"),
        ];
        let shown = |cells| {
            let lines = wrap(&runs, cells, &Margin::default());
            lines.iter().map(plain).collect::<Vec<_>>()
        };
        assert_eq!(shown(12), ["see all our", "offers [1]"]);
        assert_eq!(shown(18), ["see all our", "offers [1]"]);
        assert_eq!(shown(20), ["see all our", "offers [1]"]);
        assert_eq!(shown(22), ["see all our offers [1]"]);
        assert_eq!(shown(6), ["see", "all", "our", "offers", "[1]"]);
    }

    #[test]
    fn margins_stand_at_every_row() {
        let margin = Margin {
            first: vec![span(Role::HeaderName, "To  ")],
            rest: vec![span(Role::Text, "    ")],
        };
        let lines = wrap(&[Run::new(Role::Text, "aaa bbb")], 8, &margin);
        assert_eq!(
            lines.iter().map(plain).collect::<Vec<_>>(),
            ["To  aaa", "    bbb"]
        );
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked(text in ".{0,80}", width in 1_usize..30) {
            let margin = Margin::every(vec![span(Role::Quote(1), "┆ ")]);
            for row in wrap(&[Run::new(Role::Text, text.clone()), Run::new(Role::Link, text)], width, &margin) {
                prop_assert!(cells(&plain(&row)) <= width);
            }
        }
    }
}
