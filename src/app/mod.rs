//! Stub: the founder replaces it by the mind of the program.

/// The table of actions, as `poptui keys` prints it: lines that end in a line feed.
pub fn keys_table() -> String {
    "quit  q\n".into()
}
