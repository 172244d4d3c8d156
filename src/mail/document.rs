//! A mail laid out for a width: lines of spans with roles, all of it safe to draw.

use crate::mail::SafeText;

/// How a mail is to be shown.
#[derive(Debug, Clone)]
pub struct Show {
    /// Cells a line may take. Text is capped at 100 for reading.
    pub width: u16,
    /// Which header fields.
    pub headers: Headers,
    /// Rendered, or as it came.
    pub source: Source,
    /// The reader's time zone, for dates.
    pub zone: jiff::tz::TimeZone,
    /// The reader's now in seconds since 1970 UTC, for "21 minutes ago".
    pub now: i64,
}

/// What is said in the place of the text of a mail of which only the head is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadOnly {
    /// Octets of the whole mail, if the server told.
    pub whole: Option<u64>,
    /// How the rest is fetched: half a sentence.
    pub how: String,
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

/// A mail ready to draw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// For the title row.
    pub title: SafeText,
    /// Every line from the first header to the last attachment.
    pub lines: Vec<Line>,
    /// The links, numbered from 1 in this order.
    pub links: Vec<Link>,
}

/// One row of the screen, at most as wide as asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Left to right.
    pub spans: Vec<Span>,
}

/// A run of text with one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub role: Role,
    /// What it says.
    pub text: SafeText,
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
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the mail calls it.
    pub text: SafeText,
    /// Where it truly leads.
    pub url: SafeText,
}
