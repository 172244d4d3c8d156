//! Tells whether a link's text names another place than the link leads to; both are read as a browser reads them.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use url::Url;

use crate::mail::SafeText;
use crate::mail::links::{find, target};
use crate::mail::percent::decoded;

/// What the text names and where the address leads, where they differ. The second is in ASCII: it looks like nothing
/// else.
pub(super) fn deceives(text: &str, url: &str) -> Option<(String, String)> {
    let place = Place::of(url)?;
    let claim = claims(text).into_iter().find(|claim| !place.is(claim))?;
    let said = match claim {
        Place::Web(host) => in_letters(&host),
        Place::Mail(address) => address,
    };
    Some(match place {
        Place::Web(host) | Place::Mail(host) => (said, host),
    })
}

/// A host as its readers write it, out of punycode.
pub(super) fn in_letters(ascii: &str) -> String {
    idna::domain_to_unicode(ascii).0
}

/// Where in a web address its host stands, where it can be read off it as it is.
pub fn host_within(address: &str) -> Option<Range<usize>> {
    let url = Url::parse(address)
        .ok()
        .filter(|url| url.scheme().starts_with("http"))?;
    let host = url.host_str()?;
    let authority = address.find("//")? + 2;
    let rest = &address[authority..];
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let start = rest[..end].rfind('@').map_or(0, |at| at + 1);
    let written = rest[start..end].get(..host.len())?;
    let from = authority + start;
    let goes_on = rest[start + host.len()..end].starts_with(|c| c != ':');
    (written.eq_ignore_ascii_case(host) && !goes_on).then_some(from..from + host.len())
}

/// Where an address leads, or a text says that it does.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// A host, in ASCII.
    Web(String),
    /// A mail address, or several with commas between, in lower case.
    Mail(String),
}

impl Place {
    fn of(address: &str) -> Option<Self> {
        let url = Url::parse(address.trim()).ok()?;
        match url.scheme() {
            "http" | "https" => Some(Self::Web(url.host_str()?.to_owned())),
            "mailto" => Some(Self::Mail(decoded(url.path()).to_lowercase())),
            _ => None,
        }
    }

    /// Whether this is the place that was claimed. A host below the one that was named is its owner's.
    fn is(&self, claim: &Self) -> bool {
        match (self, claim) {
            (Self::Mail(to), Self::Mail(claimed)) => to == claimed,
            _ => self
                .hosts()
                .all(|host| claim.hosts().all(|named| is_within(&host, &named))),
        }
    }

    /// Its hosts, with nothing before and behind them that makes no difference.
    fn hosts(&self) -> impl Iterator<Item = String> {
        let (Self::Web(all) | Self::Mail(all)) = self;
        all.split(',').map(|one| {
            let host = one.rsplit('@').next().unwrap_or_default().trim();
            let ascii = idna::domain_to_ascii(host).unwrap_or_else(|_| host.to_lowercase());
            let ascii = ascii.trim_end_matches('.');
            ascii.strip_prefix("www.").unwrap_or(ascii).to_owned()
        })
    }
}

/// Whether this host is the named one, or one below it.
fn is_within(host: &str, named: &str) -> bool {
    let above = host.strip_suffix(named);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// Every place that a text names: web and mail addresses, and words that begin like one.
fn claims(text: &str) -> Vec<Place> {
    let text = plain(text);
    let mut claims = Vec::new();
    let mut rest = String::with_capacity(text.len());
    let mut done = 0;
    for range in find(&text) {
        claims.extend(Place::of(&target(&text[range.clone()])));
        rest.push_str(&text[done..range.start]);
        rest.push(' ');
        done = range.end;
    }
    rest.push_str(&text[done..]);
    let alone = !text.trim().contains(char::is_whitespace);
    let in_address = |c: char| c.is_alphanumeric() || "-._~:/?#@!&*+=%".contains(c);
    let words = rest.split(|c: char| !in_address(c));
    claims.extend(
        words
            .filter_map(|word| host_in(word, alone))
            .map(Place::Web),
    );
    claims
}

/// The text as its reader takes it: without what cannot be seen, wide letters as plain ones, and every dot a dot.
fn plain(text: &str) -> String {
    let washed = SafeText::new(text);
    if washed.as_str().is_ascii() {
        return washed.as_str().to_owned();
    }
    let folded: Vec<char> = washed.as_str().nfkc().collect();
    let in_host = |place: Option<usize>| {
        let c = place.and_then(|place| folded.get(place));
        c.is_some_and(char::is_ascii_alphanumeric)
    };
    let dot = |(place, c): (usize, &char)| match c {
        // Between other letters it ends a sentence (UTS 46, section 2.3 makes it a dot wherever it stands).
        '。' if in_host(place.checked_sub(1)) && in_host(Some(place + 1)) => '.',
        c => *c,
    };
    folded.iter().enumerate().map(dot).collect()
}

/// A host that a word claims. In a sentence it has to look more like one than where nothing else is said.
fn host_in(word: &str, alone: bool) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let host = word.split(['/', '?', '#', ':', '@']).next()?.to_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let [.., _, last] = labels.as_slice() else {
        return None;
    };
    let is_label =
        |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let is_host =
        labels.iter().all(is_label) && last.len() >= 2 && last.chars().all(char::is_alphabetic);
    let goes_on = word[host.len().min(word.len())..].starts_with('/');
    let is_meant =
        is_common(last) || goes_on || alone && (labels.len() > 2 || word.len() > host.len());
    (is_host && is_meant).then_some(host)
}

