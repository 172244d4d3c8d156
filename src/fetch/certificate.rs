//! A server's certificate in words: for whom, by whom, until when, and why it was refused.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};
use tokio_rustls::rustls;
use tokio_rustls::rustls::CertificateError;
use tokio_rustls::rustls::pki_types::UnixTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use crate::mail::{SafeText, cut};

/// More names than these are only counted.
const NAMES: usize = 5;
/// Longest quotation from a certificate, in terminal cells.
const CELLS: usize = 100;

/// The sentence for a refused certificate of `host`.
pub(super) fn explain(reason: &CertificateError, leaf: Option<&[u8]>, host: &str) -> String {
    let parsed = leaf.and_then(|der| X509Certificate::from_der(der).ok());
    let Some((_, leaf)) = parsed else {
        return format!("the certificate of {host} was refused: {reason}; ask its operator");
    };
    match reason {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!(
                "the certificate is not for {host} but for {}; correct host in the config, or ask its operator",
                names(&leaf)
            )
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            out_of_date(&leaf, host, "has expired")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            out_of_date(&leaf, host, "is not valid yet")
        }
        CertificateError::UnknownIssuer => unknown_issuer(&leaf, host),
        // A certificate that is its own authority is refused for being one, before its issuer is looked for.
        CertificateError::Other(_) if leaf.issuer() == leaf.subject() => {
            unknown_issuer(&leaf, host)
        }
        CertificateError::Revoked => {
            format!("the certificate of {host} has been revoked; ask its operator")
        }
        other => format!(
            "the certificate of {host}, issued by {}, breaks the rules for certificates ({other}); ask its operator",
            name(leaf.issuer())
        ),
    }
}

/// The sentence for a certificate of `host` that is not the pinned one.
pub(super) fn explain_other(leaf: Option<&[u8]>, host: &str) -> String {
    let shown = leaf.map_or_else(|| "none".to_owned(), fingerprint);
    let issuer = leaf.and_then(|der| X509Certificate::from_der(der).ok());
    let issuer = issuer.map_or_else(String::new, |(_, leaf)| {
        format!(
            ", issued by {}, valid until {}",
            issuer_of(&leaf),
            date(leaf.validity().not_after.timestamp())
        )
    });
    format!(
        "the certificate of {host} is not the one that fingerprint names: it is {shown}{issuer}; if its operator \
         tells you that this is the new one, put it there, else somebody may be on the line"
    )
}

/// As in the config: `sha256:` and 64 digits.
pub(super) fn fingerprint(der: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for octet in digest(&SHA256, der).as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{octet:02x}");
    }
    text
}

/// Whether the certificate is valid at this time.
pub(super) fn check_dates(leaf: &[u8], now: UnixTime) -> Result<(), rustls::Error> {
    let (_, leaf) = X509Certificate::from_der(leaf).map_err(|_| CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if now > leaf.validity().not_after.timestamp() {
        return Err(CertificateError::Expired.into());
    }
    if now < leaf.validity().not_before.timestamp() {
        return Err(CertificateError::NotValidYet.into());
    }
    Ok(())
}

fn out_of_date(leaf: &X509Certificate<'_>, host: &str, what: &str) -> String {
    let from = leaf.validity().not_before.timestamp();
    let until = leaf.validity().not_after.timestamp();
    let now = jiff::Timestamp::now().as_second();
    // The leaf itself can be in order: then one of those above it is not.
    let whose = if (from..=until).contains(&now) {
        "one of the certificates above that"
    } else {
        "the certificate"
    };
    format!(
        "{whose} of {host} {what}: it is valid from {} until {}, and now it is {}; ask its operator, or correct this computer's clock",
        date(from),
        date(until),
        date(now)
    )
}

fn unknown_issuer(leaf: &X509Certificate<'_>, host: &str) -> String {
    format!(
        "the certificate of {host} was issued by {}, which this computer does not trust; \
         if it is a private server, set ca-file or fingerprint in the config (poptui check prints it)",
        issuer_of(leaf)
    )
}

fn issuer_of(leaf: &X509Certificate<'_>) -> String {
    if leaf.issuer() == leaf.subject() {
        return "itself".to_owned();
    }
    name(leaf.issuer())
}

/// The names it is for (RFC 9525: only these count, never the subject).
fn names(leaf: &X509Certificate<'_>) -> String {
    let alternative = leaf.subject_alternative_name().ok().flatten();
    let all = alternative.map_or(&[][..], |extension| &extension.value.general_names);
    let shown: Vec<String> = all.iter().take(NAMES).filter_map(host_name).collect();
    if shown.is_empty() {
        return "no host at all".to_owned();
    }
    let more = all.len().saturating_sub(NAMES);
    if more > 0 {
        return format!("{} and {more} more", shown.join(", "));
    }
    shown.join(", ")
}

fn host_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(safe(name)),
        GeneralName::IPAddress(octets) if octets.len() == 4 => {
            let octets: [u8; 4] = (*octets).try_into().ok()?;
            Some(std::net::Ipv4Addr::from(octets).to_string())
        }
        GeneralName::IPAddress(octets) => {
            let octets: [u8; 16] = (*octets).try_into().ok()?;
            Some(std::net::Ipv6Addr::from(octets).to_string())
        }
        _ => None,
    }
}

/// The common name where there is one, else the whole distinguished name.
fn name(of: &X509Name<'_>) -> String {
    let common = of.iter_common_name().next();
    let text = common.and_then(|name| name.as_str().ok());
    format!(
        "\"{}\"",
        safe(&text.map_or_else(|| of.to_string(), str::to_owned))
    )
}

fn safe(text: &str) -> String {
    cut(&SafeText::new(text), CELLS).to_string()
}

fn date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| "a year beyond reckoning".to_owned(),
        |time| time.strftime("%Y-%m-%d").to_string(),
    )
}
