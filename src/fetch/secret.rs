//! The password or token, from where the user keeps it. Wiped when dropped, never in a sentence.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use zeroize::Zeroizing;

use crate::config::{Account, Password};
use crate::mail::{SafeText, cut};
use crate::pop3::{Credentials, Secret};

use super::keyring;
use super::tell::trouble::Trouble;

/// A command may ask the user for a passphrase, but not for ever.
pub(super) const LIMIT: Duration = Duration::from_secs(30);
/// Octets of a command's output that are read: some ten times the longest token.
const OUTPUT: usize = 64 << 10;
/// Longest quotation of what a command complains of, in terminal cells.
const CELLS: usize = 200;

/// Reads the token where the account signs in with tokens, else the password. The error is a sentence without it.
pub(super) async fn read(account: &Account) -> Result<Credentials, Trouble> {
    let secret = match &account.token_command {
        Some(words) => command("token-command", words, LIMIT)
            .await
            .map(Secret::Token)
            .map_err(Trouble::NoToken)?,
        None => password(account)
            .await
            .map(Secret::Password)
            .map_err(Trouble::Password)?,
    };
    Ok(Credentials {
        user: account.user.clone(),
        secret,
    })
}

async fn password(account: &Account) -> Result<Zeroizing<String>, String> {
    match &account.password {
        Password::Literal(password) => Ok(password.clone()),
        Password::File(path) => file(path).await,
        Password::Command(words) => command("password-command", words, LIMIT).await,
        Password::Keyring => from_keyring(account).await,
        Password::None => Ok(Zeroizing::default()),
    }
}

async fn from_keyring(account: &Account) -> Result<Zeroizing<String>, String> {
    let (user, host) = (account.user.clone(), account.host.clone());
    let read = tokio::task::spawn_blocking(move || keyring::read(&user, &host));
    // It may ask the user to unlock it, but not for ever.
    let read = tokio::time::timeout(LIMIT, read).await;
    let read = read.map_err(|_| keyring::Error::Silent(LIMIT.as_secs()).to_string())?;
    read.map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())
}

async fn file(path: &Path) -> Result<Zeroizing<String>, String> {
    let owned = path.to_owned();
    let read = tokio::task::spawn_blocking(move || std::fs::read(owned).map(Zeroizing::new));
    // A pipe or a network file system can keep a reader waiting for ever.
    let octets = tokio::time::timeout(LIMIT, read)
        .await
        .map_err(|_| {
            format!(
                "password-file {} could not be read within {} s",
                path.display(),
                LIMIT.as_secs()
            )
        })?
        .map_err(|error| error.to_string())?
        .map_err(|error| format!("password-file {} cannot be read ({error})", path.display()))?;
    first_line(&octets).map_err(|fault| format!("password-file {} {fault}", path.display()))
}

/// Runs the command without a shell: its words are its arguments as they stand.
async fn command(
    key: &str,
    words: &[String],
    limit: Duration,
) -> Result<Zeroizing<String>, String> {
    let [program, arguments @ ..] = words else {
        return Err(format!("{key} is empty; write a program and its arguments"));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{key} {program} cannot be run ({error})"))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let end = async {
        let (printed, complaint) = tokio::join!(all_of(stdout), all_of(stderr));
        (printed, complaint, child.wait().await)
    };
    let (printed, complained, status) = tokio::time::timeout(limit, end)
        .await
        .map_err(|_| format!("{key} {program} did not end within {} s", limit.as_secs()))?;
    let status = status.map_err(|error| format!("{key} {program} failed ({error})"))?;
    if !status.success() {
        let complaint = complaint(&complained);
        return Err(format!("{key} {program} failed ({status}){complaint}"));
    }
    first_line(&printed).map_err(|fault| format!("{key} {program} {fault}"))
}

