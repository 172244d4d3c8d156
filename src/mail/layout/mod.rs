//! Lays a mail out as rows of spans: head, notes, body, attachments, links; as much at a time as is asked for.

mod blocks;
mod breaks;
mod foot;
mod head;
mod pages;
mod passage;
mod spot;
mod table;
mod wrap;

pub use pages::Document;
pub use passage::Passage;
pub use spot::Spot;

use std::sync::Arc;

use crate::mail::article::{Article, Block, Kind, Lines};
use crate::mail::compose::Texts;
use crate::mail::compose::plain::At;
use crate::mail::layout::blocks::{Sheet, rows_of, rows_of_piece};
use crate::mail::layout::pages::{Stretch, What};
use crate::mail::layout::wrap::{Margin, Run, line, wrap};
use crate::mail::links::Links;
use crate::mail::{Addresses, Headers, Line, Message, Role, Show, Source, compose, width};

/// Rows kept together.
const ROWS: usize = 256;
/// Between two notes in a row.
const BETWEEN: &str = " · ";

/// The document of a mail for one width, whole.
pub(super) fn document(message: &Message, octets: &[u8], show: &Show) -> Document {
    let mut typesetter = match show.source {
        Source::Raw => Typesetter::raw(message, Arc::new(octets.to_vec()), show),
        Source::Rendered => Typesetter::new(message, &Texts::of(message), show),
    };
    typesetter.go_on(usize::MAX);
    typesetter.document()
}

/// Lays a mail out, as much at a time as is asked for: the first page of a long one does not wait for the last.
#[derive(Debug)]
pub struct Typesetter {
    /// As far as it is laid out.
    done: Document,
    /// The block that comes next.
    block: usize,
    /// The place in it, if it is a text.
    at: Option<At>,
    /// Whether an empty row comes before the next one.
    gap: Option<Line>,
    /// Rows that are in no stretch yet.
    open: Vec<Line>,
    /// Where in them which part of the mail begins, as [`Stretch::begins`] has it.
    begins: Vec<(usize, usize)>,
    numbers: Links,
    /// The attachments' rows, for the end.
    foot: Vec<Line>,
    /// Whether there is more of the mail than this.
    pub(super) is_beginning: bool,
    octets: usize,
    addresses: Addresses,
}

impl Typesetter {
    /// A mail for reading.
    pub(super) fn new(message: &Message, texts: &Texts, show: &Show) -> Self {
        let cells = usize::from(show.width).max(1);
        let article = compose::article(message, texts, show);
        let mut typesetter = Self::of(Arc::new(article), message, show);
        typesetter.done.choice = texts.choice(message.lead, show.part);
        typesetter.open = match show.headers {
            Headers::Main => head::main(message, show),
            Headers::All => head::all(message, cells),
        };
        typesetter.begins.push((0, 0));
        let notes = notes(&typesetter.done.article.notes, cells);
        typesetter.open.extend(notes);
        typesetter.open.push(line(Role::Rule, &"╌".repeat(cells)));
        if show.rest.is_none() {
            typesetter.foot = foot::attachments(&message.attachments, cells);
        }
        typesetter
    }

    /// A mail as it came.
    pub(super) fn raw(message: &Message, octets: Arc<Vec<u8>>, show: &Show) -> Self {
        Self::of(Arc::new(compose::raw(octets)), message, show)
    }

    fn of(article: Arc<Article>, message: &Message, show: &Show) -> Self {
        let numbers = Links::of(&article.links);
        let done = Document {
            title: compose::head::title(message),
            sheet: Sheet {
                cells: usize::from(show.width).max(1),
                wrap: show.wrap,
                quotes: show.quotes,
            },
            article,
            ..Document::default()
        };
        Self {
            done,
            block: 0,
            at: None,
            gap: None,
            open: Vec::new(),
            begins: Vec::new(),
            numbers,
            foot: Vec::new(),
            is_beginning: false,
            octets: 0,
            addresses: show.addresses,
        }
    }

    /// Lays out about so many octets more of the mail's text, unless it ends before.
    pub fn go_on(&mut self, octets: usize) {
        let enough = self.octets.saturating_add(octets);
        let article = Arc::clone(&self.done.article);
        while self.octets < enough && !self.done.whole {
            match article
                .blocks
                .get(self.block)
                .map(|block| (&block.kind, block))
            {
                Some((Kind::Lines(lines), _)) => self.piece(lines),
                Some((_, block)) => self.block(block),
                None if self.is_beginning => break,
                None => self.end(),
            }
        }
    }

