//! The blocks of HTML as rows.

use crate::mail::article::{Block, Cell, Kind, Run, Table};
use crate::mail::layout::plain;
use crate::mail::layout::wrap::{Margin, Run as Piece, line, span, wrap};
use crate::mail::{Line, Role, width};

/// The rows of blocks for a width.
pub(super) fn rows(blocks: &[Block], cells: usize) -> Vec<Line> {
    blocks
        .iter()
        .flat_map(|block| rows_of(block, cells))
        .collect()
}

fn rows_of(block: &Block, cells: usize) -> Vec<Line> {
    let mut margin = plain::bars(block.quote, cells);
    let left = " ".repeat(2 * usize::from(block.indent).min(cells / 8));
    let marker = block
        .marker
        .as_ref()
        .map_or_else(String::new, |marker| format!("{marker} "));
    let blank = " ".repeat(width(&marker));
    margin
        .first
        .push(span(Role::Text, &format!("{left}{marker}")));
    margin
        .rest
        .push(span(Role::Text, &format!("{left}{blank}")));
    match &block.kind {
        Kind::Text(runs) | Kind::Heading(_, runs) | Kind::Fixed(runs) => {
            wrap(&pieces(runs), cells, &margin)
        }
        Kind::Table(table) => rows_of_table(table, cells, &margin),
        Kind::Rule => vec![line(Role::Rule, &"─".repeat(cells))],
        Kind::Gap => vec![line(Role::Text, "")],
        Kind::Card(_) => Vec::new(),
    }
}

fn pieces(runs: &[Run]) -> Vec<Piece> {
    runs.iter()
        .map(|run| Piece::new(run.role, &run.text))
        .collect()
}

fn wide(cell: &Cell) -> usize {
    cell.runs.iter().map(|run| width(&run.text)).sum()
}

/// Each row as one paragraph, its cells in columns where they are not wider.
fn rows_of_table(table: &Table, cells: usize, margin: &Margin) -> Vec<Line> {
    let count = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        let widths = table
            .rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(wide);
        widths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(widest).collect();
    let fits = widths.iter().sum::<usize>() + 2 * count <= cells;
    let row = |row: &Vec<Cell>| {
        let mut runs = Vec::new();
        for (column, cell) in row.iter().enumerate() {
            let missing = if fits {
                widths[column].saturating_sub(wide(cell))
            } else {
                0
            };
            let pad =
                |needed: bool| Piece::new(Role::Text, " ".repeat(if needed { missing } else { 0 }));
            runs.push(pad(cell.right));
            runs.extend(pieces(&cell.runs));
            runs.push(pad(!cell.right));
            runs.push(Piece::new(Role::Text, "  "));
        }
        wrap(&runs, cells, margin)
    };
    table.rows.iter().flat_map(row).collect()
}
