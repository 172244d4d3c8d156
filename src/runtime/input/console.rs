//! The keys of a Windows console, as crossterm reads them: there they are records, and no octets to be told apart.

use std::io;

use crossterm::event::{self, KeyCode, KeyEventKind, KeyModifiers};
use tokio_stream::{Stream, StreamExt as _};

use super::Input;
use crate::app::event::Size;
use crate::app::key::{Code, Key, With};

/// The keys of the process's terminal.
#[expect(clippy::unnecessary_wraps, reason = "the other systems can fail here")]
pub(in crate::runtime) fn from_terminal() -> io::Result<impl Stream<Item = Input> + Unpin> {
    let told = event::EventStream::new().filter_map(|event| match event {
        Ok(event) => input(event),
        Err(_) => Some(Input::Gone),
    });
    // An end of the stream is the end of the terminal, not of the keys for now.
    Ok(Box::pin(told.chain(tokio_stream::once(Input::Gone))))
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
