//! What was learned of a server, kept for the next fetch.

use rusqlite::OptionalExtension;

use super::{Reader, Result, Writer};
use crate::mail::AccountId;

/// Under this it is remembered what servers announce.
const ANNOUNCED: &str = "announced";

/// What was learned of an account's server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lessons {
    /// When pipelining went wrong there, though it was announced, in seconds since 1970.
    pub lock_step_since: Option<i64>,
    /// How many fetches in a row found that CAPA closed the line, and got on without it.
    pub without_capa: u32,
    /// When the last of them did, in seconds since 1970.
    pub without_capa_since: Option<i64>,
    /// When somebody last logged in, in seconds since 1970.
    pub last_login: Option<i64>,
    /// Seconds that must lie between two log-ins (RFC 2449, section 6.6).
    pub login_delay: Option<u32>,
    /// How many fetches in a row ended with a log-in that was refused.
    pub refusals: u32,
    /// As what the last of them signed in: a number that is another one when the user has changed that.
    pub refused_as: Option<u32>,
}

impl Default for Lessons {
    /// Of a server that nobody has met.
    fn default() -> Self {
        Self {
            lock_step_since: None,
            without_capa: 0,
            without_capa_since: None,
            last_login: None,
            login_delay: None,
            refusals: 0,
            refused_as: None,
        }
    }
}

impl Reader {
    /// What was learned of an account's server.
    pub fn lessons(&self, account: AccountId) -> Result<Lessons> {
        let mut statement = self.connection.prepare_cached(
            "SELECT lock_step_since, without_capa, without_capa_since, last_login, login_delay, refusals, refused_as
             FROM server WHERE account = ?1",
        )?;
        let lessons = statement.query_row([account.0], |row| {
            Ok(Lessons {
                lock_step_since: row.get(0)?,
                without_capa: row.get(1)?,
                without_capa_since: row.get(2)?,
                last_login: row.get(3)?,
                login_delay: row.get(4)?,
                refusals: row.get(5)?,
                refused_as: row.get(6)?,
            })
        });
        Ok(lessons.optional()?.unwrap_or_default())
    }

    /// What an account's server announced before its log-ins, in the words of whoever asks; `None` or empty where nothing
    /// is remembered.
    pub fn announced(&self, account: AccountId) -> Result<Option<String>> {
        self.remembered_of(ANNOUNCED, &account.0.to_string())
    }
}

impl Writer {
    /// Keeps what was learned of an account's server.
    pub fn learn(&mut self, account: AccountId, lessons: &Lessons) -> Result<()> {
        self.connection.execute(
            "INSERT INTO server (account, lock_step_since, without_capa, without_capa_since, last_login, login_delay,
                                 refusals, refused_as)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (account) DO UPDATE SET lock_step_since = ?2, without_capa = ?3, without_capa_since = ?4,
                 last_login = ?5, login_delay = ?6, refusals = ?7, refused_as = ?8",
            (
                account.0,
                lessons.lock_step_since,
                lessons.without_capa,
                lessons.without_capa_since,
                lessons.last_login,
                lessons.login_delay,
                lessons.refusals,
                lessons.refused_as,
            ),
        )?;
        Ok(())
    }

    /// Remembers what an account's server announced before its log-ins, in one line.
    pub fn announced(&mut self, account: AccountId, text: &str) -> Result<()> {
        self.remember_of(ANNOUNCED, &account.0.to_string(), text)
    }

    /// The log-in of the account of this name went well: those that were refused before count no more.
    pub fn forgive(&mut self, account: &str) -> Result<()> {
        self.connection.execute(
            "UPDATE server SET refusals = 0, refused_as = NULL
             WHERE account = (SELECT id FROM account WHERE name = ?1)",
            [account],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Lessons;
    use crate::store::testing::{Home, account};

    #[test]
    fn nothing_is_held_against_a_new_server_and_what_is_learned_is_kept() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let lessons = |home: &Home| home.reader().lessons(account).expect("reads");
        assert_eq!(lessons(&home), Lessons::default());
        for lesson in [
            Lessons {
                lock_step_since: Some(1_800_000_000),
                without_capa: 2,
                without_capa_since: Some(1_800_000_000),
                last_login: Some(1_800_000_000),
                login_delay: Some(300),
                refusals: 2,
                refused_as: Some(u32::MAX),
            },
            Lessons::default(),
        ] {
            writer.learn(account, &lesson).expect("writes");
            assert_eq!(lessons(&home), lesson);
        }
    }
}
