//! Where the race takes place: a Dovecot on loopback with the generated mail, and a place for what clients keep.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::dovecot::Dovecot;
use crate::support::generate;

/// Which mailbox of the generator.
const SEED: u64 = 7;
/// Octets of the large mail.
const LARGE: usize = 200_000_000;

/// The maildrops. The smaller ones are the first mails of the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Maildrop {
    /// For clients that take a round trip or two for each mail.
    Hundred,
    Thousand,
    TenThousand,
    FiftyThousand,
    /// One mail of 200 MB.
    Large,
}

impl Maildrop {
    pub(crate) const ALL: [Self; 5] = [
        Self::Hundred,
        Self::Thousand,
        Self::TenThousand,
        Self::FiftyThousand,
        Self::Large,
    ];

    pub(crate) fn mails(self) -> u64 {
        match self {
            Self::Hundred => 100,
            Self::Thousand => 1_000,
            Self::TenThousand => 10_000,
            Self::FiftyThousand => 50_000,
            Self::Large => 1,
        }
    }

    pub(crate) fn user(self) -> &'static str {
        match self {
            Self::Hundred => "hundred",
            Self::Thousand => "thousand",
            Self::TenThousand => "ten-thousand",
            Self::FiftyThousand => "fifty-thousand",
            Self::Large => "large",
        }
    }
}

/// The server, and a directory that is gone at the end.
pub(crate) struct World {
    pub(crate) dovecot: Dovecot,
    dir: tempfile::TempDir,
    memory: Option<tempfile::TempDir>,
}

/// Where clients keep what they fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Disk,
    /// A file system in memory, where flushes cost nothing; the disk where there is none.
    Memory,
}

impl World {
    /// Starts the server with these maildrops.
    pub(crate) fn new(drops: &[Maildrop]) -> io::Result<Self> {
        let none: &[Vec<u8>] = &[];
        let users: Vec<_> = Maildrop::ALL
            .iter()
            .map(|maildrop| (maildrop.user(), none))
            .collect();
        let dovecot = Dovecot::start(&users);
        let mut named = tempfile::Builder::new();
        named.prefix("poptui-race-");
        let world = Self {
            dovecot,
            dir: named.tempdir()?,
            memory: named.tempdir_in("/dev/shm").ok(),
        };
        for dir in [Some(&world.dir), world.memory.as_ref()]
            .into_iter()
            .flatten()
        {
            // A client may have to run as somebody else.
            fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755))?;
        }
        world.fill(drops)?;
        Ok(world)
    }

    /// Where clients that write to the disk have their homes.
    pub(crate) fn disk(&self) -> &Path {
        self.dir.path()
    }

    /// An empty directory of this name.
    pub(crate) fn home(&self, name: &str, place: Place) -> io::Result<PathBuf> {
        let memory = self.memory.as_ref().filter(|_| place == Place::Memory);
        let home = memory.unwrap_or(&self.dir).path().join(name);
        clear(&home)?;
        fs::create_dir_all(&home)?;
        Ok(home)
    }

    /// Keeps a maildrop as it is now, to be put back by [`World::put_back`].
    pub(crate) fn keep(&self, maildrop: Maildrop) -> io::Result<()> {
        copy(
            &self.dovecot.maildir(maildrop.user()),
            &self.dir.path().join("kept"),
        )
    }

    pub(crate) fn put_back(&self, maildrop: Maildrop) -> io::Result<()> {
        copy(
            &self.dir.path().join("kept"),
            &self.dovecot.maildir(maildrop.user()),
        )
    }

    /// Writes mails as a delivery would: with LF, and with both sizes in the name, so that Dovecot need not count.
    fn fill(&self, drops: &[Maildrop]) -> io::Result<()> {
        for maildrop in drops {
            let folder = self.dovecot.maildir(maildrop.user()).join("cur");
            for number in 0..maildrop.mails() {
                let mail = match maildrop {
                    Maildrop::Large => large(),
                    _ => generate::mail(SEED, number),
                };
                let text = with_lf(&mail);
                let seconds = 1_700_000_000 + number;
                let name = format!(
                    "{seconds}.M{number}.race,S={},W={}:2,",
                    text.len(),
                    mail.len()
                );
                let path = folder.join(name);
                fs::write(&path, text)?;
                // Dovecot reads as another user.
                fs::set_permissions(&path, fs::Permissions::from_mode(0o644))?;
            }
        }
        Ok(())
    }
}

/// Copies a directory with all that is in it over another, owners kept.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    clear(to)?;
    let status = std::process::Command::new("cp")
        .arg("-a")
        .arg(from)
        .arg(to)
        .status()?;
    status
        .success()
        .then_some(())
        .ok_or_else(|| io::Error::other("cp failed"))
}

fn clear(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn with_lf(mail: &[u8]) -> Vec<u8> {
    mail.iter()
        .copied()
        .filter(|octet| *octet != b'\r')
        .collect()
}

/// An attachment, as all mails of this size are.
fn large() -> Vec<u8> {
    let mut mail = generate::mail(SEED, 0);
    let line = format!(
        "{}\r\n",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo"
            .repeat(3)
            .get(..76)
            .unwrap_or_default()
    );
    mail.reserve(LARGE);
    while mail.len() < LARGE {
        mail.extend_from_slice(line.as_bytes());
    }
    mail
}
