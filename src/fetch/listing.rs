//! What is in the maildrop: UIDL and LIST, joined by message-number.

use std::collections::HashMap;

use crate::pop3::{
    Capabilities, Command, Event, Refusal, Reply, ScanListing, UniqueId, UniqueIdListing,
};

use super::client::Client;
use super::trouble::Trouble;

/// A mail on the server, in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its message-number. Means nothing in another session.
    pub(super) number: u32,
    /// The server's name for it; `None` where there is none, or no clear one.
    pub(super) uid: Option<UniqueId>,
    /// Octets as LIST told.
    pub(super) size: Option<u64>,
}

/// All mails of a maildrop, by number.
#[derive(Debug, Default)]
pub(super) struct Maildrop {
    /// In ascending order of number; no number twice.
    pub(super) mails: Vec<Listed>,
    /// Mails that came in between LIST and UIDL, or that UIDL leaves out: they wait for the next session.
    pub(super) unnamed: usize,
    /// Whether the server gives unique-ids at all.
    pub(super) has_uids: bool,
}

/// Asks for UIDL and LIST. STAT is not asked for: servers get it wrong, and it says nothing more.
pub(super) async fn list(
    client: &mut Client,
    capabilities: &Capabilities,
) -> Result<Maildrop, Trouble> {
    if !client.has_asked_for_listing() {
        client.send(Command::Uidl, 0);
        client.send(Command::List, 0);
    }
    let (mut uids, mut sizes) = (None, None);
    while uids.is_none() || sizes.is_none() {
        match client.next().await? {
            Event::Reply(_, Reply::Uidl(lines)) => uids = Some(Ok(lines)),
            Event::Reply(_, Reply::List(lines)) => sizes = Some(Ok(lines)),
            Event::Reply(Command::Uidl, Reply::Refused(refusal)) => uids = Some(Err(refusal)),
            Event::Reply(Command::List, Reply::Refused(refusal)) => sizes = Some(Err(refusal)),
            other => return Err(unasked(&other)),
        }
    }
    let (Some(uids), Some(sizes)) = (uids, sizes) else {
        return Ok(Maildrop::default()); // cannot be: the loop ends with both
    };
    assemble(uids, sizes, capabilities)
        .map_err(|(command, refusal)| Trouble::of_refusal(command, &refusal, client.quote()))
}

/// An event that fits nowhere. The session keeps replies in order, so this is a fault of ours or a forgery.
pub(super) fn unasked(event: &Event) -> Trouble {
    let what = match event {
        Event::LoggedIn(_) => "a log-in in mid-session",
        Event::Reply(..) => "a reply that does not fit the command",
    };
    Trouble::Protocol(format!("it sent {what}"))
}

/// What was answered to a listing command.
type Answer<T> = Result<Vec<T>, Refusal>;

/// Joins the two listings, or says which refused command makes that impossible.
fn assemble(
    uids: Answer<UniqueIdListing>,
    sizes: Answer<ScanListing>,
    capabilities: &Capabilities,
) -> Result<Maildrop, (&'static str, Refusal)> {
    match (uids, sizes) {
        (Ok(uids), Ok(sizes)) => Ok(join(&uids, &sizes)),
        // Some servers refuse to list nothing.
        (Ok(uids), Err(_)) if uids.is_empty() => Ok(join(&[], &[])),
        (_, Err(refusal)) => Err(("LIST", refusal)),
        // A server that announced UIDL, or that says why it refuses, knows its mails by name: to guess now would
        // fetch all of them again.
        (Err(refusal), Ok(_)) if capabilities.uidl || refusal.code.is_some() => {
            Err(("UIDL", refusal))
        }
        (Err(_), Ok(sizes)) => Ok(nameless(by_size(&sizes))),
    }
}

/// A maildrop whose mails have no names.
fn nameless(sizes: HashMap<u32, Option<u64>>) -> Maildrop {
    let mails = sizes.into_iter().map(|(number, size)| Listed {
        number,
        uid: None,
        size,
    });
    Maildrop {
        mails: sorted(mails.collect()),
        unnamed: 0,
        has_uids: false,
    }
}

