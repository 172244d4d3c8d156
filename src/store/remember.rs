//! Small things that the screen wants to find again after a restart.

use rusqlite::OptionalExtension;

use super::{Reader, Result, Writer};

/// So many names are remembered of a kind.
const MOST: usize = 500;

impl Reader {
    /// Something remembered for the screen.
    pub fn remembered(&self, key: &str) -> Result<Option<String>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT value FROM remembered WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    /// What is remembered under a name of a kind.
    pub fn remembered_of(&self, kind: &str, name: &str) -> Result<Option<String>> {
        let held = self.remembered(kind)?.unwrap_or_default();
        let found = pairs(&held).find(|(held, _)| *held == name);
        Ok(found.map(|(_, value)| value.to_owned()))
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

    /// The same for what may be lost in a power cut, where the store is closed next: that flushes it.
    pub fn remember_before_closing(&mut self, key: &str, value: &str) -> Result<()> {
        self.connection.pragma_update(None, "synchronous", "off")?;
        let remembered = self.remember(key, value);
        self.connection.pragma_update(None, "synchronous", "full")?;
        remembered
    }

    /// Remembers something under a name of a kind, each of them one word. The names that were given longest ago are
    /// forgotten where there are too many.
    pub fn remember_of(&mut self, kind: &str, name: &str, value: &str) -> Result<()> {
        let held = self
            .connection
            .prepare_cached("SELECT value FROM remembered WHERE key = ?1")?
            .query_row([kind], |row| row.get::<_, String>(0))
            .optional()?
            .unwrap_or_default();
        let others = pairs(&held).filter(|(held, _)| *held != name);
        let latest: Vec<String> = std::iter::once((name, value))
            .chain(others)
            .take(MOST)
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        // Before, each name was a row of its own, without end.
        self.connection
            .prepare_cached("DELETE FROM remembered WHERE key > ?1 || ':' AND key < ?1 || ';'")?
            .execute([kind])?;
        self.remember(kind, &latest.join("\n"))
    }
}

/// Names and values, one pair a line, the latest first.
fn pairs(held: &str) -> impl Iterator<Item = (&str, &str)> {
    held.lines().filter_map(|line| line.split_once(' '))
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

    #[test]
    fn rows_of_a_kind_that_had_one_for_each_name_are_forgotten() {
        let home = Home::new();
        let mut writer = home.writer();
        for key in ["scroll:1", "scroll:23", "scroll", "scrolls:1", "scrol:1"] {
            writer.remember(key, "9 9").expect("writes");
        }
        writer.remember_of("scroll", "4", "7").expect("writes");
        let reader = home.reader();
        let known = |key| reader.remembered(key).expect("reads").is_some();
        assert!(!known("scroll:1") && !known("scroll:23"));
        assert!(known("scroll") && known("scrolls:1") && known("scrol:1"));
        let of_scroll = reader.remembered_of("scroll", "4").expect("reads");
        assert_eq!(of_scroll.as_deref(), Some("7"));
    }

    #[test]
    fn of_a_kind_the_latest_names_are_remembered() {
        let home = Home::new();
        let mut writer = home.writer();
        for name in ["first", "again"] {
            writer.remember_of("part", name, "html").expect("writes");
        }
        for number in 2..super::MOST {
            let name = number.to_string();
            writer.remember_of("part", &name, "html").expect("writes");
        }
        writer
            .remember_of("part", "again", "plain")
            .expect("writes");
        writer
            .remember_of("part", "one-more", "html")
            .expect("writes");
        let reader = home.reader();
        let known = |name| reader.remembered_of("part", name).expect("reads");
        assert_eq!(known("first"), None);
        assert_eq!(known("again").as_deref(), Some("plain"));
        assert_eq!(known("2").as_deref(), Some("html"));
        assert_eq!(reader.remembered_of("other", "2").expect("reads"), None);
    }
}
