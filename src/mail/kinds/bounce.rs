//! Delivery reports (RFC 3464): who did not get a mail, and why, in one line.

use crate::mail::kinds::facts::{Facts, Said};
use crate::mail::kinds::fields::{Group, groups};
use crate::mail::kinds::status::Status;
use crate::mail::parse::date;

/// Recipients told one by one.
const MAX_TOLD: usize = 20;
/// Characters of a mail system's own words in a title.
const MAX_SHORT: usize = 80;

/// What a message/delivery-status part says; `None` where it names no recipient.
pub(super) fn read(octets: &[u8]) -> Option<Facts> {
    let groups = groups(octets);
    let recipients: Vec<Recipient<'_>> = groups.iter().filter_map(Recipient::of).collect();
    let mut facts = match recipients.as_slice() {
        [] => return None,
        [one] => one.tell(Facts::new(one.sentence())),
        many => {
            let mut facts = Facts::new(format!("{} {} recipients", many[0].action(), many.len()));
            for one in many.iter().take(MAX_TOLD) {
                facts = one.tell(facts.row("Who", one.sentence()));
            }
            facts.maybe(
                "More",
                (many.len() > MAX_TOLD).then(|| format!("{}", many.len() - MAX_TOLD)),
            )
        }
    };
    let mail = groups.first()?;
    facts = facts.maybe(
        "Reported by",
        mail.value("Reporting-MTA").map(str::to_owned),
    );
    let time = |name| date::seconds(mail.whole(name)?.as_bytes());
    Some(facts.said("Sent on", time("Arrival-Date").map(Said::Time)))
}

/// What became of one recipient.
struct Recipient<'g> {
    group: &'g Group,
    address: &'g str,
}

impl<'g> Recipient<'g> {
    fn of(group: &'g Group) -> Option<Self> {
        let names = [
            "Original-Recipient",
            "Final-Recipient",
            "X-Actual-Recipient",
        ];
        let address = names.into_iter().find_map(|name| group.address(name))?;
        let is_recipient = group.whole("Action").is_some() || group.whole("Status").is_some();
        is_recipient.then_some(Self { group, address })
    }

    /// `Not delivered to joe@example.org: the mailbox is full (4.2.2)`
    fn sentence(&self) -> String {
        let told = format!("{} {}", self.action(), self.address);
        match self
            .status()
            .and_then(|status| Some((status.words()?, status)))
        {
            _ if !self.is_bad() => told,
            Some((words, status)) => format!("{told}: {words} ({status})"),
            None => match self.group.value("Diagnostic-Code") {
                Some(said) => format!("{told}: {}", in_short(said)),
                None => told,
            },
        }
    }

    fn action(&self) -> &'static str {
        let action = self
            .group
            .whole("Action")
            .unwrap_or_default()
            .to_ascii_lowercase();
        match action.split_ascii_whitespace().next().unwrap_or_default() {
            "delayed" => "Not delivered yet, still being tried, to",
            "delivered" => "Delivered to",
            "relayed" => "Passed on, to a server that sends no receipts, to",
            "expanded" => "Delivered to and passed on by",
            _ => "Not delivered to",
        }
    }

    fn is_bad(&self) -> bool {
        self.action().starts_with("Not")
    }

    /// The code of the report, or of the server's own words where these tell more.
    fn status(&self) -> Option<Status> {
        let code = |name| {
            self.group
                .whole(name)
                .and_then(Status::find)
                .filter(|status| status.is_bad())
        };
        let said = code("Status");
        let telling = |status: &Option<Status>| status.is_some_and(Status::is_telling);
        [said, code("Diagnostic-Code")]
            .into_iter()
            .find(telling)
            .flatten()
            .or(said)
    }

    fn tell(&self, facts: Facts) -> Facts {
        let value = |name: &str| self.group.value(name).map(str::to_owned);
        let sentence = self.sentence();
        let is_new = |said: &String| !sentence.ends_with(said.as_str());
        let until = self.group.whole("Will-Retry-Until");
        let until = until.and_then(|until| date::seconds(until.as_bytes()));
        facts
            .maybe("Why", value("Diagnostic-Code").filter(is_new))
            .maybe("Said by", value("Remote-MTA"))
            .said("Tried until", until.map(Said::Time))
    }
}

/// The start of what a mail system said, for one line.
pub(super) fn in_short(said: &str) -> String {
    match said.char_indices().nth(MAX_SHORT) {
        Some((end, _)) => format!("{}…", said[..end].trim_end()),
        None => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(report: &str) -> (String, Vec<String>) {
        read(report.as_bytes()).unwrap().told(0)
    }

    #[test]
    fn a_bounce_says_in_one_line_who_and_why() {
        let (title, rows) = told(
            "Reporting-MTA: dns; mx.example\nArrival-Date: Mon, 23 Nov 2026 14:02:03 +0000\n\n\
             Final-Recipient: rfc822; joe@example.org\nAction: failed\nStatus: 5.0.0\n\
             Remote-MTA: dns; in.example.org\nDiagnostic-Code: smtp; 550 5.1.1 <joe@example.org>:\n no such user\n",
        );
        assert_eq!(
            title,
            "Not delivered to joe@example.org: there is no such mailbox (5.1.1)"
        );
        assert_eq!(
            rows,
            [
                "Why: 550 5.1.1 <joe@example.org>: no such user",
                "Said by: in.example.org",
                "Reported by: mx.example",
                "Sent on: Monday 23 November 2026, 14:02 UTC",
            ]
        );
    }

    #[test]
    fn without_a_telling_code_the_words_of_the_mail_system_are_the_reason() {
        let report = |said: &str| {
            format!(
                "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; {said}\n"
            )
        };
        let (title, rows) = told(&report("550 Go away"));
        assert_eq!(title, "Not delivered to a@b.example: 550 Go away");
        assert!(rows.is_empty(), "said twice: {rows:?}");
        let (title, rows) = told(&report(&"550 Go away. ".repeat(9)));
        assert!(title.ends_with('…') && rows.len() == 1, "{title} {rows:?}");
    }

    #[test]
    fn delays_and_receipts_are_no_failures() {
        let report = |action: &str| {
            format!("Final-Recipient: rfc822; a@b.example\nAction: {action}\nStatus: 2.0.0\n")
        };
        assert_eq!(told(&report("Delivered")).0, "Delivered to a@b.example");
        assert_eq!(
            told(&report("delayed").replace("2.0.0", "4.4.1")).0,
            "Not delivered yet, still being tried, to a@b.example: the receiving mail system did not answer (4.4.1)"
        );
    }

    #[test]
    fn many_recipients_are_told_one_by_one() {
        let one = "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.2.2\n\n";
        let (title, rows) = told(&one.repeat(30));
        assert_eq!(title, "Not delivered to 30 recipients");
        assert_eq!(rows.len(), MAX_TOLD + 1);
        assert!(rows[0].ends_with("the mailbox is full (5.2.2)"));
        assert_eq!(read(b"Reporting-MTA: dns; x\n\nnothing"), None);
    }
}
