//! What the fetches of this session are doing and how the last ones ended, for the status row.

use super::event::{Ended, News, Progress};
use super::notices::Tone;
use crate::mail::SafeText;
use crate::mail::words;

/// The accounts of the config and their fetches.
#[derive(Debug, Clone, Default)]
pub struct Fetching {
    accounts: Vec<Account>,
    /// When the last fetch of any account ended in this session, in milliseconds since 1970 UTC.
    pub ended_at: Option<i64>,
    /// When one last ended well, in this session or before.
    pub done_at: Option<i64>,
}

/// One account and its fetch.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its name.
    pub name: SafeText,
    /// What it is doing.
    pub state: State,
}

/// What an account is doing.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Nothing yet in this session.
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
    /// The last fetch ended with an error.
    Failed,
}

impl Fetching {
    /// The accounts of the config, in its order, and when mail was last fetched.
    pub fn new(names: Vec<SafeText>, done_at: Option<i64>) -> Self {
        let accounts = names
            .into_iter()
            .map(|name| Account {
                name,
                state: State::Idle,
            })
            .collect();
        Self {
            accounts,
            ended_at: None,
            done_at,
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

    /// How the last fetches of this session ended, the worst of them; `None` before the first.
    pub fn last(&self) -> Option<&State> {
        let ended = |wanted: State| {
            let mut states = self.accounts.iter().map(|account| &account.state);
            states.find(|state| **state == wanted)
        };
        ended(State::Failed)
            .or_else(|| ended(State::Stopped))
            .or_else(|| ended(State::Done))
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

    /// All accounts begin.
    pub fn start(&mut self) {
        for account in &mut self.accounts {
            account.state = State::Running {
                stage: "connecting",
                progress: None,
            };
        }
    }

    /// Takes an account's news; gives the sentences to be said.
    ///
    /// `log` is the key of the log, for sentences that send there.
    pub fn take(&mut self, account: usize, news: News, now: i64, log: &str) -> Vec<(Tone, String)> {
        let several = self.accounts.len() > 1;
        let Some(account) = self.accounts.get_mut(account) else {
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
                if account.state == State::Done {
                    self.done_at = Some(now);
                }
                sentences(&name, &ended, log)
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

/// How a fetch ended, in words; the most important last, as the last one stays on show.
fn sentences(name: &str, ended: &Ended, log: &str) -> Vec<(Tone, String)> {
    let mut said: Vec<(Tone, String)> = Vec::new();
    said.extend(
        ended
            .warnings
            .iter()
            .map(|text| (Tone::Warning, format!("{name}{text}"))),
    );
    said.extend(
        ended
            .failed
            .iter()
            .map(|text| (Tone::Warning, format!("{name}{text}"))),
    );
    let new = match ended.new {
        0 => "no new mail".to_owned(),
        1 => "1 new mail".to_owned(),
        count => format!("{} new mails", words::grouped(count)),
    };
    let deleted = match ended.deleted {
        0 => String::new(),
        count => format!(", {} deleted on the server", words::grouped(count)),
    };
    let failed = match ended.failed.len() {
        0 => String::new(),
        1 => format!("; 1 mail could not be fetched ({log} tells why)"),
        count => format!("; {count} mails could not be fetched ({log} tells why)"),
    };
    match &ended.error {
        _ if ended.cancelled => said.push((
            Tone::Plain,
            format!("{name}stopped; {new} until then{deleted}"),
        )),
        Some(error) => said.push((Tone::Error, format!("{name}{error}"))),
        None if ended.failed.is_empty() => said.push((Tone::Good, format!("{name}{new}{deleted}"))),
        None => said.push((Tone::Warning, format!("{name}{new}{deleted}{failed}"))),
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Fetching {
        Fetching::new(vec![SafeText::new("work")], None)
    }

    #[test]
    fn the_end_of_a_fetch_is_told_in_words() {
        let mut fetching = one();
        fetching.start();
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
        let mut fetching = Fetching::new(vec![SafeText::new("home"), SafeText::new("work")], None);
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
}
