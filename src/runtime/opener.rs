//! Hands an address or a file to the system's program: one argument, no shell, nothing to read, nothing to write to.

use std::ffi::OsStr;
use std::process::Stdio;

use tokio::process::{Child, Command};

use crate::mail::SafeText;

/// How a shell and `setsid` say that there is no such program.
const NOT_FOUND: i32 = 127;

/// Starts the opener with what it is to open as its last argument, and tells only if it cannot, or says that it could
/// not. It is in a session of its own: it cannot write to the terminal, `^C` is not for it, and it outlives this program.
pub(super) async fn open(opener: &[String], what: &OsStr) -> Result<(), SafeText> {
    let Some((program, arguments)) = opener.split_first() else {
        return Err(SafeText::new(
            "There is no program to open this with; name one in [ui] opener",
        ));
    };
    let failed = |why: &str| {
        let text =
            format!("{program} did not open it: {why}; [ui] opener can name another program");
        SafeText::new(&text)
    };
    let mut child = start(program, arguments, what).map_err(|error| failed(&error.to_string()))?;
    match child.wait().await {
        Ok(status) if status.code() == Some(NOT_FOUND) => Err(failed("no such program")),
        Ok(status) if !status.success() => Err(failed(&status.to_string())),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A session of its own takes a call between fork and exec, which no safe code can make: the program `setsid` of the
/// system makes it. Where there is none, a process group of its own has to do.
fn start(program: &str, arguments: &[String], what: &OsStr) -> std::io::Result<Child> {
    #[cfg(unix)]
    {
        let mut command = Command::new("setsid");
        command.arg(program);
        match quiet(&mut command, arguments, what).spawn() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            started => return started,
        }
    }
    let mut command = Command::new(program);
    #[cfg(unix)]
    command.process_group(0);
    quiet(&mut command, arguments, what).spawn()
}

fn quiet<'c>(command: &'c mut Command, arguments: &[String], what: &OsStr) -> &'c mut Command {
    command
        .args(arguments)
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn opened(script: &str, what: &str) -> Result<(), String> {
        let opener = ["sh", "-c", script, "sh"].map(str::to_owned);
        let told = open(&opener, OsStr::new(what)).await;
        told.map_err(|sentence| sentence.as_str().to_owned())
    }

    #[tokio::test]
    async fn it_gets_one_argument_word_for_word() {
        let what = "https://a.example/ $(id) ; 'x' \"y\" *";
        let script = format!(
            "[ $# = 1 ] && [ \"$1\" = '{}' ]",
            what.replace('\'', r"'\''")
        );
        assert_eq!(opened(&script, what).await, Ok(()));
    }

    #[tokio::test]
    async fn it_has_neither_terminal_nor_the_group_of_this_program() {
        let script = "[ $(ps -o pgid= -p $$) = $$ ] && ! [ -t 0 ] && ! [ -t 1 ] && ! [ -t 2 ] && ! read line";
        assert_eq!(opened(script, "x").await, Ok(()));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn it_is_in_a_session_of_its_own_without_a_terminal() {
        let script = "[ $(ps -o sess= -p $$) = $$ ] && [ $(ps -o tty= -p $$) = '?' ]";
        assert_eq!(opened(script, "x").await, Ok(()));
    }

    #[tokio::test]
    async fn a_failure_of_any_kind_is_told() {
        let failed = opened("exit 7", "x").await.unwrap_err();
        assert!(failed.contains("exit status: 7"), "{failed}");
        let killed = opened("kill -KILL $$", "x").await.unwrap_err();
        assert!(killed.contains("SIGKILL"), "{killed}");
        let missing = open(&["/no/such/program".to_owned()], OsStr::new("x")).await;
        let missing = missing.unwrap_err();
        assert!(
            missing
                .as_str()
                .contains("/no/such/program did not open it"),
            "{missing}"
        );
        assert!(open(&[], OsStr::new("x")).await.is_err());
    }
}
