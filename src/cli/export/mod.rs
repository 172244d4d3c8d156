//! `poptui export`: mail out again, octet for octet, into files that other programs read.

mod directory;
mod mailbox;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};

use crate::mail::mbox::Marks;
use crate::mail::{Completeness, MessageId, SafeText, words};
use crate::query::Query;
use crate::store::{Error, Store, Summary};

use super::args::{ExportArgs, Format};
use super::failure::{Exit, Failure};
use super::out::{Out, note};
use super::paths::Paths;
use directory::{Directory, Kind};
use mailbox::Mailbox;

/// Where mails are written to. Nothing stands at its place before all of them do.
enum Target {
    Mailbox(Mailbox),
    Directory(Directory),
}

/// What is worth a sentence when all is written.
#[derive(Default)]
struct Told {
    written: usize,
    failed: usize,
    heads: usize,
    marked: bool,
    folders: BTreeSet<String>,
}

/// Writes the mails that match, the oldest first.
pub(super) fn run(args: &ExportArgs, paths: &Paths) -> Result<Exit, Failure> {
    let typed = match args.query.join(" ") {
        all if all.trim().is_empty() => "in:any".to_owned(),
        typed => typed,
    };
    let query = Query::parse(&typed, &jiff::ZonedDateTime::now());
    let understood = query.explain();
    let to = args.to.as_path();
    let failed = |error: io::Error| failure(to, error);
    if let Some(why) = taken(to, args.format) {
        return Err(Failure::Taken {
            path: to.into(),
            why,
        });
    }
    let store = Store::open_read_only(&paths.data_dir()?)?;
    let ids = store.read_now(move |reader| reader.find_ids(&query, None))?;
    if ids.is_empty() {
        note(&format!(
            "nothing found, nothing written; the query was read as: {understood}"
        ));
        return Ok(Exit::DONE);
    }
    let mut target = match args.format {
        Format::Mbox => Target::Mailbox(Mailbox::begin(to).map_err(failed)?),
        Format::Maildir => Target::Directory(Directory::begin(to, Kind::Maildir).map_err(failed)?),
        Format::Eml => Target::Directory(Directory::begin(to, Kind::Eml).map_err(failed)?),
    };
    let mut told = Told::default();
    for id in ids.into_iter().rev() {
        let Some((mail, octets)) = one(&store, id, &mut told)? else {
            continue;
        };
        match &mut target {
            Target::Mailbox(mailbox) => mailbox.put(&mail, &octets),
            Target::Directory(directory) => directory.put(&mail, &octets),
        }
        .map_err(failed)?;
        told.add(mail);
    }
    match target {
        Target::Mailbox(mailbox) => mailbox.finish(to),
        Target::Directory(directory) => directory.finish(to),
    }
    .map_err(failed)?;
    told.say(to, args.format)
}

/// A mail as it is stored; `None` if it has gone since, or cannot be read, which is said.
fn one(
    store: &Store,
    id: MessageId,
    told: &mut Told,
) -> Result<Option<(Summary, Vec<u8>)>, Failure> {
    let read = store.read_now(move |reader| {
        let mail = reader.summary(id)?;
        Ok(mail.zip(reader.octets(id)?))
    });
    match read {
        Ok(Some((mail, octets))) => {
            if digest(&SHA256, &octets).as_ref() != mail.sha256 {
                told.failed += 1;
                note(&format!(
                    "mail {} ({}, in {}) is damaged: it is not as it came; it was written as it is now",
                    id.0, mail.subject, mail.folder
                ));
            }
            Ok(Some((mail, octets)))
        }
        Ok(None) => Ok(None),
        // One damaged mail is no reason to keep the others.
        Err(error @ (Error::Corrupt { .. } | Error::Internal { .. })) => {
            told.failed += 1;
            note(&format!(
                "mail {} cannot be read and was left out: {error}",
                id.0
            ));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// What a mailbox can say of a mail.
fn marks(mail: &Summary) -> Marks {
    Marks {
        read: !mail.unread,
        flagged: mail.flagged,
        answered: mail.answered,
        deleted: false,
    }
}

/// Why nothing is written there. What stands there may be somebody's only copy.
fn taken(to: &Path, format: Format) -> Option<&'static str> {
    let about = to.symlink_metadata().ok()?;
    let is_empty = || {
        to.read_dir()
            .is_ok_and(|mut entries| entries.next().is_none())
    };
    match format {
        Format::Maildir | Format::Eml if about.is_dir() && is_empty() => None,
        Format::Maildir | Format::Eml if about.is_dir() => Some("has something in it"),
        Format::Mbox | Format::Maildir | Format::Eml => Some("is there already"),
    }
}

fn failure(to: &Path, error: io::Error) -> Failure {
    Failure::Write {
        path: to.into(),
        error,
    }
}

/// The directory in which something is made.
fn parent(path: &Path) -> PathBuf {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Makes a new name in a directory durable.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        std::fs::File::open(path)?.sync_all()?;
    }
    Ok(())
}

impl Told {
    fn add(&mut self, mail: Summary) {
        self.written += 1;
        self.heads += usize::from(mail.completeness == Completeness::Head);
        self.marked |= !mail.unread || mail.flagged || mail.answered;
        self.folders.insert(mail.folder);
    }

    fn say(&self, to: &Path, format: Format) -> Result<Exit, Failure> {
        let has_folders = self.folders.len() > 1;
        match format {
            Format::Eml if has_folders || self.marked => note(
                "an .eml file has no place for folders, nor for what was read, flagged and answered; --format maildir keeps both",
            ),
            Format::Mbox if has_folders => note(
                "the mails of several folders are in one mbox now, which has no place for their names; --format maildir keeps them",
            ),
            _ => {}
        }
        if self.heads > 0 {
            note(&format!(
                "of {} only the head is here, and so in what was written",
                words::mails(self.heads)
            ));
        }
        let mut out = Out::new();
        let shown = to.to_string_lossy();
        let damaged = match self.failed {
            0 => String::new(),
            some => format!(", {} damaged", words::grouped(some as u64)),
        };
        let written = words::mails(self.written);
        out.line(&format!(
            "{}: {written} written{damaged}",
            SafeText::new(&shown)
        ))?;
        out.finish()?;
        Ok(if self.failed > 0 {
            Exit::IN_PART
        } else {
            Exit::DONE
        })
    }
}
