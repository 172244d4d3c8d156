//! A mail that is being read: taken apart once, laid out as often as the window or the reader's wish changes.

use std::sync::Arc;

use crate::mail::compose::Texts;
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
        let mut message = Message::read(&octets);
        Self {
            texts: Texts::out_of(&mut message),
            message,
            octets: Arc::new(octets),
            is_beginning: false,
        }
    }

    /// Takes the beginning of a long mail apart, so that something stands on the screen while the rest is read; `None`
    /// if it alone would look like another mail.
    pub fn beginning(mut octets: Vec<u8>, show: &Show) -> Option<Self> {
        if let Err(error) = std::str::from_utf8(&octets)
            && error.error_len().is_none()
        {
            // Half a character at the end would make all of it another charset's.
            octets.truncate(error.valid_up_to());
        }
        let opened = Self {
            is_beginning: true,
            ..Self::read(octets)
        };
        if show.source == Source::Raw {
            return Some(opened);
        }
        let message = &opened.message;
        let last = message.parts.last()?;
        let is_sure = match opened.texts.shown(message.lead, show.part)? {
            Preferred::Auto | Preferred::Plain => true,
            // The layout of HTML is that of all of it.
            Preferred::Html => last.media_type != "text/html",
        };
        let is_sure = is_sure && message.trouble.is_none() && opened.texts.has_parts();
        is_sure.then_some(opened)
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
