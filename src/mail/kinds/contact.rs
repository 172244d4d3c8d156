//! vCards (RFC 6350): whose, and how to reach them.

use std::panic::AssertUnwindSafe;

use calcard::vcard::{VCard, VCardEntry, VCardProperty, VCardValue};

use crate::mail::guard::catch;
use crate::mail::kinds::facts::{Facts, Said};

/// Addresses and numbers of one kind shown.
const MAX_SHOWN: usize = 8;

/// What the first vCard of a part says.
pub(super) fn read(text: &str) -> Option<Facts> {
    let card = catch(AssertUnwindSafe(|| VCard::parse(text)))?.ok()?;
    let one = |name| all(&card, &name).into_iter().next();
    let name = one(VCardProperty::Fn).or_else(|| one(VCardProperty::N));
    let name = name
        .or_else(|| one(VCardProperty::Org))
        .or_else(|| one(VCardProperty::Email))?;
    let joined = |name| {
        let values = all(&card, &name);
        (!values.is_empty()).then(|| values.join(", "))
    };
    Some(
        Facts::new(format!("Contact: {name}"))
            .maybe("Of", one(VCardProperty::Org))
            .maybe(
                "As",
                one(VCardProperty::Title).or_else(|| one(VCardProperty::Role)),
            )
            .maybe("Mail", joined(VCardProperty::Email))
            .maybe("Phone", joined(VCardProperty::Tel))
            .maybe("Address", joined(VCardProperty::Adr))
            .said("Link", one(VCardProperty::Url).map(Said::Link))
            .maybe("Note", one(VCardProperty::Note)),
    )
}

fn all(card: &VCard, name: &VCardProperty) -> Vec<String> {
    let entries = card.entries.iter().filter(|entry| entry.name == *name);
    entries
        .map(value)
        .filter(|value| !value.is_empty())
        .take(MAX_SHOWN)
        .collect()
}

/// The components of a value in the order of the card, without empty ones.
fn value(entry: &VCardEntry) -> String {
    let texts = entry.values.iter().flat_map(|value| match value {
        VCardValue::Component(parts) => parts.clone(),
        other => other.as_text().map(str::to_owned).into_iter().collect(),
    });
    let texts = texts.map(|text| text.trim().trim_start_matches("tel:").to_owned());
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_says_who_and_how_to_reach_them() {
        let text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lovelace;Ada;;;\r\nFN:Ada Lovelace\r\nORG:Analytical;Engines\r\n\
            EMAIL;TYPE=work:ada@example.org\r\nTEL:+44 1\r\nTEL;VALUE=uri:tel:+442\r\nADR:;;1 Main St;London;;W1;UK\r\nEND:VCARD\r\n";
        let (title, rows) = read(text).unwrap().told(0);
        assert_eq!(title, "Contact: Ada Lovelace");
        assert_eq!(
            rows,
            [
                "Of: Analytical, Engines",
                "Mail: ada@example.org",
                "Phone: +44 1, +442",
                "Address: 1 Main St, London, W1, UK",
            ]
        );
    }

    #[test]
    fn what_is_no_contact_is_nothing() {
        assert_eq!(read("hello"), None);
        assert_eq!(read("BEGIN:VCARD\nEND:VCARD"), None);
        assert_eq!(read(&"BEGIN:VCARD\nTEL:1\n".repeat(20_000)), None);
    }
}
