//! The program `poptui`: hands the arguments to the library and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    poptui::cli::main()
}