/// A mail that only UIDL names has an unknown size. A mail that only LIST names is taken without a name when it lies
/// among named ones; behind the last of these it may have arrived between the two commands, and waits.
fn join(uids: &[UniqueIdListing], sizes: &[ScanListing]) -> Maildrop {
    let uids = by_number(uids.iter().map(|line| (line.number, line.id.clone())));
    let sizes = by_size(sizes);
    if uids.is_empty() && !sizes.is_empty() {
        return nameless(sizes);
    }
    let last = uids.keys().copied().max().unwrap_or(0);
    let mut numbers: Vec<u32> = uids.keys().chain(sizes.keys()).copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    let all = numbers.len();
    numbers.retain(|number| *number <= last);
    let mails = numbers.iter().map(|number| Listed {
        number: *number,
        uid: uids.get(number).cloned().flatten(),
        size: sizes.get(number).copied().flatten(),
    });
    Maildrop {
        mails: mails.collect(),
        unnamed: all - numbers.len(),
        has_uids: true,
    }
}

fn by_size(sizes: &[ScanListing]) -> HashMap<u32, Option<u64>> {
    by_number(sizes.iter().map(|line| (line.number, Some(line.size))))
}

/// A number that is listed twice with two different values has no clear one.
fn by_number<V: PartialEq>(
    lines: impl Iterator<Item = (u32, Option<V>)>,
) -> HashMap<u32, Option<V>> {
    let mut found: HashMap<u32, Option<V>> = HashMap::new();
    for (number, value) in lines.filter(|(number, _)| *number > 0) {
        found
            .entry(number)
            .and_modify(|known| {
                if *known != value {
                    *known = None;
                }
            })
            .or_insert(value);
    }
    found
}

fn sorted(mut mails: Vec<Listed>) -> Vec<Listed> {
    mails.sort_unstable_by_key(|mail| mail.number);
    mails
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(number: u32, id: &str) -> UniqueIdListing {
        let id = (!id.is_empty()).then(|| UniqueId(id.as_bytes().into()));
        UniqueIdListing { number, id }
    }

    fn size(number: u32, size: u64) -> ScanListing {
        ScanListing { number, size }
    }

    fn shown(maildrop: &Maildrop) -> Vec<String> {
        let line = |mail: &Listed| {
            let uid = mail.uid.as_ref().map_or("-".into(), |uid| {
                String::from_utf8_lossy(&uid.0).into_owned()
            });
            format!("{} {uid} {:?}", mail.number, mail.size)
        };
        maildrop.mails.iter().map(line).collect()
    }

    #[test]
    fn numbers_pair_names_and_sizes_whatever_the_order() {
        let maildrop = join(&[uid(2, "b"), uid(1, "a")], &[size(1, 10), size(2, 20)]);
        assert_eq!(shown(&maildrop), ["1 a Some(10)", "2 b Some(20)"]);
    }

    #[test]
    fn listings_that_disagree_never_shift_the_pairing() {
        let uids = [uid(1, "a"), uid(3, "c"), uid(4, "d")];
        let sizes = [size(1, 10), size(2, 20), size(3, 30), size(5, 50)];
        let maildrop = join(&uids, &sizes);
        assert_eq!(
            shown(&maildrop),
            ["1 a Some(10)", "2 - Some(20)", "3 c Some(30)", "4 d None"]
        );
        assert_eq!(maildrop.unnamed, 1);
    }

    #[test]
    fn a_number_listed_twice_differently_has_no_clear_name_and_no_clear_size() {
        let uids = [uid(1, "a"), uid(1, "b"), uid(0, "zero"), uid(2, "c")];
        let maildrop = join(&uids, &[size(1, 10), size(1, 11), size(2, 20), size(2, 20)]);
        assert_eq!(shown(&maildrop), ["1 - None", "2 c Some(20)"]);
    }

    #[test]
    fn a_refused_uidl_is_no_error_where_it_was_not_announced() {
        let refused = || {
            Err(Refusal {
                code: None,
                text: b"what?".to_vec(),
            })
        };
        let mut capabilities = Capabilities::default();
        let maildrop = assemble(refused(), Ok(vec![size(1, 10)]), &capabilities).unwrap();
        assert_eq!(shown(&maildrop), ["1 - Some(10)"]);
        assert!(!maildrop.has_uids);
        capabilities.uidl = true;
        let told = assemble(refused(), Ok(vec![size(1, 10)]), &capabilities).unwrap_err();
        assert_eq!(told.0, "UIDL");
    }
}
