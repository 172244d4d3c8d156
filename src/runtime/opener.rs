//! Hands an address or a file to the system's program: one argument, no shell, nothing to read, nothing to write to.

use std::ffi::OsStr;
use std::process::Stdio;

use tokio::process::Command;

use crate::mail::SafeText;

/// Starts the opener with what it is to open as its last argument, and tells only if it cannot, or says that it could
/// not. It is in a process group of its own: `^C` is not for it, and it outlives this program.
pub(super) async fn open(opener: &[String], what: &OsStr) -> Result<(), SafeText> {
    let Some((program, arguments)) = opener.split_first() else {
        return Err(SafeText::new(
            "There is no program to open this with; name one in [ui] opener",
        ));
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[cfg(unix)]
    command.process_group(0);
    let failed = |why: &str| {
        let text =
            format!("{program} did not open it: {why}; [ui] opener can name another program");
        SafeText::new(&text)
    };
    let mut child = command
        .spawn()
        .map_err(|error| failed(&error.to_string()))?;
    match child.wait().await {
        Ok(status) if !status.success() => Err(failed(&status.to_string())),
        Ok(_) | Err(_) => Ok(()),
    }
}
