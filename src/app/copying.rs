//! Copying: the terminal is asked to put text into the system's clipboard (OSC 52).

use super::asking::{open_first, say_open_first};
use super::effect::{Copied, Effect};
use super::model::Model;
use super::notices::Tone;
use crate::mail::{Line, SafeText};

/// Octets that terminals take; xterm's limit is the least generous one.
pub(super) const MAX_OCTETS: usize = 74_994;

/// Copies a text that is known already.
pub(super) fn copy(model: &mut Model, what: &str, text: &SafeText, effects: &mut Vec<Effect>) {
    copy_lines(model, what, text.as_str(), effects);
}

fn copy_lines(model: &mut Model, what: &str, text: &str, effects: &mut Vec<Effect>) {
    if text.len() > MAX_OCTETS {
        let sentence = format!(
            "{what} is too long for the clipboard of a terminal ({} KB); save it or pipe it to a program",
            text.len() / 1_000
        );
        return model.say(Tone::Warning, &capital(&sentence));
    }
    if text.trim().is_empty() {
        return model.say(Tone::Plain, "There is nothing here to copy");
    }
    effects.push(Effect::Copy(text.to_owned()));
    model.say(Tone::Good, &format!("Copied {what}"));
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Copies the paragraph that begins at the top row of the mail, or the first one below it.
pub(super) fn paragraph(model: &mut Model, effects: &mut Vec<Effect>) {
    /// Rows looked at below the top one.
    const REACH: usize = 500;
    let Some(open) = model.reader.open() else {
        return say_open_first(model);
    };
    let Some(shown) = open.shown() else {
        return say_open_first(model);
    };
    let rows = shown.document.rows(open.scroll()..open.scroll() + REACH);
    let text: Vec<String> = rows.iter().map(Line::text).collect();
    // The head of a mail is no paragraph.
    let rule = text
        .iter()
        .position(|row| is_rule(row))
        .filter(|_| open.scroll() == 0);
    let body = &text[rule.map_or(0, |rule| rule + 1)..];
    let blank = |row: &&String| row.trim().is_empty();
    let paragraph = body
        .iter()
        .skip_while(blank)
        .take_while(|row| !blank(row))
        .map(|row| row.trim_end());
    let paragraph = paragraph.collect::<Vec<_>>().join("\n");
    copy_lines(model, "the paragraph", &paragraph, effects);
}

fn is_rule(row: &str) -> bool {
    !row.is_empty() && row.chars().all(|c| c == '╌')
}

/// Copies something that is read out of the mail itself.
pub(super) fn of_mail(model: &mut Model, what: Copied, effects: &mut Vec<Effect>) {
    if let Some(id) = open_first(model) {
        effects.push(Effect::CopyOf { id, what });
    }
}

/// Takes what was read for it.
pub(super) fn take(
    model: &mut Model,
    what: Copied,
    result: Result<String, SafeText>,
    effects: &mut Vec<Effect>,
) {
    match result {
        Ok(text) => copy_lines(model, what.words(), &text, effects),
        Err(sentence) => model.say(Tone::Error, sentence.as_str()),
    }
}

impl Copied {
    /// What it is, in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Sender => "the sender's address",
            Self::MessageId => "the Message-ID",
            Self::Text => "the text of this mail",
        }
    }
}
