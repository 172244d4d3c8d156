//! Address headers as lists of mailboxes (RFC 5322, section 3.4), within limits.

use mail_parser::parsers::MessageStream;
use mail_parser::{Addr, Address as Parsed, HeaderValue};

use crate::mail::Address;
use crate::mail::parse::words::one_line;

/// Addresses beyond this many in one field are left out: nobody reads them, and lists carry them.
const MAX_ADDRESSES: usize = 1_000;

/// The mailboxes of some fields, groups taken apart. An empty group gives its name alone
/// (`undisclosed-recipients:;`).
pub(in crate::mail) fn addresses<'a>(fields: impl Iterator<Item = &'a [u8]>) -> Vec<Address> {
    let mut list = Vec::new();
    for value in fields {
        add(value, &mut list);
        if list.len() >= MAX_ADDRESSES {
            list.truncate(MAX_ADDRESSES);
            break;
        }
    }
    list
}

fn add(value: &[u8], list: &mut Vec<Address>) {
    let line = one_line(value);
    let HeaderValue::Address(parsed) = MessageStream::new(&line).parse_address() else {
        return;
    };
    match parsed {
        Parsed::List(boxes) => list.extend(boxes.iter().filter_map(mailbox)),
        Parsed::Group(groups) => {
            for group in groups {
                let before = list.len();
                list.extend(group.addresses.iter().filter_map(mailbox));
                let name = group.name.as_deref().and_then(tidy);
                if list.len() == before && name.is_some() {
                    list.push(Address {
                        name,
                        address: None,
                    });
                }
            }
        }
    }
}

fn mailbox(parsed: &Addr<'_>) -> Option<Address> {
    let mut name = parsed.name.as_deref().and_then(tidy);
    let mut address = parsed.address.as_deref().and_then(tidy);
    // A bare word is a name to the parser; as the only thing there it is meant as an address.
    if address.is_none()
        && name
            .as_deref()
            .is_some_and(|name| name.contains('@') && !name.contains(' '))
    {
        address = name.take();
    }
    (name.is_some() || address.is_some()).then_some(Address { name, address })
}

/// Blanks around and runs of blanks inside are the sender's line breaks, not the name.
fn tidy(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split([' ', '\t', '\r', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Vec<(String, String)> {
        addresses(std::iter::once(value.as_bytes()))
            .into_iter()
            .map(|a| (a.name.unwrap_or_default(), a.address.unwrap_or_default()))
            .collect()
    }

    fn pair(name: &str, address: &str) -> (String, String) {
        (name.to_owned(), address.to_owned())
    }

    #[test]
    fn names_and_addresses_are_told_apart() {
        assert_eq!(
            read(" Ada <ada@example.org>, b@example.org\r\n"),
            [pair("Ada", "ada@example.org"), pair("", "b@example.org")]
        );
        assert_eq!(
            read("\"Lovelace, Ada\" <a@b.example>"),
            [pair("Lovelace, Ada", "a@b.example")]
        );
        assert_eq!(read("a@b.example (Ada)"), [pair("Ada", "a@b.example")]);
        assert_eq!(
            read("=?utf-8?q?Bj=C3=B6rn?= <b@x.example>"),
            [pair("Björn", "b@x.example")]
        );
    }

    #[test]
    fn groups_are_taken_apart() {
        assert_eq!(
            read("Team: a@x.example, B <b@x.example>;"),
            [pair("", "a@x.example"), pair("B", "b@x.example")]
        );
        assert_eq!(
            read("undisclosed-recipients:;"),
            [pair("undisclosed-recipients", "")]
        );
    }

    #[test]
    fn senders_without_an_address_keep_their_name() {
        assert_eq!(read("MAILER DAEMON"), [pair("MAILER DAEMON", "")]);
        assert!(read("<>").is_empty());
        assert!(read(" ").is_empty());
    }

    #[test]
    fn too_many_addresses_are_cut() {
        let many: Vec<String> = (0..5_000).map(|n| format!("a{n}@x.example, ")).collect();
        assert_eq!(read(&many.concat()).len(), MAX_ADDRESSES);
    }
}
