//! Blocks as rows: quote bars and indents left of them, wrapped or standing, cards and tables.

use crate::mail::article::{Block, Card, Kind, Lines, Run};
use crate::mail::compose::plain::{At, Number, piece};
use crate::mail::layout::table;
use crate::mail::layout::wrap::{Fit, Margin, fit, line, span, wrap};
use crate::mail::{Line, Quotes, Role, SafeText, Span, Wrap, pad, width};

/// Text wider than this is hard to read.
const READING_WIDTH: usize = 100;
/// Quote bars drawn at most; deeper quotes keep their level as a colour.
const MAX_BARS: usize = 8;
/// Levels of lists that are indented.
const MAX_INDENT: usize = 8;
/// Names of a card's rows take at most so many cells.
const MAX_NAME: usize = 16;

/// What blocks are laid out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sheet {
    /// Cells of a row.
    pub(super) cells: usize,
    pub(super) wrap: Wrap,
    pub(super) quotes: Quotes,
}

impl Default for Sheet {
    fn default() -> Self {
        Self {
            cells: 1,
            wrap: Wrap::default(),
            quotes: Quotes::default(),
        }
    }
}

/// A piece of text, laid out.
#[derive(Debug)]
pub(super) struct Laid {
    pub(super) rows: Vec<Line>,
    /// The rows at which its paragraphs begin, and where in the text those are.
    pub(super) begins: Vec<(usize, usize)>,
    /// Where the next piece begins.
    pub(super) next: Option<At>,
}

/// The rows of a piece of text.
pub(super) fn rows_of_piece(lines: &Lines, at: At, sheet: Sheet, number: &mut Number<'_>) -> Laid {
    let piece = piece(lines, at, sheet.quotes, number);
    let mut rows: Vec<Line> = Vec::with_capacity(piece.blocks.len());
    let mut begins = Vec::with_capacity(piece.blocks.len());
    for (block, offset) in piece.blocks.iter().zip(&piece.offsets) {
        begins.push((rows.len(), *offset));
        rows.extend(rows_of(block, sheet));
    }
    for row in &mut rows {
        row.fold = piece.fold;
    }
    Laid {
        rows,
        begins,
        next: piece.next,
    }
}

/// The rows of a block; none of a text that is laid out in pieces.
pub(super) fn rows_of(block: &Block, sheet: Sheet) -> Vec<Line> {
    let text = sheet.cells.min(READING_WIDTH);
    let (way, room) = match sheet.wrap {
        Wrap::Words => (Fit::Words, text),
        Wrap::Off => (Fit::Cut, sheet.cells),
    };
    let margin = |cells| margin(block, cells);
    match &block.kind {
        Kind::Text(runs) => fit(runs, room, &margin(room), way),
        Kind::Heading(level, runs) => heading(*level, runs, text, &margin(text)),
        // A reading width is for prose: only the screen itself breaks what stands.
        Kind::Fixed(runs) => fit(runs, sheet.cells, &margin(sheet.cells), way),
        Kind::Table(table) => table::rows(table, sheet.cells, &margin(sheet.cells)),
        Kind::Rule => vec![rule(&margin(text), text)],
        Kind::Gap => vec![gap(block, sheet.cells)],
        Kind::Card(card) => rows_of_card(card, text, &margin(text)),
        Kind::Lines(_) => Vec::new(),
    }
}

