//! Writes mails as files of a directory: a Maildir with sub-folders, or `.eml` files side by side.

use std::collections::HashMap;
use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::mail::maildir;
use crate::store::Summary;

use super::{marks, parent, sync_directory};
use crate::cli::out::note;

/// What lies directly in a Maildir.
const INBOX: &str = "Inbox";

/// How mails lie in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Maildir,
    Eml,
}

/// A directory under way, under another name; gone if it is not finished.
pub(super) struct Directory {
    made: TempDir,
    kind: Kind,
    /// The directories of folders, by the name of the folder.
    folders: HashMap<String, PathBuf>,
}

impl Directory {
    pub(super) fn begin(to: &Path, kind: Kind) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let made = builder.prefix(".poptui-export-").tempdir_in(parent(to))?;
        let mut directory = Self {
            made,
            kind,
            folders: HashMap::new(),
        };
        if kind == Kind::Maildir {
            directory.folder(INBOX)?;
        }
        Ok(directory)
    }

    pub(super) fn put(&mut self, mail: &Summary, octets: &[u8]) -> io::Result<()> {
        let path = match self.kind {
            Kind::Eml => self.made.path().join(format!("{:08}.eml", mail.id.0)),
            Kind::Maildir => {
                let name = format!("{}.M{}.poptui", mail.arrived, mail.id.0);
                let name = name + &maildir::info(marks(mail));
                self.folder(&mail.folder)?.join("cur").join(name)
            }
        };
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(octets)?;
        let arrived = Duration::from_secs(mail.arrived.max(0).unsigned_abs());
        if let Some(arrived) = SystemTime::UNIX_EPOCH.checked_add(arrived) {
            // Not every file system has room for every year.
            let _ = file.set_times(FileTimes::new().set_modified(arrived));
        }
        if cfg!(not(target_os = "linux")) {
            file.sync_all()?;
        }
        Ok(())
    }

    /// Gives it its name when all of it is on the disk.
    pub(super) fn finish(self, to: &Path) -> io::Result<()> {
        sync_all(self.made.path())?;
        // Takes the place of nothing, or of an empty directory; where something is in it by now, it fails.
        #[cfg(not(unix))]
        let _ = fs::remove_dir(to);
        fs::rename(self.made.path(), to)?;
        // What it was called is gone.
        let _ = self.made.keep();
        sync_directory(&parent(to))
    }

    /// The directory of a folder, made if need be.
    fn folder(&mut self, name: &str) -> io::Result<PathBuf> {
        if let Some(made) = self.folders.get(name) {
            return Ok(made.clone());
        }
        let path = match maildir::directory(name) {
            _ if name == INBOX => self.made.path().to_path_buf(),
            Some(directory) => self.made.path().join(directory),
            None => {
                let directory = format!(".Folder-{}", self.folders.len());
                note(&format!(
                    "the folder {name} has a longer name than a directory can have; it is {directory} there"
                ));
                self.made.path().join(directory)
            }
        };
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(path.join(part))?;
        }
        if name != INBOX {
            // Says that it is a part of a Maildir (Maildir++).
            File::create(path.join("maildirfolder"))?;
        }
        self.folders.insert(name.to_owned(), path.clone());
        Ok(path)
    }
}

/// Everything at once: a flush for each of a million files would take hours.
#[cfg(target_os = "linux")]
fn sync_all(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(path)?)?)
}

/// Each file was flushed when it was written.
#[cfg(not(target_os = "linux"))]
fn sync_all(path: &Path) -> io::Result<()> {
    sync_directory(path)
}