/// What comes out of a pipe, up to its end or to more than anybody needs. The room for it is there at once: a vector that
/// grows leaves copies behind which nobody wipes.
async fn all_of(pipe: Option<impl AsyncRead + Unpin>) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(vec![0; OUTPUT]);
    let mut length = 0;
    if let Some(mut pipe) = pipe {
        // What cannot be read is an end as well.
        while let Ok(count @ 1..) = pipe.read(&mut octets[length..]).await {
            length += count;
        }
    }
    octets.truncate(length);
    octets
}

fn first_line(octets: &[u8]) -> Result<Zeroizing<String>, &'static str> {
    let end = octets
        .iter()
        .position(|octet| *octet == b'\n')
        .unwrap_or(octets.len());
    let line = &octets[..end];
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() {
        return Err("has an empty first line, which should be the password or token");
    }
    let line = std::str::from_utf8(line).map_err(|_| "has a first line that is not UTF-8")?;
    Ok(Zeroizing::new(line.to_owned()))
}

/// What the command said on stderr, up to its first line.
fn complaint(stderr: &[u8]) -> String {
    let line = stderr.trim_ascii().split(|octet| *octet == b'\n').next();
    let line = SafeText::from_bytes(line.unwrap_or_default());
    if line.as_str().is_empty() {
        return String::new();
    }
    format!(": {}", cut(&line, CELLS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    fn account(password: Password) -> Account {
        Account {
            password,
            ..Account::in_clear("work", "alice", "")
        }
    }

    #[tokio::test]
    async fn a_token_is_never_taken_for_a_password() {
        let mut account = account(Password::None);
        account.token_command = Some(words(&["echo", "ya29.token"]));
        let who = read(&account).await.unwrap();
        assert_eq!(who.user, "alice");
        assert!(matches!(&who.secret, Secret::Token(token) if **token == "ya29.token"));
    }

    #[tokio::test]
    async fn the_first_line_of_a_command_is_the_password_and_no_shell_is_asked() {
        let printf = words(&["printf", "%s\r\nsecond", "a b;$HOME"]);
        let account = account(Password::Command(printf));
        assert_eq!(*password(&account).await.unwrap(), "a b;$HOME");
    }

    #[tokio::test]
    async fn a_failed_command_is_told_with_its_own_complaint_made_safe() {
        let shell = words(&["sh", "-c", r"printf 'no key\033[1m\nmore' >&2; exit 3"]);
        let told = command("password-command", &shell, LIMIT)
            .await
            .unwrap_err();
        assert!(
            told.contains("password-command sh failed (exit status: 3): no key"),
            "{told}"
        );
        assert!(!told.contains('\x1b') && !told.contains("more"));
    }

    #[tokio::test]
    async fn a_command_that_never_stops_printing_is_cut_off() {
        let told = command("password-command", &words(&["yes"]), LIMIT).await;
        assert!(
            told.unwrap_err()
                .starts_with("password-command yes failed (signal")
        );
        let long = words(&["sh", "-c", "echo secret; head -c 60000 /dev/zero"]);
        assert_eq!(
            *command("password-command", &long, LIMIT).await.unwrap(),
            "secret"
        );
    }

    #[tokio::test]
    async fn a_command_that_does_not_exist_or_never_ends_is_told() {
        let told = command("token-command", &words(&["/no/such/program"]), LIMIT).await;
        assert!(
            told.unwrap_err()
                .starts_with("token-command /no/such/program cannot be run")
        );
        let told = command(
            "password-command",
            &words(&["sleep", "60"]),
            Duration::from_millis(50),
        )
        .await;
        assert!(told.unwrap_err().contains("did not end within"));
    }

    #[tokio::test]
    async fn a_file_gives_its_first_line_and_an_empty_one_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        std::fs::write(&path, "geheim\nother\n").unwrap();
        let account = account(Password::File(path.clone()));
        assert_eq!(*password(&account).await.unwrap(), "geheim");
        std::fs::write(&path, "\n").unwrap();
        let told = password(&account).await.unwrap_err();
        assert!(told.contains("has an empty first line"), "{told}");
    }
}
