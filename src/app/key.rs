//! A key press, and how people write it: `j`, `^D`, `Alt-j`, `S-Tab`, `PgDn`, `F5`.

use std::fmt;
use std::str::FromStr;

use crate::mail::SafeText;

/// One key press. Upper-case letters carry no shift of their own: `G` is `Char('G')`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Held with it.
    pub with: With,
}

/// The key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names on the keys")]
pub enum Code {
    Char(char),
    F(u8),
    Backspace,
    BackTab,
    Delete,
    Down,
    End,
    Enter,
    Esc,
    Home,
    Insert,
    Left,
    PageDown,
    PageUp,
    Right,
    Tab,
    Up,
}

/// What is held with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum With {
    /// Nothing (Shift is in the letter).
    #[default]
    Nothing,
    /// Control.
    Ctrl,
    /// Alt.
    Alt,
}

impl Key {
    /// A key on its own.
    pub const fn plain(code: Code) -> Self {
        Self {
            code,
            with: With::Nothing,
        }
    }

    /// A key with Control held.
    pub const fn ctrl(letter: char) -> Self {
        Self {
            code: Code::Char(letter),
            with: With::Ctrl,
        }
    }

    /// The character it types into a text field.
    pub fn typed(self) -> Option<char> {
        match (self.code, self.with) {
            (Code::Char(c), With::Nothing) => Some(c),
            _ => None,
        }
    }
}

/// The keys with names, and how they are written. The first name is the one that is printed.
const NAMES: &[(Code, &[&str])] = &[
    (Code::Backspace, &["Backspace"]),
    (Code::BackTab, &["S-Tab", "Shift-Tab", "BackTab"]),
    (Code::Delete, &["Del", "Delete"]),
    (Code::Down, &["↓", "Down"]),
    (Code::End, &["End"]),
    (Code::Enter, &["Enter", "Return", "⏎"]),
    (Code::Esc, &["Esc", "Escape"]),
    (Code::Home, &["Home"]),
    (Code::Insert, &["Ins", "Insert"]),
    (Code::Left, &["←", "Left"]),
    (Code::PageDown, &["PgDn", "PageDown"]),
    (Code::PageUp, &["PgUp", "PageUp"]),
    (Code::Right, &["→", "Right"]),
    (Code::Char(' '), &["Space"]),
    (Code::Tab, &["Tab"]),
    (Code::Up, &["↑", "Up"]),
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.with, self.code) {
            (With::Ctrl, Code::Char(c)) if c != ' ' => {
                return write!(f, "^{}", c.to_ascii_uppercase());
            }
            (With::Ctrl, _) => f.write_str("Ctrl-")?,
            (With::Alt, _) => f.write_str("Alt-")?,
            (With::Nothing, _) => {}
        }
        if let Some((_, names)) = NAMES.iter().find(|(code, _)| *code == self.code) {
            return f.write_str(names[0]);
        }
        match self.code {
            Code::Char(c) => write!(f, "{c}"),
            Code::F(number) => write!(f, "F{number}"),
            // Every other code stands in NAMES; a test holds that.
            _ => f.write_str("?"),
        }
    }
}

/// Text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a key; write for example j, G, ^D, Alt-j, Space, Enter, Tab, S-Tab, PgDn, F5, or gg for two in a row"
)]
pub struct NotAKey(pub String);

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (with, rest) = if let Some(rest) = behind("ctrl-", text).or_else(|| behind("c-", text))
        {
            (With::Ctrl, rest)
        } else if text.len() > 1 && text.starts_with('^') {
            (With::Ctrl, &text[1..])
        } else if let Some(rest) = behind("alt-", text).or_else(|| behind("a-", text)) {
            (With::Alt, rest)
        } else {
            (With::Nothing, text)
        };
        let code = code(rest).ok_or_else(|| NotAKey(text.to_owned()))?;
        let code = match (with, code) {
            // A terminal sends the same octet for ^d and ^D.
            (With::Ctrl, Code::Char(c)) => Code::Char(c.to_ascii_lowercase()),
            (_, code) => code,
        };
        Ok(Self { code, with })
    }
}

/// What follows these letters, large or small.
fn behind<'t>(start: &str, text: &'t str) -> Option<&'t str> {
    let (begin, rest) = text.split_at_checked(start.len())?;
    begin.eq_ignore_ascii_case(start).then_some(rest)
}

