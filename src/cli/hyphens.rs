//! Lets words of a query begin with a hyphen (`poptui list rust -draft --json`).
//!
//! clap would take `-draft` for options. Told to allow it as a value, it takes `--json` behind it for one
//! too. So such words get a mark before clap sees them, and lose it as they come out.

use std::ffi::OsString;

/// Cannot be typed by accident, and is no letter of any option.
const MARK: char = '\u{1}';

/// The arguments with marks, if they are those of a command that takes a query.
pub(super) fn mark(args: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    let mut queries = false;
    args.map(move |arg| {
        queries |= arg == "list" || arg == "count";
        match arg.to_str() {
            Some(word) if queries && excludes(word) => format!("{MARK}{word}").into(),
            _ => arg,
        }
    })
}

/// The word as it was typed.
#[expect(
    clippy::unnecessary_wraps,
    reason = "clap wants a parser that could fail"
)]
pub(super) fn unmark(word: &str) -> Result<String, std::convert::Infallible> {
    Ok(word.strip_prefix(MARK).unwrap_or(word).to_owned())
}

/// One hyphen and something behind it, but not the short options there are.
fn excludes(word: &str) -> bool {
    word.len() > 1
        && word.starts_with('-')
        && !word.starts_with("--")
        && !matches!(word, "-h" | "-V")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_queries_are_marked_and_all_come_out_as_typed() {
        let typed = [
            "poptui", "-x", "list", "ada", "-draft", "--json", "-h", "-", "-hello",
        ];
        let marked: Vec<_> = mark(typed.iter().map(OsString::from)).collect();
        let expected = [
            "poptui",
            "-x",
            "list",
            "ada",
            "\u{1}-draft",
            "--json",
            "-h",
            "-",
            "\u{1}-hello",
        ];
        assert_eq!(marked, expected.map(OsString::from));
        let out: Vec<_> = marked
            .iter()
            .map(|word| unmark(word.to_str().unwrap()).unwrap())
            .collect();
        assert_eq!(out, typed);
    }
}
