//! Finds links in text, numbers them, and tells where one says another host than it leads to.

use std::collections::HashMap;
use std::ops::Range;

use crate::mail::hosts::deceives;
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
    /// What the mail calls a link so far, where it is being used.
    said: HashMap<usize, String>,
    /// Numbers of links whose text names another host than they lead to, with both hosts.
    pub(super) deceptive: Vec<(usize, String, String)>,
}

impl Links {
    /// The number of a link, counted from 1; the same address has the same number. `None` for what
    /// is no link that may be opened.
    pub(super) fn number(&mut self, url: &str) -> Option<usize> {
        let url = url.trim();
        if !is_link(url) {
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

    /// Adds to what the mail calls this link, here.
    pub(super) fn call(&mut self, number: usize, text: &str) {
        let said = self.said.entry(number).or_default();
        if said.len() < MAX_URL {
            said.push_str(text);
        }
    }

    /// Ends one use of a link: its first text is kept, and every text is compared with the truth.
    pub(super) fn end(&mut self, number: usize) {
        let said = self.said.remove(&number).unwrap_or_default();
        let Some(link) = self.list.get_mut(number - 1) else {
            return;
        };
        if let Some((claim, host)) = deceives(&said, link.url.as_str()) {
            self.deceptive.push((number, claim, host));
        }
        if link.text.is_empty() {
            link.text = SafeText::new(said.trim());
        }
    }

    /// The links, each with a text.
    pub(super) fn into_list(mut self) -> Vec<Link> {
        for link in self.list.iter_mut().filter(|link| link.text.is_empty()) {
            link.text = link.url.clone();
        }
        self.list
    }
}

/// Whether this may be opened one day.
pub(super) fn is_link(url: &str) -> bool {
    let url = url.trim();
    let leads = |scheme: &str| starts_with(url, scheme) && url.len() > scheme.len();
    url.len() <= MAX_URL && SCHEMES.into_iter().any(leads)
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
    let count = |bracket| link.matches(bracket).count();
    let mut spare_round = count(')').saturating_sub(count('('));
    let mut spare_square = count(']').saturating_sub(count('['));
    loop {
        let spare = match link.as_bytes().last() {
            Some(b')') => &mut spare_round,
            Some(b']') => &mut spare_square,
            Some(b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'|') => &mut 1,
            _ => return link.len(),
        };
        if *spare == 0 {
            return link.len();
        }
        *spare -= 1;
        link = &link[..link.len() - 1];
    }
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
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
        assert_eq!(Links::default().number("mailto:"), None);
    }

    #[test]
    fn the_same_address_has_the_same_number() {
        let mut links = Links::default();
        assert_eq!(links.number("http://a.example"), Some(1));
        assert_eq!(links.number("http://b.example"), Some(2));
        assert_eq!(links.number("http://a.example"), Some(1));
    }

    #[test]
    fn each_use_of_an_address_is_looked_at() {
        let mut links = Links::default();
        for text in ["click here", "www.bank.example"] {
            let number = links.number("https://evil.example").unwrap();
            links.call(number, text);
            links.end(number);
        }
        assert_eq!(links.deceptive.len(), 1);
        assert_eq!(links.into_list()[0].text.as_str(), "click here");
    }

    #[test]
    fn endless_punctuation_takes_no_time() {
        let text = format!("http://a.example/{}", ")".repeat(2_000_000));
        assert_eq!(found(&text), ["http://a.example/"]);
    }
}
