//! From a terminal's octets to keys and pastes. Reports (device attributes, colours, positions) are recognised by their
//! form and dropped: nothing that a terminal says unasked may run as a key, and nothing may stop the keys after it.
//!
//! Written by hand because crossterm 0.29 types OSC and DCS replies into the program and swallows every key behind a
//! `CSI ?` report that it does not know (its issue 1104).

use std::time::Duration;

use super::Input;
use crate::app::key::{Code, Key, With};

/// After this silence an escape is the key Esc, and not the beginning of another one: those come in one piece.
const HURRY: Duration = Duration::from_millis(10);
/// After this silence a sequence that was cut off is given up.
const SEQUENCE: Duration = Duration::from_millis(250);
/// After this silence a string that was cut off is given up.
const STRING: Duration = Duration::from_secs(1);
/// After this silence a paste without an end has ended. Long, as the rest of it would run as keys.
const PASTE: Duration = Duration::from_secs(5);

/// Parameters of a control sequence; more are not kept.
const LONGEST_SEQUENCE: usize = 64;
/// Octets of a paste; more are not kept.
const LONGEST_PASTE: usize = 1 << 20;
const PASTE_END: &[u8] = b"\x1b[201~";

const ESC: u8 = 0x1b;
/// What a terminal set up so says of a key that is let go.
const RELEASED: u32 = 3;

/// Takes octets as they come, cut anywhere.
#[derive(Debug, Default)]
pub(super) struct Decoder(State);

#[derive(Debug, Default)]
enum State {
    /// Between two keys.
    #[default]
    Ground,
    /// Behind ESC.
    Escape,
    /// Behind ESC O.
    Single,
    /// Behind ESC [, with what followed.
    Sequence(Vec<u8>),
    /// Behind ESC [ [: a function key of the Linux console.
    Console,
    /// So many octets of an old mouse report are to come.
    Mouse(u8),
    /// In a string: OSC, DCS, SOS, PM or APC, whichever octet began it.
    String { begun: u8, empty: bool },
    /// Behind an ESC in a string.
    StringEnd,
    /// In a paste.
    Paste(Vec<u8>),
    /// In a character of several octets.
    Letter { octets: Vec<u8>, with: With },
}

impl Decoder {
    /// Takes some octets and tells what they say.
    pub(super) fn take(&mut self, octets: &[u8], hear: &mut impl FnMut(Input)) {
        for octet in octets {
            self.step(*octet, hear);
        }
    }

    /// After how much silence [`Decoder::give_up`] is due; `None` if nothing is begun.
    pub(super) fn patience(&self) -> Option<Duration> {
        match &self.0 {
            State::Ground => None,
            State::Escape | State::Single | State::String { empty: true, .. } => Some(HURRY),
            State::Sequence(parameters) if parameters.is_empty() => Some(HURRY),
            State::Sequence(_) | State::Console | State::Mouse(_) | State::Letter { .. } => {
                Some(SEQUENCE)
            }
            State::String { .. } | State::StringEnd => Some(STRING),
            State::Paste(_) => Some(PASTE),
        }
    }

    /// No more octets came: what is begun is taken for what it is so far.
    pub(super) fn give_up(&mut self, hear: &mut impl FnMut(Input)) {
        let alt = |octet: u8| Some(held(Code::Char(char::from(octet)), With::Alt));
        let key = match std::mem::take(&mut self.0) {
            State::Escape => Some(Key::plain(Code::Esc)),
            State::Single => alt(b'O'),
            State::Sequence(parameters) if parameters.is_empty() => alt(b'['),
            State::String {
                begun, empty: true, ..
            } => alt(begun),
            State::Paste(text) => return hear(paste(&text)),
            _ => None,
        };
        if let Some(key) = key {
            hear(Input::Key(key));
        }
    }

