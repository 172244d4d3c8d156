//! Knows a mail again by its place on a server, so that nothing is stored twice.

use rusqlite::{OptionalExtension, ToSql, Transaction};

use super::maildrop::{Deletion, word};
use crate::mail::{AccountId, MessageId};
use crate::pop3::UniqueId;

/// A mail's place on its server: by this it is known again.
pub(super) struct Place {
    pub(super) account: AccountId,
    /// In the form of [`stored_uid`].
    pub(super) uid: Option<UniqueId>,
    pub(super) listed_size: Option<u64>,
    pub(super) sha256: [u8; 32],
    pub(super) size_agrees: bool,
}

impl Place {
    fn uid(&self) -> Option<&[u8]> {
        self.uid.as_ref().map(|uid| &*uid.0)
    }

    fn listed_size(&self) -> Option<i64> {
        self.listed_size
            .map(|size| i64::try_from(size).unwrap_or(i64::MAX))
    }

    fn deletion(&self) -> &'static str {
        word(if self.size_agrees {
            Deletion::Allowed
        } else {
            Deletion::None
        })
    }
}

/// The mail that has this place, if it is stored already; gives it its new name if the server renamed it.
pub(super) fn find(
    transaction: &Transaction<'_>,
    place: &Place,
) -> rusqlite::Result<Option<MessageId>> {
    let ways: &[&str] = match place.uid {
        Some(_) => &[NAMED, NAMELESS, GONE],
        None => &[NAMELESS],
    };
    for way in ways {
        if let Some(message) = find_by(way, transaction, place)? {
            // Its octets have been seen there just now: if it was thought deleted, it is not.
            rename(transaction, message, place)?;
            return Ok(Some(MessageId(message)));
        }
    }
    Ok(None)
}

/// The same octets under the same name, though they may have been listed with another size.
const NAMED: &str = "SELECT message FROM maildrop
    WHERE account = :account AND sha256 = :sha256 AND uid = :uid ORDER BY listed_size IS NOT :listed_size LIMIT 1";
/// The same octets, fetched when the server had no names.
const NAMELESS: &str =
    "SELECT message FROM maildrop WHERE account = :account AND sha256 = :sha256 AND uid IS NULL";
/// The same octets, no longer there under their old name. A maildrop may hold any number of equal mails: those that
/// are still there must not be looked through, hence the index.
const GONE: &str = "SELECT message FROM maildrop
    WHERE account = :account AND sha256 = :sha256 AND (listed = 0 OR deletion = 'done') ORDER BY message LIMIT 1";

fn find_by(
    way: &str,
    transaction: &Transaction<'_>,
    place: &Place,
) -> rusqlite::Result<Option<i64>> {
    let named = [
        (":account", &place.account.0 as &dyn ToSql),
        (":sha256", &place.sha256),
        (":uid", &place.uid()),
        (":listed_size", &place.listed_size()),
    ];
    let mut statement = transaction.prepare_cached(way)?;
    let taken = statement.parameter_count();
    statement
        .query_row(&named[..taken], |row| row.get(0))
        .optional()
}

fn rename(transaction: &Transaction<'_>, message: i64, place: &Place) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE maildrop SET uid = ?2, listed_size = ?3, deletion = ?4, listed = 1 WHERE message = ?1",
        )?
        .execute((message, place.uid(), place.listed_size(), place.deletion()))?;
    Ok(())
}

/// Notes the place of a new mail.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    message: MessageId,
    place: &Place,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO maildrop (message, account, uid, listed_size, sha256, deletion)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            message.0,
            place.account.0,
            place.uid(),
            place.listed_size(),
            place.sha256,
            place.deletion(),
        ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::pop3::UniqueId;
    use crate::store::testing::{Home, account, uid};
    use crate::store::{Deletion, NewMail, Writer, stored_uid};
    use rusqlite::StatementStatus;

    #[test]
    fn a_long_unique_id_is_known_again() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let long = UniqueId(vec![b'x'; 5_000].into());
        let mail = NewMail {
            uid: Some(long.clone()),
            ..home.mail("long")
        };
        writer
            .add(account, std::slice::from_ref(&mail))
            .expect("writes");
        assert!(!writer.add(account, &[mail]).expect("writes")[0].new);
        let known = home.reader().maildrop(account).expect("reads");
        assert_eq!(
            (&known[0].uid, known[0].deletion),
            (&stored_uid(&long), Deletion::Allowed)
        );
    }

    #[test]
    fn a_mail_the_server_renamed_is_not_stored_twice() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mail = NewMail {
            uid: Some(uid("old")),
            ..home.mail("same")
        };
        let renamed = NewMail {
            uid: Some(uid("new")),
            ..mail.clone()
        };
        let id = writer.add(account, &[mail]).expect("writes")[0].id;

        assert_eq!(writer.listed(account, &[uid("new")]).expect("writes"), 1);
        assert!(
            !home
                .reader()
                .summary(id)
                .expect("reads")
                .expect("is there")
                .on_server
        );
        let added = writer.add(account, &[renamed]).expect("writes")[0];
        assert_eq!((added.id, added.new), (id, false));
        let known = home.reader().maildrop(account).expect("reads");
        assert_eq!(known.len(), 1);
        assert_eq!(
            (&known[0].uid, known[0].deletion),
            (&uid("new"), Deletion::Allowed)
        );
        assert!(
            home.reader()
                .summary(id)
                .expect("reads")
                .expect("is there")
                .on_server
        );
        assert_eq!(writer.listed(account, &[uid("new")]).expect("writes"), 0);
    }

    #[test]
    fn a_mail_listed_with_another_size_is_not_stored_twice() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mail = home.mail("same");
        let resized = NewMail {
            listed_size: mail.listed_size.map(|size| size + 7),
            ..mail.clone()
        };
        let id = writer.add(account, &[mail]).expect("writes")[0].id;
        let added = writer.add(account, &[resized]).expect("writes")[0];
        assert_eq!((added.id, added.new), (id, false));
    }

    #[test]
    fn a_thousand_equal_mails_cost_no_more_than_two_each() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let twins = |count| -> Vec<NewMail> { (0..count).map(|_| home.mail("twin")).collect() };
        let steps = |writer: &mut Writer| {
            let transaction = writer.begin().expect("begins");
            let mut steps = 0;
            for way in [super::NAMED, super::NAMELESS, super::GONE] {
                let mut statement = transaction.prepare(way).expect("is SQL");
                statement.raw_bind_parameter(1, account.0).expect("binds");
                let hash = home.mail("twin").sha256;
                statement.raw_bind_parameter(2, hash).expect("binds");
                assert!(statement.raw_query().next().expect("reads").is_none());
                steps += statement.get_status(StatementStatus::VmStep);
            }
            steps
        };
        writer.add(account, &twins(2)).expect("writes");
        let two = steps(&mut writer);
        writer.add(account, &twins(998)).expect("writes");
        assert_eq!(steps(&mut writer), two);
    }

    #[test]
    fn two_listed_mails_of_the_same_octets_are_two_mails() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let twins = ["a", "b"].map(|name| NewMail {
            uid: Some(uid(name)),
            ..home.mail("twin")
        });
        assert!(
            writer
                .add(account, &twins)
                .expect("writes")
                .iter()
                .all(|added| added.new)
        );
    }
}
