//! Message-IDs out of `Message-ID`, `References` and `In-Reply-To` (RFC 5322, section 3.6.4).

/// References beyond this many are left out, the oldest first: threads hang on the newest.
const MAX_REFERENCES: usize = 500;
/// So many of what stands in `In-Reply-To` are compared with all addresses of the mail.
const MAX_ANSWERED: usize = 8;

/// The first identifier of a field, without its brackets. Without any brackets: the whole value.
pub(in crate::mail) fn message_id(value: &[u8]) -> Option<String> {
    if let Some(id) = bracketed(value).next() {
        return Some(id);
    }
    let value = String::from_utf8_lossy(value);
    let bare = value.trim().trim_matches(['<', '>']).trim();
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// What a mail refers to, oldest first, each once, the mail it answers last: the identifiers of `References`, and the
/// first of `In-Reply-To` (RFC 5256, section 3). In that field people are named, too, in brackets like an identifier:
/// `is_address` tells whom. Where there are references, prose beside them tells nothing new.
pub(in crate::mail) fn references<'a>(
    references: impl Iterator<Item = &'a [u8]>,
    mut answered: impl Iterator<Item = &'a [u8]>,
    is_address: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for value in references {
        ids.extend(
            identifiers(value)
                .into_iter()
                .filter(|id| seen.insert(id.clone())),
        );
    }
    let answered = answered.find_map(|value| {
        let told = ids.is_empty() || is_identifiers_only(value);
        let mut found = identifiers(value).into_iter().take(MAX_ANSWERED);
        found.find(|id| told && !is_address(id))
    });
    ids.extend(answered.filter(|id| !seen.contains(id)));
    ids.drain(..ids.len().saturating_sub(MAX_REFERENCES));
    ids
}

/// Whether nothing but white space stands outside of brackets.
fn is_identifiers_only(value: &[u8]) -> bool {
    let mut within = false;
    value.iter().all(|octet| {
        within = (within || *octet == b'<') && *octet != b'>';
        within || *octet == b'>' || octet.is_ascii_whitespace()
    })
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

    fn of(fields: &[&str], answered: &[&str]) -> Vec<String> {
        let [fields, answered] =
            [fields, answered].map(|fields| fields.iter().map(|field| field.as_bytes()));
        references(fields, answered, |id| id == "ada@x.example")
    }

    #[test]
    fn references_come_oldest_first_and_once() {
        let fields = ["<a@x> <b@x>\r\n <c@x>"];
        assert_eq!(of(&fields, &["<b@x>"]), ["a@x", "b@x", "c@x"]);
        assert_eq!(of(&fields, &[" <d@x>\r\n"]), ["a@x", "b@x", "c@x", "d@x"]);
        assert_eq!(of(&["a@x b@x"], &["your mail of Monday"]), ["a@x", "b@x"]);
        assert_eq!(of(&[], &["<a@x> <b@x>"]), ["a@x"]);
    }

    #[test]
    fn whom_a_mail_answers_is_no_mail_that_it_answers() {
        let prose = "Message from Ada <ada@x.example> of\r\n \"Thu, 22 Aug\" <a@x>";
        assert_eq!(of(&[], &[prose]), ["a@x"]);
        assert_eq!(of(&["<a@x>"], &[prose]), ["a@x"]);
        assert_eq!(of(&["<b@x>"], &["Message from Bob <bob@x>"]), ["b@x"]);
        assert!(of(&[], &["Ada <ada@x.example>"]).is_empty());
    }

    #[test]
    fn the_newest_of_too_many_references_are_kept() {
        let many: Vec<String> = (0..2_000).map(|n| format!("<{n}@x> ")).collect();
        let ids = of(&[&many.concat()], &[]);
        assert_eq!(ids.len(), MAX_REFERENCES);
        assert_eq!(ids.last().map(String::as_str), Some("1999@x"));
    }
}
