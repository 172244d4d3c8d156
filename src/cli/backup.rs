//! `poptui backup`: one file with everything, proven before it gets its name.

use std::thread;
use std::time::Duration;

use crate::mail::{SafeText, words};
use crate::store::{Backup, Error, Store};

use super::args::BackupArgs;
use super::failure::{Exit, Failure};
use super::out::Out;
use super::paths::Paths;
use super::progress::Bar;
use super::verify;

/// Often enough to look alive.
const REDRAW: Duration = Duration::from_millis(100);

/// Copies, checks the copy, names it. Mails that are damaged here are so there, too, which is said.
pub(super) fn run(args: &BackupArgs, paths: &Paths) -> Result<Exit, Failure> {
    let dir = paths.data_dir()?;
    // One of an older version is brought up to date first, as for every command.
    Store::open_read_only(&dir)?.close();
    let backup = Backup::begin(&dir, &args.file)?;
    let mut bar = Bar::new();
    copy(&backup, &mut bar)?;
    let findings = backup.verify(&mut |done, all| {
        if done % 64 == 0 || done == all {
            bar.show(&format!(
                "{} of {}",
                Bar::cells(done, all),
                verify::checked(all)
            ));
        }
    });
    bar.erase();
    let findings = findings?;
    backup.finish()?;
    let exit = verify::tell(&findings, "poptui verify tells what can be made anew");
    let mut out = Out::new();
    let shown = args.file.to_string_lossy();
    let size = args.file.metadata().map_or(0, |about| about.len());
    out.line(&format!(
        "{}: {}, {}, {}",
        SafeText::new(&shown),
        words::mails(usize::try_from(findings.mails).unwrap_or(usize::MAX)),
        words::octets(size),
        if exit == Exit::DONE {
            "every one of them checked"
        } else {
            "checked, with the damage told above"
        },
    ))?;
    out.finish()?;
    Ok(if exit == Exit::DONE {
        exit
    } else {
        Exit::IN_PART
    })
}

/// Copies, and shows by the size of the copy that something is done.
fn copy(backup: &Backup, bar: &mut Bar) -> Result<(), Failure> {
    thread::scope(|scope| {
        let copying = scope.spawn(|| backup.copy());
        while !copying.is_finished() {
            let size = backup.under_way().metadata().map_or(0, |about| about.len());
            bar.show(&format!("poptui: {} copied", words::octets(size)));
            thread::park_timeout(REDRAW.min(Duration::from_millis(20)));
        }
        let copied = copying.join().unwrap_or(Err(Error::Panicked));
        Ok(copied?)
    })
}
