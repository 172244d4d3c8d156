//! Threads that own a connection and do jobs one after the other, so that nobody else waits for a disk.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Something to be done with the lane's state. Answers by itself, and catches its own panics.
pub(super) type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Which jobs go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// Somebody looks at the screen.
    Foreground,
    /// A batch: after all jobs of the foreground.
    Background,
}

/// Some threads that share one queue, each with a state of its own.
pub(super) struct Lane<S> {
    queue: Arc<Queue<S>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What a thread does besides jobs.
pub(super) struct Upkeep<S> {
    /// After each job.
    pub(super) between: fn(&mut S),
    /// When no job has come for a while: a piece of work that can wait. It is told whether a job has come meanwhile, and
    /// tells whether there is more to do.
    pub(super) idle: fn(&mut S, &dyn Fn() -> bool) -> bool,
    /// After the last one.
    pub(super) last: fn(&mut S),
}

impl<S: Send + 'static> Lane<S> {
    /// Starts one thread for each state.
    pub(super) fn start(
        name: &str,
        states: Vec<S>,
        upkeep: &'static Upkeep<S>,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let lane = Self {
            queue,
            threads: Mutex::default(),
        };
        for mut state in states {
            let queue = Arc::clone(&lane.queue);
            let thread = std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || work(&queue, &mut state, upkeep))?;
            locked(&lane.threads).push(thread);
        }
        Ok(lane)
    }

    /// Queues a job; `false` if the lane was stopped (the job is dropped then).
    pub(super) fn send(&self, rank: Rank, job: Job<S>) -> bool {
        let mut waiting = locked(&self.queue.waiting);
        if waiting.closed {
            return false;
        }
        match rank {
            Rank::Foreground => waiting.foreground.push_back(job),
            Rank::Background => waiting.background.push_back(job),
        }
        self.queue.changed.notify_one();
        true
    }
}

impl<S> Lane<S> {
    /// Lets the queued jobs finish, then ends the threads and waits for them.
    pub(super) fn stop(&self) {
        locked(&self.queue.waiting).closed = true;
        self.queue.changed.notify_all();
        let threads = std::mem::take(&mut *locked(&self.threads));
        for thread in threads {
            // The last handle can be dropped by a job: a thread cannot wait for itself.
            if thread.thread().id() != std::thread::current().id() {
                // Jobs catch their panics; should one get through all the same, there is nobody to tell.
                let _ = thread.join();
            }
        }
    }
}

