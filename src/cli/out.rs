//! Where commands write: results to stdout, of which a closed pipe is a quiet end; remarks to stderr.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};

use crate::mail::SafeText;

use super::failure::{Exit, Failure};

/// Standard output, buffered.
pub(super) struct Out {
    stdout: BufWriter<Stdout>,
    /// Cells of a row if a person looks at it.
    terminal: Option<u16>,
}

impl Out {
    pub(super) fn new() -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal().then(|| width_of(&stdout));
        Self {
            stdout: BufWriter::with_capacity(64 * 1024, stdout),
            terminal,
        }
    }

    /// Cells of a row; `None` if the output goes to a file or a pipe.
    pub(super) fn terminal_width(&self) -> Option<u16> {
        self.terminal
    }

    pub(super) fn line(&mut self, line: &str) -> Result<(), Failure> {
        self.octets(line.as_bytes())?;
        self.octets(b"\n")
    }

    pub(super) fn octets(&mut self, octets: &[u8]) -> Result<(), Failure> {
        Ok(self.stdout.write_all(octets)?)
    }

    /// Hands on what is buffered: for results that come one by one.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.stdout.flush()?)
    }

    /// To be called at the end, because a buffer that is dropped cannot say what failed.
    pub(super) fn finish(mut self) -> Result<Exit, Failure> {
        self.flush()?;
        Ok(Exit::DONE)
    }
}

/// Says a sentence on stderr. If nobody can hear it, there is nobody to tell.
pub(super) fn note(sentence: &str) {
    let _ = writeln!(io::stderr(), "poptui: {}", SafeText::new(sentence));
}

/// Cells of a terminal's row; 80 where the terminal does not know.
#[cfg(unix)]
pub(super) fn width_of(stream: &impl std::os::fd::AsFd) -> u16 {
    terminal_size::terminal_size_of(stream).map_or(80, |(width, _)| width.0.max(20))
}

/// Cells of a terminal's row; 80 where the terminal does not know.
#[cfg(not(unix))]
pub(super) fn width_of<T>(_: &T) -> u16 {
    terminal_size::terminal_size().map_or(80, |(width, _)| width.0.max(20))
}
