//! Reads an mbox of any length, twice: first for its dialect, then for its mails. Never more than one mail is in memory.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};

use crate::mail::mbox::{Dialect, Entry, Marks, Splitter, Survey};
use crate::store::LARGEST_MAIL;

use crate::cli::failure::Failure;

/// A longer line is read in pieces.
const LINE: u64 = 64 << 10;
/// Read from the disk at a time.
const CHUNK: usize = 256 << 10;
/// What has to be seen to know that a mail ends: two line ends and a `From ` line.
const END: u64 = 2_048;

/// A mail of an mbox.
pub(super) struct Boxed {
    /// As it was before it was put there.
    pub(super) octets: Vec<u8>,
    pub(super) marks: Marks,
    /// When it was delivered, in seconds since 1970.
    pub(super) delivered: Option<i64>,
}

/// What the first reading has found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) mails: u64,
    dialect: Dialect,
}

/// Why the reading of an mbox ended.
pub(super) enum Broken {
    /// The file could not be read on from here.
    Io { at: u64, error: io::Error },
    /// There is nowhere to put its mails.
    Store(Failure),
}

/// What the second reading hands out.
pub(super) enum Piece {
    Mail(Boxed),
    /// A mail that begins at this octet of the file is too large.
    TooLarge {
        at: u64,
        size: u64,
    },
    /// So many octets before the first mail belong to none.
    Before(u64),
}

/// Reads all of it without keeping anything.
pub(super) fn survey(file: &File, seen: &mut dyn FnMut(u64)) -> Result<Found, Broken> {
    let mut survey = Survey::default();
    let mut mails = 0;
    split(file, &mut |entry, position| {
        survey.add(&entry);
        mails += 1;
        seen(position);
        Ok(())
    })?;
    let dialect = survey.dialect();
    Ok(Found { mails, dialect })
}

/// Hands out mail after mail, and how far the file has been read.
pub(super) fn read(
    file: &File,
    found: Found,
    take: &mut dyn FnMut(Piece, u64) -> Result<(), Failure>,
) -> Result<(), Broken> {
    let before = split(file, &mut |entry, position| {
        let piece = if entry.size > LARGEST_MAIL as u64 {
            Piece::TooLarge {
                at: entry.at,
                size: entry.size,
            }
        } else {
            Piece::Mail(boxed(found.dialect, entry))
        };
        take(piece, position)
    })?;
    if before > 0 {
        take(Piece::Before(before), before).map_err(Broken::Store)?;
    }
    Ok(())
}

fn boxed(dialect: Dialect, entry: Entry) -> Boxed {
    let from = entry.from;
    let octets = dialect.mail(entry);
    Boxed {
        marks: from.marks.unwrap_or_else(|| Marks::of_head(&octets)),
        delivered: from.at,
        octets,
    }
}

/// Gives all entries, and tells how many octets stand before the first one.
fn split(
    file: &File,
    each: &mut dyn FnMut(Entry, u64) -> Result<(), Failure>,
) -> Result<u64, Broken> {
    let mut splitter = Splitter::new(LARGEST_MAIL);
    let mut position = 0;
    let mut start = file;
    let failed = |at: u64| move |error: io::Error| Broken::Io { at, error };
    start.rewind().map_err(failed(0))?;
    let length = file.metadata().map_err(failed(0))?.len();
    let mut reader = BufReader::with_capacity(CHUNK, file);
    let mut line = Vec::new();
    let mut begins = true;
    loop {
        line.clear();
        let read = reader.by_ref().take(LINE).read_until(b'\n', &mut line);
        if read.map_err(failed(position))? == 0 {
            break;
        }
        if let Some(entry) = splitter.push(&line, begins) {
            each(entry, position).map_err(Broken::Store)?;
        }
        position += line.len() as u64;
        begins = line.ends_with(b"\n");
        if let Some(announced) = splitter.announced() {
            let end = position.checked_add(announced).filter(|end| *end <= length);
            if let Some(end) = end
                && Splitter::is_an_end(&behind(file, end - 1).map_err(failed(position))?)
            {
                splitter.believe(announced);
            }
        }
    }
    if let Some(entry) = splitter.finish() {
        each(entry, position).map_err(Broken::Store)?;
    }
    Ok(splitter.before())
}

/// What stands in the file from here on. Whoever reads the file reads on where he was.
fn behind(mut file: &File, at: u64) -> io::Result<Vec<u8>> {
    let here = file.stream_position()?;
    let mut behind = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(END).read_to_end(&mut behind)?;
    file.seek(SeekFrom::Start(here))?;
    Ok(behind)
}
