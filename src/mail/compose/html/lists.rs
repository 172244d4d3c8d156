//! Bullets and numbers of lists.

use crate::mail::compose::html::tree::Element;
use crate::mail::width;

const BULLET: &str = "•";

/// A list that is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    style: Style,
    next: i64,
    step: i64,
}

#[derive(Debug, Clone, Copy)]
enum Style {
    None,
    Bullet,
    Decimal,
    Letter { upper: bool },
    Roman { upper: bool },
}

impl List {
    /// The list that an `ol`, `ul` or their like opens; it is asked for how many items it has.
    pub(super) fn of(
        element: &Element,
        without_bullets: bool,
        items: impl FnOnce() -> i64,
    ) -> Self {
        let reversed = element.get("reversed").is_some();
        let start = element.filled("start").and_then(|start| start.parse().ok());
        let style = match (
            element.name.as_str(),
            element.filled("type").unwrap_or_default(),
        ) {
            _ if without_bullets => Style::None,
            ("ol", "a" | "A") => Style::Letter {
                upper: element.get("type") == Some("A"),
            },
            ("ol", "i" | "I") => Style::Roman {
                upper: element.get("type") == Some("I"),
            },
            ("ol", _) => Style::Decimal,
            _ => Style::Bullet,
        };
        Self {
            style,
            next: start.unwrap_or_else(|| if reversed { items() } else { 1 }),
            step: if reversed { -1 } else { 1 },
        }
    }

    /// What hangs left of the next item.
    pub(super) fn marker(&mut self, item: &Element) -> Option<String> {
        if let Some(value) = item.filled("value").and_then(|value| value.parse().ok()) {
            self.next = value;
        }
        let number = self.next;
        self.next = number.saturating_add(self.step);
        match self.style {
            Style::None => None,
            Style::Bullet => Some(BULLET.to_owned()),
            Style::Decimal => Some(format!("{number}.")),
            Style::Letter { upper } => Some(cased(&letters(number), upper)),
            Style::Roman { upper } => Some(cased(&roman(number), upper)),
        }
    }
}

/// What hangs left of an item that stands in no list.
pub(super) fn bullet() -> String {
    BULLET.to_owned()
}

/// Cells that a marker and the blank behind it take beyond the two of a level.
pub(super) fn beyond_level(marker: Option<&str>) -> u8 {
    let wide = marker.map_or(0, width).saturating_sub(1);
    u8::try_from(wide).unwrap_or(u8::MAX)
}

/// The marker that a text is, where all it says is a bullet or a number.
pub(super) fn as_marker(text: &str) -> Option<String> {
    let text = text.trim();
    let mut chars = text.chars();
    let (first, rest) = (chars.next()?, chars.as_str());
    if rest.is_empty() && "•·●○■▪▫◦‣⁃–—-*→»›✓✔✅§o\u{f0b7}\u{f0a7}".contains(first)
    {
        let shown = !"·§o\u{f0b7}\u{f0a7}".contains(first);
        return Some(if shown {
            first.to_string()
        } else {
            BULLET.to_owned()
        });
    }
    let inside = text.strip_prefix('(').unwrap_or(text);
    let number = inside.strip_suffix(['.', ')'])?;
    let is_number = number.len() <= 4 && number.bytes().all(|octet| octet.is_ascii_alphanumeric());
    (is_number && (number.len() == 1 || number.parse::<u16>().is_ok())).then(|| text.to_owned())
}

fn cased(marker: &str, upper: bool) -> String {
    if upper {
        format!("{}.", marker.to_ascii_uppercase())
    } else {
        format!("{marker}.")
    }
}

/// a, b, …, z, aa
fn letters(number: i64) -> String {
    let Ok(mut number) = u64::try_from(number) else {
        return number.to_string();
    };
    let mut letters = Vec::new();
    while number > 0 {
        letters.push(b'a' + u8::try_from((number - 1) % 26).unwrap_or_default());
        number = (number - 1) / 26;
    }
    letters.reverse();
    if letters.is_empty() {
        "0".to_owned()
    } else {
        String::from_utf8(letters).unwrap_or_default()
    }
}

fn roman(number: i64) -> String {
    const DIGITS: [(i64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..4000).contains(&number) {
        return number.to_string();
    }
    let mut left = number;
    let mut roman = String::new();
    for (value, digit) in DIGITS {
        while left >= value {
            roman.push_str(digit);
            left -= value;
        }
    }
    roman
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_form_that_was_asked_for() {
        assert_eq!([1, 26, 27, 703].map(letters), ["a", "z", "aa", "aaa"]);
        assert_eq!(
            [1, 4, 1994, 4000].map(roman),
            ["i", "iv", "mcmxciv", "4000"]
        );
        assert_eq!(
            [0, -3, i64::MIN].map(letters),
            ["0", "-3", "-9223372036854775808"]
        );
    }

    #[test]
    fn a_text_can_be_a_marker() {
        for (text, expected) in [
            ("•", Some("•")),
            (" · ", Some("•")),
            ("1.", Some("1.")),
            ("(a)", Some("(a)")),
        ] {
            assert_eq!(as_marker(text).as_deref(), expected, "{text}");
        }
        for text in ["", "a", "Dr.", "1", "12345.", "yes"] {
            assert_eq!(as_marker(text), None, "{text}");
        }
    }
}
