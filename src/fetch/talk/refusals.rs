//! Refusals in a row: a server that refuses whatever it is asked for is not asked for all the rest.

use std::collections::VecDeque;

use crate::mail::SafeText;

/// Refusals in the same words, after which a server is thought to refuse everything: some allow only so many downloads
/// an hour.
const MANY: usize = 10;
/// Mails that are asked for behind these, one by one from the other end: a row of bad mails must not keep good ones
/// away.
const PROBES: usize = 3;

/// Refusals in a row, in the same words.
#[derive(Debug, Default)]
pub(in crate::fetch) struct Refusals {
    said: Option<SafeText>,
    count: usize,
    /// As many as there are once all is answered that was on its way, and the probes.
    enough: usize,
}

impl Refusals {
    /// A mail was refused in these words, while so many others were on their way.
    pub(in crate::fetch) fn add(&mut self, said: &SafeText, on_the_way: usize) {
        if self.said.as_ref() != Some(said) {
            *self = Self::default();
            self.said = Some(said.clone());
        }
        self.count += 1;
        if self.count == MANY {
            self.enough = MANY + on_the_way + PROBES;
        }
    }

    /// A mail came.
    pub(in crate::fetch) fn end(&mut self) {
        *self = Self::default();
    }

    /// Whether mails are asked for one by one.
    pub(in crate::fetch) fn are_many(&self) -> bool {
        self.count >= MANY
    }

    /// Whether nothing more is asked for.
    pub(in crate::fetch) fn are_enough(&self) -> bool {
        self.are_many() && self.count >= self.enough
    }

    /// What to ask for next.
    pub(in crate::fetch) fn next<T>(&self, upcoming: &mut VecDeque<T>) -> Option<T> {
        if self.are_many() {
            upcoming.pop_back()
        } else {
            upcoming.pop_front()
        }
    }

    /// What a server says that refuses everything, in a session that brought so many mails.
    pub(in crate::fetch) fn of_everything(self, mails: u64) -> Option<SafeText> {
        let is_all = self.are_enough() || (self.are_many() && mails == 0);
        self.said.filter(|_| is_all)
    }
}
