//! The names of a mail against each other: display name and address, answers, bounces, domains.

use crate::mail::hosts::deceives;
use crate::mail::origin::domains::remarks;
use crate::mail::origin::{Row, fields};
use crate::mail::percent::encoded;
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
        if let Some(other) = other_place(sender) {
            say(
                "Name",
                format!("the name says {other}, the address does not"),
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
    let is_other = |answer: &&Address| {
        domain(answer).is_some() && !from.iter().any(|from| is_same(from, answer))
    };
    for answer in message.reply_to.iter().filter(is_other).take(MAX_TOLD) {
        // Among a thousand mailboxes of one provider the same domain says nothing.
        let words = if elsewhere(&answer) {
            "go elsewhere: to"
        } else {
            "go to"
        };
        say("Answers", format!("{words} {}", written(answer)));
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

fn is_same(one: &Address, other: &Address) -> bool {
    let lower = |address: &Address| {
        address
            .address
            .as_deref()
            .unwrap_or_default()
            .to_lowercase()
    };
    lower(one) == lower(other)
}

/// An address or a host in the display name that is not the one of the sender.
fn other_place(sender: &Address) -> Option<String> {
    let own = sender.address.as_deref().unwrap_or_default();
    let (said, _) = deceives(sender.name.as_deref()?, &format!("mailto:{}", encoded(own)))?;
    let is_part_of_it = own.to_lowercase().ends_with(&format!(".{said}"));
    (!is_part_of_it).then_some(said)
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
        let header = "Return-Path: <bounce@example.org>\nFrom: Ada <ada@example.org>\nReply-To: ADA@example.org";
        assert_eq!(told(header), ["From: Ada <ada@example.org>"]);
        let header = "From: Ada <ada@example.org>\nReply-To: team@example.org";
        assert_eq!(told(header)[1..], ["Answers: go to team@example.org"]);
        assert_eq!(told("From: \"ada@example.org\" <ada@example.org>").len(), 1);
        assert_eq!(told("Subject: x"), ["From: it names no sender"]);
    }

    #[test]
    fn another_address_in_the_name_and_answers_elsewhere_are_said() {
        let header = "From: \"Bank (help@bank.example)\" <x@evil.example>\nFrom: y@z.example\nReply-To: <a@other.example>\nReturn-Path: <b@third.example>";
        assert_eq!(
            told(header)[1..],
            [
                "Name: the name says help@bank.example, the address does not",
                "From: there is more than one From line; the first is shown",
                "Answers: go elsewhere: to a@other.example",
                "Bounces: go to b@third.example",
            ]
        );
    }

    #[test]
    fn a_name_that_says_another_place_is_told_however_it_is_written() {
        for name in [
            "help\u{ff20}bank.example",
            "help@bank\u{200b}.example",
            "bank.example",
            "Bank at https://bank.example/",
        ] {
            let rows = told(&format!("From: \"{name}\" <x@evil.example>"));
            assert!(
                rows[1].contains("bank.example, the address does not"),
                "{name}: {rows:?}"
            );
        }
        for name in [
            "evil.example",
            "Ada via Evil.example",
            "Ada Lovelace",
            "node.js news",
        ] {
            let rows = told(&format!("From: \"{name}\" <x@mail.evil.example>"));
            assert_eq!(rows.len(), 1, "{rows:?}");
        }
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
