//! Makes the data directory and its files so that no other user of the machine can read them.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::Error;

/// Only the owner lists, opens, makes files.
#[cfg(unix)]
const DIRECTORY_MODE: u32 = 0o700;
/// Only the owner reads and writes.
#[cfg(unix)]
const FILE_MODE: u32 = 0o600;

/// The database of a data directory.
pub(super) fn database(dir: &Path) -> PathBuf {
    dir.join("mail.sqlite")
}

/// Makes directory and database file if need be and closes them to others, whatever the umask.
///
/// A directory that we make or find empty is ours and gets 0700. One that holds other things
/// (somebody's home) keeps its mode; the files in it are 0600 all the same.
pub(super) fn prepare(dir: &Path) -> Result<(), Error> {
    let told = |error: io::Error| Error::create(dir, &error);
    if !dir.exists() {
        make(dir).map_err(told)?;
    }
    if dir.read_dir().map_err(told)?.next().is_none() {
        restrict_directory(dir).map_err(told)?;
    }
    let file = database(dir);
    let told = |error: io::Error| Error::create(&file, &error);
    if !file.exists() {
        open_private(&file).map_err(told)?;
        // A file whose name is lost in a power cut is lost with all that was synced into it.
        sync(dir).map_err(told)?;
    }
    for name in [
        "mail.sqlite",
        "mail.sqlite-wal",
        "mail.sqlite-shm",
        "poptui.lock",
    ] {
        let file = dir.join(name);
        if file.exists() {
            restrict_file(&file).map_err(|error| Error::create(&file, &error))?;
        }
    }
    Ok(())
}

/// Opens a file for reading and writing, made 0600 from its first instant.
pub(super) fn open_private(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE_MODE);
    options.open(file)
}

fn make(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, DIRECTORY_MODE);
    builder.create(dir)?;
    dir.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .map_or(Ok(()), sync)
}

/// Makes new names in a directory durable.
fn sync(dir: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

#[cfg(unix)]
fn restrict_directory(dir: &Path) -> io::Result<()> {
    restrict(dir, DIRECTORY_MODE)
}

#[cfg(unix)]
fn restrict_file(file: &Path) -> io::Result<()> {
    restrict(file, FILE_MODE)
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if path.metadata()?.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    std::fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Elsewhere than on Unix the profile directory is closed to other users already.
#[cfg(not(unix))]
fn restrict_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn restrict_file(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::{database, open_private, prepare};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn mode(path: &Path) -> u32 {
        path.metadata().expect("exists").permissions().mode() & 0o777
    }

    fn open_to_all(path: &Path) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).expect("own file");
    }

    #[test]
    fn a_new_directory_and_its_database_are_the_owners_alone() {
        let home = tempfile::tempdir().expect("temporary directory");
        let dir = home.path().join("share/poptui");
        prepare(&dir).expect("can be made");
        assert_eq!(mode(&dir), 0o700);
        assert_eq!(mode(&database(&dir)), 0o600);
    }

    #[test]
    fn an_empty_directory_is_closed_to_others() {
        let dir = tempfile::tempdir().expect("temporary directory");
        open_to_all(dir.path());
        prepare(dir.path()).expect("can be made");
        assert_eq!(mode(dir.path()), 0o700);
    }

    #[test]
    fn a_directory_with_other_things_keeps_its_mode_but_our_files_are_closed() {
        let dir = tempfile::tempdir().expect("temporary directory");
        std::fs::write(dir.path().join("letter.txt"), "").expect("writable");
        std::fs::write(database(dir.path()), "").expect("writable");
        open_to_all(dir.path());
        open_to_all(&database(dir.path()));
        prepare(dir.path()).expect("can be made");
        assert_eq!(mode(dir.path()), 0o777);
        assert_eq!(mode(&database(dir.path())), 0o600);
    }

    #[test]
    fn a_private_file_is_private_when_it_is_made_and_keeps_what_it_holds() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let file = dir.path().join("file");
        open_private(&file).expect("can be made");
        assert_eq!(mode(&file), 0o600);
        std::fs::write(&file, "kept").expect("writable");
        open_private(&file).expect("can be opened");
        assert_eq!(std::fs::read(&file).expect("readable"), b"kept");
    }
}
