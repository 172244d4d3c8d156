//! Which characters hide, move or stack others: the tables behind `SafeText`.

use unicode_normalization::char::is_combining_mark;

/// What a character would do on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Shows itself.
    Plain,
    /// Sits on the character before it.
    Mark,
    /// A C0 control with no meaning for text.
    Control,
    /// DEL.
    Delete,
    /// CR: half of a line break, or one of its own.
    Return,
    /// Blank space that is none in a cell grid: tab, line feed, separators, fillers.
    Blank,
    /// Acts unseen: C1 controls, bidi overrides and the like. Hiding it would help the sender, so it is shown.
    Hidden,
    /// Invisible and without effect on its own: left out.
    Nothing,
    /// ZWJ, ZWNJ.
    Joiner,
    /// Chooses between text and picture.
    Selector,
    /// No agreed meaning: private use, noncharacters.
    Unknown,
}

/// Sorts a character.
pub(super) fn kind_of(c: char) -> Kind {
    match c {
        ' '..='~' => Kind::Plain,
        // The last five are glyphs without ink: Hangul fillers, the blank Braille pattern
        // (CVE-2022-1834 hid a sender behind it).
        '\t' | '\n' | '\u{2028}' | '\u{2029}' | '\u{115f}' | '\u{1160}' | '\u{3164}'
        | '\u{ffa0}' | '\u{2800}' => Kind::Blank,
        '\r' => Kind::Return,
        '\0'..='\u{1f}' => Kind::Control,
        '\u{7f}' => Kind::Delete,
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Kind::Hidden,
        '\u{200c}' | '\u{200d}' => Kind::Joiner,
        '\u{fe0e}' | '\u{fe0f}' => Kind::Selector,
        _ if is_nothing(c) => Kind::Nothing,
        _ if is_unknown(c) => Kind::Unknown,
        _ if is_combining_mark(c) => Kind::Mark,
        _ => Kind::Plain,
    }
}

/// Default-ignorable and format characters of Unicode 16 that are not sorted otherwise. The marks of direction are among
/// them, as honest mail in Hebrew and Arabic is full of them and one by itself turns nothing around.
fn is_nothing(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'
        | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_unknown(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0xe000..=0xf8ff | 0xf_0000..=0x10_ffff | 0xfdd0..=0xfdef)
        || code & 0xfffe == 0xfffe
}

/// Whether the character is a picture by itself, or a skin tone: what ZWJ joins in emoji.
pub(super) fn pictures(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}')
}

/// Whether a variation selector changes this character between text and picture.
pub(super) fn can_carry_selector(c: char) -> bool {
    pictures(c)
        || matches!(c,
            '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21aa}'
            | '\u{231a}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}'
            | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}')
}

/// Whether joiners are spelling in this character's script: Arabic, Syriac, the Indic scripts and
/// their neighbours up to Khmer and Mongolian.
pub(super) fn joins_letters(c: char) -> bool {
    matches!(c,
        '\u{620}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{18af}'
        | '\u{a840}'..='\u{a8ff}' | '\u{a980}'..='\u{a9df}' | '\u{fb50}'..='\u{fdcf}' | '\u{fe70}'..='\u{fefc}'
        | '\u{11000}'..='\u{11fff}')
}
