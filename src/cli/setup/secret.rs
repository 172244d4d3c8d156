//! Where the new account's password comes from, and how one for the keyring is typed: without an echo.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::cli::args::SetupArgs;
use crate::cli::failure::Failure;
use crate::config::{Account, Secret};
use crate::mail::SafeText;

/// Longer than any password.
const LONGEST: u64 = 4096;

/// What the arguments name; `None` only for a dry run, which needs nothing.
pub(super) fn named(args: &SetupArgs) -> Result<Option<Secret>, Failure> {
    let usage = |sentence: &str| Failure::Usage(sentence.to_owned());
    if args.keyring && !cfg!(feature = "keyring") {
        return Err(usage(
            "this poptui was built without the keyring; use --password-command CMD, or build it without \
             --no-default-features",
        ));
    }
    let secret = match (
        &args.password_command,
        &args.password_file,
        &args.token_command,
    ) {
        (Some(command), ..) => Secret::Command(command.clone()),
        (_, Some(file), _) => Secret::File(in_config(file)?),
        (.., Some(command)) => Secret::Token(command.clone()),
        _ if args.keyring => Secret::Keyring,
        _ if args.dry_run => return Ok(None),
        _ => {
            return Err(usage(
                "say where the password comes from: --password-command CMD, --password-file FILE, --keyring or \
                 --token-command CMD; --dry-run does without",
            ));
        }
    };
    Ok(Some(secret))
}

/// A path as it can stand in the config, whose own paths begin at its directory.
fn in_config(path: &Path) -> Result<String, Failure> {
    let whole = if path.starts_with("~") {
        path.to_owned()
    } else {
        super::absolute(path)
    };
    whole.to_str().map(str::to_owned).ok_or_else(|| {
        Failure::Usage(format!(
            "the name of {} is not UTF-8, as the config is",
            path.display()
        ))
    })
}

/// Asks for it at the terminal; takes the first line of standard input where that is none.
pub(super) fn read_password(account: &Account) -> Result<Zeroizing<String>, Failure> {
    let read = if io::stdin().is_terminal() {
        let prompt = format!("Password of {} at {}: ", account.user, account.host);
        rpassword::prompt_password(SafeText::new(&prompt).as_str()).map(Zeroizing::new)
    } else {
        let mut line = Zeroizing::new(String::new());
        let stdin = io::stdin().lock().take(LONGEST);
        io::BufReader::new(stdin).read_line(&mut line).map(|_| line)
    };
    let password = read.map_err(Failure::Ask)?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Failure::Usage(
            "the password is empty; type it, or give it as the first line of standard input"
                .to_owned(),
        ));
    }
    Ok(Zeroizing::new(password.to_owned()))
}
