//! `poptui keys`: the table of actions with the keys they have, the user's own included.

use crate::app::keymap::Keymap;
use crate::app::keys_table;
use crate::config::Config;

use super::failure::{Exit, Failure};
use super::out::Out;
use super::paths::Paths;

/// Prints the table.
pub(super) fn run(paths: &Paths) -> Result<Exit, Failure> {
    let config = paths.load_config()?.unwrap_or_default();
    let mut out = Out::new();
    out.octets(keys_table(&keymap(&config)?).as_bytes())?;
    out.finish()
}

/// The keys as the config has them.
pub(super) fn keymap(config: &Config) -> Result<Keymap, Failure> {
    let file = config.path.clone().unwrap_or_default();
    Keymap::new(&config.keys).map_err(|error| Failure::Keys { file, error })
}
