//! What the fetches of this session are doing and how the last ones ended, for the status row.

mod ended;

use std::time::Duration;

use super::event::{News, Progress};
use super::failures::{Before, Failures};
use super::notices::Tone;
use super::schedule::{Purpose, Schedule, Standing};
use crate::config::Keep;
use crate::mail::SafeText;

/// What the screen knows of an account of the config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: SafeText,
    /// What becomes of its mail on the server.
    pub keep: Keep,
    /// How often it is fetched by itself; `None` for "manual".
    pub fetch_every: Option<Duration>,
}

/// The accounts of the config and their fetches.
#[derive(Debug, Clone, Default)]
pub struct Fetching {
    accounts: Vec<Account>,
    schedule: Schedule,
    /// When the last fetch of any account ended in this session, or failed before, in milliseconds since 1970 UTC.
    pub ended_at: Option<i64>,
    /// When one last ended well, in this session or before.
    pub done_at: Option<i64>,
    failures: Failures,
}

/// One account and its fetch.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its name.
    pub name: SafeText,
    /// What becomes of its mail on the server.
    pub keep: Keep,
    /// What it is doing.
    pub state: State,
    /// Why it is being fetched, or was last.
    purpose: Purpose,
    /// What went wrong in the last fetch: the same is not said every few minutes.
    told: Vec<SafeText>,
}

/// What an account is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Nothing yet in this session, and no failure before.
    Idle,
    /// A step in words, then numbers.
    Running {
        /// The step.
        stage: &'static str,
        /// How far the download is, once it has begun.
        progress: Option<Progress>,
    },
    /// The last fetch ended well.
    Done,
    /// The user stopped the last fetch.
    Stopped,
    /// The last fetch ended with an error, in this session or before.
    Failed,
}

impl Fetching {
    /// The accounts of the config, in its order, what is remembered of them, and the chance and time for the schedule.
    pub fn new(sources: Vec<Source>, before: Before, seed: u64, now: i64) -> Self {
        let Before { done_at, failures } = before;
        let every: Vec<_> = sources.iter().map(|source| source.fetch_every).collect();
        let failed_at = |source: &Source| failures.of(&source.name);
        let ended_at = sources.iter().filter_map(failed_at).max();
        let accounts = sources
            .into_iter()
            .map(|source| Account {
                state: match failed_at(&source) {
                    Some(_) => State::Failed,
                    None => State::Idle,
                },
                name: source.name,
                keep: source.keep,
                purpose: Purpose::Asked,
                told: Vec::new(),
            })
            .collect();
        Self {
            accounts,
            schedule: Schedule::new(&every, seed, now),
            ended_at,
            done_at,
            failures,
        }
    }

    /// All of them.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Whether any is being fetched.
    pub fn running(&self) -> bool {
        self.accounts
            .iter()
            .any(|account| matches!(account.state, State::Running { .. }))
    }

    /// Whether this one is being fetched.
    pub fn runs(&self, account: usize) -> bool {
        let state = self.accounts.get(account).map(|account| &account.state);
        matches!(state, Some(State::Running { .. }))
    }

    /// The schedule.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The accounts whose time has come.
    pub fn due(&mut self, now: i64) -> Vec<usize> {
        let mut due = self.schedule.due(now);
        due.retain(|account| !self.runs(*account));
        due
    }

    /// The user asks for a fetch of those of `wanted` that are not being fetched: gives those that may begin, and else
    /// the milliseconds until one may.
    pub fn ask(&mut self, wanted: &[usize], now: i64) -> Result<Vec<usize>, i64> {
        let mut ready = Vec::new();
        let mut left = 0;
        for account in wanted {
            if self.runs(*account) {
                continue;
            }
            match self.schedule.ask(*account, now) {
                Ok(()) => ready.push(*account),
                Err(pause) => left = left.max(pause),
            }
        }
        if ready.is_empty() && left > 0 {
            return Err(left);
        }
        Ok(ready)
    }

    /// The account that the user should know of most, and how it stands: one that stopped, one that waits after
    /// trouble, else the next one that is due.
    pub fn foremost(&self) -> Option<(&Account, Standing)> {
        let standings = (0..).zip(&self.accounts).map(|(index, account)| {
            let standing = self.schedule.standing(index);
            (account, standing)
        });
        let rank = |standing: &Standing| match standing {
            Standing::Stopped { .. } => (0, 0),
            Standing::Waits { at, .. } => (1, *at),
            Standing::Next(at) => (2, *at),
            Standing::Manual => (3, 0),
        };
        standings
            .filter(|(_, standing)| *standing != Standing::Manual)
            .min_by_key(|(_, standing)| rank(standing))
    }

    /// Which accounts' last fetch failed, in this session or before.
    pub fn failures(&self) -> &Failures {
        &self.failures
    }

    /// How the last fetches ended, the worst of them; `None` before the first of this session, if none failed before.
    pub fn last(&self) -> Option<&State> {
        let ended = |wanted: State| {
            let mut states = self.accounts.iter().map(|account| &account.state);
            states.find(|state| **state == wanted)
        };
        ended(State::Failed)
            .or_else(|| ended(State::Stopped))
            .or_else(|| ended(State::Done))
    }

    /// Whether the log tells of a failure.
    pub fn tells_why(&self) -> bool {
        self.accounts.iter().any(|account| !account.told.is_empty())
    }

    /// The sum over all running downloads: mails received, mails to be received.
    pub fn totals(&self) -> Option<Progress> {
        let progresses = self
            .accounts
            .iter()
            .filter_map(|account| match account.state {
                State::Running { progress, .. } => progress,
                _ => None,
            });
        progresses.reduce(|sum, next| Progress {
            mails: sum.mails + next.mails,
            mails_total: sum.mails_total + next.mails_total,
            octets: sum.octets + next.octets,
            rate: sum.rate + next.rate,
            seconds_left: longer(sum.seconds_left, next.seconds_left),
        })
    }

