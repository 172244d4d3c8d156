//! Takes a mail apart: which parts are its text, which can be saved, which are mails themselves, which mean something.

use std::sync::Arc;

use crate::mail::kinds;
use crate::mail::message::{Attachment, Enclosed, Following, Lead, Message, Part, Place};
use crate::mail::parse::addresses::addresses;
use crate::mail::parse::fields::Header;
use crate::mail::parse::inlined::{self, Inlined};
use crate::mail::parse::mime::{Limit, Piece, Tree, walk};
use crate::mail::parse::size::decoded_size;
use crate::mail::parse::{body, charset, file_name, words};
use crate::mail::{Envelope, SafeText, words as numbers};

/// Text shown of a mail that could not be taken apart, in octets.
const MAX_RAW_TEXT: usize = 1 << 20;
/// Texts below the first one; more are listed as attachments.
const MAX_FOLLOWING: usize = 20;
/// Octets of HTML below the first one: each text takes its own time to be laid out.
const MAX_FOLLOWING_HTML: usize = 128 << 10;
/// Octets of an HTML text that are decoded for a screen: more than are laid out, in any charset.
pub(super) const SHOWN_HTML: usize = 12 << 20;
/// Mails in mails that are opened in place; more can be saved.
const MAX_ENCLOSED: usize = 50;
/// Parts before one that are asked what it is to them.
const MAX_NEAR: usize = 100;
/// Parts of a mail and of all that is opened in it: each level of mails in mails has its own list of them.
const MAX_PARTS: usize = 20_000;
/// How deep mails in mails are opened.
const MAX_NESTED: usize = 8;

/// Takes the mail of these octets apart, with at most so many octets of its HTML.
pub(super) fn message(octets: &[u8], html: usize) -> Message {
    let mut left = Left {
        html,
        properties: kinds::MAX_PROPERTIES,
        mails: MAX_ENCLOSED,
        parts: MAX_PARTS,
    };
    Taker::new(Place::default(), "", 0, &mut left).take_mail(octets)
}

/// The start of some octets as text.
pub(super) fn as_text(octets: &[u8]) -> String {
    charset::decode(&octets[..octets.len().min(MAX_RAW_TEXT)], None)
}

/// What may still be taken, in all of the outermost mail.
struct Left {
    /// Octets of one HTML text.
    html: usize,
    /// Octets of calendars and contacts to be read.
    properties: usize,
    /// Mails to be opened.
    mails: usize,
    parts: usize,
}

/// What is known while one mail, perhaps in another one, is taken apart.
struct Taker<'l> {
    message: Message,
    /// Where this mail stands in the outermost one.
    place: Place,
    /// What its paths begin with.
    prefix: &'l str,
    depth: usize,
    left: &'l mut Left,
}

impl<'l> Taker<'l> {
    fn new(place: Place, prefix: &'l str, depth: usize, left: &'l mut Left) -> Self {
        Self {
            message: Message::default(),
            place,
            prefix,
            depth,
            left,
        }
    }

    fn take_mail(mut self, octets: &[u8]) -> Message {
        let tree = walk(octets);
        self.message = Message {
            envelope: Envelope::of(&tree),
            reply_to: addresses(tree.header.first("Reply-To").into_iter()),
            headers: headers(&tree),
            ..Message::default()
        };
        let left = self.left.parts.checked_sub(tree.parts.len());
        let limit = tree.limit.or(left.is_none().then_some(Limit::Parts));
        self.left.parts = left.unwrap_or(self.left.parts);
        if let Some(limit) = limit {
            self.message.plain = Some(as_text(&octets[tree.body..]));
            self.message.trouble = Some(SafeText::new(sentence(limit)));
            return self.message;
        }
        for piece in &tree.parts {
            self.take(piece);
        }
        kinds::of_whole(&mut self.message);
        self.message
    }

    fn take(&mut self, piece: &Piece<'_>) {
        let part = self.part(piece);
        let is_told = kinds::of_part(piece, &mut self.message, &mut self.left.properties);
        self.message.parts.push(part);
        if piece.container || self.take_text(piece) {
            return;
        }
        // What a card tells is reached through the tree of parts.
        if !kinds::is_told_elsewhere(&piece.media.kind, is_told) || piece.is_attachment() {
            self.attach(piece);
        }
        self.enclose(piece);
    }

