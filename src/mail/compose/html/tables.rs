//! Tells tables of data from tables that only place things, which most mail is made of.

use crate::mail::article::{Cell, Kind, Run, Table};
use crate::mail::cells::width;
use crate::mail::compose::html::elements::breaks_a_line;
use crate::mail::compose::html::grid::Grid;
use crate::mail::compose::html::tree::{Element, Id, Tree};
use crate::mail::compose::html::walk::{Inline, Walker};
use crate::mail::compose::html::writer::Space;

const MAX_ROWS: usize = 2_000;
const MAX_COLUMNS: usize = 20;
/// Cells of data where the page says that it is a table, and where it does not.
const MAX_CELL: usize = 300;
const MAX_UNSAID_CELL: usize = 40;
/// And where all of it is in rows and columns: three of both, at least.
const MAX_REGULAR_CELL: usize = 120;
const REGULAR: usize = 3;
/// Blocks in one cell.
const MAX_BLOCKS: usize = 3;
/// What is set on one line: a cell, and all of them.
const MAX_PIECE: usize = 40;
const MAX_LINE: usize = 76;
/// What money is called that has no sign of its own.
const CURRENCIES: [&str; 26] = [
    "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK",
    "HUF", "INR", "CNY", "BRL", "MXN", "ZAR", "TRY", "kr", "kr.", "zł", "Kč", "Ft", "R$",
];

/// Writes a table of data; `false` where it is none.
pub(super) fn write(walker: &mut Walker<'_>, id: Id) -> bool {
    let Some(said) = may_be_data(&walker.page.tree, id) else {
        return false;
    };
    let Some(table) = walker.attempt(|walker| read(walker, id, said)) else {
        return false;
    };
    let tree = &walker.page.tree;
    let caption = tree
        .children(id)
        .find(|child| is_named(tree, *child, "caption"));
    let mut before = Space::Gap;
    if let Some(caption) = caption {
        let shown = walker.inline(caption);
        let ink = walker.state.ink;
        walker
            .out
            .add(Kind::Text(shown.runs), ink, Space::Gap, Space::Close);
        before = Space::Close;
    }
    walker
        .out
        .add(Kind::Table(table), walker.state.ink, before, Space::Gap);
    true
}

/// Writes a row of short texts in one line, as they were placed; `false` where that cannot be.
pub(super) fn write_line(walker: &mut Walker<'_>, id: Id) -> bool {
    let tree = &walker.page.tree;
    let cells = cells_of(walker, id);
    let fits = (2..=MAX_COLUMNS).contains(&cells.len());
    if !fits || walker.skip.is_some() || tree.elements_in(id).any(|(_, e)| breaks_a_line(&e.name)) {
        return false;
    }
    let Some(pieces) = walker.attempt(|walker| line(walker, &cells)) else {
        return false;
    };
    walker.boundary(Space::Close);
    let mut runs: Vec<Run> = Vec::new();
    for piece in pieces {
        if !runs.is_empty() {
            runs.push(Run::new(crate::mail::Role::Text, "  "));
        }
        runs.extend(piece);
    }
    walker.out.add(
        Kind::Text(runs),
        walker.state.ink,
        Space::Close,
        Space::Close,
    );
    true
}

fn line(walker: &mut Walker<'_>, cells: &[Id]) -> Option<Vec<Vec<Run>>> {
    let mut pieces = Vec::new();
    let mut taken = 0;
    for cell in cells {
        let Inline {
            runs,
            blocks,
            is_plain,
        } = walker.inline(*cell);
        let cells = wide(&runs);
        taken += cells + 2;
        if !is_plain || blocks > 1 || cells > MAX_PIECE || taken > MAX_LINE {
            return None;
        }
        if blocks > 0 {
            pieces.push(runs);
        }
    }
    (pieces.len() > 1).then_some(pieces)
}

fn wide(runs: &[Run]) -> usize {
    runs.iter().map(|run| width(&run.text)).sum()
}

/// Whether the page says that this is a table of data; `None` where it cannot be one.
fn may_be_data(tree: &Tree, id: Id) -> Option<bool> {
    let element = tree.element(id)?;
    let role = element.get("role").unwrap_or_default().to_ascii_lowercase();
    if matches!(role.as_str(), "presentation" | "none") {
        return None;
    }
    let mut said = matches!(role.as_str(), "table" | "grid")
        || element.filled("summary").is_some()
        || element.pixels("border").is_some_and(|border| border > 0);
    for (_, inside) in tree.elements_in(id) {
        if breaks_a_line(&inside.name) {
            return None;
        }
        said |= matches!(inside.name.as_str(), "th" | "caption");
    }
    Some(said)
}

