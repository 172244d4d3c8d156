//! The shape of plain lines: tabs, and which lines are drawings, tables or code that must stand as they were written.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use crate::mail::cells::grapheme_width;

/// Columns between tab stops.
const TAB: usize = 8;
/// A longer line is prose, however it begins.
const LONGEST: usize = 240;

/// Whether a line means what it means only with its columns kept: it is indented like code, has gaps like a table, or is
/// drawn.
pub(super) fn stands(line: &str) -> bool {
    if line.len() > LONGEST {
        return false;
    }
    let words = line.trim_start_matches(' ');
    let indent = line.len() - words.len();
    let words = words.trim_end();
    let gaps = words.contains("   ") || words.contains('\t');
    let drawn = words.contains(|c| matches!(c, '\u{2500}'..='\u{259f}'));
    let ruled = words.starts_with('|') || words.starts_with("+-") || words.starts_with("+=");
    !words.is_empty() && (indent >= 4 || gaps || drawn || ruled)
}

/// Replaces tabs by blanks up to the next multiple of eight cells.
pub(super) fn expand_tabs(text: &str) -> Cow<'_, str> {
    if !text.contains('\t') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + TAB);
    let mut column = 0;
    for grapheme in text.graphemes(true) {
        if grapheme != "\t" {
            column += grapheme_width(grapheme);
            out.push_str(grapheme);
            continue;
        }
        let blanks = TAB - column % TAB;
        column += blanks;
        out.extend(std::iter::repeat_n(' ', blanks));
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_reach_to_the_next_multiple_of_eight() {
        assert_eq!(expand_tabs("a\tb\t日\tc"), "a       b       日      c");
    }

    #[test]
    fn code_tables_and_drawings_stand_and_prose_does_not() {
        for line in [
            "    let x = 1;",
            "\tint x;",
            "name    size   kind",
            "| a | b |",
            "+---+",
            "┌──┐",
            "a\tb",
        ] {
            assert!(stands(line), "{line}");
        }
        let prose = format!("    {}", "word ".repeat(100));
        for line in [
            "Dear Ada,",
            "  two blanks",
            "one.  Two.",
            "",
            "    ",
            &prose,
        ] {
            assert!(!stands(line), "{line}");
        }
    }
}
