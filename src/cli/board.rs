//! Where the accounts that are being fetched write how far they are, and the progress bar reads it.

use std::sync::{Mutex, PoisonError};

use crate::fetch::{Event, Progress, Stage};

/// One place per account.
pub(super) struct Board(Mutex<Vec<Standing>>);

/// How far one account is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Standing {
    pub stage: Option<Stage>,
    pub progress: Progress,
    pub ended: bool,
}

impl Board {
    pub(super) fn new(accounts: usize) -> Self {
        Self(Mutex::new(vec![Standing::default(); accounts]))
    }

    /// Takes in what an account tells. Never waits longer than another one's word takes.
    pub(super) fn tell(&self, account: usize, event: &Event) {
        self.change(account, |standing| match event {
            Event::Stage(stage) => standing.stage = Some(*stage),
            Event::Progress(progress) => standing.progress = *progress,
            Event::Stored(_) | Event::Changed(_) => {}
        });
    }

    pub(super) fn end(&self, account: usize) {
        self.change(account, |standing| standing.ended = true);
    }

    pub(super) fn read(&self) -> Vec<Standing> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn change(&self, account: usize, change: impl FnOnce(&mut Standing)) {
        let mut standings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(standing) = standings.get_mut(account) {
            change(standing);
        }
    }
}
