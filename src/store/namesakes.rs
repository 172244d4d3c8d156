//! Who bears the same name and size, among known mails and listed ones: found once, in one pass over both in order.

use std::borrow::Cow;

use super::Known;
use super::uid::stored_form;
use crate::mail::Completeness;
use crate::pop3::UniqueId;

/// Known and listed mails, each with a number that stands for its name and size.
///
/// Both sides are put in order and walked through side by side. Servers list by arrival, and the store knows mails in
/// the order of their names, so that there is seldom much to sort; and no server can choose names that make it slow.
#[derive(Debug, Default)]
pub struct Namesakes {
    /// Of each known mail.
    known: Vec<usize>,
    /// Of each listed mail; `None` without a name.
    listed: Vec<Option<usize>>,
    /// The name alone, in the same way, for each number.
    names: Vec<usize>,
    /// Which of the known mails may be among the listed ones.
    may_be_listed: Vec<bool>,
}

/// A mail of either side.
struct Mail<'a> {
    name: Cow<'a, UniqueId>,
    size: Option<u64>,
    /// Where it stands on its side.
    place: usize,
}

impl Namesakes {
    /// Those of these known mails and of the listed ones, of which this is the name and the size.
    pub fn of<'a>(
        known: &'a [Known],
        listed: impl IntoIterator<Item = (Option<&'a UniqueId>, Option<u64>), IntoIter: Clone>,
    ) -> Self {
        let listed = listed.into_iter();
        if is_as_known(known, listed.clone()) {
            return Self::of_the_same(known.len());
        }
        let mut namesakes = Self {
            known: vec![0; known.len()],
            may_be_listed: vec![false; known.len()],
            ..Self::default()
        };
        let sides = [mails_known(known), namesakes.mails_listed(listed)];
        let mut rest = [&sides[0][..], &sides[1][..]];
        let mut names = 0;
        while let Some(name) = first(rest, |mail| &*mail.name) {
            let bearers = cut(&mut rest, |mail| *mail.name == *name);
            namesakes.add(names, bearers, known);
            names += 1;
        }
        namesakes
    }

    /// Where all that is known is listed, in one order, each by a name of its own: the way of every fetch that finds
    /// nothing new.
    fn of_the_same(count: usize) -> Self {
        Self {
            known: (0..count).collect(),
            listed: (0..count).map(Some).collect(),
            names: (0..count).collect(),
            may_be_listed: vec![true; count],
        }
    }

    /// The number of each known mail.
    pub fn of_known(&self) -> &[usize] {
        &self.known
    }

    /// The number of each listed mail; `None` for one without a name.
    pub fn of_listed(&self) -> &[Option<usize>] {
        &self.listed
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// What stands for the name alone, without the size, for each number.
    pub fn names(&self) -> &[usize] {
        &self.names
    }

    /// Which of the known mails may be among the listed ones: the name is, and not with other sizes only, as far as
    /// sizes are known and were right.
    pub fn may_be_listed(&self) -> &[bool] {
        &self.may_be_listed
    }

    fn mails_listed<'a>(
        &mut self,
        listed: impl IntoIterator<Item = (Option<&'a UniqueId>, Option<u64>)>,
    ) -> Vec<Mail<'a>> {
        let listed = listed.into_iter();
        let mut mails = Vec::with_capacity(listed.size_hint().0);
        for (place, (name, size)) in listed.enumerate() {
            self.listed.push(None);
            mails.extend(name.map(|name| Mail {
                name: stored_form(name),
                size,
                place,
            }));
        }
        sort(&mut mails);
        mails
    }

