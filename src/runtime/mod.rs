//! Stub: the founder replaces it by the loop around the screen.

use std::path::PathBuf;

use crate::config::Config;

/// What the screen begins with.
#[derive(Debug)]
pub enum Start {
    /// The user's mail; a config without a path means that there is none yet.
    Client {
        /// What the user wrote.
        config: Config,
        /// Where the config is, or would be.
        config_file: PathBuf,
        /// Where mail is kept.
        data_dir: PathBuf,
    },
    /// Sample mail.
    Demo,
}

/// Why the screen could not be shown or kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stub's only one.
    #[error("the screen is not built yet")]
    Stub,
}

/// Shows the screen until the user leaves.
pub fn run(start: Start) -> Result<(), Error> {
    drop(start);
    Err(Error::Stub)
}
