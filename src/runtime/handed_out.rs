//! The private directory of files that were handed to another program: the user's alone, and cleared at start and end.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The directory, made when the first file is handed out.
#[derive(Debug, Default)]
pub(super) struct HandedOut {
    named: Option<PathBuf>,
    own: Option<tempfile::TempDir>,
}

impl HandedOut {
    /// What another run left in the directory is cleared away.
    pub(super) fn new(named: Option<PathBuf>) -> Self {
        if let Some(dir) = &named {
            clear(dir);
        }
        Self { named, own: None }
    }

    /// A directory for one file, so that it can keep its name.
    pub(super) fn place(&mut self) -> io::Result<PathBuf> {
        let root = match (&self.named, &self.own) {
            (Some(dir), _) => {
                make(dir)?;
                dir.clone()
            }
            (None, Some(own)) => own.path().to_owned(),
            (None, None) => {
                let made = private().prefix("poptui-").tempdir()?;
                self.own.insert(made).path().to_owned()
            }
        };
        let place = private().prefix("").tempdir_in(root)?;
        Ok(place.keep())
    }
}

impl Drop for HandedOut {
    fn drop(&mut self) {
        if let Some(dir) = &self.named {
            clear(dir);
        }
    }
}

/// Nothing is followed out of it. What cannot be removed now is removed at the next start.
fn clear(dir: &Path) {
    let _ = fs::remove_dir_all(dir);
}

/// Makes directories that are the user's alone.
fn private<'a>() -> tempfile::Builder<'a, 'a> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder
}

fn make(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn it_is_the_users_alone_and_cleared_at_start_and_end() {
        let dir = tempfile::tempdir().unwrap();
        let (named, outside) = (dir.path().join("opened"), dir.path().join("outside"));
        fs::create_dir(&named).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("kept"), "x").unwrap();
        fs::write(named.join("left by a crash"), "x").unwrap();
        symlink(&outside, named.join("link")).unwrap();
        let mut handed_out = HandedOut::new(Some(named.clone()));
        assert!(!named.exists(), "what a crash left is gone");
        let place = handed_out.place().unwrap();
        assert_eq!((mode(&named), mode(&place)), (0o700, 0o700));
        assert_ne!(handed_out.place().unwrap(), place, "each file has its own");
        drop(handed_out);
        assert!(!named.exists());
        assert!(outside.join("kept").exists(), "no link is followed");
    }

    #[test]
    fn without_a_name_it_goes_with_the_program() {
        let mut handed_out = HandedOut::new(None);
        let place = handed_out.place().unwrap();
        assert_eq!(mode(place.parent().unwrap()), 0o700);
        drop(handed_out);
        assert!(!place.exists());
    }
}
