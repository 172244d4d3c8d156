//! The head of a mail on the screen: subject, who, when; or every field there is.

use crate::mail::compose::head::{fields, title};
use crate::mail::layout::wrap::{Margin, Run, line, span, wrap};
use crate::mail::{Line, Message, Role, Show};

/// Fields shown in the full head.
const MAX_FIELDS: usize = 2_000;
/// Below this, names of fields get no column of their own.
const NARROW: usize = 30;

/// Subject, From, Reply-To where it differs, To, Cc, Date.
pub(super) fn main(message: &Message, show: &Show) -> Vec<Line> {
    let cells = usize::from(show.width);
    let fields = fields(message, show);
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
