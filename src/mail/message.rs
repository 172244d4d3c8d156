//! A whole mail taken apart within limits: headers, texts, parts, attachments.

use crate::mail::guard::catch;
use crate::mail::layout;
use crate::mail::parse::addresses::addresses;
use crate::mail::parse::mime::{Limit, Piece, Tree, walk};
use crate::mail::parse::{body, charset, file_name, words};
use crate::mail::{Address, Document, Envelope, Flow, SafeText, Show};

/// Text shown of a mail that could not be taken apart, in octets.
const MAX_RAW_TEXT: usize = 1 << 20;
/// Texts below the first one; more are listed as attachments.
const MAX_FOLLOWING: usize = 20;

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
    /// How the lines of [`Message::plain`] belong together.
    pub flow: Flow,
    /// The first text/html part that is no attachment, decoded, untouched.
    pub html: Option<String>,
    /// Which of the two comes first in the mail, and so is its text rather than its footer.
    pub lead: Lead,
    /// Further text/plain parts that are no attachments, decoded: footers of mailing lists.
    pub following: Vec<String>,
    /// The body as it came, where the mail announces parts and holds none.
    pub partless: Option<String>,
    /// Every MIME part in order of the tree.
    pub parts: Vec<Part>,
    /// The parts that can be saved, in order: the attachments, and what else is no text shown here.
    pub attachments: Vec<Attachment>,
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
    /// with [`Message::trouble`] set. Nothing in it recurses, so any thread will do.
    pub fn read(octets: &[u8]) -> Self {
        catch(|| Self::of(octets)).unwrap_or_else(|| Self {
            plain: Some(as_text(octets)),
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

    fn of(octets: &[u8]) -> Self {
        let tree = walk(octets);
        let mut message = Self {
            envelope: Envelope::of(&tree),
            reply_to: addresses(tree.header.first("Reply-To").into_iter()),
            headers: headers(&tree),
            ..Self::default()
        };
        if let Some(limit) = tree.limit {
            message.plain = Some(as_text(&octets[tree.body..]));
            message.trouble = Some(SafeText::new(sentence(limit)));
            return message;
        }
        for piece in &tree.parts {
            message.take(piece);
        }
        message
    }

    fn take(&mut self, piece: &Piece<'_>) {
        let content = body::decode(piece.octets, piece.media.encoding);
        let media = &piece.media;
        self.parts.push(Part {
            path: piece.path.clone(),
            media_type: media.kind.clone(),
            name: media.name.clone(),
            size: content.len(),
            disposition: media.disposition.clone(),
        });
        if piece.container || self.take_text(piece, &content) {
            return;
        }
        let name = media
            .name
            .clone()
            .or_else(|| subject_of_mail(&media.kind, &content));
        let file_name = file_name::file_name(name.as_deref(), &media.kind);
        self.attachments.push(Attachment {
            path: piece.path.clone(),
            label: name
                .as_deref()
                .map_or_else(|| SafeText::new(&file_name), SafeText::new),
            file_name,
            media_type: media.kind.clone(),
            content: content.into(),
        });
    }

    /// Whether the part of this path is one way of several to say the same.
    fn is_alternative(&self, path: &str) -> bool {
        let holder = path.rsplit_once('.').map_or("", |(holder, _)| holder);
        let part = self.parts.iter().find(|part| part.path == holder);
        part.is_some_and(|part| part.media_type == "multipart/alternative")
    }

    /// Takes the part as the text of the mail; `false` if it is something else.
    fn take_text(&mut self, piece: &Piece<'_>, content: &[u8]) -> bool {
        if piece.is_attachment() {
            return false;
        }
        let media = &piece.media;
        let decoded = || charset::decode(content, media.charset.as_deref());
        match media.kind.as_str() {
            _ if media.is_multipart() && content.trim_ascii().is_empty() => true,
            _ if media.is_multipart() && self.parts.len() == 1 => {
                self.partless = Some(as_text(content));
                true
            }
            "text/plain" if self.plain.is_none() => {
                self.plain = Some(decoded());
                self.flow = media.flow;
                if self.html.is_some() && !self.is_alternative(&piece.path) {
                    self.lead = Lead::Html;
                }
                true
            }
            "text/plain" if self.following.len() < MAX_FOLLOWING => {
                self.following.push(decoded());
                true
            }
            "text/html" if self.html.is_none() => {
                self.html = Some(decoded());
                true
            }
            _ => false,
        }
    }
}

fn headers(tree: &Tree<'_>) -> Vec<(String, String)> {
    let fields = tree.header.fields.iter();
    fields
        .map(|field| {
            (
                String::from_utf8_lossy(field.name).into_owned(),
                words::text(field.value),
            )
        })
        .collect()
}

/// An attached mail without a name is called by its subject.
fn subject_of_mail(media_type: &str, content: &[u8]) -> Option<String> {
    if media_type != "message/rfc822" {
        return None;
    }
    let header = crate::mail::parse::fields::Header::of_mail(content);
    let subject = header.first("Subject").map(words::text)?;
    // A slash in a subject starts no directory.
    (!subject.is_empty()).then(|| format!("{}.eml", subject.replace(['/', '\\'], "_")))
}

fn as_text(octets: &[u8]) -> String {
    charset::decode(&octets[..octets.len().min(MAX_RAW_TEXT)], None)
}

fn sentence(limit: Limit) -> &'static str {
    match limit {
        Limit::Header => "The header of this mail is too long; the mail is shown as text.",
        Limit::Depth => "The parts of this mail are nested too deep; it is shown as text.",
        Limit::Parts => "This mail has too many parts; it is shown as text.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "Subject: =?utf-8?q?=C3=A9?=\nX-Raw: gr\u{fc}n\nReply-To: r@x.example\n\
        Content-Type: multipart/mixed; boundary=b\n\n\
        --b\nContent-Type: text/plain; charset=iso-8859-1; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\n=E9t=E9\n\
        --b\nContent-Type: text/html\n\n<p>x\n\
        --b\nContent-Type: text/csv; charset=iso-8859-1\nContent-Disposition: attachment; filename=\"../t.csv\"\nContent-Transfer-Encoding: base64\n\n6Q==\n\
        --b\nContent-Type: message/rfc822\n\nSubject: a/b\n\ninner\n--b--\n";

    #[test]
    fn a_mail_is_taken_apart() {
        let message = Message::read(MAIL.as_bytes());
        assert_eq!(message.headers[0], ("Subject".into(), "é".into()));
        assert_eq!(message.headers[1].1, "grün");
        assert_eq!(message.reply_to[0].address.as_deref(), Some("r@x.example"));
        assert_eq!(message.plain.as_deref(), Some("été"));
        assert_eq!(message.flow, Flow::Flowed);
        assert_eq!(message.html.as_deref(), Some("<p>x"));
        assert_eq!(message.parts.len(), 5);
        assert_eq!(message.parts[3].path, "1.3");
        assert_eq!(message.parts[3].name.as_deref(), Some("../t.csv"));
        assert_eq!(message.trouble, None);
    }

    #[test]
    fn attachments_keep_their_octets_and_get_safe_names() {
        let message = Message::read(MAIL.as_bytes());
        let [csv, mail] = message.attachments.as_slice() else {
            panic!("two attachments: {:?}", message.attachments);
        };
        assert_eq!(
            (csv.file_name.as_str(), &*csv.content),
            ("t.csv", &b"\xe9"[..])
        );
        assert_eq!(csv.label.as_str(), "../t.csv");
        assert_eq!(
            (mail.file_name.as_str(), &*mail.content),
            ("a_b.eml", &b"Subject: a/b\n\ninner"[..])
        );
    }

    #[test]
    fn a_footer_behind_html_is_not_taken_for_the_mail() {
        let mail = |kind: &str| {
            let mail = format!(
                "Content-Type: multipart/{kind}; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x\n\
                 --b\n\nfooter\n--b\n\nmore\n--b--\n"
            );
            Message::read(mail.as_bytes())
        };
        assert_eq!(mail("mixed").lead, Lead::Html);
        assert_eq!(mail("mixed").following, ["more"]);
        assert!(mail("mixed").attachments.is_empty());
        assert_eq!(mail("alternative").lead, Lead::Plain);
    }

    #[test]
    fn a_multipart_without_parts_loses_no_text() {
        let message = Message::read(b"Content-Type: multipart/mixed; boundary=b\n\nhello");
        assert_eq!(
            (message.plain, message.partless),
            (None, Some("hello".to_owned()))
        );
    }

    #[test]
    fn a_bomb_is_shown_as_text() {
        let many = format!(
            "Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n{}",
            "--a\n\n".repeat(20_000)
        );
        let message = Message::read(many.as_bytes());
        assert!(message.trouble.is_some());
        assert!(message.plain.is_some_and(|text| text.starts_with("--a")));
        assert_eq!(message.envelope.subject, "x");
    }
}
