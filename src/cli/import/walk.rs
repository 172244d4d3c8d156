//! Finds the mail below a path: files, Maildirs with their sub-folders, a Thunderbird profile, and directories of these.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use crate::mail::maildir;
use crate::mail::mbox::Marks;
use crate::mail::words;

use super::files::{self, Look, Unread};
use super::intake::{Intake, cannot_read};
use super::mailbox::{self, Broken, Piece};
use super::names::{Folder, stem};
use crate::cli::failure::{Exit, Failure};
use crate::cli::fetch::End;

/// Directories within directories beyond which nobody keeps mail.
const DEEPEST: usize = 64;

/// Where a directory's mail goes.
#[derive(Clone)]
struct Place {
    /// Files that are one mail.
    mails: Folder,
    /// What the folders in it are called after.
    boxes: Folder,
    depth: usize,
}

/// Takes in all that is below a path. `Some` where nothing could be done with it, which has been said.
pub(super) fn take(
    path: &Path,
    base: &Folder,
    intake: &mut Intake,
) -> Result<Option<End>, Failure> {
    let about = match path.metadata() {
        Ok(about) => about,
        Err(error) => {
            intake.fail(&cannot_read(path, &error));
            return Ok(Some(End::Failed(Exit::NO_INPUT)));
        }
    };
    if !about.is_dir() {
        return named_file(path, base, intake);
    }
    let mut walk = Walk {
        intake,
        mails: 0,
        others: 0,
        failed: 0,
    };
    let place = Place {
        mails: base.clone(),
        boxes: base.clone(),
        depth: 0,
    };
    walk.directory(path, &place)?;
    let Walk {
        mails,
        others,
        failed,
        ..
    } = walk;
    if mails == 0 && failed == 0 && others > 0 {
        intake.fail(&format!(
            "there is no mail in {}: no .eml file, no mbox, no Maildir",
            path.display()
        ));
        return Ok(Some(End::Failed(Exit::BAD_DATA)));
    }
    if others > 0 {
        intake.remark(&format!(
            "{} in {} {} no mail and {} left out",
            match others {
                1 => "1 file".to_owned(),
                many => format!("{} files", words::grouped(many)),
            },
            path.display(),
            if others == 1 { "is" } else { "are" },
            if others == 1 { "was" } else { "were" },
        ));
    }
    Ok(None)
}

/// A file that the user named: what it is called matters less than what is in it.
fn named_file(path: &Path, base: &Folder, intake: &mut Intake) -> Result<Option<End>, Failure> {
    let opened = files::open_named(path).and_then(|file| Ok((Look::at(&file)?, file)));
    let (look, file) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            intake.fail(&cannot_read(path, &error));
            return Ok(Some(End::Failed(Exit::NO_INPUT)));
        }
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_mail = stem(&name, ".eml").is_some();
    match look {
        _ if is_mail => one_mail(path, &file, base, intake, Marks::default())?,
        Look::Empty => {}
        Look::Mbox => mbox(path, &file, base, intake)?,
        // What has lost its first line, or got others before it, is still an mbox where mails begin further on.
        Look::Mail | Look::Other => {
            let found = mailbox::survey(&file, &mut |_| {});
            match (found.is_ok_and(|found| found.mails > 0), look) {
                (true, _) => mbox(path, &file, base, intake)?,
                (false, Look::Mail) => one_mail(path, &file, base, intake, Marks::default())?,
                (false, _) => {
                    intake.fail(&format!(
                        "{} is neither a mail nor an mbox; nothing was taken from it",
                        path.display()
                    ));
                    return Ok(Some(End::Failed(Exit::BAD_DATA)));
                }
            }
        }
    }
    Ok(None)
}

/// Takes in a file that is one mail.
fn one_mail(
    path: &Path,
    file: &File,
    folder: &Folder,
    intake: &mut Intake,
    marks: Marks,
) -> Result<(), Failure> {
    match files::mail(file) {
        Ok((octets, about)) => {
            intake.take(octets, &folder.shelf(), marks, files::written(&about))?;
            intake.draw(None);
        }
        Err(Unread::TooLarge(size)) => intake.fail(&format!(
            "{} has {}, which is more than a mail can have here; it was left out",
            path.display(),
            words::octets(size)
        )),
        Err(Unread::Io(error)) => intake.fail(&cannot_read(path, &error)),
    }
    Ok(())
}

