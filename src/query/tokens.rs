//! Cuts text into the tokens of the full-text index; queries are cut in the same way, so that both always agree.
//!
//! A word of a script with spaces is one token. A run of a script without spaces is its overlapping pairs of characters,
//! and its last character alone: 会議室 is 会議, 議室, 室. Two characters are then found as they are, more of them as a
//! phrase, and a single one as the beginning of a token.

use std::collections::HashSet;

use super::words::{is_unspaced, words};
use super::{End, Field, Phrase, Thing, fold};

/// The longest token, in octets: what is longer is cut, in mails and in queries.
const LONGEST: usize = 96;
/// The longest beginning of a word that is kept by itself, in characters.
const BEGINNING: usize = 3;
/// The longest phrase, in tokens.
const MOST: usize = 64;
/// Stands between what no phrase may reach over. It is no letter, so nothing typed contains it.
const BREAK: &str = "¦";
/// What is found by `has:` begins with this, for the same reason.
const MARK: char = '¬';

/// Adds the tokens of a text, each with a space behind it, and a break that no phrase reaches over. `false` where the
/// room, in octets, did not do: then its beginning was added.
pub fn add_tokens(text: &str, tokens: &mut String, room: usize) -> bool {
    let folded = fold(text);
    let before = tokens.len();
    for word in words(&folded) {
        if is_unspaced(word) {
            pairs(word, true, |token| add(token, tokens));
        } else {
            add(word, tokens);
        }
        if tokens.len() > room {
            return false;
        }
    }
    if tokens.len() > before {
        add(BREAK, tokens);
    }
    true
}

fn add(token: &str, tokens: &mut String) {
    tokens.push_str(cut(token));
    tokens.push(' ');
}

fn cut(token: &str) -> &str {
    &token[..token.floor_char_boundary(LONGEST)]
}

/// The overlapping pairs of a run; and its last character, where the run ends with it.
fn pairs(run: &str, ends: bool, mut tell: impl FnMut(&str)) {
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
    for (index, &start) in starts.iter().enumerate() {
        match starts.get(index + 1) {
            Some(_) => {
                let end = starts.get(index + 2).copied().unwrap_or(run.len());
                tell(&run[start..end]);
            }
            None if ends => tell(&run[start..]),
            None => {}
        }
    }
}

/// The token that says that a mail has this in it, where the index knows: to be put among its ids.
pub fn mark_of(thing: Thing) -> Option<&'static str> {
    match thing {
        Thing::Attachment => None,
        Thing::Link => Some("¬link"),
        Thing::Invite => Some("¬invite"),
    }
}

