//! The end of a fetch in sentences.

use crate::app::event::Ended;
use crate::app::notices::Tone;
use crate::mail::words;

/// How a fetch ended, in words; the most important last, as the last one stays on show.
pub(super) fn sentences(name: &str, ended: &Ended, log: &str) -> Vec<(Tone, String)> {
    let mut said: Vec<(Tone, String)> = Vec::new();
    // Sentences of a fetch may begin with the account already.
    let named = |text: &str| match text.strip_prefix(name) {
        Some(rest) => format!("{name}{rest}"),
        None => format!("{name}{text}"),
    };
    said.extend(
        ended
            .warnings
            .iter()
            .map(|text| (Tone::Warning, named(text.as_str()))),
    );
    said.extend(
        ended
            .failed
            .iter()
            .map(|text| (Tone::Warning, named(text.as_str()))),
    );
    let completed = match ended.updated {
        0 => None,
        1 => Some("1 mail is whole now".to_owned()),
        count => Some(format!("{} mails are whole now", words::grouped(count))),
    };
    let new = match (ended.new, completed) {
        (0, Some(completed)) => completed,
        (0, None) => "no new mail".to_owned(),
        (count, completed) => {
            let completed = completed.map_or_else(String::new, |text| format!(", {text}"));
            let mails = if count == 1 { "mail" } else { "mails" };
            format!("{} new {mails}{completed}", words::grouped(count))
        }
    };
    let deleted = match ended.deleted {
        0 => String::new(),
        count => format!(", {} deleted on the server", words::grouped(count)),
    };
    let failed = match ended.failed.len() {
        0 => String::new(),
        1 => format!("; 1 mail could not be fetched ({log} tells why)"),
        count => format!("; {count} mails could not be fetched ({log} tells why)"),
    };
    match &ended.error {
        _ if ended.cancelled => said.push((
            Tone::Plain,
            format!("{name}stopped; {new} until then{deleted}"),
        )),
        Some(error) => said.push((Tone::Error, named(error.as_str()))),
        None if ended.failed.is_empty() => said.push((Tone::Good, format!("{name}{new}{deleted}"))),
        None => said.push((Tone::Warning, format!("{name}{new}{deleted}{failed}"))),
    }
    said
}
