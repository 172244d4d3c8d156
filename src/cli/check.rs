//! `poptui check`: accounts tested side by side, told one after the other, each step as soon as it is done.

use std::path::Path;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::config::Account;
use crate::fetch::{self, ErrorKind, Finding, Step, Trace, Wording};
use crate::mail::SafeText;
use crate::store::{Lessons, Store};

use super::args::CheckArgs;
use super::failure::{Exit, Failure};
use super::fetch::{End, accounts, runtime, sum_up};
use super::json::{self, Checked};
use super::out::{Out, note};
use super::paths::Paths;

/// Tests, tells, and sums up in the exit code.
pub(super) fn run(args: &CheckArgs, paths: &Paths, trace: Option<&Trace>) -> Result<Exit, Failure> {
    let accounts = accounts(paths, &args.accounts)?;
    let dir = paths.data_dir()?;
    let lessons = lessons(&accounts, &dir);
    let refused: Vec<String> = accounts
        .iter()
        .zip(&lessons)
        .filter(|(_, lessons)| lessons.refusals > 0)
        .map(|(account, _)| account.name.clone())
        .collect();
    let runtime = runtime()?;
    let told = runtime.block_on(check_all(
        accounts.into_iter().zip(lessons),
        trace,
        args.json,
    ));
    // A name lookup or a password file may still be waited for on a thread; nobody here waits for that.
    runtime.shutdown_background();
    let told = told?;
    for name in refused {
        if told
            .iter()
            .any(|told| told.logged_in && told.account == name)
        {
            forgive(&dir, name);
        }
    }
    let ends: Vec<End> = told.iter().map(|told| told.end).collect();
    Ok(sum_up(&ends))
}

/// The login went well: those that were refused before do not stand against the next fetch any more.
fn forgive(dir: &Path, name: String) {
    let told = SafeText::new(&name);
    let forgiven = Store::open(dir).and_then(|store| {
        let forgiven = store.write_now(move |writer| writer.forgive(&name));
        store.close();
        forgiven
    });
    if let Err(error) = forgiven {
        note(&format!(
            "{told}: the next fetch still takes the login for refused: {error}"
        ));
    }
}

/// How a test ended.
struct Told {
    account: String,
    end: End,
    logged_in: bool,
}

/// What earlier fetches learned of each account's server. A store that is not there, or cannot be read, says nothing of
/// the connection.
fn lessons(accounts: &[Account], dir: &Path) -> Vec<Lessons> {
    let learned = |store: &Store, name: String| {
        let lessons = store.read_now(move |reader| match reader.account(&name)? {
            Some(id) => reader.lessons(id),
            None => Ok(Lessons::default()),
        });
        lessons.unwrap_or_default()
    };
    let store = Store::exists(dir)
        .then(|| Store::open_read_only(dir).ok())
        .flatten();
    let of = |account: &Account| match &store {
        Some(store) => learned(store, account.name.clone()),
        None => Lessons::default(),
    };
    let lessons = accounts.iter().map(of).collect();
    if let Some(store) = store {
        store.close();
    }
    lessons
}

/// A test that is under way.
struct Running {
    account: String,
    findings: UnboundedReceiver<Finding>,
    ended: tokio::task::JoinHandle<Result<(), ErrorKind>>,
}

async fn check_all(
    accounts: impl Iterator<Item = (Account, Lessons)>,
    trace: Option<&Trace>,
    json: bool,
) -> Result<Vec<Told>, Failure> {
    let start = |(account, lessons): (Account, Lessons)| {
        let (sender, findings) = unbounded_channel();
        let (name, trace) = (account.name.clone(), trace.cloned());
        let check = async move {
            let tell = |finding| {
                // Whoever does not listen any more has no use for it.
                let _ = sender.send(finding);
            };
            fetch::check(&account, lessons, trace, Wording::Config, tell).await
        };
        Running {
            account: name,
            findings,
            ended: tokio::spawn(check),
        }
    };
    let running: Vec<Running> = accounts.map(start).collect();
    let mut out = Out::new();
    let mut all = Vec::new();
    for mut check in running {
        if !json {
            out.line(SafeText::new(&check.account).as_str())?;
        }
        let mut logged_in = false;
        while let Some(finding) = check.findings.recv().await {
            logged_in |= finding.step == Step::Login && finding.ok;
            tell(&mut out, &check.account, &finding, json)?;
        }
        let ended = check.ended.await;
        if let Err(_panic) = &ended {
            note(&format!(
                "{}: internal error during the check, please report it",
                check.account
            ));
        }
        all.push(Told {
            account: check.account,
            logged_in,
            end: match ended {
                Ok(Ok(())) => End::Done,
                Ok(Err(kind)) => End::Failed(Exit(kind.exit_code())),
                Err(_panic) => End::Failed(Exit::INTERNAL),
            },
        });
    }
    Ok(all)
}

fn tell(out: &mut Out, account: &str, finding: &Finding, json: bool) -> Result<(), Failure> {
    if !finding.ok && out.terminal_width().is_none() {
        // On a terminal it is read anyway; in a script it would be looked for here.
        note(&format!(
            "{account}: {}: {}",
            finding.step.word(),
            finding.detail
        ));
    }
    if json {
        out.line(&json::line(&Checked::new(account, finding))?)?;
        return out.flush();
    }
    let mark = if finding.ok { '✓' } else { '✗' };
    out.line(&format!(
        "  {mark} {:<13} {}",
        finding.step.word(),
        finding.detail
    ))?;
    if let Some(advice) = &finding.advice {
        out.line(&format!("    → {advice}"))?;
    }
    out.flush()
}
