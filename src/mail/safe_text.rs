//! The only gate from the outside world to the terminal, the log and error sentences.

use std::fmt;

use crate::mail::invisible::{Kind, can_carry_selector, joins_letters, kind_of, pictures};

/// Combining marks a base may carry: enough for every script in use, too few to climb over lines.
const MARKS: usize = 4;
/// Stands for what has no picture of its own: a C1 control or a bidi control.
const SUBSTITUTE: char = '\u{2426}';
/// Carries a combining mark that would otherwise land on whatever stands left of the text.
const DOTTED_CIRCLE: char = '\u{25cc}';

/// One line of text that cannot do anything to a terminal but show itself.
///
/// | what came in | what is shown |
/// |---|---|
/// | tab, line feed, carriage return, line and paragraph separators | one blank (CR LF: one for both) |
/// | other C0 controls, DEL | their pictures, `␀` to `␟`, `␡`: ESC is `␛` |
/// | C1 controls; bidi embeddings, overrides, isolates | `␦` |
/// | zero-width, invisible and format characters, marks of direction | nothing, or a blank where a font leaves one |
/// | joiners, variation selectors | themselves inside emoji and where a script needs them, else nothing |
/// | combining marks | the first four on a base; a dotted circle where there is no base |
/// | private use, noncharacters | `\u{fffd}` |
///
/// Everything else, right-to-left letters too, stays. Making safe text safe again changes nothing.
/// How long the text may be is the caller's business.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct SafeText(Box<str>);

