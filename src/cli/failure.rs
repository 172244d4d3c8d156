//! Why a command did not do what was asked: one sentence on stderr and an exit code of sysexits.h.

use std::io;
use std::path::PathBuf;

use crate::app::keymap::KeymapError;
use crate::config;
use crate::fetch::{self, ErrorKind};
use crate::mail::SafeText;
use crate::runtime;
use crate::store::Error;

use super::out::note;

/// What the process tells its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exit(pub u8);

impl Exit {
    pub(super) const DONE: Self = Self(0);
    /// Some mails or accounts failed; stderr says which.
    pub(super) const IN_PART: Self = Self(1);
    pub(super) const USAGE: Self = Self(64);
    pub(super) const BAD_DATA: Self = Self(65);
    pub(super) const NO_INPUT: Self = Self(66);
    pub(super) const UNAVAILABLE: Self = Self(69);
    pub(super) const INTERNAL: Self = Self(70);
    pub(super) const CANNOT_CREATE: Self = Self(73);
    pub(super) const IO: Self = Self(74);
    pub(super) const TRY_LATER: Self = Self(75);
    pub(super) const CONFIG: Self = Self(78);
}

/// Why a command ends early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// Nobody reads the results any more: no failure of ours, and nothing to say.
    #[error("the reader of the output has gone")]
    ClosedPipe,
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    #[error("{0}")]
    Usage(String),
    #[error("there is no {what} directory, as HOME is not set; say which with {option}")]
    NoHome {
        what: &'static str,
        option: &'static str,
    },
    #[error("cannot ask at the terminal: {0}")]
    Ask(io::Error),
    #[error("{0}")]
    Config(#[from] config::Error),
    #[error("the config file {} cannot be written ({reason}); name another one with --config", path.display())]
    ConfigWrite { path: PathBuf, reason: io::Error },
    #[error("{0}; nothing was written")]
    Keyring(fetch::keyring::Error),
    #[error("{0}")]
    NoServer(String),
    #[error("{0}; nothing was written")]
    Unanswered(fetch::Error),
    #[error("{account}: {why}; nothing was written: {advice} (--no-test leaves the test out)")]
    Test {
        account: String,
        kind: ErrorKind,
        why: SafeText,
        advice: SafeText,
    },
    #[error("{}, {error}", file.display())]
    Keys { file: PathBuf, error: KeymapError },
    #[error("there is no config file {} yet; poptui setup --address YOU@EXAMPLE.ORG makes one, poptui alone shows a welcome", .0.display())]
    NoConfig(PathBuf),
    #[error("no account is set up in {}; poptui setup adds one, or write an [accounts.NAME] with address, host and a password", .0.display())]
    NoAccount(PathBuf),
    #[error("{0}")]
    Store(#[from] Error),
    #[error("there is no mail {}; poptui list shows the numbers of those there are; the others are shown above", numbers(.0))]
    SomeUnknown(Vec<i64>),
    #[error("there is no mail {}; poptui list shows the numbers of those there are", numbers(.0))]
    UnknownMail(Vec<i64>),
    #[error(
        "the screen needs a terminal; poptui demo in one shows sample mail, poptui fetch and poptui setup work without one"
    )]
    NoTerminal { config: bool },
    #[error("the trace {} cannot be written: {error}; name another file behind --trace", file.display())]
    Trace { file: PathBuf, error: io::Error },
    #[error("{} {why}, and nothing is ever written over; choose another name", path.display())]
    Taken { path: PathBuf, why: &'static str },
    #[error("{} cannot be written ({error}); nothing was left there", path.display())]
    Write { path: PathBuf, error: io::Error },
    #[error("cannot start: {0}")]
    Start(io::Error),
    #[error("{0}")]
    Screen(#[from] runtime::Error),
}

impl Failure {
    /// Says it on stderr and returns the exit code.
    pub(super) fn report(&self) -> Exit {
        if !matches!(self, Self::ClosedPipe) {
            note(&self.to_string());
        }
        self.exit()
    }

    fn exit(&self) -> Exit {
        match self {
            Self::ClosedPipe => Exit::DONE,
            Self::Usage(_)
            | Self::NoTerminal { config: true }
            | Self::Config(config::Error::Taken { .. }) => Exit::USAGE,
            Self::NoServer(_) => Exit::UNAVAILABLE,
            Self::Unanswered(error) => Exit(error.kind.exit_code()),
            Self::Test { kind, .. } => Exit(kind.exit_code()),
            Self::NoHome { .. }
            | Self::Config(_)
            | Self::Keys { .. }
            | Self::NoConfig(_)
            | Self::NoAccount(_)
            | Self::NoTerminal { config: false } => Exit::CONFIG,
            Self::SomeUnknown(_) => Exit::IN_PART,
            Self::UnknownMail(_) | Self::Store(Error::Absent { .. }) => Exit::NO_INPUT,
            Self::Store(Error::Locked { .. } | Error::ReadOnly { .. } | Error::Busy { .. }) => {
                Exit::TRY_LATER
            }
            Self::ConfigWrite { .. }
            | Self::Taken { .. }
            | Self::Keyring(_)
            | Self::Trace { .. }
            | Self::Store(Error::Create { .. }) => Exit::CANNOT_CREATE,
            Self::Store(Error::Internal { .. } | Error::Panicked) => Exit::INTERNAL,
            Self::Write { error, .. } => match error.kind() {
                io::ErrorKind::NotFound
                | io::ErrorKind::AlreadyExists
                | io::ErrorKind::PermissionDenied => Exit::CANNOT_CREATE,
                _ => Exit::IO,
            },
            Self::Output(_) | Self::Ask(_) | Self::Start(_) | Self::Store(_) | Self::Screen(_) => {
                Exit::IO
            }
        }
    }
}

impl From<io::Error> for Failure {
    /// Of standard output: nothing else is written here.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Output(error),
        }
    }
}

fn numbers(ids: &[i64]) -> String {
    ids.iter()
        .map(i64::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
