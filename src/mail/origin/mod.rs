//! Why a mail is here, and whether it is what it says: what its header tells, in words. Facts, no score.

mod checks;
mod domains;
mod list;
mod received;
mod sender;

use jiff::tz::TimeZone;

use crate::mail::{Message, SafeText};

pub use list::MailingList;

/// What the header of a mail tells about where it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// What there is to say, in order; a section without rows is left out.
    pub sections: Vec<OriginSection>,
    /// The mailing list it came through.
    pub list: Option<MailingList>,
}

/// Facts under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginSection {
    /// `The way it came`
    pub title: &'static str,
    /// Name and value of each.
    pub rows: Vec<(SafeText, SafeText)>,
}

impl Origin {
    /// The origin of a mail, for a reader in this time zone.
    pub fn of(message: &Message, zone: &TimeZone) -> Self {
        let way = received::way(&message.headers);
        let list = list::of(&message.headers);
        let sections = [
            section("Who it says it is from", &sender::rows(message)),
            section("The way it came", &received::rows(&way, zone)),
            section(
                "What your mail server checked",
                &checks::rows(&message.headers, &way),
            ),
            section(
                "Mailing list",
                &list.as_ref().map(list::rows).unwrap_or_default(),
            ),
        ];
        Self {
            sections: sections.into_iter().flatten().collect(),
            list,
        }
    }
}

/// A name and a value, both still foreign.
type Row = (String, String);

fn section(title: &'static str, rows: &[Row]) -> Option<OriginSection> {
    let safe = |(name, value): &Row| (SafeText::new(name), SafeText::new(value));
    (!rows.is_empty()).then(|| OriginSection {
        title,
        rows: rows.iter().map(safe).collect(),
    })
}

/// The values of every field of that name, with the place of each in the header.
fn fields<'h>(
    headers: &'h [(String, String)],
    name: &'h str,
) -> impl Iterator<Item = (usize, &'h str)> {
    let fields = headers.iter().enumerate();
    fields.filter_map(move |(place, (known, value))| {
        known
            .eq_ignore_ascii_case(name)
            .then_some((place, value.trim()))
    })
}

#[cfg(test)]
mod tests;
