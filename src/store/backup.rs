//! Copies the whole store into one file while it is in use, and proves the copy before it gets its name.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use super::wanted::Wanted;
use super::{Error, Findings, Reader, Result, directory};

/// A copy under way, under a name of its own beside the one it will have; gone if it is not finished.
#[derive(Debug)]
pub struct Backup {
    database: PathBuf,
    copy: NamedTempFile,
    to: PathBuf,
}

impl Backup {
    /// Prepares a copy of the store in this directory.
    ///
    /// # Errors
    ///
    /// [`Error::Create`] where something is there already, or nothing can be made.
    pub fn begin(dir: &Path, to: &Path) -> Result<Self> {
        let told = |error: io::Error| Error::create(to, &error);
        if to.symlink_metadata().is_ok() {
            return Err(told(io::Error::new(
                io::ErrorKind::AlreadyExists,
                "something is there already, and nothing is ever written over",
            )));
        }
        let mut builder = tempfile::Builder::new();
        let copy = builder.prefix(".poptui-backup-").tempfile_in(parent(to));
        Ok(Self {
            database: directory::database(dir),
            copy: copy.map_err(told)?,
            to: to.into(),
        })
    }

    /// Where the copy is until it is finished: for looking at how far it is.
    pub fn under_way(&self) -> &Path {
        self.copy.path()
    }

    /// Copies one moment of the store, whatever is written meanwhile, and leaves no free pages in the copy.
    pub fn copy(&self) -> Result<()> {
        let source = Reader::open(&self.database).map_err(|error| error.at(&self.database))?;
        let Some(path) = self.copy.path().to_str() else {
            let error = io::Error::new(io::ErrorKind::InvalidInput, "its name is not UTF-8");
            return Err(Error::create(&self.to, &error));
        };
        let copied = source.connection.execute("VACUUM INTO ?1", [path]);
        copied.map_err(|error| Error::from(error).at(&self.database))?;
        drop(source);
        // A copy is one file: whoever opens it for writing asks for a log again.
        self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)
            .and_then(|copy| copy.pragma_update(None, "journal_mode", "delete"))
            .map_err(|error| Error::from(error).at(&self.to))?;
        File::open(self.copy.path())
            .and_then(|copy| copy.sync_all())
            .map_err(|error| Error::disk(&self.to, &error))
    }

    /// Reads the copy and checks all of it.
    pub fn verify(&self, seen: &mut dyn FnMut(u64, u64)) -> Result<Findings> {
        let reader = Reader::open(self.copy.path()).map_err(|error| error.at(&self.to))?;
        let found = reader.at_one_moment(&Wanted::default(), |reader| reader.verify(seen));
        found.map_err(|error| error.at(&self.to))
    }

    /// Gives the copy its name.
    pub fn finish(self) -> Result<()> {
        let told = |error: io::Error| Error::create(&self.to, &error);
        self.copy
            .persist_noclobber(&self.to)
            .map_err(|error| told(error.error))?;
        if cfg!(unix) {
            let parent = File::open(parent(&self.to));
            parent.and_then(|parent| parent.sync_all()).map_err(told)?;
        }
        Ok(())
    }

    fn connect(&self, flags: OpenFlags) -> rusqlite::Result<Connection> {
        Connection::open_with_flags(self.copy.path(), flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }
}

fn parent(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::Backup;
    use crate::store::testing::{Home, account};
    use crate::store::{Error, Findings, Reader, Store};

    /// The mails of these tests have dates that their octets do not tell.
    fn is_sound(findings: &Findings) -> bool {
        let stale = Vec::new();
        Findings {
            stale,
            ..findings.clone()
        }
        .is_clean()
    }

    fn back_up(home: &Home, to: &std::path::Path) {
        let backup = Backup::begin(home.path(), to).expect("free");
        backup.copy().expect("copies");
        assert!(is_sound(&backup.verify(&mut |_, _| {}).expect("reads")));
        backup.finish().expect("gets its name");
    }

    #[test]
    fn a_copy_made_while_mail_comes_is_one_moment_and_a_store_of_its_own() {
        let home = Home::new();
        let mut writer = home.writer();
        home.fill(&mut writer, 50);
        let safe = tempfile::tempdir().expect("temporary directory");
        let to = safe.path().join("backup.sqlite");
        let backup = Backup::begin(home.path(), &to).expect("free");
        std::thread::scope(|scope| {
            let copying = scope.spawn(|| backup.copy());
            let account = account(&mut writer);
            for number in 0..20 {
                let mail = home.mail(&format!("late {number}"));
                writer.add(account, &[mail]).expect("writes");
            }
            copying.join().expect("no panic").expect("copies");
        });
        assert!(!to.exists());
        let findings = backup.verify(&mut |_, _| {}).expect("reads");
        assert!(is_sound(&findings) && (50..=70).contains(&findings.mails));
        backup.finish().expect("gets its name");
        assert_eq!(safe.path().read_dir().expect("reads").count(), 1);

        // Restored: the file under the store's name, and nothing else.
        let data = tempfile::tempdir().expect("temporary directory");
        std::fs::copy(&to, data.path().join("mail.sqlite")).expect("copies");
        let store = Store::open(data.path()).expect("opens");
        assert_eq!(
            store.read_now(Reader::total).expect("reads"),
            findings.mails
        );
        let late = home.mail("after the restoration");
        store
            .write_now(move |writer| {
                let account = writer.account("alice", "")?;
                writer.add(account, &[late])
            })
            .expect("writes");
        store.close();
    }

    #[test]
    fn nothing_is_written_over_and_nothing_is_left_of_what_failed() {
        let home = Home::new();
        home.fill(&mut home.writer(), 1);
        let safe = tempfile::tempdir().expect("temporary directory");
        let to = safe.path().join("backup.sqlite");
        back_up(&home, &to);
        let before = std::fs::read(&to).expect("reads");
        assert!(matches!(
            Backup::begin(home.path(), &to),
            Err(Error::Create { .. })
        ));
        assert_eq!(std::fs::read(&to).expect("reads"), before);
        let backup = Backup::begin(home.path(), &safe.path().join("other")).expect("free");
        std::fs::write(safe.path().join("other"), "mine").expect("writes");
        backup.copy().expect("copies");
        backup.finish().expect_err("something is there now");
        assert_eq!(
            std::fs::read(safe.path().join("other")).expect("reads"),
            b"mine"
        );
        assert_eq!(safe.path().read_dir().expect("reads").count(), 2);
    }
}
