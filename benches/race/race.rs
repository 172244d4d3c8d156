//! The race itself: who runs what, in turn, and what is made of their times.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::clients::{Client, Errand, finds};
use crate::measure::{Run, median, run};
use crate::proxy::{Hide, Proxy};
use crate::raw::Task;
use crate::rows::{Line, Row, Tls, Work};
use crate::surroundings::STRACE;
use crate::table::{Figure, Figures, Kind};
use crate::world::{Maildrop, Place, World, copy};

/// Some clients say the same for each mail.
const LONGEST: usize = 600;

/// Everybody who can run, and where.
pub(crate) struct Race {
    world: World,
    clients: Vec<Client>,
    runs: usize,
    whole: bool,
    /// Where clients have fetched all 50,000 mails, and what that cost.
    filled: BTreeMap<Client, (PathBuf, Run)>,
    troubles: Vec<String>,
}

/// One errand of one client.
struct Start<'a> {
    client: Client,
    maildrop: Maildrop,
    task: Task,
    port: u16,
    tls: Tls,
    home: &'a Path,
}

impl Race {
    pub(crate) fn new(world: World, runs: usize, whole: bool) -> Self {
        let all = Client::ALL.into_iter();
        Self {
            world,
            clients: all.filter(|client| client.is_here()).collect(),
            runs,
            whole,
            filled: BTreeMap::new(),
            troubles: Vec::new(),
        }
    }

    /// What went wrong with others than poptui, a sentence each.
    pub(crate) fn troubles(&self) -> &[String] {
        &self.troubles
    }

    /// Runs one line of the table.
    pub(crate) fn row(&mut self, row: &Row) -> io::Result<Figures> {
        match row.work {
            Work::Fetch { maildrop, line } => self.fetch(maildrop, line),
            Work::Processor => self.processor(),
            Work::Flushes => self.flushes(),
            Work::Poll { line } => self.poll(line),
            Work::Delete { line } => self.delete(line),
            Work::Peak { maildrop } => self.peak(maildrop),
        }
    }

    fn fetch(&mut self, maildrop: Maildrop, line: Line) -> io::Result<Figures> {
        let way = self.way(line)?;
        let task = match line.hide {
            Hide::Pipelining => Task::LockStep,
            Hide::Nothing => Task::Fetch,
        };
        // Where latency counts, the others' files cost them nothing; on the disk, all write to the same one.
        let others = if maildrop == Maildrop::TenThousand {
            Place::Disk
        } else {
            Place::Memory
        };
        let mut times: BTreeMap<Client, Vec<f64>> = BTreeMap::new();
        for round in 0..self.runs {
            for client in self.clients.clone() {
                if client.is_lock_step() && round > 0 {
                    continue;
                }
                let (mails, factor) = self.share(client, maildrop);
                let place = if client == Client::Poptui {
                    Place::Disk
                } else {
                    others
                };
                let home = self.world.home(client.name(), place)?;
                let start = Start {
                    client,
                    maildrop: mails,
                    task: if client == Client::Raw {
                        task
                    } else {
                        Task::Fetch
                    },
                    port: way.port(),
                    tls: line.tls,
                    home: &home,
                };
                if let Some(run) = self.start(&start)? {
                    way.tell_turns(client);
                    let seconds = run.seconds * factor;
                    times.entry(client).or_default().push(seconds);
                }
            }
        }
        let whole = self.whole || sample(maildrop).is_none();
        Ok(figures(times, whole))
    }

    fn processor(&mut self) -> io::Result<Figures> {
        let mut times: BTreeMap<Client, Vec<f64>> = BTreeMap::new();
        for round in 0..self.runs {
            for client in self.clients.clone() {
                if client.is_lock_step() && round > 0 {
                    continue;
                }
                let (mails, factor) = self.share(client, Maildrop::Thousand);
                if let Some(run) = self.first_fetch(client, mails, self.world.dovecot.port)? {
                    let seconds = run.processor_seconds * factor;
                    times.entry(client).or_default().push(seconds);
                }
            }
        }
        Ok(figures(times, self.whole))
    }

    fn peak(&mut self, maildrop: Maildrop) -> io::Result<Figures> {
        let mut peaks = BTreeMap::new();
        for client in self.clients.clone() {
            let takes_a_quarter_of_an_hour =
                maildrop == Maildrop::FiftyThousand && client == Client::Getmail;
            // What is measured of it is `script`, which gives it a terminal.
            if client == Client::Neomutt || takes_a_quarter_of_an_hour {
                continue;
            }
            let run = match maildrop {
                Maildrop::FiftyThousand => self.fill(client)?.map(|(_, run)| run),
                _ => self.first_fetch(client, maildrop, self.world.dovecot.port)?,
            };
            if let Some(run) = run {
                peaks.insert(client, vec![run.peak_mib]);
            }
        }
        Ok(figures(peaks, true))
    }