    fn step(&mut self, octet: u8, hear: &mut impl FnMut(Input)) {
        let mut press = |key: Option<Key>| {
            if let Some(key) = key {
                hear(Input::Key(key));
            }
            State::Ground
        };
        self.0 = match (std::mem::take(&mut self.0), octet) {
            (State::Ground, _) => ground(octet, With::Nothing, press),
            (State::Escape, ESC) => {
                press(Some(Key::plain(Code::Esc)));
                State::Escape
            }
            (State::StringEnd, b'\\') => State::Ground,
            (State::StringEnd, ESC) => State::StringEnd,
            // A string that has no end is broken off by the next sequence.
            (State::Escape | State::StringEnd, _) => escape(octet, press),
            (State::String { begun, .. }, _) => string(begun, octet),
            (State::Paste(text), _) => return self.pasted(text, octet, hear),
            (State::Letter { octets, with }, _) => letter(octets, with, octet, press),
            (State::Mouse(left @ 2..), _) => State::Mouse(left - 1),
            // An escape begins anew whatever was begun before.
            (State::Single | State::Sequence(_) | State::Console, ESC) => State::Escape,
            (State::Single, b'M') => press(Some(Key::plain(Code::Enter))),
            (State::Single, b'R') => press(Some(Key::plain(Code::F(3)))),
            (State::Single, _) => press(sequence(b"", octet)),
            (State::Sequence(parameters), _) => in_sequence(parameters, octet, press),
            (State::Console, b'A'..=b'E') => press(Some(Key::plain(Code::F(1 + octet - b'A')))),
            (State::Console | State::Mouse(_), _) => State::Ground,
        };
    }

    fn pasted(&mut self, mut text: Vec<u8>, octet: u8, hear: &mut impl FnMut(Input)) {
        text.push(octet);
        if text.ends_with(PASTE_END) {
            text.truncate(text.len() - PASTE_END.len());
            return hear(paste(&text));
        }
        if text.len() >= LONGEST_PASTE + PASTE_END.len() {
            text.remove(LONGEST_PASTE);
        }
        self.0 = State::Paste(text);
    }
}

/// An octet that stands by itself, or begins a character.
fn ground(octet: u8, with: With, mut press: impl FnMut(Option<Key>) -> State) -> State {
    let letter = |c: u8| Some(held(Code::Char(char::from(c)), With::Ctrl));
    match octet {
        ESC => State::Escape,
        b'\r' => press(Some(held(Code::Enter, with))),
        b'\t' => press(Some(held(Code::Tab, with))),
        0x7f => press(Some(held(Code::Backspace, with))),
        0 => press(letter(b' ')),
        1..=26 => press(letter(b'a' + octet - 1)),
        0x1c..=0x1f => press(letter(b'4' + octet - 0x1c)),
        b' '..=b'~' => press(Some(held(Code::Char(char::from(octet)), with))),
        0xc2..=0xf4 => State::Letter {
            octets: vec![octet],
            with,
        },
        _ => State::Ground,
    }
}

/// The octet behind an escape.
fn escape(octet: u8, press: impl FnMut(Option<Key>) -> State) -> State {
    match octet {
        b'[' => State::Sequence(Vec::new()),
        b'O' => State::Single,
        b']' | b'P' | b'X' | b'^' | b'_' => State::String {
            begun: octet,
            empty: true,
        },
        // The end of a string that was given up.
        b'\\' => State::Ground,
        _ => ground(octet, With::Alt, press),
    }
}

/// The next octet of a control sequence.
fn in_sequence(
    mut parameters: Vec<u8>,
    octet: u8,
    mut press: impl FnMut(Option<Key>) -> State,
) -> State {
    match octet {
        b'[' if parameters.is_empty() => State::Console,
        b'M' if parameters.is_empty() => State::Mouse(3),
        b'~' if parameters == b"200" => State::Paste(Vec::new()),
        b'@'..=b'~' => press(sequence(&parameters, octet)),
        b' '..=b'?' => {
            // Too long to be a key: what is kept tells that as well.
            parameters.truncate(LONGEST_SEQUENCE);
            parameters.push(octet);
            State::Sequence(parameters)
        }
        _ => State::Ground,
    }
}

