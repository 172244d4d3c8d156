//! `poptui` and `poptui demo`: the client on the screen, if there is a screen.

use std::io::{self, IsTerminal as _};

use crate::runtime::{self, Start};

use super::failure::{Exit, Failure};
use super::paths::Paths;

/// The client on the user's mail, or its welcome where there is no config yet.
pub(super) fn client(paths: &Paths) -> Result<Exit, Failure> {
    let config = paths.load_config()?;
    if !on_terminal() {
        return Err(Failure::NoTerminal {
            config: config.is_some(),
        });
    }
    runtime::run(Start::Client {
        config: config.unwrap_or_default(),
        config_file: paths.config_file()?,
        data_dir: paths.data_dir()?,
    })?;
    Ok(Exit::DONE)
}

/// The client on sample mail.
pub(super) fn demo() -> Result<Exit, Failure> {
    if !on_terminal() {
        return Err(Failure::NoTerminal { config: true });
    }
    runtime::run(Start::Demo)?;
    Ok(Exit::DONE)
}

fn on_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
