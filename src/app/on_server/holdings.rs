//! The rows of the screen "On the server", counted and indexed where they are read: drawing a slice costs the slice.

use std::collections::HashMap;

use crate::config::Keep;
use crate::mail::{Counted, Due, LedgerId, LedgerRow, SafeText};

/// All mails on all servers, as far as is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holdings {
    sections: Vec<Section>,
    places: HashMap<LedgerId, usize>,
    candidates: Vec<Candidate>,
    total: Counted,
}

/// What was read of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub name: SafeText,
    /// What becomes of its mail on the server.
    pub keep: Keep,
    /// Its mails, the largest first.
    pub rows: Vec<LedgerRow>,
}

/// An account and its mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What was read.
    pub held: Held,
    /// How many and how large.
    pub counted: Counted,
    /// Mails of the accounts above.
    before: usize,
    /// Lines above its heading.
    line: usize,
}

/// A mail that can go to make room: it is whole here, and still kept there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Its account, by its place among the sections.
    section: usize,
    /// Its place among the account's mails.
    row: usize,
    /// Octets of this mail and of all larger ones.
    upto: u64,
}

/// A line of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// The heading of an account.
    Heading(&'a Section),
    /// Stands for the mails of an account that has none there.
    Nothing(&'a Section),
    /// A mail, and its place among all mails.
    Mail(usize, &'a LedgerRow),
}

impl Holdings {
    /// Counts and indexes what was read.
    pub fn new(held: Vec<Held>) -> Self {
        let mut sections: Vec<Section> = Vec::with_capacity(held.len());
        let mut places = HashMap::new();
        let mut total = Counted::default();
        let mut line = 0;
        for held in held {
            let before = places.len();
            places.extend(
                (before..)
                    .zip(&held.rows)
                    .map(|(place, row)| (row.id, place)),
            );
            let counted = Counted {
                mails: held.rows.len() as u64,
                octets: held.rows.iter().map(|row| row.size).sum(),
            };
            total.mails += counted.mails;
            total.octets += counted.octets;
            let lines = 1 + held.rows.len().max(1);
            sections.push(Section {
                held,
                counted,
                before,
                line,
            });
            line += lines;
        }
        let candidates = candidates(&sections);
        Self {
            sections,
            places,
            candidates,
            total,
        }
    }

    /// All mails.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// All lines.
    pub fn lines(&self) -> usize {
        self.sections.last().map_or(0, |section| {
            section.line + 1 + section.held.rows.len().max(1)
        })
    }

    /// How many mails and how large.
    pub fn total(&self) -> Counted {
        self.total
    }

    /// A mail by its place.
    pub fn row(&self, place: usize) -> Option<&LedgerRow> {
        let section = self.section_of(place)?;
        section.held.rows.get(place - section.before)
    }

    /// Where a mail stands.
    pub fn place_of(&self, id: LedgerId) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// The line of the mail at a place.
    pub fn line_of(&self, place: usize) -> usize {
        self.section_of(place)
            .map_or(0, |section| section.line + 1 + place - section.before)
    }

    /// Whether the mail at a place is the first of its account.
    pub fn is_first(&self, place: usize) -> bool {
        self.section_of(place)
            .is_some_and(|section| section.before == place)
    }

    /// A line.
    pub fn line(&self, line: usize) -> Option<Line<'_>> {
        let section = self.sections.iter().rfind(|section| section.line <= line)?;
        if line == section.line {
            return Some(Line::Heading(section));
        }
        let index = line - section.line - 1;
        match section.held.rows.get(index) {
            Some(row) => Some(Line::Mail(section.before + index, row)),
            None if index == 0 => Some(Line::Nothing(section)),
            None => None,
        }
    }

    /// How many of the largest mails that can go make this much room, and how much that is in all.
    pub fn enough_for(&self, octets: u64) -> Counted {
        let smaller = |candidate: &Candidate| candidate.upto < octets;
        let count = self.candidates.partition_point(smaller) + 1;
        self.largest(count)
    }

    /// So many of the largest mails that can go, at most all of them.
    pub fn largest(&self, count: usize) -> Counted {
        let count = count.min(self.candidates.len());
        let last = count
            .checked_sub(1)
            .and_then(|last| self.candidates.get(last));
        Counted {
            mails: count as u64,
            octets: last.map_or(0, |last| last.upto),
        }
    }

    /// The mails that can go, the largest first.
    pub fn candidates(&self) -> impl ExactSizeIterator<Item = &LedgerRow> {
        let row =
            |candidate: &Candidate| &self.sections[candidate.section].held.rows[candidate.row];
        self.candidates.iter().map(row)
    }

    fn section_of(&self, place: usize) -> Option<&Section> {
        let holds = |section: &&Section| {
            (section.before..section.before + section.held.rows.len()).contains(&place)
        };
        self.sections.iter().find(holds)
    }
}

/// All mails that can go, the largest first. What is not whole here never can.
fn candidates(sections: &[Section]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (section, held) in sections.iter().enumerate() {
        for (row, mail) in held.held.rows.iter().enumerate() {
            let is_kept = matches!(mail.due, Due::Kept | Due::At(_));
            if is_kept && mail.message.is_some() {
                found.push((mail.size, section, row));
            }
        }
    }
    found.sort_by_key(|(size, section, row)| (std::cmp::Reverse(*size), *section, *row));
    let mut upto = 0;
    let with_sum = |(size, section, row)| {
        upto += size;
        Candidate { section, row, upto }
    };
    found.into_iter().map(with_sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{AccountId, Completeness, MessageId};

    fn row(id: i64, size: u64, due: Due) -> LedgerRow {
        LedgerRow {
            id: LedgerId(id),
            account: AccountId(1),
            message: Some(MessageId(id)),
            from: SafeText::default(),
            subject: SafeText::default(),
            size,
            stored: 0,
            due,
            completeness: Completeness::Whole,
            can_be_proven: true,
        }
    }

    fn held(rows: Vec<LedgerRow>) -> Held {
        Held {
            name: SafeText::new("home"),
            keep: Keep::Forever,
            rows,
        }
    }

    /// Three accounts, the one in the middle with nothing there.
    fn holdings() -> Holdings {
        let only_there = LedgerRow {
            message: None,
            ..row(4, 40, Due::Kept)
        };
        Holdings::new(vec![
            held(vec![row(1, 100, Due::Kept), row(2, 50, Due::Unsure)]),
            held(Vec::new()),
            held(vec![
                row(3, 70, Due::At(9)),
                only_there,
                row(5, 30, Due::Next),
            ]),
        ])
    }

    #[test]
    fn every_line_is_a_heading_a_mail_or_the_word_that_there_is_none() {
        let holdings = holdings();
        let kind = |line| match holdings.line(line) {
            Some(Line::Heading(_)) => 'h',
            Some(Line::Nothing(_)) => '-',
            Some(Line::Mail(place, row)) => {
                assert_eq!(holdings.line_of(place), line);
                assert_eq!(holdings.row(place), Some(row));
                assert_eq!(holdings.place_of(row.id), Some(place));
                'm'
            }
            None => '.',
        };
        let kinds: String = (0..=holdings.lines()).map(kind).collect();
        assert_eq!(kinds, "hmmh-hmmm.");
        assert_eq!(holdings.row(holdings.len()), None);
        assert_eq!(
            [0, 1, 2].map(|place| holdings.is_first(place)),
            [true, false, true]
        );
        let total = Counted {
            mails: 5,
            octets: 290,
        };
        assert_eq!(holdings.total(), total);
    }

    #[test]
    fn room_is_made_with_the_largest_of_all_accounts_that_are_safely_here() {
        let holdings = holdings();
        let ids: Vec<i64> = holdings.candidates().map(|row| row.id.0).collect();
        assert_eq!(ids, [1, 3]);
        let enough = |octets| {
            let counted = holdings.enough_for(octets);
            (counted.mails, counted.octets)
        };
        assert_eq!(enough(1), (1, 100));
        assert_eq!(enough(100), (1, 100));
        assert_eq!(enough(101), (2, 170));
        assert_eq!(enough(5_000), (2, 170), "there is no more");
        assert_eq!(Holdings::default().enough_for(1), Counted::default());
    }
}
