//! `poptui` and `poptui demo`: the client on the screen, if there is a screen.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::keymap::Keymap;
use crate::app::model::{Look, Screen, Standing};
use crate::config::Config;
use crate::demo::{self, SampleServer};
use crate::fetch::{Network, Trace, Traced};
use crate::mail::SafeText;
use crate::runtime::{self, Leave, Outside, Start};
use crate::store::{Configured, Error, Store};

use super::failure::{Exit, Failure};
use super::keys::keymap;
use super::paths::Paths;

/// The client on the user's mail, or its welcome where there is no account and no mail yet.
pub(super) fn client(paths: &Paths, trace: Option<Trace>) -> Result<Exit, Failure> {
    let config = paths.load_config()?;
    if !on_terminal() {
        return Err(Failure::NoTerminal {
            config: config.is_some(),
        });
    }
    let config = config.unwrap_or_default();
    let keymap = keymap(&config)?;
    let data_dir = paths.data_dir()?;
    if config.accounts.is_empty() && !Store::exists(&data_dir) {
        return welcome(paths, keymap);
    }
    let start = || {
        let configured = config.accounts.iter().map(Configured::from).collect();
        let (store, standing) = open(&data_dir, configured)?;
        let warnings = config.warnings.iter();
        // Beside a poptui that may have files there, one that only reads has its own place.
        let handed_out = (standing == Standing::Own).then(|| data_dir.join("opened"));
        Ok::<_, Failure>(Start {
            store: Some(store),
            connect: Arc::new(Traced::new(Network, trace)),
            keymap,
            screen: Screen::Mail,
            standing,
            downloads: downloads(&config),
            outside: Outside {
                hyperlinks: config.ui.hyperlinks.unwrap_or_else(has_hyperlinks),
                ..Outside::of_system(config.ui.opener, handed_out)
            },
            look: look(),
            warnings: warnings.map(|text| SafeText::new(text)).collect(),
            accounts: config.accounts,
            fetch_at_once: false,
        })
    };
    runtime::run(start)?;
    Ok(Exit::DONE)
}

/// The client on sample mail: a store in a directory that goes with it, a server inside the program.
pub(super) fn demo() -> Result<Exit, Failure> {
    if !on_terminal() {
        return Err(Failure::NoTerminal { config: true });
    }
    sample(keymap(&Config::default())?)
}

fn sample(keymap: Keymap) -> Result<Exit, Failure> {
    // Outlives the client, and goes away whichever way that ends.
    let mut profile = None;
    let start = || {
        let made = tempfile::Builder::new().prefix("poptui-demo-").tempdir();
        let profile = profile.insert(made.map_err(Failure::Start)?);
        Ok::<_, Failure>(Start {
            store: Some(Store::open(profile.path())?),
            accounts: vec![demo::account()],
            connect: Arc::new(SampleServer::new()),
            keymap,
            screen: Screen::Mail,
            standing: Standing::Sample,
            downloads: downloads(&Config::default()),
            outside: Outside {
                hyperlinks: has_hyperlinks(),
                ..Outside::of_system(None, None)
            },
            look: look(),
            warnings: Vec::new(),
            fetch_at_once: true,
        })
    };
    runtime::run(start)?;
    Ok(Exit::DONE)
}

/// Says how to begin, writes nothing, and leads into the sample mailbox if asked.
fn welcome(paths: &Paths, keymap: Keymap) -> Result<Exit, Failure> {
    let config = SafeText::new(&paths.config_file()?.display().to_string());
    let start = Start {
        store: None,
        accounts: Vec::new(),
        connect: Arc::new(Network),
        keymap: keymap.clone(),
        screen: Screen::Welcome { config },
        standing: Standing::Own,
        downloads: PathBuf::new(),
        outside: Outside::default(),
        look: look(),
        warnings: Vec::new(),
        fetch_at_once: false,
    };
    match runtime::run(|| Ok::<_, Failure>(start))? {
        Leave::Done => Ok(Exit::DONE),
        Leave::ForSample => sample(keymap),
    }
}

/// The store for reading and writing, or for reading only where another poptui has it.
fn open(
    data_dir: &std::path::Path,
    configured: Vec<Configured>,
) -> Result<(Store, Standing), Error> {
    match Store::open(data_dir) {
        Ok(store) => {
            store.write_now(move |writer| writer.adopt(&configured))?;
            Ok((store, Standing::Own))
        }
        Err(Error::Locked { pid, .. }) => {
            Ok((Store::open_read_only(data_dir)?, Standing::ReadOnly(pid)))
        }
        Err(error) => Err(error),
    }
}

fn downloads(config: &Config) -> PathBuf {
    let named = config.ui.downloads.clone();
    let home = || dirs::home_dir().map(|home| home.join("Downloads"));
    named
        .or_else(dirs::download_dir)
        .or_else(home)
        .unwrap_or_else(std::env::temp_dir)
}

/// <https://no-color.org>: any value but an empty one.
fn look() -> Look {
    match std::env::var_os("NO_COLOR") {
        Some(value) if !value.is_empty() => Look::Plain,
        _ => Look::Colour,
    }
}

/// Whether the terminal is one of those known to have hyperlinks (OSC 8); all others are left alone.
fn has_hyperlinks() -> bool {
    const SIGNS: [&str; 6] = [
        "VTE_VERSION",
        "KITTY_WINDOW_ID",
        "KONSOLE_VERSION",
        "WEZTERM_PANE",
        "GHOSTTY_RESOURCES_DIR",
        "WT_SESSION",
    ];
    const NAMES: [&str; 4] = ["kitty", "foot", "alacritty", "ghostty"];
    const PROGRAMS: [&str; 4] = ["iTerm.app", "WezTerm", "vscode", "ghostty"];
    let value = |name| std::env::var(name).unwrap_or_default();
    let (term, program) = (value("TERM"), value("TERM_PROGRAM"));
    // What runs in tmux or screen has the signs of the terminal around it, and another terminal before it.
    if term.starts_with("tmux") || term.starts_with("screen") {
        return false;
    }
    SIGNS.iter().any(|name| std::env::var_os(name).is_some())
        || NAMES.iter().any(|name| term.contains(name))
        || PROGRAMS.contains(&program.as_str())
}

fn on_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}
