//! Domains that look like others: punycode spelled out, mixed scripts, letters that pass for Latin ones (UTS 39).

use unicode_script::{Script, UnicodeScript};
use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

/// Longer names are no domains.
const MAX_DOMAIN: usize = 255;

/// What is to be said of a domain; nothing of one that is plain.
pub(super) fn remarks(domain: &str) -> Vec<String> {
    if domain.len() > MAX_DOMAIN {
        return vec!["its domain is longer than any domain".to_owned()];
    }
    let (spelled, valid) = idna::domain_to_unicode(domain);
    let mut remarks = Vec::new();
    if valid.is_err() {
        remarks.push(format!("{domain} is not written as a domain should be"));
    }
    if spelled.is_ascii() {
        return remarks;
    }
    if let (true, Ok(encoded)) = (domain.is_ascii(), idna::domain_to_ascii(&spelled)) {
        remarks.push(format!("{encoded} spells {spelled}"));
    } else if let Ok(encoded) = idna::domain_to_ascii(domain) {
        remarks.push(format!("{spelled} is {encoded}"));
    }
    for label in spelled.split('.').filter(|label| !label.is_ascii()) {
        let scripts = scripts(label);
        if !label.is_single_script() {
            remarks.push(format!(
                "{label} mixes letters of {}",
                scripts.join(" and ")
            ));
        }
        let looks: String = skeleton(label).collect();
        if looks.is_ascii() && looks != label {
            remarks.push(format!(
                "{label} looks like {looks}, and is not: it has letters of {}",
                scripts.join(" and ")
            ));
        }
    }
    remarks
}

/// The scripts of a label by name, in order, each once.
fn scripts(label: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for script in label.chars().map(|c| c.script()) {
        let is_shared = matches!(script, Script::Common | Script::Inherited);
        if !is_shared && !names.contains(&script.full_name()) {
            names.push(script.full_name());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_domains_need_no_word() {
        for domain in [
            "example.org",
            "mail.example.co.uk",
            "EXAMPLE.ORG",
            "a_b.example",
            "192.0.2.1",
        ] {
            assert_eq!(remarks(domain), [""; 0], "{domain}");
        }
    }

    #[test]
    fn punycode_is_spelled_out() {
        assert_eq!(
            remarks("xn--bcher-kva.example"),
            ["xn--bcher-kva.example spells bücher.example"]
        );
        assert_eq!(
            remarks("bücher.example"),
            ["bücher.example is xn--bcher-kva.example"]
        );
        assert_eq!(remarks("例え.example").len(), 1, "one script is no mixture");
    }

    #[test]
    fn lookalikes_and_mixtures_are_named() {
        let mixed = remarks("p\u{430}ypal.example");
        assert_eq!(mixed[1], "p\u{430}ypal mixes letters of Latin and Cyrillic");
        assert!(
            mixed[2].starts_with("p\u{430}ypal looks like paypal"),
            "{mixed:?}"
        );
        let whole = remarks("xn--80ak6aa92e.com");
        assert!(
            whole
                .iter()
                .any(|remark| remark.contains("looks like apple") && remark.ends_with("Cyrillic")),
            "{whole:?}"
        );
    }

    #[test]
    fn damage_is_said_and_does_no_harm() {
        assert!(!remarks("xn--\u{ff}.example").is_empty());
        assert!(!remarks("xn--a.example").is_empty());
        assert_eq!(remarks(&"a".repeat(100_000)).len(), 1);
    }
}
