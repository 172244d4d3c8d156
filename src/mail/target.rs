//! Where a link truly leads, read as a browser reads it: what may leave, in which letters, and what to ask before.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::mail::hosts::{deceives, in_letters};
use crate::mail::percent::{decoded, encoded};
use crate::mail::{Link, SafeText};

/// Longer addresses are not handed on.
const MAX_URI: usize = 32 << 10;
/// No name of a host is longer (RFC 1035, section 2.3.4).
const MAX_HOST: usize = 253;
/// A longer one does not fit where it is read, and its beginning can be anything.
const LONG_HOST: usize = 60;
/// The fields of a mail that a `mailto:` may fill in (RFC 6068); never a file, never a hidden recipient.
const FIELDS: [&str; 5] = ["to", "cc", "subject", "body", "in-reply-to"];
/// Ends of names that are of this machine or of the network around it.
const NEAR: [&str; 6] = [
    "localhost",
    "local",
    "internal",
    "lan",
    "home.arpa",
    "intranet",
];

/// A link that may be opened: a web address or a mail address, printable ASCII without blanks from end to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    uri: String,
    host: SafeText,
    doubts: Vec<SafeText>,
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTarget {
    /// It is no address of the web or of mail.
    #[error("Only web and mail addresses are opened, and this is neither")]
    Scheme,
    /// No program would know where to go.
    #[error("This is no address that leads anywhere")]
    Broken,
}

impl Target {
    /// Reads a link.
    pub fn of(link: &Link) -> Result<Self, NoTarget> {
        let url = Url::parse(link.url.as_str()).map_err(|_| NoTarget::Broken)?;
        let target = match url.scheme() {
            "http" | "https" => Self::web(link, &url),
            "mailto" => Self::mail(link, &url),
            _ => Err(NoTarget::Scheme),
        }?;
        let is_plain = target.uri.bytes().all(|octet| octet.is_ascii_graphic());
        if is_plain && target.uri.len() <= MAX_URI {
            Ok(target)
        } else {
            Err(NoTarget::Broken)
        }
    }

    /// What is handed on: `https://…`, `http://…` or `mailto:…`.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The host it leads to, or the mail address.
    pub fn host(&self) -> &SafeText {
        &self.host
    }

    /// What has to be said before it is opened, a sentence each; nothing of a plain link.
    pub fn doubts(&self) -> &[SafeText] {
        &self.doubts
    }

    fn web(link: &Link, url: &Url) -> Result<Self, NoTarget> {
        let host = url.host().ok_or(NoTarget::Broken)?;
        let ascii = url.host_str().unwrap_or_default();
        if ascii.len() > MAX_HOST {
            return Err(NoTarget::Broken);
        }
        let letters = in_letters(ascii);
        let mut doubts: Vec<String> = said_otherwise(link).into_iter().collect();
        if !url.username().is_empty() || url.password().is_some() {
            doubts.push(format!(
                "What stands before the @ is no host: the link goes to {ascii}."
            ));
        }
        if letters != ascii {
            doubts.push(format!(
                "The host {ascii} spells {letters}: letters of other alphabets can look like ours."
            ));
        }
        if ascii.len() > LONG_HOST {
            let end = &ascii[ascii.len() - LONG_HOST / 2..];
            doubts.push(format!(
                "The host has a long name, and its end is what counts: …{end}."
            ));
        }
        if is_near(&host) {
            doubts.push(format!(
                "{ascii} is this machine or one in the network around it, not the web."
            ));
        }
        Ok(Self {
            uri: url.as_str().replace('\'', "%27"),
            host: SafeText::new(ascii),
            doubts: doubts.iter().map(|doubt| SafeText::new(doubt)).collect(),
        })
    }

