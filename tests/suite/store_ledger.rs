//! Whatever a fetch and a user do to the ledger, in whatever order: nothing is lost, nothing is there twice.

use std::collections::{BTreeMap, BTreeSet};

use poptui::mail::{AccountId, Change, Completeness, Destination, LedgerId, MessageId};
use poptui::pop3::UniqueId;
use poptui::store::{Absence, Deletion, Error, Known, Namesakes, NewMail, Outcome, Store, Writer};
use proptest::prelude::*;
use ring::digest::{SHA256, digest};
use rusqlite::Connection;

use super::store::mail;

/// One thing that happens to the store.
#[derive(Debug, Clone)]
enum Step {
    /// A mail is read: its name, which one it is, how much of it came, whether LIST lied.
    Add(Option<u8>, u8, Completeness, u8, bool),
    /// These names are listed, so many days on.
    Listed(BTreeSet<u8>, i64),
    Advance(u8, Deletion),
    Ask(u8, bool),
    /// The user was told that the server alone has it.
    AskForTheOnlyOne(u8),
    Rebind(u8, u8),
    Trash(u8),
    Expunge(u8),
    Undo,
    Moved,
}

fn step() -> impl Strategy<Value = Step> {
    let completeness = prop_oneof![
        3 => Just(Completeness::Whole),
        2 => Just(Completeness::Head),
        2 => Just(Completeness::Doubtful),
    ];
    let deletion = prop_oneof![
        1 => Just(Deletion::None),
        1 => Just(Deletion::Allowed),
        1 => Just(Deletion::Asked),
        4 => Just(Deletion::Sent),
        4 => Just(Deletion::Done),
        1 => Just(Deletion::GivenUp),
    ];
    let name = prop_oneof![4 => (0..3_u8).prop_map(Some), 1 => Just(None)];
    prop_oneof![
        10 => (name, 0..4_u8, completeness, any::<u8>(), any::<bool>())
            .prop_map(|(name, which, part, cut, lie)| Step::Add(name, which, part, cut, lie)),
        3 => (proptest::collection::btree_set(0..3_u8, 0..3), 0..99_i64)
            .prop_map(|(names, days)| Step::Listed(names, days)),
        6 => (0..8_u8, deletion).prop_map(|(row, to)| Step::Advance(row, to)),
        2 => (0..8_u8, any::<bool>()).prop_map(|(row, asked)| Step::Ask(row, asked)),
        2 => (0..8_u8).prop_map(Step::AskForTheOnlyOne),
        2 => (0..8_u8, 0..3_u8).prop_map(|(row, name)| Step::Rebind(row, name)),
        3 => (0..8_u8).prop_map(Step::Trash),
        2 => (0..8_u8).prop_map(Step::Expunge),
        1 => Just(Step::Undo),
        1 => Just(Step::Moved),
    ]
}

/// The mail of this number, as the server has it. All are of one size, and two have the same head.
fn whole(which: u8) -> Vec<u8> {
    let subject = which / 2;
    format!("Subject: {subject}\r\n\r\nText of {which}.\r\nThe end.\r\n").into_bytes()
}

/// What came of it.
fn read(which: u8, part: Completeness, cut: u8) -> Vec<u8> {
    let mut octets = whole(which);
    let head = octets.len() - b"Text of 0.\r\nThe end.\r\n".len();
    match part {
        Completeness::Whole => {}
        Completeness::Head => octets.truncate(head),
        Completeness::Doubtful => octets.truncate(1 + usize::from(cut) % (octets.len() - 1)),
    }
    octets
}

fn uid(name: u8) -> UniqueId {
    UniqueId(vec![b'a' + name].into())
}

fn new_mail(step: &Step) -> Option<NewMail> {
    let &Step::Add(name, which, part, cut, lie) = step else {
        return None;
    };
    let octets = read(which, part, cut);
    let listed = whole(which).len() as u64 + if lie { 100 } else { 0 };
    // LIST lied, or the mail came short: nobody can tell which.
    let completeness = match part {
        Completeness::Whole if lie => Completeness::Doubtful,
        part => part,
    };
    Some(NewMail {
        uid: name.map(uid),
        listed_size: Some(listed),
        sha256: digest(&SHA256, &octets).as_ref().try_into().ok()?,
        octets,
        completeness,
        ..mail(i64::from(which), Some(1_000))
    })
}

