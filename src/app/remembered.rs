//! What is remembered of mails and of their senders: under which kinds and names, and how it is written.

use crate::mail::{MessageId, Preferred};

/// Under what kind the place ([`crate::mail::Spot`]) at which a mail was left is remembered.
pub const PLACES: &str = "scroll";

/// A mail as a name in the memory.
pub fn mail_name(id: MessageId) -> String {
    id.0.to_string()
}

/// Under what kind the choice between the texts of mails is remembered, by their senders.
pub const PARTS: &str = "parts";

/// An address as a name in the memory: one word, without regard to case.
pub fn sender_name(address: &str) -> Option<String> {
    let is_word = |c: char| !c.is_whitespace() && !c.is_control();
    // Longer ones are no addresses.
    let fits = (1..=320).contains(&address.len()) && address.chars().all(is_word);
    fits.then(|| address.to_lowercase())
}

/// The name of a choice, as it is remembered.
pub fn part_name(part: Preferred) -> &'static str {
    match part {
        Preferred::Html => "html",
        Preferred::Auto | Preferred::Plain => "plain",
    }
}

/// The choice of this name.
pub fn part_named(name: &str) -> Preferred {
    match name {
        "html" => Preferred::Html,
        "plain" => Preferred::Plain,
        _ => Preferred::Auto,
    }
}
