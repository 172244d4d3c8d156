//! `--trace FILE`: opened before anything is said, and at the end told of if it is not complete.

use crate::fetch::Trace;

use super::args::{Args, Command};
use super::failure::Failure;
use super::out::note;

/// Opens the trace that is asked for. Who asks for one where no server is talked to meant something else.
pub(super) fn open(args: &Args) -> Result<Option<Trace>, Failure> {
    let Some(file) = &args.trace else {
        return Ok(None);
    };
    match args.command {
        None | Some(Command::Fetch(_) | Command::Check(_)) => {}
        Some(_) => return Err(Failure::Usage(
            "this command talks to no server, so there is nothing to trace; --trace is for fetch, check and the client"
                .into(),
        )),
    }
    Trace::append_to(file)
        .map(Some)
        .map_err(|error| Failure::Trace {
            file: file.clone(),
            error,
        })
}

/// Says so if something is missing.
pub(super) fn close(trace: Option<&Trace>) {
    if let Some(trouble) = trace.and_then(Trace::trouble) {
        note(&format!("the trace is not complete: {trouble}"));
    }
}
