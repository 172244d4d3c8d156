//! What a test that cannot run here says: loudly, and where everything has to run it fails.

use std::io::Write as _;

/// Says that this was not run, past the test runner, which keeps what green tests print to itself. Where the shared
/// folder is at hand, or in CI, nothing may be left out.
#[track_caller]
pub(crate) fn not_run(what: &str) {
    let strict = ["CI", "POPTUI_SHARED"]
        .into_iter()
        .find(|name| std::env::var_os(name).is_some());
    if let Some(name) = strict {
        panic!("NOT RUN, though {name} is set: {what}");
    }
    say(what);
}

/// The same for what needs the shared folder, and can run nowhere else.
pub(crate) fn not_shared(what: &str) {
    say(&format!("{what} (POPTUI_SHARED is not set)"));
}

fn say(what: &str) {
    // Nobody is left to hear that stderr is closed.
    let _ = writeln!(std::io::stderr(), "NOT RUN: {what}");
}
