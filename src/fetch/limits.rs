//! How long a session may grow before it is ended, so that what it marked for deletion is not left to luck.

use std::time::Duration;

/// How long a session may grow. A long one risks all its deletions at once (RFC 1939, section 6: a line that breaks
/// before QUIT deletes nothing), keeps the mailbox locked, and on some servers marks nothing as read before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A session that has fetched so many mails ends with QUIT, and another one goes on.
    pub mails: usize,
    /// But not while it is younger than this: then it is fast, and a log-in would cost more than it saves.
    pub youth: Duration,
    /// A session of this age ends, however few mails it fetched.
    pub age: Duration,
    /// When the store keeps the line waiting for so long, the server gets a NOOP: some hang up after a minute.
    pub idle: Duration,
    /// A server's LOGIN-DELAY is waited for within a fetch up to this long; longer ones wait for the next fetch.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            mails: 500,
            youth: Duration::from_secs(10),
            age: Duration::from_mins(5),
            idle: Duration::from_secs(10),
            patience: Duration::from_secs(15),
        }
    }
}
