//! When the next fetch may come, by what the server said and how this one ended. For the scheduler.

use std::time::Duration;

use crate::fetch::ErrorKind;
use crate::fetch::tell::trouble::Trouble;

/// A line that broke: most often the way to the server, which comes back by itself.
const LINE: Duration = Duration::from_mins(1);
/// A server that has trouble of its own, a mailbox that is locked: stale locks of lost sessions live as long.
const SERVER: Duration = Duration::from_mins(5);

/// When the next fetch of the account may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Retry {
    /// When its time has come.
    #[default]
    Whenever,
    /// Not before so long has passed; after one such end behind another, later.
    NotBefore(Duration),
    /// The log-in failed, and the server did not say why: once or twice more, later.
    Perhaps,
    /// The user has to act first: the password was refused. The server is not asked again by itself.
    AskUser,
    /// The server said that it will not do better by itself, or the config is wrong.
    Stop,
}

impl Retry {
    /// After this trouble. `delay` is what is left of the server's LOGIN-DELAY.
    pub(in crate::fetch) fn after(trouble: &Trouble, delay: Duration) -> Self {
        let wait = |least: Duration| Self::NotBefore(least.max(delay));
        match trouble {
            Trouble::Cancelled => Self::Whenever,
            Trouble::Barred(_) | Trouble::Unavailable(_) => Self::Stop,
            Trouble::LoginPerhaps(_) => Self::Perhaps,
            Trouble::Login(_) | Trouble::Password(_) | Trouble::NoToken(_) => Self::AskUser,
            other => match other.kind() {
                ErrorKind::Auth => Self::AskUser,
                ErrorKind::Config => Self::Stop,
                ErrorKind::Busy | ErrorKind::Protocol | ErrorKind::Tls => wait(SERVER),
                ErrorKind::Temporary if matches!(other, Trouble::Temporary(_)) => wait(SERVER),
                ErrorKind::Temporary
                | ErrorKind::Connect
                | ErrorKind::Storage
                | ErrorKind::Cancelled => wait(LINE),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::SafeText;

    #[test]
    fn a_refused_password_asks_and_never_tries_again_by_itself() {
        let said = || SafeText::new("no");
        let after = |trouble| Retry::after(&trouble, Duration::ZERO);
        assert_eq!(after(Trouble::Login(said())), Retry::AskUser);
        assert_eq!(after(Trouble::LoginPerhaps(said())), Retry::Perhaps);
        assert_eq!(after(Trouble::Barred(said())), Retry::Stop);
        assert_eq!(after(Trouble::Unavailable(said())), Retry::Stop);
        assert_eq!(after(Trouble::Busy(said())), Retry::NotBefore(SERVER));
        assert_eq!(after(Trouble::Temporary(said())), Retry::NotBefore(SERVER));
        assert_eq!(after(Trouble::Closed), Retry::NotBefore(LINE));
        assert_eq!(after(Trouble::Cancelled), Retry::Whenever);
    }

    #[test]
    fn a_login_delay_is_waited_for() {
        let delay = Duration::from_mins(15);
        let retry = Retry::after(&Trouble::Closed, delay);
        assert_eq!(retry, Retry::NotBefore(delay));
    }
}
