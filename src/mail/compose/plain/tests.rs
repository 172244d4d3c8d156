//! Plain text as blocks: what each line becomes, and that pieces are the same as the whole.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::mail::links::Links;

fn text(text: &str, flow: Flow) -> Lines {
    Lines::Text(plain(Arc::new(text.to_owned()), flow))
}

fn pieces(text: &Lines, quotes: Quotes) -> Vec<Piece> {
    let mut links = Links::default();
    let mut at = Some(At::start(text));
    let mut pieces = Vec::new();
    while let Some(place) = at {
        let piece = piece(text, place, quotes, &mut |url| links.number_of_plain(url));
        assert!(
            piece.next.is_none_or(|next| next.offset > place.offset),
            "it goes on"
        );
        at = piece.next;
        pieces.push(piece);
    }
    pieces
}

fn blocks(words: &str) -> Vec<Block> {
    let pieces = pieces(&text(words, Flow::Fixed), Quotes::Folded);
    pieces.into_iter().flat_map(|piece| piece.blocks).collect()
}

fn words(block: &Block) -> String {
    match &block.kind {
        Kind::Text(runs) | Kind::Fixed(runs) => runs.iter().map(|run| run.text.as_str()).collect(),
        other => panic!("{other:?}"),
    }
}

fn roles(block: &Block) -> Vec<Role> {
    match &block.kind {
        Kind::Text(runs) | Kind::Fixed(runs) => runs.iter().map(|run| run.role).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_the_last_signature_is_dimmed() {
    let found = blocks("one\n-- \nquoted sig\n> x\nreply\n-- \nAda");
    let of = |wanted: &str| found.iter().find(|block| words(block) == wanted).map(roles);
    assert_eq!(of("quoted sig"), Some(vec![Role::Text]));
    assert_eq!(of("reply"), Some(vec![Role::Text]));
    assert_eq!(of("Ada"), Some(vec![Role::Signature]));
}

#[test]
fn links_have_their_places_and_nothing_is_put_beside_them() {
    let found = blocks("see <https://a.example/> or ada@a.example\nname    www.b.example    end");
    assert_eq!(
        words(&found[0]),
        "see <https://a.example/> or ada@a.example"
    );
    assert_eq!(words(&found[1]), "name    www.b.example    end");
    let Kind::Fixed(runs) = &found[1].kind else {
        panic!("{found:?}")
    };
    assert_eq!((runs[1].role, runs[1].link), (Role::Link, Some(2)));
}

#[test]
fn long_quotes_fold_and_short_ones_and_mails_of_nothing_else_do_not() {
    let quote = "> a line\n".repeat(42);
    let found = blocks(&format!("Hello\n{quote}Bye\n> short\n"));
    let shown: Vec<String> = found.iter().map(words).collect();
    assert_eq!(shown, ["Hello", "▸ 42 quoted lines", "Bye", "short"]);
    assert_eq!(blocks(&quote).len(), 42);
    let open = pieces(
        &text(&format!("Hello\n{quote}Bye\n"), Flow::Fixed),
        Quotes::Open,
    );
    let folds: Vec<_> = open
        .iter()
        .map(|piece| (piece.blocks.len(), piece.fold))
        .collect();
    assert_eq!(folds, [(1, None), (42, Some(1)), (1, None)]);
}

#[test]
fn a_patch_is_coloured_by_its_hunks_and_stands() {
    let found = blocks(
        "Hi\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n-- \n2.39\n",
    );
    let roles: Vec<_> = found
        .iter()
        .filter(|block| !words(block).is_empty())
        .map(|block| roles(block)[0])
        .collect();
    let (strong, text, signature) = (Role::Strong, Role::Text, Role::Signature);
    assert_eq!(
        roles,
        [
            text,
            strong,
            strong,
            strong,
            Role::Hunk,
            text,
            Role::Removed,
            Role::Added,
            signature,
            signature
        ]
    );
    assert!(matches!(found[6].kind, Kind::Fixed(_)));
}

#[test]
fn blank_lines_before_and_behind_are_not_shown() {
    let found = blocks("\n \n  indented\n\nx\n\n \n");
    assert_eq!(
        found.iter().map(words).collect::<Vec<_>>(),
        ["  indented", "", "x"]
    );
}

#[test]
fn a_text_of_any_size_is_taken_in_small_pieces() {
    let one_line = "word ".repeat(100_000);
    let short_lines = "x\n".repeat(100_000);
    let quoted = format!("Hi\n{}", "> y\n".repeat(100_000));
    for (lines, quotes) in [
        (text(&one_line, Flow::Fixed), Quotes::Folded),
        (text(&short_lines, Flow::Flowed), Quotes::Folded),
        (text(&quoted, Flow::Fixed), Quotes::Open),
        (text(&"flows \n".repeat(50_000), Flow::Flowed), Quotes::Open),
        (Lines::Octets(Arc::new(vec![0xe9; 500_000])), Quotes::Open),
    ] {
        for piece in pieces(&lines, quotes) {
            let octets: usize = piece.blocks.iter().map(|block| words(block).len()).sum();
            // What is no UTF-8 has three octets on the screen.
            assert!(octets <= 3 * (OCTETS + LONGEST) && piece.blocks.len() <= PARAGRAPHS);
        }
    }
}

#[test]
fn octets_are_shown_and_not_understood() {
    let lines = Lines::Octets(Arc::new(b"> A: \xff\r\n\r\n\tx".to_vec()));
    let found = pieces(&lines, Quotes::Folded).remove(0).blocks;
    assert_eq!(
        found.iter().map(words).collect::<Vec<_>>(),
        ["> A: \u{fffd}", "", "        x"]
    );
}

#[test]
fn characters_of_endless_lines_are_not_halved() {
    let lines = Lines::Octets(Arc::new("日本語".repeat(10_000).into_bytes()));
    let pieces = pieces(&lines, Quotes::Folded);
    let shown: String = pieces
        .iter()
        .flat_map(|piece| &piece.blocks)
        .map(words)
        .collect();
    assert_eq!(shown, "日本語".repeat(10_000));
}

proptest! {
    #[test]
    fn every_word_is_shown_whatever_the_lines_are(text_ in "([>\r\n -]|[a-c]|é|@@ -1 \\+1 @@|https://x\\.y ){0,60}", flowed in any::<bool>()) {
        let flow = if flowed { Flow::Flowed } else { Flow::Fixed };
        let found = pieces(&text(&text_, flow), Quotes::Open);
        let letters = |text: &str| text.chars().filter(|c| matches!(c, 'a'..='c' | 'é')).collect::<String>();
        let shown: String = found.iter().flat_map(|piece| &piece.blocks).map(words).collect();
        prop_assert_eq!(letters(&shown), letters(&text_));
    }
}

#[test]
fn the_names_of_mails_are_no_addresses() {
    let found =
        blocks("Message-ID: <x1@a.example>\nFrom: ada@a.example\n  References: <y2@a.example>");
    let of: Vec<String> = found.iter().map(words).collect();
    assert_eq!(
        of,
        [
            "Message-ID: <x1@a.example>",
            "From: ada@a.example",
            "  References: <y2@a.example>"
        ]
    );
}