/// The next octet of a character of several (RFC 3629).
fn letter(
    mut octets: Vec<u8>,
    with: With,
    octet: u8,
    mut press: impl FnMut(Option<Key>) -> State,
) -> State {
    if !(0x80..=0xbf).contains(&octet) {
        // It was none. What comes instead counts.
        return ground(octet, With::Nothing, press);
    }
    octets.push(octet);
    let whole = match octets[0] {
        0xf0.. => 4,
        0xe0.. => 3,
        _ => 2,
    };
    if octets.len() < whole {
        return State::Letter { octets, with };
    }
    let typed = std::str::from_utf8(&octets)
        .ok()
        .and_then(|text| text.chars().next());
    press(
        typed
            .filter(|c| !c.is_control())
            .map(|c| held(Code::Char(c), with)),
    )
}

/// The next octet of a string. It ends with ESC \, an OSC with BEL as well; CAN and SUB break it off.
fn string(begun: u8, octet: u8) -> State {
    match octet {
        ESC => State::StringEnd,
        0x18 | 0x1a => State::Ground,
        7 if begun == b']' => State::Ground,
        _ => State::String {
            begun,
            empty: false,
        },
    }
}

/// The key that a control sequence names, if it names one. Sequences with private marks or intermediates are reports,
/// and so is `R`, with which a terminal tells where its cursor stands.
fn sequence(parameters: &[u8], last: u8) -> Option<Key> {
    let text = std::str::from_utf8(parameters).ok()?;
    let is_number = |c: char| c.is_ascii_digit() || c == ';' || c == ':';
    if text.len() > LONGEST_SEQUENCE || !text.chars().all(is_number) {
        return None;
    }
    let number = |field: usize, part: usize| -> u32 {
        let field = text.split(';').nth(field).unwrap_or_default();
        let part = field.split(':').nth(part).unwrap_or_default();
        part.parse().unwrap_or(0)
    };
    if number(1, 1) == RELEASED {
        return None;
    }
    let modifiers = number(1, 0).saturating_sub(1);
    let with = with(modifiers);
    let code = match last {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'P' => Code::F(1),
        b'Q' => Code::F(2),
        b'S' => Code::F(4),
        b'Z' => return Some(Key::plain(Code::BackTab)),
        b'u' => return character(number(0, 0), modifiers),
        b'~' if number(0, 0) == 27 => return character(number(2, 0), modifiers),
        b'~' => numbered(number(0, 0))?,
        _ => return None,
    };
    Some(held(code, with))
}

fn numbered(number: u32) -> Option<Code> {
    Some(match number {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => Code::F(u8::try_from(number - 10).ok()?),
        17..=21 => Code::F(u8::try_from(number - 11).ok()?),
        23 | 24 => Code::F(u8::try_from(number - 12).ok()?),
        _ => return None,
    })
}

/// A key that a terminal tells by its character, as some are set up to do for keys with modifiers.
fn character(number: u32, modifiers: u32) -> Option<Key> {
    let shift = modifiers & 1 != 0;
    let code = match number {
        9 if shift => Code::BackTab,
        9 => Code::Tab,
        13 => Code::Enter,
        27 => Code::Esc,
        8 | 127 => Code::Backspace,
        // Keys without a character have numbers of the private area.
        0xe000..=0xf8ff => return None,
        _ => {
            let c = char::from_u32(number).filter(|c| !c.is_control())?;
            Code::Char(if shift { c.to_ascii_uppercase() } else { c })
        }
    };
    Some(held(code, with(modifiers)))
}

/// Shift is in the letter.
fn with(modifiers: u32) -> With {
    match modifiers {
        _ if modifiers & 4 != 0 => With::Ctrl,
        _ if modifiers & 2 != 0 => With::Alt,
        _ => With::Nothing,
    }
}

fn held(code: Code, with: With) -> Key {
    let code = match (code, with) {
        (Code::Char(c), With::Ctrl) => Code::Char(c.to_ascii_lowercase()),
        (code, _) => code,
    };
    Key { code, with }
}

fn paste(text: &[u8]) -> Input {
    Input::Paste(String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
mod tests;
