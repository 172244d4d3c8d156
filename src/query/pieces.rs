//! Cuts typed text at blanks, quotes and parentheses. Whatever does not fit together is part of a word.

use super::Field;

/// Longer texts are cut: nobody types them.
const LONGEST: usize = 4_096;
/// Parentheses within parentheses; deeper ones mean nothing.
const DEEPEST: usize = 12;

/// What a text is made of.
#[derive(Debug)]
pub(super) enum Piece<'a> {
    /// A parenthesis opens; what stands in it is looked for there.
    Open { negated: bool, field: Option<Field> },
    /// It closes.
    Close,
    /// Anything else.
    Word(Word<'a>),
}

/// A stretch of the text between blanks or quotes.
#[derive(Debug)]
pub(super) struct Word<'a> {
    pub(super) negated: bool,
    pub(super) quoted: bool,
    pub(super) text: &'a str,
}

impl Word<'_> {
    /// Whether it is this one, and nothing else.
    pub(super) fn is(&self, operator: &str) -> bool {
        !self.negated && !self.quoted && self.text.eq_ignore_ascii_case(operator)
    }
}

/// The pieces of a text, in order. Each parenthesis that closes had one that opened.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut pieces = Vec::new();
    let mut depth = 0;
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (negated, body) = match rest.strip_prefix('-') {
            Some(body) if body.starts_with(|c: char| !c.is_whitespace()) => (true, body),
            _ => (false, rest),
        };
        let (piece, tail) = match field_and_group(body) {
            Some((field, inside)) if depth < DEEPEST => {
                depth += 1;
                (Piece::Open { negated, field }, inside)
            }
            _ if depth > 0 && body.starts_with(')') => {
                depth -= 1;
                (Piece::Close, &body[1..])
            }
            _ => word(negated, body, depth > 0),
        };
        pieces.push(piece);
        rest = tail.trim_start();
    }
    pieces
}

/// `(` or `from:(`, and what follows it.
fn field_and_group(body: &str) -> Option<(Option<Field>, &str)> {
    let (before, inside) = body.split_once('(')?;
    if before.is_empty() {
        return Some((None, inside));
    }
    let field = field(before.strip_suffix(':')?)?;
    Some((Some(field), inside))
}

/// What a key of words is called.
pub(super) fn field(key: &str) -> Option<Field> {
    Some(match key.to_ascii_lowercase().as_str() {
        "subject" => Field::Subject,
        "from" => Field::From,
        "to" => Field::To,
        "cc" => Field::Cc,
        "body" => Field::Body,
        "filename" => Field::FileName,
        "list" => Field::List,
        "id" => Field::Id,
        _ => return None,
    })
}

fn word(negated: bool, body: &str, grouped: bool) -> (Piece<'_>, &str) {
    let (quoted, text, tail) = if let Some(quoted) = body.strip_prefix('"') {
        let (text, tail) = quoted.split_once('"').unwrap_or((quoted, ""));
        (true, text, tail)
    } else {
        let (text, tail) = body.split_at(end_of_bare(body, grouped));
        (false, text, tail)
    };
    let word = Word {
        negated,
        quoted,
        text,
    };
    (Piece::Word(word), tail)
}

/// Where a word without quotes around it ends: at a blank, behind `key:"a value"`, or where its group closes. A word has
/// an end behind its first octet, so that all that was typed comes to an end.
fn end_of_bare(body: &str, grouped: bool) -> usize {
    let blank = body.find(char::is_whitespace).unwrap_or(body.len());
    if let Some(open) = body.find(":\"").filter(|&colon| colon < blank) {
        let value = open + 2;
        let close = body[value..].find('"');
        return close.map_or(body.len(), |close| value + close + 1);
    }
    if !grouped {
        return blank;
    }
    // `f(x)` within a group has parentheses of its own.
    let mut open = 0_usize;
    for (at, c) in body[..blank].char_indices() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return at.max(1),
            ')' => open -= 1,
            _ => {}
        }
    }
    blank
}
