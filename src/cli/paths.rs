//! Which config file and which data directory: as typed, else from the environment, else the platform's.

use std::env;
use std::path::PathBuf;

use crate::config::{Config, Error};

use super::args::Args;
use super::failure::Failure;
use super::keys::keymap;

/// Where things are. Nothing is looked for before it is asked for.
pub(super) struct Paths {
    config: Option<PathBuf>,
    data: Option<PathBuf>,
}

impl Paths {
    pub(super) fn new(args: &Args) -> Self {
        let below =
            |directory: Option<PathBuf>, name| directory.map(|directory| directory.join(name));
        Self {
            config: args
                .config
                .clone()
                .or_else(|| variable("POPTUI_CONFIG"))
                .or_else(|| below(dirs::config_dir(), "poptui/config.toml")),
            data: args
                .data_dir
                .clone()
                .or_else(|| variable("POPTUI_DATA_DIR"))
                .or_else(|| below(dirs::data_dir(), "poptui")),
        }
    }

    pub(super) fn config_file(&self) -> Result<PathBuf, Failure> {
        self.config.clone().ok_or(Failure::NoHome {
            what: "config",
            option: "--config",
        })
    }

    pub(super) fn data_dir(&self) -> Result<PathBuf, Failure> {
        self.data.clone().ok_or(Failure::NoHome {
            what: "data",
            option: "--data-dir",
        })
    }

    /// The config; `None` if there is no such file.
    pub(super) fn load_config(&self) -> Result<Option<Config>, Failure> {
        match Config::load(&self.config_file()?, dirs::home_dir().as_deref()) {
            Ok(config) => {
                // A mistake in [keys] is one for every command that reads the file, as any other is.
                keymap(&config)?;
                Ok(Some(config))
            }
            Err(Error::Absent { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// An environment variable; an empty one counts as none.
fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
