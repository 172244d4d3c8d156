//! What a terminal tells: keys, pastes, sizes, its end. Nothing is ever asked of it, and what it reports unasked is
//! no key press.

#[cfg(not(unix))]
mod console;
#[cfg(unix)]
mod octets;
#[cfg(unix)]
mod tty;

#[cfg(not(unix))]
pub(super) use console::from_terminal;
#[cfg(unix)]
pub(super) use tty::from_terminal;

use crate::app::event::Size;
use crate::app::key::Key;

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
