//! The first screen of somebody without an account: what to do, with one key for each way.

use super::canvas::Canvas;
use super::theme::Paint;
use crate::app::event::Size;
use crate::mail::SafeText;

/// Lines of the page; a blank first letter is plain, `!` strong, `>` a line of the config.
const PAGE: &[&str] = &[
    "!Welcome to poptui",
    "",
    " Mail on your own machine: fetched over POP3, kept in one file,",
    " read and filed with no network at all.",
    "",
    "!s  Look around with sample mail   (nothing is written, no network)",
    "!q  Quit",
    "",
    " To read your own mail, leave with q and run",
    ">poptui setup --address you@example.org --password-command CMD",
    " or write these lines into",
    ">FILE",
    "",
    ">[accounts.alice]",
    ">address = \"alice@example.org\"",
    ">host = \"pop.example.org\"",
    ">password-command = \"pass show mail/alice\"",
    "",
    " Then start poptui again and press F5. Nothing is deleted on the",
    " server unless you ask for it. config.example.toml explains every key.",
];

pub(super) fn draw(config: &SafeText, size: Size, canvas: &mut Canvas<'_>) {
    let height = u16::try_from(PAGE.len()).unwrap_or(u16::MAX);
    let x = size.width.saturating_sub(70) / 2;
    // On a low window the keys come first: the page is cut at its end.
    let y = size.height.saturating_sub(height) / 3;
    for (line, y) in PAGE.iter().zip(y..size.height) {
        let width = size.width.saturating_sub(x);
        let text = line.get(1..).unwrap_or_default();
        match line.chars().next() {
            Some('!') => canvas.put(x, y, width, text, Paint::Strong),
            Some('>') if text == "FILE" => canvas.put(
                x + 4,
                y,
                width.saturating_sub(4),
                config.as_str(),
                Paint::Key,
            ),
            Some('>') => canvas.put(x + 4, y, width.saturating_sub(4), text, Paint::Key),
            _ => canvas.put(x, y, width, text, Paint::Plain),
        };
    }
}
