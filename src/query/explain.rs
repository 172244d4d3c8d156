//! Says in words how a query was understood, so that a surprising result explains itself.

use super::{End, Phrase, Place, Query, Scope, State, Term, Test};

pub(super) fn query(query: &Query) -> String {
    let mut parts: Vec<String> = query.terms().iter().map(term).collect();
    match query.scope() {
        Scope::Inbox => parts.push("all mails in Inbox".to_owned()),
        Scope::AllButTrash => parts.push("in every folder but Trash".to_owned()),
        Scope::AsTyped => {}
    }
    parts.join(", ")
}

fn term(term: &Term) -> String {
    match &term.test {
        Test::Text(words) if term.negated => format!("without “{}”", words.typed),
        Test::Text(words) => phrase(words),
        test if term.negated => format!("not {}", plain(test)),
        test => plain(test),
    }
}

fn phrase(words: &Phrase) -> String {
    match words.end {
        End::Whole => format!("with “{}”", words.typed),
        End::Open => format!("with “{}…”", words.typed),
    }
}

fn plain(test: &Test) -> String {
    match test {
        Test::In(Place::Any) => "in any folder".to_owned(),
        Test::In(Place::Folder(name)) => format!("in “{name}”"),
        Test::Is(State::Unread) => "unread".to_owned(),
        Test::Is(State::Read) => "read".to_owned(),
        Test::Is(State::Flagged) => "flagged".to_owned(),
        Test::Is(State::Answered) => "answered".to_owned(),
        Test::Is(State::Partial) => "here only in part".to_owned(),
        Test::Account(name) => format!("of account “{name}”"),
        Test::Text(words) => phrase(words),
    }
}

#[cfg(test)]
mod tests {
    use crate::query::Query;

    #[test]
    fn a_query_is_told_back_in_words() {
        for (typed, told) in [
            ("", "all mails in Inbox"),
            ("rust", "with “rust…”, in every folder but Trash"),
            (
                "\"red fox\" -spam in:any",
                "with “red fox”, without “spam”, in any folder",
            ),
            (
                "-is:read in:Lists account:alice",
                "not read, in “Lists”, of account “alice”",
            ),
            ("foo:bar", "with “foo:bar…”, in every folder but Trash"),
        ] {
            assert_eq!(Query::parse(typed).explain(), told, "{typed}");
        }
    }
}
