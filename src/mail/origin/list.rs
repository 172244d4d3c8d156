//! Mailing lists (RFC 2369, 2919, 8058): which one, how to leave it, where to write, where it is kept.

use crate::mail::origin::{Row, fields};

/// Addresses taken of one field.
const MAX_LINKS: usize = 10;

/// The list a mail came through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailingList {
    /// `List-Id`, as written; foreign.
    pub id: Option<String>,
    /// Ways to leave it, `mailto:`, `https:` or `http:`, in the order of preference; foreign.
    pub unsubscribe: Vec<String>,
    /// Whether the web address takes one click, without a page (RFC 8058).
    pub one_click: bool,
    /// Where to write to it; foreign.
    pub post: Option<String>,
    /// Whether nobody may write to it.
    pub closed: bool,
    /// Where its mails are kept; foreign.
    pub archive: Option<String>,
}

/// What the header says of a list, if it says anything.
pub(super) fn of(headers: &[(String, String)]) -> Option<MailingList> {
    let value = |name| fields(headers, name).next().map(|(_, value)| value);
    let one = |name| value(name).and_then(|value| links(value).into_iter().next());
    let unsubscribe = value("List-Unsubscribe").map(links).unwrap_or_default();
    let post = value("List-Unsubscribe-Post").unwrap_or_default();
    let is_web = unsubscribe.iter().any(|link| link.starts_with("https:"));
    let list = MailingList {
        id: value("List-Id")
            .map(str::to_owned)
            .filter(|id| !id.is_empty()),
        one_click: is_web && post.eq_ignore_ascii_case("List-Unsubscribe=One-Click"),
        unsubscribe,
        post: one("List-Post"),
        closed: value("List-Post").is_some_and(|post| post.to_ascii_uppercase().starts_with("NO")),
        archive: one("List-Archive").or_else(|| one("Archived-At")),
    };
    (list != MailingList::default()).then_some(list)
}

/// What the list is, in words.
pub(super) fn rows(list: &MailingList) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut say = |name: &str, value: Option<String>| {
        rows.extend(value.map(|value| (name.to_owned(), value)));
    };
    say("List", list.id.clone());
    let click = if list.one_click {
        " (one click, without a page)"
    } else {
        ""
    };
    let leave =
        (!list.unsubscribe.is_empty()).then(|| format!("{}{click}", list.unsubscribe.join(" or ")));
    say("To leave", leave);
    say("To write", list.post.clone());
    say(
        "To write",
        list.closed
            .then(|| "nobody may write to this list".to_owned()),
    );
    say("Archive", list.archive.clone());
    rows
}

/// The addresses between `<` and `>`; only mail and the web, whatever else is written there.
fn links(value: &str) -> Vec<String> {
    let brackets = value.split('<').skip(1);
    let inside = brackets.filter_map(|rest| rest.split_once('>').map(|(link, _)| link));
    let plain = (!value.contains('<')).then_some(value);
    let clean = inside
        .chain(plain)
        .map(|link| link.chars().filter(|c| !c.is_whitespace()).collect());
    let is_known = |link: &String| {
        let scheme = link
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        ["mailto", "https", "http"].contains(&scheme.as_str()) && link.contains(':')
    };
    clean.filter(is_known).take(MAX_LINKS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(fields: &[(&str, &str)]) -> Option<MailingList> {
        let headers: Vec<_> = fields
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        of(&headers)
    }

    #[test]
    fn a_list_says_how_to_leave_write_and_look_back() {
        let list = list(&[
            ("List-Id", "Rust talk <talk.rust.example>"),
            ("List-Unsubscribe", "(use this) <https://l.example/u?a=1,2>, <mailto:leave@l.example>, <javascript:alert(1)>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("List-Post", "<mailto:talk@rust.example>"),
            ("List-Archive", "<https://l.example/a>"),
        ])
        .unwrap();
        assert_eq!(
            list.unsubscribe,
            ["https://l.example/u?a=1,2", "mailto:leave@l.example"]
        );
        assert!(list.one_click && !list.closed);
        let rows = rows(&list);
        assert_eq!(
            rows[1].1,
            "https://l.example/u?a=1,2 or mailto:leave@l.example (one click, without a page)"
        );
        assert_eq!(rows.len(), 4);
    }

    #[test]
    fn closed_lists_and_no_lists_are_told_apart() {
        assert!(
            list(&[("List-Post", "NO (announcements only)")])
                .unwrap()
                .closed
        );
        assert!(
            !list(&[
                ("List-Unsubscribe", "<mailto:a@b>"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
            ])
            .unwrap()
            .one_click
        );
        assert!(
            !list(&[
                ("List-Unsubscribe", "<https://l.example/u>"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=Two-Clicks")
            ])
            .unwrap()
            .one_click
        );
        assert_eq!(
            list(&[
                ("Subject", "x"),
                ("List-Unsubscribe", "<file:///etc/passwd>")
            ]),
            None
        );
    }
}
