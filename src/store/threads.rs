//! Gives mails of one conversation the same number, in whatever order they arrive.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::{Reader, Result};
use crate::mail::{Envelope, MessageId, Row};

/// Longer Message-IDs are no names that mail programs give: they link nothing.
const LONGEST_ID: usize = 500;
/// A mail that names more than this is linked by its oldest and its latest references.
const MOST_LINKS: usize = 64;

impl Reader {
    /// The mail that follows in a thread (or goes before), by date, whatever its folder; one in Trash only from there.
    pub(super) fn next_by_date(&self, id: MessageId, newer: bool) -> Result<Option<Row>> {
        let (comparison, order) = if newer { (">", "ASC") } else { ("<", "DESC") };
        let sql = format!(
            "SELECT other.id FROM message AS this JOIN message AS other ON other.thread = this.thread
             WHERE this.id = ?1 AND (other.date, other.id) {comparison} (this.date, this.id)
               AND (other.folder = this.folder
                    OR other.folder <> (SELECT id FROM folder WHERE role = 'trash'))
             ORDER BY other.date {order}, other.id {order} LIMIT 1"
        );
        let found = self
            .connection
            .prepare_cached(&sql)?
            .query_row([id.0], |row| row.get(0).map(MessageId))
            .optional()?;
        Ok(self.rows(found.as_slice())?.pop())
    }
}

/// The thread of a new mail: that of any mail it names or is named by, else its own number.
/// A mail that links threads makes them one, under the lowest number.
pub(super) fn join(
    transaction: &Transaction<'_>,
    message: MessageId,
    envelope: &Envelope,
) -> rusqlite::Result<i64> {
    let links = links(envelope);
    let mut unknown = Vec::new();
    let mut threads = BTreeSet::new();
    for &link in &links {
        match known(transaction, link)? {
            Some(thread) => drop(threads.insert(thread)),
            None => unknown.push(link),
        }
    }
    let thread = threads.pop_first().unwrap_or(message.0);
    for other in threads {
        merge(transaction, other, thread)?;
    }
    for link in unknown {
        transaction
            .prepare_cached("INSERT INTO thread_link (message_id, thread) VALUES (?1, ?2)")?
            .execute((link, thread))?;
    }
    Ok(thread)
}

/// The Message-IDs that tie a mail to others, each once.
pub(super) fn links(envelope: &Envelope) -> BTreeSet<&str> {
    let references = &envelope.references;
    let oldest = references.iter().take(1);
    let latest = references.iter().skip(1).rev().take(MOST_LINKS - 2);
    let own = envelope.message_id.iter();
    own.chain(oldest)
        .chain(latest)
        .map(String::as_str)
        .filter(|id| !id.is_empty() && id.len() <= LONGEST_ID)
        .collect()
}

pub(super) fn known(connection: &Connection, link: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT thread FROM thread_link WHERE message_id = ?1")?
        .query_row([link], |row| row.get(0))
        .optional()
}

