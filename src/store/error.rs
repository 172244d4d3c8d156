//! What can go wrong with the store, each as a sentence that says what to do.

use std::path::{Path, PathBuf};

use crate::mail::SafeText;

/// What went wrong, as a sentence.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another poptui holds the lock.
    #[error("{} is already open in another poptui{}; fetch there, or close it first", dir.display(), process(*pid))]
    Locked {
        /// The data directory.
        dir: PathBuf,
        /// The other process; 0 where it could not be told.
        pid: u32,
    },
    /// There is no store yet (only when opened for reading).
    #[error("there is no mail in {} yet; run: poptui fetch", dir.display())]
    Absent {
        /// The data directory.
        dir: PathBuf,
    },
    /// Opened for reading only.
    #[error("this poptui can only read{}; nothing was changed; close it and open the mail for writing", elsewhere(*pid))]
    ReadOnly {
        /// The other process; 0 if there is none, and the caller chose to only read.
        pid: u32,
    },
    /// A later poptui wrote the file.
    #[error(
        "{} was written by a newer poptui (its format is {found}, this one knows {known}); nothing was changed; use the newer one",
        file.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// Its schema version.
        found: i64,
        /// The latest one known here.
        known: i64,
    },
    /// An earlier poptui wrote the file, and it was not brought up to date.
    #[error("{} was written by an older poptui; nothing was changed; open it once for writing, with: poptui", file.display())]
    Older {
        /// The database.
        file: PathBuf,
    },
    /// A database, but not of poptui.
    #[error("{} is a database of another program; nothing was changed; choose another data directory", file.display())]
    Foreign {
        /// The database.
        file: PathBuf,
    },
    /// Damaged, or no database at all.
    #[error(
        "{} is damaged ({detail}); nothing was changed or deleted; copy the file away, then restore a backup or ask sqlite3 to .recover it",
        file.display()
    )]
    Corrupt {
        /// The database.
        file: PathBuf,
        /// SQLite's words.
        detail: SafeText,
    },
    /// No room.
    #[error("the disk of {} is full; nothing was deleted on the server; make room and try again", file.display())]
    DiskFull {
        /// The database.
        file: PathBuf,
    },
    /// The disk or the file system refused.
    #[error("{} cannot be read or written ({detail}); nothing was deleted on the server; check the disk and its permissions", file.display())]
    Disk {
        /// The file or directory.
        file: PathBuf,
        /// The system's or SQLite's words.
        detail: SafeText,
    },
    /// The directory, or a file in it, cannot be made or opened for writing.
    #[error("{} cannot be made or opened for writing ({detail}); nothing was fetched; check the path and who may write there, or choose another place with --data-dir", file.display())]
    Create {
        /// The file or directory.
        file: PathBuf,
        /// The system's words.
        detail: SafeText,
    },
    /// Another program keeps the database locked.
    #[error("{} is kept locked by another program; close that one and try again", file.display())]
    Busy {
        /// The database.
        file: PathBuf,
    },
    /// A folder that is not there (any more).
    #[error("that folder is gone; choose another one")]
    NoFolder,
    /// A name that no folder can have.
    #[error(
        "a folder's name has 1 to 200 characters and no control characters; choose another one"
    )]
    FolderName,
    /// A job panicked.
    #[error(
        "the store stumbled over a bug in poptui; nothing of this step was kept; please report it"
    )]
    Panicked,
    /// The store is closed already.
    #[error("the store is closed; start poptui again")]
    Closed,
    /// SQLite refused what poptui asked: a bug.
    #[error(
        "the store could not do this ({detail}); nothing of this step was kept; please report it"
    )]
    Internal {
        /// SQLite's words.
        detail: SafeText,
    },
}

impl Error {
    /// An error of the file system at this file or directory.
    pub fn disk(file: &Path, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            return Self::DiskFull { file: file.into() };
        }
        Self::Disk {
            file: file.into(),
            detail: SafeText::new(&error.to_string()),
        }
    }

    /// [`Error::disk`] for what has to be there before anything can be stored.
    pub(super) fn create(file: &Path, error: &std::io::Error) -> Self {
        match Self::disk(file, error) {
            Self::Disk { file, detail } => Self::Create { file, detail },
            other => other,
        }
    }

    /// The same error, naming the file where SQLite did not.
    pub(super) fn at(mut self, at: &Path) -> Self {
        match &mut self {
            Self::Corrupt { file, .. }
            | Self::DiskFull { file }
            | Self::Disk { file, .. }
            | Self::Busy { file }
                if file.as_os_str().is_empty() =>
            {
                *file = at.into();
            }
            _ => {}
        }
        self
    }
}

fn process(pid: u32) -> String {
    match pid {
        0 => String::new(),
        pid => format!(" (process {pid})"),
    }
}

fn elsewhere(pid: u32) -> String {
    match pid {
        0 => String::new(),
        pid => format!(": another one (process {pid}) has the mail open for writing"),
    }
}

/// SQLite does not say which file: `Error::at` fills it in where the answer leaves the store.
impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase,
            PermissionDenied, ReadOnly, SystemIoFailure,
        };
        let file = PathBuf::new();
        let detail = SafeText::new(&error.to_string());
        match error.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => Self::Corrupt { file, detail },
            Some(DiskFull) => Self::DiskFull { file },
            Some(SystemIoFailure | CannotOpen | PermissionDenied | ReadOnly) => {
                Self::Disk { file, detail }
            }
            Some(DatabaseBusy | DatabaseLocked) => Self::Busy { file },
            _ => Self::Internal { detail },
        }
    }
}

/// A column of another type than the schema says.
impl From<rusqlite::types::FromSqlError> for Error {
    fn from(error: rusqlite::types::FromSqlError) -> Self {
        rusqlite::Error::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::Error;
    use std::path::Path;

    fn told(code: i32) -> String {
        let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        Error::from(error).at(Path::new("/mail.sqlite")).to_string()
    }

    #[test]
    fn a_full_disk_says_that_nothing_was_deleted_on_the_server() {
        let told = told(rusqlite::ffi::SQLITE_FULL);
        assert!(
            told.contains("/mail.sqlite is full; nothing was deleted on the server"),
            "{told}"
        );
    }

    #[test]
    fn damage_and_io_errors_name_the_file() {
        for code in [
            rusqlite::ffi::SQLITE_CORRUPT,
            rusqlite::ffi::SQLITE_NOTADB,
            rusqlite::ffi::SQLITE_IOERR_FSYNC,
            rusqlite::ffi::SQLITE_BUSY,
        ] {
            assert!(told(code).starts_with("/mail.sqlite "), "{}", told(code));
        }
    }
}
