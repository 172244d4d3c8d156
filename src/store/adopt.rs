//! Gives an account its mail back that has another name in the config now.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension};

use super::{Reader, Result, Writer};
use crate::config::Account;
use crate::mail::AccountId;

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
        let adopted = adopted(&transaction, configured)?;
        for (name, id) in &adopted {
            let sql = "UPDATE account SET name = ?2 WHERE id = ?1";
            transaction.execute(sql, (id, name))?;
        }
        if !adopted.is_empty() {
            transaction.commit()?;
        }
        Ok(())
    }
}

impl Reader {
    /// The account whose mail [`Writer::adopt`] would give to this one of the config.
    pub fn former_account(
        &self,
        configured: &[Configured],
        name: &str,
    ) -> Result<Option<AccountId>> {
        let adopted = adopted(&self.connection, configured)?;
        Ok(adopted.get(name).copied().map(AccountId))
    }
}

/// Which accounts get these names.
fn adopted<'a>(
    connection: &Connection,
    configured: &'a [Configured],
) -> rusqlite::Result<HashMap<&'a str, i64>> {
    let names: HashSet<&str> = configured.iter().map(|one| one.name.as_str()).collect();
    let mut adopted = HashMap::new();
    for one in configured {
        if is_known(connection, &one.name)? {
            continue;
        }
        let is_free = |id: i64, name: &str| {
            !names.contains(name) && !adopted.values().any(|taken| *taken == id)
        };
        if let Some(id) = former(connection, &one.maildrop, is_free)? {
            adopted.insert(one.name.as_str(), id);
        }
    }
    Ok(adopted)
}

fn is_known(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let known = connection
        .query_row("SELECT 1 FROM account WHERE name = ?1", [name], |_| Ok(()))
        .optional()?;
    Ok(known.is_some())
}

/// The latest account of this maildrop that can be had.
fn former(
    connection: &Connection,
    maildrop: &str,
    is_free: impl Fn(i64, &str) -> bool,
) -> rusqlite::Result<Option<i64>> {
    let mut statement =
        connection.prepare("SELECT id, name FROM account WHERE maildrop = ?1 ORDER BY id DESC")?;
    let mut accounts = statement.query([maildrop])?;
    while let Some(account) = accounts.next()? {
        let id = account.get(0)?;
        if is_free(id, account.get_ref(1)?.as_str()?) {
            return Ok(Some(id));
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
        let all = configured(&config);
        let known = config.map(|(name, _)| home.reader().account(name).expect("reads"));
        let former = config.map(|(name, _)| home.reader().former_account(&all, name));
        for _ in 0..2 {
            writer.adopt(&all).expect("writes");
        }
        let adopted = config.map(|(name, _)| home.reader().account(name).expect("reads"));
        for ((known, former), adopted) in known.into_iter().zip(former).zip(adopted) {
            let foretold = known.or(former.expect("reads"));
            assert_eq!(foretold, adopted, "known ahead, for a dry run");
        }
        adopted
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