/// Takes in all mails of an mbox, as far as it can be read.
fn mbox(path: &Path, file: &File, folder: &Folder, intake: &mut Intake) -> Result<(), Failure> {
    let shown = path.display();
    let length = file.metadata().map_or(0, |about| about.len());
    let shelf = folder.shelf();
    let told = mailbox::survey(file, &mut |done| intake.draw(Some((done / 10, length))));
    let read = told.and_then(|found| {
        mailbox::read(file, found, &mut |piece, position| {
            match piece {
                Piece::Mail(mail) => {
                    intake.take(mail.octets, &shelf, mail.marks, mail.delivered)?;
                    // The first reading is the tenth part of the work, about.
                    intake.draw(Some((length / 10 + position / 10 * 9, length)));
                }
                Piece::TooLarge { at, size } => intake.fail(&format!(
                    "the mail at octet {at} of {shown} has {}, which is more than a mail can have here; it was left out",
                    words::octets(size)
                )),
                Piece::Before(octets) => intake.fail(&format!(
                    "{} at the beginning of {shown} belong to no mail that begins there, and were left out",
                    words::octets(octets)
                )),
            }
            Ok(())
        })
    });
    match read {
        Ok(()) => Ok(()),
        Err(Broken::Store(failure)) => Err(failure),
        Err(Broken::Io { at, error }) => {
            intake.fail(&format!(
                "{shown} cannot be read from octet {at} on: {error}"
            ));
            Ok(())
        }
    }
}

struct Walk<'i> {
    intake: &'i mut Intake,
    /// Files with mail.
    mails: u64,
    /// Files without.
    others: u64,
    failed: u64,
}

/// What a directory holds, by name.
struct Entry {
    name: OsString,
    kind: io::Result<fs::FileType>,
}

