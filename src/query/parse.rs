//! Reads typed text into a tree of tests; whatever cannot be a term of another kind is words.

use jiff::ZonedDateTime;

use super::pieces::{Piece, Word, field, pieces};
use super::{End, Field, Phrase, Place, State, Test, Thing, Tree, values};

/// More tests than anyone types; what comes behind is left out, and `explain` shows it.
const MOST_TESTS: usize = 50;

/// The tree of a query; `None` where nothing is asked.
pub(super) fn tree(text: &str, now: &ZonedDateTime) -> Option<Tree> {
    let pieces = pieces(text);
    let mut parser = Parser {
        last_word: last_word(&pieces, now),
        pieces: &pieces,
        at: 0,
        left: MOST_TESTS,
        now,
    };
    let mut trees = Vec::new();
    // Nothing is left but in vain: each group takes all up to where it closes.
    while parser.at < pieces.len() {
        trees.extend(parser.any(None));
        parser.at += 1;
    }
    all(trees)
}

/// The word that may go on: the last one that is looked for.
fn last_word(pieces: &[Piece<'_>], now: &ZonedDateTime) -> Option<usize> {
    let last = pieces.len().checked_sub(1)?;
    let goes_on = |(index, piece): (usize, &Piece<'_>)| {
        let Piece::Word(word) = piece else {
            return false;
        };
        let operator = index < last && (word.is("or") || word.is("and") || word.is("not"));
        let text = word_of(word, None, End::Open, now);
        !word.negated && !word.quoted && !operator && matches!(text, Some(Test::Text(..)))
    };
    pieces.iter().enumerate().rposition(goes_on)
}

struct Parser<'p> {
    pieces: &'p [Piece<'p>],
    at: usize,
    last_word: Option<usize>,
    /// Tests that may still come.
    left: usize,
    now: &'p ZonedDateTime,
}

impl Parser<'_> {
    /// What stands up to the end of the group: terms side by side, and `or` between such.
    fn any(&mut self, field: Option<Field>) -> Option<Tree> {
        let mut alternatives = Vec::new();
        let mut terms = Vec::new();
        while let Some(piece) = self.pieces.get(self.at) {
            if matches!(piece, Piece::Close) {
                break;
            }
            if !terms.is_empty() && self.is_operator("or") {
                alternatives.extend(all(std::mem::take(&mut terms)));
                self.at += 1;
            } else if !terms.is_empty() && self.is_operator("and") {
                self.at += 1;
                if self.is_operator("not") {
                    self.at += 1;
                    terms.extend(self.term(field).map(not));
                }
            } else if self.is_operator("not") && self.is_in_capitals() {
                self.at += 1;
                terms.extend(self.term(field).map(not));
            } else {
                terms.extend(self.term(field));
            }
        }
        alternatives.extend(all(terms));
        any(alternatives)
    }

    /// One word or group. Passes one piece at least.
    fn term(&mut self, field: Option<Field>) -> Option<Tree> {
        let index = self.at;
        let piece = self.pieces.get(index)?;
        self.at += 1;
        let (negated, tree) = match piece {
            Piece::Open {
                negated,
                field: inner,
            } => {
                let tree = self.any(inner.or(field));
                // Past the parenthesis that closes, or the end of the text.
                self.at += 1;
                (*negated, tree)
            }
            Piece::Close => (false, None),
            Piece::Word(word) => (word.negated, self.test(index, word, field)),
        };
        tree.map(|tree| if negated { not(tree) } else { tree })
    }

    fn test(&mut self, index: usize, word: &Word<'_>, field: Option<Field>) -> Option<Tree> {
        let end = if self.last_word == Some(index) {
            End::Open
        } else {
            End::Whole
        };
        let test = word_of(word, field, end, self.now)?;
        self.left = self.left.checked_sub(1)?;
        Some(Tree::Test(test))
    }

    /// Whether this word stands here, and something behind it that it can belong to.
    fn is_operator(&self, operator: &str) -> bool {
        let here = matches!(self.pieces.get(self.at), Some(Piece::Word(word)) if word.is(operator));
        let next = self.pieces.get(self.at + 1);
        here && !matches!(next, None | Some(Piece::Close))
    }

    fn is_in_capitals(&self) -> bool {
        matches!(self.pieces.get(self.at), Some(Piece::Word(word)) if word.text == "NOT")
    }
}

fn not(tree: Tree) -> Tree {
    match tree {
        Tree::Not(tree) => *tree,
        tree => Tree::Not(Box::new(tree)),
    }
}

fn all(trees: Vec<Tree>) -> Option<Tree> {
    let flat = trees.into_iter().flat_map(|tree| match tree {
        Tree::All(trees) => trees,
        tree => vec![tree],
    });
    one_or(flat.collect(), Tree::All)
}

fn any(trees: Vec<Tree>) -> Option<Tree> {
    let flat = trees.into_iter().flat_map(|tree| match tree {
        Tree::Any(trees) => trees,
        tree => vec![tree],
    });
    one_or(flat.collect(), Tree::Any)
}

fn one_or(mut trees: Vec<Tree>, several: fn(Vec<Tree>) -> Tree) -> Option<Tree> {
    match trees.len() {
        0 => None,
        1 => trees.pop(),
        _ => Some(several(trees)),
    }
}

/// What a word asks; `None` where there is nothing to look for in it.
fn word_of(word: &Word<'_>, field: Option<Field>, end: End, now: &ZonedDateTime) -> Option<Test> {
    let words = |text| {
        let phrase = Phrase::new(text, end)?;
        Some(Test::Text(field.unwrap_or(Field::Any), phrase))
    };
    if word.quoted {
        return words(word.text);
    }
    keyed(word.text, end, now).or_else(|| words(word.text))
}

/// What `key:value` asks, if it is one of ours.
fn keyed(text: &str, end: End, now: &ZonedDateTime) -> Option<Test> {
    let (key, quoted) = text.split_once(':')?;
    let value = quoted.trim_matches('"').trim();
    if value.is_empty() {
        return None;
    }
    let key = key.to_ascii_lowercase();
    if let Some(field) = field(&key) {
        let end = if value == quoted { end } else { End::Whole };
        return Some(Test::Text(field, Phrase::new(value, end)?));
    }
    match key.as_str() {
        "in" if value.eq_ignore_ascii_case("any") => Some(Test::In(Place::Any)),
        "in" => Some(Test::In(Place::Folder(value.to_owned()))),
        "account" => Some(Test::Account(value.to_owned())),
        "tag" => Some(Test::Tag(value.to_owned())),
        "is" => state(value).map(Test::Is),
        "has" => thing(value).map(Test::Has),
        "before" | "on" | "after" => values::day(&key, value, now),
        "newer" | "older" => values::age(&key, value, now),
        "larger" => values::size(value).map(Test::Larger),
        "smaller" => values::size(value).map(Test::Smaller),
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

fn thing(value: &str) -> Option<Thing> {
    match value.to_ascii_lowercase().as_str() {
        "attachment" => Some(Thing::Attachment),
        "link" => Some(Thing::Link),
        "invite" => Some(Thing::Invite),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
