//! RETR and TOP: every mail of the plan, in its order, each verified before it goes to the store.

use std::collections::{HashSet, VecDeque};

use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::mail::Completeness;
use crate::pop3::{Command, Event, Reply, UniqueId};

use crate::fetch::Failure;
use crate::fetch::judge::budget::Budget;
use crate::fetch::judge::pace::Pace;
use crate::fetch::judge::plan::{Errand, Part};
use crate::fetch::judge::reading::{Judgement, judge};
use crate::fetch::judge::verify::{Verdict, swallowed_a_reply, verify};
use crate::fetch::keep::pipe::{Pipe, Verified};
use crate::fetch::talk::client::Client;
use crate::fetch::talk::idle::{confirm, while_idle};
use crate::fetch::talk::listing::{Listed, unasked};
use crate::fetch::talk::outcome::{Order, Outcome};
use crate::fetch::talk::task::{Reach, Task};
use crate::fetch::tell::progress::{EVERY, Meter, Progress};
use crate::fetch::tell::trouble::Trouble;

mod ask;

/// How many mails of doubtful size are asked for once more. When there are more, it is LIST that lies.
const SECOND_READINGS: usize = 8;
/// Two mails that are equally long and begin with so many equal octets are thought to be one that came twice.
const TELLING: usize = 1 << 10;
/// A reply may have so many octets more than twice what LIST told, before the line is given up as endless.
const RUN_ON: u64 = 64 << 20;

const TOO_LARGE: &str = "it is larger than is accepted, and stays on the server";

/// Two NOOPs behind mails that were asked for in a row, with nothing between them. A reply that came twice gave each mail
/// behind it the name of the next one; what is left over passes for the answer to one NOOP at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seal {
    Unneeded,
    /// Mails were asked for in a row.
    Missing,
    /// On its way: nothing is asked for behind it until it is answered.
    Sent,
}

/// The download of one session.
pub(in crate::fetch) struct Download<'a> {
    client: &'a mut Client,
    pipe: Pipe,
    pace: Pace,
    budget: Budget,
    /// To be asked for, in this order.
    upcoming: VecDeque<Errand>,
    /// Asked for and not answered, in order.
    awaited: VecDeque<Task>,
    /// To be asked for one by one, when all else is here.
    alone: VecDeque<Task>,
    reach: Reach,
    seal: Seal,
    /// Names of mails whose next reading counts, whatever its size: they were doubtful in an earlier session.
    doubted: &'a mut HashSet<UniqueId>,
    /// Mails that were doubtful in this session.
    doubts: usize,
    /// The mail before this one: its name, how long it was, and how it began.
    last: (Option<UniqueId>, usize, Vec<u8>),
    /// No mail may have more octets.
    cap: u64,
    meter: Meter,
    ticks: Interval,
    /// What the line had brought before the download began.
    octets_before: u64,
    outcome: Outcome,
}

impl<'a> Download<'a> {
    pub(in crate::fetch) fn new(
        client: &'a mut Client,
        order: Order,
        doubted: &'a mut HashSet<UniqueId>,
        pipe: Pipe,
    ) -> Self {
        let octets = order.errands.iter().chain(&order.alone).map(Errand::octets);
        let total = octets.fold(0, u64::saturating_add);
        let count = order.errands.len() + order.alone.len();
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let names = order
            .alone
            .iter()
            .filter_map(|mail| mail.listed.uid.clone());
        doubted.extend(names);
        Self {
            meter: Meter::new(count as u64, total, std::time::Instant::now()),
            octets_before: client.received(),
            client,
            pipe,
            pace: order.pace,
            budget: order.budget,
            upcoming: order.errands.into(),
            awaited: VecDeque::new(),
            alone: order.alone.into_iter().map(Task::last).collect(),
            reach: Reach::default(),
            seal: Seal::Unneeded,
            doubted,
            doubts: 0,
            last: Default::default(),
            cap: order.cap,
            ticks,
            outcome: Outcome::default(),
        }
    }

    /// Fetches all, or as much as the session's budget allows, and tells how far it is. May be dropped at any time.
    pub(in crate::fetch) async fn run(&mut self, tell: impl Fn(Progress)) -> Result<(), Trouble> {
        self.client.set_window(self.pace.window());
        self.go_on().await?;
        while let Some(task) = self.awaited.front().cloned() {
            let size = task.errand.listed.size.unwrap_or(0).min(self.cap);
            self.client
                .set_reply_limit(size.saturating_mul(2).saturating_add(RUN_ON));
            let reply = self.reply_to(task.command(), &tell).await?;
            if is_of_a_mail(&reply) {
                self.client.unkept.was_brought(task.errand.listed.number);
            }
            if self.pace == Pace::Checked {
                confirm(self.client).await?;
            }
            self.take(task, reply).await?;
            self.answered();
            self.go_on().await?;
        }
        if self.pace == Pace::LockStep && !self.outcome.differing.is_empty() {
            // What is left of a mail that ended too early would be taken for the answer to DELE.
            self.client.send(Command::Noop, 0);
            confirm(self.client).await?;
        }
        tell(self.progress());
        self.client.set_reply_limit(u64::MAX);
        Ok(())
    }

