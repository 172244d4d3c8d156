//! One poptui at a time writes: the kernel's lock on `poptui.lock` decides, the pid in it is for people.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Error;
use super::directory::open_private;

/// A reader that looks for the holder holds a shared lock for an instant: ask so often at least.
const FEW: usize = 5;
/// A holder that has not signed is just starting or about to go: ask so often at most.
const MOST: usize = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// Held as long as this value lives, and given up by the kernel however the process ends: the pid of
/// a dead process in the file never matters.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// Takes the lock, or says who holds it.
    pub(super) fn take(dir: &Path) -> Result<Self, Error> {
        let path = file(dir);
        let told = |error: std::io::Error| Error::disk(&path, &error);
        let mut file = open_private(&path).map_err(|error| Error::create(&path, &error))?;
        for asked in 1..=MOST {
            match file.try_lock() {
                Ok(()) => {
                    sign(&mut file).map_err(told)?;
                    return Ok(Self(file));
                }
                Err(TryLockError::WouldBlock) if asked >= FEW && pid_in(&path) > 0 => break,
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) => return Err(told(error)),
            }
        }
        Err(Error::Locked {
            dir: dir.into(),
            pid: pid_in(&path),
        })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only tidiness: who finds a pid without a lock does not believe it.
        let _ = self.0.set_len(0);
    }
}

/// The process that has this directory open for writing, if there is one.
pub(super) fn holder(dir: &Path) -> Option<u32> {
    let path = file(dir);
    let file = File::open(&path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(pid_in(&path)),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("poptui.lock")
}

fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())?;
    // The name matters to nobody after a crash, but so "no DELE while anything here is not synced" has no exception.
    file.sync_data()
}

/// 0 where the file does not say.
fn pid_in(path: &Path) -> u32 {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(20).read_to_string(&mut text));
    read.ok()
        .and_then(|_| text.trim().parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Lock, file, holder};
    use crate::store::Error;

    #[test]
    fn the_second_one_is_told_who_holds_the_lock() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let held = Lock::take(dir.path()).expect("free");
        let refused = Lock::take(dir.path()).expect_err("held");
        assert!(matches!(refused, Error::Locked { pid, .. } if pid == std::process::id()));
        assert_eq!(holder(dir.path()), Some(std::process::id()));
        drop(held);
        assert_eq!(holder(dir.path()), None);
        Lock::take(dir.path()).expect("free again");
    }

    #[test]
    fn a_holder_that_has_not_signed_is_waited_for() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let unsigned = std::fs::File::create(file(dir.path())).expect("writable");
        unsigned.lock().expect("free");
        let going = std::thread::spawn(move || {
            std::thread::sleep(super::PAUSE * 8);
            drop(unsigned);
        });
        Lock::take(dir.path()).expect("it went");
        going.join().expect("no panic");
    }

    #[test]
    fn the_pid_of_a_dead_process_does_not_lock() {
        let dir = tempfile::tempdir().expect("temporary directory");
        std::fs::write(file(dir.path()), "1\n").expect("writable");
        assert_eq!(holder(dir.path()), None);
        Lock::take(dir.path()).expect("nobody holds it");
    }
}
