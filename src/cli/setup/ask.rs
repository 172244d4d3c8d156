//! A question with a yes or a no, to whoever sits at the terminal.

use std::io::{self, IsTerminal as _, Write as _};

use crate::mail::SafeText;

use crate::cli::failure::Failure;

/// Who answers.
pub(super) struct Asker {
    yes: bool,
    terminal: bool,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Yes,
    No,
    /// There is nobody to ask.
    Nobody,
}

impl Asker {
    /// With `--yes` nobody is asked.
    pub(super) fn new(yes: bool) -> Self {
        let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self { yes, terminal }
    }

    /// Asks what `--yes` is the answer to.
    pub(super) fn ask(&mut self, question: &str) -> Result<Word, Failure> {
        if self.yes {
            return Ok(Word::Yes);
        }
        self.ask_a_person(question)
    }

    /// Asks what no option answers beforehand.
    pub(super) fn ask_a_person(&mut self, question: &str) -> Result<Word, Failure> {
        if self.yes || !self.terminal {
            return Ok(Word::Nobody);
        }
        let mut stderr = io::stderr();
        let mut answer = String::new();
        write!(stderr, "{} [y/N] ", SafeText::new(question))
            .and_then(|()| stderr.flush())
            .and_then(|()| io::stdin().read_line(&mut answer))
            .map_err(Failure::Ask)?;
        Ok(match answer.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" => Word::Yes,
            _ => Word::No,
        })
    }
}
