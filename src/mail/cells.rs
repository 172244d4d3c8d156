//! Cutting and padding by terminal cells: CJK is two wide, joiners and combining marks none.
//!
//! Cells are counted as ratatui's buffer counts them (`Buffer::set_stringn`): grapheme cluster by
//! cluster, clusters with a control character left out. Anything else would tear columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::mail::SafeText;

/// Stands for what was cut off. One cell.
const ELLIPSIS: char = '…';

/// How many cells the text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text
            .bytes()
            .filter(|octet| !octet.is_ascii_control())
            .count();
    }
    text.graphemes(true).map(grapheme_width).sum()
}

/// How many cells one grapheme cluster takes.
pub(super) fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.chars().any(char::is_control) {
        return 0;
    }
    // Halfwidth sound marks are zero wide for unicode-width, one cell for terminals and ratatui.
    let sound_marks = grapheme
        .chars()
        .filter(|c| matches!(c, '\u{ff9e}' | '\u{ff9f}'))
        .count();
    grapheme.width() + sound_marks
}

/// The text cut to at most `cells` cells, with `…` at the end if something was cut.
pub fn cut(text: &SafeText, cells: usize) -> SafeText {
    if width(text.as_str()) <= cells {
        return text.clone();
    }
    let Some(room) = cells.checked_sub(1) else {
        return SafeText::default();
    };
    let mut kept = String::with_capacity(text.as_str().len());
    let mut used = 0;
    for grapheme in text.as_str().graphemes(true) {
        used += grapheme_width(grapheme);
        if used > room {
            break;
        }
        kept.push_str(grapheme);
    }
    kept.push(ELLIPSIS);
    SafeText::new(&kept)
}

/// The text cut to at most `cells` cells in its middle: what counts most of a file's name, and of a host's, is its end.
pub fn cut_middle(text: &SafeText, cells: usize) -> SafeText {
    /// Cells of the end that are kept, where there is room for them.
    const END: usize = 20;
    if width(text.as_str()) <= cells {
        return text.clone();
    }
    let mut end = text.as_str().len();
    let mut used = 0;
    for (start, grapheme) in text.as_str().grapheme_indices(true).rev() {
        used += grapheme_width(grapheme);
        if used > END.min(cells / 2) {
            break;
        }
        end = start;
    }
    let (beginning, end) = text.as_str().split_at(end);
    let beginning = cut(&SafeText::new(beginning), cells - width(end));
    SafeText::new(&format!("{beginning}{end}"))
}

/// The text cut or padded with blanks to exactly `cells` cells.
pub fn pad(text: &SafeText, cells: usize) -> SafeText {
    let cut = cut(text, cells);
    let missing = cells.saturating_sub(width(cut.as_str()));
    if missing == 0 {
        return cut;
    }
    SafeText::new(&format!("{cut}{:missing$}", ""))
}

/// Whether some of the text runs from right to left: Hebrew, Arabic, Syriac and their kin.
pub fn is_right_to_left(text: &str) -> bool {
    let runs_left = |c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    !text.is_ascii() && text.contains(runs_left)
}

/// As much of the beginning as fits `cells` cells, cut between grapheme clusters. At least one cluster, so that a
/// caller who asks for the rest again gets to the end.
pub fn cut_plain(text: &str, cells: usize) -> &str {
    let mut used = 0;
    let mut end = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        used += grapheme_width(grapheme);
        if used > cells && start > 0 {
            break;
        }
        end = start + grapheme.len();
    }
    &text[..end]
}

/// As many words of a text as fit into a row, and the rest.
pub fn first_row(text: &str, cells: usize) -> (&str, &str) {
    let fits = cut_plain(text, cells).len();
    let taken = match text[..fits].rfind(' ') {
        Some(blank) if fits < text.len() => blank,
        _ => fits,
    };
    (&text[..taken], text[taken..].trim_start())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn what_is_cut_in_its_middle_keeps_its_end() {
        let name = SafeText::new(&format!("invoice.pdf{}.exe", " ".repeat(200)));
        let cut = cut_middle(&name, 40);
        assert!(cut.as_str().starts_with("invoice.pdf") && cut.as_str().ends_with("  .exe"));
        assert!(cut.as_str().contains('…') && width(cut.as_str()) == 40);
        assert_eq!(cut_middle(&SafeText::new("a.exe"), 5).as_str(), "a.exe");
        assert_eq!(cut_middle(&SafeText::new("long.name"), 4).as_str(), "l…me");
        for sample in SAMPLES {
            for cells in 0..30 {
                let cut = cut_middle(&SafeText::new(sample), cells);
                assert!(width(cut.as_str()) <= cells, "{sample} {cells}");
            }
        }
    }

    const SAMPLES: [&str; 9] = [
        "plain ascii",
        "日本語のテキスト",
        "👩‍👩‍👧 family, 👍🏽 and ❤️",
        "🇳🇴🇯🇵 flags",
        "e\u{301}a\u{308}o\u{302}\u{303} marks",
        "שלום لا إله مرحبا",
        "ｶﾞﾊﾟ halfwidth",
        "हिन्दी क्षत्रिय",
        "1️⃣ ａｂｃ",
    ];

    fn drawn(text: &SafeText) -> usize {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 1));
        usize::from(
            buffer
                .set_stringn(0, 0, text.as_str(), 200, Style::default())
                .0,
        )
    }

    #[test]
    fn width_is_what_ratatui_draws() {
        for sample in SAMPLES {
            let safe = SafeText::new(sample);
            assert_eq!(width(safe.as_str()), drawn(&safe), "{sample}");
        }
    }

    #[test]
    fn cutting_never_halves_a_wide_character() {
        let text = SafeText::new("日本語");
        assert_eq!(cut(&text, 6).as_str(), "日本語");
        assert_eq!(cut(&text, 5).as_str(), "日本…");
        assert_eq!(cut(&text, 4).as_str(), "日…");
        assert_eq!(cut(&text, 1).as_str(), "…");
        assert_eq!(cut(&text, 0).as_str(), "");
        assert_eq!(cut(&SafeText::new("👩‍👩‍👧👍🏽x"), 4).as_str(), "👩‍👩‍👧…");
    }

    #[test]
    fn the_letter_that_stands_for_a_border_has_a_direction_and_the_border_has_none() {
        assert!(is_right_to_left("a שלום") && is_right_to_left("مرحبا"));
        assert!(!is_right_to_left("grün 日本 ǀ"));
        let columns = |border: &str| {
            let row = format!("שלום 12 {border} עולם x");
            let text = unicode_bidi::BidiInfo::new(&row, Some(unicode_bidi::Level::ltr()));
            let shown = text.reorder_line(&text.paragraphs[0], 0..row.len());
            shown.chars().position(|c| border.contains(c))
        };
        assert_eq!(columns("ǀ"), Some(8), "the pane keeps its width");
        assert_ne!(columns("│"), Some(8));
        assert_eq!((width("ǀ"), width("│")), (1, 1));
    }

    #[test]
    fn padding_gives_exactly_the_cells_asked_for() {
        for sample in SAMPLES {
            for cells in 0..40 {
                assert_eq!(
                    drawn(&pad(&SafeText::new(sample), cells)),
                    cells,
                    "{sample} in {cells}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_cut_to_size(text in ".{0,30}", cells in 0_usize..40) {
            let safe = SafeText::new(&text);
            prop_assert_eq!(width(safe.as_str()), drawn(&safe));
            prop_assert!(drawn(&cut(&safe, cells)) <= cells);
            prop_assert_eq!(drawn(&pad(&safe, cells)), cells);
        }
    }
}
