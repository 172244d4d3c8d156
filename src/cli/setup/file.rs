//! The config file on disk: replaced as a whole or not at all, with the mode it had.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;

/// Where the account goes.
pub(super) struct Target {
    /// Where links lead in the end.
    real: PathBuf,
    link: Option<PathBuf>,
    /// Of the file that is there.
    permissions: Option<Permissions>,
}

impl Target {
    /// Looks what is there. A link is followed, since people keep their configs elsewhere; one that leads nowhere is
    /// refused, and so is anything but a file.
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        let refused = |reason| Failure::ConfigWrite {
            path: path.to_owned(),
            reason,
        };
        let path = std::path::absolute(path).map_err(refused)?;
        let is_link = fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink());
        let real = if is_link {
            fs::canonicalize(&path).map_err(refused)?
        } else {
            path.clone()
        };
        let permissions = match fs::metadata(&real) {
            Ok(found) if found.is_file() => Some(found.permissions()),
            Ok(_) => return Err(refused(io::Error::other("it is no file"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(refused(error)),
        };
        Ok(Self {
            real,
            link: is_link.then_some(path),
            permissions,
        })
    }

    /// What would happen, before it does.
    pub(super) fn sentence(&self) -> String {
        let real = self.real.display();
        let place = match &self.link {
            Some(link) => format!("{real}, where {} leads", link.display()),
            None => real.to_string(),
        };
        match &self.permissions {
            Some(permissions) => {
                format!("These lines go to the end of {place}{}:", mode(permissions))
            }
            None => format!("These lines become {place}, which only you can read:"),
        }
    }

    /// What is in the file now.
    pub(super) fn text(&self) -> Result<String, Failure> {
        if self.permissions.is_none() {
            return Ok(String::new());
        }
        fs::read_to_string(&self.real).map_err(|error| self.refused(error))
    }

    /// Puts this text in its place: a reader sees the old file or the new one, also after a power cut.
    pub(super) fn save(&self, text: &str) -> Result<(), Failure> {
        self.replace(text).map_err(|error| self.refused(error))
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let directory = self.real.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(directory)?;
        // Born readable by its owner alone.
        let mut file = tempfile::Builder::new()
            .prefix(".config-")
            .tempfile_in(directory)?;
        file.write_all(text.as_bytes())?;
        if let Some(permissions) = &self.permissions {
            file.as_file().set_permissions(permissions.clone())?;
        }
        file.as_file().sync_all()?;
        match self.permissions {
            Some(_) => file.persist(&self.real).map(drop),
            // Somebody else may have made one meanwhile.
            None => file.persist_noclobber(&self.real).map(drop),
        }
        .map_err(|error| error.error)?;
        sync_directory(directory)
    }

    fn refused(&self, reason: io::Error) -> Failure {
        Failure::ConfigWrite {
            path: self.real.clone(),
            reason,
        }
    }
}

/// A name is safe when its directory is.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Directories cannot be opened for that here.
#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn mode(permissions: &Permissions) -> String {
    use std::os::unix::fs::PermissionsExt as _;

    format!(", which keeps its mode {:o}", permissions.mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &Permissions) -> String {
    String::new()
}
