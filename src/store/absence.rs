//! Notes which mails a listing did not name: absence is not deletion, but it says which names can still be believed.

use super::{Deletion, Known, Namesakes, Result, Writer};
use crate::mail::LedgerId;

/// A name that no listing gave for longer than this may be another mail's when it is listed again, in seconds.
const GRACE: i64 = 30 * 24 * 60 * 60;

/// What a listing changes in what is known to be there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Absence {
    /// Mails that it does not name, and that were there before.
    pub missed: Vec<LedgerId>,
    /// Mails that it names, and that were absent before, for no longer than the grace.
    pub back: Vec<LedgerId>,
}

impl Known {
    /// Whether its name has been absent for so long that it says nothing any more: if it is listed, it is to be read
    /// again, and its octets tell.
    pub fn is_stale(&self, now: i64) -> bool {
        is_stale(self.absent_since, now)
    }
}

fn is_stale(absent_since: Option<i64>, now: i64) -> bool {
    absent_since.is_some_and(|since| now.saturating_sub(since) > GRACE)
}

/// Whether a mail is so surely gone that its name and size, if they are listed, are another one's: it was deleted, or
/// absent since it was asked to be, or absent for too long.
pub(super) fn is_gone(deletion: Deletion, absent_since: Option<i64>, now: i64) -> bool {
    match deletion {
        Deletion::Done => true,
        Deletion::Sent => absent_since.is_some(),
        _ => is_stale(absent_since, now),
    }
}

impl Absence {
    /// What a complete UIDL changes in what is known of the maildrop. Pure, so that a fetch which has read what is
    /// known need not have it read again, nor write where nothing changed.
    ///
    /// A mail that was absent for too long stays so, though its name is listed, until its octets were read under it
    /// ([`Writer::add`]): a session that ends before that must not make the name believed.
    ///
    /// A name that is listed with other sizes only is another mail's: the one that had it is missed.
    pub fn of(known: &[Known], namesakes: &Namesakes, now: i64) -> Self {
        let mut absence = Self::default();
        for (mail, may_be_listed) in known.iter().zip(namesakes.may_be_listed()) {
            match (may_be_listed, mail.absent_since) {
                (true, Some(_)) if !mail.is_stale(now) => absence.back.push(mail.id),
                // What was deleted as it was asked to be is not missed.
                (false, None) if mail.deletion != Deletion::Done => absence.missed.push(mail.id),
                _ => {}
            }
        }
        absence
    }

    /// Whether there is nothing to note.
    pub fn is_empty(&self) -> bool {
        self.missed.is_empty() && self.back.is_empty()
    }
}

