//! What is known of the mails on the servers: their names there, and what stands in the ledger about them.

use rusqlite::types::FromSqlError;
use rusqlite::{Connection, Row};

use super::deletion::deletion;
use super::{Deletion, Grounds, Reader, Result, Writer, stored_uid};
use crate::mail::{AccountId, Completeness, LedgerId, MessageId};
use crate::pop3::UniqueId;

/// What the store knows about a mail on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its row in the ledger.
    pub id: LedgerId,
    /// The server's name for it, in the form of [`stored_uid`].
    pub uid: UniqueId,
    /// Its size as LIST told when it was fetched.
    pub listed_size: Option<u64>,
    /// The stored mail; `None` when it was deleted here for good.
    pub message: Option<MessageId>,
    /// Where its deletion on the server stands.
    pub deletion: Deletion,
    /// Where DELE was sent: whether the user had asked for it, or the policy.
    pub asked: bool,
    /// How much of it is here, or was when it was deleted here.
    pub completeness: Completeness,
    /// When it was stored here, in seconds since 1970: the start of a time for which it is kept on the server.
    pub stored: i64,
    /// Since when no listing has named it, in seconds since 1970; see [`Known::is_stale`].
    pub absent_since: Option<i64>,
    /// How often QUIT confirmed its deletion, and yet it was listed again; or how often the server refused it.
    pub attempts: u32,
    /// How many listed mails are this very mail, by name, size and octets.
    pub copies: u32,
    /// By what it was known last.
    pub proof: Proof,
    /// How often later fetches read it again, its size being in doubt, and got nothing better.
    pub readings: u32,
}

/// By what a mail on the server is known to be the one that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Proof {
    /// Its octets have been read under this name.
    Octets,
    /// Only its head and size: before it is deleted there, it must be read again.
    Head,
}

impl Known {
    /// What decides about its deletion.
    pub fn grounds(&self) -> Grounds {
        Grounds {
            deletion: self.deletion,
            asked: self.asked,
            message: self.message,
            stored: self.stored,
        }
    }
}

impl Reader {
    /// All that was ever known of an account's maildrop, in no order; mails that came without a unique-id are left out.
    pub fn maildrop(&self, account: AccountId) -> Result<Vec<Known>> {
        Ok(rows(&self.connection, ALL, [account.0])?)
    }

    /// The same without what QUIT confirmed to be deleted, in the order of names.
    pub fn undeleted(&self, account: AccountId) -> Result<Vec<Known>> {
        Ok(undeleted(&self.connection, account)?)
    }

    /// What QUIT confirmed to be deleted, of these names and sizes, a few of each; and of these messages.
    pub fn deleted(
        &self,
        account: AccountId,
        names: &[(UniqueId, Option<u64>)],
        messages: &[MessageId],
    ) -> Result<Vec<Known>> {
        let mut deleted = Vec::new();
        for (name, size) in names {
            let of = (account.0, &*stored_uid(name).0, size.map(to_sql), FEW);
            deleted.extend(rows(&self.connection, DELETED_OF_NAME, of)?);
        }
        for message in messages {
            let of = (account.0, message.0);
            deleted.extend(rows(&self.connection, DELETED_OF_MESSAGE, of)?);
        }
        deleted.sort_by_key(|known| known.id);
        deleted.dedup_by_key(|known| known.id);
        Ok(deleted)
    }
}

