//! How a mail is to be shown, and what its rows are made of: spans with roles, all of it safe to draw.

use crate::mail::{SafeText, words};

/// How a mail is to be shown.
#[derive(Debug, Clone)]
pub struct Show {
    /// Cells a line may take. Text is capped at 100 for reading.
    pub width: u16,
    /// Which header fields.
    pub headers: Headers,
    /// Rendered, or as it came.
    pub source: Source,
    /// Which text, where a mail says the same twice.
    pub part: Preferred,
    /// Long quotes folded, or whole.
    pub quotes: Quotes,
    /// Long lines wrapped, or cut.
    pub wrap: Wrap,
    /// Long addresses below the text cut, or whole.
    pub addresses: Addresses,
    /// The reader's time zone, for dates.
    pub zone: jiff::tz::TimeZone,
    /// The reader's now in seconds since 1970 UTC, for "21 minutes ago".
    pub now: i64,
    /// Where only the head of the mail is here.
    pub rest: Option<HeadOnly>,
}

/// What is said in the place of the text of a mail of which only the head is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadOnly {
    /// Octets of the whole mail, if the server told.
    pub whole: Option<u64>,
    /// How the rest is fetched: half a sentence.
    pub how: String,
}

impl HeadOnly {
    pub(super) fn sentence(&self) -> String {
        let how = &self.how;
        match self.whole {
            Some(octets) => format!(
                "Only the head of this mail has been fetched, of {} in all; {how}.",
                words::octets(octets)
            ),
            None => format!("Only the head of this mail has been fetched; {how}."),
        }
    }
}

/// What of a [`Show`] the reader chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "as in Show")]
pub struct How {
    pub headers: Headers,
    pub source: Source,
    pub part: Preferred,
    pub quotes: Quotes,
    pub wrap: Wrap,
    pub addresses: Addresses,
}

impl Show {
    /// The reader's choices for a window, a place and a time.
    pub fn new(how: How, width: u16, zone: jiff::tz::TimeZone, now: i64) -> Self {
        Self {
            width,
            headers: how.headers,
            source: how.source,
            part: how.part,
            quotes: how.quotes,
            wrap: how.wrap,
            addresses: how.addresses,
            zone,
            now,
            rest: None,
        }
    }
}

/// Which header fields are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Headers {
    /// Subject, From, To, Cc, Date.
    #[default]
    Main,
    /// Every one, decoded.
    All,
}

/// Rendered, or as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// For reading.
    #[default]
    Rendered,
    /// The raw octets as text, made safe.
    Raw,
}

/// Which text is shown of a mail that has a plain one and an HTML one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preferred {
    /// The plain one, unless it is only the footer of the HTML.
    #[default]
    Auto,
    /// The plain one.
    Plain,
    /// The HTML.
    Html,
}

/// Long quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quotes {
    /// One row stands for each.
    #[default]
    Folded,
    /// Shown whole.
    Open,
}

/// Lines wider than the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wrap {
    /// Text is wrapped between words; code, tables and drawings break at the edge only.
    #[default]
    Words,
    /// Every line stays one row, cut at the edge.
    Off,
}

/// The addresses of links, below the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Addresses {
    /// A row each: of a longer one the end is left out, never a part of the host.
    #[default]
    OneRow,
    /// In as many rows as they take.
    Whole,
}

/// One row of the screen, at most as wide as asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Left to right.
    pub spans: Vec<Span>,
    /// The long quote it belongs to, counted from 1: one row stands for it, or all of it is shown.
    pub fold: Option<u32>,
}

impl Line {
    /// Its text without roles, for searching.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// A run of text with one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub role: Role,
    /// What it says.
    pub text: SafeText,
    /// The link it belongs to: a place in [`super::Document::links`].
    pub link: Option<usize>,
}

/// What a run of text is; the theme decides how that looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Ordinary text.
    #[default]
    Text,
    /// The subject at the top.
    Subject,
    /// `From`, `To`, …
    HeaderName,
    /// What stands behind it.
    HeaderValue,
    /// A remark by poptui: trouble, blocked images, attachments.
    Note,
    /// The line between head and body.
    Rule,
    /// A quoted line; the level counts from 1.
    Quote(u8),
    /// Below `-- `.
    Signature,
    /// An HTML heading.
    Heading,
    /// Emphasised.
    Strong,
    /// Preformatted text or code.
    Code,
    /// A link's text.
    Link,
    /// A link's number.
    LinkNumber,
    /// An attachment's row.
    Attachment,
    /// A line that a patch adds.
    Added,
    /// A line that a patch takes away.
    Removed,
    /// Where in a file a patch changes something.
    Hunk,
    /// What was searched for.
    Match,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the mail calls it.
    pub text: SafeText,
    /// Where it truly leads.
    pub url: SafeText,
    /// Whether its number stands in the text. None does where the text is the address.
    pub numbered: bool,
}
