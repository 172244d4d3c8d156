//! Message-IDs out of `Message-ID`, `References` and `In-Reply-To` (RFC 5322, section 3.6.4).

/// References beyond this many are left out, the oldest first: threads hang on the newest.
const MAX_REFERENCES: usize = 500;

/// The first identifier of a field, without its brackets. Without any brackets: the whole value.
pub(in crate::mail) fn message_id(value: &[u8]) -> Option<String> {
    if let Some(id) = bracketed(value).next() {
        return Some(id);
    }
    let value = String::from_utf8_lossy(value);
    let bare = value.trim().trim_matches(['<', '>']).trim();
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// Every identifier of the fields, oldest first, each once.
pub(in crate::mail) fn references<'a>(fields: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for value in fields {
        ids.extend(
            identifiers(value)
                .into_iter()
                .filter(|id| seen.insert(id.clone())),
        );
    }
    ids.drain(..ids.len().saturating_sub(MAX_REFERENCES));
    ids
}

fn identifiers(value: &[u8]) -> Vec<String> {
    let ids: Vec<String> = bracketed(value).collect();
    if !ids.is_empty() {
        return ids;
    }
    // Some programs leave the brackets out; prose in `In-Reply-To` (RFC 822) has no @.
    String::from_utf8_lossy(value)
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| word.contains('@'))
        .map(|word| word.trim_matches(['<', '>', '"']).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// What stands between `<` and `>`; white space in there comes from folding.
fn bracketed(value: &[u8]) -> impl Iterator<Item = String> {
    value
        .split(|octet| *octet == b'<')
        .skip(1)
        .filter_map(|rest| {
            let end = rest.iter().position(|octet| *octet == b'>')?;
            let id: Vec<u8> = rest[..end]
                .iter()
                .copied()
                .filter(|o| !o.is_ascii_whitespace())
                .collect();
            let id = String::from_utf8_lossy(&id).into_owned();
            (!id.is_empty()).then_some(id)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_folds_are_no_part_of_an_identifier() {
        assert_eq!(
            message_id(b" <a@b.example>\r\n"),
            Some("a@b.example".into())
        );
        assert_eq!(
            message_id(b"\r\n <a@\r\n b.example> (c)"),
            Some("a@b.example".into())
        );
        assert_eq!(message_id(b" bare@id \r\n"), Some("bare@id".into()));
        assert_eq!(message_id(b" \r\n"), None);
    }

    #[test]
    fn references_come_oldest_first_and_once() {
        let fields: [&[u8]; 2] = [b"<a@x> <b@x>\r\n <c@x>", b"Your mail of Monday <c@x>"];
        assert_eq!(references(fields.into_iter()), ["a@x", "b@x", "c@x"]);
        let bare: [&[u8]; 2] = [b"a@x b@x", b"your mail of Monday"];
        assert_eq!(references(bare.into_iter()), ["a@x", "b@x"]);
    }

    #[test]
    fn the_newest_of_too_many_references_are_kept() {
        let many: Vec<String> = (0..2_000).map(|n| format!("<{n}@x> ")).collect();
        let many = many.concat();
        let ids = references(std::iter::once(many.as_bytes()));
        assert_eq!(ids.len(), MAX_REFERENCES);
        assert_eq!(ids.last().map(String::as_str), Some("1999@x"));
    }
}
