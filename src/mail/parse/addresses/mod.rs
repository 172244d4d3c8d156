//! Address headers as lists of mailboxes (RFC 5322, section 3.4), within limits.
//!
//! mail-parser reads well-formed ones as well; where a name is written in pieces (`J. "Bob" D.`),
//! holds a comment or characters split between encoded words, it does not read what was written.

mod scan;
#[cfg(test)]
mod tests;

use crate::mail::Address;
use crate::mail::parse::fields::{Value, of_mbox_line};
use crate::mail::parse::words::text;
pub(in crate::mail::parse) use scan::comment_length;
use scan::{Scan, Token};

/// Addresses beyond this many in one field are left out: nobody reads them, and lists carry them.
const MAX_ADDRESSES: usize = 1_000;

/// The mailboxes of some fields, groups taken apart. An empty group gives its name alone
/// (`undisclosed-recipients:;`).
pub(in crate::mail) fn addresses<'m>(fields: impl Iterator<Item = Value<'m>>) -> Vec<Address> {
    let mut list = Vec::new();
    for mut value in fields {
        value.octets = of_mbox_line(value.octets).unwrap_or(value.octets);
        List::default().read(value, &mut list);
    }
    list.truncate(MAX_ADDRESSES);
    list
}

/// A field as far as it has been read.
#[derive(Default)]
struct List {
    draft: Draft,
    /// The name of the group that is open, and how many addresses there were before it.
    group: Option<(Draft, usize)>,
    /// Whether the last mailbox is a name alone, to which a comma may belong: `Doe, Jane <jane@x>`.
    surname: bool,
}

impl List {
    fn read(mut self, value: Value<'_>, list: &mut Vec<Address>) {
        for token in Scan::of(value.octets) {
            if list.len() >= MAX_ADDRESSES {
                return;
            }
            match token {
                Token::Angle(_) if self.draft.angle.is_some() => self.end_mailbox(value, list),
                Token::Comma | Token::Semicolon => self.end_mailbox(value, list),
                _ => {}
            }
            match token {
                Token::Semicolon => self.end_group(value, list),
                Token::Colon if self.draft.angle.is_none() => {
                    let name = std::mem::take(&mut self.draft);
                    self.surname = false;
                    self.group = Some((name, list.len()));
                }
                token => self.draft.take(token),
            }
        }
        self.end_mailbox(value, list);
        self.end_group(value, list);
    }

    fn end_mailbox(&mut self, value: Value<'_>, list: &mut Vec<Address>) {
        let draft = std::mem::take(&mut self.draft);
        let is_angle = draft.angle.is_some();
        let mut found = draft.mailboxes(value.raw);
        if let [only] = found.as_mut_slice()
            && is_angle
            && self.surname
            && let Some(surname) = list.pop()
        {
            let names = [surname.name, only.name.take()];
            only.name = Some(names.into_iter().flatten().collect::<Vec<_>>().join(", "));
        }
        if !found.is_empty() {
            let end = found.last();
            self.surname = end.is_some_and(|end| end.address.is_none());
        }
        list.extend(found);
    }

    fn end_group(&mut self, value: Value<'_>, list: &mut Vec<Address>) {
        self.surname = false;
        let Some((name, before)) = self.group.take() else {
            return;
        };
        if list.len() == before
            && let Some(name) = decoded(&name.phrase, value.raw)
        {
            list.push(Address {
                name: Some(name),
                address: None,
            });
        }
    }
}

type Raw = Option<&'static encoding_rs::Encoding>;

/// One mailbox as far as it has been read.
#[derive(Default)]
struct Draft {
    /// Everything outside of angle brackets and comments, without quotes.
    phrase: Vec<u8>,
    /// The same with quotes.
    written: Vec<u8>,
    is_quoted: bool,
    comment: Vec<u8>,
    angle: Option<Vec<u8>>,
}