impl Walk<'_> {
    fn directory(&mut self, path: &Path, place: &Place) -> Result<(), Failure> {
        if place.depth > DEEPEST {
            self.fail(&format!(
                "{} lies more than {DEEPEST} directories deep and was left out",
                path.display()
            ));
            return Ok(());
        }
        let Some(entries) = self.entries(path) else {
            return Ok(());
        };
        let is_maildir = is_maildir(path);
        let mut place = place.clone();
        if is_maildir {
            self.mails += 1;
            for name in ["new", "cur"] {
                let delivered = path.join(name);
                if delivered.symlink_metadata().is_ok() {
                    self.delivered(&delivered, &place.boxes)?;
                }
            }
            place.mails = place.boxes.clone();
        }
        for entry in &entries {
            let name = entry.name.to_string_lossy();
            if is_maildir && matches!(&*name, "cur" | "new" | "tmp") {
                continue;
            }
            let here = path.join(&entry.name);
            match &entry.kind {
                Err(error) => self.fail(&cannot_read(&here, error)),
                Ok(kind) if kind.is_dir() => {
                    self.directory(&here, &inside(&place, &name, &here))?;
                }
                // Notes of the programs that keep it.
                Ok(kind) if kind.is_file() && is_maildir && stem(&name, ".eml").is_none() => {}
                Ok(kind) if kind.is_file() => self.file(&here, &name, &place, &entries)?,
                Ok(kind) => self.neither(&here, *kind),
            }
        }
        Ok(())
    }

    /// The files of `cur` or `new`.
    fn delivered(&mut self, path: &Path, folder: &Folder) -> Result<(), Failure> {
        let Some(entries) = self.entries(path) else {
            return Ok(());
        };
        for entry in entries {
            let name = entry.name.to_string_lossy();
            let here = path.join(&entry.name);
            if name.starts_with('.') {
                continue;
            }
            match entry.kind {
                Ok(kind) if kind.is_file() => match files::open(&here) {
                    Ok(file) => one_mail(&here, &file, folder, self.intake, maildir::marks(&name))?,
                    Err(error) => self.fail(&cannot_read(&here, &error)),
                },
                Ok(kind) if kind.is_dir() => {}
                Ok(_) => self.fail(&format!(
                    "{} is no file but a link or the like, and was not followed",
                    here.display()
                )),
                Err(error) => self.fail(&cannot_read(&here, &error)),
            }
        }
        Ok(())
    }

    /// A file in a directory that is no `cur` or `new`.
    fn file(
        &mut self,
        path: &Path,
        name: &str,
        place: &Place,
        beside: &[Entry],
    ) -> Result<(), Failure> {
        let is_mail = stem(name, ".eml").is_some();
        let is_box = stem(name, ".mbox").is_some() || {
            let index = OsString::from(format!("{name}.msf"));
            // Sorted by name.
            beside
                .binary_search_by(|entry| entry.name.cmp(&index))
                .is_ok()
        };
        let opened = files::open(path).and_then(|file| Ok((Look::at(&file)?, file)));
        let (look, file) = match opened {
            Ok(opened) => opened,
            // Whether it was mail nobody knows.
            Err(error) => {
                self.fail(&cannot_read(path, &error));
                return Ok(());
            }
        };
        if is_mail {
            self.mails += 1;
            return one_mail(path, &file, &place.mails, self.intake, Marks::default());
        }
        if look == Look::Mbox || (is_box && look != Look::Empty) {
            self.mails += 1;
            let folder = match stem(name, ".mbox").unwrap_or(name) {
                "mbox" => place.boxes.clone(),
                name => place.boxes.below(name.as_ref()),
            };
            return mbox(path, &file, &folder, self.intake);
        }
        self.others += u64::from(!is_box);
        Ok(())
    }

    fn neither(&mut self, path: &Path, kind: fs::FileType) {
        let what = if kind.is_symlink() {
            "a symbolic link and was not followed"
        } else {
            "neither a file nor a directory and was not read"
        };
        self.others += 1;
        self.intake.remark(&format!("{} is {what}", path.display()));
    }

    /// What is in a directory, in the order of the names. `None` where it cannot be read, which is said.
    fn entries(&mut self, path: &Path) -> Option<Vec<Entry>> {
        let read = fs::read_dir(path).and_then(|entries| {
            let entry = |entry: fs::DirEntry| Entry {
                name: entry.file_name(),
                kind: entry.file_type(),
            };
            entries
                .map(|found| found.map(entry))
                .collect::<io::Result<Vec<_>>>()
        });
        match read {
            Ok(mut entries) => {
                entries.sort_by(|one, other| one.name.cmp(&other.name));
                Some(entries)
            }
            Err(error) => {
                self.fail(&cannot_read(path, &error));
                None
            }
        }
    }

    fn fail(&mut self, sentence: &str) {
        self.failed += 1;
        self.intake.fail(sentence);
    }
}

/// Where the mail of a directory in a directory goes.
fn inside(place: &Place, name: &str, path: &Path) -> Place {
    let is_maildir = is_maildir(path);
    let boxes = if let Some(name) = stem(name, ".sbd").or(stem(name, ".mbox")) {
        place.boxes.below(name.as_ref())
    } else if is_maildir && name.starts_with('.') {
        place.boxes.below_dots(name)
    } else if !is_maildir && is_an_account(path) {
        place.mails.clone()
    } else {
        place.boxes.below(name.as_ref())
    };
    Place {
        mails: place.mails.clone(),
        boxes,
        depth: place.depth + 1,
    }
}

/// Whether a directory holds the three of a Maildir, of which some programs leave one out.
fn is_maildir(path: &Path) -> bool {
    let has = |name: &str| {
        let about = path.join(name).symlink_metadata();
        about.is_ok_and(|about| about.is_dir())
    };
    has("cur") && (has("new") || has("tmp"))
}

/// Whether a directory is that of an account in a Thunderbird profile: its folders are the user's, its own name and those
/// above it are not.
fn is_an_account(path: &Path) -> bool {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name());
    names
        .into_iter()
        .any(|name| stem(&name.to_string_lossy(), ".msf").is_some())
}