impl Writer {
    /// Notes that these names may be other mails': whatever a listing says, they are stale until the octets were read
    /// under them, so that [`Writer::add`] knows a mail again that was stored under its neighbour's name. What QUIT
    /// confirmed stays confirmed.
    pub fn distrust(&mut self, mails: &[LedgerId]) -> Result<()> {
        let transaction = self.begin()?;
        for id in mails {
            transaction
                .prepare_cached(
                    "UPDATE maildrop SET absent_since = 0, proof = 'head' WHERE id = ?1 AND deletion <> 'done'",
                )?
                .execute([id.0])?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes what a listing changed; see [`Absence::of`].
    pub fn note(&mut self, absence: &Absence, now: i64) -> Result<()> {
        if absence.is_empty() {
            return Ok(());
        }
        let transaction = self.begin()?;
        let missed = absence.missed.iter().map(|id| (id, Some(now)));
        let back = absence.back.iter().map(|id| (id, None));
        for (id, since) in missed.chain(back) {
            transaction
                .prepare_cached("UPDATE maildrop SET absent_since = ?2 WHERE id = ?1")?
                .execute((id.0, since))?;
        }
        Ok(transaction.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use super::{Absence, GRACE};
    use crate::mail::{AccountId, LedgerId};
    use crate::pop3::UniqueId;
    use crate::store::testing::{Home, account, uid};
    use crate::store::{Deletion, Known, Namesakes, NewMail};

    /// Three mails named a, b and c, of which c was deleted on the server.
    fn three(home: &Home) -> (AccountId, Vec<LedgerId>) {
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mails = ["a", "b", "c"].map(|name| NewMail {
            uid: Some(uid(name)),
            ..home.mail(name)
        });
        let added = writer.add(account, &mails).expect("writes");
        let ids: Vec<_> = added.iter().map(|added| added.ledger).collect();
        for step in [Deletion::Sent, Deletion::Done] {
            writer.advance(&ids[2..], step).expect("writes");
        }
        (account, ids)
    }

    fn absence(known: &[Known], listed: &[(UniqueId, Option<u64>)]) -> Absence {
        let listed = listed.iter().map(|(uid, size)| (Some(uid), *size));
        Absence::of(known, &Namesakes::of(known, listed), 0)
    }

    fn since(home: &Home, account: AccountId) -> Vec<Option<i64>> {
        let mut known = home.reader().maildrop(account).expect("reads");
        known.sort_by_key(|known| known.id);
        known.iter().map(|known| known.absent_since).collect()
    }

    #[test]
    fn a_mail_is_absent_since_it_was_missed_first_until_it_is_listed_again() {
        let home = Home::new();
        let (account, _) = three(&home);
        let mut writer = home.writer();
        for (uids, now, changed, absent) in [
            (&["a", "b"][..], 10, 0, [None, None]),
            (&["a"], 20, 1, [None, Some(20)]),
            (&["a"], 30, 0, [None, Some(20)]),
            (&[], 40, 1, [Some(40), Some(20)]),
            (&["b", "new"], 50, 1, [Some(40), None]),
            (&["a", "b"], 40 + GRACE, 1, [None, None]),
        ] {
            let listed: Vec<_> = uids.iter().map(|name| uid(name)).collect();
            let told = writer.listed(account, &listed, now).expect("writes");
            assert_eq!(told, changed, "{uids:?}");
            assert_eq!(since(&home, account)[..2], absent, "{uids:?}");
        }
    }

    #[test]
    fn what_was_deleted_as_asked_is_not_missed_and_nothing_is_written_where_nothing_changed() {
        let home = Home::new();
        let (account, ids) = three(&home);
        let known = home.reader().maildrop(account).expect("reads");
        assert!(absence(&known, &[(uid("b"), None), (uid("a"), Some(0))]).is_empty());
        let absence = absence(&known, &[]);
        assert_eq!((absence.missed, absence.back), (ids[..2].to_vec(), vec![]));
    }

    #[test]
    fn a_mail_whose_name_is_listed_with_another_size_only_is_missed() {
        let home = Home::new();
        let (account, ids) = three(&home);
        let known = home.reader().maildrop(account).expect("reads");
        let size = known[0].listed_size;
        let other = size.map(|size| size + 1);
        let missed = |a: &[Option<u64>]| {
            let a = a.iter().map(|size| (uid("a"), *size));
            let b = [(uid("b"), size)];
            absence(&known, &a.chain(b).collect::<Vec<_>>()).missed
        };
        assert_eq!(missed(&[other]), ids[..1]);
        for listed in [&[size][..], &[other, size], &[None], &[other, Some(0)]] {
            assert!(missed(listed).is_empty(), "{listed:?}");
        }
    }

    #[test]
    fn a_name_that_was_absent_for_too_long_is_not_believed_until_its_octets_were_read() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mail = home.mail("one");
        let name = mail.uid.clone().expect("has one");
        writer
            .add(account, std::slice::from_ref(&mail))
            .expect("writes");
        writer.listed(account, &[], 10).expect("writes");
        let now = 10 + GRACE + 1;
        for _session in 0..2 {
            let known = home.reader().maildrop(account).expect("reads");
            assert!(known[0].is_stale(now));
            let told = writer.listed(account, std::slice::from_ref(&name), now);
            assert_eq!(told.expect("writes"), 0);
        }
        writer.add(account, &[mail]).expect("writes");
        assert_eq!(since(&home, account), [None]);
    }
}
