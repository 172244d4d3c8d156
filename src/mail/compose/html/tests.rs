//! What pages come to, told as rows: `#` headings, `>` quotes, `|` cells, `~` text that stands, `---` lines.

mod hiding;
mod limits;
mod numbers;
mod pages;
mod placing;

use super::{Block, Cell, Composed, Kind, Lines, Run, runs_of};
use crate::mail::Role;
use crate::mail::links::Links;

/// The blocks of a page, one row each.
fn shown(html: &str) -> Vec<String> {
    composed(html, &mut Links::default())
        .blocks
        .iter()
        .flat_map(rows)
        .collect()
}

fn composed(html: &str, links: &mut Links) -> Composed {
    super::html(
        &super::Html::new(html.to_owned().into()),
        links,
        super::BUDGET,
    )
}

/// What is said of a page.
fn notes(html: &str) -> Vec<String> {
    composed(html, &mut Links::default()).notes
}

/// Where it is its text alone, each line of that.
fn rows(block: &Block) -> Vec<String> {
    match &block.kind {
        Kind::Lines(Lines::Text(plain)) => plain.text.lines().map(str::to_owned).collect(),
        _ => vec![row(block)],
    }
}

fn row(block: &Block) -> String {
    let quote = "> ".repeat(block.quote.into());
    let indent = "  ".repeat(block.indent.into());
    let marker = block
        .marker
        .as_ref()
        .map_or_else(String::new, |marker| format!("{marker} "));
    let text = match &block.kind {
        Kind::Text(runs) => text(runs),
        Kind::Heading(level, runs) => format!("{} {}", "#".repeat((*level).into()), text(runs)),
        Kind::Fixed(runs) => format!("~{}", text(runs)),
        Kind::Table(table) => table
            .rows
            .iter()
            .map(|row| cells(row))
            .collect::<Vec<_>>()
            .join(" / "),
        Kind::Rule => "---".to_owned(),
        Kind::Gap => String::new(),
        Kind::Card(_) | Kind::Lines(_) => unreachable!("no row of HTML"),
    };
    format!("{quote}{indent}{marker}{text}")
}

fn cells(row: &[Cell]) -> String {
    let cells: Vec<String> = row
        .iter()
        .map(|cell| format!("|{}", text(&cell.runs)))
        .collect();
    cells.concat()
}

fn text(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

/// Every run of a page with its role.
fn roles(html: &str) -> Vec<(Role, String)> {
    let mut blocks = composed(html, &mut Links::default()).blocks;
    let runs = blocks.iter_mut().flat_map(|block| runs_of(&mut block.kind));
    runs.flat_map(std::mem::take)
        .map(|run| (run.role, run.text))
        .collect()
}
