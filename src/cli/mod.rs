//! The commands: what was typed becomes calls to the floors below, results and exit codes.
use std::process::ExitCode;
/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    ExitCode::from(70)
}
