//! Making room on the server: how much, and which mails that would be.

use std::sync::Arc;

use super::{Holdings, count};
use crate::app::popup::{Item, Take};
use crate::mail::{Counted, LedgerRow, SafeText, words};

/// Amounts to choose from, in octets.
const AMOUNTS: [u64; 4] = [10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000];
/// Rows of the preview; the rest is counted.
const SHOWN: usize = 200;

/// The mails that would go, and how large they are together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What the user looks at: a fetch that ends meanwhile changes nothing in it.
    pub holdings: Arc<Holdings>,
    /// How many of the largest mails that can go.
    pub chosen: Counted,
}

/// The rows of the popup that asks how much: the amount that was typed in MB, or a few to choose from.
pub fn amounts(holdings: &Holdings, typed: &str) -> Vec<Item> {
    let all = holdings.largest(usize::MAX);
    if let Some(octets) = typed_megabytes(typed) {
        return vec![amount(holdings, octets)];
    }
    if !typed.trim().is_empty() {
        return vec![Item {
            label: SafeText::new("This is no amount: try 250, 250 MB or 1.5 GB."),
            detail: SafeText::default(),
            take: Take::Heading,
        }];
    }
    let mut items: Vec<Item> = AMOUNTS
        .iter()
        .filter(|octets| **octets < all.octets)
        .map(|octets| amount(holdings, *octets))
        .collect();
    items.push(Item {
        label: SafeText::new("all of it"),
        detail: SafeText::new(&in_words(all)),
        take: Take::Room(all),
    });
    items
}

fn amount(holdings: &Holdings, octets: u64) -> Item {
    let chosen = holdings.enough_for(octets);
    let less = if chosen.octets < octets {
        "there is no more: "
    } else {
        ""
    };
    Item {
        label: SafeText::new(&words::octets(octets)),
        detail: SafeText::new(&format!("{less}{}", in_words(chosen))),
        take: Take::Room(chosen),
    }
}

fn in_words(chosen: Counted) -> String {
    let largest = if chosen.mails > 1 { "the largest " } else { "" };
    format!(
        "{largest}{}, {}",
        count(chosen.mails),
        words::octets(chosen.octets)
    )
}

/// `250`, `250 MB`, `1.5 GB`, `800 KB`; a bare number is megabytes.
fn typed_megabytes(typed: &str) -> Option<u64> {
    let typed = typed.trim().to_lowercase();
    let end = typed.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = typed.split_at(end.unwrap_or(typed.len()));
    let unit: u64 = match unit.trim() {
        "k" | "kb" => 1_000,
        "" | "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        _ => return None,
    };
    let (whole, tenths) = number.split_once('.').unwrap_or((number, "0"));
    let tenths: u64 = tenths.get(..1).unwrap_or("0").parse().ok()?;
    let whole: u64 = whole.parse().ok()?;
    let octets = whole.checked_mul(unit)?.checked_add(unit / 10 * tenths)?;
    (octets > 0).then_some(octets)
}

impl Preview {
    /// The mails that would go.
    pub fn mails(&self) -> impl Iterator<Item = &LedgerRow> {
        let mails = usize::try_from(self.chosen.mails).unwrap_or(usize::MAX);
        self.holdings.candidates().take(mails)
    }

    /// The question.
    pub fn title(&self) -> String {
        format!("Delete {} on the server?", count(self.chosen.mails))
    }

    /// What would go, under what it means.
    pub fn items(&self) -> Vec<Item> {
        let heading = |text: &str| Item {
            label: SafeText::new(text),
            detail: SafeText::default(),
            take: Take::Heading,
        };
        let mail = |row: &LedgerRow| Item {
            label: SafeText::new(&words::octets(row.size)),
            detail: SafeText::new(&format!("{} — {}", row.from, row.subject)),
            take: Take::Confirm,
        };
        let mut items = vec![heading(&format!(
            "{}. They stay on this machine.",
            words::octets(self.chosen.octets)
        ))];
        items.extend(self.mails().take(SHOWN).map(mail));
        let more = self.chosen.mails.saturating_sub(SHOWN as u64);
        if more > 0 {
            items.push(Item {
                label: SafeText::new("…"),
                detail: SafeText::new(&format!("and {} more", words::grouped(more))),
                take: Take::Confirm,
            });
        }
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_amount_is_refused_with_a_word() {
        let items = amounts(&Holdings::default(), "abc");
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].take, Take::Heading);
        assert!(items[0].label.as_str().contains("no amount"));
        assert_eq!(amounts(&Holdings::default(), " ").len(), 1, "all of it");
    }

    #[test]
    fn room_is_typed_in_megabytes_or_with_a_unit() {
        for (typed, octets) in [
            ("250", Some(250_000_000)),
            (" 1.5 GB ", Some(1_500_000_000)),
            ("800k", Some(800_000)),
            ("0", None),
            ("much", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(typed_megabytes(typed), octets, "{typed}");
        }
    }
}