    /// Those who write to the disk while they fetch, each under `strace`.
    fn flushes(&mut self) -> io::Result<Figures> {
        let mut counts = BTreeMap::new();
        if !finds(STRACE) {
            self.troubles
                .push("flushes are not counted, as strace is missing".to_owned());
            return Ok(Figures::new());
        }
        for client in [Client::Poptui, Client::Mpop] {
            if !self.clients.contains(&client) {
                continue;
            }
            let home = self.world.home(client.name(), Place::Disk)?;
            let start = Start {
                client,
                maildrop: Maildrop::TenThousand,
                task: Task::Fetch,
                port: self.world.dovecot.port,
                tls: Tls::Off,
                home: &home,
            };
            let inner = self.command(&start)?;
            let summary = home.join("flushes");
            let mut traced = Command::new(STRACE);
            traced.args([
                "-f",
                "-c",
                "--seccomp-bpf",
                "-e",
                "trace=fsync,fdatasync,sync_file_range,msync",
                "-o",
            ]);
            traced
                .arg(&summary)
                .arg(inner.get_program())
                .args(inner.get_args());
            traced.env("HOME", &home);
            if self.judged(&start, run(&traced, &[0]))?.is_some() {
                counts.insert(client, vec![flushes(&summary)]);
            }
        }
        Ok(figures(counts, true))
    }

    fn poll(&mut self, line: Line) -> io::Result<Figures> {
        let way = self.way(line)?;
        let mut homes = BTreeMap::new();
        // getmail would fetch for a quarter of an hour before; neomutt does not remember what it has seen.
        for client in [Client::Poptui, Client::Mpop, Client::Fetchmail, Client::Raw] {
            if self.clients.contains(&client)
                && let Some((home, _)) = self.fill(client)?
            {
                homes.insert(client, home);
            }
        }
        let mut times: BTreeMap<Client, Vec<f64>> = BTreeMap::new();
        for _ in 0..self.runs {
            for (client, home) in &homes {
                let start = Start {
                    client: *client,
                    maildrop: Maildrop::FiftyThousand,
                    task: Task::Poll,
                    port: way.port(),
                    tls: line.tls,
                    home,
                };
                if let Some(run) = self.start(&start)? {
                    way.tell_turns(*client);
                    times.entry(*client).or_default().push(run.seconds);
                }
            }
        }
        Ok(figures(times, true))
    }

    /// All of them, of a maildrop that was fetched before and is put back after each run.
    fn delete(&mut self, line: Line) -> io::Result<Figures> {
        let way = self.way(line)?;
        let maildrop = Maildrop::Thousand;
        let mut times: BTreeMap<Client, Vec<f64>> = BTreeMap::new();
        let here = self.clients.clone();
        let may = [Client::Poptui, Client::Mpop, Client::Raw];
        for client in may.into_iter().filter(|client| here.contains(client)) {
            // By the same way: to a client that knows servers by their ports this is one server.
            if self.first_fetch(client, maildrop, way.port())?.is_none() {
                continue;
            }
            let fetched = self.last_home(client);
            self.world.keep(maildrop)?;
            for _ in 0..self.runs {
                let home = self.world.home("deleting", Place::Disk)?;
                copy(&fetched, &home)?;
                let start = Start {
                    client,
                    maildrop,
                    task: Task::Delete,
                    port: way.port(),
                    tls: line.tls,
                    home: &home,
                };
                let run = self.start(&start)?;
                let left = self.world.dovecot.count(maildrop.user());
                self.world.put_back(maildrop)?;
                match run {
                    Some(run) if left == 0 => times.entry(client).or_default().push(run.seconds),
                    Some(_) => self
                        .troubles
                        .push(format!("{} left {left} mails", client.name())),
                    None => {}
                }
            }
        }
        Ok(figures(times, true))
    }

    /// Which mails a client fetches for this line of the table, and by what its figures are to be multiplied.
    fn share(&self, client: Client, maildrop: Maildrop) -> (Maildrop, f64) {
        let sampled = client.is_lock_step() && !self.whole;
        let sample = sampled.then(|| sample(maildrop)).flatten();
        sample.unwrap_or((maildrop, 1.0))
    }

    /// Into an empty home, as all the mails of a maildrop are new.
    fn first_fetch(
        &mut self,
        client: Client,
        maildrop: Maildrop,
        port: u16,
    ) -> io::Result<Option<Run>> {
        let home = self.world.home(client.name(), Place::Disk)?;
        self.start(&Start {
            client,
            maildrop,
            task: Task::Fetch,
            port,
            tls: Tls::Off,
            home: &home,
        })
    }

    fn last_home(&self, client: Client) -> PathBuf {
        self.world.disk().join(client.name())
    }