    fn part(&self, piece: &Piece<'_>) -> Part {
        let media = &piece.media;
        Part {
            path: self.path(piece),
            media_type: media.kind.clone(),
            name: media.name.clone(),
            size: decoded_size(piece.octets, media.encoding),
            disposition: media.disposition.clone(),
            encoding: media.encoding.word(),
            charset: media.charset.clone(),
            container: piece.container,
            place: self.place_of(piece),
        }
    }

    fn path(&self, piece: &Piece<'_>) -> String {
        format!("{}{}", self.prefix, piece.path)
    }

    fn place_of(&self, piece: &Piece<'_>) -> Place {
        let range = piece.start..piece.start + piece.octets.len();
        self.place.within(range, piece.media.encoding)
    }

    fn attach(&mut self, piece: &Piece<'_>) {
        let media = &piece.media;
        let Some(part) = self.message.parts.last() else {
            return;
        };
        let name = media.name.clone().or_else(|| subject_of_mail(piece));
        let file_name = file_name::file_name(name.as_deref(), &media.kind);
        self.message.attachments.push(Attachment {
            path: part.path.clone(),
            label: name
                .as_deref()
                .map_or_else(|| SafeText::new(&file_name), SafeText::new),
            file_name,
            media_type: media.kind.clone(),
            size: part.size,
            remark: kinds::remark(&media.kind).map(SafeText::new),
            place: part.place.clone(),
        });
    }

    /// Opens a mail in this mail, or the header of one.
    fn enclose(&mut self, piece: &Piece<'_>) {
        let header_only = match piece.media.kind.as_str() {
            "message/rfc822" | "message/global" => false,
            "text/rfc822-headers" | "message/global-headers" => true,
            _ => return,
        };
        if self.depth >= MAX_NESTED || self.left.mails == 0 {
            return;
        }
        self.left.mails -= 1;
        let octets = body::decode(piece.octets, piece.media.encoding);
        let shown = if header_only {
            header_of(&octets)
        } else {
            &octets
        };
        let path = self.path(piece);
        let prefix = format!("{path}.");
        let inner = Taker::new(self.place_of(piece), &prefix, self.depth + 1, self.left);
        let message = inner.take_mail(shown);
        self.message
            .attachments
            .extend(message.attachments.iter().cloned());
        if self.message.enclosed.is_empty() {
            self.message.above_mails = self.message.following.len();
        }
        self.message.enclosed.push(Enclosed {
            path,
            message,
            header_only,
        });
    }

    /// The parts just taken: a part is judged by what stands near it, however many there are.
    fn neighbours(&self) -> impl Iterator<Item = &Part> {
        self.message.parts.iter().rev().take(MAX_NEAR)
    }

    /// Whether the part of this path is one way of several to say the same.
    fn is_alternative(&self, path: &str) -> bool {
        let holder = path.rsplit_once('.').map_or("", |(holder, _)| holder);
        let part = self.neighbours().find(|part| part.path == holder);
        part.is_some_and(|part| part.media_type == "multipart/alternative")
    }

    /// Takes the part as the text of the mail; `false` if it is something else.
    fn take_text(&mut self, piece: &Piece<'_>) -> bool {
        let media = &piece.media;
        if piece.is_attachment() || !(media.kind.starts_with("text/") || media.is_multipart()) {
            return false;
        }
        let content = || body::decode(piece.octets, media.encoding);
        let path = self.path(piece);
        match media.kind.as_str() {
            _ if media.is_multipart() && content().trim_ascii().is_empty() => true,
            _ if media.is_multipart() && self.message.parts.len() == 1 => {
                self.message.partless = Some(as_text(&content()));
                true
            }
            "text/plain" if self.message.plain.is_none() => {
                let content = content();
                let charset = media.charset.as_deref();
                let (plain, meant) = charset::decode_and_mend(&content, charset);
                self.message.around = self.take_files(piece, &content).or(meant);
                self.message.plain = Some(plain);
                self.message.flow = media.flow;
                if self.message.html.is_some() && !self.is_alternative(&path) {
                    self.message.lead = Lead::Html;
                }
                true
            }
            "text/plain" if self.message.following.len() < MAX_FOLLOWING => {
                let content = content();
                let around = self.take_files(piece, &content);
                let text =
                    around.unwrap_or_else(|| charset::decode(&content, media.charset.as_deref()));
                let text = Following::Plain(Arc::new(text));
                self.message.following.push(text);
                true
            }
            "text/html" if self.message.html.is_none() => {
                // No encoding takes more than three octets for one.
                let most = piece.octets.len().min(self.left.html.saturating_mul(3));
                let content = body::decode(&piece.octets[..most], media.encoding);
                let content = charset::beginning(&content, self.left.html);
                let html = charset::decode_html(content, media.charset.as_deref());
                self.message.html = Some(html);
                true
            }
            // The plain one of the pair is shown.
            "text/html" if self.is_alternative(&path) && self.is_shown_beside(&path) => true,
            "text/html" if self.is_more_html(&path, piece.octets.len()) => {
                let html = charset::decode_html(&content(), media.charset.as_deref());
                self.message.following.push(Following::Html(Arc::new(html)));
                true
            }
            _ => false,
        }
    }

