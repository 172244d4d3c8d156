//! Typed text means what the table of `query` says, and any text means something.

use crate::query::{Field, Place, Query, Scope, Test, Tree};
use jiff::ZonedDateTime;
use proptest::prelude::*;

fn parse(text: &str) -> Query {
    Query::parse(text, &ZonedDateTime::default())
}

/// The tree in one line: needles in brackets, what belongs together in parentheses.
fn read(text: &str) -> String {
    parse(text).tree().map_or(String::new(), shown)
}

fn shown(tree: &Tree) -> String {
    let joined = |trees: &[Tree], between: &str| {
        let shown: Vec<_> = trees.iter().map(shown).collect();
        format!("({})", shown.join(between))
    };
    match tree {
        Tree::All(trees) => joined(trees, " & "),
        Tree::Any(trees) => joined(trees, " | "),
        Tree::Not(tree) => format!("-{}", shown(tree)),
        Tree::Test(Test::In(Place::Any)) => "in any".to_owned(),
        Tree::Test(Test::In(Place::Folder(name))) => format!("in {name}"),
        Tree::Test(Test::Is(state)) => format!("is {state:?}"),
        Tree::Test(Test::Has(thing)) => format!("has {thing:?}"),
        Tree::Test(Test::Account(name)) => format!("account {name}"),
        Tree::Test(Test::Tag(name)) => format!("tag {name}"),
        Tree::Test(Test::Larger(octets)) => format!("> {octets}"),
        Tree::Test(Test::Smaller(octets)) => format!("< {octets}"),
        Tree::Test(Test::Dated(dates)) => format!("{:?}..{:?}", dates.from, dates.until),
        Tree::Test(Test::Text(Field::Any, phrase)) => format!("[{}]", phrase.needle()),
        Tree::Test(Test::Text(field, phrase)) => format!("{field:?}[{}]", phrase.needle()),
    }
}

#[test]
fn typed_text_becomes_a_tree() {
    for (typed, understood) in [
        ("", ""),
        ("hello", "[ hello]"),
        ("Hello WORLD", "([ hello ] & [ world])"),
        ("\"Hello world\"", "[ hello world ]"),
        ("hello -spam", "([ hello] & -[ spam ])"),
        ("-\"bad idea\" good", "(-[ bad idea ] & [ good])"),
        ("in:Lists rust", "(in Lists & [ rust])"),
        ("rust in:any", "([ rust] & in any)"),
        ("in:\"My folder\" is:unread", "(in My folder & is Unread)"),
        ("-in:Trash is:READ", "(-in Trash & is Read)"),
        ("account:alice tag:x", "(account alice & tag x)"),
        ("foo@bar.com", "[ foo bar com]"),
        ("don't stop", "([ don t ] & [ stop])"),
        ("larger:5M smaller:1k", "(> 5242880 & < 1024)"),
        ("has:link -has:INVITE", "(has Link & -has Invite)"),
        ("on:1970-01-02", "Some(86400)..Some(172800)"),
    ] {
        assert_eq!(read(typed), understood, "{typed}");
    }
}

#[test]
fn keys_say_where_words_are_looked_for() {
    for (typed, understood) in [
        ("from:bob x", "(From[ bob ] & [ x])"),
        ("FROM:bo", "From[ bo]"),
        ("subject:\"red fox\"", "Subject[ red fox ]"),
        ("id:<1.2@x.example>", "Id[ 1 2 x example]"),
        ("filename:a.pdf", "FileName[ a pdf]"),
        (
            "from:(ann or bob) -to:(c d)",
            "((From[ ann ] | From[ bob ]) & -(To[ c ] & To[ d]))",
        ),
        ("from:(subject:x y)", "(Subject[ x ] & From[ y])"),
        ("from:!!", "[ from]"),
    ] {
        assert_eq!(read(typed), understood, "{typed}");
    }
}

#[test]
fn or_binds_looser_than_what_stands_side_by_side() {
    for (typed, understood) in [
        ("a b or c", "(([ a ] & [ b ]) | [ c])"),
        ("a OR b or c", "([ a ] | [ b ] | [ c])"),
        ("a (b or c)", "([ a ] & ([ b ] | [ c]))"),
        ("-(b or c) a", "(-([ b ] | [ c ]) & [ a])"),
        ("--a", "-[ a ]"),
        ("-(-(a))", "[ a]"),
        ("a and b", "([ a ] & [ b])"),
        ("a and not b", "([ a ] & -[ b])"),
        ("NOT a", "-[ a]"),
        ("(a or b) in:x", "(([ a ] | [ b]) & in x)"),
        ("f(x) (g(y) or z)", "([ f x ] & ([ g y ] | [ z]))"),
    ] {
        assert_eq!(read(typed), understood, "{typed}");
    }
}

