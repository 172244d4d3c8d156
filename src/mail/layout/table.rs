//! Tables: columns side by side where they fit, narrower ones where that is enough, else a few rows of text for each row.

use crate::mail::article::{Cell, Run, Table};
use crate::mail::layout::wrap::{Margin, line, span, wrap};
use crate::mail::{Line, Role, SafeText, Span, width};

/// Blanks between columns.
const GAP: usize = 2;
/// A column narrower than this is harder to read than text.
const NARROW: usize = 8;
/// More columns are read as text.
const MOST_COLUMNS: usize = 32;

/// The rows of a table.
pub(super) fn rows(table: &Table, cells: usize, margin: &Margin) -> Vec<Line> {
    let room = cells.saturating_sub(margin.cells());
    match columns(table, room) {
        Some(widths) => side_by_side(table, &widths, margin),
        None => stacked(table, cells, margin),
    }
}

/// The widths of the columns, if they fit: the widest give way first.
fn columns(table: &Table, room: usize) -> Option<Vec<usize>> {
    let span = |row: &Vec<Cell>| {
        row.iter()
            .map(|cell| cell.span.clamp(1, MOST_COLUMNS + 1))
            .sum()
    };
    let count: usize = table.rows.iter().map(span).max()?;
    if count > MOST_COLUMNS {
        return None;
    }
    let mut widths = natural(table, count);
    let room = room.checked_sub(GAP * count.saturating_sub(1))?;
    let mut over = widths.iter().sum::<usize>().saturating_sub(room);
    while over > 0 {
        let widest = *widths.iter().max()?;
        if widest <= NARROW {
            return None;
        }
        let next = widths.iter().filter(|width| **width < widest).max();
        let down_to = next.copied().unwrap_or(0).max(NARROW);
        for width in widths.iter_mut().filter(|width| **width == widest) {
            let less = (widest - down_to).min(over);
            *width -= less;
            over -= less;
        }
    }
    Some(widths)
}

/// As wide as the widest cell. Cells over several columns only widen the last of them.
fn natural(table: &Table, count: usize) -> Vec<usize> {
    let mut widths = vec![1; count];
    let by_span = |single: bool| move |(_, cell): &(usize, &Cell)| (cell.span <= 1) == single;
    for single in [true, false] {
        for row in &table.rows {
            for (column, cell) in placed(row).filter(by_span(single)) {
                let last = column + cell.span.max(1) - 1;
                let before: usize = widths[column..last].iter().map(|width| width + GAP).sum();
                let wide = wide(&cell.runs).saturating_sub(before);
                widths[last] = widths[last].max(wide);
            }
        }
    }
    widths
}

/// The cells of a row with the columns they begin in.
fn placed(row: &[Cell]) -> impl Iterator<Item = (usize, &Cell)> {
    row.iter().scan(0, |column, cell| {
        let begin = *column;
        *column += cell.span.max(1);
        Some((begin, cell))
    })
}

fn wide(runs: &[Run]) -> usize {
    let cells = |run: &Run| width(SafeText::new(&run.text).as_str());
    runs.iter().map(cells).sum()
}

fn side_by_side(table: &Table, widths: &[usize], margin: &Margin) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut left = &margin.first;
    for (index, row) in table.rows.iter().enumerate() {
        let is_heading = index < table.headings;
        for spans in row_of_cells(row, widths, is_heading) {
            let spans = left.iter().cloned().chain(spans).collect();
            lines.push(Line { spans, fold: None });
            left = &margin.rest;
        }
        if is_heading && index + 1 == table.headings && index + 1 < table.rows.len() {
            let all = widths.iter().sum::<usize>() + GAP * (widths.len() - 1);
            let mut rule = line(Role::Rule, &"─".repeat(all));
            rule.spans.splice(0..0, margin.rest.iter().cloned());
            lines.push(rule);
        }
    }
    lines
}

