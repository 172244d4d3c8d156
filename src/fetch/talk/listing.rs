//! What is in the maildrop: UIDL and LIST, joined by message-number.

use crate::pop3::{
    Capabilities, Command, Event, Refusal, Reply, ScanListing, UniqueId, UniqueIdListing,
};
use crate::providers::{Lists, Provider};

use crate::store::{Known, Namesakes};

use crate::fetch::talk::client::Client;
use crate::fetch::tell::trouble::Trouble;

/// A mail on the server, in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fetch) struct Listed {
    /// Its message-number. Means nothing in another session.
    pub(in crate::fetch) number: u32,
    /// The server's name for it; `None` where there is none, or no clear one.
    pub(in crate::fetch) uid: Option<UniqueId>,
    /// Octets as LIST told.
    pub(in crate::fetch) size: Option<u64>,
}

/// All mails of a maildrop, by number.
#[derive(Debug, Default)]
pub(in crate::fetch) struct Maildrop {
    /// In ascending order of number; no number twice.
    pub(in crate::fetch) mails: Vec<Listed>,
    /// Mails that came in between LIST and UIDL, or that UIDL leaves out: they wait for the next session.
    pub(in crate::fetch) unnamed: usize,
    /// Whether the server gives unique-ids at all.
    pub(in crate::fetch) has_uids: bool,
}

impl Maildrop {
    /// The mail of this number.
    pub(in crate::fetch) fn mail(&self, number: u32) -> Option<&Listed> {
        let place = self.mails.binary_search_by_key(&number, |mail| mail.number);
        place.ok().map(|place| &self.mails[place])
    }

    /// Whether the server seems to list only some of its mails at a time, when so many of those listed are new: Gmail
    /// shows about 250 that nobody has fetched yet, `WildDuck` the newest 250.
    pub(in crate::fetch) fn looks_capped(&self, host: &str, new: usize) -> bool {
        let listed = self.mails.len();
        match Provider::of_server(host).map(|provider| provider.lists) {
            // Once all is fetched it lists what came lately, and that is known for the most part.
            Some(Lists::InPart) => listed >= CAPPED.0 && new > listed / 2,
            Some(Lists::All) | None => (CAPPED.0..=CAPPED.1).contains(&listed) && new == listed,
        }
    }
}

/// Which listed mails have the names and sizes of known ones.
pub(in crate::fetch) fn namesakes(maildrop: &[Listed], known: &[Known]) -> Namesakes {
    let listed = maildrop.iter().map(|mail| (mail.uid.as_ref(), mail.size));
    Namesakes::of(known, listed)
}

/// As many mails as servers list that list only some.
const CAPPED: (usize, usize) = (200, 300);

