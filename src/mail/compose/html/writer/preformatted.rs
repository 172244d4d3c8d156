//! Preformatted text: every blank counts, and tabs reach to their columns.

use crate::mail::cells::width;
use crate::mail::compose::html::writer::{Ink, Writer};
use crate::mail::invisible::{Kind as CharKind, kind_of};

/// Columns between tab stops.
const TAB: usize = 8;

impl Writer {
    /// Adds text as it stands: its line breaks end rows.
    pub(in crate::mail::compose::html) fn preformatted(&mut self, text: &str, ink: Ink) {
        // The column behind the last tab or line end, and where that is: no tab measures what another one has.
        let mut known = None;
        for (at, c) in text.char_indices() {
            match c {
                '\n' => {
                    self.line_break();
                    known = Some((0, at + 1));
                }
                '\r' => {}
                '\t' => {
                    let column = match known {
                        Some((column, since)) => column + width(&text[since..at]),
                        None => self.runs.iter().map(|run| width(&run.text)).sum(),
                    };
                    let next = (column / TAB + 1) * TAB;
                    (column..next).for_each(|_| self.push(' ', ink));
                    known = Some((next, at + 1));
                }
                '\u{a0}' => self.push(' ', ink),
                c if kind_of(c) == CharKind::Nothing => {}
                c => self.push(c, ink),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::article::{Block, Kind};
    use crate::mail::compose::html::writer::Shape;

    #[test]
    fn preformatted_text_keeps_its_columns() {
        let ink = Ink {
            shape: Shape::Fixed,
            ..Ink::default()
        };
        for (text, rows) in [
            ("if\tx\n\n\n  y  \n", &["if      x", "", "  y"][..]),
            (
                "1234567\t日\tx\ny\t\tz",
                &["1234567 日      x", "y               z"],
            ),
        ] {
            let mut writer = Writer::default();
            writer.preformatted(text, ink);
            let (blocks, _) = writer.finish();
            assert_eq!(blocks.iter().map(words).collect::<Vec<_>>(), rows);
        }
    }

    fn words(block: &Block) -> String {
        match &block.kind {
            Kind::Text(runs) | Kind::Fixed(runs) => {
                runs.iter().map(|run| run.text.as_str()).collect()
            }
            _ => String::new(),
        }
    }
}