fn carry_out(writer: &mut Writer, account: AccountId, step: &Step, ids: &Ids) -> Result<(), Error> {
    let row = |at: u8| {
        ids.rows
            .get(usize::from(at))
            .copied()
            .into_iter()
            .collect::<Vec<_>>()
    };
    let message = |at: u8| {
        ids.messages
            .get(usize::from(at))
            .copied()
            .into_iter()
            .collect::<Vec<_>>()
    };
    match step {
        Step::Add(..) => {
            let mails: Vec<_> = new_mail(step).into_iter().collect();
            for added in writer.add(account, &mails)? {
                assert!(
                    added.id.is_some() || [Outcome::Known, Outcome::Worse].contains(&added.outcome)
                );
            }
        }
        Step::Listed(names, days) => {
            let uids: Vec<_> = names.iter().copied().map(uid).collect();
            let listed = uids.iter().map(|uid| (Some(uid), None));
            let now = days * 24 * 60 * 60;
            let absence = Absence::of(&ids.known, &Namesakes::of(&ids.known, listed), now);
            writer.note(&absence, now)?;
        }
        Step::Advance(at, to) => writer.advance(&row(*at), *to)?,
        Step::Ask(at, asked) => drop(writer.ask(&row(*at), *asked)?),
        Step::AskForTheOnlyOne(at) => {
            for row in row(*at) {
                writer.ask_for_what_is_only_there(row)?;
            }
        }
        Step::Rebind(at, name) => {
            let name = |id| (id, uid(*name), Some(whole(0).len() as u64));
            writer.rebind(&row(*at).into_iter().map(name).collect::<Vec<_>>())?;
        }
        Step::Trash(at) => {
            let change = Change::Move {
                ids: message(*at),
                to: Destination::New("Trash".to_owned()),
            };
            writer.apply(&change, 0)?;
        }
        Step::Expunge(at) => drop(writer.expunge(&message(*at))?),
        Step::Undo => drop(writer.undo(0)?),
        Step::Moved => {
            let other = format!("alice@{}", ids.rows.len());
            writer.comes_from(account, &other)?;
        }
    }
    Ok(())
}

/// What steps speak of.
struct Ids {
    rows: Vec<LedgerId>,
    messages: Vec<MessageId>,
    /// What a listing is compared with.
    known: Vec<Known>,
}

/// What the ledger and the list say, row by row.
#[derive(Debug, Default, Clone)]
struct Seen {
    /// Where the deletion of each row stands, and how much of the mail is here.
    rows: BTreeMap<i64, (String, i64)>,
    /// Folder, signs and octets of each message, and whether it is whole.
    messages: BTreeMap<i64, (String, Vec<u8>, bool)>,
}

impl Seen {
    fn of(file: &Connection) -> Self {
        let mut rows = file
            .prepare("SELECT id, deletion, completeness FROM maildrop")
            .unwrap();
        let mut messages = file
            .prepare(
                "SELECT id, folder || unread || flagged, octets, completeness = 0
                 FROM message JOIN octets ON message = id",
            )
            .unwrap();
        Self {
            rows: rows
                .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap(),
            messages: messages
                .query_map([], |row| {
                    Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?)))
                })
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap(),
        }
    }

    fn ids(&self, known: Vec<Known>) -> Ids {
        Ids {
            rows: self.rows.keys().copied().map(LedgerId).collect(),
            messages: self.messages.keys().copied().map(MessageId).collect(),
            known,
        }
    }
}