    /// Whether an HTML text goes on where the first one ended: some programs write one before each picture and one
    /// behind it. Where a plain text is shown that does not say the same, it would be shown nowhere.
    fn is_more_html(&self, path: &str, octets: usize) -> bool {
        let lengths = self.message.following.iter().map(|text| match text {
            Following::Html(html) => html.len(),
            Following::Plain(_) => 0,
        });
        let fits = self.message.following.len() < MAX_FOLLOWING
            && lengths.sum::<usize>() + octets <= MAX_FOLLOWING_HTML;
        let mut holders = path.match_indices('.').map(|(end, _)| &path[..end]);
        let says_the_same = |holder: &str| self.is_alternative(holder);
        fits && !self.is_alternative(path)
            && (self.message.plain.is_none() || holders.any(says_the_same))
    }

    /// Whether a plain text that says the same is shown.
    fn is_shown_beside(&self, path: &str) -> bool {
        let holder = path.rsplit_once('.').map_or("", |(holder, _)| holder);
        let is_beside = |part: &Part| {
            part.path
                .rsplit_once('.')
                .is_some_and(|(other, _)| other == holder)
        };
        let mut texts = self
            .neighbours()
            .filter(|part| part.media_type == "text/plain");
        texts.any(is_beside) && self.message.following.len() < MAX_FOLLOWING
    }

    /// Takes the files out of a plain text, and gives the text around them where there are any.
    fn take_files(&mut self, piece: &Piece<'_>, content: &[u8]) -> Option<String> {
        let files = inlined::find(content);
        if files.is_empty() {
            return None;
        }
        let decoded = |octets| charset::decode(octets, piece.media.charset.as_deref());
        let mut text = String::new();
        let mut done = 0;
        for file in files {
            text.push_str(&decoded(&content[done..file.range.start]));
            let size = numbers::octets(file.size as u64);
            let name = &file.name;
            let line = format!("[the file {name}, {size}, is among the attachments]\n");
            text.push_str(&line);
            done = file.range.end;
            self.attach_file(piece, file);
        }
        text.push_str(&decoded(&content[done..]));
        Some(text)
    }

    fn attach_file(&mut self, piece: &Piece<'_>, file: Inlined) {
        const MEDIA_TYPE: &str = "application/octet-stream";
        self.message.attachments.push(Attachment {
            path: self.path(piece),
            label: SafeText::new(&file.name),
            file_name: file_name::file_name(Some(&file.name), MEDIA_TYPE),
            media_type: MEDIA_TYPE.to_owned(),
            size: file.size,
            remark: file.remark.as_deref().map(SafeText::new),
            place: self.place_of(piece).within(file.range, file.encoding),
        });
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

fn header_of(octets: &[u8]) -> &[u8] {
    &octets[..Header::of_mail(octets).body]
}

/// An attached mail without a name is called by its subject.
fn subject_of_mail(piece: &Piece<'_>) -> Option<String> {
    if piece.media.kind != "message/rfc822" {
        return None;
    }
    let content = body::decode(piece.octets, piece.media.encoding);
    let header = Header::of_mail(&content);
    let subject = header.first("Subject").map(words::text)?;
    // A slash in a subject starts no directory.
    (!subject.is_empty()).then(|| format!("{}.eml", subject.replace(['/', '\\'], "_")))
}

fn sentence(limit: Limit) -> &'static str {
    match limit {
        Limit::Header => "The header of this mail is too long; the mail is shown as text.",
        Limit::Depth => "The parts of this mail are nested too deep; it is shown as text.",
        Limit::Parts => "This mail has too many parts; it is shown as text.",
    }
}