impl Writer {
    /// Notes the new names of mails that were known by head and size under them. They are listed; before one is
    /// deleted there, its octets must be read. A name under which these very octets are known already is left alone.
    pub fn rebind(&mut self, names: &[(LedgerId, UniqueId, Option<u64>)]) -> Result<()> {
        let transaction = self.begin()?;
        for (id, uid, listed_size) in names {
            transaction
                .prepare_cached(
                    "UPDATE OR IGNORE maildrop
                     SET uid = ?2, listed_size = ?3, absent_since = NULL, copies = 1, proof = 'head',
                         deletion = CASE WHEN deletion NOT IN ('sent', 'done') THEN deletion
                                         WHEN ?3 > 0 AND completeness = 0 AND NOT by_hand THEN 'allowed' ELSE 'none' END
                     WHERE id = ?1 AND completeness <> 2",
                )?
                .execute((id.0, &*stored_uid(uid).0, listed_size.map(to_sql)))?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes that these, whose size is in doubt, were read once more and came no better.
    pub fn reread(&mut self, mails: &[LedgerId]) -> Result<()> {
        let transaction = self.begin()?;
        for id in mails {
            transaction
                .prepare_cached("UPDATE maildrop SET readings = readings + 1 WHERE id = ?1")?
                .execute([id.0])?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes that so many listed mails are this very one: same name, size and octets.
    pub fn copies(&mut self, id: LedgerId, copies: u32) -> Result<()> {
        self.connection.execute(
            "UPDATE maildrop SET copies = ?2 WHERE id = ?1",
            (id.0, copies.max(1)),
        )?;
        Ok(())
    }
}

/// That there was one says it all; and a server that numbers its mails has deleted thousands under one name.
const FEW: i64 = 8;

macro_rules! select {
    ($from:literal) => {
        concat!(
            "SELECT id, uid, listed_size, message, deletion, completeness, stored, absent_since, attempts, copies, proof,
                    readings, asked
             FROM maildrop ",
            $from
        )
    };
}

/// On the way of every fetch, also of one that brings nothing: by the index of unique-ids, which SQLite would choose,
/// 50,000 rows cost four times as much. Where mail is deleted on the server, nearly all rows are what was.
const UNDELETED: &str = select!(
    "INDEXED BY maildrop_account WHERE account = ?1 AND uid IS NOT NULL AND deletion <> 'done'"
);
const ALL: &str = select!("WHERE account = ?1 AND uid IS NOT NULL");
const DELETED_OF_NAME: &str = select!(
    "WHERE account = ?1 AND uid = ?2 AND ifnull(listed_size, -1) = ifnull(?3, -1) AND deletion = 'done' LIMIT ?4"
);
const DELETED_OF_MESSAGE: &str =
    select!("WHERE account = ?1 AND message = ?2 AND uid IS NOT NULL AND deletion = 'done'");

/// What is known of the mails of an account's maildrop that may still be there.
pub(super) fn undeleted(
    connection: &Connection,
    account: AccountId,
) -> rusqlite::Result<Vec<Known>> {
    let mut rows = rows(connection, UNDELETED, [account.0])?;
    // On this thread, while the line comes up: there it is nobody's time.
    rows.sort_by(|a, b| (&a.uid, a.listed_size).cmp(&(&b.uid, b.listed_size)));
    Ok(rows)
}

fn rows(
    connection: &Connection,
    sql: &str,
    of: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Known>> {
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map(of, row)?.collect()
}

fn row(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        id: LedgerId(row.get(0)?),
        uid: UniqueId(row.get_ref(1)?.as_blob()?.into()),
        listed_size: size(row, 2)?,
        message: row.get::<_, Option<i64>>(3)?.map(MessageId),
        deletion: deletion(row, 4)?,
        completeness: completeness(row, 5)?,
        stored: row.get(6)?,
        absent_since: row.get(7)?,
        attempts: row.get(8)?,
        copies: row.get(9)?,
        proof: proof(row, 10)?,
        readings: row.get(11)?,
        asked: row.get(12)?,
    })
}

/// The schema admits these two words only.
pub(super) fn proof(row: &Row<'_>, column: usize) -> rusqlite::Result<Proof> {
    Ok(match row.get_ref(column)?.as_str()? {
        "head" => Proof::Head,
        _ => Proof::Octets,
    })
}

/// SQLite counts in 63 bits; no mail is longer.
pub(super) fn to_sql(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn size(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(i64::unsigned_abs))
}

/// The number that stands for it in the schema.
pub(super) fn number(completeness: Completeness) -> i64 {
    match completeness {
        Completeness::Whole => 0,
        Completeness::Head => 1,
        Completeness::Doubtful => 2,
    }
}

/// The schema admits these three numbers only.
pub(super) fn completeness(row: &Row<'_>, column: usize) -> rusqlite::Result<Completeness> {
    match row.get(column)? {
        0 => Ok(Completeness::Whole),
        1 => Ok(Completeness::Head),
        2 => Ok(Completeness::Doubtful),
        other => Err(FromSqlError::OutOfRange(other).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, Proof};
    use crate::mail::AccountId;
    use crate::store::testing::{Home, account, uid};
    use crate::store::{Added, Deletion, NewMail, Outcome, Writer};

    fn add(writer: &mut Writer, account: AccountId, mails: &[NewMail]) -> Vec<Added> {
        writer.add(account, mails).expect("writes")
    }

    fn known(home: &Home, account: AccountId) -> Vec<Known> {
        let mut known = home.reader().maildrop(account).expect("reads");
        known.sort_by_key(|known| known.id);
        known
    }

    #[test]
    fn all_mails_of_a_maildrop_that_moved_are_gone_until_their_heads_are_seen() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        writer.comes_from(account, "alice@old").expect("writes");
        let mail = home.mail("hello");
        let added = add(&mut writer, account, std::slice::from_ref(&mail))[0];
        writer.comes_from(account, "alice@new").expect("writes");
        let gone = &known(&home, account)[0];
        assert_eq!((gone.id, gone.absent_since.is_some()), (added.ledger, true));

        let name = (added.ledger, uid("new name"), mail.listed_size);
        writer.rebind(&[name]).expect("writes");
        let known = &known(&home, account)[0];
        assert_eq!(
            (&known.uid, known.deletion, known.proof, known.absent_since),
            (&uid("new name"), Deletion::Allowed, Proof::Head, None)
        );
        let again = NewMail {
            uid: Some(uid("new name")),
            ..mail
        };
        let read = add(&mut writer, account, &[again])[0];
        assert_eq!((read.id, read.outcome), (added.id, Outcome::Known));
        let known = &self::known(&home, account)[0];
        assert_eq!((known.proof, known.attempts), (Proof::Octets, 0));
    }

    #[test]
    fn a_new_name_that_these_octets_have_already_is_left_alone() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let twins = ["old", "new"].map(|name| NewMail {
            uid: Some(uid(name)),
            ..home.mail("twin")
        });
        let others = [home.mail("other")];
        let added = add(&mut writer, account, &[&twins[..], &others].concat());
        let names = [
            (added[0].ledger, uid("new"), twins[0].listed_size),
            (added[2].ledger, uid("moved"), None),
        ];
        writer.rebind(&names).expect("writes");
        let known = known(&home, account);
        let names: Vec<_> = known.iter().map(|known| known.uid.clone()).collect();
        assert_eq!(names, [uid("old"), uid("new"), uid("moved")]);
    }

    #[test]
    fn what_quit_confirmed_is_read_by_its_names_and_messages_alone() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mails = ["b", "c", "a"].map(|name| NewMail {
            uid: Some(uid(name)),
            ..home.mail(name)
        });
        let added = add(&mut writer, account, &mails);
        for step in [Deletion::Sent, Deletion::Done] {
            writer.advance(&[added[0].ledger], step).expect("writes");
        }
        let reader = home.reader();
        let names =
            |known: Vec<Known>| -> Vec<_> { known.into_iter().map(|known| known.uid).collect() };
        let undeleted = reader.undeleted(account).expect("reads");
        assert_eq!(names(undeleted), [uid("a"), uid("c")]);
        let size = mails[0].listed_size;
        let all = ["a", "b", "c"].map(|name| (uid(name), size));
        let messages: Vec<_> = added.iter().filter_map(|added| added.id).collect();
        for (of_names, of_messages) in [(&all[..], &[][..]), (&[], &messages), (&all, &messages)] {
            let deleted = reader.deleted(account, of_names, of_messages);
            assert_eq!(names(deleted.expect("reads")), [uid("b")]);
        }
        let other_size = [(uid("b"), size.map(|size| size + 1)), (uid("b"), None)];
        for names in [&all[2..], &other_size] {
            let none = reader.deleted(account, names, &messages[1..]);
            assert!(none.expect("reads").is_empty());
        }
    }

    #[test]
    fn a_name_that_a_server_gave_for_years_costs_no_more_than_a_new_one() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let steps = |writer: &Writer| {
            let mut steps = 0;
            for sql in [super::DELETED_OF_NAME, crate::store::cut::NAMED] {
                let mut statement = writer.connection.prepare(sql).expect("is SQL");
                let values = [
                    &account.0 as &dyn rusqlite::ToSql,
                    &&b"1"[..],
                    &30,
                    &super::FEW,
                ];
                for (place, value) in (1..=statement.parameter_count()).zip(values) {
                    statement.raw_bind_parameter(place, value).expect("binds");
                }
                let mut rows = statement.raw_query();
                while rows.next().expect("reads").is_some() {}
                drop(rows);
                steps += statement.get_status(rusqlite::StatementStatus::VmStep);
            }
            steps
        };
        let done = |writer: &Writer, from: i64, to: i64| {
            let sql = "WITH RECURSIVE n(i) AS (SELECT ?2 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
                       INSERT INTO maildrop (account, uid, listed_size, sha256, deletion, completeness, stored)
                       SELECT ?1, x'31', i % 100, randomblob(32), 'done', 0, 0 FROM n";
            let written = writer.connection.execute(sql, (account.0, from, to));
            written.expect("writes");
        };
        done(&writer, 1, 800);
        let few = steps(&writer);
        done(&writer, 801, 20_000);
        assert_eq!(steps(&writer), few);
    }

    #[test]
    fn copies_are_kept_and_never_fewer_than_one() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let id = add(&mut writer, account, &[home.mail("equal")])[0].ledger;
        for (told, kept) in [(3, 3), (0, 1)] {
            writer.copies(id, told).expect("writes");
            assert_eq!(known(&home, account)[0].copies, kept);
        }
    }
}
