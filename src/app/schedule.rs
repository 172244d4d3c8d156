//! When each account is fetched by itself. Pure: the time and the seed of its chance come in.
//!
//! A fetch that went well is followed by the next one `fetch-every` later, or up to a tenth sooner, so that not all the
//! world asks at the full minute. After trouble it waits 1, 5, 15, 30 and then 60 minutes, and never less than
//! `fetch-every` or the server's own wish (LOGIN-DELAY, RFC 2449). A server that refuses the password is not asked
//! again until the user acts: with `[AUTH]` (RFC 3206) after the first time, without it after the third.

use std::time::Duration;

/// What the end of a fetch means for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outlook {
    /// Nothing stands against it.
    #[default]
    Good,
    /// The trouble, in two or three words, passes; the password is not in doubt.
    Wait(&'static str),
    /// The log-in failed, nobody knows why.
    Doubtful,
    /// It will not do better by itself, for this reason in two or three words: the password is wrong (`[AUTH]`), the
    /// server does not serve the account ([SYS/PERM]).
    Stop(&'static str),
}

/// Why an account is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The user pressed the key.
    Asked,
    /// Its time has come.
    Due,
    /// For the rest of mails of which the head is here, and nothing else.
    Whole,
}

/// How an account stands, for the status row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Fetched when the user asks.
    Manual,
    /// Fetched by itself at this time, in milliseconds since 1970 UTC.
    Next(i64),
    /// The same, after trouble.
    Waits {
        /// The trouble.
        why: &'static str,
        /// The time.
        at: i64,
    },
    /// Not fetched by itself until the user acts.
    Stopped {
        /// The trouble.
        why: &'static str,
    },
}

/// The plans for all accounts of the config, in its order.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    plans: Vec<Plan>,
    chance: u64,
}

