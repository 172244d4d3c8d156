//! The password is nowhere but on the wire: in no file, no argument, no environment, no output; and files are private.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poptui::config::Security;

use crate::support::maildrop::mail;
use crate::support::server::{Fault, Server};
use crate::support::tls::{acceptor, listen, self_signed};

const PASSWORD: &str = "hunter2-Tr0ub4dor";

/// The password in the forms in which it travels.
fn forms() -> [String; 3] {
    [
        PASSWORD.to_owned(),
        STANDARD.encode(PASSWORD),
        STANDARD.encode(format!("\0alice\0{PASSWORD}")),
    ]
}

#[track_caller]
fn tells_nothing(what: &str, octets: &[u8]) {
    for form in forms() {
        // Without its last letters, which base64 changes with what follows.
        let form = &form.as_bytes()[..form.len() - 4];
        let found = memchr::memmem::find(octets, form);
        assert_eq!(found, None, "{what}: {}", String::from_utf8_lossy(octets));
    }
}

/// A home whose only secret lies in one file, and a server.
struct Home {
    dir: tempfile::TempDir,
    server: Server,
}

impl Home {
    async fn new(auth: &str) -> Self {
        let identity = self_signed("localhost");
        let server = Server::new(vec![mail("a"), mail("b")]);
        let port = listen(server.clone(), acceptor(&identity), Security::Tls).await;
        let dir = tempfile::tempdir().expect("a temporary directory");
        let secret = dir.path().join("secret");
        fs::write(&secret, format!("{PASSWORD}\n")).expect("written");
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("its own file");
        let config = format!(
            "[accounts.work]\naddress = 'alice@example.org'\nhost = 'localhost'\nport = {port}\nuser = 'alice'\n\
             auth = '{auth}'\npassword-file = 'secret'\nfingerprint = '{}'\n",
            identity.fingerprint_text()
        );
        let path = dir.path().join("config.toml");
        fs::write(&path, config).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its own file");
        Self { dir, server }
    }

    /// The program, by a shell that would let everybody read what it creates.
    fn command(&self, arguments: &str) -> tokio::process::Command {
        let poptui = env!("CARGO_BIN_EXE_poptui");
        let mut shell = tokio::process::Command::new("sh");
        shell
            .arg("-c")
            .arg(format!(
                "umask 000; exec '{poptui}' {arguments} --trace trace"
            ))
            .current_dir(self.dir.path())
            .env("HOME", self.dir.path())
            .env("POPTUI_CONFIG", self.dir.path().join("config.toml"))
            .env("POPTUI_DATA_DIR", self.dir.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        shell
    }

    async fn run(&self, arguments: &str) -> i32 {
        let output = self.command(arguments).output().await.expect("it runs");
        tells_nothing("stdout", &output.stdout);
        tells_nothing("stderr", &output.stderr);
        output.status.code().expect("an exit code")
    }

    /// Every file and directory below it.
    fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.dir.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a directory") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path.clone());
                }
                found.push(path);
            }
        }
        found
    }

    fn is_private(&self) {
        let files = self.files();
        let names: Vec<_> = files.iter().filter_map(|path| path.file_name()).collect();
        assert!(names.iter().any(|name| *name == "trace"), "{names:?}");
        for path in files {
            let mode = fs::metadata(&path).expect("a file").permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
            if path.is_file() && !path.ends_with("secret") {
                tells_nothing(
                    &path.display().to_string(),
                    &fs::read(&path).expect("readable"),
                );
            }
        }
    }
}

#[tokio::test]
async fn no_file_and_no_output_holds_the_password_even_if_the_server_repeats_it() {
    for auth in ["auto", "plain", "user"] {
        let home = Home::new(auth).await;
        home.server
            .always(Fault::Login("-ERR [AUTH] no user with $ here"));
        for command in ["fetch", "fetch --json", "check", "check --json"] {
            assert_eq!(home.run(command).await, 77, "{auth}: {command}");
        }
        home.server.heal();
        for command in ["check", "fetch", "list"] {
            let code = home.run(command).await;
            assert_eq!(
                code,
                if command == "list" { 64 } else { 0 },
                "{auth}: {command}"
            );
        }
        home.is_private();
    }
}

#[tokio::test]
async fn nobody_who_looks_at_the_process_learns_the_password() {
    let home = Home::new("auto").await;
    home.server.always(Fault::Stalls("a"));
    let mut child = home
        .command("fetch")
        .kill_on_drop(true)
        .spawn()
        .expect("it runs");
    let process = Path::new("/proc").join(child.id().expect("it is running").to_string());
    // In the middle of a session, behind the log-in.
    while home.server.heard("RETR 1") == 0 {
        assert!(
            child.try_wait().expect("a child").is_none(),
            "it ended early"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for of in ["cmdline", "environ"] {
        let octets = fs::read(process.join(of)).expect("readable");
        assert!(!octets.is_empty());
        tells_nothing(of, &octets);
    }
    let limits = fs::read_to_string(process.join("limits")).expect("readable");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let soft = core.expect("a limit").split_whitespace().nth(4);
    assert_eq!(soft, Some("0"), "{limits}");
    child.kill().await.expect("killed");
    home.is_private();
}
