//! What the head of a mail says: subject, who, when.

use crate::mail::article::Run;
use crate::mail::compose::when::written;
use crate::mail::{Address, Message, Role, SafeText, Show, width};

/// Addresses of `To` and `Cc` shown before `+N`.
const MAX_SHOWN: usize = 3;

/// The subject, or words for none.
pub(in crate::mail) fn title(message: &Message) -> SafeText {
    match message.envelope.subject.trim() {
        "" => SafeText::new("(no subject)"),
        subject => SafeText::new(subject),
    }
}

/// From, Reply-To where it differs, To, Cc, Date, as far as there is anything to say.
pub(in crate::mail) fn fields(message: &Message, show: &Show) -> Vec<(&'static str, Vec<Run>)> {
    let envelope = &message.envelope;
    let mut fields = vec![("From", list(&envelope.from, usize::MAX))];
    if differs(&message.reply_to, &envelope.from) {
        fields.push(("Reply-To", list(&message.reply_to, usize::MAX)));
    }
    fields.push(("To", list(&envelope.to, MAX_SHOWN)));
    fields.push(("Cc", list(&envelope.cc, MAX_SHOWN)));
    fields.push(("Date", date(message, show)));
    fields.retain(|(_, value)| !value.is_empty());
    fields
}

fn list(addresses: &[Address], most: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    for (index, address) in addresses.iter().take(most).enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        runs.push(Run::new(
            Role::HeaderValue,
            format!("{comma}{}", written_out(address)),
        ));
    }
    if addresses.len() > most {
        runs.push(Run::new(
            Role::Note,
            format!(" +{}", addresses.len() - most),
        ));
    }
    runs
}

/// Name and address both, always: a name alone is what a swindler writes.
fn written_out(address: &Address) -> String {
    match (&address.name, &address.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(name), None) => name.clone(),
        (None, Some(address)) => address.clone(),
        (None, None) => String::new(),
    }
}

fn differs(reply_to: &[Address], from: &[Address]) -> bool {
    let known = |reply: &Address| from.iter().any(|from| from.address == reply.address);
    !reply_to.iter().all(known)
}

fn date(message: &Message, show: &Show) -> Vec<Run> {
    let written = message
        .envelope
        .date
        .and_then(|date| written(date, show.now, &show.zone));
    let as_sent = || {
        let field = message
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("date"));
        field
            .map(|(_, value)| value.clone())
            .filter(|value| !value.is_empty())
    };
    match written.or_else(as_sent) {
        Some(text) if width(&text) > 0 => vec![Run::new(Role::HeaderValue, text)],
        _ => Vec::new(),
    }
}
