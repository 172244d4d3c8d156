//! Reads typed text into terms; whatever cannot be a term of another kind is words.

use super::{End, Phrase, Place, State, Term, Test};

/// More terms than anyone types; what comes behind is left out, and `explain` shows it.
const MOST_TERMS: usize = 50;

/// The terms of a query, in the order typed.
pub(super) fn terms(text: &str) -> Vec<Term> {
    let mut pieces = pieces(text);
    let last_word = pieces.iter().rposition(|piece| {
        !piece.negated && matches!(piece.kind, Kind::Bare) && test(piece).is_none()
    });
    if let Some(piece) = last_word.and_then(|index| pieces.get_mut(index)) {
        piece.kind = Kind::LastWord;
    }
    pieces.iter().filter_map(term).take(MOST_TERMS).collect()
}

/// A stretch of the text between spaces or quotes.
struct Piece<'a> {
    negated: bool,
    kind: Kind,
    text: &'a str,
}

enum Kind {
    Bare,
    Quoted,
    LastWord,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (negated, body) = match rest.strip_prefix('-') {
            Some(body) if body.starts_with(|c: char| !c.is_whitespace()) => (true, body),
            _ => (false, rest),
        };
        let (kind, text, tail) = if let Some(quoted) = body.strip_prefix('"') {
            let (text, tail) = quoted.split_once('"').unwrap_or((quoted, ""));
            (Kind::Quoted, text, tail)
        } else {
            let (text, tail) = body.split_at(bare_end(body));
            (Kind::Bare, text, tail)
        };
        pieces.push(Piece {
            negated,
            kind,
            text,
        });
        rest = tail.trim_start();
    }
    pieces
}

/// Where a piece without quotes around it ends: at a space, or behind `key:"a value"`.
fn bare_end(body: &str) -> usize {
    let space = body.find(char::is_whitespace).unwrap_or(body.len());
    let Some(open) = body.find(":\"").filter(|&colon| colon < space) else {
        return space;
    };
    let value = open + 2;
    body.get(value..)
        .and_then(|rest| rest.find('"'))
        .map_or(body.len(), |close| value + close + 1)
}

fn term(piece: &Piece<'_>) -> Option<Term> {
    let test = match piece.kind {
        Kind::Bare => match test(piece) {
            Some(test) => test,
            None => Test::Text(Phrase::new(piece.text, End::Whole)?),
        },
        Kind::Quoted => Test::Text(Phrase::new(piece.text, End::Whole)?),
        Kind::LastWord => Test::Text(Phrase::new(piece.text, End::Open)?),
    };
    Some(Term {
        negated: piece.negated,
        test,
    })
}

/// What `key:value` asks, if it is one of ours.
fn test(piece: &Piece<'_>) -> Option<Test> {
    let (key, value) = piece.text.split_once(':')?;
    let value = value.trim_matches('"').trim();
    if value.is_empty() {
        return None;
    }
    match key.to_ascii_lowercase().as_str() {
        "in" if value.eq_ignore_ascii_case("any") => Some(Test::In(Place::Any)),
        "in" => Some(Test::In(Place::Folder(value.to_owned()))),
        "account" => Some(Test::Account(value.to_owned())),
        "is" => state(value).map(Test::Is),
        _ => None,
    }
}

fn state(value: &str) -> Option<State> {
    match value.to_ascii_lowercase().as_str() {
        "unread" => Some(State::Unread),
        "read" => Some(State::Read),
        "flagged" => Some(State::Flagged),
        "answered" => Some(State::Answered),
        "partial" => Some(State::Partial),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::query::{Place, Query, Scope, State, Test};
    use proptest::prelude::*;

    /// The terms in one line: `-` for negated, needles in brackets.
    fn read(text: &str) -> String {
        let query = Query::parse(text);
        let shown = query.terms().iter().map(|term| {
            let minus = if term.negated { "-" } else { "" };
            let shown = match &term.test {
                Test::In(Place::Any) => "in any".to_owned(),
                Test::In(Place::Folder(name)) => format!("in {name}"),
                Test::Is(state) => format!("is {state:?}"),
                Test::Account(name) => format!("account {name}"),
                Test::Text(phrase) => format!("[{}]", phrase.needle()),
            };
            format!("{minus}{shown}")
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn typed_text_becomes_terms() {
        for (typed, understood) in [
            ("", ""),
            ("hello", "[ hello]"),
            ("Hello WORLD", "[ hello ], [ world]"),
            ("\"Hello world\"", "[ hello world ]"),
            ("hello -spam", "[ hello], -[ spam ]"),
            ("-\"bad idea\" good", "-[ bad idea ], [ good]"),
            ("in:Lists rust", "in Lists, [ rust]"),
            ("rust in:any", "[ rust], in any"),
            ("in:\"My folder\" is:unread", "in My folder, is Unread"),
            ("-in:Trash is:READ", "-in Trash, is Read"),
            ("is:partial -is:answered", "is Partial, -is Answered"),
            ("account:alice", "account alice"),
            ("foo@bar.com", "[ foo bar com]"),
            ("don't stop", "[ don t ], [ stop]"),
        ] {
            assert_eq!(read(typed), understood, "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_read_as_words() {
        for (typed, understood) in [
            ("foo:bar", "[ foo bar]"),
            ("is:purple", "[ is purple]"),
            ("in:", "[ in]"),
            ("\"never closed", "[ never closed ]"),
            ("in:\"never closed", "in never closed"),
            ("(a or b) AND", "[ a ], [ or ], [ b ], [ and]"),
            ("- -- \"\" !", ""),
            (
                "'; DROP TABLE message; --",
                "[ drop ], [ table ], [ message]",
            ),
        ] {
            assert_eq!(read(typed), understood, "{typed}");
        }
    }

    #[test]
    fn no_terms_mean_inbox_and_terms_without_a_place_mean_all_but_trash() {
        assert_eq!(Query::parse("  ").scope(), Scope::Inbox);
        assert_eq!(Query::default().scope(), Scope::Inbox);
        assert_eq!(Query::parse("rust").scope(), Scope::AllButTrash);
        assert_eq!(Query::parse("rust -in:Lists").scope(), Scope::AllButTrash);
        assert_eq!(Query::parse("rust in:Lists").scope(), Scope::AsTyped);
        assert_eq!(Query::parse("in:any").scope(), Scope::AsTyped);
    }

    #[test]
    fn states_are_known_by_name() {
        assert_eq!(
            Query::parse("is:flagged")
                .terms()
                .first()
                .map(|term| term.test.clone()),
            Some(Test::Is(State::Flagged))
        );
    }

    #[test]
    fn a_thousand_words_are_a_query_of_bounded_size() {
        assert_eq!(
            Query::parse(&"word ".repeat(1_000)).terms().len(),
            super::MOST_TERMS
        );
    }

    proptest! {
        #[test]
        fn any_input_is_a_query_that_explains_itself(text in any::<String>()) {
            prop_assert!(!Query::parse(&text).explain().is_empty());
        }

        #[test]
        fn syntax_like_input_is_a_query_too(text in "[-\"():a é会*]{0,24}|(in|is|account|or|-):?\"?[a-z \"]{0,8}") {
            let query = Query::parse(&text);
            for term in query.terms() {
                if let Test::Text(phrase) = &term.test {
                    prop_assert!(!phrase.needle().trim().is_empty());
                }
            }
        }
    }
}
