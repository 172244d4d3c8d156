//! The search: every source at once, what they name tried at once, ended when nothing better can come.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

use crate::config::Account;
use crate::fetch::{self, Connect, ErrorKind};
use crate::mail::SafeText;

use super::candidate::{Answer, Candidate, Source};
use super::{Address, Mozilla, Sources, autoconfig, guess, mx, srv};

/// What is said of those who never answer.
const LATE: &str = "it does not answer in time";

/// What the search tells while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A source has answered; it may know nothing.
    Answered(Source, Answer),
    /// A source cannot be asked, or what it says cannot be used.
    Silent(Source, SafeText),
    /// POP3 answers there, under a certificate for that name.
    Answers(Candidate),
    /// It does not, for this reason.
    Fails(Candidate, Fault),
}

/// Why a server is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// [`ErrorKind::Connect`] where nobody is at home; else somebody is, and has to be told of.
    pub kind: ErrorKind,
    /// What is wrong there.
    pub why: SafeText,
}

impl Fault {
    fn late() -> Self {
        Self {
            kind: ErrorKind::Connect,
            why: SafeText::new(LATE),
        }
    }

    /// Without the name in front of the sentence, which stands beside it already.
    fn of(error: &fetch::Error, name: &str) -> Self {
        let sentence = error.sentence.strip_prefix(name);
        let rest = sentence.and_then(|rest| rest.strip_prefix(": "));
        Self {
            kind: error.kind,
            why: SafeText::new(rest.unwrap_or(&error.sentence)),
        }
    }
}

/// Asks all sources for the address's server and tries what they name, all at once; tells as it goes. What comes back
/// are the servers that answered, the most trusted first.
pub async fn search<C: Connect>(
    address: &Address,
    sources: &Sources,
    connect: C,
    mut tell: impl FnMut(Finding),
) -> Vec<Candidate> {
    let deadline = Instant::now() + sources.limits.total;
    let mut search = Search {
        address,
        sources,
        connect: Arc::new(connect),
        running: JoinSet::new(),
        asked: Vec::new(),
        trying: Vec::new(),
        tried: Vec::new(),
        answering: Vec::new(),
    };
    search.ask();
    // At the deadline whatever still runs is dropped, which ends it.
    while let Ok(Some(ended)) = timeout_at(deadline, search.running.join_next()).await {
        let Ok(step) = ended else { continue };
        search.take(step, &mut tell);
        if search.is_settled() {
            break;
        }
    }
    search.report_unfinished(&mut tell);
    search.answering.sort_by_key(Candidate::rank);
    search.answering
}

struct Search<'a, C> {
    address: &'a Address,
    sources: &'a Sources,
    connect: Arc<C>,
    running: JoinSet<Step>,
    /// Sources that have not answered yet.
    asked: Vec<Source>,
    /// Servers that are being tried.
    trying: Vec<Candidate>,
    /// Those that were tried, and what came of it.
    tried: Vec<(Candidate, Result<(), Fault>)>,
    /// Those that answer, once for each source.
    answering: Vec<Candidate>,
}

/// What one of the tasks came to.
enum Step {
    Asked(Source, Result<Answer, SafeText>),
    Tried(Candidate, Result<(), Fault>),
}

