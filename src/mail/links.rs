//! Finds links in text, numbers them, and tells where one says another host than it leads to.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::mail::hosts::deceives;
use crate::mail::{Link, SafeText};

/// Links beyond this many are shown in the text but not numbered.
const MAX_LINKS: usize = 999;
/// Longer addresses are no links.
const MAX_URL: usize = 8 << 10;
/// How a web address begins that people write without a scheme.
const WWW: &str = "www.";
/// Octets before the at sign (RFC 5321, section 4.5.3.1).
const MAX_NAME: usize = 64;
/// Octets behind it.
const MAX_DOMAIN: usize = 255;
/// What may be opened one day; everything else is text.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// The links of a document so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Links {
    list: Vec<Link>,
    numbers: HashMap<String, usize>,
    /// What the mail calls a link so far, where it is being used.
    said: HashMap<usize, String>,
    /// Numbers of links whose text names another host than they lead to, with both hosts.
    pub(super) deceptive: Vec<(usize, String, String)>,
}

impl Links {
    /// Links that are numbered already, to be gone on with.
    pub(super) fn of(list: &[Link]) -> Self {
        let numbers = list.iter().zip(1..);
        Self {
            list: list.to_vec(),
            numbers: numbers
                .map(|(link, number)| (link.url.as_str().to_owned(), number))
                .collect(),
            ..Self::default()
        }
    }

    /// The number that a link was given.
    pub(super) fn known(&self, url: &str) -> Option<usize> {
        self.numbers.get(url.trim()).copied()
    }

    /// The number of a link in plain text, where it says nothing but itself.
    pub(super) fn number_of_plain(&mut self, url: &str) -> Option<usize> {
        let number = self.number(url)?;
        if let Some(link) = self
            .list
            .get_mut(number - 1)
            .filter(|link| link.text.is_empty())
        {
            link.text = link.url.clone();
        }
        Some(number)
    }

    /// The links so far.
    pub(super) fn list(&self) -> &[Link] {
        &self.list
    }

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
            numbered: false,
        });
        self.numbers.insert(url.to_owned(), self.list.len());
        Some(self.list.len())
    }

    /// Its number stands in the text.
    pub(super) fn show_number(&mut self, number: usize) {
        if let Some(link) = self.list.get_mut(number - 1) {
            link.numbered = true;
        }
    }

    /// Adds to what the mail calls this link, here.
    pub(super) fn call(&mut self, number: usize, text: &str) {
        let said = self.said.entry(number).or_default();
        if said.len() < MAX_URL {
            said.push_str(text);
        }
    }

    /// Ends one use of a link: every text is compared with the truth. The first one is kept, unless a later one says
    /// another host: whoever opens the link must be asked, whichever of the two was read.
    pub(super) fn end(&mut self, number: usize) {
        let said = self.said.remove(&number).unwrap_or_default();
        let Some(link) = self.list.get_mut(number - 1) else {
            return;
        };
        let lie = deceives(&said, link.url.as_str());
        let is_first_lie =
            lie.is_some() && deceives(link.text.as_str(), link.url.as_str()).is_none();
        self.deceptive
            .extend(lie.map(|(claim, host)| (number, claim, host)));
        if link.text.is_empty() || is_first_lie {
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

/// Whether a text is the address that its link leads to: what may be missing is the scheme and the last stroke.
pub(super) fn says_itself(text: &str, url: &str) -> bool {
    let text = text.trim().trim_end_matches('/');
    let url = url.trim().trim_end_matches('/');
    let leads = |scheme: &str| starts_with(url, scheme) && &url[scheme.len()..] == text;
    text.contains(['.', '@']) && (text == url || SCHEMES.into_iter().any(leads))
}

/// Where links stand in a plain text: web addresses, hosts that begin with `www.`, mail addresses.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in memchr::memchr3_iter(b':', b'@', b'.', text.as_bytes()) {
        let free = found.last().map_or(0, |last| last.end);
        if at < free {
            continue;
        }
        let link = match text.as_bytes()[at] {
            b':' => behind_scheme(text, at, free),
            b'@' => around_at(text, at, free),
            _ => behind_www(text, at, free),
        };
        found.extend(link);
    }
    found
}

/// Where a link that was found in plain text leads.
pub(super) fn target(found: &str) -> Cow<'_, str> {
    match found {
        _ if SCHEMES.iter().any(|scheme| starts_with(found, scheme)) => Cow::Borrowed(found),
        _ if starts_with(found, WWW) => Cow::Owned(format!("http://{found}")),
        _ => Cow::Owned(format!("mailto:{found}")),
    }
}

fn behind_scheme(text: &str, colon: usize, free: usize) -> Option<Range<usize>> {
    let start = start_of(text, colon).filter(|start| *start >= free)?;
    let end = start + length(&text[start..]);
    (end > colon + 3).then_some(start..end)
}

