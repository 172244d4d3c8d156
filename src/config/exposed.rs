//! Which secrets of a config others on this machine can read: a sentence for each, with the command that ends it.

use std::path::Path;

use super::{Config, Password};

/// The warnings for a config that lies at `path`.
#[cfg(unix)]
pub(super) fn warnings(config: &Config, path: &Path) -> Vec<String> {
    let holds_password = |password: &Password| matches!(password, Password::Literal(_));
    let mut secrets = Vec::new();
    if config
        .accounts
        .iter()
        .any(|account| holds_password(&account.password))
    {
        secrets.push((path, "a password"));
    }
    for account in &config.accounts {
        if let Password::File(path) = &account.password {
            secrets.push((path, "a password"));
        }
        if let Some(files) = &account.client_certificate {
            secrets.push((&files.key, "a key"));
        }
    }
    secrets.retain(|(path, _)| is_open_to_others(path));
    secrets.dedup();
    let warning = |(path, secret): (&Path, &str)| {
        let path = path.display();
        format!(
            "{path} holds {secret} that others on this machine can read; run: chmod 600 '{path}'"
        )
    };
    secrets.into_iter().map(warning).collect()
}

/// A file that is not there is another's to complain of.
#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 != 0)
}

/// Who may read a file is not told by a mode here.
#[cfg(not(unix))]
pub(super) fn warnings(_: &Config, _: &Path) -> Vec<String> {
    Vec::new()
}
