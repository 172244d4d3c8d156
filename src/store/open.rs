//! Opens connections: one that writes, some that only read, all with the settings that keep mail safe.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::checkpoint::Carrier;
use super::index::Run;
use super::migrate;
use super::wanted::Wanted;
use super::{Error, Result};

/// What is read. Lives on a reader thread; a job sees one moment of the store, whatever is written meanwhile.
#[derive(Debug)]
pub struct Reader {
    pub(super) connection: Connection,
}

/// What is written. Lives on the one writer thread; each method is one durable transaction.
#[derive(Debug)]
pub struct Writer {
    pub(super) connection: Connection,
    pub(super) carrier: Carrier,
    pub(super) run: Run,
}

/// How long to wait for another program (a backup, a `sqlite3` shell) before giving up.
const BUSY: Duration = Duration::from_secs(10);

/// Kept for the life of the file. A mail of median size (12 KB) then takes two or three pages
/// instead of four, and a small change still writes little to the log.
const PAGE_SIZE: u32 = 8192;

impl Writer {
    /// Opens the database for writing, as version [`migrate::LATEST`]. The file must exist, if only empty.
    pub(super) fn open(file: &Path) -> Result<Self> {
        check_header(file)?;
        let connection = Connection::open_with_flags(
            file,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(BUSY)?;
        // Until the version is known, not one octet may change, not even by a checkpoint on closing.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        migrate::check(&connection, file)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;

        connection.pragma_update(None, "page_size", PAGE_SIZE)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        // FULL, not NORMAL: with NORMAL a power cut takes back what was committed (and deleted on the server).
        connection.pragma_update(None, "synchronous", "full")?;
        // macOS: fsync alone leaves the octets in the drive's cache.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // `checkpoint.rs` decides when: never in the middle of somebody's commit.
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
        // Holds what a batch changes, nearly: what does not fit is in the log before the commit, which costs nothing.
        connection.pragma_update(None, "cache_size", -8_192)?;
        settle(&connection)?;
        migrate::run(&connection, file)?;
        let carrier = Carrier::new(file.to_owned());
        Ok(Self {
            connection,
            carrier,
            run: Run::default(),
        })
    }

    /// After each job.
    pub(super) fn keep_log_short(&mut self) {
        self.carrier.keep_short(&self.connection);
    }

    /// When nothing is asked of it for a while.
    pub(super) fn use_idle_time(&mut self) {
        self.carrier.use_idle_time(&self.connection);
    }

    /// When nobody has wanted anything for a while: words are indexed. An error is not told here: the mails wait on, and a
    /// disk that fails is told by the next commit, which somebody waits for.
    pub(super) fn use_quiet(&mut self, wanted: &dyn Fn() -> bool) -> bool {
        let more = self.index_batch(wanted).unwrap_or(false);
        self.keep_log_short();
        more
    }

    /// Before the store is closed.
    pub(super) fn finish(&mut self) {
        self.carrier.finish(&self.connection);
    }

    /// Begins a transaction that writes. Dropped without commit, it leaves no trace.
    pub(super) fn begin(&mut self) -> rusqlite::Result<Transaction<'_>> {
        self.connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
    }
}

impl Reader {
    /// Opens the database for reading. It must be of version [`migrate::LATEST`].
    pub(super) fn open(file: &Path) -> Result<Self> {
        check_header(file)?;
        let connection = Connection::open_with_flags(
            file,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(BUSY)?;
        match migrate::check(&connection, file)? {
            0 => {
                let dir = file.parent().unwrap_or(file).into();
                return Err(Error::Absent { dir });
            }
            migrate::LATEST => {}
            _ => return Err(Error::Older { file: file.into() }),
        }
        connection.pragma_update(None, "cache_size", -8_192)?;
        settle(&connection)?;
        Ok(Self { connection })
    }

    /// Does a job on one moment of the store, if and as long as it is wanted.
    pub(super) fn at_one_moment<T>(
        &self,
        wanted: &Wanted,
        job: impl FnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        let _snapshot = self.connection.unchecked_transaction()?;
        // It is under way while the job is: between two statements of the job, an interruption would be forgotten.
        let mut under_way = self
            .connection
            .prepare_cached("SELECT 1 UNION ALL SELECT 2")?;
        let mut rows = under_way.query([])?;
        rows.next()?;
        let Some(_at_work) = wanted.begin(&self.connection) else {
            return Err(Error::Closed);
        };
        job(self)
    }
}

/// What every connection needs: damage is noticed rather than followed, and nothing is mapped into
/// memory, where a failing disk would kill the process.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    // A plan once made is kept: else some statements are compiled anew for each mail, as their values might call for
    // another plan.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Looks at the first octets without SQLite, which would make files of its own beside a file that
/// is not ours to touch.
fn check_header(file: &Path) -> Result<()> {
    let told = |error: std::io::Error| Error::disk(file, &error);
    let mut header = Vec::new();
    File::open(file)
        .and_then(|open| open.take(100).read_to_end(&mut header))
        .map_err(told)?;
    migrate::check_header(&header, file)
}
