//! What the program may reach beside its store and its servers: another program, the clipboard, a private directory.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// Takes octets for the terminal, between two frames.
type ToTerminal = Arc<dyn Fn(&[u8]) -> std::io::Result<()> + Send + Sync>;

/// Other programs and other places. The default reaches nothing.
#[derive(Clone, Default)]
pub struct Outside {
    /// Opens what is handed to it as its last argument: program and arguments, run without a shell.
    pub opener: Vec<String>,
    /// Takes the sequence that asks the terminal to fill the clipboard.
    pub clipboard: Option<ToTerminal>,
    /// Whether the terminal is told where links lead. Only a terminal is: frames in memory have none.
    pub hyperlinks: bool,
    /// Where files lie that were handed to the opener. It is this program's alone, and cleared at its start and end.
    /// `None` makes a directory that goes with the program.
    pub handed_out: Option<PathBuf>,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside")
            .field("opener", &self.opener)
            .field("handed_out", &self.handed_out)
            .finish_non_exhaustive()
    }
}

impl Outside {
    /// The system's opener, unless the user names another, and the terminal's clipboard.
    pub fn of_system(opener: Option<Vec<String>>, handed_out: Option<PathBuf>) -> Self {
        Self {
            opener: opener.unwrap_or_else(systems_opener),
            clipboard: Some(Arc::new(super::terminal::write)),
            hyperlinks: false,
            handed_out,
        }
    }
}

fn systems_opener() -> Vec<String> {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    vec![program.to_owned()]
}
