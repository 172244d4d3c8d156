//! What the project's pages promise is held against the program.

use std::path::Path;

use poptui::app::keymap::Keymap;
use poptui::config::{Auth, Config, Keep, Security};

const EXAMPLE: &str = include_str!("../../config.example.toml");

fn parse(text: &str) -> Config {
    let path = Path::new("/home/ada/.config/poptui/config.toml");
    Config::parse(text, path, Some(Path::new("/home/ada")))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The example with every `#key = value` and `#[table]` in force.
fn uncommented() -> String {
    let is_key = |rest: &str| rest.starts_with(|c: char| c == '[' || c.is_ascii_lowercase());
    let lines = EXAMPLE.lines().map(|line| {
        line.strip_prefix('#')
            .filter(|rest| is_key(rest))
            .unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_config_parses_without_a_warning() {
    let config = parse(EXAMPLE);
    assert_eq!(config.accounts.len(), 1);
    assert_eq!(config.warnings, Vec::<String>::new());
}

#[test]
fn the_example_config_parses_with_all_its_keys_in_force() {
    let config = parse(&uncommented());
    let names: Vec<_> = config
        .accounts
        .iter()
        .map(|account| account.name.as_str())
        .collect();
    assert_eq!(names, ["alice", "bob", "carol", "local"]);
    assert_eq!(config.warnings, Vec::<String>::new());
    assert!(config.ui.downloads.is_some() && !config.keys.is_empty());
}

#[test]
fn the_defaults_in_the_example_are_the_defaults() {
    let (plain, full) = (parse(EXAMPLE), parse(&uncommented()));
    let (plain, full) = (&plain.accounts[0], &full.accounts[0]);
    assert_eq!((plain.port, plain.security), (full.port, Security::Tls));
    assert_eq!((plain.auth, full.auth), (Auth::Auto, Auth::Auto));
    assert_eq!(
        (plain.keep_on_server, full.keep_on_server),
        (Keep::Forever, Keep::Forever)
    );
    assert_eq!(
        (plain.timeout, plain.allow_cleartext),
        (full.timeout, full.allow_cleartext)
    );
}

#[test]
fn the_example_config_names_every_key_of_an_account() {
    // The sentence about an unknown key lists the known ones: they come from the program, not from here.
    let error = Config::parse("[accounts.a]\nxxxxxxxxxxxx = 1", Path::new("/c"), None)
        .unwrap_err()
        .to_string();
    let keys = error
        .split_once("it can have: ")
        .expect("the keys are listed")
        .1;
    for key in keys.split(", ") {
        assert!(
            EXAMPLE.contains(key),
            "config.example.toml says nothing about {key}"
        );
    }
}

#[test]
fn the_table_of_keys_in_the_readme_is_the_table_of_actions() {
    const BEGIN: &str = "<!-- keys:begin -->\n";
    const END: &str = "<!-- keys:end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme
        .split_once(BEGIN)
        .expect("the README has the mark keys:begin");
    let (_, after) = rest
        .split_once(END)
        .expect("the README has the mark keys:end");
    let table = poptui::app::keys_markdown(&Keymap::new(&[]).unwrap());
    let wanted = format!("{before}{BEGIN}{table}{END}{after}");
    if std::env::var_os("POPTUI_BLESS").is_some() {
        std::fs::write(path, wanted).unwrap();
        return;
    }
    assert!(
        readme == wanted,
        "the README's keys have drifted; POPTUI_BLESS=1 writes them anew"
    );
}

#[test]
fn the_keys_of_the_example_config_are_keys_of_the_table() {
    Keymap::new(&parse(&uncommented()).keys).unwrap_or_else(|error| panic!("{error}"));
}
