//! What to download: the maildrop against what is known of it, and what the user wants. Pure.

use std::collections::HashSet;

use crate::config::Keep;
use crate::mail::{Completeness, Due, MessageId};
use crate::pop3::UniqueId;
use crate::store::{Deletion, Known, Namesakes, Proof, due, stored_uid};

use crate::fetch::talk::listing::Listed;
use crate::fetch::talk::prove::must_be_read;

/// Doubtful mails of earlier fetches that are read once more. A handful: they are read one by one.
const DOUBTFUL: usize = 4;
/// A doubtful mail that came the same so often is what the server has, and is left in peace.
const READINGS: u32 = 3;
/// What a head is thought to have, in octets.
const HEAD: u64 = 4 << 10;
/// What a mail of unknown size is thought to have, in octets.
const UNKNOWN: u64 = 64 << 10;

/// A mail to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fetch) struct Errand {
    pub(in crate::fetch) listed: Listed,
    pub(in crate::fetch) part: Part,
}

/// How much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Part {
    /// RETR
    Whole,
    /// TOP n 0
    Head,
}

impl Errand {
    /// About how many octets the answer has.
    pub(in crate::fetch) fn octets(&self) -> u64 {
        match self.part {
            Part::Whole => self.listed.size.unwrap_or(UNKNOWN),
            Part::Head => self.listed.size.unwrap_or(HEAD).min(HEAD),
        }
    }

    /// Its name as the ledger has it.
    pub(in crate::fetch) fn stored_uid(&self) -> Option<UniqueId> {
        self.listed.uid.as_ref().map(stored_uid)
    }
}

/// By this a mail is known again: its name and its size as LIST tells it.
pub(in crate::fetch) type Key = (UniqueId, Option<u64>);

/// The name and size of a listed mail.
pub(in crate::fetch) fn key(mail: &Listed) -> Option<Key> {
    Some((stored_uid(mail.uid.as_ref()?), mail.size))
}

/// The name and size of a known mail.
pub(in crate::fetch) fn known_key(known: &Known) -> Key {
    (known.uid.clone(), known.listed_size)
}

/// What the plan depends on, besides the maildrop and the ledger.
pub(in crate::fetch) struct Aims<'a> {
    pub(in crate::fetch) keep: Keep,
    /// Seconds since 1970.
    pub(in crate::fetch) now: i64,
    /// Larger mails come as their head, at first.
    pub(in crate::fetch) partial_above: Option<u64>,
    /// No mail of more octets comes whole; but LIST may lie.
    pub(in crate::fetch) cap: u64,
    /// Names of mails at which a session of this fetch broke.
    pub(in crate::fetch) suspects: &'a HashSet<UniqueId>,
    /// Whether the server can send a head alone.
    pub(in crate::fetch) can_top: bool,
    /// Whether heads are compared before a mail is deleted there.
    pub(in crate::fetch) compares_heads: bool,
    /// Sizes of whole mails that are no longer listed: one of them may be listed under a new name, and only a whole
    /// mail can be known again by its octets.
    pub(in crate::fetch) vanished: &'a HashSet<u64>,
    /// Heads that the user wants whole.
    pub(in crate::fetch) whole: &'a HashSet<MessageId>,
    /// Names of mails that were read once more in this fetch already.
    pub(in crate::fetch) doubted: &'a HashSet<UniqueId>,
}

/// What to do with a maildrop, in the order of the listing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::fetch) struct Plan {
    /// Mails whose head is here and that the user wants whole.
    pub(in crate::fetch) wished: Vec<Errand>,
    /// To be fetched.
    pub(in crate::fetch) download: Vec<Errand>,
    /// To be read once more, alone: their sizes were wrong in an earlier fetch.
    pub(in crate::fetch) again: Vec<Errand>,
    /// How many of them were never seen before.
    pub(in crate::fetch) new: usize,
}

impl Plan {
    pub(in crate::fetch) fn is_empty(&self) -> bool {
        self.wished.is_empty() && self.download.is_empty() && self.again.is_empty()
    }
}

/// What is known of the mails of one name and size: of one mail, if the server is in order.
#[derive(Debug, Default, Clone, Copy)]
struct Group {
    /// How many mails of the listing the known ones stand for. When fewer are known than listed, nobody can say
    /// which is missing, so all come again and the store tells them apart by their octets.
    here: u32,
    /// Known ones of which nobody can say whether it is they that are listed.
    stale: u32,
    /// How many are listed.
    listed: u32,
    /// Whether one of the known ones is here with its body, so that it takes a body to compare with it.
    has_body: bool,
    /// The most that any of them asks for.
    need: Need,
}

/// Why a known mail is to be asked for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    #[default]
    Nothing,
    /// Its size was wrong.
    Again,
    /// Its name may be another mail's: only its octets tell.
    Proof,
    /// The user wants it whole.
    Wish,
}

