//! What both kinds of config tests begin with.

mod accounts;
mod files;
mod writing;

use std::path::Path;

use super::Config;

const ALICE: &str = "
[accounts.alice]
address = \"alice@example.org\"
host = \"pop.example.org\"
password-command = \"pass show 'mail alice'\"
";

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(
        text,
        Path::new("/etc/poptui.toml"),
        Some(Path::new("/home/ada")),
    )
    .map_err(|error| error.to_string())
}

/// Alice with one more line, which becomes line 6.
fn alice(line: &str) -> Result<Config, String> {
    parse(&format!("{ALICE}{line}\n"))
}

#[track_caller]
fn refused(result: Result<Config, String>, words: &[&str]) {
    let sentence = result.expect_err("this config is refused");
    for word in words {
        assert!(sentence.contains(word), "`{word}` is not in: {sentence}");
    }
}
