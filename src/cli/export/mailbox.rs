//! Writes an mbox in the dialect mboxrd, from which every mail comes back as it was.

use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::mail::mbox::{FromLine, quote};
use crate::store::Summary;

use super::{marks, parent, sync_directory};

/// Written at a time.
const CHUNK: usize = 256 << 10;

/// An mbox under way, under another name; gone if it is not finished.
pub(super) struct Mailbox(BufWriter<NamedTempFile>);

impl Mailbox {
    pub(super) fn begin(to: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let file = builder.prefix(".poptui-export-").tempfile_in(parent(to))?;
        Ok(Self(BufWriter::with_capacity(CHUNK, file)))
    }

    /// What is read, flagged and answered stands in the `From ` line, as does that the last line has no end: the mail
    /// itself is left alone.
    pub(super) fn put(&mut self, mail: &Summary, octets: &[u8]) -> io::Result<()> {
        let from = FromLine {
            at: Some(mail.arrived),
            marks: Some(marks(mail)),
            is_open: octets.last().is_some_and(|last| *last != b'\n'),
        };
        let end: &[u8] = if from.is_open { b"\n\n" } else { b"\n" };
        self.0.write_all(from.write().as_bytes())?;
        self.0.write_all(&quote(octets))?;
        self.0.write_all(end)
    }

    /// Gives it its name when all of it is on the disk.
    pub(super) fn finish(self, to: &Path) -> io::Result<()> {
        let file = self
            .0
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(to).map_err(|error| error.error)?;
        sync_directory(&parent(to))
    }
}