fn merge(transaction: &Transaction<'_>, from: i64, into: i64) -> rusqlite::Result<()> {
    for sql in [
        "UPDATE message SET thread = ?2 WHERE thread = ?1",
        "UPDATE thread_link SET thread = ?2 WHERE thread = ?1",
    ] {
        transaction.prepare_cached(sql)?.execute((from, into))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{MOST_LINKS, links};
    use crate::mail::Envelope;
    use crate::store::NewMail;
    use crate::store::testing::{Home, account};
    use proptest::prelude::*;

    fn mail(home: &Home, id: &str, references: &[&str]) -> NewMail {
        let mut mail = home.mail(id);
        mail.envelope.message_id = Some(id.to_owned());
        mail.envelope.references = references.iter().map(|id| (*id).to_owned()).collect();
        mail
    }

    /// The thread of each mail, in the order given.
    fn threads(mails: impl Fn(&Home) -> Vec<NewMail>) -> Vec<i64> {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let added = writer.add(account, &mails(&home)).expect("writes");
        let reader = home.reader();
        let thread = |id| reader.summary(id).expect("reads").expect("is there").thread;
        added
            .iter()
            .map(|added| thread(added.id.expect("is here")))
            .collect()
    }

    #[test]
    fn a_late_mail_that_links_two_threads_makes_them_one() {
        let threads = threads(|home| {
            vec![
                mail(home, "a", &[]),
                mail(home, "c", &["b"]),
                mail(home, "elsewhere", &[]),
                mail(home, "b", &["a"]),
            ]
        });
        assert_eq!(threads, [threads[0], threads[0], threads[2], threads[0]]);
        assert_ne!(threads[0], threads[2]);
    }

    #[test]
    fn a_thread_is_walked_through_all_folders_but_trash() {
        use crate::mail::{Change, Destination, MessageId};
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mut mails = vec![
            mail(&home, "a", &[]),
            mail(&home, "b", &["a"]),
            mail(&home, "gone", &["a"]),
            mail(&home, "c", &["a"]),
            mail(&home, "elsewhere", &[]),
        ];
        for (mail, date) in mails.iter_mut().zip([100, 300, 200, 300, 250]) {
            mail.envelope.date = Some(date);
        }
        let added = writer.add(account, &mails).expect("writes");
        let ids: Vec<MessageId> = added.iter().filter_map(|added| added.id).collect();
        for (id, to) in [(ids[2], "Trash"), (ids[1], "Archive")] {
            let to = Destination::New(to.to_owned());
            let change = Change::Move { ids: vec![id], to };
            writer.apply(&change, 0).expect("writes");
        }
        let reader = home.reader();
        let next = |id, newer| {
            let row = reader.next_in_thread(id, newer).expect("reads");
            let by_date = reader.next_by_date(id, newer).expect("reads");
            assert_eq!(
                row, by_date,
                "here the order of the tree is that of the dates"
            );
            row.map(|row| row.key.id)
        };
        assert_eq!(next(ids[0], true), Some(ids[1]), "not the one in Trash");
        assert_eq!(next(ids[1], true), Some(ids[3]), "of the same second");
        assert_eq!(next(ids[3], true), None);
        assert_eq!(next(ids[3], false), Some(ids[1]));
        assert_eq!(next(ids[2], false), Some(ids[0]), "out of Trash");
        assert_eq!(next(ids[4], true), None, "alone");
    }

    #[test]
    fn mails_that_name_a_mail_nobody_has_are_one_thread() {
        let threads = threads(|home| vec![mail(home, "x", &["lost"]), mail(home, "y", &["lost"])]);
        assert_eq!(threads[0], threads[1]);
    }

    #[test]
    fn mails_without_any_id_stay_alone() {
        let threads = threads(|home| {
            let mut mails = vec![mail(home, "", &[""]), mail(home, "", &[])];
            mails[1].envelope.message_id = None;
            mails
        });
        assert_ne!(threads[0], threads[1]);
    }

    #[test]
    fn a_mail_of_ten_thousand_references_links_a_few() {
        let envelope = Envelope {
            message_id: Some("own".to_owned()),
            references: (0..10_000).map(|number| format!("r{number}")).collect(),
            ..Envelope::default()
        };
        let links = links(&envelope);
        assert_eq!(links.len(), MOST_LINKS);
        assert!(["own", "r0", "r9999"].iter().all(|id| links.contains(id)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn a_conversation_is_one_thread_in_any_order_of_arrival(order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle()) {
            let ids: Vec<String> = (0..8).map(|number| format!("m{number}")).collect();
            let threads = threads(|home| {
                // Each mail names only the one before it: the least that a reply can do.
                order.iter().map(|&at| match at {
                    0 => mail(home, &ids[0], &[]),
                    _ => mail(home, &ids[at], &[&ids[at - 1]]),
                }).collect()
            });
            prop_assert!(threads.iter().all(|&thread| thread == threads[0]), "{:?}", threads);
        }
    }
}