    /// Octets of text laid out so far.
    pub fn octets(&self) -> usize {
        self.octets
    }

    /// Whether that is all.
    pub fn is_whole(&self) -> bool {
        self.done.whole
    }

    /// What is laid out so far.
    pub fn document(&mut self) -> Document {
        self.close();
        Document {
            links: self.numbers.list().to_vec(),
            numbers: Arc::new(self.numbers.clone()),
            ..self.done.clone()
        }
    }

    fn piece(&mut self, lines: &Lines) {
        self.close_gap();
        self.close();
        let at = self.at.unwrap_or_else(|| At::start(lines));
        let numbers = &mut self.numbers;
        let mut number = |url: &str| numbers.number_of_plain(url);
        let laid = rows_of_piece(lines, at, self.done.sheet, &mut number);
        self.note_links(&laid.rows, self.done.rows);
        self.stretch(laid.rows.len(), What::Piece(self.block, at), Vec::new());
        self.octets += match (laid.next, lines) {
            (Some(next), _) => next.offset - at.offset,
            (None, Lines::Text(plain)) => plain.shown.end - at.offset,
            (None, Lines::Octets(octets)) => octets.len() - at.offset,
        };
        self.at = laid.next;
        self.block += usize::from(laid.next.is_none());
    }

    fn block(&mut self, block: &Block) {
        self.block += 1;
        let rows = rows_of(block, self.done.sheet);
        self.octets += rows.len().max(1) * self.done.sheet.cells;
        if block.kind == Kind::Gap {
            self.gap = rows.into_iter().next();
            return;
        }
        self.close_gap();
        self.begins.push((self.open.len(), self.block));
        self.open.extend(rows);
        if self.open.len() >= ROWS {
            self.close();
        }
    }

    /// Two gaps in a row are one, and none stands at the end.
    fn close_gap(&mut self) {
        if let Some(gap) = self.gap.take() {
            self.begins.push((self.open.len(), self.block));
            self.open.push(gap);
        }
    }

    fn end(&mut self) {
        let numbered = self.numbers.list();
        let links = foot::links(numbered, self.done.sheet.cells, self.addresses);
        let links = if self.done.rows + self.open.len() == 0 {
            Vec::new()
        } else {
            links
        };
        for part in [std::mem::take(&mut self.foot), links] {
            if !part.is_empty() {
                let below = self.done.article.blocks.len() + 1;
                self.begins.push((self.open.len(), below));
                self.open.push(line(Role::Text, ""));
                self.open.extend(part);
            }
        }
        self.close();
        self.done.whole = true;
    }

    fn close(&mut self) {
        let rows = std::mem::take(&mut self.open);
        if !rows.is_empty() {
            self.note_links(&rows, self.done.rows);
            let begins = std::mem::take(&mut self.begins);
            self.stretch(rows.len(), What::Rows(rows.into()), begins);
        }
    }

    fn stretch(&mut self, rows: usize, what: What, begins: Vec<(usize, usize)>) {
        self.done.stretches.push(Stretch {
            above: self.done.rows,
            begins: begins.into(),
            what,
        });
        self.done.rows += rows;
    }

    /// The row in which each link stands first.
    fn note_links(&mut self, rows: &[Line], above: usize) {
        let known = &mut self.done.link_rows;
        for (row, line) in (above..).zip(rows) {
            for place in line.spans.iter().filter_map(|span| span.link) {
                if place >= known.len() {
                    known.resize(place + 1, usize::MAX);
                }
                known[place] = known[place].min(row);
            }
        }
    }
}

/// What a reader must know before reading: as many notes in a row as fit it whole.
fn notes(notes: &[String], cells: usize) -> Vec<Line> {
    let mut rows: Vec<String> = Vec::new();
    for note in notes {
        match rows.last_mut() {
            Some(row) if width(row) + BETWEEN.len() + width(note) <= cells => {
                row.push_str(BETWEEN);
                row.push_str(note);
            }
            _ => rows.push(format!("▪ {note}")),
        }
    }
    let rows = rows.into_iter().map(|row| Run::new(Role::Note, row));
    rows.flat_map(|row| wrap(&[row], cells, &Margin::default()))
        .collect()
}

#[cfg(test)]
mod tests;
