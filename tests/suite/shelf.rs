//! A client on a store that holds given mails, with a recorder for an opener and a clipboard that remembers.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use poptui::app::keymap::Keymap;
use poptui::app::model::{Look, Screen, Standing};
use poptui::demo::{self, SampleServer};
use poptui::mail::{Completeness, Envelope};
use poptui::pop3::UniqueId;
use poptui::runtime::{Outside, Start};
use poptui::store::{NewMail, Store, Writer};
use tempfile::TempDir;

use crate::journeys::Client;

/// Before a test fails; not a measure of speed.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where it all happens.
pub(crate) struct Shelf {
    pub(crate) dir: TempDir,
    copied: Arc<Mutex<Vec<u8>>>,
}

impl Shelf {
    /// A store with these mails, the first one the newest.
    pub(crate) fn new(mails: &[Vec<u8>]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("data")).unwrap();
        let mails: Vec<NewMail> = mails
            .iter()
            .zip(1..)
            .map(|(mail, n)| new_mail(mail, n))
            .collect();
        let add = move |writer: &mut Writer| {
            let account = writer.account("sample", "sample@example.org")?;
            writer.add(account, &mails).map(|_| ())
        };
        store.write_now(add).unwrap();
        store.close();
        let recorder = dir.path().join("recorder");
        let log = dir.path().join("opened.log");
        let script = format!(
            "#!/bin/sh\n{{ echo \"$#\"; printf '%s\\n' \"$@\"; }} >> '{}'\n",
            log.display()
        );
        fs::write(&recorder, script).unwrap();
        Self {
            dir,
            copied: Arc::default(),
        }
    }

    pub(crate) fn downloads(&self) -> PathBuf {
        self.dir.path().join("downloads")
    }

    pub(crate) fn handed_out(&self) -> PathBuf {
        self.dir.path().join("data/opened")
    }

    /// Starts a client on it.
    pub(crate) fn client(&self, width: u16, height: u16) -> Client {
        let copied = Arc::clone(&self.copied);
        let recorder = self.dir.path().join("recorder").display().to_string();
        let start = Start {
            store: Some(Store::open(&self.dir.path().join("data")).unwrap()),
            accounts: vec![demo::account()],
            connect: Arc::new(SampleServer::new()),
            keymap: Keymap::new(&[]).unwrap(),
            screen: Screen::Mail,
            standing: Standing::Own,
            downloads: self.downloads(),
            outside: Outside {
                opener: vec!["sh".to_owned(), recorder],
                clipboard: Some(Arc::new(move |octets: &[u8]| {
                    copied.lock().unwrap().extend_from_slice(octets);
                    Ok(())
                })),
                hyperlinks: false,
                handed_out: Some(self.handed_out()),
            },
            look: Look::Colour,
            warnings: Vec::new(),
            fetch_at_once: false,
        };
        Client::run(start, width, height)
    }

    /// What the opener was started with, each time: how many arguments, and each of them.
    pub(crate) fn opened(&self) -> Vec<String> {
        let log = fs::read_to_string(self.dir.path().join("opened.log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// Waits until it was started so often, each time with one argument.
    pub(crate) fn until_opened(&self, times: usize) -> Vec<String> {
        until("the opener", || self.opened().len() >= 2 * times);
        self.opened()
    }

    /// What was written to the clipboard.
    pub(crate) fn copied(&self) -> String {
        String::from_utf8(self.copied.lock().unwrap().clone()).unwrap()
    }
}

/// Waits for something that is not on the screen.
pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "never saw {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Every file and link below a directory.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn new_mail(octets: &[u8], number: i64) -> NewMail {
    let mut sha256 = [0; 32];
    sha256[..8].copy_from_slice(&number.to_be_bytes());
    // One below the other, whatever their own dates say.
    let arrived = 1_795_000_000 - number;
    NewMail {
        uid: Some(UniqueId(format!("uid-{number}").into_bytes().into())),
        listed_size: Some(octets.len() as u64),
        sha256,
        envelope: Envelope {
            date: Some(arrived),
            ..Envelope::read(octets)
        },
        octets: octets.to_vec(),
        arrived,
        completeness: Completeness::Whole,
    }
}
