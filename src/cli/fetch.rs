//! `poptui fetch`: accounts fetched side by side, told on stderr while they run and on stdout when they end.

use std::collections::HashMap;
use std::io;
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::{FAILED, FETCHED, Failures};
use crate::config::{Account, nearest};
use crate::fetch::{self, Connect, ErrorKind, Network, Report, Trace, Traced, Wish};
use crate::mail::SafeText;
use crate::store::{self, Configured, Store};

use super::args::FetchArgs;
use super::board::Board;
use super::catching_up;
use super::failure::{Exit, Failure};
use super::json::{self, Fetched};
use super::out::{Out, note};
use super::paths::Paths;
use super::progress::Bar;
use super::signals::Signals;
use super::telling::{forecast, remarks, summary};

/// Often enough to look alive.
const REDRAW: Duration = Duration::from_millis(100);

/// Fetches, tells, and sums up in the exit code.
pub(super) fn run(args: &FetchArgs, paths: &Paths, trace: Option<Trace>) -> Result<Exit, Failure> {
    let all = configured(paths)?;
    let names: Vec<Configured> = all.iter().map(Configured::from).collect();
    let accounts = chosen(all, &args.accounts)?;
    let mut teller = Teller {
        out: Out::new(),
        bar: Bar::new(),
        json: args.json,
        ends: Vec::new(),
        known: Vec::new(),
        stopping: false,
        arrived: 0,
    };
    let wish = Wish {
        dry_run: args.dry_run,
        asked: !args.accounts.is_empty() && is_at_a_terminal(),
        configured: names.clone(),
        ..Wish::default()
    };
    let (store, _empty) = match open_store(&wish, &paths.data_dir()?, names) {
        Ok(store) => store,
        Err(error) => {
            teller.no_store(&accounts, &error)?;
            return Err(error.into());
        }
    };
    let runtime = runtime()?;
    let told = runtime.block_on(fetch_all(
        accounts,
        &store,
        &Traced::new(Network, trace),
        &wish,
        &mut teller,
    ));
    if let Some(most) =
        catching_up::after(teller.arrived).filter(|_| !wish.dry_run && !teller.stopping)
    {
        // Some way into the full-text index, too: what is not done waits there, and is found by its head.
        let _ = store.write_now(move |writer| writer.index_some(most));
    }
    if !wish.dry_run {
        // For the screen's "fetched 2 min ago": not worth an error of its own.
        let _ = remember(&store, &teller.known);
    }
    store.close();
    // A name lookup or a password file may still be waited for on a thread; nobody here waits for that.
    runtime.shutdown_background();
    told?;
    Ok(sum_up(&teller.ends))
}

/// How the fetches ended, for the status row of the screen.
fn remember(store: &Store, known: &[(SafeText, Ended)]) -> Result<(), store::Error> {
    let now = jiff::Timestamp::now().as_millisecond();
    let before = store.read_now(|reader| reader.remembered(FAILED))?;
    let before = Failures::parse(&before.unwrap_or_default());
    let mut failures = before.clone();
    for (account, ended) in known {
        match ended {
            Ended::Well => failures.note(account, None),
            Ended::Failed => failures.note(account, Some(now)),
            Ended::Stopped => {}
        }
    }
    let is_done = known.iter().any(|(_, ended)| *ended == Ended::Well);
    store.write_now(move |writer| {
        if failures != before {
            writer.remember_before_closing(FAILED, &failures.text())?;
        }
        if is_done {
            writer.remember_before_closing(FETCHED, &now.to_string())?;
        }
        Ok(())
    })
}

/// Whether somebody is there: a job of cron's may name its account as well, and asks for ever.
fn is_at_a_terminal() -> bool {
    io::stdin().is_terminal() || io::stderr().is_terminal()
}

/// The store to fetch into. A dry run only reads it, beside a running poptui if need be; where there is none yet, it
/// reads an empty one, which is gone when the second value is dropped.
fn open_store(
    wish: &Wish,
    dir: &Path,
    configured: Vec<Configured>,
) -> Result<(Store, Option<TempDir>), store::Error> {
    if !wish.dry_run {
        let store = Store::open(dir)?;
        store.write_now(move |writer| writer.adopt(&configured))?;
        return Ok((store, None));
    }
    if Store::exists(dir) {
        return Ok((Store::open_read_only(dir)?, None));
    }
    let empty = tempfile::Builder::new().prefix("poptui-dry-run-").tempdir();
    let empty = empty.map_err(|error| store::Error::disk(&std::env::temp_dir(), &error))?;
    Ok((Store::open(empty.path())?, Some(empty)))
}

