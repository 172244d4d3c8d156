//! Keeps the write-ahead log short, on a thread of its own, so that neither keys nor batches wait for it.

use std::path::PathBuf;
use std::thread::JoinHandle;

use rusqlite::{Connection, OpenFlags};

/// From here on the log is carried over, beside whatever the writer does meanwhile. Each time costs three flushes:
/// with 8 MiB, a fetch in batches of that size flushed the disk four times as often as it committed.
const SOON: i64 = 24 << 20;

/// From here on the log is carried over when the writer will have nothing to do for a while: what is shorter is as soon
/// carried over when the store is closed.
const IDLE: i64 = 1 << 20;

/// When the log is as long as this, the writer carries over what is left of it before its next job: only a log that is
/// carried over to its end is begun anew, and while mail pours in that moment never comes by itself.
const NOW: i64 = 64 << 20;

/// Carries the log over into the database.
///
/// PASSIVE: neither readers nor the writer are disturbed. An error is not told here: the log just goes on growing, and
/// a disk that fails is told by the next commit, which somebody waits for.
#[derive(Debug)]
pub(super) struct Carrier {
    database: PathBuf,
    under_way: Option<JoinHandle<()>>,
}

impl Carrier {
    pub(super) fn new(database: PathBuf) -> Self {
        Self {
            database,
            under_way: None,
        }
    }

    /// Carries the log over if it has grown long enough: begins to, or does it at once when it is far too long.
    pub(super) fn keep_short(&mut self, writer: &Connection) {
        let Ok(log) = measure(writer) else { return };
        if log.pending > 0 && log.length >= NOW {
            self.wait();
            carry(writer);
        } else if log.pending >= SOON && self.is_idle() {
            self.begin();
        }
    }

    /// Carries the log over beside what is waited for just now, be it a server's answer: closing is the shorter for it.
    pub(super) fn use_idle_time(&mut self, writer: &Connection) {
        if measure(writer).is_ok_and(|log| log.pending >= IDLE) && self.is_idle() {
            self.begin();
        }
    }

    /// Carries everything over and empties the log, before the store is closed.
    pub(super) fn finish(&mut self, writer: &Connection) {
        self.wait();
        let _ = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }

    fn is_idle(&self) -> bool {
        self.under_way.as_ref().is_none_or(JoinHandle::is_finished)
    }

    fn begin(&mut self) {
        let database = self.database.clone();
        let thread = std::thread::Builder::new().name("store-carrier".to_owned());
        // No thread to be had now: the log waits.
        self.under_way = thread
            .spawn(move || {
                if let Ok(connection) = connect(&database) {
                    carry(&connection);
                }
            })
            .ok();
    }

    /// Until nothing of the log is on its way.
    pub(super) fn wait(&mut self) {
        if let Some(thread) = self.under_way.take() {
            // It has nothing to tell.
            let _ = thread.join();
        }
    }
}

impl Drop for Carrier {
    /// Whoever opens the store next finds nobody at work in it.
    fn drop(&mut self) {
        self.wait();
    }
}

/// A connection that flushes as the writer's does.
fn connect(database: &PathBuf) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(connection)
}

fn carry(connection: &Connection) {
    let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
}

/// The log, in octets.
#[derive(Debug, PartialEq, Eq)]
struct Log {
    length: i64,
    /// Not in the database yet.
    pending: i64,
}

fn measure(connection: &Connection) -> rusqlite::Result<Log> {
    let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    connection.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| {
        let (in_log, carried): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(Log {
            length: in_log * page,
            pending: (in_log - carried) * page,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{IDLE, NOW, SOON, measure};
    use crate::store::Writer;
    use crate::store::testing::Home;

    fn write(writer: &mut Writer, octets: i64) {
        let big = "x".repeat(usize::try_from(octets).expect("small"));
        writer.remember("big", &big).expect("writes");
    }

    fn told(writer: &Writer) -> i64 {
        measure(&writer.connection).expect("told").pending
    }

    #[test]
    fn the_log_is_carried_over_when_long_and_left_alone_when_short() {
        let home = Home::new();
        let mut writer = home.writer();
        writer.finish();
        assert_eq!(told(&writer), 0);

        home.fill(&mut writer, 3);
        let short = told(&writer);
        assert!(short > 0);
        writer.keep_log_short();
        assert!(writer.carrier.under_way.is_none());
        assert_eq!(told(&writer), short);

        write(&mut writer, SOON);
        writer.keep_log_short();
        writer.carrier.wait();
        assert_eq!(told(&writer), 0);
    }

    #[test]
    fn idle_time_is_used_where_there_is_much_to_carry_over() {
        let home = Home::new();
        let mut writer = home.writer();
        writer.finish();
        home.fill(&mut writer, 3);
        writer.use_idle_time();
        assert!(writer.carrier.under_way.is_none());

        write(&mut writer, IDLE);
        writer.use_idle_time();
        assert!(writer.carrier.under_way.is_some());
        writer.carrier.wait();
        assert_eq!(told(&writer), 0);
    }

    #[test]
    fn mail_is_stored_while_the_log_is_carried_over() {
        let home = Home::new();
        let mut writer = home.writer();
        write(&mut writer, SOON);
        writer.keep_log_short();
        assert!(writer.carrier.under_way.is_some());
        home.fill(&mut writer, 3);
        assert_eq!(home.reader().total().expect("reads"), 3);
        writer.finish();
        assert_eq!(told(&writer), 0);
    }

    #[test]
    fn a_log_that_is_far_too_long_is_carried_over_at_once_and_begun_anew() {
        let home = Home::new();
        let mut writer = home.writer();
        write(&mut writer, NOW);
        writer.keep_log_short();
        assert!(writer.carrier.under_way.is_none());
        assert_eq!(told(&writer), 0);
        home.fill(&mut writer, 3);
        let log = measure(&writer.connection).expect("told");
        assert!(log.length < SOON, "{log:?}");
    }
}