/// The cells of one row, each wrapped in its column.
fn row_of_cells(row: &[Cell], widths: &[usize], is_heading: bool) -> Vec<Vec<Span>> {
    let cells: Vec<(usize, usize, bool, Vec<Line>)> = placed(row)
        .map(|(column, cell)| {
            let over = &widths[column..(column + cell.span.max(1)).min(widths.len())];
            let room = over.iter().sum::<usize>() + GAP * over.len().saturating_sub(1);
            let begin = widths[..column].iter().map(|width| width + GAP).sum();
            let lines = wrap(
                &emphasised(&cell.runs, is_heading),
                room,
                &Margin::default(),
            );
            (begin, room, cell.right, lines)
        })
        .collect();
    let height = cells.iter().map(|(.., lines)| lines.len()).max();
    let row = |at: usize| {
        let mut spans = Vec::new();
        let mut used = 0;
        for (begin, room, right, lines) in &cells {
            let Some(line) = lines.get(at) else { continue };
            let taken = width(&line.text());
            let shift = if *right {
                room.saturating_sub(taken)
            } else {
                0
            };
            if taken == 0 {
                continue;
            }
            spans.push(span(
                Role::Text,
                &" ".repeat((begin + shift).saturating_sub(used)),
            ));
            spans.extend(line.spans.iter().cloned());
            used = begin + shift + taken;
        }
        spans.retain(|span| !span.text.is_empty());
        spans
    };
    (0..height.unwrap_or(1)).map(row).collect()
}

fn emphasised(runs: &[Run], is_heading: bool) -> Vec<Run> {
    let strong = |run: &Run| match run.role {
        Role::Text if is_heading => Run {
            role: Role::Strong,
            ..run.clone()
        },
        _ => run.clone(),
    };
    runs.iter().map(strong).collect()
}

/// Each cell as a paragraph behind the heading of its column; an empty row between two rows.
fn stacked(table: &Table, cells: usize, margin: &Margin) -> Vec<Line> {
    let labels = (table.headings == 1).then(|| table.rows.first()).flatten();
    let body = table.rows.iter().skip(usize::from(labels.is_some()));
    let mut lines: Vec<Line> = Vec::new();
    let rest = Margin::every(margin.rest.clone());
    for row in body {
        let several = row.len() > 1;
        if several && !lines.is_empty() {
            let spans = margin.rest.clone();
            lines.push(Line { spans, fold: None });
        }
        for (column, cell) in placed(row).filter(|(_, cell)| wide(&cell.runs) > 0) {
            let mut runs: Vec<Run> = labels
                .and_then(|labels| placed(labels).find(|(at, _)| *at == column))
                .map(|(_, label)| emphasised(&label.runs, true))
                .unwrap_or_default();
            if !runs.is_empty() {
                runs.push(Run::new(Role::Strong, ": "));
            }
            runs.extend(cell.runs.iter().cloned());
            lines.extend(wrap(&runs, cells, &rest));
        }
    }
    if lines.is_empty() {
        return labels.map_or_else(Vec::new, |labels| {
            let all: Vec<Run> = labels.iter().flat_map(|cell| cell.runs.clone()).collect();
            wrap(&all, cells, &rest)
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell {
        Cell {
            span: 1,
            right: text.ends_with('0'),
            runs: vec![Run::new(Role::Text, text)],
        }
    }

    fn table(rows: &[&[&str]]) -> Table {
        Table {
            headings: 1,
            rows: rows
                .iter()
                .map(|row| row.iter().map(|text| cell(text)).collect())
                .collect(),
        }
    }

    fn shown(table: &Table, cells: usize) -> Vec<String> {
        rows(table, cells, &Margin::default())
            .iter()
            .map(Line::text)
            .collect()
    }

    fn orders() -> Table {
        table(&[
            &["Article", "Price"],
            &["A very long name of a thing", "1.50"],
            &["Nail", "10.00"],
        ])
    }

    #[test]
    fn columns_stand_side_by_side_and_numbers_right() {
        assert_eq!(
            shown(&orders(), 60),
            [
                "Article                      Price",
                "──────────────────────────────────",
                "A very long name of a thing   1.50",
                "Nail                         10.00",
            ]
        );
    }

    #[test]
    fn the_widest_column_gives_way() {
        assert_eq!(
            shown(&orders(), 22),
            [
                "Article          Price",
                "──────────────────────",
                "A very long       1.50",
                "name of a thing",
                "Nail             10.00",
            ]
        );
    }

    #[test]
    fn where_columns_do_not_fit_each_row_is_told() {
        assert_eq!(
            shown(&orders(), 12),
            [
                "Article: A",
                "very long",
                "name of a",
                "thing",
                "Price: 1.50",
                "",
                "Article:",
                "Nail",
                "Price: 10.00",
            ]
        );
    }

    #[test]
    fn cells_over_several_columns_have_the_room_of_all() {
        let mut table = table(&[&["a", "b"], &["x", "y"]]);
        let over = Cell {
            span: 2,
            ..cell("over both of them")
        };
        table.rows.push(vec![over]);
        assert_eq!(shown(&table, 40)[3], "over both of them");
        table.rows.push(vec![cell("c"), cell("d"), cell("e")]);
        assert_eq!(shown(&table, 40)[4], "c  d               e");
    }
}