    /// Fetches the 50,000 mails once. What is not needed to know them again is thrown away.
    fn fill(&mut self, client: Client) -> io::Result<Option<(PathBuf, Run)>> {
        if let Some(filled) = self.filled.get(&client) {
            return Ok(Some(filled.clone()));
        }
        let place = if client == Client::Poptui {
            Place::Disk
        } else {
            Place::Memory
        };
        let home = self
            .world
            .home(&format!("{}-filled", client.name()), place)?;
        let run = self.start(&Start {
            client,
            maildrop: Maildrop::FiftyThousand,
            task: Task::Fetch,
            port: self.world.dovecot.port,
            tls: Tls::Off,
            home: &home,
        })?;
        for heap in ["Maildir", "batch"] {
            let heap = home.join(heap);
            let _ = fs::remove_dir_all(&heap).or_else(|_| fs::remove_file(&heap));
        }
        let Some(run) = run else { return Ok(None) };
        self.filled.insert(client, (home.clone(), run.clone()));
        Ok(Some((home, run)))
    }

    fn start(&mut self, start: &Start<'_>) -> io::Result<Option<Run>> {
        let command = self.command(start)?;
        self.judged(start, run(&command, start.client.good_codes(start.task)))
    }

    fn command(&self, start: &Start<'_>) -> io::Result<Command> {
        let ca_file = self.world.dovecot.ca_file();
        start.client.command(
            start.home,
            &Errand {
                user: start.maildrop.user(),
                port: start.port,
                ca_file: (start.tls == Tls::On).then_some(ca_file.as_path()),
                task: start.task,
            },
        )
    }

    /// A run counts only if it did what it was meant to do. That poptui does is what all this is for.
    fn judged(&mut self, start: &Start<'_>, run: Result<Run, String>) -> io::Result<Option<Run>> {
        let fetches = matches!(start.task, Task::Fetch | Task::LockStep);
        let wanted = start.maildrop.mails();
        let trouble = match run {
            Ok(run) => match start.client.fetched(start.home, &run.output) {
                got if fetches && got != wanted => {
                    format!("{got} mails of {wanted}; {}", run.output)
                }
                _ => return Ok(Some(run)),
            },
            Err(error) => error,
        };
        let trouble: String = trouble.chars().take(LONGEST).collect();
        let trouble = format!("{}: {trouble}", start.client.name());
        if matches!(start.client, Client::Poptui | Client::Raw) {
            return Err(io::Error::other(trouble));
        }
        if !self.troubles.contains(&trouble) {
            self.troubles.push(trouble);
        }
        Ok(None)
    }

    fn way(&self, line: Line) -> io::Result<Way> {
        let port = match line.tls {
            Tls::Off => self.world.dovecot.port,
            Tls::On => self.world.dovecot.tls_port,
        };
        if line.round_trip == 0 && line.hide == Hide::Nothing {
            return Ok(Way::Direct(port));
        }
        let round_trip = Duration::from_millis(line.round_trip);
        Ok(Way::Slow(Proxy::start(port, round_trip, line.hide)?))
    }
}

/// How to get to the server.
enum Way {
    Direct(u16),
    Slow(Proxy),
}

impl Way {
    fn port(&self) -> u16 {
        match self {
            Self::Direct(port) => *port,
            Self::Slow(proxy) => proxy.port,
        }
    }

    /// How often it waited for the server before it spoke again: what latency costs it.
    fn tell_turns(&self, client: Client) {
        if let Self::Slow(proxy) = self {
            let turns = proxy.take_turns();
            eprintln!(
                "race: {} spoke {turns} times after the server",
                client.name()
            );
        }
    }
}

/// For clients that would take minutes: a maildrop with fewer mails, and how many times as long they would take for all.
fn sample(maildrop: Maildrop) -> Option<(Maildrop, f64)> {
    match maildrop {
        Maildrop::TenThousand => Some((Maildrop::Hundred, 100.0)),
        Maildrop::Thousand => Some((Maildrop::Hundred, 10.0)),
        _ => None,
    }
}

fn figures(values: BTreeMap<Client, Vec<f64>>, whole: bool) -> Figures {
    let figure = |(client, values): (Client, Vec<f64>)| {
        let kind = if client.is_lock_step() && !whole {
            Kind::Extrapolated
        } else {
            Kind::Measured
        };
        let value = median(values);
        (client, Figure { value, kind })
    };
    values.into_iter().map(figure).collect()
}

/// All calls in a summary of `strace -c`.
fn flushes(summary: &Path) -> f64 {
    let text = fs::read_to_string(summary).unwrap_or_default();
    let total = text.lines().find(|line| line.ends_with(" total"));
    let calls = total.and_then(|line| line.split_ascii_whitespace().nth(3));
    calls.and_then(|calls| calls.parse().ok()).unwrap_or(0.0)
}