/// Where the scheme before this colon begins, if it is one of ours.
fn start_of(text: &str, colon: usize) -> Option<usize> {
    let start = SCHEMES.iter().find_map(|scheme| {
        let name = scheme.find(':')?;
        let start = colon.checked_sub(name)?;
        text.get(start..)
            .filter(|rest| starts_with(rest, scheme))
            .map(|_| start)
    })?;
    let inside_word = text[..start].ends_with(char::is_alphanumeric);
    (!inside_word).then_some(start)
}

fn behind_www(text: &str, dot: usize, free: usize) -> Option<Range<usize>> {
    let start = dot.checked_sub(3).filter(|start| *start >= free)?;
    let begins = |rest: &&str| starts_with(rest, WWW) && begins_word(text, start);
    let host = text.get(start..).filter(begins)?;
    // The end of a long link is looked for only behind what is a host.
    let near = &host[..host.floor_char_boundary(WWW.len() + MAX_DOMAIN)];
    let named = near[..length(near)].get(WWW.len()..)?;
    let named = named.split(['/', '?', '#', ':']).next()?;
    let is_whole = WWW.len() + named.len() < near.len() || near.len() == host.len();
    (is_whole && is_domain(named)).then(|| start..start + length(host))
}

/// The mail address around an at sign. Domains may be written in any letters; before the sign they are ASCII.
fn around_at(text: &str, at: usize, free: usize) -> Option<Range<usize>> {
    let in_name = |octet: &u8| octet.is_ascii_alphanumeric() || b"._%+-".contains(octet);
    let before = text.as_bytes()[free..at].iter().rev();
    let name = before
        .take(MAX_NAME + 1)
        .take_while(|octet| in_name(octet))
        .count();
    let start = at - name;
    let spare = text[start..at].len() - text[start..at].trim_start_matches(['.', '-', '_']).len();
    let start = start + spare;
    let rest = &text[at + 1..];
    let rest = &rest[..rest.floor_char_boundary(MAX_DOMAIN)];
    let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'));
    let end = rest.find(ends).unwrap_or(rest.len());
    let domain = rest[..end].trim_end_matches(['.', '-']);
    let whole =
        (1..=MAX_NAME).contains(&(at - start)) && is_domain(domain) && begins_word(text, start);
    whole.then_some(start..at + 1 + domain.len())
}

/// Two labels at least, the last one without digits.
fn is_domain(host: &str) -> bool {
    let labels = || host.split('.');
    let filled = labels().all(|label| !label.is_empty() && !label.starts_with('-'));
    let last = host.rsplit('.').next().unwrap_or_default();
    let top = last.len() >= 2 && last.chars().all(char::is_alphabetic);
    filled && labels().count() > 1 && (top || starts_with(last, "xn--"))
}

fn begins_word(text: &str, start: usize) -> bool {
    !text[..start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '@' | '/' | '='))
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
    fn hosts_and_mail_addresses_are_links_without_a_scheme() {
        assert_eq!(
            found(
                "Ada <ada@example.org>, www.example.org/x. WWW.EXAMPLE.ORG b_c+d@mail.bücher.example."
            ),
            [
                "ada@example.org",
                "www.example.org/x",
                "WWW.EXAMPLE.ORG",
                "b_c+d@mail.bücher.example"
            ]
        );
        assert!(found("@ada a@b www. www.x x@1.2 ..@a.b awww.example.org i@@x.org").is_empty());
        assert!(found("to=a@b.example /a@b.example x=www.example.org").is_empty());
        assert_eq!(target("www.a.example"), "http://www.a.example");
        assert_eq!(target("a@b.example"), "mailto:a@b.example");
        assert_eq!(target("https://a@b.example"), "https://a@b.example");
    }

    #[test]
    fn endless_at_signs_take_no_time() {
        assert!(found(&"a".repeat(1_000_000)).is_empty());
        assert!(found(&"@".repeat(1_000_000)).is_empty());
        assert!(found(&"wwww.".repeat(200_000)).is_empty());
        assert_eq!(found(&"a@b.example".repeat(50_000)).len(), 1);
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
        for text in ["click here", "www.bank.example", "once more"] {
            let number = links.number("https://evil.example").unwrap();
            links.call(number, text);
            links.end(number);
        }
        assert_eq!(links.deceptive.len(), 1);
        assert_eq!(links.into_list()[0].text.as_str(), "www.bank.example");
    }

    #[test]
    fn endless_punctuation_takes_no_time() {
        let text = format!("http://a.example/{}", ")".repeat(2_000_000));
        assert_eq!(found(&text), ["http://a.example/"]);
    }
}