/// `report.pdf` is no host, `bank.com` is one.
fn is_common(label: &str) -> bool {
    matches!(
        label,
        "com"
            | "org"
            | "net"
            | "info"
            | "biz"
            | "io"
            | "co"
            | "gov"
            | "edu"
            | "mil"
            | "int"
            | "eu"
            | "de"
            | "at"
            | "ch"
            | "uk"
            | "ie"
            | "fr"
            | "nl"
            | "es"
            | "pt"
            | "dk"
            | "se"
            | "fi"
            | "cz"
            | "ru"
            | "ua"
            | "jp"
            | "cn"
            | "kr"
            | "au"
            | "nz"
            | "ca"
            | "br"
            | "mx"
            | "za"
            | "example"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_another_host_deceives() {
        for (text, url, expected) in [
            ("www.bank.example", "https://evil.example/x", true),
            (
                "https://bank.example/login",
                "https://bank.example.evil.example/",
                true,
            ),
            ("bank.com", "https://bank.com@evil.example", true),
            (" HTTP://bank.com ", "http://bank.com.evil.example", true),
            ("bank.example", "http://www.bank.example/", false),
            ("bank.example.", "http://bank.example./", false),
            ("bücher.example", "http://xn--bcher-kva.example/", false),
            ("bank.com", "https://click.mail.bank.com/?q=1", false),
            ("bank.com", "https://notbank.com/", true),
            ("www.bank.com", "https://com/", true),
            ("click here", "https://evil.example", false),
            ("report.pdf", "https://files.example/report.pdf", false),
            ("e.g. this", "https://files.example/", false),
            ("e.g/this", "https://files.example/", false),
            ("The end.Or not, v1.2.3", "https://files.example/", false),
            ("write to us", "mailto:a@b.example", false),
            ("詳しくは。次。はい", "https://files.example/", false),
        ] {
            assert_eq!(deceives(text, url).is_some(), expected, "{text} {url}");
        }
    }

    #[test]
    fn a_host_is_seen_wherever_it_stands_and_however_it_is_written() {
        for text in [
            "Sign in at https://bank.com/login now",
            "(bank.com)",
            "» bank.com «",
            "go to bank.com, please",
            "Bank: bank.example/login",
            "bank\u{200b}.com",
            "bank\u{ad}.com",
            "bank\u{3002}com",
            "\u{ff42}ank.com",
            "bank\u{2024}com",
            "https:\u{ff0f}\u{ff0f}bank.com",
            "help@bank.com",
            "b\u{430}nk.com",
            "ok evil.example and bank.com",
        ] {
            for url in [
                "https://evil.example/",
                "https:///evil.example/",
                "https://evil.example\\@bank.com/",
                "HTTPS://EVIL.EXAMPLE./",
                "mailto:x@evil.example",
            ] {
                let (_, host) = deceives(text, url).unwrap_or_else(|| panic!("{text} {url}"));
                assert!(host.contains("evil.example"), "{text} {url}: {host}");
            }
        }
    }

    #[test]
    fn mail_goes_to_the_address_that_the_text_says_and_to_no_other() {
        for (text, url, expected) in [
            ("help@bank.com", "mailto:help@bank.com?subject=x", false),
            ("Help@Bank.com", "mailto:help%40bank.com", false),
            ("help@bank.com", "mailto:thief@bank.com", true),
            ("help@bank.com", "mailto:help@bank.com,x@evil.example", true),
            ("www.bank.com", "mailto:help@bank.com", false),
            ("bank.com", "mailto:help@bank.com,x@evil.example", true),
            ("help@bank.com", "https://bank.com/contact", false),
        ] {
            assert_eq!(deceives(text, url).is_some(), expected, "{text} {url}");
        }
    }

    #[test]
    fn what_is_said_of_the_host_looks_like_nothing_else() {
        let said = deceives("apple.com", "https://\u{430}pple.com/").unwrap();
        assert_eq!(said, ("apple.com".into(), "xn--pple-43d.com".into()));
    }
}
