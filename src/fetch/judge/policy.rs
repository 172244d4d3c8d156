//! What is deleted on the server in this session: what the ledger says is due, as far as this listing names it. Pure.

use crate::config::Keep;
use crate::mail::{LedgerId, MessageId};
use crate::store::{Grounds, Known, Namesakes, Proof, due};

use crate::fetch::judge::plan::{is_due, is_stale};
use crate::fetch::talk::listing::{Listed, namesakes};

/// A mail of this session's listing that is safe here, and that is to be deleted there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fetch) struct Doomed {
    /// On the server.
    pub(in crate::fetch) listed: Listed,
    /// In the ledger.
    pub(in crate::fetch) ledger: LedgerId,
    /// Here; `None` when it was deleted here for good.
    pub(in crate::fetch) message: Option<MessageId>,
}

/// The mails of one name and size.
#[derive(Debug, Clone, Default)]
struct Group {
    /// How many are listed.
    listed: u32,
    /// The rows they may be, one for each mail they stand for. Which of them a number means cannot be told: all of
    /// them go, or none.
    rows: Vec<(LedgerId, Option<MessageId>)>,
    /// Whether one of the rows must stay.
    has_to_stay: bool,
}

/// What is to be deleted now, by number.
///
/// Never a mail of unknown size, never one that was only recognised by its head, and never one whose name also
/// belongs to a listed mail that has to stay or that is not known at all.
pub(in crate::fetch) fn doomed(
    keep: Keep,
    maildrop: &[Listed],
    known: &[Known],
    now: i64,
) -> Vec<Doomed> {
    if known
        .iter()
        .all(|known| !is_due(due(keep, &known.grounds(), now)))
    {
        return Vec::new();
    }
    let namesakes = namesakes(maildrop, known);
    let mut groups = group(keep, known, &namesakes, now);
    // By the numbers of names.
    let mut is_spoken_for = vec![false; groups.len()];
    for (group, name) in groups.iter().zip(namesakes.names()) {
        is_spoken_for[*name] |= !group.may_go();
    }
    let mut doomed = Vec::new();
    for (mail, number) in maildrop.iter().zip(namesakes.of_listed()) {
        let may_go = |number: &usize| !is_spoken_for[namesakes.names()[*number]];
        let Some(number) = number.filter(may_go) else {
            continue;
        };
        let row = groups[number].rows.pop();
        let row = row.filter(|_| has_size(mail));
        doomed.extend(row.map(|(ledger, message)| Doomed {
            listed: mail.clone(),
            ledger,
            message,
        }));
    }
    doomed
}

/// Mails without a name, which were read in this session, so that their numbers are sure.
pub(in crate::fetch) fn doomed_nameless(
    keep: Keep,
    read: impl IntoIterator<Item = (Listed, LedgerId, Grounds)>,
    now: i64,
) -> Vec<Doomed> {
    let due = read
        .into_iter()
        .filter(|(mail, _, grounds)| has_size(mail) && is_due(due(keep, grounds, now)));
    let doomed = due.map(|(listed, ledger, grounds)| Doomed {
        listed,
        ledger,
        message: grounds.message,
    });
    doomed.collect()
}

/// By the numbers of names and sizes.
fn group(keep: Keep, known: &[Known], namesakes: &Namesakes, now: i64) -> Vec<Group> {
    let mut groups = vec![Group::default(); namesakes.count()];
    for (known, number) in known.iter().zip(namesakes.of_known()) {
        if is_stale(known, now) {
            continue;
        }
        let may_be_proven = known.proof == Proof::Octets && !known.is_beyond_proof();
        let goes = may_be_proven && is_due(due(keep, &known.grounds(), now));
        let group = &mut groups[*number];
        group.has_to_stay |= !goes;
        if goes {
            let copies = usize::try_from(known.copies).unwrap_or(1);
            group
                .rows
                .extend(std::iter::repeat_n((known.id, known.message), copies));
        }
    }
    for number in namesakes.of_listed().iter().flatten() {
        groups[*number].listed += 1;
    }
    groups
}

impl Group {
    /// Whether all that are listed may go.
    fn may_go(&self) -> bool {
        self.listed == 0 || (!self.has_to_stay && self.rows.len() >= self.listed as usize)
    }
}

fn has_size(mail: &Listed) -> bool {
    mail.size.is_some_and(|size| size > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::judge::testing::known;
    use crate::pop3::UniqueId;
    use crate::store::Deletion;

    fn listed(number: u32, name: &str, size: u64) -> Listed {
        Listed {
            number,
            uid: (!name.is_empty()).then(|| UniqueId(name.as_bytes().into())),
            size: (size > 0).then_some(size),
        }
    }

    /// Numbers and rows.
    fn deleted(keep: Keep, maildrop: &[Listed], ledger: &[Known]) -> Vec<(u32, i64)> {
        let doomed = doomed(keep, maildrop, ledger, 1_000);
        let pair = |mail: &Doomed| (mail.listed.number, mail.ledger.0);
        doomed.iter().map(pair).collect()
    }

    #[test]
    fn what_is_due_and_listed_under_its_name_and_size_is_deleted() {
        let maildrop = [listed(1, "a", 9), listed(2, "b", 9), listed(3, "c", 8)];
        let ledger = [known(10, "a", 9), known(11, "c", 9), known(12, "gone", 9)];
        assert_eq!(deleted(Keep::Never, &maildrop, &ledger), [(1, 10)]);
        assert!(deleted(Keep::Forever, &maildrop, &ledger).is_empty());
    }

    #[test]
    fn a_name_that_also_belongs_to_a_mail_not_stored_is_not_deleted() {
        let maildrop = [listed(1, "a", 9), listed(2, "a", 8), listed(3, "b", 7)];
        let ledger = [known(10, "a", 9), known(11, "b", 7)];
        assert_eq!(deleted(Keep::Never, &maildrop, &ledger), [(3, 11)]);
    }

    #[test]
    fn of_two_mails_of_one_name_none_goes_while_one_must_stay() {
        let maildrop = [listed(1, "a", 9), listed(2, "a", 9)];
        let both = [known(10, "a", 9), known(11, "a", 9)];
        assert_eq!(deleted(Keep::Never, &maildrop, &both), [(1, 11), (2, 10)]);
        let unsure = Known {
            deletion: Deletion::None,
            ..known(11, "a", 9)
        };
        assert!(deleted(Keep::Never, &maildrop, &[known(10, "a", 9), unsure]).is_empty());
        assert!(deleted(Keep::Never, &maildrop, &both[..1]).is_empty());
        let twins = Known {
            copies: 2,
            ..known(10, "a", 9)
        };
        assert_eq!(
            deleted(Keep::Never, &maildrop, &[twins]),
            [(1, 10), (2, 10)]
        );
    }

    #[test]
    fn a_mail_without_a_size_or_known_by_its_head_or_gone_for_long_is_not_deleted() {
        let maildrop = [listed(1, "a", 0)];
        assert!(deleted(Keep::Never, &maildrop, &[known(10, "a", 0)]).is_empty());
        let maildrop = [listed(1, "a", 9)];
        let by_head = Known {
            proof: Proof::Head,
            ..known(10, "a", 9)
        };
        assert!(deleted(Keep::Never, &maildrop, &[by_head]).is_empty());
        let gone = Known {
            absent_since: Some(1_000 - 31 * 24 * 60 * 60),
            ..known(10, "a", 9)
        };
        assert!(deleted(Keep::Never, &maildrop, &[gone]).is_empty());
    }
}
