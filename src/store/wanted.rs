//! Ends the reading of what nobody waits for any more: a search, when the next letter is typed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, InterruptHandle};

/// Whether an answer is still waited for, and who is at work on it.
#[derive(Clone, Default)]
pub(super) struct Wanted(Arc<Mutex<State>>);

#[derive(Default)]
enum State {
    #[default]
    NotBegun,
    AtWork(InterruptHandle),
    Over,
}

impl Wanted {
    /// Begins the work, which may be interrupted until what is given back is dropped; `None` if nobody waits for it. A
    /// statement must be under way on the connection meanwhile: without one, SQLite forgets an interruption.
    pub(super) fn begin(&self, connection: &Connection) -> Option<AtWork<'_>> {
        let mut state = self.locked();
        if matches!(*state, State::Over) {
            return None;
        }
        *state = State::AtWork(connection.get_interrupt_handle());
        Some(AtWork(self))
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work that may be interrupted. Dropped, also by a panic, before the connection is used for anything else.
pub(super) struct AtWork<'w>(&'w Wanted);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        *self.0.locked() = State::Over;
    }
}

/// Held by whoever waits for the answer: dropped, it ends the work.
pub(super) struct Waits(pub(super) Wanted);

impl Drop for Waits {
    fn drop(&mut self) {
        let mut state = self.0.locked();
        if let State::AtWork(handle) = &*state {
            handle.interrupt();
        }
        *state = State::Over;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use crate::store::testing::Home;
    use crate::store::{Reader, Store};

    /// Counts for minutes.
    const LONG: &str =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000000)
                        SELECT count(*) FROM n";

    #[test]
    fn what_nobody_waits_for_ends_and_the_reader_goes_on() {
        let home = Home::new();
        let store = Store::open(home.path()).expect("opens");
        // As many as there are readers, and more.
        for _ in 0..3 {
            let (begun, has_begun) = channel();
            let (told, answer) = channel();
            let reading = store.begin_read(move |reader| {
                begun.send(()).expect("is waited for");
                let count = reader
                    .connection
                    .query_row(LONG, [], |row| row.get::<_, i64>(0));
                told.send(count.is_err()).expect("is waited for");
                Ok(())
            });
            has_begun.recv().expect("begins");
            drop(reading);
            assert!(answer.recv().expect("ends"), "it was interrupted");
            assert_eq!(store.read_now(Reader::total).expect("reads"), 0);
        }
    }

    #[test]
    fn what_is_waited_for_is_not_interrupted_by_what_came_before() {
        let home = Home::new();
        let store = Store::open(home.path()).expect("opens");
        for _ in 0..20 {
            drop(store.begin_read(Reader::total));
            assert_eq!(store.read_now(Reader::total).expect("reads"), 0);
        }
    }
}
