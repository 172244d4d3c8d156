//! Says in words how a query was understood, so that a surprising result explains itself.

use super::{Field, Phrase, Place, Query, Scope, State, Test, Thing, Tree};

pub(super) fn query(query: &Query) -> String {
    let scope = match query.scope() {
        Scope::Inbox => return "all mails in Inbox".to_owned(),
        Scope::AllButTrash => Some("in every folder but Trash"),
        Scope::AsTyped => None,
    };
    let mut parts = match query.tree() {
        Some(Tree::All(trees)) => trees.iter().map(part).collect(),
        // Together with the scope it is one of several.
        Some(tree @ Tree::Any(_)) if scope.is_some() => vec![part(tree)],
        Some(tree) => vec![whole(tree)],
        None => Vec::new(),
    };
    parts.extend(scope.map(str::to_owned));
    // What was typed is the user's own, and yet may have been pasted.
    parts.join(", ").replace(is_unseen, " ")
}

/// Control characters, and those that turn the direction of text.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn whole(tree: &Tree) -> String {
    match tree {
        Tree::All(trees) => trees.iter().map(part).collect::<Vec<_>>().join(", "),
        Tree::Any(trees) => {
            let alternatives: Vec<_> = trees.iter().map(alternative).collect();
            alternatives.join(" or ")
        }
        Tree::Not(tree) => match tree.as_ref() {
            Tree::Test(Test::Text(Field::Any, phrase)) => format!("without {}", quoted(phrase)),
            Tree::Test(test) => format!("not {}", plain(test)),
            tree => format!("not ({})", whole(tree)),
        },
        Tree::Test(test) => plain(test),
    }
}

/// One of several that all hold.
fn part(tree: &Tree) -> String {
    match tree {
        Tree::Any(_) => format!("({})", whole(tree)),
        tree => whole(tree),
    }
}

/// One of several of which one holds.
fn alternative(tree: &Tree) -> String {
    match tree {
        Tree::All(_) => format!("({})", whole(tree)),
        tree => whole(tree),
    }
}

fn quoted(phrase: &Phrase) -> String {
    let more = if phrase.is_open() { "…" } else { "" };
    format!("“{}{more}”", phrase.typed)
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
        Test::Has(Thing::Attachment) => "with an attachment".to_owned(),
        Test::Has(Thing::Link) => "with a link".to_owned(),
        Test::Has(Thing::Invite) => "with an invitation".to_owned(),
        Test::Account(name) => format!("of account “{name}”"),
        Test::Tag(name) => format!("tagged “{name}”"),
        Test::Dated(dates) => dates.told.clone(),
        Test::Larger(octets) => format!("larger than {}", size(*octets)),
        Test::Smaller(octets) => format!("smaller than {}", size(*octets)),
        Test::Text(field, phrase) => {
            let quoted = quoted(phrase);
            match field {
                Field::Any => format!("with {quoted}"),
                Field::Subject => format!("with {quoted} in the subject"),
                Field::From => format!("from {quoted}"),
                Field::To => format!("to {quoted}"),
                Field::Cc => format!("with a copy to {quoted}"),
                Field::Body => format!("with {quoted} in the text"),
                Field::FileName => format!("with a file called {quoted}"),
                Field::List => format!("of the list {quoted}"),
                Field::Id => format!("with the message-id {quoted}"),
            }
        }
    }
}

/// In the largest unit that leaves no rest.
fn size(octets: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let fits = |(shift, _): &(u32, &str)| octets > 0 && octets.trailing_zeros() >= *shift;
    match units.into_iter().find(fits) {
        Some((shift, unit)) => format!("{} {unit}", octets >> shift),
        None => format!("{octets} octets"),
    }
}

#[cfg(test)]
mod tests {
    use crate::query::Query;
    use jiff::ZonedDateTime;

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
            ("a or b c in:x", "with “a” or (with “b”, with “c…”, in “x”)"),
            (
                "a or b",
                "(with “a” or with “b…”), in every folder but Trash",
            ),
            (
                "-(from:ann or to:bob) in:any",
                "not (from “ann” or to “bob…”), in any folder",
            ),
            (
                "larger:5M smaller:1000 has:link -has:invite in:any",
                "larger than 5 MiB, smaller than 1000 octets, with a link, not with an invitation, in any folder",
            ),
            (
                "after:1969 newer:7d id:x@y in:any",
                "after 1969, newer than 7 days, with the message-id “x@y”, in any folder",
            ),
            ("a\u{7}b\u{202e}c in:any", "with “a b c”, in any folder"),
        ] {
            let query = Query::parse(typed, &ZonedDateTime::default());
            assert_eq!(query.explain(), told, "{typed}");
        }
    }
}