    /// Made anew of what may be in it: a field that is not known is left out, a line break becomes a blank.
    fn mail(link: &Link, url: &Url) -> Result<Self, NoTarget> {
        let to = decoded(url.path());
        if to.chars().any(char::is_control) {
            return Err(NoTarget::Broken);
        }
        let mut left_out = Vec::new();
        let mut fields = Vec::new();
        for pair in url.query().unwrap_or_default().split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name).to_ascii_lowercase();
            if FIELDS.contains(&name.as_str()) {
                let blank = |c: char| if c.is_control() { ' ' } else { c };
                let value: String = decoded(value).chars().map(blank).collect();
                fields.push(format!("{name}={}", encoded(&value)));
            } else if !name.is_empty() {
                left_out.push(name);
            }
        }
        if to.is_empty() && fields.is_empty() {
            return Err(NoTarget::Broken);
        }
        let mut uri = format!("mailto:{}", encoded(&to));
        if !fields.is_empty() {
            uri = format!("{uri}?{}", fields.join("&"));
        }
        let doubt = |names: String| format!("The link also asks for {names}: that is left out.");
        let asked = (!left_out.is_empty()).then(|| doubt(left_out.join(", ")));
        let doubts = said_otherwise(link).into_iter().chain(asked);
        Ok(Self {
            uri,
            host: SafeText::new(&to),
            doubts: doubts.map(|doubt| SafeText::new(&doubt)).collect(),
        })
    }
}

/// Said of a link whose text names something else.
fn said_otherwise(link: &Link) -> Option<String> {
    let (claim, leads_to) = deceives(link.text.as_str(), link.url.as_str())?;
    Some(format!(
        "The text says {claim}, the link goes to {leads_to}."
    ))
}

/// Whether a host is this machine or near it (RFC 1918, 3927, 4193, 6598, 6761).
fn is_near(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => is_near_v4(*address),
        Host::Ipv6(address) => is_near_v6(*address),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let ends = |end: &&str| {
                let before = name.strip_suffix(*end);
                before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
            };
            !name.contains('.') || NEAR.iter().any(ends)
        }
    }
}

fn is_near_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || first == 0
        || is_shared
}

