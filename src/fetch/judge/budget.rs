//! When a session has lasted long enough. Pure, but for the clock it is given.

use std::time::Duration;

use tokio::time::Instant;

use crate::fetch::Limits;

/// What is asked for on a slow line comes within so many seconds.
const MOMENTS: u64 = 2;
/// But so many octets may always be asked for.
const LEAST: u64 = 1 << 20;

/// What a session has left.
#[derive(Debug, Clone, Copy)]
pub(in crate::fetch) struct Budget {
    pub(in crate::fetch) limits: Limits,
    /// When the session logged in.
    pub(in crate::fetch) since: Instant,
    /// The server's LOGIN-DELAY: no session is ended only to be refused the next one.
    pub(in crate::fetch) delay: Duration,
    /// Mails received in this session.
    pub(in crate::fetch) mails: usize,
}

impl Budget {
    /// Of a session that logged in just now, at a server of this LOGIN-DELAY in seconds.
    pub(in crate::fetch) fn new(limits: Limits, since: Instant, delay: Option<u32>) -> Self {
        Self {
            limits,
            since,
            delay: Duration::from_secs(delay.unwrap_or_default().into()),
            mails: 0,
        }
    }

    /// Whether the session should be ended and another one go on.
    pub(in crate::fetch) fn is_used_up(&self, now: Instant) -> bool {
        let age = now.duration_since(self.since);
        let long = self.mails >= self.limits.mails && age >= self.limits.youth;
        // A session that brought nothing would be followed by one like it.
        self.mails > 0 && age >= self.delay && (long || age >= self.limits.age)
    }

    /// How many octets may be on their way in a session that brought so many: as many as come within moments, once
    /// its rate can be told.
    pub(in crate::fetch) fn reach(&self, octets: u64, now: Instant) -> u64 {
        let age = now.duration_since(self.since);
        if age < self.limits.youth {
            return u64::MAX;
        }
        (octets / age.as_secs().max(1) * MOMENTS).max(LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_line_is_asked_for_no_more_than_comes_within_moments() {
        let since = Instant::now();
        let budget = Budget {
            limits: Limits::default(),
            since,
            delay: Duration::ZERO,
            mails: 0,
        };
        let reach = |octets, seconds| budget.reach(octets, since + Duration::from_secs(seconds));
        assert_eq!(reach(0, 9), u64::MAX);
        assert_eq!(reach(0, 10), 1 << 20);
        assert_eq!(reach(100 << 20, 20), 10 << 20);
    }

    #[test]
    fn a_session_ends_after_many_mails_once_it_is_old_enough_or_when_it_is_old() {
        let since = Instant::now();
        let ends = |mails, seconds, delay| {
            let budget = Budget {
                limits: Limits::default(),
                since,
                delay: Duration::from_secs(delay),
                mails,
            };
            budget.is_used_up(since + Duration::from_secs(seconds))
        };
        assert!(!ends(5_000, 9, 0), "a fast session is not cut");
        assert!(!ends(499, 299, 0));
        assert!(ends(500, 10, 0));
        assert!(ends(1, 300, 0));
        assert!(
            !ends(0, 3_000, 0),
            "one without a mail would be followed by its like"
        );
        assert!(
            !ends(5_000, 599, 600),
            "the server would refuse the next log-in"
        );
        assert!(ends(5_000, 600, 600));
    }
}
