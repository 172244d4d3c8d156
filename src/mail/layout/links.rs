//! Finds links in text, numbers them, and tells where one says another host than it leads to.

use std::collections::HashMap;
use std::ops::Range;

use crate::mail::{Link, SafeText};

/// Links beyond this many are shown in the text but not numbered.
const MAX_LINKS: usize = 999;
/// Longer addresses are no links.
const MAX_URL: usize = 8 << 10;
/// What may be opened one day; everything else is text.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// The links of a document so far.
#[derive(Debug, Default)]
pub(super) struct Links {
    list: Vec<Link>,
    numbers: HashMap<String, usize>,
    /// Numbers of links whose text names another host than they lead to, with both hosts.
    pub(super) deceptive: Vec<(usize, String, String)>,
}

impl Links {
    /// The number of a link, counted from 1; the same address has the same number. `None` for what
    /// is no link that may be opened.
    pub(super) fn number(&mut self, url: &str) -> Option<usize> {
        let url = url.trim();
        if url.len() > MAX_URL || !SCHEMES.iter().any(|scheme| starts_with(url, scheme)) {
            return None;
        }
        if let Some(number) = self.numbers.get(url) {
            return Some(*number);
        }
        if self.list.len() >= MAX_LINKS {
            return None;
        }
        self.list.push(Link {
            text: SafeText::default(),
            url: SafeText::new(url),
        });
        self.numbers.insert(url.to_owned(), self.list.len());
        Some(self.list.len())
    }

    /// Adds to what the mail calls this link.
    pub(super) fn call(&mut self, number: usize, text: &str) {
        if let Some(link) = self.list.get_mut(number - 1)
            && link.text.as_str().len() < MAX_URL
        {
            link.text = SafeText::new(&format!("{}{text}", link.text));
        }
    }

    /// The links, each with a text.
    pub(super) fn into_list(mut self) -> Vec<Link> {
        for link in &mut self.list {
            link.text = match link.text.as_str().trim() {
                "" => link.url.clone(),
                text => SafeText::new(text),
            };
        }
        self.list
    }

    /// Looks through the texts for hosts that are not where the link leads.
    pub(super) fn compare_hosts(&mut self) {
        for (index, link) in self.list.iter().enumerate() {
            let (Some(said), Some(true_host)) =
                (host_in(link.text.as_str()), host(link.url.as_str()))
            else {
                continue;
            };
            let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
            if bare(&said) != bare(&true_host) {
                self.deceptive.push((index + 1, said, true_host));
            }
        }
    }
}

/// Where links stand in a plain text.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(colon) = text[at..].find(':').map(|colon| at + colon) {
        at = colon + 1;
        let Some(start) = start_of(text, colon, found.last()) else {
            continue;
        };
        let end = start + length(&text[start..]);
        if end > colon + 3 {
            found.push(start..end);
            at = end;
        }
    }
    found
}

/// Where the scheme before this colon begins, if it is one of ours.
fn start_of(text: &str, colon: usize, last: Option<&Range<usize>>) -> Option<usize> {
    let start = SCHEMES.iter().find_map(|scheme| {
        let name = scheme.find(':')?;
        let start = colon.checked_sub(name)?;
        text.get(start..)
            .filter(|rest| starts_with(rest, scheme))
            .map(|_| start)
    })?;
    let inside_word = text[..start].ends_with(char::is_alphanumeric);
    (!inside_word && last.is_none_or(|last| last.end <= start)).then_some(start)
}

/// How far a link goes: to a blank, a bracket or a quote mark, less the punctuation of the sentence.
fn length(text: &str) -> usize {
    let end = text
        .find(|c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '<' | '>' | '"' | '`' | '」' | '。' | '、' | '）')
        })
        .unwrap_or(text.len());
    let mut link = &text[..end];
    loop {
        let shorter = link.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '|']);
        let open = |bracket| shorter.matches(bracket).count();
        let shorter = match shorter.chars().last() {
            Some(')') if open(')') > open('(') => &shorter[..shorter.len() - 1],
            Some(']') if open(']') > open('[') => &shorter[..shorter.len() - 1],
            _ => shorter,
        };
        if shorter.len() == link.len() {
            return link.len();
        }
        link = shorter;
    }
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// The host of a web address, in lower case. What stands before `@` is bait, not the host.
fn host(url: &str) -> Option<String> {
    let rest = SCHEMES[..2]
        .iter()
        .find(|scheme| starts_with(url, scheme))
        .map(|scheme| &url[scheme.len()..])?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then(|| host.to_lowercase())
}

/// A host that a link's text claims: the text is a web address or begins like one.
fn host_in(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(host) = host(text) {
        return Some(host);
    }
    let word = text.split(['/', '?', '#', ':']).next()?.to_lowercase();
    let labels: Vec<&str> = word.split('.').collect();
    let looks_like_one = labels.len() > 1
        && labels.iter().all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
        && labels
            .last()
            .is_some_and(|last| last.len() >= 2 && last.chars().all(char::is_alphabetic));
    (looks_like_one
        && (labels.len() > 2 || text.len() > word.len() || is_common(labels[labels.len() - 1])))
    .then_some(word)
}

/// `report.pdf` is no host, `bank.com` is one.
fn is_common(label: &str) -> bool {
    matches!(
        label,
        "com" | "org" | "net" | "de" | "uk" | "eu" | "fr" | "nl" | "jp" | "gov" | "edu" | "example"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn links_end_where_the_sentence_goes_on() {
        assert_eq!(
            found("see https://a.example/x. Or (http://b.example/(y))!"),
            ["https://a.example/x", "http://b.example/(y)"]
        );
        assert_eq!(
            found("<https://a.example/?q=1&r=2> MAILTO:a@b.example, ok"),
            ["https://a.example/?q=1&r=2", "MAILTO:a@b.example"]
        );
        assert_eq!(
            found("は https://日本.example/道。次"),
            ["https://日本.example/道"]
        );
    }

    #[test]
    fn other_schemes_are_text() {
        assert!(
            found("javascript:alert(1) file:///etc/passwd a: b http:// xhttp://a.example")
                .is_empty()
        );
        assert_eq!(Links::default().number("javascript:alert(1)"), None);
        assert_eq!(Links::default().number("mailbox:///x"), None);
    }

    #[test]
    fn the_same_address_has_the_same_number() {
        let mut links = Links::default();
        assert_eq!(links.number("http://a.example"), Some(1));
        assert_eq!(links.number("http://b.example"), Some(2));
        assert_eq!(links.number("http://a.example"), Some(1));
    }

    #[test]
    fn a_text_that_names_another_host_is_found() {
        for (text, url, deceptive) in [
            ("www.bank.example", "https://evil.example/x", true),
            (
                "https://bank.example/login",
                "https://bank.example.evil.example/login",
                true,
            ),
            ("bank.com", "https://bank.com@evil.example", true),
            ("bank.example", "http://www.bank.example/", false),
            ("click here", "https://evil.example", false),
            ("report.pdf", "https://files.example/report.pdf", false),
            ("e.g. this", "https://files.example/", false),
        ] {
            let mut links = Links::default();
            let number = links.number(url).unwrap();
            links.call(number, text);
            links.compare_hosts();
            assert_eq!(!links.deceptive.is_empty(), deceptive, "{text} {url}");
        }
    }
}
