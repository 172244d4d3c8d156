//! A server's certificate in words: for whom, by whom, until when, and why it was refused.

use ring::digest::{SHA256, digest};
use tokio_rustls::rustls;
use tokio_rustls::rustls::CertificateError;
use tokio_rustls::rustls::pki_types::UnixTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use crate::config::fingerprint_text;
use crate::mail::words;
use crate::mail::{SafeText, cut};

/// More names than these are only counted.
const NAMES: usize = 5;
/// Longest quotation from a certificate, in terminal cells.
const CELLS: usize = 100;

/// Why a certificate is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Doubt {
    /// It is for other hosts.
    Name,
    /// Its time is over, or has not come.
    Dates,
    /// Nobody who is trusted vouches for it.
    Issuer,
    /// It is not the pinned one.
    Pin,
    /// Anything else.
    Other,
}

/// Why a certificate of `host` was refused, and the sentence for it.
pub(in crate::fetch) fn explain(
    reason: &CertificateError,
    leaf: Option<&[u8]>,
    host: &str,
) -> (Doubt, String) {
    let parsed = leaf.and_then(|der| X509Certificate::from_der(der).ok());
    let Some((_, leaf)) = parsed else {
        let sentence = format!("the certificate of {host} was refused: {reason}; ask its operator");
        return (Doubt::Other, sentence);
    };
    match reason {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            Doubt::Name,
            format!(
                "the certificate is not for {host} but for {}; correct host in the config, or ask its operator",
                names(&leaf)
            ),
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            (Doubt::Dates, out_of_date(&leaf, host, "has expired"))
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            (Doubt::Dates, out_of_date(&leaf, host, "is not valid yet"))
        }
        CertificateError::UnknownIssuer => (Doubt::Issuer, unknown_issuer(&leaf, host)),
        // A certificate that is its own authority is refused for being one, before its issuer is looked for.
        CertificateError::Other(_) if leaf.issuer() == leaf.subject() => {
            (Doubt::Issuer, unknown_issuer(&leaf, host))
        }
        CertificateError::Revoked => (
            Doubt::Other,
            format!("the certificate of {host} has been revoked; ask its operator"),
        ),
        other => (
            Doubt::Other,
            format!(
                "the certificate of {host}, issued by {}, breaks the rules for certificates ({other}); ask its operator",
                name(leaf.issuer())
            ),
        ),
    }
}

/// The sentence for a certificate of `host` that is not the pinned one.
pub(in crate::fetch) fn explain_other(leaf: Option<&[u8]>, host: &str) -> String {
    let shown = leaf.map_or_else(|| "none".to_owned(), fingerprint);
    let issuer = leaf.and_then(|der| X509Certificate::from_der(der).ok());
    let issuer = issuer.map_or_else(String::new, |(_, leaf)| {
        let until = date(leaf.validity().not_after.timestamp());
        format!(", issued by {}, valid until {until}", issuer_of(&leaf))
    });
    format!(
        "the certificate of {host} is not the one that fingerprint names: it is {shown}{issuer}; if its operator \
         tells you that this is the new one, put it there, else somebody may be on the line"
    )
}

/// A certificate in words, and how many days it is still valid: less than nothing where it has expired.
pub(in crate::fetch) fn describe(der: &[u8], now: i64) -> (String, i64) {
    let fingerprint = fingerprint(der);
    let Ok((_, leaf)) = X509Certificate::from_der(der) else {
        return (
            format!("one that cannot be read, fingerprint {fingerprint}"),
            0,
        );
    };
    let until = leaf.validity().not_after.timestamp();
    let days = (until - now).div_euclid(24 * 60 * 60);
    let left = match days {
        ..=-1 => "expired".to_owned(),
        0 => "less than a day left".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{} days left", words::grouped(days.unsigned_abs())),
    };
    let text = format!(
        "for {}, issued by {}, valid until {} ({left}), fingerprint {fingerprint}",
        names(&leaf),
        issuer_of(&leaf),
        date(until)
    );
    (text, days)
}

/// As in the config: `sha256:` and 64 digits.
pub(in crate::fetch) fn fingerprint(der: &[u8]) -> String {
    fingerprint_text(digest(&SHA256, der).as_ref())
}

/// Whether the certificate is valid at this time.
pub(in crate::fetch) fn check_dates(leaf: &[u8], now: UnixTime) -> Result<(), rustls::Error> {
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

/// `2026-11-23`
pub(in crate::fetch) fn date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| "a year beyond reckoning".to_owned(),
        |time| time.strftime("%Y-%m-%d").to_string(),
    )
}
