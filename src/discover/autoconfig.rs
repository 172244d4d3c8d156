//! The settings file that mail domains publish, and where it lies (draft-ietf-mailmaint-autoconfig).

use crate::mail::SafeText;

use super::candidate::{Answer, Source};
use super::settings::Settings;
use super::{Address, Sources, https};

/// Asks one of the three places. The error is safe to show.
pub(super) async fn ask(
    source: Source,
    address: &Address,
    sources: &Sources,
) -> Result<Answer, SafeText> {
    let read = https::read(url(source, address), sources).await;
    match read {
        Ok(Some(file)) => Settings { source, address }
            .read(&file)
            .map_err(|why| SafeText::new(&why)),
        Ok(None) => Ok(Answer::default()),
        Err(why) => Err(SafeText::new(&why)),
    }
}

/// Only the domain's own host learns the address; Mozilla learns the domain.
fn url(source: Source, address: &Address) -> String {
    let domain = address.domain();
    match source {
        Source::WellKnown => {
            format!("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml")
        }
        Source::Mozilla => format!("https://autoconfig.thunderbird.net/v1.1/{domain}"),
        _ => {
            let whose = encoded(&address.in_ascii());
            format!("https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={whose}")
        }
    }
}

/// Percent-encoded (RFC 3986, section 2.1).
fn encoded(text: &str) -> String {
    let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
    text.bytes()
        .map(|octet| match octet {
            octet if is_plain(octet) => char::from(octet).to_string(),
            octet => format!("%{octet:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_domains_own_host_learns_the_whole_address() {
        let address = Address::parse("ada+x&y=ü@bücher.example").unwrap();
        assert_eq!(
            url(Source::Autoconfig, &address),
            "https://autoconfig.xn--bcher-kva.example/mail/config-v1.1.xml\
             ?emailaddress=ada%2Bx%26y%3D%C3%BC%40xn--bcher-kva.example"
        );
        assert_eq!(
            url(Source::WellKnown, &address),
            "https://xn--bcher-kva.example/.well-known/autoconfig/mail/config-v1.1.xml"
        );
        assert_eq!(
            url(Source::Mozilla, &address),
            "https://autoconfig.thunderbird.net/v1.1/xn--bcher-kva.example"
        );
    }
}
