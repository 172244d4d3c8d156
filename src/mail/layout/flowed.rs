//! Paragraphs out of the lines of a text/plain part, `format=flowed` (RFC 3676) or not.

use crate::mail::Flow;
use crate::mail::layout::quotes;

/// One paragraph, or one line where lines stand for themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// How often it is quoted.
    pub(super) level: u8,
    /// Its text without quote marks.
    pub(super) text: String,
}

/// Cuts a text into paragraphs. Line ends are CR LF, LF or CR.
pub(super) fn paragraphs(text: &str, flow: Flow) -> Vec<Paragraph> {
    let mut done: Vec<Paragraph> = Vec::new();
    let mut open = false;
    for line in lines(text) {
        let (level, line) = match flow {
            Flow::Fixed => quotes::split(line),
            Flow::Flowed | Flow::FlowedWithoutBlank => unquote(line),
        };
        let flows = flow != Flow::Fixed && line.ends_with(' ') && line != SIGNATURE;
        let line = if flows && flow == Flow::FlowedWithoutBlank {
            &line[..line.len() - 1]
        } else {
            line
        };
        match done.last_mut() {
            Some(last) if open && last.level == level && line != SIGNATURE => {
                last.text.push_str(line);
            }
            _ => done.push(Paragraph {
                level,
                text: line.to_owned(),
            }),
        }
        open = flows;
    }
    done
}

/// Separates a signature (RFC 3676, section 4.3); its blank flows nowhere.
pub(super) const SIGNATURE: &str = "-- ";

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| line.split('\r'))
}

/// Quote marks stand side by side and one blank may be stuffed behind them (RFC 3676, section 4.4).
fn unquote(line: &str) -> (u8, &str) {
    let rest = line.trim_start_matches('>');
    let level = u8::try_from(line.len() - rest.len()).unwrap_or(u8::MAX);
    (level, rest.strip_prefix(' ').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, flow: Flow) -> Vec<(u8, String)> {
        paragraphs(text, flow)
            .into_iter()
            .map(|p| (p.level, p.text))
            .collect()
    }

    #[test]
    fn fixed_lines_stand_for_themselves() {
        assert_eq!(
            read("a \r\nb\r\n> c\r\n", Flow::Fixed),
            [(0, "a ".into()), (0, "b".into()), (1, "c".into())]
        );
        assert_eq!(read("a\rb", Flow::Fixed).len(), 2);
    }

    #[test]
    fn flowed_lines_are_joined_within_a_quote_level() {
        let text = "one \ntwo\n> three \n>> four \n>> five\n  stuffed\n";
        assert_eq!(
            read(text, Flow::Flowed),
            [
                (0, "one two".into()),
                (1, "three ".into()),
                (2, "four five".into()),
                (0, " stuffed".into()),
            ]
        );
    }

    #[test]
    fn the_blank_of_a_break_can_be_no_text() {
        assert_eq!(
            read("日本 \n語", Flow::FlowedWithoutBlank),
            [(0, "日本語".into())]
        );
    }

    #[test]
    fn a_signature_does_not_flow() {
        assert_eq!(read("bye \n-- \nAda", Flow::Flowed).len(), 3);
    }
}
