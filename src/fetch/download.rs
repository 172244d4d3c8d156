//! RETR: every mail of the plan, newest first, each verified before it goes to the store.

use std::collections::{HashSet, VecDeque};

use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::mail::Completeness;
use crate::pop3::{Command, Event, Reply, UniqueId, Window};

use super::Failure;
use super::client::Client;
use super::foreign::uid_text;
use super::listing::{Listed, unasked};
use super::pipe::Pipe;
use super::progress::{EVERY, Meter, Progress};
use super::trouble::Trouble;
use super::verify::{Verdict, swallowed_a_reply, verify};

/// How many mails of doubtful size are asked for once more. When there are more, it is LIST that lies.
const SECOND_READINGS: usize = 8;
/// A reply may have so many octets more than twice what LIST told, before the line is given up as endless.
const RUN_ON: u64 = 64 << 20;

/// The download of one session.
pub(super) struct Download<'a> {
    client: &'a mut Client,
    pipe: Pipe,
    window: Window,
    /// Asked for and not answered, in order.
    awaited: VecDeque<(Listed, Reading)>,
    /// To be asked for once more when all else is here.
    again: Vec<Listed>,
    /// Names of mails whose next reading counts, whatever its size: they were doubtful in an earlier session.
    doubted: &'a mut HashSet<UniqueId>,
    /// Mails that were doubtful in this session.
    doubts: usize,
    meter: Meter,
    ticks: Interval,
    /// What the line had brought before the download began.
    octets_before: u64,
    pub(super) outcome: Outcome,
}

/// Which reading of a mail it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    First,
    Second,
}

/// What the download came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Mails received.
    pub(super) mails: u64,
    /// Their octets.
    pub(super) octets: u64,
    /// Mails that are stored though their size differs from what LIST told.
    pub(super) differing: Vec<Listed>,
    pub(super) failed: Vec<Failure>,
    /// The mail that was awaited when the session broke.
    pub(super) suspect: Option<Listed>,
    /// How many were still to come behind that one.
    pub(super) left: usize,
}

