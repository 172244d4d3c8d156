//! Calendars and contacts before they are parsed: without the properties that are no words, such as a photo.

/// Octets of one property, with its folded lines. No card shows as much of one.
const MAX_PROPERTY: usize = 16 << 10;

/// The text without properties too long to be read for a card.
pub(super) fn without_long(text: &str) -> String {
    let mut kept = String::with_capacity(text.len().min(64 << 10));
    let mut begin = 0;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if !line.starts_with([' ', '\t']) {
            keep(&mut kept, &text[begin..end]);
            begin = end;
        }
        end += line.len();
    }
    keep(&mut kept, &text[begin..end]);
    kept
}

fn keep(kept: &mut String, property: &str) {
    if property.len() <= MAX_PROPERTY {
        kept.push_str(property);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_left_out_with_all_its_lines() {
        let photo = format!("PHOTO;ENCODING=b:{}", "QUJD\r\n ".repeat(4_000));
        let text = format!("BEGIN:VCARD\r\n{photo}\r\nFN:Ada\r\n Lovelace\r\nEND:VCARD");
        let kept = "BEGIN:VCARD\r\nFN:Ada\r\n Lovelace\r\nEND:VCARD";
        assert_eq!(without_long(&text), kept);
        assert_eq!(without_long(kept), kept);
        assert_eq!(without_long(&"x".repeat(MAX_PROPERTY + 1)), "");
    }
}