/// Asks for UIDL and LIST. STAT is not asked for: servers get it wrong, and it says nothing more.
pub(in crate::fetch) async fn list(
    client: &mut Client,
    capabilities: &Capabilities,
) -> Result<Maildrop, Trouble> {
    if !client.session().has_asked_for_listing() {
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
pub(in crate::fetch) fn unasked(event: &Event) -> Trouble {
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
        (Ok(uids), Ok(sizes)) => Ok(join(uids, &sizes)),
        // Some servers refuse to list nothing.
        (Ok(uids), Err(_)) if uids.is_empty() => Ok(Maildrop {
            has_uids: true,
            ..Maildrop::default()
        }),
        (_, Err(refusal)) => Err(("LIST", refusal)),
        // A server that announced UIDL, or that says why it refuses, knows its mails by name: to guess now would
        // fetch all of them again.
        (Err(refusal), Ok(_)) if capabilities.uidl || refusal.code.is_some() => {
            Err(("UIDL", refusal))
        }
        (Err(_), Ok(sizes)) => {
            let sizes = sizes.iter().map(|line| (line.number, Some(line.size)));
            Ok(nameless(by_number(sizes)))
        }
    }
}

/// A maildrop whose mails have no names.
fn nameless(sizes: Numbered<u64>) -> Maildrop {
    let mails = sizes.into_iter().map(|(number, size)| Listed {
        number,
        uid: None,
        size,
    });
    Maildrop {
        mails: mails.collect(),
        unnamed: 0,
        has_uids: false,
    }
}

/// A mail that only UIDL names has an unknown size. A mail that only LIST names is taken without a name when it lies
/// among named ones; behind the last of these it may have arrived between the two commands, and waits.
fn join(uids: Vec<UniqueIdListing>, sizes: &[ScanListing]) -> Maildrop {
    let uids = by_number(uids.into_iter().map(|line| (line.number, line.id)));
    let sizes = by_number(sizes.iter().map(|line| (line.number, Some(line.size))));
    let Some(last) = uids.last().map(|(number, _)| *number) else {
        let is_empty = sizes.is_empty();
        return Maildrop {
            has_uids: is_empty,
            ..nameless(sizes)
        };
    };
    let mut mails = Vec::with_capacity(uids.len());
    let mut uids = uids.into_iter().peekable();
    let mut sizes = sizes.into_iter().peekable();
    loop {
        let next = [
            uids.peek().map(|uid| uid.0),
            sizes.peek().map(|size| size.0),
        ];
        let Some(number) = next
            .into_iter()
            .flatten()
            .min()
            .filter(|number| *number <= last)
        else {
            break;
        };
        let uid = uids.next_if(|uid| uid.0 == number);
        let size = sizes.next_if(|size| size.0 == number);
        mails.push(Listed {
            number,
            uid: uid.and_then(|(_, uid)| uid),
            size: size.and_then(|(_, size)| size),
        });
    }
    Maildrop {
        mails,
        unnamed: sizes.count(),
        has_uids: true,
    }
}

/// Lines in ascending order of number; no number twice.
type Numbered<V> = Vec<(u32, Option<V>)>;

/// A number that is listed twice with two different values has no clear one.
fn by_number<V: PartialEq>(lines: impl Iterator<Item = (u32, Option<V>)>) -> Numbered<V> {
    let mut lines: Numbered<V> = lines.filter(|(number, _)| *number > 0).collect();
    // Nearly every server lists in order.
    if !lines.is_sorted_by_key(|(number, _)| *number) {
        lines.sort_by_key(|(number, _)| *number);
    }
    lines.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same && later.1 != first.1 {
            first.1 = None;
        }
        same
    });
    lines
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
        let maildrop = join(vec![uid(2, "b"), uid(1, "a")], &[size(1, 10), size(2, 20)]);
        assert_eq!(shown(&maildrop), ["1 a Some(10)", "2 b Some(20)"]);
    }

    #[test]
    fn listings_that_disagree_never_shift_the_pairing() {
        let uids = vec![uid(1, "a"), uid(3, "c"), uid(4, "d")];
        let sizes = [size(1, 10), size(2, 20), size(3, 30), size(5, 50)];
        let maildrop = join(uids, &sizes);
        assert_eq!(
            shown(&maildrop),
            ["1 a Some(10)", "2 - Some(20)", "3 c Some(30)", "4 d None"]
        );
        assert_eq!(maildrop.unnamed, 1);
    }

    #[test]
    fn a_number_listed_twice_differently_has_no_clear_name_and_no_clear_size() {
        let uids = vec![uid(1, "a"), uid(1, "b"), uid(0, "zero"), uid(2, "c")];
        let maildrop = join(uids, &[size(1, 10), size(1, 11), size(2, 20), size(2, 20)]);
        assert_eq!(shown(&maildrop), ["1 - None", "2 c Some(20)"]);
    }

    #[test]
    fn a_listing_looks_capped_by_its_length_when_all_of_it_is_new() {
        let capped = |host, listed: u32, new| {
            let uids = (1..=listed).map(|number| uid(number, "x")).collect();
            join(uids, &[]).looks_capped(host, new)
        };
        assert!(capped("pop.example.org", 250, 250));
        assert!(!capped("pop.example.org", 250, 249));
        assert!(!capped("pop.example.org", 199, 199));
        assert!(!capped("pop.example.org", 301, 301));
        assert!(capped("pop.gmail.com", 400, 400));
        assert!(capped("pop.gmail.com", 400, 201));
        assert!(!capped("pop.gmail.com", 400, 200));
        assert!(!capped("pop.gmail.com", 250, 1));
        assert!(!capped("pop.gmail.com", 400, 0));
        assert!(!capped("pop.gmail.com", 12, 12));
        assert!(!capped("pop.notgmail.com", 400, 400));
    }

    #[test]
    fn a_uidl_without_a_line_names_nothing_unless_nothing_is_there() {
        assert!(join(Vec::new(), &[]).has_uids);
        let maildrop = join(Vec::new(), &[size(1, 10)]);
        assert_eq!(shown(&maildrop), ["1 - Some(10)"]);
        assert!(!maildrop.has_uids);
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