fn code(name: &str) -> Option<Code> {
    let named = NAMES
        .iter()
        .find(|(_, names)| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
    if let Some((code, _)) = named {
        return Some(*code);
    }
    if let Some(number) = name
        .strip_prefix(['F', 'f'])
        .and_then(|digits| digits.parse::<u8>().ok())
    {
        return (1..=24).contains(&number).then_some(Code::F(number));
    }
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        // Keys are told in tables and hints: what could turn those around is none.
        (Some(c), None) if SafeText::new(name).as_str() == name => Some(Code::Char(c)),
        _ => None,
    }
}

/// A sequence of keys as it is written in the config: `gg`, `zr`, `g Enter`, `F5`.
pub fn parse_sequence(text: &str) -> Result<Vec<Key>, NotAKey> {
    if let Ok(key) = text.parse() {
        return Ok(vec![key]);
    }
    let parts: Vec<String> = if text.contains(' ') {
        text.split_whitespace().map(str::to_owned).collect()
    } else {
        text.chars().map(String::from).collect()
    };
    let keys: Result<Vec<Key>, NotAKey> = parts.iter().map(|part| part.parse()).collect();
    match keys {
        // A word of more than two letters is a misspelt name, not a sequence.
        Ok(keys) if keys.len() == 2 || (keys.len() == 3 && text.contains(' ')) => Ok(keys),
        _ => Err(NotAKey(text.to_owned())),
    }
}

/// Prints a sequence as [`parse_sequence`] reads it.
pub fn print_sequence(keys: &[Key]) -> String {
    let names: Vec<String> = keys.iter().map(Key::to_string).collect();
    let short = names.iter().all(|name| name.chars().count() == 1);
    names.join(if short { "" } else { " " })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_people_use_is_read_and_printed_back_the_same_way() {
        for (written, printed) in [
            ("j", "j"),
            ("G", "G"),
            ("^D", "^D"),
            ("^d", "^D"),
            ("ctrl-d", "^D"),
            ("C-d", "^D"),
            ("Alt-j", "Alt-j"),
            ("space", "Space"),
            ("return", "Enter"),
            ("PageDown", "PgDn"),
            ("Shift-Tab", "S-Tab"),
            ("f5", "F5"),
            ("$", "$"),
            ("^", "^"),
        ] {
            let key: Key = written.parse().unwrap();
            assert_eq!(key.to_string(), printed, "{written}");
            assert_eq!(printed.parse::<Key>().unwrap(), key, "{written}");
        }
    }

    #[test]
    fn letters_of_any_length_are_keys_and_what_turns_a_row_around_is_none() {
        for (written, letter) in [
            ("Alt-\u{1e9e}", '\u{1e9e}'),
            ("Alt-\u{212a}", '\u{212a}'),
            ("é", 'é'),
        ] {
            let key: Key = written.parse().unwrap();
            assert_eq!(key.code, Code::Char(letter), "{written}");
        }
        for none in ["\u{202e}", "Alt-\u{2066}", "\u{85}", "\u{200b}"] {
            assert!(none.parse::<Key>().is_err(), "{none:?}");
        }
    }

    #[test]
    fn every_named_key_prints_back_to_itself() {
        for (code, _) in NAMES {
            let key = Key::plain(*code);
            assert_eq!(key.to_string().parse::<Key>().unwrap(), key);
        }
    }

    #[test]
    fn a_sequence_is_letters_in_a_row_or_names_with_blanks() {
        assert_eq!(parse_sequence("gg").unwrap().len(), 2);
        assert_eq!(print_sequence(&parse_sequence("zr").unwrap()), "zr");
        assert_eq!(
            print_sequence(&parse_sequence("g Enter").unwrap()),
            "g Enter"
        );
        assert_eq!(parse_sequence("PgDn").unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_key_is_named_in_the_error() {
        for wrong in ["", "Entre", "F99", "ctrl-", "pagedwon"] {
            assert!(parse_sequence(wrong).is_err(), "{wrong}");
        }
        assert!(
            "Entre"
                .parse::<Key>()
                .unwrap_err()
                .to_string()
                .contains("`Entre`")
        );
    }
}