/// What stands left of a block: bars of quotes, blanks of lists, its marker.
fn margin(block: &Block, cells: usize) -> Margin {
    let bars = bars(block.quote, cells);
    let indent = usize::from(block.indent).min(MAX_INDENT).min(cells / 8) * 2;
    let indent = indent + usize::from(block.hang).min(cells / 8);
    let marker = block.marker.as_deref().unwrap_or_default();
    let hanging = format!("{marker} ");
    let hanging = match width(&hanging) {
        _ if marker.is_empty() => "",
        wide if indent + wide > cells / 2 => "",
        _ => hanging.as_str(),
    };
    let base = if block.quote > 0 {
        Role::Quote(block.quote)
    } else {
        Role::Text
    };
    let mut first: Vec<Span> = bars.into_iter().collect();
    let mut rest = first.clone();
    if indent > 0 {
        first.push(span(base, &" ".repeat(indent)));
        rest.push(span(base, &" ".repeat(indent)));
    }
    if !hanging.is_empty() {
        let marker = span(base, hanging);
        rest.push(span(base, &" ".repeat(width(marker.text.as_str()))));
        first.push(marker);
    }
    Margin { first, rest }
}

/// The bars left of a quoted block.
pub(super) fn bars(level: u8, cells: usize) -> Option<Span> {
    let count = usize::from(level).min(MAX_BARS).min(cells / 3);
    (count > 0).then(|| span(Role::Quote(level), &format!("{} ", "┆".repeat(count))))
}

/// The largest headings have a line below them.
fn heading(level: u8, runs: &[Run], cells: usize, margin: &Margin) -> Vec<Line> {
    let mut rows = wrap(runs, cells, margin);
    if level == 1 {
        let widest = rows.iter().map(|row| width(&row.text())).max();
        let left = margin.cells();
        let mut row = line(
            Role::Rule,
            &"─".repeat(widest.unwrap_or(0).saturating_sub(left)),
        );
        row.spans.splice(0..0, margin.rest.iter().cloned());
        rows.push(row);
    }
    rows
}

fn rule(margin: &Margin, cells: usize) -> Line {
    let mut spans = margin.first.clone();
    let left = cells.saturating_sub(margin.cells());
    spans.push(span(Role::Rule, &"─".repeat(left)));
    Line { spans, fold: None }
}

/// An empty row; in a quote it has its bars.
fn gap(block: &Block, cells: usize) -> Line {
    Line {
        spans: bars(block.quote, cells).into_iter().collect(),
        fold: None,
    }
}

/// A title, and rows of name and value, behind a bar that holds them together.
fn rows_of_card(card: &Card, cells: usize, margin: &Margin) -> Vec<Line> {
    let bar = |mut spans: Vec<Span>| {
        spans.push(span(Role::Rule, "▎ "));
        spans
    };
    let left = Margin {
        first: bar(margin.first.clone()),
        rest: bar(margin.rest.clone()),
    };
    let names = card.rows.iter().map(|(name, _)| width(name) + 2).max();
    let names = names.unwrap_or(0).min(MAX_NAME + 2);
    let mut rows = wrap(&[Run::new(Role::Strong, &card.title)], cells, &left);
    let beside = cells >= names * 2 + left.cells();
    for (name, value) in &card.rows {
        if !beside {
            let mut runs = vec![Run::new(Role::HeaderName, format!("{name}  "))];
            runs.extend_from_slice(value);
            for runs in lines_of(&runs) {
                rows.extend(wrap(&runs, cells, &left));
            }
            continue;
        }
        let name = pad(&SafeText::new(name), names);
        let mut first = left.rest.clone();
        first.push(span(Role::HeaderName, name.as_str()));
        let mut rest = left.rest.clone();
        rest.push(span(Role::HeaderName, &" ".repeat(names)));
        for runs in lines_of(value) {
            let margin = Margin {
                first: std::mem::replace(&mut first, rest.clone()),
                rest: rest.clone(),
            };
            rows.extend(wrap(&runs, cells, &margin));
        }
    }
    rows
}

/// A value may run over several rows.
fn lines_of(value: &[Run]) -> Vec<Vec<Run>> {
    let mut lines = vec![Vec::new()];
    for run in value {
        for (index, text) in run.text.split('\n').enumerate() {
            if index > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut().filter(|_| !text.is_empty()) {
                line.push(Run {
                    text: text.to_owned(),
                    ..run.clone()
                });
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}
