//! What is done before anything else: files for the user alone, no secrets in core dumps, panics told safely.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use super::failure::Exit;
use super::out::note;

/// The latest panic, for the report of it.
static LATEST: Mutex<String> = Mutex::new(String::new());

/// Whatever this process creates is the user's alone, and a crash leaves no memory with passwords behind.
#[cfg(unix)]
pub(super) fn keep_files_private() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

    umask(rustix::fs::Mode::from_raw_mode(0o077));
    let none = Rlimit {
        current: Some(0),
        maximum: getrlimit(Resource::Core).maximum,
    };
    // Lowering one's own limit is always allowed; were it not, there would be nothing better to do.
    let _ = setrlimit(Resource::Core, none);
    close_memory();
}

/// A limit of nothing does not keep a crash from being piped to a collector; and no other process of the user's has
/// business in this one's memory, where a password may stand.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn close_memory() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    // As above.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Elsewhere the limit is all there is.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn close_memory() {}

/// Access lists are inherited from the user's own directories here.
#[cfg(not(unix))]
pub(super) fn keep_files_private() {}

/// Runs the program so that a panic ends it with a sentence and the right exit code. The standard message is
/// held back: it can quote mail, it would tear the screen, and a parser's panic is an error for one mail only.
pub(super) fn report_panics(run: impl FnOnce() -> Exit) -> Exit {
    panic::set_hook(Box::new(|panic| {
        // The trace is empty unless RUST_BACKTRACE asks for one.
        let trace =
            Some(Backtrace::capture()).filter(|trace| trace.status() == BacktraceStatus::Captured);
        let trace = trace.map(|trace| format!("\n{trace}")).unwrap_or_default();
        *LATEST.lock().unwrap_or_else(PoisonError::into_inner) = format!("{panic}{trace}");
    }));
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        note("internal error; nothing that was stored is lost; please report what follows");
        for line in LATEST
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .lines()
        {
            note(line);
        }
        Exit::INTERNAL
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    #[test]
    fn no_dump_of_this_process_can_be_taken() {
        super::close_memory();
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
    }
}
