//! Mails in a mail, read in place below its text: a rule, the head, what its parts mean, the text.

use std::sync::Arc;

use crate::mail::article::{Card, Kind};
use crate::mail::compose::html::Html;
use crate::mail::compose::{Body, around_mails, filled, head, html, of_kind};
use crate::mail::{Enclosed, Flow, Message, Show};

/// Blocks of mails in a mail; what is left is read in the attachments.
const MAX_BLOCKS: usize = 50_000;
/// Mails whose HTML is laid out. All of them together may take as long as the page of a mail.
const MAX_HTML: u32 = 5;

/// Adds the mails in a mail, and those in them.
pub(super) fn add(body: &mut Body, mails: &[Enclosed], show: &Show) {
    let mut left = MAX_HTML;
    add_some(body, mails, show, &mut left);
}

fn add_some(body: &mut Body, mails: &[Enclosed], show: &Show, left: &mut u32) {
    for mail in mails {
        if body.blocks.len() > MAX_BLOCKS {
            let note = "not all mails in this mail are shown";
            body.notes.push(note.to_owned());
            return;
        }
        let message = &mail.message;
        for kind in [
            Kind::Gap,
            Kind::Rule,
            Kind::Card(card(message, show)),
            Kind::Gap,
        ] {
            body.blocks.push(of_kind(kind));
        }
        body.take_cards(message, show);
        let (above, below) = around_mails(message, &message.following);
        if !mail.header_only {
            add_text(body, message, left);
            body.take_more_plain(above);
        }
        add_some(body, &message.enclosed, show, left);
        if !mail.header_only {
            body.take_footer(below);
        }
    }
}

/// The head of a mail in a mail.
fn card(message: &Message, show: &Show) -> Card {
    let fields = head::fields(message, show).into_iter();
    Card {
        title: head::title(message).to_string(),
        rows: fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    }
}

fn add_text(body: &mut Body, message: &Message, left: &mut u32) {
    let shared = |text: &str| Arc::new(text.to_owned());
    let (plain, html) = (
        message.text().map(shared),
        message.html.as_deref().map(shared),
    );
    match (filled(plain.as_ref()), filled(html.as_ref())) {
        (Some(text), _) => body.take_plain(text, message.flow),
        (None, Some(html)) if *left > 0 => {
            *left -= 1;
            body.take_html(&Html::new(Arc::clone(html)), html::BUDGET / MAX_HTML);
            body.take_more_html(&message.following, html::BUDGET / MAX_HTML);
        }
        (None, Some(_)) => {
            let note = "an HTML mail in this mail is to be read in the attachments";
            body.notes.push(note.to_owned());
        }
        (None, None) => {}
    }
    if let Some(text) = &message.partless {
        body.take_plain(&shared(text), Flow::Fixed);
    }
}
