//! The head of a mail on the screen: subject, who, when; or every field there is.

use crate::mail::layout::when::written;
use crate::mail::layout::wrap::{Margin, Run, line, span, wrap};
use crate::mail::{Address, Line, Message, Role, SafeText, Show, width};

/// Addresses of `To` and `Cc` shown before `+N`.
const MAX_SHOWN: usize = 3;
/// Fields shown in the full head.
const MAX_FIELDS: usize = 2_000;
/// Below this, names of fields get no column of their own.
const NARROW: usize = 30;

/// The subject, or words for none.
pub(super) fn title(message: &Message) -> SafeText {
    match message.envelope.subject.trim() {
        "" => SafeText::new("(no subject)"),
        subject => SafeText::new(subject),
    }
}

/// Subject, From, Reply-To where it differs, To, Cc, Date.
pub(super) fn main(message: &Message, show: &Show) -> Vec<Line> {
    let cells = usize::from(show.width);
    let envelope = &message.envelope;
    let mut fields: Vec<(&str, Vec<Run>)> = vec![("From", list(&envelope.from, usize::MAX))];
    if differs(&message.reply_to, &envelope.from) {
        fields.push(("Reply-To", list(&message.reply_to, usize::MAX)));
    }
    fields.push(("To", list(&envelope.to, MAX_SHOWN)));
    fields.push(("Cc", list(&envelope.cc, MAX_SHOWN)));
    fields.push(("Date", date(message, show)));
    fields.retain(|(_, value)| !value.is_empty());

    let column = fields
        .iter()
        .map(|(name, _)| name.len() + 2)
        .max()
        .unwrap_or(0);
    let subject = Run::new(Role::Subject, title(message).as_str());
    let mut lines = wrap(&[subject], cells, &Margin::default());
    for (name, value) in fields {
        lines.extend(field(name, &value, column, cells));
    }
    lines
}

/// Every field in the order of the mail.
pub(super) fn all(message: &Message, cells: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, value) in message.headers.iter().take(MAX_FIELDS) {
        let runs = [
            Run::new(Role::HeaderName, format!("{name}: ")),
            Run::new(Role::HeaderValue, value),
        ];
        lines.extend(wrap(&runs, cells, &Margin::default()));
    }
    if message.headers.len() > MAX_FIELDS {
        lines.push(line(Role::Note, "▪ …"));
    }
    lines
}

fn field(name: &str, value: &[Run], column: usize, cells: usize) -> Vec<Line> {
    if cells < NARROW {
        let mut runs = vec![Run::new(Role::HeaderName, format!("{name}  "))];
        runs.extend_from_slice(value);
        return wrap(&runs, cells, &Margin::default());
    }
    let margin = Margin {
        first: vec![span(Role::HeaderName, &format!("{name:column$}"))],
        rest: vec![span(Role::HeaderName, &" ".repeat(column))],
    };
    wrap(value, cells, &margin)
}

fn list(addresses: &[Address], most: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    for (index, address) in addresses.iter().take(most).enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        runs.push(Run::new(
            Role::HeaderValue,
            format!("{comma}{}", written_out(address)),
        ));
    }
    if addresses.len() > most {
        runs.push(Run::new(
            Role::Note,
            format!(" +{}", addresses.len() - most),
        ));
    }
    runs
}

/// Name and address both, always: a name alone is what a swindler writes.
fn written_out(address: &Address) -> String {
    match (&address.name, &address.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(name), None) => name.clone(),
        (None, Some(address)) => address.clone(),
        (None, None) => String::new(),
    }
}

fn differs(reply_to: &[Address], from: &[Address]) -> bool {
    let known = |reply: &Address| from.iter().any(|from| from.address == reply.address);
    !reply_to.iter().all(known)
}

fn date(message: &Message, show: &Show) -> Vec<Run> {
    let written = message
        .envelope
        .date
        .and_then(|date| written(date, show.now, &show.zone));
    let as_sent = || {
        let field = message
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("date"));
        field
            .map(|(_, value)| value.clone())
            .filter(|value| !value.is_empty())
    };
    match written.or_else(as_sent) {
        Some(text) if width(&text) > 0 => vec![Run::new(Role::HeaderValue, text)],
        _ => Vec::new(),
    }
}
