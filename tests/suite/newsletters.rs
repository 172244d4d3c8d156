//! Newsletters of strangers beside their text twins: what the one says, the other says, in the same order.

use std::fs;
use std::path::{Path, PathBuf};

use poptui::mail::Message;

use crate::documents::{row, show};
use crate::support::not_run::not_shared;

#[test]
fn newsletters_say_what_their_text_twins_say() {
    let Some(shared) = std::env::var_os("POPTUI_SHARED") else {
        return not_shared("the newsletters of corpus/html");
    };
    let pages = twins(&PathBuf::from(shared).join("corpus/html/postmark"));
    assert!(pages.len() > 30);
    for page in pages {
        let html = fs::read_to_string(&page).unwrap();
        let twin = fs::read_to_string(page.with_extension("txt")).unwrap();
        let mail = format!("Content-Type: text/html; charset=utf-8\n\n{html}");
        let document = Message::read(mail.as_bytes()).render(mail.as_bytes(), &show(80));
        let rows: Vec<String> = document.lines().iter().map(row).collect();
        let (said, expected) = (words(&rows.join(" ")), words(&visible(&twin, &html)));
        let common = in_order(&expected, &said);
        assert_eq!(common, expected.len(), "{}: {said:?}", page.display());
    }
}

/// Every page that has a twin.
fn twins(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(twins(&path)),
            false if path.ends_with("content.html") => found.push(path),
            false => {}
        }
    }
    found
}

/// The twin without what a page hides: its first paragraph is the preview, addresses stand in brackets, and what repeats
/// the rows of a table stands between them, where HTML lets nothing stand.
fn visible(twin: &str, html: &str) -> String {
    let has_preview = html.contains("preheader");
    let text = match twin.split_once("\n\n") {
        Some((_, rest)) if has_preview => rest,
        _ => twin,
    };
    let brackets = [("( ", " )"), ("{{#", "}}"), ("{{/", "}}")];
    brackets
        .iter()
        .fold(text.to_owned(), |text, (open, close)| {
            without(&text, open, close)
        })
}

fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(open) {
        kept.push_str(before);
        rest = behind.split_once(close).map_or("", |(_, rest)| rest);
    }
    kept + rest
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The length of the longest common subsequence.
fn in_order(one: &[String], other: &[String]) -> usize {
    let mut lengths = vec![0; other.len() + 1];
    for word in one {
        let mut diagonal = 0;
        for (at, said) in other.iter().enumerate() {
            let above = lengths[at + 1];
            lengths[at + 1] = if word == said {
                diagonal + 1
            } else {
                above.max(lengths[at])
            };
            diagonal = above;
        }
    }
    lengths[other.len()]
}