    /// These accounts begin.
    pub fn start(&mut self, accounts: &[usize], purpose: Purpose) {
        for index in accounts {
            let Some(account) = self.accounts.get_mut(*index) else {
                continue;
            };
            account.state = State::Running {
                stage: "connecting",
                progress: None,
            };
            account.purpose = if self.schedule.begun(*index) {
                Purpose::Asked
            } else {
                purpose
            };
        }
    }

    /// Whether the user asked for the fetch of this account that runs, or ran last.
    pub fn is_asked(&self, account: usize) -> bool {
        let purpose = self.accounts.get(account).map(|account| account.purpose);
        purpose == Some(Purpose::Asked)
    }

    /// Takes an account's news; gives the sentences to be said.
    ///
    /// `log` is the key of the log, for sentences that send there.
    pub fn take(&mut self, account: usize, news: News, now: i64, log: &str) -> Vec<(Tone, String)> {
        let several = self.accounts.len() > 1;
        let index = account;
        let Some(account) = self.accounts.get_mut(index) else {
            return Vec::new();
        };
        match news {
            News::Stage(stage) => {
                let progress = match account.state {
                    State::Running { progress, .. } => progress,
                    _ => None,
                };
                account.state = State::Running { stage, progress };
                Vec::new()
            }
            News::Progress(progress) => {
                account.state = State::Running {
                    stage: "fetching",
                    progress: Some(progress),
                };
                Vec::new()
            }
            News::Ended(ended) => {
                account.state = match &ended.error {
                    _ if ended.cancelled => State::Stopped,
                    Some(_) => State::Failed,
                    None => State::Done,
                };
                let name = if several {
                    format!("{}: ", account.name)
                } else {
                    String::new()
                };
                self.ended_at = Some(now);
                match account.state {
                    State::Done => {
                        self.done_at = Some(now);
                        self.failures.note(&account.name, None);
                    }
                    State::Failed => self.failures.note(&account.name, Some(now)),
                    State::Idle | State::Running { .. } | State::Stopped => {}
                }
                self.schedule
                    .ended(index, account.purpose, ended.outlook, ended.at_least, now);
                let told = std::mem::replace(&mut account.told, ended.wrongs());
                let ended = match account.purpose {
                    Purpose::Asked | Purpose::Whole => ended,
                    // What the status row says all the time is not said again every few minutes.
                    Purpose::Due => ended.without(&told),
                };
                if account.purpose == Purpose::Due && ended.is_nothing() {
                    return Vec::new();
                }
                ended::sentences(&name, &ended, log)
            }
        }
    }
}

fn longer(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.max(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::event::Ended;

    fn of(names: &[&str]) -> Fetching {
        let source = |name: &&str| Source {
            name: SafeText::new(name),
            keep: Keep::Forever,
            fetch_every: None,
        };
        Fetching::new(names.iter().map(source).collect(), Before::default(), 1, 0)
    }

    fn one() -> Fetching {
        of(&["work"])
    }

    #[test]
    fn the_end_of_a_fetch_is_told_in_words() {
        let mut fetching = one();
        fetching.start(&[0], Purpose::Asked);
        assert!(fetching.running());
        let said = fetching.take(
            0,
            News::Ended(Ended {
                new: 3,
                ..Ended::default()
            }),
            5,
            "gl",
        );
        assert_eq!(said, [(Tone::Good, "3 new mails".to_owned())]);
        assert!(!fetching.running());
        assert_eq!(fetching.ended_at, Some(5));
    }

    #[test]
    fn an_error_comes_last_and_names_the_account_where_there_are_several() {
        let mut fetching = of(&["home", "work"]);
        let ended = Ended {
            failed: vec![SafeText::new("one bad mail")],
            error: Some(SafeText::new("no answer")),
            ..Ended::default()
        };
        let said = fetching.take(1, News::Ended(ended), 0, "gl");
        assert_eq!(
            said.last(),
            Some(&(Tone::Error, "work: no answer".to_owned()))
        );
        assert_eq!(fetching.accounts()[1].state, State::Failed);
        fetching.start(&[1], Purpose::Asked);
        let ended = Ended {
            warnings: vec![SafeText::new("work: an odd mail")],
            error: Some(SafeText::new("work: no answer")),
            ..Ended::default()
        };
        let said = fetching.take(1, News::Ended(ended), 0, "gl");
        let said: Vec<&str> = said.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(said, ["work: an odd mail", "work: no answer"], "named once");
    }

    #[test]
    fn a_cancelled_fetch_is_no_error() {
        let mut fetching = one();
        let ended = Ended {
            new: 1,
            error: Some(SafeText::new("cancelled")),
            cancelled: true,
            ..Ended::default()
        };
        let said = fetching.take(0, News::Ended(ended), 0, "gl");
        assert_eq!(
            said,
            [(Tone::Plain, "stopped; 1 new mail until then".to_owned())]
        );
    }

    #[test]
    fn a_fetch_that_nobody_asked_for_says_only_what_is_new() {
        let mut fetching = one();
        let mut end = |ended: Ended| {
            fetching.start(&[0], Purpose::Due);
            fetching.take(0, News::Ended(ended), 0, "gl").len()
        };
        assert_eq!(end(Ended::default()), 0);
        let broken = Ended {
            error: Some(SafeText::new("no answer")),
            ..Ended::default()
        };
        assert_eq!([end(broken.clone()), end(broken)], [1, 0], "the first time");
        let mails = Ended {
            new: 2,
            ..Ended::default()
        };
        assert_eq!(end(mails), 1);
    }
}
