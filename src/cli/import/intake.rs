//! Collects mails into batches and hands them to the store, which writes one while the next one is read.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ring::digest::{SHA256, digest};

use crate::mail::mbox::Marks;
use crate::mail::{Completeness, Envelope, words};
use crate::store::{Contents, Error, FromFile, NewMail, Shelf, Store};

use crate::cli::failure::Failure;
use crate::cli::fetch;
use crate::cli::out::note;
use crate::cli::progress::Bar;

/// A batch is one transaction: so many octets of mail, or so many mails. Two are in memory at once.
const OCTETS: usize = 8 << 20;
const MAILS: usize = 1_000;
/// Often enough to look alive.
const REDRAW: Duration = Duration::from_millis(100);
/// A mail's date is believed up to this long after it came.
const AHEAD: i64 = 24 * 60 * 60;

/// What became of the mails of one path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Mails that are here now and were not before.
    pub(super) imported: u64,
    /// Mails that were here already, or came twice.
    pub(super) duplicates: u64,
    /// Mails and files that could not be taken, each of which was said.
    pub(super) failed: u64,
}

/// What the writing thread is asked to do.
enum Job {
    Write(Vec<FromFile>),
    /// Answer when all before is on the disk.
    Settle(SyncSender<()>),
}

/// Takes mails.
pub(super) struct Intake {
    contents: Contents,
    batch: Vec<FromFile>,
    octets: usize,
    tally: Tally,
    now: i64,
    jobs: SyncSender<Job>,
    writing: JoinHandle<Result<(), Error>>,
    bar: Bar,
    drawn: Option<Instant>,
}

impl Intake {
    /// Looks at what is here already, and starts the writing thread.
    pub(super) fn start(store: &Store) -> Result<Self, Failure> {
        let contents = store.read_now(crate::store::Reader::contents)?;
        let (jobs, received) = sync_channel(0);
        let runtime = fetch::runtime()?;
        let store = store.clone();
        let thread = std::thread::Builder::new().name("import-writer".to_owned());
        let writing = thread
            .spawn(move || write(&runtime, &store, &received))
            .map_err(Failure::Start)?;
        Ok(Self {
            contents,
            batch: Vec::new(),
            octets: 0,
            tally: Tally::default(),
            now: Timestamp::now().as_second(),
            jobs,
            writing,
            bar: Bar::new(),
            drawn: None,
        })
    }

    /// Takes a mail. `delivered`: when it came, as far as its mailbox says, in seconds since 1970.
    pub(super) fn take(
        &mut self,
        octets: Vec<u8>,
        to: &Shelf,
        marks: Marks,
        delivered: Option<i64>,
    ) -> Result<(), Failure> {
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest(&SHA256, &octets).as_ref());
        if !self.contents.add(&sha256) {
            self.tally.duplicates += 1;
            return Ok(());
        }
        let envelope = Envelope::read(&octets);
        self.octets += octets.len();
        self.batch.push(FromFile {
            shelf: if marks.deleted {
                Shelf::Trash
            } else {
                to.clone()
            },
            marks,
            mail: NewMail {
                uid: None,
                listed_size: None,
                sha256,
                arrived: arrived(delivered, envelope.date, self.now),
                octets,
                envelope,
                completeness: Completeness::Whole,
            },
        });
        self.tally.imported += 1;
        if self.octets >= OCTETS || self.batch.len() >= MAILS {
            self.flush()?;
        }
        Ok(())
    }

    /// Says what could not be taken.
    pub(super) fn fail(&mut self, sentence: &str) {
        self.tally.failed += 1;
        self.remark(sentence);
    }

    /// Says what is worth knowing.
    pub(super) fn remark(&mut self, sentence: &str) {
        self.bar.erase();
        note(sentence);
    }

    /// Shows how far the reading of a file is, or of files nobody has counted.
    pub(super) fn draw(&mut self, file: Option<(u64, u64)>) {
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < REDRAW) {
            return;
        }
        self.drawn = Some(Instant::now());
        let all = self.tally.imported + self.tally.duplicates;
        let mails = format!("{} mails", words::grouped(all));
        self.bar.show(&match file {
            Some((done, whole)) => format!(
                "{} {mails}, {} of {}",
                Bar::cells(done, whole),
                words::octets(done),
                words::octets(whole)
            ),
            None => format!("poptui: {mails}"),
        });
    }

    /// Waits until all that was taken is on the disk, and begins to count anew.
    pub(super) fn settle(&mut self) -> Result<Tally, Failure> {
        self.flush()?;
        let (done, settled) = sync_channel(1);
        self.send(Job::Settle(done))?;
        settled.recv().map_err(|_gone| stopped())?;
        self.bar.erase();
        Ok(std::mem::take(&mut self.tally))
    }

    /// Ends the writing thread, and tells why if it ended before.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.bar.erase();
        drop(self.jobs);
        let written = self.writing.join().unwrap_or(Err(Error::Panicked));
        Ok(written?)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.octets = 0;
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        self.send(Job::Write(batch))
    }

    fn send(&self, job: Job) -> Result<(), Failure> {
        self.jobs.send(job).map_err(|_gone| stopped())
    }
}

/// [`Intake::finish`] tells why.
fn stopped() -> Failure {
    Failure::Store(Error::Closed)
}

/// Writes batch by batch until there are no more or one fails: those before it stay.
fn write(
    runtime: &tokio::runtime::Runtime,
    store: &Store,
    jobs: &Receiver<Job>,
) -> Result<(), Error> {
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Write(batch) => {
                runtime.block_on(store.write_batch(move |writer| writer.import(&batch)))?;
            }
            // Whoever asked may be gone.
            Job::Settle(done) => drop(done.send(())),
        }
    }
    Ok(())
}

/// When a mail came: what its mailbox says, unless that is after now, or long before the mail was written (mailboxes
/// are full of 1 January 1970). A mail from the future was written at no time.
fn arrived(delivered: Option<i64>, date: Option<i64>, now: i64) -> i64 {
    let date = date.filter(|date| *date <= now + AHEAD);
    let is_believed = |&at: &i64| at > 0 && at <= now && date.is_none_or(|date| date <= at + AHEAD);
    delivered.filter(is_believed).unwrap_or(now)
}

/// What the system said of a file, in a sentence.
pub(super) fn cannot_read(path: &std::path::Path, error: &io::Error) -> String {
    format!("{} cannot be read: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::arrived;

    #[test]
    fn the_time_of_delivery_is_believed_between_the_mails_own_date_and_now() {
        let (date, now) = (1_600_000_000, 1_700_000_000);
        assert_eq!(arrived(Some(date + 5), Some(date), now), date + 5);
        assert_eq!(arrived(Some(date - 3_600), Some(date), now), date - 3_600);
        assert_eq!(arrived(Some(date + 5), None, now), date + 5);
        for wrong in [
            None,
            Some(0),
            Some(946_684_800),
            Some(now + 1),
            Some(i64::MIN),
        ] {
            assert_eq!(arrived(wrong, Some(date), now), now, "{wrong:?}");
        }
        assert_eq!(arrived(Some(5), Some(i64::MAX), now), 5);
    }
}
