//! Looks through the raw octets that a program sent to its terminal for anything that it has no business sending.

use std::fmt::Write as _;

/// Modes that the client may set and reset: the cursor's visibility, the alternate screen, bracketed paste.
const MODES: [&str; 3] = ["?25", "?1049", "?2004"];

/// Everything that is not text, a line end, or one of the few sequences that the client draws with; each with what
/// follows it, so that a marker names the guilty field. Stricter than a terminal's own list: what only a mail would
/// use is no part of it.
pub(crate) fn findings(octets: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut text = Vec::new();
    let mut rest = octets;
    while let Some((octet, behind)) = rest.split_first() {
        let wrong = match octet {
            0x1b => {
                audit_text(&std::mem::take(&mut text), &mut found);
                let (length, wrong) = escape(rest);
                report(wrong, rest, &mut found);
                rest = &rest[length..];
                continue;
            }
            b'\r' | b'\n' => {
                text.push(*octet);
                None
            }
            0..=0x1f | 0x7f => Some(format!("C0 {octet:02x}")),
            _ => {
                text.push(*octet);
                None
            }
        };
        report(wrong, rest, &mut found);
        rest = behind;
    }
    audit_text(&text, &mut found);
    found
}

fn report(wrong: Option<String>, octets: &[u8], found: &mut Vec<String>) {
    if let Some(mut wrong) = wrong {
        let behind = &octets[..octets.len().min(60)];
        let _ = write!(wrong, ": {}", behind.escape_ascii());
        found.push(wrong);
    }
}

/// The length of the sequence that begins here, and what is wrong with it.
fn escape(octets: &[u8]) -> (usize, Option<String>) {
    let Some(sequence) = octets.strip_prefix(b"\x1b[") else {
        let next = octets.get(1).copied().unwrap_or_default();
        return (1, Some(format!("ESC {}", next.escape_ascii())));
    };
    let end = sequence
        .iter()
        .position(|octet| (0x40..=0x7e).contains(octet));
    let Some(end) = end else {
        return (octets.len(), Some("CSI without an end".to_owned()));
    };
    let parameters = String::from_utf8_lossy(&sequence[..end]).into_owned();
    let last = char::from(sequence[end]);
    let numbers: Vec<Option<u16>> = parameters
        .split(';')
        .map(|number| number.parse().ok())
        .collect();
    let right = match last {
        // To a cell, always with both numbers.
        'H' => matches!(numbers[..], [Some(_), Some(_)]),
        'J' => parameters == "2",
        'h' | 'l' => MODES.contains(&parameters.as_str()),
        'm' => colours(&numbers),
        _ => false,
    };
    (end + 3, (!right).then(|| format!("CSI {parameters}{last}")))
}

/// Attributes and the terminal's own 16 colours, in the one form that crossterm writes.
fn colours(numbers: &[Option<u16>]) -> bool {
    match numbers {
        [] => true,
        [Some(38 | 48 | 58), Some(5), Some(0..=15), rest @ ..]
        | [
            Some(0..=4 | 7 | 9 | 22..=24 | 27 | 29 | 39 | 49 | 59),
            rest @ ..,
        ] => colours(rest),
        _ => false,
    }
}

/// Text between two sequences.
fn audit_text(octets: &[u8], found: &mut Vec<String>) {
    let text = match std::str::from_utf8(octets) {
        Ok(text) => text,
        Err(error) => {
            report(
                Some("not UTF-8".to_owned()),
                &octets[error.valid_up_to()..],
                found,
            );
            return;
        }
    };
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let wrong = match c {
            '\u{80}'..='\u{9f}' => Some("C1"),
            '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => Some("bidi control"),
            '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180e}'
            | '\u{200b}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}' => Some("invisible"),
            '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' if !may_carry(before) => {
                Some("joiner or selector on nothing")
            }
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => Some("private use"),
            _ => None,
        };
        let wrong = wrong.map(|wrong| format!("{wrong} U+{:04X}", u32::from(c)));
        report(wrong, &text.as_bytes()[at..], found);
        before = c;
    }
}

/// Pictures, and letters of scripts in which joiners are spelling.
fn may_carry(c: char) -> bool {
    matches!(c, '\u{fe0f}' | '\u{2190}'..='\u{2bff}' | '\u{3030}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
        || matches!(
            c,
            '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        )
        || matches!(c, '\u{600}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{18af}')
        || matches!(c, '\u{fb50}'..='\u{fdcf}' | '\u{fe70}'..='\u{fefc}' | '\u{11000}'..='\u{11fff}')
}

#[test]
fn what_the_client_draws_with_passes() {
    let clean = "\u{1b}[?1049h\u{1b}[?2004h\u{1b}[?25l\u{1b}[1;1H\u{1b}[38;5;12m\u{1b}[1mInbox 你好 é─👩\u{200d}🚀 ❤\u{fe0f}\
                 \u{1b}[39m\u{1b}[0m\u{1b}[2J\r\n\u{1b}[?2004l\u{1b}[?1049l\u{1b}[?25h";
    assert_eq!(findings(clean.as_bytes()), Vec::<String>::new());
}

#[test]
fn every_hostile_payload_is_found() {
    for payload in super::hostile::PAYLOADS {
        let octets = [b"\x1b[0mtext ", *payload, b"more\x1b[0m"].concat();
        assert!(!findings(&octets).is_empty(), "{}", payload.escape_ascii());
    }
}
