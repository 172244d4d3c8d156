//! The handle by which other floors reach the store: jobs go in, answers come out, nobody waits for a disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::directory;
use super::lane::{Job, Lane, Rank, Upkeep};
use super::lock::{self, Lock};
use super::wanted::{Waits, Wanted};
use super::{Error, Reader, Result, Writer};

/// A page is read while a search runs.
const READERS: usize = 2;

static READING: Upkeep<Reader> = Upkeep {
    between: |_| {},
    idle: |_, _| false,
    last: |_| {},
};

static WRITING: Upkeep<Writer> = Upkeep {
    between: Writer::keep_log_short,
    idle: Writer::use_quiet,
    last: Writer::finish,
};

/// A handle to the store; cheap to clone. The last one dropped (or `close`) joins the threads.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

/// Dropped in this order: readers let go of the log, the writer empties it, then another poptui may write.
struct Shared {
    readers: Lane<Reader>,
    writing: Writing,
    database: PathBuf,
}

enum Writing {
    Here {
        lane: Lane<Writer>,
        lock: Mutex<Option<Lock>>,
    },
    Elsewhere {
        pid: Option<u32>,
    },
}

impl Store {
    /// Opens for reading and writing; makes the directory (0700) and the file (0600) if need be; takes the lock.
    pub fn open(dir: &Path) -> Result<Self> {
        directory::prepare(dir)?;
        let lock = Lock::take(dir)?;
        let database = directory::database(dir);
        let writer = Writer::open(&database).map_err(|error| error.at(&database))?;
        let readers = readers(&database)?;
        let told = |error: std::io::Error| Error::disk(dir, &error);
        Ok(Self(Arc::new(Shared {
            readers: Lane::start("store-reader", readers, &READING).map_err(told)?,
            writing: Writing::Here {
                lane: Lane::start("store-writer", vec![writer], &WRITING).map_err(told)?,
                lock: Mutex::new(Some(lock)),
            },
            database,
        })))
    }

    /// Whether there is a store in the directory.
    pub fn exists(dir: &Path) -> bool {
        directory::database(dir).exists()
    }

    /// Opens an existing store for reading beside a running poptui, whose changes are seen as they come. One of an
    /// older version is brought up to date first, unless it is open elsewhere.
    pub fn open_read_only(dir: &Path) -> Result<Self> {
        let database = directory::database(dir);
        if !database.exists() {
            return Err(Error::Absent { dir: dir.into() });
        }
        let readers = match readers(&database) {
            Err(Error::Older { .. }) => {
                Self::open(dir)?.close();
                readers(&database)?
            }
            readers => readers?,
        };
        let told = |error: std::io::Error| Error::disk(dir, &error);
        Ok(Self(Arc::new(Shared {
            readers: Lane::start("store-reader", readers, &READING).map_err(told)?,
            writing: Writing::Elsewhere {
                pid: lock::holder(dir),
            },
            database,
        })))
    }

    /// Runs on a reader thread, on one moment of the store.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Reader) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.begin_read(job).await
    }

    /// [`Store::read`], begun at once: the answer is waited for when it is needed. Dropped, it is interrupted: whoever
    /// asked has gone on.
    pub fn begin_read<T: Send + 'static, J>(
        &self,
        job: J,
    ) -> impl Future<Output = Result<T>> + Send + use<T, J>
    where
        J: FnOnce(&Reader) -> Result<T> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let wanted = Wanted::default();
        let waits = Waits(wanted.clone());
        let sent = self.send_reader(Box::new(move |reader| {
            let _ = sender.send(guarded(|| reader.at_one_moment(&wanted, job)));
        }));
        let database = self.0.database.clone();
        async move {
            sent?;
            let answer = answer.await.unwrap_or(Err(Error::Closed));
            drop(waits);
            answer.map_err(|error| error.at(&database))
        }
    }

    /// Runs on the writer thread, after all writes asked for before by this function. Done even if
    /// the answer is no longer waited for.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write_ranked(Rank::Foreground, job).await
    }

    /// [`Store::write`] for batches: whatever `write` asks for goes first, so that a key never waits
    /// for more than the one batch that is under way.
    pub async fn write_batch<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write_ranked(Rank::Background, job).await
    }

    /// Says that nothing is asked of the writer for a while, as when a server is waited for: what would be done on
    /// closing is begun. Nobody waits for it.
    pub fn use_idle_time(&self) {
        // A store that is closed has done it.
        let _ = self.send_writer(Rank::Background, Box::new(Writer::use_idle_time));
    }

    /// [`Store::read`] for callers without a runtime.
    pub fn read_now<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Reader) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (sender, answer) = std::sync::mpsc::sync_channel(1);
        self.send_reader(Box::new(move |reader| {
            let _ = sender.send(guarded(|| reader.at_one_moment(&Wanted::default(), job)));
        }))?;
        self.located(answer.recv().unwrap_or(Err(Error::Closed)))
    }

    /// [`Store::write`] for callers without a runtime.
    pub fn write_now<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Writer) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (sender, answer) = std::sync::mpsc::sync_channel(1);
        let job = Box::new(move |writer: &mut Writer| {
            let _ = sender.send(guarded(|| job(writer)));
        });
        self.send_writer(Rank::Foreground, job)?;
        self.located(answer.recv().unwrap_or(Err(Error::Closed)))
    }

    /// The process that had the store open for writing when this handle was opened for reading; `None`
    /// if there was none, or if this handle writes itself.
    pub fn read_only(&self) -> Option<u32> {
        match self.0.writing {
            Writing::Here { .. } => None,
            Writing::Elsewhere { pid } => pid,
        }
    }

    /// Finishes all writes, checkpoints, releases the lock, joins the threads. Other clones of the
    /// handle answer [`Error::Closed`] from then on.
    pub fn close(self) {
        self.0.readers.stop();
        if let Writing::Here { lane, lock } = &self.0.writing {
            lane.stop();
            lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }

    async fn write_ranked<T: Send + 'static>(
        &self,
        rank: Rank,
        job: impl FnOnce(&mut Writer) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (sender, answer) = oneshot::channel();
        let job = Box::new(move |writer: &mut Writer| {
            let _ = sender.send(guarded(|| job(writer)));
        });
        self.send_writer(rank, job)?;
        self.located(answer.await.unwrap_or(Err(Error::Closed)))
    }

    fn send_reader(&self, job: Job<Reader>) -> Result<()> {
        let sent = self.0.readers.send(Rank::Foreground, job);
        sent.then_some(()).ok_or(Error::Closed)
    }

    fn send_writer(&self, rank: Rank, job: Job<Writer>) -> Result<()> {
        match &self.0.writing {
            Writing::Here { lane, .. } => lane.send(rank, job).then_some(()).ok_or(Error::Closed),
            Writing::Elsewhere { pid } => Err(Error::ReadOnly {
                pid: pid.unwrap_or_default(),
            }),
        }
    }

    fn located<T>(&self, answer: Result<T>) -> Result<T> {
        answer.map_err(|error| error.at(&self.0.database))
    }
}

fn readers(database: &Path) -> Result<Vec<Reader>> {
    (0..READERS)
        .map(|_| Reader::open(database).map_err(|error| error.at(database)))
        .collect()
}

/// A panic is this job's error. Sound to go on after it: transactions roll back when they are dropped,
/// and nothing else outlives a job.
fn guarded<T>(job: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or(Err(Error::Panicked))
}