fn is_near_v6(address: Ipv6Addr) -> bool {
    if let IpAddr::V4(inner) = address.to_canonical() {
        return is_near_v4(inner);
    }
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn target(url: &str, text: &str) -> Result<Target, NoTarget> {
        Target::of(&Link {
            text: SafeText::new(text),
            url: SafeText::new(url),
            numbered: true,
        })
    }

    fn doubts(url: &str, text: &str) -> String {
        let target = target(url, text).unwrap();
        let doubts: Vec<&str> = target.doubts().iter().map(SafeText::as_str).collect();
        doubts.join(" ")
    }

    #[test]
    fn a_plain_link_is_opened_as_it_is() {
        let plain = target("https://docs.example/a?b=1&c=2#d", "the docs").unwrap();
        assert_eq!(plain.uri(), "https://docs.example/a?b=1&c=2#d");
        assert_eq!(plain.host().as_str(), "docs.example");
        assert_eq!(plain.doubts(), []);
        assert_eq!(doubts("https://bank.example/", "bank.example"), "");
        assert_eq!(
            target("https://a.example/it's", "").unwrap().uri(),
            "https://a.example/it%27s"
        );
        assert_eq!(
            target("HTTP://EVIL.EXAMPLE", "").unwrap().uri(),
            "http://evil.example/"
        );
    }

    #[test]
    fn a_text_that_names_another_host_is_said_plainly() {
        assert_eq!(
            doubts("https://evil.example/x", "https://bank.example/login"),
            "The text says bank.example, the link goes to evil.example."
        );
        let bait = doubts("https://bank.example@evil.example/", "https://bank.example");
        assert!(
            bait.contains("The text says bank.example") && bait.contains("before the @"),
            "{bait}"
        );
        // A browser takes a backslash for a slash.
        assert!(
            doubts("https://evil.example\\@bank.example/", "bank.example")
                .contains("the link goes to evil.example")
        );
    }

    #[test]
    fn a_long_host_is_asked_about_by_its_end() {
        let host = format!("bank.example.{}.evil.example", "a".repeat(60));
        let said = doubts(&format!("https://{host}/"), "x");
        assert!(
            said.contains("its end is what counts: …aaaaa") && said.contains("a.evil.example."),
            "{said}"
        );
        let longest = format!("https://{}.example/", "a.".repeat(123));
        assert_eq!(target(&longest, "x"), Err(NoTarget::Broken));
    }

    #[test]
    fn a_mail_address_is_compared_with_the_text_too() {
        assert_eq!(
            doubts("mailto:x@evil.example", "help@bank.example"),
            "The text says help@bank.example, the link goes to x@evil.example."
        );
    }

    #[test]
    fn punycode_is_told_in_both_forms() {
        for url in ["http://b\u{430}nk.example/", "http://xn--bnk-6cd.example/"] {
            let said = doubts(url, "click");
            assert!(
                said.contains("xn--bnk-6cd.example") && said.contains("b\u{430}nk.example"),
                "{said}"
            );
        }
        let own = doubts("https://xn--bcher-kva.example/", "https://bücher.example/");
        assert!(
            !own.contains("The text says"),
            "the same host in its own letters: {own}"
        );
    }

    #[test]
    fn hosts_nearby_are_asked_about_however_they_are_written() {
        for host in [
            "127.0.0.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "[::1]:25",
            "[::ffff:10.0.0.1]",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.254",
            "0.0.0.0",
            "[fe80::1]",
            "[fd00::1]",
            "localhost",
            "a.localhost.",
            "printer.local",
            "router",
            "%31%32%37.0.0.1",
        ] {
            let said = doubts(&format!("http://{host}/"), "x");
            assert!(said.contains("not the web"), "{host}: {said}");
        }
        for host in ["8.8.8.8", "example.org", "[2001:db8::1]", "nolocal.example"] {
            assert_eq!(doubts(&format!("http://{host}/"), "x"), "", "{host}");
        }
    }

    #[test]
    fn only_web_and_mail_addresses_lead_anywhere() {
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "ssh://x",
            "view-source:http://x",
            "about:blank",
            "tel:1",
        ] {
            assert_eq!(target(url, ""), Err(NoTarget::Scheme), "{url}");
        }
        for url in [
            "",
            "-oProxyCommand=id",
            "--help",
            "//evil.example",
            "http://",
            "http://a b/",
            "mailto:",
        ] {
            assert_eq!(target(url, ""), Err(NoTarget::Broken), "{url}");
        }
    }

    #[test]
    fn a_mail_address_brings_no_files_no_hidden_recipients_and_no_line_breaks() {
        let mail = target(
            "mailto:a@b?attach=/etc/passwd&BCC=e@evil.example&subject=x%0d%0aBcc:%20e@evil.example&body=y",
            "",
        )
        .unwrap();
        assert_eq!(
            mail.uri(),
            "mailto:a@b?subject=x%20%20Bcc%3A%20e@evil.example&body=y"
        );
        assert_eq!(
            mail.doubts()[0].as_str(),
            "The link also asks for attach, bcc: that is left out."
        );
        assert_eq!(
            target("mailto:a@b%0d%0aBcc:e@evil.example", ""),
            Err(NoTarget::Broken)
        );
    }

    proptest! {
        #[test]
        fn whatever_leaves_is_one_plain_word_with_a_known_scheme(
            scheme in prop::sample::select(vec!["http://", "https://", "mailto:", "HtTp://", "javascript:", ""]),
            rest in any::<String>(),
        ) {
            if let Ok(target) = target(&format!("{scheme}{rest}"), "x") {
                let uri = target.uri();
                prop_assert!(["http://", "https://", "mailto:"].iter().any(|known| uri.starts_with(known)), "{}", uri);
                prop_assert!(uri.bytes().all(|octet| octet.is_ascii_graphic()), "{}", uri);
                prop_assert!(!uri.starts_with("mailto:") || !(uri.contains("%0A") || uri.contains("%0D")), "{}", uri);
            }
        }
    }
}