    /// What it came to so far.
    pub(in crate::fetch) fn finish(mut self, broken: bool) -> Outcome {
        if broken {
            self.outcome.suspect = self.awaited.pop_front().map(|task| task.errand.listed);
        }
        self.outcome.left = self.awaited.len() + self.upcoming.len() + self.alone.len();
        self.outcome
    }

    /// An -ERR that nobody asked for looks like a refusal, and each mail behind it would get the name of the next one.
    /// So after a refusal the step is made sure of before a mail is taken; where more replies are on their way and no
    /// NOOP stands between them, this takes a new session.
    async fn make_sure_of_step(&mut self) -> Result<(), Trouble> {
        match self.pace {
            Pace::Checked => Ok(()),
            Pace::Pipelined if self.awaited.len() > 1 => Err(Trouble::RefusedInRow),
            Pace::Pipelined | Pace::LockStep => {
                self.client.send(Command::Noop, 0);
                confirm(self.client).await
            }
        }
    }

    async fn reply_to(
        &mut self,
        asked: Command,
        tell: impl Fn(Progress),
    ) -> Result<Reply, Trouble> {
        loop {
            tokio::select! {
                event = self.client.next() => return match event? {
                    Event::Reply(answered, reply) if answered == asked => Ok(reply),
                    other => Err(unasked(&other)),
                },
                _ = self.ticks.tick() => tell(self.progress()),
            }
        }
    }

    fn progress(&mut self) -> Progress {
        let octets = self.client.received() - self.octets_before;
        self.meter
            .read(self.outcome.mails, octets, std::time::Instant::now())
    }

    async fn take(&mut self, task: Task, reply: Reply) -> Result<(), Trouble> {
        match (reply, task.errand.part) {
            (Reply::Message(octets), Part::Whole) => self.examine(task, octets).await,
            (Reply::Message(octets), Part::Head) => self.take_head(task, octets).await,
            (Reply::Refused(refusal), part) => {
                self.make_sure_of_step().await?;
                if part == Part::Head && self.ask_for_the_whole(&task) {
                    return Ok(());
                }
                let said = self.client.quote().quote(&refusal.text);
                self.outcome.refusals.add(&said, self.awaited.len() - 1);
                let reason = if task.readings.was_beheaded {
                    TOO_LARGE.to_owned()
                } else {
                    format!("the server refused to send it: {said}")
                };
                self.fail(&task.errand.listed, reason);
                Ok(())
            }
            (Reply::TooLarge(head), Part::Whole) if head.is_empty() => {
                self.alone.push_back(task.beheaded());
                Ok(())
            }
            // No TOP need be asked for, which the server may not have: then nothing would be kept of what was read.
            (Reply::TooLarge(head), Part::Whole) => {
                self.outcome.beheaded.push(task.errand.listed.clone());
                self.store(task, head, Completeness::Head).await
            }
            (Reply::TooLarge(_), Part::Head) => {
                self.fail(&task.errand.listed, TOO_LARGE.to_owned());
                Ok(())
            }
            (other, _) => Err(unasked(&Event::Reply(task.command(), other))),
        }
    }

    async fn examine(&mut self, task: Task, octets: Vec<u8>) -> Result<(), Trouble> {
        if self.is_repeated(&task, &octets) {
            if self.pace == Pace::LockStep {
                self.make_sure_of_step().await?;
            }
            self.alone.push_back(task.repeated());
            return Ok(());
        }
        let verdict = verify(&octets, task.errand.listed.size);
        // Without a size nothing else would tell that two mails are one.
        let agrees = verdict == Verdict::Agrees;
        if !agrees && self.pace != Pace::LockStep && swallowed_a_reply(&octets) {
            return Err(ran_together());
        }
        let is_alone = self.pace == Pace::LockStep;
        match judge(verdict, &octets, task.readings, is_alone) {
            Judgement::Whole => self.store(task, octets, Completeness::Whole).await,
            Judgement::ReadAgain(readings) if self.is_worth_another(&task) => {
                self.alone.push_back(Task { readings, ..task });
                Ok(())
            }
            Judgement::ReadAgain(_) | Judgement::Doubtful if octets.is_empty() => {
                let reason =
                    "it came empty, which it is not; it stays on the server and is tried again";
                self.fail(&task.errand.listed, reason.to_owned());
                Ok(())
            }
            Judgement::ReadAgain(_) | Judgement::Doubtful => {
                self.outcome.differing.push(task.errand.listed.clone());
                self.store(task, octets, Completeness::Doubtful).await
            }
        }
    }

