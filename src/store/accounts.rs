//! The accounts that mail came from, by name.

use rusqlite::OptionalExtension;

use super::{Reader, Result, Writer, beside};
use crate::mail::{AccountId, AccountName, SafeText};

impl Reader {
    /// The account of this name, if the store has ever seen it.
    pub fn account(&self, name: &str) -> Result<Option<AccountId>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM account WHERE name = ?1")?;
        let id = statement.query_row([name], |row| Ok(AccountId(row.get(0)?)));
        Ok(id.optional()?)
    }

    /// All accounts that ever brought mail, the first one first.
    pub fn accounts(&self) -> Result<Vec<AccountName>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, name FROM account
             WHERE EXISTS (SELECT 1 FROM maildrop WHERE maildrop.account = account.id) ORDER BY id",
        )?;
        let accounts = statement.query_map([], |row| {
            Ok(AccountName {
                id: AccountId(row.get(0)?),
                name: SafeText::new(&row.get::<_, String>(1)?),
            })
        })?;
        Ok(accounts.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer {
    /// The account of this name, made if need be; its address is brought up to date.
    pub fn account(&mut self, name: &str, address: &str) -> Result<AccountId> {
        let transaction = self.begin()?;
        let known: Option<(i64, String)> = transaction
            .query_row(
                "SELECT id, address FROM account WHERE name = ?1",
                [name],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let id = match known {
            Some((id, known)) if known == address => return Ok(AccountId(id)),
            Some((id, _)) => {
                let sql = "UPDATE account SET address = ?2 WHERE id = ?1";
                transaction.execute(sql, (id, address))?;
                id
            }
            None => {
                let sql = "INSERT INTO account (name, address) VALUES (?1, ?2)";
                transaction.execute(sql, (name, address))?;
                transaction.last_insert_rowid()
            }
        };
        transaction.commit()?;
        Ok(AccountId(id))
    }
}

impl Writer {
    /// Notes which maildrop the account's mail comes from, in words that change when it is another one (user and
    /// host). Unique-ids of one maildrop mean nothing in another: after a change every mail there is unknown until its
    /// octets have been seen, and none is deleted for bearing the name and the size of a mail from the old one.
    pub fn comes_from(&mut self, account: AccountId, maildrop: &str) -> Result<()> {
        let transaction = self.begin()?;
        let known: Option<String> = transaction.query_row(
            "SELECT maildrop FROM account WHERE id = ?1",
            [account.0],
            |row| row.get(0),
        )?;
        if known.as_deref() == Some(maildrop) {
            return Ok(());
        }
        transaction.execute(
            "UPDATE account SET maildrop = ?2 WHERE id = ?1",
            (account.0, maildrop),
        )?;
        if known.is_some() {
            // As after a confirmed deletion long ago, though nobody confirmed any: what is listed again is fetched
            // again, and its hash decides.
            transaction.execute(
                "UPDATE maildrop SET deletion = 'done', absent_since = 0, attempts = 0, copies = 1, proof = 'head'
                 WHERE account = ?1",
                [account.0],
            )?;
            beside::forget(&transaction, account)?;
        }
        transaction.commit()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::store::testing::Home;
    use crate::store::{Deletion, Outcome};

    #[test]
    fn mail_of_another_maildrop_is_unknown_until_its_octets_were_seen() {
        let home = Home::new();
        let mut writer = home.writer();
        let alice = writer.account("alice", "").expect("writes");
        let mail = home.mail("hello");
        writer.comes_from(alice, "alice@old").expect("writes");
        let id = writer
            .add(alice, std::slice::from_ref(&mail))
            .expect("writes")[0]
            .id
            .expect("is here");
        let deletion = |home: &Home| home.reader().maildrop(alice).expect("reads")[0].deletion;
        writer.comes_from(alice, "alice@old").expect("writes");
        assert_eq!(deletion(&home), Deletion::Allowed);

        writer.comes_from(alice, "alice@new").expect("writes");
        assert_eq!(
            deletion(&home),
            Deletion::Done,
            "fetched again if it is listed"
        );
        let added = writer.add(alice, &[mail]).expect("writes")[0];
        assert_eq!(
            (added.id, added.outcome),
            (Some(id), Outcome::Known),
            "and known by its octets"
        );
        assert_eq!(deletion(&home), Deletion::Allowed);
    }

    #[test]
    fn an_account_is_made_once_and_shown_when_it_brought_mail() {
        let home = Home::new();
        let mut writer = home.writer();
        let bob = writer.account("bob", "bob@example.org").expect("writes");
        let alice = writer.account("alice", "a@example.org").expect("writes");
        assert_eq!(writer.account("bob", "b@example.org").expect("writes"), bob);
        assert!(home.reader().accounts().expect("reads").is_empty());

        writer.add(alice, &[home.mail("hello")]).expect("writes");
        let shown = home.reader().accounts().expect("reads");
        assert_eq!(shown.len(), 1);
        assert_eq!((shown[0].id, shown[0].name.as_str()), (alice, "alice"));
    }
}
