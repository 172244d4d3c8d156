//! In what order mails are asked for: what people look at first comes first. Pure.

use std::collections::HashSet;

use crate::pop3::UniqueId;

use crate::fetch::judge::plan::Errand;

/// What fits on a screen.
const SCREEN: usize = 50;
/// A mail of more octets is not worth waiting for while the first screen is still empty.
const MODEST: u64 = 128 << 10;

/// Brings mails into the order in which they are asked for:
///
/// 1. the newest 50 of modest size, so that the first screen can be read within the first second, whatever giants
///    lie between them;
/// 2. all others, newest first;
/// 3. those that are larger than any mail may be (`cap`), if LIST does not lie;
/// 4. those at which a session broke (`suspects`), so that they keep no other mail away.
///
/// Newest is the highest message-number: servers number by arrival.
pub(in crate::fetch) fn sort(
    mut errands: Vec<Errand>,
    suspects: &HashSet<UniqueId>,
    cap: u64,
) -> Vec<Errand> {
    errands.sort_unstable_by_key(|errand| std::cmp::Reverse(errand.listed.number));
    let is_suspect = |errand: &Errand| {
        let uid = errand.listed.uid.as_ref();
        uid.is_some_and(|uid| suspects.contains(uid))
    };
    let is_modest = |errand: &Errand| errand.octets() <= MODEST && !is_suspect(errand);
    // Up to the oldest mail of the first screen.
    let modest = errands
        .iter()
        .enumerate()
        .filter(|(_, errand)| is_modest(errand));
    let end = modest.take(SCREEN).last().map_or(0, |(place, _)| place + 1);
    errands[..end].sort_by_key(|errand| !is_modest(errand));
    errands.sort_by_key(|errand| (is_suspect(errand), errand.octets() > cap));
    errands
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::judge::plan::Part;
    use crate::fetch::talk::listing::Listed;

    fn errand(number: u32, size: u64) -> Errand {
        let uid = UniqueId(format!("u{number}").into_bytes().into());
        Errand {
            listed: Listed {
                number,
                uid: Some(uid),
                size: Some(size),
            },
            part: Part::Whole,
        }
    }

    fn sorted(errands: Vec<Errand>, suspects: &[&str]) -> Vec<u32> {
        let suspects = suspects.iter().map(|uid| UniqueId(uid.as_bytes().into()));
        let errands = sort(errands, &suspects.collect(), 100 << 20);
        errands.iter().map(|errand| errand.listed.number).collect()
    }

    #[test]
    fn newest_mail_comes_first() {
        let errands = vec![errand(2, 9), errand(1, 9), errand(3, 9)];
        assert_eq!(sorted(errands, &[]), [3, 2, 1]);
    }

    #[test]
    fn the_first_screen_does_not_wait_for_giants() {
        let giant = 30 << 20;
        let size = |number| if number % 2 == 0 { giant } else { 20_000 };
        let errands: Vec<Errand> = (1..=200)
            .map(|number| errand(number, size(number)))
            .collect();
        let order = sorted(errands, &[]);
        let screen: Vec<u32> = (0..50).map(|place| 199 - 2 * place).collect();
        assert_eq!(order[..50], screen);
        assert_eq!(order[50..54], [200, 198, 196, 194]);
        assert_eq!(order.len(), 200);
    }

    #[test]
    fn a_giant_of_which_only_the_head_comes_is_modest() {
        let head = Errand {
            part: Part::Head,
            ..errand(3, 30 << 20)
        };
        assert_eq!(
            sorted(vec![errand(1, 9), errand(2, 30 << 20), head], &[]),
            [3, 1, 2]
        );
    }

    #[test]
    fn a_suspect_comes_last() {
        let errands = vec![errand(1, 30 << 20), errand(2, 9), errand(3, 9)];
        assert_eq!(sorted(errands, &["u3"]), [2, 1, 3]);
    }

    #[test]
    fn what_is_too_large_comes_after_all_that_is_not() {
        let errands = vec![errand(1, 30 << 20), errand(2, 101 << 20), errand(3, 9)];
        assert_eq!(sorted(errands.clone(), &[]), [3, 1, 2]);
        assert_eq!(sorted(errands, &["u3"]), [1, 2, 3]);
    }
}
