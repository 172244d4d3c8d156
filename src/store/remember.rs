//! Small things that the screen wants to find again after a restart.

use rusqlite::OptionalExtension;

use super::{Reader, Result, Writer};

impl Reader {
    /// Something remembered for the screen.
    pub fn remembered(&self, key: &str) -> Result<Option<String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT value FROM remembered WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }
}

impl Writer {
    /// Remembers something for the screen, in place of what was there.
    pub fn remember(&mut self, key: &str, value: &str) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO remembered (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute((key, value))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::store::testing::Home;

    #[test]
    fn the_latest_value_is_remembered() {
        let home = Home::new();
        let mut writer = home.writer();
        writer.remember("place", "top").expect("writes");
        writer.remember("place", "end").expect("writes");
        let reader = home.reader();
        assert_eq!(
            reader.remembered("place").expect("reads").as_deref(),
            Some("end")
        );
        assert_eq!(reader.remembered("other").expect("reads"), None);
    }
}