    /// All mails of one name.
    fn add(&mut self, name: usize, bearers: [&[Mail<'_>]; 2], known: &[Known]) {
        let [_, listed] = bearers;
        // No size, and a size of 0, come first.
        let is_any_unsized = listed.first().is_some_and(|mail| !is_sized(mail.size));
        let mut rest = bearers;
        while let Some(size) = first(rest, |mail| &mail.size) {
            let number = self.names.len();
            self.names.push(name);
            let [same_known, same_listed] = cut(&mut rest, |mail| mail.size == *size);
            for mail in same_known {
                self.known[mail.place] = number;
                let is_sure =
                    is_sized(mail.size) && known[mail.place].completeness != Completeness::Doubtful;
                self.may_be_listed[mail.place] = !same_listed.is_empty() || is_any_unsized;
                self.may_be_listed[mail.place] |= !is_sure && !listed.is_empty();
            }
            for mail in same_listed {
                self.listed[mail.place] = Some(number);
            }
        }
    }
}

/// Whether the known mails are the listed ones, one by one, in the order of names and no name twice.
fn is_as_known<'a>(
    known: &[Known],
    mut listed: impl Iterator<Item = (Option<&'a UniqueId>, Option<u64>)>,
) -> bool {
    let ascends = known.is_sorted_by(|a, b| a.uid < b.uid);
    let mut known = known.iter();
    let is_next = |(name, size): (Option<&UniqueId>, Option<u64>)| {
        known.next().is_some_and(|known| {
            let is_same = |name| *stored_form(name) == known.uid;
            size == known.listed_size && name.is_some_and(is_same)
        })
    };
    ascends && listed.all(is_next) && known.next().is_none()
}

/// In the order of names; those of one name in the order of sizes.
fn sort(mails: &mut [Mail<'_>]) {
    mails.sort_by(|a, b| (&*a.name, a.size).cmp(&(&*b.name, b.size)));
}

fn mails_known(known: &[Known]) -> Vec<Mail<'_>> {
    let mails = known.iter().enumerate().map(|(place, mail)| Mail {
        name: Cow::Borrowed(&mail.uid),
        size: mail.listed_size,
        place,
    });
    let mut mails: Vec<_> = mails.collect();
    sort(&mut mails);
    mails
}

fn is_sized(size: Option<u64>) -> bool {
    size.is_some_and(|size| size > 0)
}

/// What comes first of both sides.
fn first<'m, K: Ord>(
    sides: [&'m [Mail<'m>]; 2],
    key: impl Fn(&'m Mail<'m>) -> &'m K,
) -> Option<&'m K> {
    let heads = sides.into_iter().filter_map(<[_]>::first);
    heads.map(key).min()
}

/// Cuts off what is the same at the head of each side.
fn cut<'m>(
    sides: &mut [&'m [Mail<'m>]; 2],
    is_same: impl Fn(&Mail<'m>) -> bool,
) -> [&'m [Mail<'m>]; 2] {
    sides.each_mut().map(|side| {
        let end = side.iter().position(|mail| !is_same(mail));
        let (same, rest) = side.split_at(end.unwrap_or(side.len()));
        *side = rest;
        same
    })
}

#[cfg(test)]
mod tests {
    use super::Namesakes;
    use crate::mail::Completeness;
    use crate::pop3::UniqueId;
    use crate::store::Known;
    use crate::store::testing::{Home, account, uid};

    /// A ledger with these names and sizes.
    fn known(mails: &[(&str, Option<u64>)]) -> Vec<Known> {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        writer.add(account, &[home.mail("any")]).expect("writes");
        let any = home.reader().maildrop(account).expect("reads").remove(0);
        let mail = |&(name, listed_size): &(&str, Option<u64>)| Known {
            uid: uid(name),
            listed_size,
            ..any.clone()
        };
        mails.iter().map(mail).collect()
    }

    fn namesakes(known: &[Known], listed: &[(&str, Option<u64>)]) -> Namesakes {
        let listed: Vec<(Option<UniqueId>, _)> = listed
            .iter()
            .map(|(name, size)| ((!name.is_empty()).then(|| uid(name)), *size))
            .collect();
        Namesakes::of(
            known,
            listed.iter().map(|(name, size)| (name.as_ref(), *size)),
        )
    }

