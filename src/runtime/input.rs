//! From crossterm's events to ours. Nothing is ever asked of the terminal, so no answer can look like a key press.

use crossterm::event::{self, KeyCode, KeyEventKind, KeyModifiers};
use tokio_stream::{Stream, StreamExt as _};

use crate::app::event::Size;
use crate::app::key::{Code, Key, With};

/// What a terminal tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The window has this size now.
    Resize(Size),
    /// There is no terminal any more.
    Gone,
}

/// The keys of the process's terminal.
pub(super) fn from_terminal() -> impl Stream<Item = Input> + Unpin {
    let told = event::EventStream::new().filter_map(|event| match event {
        Ok(event) => input(event),
        Err(_) => Some(Input::Gone),
    });
    // An end of the stream is the end of the terminal, not of the keys for now.
    Box::pin(told.chain(tokio_stream::once(Input::Gone)))
}

fn input(event: event::Event) -> Option<Input> {
    match event {
        event::Event::Key(key) if key.kind != KeyEventKind::Release => pressed(key).map(Input::Key),
        event::Event::Paste(text) => Some(Input::Paste(text)),
        event::Event::Resize(width, height) => Some(Input::Resize(Size { width, height })),
        _ => None,
    }
}

fn pressed(event: event::KeyEvent) -> Option<Key> {
    let code = match event.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::F(number) => Code::F(number),
        KeyCode::Backspace => Code::Backspace,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Delete => Code::Delete,
        KeyCode::Down => Code::Down,
        KeyCode::End => Code::End,
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Home => Code::Home,
        KeyCode::Insert => Code::Insert,
        KeyCode::Left => Code::Left,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::Right => Code::Right,
        KeyCode::Tab => Code::Tab,
        KeyCode::Up => Code::Up,
        _ => return None,
    };
    let with = if event.modifiers.contains(KeyModifiers::CONTROL) {
        With::Ctrl
    } else if event.modifiers.contains(KeyModifiers::ALT) {
        With::Alt
    } else {
        With::Nothing
    };
    let code = match (with, code) {
        (With::Ctrl, Code::Char(c)) => Code::Char(c.to_ascii_lowercase()),
        (_, code) => code,
    };
    Some(Key { code, with })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_press_becomes_the_key_that_the_table_names() {
        let press = |code, modifiers| {
            pressed(event::KeyEvent::new(code, modifiers))
                .unwrap()
                .to_string()
        };
        assert_eq!(press(KeyCode::Char('G'), KeyModifiers::SHIFT), "G");
        assert_eq!(press(KeyCode::Char('d'), KeyModifiers::CONTROL), "^D");
        assert_eq!(press(KeyCode::Char('j'), KeyModifiers::ALT), "Alt-j");
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::SHIFT), "S-Tab");
        assert_eq!(press(KeyCode::Char(' '), KeyModifiers::NONE), "Space");
    }

    #[test]
    fn a_key_let_go_is_not_a_key_pressed() {
        let mut key = event::KeyEvent::new(KeyCode::Char('d'), KeyModifiers::NONE);
        key.kind = KeyEventKind::Release;
        assert_eq!(input(event::Event::Key(key)), None);
    }
}
