//! A page to be read in a popup: facts under headings, the text of a part, what a command said.

use super::popup::{Item, Take};
use crate::mail::{Origin, SafeText, first_row};

/// Rows at most: a popup is no place for a book.
pub const MAX_ROWS: usize = 2_000;

/// Cells of a row: what a popup on a small screen shows whole.
pub const WIDTH: u16 = 70;

/// A page of facts or text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// What it is about, in a line.
    pub title: SafeText,
    /// From top to bottom.
    pub rows: Vec<SheetRow>,
}

/// A row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetRow {
    /// Stands above others.
    Heading(SafeText),
    /// A name and what there is to say.
    Fact(SafeText, SafeText),
    /// A line of text.
    Text(SafeText),
}

impl Sheet {
    /// Lines of foreign text, with a word where there are more than fit.
    pub fn of_text(title: &str, text: &str) -> Self {
        let mut all = text.lines().flat_map(rows_of);
        let mut rows: Vec<SheetRow> = all.by_ref().take(MAX_ROWS).map(SheetRow::Text).collect();
        if all.next().is_some() {
            let more = format!("Only the first {MAX_ROWS} rows are shown");
            rows.push(SheetRow::Heading(SafeText::new(&more)));
        }
        Self {
            title: SafeText::new(title),
            rows,
        }
    }

    /// Octets as numbers and letters, as many as fit.
    pub fn of_octets(title: &str, octets: &[u8]) -> Self {
        const ROW: usize = 16;
        let row = |(index, some): (usize, &[u8])| {
            let numbers: Vec<String> = some.iter().map(|octet| format!("{octet:02x}")).collect();
            let letter = |octet: &u8| match octet {
                0x20..=0x7e => char::from(*octet),
                _ => '.',
            };
            let letters: String = some.iter().map(letter).collect();
            let numbers = numbers.join(" ");
            let text = format!("{numbers:<width$}  {letters}", width = 3 * ROW - 1);
            let place = SafeText::new(&format!("{:06x}", index * ROW));
            SheetRow::Fact(place, SafeText::new(&text))
        };
        let shown = octets.chunks(ROW).take(MAX_ROWS / 4).enumerate();
        let mut rows: Vec<SheetRow> = shown.map(row).collect();
        if octets.len() > ROW * MAX_ROWS / 4 {
            let more = format!("Only the first {} octets are shown", ROW * MAX_ROWS / 4);
            rows.push(SheetRow::Heading(SafeText::new(&more)));
        }
        Self {
            title: SafeText::new(title),
            rows,
        }
    }

    /// What is known of where a mail comes from, and how often its sender wrote before.
    pub fn of_origin(origin: &Origin, before: Option<&SafeText>) -> Self {
        let mut rows = Vec::new();
        for (index, section) in origin.sections.iter().enumerate() {
            rows.push(SheetRow::Heading(SafeText::new(section.title)));
            let facts = section.rows.iter();
            rows.extend(facts.map(|(name, value)| SheetRow::Fact(name.clone(), value.clone())));
            if let (0, Some(before)) = (index, before) {
                rows.push(SheetRow::Fact(SafeText::new("Before"), before.clone()));
            }
        }
        Self {
            title: SafeText::new("Why is this here, and is it true?"),
            rows,
        }
    }

    /// Its rows in a popup.
    pub fn items(&self) -> Vec<Item> {
        let item = |row: &SheetRow| match row {
            SheetRow::Heading(text) => Item {
                label: text.clone(),
                detail: SafeText::default(),
                take: Take::Heading,
            },
            SheetRow::Fact(name, value) => Item {
                label: name.clone(),
                detail: value.clone(),
                take: Take::Close,
            },
            SheetRow::Text(text) => Item {
                label: SafeText::default(),
                detail: text.clone(),
                take: Take::Close,
            },
        };
        self.rows.iter().map(item).collect()
    }
}

/// A line of text over as many rows as it needs.
fn rows_of(line: &str) -> Vec<SafeText> {
    let line = SafeText::new(line.trim_end());
    let mut rest = line.as_str();
    let mut rows = Vec::new();
    while rows.len() <= MAX_ROWS {
        let (row, left) = first_row(rest, usize::from(WIDTH));
        rows.push(SafeText::new(row));
        if left.is_empty() || left.len() == rest.len() {
            break;
        }
        rest = left;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_safe_wrapped_and_cut() {
        let sheet = Sheet::of_text("x", &format!("\x1b[2J\n\n{}", "word ".repeat(40)));
        let texts: Vec<String> = sheet
            .items()
            .iter()
            .map(|item| item.detail.to_string())
            .collect();
        assert_eq!(texts[..2], ["␛[2J", ""]);
        assert_eq!(texts.len(), 5);
        let long = Sheet::of_text("x", &"a\n".repeat(10_000));
        assert_eq!(long.rows.len(), MAX_ROWS + 1);
        assert!(matches!(long.rows.last(), Some(SheetRow::Heading(_))));
    }

    #[test]
    fn octets_are_shown_as_numbers_and_letters() {
        let sheet = Sheet::of_octets("x", b"\x7fELF\x02\x01\x01\0abcdefgh!");
        let items = sheet.items();
        assert_eq!(items[0].label.as_str(), "000000");
        assert_eq!(
            items[0].detail.as_str(),
            "7f 45 4c 46 02 01 01 00 61 62 63 64 65 66 67 68  .ELF....abcdefgh"
        );
        assert_eq!(items[1].label.as_str(), "000010");
    }
}
