//! `poptui import`: mail from files into the store, as much of it as can be read.

mod files;
mod intake;
mod mailbox;
mod names;
mod walk;

use std::path::Path;

use crate::mail::{SafeText, words};
use crate::store::Store;

use super::args::ImportArgs;
use super::failure::{Exit, Failure};
use super::fetch::{End, sum_up};
use super::json::{self, ImportedPath};
use super::out::Out;
use super::paths::Paths;
use intake::{Intake, Tally};
use names::Folder;

/// Imports path by path, and tells of each when all of it is on the disk.
pub(super) fn run(args: &ImportArgs, paths: &Paths) -> Result<Exit, Failure> {
    let base = Folder::base(args.folder.as_deref())?;
    let store = Store::open(&paths.data_dir()?)?;
    let mut out = Out::new();
    let mut intake = Intake::start(&store)?;
    let mut ends = Vec::new();
    let mut told = Ok(());
    for path in &args.paths {
        let end = walk::take(path, &base, &mut intake).and_then(|end| {
            let tally = intake.settle()?;
            tell(&mut out, path, &tally, args.json)?;
            Ok(end.unwrap_or(if tally.failed > 0 {
                End::InPart
            } else {
                End::Done
            }))
        });
        match end {
            Ok(end) => ends.push(end),
            Err(error) => {
                told = Err(error);
                break;
            }
        }
    }
    // Why the store takes no more is known where it was written to.
    let written = intake.finish();
    store.close();
    written?;
    told?;
    out.finish()?;
    Ok(sum_up(&ends))
}

fn tell(out: &mut Out, path: &Path, tally: &Tally, as_json: bool) -> Result<(), Failure> {
    let path = path.to_string_lossy();
    if as_json {
        let object = ImportedPath {
            path: &path,
            imported: tally.imported,
            duplicates: tally.duplicates,
            failed: tally.failed,
        };
        out.line(&json::line(&object)?)?;
    } else {
        out.line(&format!("{}: {}", SafeText::new(&path), summary(tally)))?;
    }
    out.flush()
}

/// What came, in one line.
fn summary(tally: &Tally) -> String {
    let mut parts = vec![match tally.imported {
        0 => "nothing new".to_owned(),
        1 => "1 mail imported".to_owned(),
        many => format!("{} mails imported", words::grouped(many)),
    }];
    match tally.duplicates {
        0 => {}
        1 => parts.push("1 was here already".to_owned()),
        many => parts.push(format!("{} were here already", words::grouped(many))),
    }
    if tally.failed > 0 {
        parts.push(format!("{} failed", words::grouped(tally.failed)));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Tally, summary};

    #[test]
    fn the_summary_tells_what_came_what_was_here_and_what_failed() {
        let tally = |imported, duplicates, failed| Tally {
            imported,
            duplicates,
            failed,
        };
        assert_eq!(summary(&tally(0, 0, 0)), "nothing new");
        assert_eq!(
            summary(&tally(1, 1, 1)),
            "1 mail imported, 1 was here already, 1 failed"
        );
        assert_eq!(
            summary(&tally(1_204, 2_000, 0)),
            "1,204 mails imported, 2,000 were here already"
        );
    }
}
