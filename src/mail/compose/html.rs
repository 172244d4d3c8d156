//! Makes blocks of HTML: html2text parses it, within limits and a budget of time; the tree is walked here. Where that is
//! too much, its text alone. Nothing is ever fetched.

mod begin;
mod elements;
mod fields;
mod grid;
mod images;
mod lists;
mod look;
mod numbers;
mod page;
mod quotes;
mod remote;
mod scan;
mod sheet;
mod strip;
mod style;
mod tables;
#[cfg(test)]
mod tests;
mod tree;
mod walk;
mod writer;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::mail::Flow;
use crate::mail::article::{Block, Cell, Kind, Lines, Run};
use crate::mail::compose::html::numbers::Numbers;
use crate::mail::compose::html::page::Page;
use crate::mail::compose::html::remote::Remote;
use crate::mail::compose::html::scan::{Scan, scan};
use crate::mail::compose::html::strip::strip;
use crate::mail::compose::html::tree::Tree;
use crate::mail::compose::html::walk::{Use, Walked, walk};
use crate::mail::compose::{Composed, filled, of_kind, plain};
use crate::mail::guard::within;
use crate::mail::links::Links;

/// Time for the page of a mail. Code without optimisation takes twenty times as long.
pub(super) const BUDGET: Duration =
    Duration::from_millis(if cfg!(debug_assertions) { 10_000 } else { 500 });

/// Said where there is more of it than is shown.
const CUT: &str = "only its beginning is shown";

/// An HTML text, and its text alone as soon as that was needed: another width does not make it anew.
#[derive(Debug, Default)]
pub(super) struct Html {
    source: Arc<String>,
    stripped: OnceLock<Arc<String>>,
    /// Whether it goes on behind what is here. Then it is not laid out: that takes all of it.
    pub(super) is_beginning: bool,
}

impl Html {
    pub(super) fn new(source: Arc<String>) -> Self {
        Self {
            source,
            ..Self::default()
        }
    }

    /// As it was written.
    pub(super) fn source(&self) -> &Arc<String> {
        &self.source
    }

    /// Its text alone.
    pub(super) fn stripped(&self) -> &Arc<String> {
        self.stripped.get_or_init(|| Arc::new(strip(&self.source)))
    }
}

/// A few words of HTML that stand where text should.
pub(in crate::mail) fn text_of_html(words: &str) -> String {
    strip(words)
}

/// The blocks of an HTML text, with something to read in them if there is anything to read in it. What is not laid out
/// within the budget is its text alone.
pub(super) fn html(html: &Html, links: &mut Links, budget: Duration) -> Composed {
    if html.is_beginning {
        return Composed {
            blocks: text_alone(html),
            notes: vec![CUT.to_owned()],
        };
    }
    let measured = scan(&html.source);
    let read = (!measured.is_too_much()).then(|| {
        let source = Arc::clone(&html.source);
        within(budget, move || read(&source))
    });
    let (mut blocks, uses, notes) = match read {
        Some(Ok(Some(done))) => done,
        _ => without_layout(html, &measured),
    };
    let mut numbers = Numbers::of(&mut blocks, &uses, links);
    for runs in blocks.iter_mut().flat_map(|block| runs_of(&mut block.kind)) {
        *runs = numbers.numbered(std::mem::take(runs));
    }
    Composed { blocks, notes }
}

/// The text of a page alone, without what no reader sees of it: styles, scripts, comments.
pub(in crate::mail) fn text_of(html: &str) -> String {
    strip(html)
}

type Read = (Vec<Block>, Vec<Use>, Vec<String>);

/// `None` where html2text fails, or where there is text and none of it would be shown.
fn read(html: &str) -> Option<Read> {
    let dom = html2text::config::plain()
        .parse_html(html.as_bytes())
        .ok()?;
    let page = Page::of(Tree::of(&dom.document));
    let mut notes: Vec<String> = Remote::of(&page.tree, &page.looks)
        .note()
        .into_iter()
        .collect();
    let mut walked = walk(&page);
    match walked.hidden {
        0 if !walked.has_preview => {}
        _ if is_blank(&walked.blocks) => {
            walked = walk(&page.showing_all());
            notes.push("all of its text was hidden: it is shown".to_owned());
        }
        0 => {}
        1 => notes.push("hidden text left out: 1 place".to_owned()),
        count => notes.push(format!("hidden text left out: {count} places")),
    }
    let Walked {
        blocks,
        uses,
        has_form,
        is_cut,
        ..
    } = walked;
    if is_blank(&blocks) && !strip(html).trim().is_empty() {
        return None;
    }
    if has_form {
        notes.push("its form cannot be filled in here".to_owned());
    }
    if is_cut {
        notes.push(CUT.to_owned());
    }
    Some((blocks, uses, notes))
}

fn is_blank(blocks: &[Block]) -> bool {
    blocks
        .iter()
        .all(|block| matches!(block.kind, Kind::Gap | Kind::Rule))
}

fn without_layout(html: &Html, measured: &Scan) -> Read {
    let mut notes: Vec<String> = remote::images(measured.remote_images).into_iter().collect();
    notes.push("too much layout: only its text is shown".to_owned());
    if html.source.len() > strip::MAX_OCTETS {
        notes.push(CUT.to_owned());
    }
    (text_alone(html), Vec::new(), notes)
}

/// A text like any other, so it is laid out piece by piece.
fn text_alone(html: &Html) -> Vec<Block> {
    let text = filled(Some(html.stripped()));
    let plain = text.map(|text| plain::plain(Arc::clone(text), Flow::Fixed));
    plain
        .map(|plain| of_kind(Kind::Lines(Lines::Text(plain))))
        .into_iter()
        .collect()
}

fn runs_of(kind: &mut Kind) -> Vec<&mut Vec<Run>> {
    match kind {
        Kind::Text(runs) | Kind::Heading(_, runs) | Kind::Fixed(runs) => vec![runs],
        Kind::Table(table) => {
            let cells = table.rows.iter_mut().flatten();
            cells.map(|Cell { runs, .. }| runs).collect()
        }
        _ => Vec::new(),
    }
}
