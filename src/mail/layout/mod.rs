//! Lays a mail out as lines of spans: head, notes, body, attachments, links.

mod cards;
mod enclosed;
mod flowed;
mod foot;
mod head;
mod html;
mod html_marks;
mod html_scan;
mod html_strip;
mod plain;
mod quotes;
mod raw;
mod when;
mod wrap;

use crate::mail::layout::wrap::{Margin, Run, line, wrap};
use crate::mail::links::Links;
use crate::mail::{Document, Flow, Headers, Lead, Line, Message, Role, Show, Source};

/// Text wider than this is hard to read.
const READING_WIDTH: usize = 100;
/// Octets of text laid out; a longer text is read in the raw view or saved.
const MAX_TEXT: usize = 2 << 20;

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
    let mut body = body(message, show);
    let mut lines = match show.headers {
        Headers::Main => head::main(message, show),
        Headers::All => head::all(message, cells),
    };
    lines.extend(notes(message, &body, cells));
    lines.push(line(Role::Rule, &"╌".repeat(cells)));
    lines.extend(cards::lines(
        &message.cards(&show.zone),
        cells.min(READING_WIDTH),
    ));
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

/// Plain text is preferred, unless there is nothing in it or it is the footer of the HTML; never
/// nothing at all.
fn body(message: &Message, show: &Show) -> Body {
    let cells = usize::from(show.width).clamp(1, READING_WIDTH);
    let mut body = Body::default();
    match (filled(message.text()), filled(message.html.as_deref())) {
        (Some(footer), Some(html)) if message.lead == Lead::Html => {
            body.take_html(html, cells);
            body.take_plain(footer, message.flow, cells);
        }
        (Some(plain), _) => body.take_plain(plain, message.flow, cells),
        (None, Some(html)) => body.take_html(html, cells),
        (None, None) => {}
    }
    for text in &message.following {
        body.take_plain(text, Flow::Fixed, cells);
    }
    if let (true, Some(text)) = (body.lines.is_empty(), filled(message.partless.as_deref())) {
        body.take_plain(text, Flow::Fixed, cells);
        body.notes
            .push("the parts of this mail are missing".to_owned());
    }
    let is_blank = |line: &Line| {
        line.spans
            .iter()
            .all(|span| span.text.as_str().trim().is_empty())
    };
    if message.enclosed.is_empty() && message.facts.is_empty() && body.lines.iter().all(is_blank) {
        let nothing = Run::new(
            Role::Note,
            "▪ There is no text in this mail; the raw view shows it as it came.",
        );
        body.lines = wrap(&[nothing], cells, &Margin::default());
    }
    let inside = Show {
        width: u16::try_from(cells).unwrap_or(show.width),
        ..show.clone()
    };
    enclosed::add(&mut body, &message.enclosed, &inside);
    body
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

impl Body {
    /// Adds a text below what is there.
    fn take_plain(&mut self, text: &str, flow: Flow, cells: usize) {
        let shown = &text[..text.floor_char_boundary(MAX_TEXT)];
        if !self.lines.is_empty() && !shown.trim().is_empty() {
            self.lines.push(line(Role::Text, ""));
        }
        self.lines
            .extend(plain::lines(shown, flow, cells, &mut self.links));
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
    if senders(message) > 1 {
        notes.push("it names more than one sender".to_owned());
    }
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

/// `From` fields, or mailboxes in the first: more than one is rare, and a way to show a false one.
fn senders(message: &Message) -> usize {
    let is_from = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("from");
    let fields = message.headers.iter().filter(is_from).count();
    fields.max(message.envelope.from.len())
}