/// Where everything runs that waits for the network. One thread for all lines: it only moves octets, and what it hands
/// on is worked on by threads of their own. With more, the octets of mails lie in more heaps, which costs a quarter of
/// the memory.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().map_err(Failure::Start)
}

/// The accounts of the config that are named, or all. What the config is warned about is said.
pub(super) fn accounts(paths: &Paths, names: &[String]) -> Result<Vec<Account>, Failure> {
    chosen(configured(paths)?, names)
}

/// All accounts of the config, one at least.
fn configured(paths: &Paths) -> Result<Vec<Account>, Failure> {
    let config_file = paths.config_file()?;
    let config = paths
        .load_config()?
        .ok_or_else(|| Failure::NoConfig(config_file.clone()))?;
    for warning in &config.warnings {
        note(warning);
    }
    if config.accounts.is_empty() {
        return Err(Failure::NoAccount(config_file));
    }
    Ok(config.accounts)
}

/// The accounts named, or all. A name that is none is a mistake, not nothing to do.
fn chosen(accounts: Vec<Account>, names: &[String]) -> Result<Vec<Account>, Failure> {
    let known = || accounts.iter().map(|account| account.name.as_str());
    if let Some(unknown) = names
        .iter()
        .find(|name| known().all(|known| known != *name))
    {
        let hint = match nearest(unknown, known()) {
            Some(name) => format!("did you mean {name}?"),
            None => format!("there are: {}", known().collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::Usage(format!(
            "there is no account {unknown}; {hint}"
        )));
    }
    let asked = |account: &Account| names.is_empty() || names.contains(&account.name);
    Ok(accounts.into_iter().filter(asked).collect())
}

/// Runs all accounts at once until each has ended. `Err` only if it cannot start, or the results cannot be written.
async fn fetch_all(
    accounts: Vec<Account>,
    store: &Store,
    connect: &(impl Connect + Clone),
    wish: &Wish,
    teller: &mut Teller,
) -> Result<(), Failure> {
    let cancel = CancellationToken::new();
    let board = Arc::new(Board::new(accounts.len()));
    // Before anything else starts, so that no signal is missed.
    let signals = Signals::listen().map_err(Failure::Start)?;
    tokio::spawn(signals.obey(cancel.clone()));
    let mut running = JoinSet::new();
    let mut names = HashMap::new();
    for (index, account) in accounts.into_iter().enumerate() {
        let (store, cancel, board) = (store.clone(), cancel.clone(), board.clone());
        let (name, connect, wish) = (account.name.clone(), connect.clone(), wish.clone());
        let task = running.spawn(async move {
            let report = fetch::fetch(&account, &store, &connect, &wish, cancel, |event| {
                board.tell(index, &event);
            })
            .await;
            board.end(index);
            report
        });
        names.insert(task.id(), name);
    }
    let mut redraw = tokio::time::interval(REDRAW);
    let mut told = Ok(());
    loop {
        tokio::select! {
            biased; // that it stops is said before how it ended
            () = cancel.cancelled(), if !teller.stopping => teller.stop(),
            ended = running.join_next_with_id() => match ended {
                None => break,
                Some(Ok((_, report))) => told = told.and(teller.tell(&report)),
                Some(Err(panic)) => {
                    let name = names.get(&panic.id()).map_or("", String::as_str);
                    told = told.and(teller.broken(name));
                }
            },
            _ = redraw.tick() => teller.bar.draw(&board.read()),
        }
    }
    teller.bar.erase();
    told
}

/// Tells how accounts ended, and remembers it for the exit code.
struct Teller {
    out: Out,
    bar: Bar,
    json: bool,
    ends: Vec<End>,
    /// The same as the screen remembers it.
    known: Vec<(SafeText, Ended)>,
    stopping: bool,
    /// Mails that came, or came in full.
    arrived: u64,
}

/// How an account ended, as the screen sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Without an error, though mails may have failed.
    Well,
    Stopped,
    Failed,
}

impl Ended {
    fn of(report: &Report) -> Self {
        match &report.error {
            None => Self::Well,
            Some(error) if error.kind == ErrorKind::Cancelled => Self::Stopped,
            Some(_) => Self::Failed,
        }
    }
}

