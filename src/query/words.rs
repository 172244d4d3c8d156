//! Cuts folded text into words, so that looking for words becomes looking for octets.
//!
//! The text of an index reads ` subject words \n name words \n …`: every word has a space on both
//! sides, every field a line of its own. A whole word is then ` word `, the beginning of one ` wor`,
//! a phrase ` two words `, and no phrase reaches over the end of a field. Scripts without spaces are
//! looked for without the spaces around them.

use super::tokens;
use super::{End, Phrase, fold};

/// The longest index text of one mail, in octets: a mail with ten thousand recipients is found by the
/// first of them.
const LONGEST: usize = 64 * 1024;

/// The folded words of some fields of a mail, for [`Phrase::needle`] to be found in.
pub fn index_text<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for field in fields {
        let before = text.len();
        text.push(' ');
        for word in words(&fold(field)) {
            if text.len() + word.len() + 2 > LONGEST {
                break;
            }
            text.push_str(word);
            text.push(' ');
        }
        if text.len() == before + 1 {
            text.truncate(before);
            continue;
        }
        text.push('\n');
    }
    text
}

impl Phrase {
    /// The phrase of these words; `None` if there is no letter, digit or picture among them.
    pub(super) fn new(typed: &str, end: End) -> Option<Self> {
        let folded = fold(typed);
        let words: Vec<&str> = words(&folded).collect();
        let (first, last) = (words.first()?, words.last()?);
        let (tokens, end) = tokens::of_phrase(&words, end);
        let mut needle = String::with_capacity(folded.len() + 2);
        if !is_unspaced(first) {
            needle.push(' ');
        }
        needle.push_str(&words.join(" "));
        if end == End::Whole && !is_unspaced(last) {
            needle.push(' ');
        }
        Some(Self {
            typed: typed.to_owned(),
            needle,
            tokens,
            end,
        })
    }
}

/// The words of folded text. Between a script with spaces and one without, a word ends.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        let start = rest.find(|c| Kind::of(c).is_some())?;
        rest = rest.get(start..)?;
        let kind = rest.chars().next().and_then(Kind::of)?;
        let goes_on = |c: char| matches!(Kind::of(c), Some(other) if other == kind || other == Kind::Mark || kind == Kind::Mark);
        let end = rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        rest = tail;
        Some(word)
    })
}

pub(super) fn is_unspaced(word: &str) -> bool {
    word.chars().any(|c| Kind::of(c) == Some(Kind::Unspaced))
}

/// What a character does to the word it stands in; characters that end a word have none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A letter or digit of a script that puts spaces between words.
    Spaced,
    /// One of a script that does not, or a picture.
    Unspaced,
    /// Belongs to the letter before.
    Mark,
}

impl Kind {
    fn of(c: char) -> Option<Self> {
        if c.is_ascii() {
            return c.is_ascii_alphanumeric().then_some(Self::Spaced);
        }
        if unicode_normalization::char::is_combining_mark(c) {
            return Some(Self::Mark);
        }
        let unspaced = matches!(c,
            // Thai, Lao · Myanmar · Hangul letters · Khmer
            '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
            // Kana, Bopomofo, Han, Hangul
            | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
        // Pictures carry meaning in subjects; each can be looked for by itself.
        let picture = matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}');
        if picture || (unspaced && c.is_alphanumeric()) {
            return Some(Self::Unspaced);
        }
        c.is_alphanumeric().then_some(Self::Spaced)
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, index_text};
    use crate::query::{End, Phrase};
    use proptest::prelude::*;

    fn finds(typed: &str, end: End, fields: &[&str]) -> bool {
        let phrase = Phrase::new(typed, end).expect("has words");
        index_text(fields.iter().copied()).contains(phrase.needle())
    }

    #[test]
    fn an_index_text_has_spaces_around_words_and_a_line_for_each_field() {
        let text = index_text(["Re: Crème, brûlée!", "…", "bob@example.org"]);
        assert_eq!(text, " re creme brulee \n bob example org \n");
    }

    #[test]
    fn whole_words_and_beginnings_are_told_apart() {
        assert!(finds("meet", End::Open, &["the Meeting"]));
        assert!(!finds("meet", End::Whole, &["the Meeting"]));
        assert!(!finds("eeting", End::Open, &["the Meeting"]));
        assert!(finds("don't", End::Whole, &["I don't know"]));
        assert!(finds(
            "bob@example.org",
            End::Whole,
            &["Bob <bob@example.org>"]
        ));
    }

    #[test]
    fn a_phrase_does_not_reach_over_the_end_of_a_field() {
        assert!(finds("two words", End::Whole, &["just two words"]));
        assert!(!finds("two words", End::Whole, &["two", "words"]));
    }

    #[test]
    fn scripts_without_spaces_are_found_by_any_part() {
        assert!(finds("議の", End::Whole, &["会議のお知らせ"]));
        assert!(finds("Rust会議", End::Whole, &["第5回rust会議資料"]));
        assert!(finds("rust", End::Whole, &["第5回Rust会議資料"]));
        assert!(finds("ประชุม", End::Whole, &["การประชุมทีม"]));
        assert!(finds("🎉", End::Whole, &["Party 🎉🎈"]));
        assert!(!finds("会議", End::Whole, &["会 議"]));
    }

    #[test]
    fn punctuation_alone_is_no_phrase() {
        assert_eq!(Phrase::new("!? --", End::Whole), None);
        assert_eq!(Phrase::new("", End::Open), None);
    }

    #[test]
    fn a_huge_head_gives_a_bounded_index() {
        let field = "word ".repeat(LONGEST);
        assert!(index_text([field.as_str(), field.as_str()]).len() <= LONGEST + 2);
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_itself(text in any::<String>()) {
            if let Some(phrase) = Phrase::new(&text, End::Whole) {
                prop_assert!(index_text([text.as_str()]).contains(phrase.needle()));
            }
        }
    }
}