impl SafeText {
    /// Makes foreign text harmless.
    pub fn new(text: &str) -> Self {
        if text.bytes().all(|octet| matches!(octet, 0x20..=0x7e)) {
            return Self(text.into());
        }
        let mut washer = Washer::with_room_for(text);
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            washer.take(c, rest.clone().next());
        }
        Self(washer.out.into())
    }

    /// Makes foreign octets harmless. What is not UTF-8 becomes `\u{fffd}`.
    pub fn from_bytes(octets: &[u8]) -> Self {
        Self::new(&String::from_utf8_lossy(octets))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text so far, and what of it decides about the next character.
struct Washer {
    out: String,
    last: Option<char>,
    marks: usize,
}

impl Washer {
    fn with_room_for(text: &str) -> Self {
        Self {
            out: String::with_capacity(text.len()),
            last: None,
            marks: 0,
        }
    }

    fn take(&mut self, c: char, next: Option<char>) {
        match kind_of(c) {
            Kind::Plain => self.base(c),
            Kind::Mark => self.mark(c),
            Kind::Control => self.base(char::from_u32(0x2400 + u32::from(c)).unwrap_or(SUBSTITUTE)),
            Kind::Delete => self.base('\u{2421}'),
            Kind::Hidden => self.base(SUBSTITUTE),
            Kind::Return if next == Some('\n') => {}
            Kind::Return | Kind::Blank => self.base(' '),
            Kind::Nothing => {}
            Kind::Unknown => self.base(char::REPLACEMENT_CHARACTER),
            Kind::Joiner => self.joiner(c, next),
            Kind::Selector => self.selector(c, next),
        }
    }

    fn base(&mut self, c: char) {
        self.marks = 0;
        self.push(c);
    }

    fn mark(&mut self, c: char) {
        if self.last.is_none() {
            self.push(DOTTED_CIRCLE);
        }
        if self.marks < MARKS {
            self.marks += 1;
            self.push(c);
        }
    }

    fn joiner(&mut self, c: char, next: Option<char>) {
        let Some(last) = self.last else { return };
        let in_emoji = c == '\u{200d}'
            && (pictures(last) || can_carry_selector(last) || last == '\u{fe0f}')
            && next.is_some_and(|next| pictures(next) || can_carry_selector(next));
        if in_emoji || joins_letters(last) {
            self.push(c);
        }
    }

    fn selector(&mut self, c: char, next: Option<char>) {
        let keycap = next == Some('\u{20e3}') && matches!(self.last, Some('0'..='9' | '#' | '*'));
        if keycap || self.last.is_some_and(can_carry_selector) {
            self.push(c);
        }
    }

    fn push(&mut self, c: char) {
        self.out.push(c);
        self.last = Some(c);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn safe(text: &str) -> String {
        SafeText::new(text).as_str().to_owned()
    }

    #[test]
    fn escape_sequences_become_pictures() {
        assert_eq!(safe("\x1b]0;owned\x07\x1b[2J"), "␛]0;owned␇␛[2J");
        assert_eq!(safe("a\0b\x7fc\u{9b}31m\u{9d}"), "a␀b␡c␦31m␦");
    }

    #[test]
    fn line_breaks_and_tabs_become_blanks() {
        assert_eq!(safe("a\r\nb\nc\td\re\u{2028}f\u{2029}g"), "a b c d e f g");
    }

    #[test]
    fn what_turns_text_around_is_shown_and_right_to_left_letters_stay() {
        assert_eq!(safe("invoice\u{202e}fdp.exe"), "invoice␦fdp.exe");
        assert_eq!(safe("\u{202a}\u{202c}\u{2066}\u{2069}"), "␦␦␦␦");
        assert_eq!(safe("\u{200f}שלום\u{200e}, \u{61c}5%"), "שלום, 5%");
        assert_eq!(safe("שלום مرحبا"), "שלום مرحبا");
    }

    #[test]
    fn invisible_characters_do_not_split_words() {
        assert_eq!(
            safe("pay\u{200b}pal\u{ad}\u{feff}\u{2060}\u{e0041}"),
            "paypal"
        );
        assert_eq!(safe("a\u{3164}b\u{2800}c"), "a b c");
    }

    #[test]
    fn emoji_keep_their_joiners_and_words_do_not() {
        for emoji in ["👩‍👩‍👧", "❤️", "🏳️‍🌈", "1️⃣", "👍🏽", "🇳🇴", "👩🏽‍🚀", "⛹🏽‍♀️"]
        {
            assert_eq!(safe(emoji), emoji);
        }
        assert_eq!(safe("a\u{200d}b\u{fe0f}"), "ab");
        assert_eq!(safe("می‌خواهم"), "می‌خواهم");
        assert_eq!(safe("क्‍ष"), "क्‍ष");
    }

    #[test]
    fn a_base_carries_at_most_four_marks() {
        assert_eq!(
            safe(&format!("e{}!", "\u{301}".repeat(50))).chars().count(),
            6
        );
        assert_eq!(safe("\u{301}a"), "◌\u{301}a");
    }

    #[test]
    fn private_use_and_noncharacters_are_replaced() {
        assert_eq!(
            safe("\u{e0b0}\u{fdd0}\u{10ffff}"),
            "\u{fffd}\u{fffd}\u{fffd}"
        );
        assert_eq!(
            SafeText::from_bytes(b"a\xffb\xed\xa0\x80").as_str(),
            "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}"
        );
    }

    /// Strings rich in what could hurt, mixed with what must survive.
    fn strange() -> impl Strategy<Value = String> {
        let hurtful = prop::sample::select(
            "\0\t\n\r\x1b\x7f\u{85}\u{9b}\u{ad}\u{61c}\u{200b}\u{200c}\u{200d}\u{200e}\u{202e}\u{2066}\u{2028}\
             \u{fe0f}\u{20e3}\u{301}\u{34f}\u{3164}\u{e0041}\u{e0100}\u{fdd0}1#ab 👩🏽❤é日شक्ﾞ🇳"
                .chars()
                .collect::<Vec<_>>(),
        );
        prop::collection::vec(prop_oneof![2 => hurtful, 1 => any::<char>()], 0..24)
            .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]
        #[test]
        fn nothing_gets_through_and_nothing_changes_twice(text in strange()) {
            let once = SafeText::new(&text);
            prop_assert_eq!(SafeText::new(once.as_str()), once.clone());
            for c in once.as_str().chars() {
                prop_assert!(!c.is_control(), "{:?}", c);
                prop_assert!(!matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' | '\u{e0000}'..='\u{e0fff}'), "{:?}", c);
            }
        }
    }
}
