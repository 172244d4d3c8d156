//! A throw-away home for the program: config, data directory, mail.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use poptui::mail::{Completeness, Envelope, MessageId};
use poptui::pop3::UniqueId;
use poptui::store::{NewMail, Store};

/// One profile; gone with the value.
pub(super) struct Profile {
    dir: tempfile::TempDir,
}

/// What a run left behind.
pub(super) struct Ran {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Profile {
    /// Neither config nor mail.
    pub(super) fn empty() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(super) fn with_config(text: &str) -> Self {
        let profile = Self::empty();
        std::fs::write(profile.config(), text).unwrap();
        keep_private(&profile.config());
        profile
    }

    /// These mails of the account alice, in the Inbox. The first one is the oldest.
    pub(super) fn with_mails(mails: &[&[u8]]) -> (Self, Vec<MessageId>) {
        let profile = Self::empty();
        let new: Vec<_> = mails
            .iter()
            .zip(0..)
            .map(|(octets, number)| mail(octets, number))
            .collect();
        let store = profile.open_store();
        let added = store
            .write_now(move |writer| {
                let alice = writer.account("alice", "alice@example.org")?;
                writer.add(alice, &new)
            })
            .unwrap();
        store.close();
        (
            profile,
            added.into_iter().filter_map(|added| added.id).collect(),
        )
    }

    /// Open for writing, as by another poptui.
    pub(super) fn open_store(&self) -> Store {
        Store::open(&self.data()).unwrap()
    }

    pub(super) fn config(&self) -> PathBuf {
        self.dir.path().join("config.toml")
    }

    pub(super) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The program on this profile, told so by its environment, without a terminal.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_poptui"));
        command
            .args(args)
            .env("POPTUI_CONFIG", self.config())
            .env("POPTUI_DATA_DIR", self.data())
            .env("HOME", self.dir.path())
            .stdin(Stdio::null());
        command
    }

    pub(super) fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        Ran {
            code: output.status.code().expect("it ended by itself"),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

impl Ran {
    /// The results, after making sure that all went well and nothing else was said.
    #[track_caller]
    pub(super) fn results(&self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""));
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// Makes sure that the run failed with this code and one sentence that has these words.
    #[track_caller]
    pub(super) fn failed(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        assert!(self.stderr.starts_with("poptui: "), "{}", self.stderr);
        for word in words {
            assert!(
                self.stderr.contains(word),
                "`{word}` is not in: {}",
                self.stderr
            );
        }
    }
}

/// So that nothing is said of passwords that others could read.
#[cfg(unix)]
fn keep_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn keep_private(_: &Path) {}

/// A mail as a fetch brings it, whole.
pub(super) fn mail(octets: &[u8], number: i64) -> NewMail {
    let hash = ring::digest::digest(&ring::digest::SHA256, octets);
    NewMail {
        uid: Some(UniqueId(format!("uid-{number}").into_bytes().into())),
        listed_size: Some(octets.len() as u64),
        octets: octets.to_vec(),
        sha256: hash.as_ref().try_into().unwrap(),
        envelope: Envelope::read(octets),
        arrived: 1_764_000_000 + number,
        completeness: Completeness::Whole,
    }
}
