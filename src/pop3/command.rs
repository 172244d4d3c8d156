//! What a client may say. A command that exists is one line of at most 255 octets (RFC 2449, section 4).

/// A POP3 command of the TRANSACTION state. Log-in commands are the session's own business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// `STAT`
    Stat,
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

/// A user name or password that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadArgument {
    /// Would smuggle in a second command.
    #[error("it contains a line break or a NUL, which POP3 cannot carry")]
    LineBreak,
    /// RFC 2449, section 4.
    #[error("it makes a command of more than 255 octets, which POP3 cannot carry")]
    TooLong,
}