/// Sorts the maildrop.
///
/// A known mail is read again, whole, where its name and size do not prove that it is the same mail: its deletion was
/// confirmed and yet it is listed; it was away for too long; it was recognised by its head after the
/// server renamed it, or no head can prove what its name means, and it is about to be deleted. What comes of it, the store says by comparing octets.
///
/// A mail that was deleted here for good is known all the same, and does not come back.
pub(in crate::fetch) fn plan(
    maildrop: &[Listed],
    known: &[Known],
    namesakes: &Namesakes,
    aims: &Aims<'_>,
) -> Plan {
    let groups = group(known, namesakes, aims);
    let mut plan = Plan::default();
    for (mail, number) in maildrop.iter().zip(namesakes.of_listed()) {
        let group = number.map(|number| groups[number]).unwrap_or_default();
        let errand = |part| Errand {
            listed: mail.clone(),
            part,
        };
        if group.here < group.listed || group.here == 0 {
            plan.new += usize::from(group.here + group.stale == 0);
            plan.download.push(errand(part(mail, group, aims)));
            continue;
        }
        match group.need {
            Need::Nothing => {}
            Need::Again => plan.again.push(errand(Part::Whole)),
            Need::Proof => plan.download.push(errand(Part::Whole)),
            Need::Wish => plan.wished.push(errand(Part::Whole)),
        }
    }
    // The newest ones matter most.
    let surplus = plan.again.len().saturating_sub(DOUBTFUL);
    plan.again.drain(..surplus);
    plan
}

/// The names and sizes of listed mails for which no known one stands that is surely there.
pub(in crate::fetch) fn uncovered(
    maildrop: &[Listed],
    known: &[Known],
    namesakes: &Namesakes,
    now: i64,
) -> Vec<Key> {
    let mut here = vec![0_u32; namesakes.count()];
    for (known, number) in known.iter().zip(namesakes.of_known()) {
        if !is_stale(known, now) {
            here[*number] = here[*number].saturating_add(known.copies);
        }
    }
    let mut uncovered = Vec::new();
    for (mail, number) in maildrop.iter().zip(namesakes.of_listed()) {
        let Some(number) = number else { continue };
        match here[*number].checked_sub(1) {
            Some(left) => here[*number] = left,
            None => uncovered.extend(key(mail)),
        }
    }
    uncovered
}

/// By the numbers of names and sizes.
fn group(known: &[Known], namesakes: &Namesakes, aims: &Aims<'_>) -> Vec<Group> {
    let mut groups = vec![Group::default(); namesakes.count()];
    for (known, number) in known.iter().zip(namesakes.of_known()) {
        let group = &mut groups[*number];
        group.has_body |= known.completeness != Completeness::Head;
        if is_stale(known, aims.now) {
            group.stale += known.copies;
        } else {
            group.here += known.copies;
            group.need = group.need.max(need(known, aims));
        }
    }
    for number in namesakes.of_listed().iter().flatten() {
        groups[*number].listed += 1;
    }
    groups
}

/// Whether its name and size may be another mail's by now.
pub(in crate::fetch) fn is_stale(known: &Known, now: i64) -> bool {
    known.deletion == Deletion::Done || is_gone(known, now)
}

/// Whether it is so surely gone that a listing which names it again means another mail: its deletion was asked for
/// and then it was not listed, or it was away for too long.
pub(in crate::fetch) fn is_gone(known: &Known, now: i64) -> bool {
    let was_deleted = known.deletion == Deletion::Sent && known.absent_since.is_some();
    was_deleted || known.is_stale(now)
}

fn need(known: &Known, aims: &Aims<'_>) -> Need {
    // A mail that was recognised by its head is read before it is deleted, and one that no head can prove.
    let is_proven = known.proof == Proof::Octets && !must_be_read(known, aims.compares_heads);
    if !is_proven && !known.is_beyond_proof() && is_due(due(aims.keep, &known.grounds(), aims.now))
    {
        return Need::Proof;
    }
    let Some(message) = known.message else {
        return Need::Nothing;
    };
    if aims.whole.contains(&message) && known.completeness == Completeness::Head {
        return Need::Wish;
    }
    let doubtful = known.completeness == Completeness::Doubtful;
    if doubtful && known.readings < READINGS && !aims.doubted.contains(&known.uid) {
        return Need::Again;
    }
    Need::Nothing
}

/// Whether a deletion is to be asked for in this session.
pub(in crate::fetch) fn is_due(due: Due) -> bool {
    matches!(due, Due::Next | Due::Asked | Due::Sent)
}

/// How much of a mail that is not here. Without a name, a mail is known again by its octets alone, so all of them are
/// needed.
fn part(mail: &Listed, group: Group, aims: &Aims<'_>) -> Part {
    let Some(size) = mail.size.filter(|_| aims.can_top) else {
        return Part::Whole;
    };
    let compared = mail.uid.is_none() || group.has_body || aims.vanished.contains(&size);
    let large = aims.partial_above.is_some_and(|limit| size > limit);
    // Where everything is wanted whole, what LIST calls too large is tried all the same, once: LIST may lie.
    let suspect = |uid| aims.suspects.contains(uid);
    let tried = large || mail.uid.as_ref().is_some_and(suspect);
    if (size > aims.cap && tried) || (large && !compared) {
        return Part::Head;
    }
    Part::Whole
}

#[cfg(test)]
mod tests;