impl<S> Drop for Lane<S> {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Queue<S> {
    waiting: Mutex<Waiting<S>>,
    changed: Condvar,
}

struct Waiting<S> {
    foreground: VecDeque<Job<S>>,
    background: VecDeque<Job<S>>,
    closed: bool,
}

impl<S> Default for Queue<S> {
    fn default() -> Self {
        Self {
            waiting: Mutex::new(Waiting {
                foreground: VecDeque::new(),
                background: VecDeque::new(),
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }
}

/// How long no job comes before idle work begins: batches of a fetch follow one another sooner.
const REST: Duration = Duration::from_millis(200);

/// What a thread does next.
enum Next<S> {
    Job(Job<S>),
    /// Nobody wants anything.
    Idle,
    /// The lane is stopped, and all is done.
    End,
}

impl<S> Queue<S> {
    /// The next job; or, after this time without one, nothing to do.
    fn next(&self, rest: Option<Duration>) -> Next<S> {
        let mut waiting = locked(&self.waiting);
        let mut rested = rest.is_some_and(|rest| rest.is_zero());
        loop {
            let job = waiting.foreground.pop_front();
            if let Some(job) = job.or_else(|| waiting.background.pop_front()) {
                return Next::Job(job);
            }
            if waiting.closed {
                return Next::End;
            }
            if rested {
                return Next::Idle;
            }
            waiting = match rest {
                Some(rest) => {
                    let woken = self.changed.wait_timeout(waiting, rest);
                    let (waiting, timeout) = woken.unwrap_or_else(PoisonError::into_inner);
                    rested = timeout.timed_out();
                    waiting
                }
                None => self
                    .changed
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Whether idle work must end.
    fn is_wanted(&self) -> bool {
        let waiting = locked(&self.waiting);
        waiting.closed || !waiting.foreground.is_empty() || !waiting.background.is_empty()
    }
}

fn work<S>(queue: &Queue<S>, state: &mut S, upkeep: &Upkeep<S>) {
    // Work may be left from the last time.
    let mut rest = Some(REST);
    loop {
        match queue.next(rest) {
            Next::Job(job) => {
                // The job's own catch answers its caller; this one keeps the lane alive if even that fails.
                let _ = catch_unwind(AssertUnwindSafe(|| job(state)));
                (upkeep.between)(state);
                rest = Some(REST);
            }
            Next::Idle => {
                let wanted = || queue.is_wanted();
                let more = catch_unwind(AssertUnwindSafe(|| (upkeep.idle)(state, &wanted)));
                // What failed is tried again after the next job.
                rest = more.unwrap_or(false).then_some(Duration::ZERO);
            }
            Next::End => break,
        }
    }
    (upkeep.last)(state);
}

/// No code that can panic runs under these locks: a poisoned one holds sound data.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Lane, Rank, Upkeep};
    use std::sync::mpsc::{Sender, channel};

    static NOTHING: Upkeep<Sender<&'static str>> = Upkeep {
        between: |_| {},
        idle: |_, _| false,
        last: |log| {
            let _ = log.send("last");
        },
    };

    #[test]
    fn the_foreground_goes_first_and_stopping_finishes_what_waits() {
        let (log, seen) = channel();
        let (start, started) = channel::<()>();
        let lane = Lane::start("test", vec![log], &NOTHING).expect("starts");
        let say = |word: &'static str| -> super::Job<Sender<&'static str>> {
            Box::new(move |log| log.send(word).expect("is read"))
        };
        lane.send(
            Rank::Foreground,
            Box::new(move |_| started.recv().expect("comes")),
        );
        lane.send(Rank::Background, say("batch"));
        lane.send(Rank::Background, say("next batch"));
        lane.send(Rank::Foreground, say("key"));
        start.send(()).expect("waits");
        lane.stop();
        assert_eq!(
            seen.try_iter().collect::<Vec<_>>(),
            ["key", "batch", "next batch", "last"]
        );
        assert!(!lane.send(Rank::Foreground, say("late")));
    }

    #[test]
    fn a_panicking_job_does_not_end_the_lane() {
        let (log, seen) = channel();
        let lane = Lane::start("test", vec![log], &NOTHING).expect("starts");
        lane.send(
            Rank::Foreground,
            Box::new(|_| std::panic::panic_any("on purpose")),
        );
        lane.send(
            Rank::Foreground,
            Box::new(|log| log.send("alive").expect("is read")),
        );
        lane.stop();
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), ["alive", "last"]);
    }

    /// Does three pieces of work when nothing else is to be done, and says of each whether it was wanted elsewhere.
    static IDLE: Upkeep<(Sender<&'static str>, usize)> = Upkeep {
        between: |_| {},
        idle: |(log, pieces), wanted| {
            let _ = log.send(if wanted() { "hurried" } else { "piece" });
            *pieces += 1;
            assert_ne!(*pieces, 3, "on purpose");
            true
        },
        last: |_| {},
    };

    #[test]
    fn idle_work_is_done_piece_by_piece_and_begun_again_after_a_job_when_it_failed() {
        let (log, seen) = channel();
        let lane = Lane::start("test", vec![(log, 0)], &IDLE).expect("starts");
        let mut told = seen.iter();
        assert_eq!(told.next(), Some("piece"));
        assert_eq!(told.next(), Some("piece"));
        // The third one panics: nothing more until there was a job.
        assert_eq!(told.next(), Some("piece"));
        lane.send(
            Rank::Background,
            Box::new(|(log, _)| log.send("job").expect("is read")),
        );
        assert_eq!(told.next(), Some("job"));
        assert_eq!(told.next(), Some("piece"));
        lane.stop();
    }
}
