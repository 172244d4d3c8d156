//! Mails in a mail, read in place below its text: a rule, the head, what its parts mean, the text.

use crate::mail::layout::wrap::{line, span};
use crate::mail::layout::{Body, cards, filled, head, html};
use crate::mail::{Enclosed, Flow, Line, Message, Role, Show};

/// Rows of mails in a mail; what is left is read in the attachments.
const MAX_ROWS: usize = 50_000;
/// Mails whose HTML is laid out: each may take its time.
const MAX_HTML: usize = 5;

/// Adds the mails in a mail, and those in them.
pub(super) fn add(body: &mut Body, mails: &[Enclosed], show: &Show) {
    let mut left = MAX_HTML;
    add_some(body, mails, show, &mut left);
}

fn add_some(body: &mut Body, mails: &[Enclosed], show: &Show, left: &mut usize) {
    let cells = usize::from(show.width).max(1);
    for mail in mails {
        if body.lines.len() > MAX_ROWS {
            body.notes
                .push("not all mails in this mail are shown".to_owned());
            return;
        }
        body.lines.push(line(Role::Text, ""));
        body.lines.push(line(Role::Rule, &"╌".repeat(cells)));
        body.lines.extend(head::main(&mail.message, show));
        let cards = cards::lines(&mail.message.cards(&show.zone), cells);
        if !cards.is_empty() {
            body.lines.push(line(Role::Text, ""));
            body.lines.extend(cards);
        }
        if !mail.header_only {
            add_text(body, &mail.message, cells, left);
        }
        add_some(body, &mail.message.enclosed, show, left);
    }
}

fn add_text(body: &mut Body, message: &Message, cells: usize, left: &mut usize) {
    match (filled(message.text()), filled(message.html.as_deref())) {
        (Some(text), _) => body.take_plain(text, message.flow, cells),
        (None, Some(html)) if *left > 0 => {
            *left -= 1;
            body.lines.push(line(Role::Text, ""));
            let rows = html::render(html, cells).lines;
            body.lines.extend(rows.into_iter().map(unnumbered));
        }
        (None, Some(_)) => body
            .notes
            .push("an HTML mail in this mail is to be read in the attachments".to_owned()),
        (None, None) => {}
    }
    for text in message.partless.iter().chain(&message.following) {
        body.take_plain(text, Flow::Fixed, cells);
    }
}

/// Links of HTML are numbered from 1 by whoever lays it out; here they would count twice.
fn unnumbered(mut row: Line) -> Line {
    row.spans.retain(|span| span.role != Role::LinkNumber);
    if row.spans.is_empty() {
        row.spans.push(span(Role::Text, ""));
    }
    row
}
