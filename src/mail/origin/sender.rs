//! The names of a mail against each other: display name and address, answers, bounces, domains.

use crate::mail::origin::domains::remarks;
use crate::mail::origin::{Row, fields};
use crate::mail::{Address, Message};

/// Senders and answer addresses told one by one.
const MAX_TOLD: usize = 10;

/// What is to be said of who a mail says it is from.
pub(super) fn rows(message: &Message) -> Vec<Row> {
    let from = &message.envelope.from;
    let mut rows: Vec<Row> = Vec::new();
    let mut say = |name: &str, value: String| rows.push((name.to_owned(), value));
    for sender in from.iter().take(MAX_TOLD) {
        say("From", written(sender));
        if let Some(other) = other_address(sender) {
            say(
                "Name",
                format!("the name has another address in it: {other}"),
            );
        }
    }
    if from.is_empty() {
        say("From", "it names no sender".to_owned());
    }
    if fields(&message.headers, "From").count() > 1 {
        say(
            "From",
            "there is more than one From line; the first is shown".to_owned(),
        );
    }
    let elsewhere = |answer: &&Address| {
        domain(answer).is_some() && !from.iter().any(|from| domain(from) == domain(answer))
    };
    for answer in message.reply_to.iter().filter(elsewhere).take(MAX_TOLD) {
        say("Answers", format!("go elsewhere: to {}", written(answer)));
    }
    let bounces = fields(&message.headers, "Return-Path").next();
    let bounces = bounces
        .map(|(_, value)| value.trim_matches(['<', '>', ' ']))
        .filter(|path| path.contains('@'));
    let path = bounces.map(|address| Address {
        name: None,
        address: Some(address.to_owned()),
    });
    if let Some(path) = path.as_ref().filter(elsewhere) {
        say("Bounces", format!("go to {}", written(path)));
    }
    let addresses = from.iter().chain(&message.reply_to).take(MAX_TOLD);
    let mut domains: Vec<String> = addresses.filter_map(domain).collect();
    domains.dedup();
    for remark in domains.iter().flat_map(|domain| remarks(domain)) {
        say("Domain", remark);
    }
    rows
}

fn written(address: &Address) -> String {
    match (&address.name, &address.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (one, other) => one.as_ref().or(other.as_ref()).cloned().unwrap_or_default(),
    }
}

fn domain(address: &Address) -> Option<String> {
    let (_, domain) = address.address.as_deref()?.rsplit_once('@')?;
    Some(domain.trim_end_matches('.').to_lowercase()).filter(|domain| !domain.is_empty())
}

/// An address in the display name that is not the one of the sender.
fn other_address(sender: &Address) -> Option<&str> {
    let name = sender.name.as_deref()?;
    let words = name.split(|c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c));
    let is_other = |word: &&str| {
        let parts = word.split_once('@');
        let is_address =
            parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
        let own = sender.address.as_deref().unwrap_or_default();
        is_address && !word.eq_ignore_ascii_case(own)
    };
    words.into_iter().find(is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(header: &str) -> Vec<String> {
        let message = Message::read(format!("{header}\n\nx").as_bytes());
        rows(&message)
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    }

    #[test]
    fn a_plain_sender_is_named_and_no_more() {
        let header = "Return-Path: <bounce@example.org>\nFrom: Ada <ada@example.org>\nReply-To: team@example.org";
        assert_eq!(told(header), ["From: Ada <ada@example.org>"]);
        assert_eq!(told("From: \"ada@example.org\" <ada@example.org>").len(), 1);
        assert_eq!(told("Subject: x"), ["From: it names no sender"]);
    }

    #[test]
    fn another_address_in_the_name_and_answers_elsewhere_are_said() {
        let header = "From: \"Bank (help@bank.example)\" <x@evil.example>\nFrom: y@z.example\nReply-To: <a@other.example>\nReturn-Path: <b@third.example>";
        assert_eq!(
            told(header)[1..],
            [
                "Name: the name has another address in it: help@bank.example",
                "From: there is more than one From line; the first is shown",
                "Answers: go elsewhere: to a@other.example",
                "Bounces: go to b@third.example",
            ]
        );
    }

    #[test]
    fn lookalike_domains_are_said() {
        let rows = told("From: x@xn--80ak6aa92e.com");
        assert!(
            rows.iter().any(|row| row.contains("looks like apple")),
            "{rows:?}"
        );
    }
}