    /// Some servers send all of a mail where its head is asked for; then it is whole.
    async fn take_head(&mut self, task: Task, octets: Vec<u8>) -> Result<(), Trouble> {
        if verify(&octets, task.errand.listed.size) == Verdict::Agrees {
            return self.store(task, octets, Completeness::Whole).await;
        }
        if self.pace != Pace::LockStep && swallowed_a_reply(&octets) {
            return Err(ran_together());
        }
        if octets.is_empty() {
            if !self.ask_for_the_whole(&task) {
                let reason = "its head came empty; it stays on the server and is tried again";
                self.fail(&task.errand.listed, reason.to_owned());
            }
            return Ok(());
        }
        if self.is_over_cap(&task) || task.readings.was_beheaded {
            self.outcome.beheaded.push(task.errand.listed.clone());
        }
        self.store(task, octets, Completeness::Head).await
    }

    /// Where the head alone cannot be had, the whole mail is asked for, if it is no larger than a mail may be.
    fn ask_for_the_whole(&mut self, task: &Task) -> bool {
        if self.is_over_cap(task) || task.readings.was_beheaded {
            return false;
        }
        let whole = Errand {
            part: Part::Whole,
            ..task.errand.clone()
        };
        self.alone.push_back(Task::first(whole));
        true
    }

    fn is_over_cap(&self, task: &Task) -> bool {
        task.errand.listed.size.is_some_and(|size| size > self.cap)
    }

    async fn store(
        &mut self,
        task: Task,
        octets: Vec<u8>,
        completeness: Completeness,
    ) -> Result<(), Trouble> {
        self.outcome.refusals.end();
        self.outcome.mails += 1;
        self.outcome.octets += octets.len() as u64;
        self.budget.mails += 1;
        let sending = self.pipe.send(Verified {
            listed: task.errand.listed,
            octets,
            completeness,
        });
        // Behind this one nothing is asked for: the line would be idle for as long as the store is busy.
        if self.awaited.len() == 1 {
            return while_idle(self.client, self.budget.limits.idle, sending).await?;
        }
        sending.await
    }

    /// Whether the reply before may have come once more in place of this mail: then this mail would be stored as a twin
    /// of that one. Twins there are, so it is read again, alone, and what comes then is believed. Where the first of the
    /// two was the wrong one, no client can tell: equal octets came under two names. The head that is compared before a
    /// mail is deleted there tells it at last.
    fn is_repeated(&mut self, task: &Task, octets: &[u8]) -> bool {
        let uid = &task.errand.listed.uid;
        let start = &octets[..octets.len().min(TELLING)];
        let (last_uid, length, last_start) = &self.last;
        let is_same = *length == octets.len() && last_start == start && !start.is_empty();
        // Of one name they are one mail all the same.
        let is_other = uid.is_none() || uid != last_uid;
        let is_repeated =
            is_same && is_other && !task.readings.was_repeated && self.doubts < SECOND_READINGS;
        self.doubts += usize::from(is_repeated);
        self.last = (uid.clone(), octets.len(), start.to_vec());
        is_repeated
    }

    /// Only while doubt is an exception, and once for each mail and fetch, but for the second of two readings that
    /// are to be compared.
    fn is_worth_another(&mut self, task: &Task) -> bool {
        if task.readings.count > 0 {
            return true;
        }
        if self.doubts >= SECOND_READINGS {
            return false;
        }
        self.doubts += 1;
        let uid = task.errand.listed.uid.as_ref();
        uid.is_none_or(|uid| self.doubted.insert(uid.clone()))
    }

    fn fail(&mut self, mail: &Listed, reason: String) {
        self.outcome.failed.push(Failure {
            uid: mail.uid.clone(),
            reason,
        });
    }
}

/// Whether the server takes the mail for read, an empty one as well: what it should have been may be lost.
fn is_of_a_mail(reply: &Reply) -> bool {
    matches!(reply, Reply::Message(_) | Reply::TooLarge(_))
}

fn ran_together() -> Trouble {
    Trouble::Protocol("the end of a mail is missing, so that the next one ran into it".to_owned())
}
