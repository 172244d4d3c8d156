//! Gives an account its mail back that has another name in the config now.

use std::collections::HashSet;

use rusqlite::{OptionalExtension, Transaction};

use super::{Result, Writer};
use crate::config::Account;

/// What the config says of an account that tells whether it was here under another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// The name of it.
    pub name: String,
    /// As for [`Writer::comes_from`].
    pub maildrop: String,
}

impl From<&Account> for Configured {
    fn from(account: &Account) -> Self {
        Self {
            name: account.name.clone(),
            maildrop: account.maildrop(),
        }
    }
}

impl Writer {
    /// Takes in the accounts of the config, all of them: one that was never seen before takes over the mail of the
    /// latest account that had the same maildrop, and whose name the config no longer has. Else all of it would be
    /// fetched again and be shown twice. Where the old name is still in the config, those are two accounts.
    pub fn adopt(&mut self, configured: &[Configured]) -> Result<()> {
        let transaction = self.begin()?;
        let names: HashSet<&str> = configured.iter().map(|one| one.name.as_str()).collect();
        let mut renamed = false;
        for one in configured {
            if is_known(&transaction, &one.name)? {
                continue;
            }
            if let Some(id) = former(&transaction, &one.maildrop, &names)? {
                transaction.execute(
                    "UPDATE account SET name = ?2 WHERE id = ?1",
                    (id, &one.name),
                )?;
                renamed = true;
            }
        }
        if renamed {
            transaction.commit()?;
        }
        Ok(())
    }
}

fn is_known(transaction: &Transaction<'_>, name: &str) -> rusqlite::Result<bool> {
    let known = transaction
        .query_row("SELECT 1 FROM account WHERE name = ?1", [name], |_| Ok(()))
        .optional()?;
    Ok(known.is_some())
}

/// The latest account of this maildrop that has none of these names.
fn former(
    transaction: &Transaction<'_>,
    maildrop: &str,
    names: &HashSet<&str>,
) -> rusqlite::Result<Option<i64>> {
    let mut statement =
        transaction.prepare("SELECT id, name FROM account WHERE maildrop = ?1 ORDER BY id DESC")?;
    let mut accounts = statement.query([maildrop])?;
    while let Some(account) = accounts.next()? {
        if !names.contains(account.get_ref(1)?.as_str()?) {
            return account.get(0).map(Some);
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::Configured;
    use crate::mail::AccountId;
    use crate::store::Writer;
    use crate::store::testing::Home;

    fn configured(accounts: &[(&str, &str)]) -> Vec<Configured> {
        let one = |&(name, maildrop): &(&str, &str)| Configured {
            name: name.to_owned(),
            maildrop: maildrop.to_owned(),
        };
        accounts.iter().map(one).collect()
    }

    fn seen(writer: &mut Writer, name: &str, maildrop: &str) -> AccountId {
        let id = writer.account(name, "").expect("writes");
        writer.comes_from(id, maildrop).expect("writes");
        id
    }

    /// What the accounts of this config are in a store that has seen `alice` and `old` with one maildrop.
    fn adopted<const N: usize>(config: [(&str, &str); N]) -> [Option<AccountId>; N] {
        let home = Home::new();
        let mut writer = home.writer();
        assert_eq!(seen(&mut writer, "old", "a@x"), AccountId(1));
        assert_eq!(seen(&mut writer, "alice", "a@x"), AccountId(2));
        assert_eq!(seen(&mut writer, "work", "w@x"), AccountId(3));
        for _ in 0..2 {
            writer.adopt(&configured(&config)).expect("writes");
        }
        config.map(|(name, _)| home.reader().account(name).expect("reads"))
    }

    #[test]
    fn a_new_name_takes_over_the_latest_account_of_the_same_maildrop() {
        let id = |id| Some(AccountId(id));
        assert_eq!(adopted([("bob", "a@x")]), [id(2)]);
        let two = [("bob", "a@x"), ("carol", "a@x")];
        assert_eq!(adopted(two), [id(2), id(1)]);
    }

    #[test]
    fn an_account_that_is_still_configured_or_of_another_maildrop_is_left_alone() {
        let id = |id| Some(AccountId(id));
        let beside = [("bob", "a@x"), ("alice", "a@x"), ("old", "b@x")];
        assert_eq!(adopted(beside), [None, id(2), id(1)]);
        assert_eq!(adopted([("bob", "b@x")]), [None]);
        let known = [("work", "a@x")];
        assert_eq!(adopted(known), [id(3)], "it has mail of its own");
    }
}
