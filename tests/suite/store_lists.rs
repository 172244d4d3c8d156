//! Lists in pages, against the plain sort that they stand for.

use poptui::mail::{Anchor, Key, MessageId, Page, View};
use poptui::store::{Error, Reader, Store};
use proptest::prelude::*;

use crate::store::{inbox, mail};

/// Goes through a list from the top by `After` or from the end by `Before`, and gathers its keys, newest first.
fn walk(reader: &Reader, view: View, limit: usize, down: bool) -> Result<Vec<Key>, Error> {
    let start = if down { Anchor::Top } else { Anchor::End };
    let mut page: Page = reader.page(view, start, limit)?;
    let mut keys: Vec<Key> = Vec::new();
    loop {
        let rows = page.rows.iter().map(|row| row.key);
        keys = if down {
            keys.into_iter().chain(rows).collect()
        } else {
            rows.chain(keys).collect()
        };
        let (more, next) = if down {
            (page.older, keys.last().copied().map(Anchor::After))
        } else {
            (page.newer, keys.first().copied().map(Anchor::Before))
        };
        match next {
            Some(anchor) if more => page = reader.page(view, anchor, limit)?,
            _ => return Ok(keys),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn pages_by_key_are_what_sorting_gives(
        // Few dates, so that many mails share one.
        dates in proptest::collection::vec(1..6_i64, 1..40),
        limit in 1..7_usize,
        at in 0..40_usize,
    ) {
        let dir = tempfile::tempdir().expect("temporary directory");
        let store = Store::open(dir.path()).expect("opens");
        let mails: Vec<_> = dates.iter().zip(1..).map(|(&date, number)| mail(number, Some(date))).collect();
        let add = move |writer: &mut poptui::store::Writer| {
            let account = writer.account("alice", "")?;
            writer.add(account, &mails).map(|_| account)
        };
        let account = store.write_now(add).expect("writes");
        let mut sorted: Vec<Key> = dates.iter().zip(1..).map(|(&date, id)| Key { date, id: MessageId(id) }).collect();
        sorted.sort_unstable();
        sorted.reverse();

        for account in [None, Some(account)] {
            let view = View { account, ..inbox(&store) };
            for down in [true, false] {
                let walked = store.read_now(move |reader| walk(reader, view, limit, down)).expect("reads");
                prop_assert_eq!(&walked, &sorted);
            }
            let at = at.min(sorted.len() - 1);
            let key = sorted[at];
            let page = store.read_now(move |reader| reader.page(view, Anchor::Around(key), limit)).expect("reads");
            let keys: Vec<Key> = page.rows.iter().map(|row| row.key).collect();
            let start = sorted.iter().position(|key| Some(key) == keys.first()).expect("is in the list");
            prop_assert_eq!(&keys[..], &sorted[start..start + limit.min(sorted.len())]);
            prop_assert!(keys.contains(&key));
            prop_assert_eq!((page.newer, page.older), (start > 0, start + keys.len() < sorted.len()));
        }
    }
}
