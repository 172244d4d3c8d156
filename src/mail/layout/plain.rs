//! Lays out plain text: quotes, signature, links, tabs, wrapped for reading.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use crate::mail::cells::grapheme_width;
use crate::mail::layout::flowed::{Paragraph, SIGNATURE, paragraphs};
use crate::mail::layout::wrap::{Margin, Run, span, wrap};
use crate::mail::links::{Links, find};
use crate::mail::{Flow, Line, Role};

/// Columns between tab stops.
const TAB: usize = 8;
/// Quote bars drawn at most; deeper quotes keep their level as a colour.
const MAX_BARS: usize = 8;

/// The rows of a plain text.
pub(super) fn lines(text: &str, flow: Flow, width: usize, links: &mut Links) -> Vec<Line> {
    let mut paragraphs = paragraphs(text, flow);
    let end = paragraphs
        .iter()
        .rposition(|p| !p.text.trim().is_empty())
        .map_or(0, |last| last + 1);
    paragraphs.truncate(end);
    let signature = signature(&paragraphs);
    let mut done = Vec::with_capacity(paragraphs.len());
    for (index, paragraph) in paragraphs.iter().enumerate() {
        let role = match paragraph.level {
            0 if signature.is_some_and(|start| index >= start) => Role::Signature,
            0 => Role::Text,
            level => Role::Quote(level),
        };
        let text = expand_tabs(&paragraph.text);
        let runs = runs(&text, role, links);
        done.extend(wrap(&runs, width, &bars(paragraph.level, width)));
    }
    done
}

/// Replaces tabs by blanks up to the next multiple of eight cells.
pub(super) fn expand_tabs(text: &str) -> Cow<'_, str> {
    if !text.contains('\t') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + TAB);
    let mut column = 0;
    for grapheme in text.graphemes(true) {
        if grapheme != "\t" {
            column += grapheme_width(grapheme);
            out.push_str(grapheme);
            continue;
        }
        let blanks = TAB - column % TAB;
        column += blanks;
        out.extend(std::iter::repeat_n(' ', blanks));
    }
    Cow::Owned(out)
}

/// The bars left of a quoted paragraph.
pub(super) fn bars(level: u8, width: usize) -> Margin {
    let count = usize::from(level).min(MAX_BARS).min(width / 3);
    if count == 0 {
        return Margin::default();
    }
    Margin::every(vec![span(
        Role::Quote(level),
        &format!("{} ", "┆".repeat(count)),
    )])
}

/// Where the signature begins: at the last separator, as replies keep those of others above theirs.
fn signature(paragraphs: &[Paragraph]) -> Option<usize> {
    paragraphs
        .iter()
        .rposition(|p| p.level == 0 && (p.text == SIGNATURE || p.text == "--"))
}

fn runs(text: &str, role: Role, links: &mut Links) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut done = 0;
    for range in find(text) {
        let url = &text[range.clone()];
        let Some(number) = links.number(url) else {
            continue;
        };
        runs.push(Run::new(role, &text[done..range.start]));
        runs.push(Run::new(Role::Link, url));
        runs.push(Run::new(Role::LinkNumber, format!(" [{number}]")));
        done = range.end;
    }
    runs.push(Run::new(role, &text[done..]));
    runs.retain(|run| !run.text.is_empty());
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, width: usize) -> Vec<(Role, String)> {
        lines(text, Flow::Fixed, width, &mut Links::default())
            .into_iter()
            .map(|line| {
                let role = line.spans.last().map_or(Role::Text, |span| span.role);
                (
                    role,
                    line.spans.iter().map(|span| span.text.as_str()).collect(),
                )
            })
            .collect()
    }

    #[test]
    fn quotes_get_a_bar_on_every_row() {
        assert_eq!(
            shown("> a quoted line\n>> deeper", 10),
            [
                (Role::Quote(1), "┆ a quoted".into()),
                (Role::Quote(1), "┆ line".into()),
                (Role::Quote(2), "┆┆ deeper".into()),
            ]
        );
    }

    #[test]
    fn what_follows_the_last_separator_is_the_signature() {
        let rows = shown("hi\n-- \nold\n\nbye\n-- \nAda\n", 40);
        let roles: Vec<Role> = rows.iter().map(|row| row.0).collect();
        assert_eq!(roles[..2], [Role::Text, Role::Text]);
        assert_eq!(roles[roles.len() - 1], Role::Signature);
        assert_eq!(rows[2], (Role::Text, "old".into()));
    }

    #[test]
    fn links_are_numbered_where_they_stand() {
        assert_eq!(
            shown("at http://a.example now", 40)[0].1,
            "at http://a.example [1] now"
        );
    }

    #[test]
    fn tabs_go_to_the_next_multiple_of_eight() {
        assert_eq!(expand_tabs("a\tb\t日\tc"), "a       b       日      c");
    }

    #[test]
    fn blank_rows_at_the_end_are_left_out() {
        assert_eq!(shown("a\n\n\n \n", 40).len(), 1);
    }
}