fn is_named(tree: &Tree, id: Id, name: &str) -> bool {
    tree.element(id).is_some_and(|element| element.name == name)
}

/// The rows of a table and whether they stand in its head.
fn rows_of(walker: &Walker<'_>, table: Id) -> Vec<(Id, bool)> {
    let tree = &walker.page.tree;
    let mut rows = Vec::new();
    for child in tree.children(table) {
        let Some(element) = tree.element(child) else {
            continue;
        };
        match element.name.as_str() {
            "tr" => rows.push((child, false)),
            "thead" | "tbody" | "tfoot" if !walker.page.is_hidden(child) => {
                let inside = tree
                    .children(child)
                    .filter(|row| is_named(tree, *row, "tr"));
                rows.extend(inside.map(|row| (row, element.name == "thead")));
            }
            _ => {}
        }
    }
    rows.retain(|(row, _)| !walker.page.is_hidden(*row));
    rows
}

fn cells_of(walker: &Walker<'_>, row: Id) -> Vec<Id> {
    let tree = &walker.page.tree;
    let is_cell = |id: &Id| is_named(tree, *id, "td") || is_named(tree, *id, "th");
    let cells = tree.children(row).filter(is_cell);
    cells.filter(|cell| !walker.page.is_hidden(*cell)).collect()
}

/// Whether most rows have something to say in as many cells as the fullest.
fn is_regular(walker: &Walker<'_>, rows: &[(Id, bool)]) -> bool {
    let filled = |(row, _): &(Id, bool)| {
        let cells = cells_of(walker, *row).into_iter();
        cells.filter(|cell| walker.page.has_text(*cell)).count()
    };
    let counts: Vec<usize> = rows.iter().map(filled).collect();
    let columns = counts.iter().copied().max().unwrap_or(0);
    let alike = counts.iter().filter(|count| **count + 1 >= columns).count();
    columns >= REGULAR && counts.len() >= REGULAR && alike * 5 >= counts.len() * 4
}

fn read(walker: &mut Walker<'_>, id: Id, said: bool) -> Option<Table> {
    let rows = rows_of(walker, id);
    if rows.len() < 2 || rows.len() > MAX_ROWS {
        return None;
    }
    let (limit, blocks) = match said {
        true => (MAX_CELL, MAX_BLOCKS),
        false if is_regular(walker, &rows) => (MAX_REGULAR_CELL, 2),
        false => (MAX_UNSAID_CELL, 1),
    };
    let mut grid = Grid::default();
    let mut headings = 0;
    for (index, (row, in_head)) in rows.iter().enumerate() {
        let cells = cells_of(walker, *row);
        if cells.len() > MAX_COLUMNS {
            return None;
        }
        let tree = &walker.page.tree;
        let is_heading =
            *in_head || (!cells.is_empty() && cells.iter().all(|cell| is_named(tree, *cell, "th")));
        grid.begin_row();
        for cell in cells {
            let inline = walker.inline(cell);
            if !inline.is_plain || inline.blocks > blocks || wide(&inline.runs) > limit {
                return None;
            }
            let element = walker.page.tree.element(cell)?;
            let right = walker.page.looks[cell].right || is_number(&inline.runs);
            let cell = Cell {
                span: span(element, "colspan"),
                right,
                runs: inline.runs,
            };
            grid.add(cell, span(element, "rowspan"));
        }
        if is_heading && headings == index {
            headings += 1;
        }
    }
    grid.into_table(headings, said)
}

fn span(element: &Element, name: &str) -> usize {
    let span = element.filled(name).and_then(|span| span.parse().ok());
    span.unwrap_or(1).clamp(1, MAX_COLUMNS)
}

/// `1,204.50 €`, `-3 %`, `USD 20`
pub(super) fn is_number(runs: &[Run]) -> bool {
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    let text = text.trim();
    let bare = CURRENCIES.iter().find_map(|name| {
        let bare = text.strip_prefix(name).or_else(|| text.strip_suffix(name));
        bare.filter(|rest| !rest.contains(char::is_alphabetic))
    });
    let mut digits = 0;
    let fits = bare.unwrap_or(text).chars().all(|c| {
        digits += usize::from(c.is_ascii_digit());
        c.is_ascii_digit() || " \u{a0}\u{202f}.,+-−–%$€£¥₹₽₩₺₴₪'()".contains(c)
    });
    fits && digits > 0
}
