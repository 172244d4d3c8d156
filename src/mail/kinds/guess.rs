//! Bounces without a report for machines: a modest reading of what a mail system wrote for people, or none.

use crate::mail::kinds::bounce::in_short;
use crate::mail::kinds::facts::Facts;
use crate::mail::kinds::status::Status;
use crate::mail::{Address, Message};

/// Lines looked at; reasons stand near the top.
const MAX_LINES: usize = 120;
/// Longer lines are no reasons.
const MAX_LINE: usize = 1_000;

/// What a mail says that looks like a bounce: sent by a mail system, and with the answer of one in its text.
pub(super) fn read(message: &Message) -> Option<Facts> {
    if !is_by_mail_system(message) {
        return None;
    }
    let text = message.plain.as_deref().or(message.partless.as_deref())?;
    let lines: Vec<&str> = own_words(text).collect();
    let place = lines.iter().position(|line| has_reply_code(line));
    let place = place.or_else(|| lines.iter().position(|line| Status::find(line).is_some()));
    let named = header(message, "X-Failed-Recipients").map(str::to_owned);
    let who = named.or_else(|| recipient(&lines, place, &message.envelope.from))?;
    let reason = place.map(|place| lines[place].trim().trim_start_matches(['>', '<']).trim());
    let status = reason.and_then(Status::find);
    let why = status.and_then(|status| Some(format!("{} ({status})", status.words()?)));
    let why = why.or_else(|| reason.map(in_short));
    let whole = reason.filter(|reason| why.as_deref() != Some(*reason));
    let why = why.map(|why| format!(": {why}"));
    place.or(header(message, "X-Failed-Recipients").map(|_| 0))?;
    Some(
        Facts::new(format!("Not delivered to {who}{}", why.unwrap_or_default()))
            .maybe("Why", whole.map(str::to_owned))
            .row(
                "Known from",
                "the words of this mail; it has no report for programs",
            ),
    )
}

fn header<'m>(message: &'m Message, name: &str) -> Option<&'m str> {
    let mut fields = message.headers.iter();
    let (_, value) = fields.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

fn is_by_mail_system(message: &Message) -> bool {
    const SENDERS: [&str; 5] = [
        "mailer-daemon",
        "mailerdaemon",
        "postmaster",
        "mdaemon",
        "mail-daemon",
    ];
    const SUBJECTS: [&str; 8] = [
        "undeliver",
        "delivery status",
        "delivery fail",
        "delivery error",
        "failure notice",
        "returned mail",
        "mail system error",
        "non-deliver",
    ];
    let subject = message.envelope.subject.to_lowercase();
    let is_system = |from: &Address| {
        let local = local_part(
            from.address
                .as_deref()
                .or(from.name.as_deref())
                .unwrap_or_default(),
        );
        SENDERS.contains(&local.to_lowercase().as_str())
    };
    message.envelope.from.iter().any(is_system)
        || SUBJECTS.iter().any(|word| subject.contains(word))
        || header(message, "X-Failed-Recipients").is_some()
}

/// The lines above the mail that came back.
fn own_words(text: &str) -> impl Iterator<Item = &str> {
    let is_original = |line: &&str| {
        let line = line.trim_start_matches(['>', ' ', '|']);
        let starts = |word: &str| {
            line.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        ["Return-Path:", "Received:", "Message-ID:"]
            .into_iter()
            .any(starts)
    };
    text.lines()
        .take_while(move |line| !is_original(line))
        .filter(|line| line.len() <= MAX_LINE)
        .take(MAX_LINES)
}

/// A line with the answer of a mail system: `550 no such user`.
fn has_reply_code(line: &str) -> bool {
    let mut words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    let is_code = |word: &str| {
        let digits = word.as_bytes();
        matches!(digits, [b'4' | b'5', b'0'..=b'7', b'0'..=b'9'])
    };
    words.any(is_code)
}

/// The address last named before the reason, or in it; without a reason, none.
fn recipient(lines: &[&str], place: Option<usize>, from: &[Address]) -> Option<String> {
    let place = place?;
    let is_own = |address: &str| {
        from.iter()
            .any(|from| from.address.as_deref() == Some(address))
    };
    let is_system = |address: &str| local_part(address).eq_ignore_ascii_case("postmaster");
    let above = lines[..=place].iter().rev();
    let below = lines[place + 1..].iter().take(3);
    let mut found = above.chain(below).flat_map(|line| addresses(line));
    found.find(|address| !is_own(address) && !is_system(address))
}

fn addresses(line: &str) -> impl Iterator<Item = String> {
    let is_part = |c: char| c.is_alphanumeric() || "@._%+-=/'".contains(c);
    let words = line.split(move |c| !is_part(c));
    words.filter_map(|word| {
        let word = word.trim_matches(['.', '\'', '=', '-', '/']);
        let (local, domain) = word.split_once('@')?;
        let is_address = !local.is_empty() && domain.contains('.') && !domain.contains('@');
        is_address.then(|| word.to_owned())
    })
}

fn local_part(address: &str) -> &str {
    address.split('@').next().unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn title(mail: &str) -> Option<String> {
        let facts = read(&Message::read(mail.as_bytes()))?;
        Some(facts.card(&TimeZone::UTC).title)
    }

    #[test]
    fn the_words_of_a_mail_system_are_read() {
        let qmail = "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. I'm afraid I wasn't able to deliver.\n\n\
            <joe@example.org>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\n\n\
            --- Below this line is a copy of the message.\n\nReturn-Path: <ada@example.net>\n";
        assert_eq!(
            title(qmail).as_deref(),
            Some("Not delivered to joe@example.org: there is no such mailbox (5.1.1)")
        );
        let exim = "From: Mail Delivery System <Mailer-Daemon@mx.example>\nX-Failed-Recipients: joe@example.org\n\nIt failed.\n";
        assert_eq!(
            title(exim).as_deref(),
            Some("Not delivered to joe@example.org")
        );
    }

    #[test]
    fn people_and_mail_systems_without_an_answer_are_not_read() {
        let friend = "From: ada@example.net\nSubject: hi\n\njoe@example.org said: 550 5.1.1 ha\n";
        let tired = "From: postmaster@example.net\nSubject: maintenance\n\nThe server is down on Sunday, write to a@b.example.\n";
        assert_eq!((title(friend), title(tired)), (None, None));
    }
}
