//! Tells whether a link's text names another host than the link leads to.

/// The host the text names and the host the address leads to, where they differ. A host below the one that was named is
/// its owner's.
pub(super) fn deceives(text: &str, url: &str) -> Option<(String, String)> {
    let (said, leads_to) = (host_in(text)?, host(url)?);
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    let (name, place) = (bare(&said), bare(&leads_to));
    let is_within = place
        .strip_suffix(name.as_str())
        .is_some_and(|before| before.is_empty() || before.ends_with('.'));
    (!is_within).then_some((said, leads_to))
}

/// The host of a web address, in lower case. What stands before `@` is bait, not the host.
fn host(url: &str) -> Option<String> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let authority = url[scheme.len()..].split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then(|| host.to_lowercase())
}

/// A host that a text claims: the text is a web address or begins like one.
fn host_in(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(host) = host(text) {
        return Some(host);
    }
    let word = text.split(['/', '?', '#', ':', '@']).next()?.to_lowercase();
    let labels: Vec<&str> = word.split('.').collect();
    let [.., _, last] = labels.as_slice() else {
        return None;
    };
    let is_label =
        |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let is_host =
        labels.iter().all(is_label) && last.len() >= 2 && last.chars().all(char::is_alphabetic);
    let is_meant = labels.len() > 2 || text.len() > word.len() || is_common(last);
    (is_host && is_meant).then_some(word)
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

    #[test]
    fn a_text_that_names_another_host_deceives() {
        for (text, url, expected) in [
            ("www.bank.example", "https://evil.example/x", true),
            (
                "https://bank.example/login",
                "https://bank.example.evil.example/login",
                true,
            ),
            ("bank.com", "https://bank.com@evil.example", true),
            (" HTTP://bank.com ", "http://bank.com.evil.example", true),
            ("bank.example", "http://www.bank.example/", false),
            ("bank.com", "https://click.mail.bank.com/?q=1", false),
            ("bank.com", "https://notbank.com/", true),
            ("www.bank.com", "https://com/", true),
            ("click here", "https://evil.example", false),
            ("report.pdf", "https://files.example/report.pdf", false),
            ("e.g. this", "https://files.example/", false),
            ("write to us", "mailto:a@b.example", false),
        ] {
            assert_eq!(deceives(text, url).is_some(), expected, "{text} {url}");
        }
    }
}
