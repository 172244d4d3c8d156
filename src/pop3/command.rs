//! What a client may say. A command that exists is one line of at most 255 octets (RFC 2449, section 4).

use std::fmt;

use super::Outgoing;

/// The longest command, with its line end (RFC 2449, section 4).
pub(super) const MAX_COMMAND: usize = 255;

/// A POP3 command of the TRANSACTION state. Log-in commands are the session's own business.
///
/// Shown as it is sent, without the line end: `RETR 7`. As its arguments are numbers, none can be
/// longer than a command may be, and none can smuggle in a second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `LIST` without an argument
    List,
    /// `UIDL` without an argument
    Uidl,
    /// `RETR n`
    Retr(u32),
    /// `TOP n lines`
    Top(u32, u32),
    /// `DELE n`
    Dele(u32),
    /// `NOOP`
    Noop,
    /// `RSET`
    Rset,
    /// `QUIT`
    Quit,
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List => f.write_str("LIST"),
            Self::Uidl => f.write_str("UIDL"),
            Self::Retr(number) => write!(f, "RETR {number}"),
            Self::Top(number, lines) => write!(f, "TOP {number} {lines}"),
            Self::Dele(number) => write!(f, "DELE {number}"),
            Self::Noop => f.write_str("NOOP"),
            Self::Rset => f.write_str("RSET"),
            Self::Quit => f.write_str("QUIT"),
        }
    }
}

/// A user name or password that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadArgument {
    /// Would smuggle in a second command.
    #[error("it contains a line break or a NUL, which POP3 cannot carry")]
    LineBreak,
    /// RFC 2449, section 4.
    #[error("it makes a command of more than 255 octets, which POP3 cannot carry")]
    TooLong,
    /// RFC 6750, section 2.1.
    #[error("it is no token, which is one word of ASCII letters, digits and signs")]
    NoToken,
}

/// Refuses an argument that would not stay on its line.
pub(super) fn check_argument(argument: &str) -> Result<(), BadArgument> {
    if argument.contains(['\r', '\n', '\0']) {
        return Err(BadArgument::LineBreak);
    }
    Ok(())
}

/// A command with an argument the user chose. Octets outside ASCII are sent as they are: servers that
/// take them in a name or password take UTF-8 (RFC 6856, section 2.2).
pub(super) fn with_argument(verb: &str, argument: &str) -> Result<Outgoing, BadArgument> {
    check_argument(argument)?;
    if verb.len() + 1 + argument.len() + 2 > MAX_COMMAND {
        return Err(BadArgument::TooLong);
    }
    Ok(Outgoing::line(&[verb, " ", argument]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_it_is_sent() {
        assert_eq!(Command::Top(7, 0).to_string(), "TOP 7 0");
        assert_eq!(Command::Retr(u32::MAX).to_string(), "RETR 4294967295");
    }

    #[test]
    fn an_argument_stays_on_its_line() {
        for bad in ["a\rb", "a\nDELE 1", "a\0b"] {
            let refused = with_argument("USER", bad).err();
            assert_eq!(refused, Some(BadArgument::LineBreak), "{bad:?}");
        }
    }

    #[test]
    fn a_command_has_255_octets_at_most() {
        let fits = "x".repeat(255 - "USER \r\n".len());
        assert_eq!(with_argument("USER", &fits).map(|line| line.len()), Ok(255));
        let over = with_argument("USER", &(fits + "x")).err();
        assert_eq!(over, Some(BadArgument::TooLong));
    }
}