impl<C: Connect> Search<'_, C> {
    fn ask(&mut self) {
        for source in Source::REMOTE {
            if source == Source::Mozilla && self.sources.mozilla == Mozilla::NotAsked {
                continue;
            }
            self.asked.push(source);
            let (address, sources) = (self.address.clone(), self.sources.clone());
            self.running.spawn(async move {
                let answer = timeout(sources.limits.each, ask(source, &address, &sources)).await;
                let late = |_| Err(SafeText::new(LATE));
                Step::Asked(source, answer.unwrap_or_else(late))
            });
        }
    }

    fn take(&mut self, step: Step, tell: &mut impl FnMut(Finding)) {
        match step {
            Step::Asked(source, answer) => {
                self.asked.retain(|asked| *asked != source);
                match answer {
                    Ok(answer) => {
                        let candidates = answer.candidates.clone();
                        tell(Finding::Answered(source, answer));
                        self.consider(candidates, tell);
                    }
                    Err(why) => tell(Finding::Silent(source, why)),
                }
            }
            Step::Tried(tried, result) => {
                let same = |candidate: &Candidate| candidate.is_same_server(&tried);
                let (now, rest) = self.trying.drain(..).partition(same);
                self.trying = rest;
                self.conclude(now, &result, tell);
                self.tried.push((tried, result));
            }
        }
    }

    /// Tries servers, each once, however many sources name it.
    fn consider(&mut self, candidates: Vec<Candidate>, tell: &mut impl FnMut(Finding)) {
        for candidate in candidates {
            let mut tried = self.tried.iter();
            if let Some((_, result)) = tried.find(|(tried, _)| tried.is_same_server(&candidate)) {
                let result = result.clone();
                self.conclude(vec![candidate], &result, tell);
                continue;
            }
            let mut trying = self.trying.iter();
            let is_tried = trying.any(|trying| trying.is_same_server(&candidate));
            self.trying.push(candidate.clone());
            if !is_tried {
                self.knock(candidate);
            }
        }
    }

    fn conclude(
        &mut self,
        candidates: Vec<Candidate>,
        result: &Result<(), Fault>,
        tell: &mut impl FnMut(Finding),
    ) {
        for candidate in candidates {
            match result {
                Ok(()) => {
                    tell(Finding::Answers(candidate.clone()));
                    self.answering.push(candidate);
                }
                Err(fault) => tell(Finding::Fails(candidate, fault.clone())),
            }
        }
    }

    fn knock(&mut self, candidate: Candidate) {
        let account = account(&candidate, self.sources);
        let connect = self.connect.clone();
        self.running.spawn(async move {
            let result = timeout(account.timeout, fetch::probe(&account, &*connect)).await;
            let result = match result {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(Fault::of(&error, &account.name)),
                Err(_elapsed) => Err(Fault::late()),
            };
            Step::Tried(candidate, result)
        });
    }

    /// Whether the best server that answers cannot be beaten by what is still running.
    fn is_settled(&self) -> bool {
        let Some(best) = self.answering.iter().map(Candidate::rank).min() else {
            return false;
        };
        self.asked.iter().all(|source| *source > best.0)
            && self.trying.iter().all(|trying| trying.rank() > best)
    }

    /// Nothing disappears without a word; but what lost is not said to be late.
    fn report_unfinished(&mut self, tell: &mut impl FnMut(Finding)) {
        if !self.answering.is_empty() {
            return;
        }
        let late = SafeText::new(LATE);
        for source in self.asked.drain(..) {
            tell(Finding::Silent(source, late.clone()));
        }
        for candidate in self.trying.drain(..) {
            tell(Finding::Fails(candidate, Fault::late()));
        }
    }
}

async fn ask(source: Source, address: &Address, sources: &Sources) -> Result<Answer, SafeText> {
    match source {
        Source::Srv => srv::ask(address, sources).await,
        Source::Mx => mx::ask(address, sources).await,
        Source::Guess => Ok(guess::answer(address)),
        Source::Table => Ok(Answer::default()),
        Source::Autoconfig | Source::WellKnown | Source::Mozilla => {
            autoconfig::ask(source, address, sources).await
        }
    }
}

/// An account that is good for a look at its server, and for nothing else.
fn account(candidate: &Candidate, sources: &Sources) -> Account {
    let host = candidate.host.to_string();
    Account {
        name: host.clone(),
        host,
        port: candidate.port,
        security: candidate.security,
        ca_file: sources.ca_file.clone(),
        timeout: sources.limits.each,
        ..Account::in_clear("", "", "")
    }
}
