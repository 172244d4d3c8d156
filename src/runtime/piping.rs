//! Runs a command with a file as its input, within limits; what it says comes back as a page to read.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use crate::app::sheet::Sheet;
use crate::mail::SafeText;

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Octets of what it says that are kept; the rest is read and dropped, so that it can end.
const MAX_SAID: usize = 64 << 10;

/// Runs it without a shell. Errors and results come in one page, the exit status in its title.
pub(super) async fn pipe(command: &[String], input: Vec<u8>) -> Result<Sheet, SafeText> {
    pipe_within(PATIENCE, command, input).await
}

async fn pipe_within(
    patience: Duration,
    command: &[String],
    input: Vec<u8>,
) -> Result<Sheet, SafeText> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(SafeText::new("No command was typed"));
    };
    let failed = |error: io::Error| SafeText::new(&format!("{program} could not be run: {error}"));
    let mut process = Command::new(program);
    process
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    process.process_group(0);
    let mut child = process.spawn().map_err(failed)?;
    let leader = child.id();
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async move {
        if let Some(mut stdin) = stdin {
            // A command may end before it has read all.
            let _ = stdin.write_all(&input).await;
        }
    };
    let work = async {
        let (said, wrongs, ()) = tokio::join!(read(stdout), read(stderr), feed);
        (said, wrongs, child.wait().await)
    };
    let Ok((said, wrongs, status)) = tokio::time::timeout(patience, work).await else {
        stop(leader);
        let text = format!(
            "{program} did not end within {} s and was stopped",
            patience.as_secs()
        );
        return Err(SafeText::new(&text));
    };
    let status = match status.map_err(failed)?.code() {
        Some(0) => "done".to_owned(),
        Some(code) => format!("ended with status {code}"),
        None => "was ended by a signal".to_owned(),
    };
    let more = said.len() > MAX_SAID || wrongs.len() > MAX_SAID;
    let cut = if more { ", cut at 64 KB" } else { "" };
    let mut text = shown(&said);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&shown(&wrongs));
    Ok(Sheet::of_text(&format!("{program}: {status}{cut}"), &text))
}

/// Ends the command and all it has started.
fn stop(leader: Option<u32>) {
    #[cfg(unix)]
    if let Some(group) = leader
        .and_then(|id| i32::try_from(id).ok())
        .and_then(rustix::process::Pid::from_raw)
    {
        // It may have ended by itself meanwhile.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = leader;
}

fn shown(octets: &[u8]) -> String {
    String::from_utf8_lossy(&octets[..octets.len().min(MAX_SAID)]).into_owned()
}

/// Reads to the end and keeps one octet more than is shown.
async fn read(from: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let Some(mut from) = from else {
        return Vec::new();
    };
    let (mut kept, mut buffer) = (Vec::new(), vec![0; 8 << 10]);
    while let Ok(length) = from.read(&mut buffer).await
        && length > 0
    {
        let room = (MAX_SAID + 1).saturating_sub(kept.len());
        kept.extend_from_slice(&buffer[..length.min(room)]);
    }
    kept
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    fn text(sheet: &Sheet) -> Vec<String> {
        let items = sheet.items();
        items.iter().map(|item| item.detail.to_string()).collect()
    }

    #[tokio::test]
    async fn a_command_gets_the_file_and_what_it_says_is_made_safe() {
        let input = b"one\n\x1b]0;two\x07\n".to_vec();
        let sheet = pipe(&command(&["cat"]), input).await.unwrap();
        assert_eq!(sheet.title.as_str(), "cat: done");
        assert_eq!(text(&sheet), ["one", "␛]0;two␇"]);
    }

    #[tokio::test]
    async fn there_is_no_shell_and_the_exit_status_is_told() {
        let words = command(&["echo", "$HOME;", "id"]);
        let sheet = pipe(&words, Vec::new()).await.unwrap();
        assert_eq!(text(&sheet), ["$HOME; id"]);
        let sheet = pipe(&command(&["sh", "-c", "echo bad >&2; exit 3"]), Vec::new()).await;
        let sheet = sheet.unwrap();
        assert_eq!(sheet.title.as_str(), "sh: ended with status 3");
        assert_eq!(text(&sheet), ["bad"]);
        let missing = pipe(&command(&["/no/such/program"]), Vec::new()).await;
        assert!(missing.unwrap_err().as_str().contains("could not be run"));
    }

    /// What the command has started holds the pipe open that is read here to its end.
    #[tokio::test]
    async fn what_a_command_has_started_is_ended_with_it() {
        use std::io::{BufRead as _, Read as _};
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
        let script = "exec >\"$1\"; tail -f /dev/null & echo started; wait";
        let words = command(&["sh", "-c", script, "sh", fifo.to_str().unwrap()]);
        let piped = tokio::spawn(async move { pipe(&words, Vec::new()).await });
        let (tell, told) = tokio::sync::oneshot::channel();
        let reading = tokio::task::spawn_blocking(move || {
            let mut from = io::BufReader::new(std::fs::File::open(fifo).unwrap());
            let mut text = String::new();
            from.read_line(&mut text).unwrap();
            tell.send(()).unwrap();
            from.read_to_string(&mut text).unwrap();
            text
        });
        told.await.unwrap();
        tokio::time::pause();
        tokio::time::advance(PATIENCE).await;
        let stopped = piped.await.unwrap().unwrap_err();
        assert!(stopped.as_str().contains("did not end within 30 s"));
        assert_eq!(reading.await.unwrap(), "started\n");
    }

    #[tokio::test]
    async fn neither_endless_talk_nor_endless_silence_is_waited_for() {
        let much = command(&["sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' 'x'"]);
        let sheet = pipe(&much, vec![b'y'; 1_000_000]).await.unwrap();
        assert_eq!(sheet.title.as_str(), "sh: done, cut at 64 KB");
        assert_eq!(text(&sheet).concat().len(), MAX_SAID);
        let silent = command(&["sleep", "600"]);
        let stopped = pipe_within(Duration::from_millis(10), &silent, Vec::new()).await;
        assert!(stopped.unwrap_err().as_str().contains("did not end"));
    }
}