    #[test]
    fn those_of_one_name_and_size_share_a_number_in_whatever_order_they_come() {
        let known = known(&[("c", Some(3)), ("a", Some(1)), ("a", None), ("c", Some(3))]);
        let listed = [
            ("b", Some(1)),
            ("a", Some(1)),
            ("", Some(1)),
            ("c", Some(3)),
            ("a", Some(2)),
            ("b", Some(1)),
        ];
        let same = namesakes(&known, &listed);
        assert_eq!(same.count(), 5);
        let (k, l) = (same.of_known(), same.of_listed());
        assert_eq!((k[0], Some(k[0])), (k[3], l[3]));
        assert_eq!((Some(k[1]), l[2], l[0]), (l[1], None, l[5]));
        let name = |number: Option<usize>| number.map(|number| same.names()[number]);
        assert_eq!((name(l[4]), name(l[1])), (name(Some(k[2])), name(l[4])));
        assert_ne!(name(l[0]), name(l[1]));
        assert_ne!(name(l[3]), name(l[1]));
    }

    #[test]
    fn a_listing_of_what_is_known_comes_to_the_same_as_one_in_another_order() {
        let mails = [("a", Some(1)), ("b", None), ("c", Some(3)), ("d", Some(0))];
        let known = known(&mails);
        let same = namesakes(&known, &mails);
        let mut turned = mails;
        turned.reverse();
        let mut turned = namesakes(&known, &turned);
        turned.listed.reverse();
        assert_eq!(format!("{same:?}"), format!("{turned:?}"));
        for (other, is_any_missing) in [
            (&mails[..3], true),
            (&[mails[0], mails[1], mails[2], ("d", Some(4))], false),
            (&[mails[0], mails[1], mails[2], ("", Some(0))], true),
            (&[mails[0], mails[1], mails[2], mails[3], mails[3]], false),
        ] {
            let of_others = namesakes(&known, other);
            assert_eq!(of_others.may_be_listed().contains(&false), is_any_missing);
            assert_eq!(of_others.of_listed().len(), other.len());
        }
        let mut twice = known.clone();
        twice[1].uid = twice[0].uid.clone();
        let same = namesakes(&twice, &[("a", Some(1)), ("a", None), mails[2], mails[3]]);
        assert_eq!(
            same.names()[same.of_known()[0]],
            same.names()[same.of_known()[1]]
        );
    }

    #[test]
    fn a_known_mail_may_be_listed_unless_its_name_is_listed_with_other_sizes_only() {
        let size = Some(5);
        for (of_known, listed, may_be) in [
            (size, &[][..], false),
            (None, &[], false),
            (size, &[size][..], true),
            (size, &[Some(6)], false),
            (size, &[Some(6), Some(5)], true),
            (size, &[Some(6), None], true),
            (size, &[Some(6), Some(0)], true),
            (None, &[Some(6)], true),
            (Some(0), &[Some(6)], true),
        ] {
            let mut known = known(&[("a", of_known)]);
            let mut all: Vec<_> = listed.iter().map(|size| ("a", *size)).collect();
            all.push(("b", size));
            assert_eq!(
                namesakes(&known, &all).may_be_listed(),
                [may_be],
                "{of_known:?} {listed:?}"
            );
            known[0].completeness = Completeness::Doubtful;
            let is_named = !listed.is_empty();
            assert_eq!(
                namesakes(&known, &all).may_be_listed(),
                [is_named],
                "{of_known:?} {listed:?}"
            );
        }
    }

    #[test]
    fn names_meet_in_the_form_in_which_they_are_kept() {
        let long = "x".repeat(1_000);
        let mut known = known(&[("a", Some(5))]);
        known[0].uid = crate::store::stored_uid(&uid(&long));
        let same = namesakes(&known, &[(&long, Some(5))]);
        assert_eq!(same.of_listed(), [Some(same.of_known()[0])]);
    }
}
