//! Runs foreign parsers so that their panics, stacks and hours are not ours.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Stack for code that recurses over foreign nesting.
const STACK: usize = 64 << 20;
/// Threads that ran out of time, which cannot be stopped: with this many at work nothing new is tried.
const MAX_STRAYS: isize = 2;

/// Signed, as a stray can end before it is counted.
static STRAYS: AtomicIsize = AtomicIsize::new(0);

/// Why guarded work gave no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// It panicked.
    Panicked,
    /// It did not end in time; its thread is left to itself.
    TooSlow,
    /// Too many such threads are still at work, or none could be started.
    Busy,
}

/// Runs the work here; a panic in it gives `None`.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Option<T> {
    // What the work touched is dropped with it, so no broken state can be seen.
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Runs the work on a thread with a large stack and waits for at most `budget`.
pub(super) fn within<T: Send + 'static>(
    budget: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Stopped> {
    if STRAYS.load(Ordering::SeqCst) >= MAX_STRAYS {
        return Err(Stopped::Busy);
    }
    let (done, result) = mpsc::sync_channel(1);
    let over = Arc::new(AtomicBool::new(false));
    let seen_by_worker = Arc::clone(&over);
    thread::Builder::new()
        .name("mail-guard".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            let outcome = catch(work).ok_or(Stopped::Panicked);
            // Nobody listens any more once the budget is spent.
            let _ = done.send(outcome);
            if seen_by_worker.swap(true, Ordering::SeqCst) {
                STRAYS.fetch_sub(1, Ordering::SeqCst);
            }
        })
        .map_err(|_| Stopped::Busy)?;
    if let Ok(outcome) = result.recv_timeout(budget) {
        return outcome;
    }
    // Whoever comes second, here or on the thread, knows that the other side is gone.
    if !over.swap(true, Ordering::SeqCst) {
        STRAYS.fetch_add(1, Ordering::SeqCst);
    }
    result.try_recv().unwrap_or(Err(Stopped::TooSlow))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer() {
        assert_eq!(catch(|| -> u8 { panic!("expected by the test") }), None);
        assert_eq!(
            within(Duration::from_mins(1), || -> u8 {
                panic!("expected by the test")
            }),
            Err(Stopped::Panicked)
        );
    }

    #[test]
    fn endless_work_is_left_behind() {
        let (_hold, release) = mpsc::channel::<()>();
        let slow = within(Duration::from_millis(1), move || release.recv());
        assert_eq!(slow, Err(Stopped::TooSlow));
        assert_eq!(within(Duration::from_mins(1), || 7), Ok(7));
    }

    #[test]
    fn deep_recursion_has_room() {
        fn deep(n: u32) -> u32 {
            let room = std::hint::black_box([n; 64]);
            if n == 0 {
                room[0]
            } else {
                deep(n - 1) + room[1] - n + 1
            }
        }
        assert_eq!(within(Duration::from_mins(1), || deep(50_000)), Ok(50_000));
    }
}
