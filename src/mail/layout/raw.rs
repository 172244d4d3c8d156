//! A mail as it came: its octets as rows of text, made safe.

use crate::mail::Line;
use crate::mail::Role;
use crate::mail::layout::plain::expand_tabs;
use crate::mail::layout::wrap::{Margin, Run, line, wrap};

/// Octets shown at most.
const MAX_SHOWN: usize = 2 << 20;

/// The rows of the raw view. Long lines are wrapped, nothing is left out up to 2 MiB.
pub(super) fn lines(octets: &[u8], width: usize) -> Vec<Line> {
    let shown = &octets[..octets.len().min(MAX_SHOWN)];
    let mut lines = Vec::new();
    for row in shown.split_inclusive(|octet| *octet == b'\n') {
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        let row = String::from_utf8_lossy(row.strip_suffix(b"\r").unwrap_or(row));
        let run = Run::new(Role::Code, expand_tabs(&row));
        lines.extend(wrap(&[run], width, &Margin::default()));
    }
    if shown.is_empty() {
        lines.push(line(Role::Note, "▪ This mail has no octets."));
    }
    if shown.len() < octets.len() {
        let rest = format!("▪ … and {} more octets", octets.len() - shown.len());
        lines.extend(wrap(
            &[Run::new(Role::Note, rest)],
            width,
            &Margin::default(),
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_shown_and_not_obeyed() {
        let rows: Vec<String> = lines(b"A: \x1b[2J\xff\r\n\r\n\tx", 40)
            .iter()
            .map(|line| line.spans.iter().map(|span| span.text.as_str()).collect())
            .collect();
        assert_eq!(rows, ["A: ␛[2J\u{fffd}", "", "        x"]);
    }
}
