//! The accounts whose last fetch failed, remembered from run to run: a client that opens does not say that all is well.

use std::collections::BTreeMap;

use crate::mail::SafeText;

/// Under what they are remembered.
pub const FAILED: &str = "failed";

/// What is remembered of the fetches of other runs.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// When mail was last fetched, in milliseconds since 1970 UTC.
    pub done_at: Option<i64>,
    /// Which accounts it could not be fetched from the last time.
    pub failures: Failures,
}

/// When the last fetch of accounts failed, in milliseconds since 1970 UTC; the others' ended well, or were stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failures(BTreeMap<String, i64>);

impl Failures {
    /// Reads what [`Failures::text`] wrote. What is not understood is no failure.
    pub fn parse(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| {
            let (at, name) = line.split_once(' ')?;
            Some((name.to_owned(), at.parse().ok()?))
        });
        Self(pairs.collect())
    }

    /// One line each.
    pub fn text(&self) -> String {
        let lines = self.0.iter().map(|(name, at)| format!("{at} {name}"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Notes how a fetch of this account ended: that it failed then, or that it did not.
    pub fn note(&mut self, account: &SafeText, failed: Option<i64>) {
        match failed {
            Some(at) => drop(self.0.insert(account.to_string(), at)),
            None => drop(self.0.remove(account.as_str())),
        }
    }

    /// When the last fetch of this account failed, if it did.
    pub fn of(&self, account: &SafeText) -> Option<i64> {
        self.0.get(account.as_str()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_read_again() {
        let [home, work] = ["at home\nor not", "work"].map(SafeText::new);
        let mut failures = Failures::default();
        failures.note(&home, Some(5));
        failures.note(&work, Some(7));
        failures.note(&work, Some(8));
        let again = Failures::parse(&failures.text());
        assert_eq!(again, failures);
        assert_eq!((again.of(&home), again.of(&work)), (Some(5), Some(8)));
        failures.note(&home, None);
        failures.note(&work, None);
        assert_eq!(Failures::parse(&failures.text()), Failures::default());
        assert_eq!(Failures::parse("x\nsoon work\n"), Failures::default());
    }
}
