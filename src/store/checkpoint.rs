//! Keeps the write-ahead log short, at moments when nobody waits for the writer.

use rusqlite::Connection;

use super::lane::Pace;

/// With nothing else to do, the log is carried over from here on. Measured: with 16 MiB a key that comes
/// just then can wait 200 ms, with 4 MiB a fetch in batches of 2 MiB loses a third of its speed to syncs.
const WHEN_IDLE: i64 = 8 << 20;

/// While jobs wait, only from here on: what a minute of a quick fetch may leave in the log.
const ALWAYS: i64 = 64 << 20;

/// Carries the log over into the database if it has grown long enough.
///
/// PASSIVE: readers are not disturbed and do not disturb. An error is not told here: the log just goes on
/// growing, and a disk that fails is told by the next commit, which somebody waits for.
pub(super) fn keep_short(connection: &Connection, pace: Pace) {
    let limit = match pace {
        Pace::Idle => WHEN_IDLE,
        Pace::Busy => ALWAYS,
    };
    if pending(connection).is_ok_and(|octets| octets >= limit) {
        let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    }
}

/// Carries everything over and empties the log, before the store is closed.
pub(super) fn finish(connection: &Connection) {
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
}

/// Octets in the log that are not in the database yet.
fn pending(connection: &Connection) -> rusqlite::Result<i64> {
    let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    connection.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| {
        let (in_log, carried): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok((in_log - carried) * page)
    })
}

#[cfg(test)]
mod tests {
    use super::{ALWAYS, WHEN_IDLE, finish, keep_short, pending};
    use crate::store::lane::Pace;
    use crate::store::testing::Home;

    #[test]
    fn the_log_is_carried_over_when_long_and_left_alone_when_short() {
        let home = Home::new();
        let mut writer = home.writer();
        finish(&writer.connection);
        assert_eq!(pending(&writer.connection).expect("told"), 0);

        home.fill(&mut writer, 3);
        let short = pending(&writer.connection).expect("told");
        keep_short(&writer.connection, Pace::Idle);
        assert!(short > 0);
        assert_eq!(pending(&writer.connection).expect("told"), short);

        let big = "x".repeat(usize::try_from(WHEN_IDLE).expect("small"));
        writer.remember("big", &big).expect("writes");
        let long = pending(&writer.connection).expect("told");
        assert!(long > WHEN_IDLE && long < ALWAYS);
        keep_short(&writer.connection, Pace::Busy);
        assert_eq!(pending(&writer.connection).expect("told"), long);
        keep_short(&writer.connection, Pace::Idle);
        assert_eq!(pending(&writer.connection).expect("told"), 0);
    }
}