/// What holds at any moment: each of these finds nothing.
const NEVER: &[(&str, &str)] = &[
    (
        "two rows of one identity",
        "SELECT 1 FROM maildrop GROUP BY account, uid, ifnull(listed_size, -1), sha256 HAVING count(*) > 1",
    ),
    (
        "a message that lacks a part",
        "SELECT 1 FROM message WHERE id NOT IN (SELECT message FROM octets)
         OR id NOT IN (SELECT message FROM head) OR id NOT IN (SELECT message FROM search)",
    ),
    (
        "a part without its message",
        "SELECT 1 FROM octets WHERE message NOT IN (SELECT id FROM message)",
    ),
    (
        "a message without exactly one row",
        "SELECT 1 FROM message WHERE (SELECT count(*) FROM maildrop WHERE message = message.id) <> 1",
    ),
    (
        "a row that tells another story than its message",
        "SELECT 1 FROM maildrop JOIN message ON message.id = maildrop.message JOIN head USING (message)
         JOIN octets USING (message) WHERE maildrop.completeness <> message.completeness
         OR maildrop.sha256 <> head.sha256 OR length(octets) <> size",
    ),
    (
        "a wrong counter",
        "SELECT 1 FROM counter WHERE total <> (SELECT count(*) FROM message
             WHERE message.folder = counter.folder AND message.account = counter.account)",
    ),
    (
        "a message that nobody counts",
        "SELECT 1 FROM message WHERE (folder, account) NOT IN (SELECT folder, account FROM counter)",
    ),
    (
        "a mail that is not whole and may be deleted, though nobody asked",
        "SELECT 1 FROM maildrop WHERE completeness <> 0 AND (deletion = 'allowed' OR (deletion = 'sent' AND NOT asked))",
    ),
    (
        "a step of no mail",
        "SELECT 1 FROM journal WHERE id NOT IN (SELECT journal FROM journal_entry)",
    ),
    ("a foreign key that leads nowhere", "SELECT 1 FROM pragma_foreign_key_check"),
];

fn check_state(file: &Connection) {
    for (what, sql) in NEVER {
        let found = file.prepare(sql).unwrap().exists([]).unwrap();
        assert!(!found, "{what}");
    }
}

/// What no step may do.
fn check_step(step: &Step, before: &Seen, after: &Seen) {
    for (id, (deletion, _)) in &after.rows {
        let was = before.rows.get(id).map_or("new", |(was, _)| was);
        let fine = match deletion.as_str() {
            same if same == was => true,
            "done" => {
                let was_whole = before.rows.get(id).is_some_and(|(_, part)| *part == 0);
                let may_be_sent = !was_whole && ["none", "asked"].contains(&was);
                was == "sent" || may_be_sent || matches!(step, Step::Moved)
            }
            "sent" => ["allowed", "asked"].contains(&was),
            "asked" => {
                let was_whole = before.rows.get(id).is_some_and(|(_, part)| *part == 0);
                was_whole || was == "sent" || matches!(step, Step::AskForTheOnlyOne(_))
            }
            _ => true,
        };
        assert!(fine, "row {id} went from {was} to {deletion}");
    }
    assert!(before.rows.keys().all(|id| after.rows.contains_key(id)));
    for (id, (signs, octets, whole)) in &before.messages {
        let Some((now_signs, now_octets, now_whole)) = after.messages.get(id) else {
            assert!(matches!(step, Step::Expunge(_)), "message {id} is gone");
            continue;
        };
        if *whole {
            assert!(now_whole, "message {id} was whole");
            assert_eq!(octets, now_octets, "message {id} was whole");
        }
        if !matches!(step, Step::Trash(_) | Step::Undo) {
            assert_eq!(signs, now_signs, "message {id}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_ledger_loses_nothing_and_keeps_nothing_twice(steps in proptest::collection::vec(step(), 1..40)) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let account = store.write_now(|writer| writer.account("alice", "")).unwrap();
        let file = Connection::open(dir.path().join("mail.sqlite")).unwrap();
        let mut seen = Seen::default();
        let mut deleted_here = BTreeSet::new();
        let mut came = BTreeSet::new();
        for step in steps {
            let known = store.read_now(move |reader| reader.undeleted(account)).unwrap();
            let (again, ids) = (step.clone(), seen.ids(known));
            store.write_now(move |writer| carry_out(writer, account, &again, &ids)).unwrap();
            check_state(&file);
            let after = Seen::of(&file);
            check_step(&step, &seen, &after);
            for (id, (_, octets, _)) in &seen.messages {
                if !after.messages.contains_key(id) {
                    deleted_here.insert(octets.clone());
                }
            }
            came.extend(new_mail(&step).filter(|mail| mail.completeness == Completeness::Whole).map(|mail| mail.octets));
            for octets in &came {
                let here = after.messages.values().any(|(_, here, _)| here == octets);
                prop_assert!(here || deleted_here.contains(octets), "a whole mail is lost");
            }
            seen = after;
        }
    }
}
