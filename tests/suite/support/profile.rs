//! Runs the built program with a config and a data directory of its own, as a person would.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A throw-away home: removed when dropped.
pub(crate) struct Profile {
    dir: TempDir,
}

/// What one run of the program gave back.
pub(crate) struct Ran {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// stdout, line by line.
    pub(crate) objects: Vec<Value>,
    /// stderr.
    pub(crate) stderr: String,
}

impl Profile {
    /// With this config.toml.
    pub(crate) fn new(config: &str) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("poptui-test-")
            .tempdir()
            .unwrap();
        let profile = Self { dir };
        profile.configure(config);
        profile
    }

    /// Writes another config.toml; the mail stays.
    pub(crate) fn configure(&self, config: &str) {
        let path = self.config();
        fs::write(&path, config).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// The program, ready to be started with these arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_poptui"));
        command
            .arg("--config")
            .arg(self.config())
            .arg("--data-dir")
            .arg(self.data())
            .args(arguments)
            .env("HOME", self.dir.path())
            .env_remove("POPTUI_CONFIG")
            .env_remove("POPTUI_DATA_DIR")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command that prints JSON Lines, to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let stdout = String::from_utf8(output.stdout).expect("stdout is UTF-8");
        let objects = stdout.lines().map(|line| {
            serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("not JSON: {line}: {error}\n{stderr}"))
        });
        Ran {
            code: output.status.code(),
            objects: objects.collect(),
            stderr,
        }
    }

    /// `fetch --json`, which tells of the one account there is.
    pub(crate) fn fetch(&self) -> Ran {
        let ran = self.run(&["fetch", "--json"]);
        assert_eq!(
            ran.objects.len(),
            1,
            "one object an account; stderr: {}",
            ran.stderr
        );
        ran
    }

    /// Every mail that is here: how often each content, named by SHA-256 and size.
    pub(crate) fn contents(&self) -> BTreeMap<(String, u64), usize> {
        let ran = self.run(&["list", "--json", "--limit", "100000", "in:any"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let mut contents = BTreeMap::new();
        for mail in &ran.objects {
            let sha256 = mail["sha256"].as_str().expect("a sha256").to_owned();
            *contents
                .entry((sha256, mail["size"].as_u64().expect("a size")))
                .or_default() += 1;
        }
        contents
    }

    /// Where mail would be kept.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn config(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }
}

impl Ran {
    /// The value of `key` in the first object.
    pub(crate) fn value(&self, key: &str) -> &Value {
        &self.objects[0][key]
    }

    /// The number at `key` in the first object.
    pub(crate) fn number(&self, key: &str) -> u64 {
        let value = self.value(key);
        value
            .as_u64()
            .unwrap_or_else(|| panic!("{key} is {value}; {}", self.stderr))
    }

    /// The sentence at `error`, or nothing.
    pub(crate) fn error(&self) -> &str {
        self.value("error").as_str().unwrap_or("")
    }
}

/// What [`Profile::contents`] has to be when exactly these mails are here.
pub(crate) fn contents_of(mails: &[Vec<u8>]) -> BTreeMap<(String, u64), usize> {
    let mut contents = BTreeMap::new();
    for mail in mails {
        let digest = ring::digest::digest(&ring::digest::SHA256, mail);
        let hex = hex(digest.as_ref());
        *contents.entry((hex, mail.len() as u64)).or_default() += 1;
    }
    contents
}

fn hex(octets: &[u8]) -> String {
    octets
        .iter()
        .fold(String::new(), |hex, octet| hex + &format!("{octet:02x}"))
}
