//! The commands: what was typed becomes calls to the floors below, results on stdout and an exit code.

mod args;
mod backup;
mod board;
mod catching_up;
mod check;
mod columns;
mod export;
mod failure;
mod fetch;
mod hyphens;
mod import;
mod json;
mod keys;
mod list;
mod out;
mod paths;
mod precautions;
mod progress;
mod read;
mod screen;
mod setup;
mod signals;
mod telling;
mod tracing;
mod usage;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use failure::{Exit, Failure};
use paths::Paths;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    precautions::keep_files_private();
    let exit = precautions::report_panics(|| {
        Args::try_parse_from(hyphens::mark(std::env::args_os()))
            .map_or_else(|error| usage::answer(&error), |args| run(&args))
            .unwrap_or_else(|failure| failure.report())
    });
    ExitCode::from(exit.0)
}

fn run(args: &Args) -> Result<Exit, Failure> {
    let paths = Paths::new(args);
    let trace = tracing::open(args)?;
    let ended = match &args.command {
        None => screen::client(&paths, trace.clone()),
        Some(Command::Demo) => screen::demo(),
        Some(Command::Fetch(args)) => fetch::run(args, &paths, trace.clone()),
        Some(Command::Check(args)) => check::run(args, &paths, trace.as_ref()),
        Some(Command::List(args)) => list::list(args, &paths),
        Some(Command::Count(args)) => list::count(args, &paths),
        Some(Command::Read(args)) => read::run(args, &paths),
        Some(Command::Import(args)) => import::run(args, &paths),
        Some(Command::Export(args)) => export::run(args, &paths),
        Some(Command::Backup(args)) => backup::run(args, &paths),
        Some(Command::Verify(args)) => verify::run(args, &paths),
        Some(Command::Setup(args)) => setup::run(args, &paths, trace.as_ref()),
        Some(Command::Keys) => keys::run(&paths),
    };
    tracing::close(trace.as_ref());
    ended
}
