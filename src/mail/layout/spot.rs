//! Places in what a mail says: they stay where they are when it is laid out for another width, or its quotes open.

use std::fmt;

use crate::mail::layout::pages::{Document, Stretch, What};
use crate::mail::{Line, Role};

/// A place in what a mail says, whatever the width.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// 0 is the head, then comes each block, and below them all the foot.
    block: usize,
    /// In a text: octets above its paragraph.
    offset: usize,
    /// Letters and digits above in that block or paragraph: blanks and quote bars differ from width to width.
    letters: usize,
    /// Rows above that have no more letters than this one.
    again: usize,
}

impl Document {
    /// The place at which a row begins.
    pub fn spot(&self, row: usize) -> Spot {
        let number = self.stretch_of(row);
        let Some(stretch) = self.stretches.get(number) else {
            return Spot::default();
        };
        let spots = self.spots(stretch);
        let within = row.saturating_sub(stretch.above);
        spots
            .get(within)
            .or(spots.last())
            .copied()
            .unwrap_or_default()
    }

    /// The row in which a place is; `None` as long as it is not laid out.
    pub fn row_of(&self, spot: Spot) -> Option<usize> {
        let below = |stretch: &Stretch| stretch.first_spot() <= spot;
        let number = self.stretches.partition_point(below).saturating_sub(1);
        if number + 1 >= self.stretches.len() && !self.whole {
            return None;
        }
        let stretch = self.stretches.get(number)?;
        let spots = self.spots(stretch);
        let above = spots.partition_point(|held| *held <= spot);
        Some(stretch.above + above.saturating_sub(1))
    }

    /// The number of the stretch that a row lies in.
    pub(super) fn stretch_of(&self, row: usize) -> usize {
        self.stretches
            .partition_point(|stretch| stretch.above <= row)
            .saturating_sub(1)
    }

    /// The place of each row of a stretch.
    fn spots(&self, stretch: &Stretch) -> Vec<Spot> {
        match &stretch.what {
            What::Rows(rows) => {
                let begins = stretch.begins.iter();
                spots(rows, begins.map(|(row, block)| (*row, Spot::of(*block, 0))))
            }
            What::Piece(block, at) => {
                let Some(laid) = self.piece(*block, *at, self.sheet) else {
                    return Vec::new();
                };
                let begins = laid.begins.iter();
                let begins = begins.map(|(row, offset)| (*row, Spot::of(*block + 1, *offset)));
                spots(&laid.rows, begins)
            }
        }
    }
}

impl Stretch {
    fn first_spot(&self) -> Spot {
        match (&self.what, self.begins.first()) {
            (What::Piece(block, at), _) => Spot::of(*block + 1, at.offset),
            (What::Rows(_), Some((_, block))) => Spot::of(*block, 0),
            (What::Rows(_), None) => Spot::default(),
        }
    }
}

/// Letters that tell one place in a mail from others.
const TELLING: usize = 24;
/// Rows that are tried, as one text of a mail has what the other has not.
const TRIED: usize = 12;
/// Rows looked through: this is done between two frames.
const LOOKED_THROUGH: usize = 4_000;

impl Document {
    /// What some rows begin with, from this one on: for [`Document::row_saying`].
    pub fn words_from(&self, row: usize) -> Vec<String> {
        let rows = self.rows(row..row + TRIED * 2);
        let words: Vec<String> = rows.iter().map(letters).collect();
        let from = |row: usize| words[row..].concat().chars().take(TELLING).collect();
        (0..words.len().min(TRIED))
            .filter(|row| !words[*row].is_empty())
            .map(from)
            .collect()
    }

    /// The row in which one of these stands first; `None` if none does, or as long as it is not laid out.
    pub fn row_saying(&self, words: &[String]) -> Option<usize> {
        let (mut text, mut begins) = (String::new(), Vec::new());
        for row in &self.rows(0..LOOKED_THROUGH) {
            begins.push(text.len());
            text.push_str(&letters(row));
        }
        let found = words.iter().find_map(|words| text.find(words.as_str()))?;
        Some(begins.partition_point(|begin| *begin <= found) - 1)
    }
}

/// Letters and digits of a row, but for numbers of links: those are not the same in both texts of a mail.
fn letters(row: &Line) -> String {
    let said = row
        .spans
        .iter()
        .filter(|span| span.role != Role::LinkNumber);
    let letters = said.flat_map(|span| span.text.as_str().chars());
    letters.filter(|c| c.is_alphanumeric()).collect()
}

/// As [`Spot::parse`] reads it: one word.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            block,
            offset,
            letters,
            again,
        } = self;
        write!(f, "{block}.{offset}.{letters}.{again}")
    }
}

impl Spot {
    /// Reads what was printed; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<usize>> = text.split('.').map(|word| word.parse().ok()).collect();
        let [block, offset, letters, again] = numbers?[..] else {
            return None;
        };
        Some(Self {
            block,
            offset,
            letters,
            again,
        })
    }

    /// Whether it is in the head.
    pub fn is_above_text(self) -> bool {
        self.block == 0
    }

    fn of(block: usize, offset: usize) -> Self {
        Self {
            block,
            offset,
            ..Self::default()
        }
    }
}

