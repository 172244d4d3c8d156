//! Finds typed text in rows of a mail: over the ends of rows, whatever the case and the accents, unless a capital is typed.

use crate::mail::{Passage, width};
use crate::query::fold;

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    /// Without blanks.
    letters: String,
    /// Which of them have a blank before them.
    blanks: Vec<bool>,
    /// Capitals and accents count.
    exact: bool,
}

/// Where a mail says it. Rows are those of the document that was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The row in which it begins.
    pub row: usize,
    /// Octets of that row before it.
    pub from: usize,
    /// The row in which it ends.
    pub last_row: usize,
    /// Where it ends there.
    pub to: usize,
    /// Whether it is folded away behind that row.
    pub hidden: bool,
}

/// A letter of the rows, folded.
#[derive(Debug, Clone, Copy)]
struct Letter {
    /// Where in the folded text.
    start: usize,
    row: usize,
    from: usize,
    to: usize,
    before: Before,
}

/// What stands between a letter and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Blank,
    /// The end of a row: it was broken at a blank, or in a long word.
    Edge,
}

/// No text is found across it.
const WALL: char = '\n';

impl Needle {
    /// What was typed; `None` if that is nothing but blanks.
    pub fn new(typed: &str) -> Option<Self> {
        let exact = typed.chars().any(char::is_uppercase);
        let (mut letters, mut blanks, mut blank) = (String::new(), Vec::new(), false);
        for c in typed.trim().chars() {
            if c.is_whitespace() {
                blank = true;
                continue;
            }
            for folded in folded(c, exact).chars() {
                letters.push(folded);
                blanks.push(std::mem::take(&mut blank));
            }
        }
        (!letters.is_empty()).then_some(Self {
            letters,
            blanks,
            exact,
        })
    }

    /// Where it is in a passage, from top to bottom.
    pub fn hits(&self, passage: &Passage) -> Vec<Hit> {
        let hay = Hay::new(passage, self.exact);
        let found = hay.text.match_indices(&self.letters);
        let hits = found.filter_map(|(start, _)| {
            let first = hay
                .letters
                .binary_search_by_key(&start, |letter| letter.start)
                .ok()?;
            let letters = hay.letters.get(first..first + self.blanks.len())?;
            self.fits(letters).then(|| hit(passage, letters))?
        });
        hits.collect()
    }

    /// Whether there are blanks where blanks were typed, and nowhere else.
    fn fits(&self, letters: &[Letter]) -> bool {
        let mut pairs = letters.iter().zip(&self.blanks).skip(1);
        pairs.all(|(letter, blank)| match letter.before {
            Before::Nothing => !blank,
            Before::Blank => *blank,
            Before::Edge => true,
        })
    }
}

fn hit(passage: &Passage, letters: &[Letter]) -> Option<Hit> {
    let (first, last) = (letters.first()?, letters.last()?);
    if passage.hidden {
        return Some(Hit {
            row: passage.row,
            from: 0,
            last_row: passage.row,
            to: usize::MAX,
            hidden: true,
        });
    }
    Some(Hit {
        row: passage.row + first.row,
        from: first.from,
        last_row: passage.row + last.row,
        to: last.to,
        hidden: false,
    })
}

/// Rows as one text of letters.
#[derive(Default)]
struct Hay {
    text: String,
    letters: Vec<Letter>,
}

impl Hay {
    fn new(passage: &Passage, exact: bool) -> Self {
        let mut hay = Self::default();
        for (row, text) in passage.rows.iter().enumerate() {
            hay.add(row, text, exact);
        }
        hay
    }

    fn add(&mut self, row: usize, text: &str, exact: bool) {
        let is_margin = |c: char| matches!(c, ' ' | '┆' | '▎');
        let margin = text.len() - text.trim_start_matches(is_margin).len();
        if margin == text.len() {
            return self.wall(row);
        }
        let mut before = Before::Edge;
        for (at, c) in text[margin..].char_indices() {
            let from = margin + at;
            let to = from + c.len_utf8();
            if c.is_whitespace() {
                before = match before {
                    Before::Edge => Before::Edge,
                    Before::Nothing | Before::Blank => Before::Blank,
                };
                continue;
            }
            let folded = folded(c, exact);
            // What is drawn onto the letter before belongs to it.
            if (folded.is_empty() || width(&text[from..to]) == 0)
                && let Some(last) = self.letters.last_mut()
            {
                last.to = to;
            }
            for folded in folded.chars() {
                self.letters.push(Letter {
                    start: self.text.len(),
                    row,
                    from,
                    to,
                    before,
                });
                self.text.push(folded);
                before = Before::Nothing;
            }
        }
    }

    fn wall(&mut self, row: usize) {
        self.letters.push(Letter {
            start: self.text.len(),
            row,
            from: 0,
            to: 0,
            before: Before::Nothing,
        });
        self.text.push(WALL);
    }
}

/// A letter as it is compared.
fn folded(c: char, exact: bool) -> String {
    match c {
        _ if exact => c.to_string(),
        '\0'..='\x7f' => c.to_ascii_lowercase().to_string(),
        _ => fold(c.encode_utf8(&mut [0; 4])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str, rows: &[&str]) -> Vec<String> {
        let passage = Passage {
            row: 7,
            rows: rows.iter().map(ToString::to_string).collect(),
            hidden: false,
        };
        let needle = Needle::new(typed).expect("letters");
        let text = |hit: &Hit| {
            let (first, last) = (hit.row - 7, hit.last_row - 7);
            if first == last {
                return rows[first][hit.from..hit.to].to_owned();
            }
            format!("{}/{}", &rows[first][hit.from..], &rows[last][..hit.to])
        };
        needle.hits(&passage).iter().map(text).collect()
    }

    #[test]
    fn lower_case_finds_all_cases_and_accents_and_a_capital_only_itself() {
        assert_eq!(
            found("cafe", &["Café CAFE cafe\u{301}s"]),
            ["Café", "CAFE", "cafe\u{301}"]
        );
        assert_eq!(found("É", &["é É E"]), ["É"]);
        assert_eq!(found("strasse", &["Straße"]), ["Straße"]);
        assert_eq!(found("座席", &["Flight — 座席について"]), ["座席"]);
        assert!(found("x", &["abc"]).is_empty());
    }

    #[test]
    fn blanks_count_but_not_where_a_row_ends() {
        assert_eq!(
            found("the rapist", &["therapist the  rapist"]),
            ["the  rapist"]
        );
        assert!(found("therapist", &["the rapist"]).is_empty());
        assert_eq!(
            found("two words", &["┆ of two", "┆ words here"]),
            ["two/┆ words"]
        );
        assert_eq!(found("窓側を", &["座席窓", "側をお"]), ["窓/側を"]);
        assert!(
            found("one two", &["one", "┆ ", "two"]).is_empty(),
            "another paragraph"
        );
        assert!(Needle::new(" \t ").is_none());
    }

    #[test]
    fn what_is_folded_away_is_the_row_that_stands_for_it() {
        let passage = Passage {
            row: 3,
            rows: vec!["a word".to_owned(), "a word".to_owned()],
            hidden: true,
        };
        let hits = Needle::new("word").map(|needle| needle.hits(&passage));
        let hits = hits.unwrap_or_default();
        assert!(hits.iter().all(|hit| hit.hidden && hit.row == 3) && hits.len() == 2);
    }
}
