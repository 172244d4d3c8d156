//! What each element of HTML is for a reader: a block, a part of a line, nothing at all.

use crate::mail::compose::html::writer::Space;

/// How an element takes part in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// A part of a line.
    Inline,
    /// It begins and ends a row.
    Block(Space),
    /// What it holds is no text.
    Nothing,
}

/// The group of an element by its name alone.
pub(super) fn group(name: &str) -> Group {
    match name {
        "head" | "style" | "script" | "title" | "template" | "iframe" | "noframes" | "noembed"
        | "datalist" | "xml" => Group::Nothing,
        "p" | "ul" | "ol" | "menu" | "dir" | "dl" | "pre" | "listing" | "xmp" | "plaintext"
        | "blockquote" | "figure" | "fieldset" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            Group::Block(Space::Gap)
        }
        "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "caption" => {
            Group::Block(Space::Apart)
        }
        "address" | "article" | "aside" | "body" | "center" | "dd" | "details" | "dialog"
        | "div" | "dt" | "figcaption" | "footer" | "form" | "header" | "hgroup" | "html"
        | "legend" | "li" | "main" | "marquee" | "nav" | "noscript" | "optgroup" | "option"
        | "search" | "section" | "summary" => Group::Block(Space::Close),
        _ => Group::Inline,
    }
}

/// Whether an element has no place in one line of a table.
pub(super) fn breaks_a_line(name: &str) -> bool {
    matches!(
        name,
        "table"
            | "ul"
            | "ol"
            | "menu"
            | "dir"
            | "dl"
            | "pre"
            | "blockquote"
            | "hr"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "select"
            | "textarea"
            | "button"
            | "fieldset"
            | "details"
    )
}

/// 1 to 6.
pub(super) fn heading(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

pub(super) fn is_strong(name: &str) -> bool {
    matches!(
        name,
        "b" | "strong"
            | "em"
            | "i"
            | "th"
            | "dt"
            | "summary"
            | "caption"
            | "legend"
            | "mark"
            | "dfn"
            | "var"
    )
}

pub(super) fn is_code(name: &str) -> bool {
    matches!(name, "code" | "kbd" | "samp" | "tt")
}

pub(super) fn is_preformatted(name: &str) -> bool {
    matches!(name, "pre" | "listing" | "xmp" | "plaintext")
}
