//! The suite's fuzz targets for `cargo fuzz`: `cargo +nightly fuzz run session tests/data/fuzz/session` from the top.

#[path = "../../tests/suite/fuzzing.rs"]
mod fuzzing;
#[path = "../../tests/suite/pop3_sessions.rs"]
mod pop3_sessions;

/// Feeds one target.
pub fn feed(target: &str, octets: &[u8]) {
    let found = fuzzing::TARGETS.iter().find(|(name, _)| *name == target);
    let (_, run) = found.expect("a target of this name");
    run(octets);
}