/// How an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Done,
    /// Some mails failed.
    InPart,
    /// The account failed.
    Failed(Exit),
}

impl Teller {
    fn tell(&mut self, report: &Report) -> Result<(), Failure> {
        self.bar.erase();
        self.ends.push(end(report));
        self.known
            .push((SafeText::new(&report.account), Ended::of(report)));
        self.arrived += report.new + report.updated;
        for remark in remarks(report) {
            note(&remark);
        }
        if self.json {
            self.out.line(&json::line(&Fetched::new(report))?)?;
        } else if let Some(plan) = &report.plan {
            self.out.line(&forecast(&report.account, plan))?;
        } else if report.error.is_none() || report.new + report.updated > 0 {
            self.out.line(&summary(report))?;
        }
        self.out.flush()
    }

    /// No account can be fetched, as there is nowhere to put its mail: scripts still get their object for each.
    fn no_store(&mut self, accounts: &[Account], error: &store::Error) -> Result<(), Failure> {
        let kind = match error {
            store::Error::Locked { .. } | store::Error::Busy { .. } => ErrorKind::Busy,
            _ => ErrorKind::Storage,
        };
        for account in accounts.iter().filter(|_| self.json) {
            let mut report = Report::new(&account.name);
            report.error = Some(fetch::Error::new(kind, &account.name, &error.to_string()));
            self.out.line(&json::line(&Fetched::new(&report))?)?;
        }
        self.out.flush()
    }

    /// The user wants no more: what is under way takes a moment to end.
    fn stop(&mut self) {
        self.bar.erase();
        self.stopping = true;
        note("stopping; mail that has arrived is kept (once more to stop at once)");
    }

    /// An account whose task panicked: the others go on.
    fn broken(&mut self, account: &str) -> Result<(), Failure> {
        self.bar.erase();
        self.ends.push(End::Failed(Exit::INTERNAL));
        let report = panicked(account);
        self.known.push((SafeText::new(account), Ended::Failed));
        for remark in remarks(&report) {
            note(&remark);
        }
        if self.json {
            self.out.line(&json::line(&Fetched::new(&report))?)?;
        }
        self.out.flush()
    }
}

/// How an account ended whose task panicked. The contract has no word for a mistake of ours. Of those it has,
/// `temporary` says what a script has to know: this fetch broke off, nothing is lost, and the next one begins afresh.
/// The exit code says whose mistake it is.
fn panicked(account: &str) -> Report {
    let text = "internal error during the fetch; what was stored is kept, please report it";
    let mut report = Report::new(account);
    report.error = Some(fetch::Error::new(ErrorKind::Temporary, account, text));
    report
}

fn end(report: &Report) -> End {
    match &report.error {
        Some(error) => End::Failed(Exit(error.kind.exit_code())),
        None if report.failed.is_empty() => End::Done,
        None => End::InPart,
    }
}

/// One kind of failure everywhere is that kind; a mixture is "done in part".
pub(super) fn sum_up(ends: &[End]) -> Exit {
    if ends.iter().all(|end| *end == End::Done) {
        return Exit::DONE;
    }
    match ends {
        [first @ End::Failed(exit), rest @ ..] if rest.iter().all(|end| end == first) => *exit,
        _ => Exit::IN_PART,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_the_one_kind_of_failure_or_done_in_part() {
        let (refused, unreachable) = (End::Failed(Exit(77)), End::Failed(Exit(69)));
        for (ends, exit) in [
            (&[End::Done, End::Done][..], Exit::DONE),
            (&[End::InPart], Exit::IN_PART),
            (&[refused], Exit(77)),
            (&[refused, refused], Exit(77)),
            (&[refused, unreachable], Exit::IN_PART),
            (&[End::Done, refused], Exit::IN_PART),
            (&[refused, End::InPart], Exit::IN_PART),
        ] {
            assert_eq!(sum_up(ends), exit, "{ends:?}");
        }
    }

    #[test]
    fn an_account_that_panicked_is_told_like_any_other() {
        let report = panicked("alice");
        let line = json::line(&Fetched::new(&report)).unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(told["account"], "alice");
        assert_eq!(told["error_kind"], "temporary");
        assert!(told["error"].as_str().unwrap().contains("internal error"));
        assert_eq!(remarks(&report), [told["error"].as_str().unwrap()]);
    }
}
