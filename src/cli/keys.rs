//! `poptui keys`: the table of actions with the keys they have, the user's own included.

use crate::app::action::Action;
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

/// The key of an action for a sentence; a config that cannot be read is no reason not to say it.
pub(super) fn key_of(paths: &Paths, action: Action) -> String {
    let config = paths.load_config().ok().flatten().unwrap_or_default();
    let keymap = keymap(&config).or_else(|_| keymap(&Config::default()));
    let keys = keymap.map_or_else(|_| Vec::new(), |keymap| keymap.keys_of(action));
    let named = || format!("({})", action.spec().name);
    keys.into_iter().next().unwrap_or_else(named)
}

/// The keys as the config has them.
pub(super) fn keymap(config: &Config) -> Result<Keymap, Failure> {
    let file = config.path.clone().unwrap_or_default();
    Keymap::new(&config.keys).map_err(|error| Failure::Keys { file, error })
}