impl Draft {
    fn take(&mut self, token: Token<'_>) {
        match token {
            // A full stop behind the address ends a sentence, not the name.
            Token::Text(octets) if self.angle.is_some() && octets.trim_ascii() == b"." => {}
            Token::Text(octets) => {
                self.phrase.extend_from_slice(octets);
                self.written.extend_from_slice(octets);
            }
            Token::Quoted { content, written } => {
                self.phrase.extend(content);
                self.written.extend_from_slice(written);
                self.is_quoted = true;
            }
            Token::Comment(content) => {
                if !self.comment.is_empty() {
                    self.comment.push(b' ');
                }
                self.comment.extend(content);
            }
            Token::Angle(content) => {
                self.phrase.push(b' ');
                self.angle = Some(content);
            }
            Token::Comma | Token::Semicolon | Token::Colon => {}
        }
    }

    fn mailboxes(self, raw: Raw) -> Vec<Address> {
        let name = decoded(&self.phrase, raw);
        let comment = || decoded(&self.comment, raw);
        let Some(angle) = &self.angle else {
            return self.without_angle(name, raw);
        };
        let address = spec(angle, raw);
        // `jane@x <Jane Doe>` is the wrong way round.
        if let (Some(name), Some(said)) = (&name, &address)
            && !said.contains('@')
            && is_spec(name)
        {
            return one(address, Some(name.clone()));
        }
        let is_plain = !self.is_quoted && !self.phrase.trim_ascii_start().starts_with(b"=?");
        let repeats = is_plain && address.is_some() && name == address;
        one(name.or_else(comment).filter(|_| !repeats), address)
    }

    fn without_angle(&self, name: Option<String>, raw: Raw) -> Vec<Address> {
        let comment = decoded(&self.comment, raw);
        let words = scan::words(&self.written);
        let (specs, others): (Vec<_>, Vec<_>) =
            words.into_iter().partition(|word| scan::has_at(word));
        if let [spec_word] = specs.as_slice() {
            let others = decoded(&others.join(&b' '), raw);
            let others = others.map(|name| name.replace('"', "").trim().to_owned());
            let others = others.filter(|name| name.contains(char::is_alphanumeric));
            return one(others.or(comment), spec(spec_word, raw));
        }
        if !specs.is_empty() && others.is_empty() {
            return specs
                .iter()
                .flat_map(|word| one(None, spec(word, raw)))
                .collect();
        }
        match name {
            // A bare word is a name, but as the only thing there it is meant as an address.
            Some(name) if is_spec(&name) => one(comment, Some(name)),
            Some(name) if comment.is_some() && !name.contains(' ') => one(comment, Some(name)),
            Some(name) => one(Some(name), None),
            None => one(comment, None),
        }
    }
}

fn one(name: Option<String>, address: Option<String>) -> Vec<Address> {
    let is_nothing = name.is_none() && address.is_none();
    let mailbox = (!is_nothing).then_some(Address { name, address });
    mailbox.into_iter().collect()
}

fn is_spec(name: &str) -> bool {
    name.contains('@') && !name.contains(' ')
}

/// An address without what does not belong to it: a route (RFC 5322, section 4.4), `mailto:`, blanks
/// around its @ and its dots, brackets that nothing closes.
fn spec(written: &[u8], raw: Raw) -> Option<String> {
    let text = decoded(written, raw)?;
    let mut address = text.trim_matches(['<', '>', ',', '(', ' ']);
    if address.starts_with('@')
        && let Some((_, behind)) = address.split_once(':')
    {
        address = behind;
    }
    if let Some(("mailto", behind)) = address.split_once(':') {
        address = behind;
    }
    let bracketed = address.strip_prefix('[').and_then(|a| a.strip_suffix(']'));
    let address = bracketed.unwrap_or(address);
    let joined = ["@", "."].iter().fold(address.to_owned(), |address, mark| {
        let pieces: Vec<&str> = address.split(mark).map(str::trim).collect();
        pieces.join(mark)
    });
    (!joined.is_empty()).then_some(if joined.starts_with('"') {
        address.to_owned()
    } else {
        joined
    })
}

/// Decoded text in which blanks around and runs of blanks inside, the sender's line breaks, are gone.
fn decoded(octets: &[u8], raw: Raw) -> Option<String> {
    let text = text(Value { octets, raw });
    let words: Vec<&str> = text
        .split([' ', '\t', '\r', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}
