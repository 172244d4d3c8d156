//! A whole mail taken apart within limits: headers, texts, parts, attachments, mails in it, what its parts mean.

mod place;
mod take;

use std::borrow::Cow;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::mail::article::Card;
use crate::mail::guard::catch;
use crate::mail::kinds::Facts;
use crate::mail::layout;
use crate::mail::parse::charset;
use crate::mail::parse::fields::with_lines;
use crate::mail::parse::file_name::file_name;
use crate::mail::{Address, Document, Envelope, Flow, SafeText, Show};

pub(in crate::mail) use place::Place;

/// A mail, parsed once. Text in here is decoded and foreign: it goes to a screen only through
/// [`Message::render`].
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// What lists show.
    pub envelope: Envelope,
    /// `Reply-To`.
    pub reply_to: Vec<Address>,
    /// Every header field in order: name, decoded value.
    pub headers: Vec<(String, String)>,
    /// The first text/plain part that is no attachment, decoded, untouched.
    pub plain: Option<String>,
    /// What is shown in place of [`Message::plain`]: the text without the files (uuencode, yEnc) and the armour that stood
    /// in it, or as it was meant where it is UTF-8 under another name.
    pub around: Option<String>,
    /// How the lines of [`Message::plain`] belong together.
    pub flow: Flow,
    /// The first text/html part that is no attachment, decoded, untouched.
    pub html: Option<String>,
    /// Which of the two comes first in the mail, and so is its text rather than its footer.
    pub lead: Lead,
    /// Further texts that are no attachments, in order: footers of mailing lists, what stands between pictures.
    pub following: Vec<Following>,
    /// How many of [`Message::following`] stand above the mails in this mail; what is behind those is shown below them.
    pub above_mails: usize,
    /// The body as it came, where the mail announces parts and holds none.
    pub partless: Option<String>,
    /// Every MIME part in order of the tree.
    pub parts: Vec<Part>,
    /// The parts that can be saved, in order: the attachments, what else is no text shown here, files that stood
    /// in a plain text, and all of these of the mails in this mail.
    pub attachments: Vec<Attachment>,
    /// The mails in this mail, to be read in place.
    pub enclosed: Vec<Enclosed>,
    /// What parts mean, for [`Message::cards`].
    pub(in crate::mail) facts: Vec<Facts>,
    /// Why this mail is not shown as it was meant (limits, damage): a sentence for the reader.
    pub trouble: Option<SafeText>,
}

/// Which text leads a mail that has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lead {
    /// The plain one, or they say the same (multipart/alternative).
    #[default]
    Plain,
    /// The HTML; the plain one follows it.
    Html,
}

/// A text below the first of its kind, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Following {
    /// A text/plain part.
    Plain(Arc<String>),
    /// A text/html part: it goes on where another one ended.
    Html(Arc<String>),
}

/// A mail in a mail.
#[derive(Debug, Clone)]
pub struct Enclosed {
    /// The part that holds it, as in [`Part::path`].
    pub path: String,
    /// The mail itself. Its parts and attachments are read with the octets of the outermost mail.
    pub message: Message,
    /// Whether only its header came (text/rfc822-headers).
    pub header_only: bool,
}

/// One MIME part, for listings. Its octets stay where they are until they are asked for.
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
    /// How it travels: `base64`, `quoted-printable`, …
    pub encoding: &'static str,
    /// The charset it declares.
    pub charset: Option<String>,
    /// Whether it holds parts.
    pub container: bool,
    place: Place,
}

/// A part that can be saved. Its octets stay where they are until they are asked for.
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
    /// Its size in octets, decoded.
    pub size: usize,
    /// What to know before opening it: damage, or a form that needs another program.
    pub remark: Option<SafeText>,
    pub(in crate::mail) place: Place,
}

impl Part {
    /// A name that is safe to create in a directory, as in [`Attachment::file_name`].
    pub fn file_name(&self) -> String {
        file_name(self.name.as_deref(), &self.media_type)
    }

    /// Its decoded octets, out of those of the mail.
    pub fn octets<'m>(&self, mail: &'m [u8]) -> Cow<'m, [u8]> {
        self.place.octets(mail)
    }

    /// Its text, decoded and foreign; `None` where it is none.
    pub fn text(&self, mail: &[u8]) -> Option<String> {
        let is_text = self.media_type.starts_with("text/")
            || self.media_type.starts_with("message/")
            || self.media_type.starts_with("multipart/") && !self.container;
        let decode = match self.media_type.as_str() {
            "text/html" => charset::decode_html,
            _ => charset::decode,
        };
        is_text.then(|| decode(&self.octets(mail), self.charset.as_deref()))
    }
}

impl Attachment {
    /// Its decoded octets, out of those of the mail.
    pub fn octets<'m>(&self, mail: &'m [u8]) -> Cow<'m, [u8]> {
        self.place.octets(mail)
    }
}

impl Message {
    /// Takes a mail apart. Never fails and never panics: what cannot be parsed is shown as text,
    /// with [`Message::trouble`] set. Nothing but the texts is decoded, and nothing recurses but mails in mails,
    /// which are opened a few levels deep, so any thread will do.
    pub fn read(octets: &[u8]) -> Self {
        Self::read_some(octets, usize::MAX)
    }

    /// The same without the HTML that no screen shows.
    pub(in crate::mail) fn read_for_screen(octets: &[u8]) -> Self {
        Self::read_some(octets, take::SHOWN_HTML)
    }

    /// So many octets of its HTML at most.
    fn read_some(octets: &[u8], most: usize) -> Self {
        catch(|| take::message(&with_lines(octets), most)).unwrap_or_else(|| Self {
            plain: Some(take::as_text(octets)),
            trouble: Some(SafeText::new(
                "This mail could not be taken apart; it is shown as it came.",
            )),
            ..Self::default()
        })
    }

    /// Lays the mail out for a screen `show.width` cells wide. The octets are those it was read from.
    pub fn render(&self, octets: &[u8], show: &Show) -> Document {
        layout::document(self, octets, show)
    }

    /// What parts mean, in rows of name and value, with times in the reader's zone: an invitation, a bounce, a contact.
    pub fn cards(&self, zone: &TimeZone) -> Vec<Card> {
        self.facts.iter().map(|facts| facts.card(zone)).collect()
    }

    /// Every part in order, those of mails in the mail below the part that holds them.
    pub fn tree(&self) -> Vec<&Part> {
        let mut tree = Vec::new();
        for part in &self.parts {
            tree.push(part);
            let inside = self.enclosed.iter().find(|mail| mail.path == part.path);
            tree.extend(inside.iter().flat_map(|mail| mail.message.tree()));
        }
        tree
    }

    /// The plain text as it is to be read: without the files that stand in it and the armour around it.
    pub fn text(&self) -> Option<&str> {
        self.around.as_deref().or(self.plain.as_deref())
    }
}

#[cfg(test)]
mod tests;