/// The plan for one account. Times in milliseconds.
#[derive(Debug, Clone)]
struct Plan {
    /// `None` for "manual".
    every: Option<i64>,
    /// When the next fetch is due, and how long that was to wait: a clock that was set back must not make it longer.
    next: Option<(i64, i64)>,
    /// The same while a fetch runs that may not change it.
    planned: Option<(i64, i64)>,
    state: State,
    /// Troubles in a row.
    troubles: usize,
    /// Failed log-ins in a row.
    refusals: u32,
    /// Nothing but the user starts a fetch before this time.
    not_before: i64,
    /// Not even the user starts one before this time: a key that is held down is no storm of log-ins.
    pause_until: i64,
    /// The user asked for the fetch that is due next.
    asked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    Waiting(&'static str),
    Stopped(&'static str),
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// The first fetch comes this long after the start: the screen is there, and the accounts do not all begin at once.
const FIRST: (i64, i64) = (SECOND, 3 * SECOND);
/// Waits after the first, second, … trouble in a row; the last one for all that follow.
const BACK_OFF: [i64; 5] = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 60 * MINUTE];
/// Failed log-ins in a row after which the account stops, whatever the server says of them.
const LOG_INS: u32 = 3;
/// Between a fetch that failed and the next one that the user asks for.
const PAUSE: i64 = 2 * SECOND;
/// No server's wish is obeyed for longer than this.
const LONGEST_WISH: i64 = 24 * 60 * MINUTE;
/// Between any two fetches of which the user asked for neither.
const SHORTEST: i64 = 10 * SECOND;

impl Schedule {
    /// Plans for accounts that are fetched this often, `None` for those that are fetched when the user asks.
    pub fn new(every: &[Option<Duration>], seed: u64, now: i64) -> Self {
        let mut schedule = Self {
            plans: Vec::new(),
            chance: seed,
        };
        for every in every {
            let (from, to) = FIRST;
            let wait = from + schedule.up_to(to - from);
            let every = every.map(|every| i64::try_from(every.as_millis()).unwrap_or(i64::MAX / 4));
            schedule.plans.push(Plan {
                every,
                next: every.map(|_| (now + wait, wait)),
                planned: None,
                state: State::Good,
                troubles: 0,
                refusals: 0,
                not_before: i64::MIN,
                pause_until: i64::MIN,
                asked: false,
            });
        }
        schedule
    }

    /// The accounts whose time has come.
    pub fn due(&mut self, now: i64) -> Vec<usize> {
        for plan in &mut self.plans {
            plan.next = plan.next.map(|(at, wait)| (at.min(now + wait), wait));
        }
        let plans = self.plans.iter().enumerate();
        let due = plans.filter(|(_, plan)| plan.next.is_some_and(|(at, _)| at <= now));
        due.map(|(account, _)| account).collect()
    }

    /// When the next account is due.
    pub fn next_due(&self) -> Option<i64> {
        self.plans
            .iter()
            .filter_map(|plan| plan.next.map(|(at, _)| at))
            .min()
    }

    /// The milliseconds that are still to pass before any fetch, where the last one has only just failed.
    pub fn pause(&self, account: usize, now: i64) -> i64 {
        let until = self.plans.get(account).map_or(now, |plan| plan.pause_until);
        // A clock that was set back must not make the pause longer.
        until.saturating_sub(now).clamp(0, PAUSE)
    }

    /// The user asks for a fetch: whatever stopped the account is forgotten. Where the last fetch has only just failed,
    /// it is due a little later, and `Err` gives the milliseconds until then.
    pub fn ask(&mut self, account: usize, now: i64) -> Result<(), i64> {
        let left = self.pause(account, now);
        let Some(plan) = self.plans.get_mut(account) else {
            return Ok(());
        };
        if let State::Stopped(_) = plan.state {
            plan.state = State::Good;
            plan.refusals = 0;
        }
        if left == 0 {
            return Ok(());
        }
        plan.next = Some((now + left, left));
        plan.asked = true;
        Err(left)
    }

    /// A fetch has begun: the next one is planned when it ends. Says whether the user had asked for it.
    pub fn begun(&mut self, account: usize) -> bool {
        let Some(plan) = self.plans.get_mut(account) else {
            return false;
        };
        plan.planned = plan.next.take();
        std::mem::take(&mut plan.asked)
    }

    /// A fetch has ended. `at_least` is the server's wish, in milliseconds: no other log-in sooner than that.
    pub fn ended(
        &mut self,
        account: usize,
        purpose: Purpose,
        outlook: Outlook,
        at_least: i64,
        now: i64,
    ) {
        let at_least = at_least.clamp(0, LONGEST_WISH);
        let around = |schedule: &mut Self, wait: i64| wait - wait / 10 + schedule.up_to(wait / 5);
        let Some(every) = self.plans.get(account).map(|plan| plan.every) else {
            return;
        };
        let every = every.map(|every| (every - self.up_to(every / 10)).max(SHORTEST));
        let troubles = self.plans[account].troubles;
        // A key press that fails is no further trouble of the account: it waits as long as it did.
        let is_extra = purpose == Purpose::Asked && outlook != Outlook::Good && troubles > 0;
        let step = troubles - usize::from(is_extra);
        let back_off = around(self, BACK_OFF[step.min(BACK_OFF.len() - 1)]);
        let plan = &mut self.plans[account];
        plan.take(outlook);
        if is_extra {
            plan.troubles = troubles;
        }
        let wait = match outlook {
            Outlook::Good => at_least,
            _ => back_off.max(at_least),
        };
        plan.not_before = now + wait;
        plan.pause_until = match outlook {
            Outlook::Good => now,
            _ => now + PAUSE,
        };
        let goes_on = !matches!(plan.state, State::Stopped(_));
        let next = every.filter(|_| goes_on).map(|every| every.max(wait));
        let planned = plan.planned.take();
        plan.next = match (purpose, outlook, planned) {
            // It did not look for new mail: that stays planned as it was.
            (Purpose::Whole, Outlook::Good, Some((at, wait))) => {
                Some((at.max(now + SHORTEST.max(at_least)), wait.max(at_least)))
            }
            _ => next.map(|wait| (now + wait, wait)),
        };
    }

    /// How an account stands.
    pub fn standing(&self, account: usize) -> Standing {
        let Some(plan) = self.plans.get(account) else {
            return Standing::Manual;
        };
        match (plan.state, plan.next) {
            (State::Stopped(why), _) => Standing::Stopped { why },
            (State::Waiting(why), Some((at, _))) => Standing::Waits { why, at },
            (State::Good, Some((at, _))) => Standing::Next(at),
            (State::Good | State::Waiting(_), None) => Standing::Manual,
        }
    }

    /// Whether the server can be asked for a mail that is being opened: it has not just said no.
    pub fn is_open(&self, account: usize, now: i64) -> bool {
        self.plans
            .get(account)
            .is_some_and(|plan| !matches!(plan.state, State::Stopped(_)) && plan.not_before <= now)
    }

    /// A number from 0 up to and without `limit` (or 0), by the next step of SplitMix64.
    fn up_to(&mut self, limit: i64) -> i64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // Half of the number range: it fits both types.
        i64::try_from(mixed >> 1).unwrap_or(0) % limit.max(1)
    }
}

impl Plan {
    /// What the end of a fetch changes for those that follow.
    fn take(&mut self, outlook: Outlook) {
        self.troubles += 1;
        match outlook {
            Outlook::Good => {
                self.state = State::Good;
                self.troubles = 0;
                self.refusals = 0;
            }
            Outlook::Wait(why) => self.state = State::Waiting(why),
            Outlook::Doubtful => {
                self.refusals += 1;
                self.state = match self.refusals {
                    LOG_INS.. => State::Stopped("log-in refused"),
                    _ => State::Waiting("log-in failed"),
                };
            }
            Outlook::Stop(why) => self.state = State::Stopped(why),
        }
    }
}

#[cfg(test)]
mod tests;
