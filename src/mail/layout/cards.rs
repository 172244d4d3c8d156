//! Cards above a mail's text: what its parts mean, in rows of name and value.

use crate::mail::article::Card;
use crate::mail::layout::wrap::{Margin, Run, line, span, wrap};
use crate::mail::{Line, Role, width};

/// The rows of all cards, with an empty one behind each.
pub(super) fn lines(cards: &[Card], cells: usize) -> Vec<Line> {
    let rows = cards.iter().flat_map(|card| {
        let mut rows = one(card, cells);
        rows.push(line(Role::Text, ""));
        rows
    });
    rows.collect()
}

fn one(card: &Card, cells: usize) -> Vec<Line> {
    let title = Run::new(Role::Strong, &card.title);
    let mut rows = wrap(&[title], cells, &Margin::default());
    let names = card.rows.iter().map(|(name, _)| width(name));
    let column = 2 + names.max().unwrap_or(0);
    let column = if column * 2 > cells { 0 } else { column };
    for (name, value) in &card.rows {
        let first = if column == 0 {
            format!("{name}  ")
        } else {
            format!("{name:column$}")
        };
        let runs = value
            .iter()
            .flat_map(|run| lines_of(run.role, &run.text))
            .collect::<Vec<_>>();
        for (index, runs) in runs.iter().enumerate() {
            let name = if index == 0 {
                first.as_str()
            } else {
                &" ".repeat(column)
            };
            rows.extend(row(name, runs, column, cells));
        }
    }
    rows
}

fn row(name: &str, run: &Run, column: usize, cells: usize) -> Vec<Line> {
    if column == 0 {
        let runs = [Run::new(Role::HeaderName, name), run.clone()];
        return wrap(&runs, cells, &Margin::default());
    }
    let margin = Margin {
        first: vec![span(Role::HeaderName, name)],
        rest: vec![span(Role::HeaderName, &" ".repeat(column))],
    };
    wrap(std::slice::from_ref(run), cells, &margin)
}

fn lines_of(role: Role, text: &str) -> Vec<Run> {
    text.lines().map(|line| Run::new(role, line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_a_column_where_there_is_room() {
        let value = vec![crate::mail::article::Run::new(
            Role::HeaderValue,
            "one two\nthree",
        )];
        let card = Card {
            title: "Event: x".to_owned(),
            rows: vec![("Where".to_owned(), value)],
        };
        let text = |cells| -> Vec<String> {
            let rows = lines(std::slice::from_ref(&card), cells);
            let row = |line: &Line| line.spans.iter().map(|span| span.text.as_str()).collect();
            rows.iter().map(row).collect()
        };
        assert_eq!(text(40), ["Event: x", "Where  one two", "       three", ""]);
        assert_eq!(text(10), ["Event: x", "Where  one", "two", "three", ""]);
    }
}
