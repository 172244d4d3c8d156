//! What a part means, as facts; with the reader's time zone they become a card.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::mail::Role;
use crate::mail::article::{Card, Run};

/// Characters of one value on a card; the part itself has the rest.
const MAX_VALUE: usize = 1_000;

/// A title and rows of name and value, in which times have no zone yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::mail) struct Facts {
    title: Vec<Said>,
    rows: Vec<(&'static str, Vec<Said>)>,
    /// What it is about, where a mail can say the same twice in other words.
    about: Option<String>,
}

/// A piece of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mail) enum Said {
    /// Words, foreign ones too.
    Text(String),
    /// The address of something on the web. Shown; whether it is numbered is for the composer to say.
    Link(String),
    /// A moment in seconds since 1970 UTC.
    Time(i64),
    /// From one moment to another.
    Span(i64, i64),
}

impl Facts {
    /// Facts under a title.
    pub(in crate::mail) fn new(title: impl Into<String>) -> Self {
        Self {
            title: vec![Said::Text(title.into())],
            rows: Vec::new(),
            about: None,
        }
    }

    /// Of a thing that has a name of its own.
    #[must_use]
    pub(in crate::mail) fn about(mut self, name: Option<String>) -> Self {
        self.about = name;
        self
    }

    /// Whether the other says the same, or is about the same thing.
    pub(in crate::mail) fn repeats(&self, other: &Self) -> bool {
        self == other || self.about.is_some() && self.about == other.about
    }

    /// With more in the title.
    #[must_use]
    pub(in crate::mail) fn titled(mut self, more: impl IntoIterator<Item = Said>) -> Self {
        self.title.extend(more);
        self
    }

    /// With a row of words, unless there are none.
    #[must_use]
    pub(in crate::mail) fn row(self, name: &'static str, value: impl Into<String>) -> Self {
        let value: String = value.into();
        self.said(name, [Said::Text(value.trim().to_owned())])
    }

    /// With a row of words, if there are any.
    #[must_use]
    pub(in crate::mail) fn maybe(self, name: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.row(name, value),
            None => self,
        }
    }

    /// With a row of pieces, unless they say nothing.
    #[must_use]
    pub(in crate::mail) fn said(
        mut self,
        name: &'static str,
        value: impl IntoIterator<Item = Said>,
    ) -> Self {
        let value: Vec<Said> = value.into_iter().collect();
        let says = |said: &Said| !matches!(said, Said::Text(text) if text.trim().is_empty());
        if value.iter().any(says) {
            self.rows.push((name, value));
        }
        self
    }

    /// The card for a reader in this zone.
    pub(in crate::mail) fn card(&self, zone: &TimeZone) -> Card {
        let run = |said: &Said| said.run(zone);
        Card {
            title: self.title.iter().map(|said| run(said).text).collect(),
            rows: self
                .rows
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.iter().map(run).collect()))
                .collect(),
        }
    }
}

#[cfg(test)]
impl Facts {
    /// The title of their card, and its rows as `name: value`, for a reader so many hours east of UTC.
    pub(super) fn told(&self, hours: i8) -> (String, Vec<String>) {
        let card = self.card(&TimeZone::fixed(jiff::tz::offset(hours)));
        let text = |runs: &[Run]| runs.iter().map(|run| run.text.as_str()).collect::<String>();
        let rows = card.rows.iter();
        let rows = rows.map(|(name, value)| format!("{name}: {}", text(value)));
        (card.title, rows.collect())
    }
}

impl Said {
    fn run(&self, zone: &TimeZone) -> Run {
        match self {
            Self::Text(text) => Run::new(Role::HeaderValue, shortened(text)),
            Self::Link(url) => Run::new(Role::Link, shortened(url)),
            Self::Time(at) => Run::new(Role::HeaderValue, moment(*at, zone)),
            Self::Span(from, to) => Run::new(Role::HeaderValue, span(*from, *to, zone)),
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn moment(at: i64, zone: &TimeZone) -> String {
    match zoned(at, zone) {
        Some(time) => time.strftime("%A %-d %B %Y, %H:%M %Z").to_string(),
        None => "at a time beyond the calendar".to_owned(),
    }
}

/// `Tuesday 3 March 2026, 12:00–13:00 CET`
fn span(from: i64, to: i64, zone: &TimeZone) -> String {
    let (Some(start), Some(end)) = (zoned(from, zone), zoned(to, zone)) else {
        return moment(from, zone);
    };
    if start.date() != end.date() || end < start {
        return format!("{} – {}", moment(from, zone), moment(to, zone));
    }
    let day = start.strftime("%A %-d %B %Y, %H:%M");
    format!("{day}–{}", end.strftime("%H:%M %Z"))
}

fn zoned(at: i64, zone: &TimeZone) -> Option<ZonedDateTime> {
    let time = Timestamp::from_second(at).ok()?;
    Some(time.to_zoned_datetime(zone.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_readers_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let noon = 1_772_535_600;
        for (said, text) in [
            (Said::Time(noon), "Tuesday 3 March 2026, 12:00 +01"),
            (
                Said::Span(noon, noon + 3_600),
                "Tuesday 3 March 2026, 12:00–13:00 +01",
            ),
            (
                Said::Span(noon, noon + 86_400),
                "Tuesday 3 March 2026, 12:00 +01 – Wednesday 4 March 2026, 12:00 +01",
            ),
            (Said::Time(i64::MAX), "at a time beyond the calendar"),
        ] {
            assert_eq!(said.run(&zone).text, text);
        }
    }

    #[test]
    fn a_row_without_words_is_none() {
        let facts = Facts::new("x").row("Empty", " ").maybe("None", None);
        assert_eq!(
            facts
                .row("Long", "y".repeat(5_000))
                .card(&TimeZone::UTC)
                .rows
                .len(),
            1
        );
    }
}