#[test]
fn what_cannot_be_understood_is_read_as_words() {
    for (typed, understood) in [
        ("foo:bar", "[ foo bar]"),
        ("is:purple", "[ is purple]"),
        ("before:tomorrow", "[ before tomorrow]"),
        ("larger:big", "[ larger big]"),
        ("in:", "[ in]"),
        ("\"never closed", "[ never closed ]"),
        ("in:\"never closed", "in never closed"),
        ("(never (closed or x", "([ never ] & ([ closed ] | [ x]))"),
        ("never) opened", "([ never ] & [ opened])"),
        ("or", "[ or]"),
        ("or a or", "([ or ] & [ a ] & [ or])"),
        ("a or !", "[ a]"),
        ("not found", "([ not ] & [ found])"),
        ("()", ""),
        ("a or () b", "([ a ] | [ b])"),
        ("- -- \"\" !", ""),
        (
            "'; DROP TABLE message; --",
            "([ drop ] & [ table ] & [ message])",
        ),
    ] {
        assert_eq!(read(typed), understood, "{typed}");
    }
}

#[test]
fn no_terms_mean_inbox_and_terms_without_a_place_mean_all_but_trash() {
    for (typed, scope) in [
        ("  ", Scope::Inbox),
        ("rust", Scope::AllButTrash),
        ("rust -in:Lists", Scope::AllButTrash),
        ("rust in:Lists", Scope::AsTyped),
        ("(rust or in:Lists)", Scope::AsTyped),
        ("in:any", Scope::AsTyped),
    ] {
        assert_eq!(parse(typed).scope(), scope, "{typed}");
    }
    assert_eq!(Query::default().scope(), Scope::Inbox);
}

/// Tests and levels of a tree.
fn measure(tree: &Tree) -> (usize, usize) {
    match tree {
        Tree::All(trees) | Tree::Any(trees) => {
            let measured = trees.iter().map(measure);
            let (tests, depth) = measured.fold((0, 0), |(tests, depth), (more, level)| {
                (tests + more, depth.max(level))
            });
            (tests, depth + 1)
        }
        Tree::Not(tree) => {
            let (tests, depth) = measure(tree);
            (tests, depth + 1)
        }
        Tree::Test(_) => (1, 1),
    }
}

#[test]
fn a_query_is_of_bounded_size() {
    for typed in [
        "word ".repeat(1_000),
        "a or ".repeat(1_000),
        "(a or -(b ".repeat(1_000),
        "(".repeat(10_000),
        "x.".repeat(100_000),
    ] {
        let query = parse(&typed);
        let (tests, depth) = query.tree().map_or((0, 0), measure);
        assert!(tests <= super::MOST_TESTS && depth < 40, "{tests} {depth}");
    }
    assert!(parse(&"x.".repeat(100_000)).explain().len() < 5_000);
}

fn is_sound(tree: &Tree) -> bool {
    match tree {
        Tree::All(trees) | Tree::Any(trees) => trees.len() > 1 && trees.iter().all(is_sound),
        Tree::Not(tree) => is_sound(tree),
        Tree::Test(Test::Text(_, phrase)) => {
            !phrase.needle().trim().is_empty() && !phrase.tokens().is_empty()
        }
        Tree::Test(_) => true,
    }
}

proptest! {
    #[test]
    fn any_input_is_a_query_that_explains_itself(text in any::<String>()) {
        let told = parse(&text).explain();
        prop_assert!(!told.is_empty() && !told.contains(char::is_control));
    }

    #[test]
    fn syntax_like_input_is_a_query_too(
        words in prop::collection::vec("[-\"():a é会*]{0,6}|(in|is|has|from|id|on|newer|larger|or|-|not|and):?\"?[a-z0-9(\" ]{0,5}", 0..12)
    ) {
        let query = parse(&words.join(" "));
        prop_assert!(query.tree().is_none_or(is_sound));
        prop_assert!(!query.explain().contains(char::is_control));
    }
}
