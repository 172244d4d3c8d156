//! Read receipts (RFC 8098) and complaints about a mail (RFC 5965).

use crate::mail::kinds::facts::{Facts, Said};
use crate::mail::kinds::fields::{Group, groups};

/// What a message/disposition-notification part says; `sent` is the date of the receipt.
pub(super) fn read(octets: &[u8], sent: Option<i64>) -> Option<Facts> {
    let groups = groups(octets);
    let receipt = groups
        .iter()
        .find(|group| group.whole("Disposition").is_some())?;
    let disposition = receipt.value("Disposition")?.to_ascii_lowercase();
    let kind = disposition
        .split(['/', ',', ' '])
        .next()
        .unwrap_or_default();
    let names = ["Original-Recipient", "Final-Recipient"];
    let reader = names.into_iter().find_map(|name| receipt.address(name));
    let when = sent.map(|at| [Said::Text(" on ".to_owned()), Said::Time(at)]);
    let facts = Facts::new(format!(
        "Receipt: your mail{} {}",
        reader
            .map(|reader| format!(" to {reader}"))
            .unwrap_or_default(),
        became(kind)
    ));
    let meaning = (kind == "displayed")
        .then(|| "it was on a screen; whether it was read, no program knows".to_owned());
    let facts = facts.titled(when.into_iter().flatten());
    let facts = facts.maybe("What that means", meaning);
    Some(
        facts.maybe(
            "Trouble",
            receipt
                .whole("Error")
                .or(receipt.whole("Failure"))
                .map(str::to_owned),
        ),
    )
}

fn became(kind: &str) -> &'static str {
    match kind {
        "displayed" => "was displayed",
        "deleted" => "was deleted, perhaps unseen",
        "dispatched" => "was passed on",
        "processed" => "was processed by a program, perhaps unseen",
        "denied" => "arrived; its reader wants to send no receipt",
        "failed" => "could not be answered with a receipt",
        _ => "was received",
    }
}

/// What a message/feedback-report part says.
pub(super) fn complaint(octets: &[u8]) -> Option<Facts> {
    let groups = groups(octets);
    let report: &Group = groups
        .iter()
        .find(|group| group.whole("Feedback-Type").is_some())?;
    let what = match report.whole("Feedback-Type")?.to_ascii_lowercase().as_str() {
        "abuse" => "a mail was reported as spam",
        "fraud" => "a mail was reported as fraud",
        "virus" => "a mail was reported for a virus",
        "not-spam" => "a mail was reported as no spam",
        "opt-out" => "someone wants no more of these mails",
        "auth-failure" => "a mail failed the checks of its origin",
        _ => "a mail was reported",
    };
    let value = |name: &str| report.whole(name).map(str::to_owned);
    Some(
        Facts::new(format!("Complaint: {what}"))
            .maybe(
                "Sent by",
                report.address("Original-Mail-From").map(str::to_owned),
            )
            .maybe(
                "Sent to",
                report.address("Original-Rcpt-To").map(str::to_owned),
            )
            .maybe("Came from", value("Source-IP"))
            .maybe("Domain", value("Reported-Domain"))
            .maybe("Arrived", value("Arrival-Date").or(value("Received-Date"))),
    )
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn title(facts: Option<Facts>) -> String {
        facts.unwrap().card(&TimeZone::UTC).title
    }

    #[test]
    fn a_receipt_says_what_became_of_the_mail_and_when() {
        let receipt = b"Final-Recipient: rfc822;joe@x.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n";
        assert_eq!(
            title(read(receipt, Some(0))),
            "Receipt: your mail to joe@x.example was displayed on Thursday 1 January 1970, 00:00 UTC"
        );
        let deleted = b"Disposition: automatic-action/MDN-sent-automatically; deleted/error\n";
        assert_eq!(
            title(read(deleted, None)),
            "Receipt: your mail was deleted, perhaps unseen"
        );
        assert_eq!(read(b"hello", None), None);
    }

    #[test]
    fn a_complaint_says_what_about() {
        let report = b"Feedback-Type: abuse\nUser-Agent: x/1\nSource-IP: 192.0.2.1\n";
        assert_eq!(
            title(complaint(report)),
            "Complaint: a mail was reported as spam"
        );
    }
}