impl<'a> Download<'a> {
    /// For these mails, in this order.
    pub(super) fn new(
        client: &'a mut Client,
        order: Vec<Listed>,
        window: Window,
        doubted: &'a mut HashSet<UniqueId>,
        pipe: Pipe,
    ) -> Self {
        let octets = order.iter().filter_map(|mail| mail.size);
        let total = octets.fold(0, u64::saturating_add);
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            meter: Meter::new(order.len() as u64, total, std::time::Instant::now()),
            octets_before: client.received(),
            client,
            pipe,
            window,
            awaited: first_readings(order),
            again: Vec::new(),
            doubted,
            doubts: 0,
            ticks,
            outcome: Outcome::default(),
        }
    }

    /// Fetches all, and tells how far it is. May be dropped at any time.
    pub(super) async fn run(&mut self, tell: impl Fn(Progress)) -> Result<(), Trouble> {
        self.client.set_window(self.window);
        self.ask();
        while let Some((mail, reading)) = self.awaited.front().cloned() {
            let limit = mail.size.unwrap_or(0).saturating_mul(2);
            self.client.set_reply_limit(limit.saturating_add(RUN_ON));
            if self.window.commands == 1 {
                self.client
                    .send(Command::Retr(mail.number), mail.size.unwrap_or(0));
            }
            let reply = self.reply_to(mail.number, &tell).await?;
            self.take(mail, reading, reply).await?;
            self.awaited.pop_front();
            if self.awaited.is_empty() {
                self.ask_again();
            }
        }
        tell(self.progress());
        self.client.set_reply_limit(u64::MAX);
        Ok(())
    }

    /// What it came to so far.
    pub(super) fn finish(mut self, broken: bool) -> Outcome {
        if broken {
            self.outcome.suspect = self.awaited.pop_front().map(|(mail, _reading)| mail);
            self.outcome.left = self.awaited.len() + self.again.len();
        }
        self.outcome
    }

    /// Asks for all that is awaited; in lock-step each is asked for when its turn comes.
    fn ask(&mut self) {
        if self.window.commands == 1 {
            return;
        }
        for (mail, _reading) in &self.awaited {
            self.client
                .send(Command::Retr(mail.number), mail.size.unwrap_or(0));
        }
    }

    /// An -ERR that nobody asked for looks like a refusal, and each mail behind it would get the name of the next one.
    /// So after a refusal the step is made sure of before a mail is taken; where more replies are on their way, this
    /// takes a new session.
    async fn confirm_step(&mut self) -> Result<(), Trouble> {
        if self.window.commands > 1 && self.awaited.len() > 1 {
            let doubt =
                "it refused a mail while others were on their way, so that their order is in doubt";
            return Err(Trouble::Protocol(doubt.to_owned()));
        }
        self.client.send(Command::Noop, 0);
        match self.client.next().await? {
            Event::Reply(Command::Noop, Reply::Done) => Ok(()),
            other => Err(unasked(&other)),
        }
    }

    /// A doubtful mail is read once more, in lock-step: what was out of step was so because of the pipelining, and a
    /// fault that strikes once does not strike twice.
    fn ask_again(&mut self) {
        if self.again.is_empty() {
            return;
        }
        let again = self.again.drain(..);
        self.awaited = again.map(|mail| (mail, Reading::Second)).collect();
        self.window = Window::LOCK_STEP;
        self.client.set_window(Window::LOCK_STEP);
    }

    async fn reply_to(&mut self, number: u32, tell: impl Fn(Progress)) -> Result<Reply, Trouble> {
        loop {
            tokio::select! {
                event = self.client.next() => return match event? {
                    Event::Reply(Command::Retr(answered), reply) if answered == number => Ok(reply),
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

    async fn take(&mut self, mail: Listed, reading: Reading, reply: Reply) -> Result<(), Trouble> {
        match reply {
            Reply::Message(octets) => self.examine(mail, reading, octets).await,
            Reply::Refused(refusal) => {
                self.confirm_step().await?;
                let said = self.client.quote().quote(&refusal.text);
                self.fail(&mail, format!("the server refused to send it: {said}"));
                Ok(())
            }
            Reply::TooLarge => {
                let reason = "it is larger than is accepted, and stays on the server";
                self.fail(&mail, reason.to_owned());
                Ok(())
            }
            other => Err(unasked(&Event::Reply(Command::Retr(mail.number), other))),
        }
    }

    async fn examine(
        &mut self,
        mail: Listed,
        reading: Reading,
        octets: Vec<u8>,
    ) -> Result<(), Trouble> {
        let verdict = verify(&octets, mail.size);
        if verdict == Verdict::Differs {
            if self.window.commands > 1 && swallowed_a_reply(&octets) {
                return Err(Trouble::Protocol(
                    "the end of a mail is missing, so that the next one ran into it".to_owned(),
                ));
            }
            if reading == Reading::First && self.is_worth_another(&mail) {
                self.again.push(mail);
                return Ok(());
            }
            if octets.is_empty() {
                let reason =
                    "it came empty, which it is not; it stays on the server and is tried again";
                self.fail(&mail, reason.to_owned());
                return Ok(());
            }
            self.outcome.differing.push(mail.clone());
        }
        self.outcome.mails += 1;
        self.outcome.octets += octets.len() as u64;
        let completeness = match verdict {
            Verdict::Agrees | Verdict::Unknown => Completeness::Whole,
            Verdict::Differs => Completeness::Doubtful,
        };
        self.pipe.send(mail, octets, completeness).await
    }

    /// Once for each mail, and only while doubt is an exception.
    fn is_worth_another(&mut self, mail: &Listed) -> bool {
        if self.doubts >= SECOND_READINGS {
            return false;
        }
        self.doubts += 1;
        mail.uid
            .as_ref()
            .is_none_or(|uid| self.doubted.insert(uid.clone()))
    }

    fn fail(&mut self, mail: &Listed, reason: String) {
        self.outcome.failed.push(Failure {
            uid: uid_text(mail.uid.as_ref()),
            reason,
        });
    }
}

fn first_readings(order: Vec<Listed>) -> VecDeque<(Listed, Reading)> {
    let order = order.into_iter();
    order.map(|mail| (mail, Reading::First)).collect()
}
