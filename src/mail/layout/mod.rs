//! Lays a mail out as lines of spans: head, notes, body, attachments, links.

mod flowed;
mod foot;
mod head;
mod html;
mod html_scan;
mod html_strip;
mod links;
mod plain;
mod quotes;
mod raw;
mod when;
mod wrap;

use crate::mail::layout::links::Links;
use crate::mail::layout::wrap::{Margin, Run, line, wrap};
use crate::mail::{Document, Flow, Headers, Line, Message, Role, Show, Source};

/// Text wider than this is hard to read.
const READING_WIDTH: usize = 100;
/// Octets of text laid out; a longer text is read in the raw view or saved.
const MAX_TEXT: usize = 4 << 20;

/// The document of a mail for one width.
pub(super) fn document(message: &Message, octets: &[u8], show: &Show) -> Document {
    let cells = usize::from(show.width).max(1);
    let title = head::title(message);
    if show.source == Source::Raw {
        let lines = raw::lines(octets, cells);
        return Document {
            title,
            lines,
            links: Vec::new(),
        };
    }
    let mut body = body(message, cells.min(READING_WIDTH));
    let mut lines = match show.headers {
        Headers::Main => head::main(message, show),
        Headers::All => head::all(message, cells),
    };
    lines.extend(notes(message, &body, cells));
    lines.push(line(Role::Rule, &"╌".repeat(cells)));
    lines.append(&mut body.lines);
    let numbered = body.links.into_list();
    let attachments = foot::attachments(&message.attachments, cells);
    for part in [attachments, foot::links(&numbered, cells)] {
        if !part.is_empty() {
            lines.push(line(Role::Text, ""));
            lines.extend(part);
        }
    }
    Document {
        title,
        lines,
        links: numbered,
    }
}

/// The text of a mail and what there is to say about it.
#[derive(Default)]
struct Body {
    lines: Vec<Line>,
    links: Links,
    notes: Vec<String>,
}

/// Plain text is preferred, unless there is nothing in it; never nothing at all.
fn body(message: &Message, cells: usize) -> Body {
    let has_text =
        |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let mut body = Body::default();
    if has_text(&message.plain) {
        body.take_plain(
            message.plain.as_deref().unwrap_or_default(),
            message.flow,
            cells,
        );
    } else if has_text(&message.html) {
        body.take_html(message.html.as_deref().unwrap_or_default(), cells);
    } else if has_text(&message.partless) {
        body.take_plain(
            message.partless.as_deref().unwrap_or_default(),
            Flow::Fixed,
            cells,
        );
        body.notes
            .push("the parts of this mail are missing".to_owned());
    }
    let is_blank = |line: &Line| {
        line.spans
            .iter()
            .all(|span| span.text.as_str().trim().is_empty())
    };
    if body.lines.iter().all(is_blank) {
        let nothing = Run::new(
            Role::Note,
            "▪ There is no text in this mail. zr shows it as it came.",
        );
        body.lines = wrap(&[nothing], cells, &Margin::default());
    }
    body
}

impl Body {
    fn take_plain(&mut self, text: &str, flow: Flow, cells: usize) {
        let shown = &text[..text.floor_char_boundary(MAX_TEXT)];
        self.lines = plain::lines(shown, flow, cells, &mut self.links);
        if shown.len() < text.len() {
            self.notes
                .push(format!("only the first {} MiB are shown", MAX_TEXT >> 20));
        }
    }

    fn take_html(&mut self, html: &str, cells: usize) {
        let rendered = html::render(html, cells);
        self.lines = rendered.lines;
        self.links = rendered.links;
        match rendered.remote_images {
            0 => {}
            1 => self.notes.push("1 remote image blocked".to_owned()),
            count => self.notes.push(format!("{count} remote images blocked")),
        }
        if rendered.stripped {
            self.notes
                .push("too much layout: only its text is shown".to_owned());
        }
    }
}

/// What a reader must know before reading, in one paragraph.
fn notes(message: &Message, body: &Body, cells: usize) -> Vec<Line> {
    let mut notes: Vec<String> = message.trouble.iter().map(ToString::to_string).collect();
    notes.extend(body.notes.iter().cloned());
    for (number, said, host) in body.links.deceptive.iter().take(3) {
        notes.push(format!("link {number} says {said} but leads to {host}"));
    }
    match message.attachments.len() {
        0 => {}
        1 => notes.push("1 attachment".to_owned()),
        count => notes.push(format!("{count} attachments")),
    }
    if notes.is_empty() {
        return Vec::new();
    }
    let text = notes
        .iter()
        .map(|note| format!("▪ {note}"))
        .collect::<Vec<_>>()
        .join("   ");
    wrap(&[Run::new(Role::Note, text)], cells, &Margin::default())
}
