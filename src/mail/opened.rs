//! A mail that is being read: taken apart once, laid out as often as the window or the reader's wish changes.

use std::sync::Arc;

use crate::mail::compose::Texts;
use crate::mail::parse::charset;
use crate::mail::{Message, Preferred, SafeText, Show, Source, Typesetter};

/// A mail that is being read. It holds its octets and its texts once, however often it is laid out.
#[derive(Debug)]
pub struct Opened {
    octets: Arc<Vec<u8>>,
    /// Without its texts.
    message: Message,
    texts: Texts,
    is_beginning: bool,
}

impl Opened {
    /// Takes a mail apart.
    pub fn read(octets: Vec<u8>) -> Self {
        let mut message = Message::read_for_screen(&octets);
        Self {
            texts: Texts::out_of(&mut message),
            message,
            octets: Arc::new(octets),
            is_beginning: false,
        }
    }

    /// Takes the beginning of a long mail apart, so that something stands on the screen while the rest is read; `None`
    /// if it alone would look like another mail. HTML that goes on behind it is its text alone until then.
    pub fn beginning(mut octets: Vec<u8>, show: &Show) -> Option<Self> {
        let whole_characters = charset::beginning(&octets, octets.len()).len();
        octets.truncate(whole_characters);
        let mut opened = Self {
            is_beginning: true,
            ..Self::read(octets)
        };
        if show.source == Source::Raw {
            return Some(opened);
        }
        let message = &opened.message;
        let last = message.parts.last()?;
        let shows_html = opened.texts.shown(message.lead, show.part)? == Preferred::Html;
        let is_open = shows_html && last.media_type == "text/html";
        let is_sure = message.trouble.is_none() && opened.texts.has_parts();
        (is_sure && (!is_open || opened.texts.begin_html())).then_some(opened)
    }

    /// What can be saved, in order.
    pub fn attachments(&self) -> impl Iterator<Item = &SafeText> {
        self.message
            .attachments
            .iter()
            .map(|attachment| &attachment.label)
    }

    /// Begins to lay it out.
    pub fn typeset(&self, show: &Show) -> Typesetter {
        let mut typesetter = match show.source {
            Source::Raw => Typesetter::raw(&self.message, Arc::clone(&self.octets), show),
            Source::Rendered => Typesetter::new(&self.message, &self.texts, show),
        };
        typesetter.is_beginning = self.is_beginning;
        typesetter
    }
}