fn spots(rows: &[Line], begins: impl Iterator<Item = (usize, Spot)>) -> Vec<Spot> {
    let mut begins = begins.peekable();
    let mut next = Spot::default();
    let mut spots: Vec<Spot> = Vec::with_capacity(rows.len());
    for (row, line) in rows.iter().enumerate() {
        while let Some((_, begin)) = begins.next_if(|(at, _)| *at <= row) {
            next = begin;
        }
        let same = |last: &&Spot| Spot { again: 0, ..**last } == next;
        let again = spots.last().filter(same).map_or(0, |last| last.again + 1);
        spots.push(Spot { again, ..next });
        next.letters += letters(line).chars().count();
    }
    spots
}

#[cfg(test)]
mod tests {
    use crate::mail::{Document, How, Opened, Quotes, Show, Source, Spot, Wrap};

    fn document(mail: &str, how: How, cells: u16) -> Document {
        let show = Show::new(how, cells, jiff::tz::TimeZone::UTC, 0);
        let mut typesetter = Opened::read(mail.as_bytes().to_vec()).typeset(&show);
        typesetter.go_on(usize::MAX);
        typesetter.document()
    }

    fn numbered(count: usize, text: impl Fn(usize) -> String) -> String {
        (0..count).map(text).collect::<Vec<_>>().concat()
    }

    fn mails() -> [String; 3] {
        let words = numbered(90, |number| format!("word{number} "));
        let quote = numbered(20, |line| format!("> line {line}\n"));
        let paragraph = |number| format!("<p>Paragraph {number} of some words more</p><hr>");
        let paragraphs = numbered(100, paragraph);
        let html = "Subject: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n";
        [
            format!("Subject: x\n\n{words}\n\n{words}{words}\n\n\n{quote}\nSo be it.\n{quote}"),
            format!("{html}{paragraphs}"),
            format!("{html}<ul><li>{words}<li>see <a href='https://a.example'>this</a></ul>"),
        ]
    }

    #[test]
    fn each_row_is_found_at_its_own_place() {
        for mail in &mails() {
            for source in [Source::Rendered, Source::Raw] {
                let how = How {
                    source,
                    ..How::default()
                };
                let document = document(mail, how, 40);
                for row in 0..document.len() {
                    let spot = document.spot(row);
                    assert_eq!(document.row_of(spot), Some(row));
                    assert_eq!(Spot::parse(&spot.to_string()), Some(spot));
                }
                let rows = document.len();
                assert!((1..rows).all(|row| document.spot(row - 1) < document.spot(row)));
            }
        }
    }

    #[test]
    fn a_place_keeps_its_words_however_the_mail_is_laid_out() {
        let open = How {
            quotes: Quotes::Open,
            ..How::default()
        };
        let cut = How {
            wrap: Wrap::Off,
            ..How::default()
        };
        for mail in &mails() {
            let here = document(mail, open, 30);
            for (how, cells) in [(open, 90), (open, 13), (How::default(), 60), (cut, 50)] {
                let there = document(mail, how, cells);
                for row in 0..here.len() {
                    let spot = here.spot(row);
                    let found = there.row_of(spot).expect("all is laid out");
                    let next = there.spot(found + 1);
                    let is_last = found + 1 == there.len();
                    assert!(there.spot(found) <= spot && (spot < next || is_last));
                }
            }
        }
    }

    #[test]
    fn what_is_no_place_is_not_read_as_one() {
        for text in ["", "12", "1.2.3", "1.2.3.4.5", "1.2.-3.4", "1.2.x.4"] {
            assert_eq!(Spot::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_place_below_what_is_laid_out_is_waited_for() {
        let mail = &mails()[0];
        let whole = document(mail, How::default(), 40);
        let last = whole.spot(whole.len() - 1);
        let part = Document {
            whole: false,
            ..Document::default()
        };
        assert_eq!(part.row_of(last), None);
        assert_eq!(whole.row_of(Spot::default()), Some(0));
    }

    #[test]
    fn the_same_words_are_found_in_another_text() {
        let points = |open: &str, close: &str| {
            numbered(99, |number| format!("{open}Point {number} of it{close}\n"))
        };
        let html = "Subject: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n<h1>Hello</h1>";
        let plain = document(
            &format!("Subject: x\n\n{}", points("", "\n")),
            How::default(),
            80,
        );
        let html = document(
            &format!("{html}{}", points("<p>", "</p>")),
            How::default(),
            30,
        );
        let row =
            (0..plain.len()).find(|row| plain.rows(*row..row + 1)[0].text().contains("t 42 "));
        let words = plain.words_from(row.expect("is there"));
        let found = html.row_saying(&words).expect("is there");
        assert!(
            html.rows(found..found + 1)[0]
                .text()
                .starts_with("Point 42 ")
        );
        assert_eq!(html.row_saying(&["nothing".to_owned()]), None);
    }
}