/// The beginnings of tokens, of one to three characters, each once and with a space behind it: those of words in `tokens`,
/// and again those in single fields, with a mark of the field.
pub fn beginnings<'a>(tokens: &[&'a str], fields: &[(Field, &'a str)]) -> String {
    let mut seen = HashSet::new();
    let mut all = String::new();
    for token in tokens
        .iter()
        .flat_map(|tokens| tokens.split_ascii_whitespace())
    {
        each_beginning(token, |beginning| {
            if seen.insert((None, beginning)) {
                all.push_str(beginning);
                all.push(' ');
            }
        });
    }
    for &(field, tokens) in fields {
        let Some(mark) = mark(field) else { continue };
        for token in tokens.split_ascii_whitespace() {
            each_beginning(token, |beginning| {
                if seen.insert((Some(mark), beginning)) {
                    all.push(mark);
                    all.push_str(beginning);
                    all.push(' ');
                }
            });
        }
    }
    all
}

fn each_beginning<'a>(token: &'a str, mut tell: impl FnMut(&'a str)) {
    if token == BREAK || token.starts_with(MARK) {
        return;
    }
    // A pair of characters is a token by itself: its beginning is the first one.
    let most = if is_unspaced(token) { 1 } else { BEGINNING };
    for (at, c) in token.char_indices().take(most) {
        tell(&token[..at + c.len_utf8()]);
    }
}

/// The token of [`beginnings`] that says whether a mail matches, where the phrase is one.
pub fn beginning_of(field: Field, phrase: &Phrase) -> Option<String> {
    let [token] = phrase.tokens() else {
        return None;
    };
    if !phrase.is_open() || token.chars().count() > BEGINNING {
        return None;
    }
    match field {
        Field::Any => Some(token.clone()),
        field => mark(field).map(|mark| format!("{mark}{token}")),
    }
}

/// Before the beginnings of words of one field: no letter, so nothing typed contains it. Those of other fields are not kept
/// apart: the text would take as much room again, and the rest is rarely asked for by two letters.
fn mark(field: Field) -> Option<char> {
    match field {
        Field::Subject => Some('§'),
        Field::From => Some('←'),
        Field::To => Some('→'),
        _ => None,
    }
}

/// The tokens that follow one another wherever these words stand, and whether the last one may go on.
pub(super) fn of_phrase(words: &[&str], end: End) -> (Vec<String>, End) {
    let mut tokens = Vec::new();
    let mut open = end;
    let last = words.len().saturating_sub(1);
    for (index, word) in words.iter().take(MOST).enumerate() {
        if !is_unspaced(word) {
            tokens.push(cut(word).to_owned());
            continue;
        }
        let is_one = word.chars().nth(1).is_none();
        // In the middle, the run ends where it does in the mail; at the end, it may go on.
        pairs(word, index < last || is_one, |token| {
            tokens.push(token.to_owned());
        });
        if index == last {
            open = if is_one { End::Open } else { End::Whole };
        }
    }
    let cut_short = words.len() > MOST;
    // `don't` is no beginning of a word with t: one or two letters behind other words are whole.
    let short = |token: &String| !is_unspaced(token) && token.chars().count() < BEGINNING;
    if cut_short || (tokens.len() > 1 && tokens.last().is_some_and(short)) {
        open = End::Whole;
    }
    (tokens, open)
}

#[cfg(test)]
mod tests {
    use super::{add_tokens, beginning_of, beginnings};
    use crate::query::{End, Field, Phrase};
    use proptest::prelude::*;

    fn tokens(text: &str) -> String {
        let mut tokens = String::new();
        assert!(add_tokens(text, &mut tokens, 10_000));
        tokens
    }

    /// Whether a phrase is in a text, as the index looks for it.
    fn finds(typed: &str, end: End, text: &str) -> bool {
        let phrase = Phrase::new(typed, end).expect("has words");
        let tokens = tokens(text);
        let tokens: Vec<_> = tokens.split_ascii_whitespace().collect();
        tokens.windows(phrase.tokens().len()).any(|window| {
            let mut pairs = window.iter().zip(phrase.tokens()).rev();
            let last = pairs.next().is_some_and(|(token, wanted)| {
                token == wanted || (phrase.is_open() && token.starts_with(wanted.as_str()))
            });
            last && pairs.all(|(token, wanted)| token == wanted)
        })
    }

    #[test]
    fn words_are_tokens_and_runs_are_pairs() {
        assert_eq!(tokens("Crème-brûlée, 2!"), "creme brulee 2 ¦ ");
        assert_eq!(tokens("第5回Rust会議室"), "第 5 回 rust 会議 議室 室 ¦ ");
        assert_eq!(tokens("?!"), "");
    }

    #[test]
    fn phrases_are_found_where_they_stand() {
        for (typed, text) in [
            ("bob@example.org", "Bob <bob@example.org>"),
            ("1.2-3", "version 1.2-3 is out"),
            ("会", "の会議"),
            ("議", "会議"),
            ("会議室", "大会議室で"),
            ("議室で", "大会議室で"),
            ("Rust会", "Rust会議"),
            ("議Rust", "会議Rust"),
            ("ประชุม", "การประชุมทีม"),
            ("한국", "대한국민"),
            ("🎉", "Party 🎉🎈"),
        ] {
            assert!(finds(typed, End::Whole, text), "{typed}");
        }
        assert!(!finds("会議", End::Whole, "会 議"));
        assert!(!finds("meet", End::Whole, "meeting"));
        assert!(finds("the meet", End::Open, "the meeting"));
        assert!(!finds("don't", End::Open, "don tea"));
        assert!(finds("don't", End::Open, "I don't"));
    }

    #[test]
    fn a_short_open_word_is_among_the_beginnings() {
        let subject = tokens("Größe 会議");
        let body = tokens("grand greeting");
        let kept = beginnings(&[&subject, &body], &[(Field::Subject, &subject)]);
        assert_eq!(kept, "g gr gro 会 議 gra gre §g §gr §gro §会 §議 ");
        let token =
            |field, typed, end| beginning_of(field, &Phrase::new(typed, end).expect("is a word"));
        assert_eq!(token(Field::Any, "GR", End::Open).as_deref(), Some("gr"));
        assert_eq!(
            token(Field::Subject, "gr", End::Open).as_deref(),
            Some("§gr")
        );
        assert_eq!(token(Field::Any, "会", End::Whole).as_deref(), Some("会"));
        assert_eq!(token(Field::Body, "gr", End::Open), None);
        assert_eq!(token(Field::Any, "gr", End::Whole), None);
        assert_eq!(token(Field::Any, "grea", End::Open), None);
    }

    #[test]
    fn a_long_text_gives_its_beginning() {
        let mut some = String::new();
        assert!(!add_tokens(&"word ".repeat(1_000), &mut some, 100));
        assert!(some.len() < 110);
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_itself(text in any::<String>()) {
            if Phrase::new(&text, End::Whole).is_some_and(|phrase| phrase.tokens().len() < 60) {
                prop_assert!(finds(&text, End::Whole, &text));
            }
        }

        #[test]
        fn tokens_are_letters_and_nothing_that_a_query_language_knows(text in any::<String>()) {
            if let Some(phrase) = Phrase::new(&text, End::Whole) {
                for c in phrase.tokens().iter().flat_map(|token| token.chars()) {
                    prop_assert!(!c.is_ascii() || c.is_ascii_alphanumeric(), "{c:?}");
                }
            }
        }
    }
}
