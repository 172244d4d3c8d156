//! What a mail says, made once for all widths: blocks of inline runs with roles, links, pictures, tables, notes.
//!
//! Built by `mail::compose` from a [`super::Message`] within limits; laid out as rows for one width by
//! `mail::layout`. Text in here is decoded and foreign: only the rows, made of [`super::SafeText`], go to a screen.

use std::sync::Arc;

use crate::mail::{Flow, Link, Role};

/// The body of a mail, and what the reader should be told about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Article {
    /// From top to bottom.
    pub blocks: Vec<Block>,
    /// What [`Run::link`] counts, from 0; on the screen they are numbered from 1.
    pub links: Vec<Link>,
    /// What there is to say before reading: one short sentence each, without a full stop.
    pub notes: Vec<String>,
}

/// A paragraph, a heading, a row of a list, a table: what begins on a row of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// How deep it is quoted: 0 are the writer's own words.
    pub quote: u8,
    /// Levels of lists it stands in.
    pub indent: u8,
    /// Further cells left of it: items of lists around it have markers that are wider than a level.
    pub hang: u8,
    /// A bullet or a number, hanging left of the first row.
    pub marker: Option<String>,
    /// What it is.
    pub kind: Kind,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text that is wrapped between words.
    Text(Vec<Run>),
    /// A heading; 1 is the largest.
    Heading(u8, Vec<Run>),
    /// One line that stands as it was written: code, a patch, a drawing. Only a screen too narrow breaks it.
    Fixed(Vec<Run>),
    /// Data in rows and columns.
    Table(Table),
    /// A horizontal line.
    Rule,
    /// An empty row. Two in a row are one.
    Gap,
    /// Text as it came. It becomes blocks piece by piece while it is laid out, as there may be 50 MB of it.
    Lines(Lines),
    /// A card: what a part means, in rows of name and value (an invitation, a bounce, a contact).
    Card(Card),
}

impl Default for Kind {
    fn default() -> Self {
        Self::Text(Vec::new())
    }
}

/// A text of any length, shared with the mail it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lines {
    /// A text/plain part.
    Text(Plain),
    /// The mail itself, octet for octet.
    Octets(Arc<Vec<u8>>),
}

/// A text/plain part, and what of it must be known before its lines can be told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// Decoded, untouched.
    pub text: Arc<String>,
    /// How its lines belong together.
    pub flow: Flow,
    /// The octets of it that are shown: blank lines before and behind are not.
    pub shown: std::ops::Range<usize>,
    /// Where the signature begins.
    pub signature: Option<usize>,
    /// Whether long quotes may be folded: somebody says something besides quoting.
    pub folds: bool,
}

/// Inline text of one role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// What it is.
    pub role: Role,
    /// What it says.
    pub text: String,
    /// The link it belongs to: a place in [`Article::links`].
    pub link: Option<usize>,
}

impl Run {
    /// Text without a link.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self {
            role,
            text: text.into(),
            link: None,
        }
    }
}

/// Data in rows and columns. Where the columns do not fit, each row becomes a few rows of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// How many of the first rows are headings.
    pub headings: usize,
    /// Each row has its cells in order; short rows end early.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// Columns it takes, at least 1.
    pub span: usize,
    /// Numbers stand right.
    pub right: bool,
    /// What it says, as one paragraph.
    pub runs: Vec<Run>,
}

/// Rows of name and value below a title.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// What it is, in one line: `Invitation: Team lunch`.
    pub title: String,
    /// `When`, `Tuesday 3 March 2026, 12:00–13:00 CET`; a value may run over several rows.
    pub rows: Vec<(String, Vec<Run>)>,
}
