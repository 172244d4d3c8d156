//! Saving a file: inside the chosen directory, under a new name, never over an existing file.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Tries before giving up on finding a free name.
const TRIES: usize = 1_000;

/// A directory that files are saved into. It is opened once: whatever is put in its place afterwards, the files go where
/// the user chose.
pub(super) struct Place {
    path: PathBuf,
    #[cfg(unix)]
    dir: rustix::fd::OwnedFd,
}

impl Place {
    /// Opens the directory, and makes it where there is none.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        Ok(Self {
            path: path.to_owned(),
            #[cfg(unix)]
            dir: {
                use rustix::fs::{Mode, OFlags, open};
                open(
                    path,
                    OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
                    Mode::empty(),
                )?
            },
        })
    }

    /// Writes `octets` to `name`, or to `name (2)` and so on where that is taken. `name` must be safe already
    /// ([`crate::mail::Attachment::file_name`]). The file is the user's alone (0600) and flushed to the disk. A link
    /// with that name is not followed: a file that exists in any form is never opened.
    pub(super) fn save(&self, name: &str, octets: &[u8]) -> io::Result<PathBuf> {
        for number in 1..=TRIES {
            let name = numbered(name, number);
            match self.create(&name) {
                Ok(mut file) => {
                    file.write_all(octets)
                        .and_then(|()| file.sync_all())
                        .inspect_err(|_| self.remove(&name))?;
                    return Ok(self.path.join(name));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "a thousand files of this name are there already",
        ))
    }

    #[cfg(unix)]
    fn create(&self, name: &str) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};
        let how =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&self.dir, name, how, Mode::RUSR | Mode::WUSR)?;
        Ok(File::from(file))
    }

    #[cfg(unix)]
    fn remove(&self, name: &str) {
        let _ = rustix::fs::unlinkat(&self.dir, name, rustix::fs::AtFlags::empty());
    }

    #[cfg(not(unix))]
    fn create(&self, name: &str) -> io::Result<File> {
        File::create_new(self.path.join(name))
    }

    #[cfg(not(unix))]
    fn remove(&self, name: &str) {
        let _ = fs::remove_file(self.path.join(name));
    }
}

/// `report.pdf`, `report (2).pdf`, `report (3).pdf`, …
fn numbered(name: &str, number: usize) -> String {
    if number == 1 {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem} ({number}).{extension}"),
        _ => format!("{name} ({number})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..3)
            .map(|number| {
                let place = Place::open(dir.path()).unwrap();
                let saved = place.save("report.pdf", &[number]).unwrap();
                saved.file_name().unwrap().to_string_lossy().into_owned()
            })
            .collect();
        assert_eq!(names, ["report.pdf", "report (2).pdf", "report (3).pdf"]);
        assert_eq!(fs::read(dir.path().join("report.pdf")).unwrap(), [0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_planted_link_is_not_followed_and_the_file_is_the_users_alone() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let dir = tempfile::tempdir().unwrap();
        let outside = dir.path().join("outside");
        symlink(&outside, dir.path().join("notes.txt")).unwrap();
        let place = Place::open(dir.path()).unwrap();
        let saved = place.save("notes.txt", b"x").unwrap();
        assert_eq!(saved, dir.path().join("notes (2).txt"));
        assert!(!outside.exists());
        assert_eq!(
            fs::metadata(saved).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    /// Set for the process whose files may not grow.
    #[cfg(unix)]
    const CHILD: &str = "POPTUI_TEST_NO_ROOM";

    /// Runs itself once more, where a file of that size cannot be written.
    #[cfg(unix)]
    #[test]
    fn of_a_file_that_has_no_room_nothing_is_left() {
        if let Some(dir) = std::env::var_os(CHILD) {
            let place = Place::open(Path::new(&dir)).unwrap();
            place.save("large.bin", &vec![7; 1 << 20]).unwrap_err();
            place.save("small.bin", b"x").unwrap();
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let name = "runtime::save::tests::of_a_file_that_has_no_room_nothing_is_left";
        let status = std::process::Command::new("sh")
            .args([
                "-c",
                "trap '' XFSZ; ulimit -f 8; exec \"$0\" --exact \"$1\"",
            ])
            .arg(std::env::current_exe().unwrap())
            .arg(name)
            .env(CHILD, dir.path())
            .output()
            .unwrap();
        assert!(status.status.success(), "{status:?}");
        let left = fs::read_dir(dir.path()).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["small.bin"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_that_is_swapped_for_a_link_leads_nowhere_else() {
        let dir = tempfile::tempdir().unwrap();
        let (chosen, moved, elsewhere) = (
            dir.path().join("chosen"),
            dir.path().join("moved"),
            dir.path().join("elsewhere"),
        );
        fs::create_dir(&elsewhere).unwrap();
        let place = Place::open(&chosen).unwrap();
        fs::rename(&chosen, &moved).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &chosen).unwrap();
        place.save("notes.txt", b"x").unwrap();
        assert!(moved.join("notes.txt").exists());
        assert_eq!(fs::read_dir(elsewhere).unwrap().count(), 0);
    }
}
