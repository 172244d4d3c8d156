//! Opens the files to be imported: regular ones alone, and never through a link that lies among them.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use crate::mail::mbox::FromLine;
use crate::store::LARGEST_MAIL;

/// What tells of what kind a file is.
const BEGINNING: u64 = 2_048;

/// Opens a file that was found in a directory: what was a file a moment ago may be a link or a pipe now.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;

        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        options.custom_flags(flags.bits().cast_signed());
    }
    regular(options.open(path)?)
}

/// Opens a file that the user named, by whatever name.
pub(super) fn open_named(path: &Path) -> io::Result<File> {
    // A pipe would be waited for.
    if !path.metadata()?.is_file() {
        return Err(no_file());
    }
    regular(File::open(path)?)
}

fn regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(no_file())
}

fn no_file() -> io::Error {
    io::Error::other("it is neither a file nor a directory")
}

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing in it.
    Empty,
    /// It begins as an mbox.
    Mbox,
    /// It begins as a mail.
    Mail,
    /// As neither.
    Other,
}

impl Look {
    /// Looks at the beginning of a file.
    pub(super) fn at(file: &File) -> io::Result<Self> {
        use std::io::Seek as _;

        let mut begin = Vec::new();
        let mut from_start = file;
        from_start.rewind()?;
        from_start.take(BEGINNING).read_to_end(&mut begin)?;
        from_start.rewind()?;
        Ok(Self::of(&begin))
    }

    fn of(begin: &[u8]) -> Self {
        let mut lines = begin.split(|octet| *octet == b'\n');
        let line = lines.next().unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_bare = || matches!(line.trim_ascii(), b"From" | b"From -") && line.len() > 4;
        let colon = line.iter().position(|octet| *octet == b':');
        let is_name = |colon: usize| colon > 0 && line[..colon].iter().all(u8::is_ascii_graphic);
        if begin.is_empty() {
            Self::Empty
        } else if FromLine::read(line).is_some() || is_bare() {
            Self::Mbox
        } else if colon.is_some_and(is_name) {
            Self::Mail
        } else {
            Self::Other
        }
    }
}

/// Why a mail was not read.
pub(super) enum Unread {
    TooLarge(u64),
    Io(io::Error),
}

/// All octets of a file that is one mail.
pub(super) fn mail(mut file: &File) -> Result<(Vec<u8>, Metadata), Unread> {
    let about = file.metadata().map_err(Unread::Io)?;
    if about.len() > LARGEST_MAIL as u64 {
        return Err(Unread::TooLarge(about.len()));
    }
    let mut octets = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default());
    file.by_ref()
        .take(LARGEST_MAIL as u64 + 1)
        .read_to_end(&mut octets)
        .map_err(Unread::Io)?;
    if octets.len() > LARGEST_MAIL {
        return Err(Unread::TooLarge(octets.len() as u64));
    }
    Ok((octets, about))
}

/// When a file was written last, in seconds since 1970: mail programs set it to when the mail came.
pub(super) fn written(about: &Metadata) -> Option<i64> {
    let written = about.modified().ok()?;
    let since = written.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::Look;

    #[test]
    fn the_first_line_tells_what_a_file_is() {
        for (begin, look) in [
            (&b""[..], Look::Empty),
            (
                b"From ada@example.org Mon Nov 23 14:02:03 2026\nA: b\n",
                Look::Mbox,
            ),
            (b"From - Mon Nov 23 14:02:03 2026\r\n", Look::Mbox),
            (b"From \nA: b\n", Look::Mbox),
            (b"Return-Path: <ada@example.org>\n", Look::Mail),
            (b"From: ada\r\n", Look::Mail),
            (b"From here on: prose\n", Look::Other),
            (b"SQLite format 3\0", Look::Other),
            (b": x\n", Look::Other),
            (b"\n", Look::Other),
        ] {
            assert_eq!(Look::of(begin), look, "{}", begin.escape_ascii());
        }
    }
}
