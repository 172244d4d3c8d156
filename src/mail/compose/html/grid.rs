//! Cells in rows and columns while a table is read: spans resolved, empty rows and columns left out.

use crate::mail::article::{Cell, Table};

/// Columns of a table with all its spans.
const MAX_COLUMNS: usize = 40;

/// The rows so far; every column has a cell or is under one that spans it.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: Vec<Vec<Cell>>,
    /// For each column: how many more rows a cell above reaches into.
    reaching: Vec<usize>,
}

impl Grid {
    pub(super) fn begin_row(&mut self) {
        self.rows.push(Vec::new());
    }

    /// Adds a cell that reaches so many rows down.
    pub(super) fn add(&mut self, cell: Cell, down: usize) {
        let Some(row) = self.rows.last_mut() else {
            return;
        };
        let mut column = columns(row);
        while self.reaching.get(column).is_some_and(|rows| *rows > 0) {
            self.reaching[column] -= 1;
            row.push(Cell {
                span: 1,
                ..Cell::default()
            });
            column += 1;
        }
        if column + cell.span > MAX_COLUMNS {
            return;
        }
        self.reaching
            .resize(self.reaching.len().max(column + cell.span), 0);
        for rows in &mut self.reaching[column..column + cell.span] {
            *rows = down - 1;
        }
        row.push(cell);
    }

    /// The table, if there is one: two rows and two columns that say something, and where the page does not say that
    /// it is a table, the shape of one.
    pub(super) fn into_table(mut self, headings: usize, said: bool) -> Option<Table> {
        let empty_headings = self
            .rows
            .iter()
            .take(headings)
            .filter(|row| is_empty(row))
            .count();
        self.rows.retain(|row| !is_empty(row));
        self.drop_empty_columns();
        for row in &mut self.rows {
            while row.last().is_some_and(is_blank) {
                row.pop();
            }
        }
        let headings = headings - empty_headings;
        self.place_headings(headings);
        let full = |row: &&Vec<Cell>| row.iter().filter(|cell| !is_blank(cell)).count() > 1;
        let full_rows = self.rows.iter().filter(full).count();
        let is_regular = said || full_rows * 5 >= self.rows.len() * 4;
        (full_rows > 1 && is_regular).then_some(Table {
            headings,
            rows: self.rows,
        })
    }

    /// A heading stands right where all below it does.
    fn place_headings(&mut self, headings: usize) {
        let headings = headings.min(self.rows.len());
        let (above, below) = self.rows.split_at_mut(headings);
        let mut right: Vec<Option<bool>> = vec![None; MAX_COLUMNS];
        for (column, cell) in below.iter_mut().flat_map(|row| placed(row)) {
            if let Some(right) = right.get_mut(column).filter(|_| !is_blank(cell)) {
                *right = Some(right.unwrap_or(true) && cell.right);
            }
        }
        for (column, cell) in above.iter_mut().flat_map(|row| placed(row)) {
            cell.right |= cell.span == 1 && right.get(column) == Some(&Some(true));
        }
    }

    fn drop_empty_columns(&mut self) {
        let count = self.rows.iter().map(|row| columns(row)).max().unwrap_or(0);
        for column in (0..count).rev() {
            let is_used = self
                .rows
                .iter()
                .any(|row| starts_at(row, column).is_some_and(|cell| !is_blank(&row[cell])));
            if !is_used {
                self.rows
                    .iter_mut()
                    .for_each(|row| drop_column(row, column));
            }
        }
    }
}

fn columns(row: &[Cell]) -> usize {
    row.iter().map(|cell| cell.span).sum()
}

/// The cells of a row with the columns they begin in.
fn placed(row: &mut [Cell]) -> impl Iterator<Item = (usize, &mut Cell)> {
    let mut column = 0;
    row.iter_mut().map(move |cell| {
        let begin = column;
        column += cell.span;
        (begin, cell)
    })
}

fn is_blank(cell: &Cell) -> bool {
    cell.runs.iter().all(|run| run.text.trim().is_empty())
}

fn is_empty(row: &[Cell]) -> bool {
    row.iter().all(is_blank)
}

/// The cell that begins in this column.
fn starts_at(row: &[Cell], column: usize) -> Option<usize> {
    let mut at = 0;
    row.iter().position(|cell| {
        let found = at == column;
        at += cell.span;
        found
    })
}

fn drop_column(row: &mut Vec<Cell>, column: usize) {
    let mut at = 0;
    for index in 0..row.len() {
        let span = row[index].span;
        if (at..at + span).contains(&column) {
            row[index].span -= 1;
            if row[index].span == 0 {
                row.remove(index);
            }
            return;
        }
        at += span;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Role;
    use crate::mail::article::Run;

    fn cell(text: &str, span: usize) -> Cell {
        Cell {
            span,
            right: false,
            runs: vec![Run::new(Role::Text, text)],
        }
    }

    fn texts(table: Option<Table>) -> Vec<String> {
        let text = |cell: &Cell| {
            let text: String = cell.runs.iter().map(|run| run.text.as_str()).collect();
            format!("{text}{}", "+".repeat(cell.span - 1))
        };
        let row = |row: &Vec<Cell>| row.iter().map(text).collect::<Vec<_>>().join("|");
        table.unwrap().rows.iter().map(row).collect()
    }

    #[test]
    fn spans_are_resolved_and_spacers_are_gone() {
        let mut grid = Grid::default();
        for row in [
            vec![(cell("a", 1), 2), (cell("", 1), 1), (cell("b", 1), 1)],
            vec![(cell("", 1), 1), (cell("c", 1), 1)],
            vec![(cell("d", 1), 1), (cell("", 1), 1), (cell("e", 1), 1)],
            vec![(cell("", 3), 1)],
            vec![(cell("all", 3), 1)],
        ] {
            grid.begin_row();
            for (cell, down) in row {
                grid.add(cell, down);
            }
        }
        assert_eq!(
            texts(grid.into_table(0, true)),
            ["a|b", "|c", "d|e", "all+"]
        );
    }

    #[test]
    fn a_heading_stands_right_above_numbers() {
        let mut grid = Grid::default();
        for (name, price, right) in [
            ("Thing", "Price", false),
            ("Nail", "1.50", true),
            ("Free", "", false),
        ] {
            grid.begin_row();
            grid.add(cell(name, 1), 1);
            grid.add(
                Cell {
                    right,
                    ..cell(price, 1)
                },
                1,
            );
        }
        let table = grid.into_table(1, true).unwrap();
        let right: Vec<bool> = table.rows[0].iter().map(|cell| cell.right).collect();
        assert_eq!(right, [false, true]);
    }

    #[test]
    fn what_has_one_column_is_no_table() {
        let mut grid = Grid::default();
        for text in ["a", "b"] {
            grid.begin_row();
            grid.add(cell(text, 1), 1);
            grid.add(cell(" ", 1), 1);
        }
        assert_eq!(grid.into_table(0, true), None);
    }
}
