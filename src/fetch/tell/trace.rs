//! `--trace`: the file in which every word of a session is written down, except secrets and mail.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::config::Account;
use crate::mail::SafeText;

use crate::fetch::{Connect, Error, Line};

/// A protocol trace. Clones write to the same file.
#[derive(Debug, Clone)]
pub struct Trace(Arc<Mutex<Target>>);

#[derive(Debug)]
enum Target {
    File(File),
    /// It could not be written any more, and why.
    Broken(io::Error),
}

/// Lines from elsewhere, with a trace of what is said on them.
#[derive(Debug, Clone)]
pub struct Traced<C> {
    connect: C,
    trace: Option<Trace>,
}

/// Who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Voice {
    Client,
    Server,
    /// What happens to the line.
    Remark,
}

impl Trace {
    /// Goes on behind what the file holds. From here on it is readable for its owner alone. A symbolic link is not
    /// followed: in a directory that others may write to, it leads where they want.
    pub fn append_to(path: &Path) -> io::Result<Self> {
        let file = open(path)?;
        Ok(Self(Arc::new(Mutex::new(Target::File(file)))))
    }

    /// Why it is not complete, if it is not.
    pub fn trouble(&self) -> Option<String> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Target::File(_) => None,
            Target::Broken(error) => Some(error.to_string()),
        }
    }

    /// What happens where there is no session yet.
    pub(in crate::fetch) fn remark(&self, account: &str, text: &str) {
        let remark = (Voice::Remark, SafeText::new(text));
        self.write(&SafeText::new(account), &[remark]);
    }

    /// Writes these lines as one piece: other accounts and other processes write, too.
    pub(in crate::fetch) fn write(&self, account: &SafeText, lines: &[(Voice, SafeText)]) {
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
        let mut text = String::new();
        for (voice, line) in lines {
            let mark = match voice {
                Voice::Client => "C:",
                Voice::Server => "S:",
                Voice::Remark => "--",
            };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{now} {account} {mark} {line}");
        }
        let mut target = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Target::File(file) = &mut *target
            && let Err(error) = file.write_all(text.as_bytes())
        {
            *target = Target::Broken(error);
        }
    }
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::fs::Permissions;
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};

    use rustix::fs::OFlags;

    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600);
    options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    let file = options.open(path).map_err(|error| {
        if path.is_symlink() {
            // The system's words for it: "Too many levels of symbolic links".
            io::Error::other("it is a symbolic link, and none is followed")
        } else {
            error
        }
    })?;
    // Not a terminal or a pipe: those are others' too.
    if file.metadata()?.is_file() {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

impl<C> Traced<C> {
    /// The same lines, traced if there is a trace.
    pub fn new(connect: C, trace: Option<Trace>) -> Self {
        Self { connect, trace }
    }
}

impl<C: Connect> Connect for Traced<C> {
    async fn connect(&self, account: &Account) -> Result<Line, Error> {
        self.connect.connect(account).await
    }

    fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_trace_goes_on_behind_the_last_one_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trace");
        for word in ["one", "two"] {
            let trace = Trace::append_to(&path).unwrap();
            trace.write(&SafeText::new("a"), &[(Voice::Client, SafeText::new(word))]);
            assert_eq!(trace.trouble(), None);
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let said: Vec<_> = text
            .lines()
            .map(|line| &line["2026-11-23T14:02:03.123Z ".len()..])
            .collect();
        assert_eq!(said, ["a C: one", "a C: two"]);
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }

    #[test]
    fn a_file_that_all_could_read_is_its_owners_alone_before_a_word_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trace");
        std::fs::write(&path, "old\n").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        Trace::append_to(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "old\n");
    }

    #[test]
    fn a_symbolic_link_is_refused_and_what_it_leads_to_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("file"), dir.path().join("trace"));
        std::fs::write(&file, "mine\n").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let error = Trace::append_to(&link).unwrap_err();
        assert!(error.to_string().contains("symbolic link"), "{error}");
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_disk_that_is_full_is_remembered() {
        let trace = Trace::append_to(Path::new("/dev/full")).unwrap();
        trace.write(&SafeText::new("a"), &[(Voice::Client, SafeText::new("x"))]);
        assert!(trace.trouble().unwrap().contains("No space left"));
    }
}
