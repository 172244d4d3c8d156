//! What a listing shows, beside what the store knows of the maildrop: which known mails it names, and which it does not.

use std::collections::HashSet;

use crate::mail::{Completeness, LedgerId};
use crate::store::{Known, Namesakes, Sighted};

use super::clock::now;
use super::judge::plan::{Key, is_stale, key};
use super::judge::renamed::{Vanished, vanished};
use super::talk::listing::{Listed, Maildrop, namesakes};

/// A maildrop and what is known of it.
pub(super) struct Seen {
    pub(super) maildrop: Maildrop,
    pub(super) known: Vec<Known>,
    pub(super) namesakes: Namesakes,
    /// What is here, whole or its head, and no longer listed, under any name.
    pub(super) vanished: Vec<Vanished>,
}

impl Seen {
    pub(super) fn of(maildrop: Maildrop, known: Vec<Known>) -> Self {
        let mut seen = Self {
            maildrop,
            known,
            namesakes: Namesakes::default(),
            vanished: Vec::new(),
        };
        seen.compare();
        seen
    }

    /// To be called when what is known has changed.
    pub(super) fn compare(&mut self) {
        self.namesakes = namesakes(&self.maildrop.mails, &self.known);
        self.vanished = vanished(&self.known, &self.namesakes);
    }

    /// What is listed under its name, as far as that is believed.
    pub(super) fn believed(&self) -> Vec<LedgerId> {
        let now = now();
        let known = self.known.iter().zip(self.namesakes.may_be_listed());
        let believed = known.filter(|(known, listed)| **listed && !is_stale(known, now));
        believed.map(|(known, _)| known.id).collect()
    }

    /// What is not to be read, and no mail without a name can be; and which names do not say which mail it is.
    pub(super) fn sighted(&self) -> Sighted {
        let is_nameless = |mail: &Listed| mail.uid.is_none();
        let sighted = if self.maildrop.has_uids && self.maildrop.mails.iter().any(is_nameless) {
            Sighted::beside(self.believed().into_iter().collect())
        } else {
            Sighted::default()
        };
        sighted.sharing(self.shared())
    }

    /// The names and sizes that several listed mails have.
    fn shared(&self) -> HashSet<Key> {
        let mut counts = vec![0_u32; self.namesakes.count()];
        for number in self.namesakes.of_listed().iter().flatten() {
            counts[*number] += 1;
        }
        let listed = self.maildrop.mails.iter().zip(self.namesakes.of_listed());
        let shared = listed.filter(|(_, number)| number.is_some_and(|number| counts[number] > 1));
        shared.filter_map(|(mail, _)| key(mail)).collect()
    }

    /// The sizes of vanished mails that are whole here: their octets would be known again.
    pub(super) fn vanished_whole(&self) -> HashSet<u64> {
        let is_whole = |mail: &&Vanished| mail.completeness == Completeness::Whole;
        let whole = self.vanished.iter().filter(is_whole);
        whole.map(|mail| mail.size).collect()
    }
}
