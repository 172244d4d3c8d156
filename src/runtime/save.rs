//! Saving an attachment: inside the chosen directory, under a new name, never over an existing file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Tries before giving up on finding a free name.
const TRIES: usize = 1_000;

/// Writes `octets` to `dir/name`, or to `dir/name (2)` and so on where that is taken. `name` must be safe already
/// ([`crate::mail::Attachment::file_name`]). The file is the user's alone (0600) and flushed to the disk. A link
/// with that name is not followed: a file that exists in any form is never opened.
pub(super) fn save(dir: &Path, name: &str, octets: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    for number in 1..=TRIES {
        let path = dir.join(numbered(name, number));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(octets)
                    .and_then(|()| file.sync_all())
                    .inspect_err(|_| _ = fs::remove_file(&path))?;
                return Ok(path);
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
                save(dir.path(), "report.pdf", &[number])
                    .unwrap()
                    .file_name()
                    .unwrap()
                    .to_string_lossy()
                    .into_owned()
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
        let saved = save(dir.path(), "notes.txt", b"x").unwrap();
        assert_eq!(saved, dir.path().join("notes (2).txt"));
        assert!(!outside.exists());
        assert_eq!(
            fs::metadata(saved).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
